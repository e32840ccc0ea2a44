//! `--format rdjson`: reviewdog's diagnostics.
//!
//! Specification: the message `DiagnosticResult` of `proto/rdf/reviewdog.proto` in reviewdog. Columns are bytes of UTF-8,
//! from 1; the end is exclusive.

use std::io::{self, Write};

use serde::Serialize;

use crate::report::listing::{advice, text, worst_first};
use crate::rule::Severity;
use crate::settle::report::{self, Report, ReportedFinding};

#[derive(Serialize)]
struct Document {
    source: Source,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

#[derive(Serialize)]
struct Diagnostic {
    message: String,
    location: Location,
    severity: &'static str,
    code: Code,
}

#[derive(Serialize)]
struct Code {
    value: String,
}

#[derive(Serialize)]
struct Location {
    path: String,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
}

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        source: Source { name: env!("CARGO_PKG_NAME") },
        diagnostics: worst_first(report).iter().map(|one| diagnostic(one.finding)).collect(),
    };
    serde_json::to_writer(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn diagnostic(finding: &ReportedFinding) -> Diagnostic {
    Diagnostic {
        message: advice(finding),
        location: location(&finding.location),
        severity: match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Note => "INFO",
        },
        code: Code { value: text(&finding.rule.id) },
    }
}

fn location(location: &report::Location) -> Location {
    let region = &location.region;
    let start = Position { line: region.start.line, column: region.start_columns.utf8 };
    let end = Position { line: region.end.line, column: region.end_columns.utf8 };
    Location { path: text(&location.path), range: Range { start, end } }
}
