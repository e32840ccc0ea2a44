//! For programs: one versioned document.

use std::io::{self, Write};

use serde::Serialize;

use crate::report::json::{Finding, findings};
use crate::report::safe;
use crate::settle::report::Report;

/// Version of the document's shape; raised when a member changes its meaning or goes.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document {
    version: u32,
    today: String,
    exceptions: Vec<Entry>,
}

/// An exception as JSON documents show it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    rule: String,
    #[serde(rename = "in")]
    scope: Option<String>,
    key: Option<String>,
    values: Vec<String>,
    reason: String,
    owner: Option<String>,
    ticket: Option<String>,
    expires: Option<String>,
    state: &'static str,
    in_file: bool,
    path: String,
    line: u32,
    hides: usize,
    overlaps: usize,
    findings: Vec<Finding>,
}

/// Writes the register.
///
/// # Errors
/// When the output cannot be written.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let document =
        Document { version: VERSION, today: report.today.to_string(), exceptions: entries(report) };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

/// All exceptions.
pub fn entries(report: &Report) -> Vec<Entry> {
    let text = |text: &str| safe::line(text).into_owned();
    let optional = |one: &Option<String>| one.as_deref().map(text);
    let entries = report.register.iter().map(|entry| Entry {
        rule: text(&entry.rule),
        scope: optional(&entry.scope),
        key: optional(&entry.key),
        values: entry.values.iter().map(|value| text(value)).collect(),
        reason: text(&entry.reason),
        owner: optional(&entry.owner),
        ticket: optional(&entry.ticket),
        expires: entry.expires.map(|day| day.to_string()),
        state: entry.state.word(),
        in_file: entry.in_file,
        path: text(&entry.location.path),
        line: entry.location.region.start.line,
        hides: entry.hides.len(),
        overlaps: entry.overlaps,
        findings: findings(&entry.hides, report),
    });
    entries.collect()
}
