//! `--format gitlab-code-quality`: GitLab's Code Quality report, for `artifacts:reports:codequality`.
//!
//! Specification: "Code Quality report format" in GitLab's documentation. Findings with the same fingerprint would be shown
//! as one.

use std::io::{self, Write};

use serde::Serialize;

use crate::report::listing::{Listed, text, worst_first};
use crate::rule::Severity;
use crate::settle::report::Report;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let issues: Vec<Issue> = worst_first(report).into_iter().map(issue).collect();
    serde_json::to_writer(&mut *out, &issues)?;
    out.write_all(b"\n")
}

fn issue(Listed { finding, id }: Listed<'_>) -> Issue {
    Issue {
        description: text(&finding.message),
        check_name: text(&finding.rule.id),
        fingerprint: id,
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Note => "info",
        },
        location: Location {
            path: text(&finding.location.path),
            lines: Lines { begin: finding.location.region.start.line },
        },
    }
}
