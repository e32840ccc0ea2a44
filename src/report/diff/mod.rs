//! The access diff, one small file a format; here are the words that the formats share.

mod json;
mod markdown;
mod text;

pub use json::{VERSION, write as write_json};
pub use markdown::{LIMIT, write as write_markdown};
pub use text::write as write_text;

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::{
    AccessDiff, Change, Danger, Direction, GUEST, SideOf, Spot, Subject, SubjectKind, What,
};
use crate::report::summary::{count, several, some};

/// `Permission set Payroll (Payroll_Set), integration`.
fn heading(subject: &Subject) -> String {
    if subject.key.kind == SubjectKind::Org {
        return subject.title.clone();
    }
    let name = match &subject.label {
        Some(label) => format!("{label} ({})", subject.name),
        None => subject.name.clone(),
    };
    format!("{} {name}{}", subject.title, more_about(subject))
}

/// Behind the name: the copy of the org, and what a reader must know.
fn more_about(subject: &Subject) -> String {
    let mut more = match &*subject.key.copy {
        "" | "." => String::new(),
        folder => format!(" in {folder}"),
    };
    for tag in subject.tags.iter().filter(|tag| **tag != GUEST) {
        more.push_str(&format!(", {tag}"));
    }
    more
}

/// What is told under one heading: one subject, or several of a kind for whom the same changed.
struct Block<'d> {
    heading: String,
    /// Those of the first subject.
    changes: &'d [Change],
    /// How many others there are.
    others: usize,
    danger: Danger,
}

impl Block<'_> {
    /// How many changes it tells.
    fn number(&self) -> usize {
        self.changes.len() * (self.others + 1)
    }
}

/// So many subjects for whom the same changed are told under one heading.
const TOGETHER: usize = 3;

/// Everything that is told, in its order: a new field that forty profiles may read is one thing to look at.
fn blocks(diff: &AccessDiff) -> Vec<Block<'_>> {
    let mut alike: BTreeMap<Alike<'_>, Vec<usize>> = BTreeMap::new();
    for (at, subject) in diff.subjects.iter().enumerate().filter(|(_, one)| may_be_many(one)) {
        let told = subject.changes.iter().map(told).collect();
        let key = (subject.key.kind, subject.key.copy.as_str(), &*subject.tags, told);
        alike.entry(key).or_default().push(at);
    }
    let alike = alike.into_values().filter(|all| all.len() >= TOGETHER);
    let alike: Vec<Vec<usize>> = alike.collect();
    let told_before: BTreeSet<usize> =
        alike.iter().flat_map(|all| all.iter().skip(1)).copied().collect();
    let firsts: BTreeMap<usize, &Vec<usize>> =
        alike.iter().filter_map(|all| Some((*all.first()?, all))).collect();
    let subjects = diff.subjects.iter().enumerate().filter(|(at, _)| !told_before.contains(at));
    subjects
        .map(|(at, subject)| {
            let together = firsts.get(&at).map(|all| each_of(subject, diff, all));
            Block {
                heading: together.unwrap_or_else(|| heading(subject)),
                changes: &subject.changes,
                others: firsts.get(&at).map_or(0, |all| all.len() - 1),
                danger: subject.danger(),
            }
        })
        .collect()
}

/// What makes two changes the same: the sentence, and all that it is about, of which it names a few.
type Told<'d> = (What, Direction, Danger, &'d str, Vec<&'d str>);

fn told(change: &Change) -> Told<'_> {
    let items = change.items.iter().map(|item| item.name.as_str()).collect();
    (change.what, change.direction, change.danger, &change.text, items)
}

/// What subjects of which one heading speaks have in common: kind, copy of the org, tags, changes.
type Alike<'d> = (SubjectKind, &'d str, &'d [&'static str], Vec<Told<'d>>);

/// Whether others may have the same changes: holders of rights, but no guests, and none that is new, gone or renamed.
fn may_be_many(subject: &Subject) -> bool {
    use SubjectKind::{PermissionSet, PermissionSetGroup, Profile};
    let own = |change: &Change| matches!(change.what, What::Added | What::Removed | What::Renamed);
    matches!(subject.key.kind, Profile | PermissionSet | PermissionSetGroup)
        && !subject.tags.contains(&GUEST)
        && !subject.changes.iter().any(own)
}

