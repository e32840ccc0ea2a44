//! `--format bitbucket`: Code Insights of Bitbucket Cloud, as one document with the bodies of the requests: `report` for
//! `PUT …/commit/{commit}/reports/{id}`, `annotations` for `POST …/reports/{id}/annotations`, at most 100 in one request.
//!
//! Specification: "Reports" in the REST API of Bitbucket Cloud. sflint itself sends nothing.

use std::io::{self, Write};

use serde::Serialize;

use crate::report::listing::{Listed, advice, clipped, text, worst_first};
use crate::report::summary;
use crate::rule::Severity;
use crate::settle::report::Report;

/// Annotations that a report may have.
const ANNOTATIONS: usize = 1000;
/// Longest summary of an annotation, in characters.
const SUMMARY: usize = 450;
/// Longest details of a report or annotation, in characters.
const DETAILS: usize = 2000;

#[derive(Serialize)]
struct Document {
    report: ReportBody,
    annotations: Vec<Annotation>,
}

#[derive(Serialize)]
struct ReportBody {
    title: &'static str,
    details: String,
    report_type: &'static str,
    reporter: &'static str,
    result: &'static str,
    data: Vec<Data>,
}

#[derive(Serialize)]
struct Data {
    title: &'static str,
    r#type: &'static str,
    value: usize,
}

#[derive(Serialize)]
struct Annotation {
    external_id: String,
    annotation_type: &'static str,
    summary: String,
    details: String,
    severity: &'static str,
    path: String,
    line: u32,
}

/// Writes the document.
///
/// # Errors
/// When the output cannot be written.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut listed = worst_first(report);
    let more = listed.len().saturating_sub(ANNOTATIONS);
    listed.truncate(ANNOTATIONS);
    let mut lines = summary::lines(report);
    if more > 0 {
        lines.insert(0, format!("{} without an annotation", summary::count(more, "more finding")));
    }
    let details: Vec<String> = lines.iter().map(|line| text(line)).collect();
    let counts = &report.summary;
    let number = |title, value| Data { title, r#type: "NUMBER", value };
    let document = Document {
        report: ReportBody {
            title: "sflint",
            details: clipped(&details.join("\n"), DETAILS),
            report_type: "SECURITY",
            reporter: "sflint",
            result: if report.fails() { "FAILED" } else { "PASSED" },
            data: vec![
                number("Errors", counts.error),
                number("Warnings", counts.warning),
                number("Notes", counts.note),
                number("Files", counts.files_read),
            ],
        },
        annotations: listed.into_iter().map(annotation).collect(),
    };
    serde_json::to_writer(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn annotation(Listed { finding, id }: Listed<'_>) -> Annotation {
    Annotation {
        external_id: format!("sflint-{id}"),
        annotation_type: "VULNERABILITY",
        summary: clipped(&text(&finding.message), SUMMARY),
        details: clipped(&format!("{} ({})", advice(finding), text(&finding.rule.id)), DETAILS),
        severity: match finding.severity {
            Severity::Error => "HIGH",
            Severity::Warning => "MEDIUM",
            Severity::Note => "LOW",
        },
        path: text(&finding.location.path),
        line: finding.location.region.start.line,
    }
}
