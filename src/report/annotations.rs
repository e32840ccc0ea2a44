//! What the formats share that are commands in the log of a build: hosts show so many of a kind and drop the rest without
//! a word, so the last one that is shown says how many there are more, and the log lists them.

use std::io::{self, Write};

use crate::report::listing::Listed;
use crate::report::{concise, safe, summary};
use crate::settle::report::Report;

/// Annotations of one kind that are shown for one step of a build, on GitHub and in Azure Pipelines alike.
const SHOWN: usize = 10;

/// The findings of one kind that get an annotation, and the rest. If there is a rest, one place is left for saying so.
pub(super) fn capped<'l, 'r>(findings: &'l [Listed<'r>]) -> (&'l [Listed<'r>], &'l [Listed<'r>]) {
    let annotated = if findings.len() <= SHOWN { findings.len() } else { SHOWN - 1 };
    findings.split_at(annotated)
}

/// What the last annotation says of the rest.
pub(super) fn more(rest: usize, noun: &str) -> String {
    format!("{} in the log of this step", summary::count(rest, &format!("more {noun}")))
}

/// The lines behind the commands: findings without an annotation, and the counts.
pub(super) fn write_rest(
    report: &Report,
    rest: &[&Listed<'_>],
    quiet: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    for one in rest {
        writeln!(out, "{}", concise::line(one.finding))?;
    }
    if !quiet {
        for line in summary::lines(report) {
            writeln!(out, "{}", safe::line(&line))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_annotation_speaks_of_the_rest() {
        assert_eq!(more(1, "error"), "1 more error in the log of this step");
        assert_eq!(more(2, "note"), "2 more notes in the log of this step");
    }
}