/// `Each of 12 profiles (Sales, Service, Support and 9 more)`.
fn each_of(first: &Subject, diff: &AccessDiff, all: &[usize]) -> String {
    let subjects = all.iter().filter_map(|at| diff.subjects.get(*at));
    let names: Vec<&str> = subjects.map(|one| one.label.as_deref().unwrap_or(&one.name)).collect();
    let kind = count(all.len(), &first.title.to_lowercase());
    format!("Each of {kind} ({}){}", some(&names), more_about(first))
}

/// The sentence of a change, with what it means.
fn sentence(change: &Change) -> String {
    match &change.because {
        Some(because) => format!("{}: {because}", change.text),
        None => change.text.clone(),
    }
}

/// The word in front of a change: how dangerous it is, or that it is no danger.
fn mark(change: &Change) -> &'static str {
    match (change.direction, change.danger) {
        (Direction::Narrows, _) => "less",
        (Direction::Changes, Danger::Low) => "note",
        (_, danger) => danger.word(),
    }
}

/// `path:line`, and that it is a place of before.
fn place(spot: &Spot) -> String {
    let location = &spot.location;
    let before = if spot.side == SideOf::Base { " before" } else { "" };
    format!("{}:{}{before}", location.path, location.region.start.line)
}

/// That there are places beside the one that is shown.
fn more_places(block: &Block<'_>) -> String {
    if block.others == 0 { String::new() } else { format!(" and {} more", block.others) }
}

/// What the whole says in one line.
fn verdict(diff: &AccessDiff) -> String {
    let compared = diff.compared;
    if diff.subjects.is_empty() {
        let parts = [
            (several(compared.holders, "profile or set", "profiles and sets"), compared.holders),
            (count(compared.apps, "app"), compared.apps),
            (several(compared.addresses, "address", "addresses"), compared.addresses),
            (count(compared.fields, "field"), compared.fields),
        ];
        let parts: Vec<String> =
            parts.into_iter().filter(|(_, number)| *number > 0).map(|(words, _)| words).collect();
        let compared = if parts.is_empty() {
            "nothing that gives access".to_owned()
        } else {
            parts.join(", ")
        };
        let all = if diff.not_compared.is_empty() { "" } else { " in what could be compared" };
        return format!("No change of access{all}. Compared: {compared}.");
    }
    let of = |direction: Direction| {
        diff.changes().filter(|change| change.direction == direction).count()
    };
    let directions = [
        (of(Direction::Widens), "widens access", "widen access"),
        (of(Direction::Narrows), "narrows it", "narrow it"),
        (of(Direction::Changes), "does neither", "do neither"),
    ];
    let told: Vec<String> = directions
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, more)| several(number, one, more))
        .collect();
    let dangers = Danger::WORDS.iter().map(|(word, danger)| {
        let widening = diff.changes().filter(|change| change.direction != Direction::Narrows);
        (widening.filter(|change| change.danger == *danger).count(), *word)
    });
    let dangers: Vec<String> = dangers
        .filter(|(number, word)| *number > 0 && *word != "low")
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    let dangers =
        if dangers.is_empty() { String::new() } else { format!("; {}", dangers.join(", ")) };
    let total: usize = directions.iter().map(|(number, ..)| number).sum();
    format!("{}: {}{dangers}", count(total, "change"), told.join(", "))
}

/// What a reader must know of the whole.
fn remarks(diff: &AccessDiff) -> Vec<String> {
    let mut remarks = Vec::new();
    if diff.changes().any(|change| matches!(change.what, What::Removed | What::Renamed)) {
        remarks.push(
            "What left the project or changed its name stays in the org as it was until it is deleted there."
                .to_owned(),
        );
    }
    let new_profile = |subject: &&Subject| {
        subject.key.kind == SubjectKind::Profile
            && subject.changes.iter().any(|change| change.what == What::Added)
    };
    if diff.subjects.iter().any(|subject| new_profile(&subject)) {
        remarks.push(
            "A new profile also begins with what Minimum Access - Salesforce gives in the org, or up to API version 59 with what \
             Standard User gives."
                .to_owned(),
        );
    }
    remarks
}

/// Something that was not compared, in one line.
fn not_compared(one: &crate::diff::NotCompared) -> String {
    let before = match &one.spot {
        Some(spot) if spot.side == SideOf::Base => " before",
        _ => "",
    };
    format!("{}{before}: {}", one.what, one.why)
}
