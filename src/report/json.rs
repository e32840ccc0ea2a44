//! `--format json`: one versioned document.

use std::io::{self, Write};
use std::path::{Component, Path};

use serde::Serialize;

use crate::document::Position;
use crate::fix::{FileEdit, Fixes};
use crate::project::path::normalise;
use crate::project::store::{FileEntry, Store};
use crate::report::safe;
use crate::settle::report::{Location, Region, Report, ReportedFinding, Summary};

/// Version of the document's shape; raised when a member changes its meaning or goes.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document {
    version: u32,
    tool: Tool,
    run: Run,
    findings: Vec<Finding>,
    summary: Counts,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Run {
    root: String,
    projects: Vec<Project>,
    partial: bool,
    today: String,
    revision: Option<String>,
    #[serde(rename = "policyFrom")]
    policy_from: Option<String>,
    since: Option<Since>,
}

#[derive(Serialize)]
struct Since {
    revision: String,
    known: usize,
}

#[derive(Serialize)]
struct Project {
    path: String,
    kind: &'static str,
    #[serde(rename = "guessedFrom")]
    guessed_from: Option<String>,
    preset: String,
    #[serde(rename = "failOn")]
    fail_on: &'static str,
}

/// A finding as JSON documents show it.
#[derive(Serialize)]
pub(super) struct Finding {
    project: String,
    rule: String,
    severity: &'static str,
    confidence: &'static str,
    title: String,
    message: String,
    path: String,
    start: Point,
    end: Point,
    component: String,
    key: Option<String>,
    values: Vec<String>,
    fingerprint: String,
    help: Option<String>,
    standards: Vec<String>,
    deployed: bool,
    related: Vec<Related>,
    fix: Option<Fix>,
}

#[derive(Serialize)]
struct Fix {
    safety: &'static str,
    title: String,
    edits: Vec<Edit>,
}

#[derive(Serialize)]
struct Edit {
    path: String,
    start: Point,
    end: Point,
    text: String,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
    offset: u64,
}

#[derive(Serialize)]
struct Related {
    path: String,
    start: Point,
    end: Point,
    message: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    error: usize,
    warning: usize,
    note: usize,
    excepted: usize,
    baselined: usize,
    baselined_by_severity: Severities,
    baseline_stale: Option<usize>,
    below_threshold: usize,
    rules: usize,
    files_read: usize,
    files_without_rule: usize,
    files_skipped: Vec<Skipped>,
    owned_by_salesforce: usize,
    not_judged: Vec<NotJudged>,
    remarks: Vec<String>,
}

#[derive(Serialize)]
struct Severities {
    error: usize,
    warning: usize,
    note: usize,
}

#[derive(Serialize)]
struct Skipped {
    path: String,
    why: String,
}

#[derive(Serialize)]
struct NotJudged {
    rule: String,
    component: String,
    path: Option<String>,
    why: String,
}

/// Writes the report on these files, which the store has, for somebody in the current folder.
///
/// # Errors
/// When the output cannot be written.
pub fn write(
    report: &Report,
    files: &[FileEntry],
    store: &dyn Store,
    current: &Path,
    out: &mut dyn Write,
) -> io::Result<()> {
    let fixes = Fixes::new(files, store);
    serde_json::to_writer(&mut *out, &document(report, files, fixes, current))?;
    out.write_all(b"\n")
}

fn text(text: &str) -> String {
    safe::line(text).into_owned()
}

/// The way from one folder to another, so that a report says nothing about the machine it was made on;
/// the folder itself if there is no way (another drive).
fn way(from: &Path, to: &Path) -> String {
    let from = from.canonicalize().unwrap_or_else(|_| from.to_owned());
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return normalise(&to.to_string_lossy());
    }
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    let way: std::path::PathBuf = up.chain(to.components().skip(shared)).collect();
    match normalise(&way.to_string_lossy()) {
        way if way.is_empty() => ".".to_owned(),
        way => way,
    }
}

