//! `--format sarif`: SARIF 2.1.0, for GitHub code scanning and for viewers.
//!
//! Specification: "Static Analysis Results Interchange Format (SARIF) Version 2.1.0 Plus Errata 01" of OASIS, and "SARIF
//! support for code scanning" in GitHub's documentation, whose limits are kept.
//!
//! Columns are UTF-16 code units: what GitHub and the viewers in editors count in, whatever `columnKind` says.
//! `primaryLocationLineHash` is left to the action that uploads the file, which makes it where it is missing; what tells
//! findings apart for sflint is `sflint/v1`.

mod notifications;
mod rules;

use std::collections::HashMap;
use std::io::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::fix::Fixes;
use crate::project::path::is_absolute;
use crate::report::listing::{Listed, advice, text, worst_first};
use crate::rule::Safety;
use crate::secret::masked;
use crate::settle::report::{Location, Region, Report, ReportedFinding};

/// Results that GitHub shows of a run; it keeps the worst itself, but only of 25,000.
const RESULTS: usize = 5000;
/// Related locations of a result that GitHub shows.
const RELATED: usize = 100;
/// Related locations that the message links to; GitHub shows no others.
const LINKED: usize = 3;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What relative URIs begin at.
const BASE: &str = "%SRCROOT%";
/// Everything but unreserved characters and the `/` between names.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Writes the report. The rules are those of [`Report::rules`], so the request must have asked for them.
/// `folder` is the one that was checked, seen from the root of the run.
/// Fixes are for viewers that offer them; GitHub shows none.
///
/// # Errors
/// When the output cannot be written.
pub fn write(
    report: &Report,
    fixes: Fixes<'_>,
    folder: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &document(report, fixes, folder))?;
    out.write_all(b"\n")
}

fn document(report: &Report, mut fixes: Fixes<'_>, folder: &str) -> Value {
    let mut listed = worst_first(report);
    let left_out = listed.split_off(RESULTS.min(listed.len()));
    let index: HashMap<&str, usize> =
        report.rules.iter().enumerate().map(|(at, rule)| (rule.rule.id.as_str(), at)).collect();
    let results = listed.iter().map(|one| {
        let mut result = result(one, &index);
        if let Some(fix) = fix(one.finding, &mut fixes) {
            set(&mut result, "fixes", json!([fix]));
        }
        result
    });
    let results: Vec<Value> = results.collect();
    let version = env!("CARGO_PKG_VERSION");
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": version,
                "semanticVersion": version,
                "rules": report.rules.iter().map(rules::descriptor).collect::<Vec<_>>(),
                "notifications": notifications::descriptors(),
            } },
            "automationDetails": { "id": category(folder) },
            "originalUriBaseIds": { BASE: { "description": {
                "text": "The root of the git work tree, or the folder that holds everything that was checked."
            } } },
            "invocations": [{
                "executionSuccessful": true,
                "exitCode": u8::from(report.fails()),
                "toolExecutionNotifications": notifications::of(report, left_out.len()),
            }],
            "columnKind": "utf16CodeUnits",
            "results": results,
        }],
    })
}

/// What keeps runs on different folders of a repository apart: `sflint/`, or `sflint/<folder>/`.
fn category(folder: &str) -> String {
    match folder {
        "" | "." => "sflint/".to_owned(),
        folder => format!("sflint/{}/", uri(folder)),
    }
}

fn result(listed: &Listed<'_>, rules: &HashMap<&str, usize>) -> Value {
    let finding = listed.finding;
    let component = text(&finding.component.to_string());
    let related = || finding.related.iter().take(RELATED).zip(1_usize..);
    let mut location = physical(&finding.location);
    if !component.is_empty() {
        let logical = json!([{ "fullyQualifiedName": component }]);
        set(&mut location, "logicalLocations", logical);
    }
    let mut result = json!({
        "ruleId": text(&finding.rule.id),
        "ruleIndex": rules.get(finding.rule.id.as_str()).map_or(json!(-1), |at| json!(at)),
        "kind": "fail",
        "level": finding.severity.word(),
        "message": { "text": message(listed) },
        "locations": [location],
        "partialFingerprints": { "sflint/v1": listed.id },
        "properties": {
            "confidence": finding.confidence.word(),
            "deployed": finding.deployed,
        },
    });
    if !finding.related.is_empty() {
        let locations: Vec<Value> = related()
            .map(|((location, said), id)| {
                let mut location = physical(location);
                set(&mut location, "id", json!(id));
                set(&mut location, "message", json!({ "text": sentence(&plain(said)) }));
                location
            })
            .collect();
        set(&mut result, "relatedLocations", Value::Array(locations));
    }
    result
}

