//! What to do first: what the config calls errors and warnings, by rule, with the way out.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Entry, Group, Mark, Row, Section, Table, Tone, place, row, section, table};
use crate::overview::Overview;
use crate::report::summary::count;
use crate::rule::Severity;
use crate::settle::report::ReportedFinding;

/// How many rules come first.
const FIRST: usize = 10;

pub(super) fn first(overview: &Overview) -> Section {
    let base = section("first", "What to do first");
    let mut rules: BTreeMap<(Reverse<Severity>, &str), Vec<&ReportedFinding>> = BTreeMap::new();
    let mut notes = 0;
    for finding in &overview.report.findings {
        if finding.severity == Severity::Note {
            notes += 1;
        } else {
            let key = (Reverse(finding.severity), finding.rule.id.as_str());
            rules.entry(key).or_default().push(finding);
        }
    }
    let mut all: Vec<_> = rules.into_iter().collect();
    all.sort_by_key(|((severity, _), found)| (*severity, Reverse(found.len())));
    let rows: Vec<Row> = all.iter().map(|((severity, _), found)| rule(severity.0, found)).collect();
    let also = match notes {
        0 => String::new(),
        _ => format!(" There are {} beside them.", count(notes, "note")),
    };
    let text = match rows.len() {
        0 => format!("There are no errors and no warnings.{also}"),
        _ => {
            format!(
                "Errors, then warnings, by rule; `sflint check` lists all, `sflint explain RULE` tells the attack.{also}"
            )
        }
    };
    let tables = match rows.is_empty() {
        true => Vec::new(),
        false => {
            vec![Table {
                marks: "Severity",
                told: "Where, and the way out",
                most: FIRST,
                ..table(&["What is wrong"], rows)
            }]
        }
    };
    Section { notes: vec![text.into()], tables, ..base }
}

/// A rule with its findings in this severity.
fn rule(severity: Severity, found: &[&ReportedFinding]) -> Row {
    let tone = if severity == Severity::Error { Tone::Bad } else { Tone::Warn };
    let (title, id) = found.first().map_or(("", ""), |one| (&one.rule.title, &one.rule.id));
    let entries = found.iter().map(|one| Entry {
        text: one.message.clone(),
        place: Some(place(&one.location)),
        ..Entry::default()
    });
    let mut helps = found.iter().filter_map(|one| one.help.as_ref());
    let help = helps.next().map(|first| match helps.all(|other| other == first) {
        true => first.clone(),
        // It names what the first is about.
        false => format!("{first} The same goes for the others."),
    });
    Row {
        groups: vec![Group {
            label: count(found.len(), "finding"),
            tone,
            entries: entries.collect(),
        }],
        remarks: help.into_iter().collect(),
        ..row(Some(Mark { word: severity.word(), tone }), title, id)
    }
}
