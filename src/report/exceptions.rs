//! `--format exceptions`: for each finding an entry to paste into `sflint.toml`. Its reason is empty, and the config is
//! refused until a person fills it in.

use std::collections::HashSet;
use std::io::{self, Write};

use crate::config::select::ABOUT_EXCEPTIONS;
use crate::report::{safe, summary, toml};
use crate::settle::report::{Report, ReportedFinding};

/// Writes an entry for each finding of the report.
///
/// # Errors
/// When the output cannot be written.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let about_entries = |finding: &&ReportedFinding| finding.rule.id.starts_with(ABOUT_EXCEPTIONS);
    let left_out = report.findings.iter().filter(about_entries).count();
    writeln!(
        out,
        "# Entries for sflint.toml, from {}: delete what is to be corrected, say why the rest is accepted.",
        summary::count(report.findings.len() - left_out, "finding")
    )?;
    // Copies of an org hold the same component several times; one entry speaks of all of them.
    let mut written = HashSet::new();
    for finding in report.findings.iter().filter(|one| !about_entries(one)) {
        let (kind, name) = (finding.component.kind, &finding.component.name);
        if !written.insert((&finding.rule.id, kind, name, &finding.key, &finding.values)) {
            continue;
        }
        let start = finding.location.region.start;
        let place = format!("{}:{}", finding.location.path, start.line);
        writeln!(out, "\n# {}", safe::line(&format!("{}: {}", place, finding.message)))?;
        writeln!(out, "[[exceptions]]\nrule = {}", toml::string(&finding.rule.id))?;
        let scope = format!("{kind}:{}", globset::escape(name));
        writeln!(out, "in = {}", toml::string(&scope))?;
        if !finding.key.is_empty() {
            writeln!(out, "key = {}", toml::string(&finding.key))?;
        }
        let values: Vec<String> =
            finding.values.iter().map(|(leaf, value)| format!("{leaf}={value}")).collect();
        writeln!(out, "values = {}", toml::list(values.iter().map(String::as_str)))?;
        writeln!(out, "reason = \"\"")?;
    }
    if left_out > 0 {
        writeln!(
            out,
            "\n# {} about exceptions themselves: correct or remove those.",
            summary::count(left_out, "finding")
        )?;
    }
    Ok(())
}