/// What a viewer may do about a result: the replacements of each file together.
fn fix(finding: &ReportedFinding, fixes: &mut Fixes<'_>) -> Option<Value> {
    let fix = fixes.of(finding)?;
    let regions = fixes.regions(&fix);
    let mut changes: Vec<(&str, Vec<Value>)> = Vec::new();
    for (edit, place) in fix.edits.iter().zip(&regions) {
        let replacement = json!({
            "deletedRegion": region(place),
            "insertedContent": { "text": edit.text },
        });
        match changes.last_mut() {
            Some((path, replacements)) if *path == edit.path => replacements.push(replacement),
            _ => changes.push((&edit.path, vec![replacement])),
        }
    }
    let changes = changes.into_iter().map(|(path, replacements)| {
        json!({ "artifactLocation": artifact(path), "replacements": replacements })
    });
    let doubt = match fix.safety {
        Safety::Safe => "",
        Safety::Unsafe => " It changes what somebody may rely on.",
    };
    Some(json!({
        "description": { "text": format!("{}{doubt}", sentence(&plain(&fix.title))) },
        "artifactChanges": changes.collect::<Vec<_>>(),
    }))
}

/// What is wrong, what to do, and links to related locations. Hosts take the first sentence as the title.
fn message(listed: &Listed<'_>) -> String {
    let finding = listed.finding;
    let mut message: Vec<String> =
        advice(finding).lines().map(|line| sentence(&plain(line))).collect();
    if !finding.related.is_empty() {
        let links = finding.related.iter().take(LINKED).zip(1_usize..).map(|((_, said), id)| {
            format!("[{}]({id})", plain(said).replace('[', "(").replace(']', ")"))
        });
        message.push(format!("See {}.", links.collect::<Vec<_>>().join(", ")));
    }
    message.join(" ")
}

/// A text in which nothing is a link: `[text](target)` is one in messages of SARIF.
fn plain(said: &str) -> String {
    text(said).replace("](", "] (")
}

/// A text with a stop at its end. Messages must not be empty.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// A location with its region, as narrow as the finding is.
fn physical(location: &Location) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": artifact(&location.path),
        "region": region(&location.region),
    } })
}

fn region(region: &Region) -> Value {
    json!({
        "startLine": region.start.line,
        "startColumn": region.start_columns.utf16,
        "endLine": region.end.line,
        "endColumn": region.end_columns.utf16,
    })
}

fn artifact(path: &str) -> Value {
    if is_absolute(path) {
        return json!({ "uri": format!("file:///{}", uri(path.trim_start_matches('/'))) });
    }
    json!({ "uri": uri(path), "uriBaseId": BASE })
}

/// A path as a relative reference. Encoding makes every character harmless, but hides no credential.
fn uri(path: &str) -> String {
    utf8_percent_encode(&masked(path), ENCODED).to_string()
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(members) = object {
        members.insert(name.to_owned(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_encoded() {
        assert_eq!(
            artifact("force app/Ünï:#%.xml"),
            json!({ "uri": "force%20app/%C3%9Cn%C3%AF%3A%23%25.xml", "uriBaseId": BASE })
        );
        assert_eq!(artifact("/etc/a b"), json!({ "uri": "file:///etc/a%20b" }));
    }

    #[test]
    fn a_text_of_a_file_is_no_link() {
        assert_eq!(plain("[click](https://evil.example)"), "[click] (https://evil.example)");
    }

    #[test]
    fn a_folder_has_a_category_of_its_own() {
        assert_eq!(category("."), "sflint/");
        assert_eq!(category("orgs/a b"), "sflint/orgs/a%20b/");
    }

    #[test]
    fn sentences_have_one_stop() {
        assert_eq!(sentence("a b "), "a b.");
        assert_eq!(sentence("a b."), "a b.");
    }
}
