//! `--format azure`: logging commands that Azure Pipelines shows as issues of the task.
//!
//! Specification: "Logging commands", `task.logissue`, in the documentation of Azure Pipelines; texts are escaped as
//! `azure-pipelines-task-lib` does it. An issue is an error or a warning, so notes are warnings here. Of each kind ten are
//! kept for a task.

use std::io::{self, Write};

use crate::report::annotations::{capped, more, write_rest};
use crate::report::listing::{Listed, advice, text, worst_first};
use crate::rule::Severity;
use crate::settle::report::{Report, ReportedFinding};

/// Writes the issues, then the findings that have none, and the counts unless `quiet`.
///
/// # Errors
/// When the output cannot be written.
pub fn write(report: &Report, quiet: bool, out: &mut dyn Write) -> io::Result<()> {
    let all = worst_first(report);
    let mut without: Vec<&Listed<'_>> = Vec::new();
    for of_one_kind in all.chunk_by(|a, b| kind(a.finding.severity) == kind(b.finding.severity)) {
        let (annotated, rest) = capped(of_one_kind);
        for one in annotated {
            writeln!(out, "{}", issue(one.finding))?;
        }
        if let Some(one) = rest.first() {
            let kind = kind(one.finding.severity);
            writeln!(out, "##vso[task.logissue type={kind};]{}", message(&more(rest.len(), kind)))?;
        }
        without.extend(rest);
    }
    write_rest(report, &without, quiet, out)
}

fn issue(finding: &ReportedFinding) -> String {
    let start = finding.location.region.start;
    format!(
        "##vso[task.logissue type={};sourcepath={};linenumber={};columnnumber={};code={};]{}",
        kind(finding.severity),
        property(&text(&finding.location.path)),
        start.line,
        start.column,
        property(&text(&finding.rule.id)),
        message(&advice(finding))
    )
}

fn kind(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning | Severity::Note => "warning",
    }
}

/// A text behind the `]`.
fn message(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    message(text).replace(']', "%5D").replace(';', "%3B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_end_what_they_stand_in() {
        assert_eq!(message("50%\r\n]"), "50%AZP25%0D%0A]");
        assert_eq!(property("a;b]%"), "a%3Bb%5D%AZP25");
    }
}
