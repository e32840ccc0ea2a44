//! `--format rdjson`: reviewdog's diagnostics.
//!
//! Specification: the message `DiagnosticResult` of `proto/rdf/reviewdog.proto` in reviewdog. Columns are bytes of UTF-8,
//! from 1; the end is exclusive.

use std::io::{self, Write};

use serde::Serialize;

use crate::fix::Fixes;
use crate::report::listing::{advice, text, worst_first};
use crate::rule::Severity;
use crate::settle::report::{self, Region, Report, ReportedFinding};

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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
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
pub fn write(report: &Report, mut fixes: Fixes<'_>, out: &mut dyn Write) -> io::Result<()> {
    let diagnostics = worst_first(report).into_iter().map(|one| Diagnostic {
        suggestions: suggestion(one.finding, &mut fixes).into_iter().collect(),
        ..diagnostic(one.finding)
    });
    let document = Document {
        source: Source { name: env!("CARGO_PKG_NAME") },
        diagnostics: diagnostics.collect(),
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
        suggestions: Vec::new(),
    }
}

/// A fix as one suggestion. Each suggestion is offered on its own and at the finding, so a fix of several edits, or of another
/// file, is none.
fn suggestion(finding: &ReportedFinding, fixes: &mut Fixes<'_>) -> Option<Suggestion> {
    let fix = fixes.of(finding)?;
    let regions = fixes.regions(&fix);
    let ([edit], [place]) = (fix.edits.as_slice(), regions.as_slice()) else { return None };
    (edit.path == finding.location.path)
        .then(|| Suggestion { range: range(place), text: edit.text.clone() })
}

fn location(location: &report::Location) -> Location {
    Location { path: text(&location.path), range: range(&location.region) }
}

fn range(region: &Region) -> Range {
    let start = Position { line: region.start.line, column: region.start_columns.utf8 };
    let end = Position { line: region.end.line, column: region.end_columns.utf8 };
    Range { start, end }
}
