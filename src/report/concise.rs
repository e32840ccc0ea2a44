//! `--format concise`: one line a finding, for grep and small windows.

use std::io::{self, Write};

use crate::report::safe;
use crate::report::summary;
use crate::settle::report::{Report, ReportedFinding};

/// Writes the report: `path:line:column: severity[rule] message`, then the counts.
///
/// # Errors
/// When the output cannot be written.
pub fn write(report: &Report, quiet: bool, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        writeln!(out, "{}", line(finding))?;
    }
    if !quiet {
        for line in summary::lines(report) {
            writeln!(out, "{}", safe::line(&line))?;
        }
    }
    Ok(())
}

/// A finding on its line.
pub(super) fn line(finding: &ReportedFinding) -> String {
    let start = finding.location.region.start;
    let text = format!(
        "{}:{}:{}: {}[{}] {}",
        finding.location.path,
        start.line,
        start.column,
        finding.severity,
        finding.rule.id,
        finding.message
    );
    safe::line(&text).into_owned()
}
