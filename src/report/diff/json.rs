//! For programs: one versioned document.

use std::io::{self, Write};

use serde::Serialize;

use crate::diff::{AccessDiff, Change, Danger, Direction, Item, NotCompared, Spot, Subject};
use crate::report::safe;

/// Version of the document's shape; raised when a member changes its meaning or goes.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    version: u32,
    tool: Tool,
    base: String,
    head: String,
    summary: Summary,
    compared: Counts,
    changes: Vec<Entry>,
    not_compared: Vec<Unknown>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    widens: usize,
    changes: usize,
    narrows: usize,
}

#[derive(Serialize)]
struct Counts {
    holders: usize,
    apps: usize,
    addresses: usize,
    fields: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct About {
    kind: &'static str,
    metadata_type: &'static str,
    name: String,
    label: Option<String>,
    copy: Option<String>,
    tags: Vec<&'static str>,
}

#[derive(Serialize)]
struct Entry {
    subject: About,
    what: &'static str,
    direction: &'static str,
    danger: &'static str,
    sentence: String,
    because: Option<String>,
    items: Vec<Thing>,
    before: Vec<String>,
    after: Vec<String>,
    groups: Vec<String>,
    through: Vec<String>,
    side: Option<&'static str>,
    path: Option<String>,
    line: Option<u32>,
}

#[derive(Serialize)]
struct Thing {
    name: String,
    sensitive: bool,
    side: Option<&'static str>,
    path: Option<String>,
    line: Option<u32>,
}

#[derive(Serialize)]
struct Unknown {
    what: String,
    why: String,
    side: Option<&'static str>,
    path: Option<String>,
    line: Option<u32>,
}

/// Writes the access diff.
///
/// # Errors
/// When the output cannot be written.
pub fn write(diff: &AccessDiff, out: &mut dyn Write) -> io::Result<()> {
    let of = |direction: Direction| {
        diff.changes().filter(|change| change.direction == direction).count()
    };
    let document = Document {
        version: VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        base: text(&diff.base),
        head: text(&diff.head),
        summary: Summary {
            critical: diff.count(Danger::Critical),
            high: diff.count(Danger::High),
            medium: diff.count(Danger::Medium),
            low: diff.count(Danger::Low),
            widens: of(Direction::Widens),
            changes: of(Direction::Changes),
            narrows: of(Direction::Narrows),
        },
        compared: Counts {
            holders: diff.compared.holders,
            apps: diff.compared.apps,
            addresses: diff.compared.addresses,
            fields: diff.compared.fields,
        },
        changes: diff.subjects.iter().flat_map(entries).collect(),
        not_compared: diff.not_compared.iter().map(unknown).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn text(text: &str) -> String {
    safe::line(text).into_owned()
}

fn texts(all: &[String]) -> Vec<String> {
    all.iter().map(|one| text(one)).collect()
}

/// Side, path and line.
fn place(spot: Option<&Spot>) -> (Option<&'static str>, Option<String>, Option<u32>) {
    match spot {
        Some(spot) => (
            Some(spot.side.word()),
            Some(text(&spot.location.path)),
            Some(spot.location.region.start.line),
        ),
        None => (None, None, None),
    }
}

fn entries(subject: &Subject) -> impl Iterator<Item = Entry> + use<'_> {
    subject.changes.iter().map(|change| entry(subject, change))
}

fn entry(subject: &Subject, change: &Change) -> Entry {
    let (side, path, line) = place(change.spot.as_ref());
    Entry {
        subject: About {
            kind: subject.key.kind.word(),
            metadata_type: subject.key.metadata_type,
            name: text(&subject.name),
            label: subject.label.as_deref().map(text),
            copy: Some(text(&subject.key.copy)).filter(|copy| !copy.is_empty()),
            tags: subject.tags.clone(),
        },
        what: change.what.word(),
        direction: change.direction.word(),
        danger: change.danger.word(),
        sentence: text(&change.text),
        because: change.because.as_deref().map(text),
        items: change.items.iter().map(thing).collect(),
        before: texts(&change.before),
        after: texts(&change.after),
        groups: texts(&change.groups),
        through: texts(&change.through),
        side,
        path,
        line,
    }
}

fn thing(item: &Item) -> Thing {
    let (side, path, line) = place(item.spot.as_ref());
    Thing { name: text(&item.name), sensitive: item.sensitive, side, path, line }
}

fn unknown(one: &NotCompared) -> Unknown {
    let (side, path, line) = place(one.spot.as_ref());
    Unknown { what: text(&one.what), why: text(&one.why), side, path, line }
}
