//! Several projects side by side; what is accepted, and what the report rests on.

use super::projects as all_projects;
use super::{
    Cell, Entry, Mark, Note, Row, Section, Table, Tone, answers, place, plain, row, section, shown,
    table,
};
use crate::overview::{OfProject, Overview, TurnedOff};
use crate::report::summary::{self, count, several};
use crate::settle::register::{EntryState, RegisterEntry};
use crate::settle::report::ProjectSummary;

pub(super) fn exceptions(overview: &Overview) -> Section {
    let register = &overview.report.register;
    let base = section("exceptions", "What is accepted");
    let mut notes: Vec<Note> = Vec::new();
    if register.is_empty() {
        notes.push("There are no exceptions.".into());
    }
    if overview.baselined > 0 {
        let number = several(overview.baselined, "finding is", "findings are");
        let text = format!("{number} in a baseline, without a reason; the items above name them.");
        notes.push(text.into());
    }
    let rows: Vec<Row> = register.iter().map(exception).collect();
    let tables = if rows.is_empty() {
        Vec::new()
    } else {
        vec![Table {
            marks: "State",
            ..table(&["Exception", "Owner", "Ticket", "Through", "Hides"], rows)
        }]
    };
    Section { notes, tables, ..base }
}

fn exception(entry: &RegisterEntry) -> Row {
    let tone = match entry.state {
        EntryState::Live => Tone::Plain,
        EntryState::Expired => Tone::Bad,
        EntryState::Unused => Tone::Warn,
    };
    let mut title = entry.rule.clone();
    if let Some(scope) = &entry.scope {
        title.push_str(&format!(" in {scope}"));
    }
    if let Some(key) = &entry.key {
        title.push_str(&format!(" ({key})"));
    }
    let stated = |text: Option<String>| plain(text.unwrap_or_default());
    let hides = entry.hides.iter().map(|finding| Entry {
        text: format!("{}[{}] {}", finding.severity, finding.rule.id, finding.message),
        place: Some(place(&finding.location)),
        ..Entry::default()
    });
    Row {
        cells: vec![
            stated(entry.owner.clone()),
            stated(entry.ticket.clone()),
            stated(entry.expires.map(|day| day.to_string())),
            Cell {
                text: count(entry.hides.len(), "finding"),
                entries: hides.collect(),
                ..Cell::default()
            },
        ],
        remarks: vec![entry.reason.clone()],
        place: Some(place(&entry.location)),
        ..row(Some(Mark { word: entry.state.word(), tone }), &title, "")
    }
}

pub(super) fn basis(overview: &Overview) -> Section {
    let mut notes: Vec<Note> = vec![
        "Files say what is set, not who is assigned what, what was changed in Setup and never retrieved, or what happened in \
         the org. What is not in the project was not judged."
            .into(),
    ];
    if overview.report.partial {
        notes.push("Only some files were named; this report is about those.".into());
    }
    if overview.beyond_preset > 0 {
        let number = several(overview.beyond_preset, "rule was", "rules were");
        let text = format!(
            "{number} asked for this report that the preset of the config leaves out; their findings are marked."
        );
        notes.push(text.into());
    }
    if !overview.off.is_empty() {
        let name = |off: &TurnedOff| {
            format!("{} ({}, {})", off.rule, off.place, count(off.findings, "finding"))
        };
        notes.push(Note {
            text: "The config turns off, and this report asked all the same:".to_owned(),
            names: overview.off.iter().map(name).collect(),
        });
    }
    notes.extend(summary::lines(&overview.report).into_iter().skip(1).map(Note::from));
    Section { notes, ..section("basis", "What this report rests on") }
}

/// How many projects are compared at once.
const LISTED: usize = 20;

pub(super) fn projects(overview: &Overview) -> Section {
    let row = |(project, one): (&ProjectSummary, &OfProject)| {
        let number = |number: usize, tone| Cell {
            tone: if number == 0 { Tone::Plain } else { tone },
            ..plain(number.to_string())
        };
        let score = one.health.score.map(|score| match score.grade() {
            Some(grade) => format!("{} ({grade})", score.percent),
            None => format!("{} of {} settings known", score.known, score.all),
        });
        Row {
            cells: vec![
                plain(project.kind.word()),
                number(one.findings.error, Tone::Bad),
                number(one.findings.warning, Tone::Warn),
                number(one.findings.note, Tone::Plain),
                plain(score.unwrap_or_default()),
                plain(answers::tally(one.rows.iter().map(|row| row.status))),
            ],
            ..row(None, &shown(project, overview), "")
        }
    };
    let rows = all_projects(overview).into_iter().map(row).collect();
    let columns = ["Project", "Kind", "Errors", "Warnings", "Notes", "Health Check", "Checklist"];
    let text = "Worst first. The answers below are about all of them together: each is the worst that a project gives. `sflint report PATH` is about one project.";
    Section {
        notes: vec![text.into()],
        tables: vec![Table { most: LISTED, ..table(&columns, rows) }],
        ..section("projects", "Projects")
    }
}
