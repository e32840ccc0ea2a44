//! The register of what is accepted, one small file a format: the auditor's page.

mod csv;
mod json;
mod markdown;
mod text;

pub use csv::write as write_csv;
pub use json::{Entry as JsonEntry, entries as json_entries, write as write_json};
pub use markdown::write as write_markdown;
pub use text::write as write_text;

use crate::report::{safe, summary};
use crate::settle::register::{EntryState, RegisterEntry};
use crate::settle::report::{Location, Report, ReportedFinding};

fn place(location: &Location) -> String {
    safe::line(&format!("{}:{}", location.path, location.region.start.line)).into_owned()
}

/// Rule, `in` and key in a few words.
fn title(entry: &RegisterEntry) -> String {
    let mut text = entry.rule.clone();
    if let Some(scope) = &entry.scope {
        text.push_str(&format!(" in {scope}"));
    }
    if let Some(key) = &entry.key {
        text.push_str(&format!(" ({key})"));
    }
    safe::line(&text).into_owned()
}

fn finding(finding: &ReportedFinding) -> String {
    let text = format!("{}[{}] {}", finding.severity, finding.rule.id, finding.message);
    format!("{}: {}", place(&finding.location), safe::line(&text))
}

/// All counts in one sentence.
fn total(report: &Report) -> String {
    let register = &report.register;
    let with = |state: EntryState| register.iter().filter(|one| one.state == state).count();
    format!(
        "{}: {} live, {} expired, {} unused; {} hidden on {}",
        summary::count(register.len(), "exception"),
        with(EntryState::Live),
        with(EntryState::Expired),
        with(EntryState::Unused),
        summary::count(report.summary.excepted, "finding"),
        report.today
    )
}