fn document(
    report: &Report,
    files: &[FileEntry],
    mut fixes: Fixes<'_>,
    current: &Path,
) -> Document {
    let mut findings = findings(&report.findings, report);
    for (shown, finding) in findings.iter_mut().zip(&report.findings) {
        shown.fix = fix(finding, &mut fixes);
    }
    let projects = report
        .projects
        .iter()
        .map(|project| Project {
            path: text(&project.path),
            kind: project.kind.word(),
            guessed_from: project.guessed_from.as_deref().map(text),
            preset: text(&project.preset),
            fail_on: project.fail_on.word(),
        })
        .collect();
    Document {
        version: VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        run: Run {
            root: text(&way(current, &report.root)),
            projects,
            partial: report.partial,
            today: report.today.to_string(),
            revision: report.summary.revision.as_deref().map(text),
            policy_from: report.summary.policy_from.as_deref().map(text),
            since: report
                .summary
                .since
                .as_ref()
                .map(|since| Since { revision: text(&since.revision), known: since.known }),
        },
        findings,
        summary: counts(&report.summary, files),
    }
}

/// Some findings of a report, without their fixes.
pub(super) fn findings(some: &[ReportedFinding], report: &Report) -> Vec<Finding> {
    let mut repeated = safe::Repeated::default();
    some.iter().map(|one| finding(one, report, &mut repeated)).collect()
}

fn fix(finding: &ReportedFinding, fixes: &mut Fixes<'_>) -> Option<Fix> {
    let fix = fixes.of(finding)?;
    let regions = fixes.regions(&fix);
    let edit = |(edit, region): (&FileEdit, &Region)| {
        let (start, end) = ends(region);
        // What is written is no text of a file, and has to be taken as it is.
        Edit { path: text(&edit.path), start, end, text: edit.text.clone() }
    };
    Some(Fix {
        safety: fix.safety.word(),
        title: text(&fix.title),
        edits: fix.edits.iter().zip(&regions).map(edit).collect(),
    })
}

fn finding<'r>(
    finding: &'r ReportedFinding,
    report: &'r Report,
    repeated: &mut safe::Repeated<'r>,
) -> Finding {
    let (start, end) = points(&finding.location);
    let project = report.projects.get(finding.project);
    Finding {
        project: repeated.line(project.map_or(".", |project| &project.path)),
        rule: repeated.line(&finding.rule.id),
        severity: finding.severity.word(),
        confidence: finding.confidence.word(),
        title: repeated.line(&finding.rule.title),
        message: text(&finding.message),
        path: repeated.line(&finding.location.path),
        start,
        end,
        component: text(&finding.component.to_string()),
        key: Some(text(&finding.key)).filter(|key| !key.is_empty()),
        values: finding
            .values
            .iter()
            .map(|(leaf, value)| text(&format!("{leaf}={value}")))
            .collect(),
        fingerprint: finding.fingerprint.clone(),
        help: finding.help.as_deref().map(text),
        standards: finding.rule.maps.iter().map(|one| repeated.line(one)).collect(),
        deployed: finding.deployed,
        related: finding
            .related
            .iter()
            .map(|(location, message)| {
                let (start, end) = points(location);
                let path = repeated.line(&location.path);
                Related { path, start, end, message: text(message) }
            })
            .collect(),
        fix: None,
    }
}

fn points(location: &Location) -> (Point, Point) {
    ends(&location.region)
}

fn ends(region: &Region) -> (Point, Point) {
    let point =
        |position: Position, offset| Point { line: position.line, column: position.column, offset };
    (point(region.start, region.start_offset), point(region.end, region.end_offset))
}

fn counts(summary: &Summary, files: &[FileEntry]) -> Counts {
    let hidden = summary.baseline.as_ref().map(|baseline| baseline.hidden).unwrap_or_default();
    Counts {
        error: summary.error,
        warning: summary.warning,
        note: summary.note,
        excepted: summary.excepted,
        baselined: hidden.total(),
        baselined_by_severity: Severities {
            error: hidden.error,
            warning: hidden.warning,
            note: hidden.note,
        },
        baseline_stale: summary.baseline.as_ref().and_then(|baseline| baseline.stale),
        below_threshold: summary.below_threshold,
        rules: summary.rules,
        files_read: summary.files_read,
        files_without_rule: summary.files_without_rule,
        files_skipped: summary
            .files_skipped
            .iter()
            .map(|file| Skipped { path: text(&file.path), why: text(&file.why) })
            .collect(),
        owned_by_salesforce: summary.owned_by_salesforce,
        not_judged: summary
            .not_judged
            .iter()
            .map(|one| NotJudged {
                rule: text(&one.rule),
                component: text(&one.component),
                path: one
                    .file
                    .and_then(|file| files.get(file.0 as usize))
                    .map(|file| text(&file.path)),
                why: text(&one.why),
            })
            .collect(),
        remarks: summary.remarks.iter().map(|one| text(one)).collect(),
    }
}
