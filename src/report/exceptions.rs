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
    for finding in &report.findings {
        let (kind, name) = (finding.component.kind, &finding.component.name);
        let Some(entry) = entry(finding) else { continue };
        if written.insert((&finding.rule.id, kind, name, &finding.key, &finding.values)) {
            write!(out, "\n{entry}")?;
        }
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

/// The entry for one finding: what it is about in a comment, its rule, scope and values, and no reason. `None` for what is
/// found about exceptions, which none can accept.
pub fn entry(finding: &ReportedFinding) -> Option<String> {
    if finding.rule.id.starts_with(ABOUT_EXCEPTIONS) {
        return None;
    }
    let place = format!("{}:{}", finding.location.path, finding.location.region.start.line);
    let about = format!("{place}: {}", finding.message);
    let rule = toml::string(&finding.rule.id);
    let mut entry = format!("# {}\n[[exceptions]]\nrule = {rule}\n", safe::line(&about));
    let scope = format!("{}:{}", finding.component.kind, globset::escape(&finding.component.name));
    entry.push_str(&format!("in = {}\n", toml::string(&scope)));
    if !finding.key.is_empty() {
        entry.push_str(&format!("key = {}\n", toml::string(&finding.key)));
    }
    let values: Vec<String> =
        finding.values.iter().map(|(leaf, value)| format!("{leaf}={value}")).collect();
    let values = toml::list(values.iter().map(String::as_str));
    entry.push_str(&format!("values = {values}\nreason = \"\"\n"));
    Some(entry)
}
