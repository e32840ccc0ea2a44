//! `--format github`: workflow commands that GitHub Actions shows as annotations.
//!
//! Specification: "Workflow commands for GitHub Actions" in GitHub's documentation; texts are escaped as `@actions/core`
//! does it. Of each kind ten annotations are shown for a step.

use std::io::{self, Write};

use crate::report::annotations::{capped, more, write_rest};
use crate::report::listing::{Listed, advice, text, worst_first};
use crate::rule::Severity;
use crate::settle::report::{Report, ReportedFinding};

/// Writes the annotations, then the findings that have none, and the counts unless `quiet`.
///
/// # Errors
/// When the output cannot be written.
pub fn write(report: &Report, quiet: bool, out: &mut dyn Write) -> io::Result<()> {
    let all = worst_first(report);
    let mut without: Vec<&Listed<'_>> = Vec::new();
    for of_one_kind in all.chunk_by(|a, b| a.finding.severity == b.finding.severity) {
        let (annotated, rest) = capped(of_one_kind);
        for one in annotated {
            writeln!(out, "{}", annotation(one.finding))?;
        }
        if let Some(one) = rest.first() {
            let severity = one.finding.severity;
            let said = data(&more(rest.len(), severity.word()));
            writeln!(out, "::{} title=sflint::{said}", command(severity))?;
        }
        without.extend(rest);
    }
    write_rest(report, &without, quiet, out)
}

fn annotation(finding: &ReportedFinding) -> String {
    let region = &finding.location.region;
    let (start, last) = (region.start, region.last_line());
    let title = format!("{} ({})", finding.rule.title, finding.rule.id);
    let mut properties = format!(
        "title={},file={},line={},endLine={last}",
        property(&text(&title)),
        property(&text(&finding.location.path)),
        start.line
    );
    // Columns are refused where a range has several lines.
    if region.end.line == start.line && region.end.column > start.column {
        properties.push_str(&format!(",col={},endColumn={}", start.column, region.end.column));
    }
    format!("::{} {properties}::{}", command(finding.severity), data(&advice(finding)))
}

fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

/// A text behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_end_what_they_stand_in() {
        assert_eq!(data("50%\r\n::error::x"), "50%25%0D%0A::error::x");
        assert_eq!(property("a,b::c%"), "a%2Cb%3A%3Ac%25");
    }
}
