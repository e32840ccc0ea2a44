//! The closing lines that every format for people shares: what was found, and what was not looked at.

use std::collections::{BTreeMap, BTreeSet};

use crate::settle::report::Report;
pub use crate::words::{count, several, some};

/// The closing lines.
pub fn lines(report: &Report) -> Vec<String> {
    let summary = &report.summary;
    let mut lines = vec![format!(
        "{}, {}, {} in {} ({} on)",
        count(summary.error, "error"),
        count(summary.warning, "warning"),
        count(summary.note, "note"),
        count(summary.files_read, "file"),
        count(summary.rules, "rule"),
    )];
    if let Some(revision) = &summary.revision {
        lines.push(format!("checked: {revision}, not the work tree"));
    }
    if let Some(policy) = &summary.policy_from {
        lines.push(format!("decided by: the config, baseline and project files of {policy}"));
    }
    if let Some(since) = &summary.since {
        let known = several(since.known, "finding was", "findings were");
        lines.push(format!("only what is new since {}: {known} there before", since.revision));
    }
    lines.extend(excepted(report));
    lines.extend(baselined(report));
    lines.extend(projects(report));
    if summary.owned_by_salesforce > 0 {
        lines.push(format!(
            "not listed: the rights of {} owned by Salesforce or a package",
            several(summary.owned_by_salesforce, "profile or set", "profiles and sets")
        ));
    }
    if summary.files_without_rule > 0 {
        lines.push(format!(
            "not read: {} that no rule in this run asks about",
            count(summary.files_without_rule, "metadata file")
        ));
    }
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in &summary.files_skipped {
        reasons.entry(&file.why).or_default().push(&file.path);
    }
    for (why, paths) in reasons {
        lines.push(format!("skipped: {} ({why}): {}", count(paths.len(), "file"), some(&paths)));
    }
    // What is unknown is said once, with everything that waits for it.
    let mut unknown: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for one in &summary.not_judged {
        let (rules, components) = unknown.entry(&one.why).or_default();
        rules.insert(&one.rule);
        components.insert(&one.component);
    }
    for (why, (rules, components)) in unknown {
        let rules: Vec<&str> = rules.into_iter().collect();
        let components: Vec<&str> = components.into_iter().collect();
        lines.push(format!("not judged: {why} for {} ({})", some(&components), some(&rules)));
    }
    lines.extend(summary.remarks.iter().cloned());
    lines
}

/// What is accepted, and where that is said.
fn excepted(report: &Report) -> Option<String> {
    let number = report.summary.excepted;
    if number == 0 {
        return None;
    }
    let hiding = report.register.iter().filter(|entry| !entry.hides.is_empty());
    let files: BTreeSet<&str> = hiding.map(|entry| entry.location.path.as_str()).collect();
    let files: Vec<&str> = files.into_iter().collect();
    Some(format!(
        "{} excepted in {}; `sflint exceptions` lists what is accepted and why",
        several(number, "finding is", "findings are"),
        some(&files)
    ))
}

/// What the baselines hide, and what of them is out of date.
fn baselined(report: &Report) -> Vec<String> {
    let Some(baseline) = &report.summary.baseline else { return Vec::new() };
    let names: Vec<&str> = baseline.files.iter().map(String::as_str).collect();
    let names = some(&names);
    let mut lines = Vec::new();
    let hidden = baseline.hidden;
    if hidden.total() > 0 {
        lines.push(format!(
            "{} in the baseline {names} ({}, {}, {})",
            several(hidden.total(), "finding is", "findings are"),
            count(hidden.error, "error"),
            count(hidden.warning, "warning"),
            count(hidden.note, "note")
        ));
    }
    if let Some(stale) = baseline.stale.filter(|stale| *stale > 0) {
        lines.push(format!(
            "{} of {names} {} no finding any more; `sflint baseline --prune` drops {}",
            count(stale, "line"),
            if stale == 1 { "fits" } else { "fit" },
            if stale == 1 { "it" } else { "them" }
        ));
    }
    lines
}

/// The kind of a project decides which rules apply, so a guess is said.
fn projects(report: &Report) -> Vec<String> {
    const FEW: usize = 3;
    let guessed: Vec<_> =
        report.projects.iter().filter(|project| project.guessed_from.is_some()).collect();
    let line = |path: &str, kind: &dyn std::fmt::Display, why: &str| {
        format!("{path} is read as a project of kind {kind}: {why}; `kind` in sflint.toml decides")
    };
    if guessed.len() > FEW {
        return vec![format!(
            "the kinds of {} projects are guessed; `kind` in sflint.toml decides",
            guessed.len()
        )];
    }
    guessed
        .iter()
        .map(|project| {
            let why = project.guessed_from.as_deref().unwrap_or("");
            line(if project.path == "." { "this" } else { &project.path }, &project.kind, why)
        })
        .collect()
}
