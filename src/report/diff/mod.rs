//! The access diff, one small file a format; here are the words that the formats share.

mod json;
mod markdown;
mod text;

pub use json::{VERSION, write as write_json};
pub use markdown::{LIMIT, write as write_markdown};
pub use text::write as write_text;

use crate::diff::{
    AccessDiff, Change, Danger, Direction, GUEST, SideOf, Spot, Subject, SubjectKind, What,
};
use crate::report::summary::{count, several};

/// `Permission set Payroll (Payroll_Set), integration`.
fn heading(subject: &Subject) -> String {
    if subject.key.kind == SubjectKind::Org {
        return subject.title.clone();
    }
    let name = match &subject.label {
        Some(label) => format!("{label} ({})", subject.name),
        None => subject.name.clone(),
    };
    let copy = match &*subject.key.copy {
        "" | "." => String::new(),
        folder => format!(" in {folder}"),
    };
    let tags = subject.tags.iter().filter(|tag| **tag != GUEST);
    let tags: String = tags.map(|tag| format!(", {tag}")).collect();
    format!("{} {name}{copy}{tags}", subject.title)
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
        return format!("No change of access. Compared: {compared}.");
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
