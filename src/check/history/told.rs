//! The report on a history.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::contents::HistoryStore;
use super::reader::{Counts, Held, Read, Seen, main_place, short};
use super::{HistoryRequest, Interrupted, Judge};
use crate::check::accepted::Accepted;
use crate::check::baseline::Baselines;
use crate::check::rules::rules_on;
use crate::check::run::Run;
use crate::check::{CheckRequest, Checked, Error};
use crate::config::FILE_NAME;
use crate::engine::finding::Finding;
use crate::model::record::{FileId, Place};
use crate::project::git::{Commits, Logged};
use crate::project::store::{Disk, FileEntry};
use crate::project::{Discovery, Project};
use crate::rule::Severity;
use crate::settle::register::Coverage;
use crate::settle::report::{ProjectSummary, Report, SkippedFile, Summary};
use crate::settle::{Given, ProjectFindings, settle};
use crate::value::date::Date;
use crate::words::{count, several};

/// Places of one credential that are told.
const MOST_PLACES: usize = 20;

const SECONDS_A_DAY: i64 = 86_400;

/// `1a2b3c4d5e of 2024-05-01`
fn shown(commit: &Logged) -> String {
    match Date::from_days_since_epoch(commit.time.div_euclid(SECONDS_A_DAY)) {
        Some(day) => format!("{} of {day}", short(&commit.id)),
        None => short(&commit.id).to_owned(),
    }
}

/// Settles what was found.
pub(super) fn report(
    request: &CheckRequest,
    of: &HistoryRequest<'_>,
    top: &Path,
    judge: Judge<'_>,
    read: Read,
) -> Result<(Checked, HistoryStore), Error> {
    let Judge { config, plan, kind, .. } = judge;
    let Read { mut held, counts, in_head, interrupted, shallow, store } = read;
    let discovery = Discovery {
        root: top.to_owned(),
        projects: vec![Project::around_nothing()],
        skipped: Vec::new(),
        notes: Vec::new(),
    };
    let mut run = Run::new(request, &Disk, None, &discovery);
    let mut accepted = Accepted::default();
    let exceptions = accepted.add(config, &mut run);
    let mut findings = Vec::with_capacity(held.len());
    for one in &mut held {
        findings.push(finding(one, &in_head, &mut run.files));
    }
    let found = ProjectFindings {
        project: 0,
        kind,
        plan,
        findings,
        evidence: Vec::new(),
        exceptions,
        coverage: Coverage::default(),
    };
    let given = Given { exceptions: &accepted.entries, ..Given::default() };
    let settled = settle(vec![found], given, &run.files, &store, request.today);
    let baselines = Baselines::read(request, &Disk, &[top.to_owned()])?;
    let (findings, baseline, baselines) =
        baselines.apply(settled.findings, &[false], false, &[], top);
    let mut summary = summary(run.summary, counts);
    summary.excepted = settled.excepted;
    summary.baseline = baseline;
    summary.rules = plan.findings_rules();
    if shallow {
        let older = "not searched: what is older than this shallow clone; `git fetch --unshallow` brings it";
        summary.remarks.push(older.to_owned());
    }
    summary.remarks.extend(interrupted.map(|by| broken_off(&by, of)));
    let mut report = Report {
        root: top.to_owned(),
        projects: vec![ProjectSummary {
            path: ".".to_owned(),
            kind,
            guessed_from: None,
            fail_on: request.fail_on.or(config.fail_on).unwrap_or(Severity::Error),
            preset: request.selection.preset.clone().unwrap_or_else(|| config.preset.clone()),
        }],
        partial: false,
        today: request.today,
        findings,
        register: settled.register,
        rules: rules_on(std::iter::once(plan)),
        summary,
    };
    report.count();
    let checked = Checked {
        report,
        files: run.files,
        remarks: Vec::new(),
        baselines,
        named: Vec::new(),
        whole: vec![false],
    };
    Ok((checked, store))
}

/// What was read, and what was not.
fn summary(known: Summary, counts: Counts) -> Summary {
    let mut summary = known;
    summary.files_read = counts.contents;
    summary.files_skipped = counts.not_searched;
    summary.files_skipped.extend(
        counts
            .excluded
            .into_iter()
            .map(|path| SkippedFile { path, why: format!("excluded by {FILE_NAME}") }),
    );
    summary.files_skipped.sort();
    summary.files_skipped.dedup();
    summary.revision = Some(format!(
        "the history, {} of files that {} brought",
        several(counts.contents, "content", "contents"),
        count(counts.commits, "commit")
    ));
    let mut submodules: Vec<String> = counts.submodules.into_iter().collect();
    submodules.sort();
    summary.remarks.extend(submodules.iter().map(|path| {
        format!(
            "not searched: {path} is a submodule with a history of its own; run `sflint history` in it"
        )
    }));
    if counts.pointers > 0 {
        let files = count(counts.pointers, "file");
        summary.remarks.push(format!("not searched: {files} that Git LFS keeps elsewhere"));
    }
    summary
}

/// How far a run came that somebody broke off, and how to go on.
fn broken_off(by: &Interrupted, of: &HistoryRequest<'_>) -> String {
    let range = match of.commits {
        Commits::All { unreachable: false } => String::new(),
        Commits::All { unreachable: true } => " --unreachable".to_owned(),
        Commits::Range(range) => format!(" {range}"),
    };
    match &by.complete {
        Some(commit) => format!(
            "broken off after commit {}; `sflint history{range} --after {}` goes on from there",
            shown(commit),
            short(&commit.id)
        ),
        None => "broken off in the first commit".to_owned(),
    }
}

/// The finding of a credential: at the place that is still in HEAD, else at the latest; the others are told.
fn finding(held: &mut Held, in_head: &HashSet<String>, files: &mut Vec<FileEntry>) -> Finding {
    let places = &mut held.places;
    // In the order of the commits; a place in HEAD counts for more than any other.
    let first = places.first().map(|seen| shown(&seen.commit)).unwrap_or_default();
    let is_now = |seen: &Seen| in_head.contains(&seen.content);
    let main = main_place(places, in_head);
    let now = places.get(main).is_some_and(is_now);
    let mut finding = held.finding.clone();
    let mut told: HashSet<&str> = HashSet::new();
    let mut related = Vec::new();
    let mut place_of = |seen: &Seen| {
        files.push(FileEntry {
            path: seen.path.clone(),
            absolute: PathBuf::from(&seen.content),
            target: true,
            deployed: true,
            of_policy: false,
        });
        Place { file: FileId(files.len() as u32 - 1), span: seen.span }
    };
    if let Some(seen) = places.get(main) {
        finding.primary = place_of(seen);
        told.insert(&seen.path);
    }
    for (at, seen) in places.iter().enumerate().rev() {
        if at != main && told.insert(&seen.path) && related.len() < MOST_PLACES {
            let state = if is_now(seen) { "also in HEAD" } else { "also in the history" };
            related.push((place_of(seen), format!("{state}, by {}", shown(&seen.commit))));
        }
    }
    let state = if now {
        "and still in HEAD"
    } else {
        "gone from HEAD but in every clone: only revoking it ends that"
    };
    finding.message = format!("{}; in git since {first}, {state}", finding.message);
    finding.related = related;
    finding
}
