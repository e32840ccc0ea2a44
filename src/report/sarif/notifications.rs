//! What a run has to say beside its results: nothing is left out in silence.

use serde_json::{Value, json};

use super::{artifact, set};
use crate::report::listing::text;
use crate::report::summary;
use crate::settle::report::Report;

/// Files that were not read and have a notification of their own.
const FILES: usize = 100;

const LEFT_OUT: &str = "results-left-out";
const NOT_READ: &str = "file-not-read";
const SUMMARY: &str = "summary";

/// The kinds of notifications.
pub(super) fn descriptors() -> Value {
    let kinds = [
        (LEFT_OUT, "There are more findings than a host takes; the worst are in the report."),
        (NOT_READ, "A file was not read."),
        (SUMMARY, "What was found and accepted, and what could not be judged."),
    ];
    kinds
        .iter()
        .map(|(id, what)| {
            let what = json!({ "text": what });
            // The host asks for all three, as it does of rules.
            json!({ "id": id, "shortDescription": what, "fullDescription": what, "help": what })
        })
        .collect()
}

/// The notifications of a run from which so many findings were left out.
pub(super) fn of(report: &Report, left_out: usize) -> Vec<Value> {
    let mut all = Vec::new();
    if left_out > 0 {
        let findings = summary::count(left_out, "more finding");
        let message = format!("{findings}, none worse than these; `--format json` lists all");
        all.push(notification(LEFT_OUT, "warning", &message));
    }
    for file in report.summary.files_skipped.iter().take(FILES) {
        let message = format!("not read: {}", file.why);
        let mut one = notification(NOT_READ, "note", &message);
        let location =
            json!([{ "physicalLocation": { "artifactLocation": artifact(&file.path) } }]);
        set(&mut one, "locations", location);
        all.push(one);
    }
    all.extend(summary::lines(report).iter().map(|line| notification(SUMMARY, "note", line)));
    all
}

fn notification(id: &str, level: &str, message: &str) -> Value {
    json!({ "descriptor": { "id": id }, "level": level, "message": { "text": text(message) } })
}
