//! What stands above all sections: about the run, and how bad it is.

use super::{Fact, Tile, Tone, answers, projects, shown};
use crate::overview::Overview;
use crate::overview::answer::Status;
use crate::overview::health::Score;
use crate::report::summary::{count, some};
use crate::rule::ProjectKind;

pub(super) fn facts(overview: &Overview) -> Vec<Fact> {
    let report = &overview.report;
    let summary = &report.summary;
    let several = report.projects.len() > 1;
    let fact = |name, value| Fact { name, value, in_tiles: false };
    let tile = |name, value| Fact { name, value, in_tiles: true };
    let mut facts = vec![
        fact(if several { "Projects" } else { "Project" }, which_projects(overview)),
        fact("Day", report.today.to_string()),
        fact(
            "Made by",
            format!(
                "sflint {}, from {} and {}",
                env!("CARGO_PKG_VERSION"),
                count(summary.files_read, "file"),
                count(summary.rules, "rule")
            ),
        ),
        tile(
            "Findings",
            format!(
                "{}, {}, {}",
                count(summary.error, "error"),
                count(summary.warning, "warning"),
                count(summary.note, "note")
            ),
        ),
        tile("Checklist", answers::tally(overview.rows.iter().map(|row| row.status))),
    ];
    if let Some((score, scored)) = score(overview) {
        let lowest = match scored {
            1 => String::new(),
            more => format!(", the lowest of {more} projects"),
        };
        let value =
            format!("{score}, an estimate from {} of {} settings{lowest}", score.known, score.all);
        facts.push(tile("Health Check", value));
    }
    facts.push(tile("Benchmark", answers::tally(overview.benchmark.iter().map(|one| one.status))));
    facts.push(fact(
        "Accepted",
        format!(
            "{} by exceptions, {} by baselines",
            count(summary.excepted, "finding"),
            overview.baselined
        ),
    ));
    facts
}

/// The folder of a project, or how many there are.
pub(super) fn subject(overview: &Overview) -> String {
    let report = &overview.report;
    let [one] = &*report.projects else {
        return count(report.projects.len(), "project");
    };
    let folder = report.root.file_name().map(|name| name.to_string_lossy());
    match folder {
        Some(folder) if one.path == "." => folder.into_owned(),
        _ => one.path.clone(),
    }
}

/// One project with its kind, or how many there are of each kind.
fn which_projects(overview: &Overview) -> String {
    let report = &overview.report;
    if let [one] = &*report.projects {
        let why = one.guessed_from.as_deref();
        let guess = why.map(|why| format!(", guessed: {why}")).unwrap_or_default();
        return format!("{} (kind {}{guess})", subject(overview), one.kind);
    }
    let kinds = ProjectKind::WORDS.iter().filter_map(|(word, kind)| {
        let number = report.projects.iter().filter(|one| one.kind == *kind).count();
        (number > 0).then(|| format!("{number} of kind {word}"))
    });
    let kinds: Vec<String> = kinds.collect();
    let paths = projects(overview);
    let paths: Vec<String> = paths.iter().map(|(one, _)| shown(one, overview)).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    format!("{} ({}): {}", report.projects.len(), kinds.join(", "), some(&paths))
}

/// The lowest estimate, those with a grade before the others, and how many there are of its kind.
fn score(overview: &Overview) -> Option<(Score, usize)> {
    let all = || overview.projects.iter().filter_map(|one| one.health.score);
    let graded = |score: &Score| score.grade().is_some();
    let any = all().any(|one| graded(&one));
    let alike = all().filter(|one| graded(one) == any);
    let lowest = alike.clone().min_by_key(|score| score.percent)?;
    Some((lowest, alike.count()))
}

pub(super) fn tiles(overview: &Overview) -> Vec<Tile> {
    let summary = &overview.report.summary;
    let tile = |value: String, label: String, tone, section| Tile { value, label, tone, section };
    let noun = |number: usize, noun: &str| format!("{noun}{}", if number == 1 { "" } else { "s" });
    let found = |number: usize, word: &str, tone| {
        let tone = if number == 0 { Tone::Plain } else { tone };
        tile(number.to_string(), noun(number, word), tone, "first")
    };
    let failing = |number: usize, all: usize, label: &str, section| {
        let tone = if number == 0 { Tone::Plain } else { Tone::Bad };
        tile(format!("{number} of {all}"), label.to_owned(), tone, section)
    };
    let fail = |status: Status| status == Status::Fail;
    let questions = overview.rows.iter().filter(|row| fail(row.status)).count();
    let controls = overview.benchmark.iter().filter(|one| fail(one.status)).count();
    let mut tiles = vec![
        found(summary.error, "error", Tone::Bad),
        found(summary.warning, "warning", Tone::Warn),
        found(summary.note, "note", Tone::Plain),
        failing(questions, overview.rows.len(), "questions of the checklist fail", "checklist"),
    ];
    if let Some((score, scored)) = score(overview) {
        let tone = match score.percent {
            _ if score.grade().is_none() => Tone::Plain,
            80.. => Tone::Good,
            55.. => Tone::Warn,
            _ => Tone::Bad,
        };
        let which = if scored > 1 { ", the lowest" } else { "" };
        let rest = match score.grade() {
            Some(grade) => format!(": {grade}"),
            None => format!(" from {} of {} settings", score.known, score.all),
        };
        let value = format!("{} of 100", score.percent);
        let label = format!("Health Check, estimated{which}{rest}");
        tiles.push(tile(value, label, tone, "health-check"));
    }
    let label = "controls of the benchmark fail";
    tiles.push(failing(controls, overview.benchmark.len(), label, "benchmark"));
    let accepted = summary.excepted + overview.baselined;
    if accepted > 0 {
        let label = format!("{} accepted", noun(accepted, "finding"));
        tiles.push(tile(accepted.to_string(), label, Tone::Plain, "exceptions"));
    }
    tiles
}
