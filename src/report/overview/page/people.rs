//! Integrations, and the matrix of who can do what.

use super::{
    Cell, Entry, Mark, Note, Row, Section, Table, Tone, by_project, place, plain, row, section,
    table,
};
use crate::overview::Overview;
use crate::overview::access::{COLUMNS, Principal};
use crate::overview::integrations::{Grant, Integration};
use crate::report::summary::count;
use crate::settle::report::Location;

pub(super) fn integrations(overview: &Overview) -> Section {
    let columns = [
        "Integration",
        "Stands for it",
        "App",
        "Objects",
        "Permissions",
        "Addresses and hours",
        "Contract",
    ];
    let base = section("integrations", "Integrations and what each can do");
    let tables = by_project(overview, |one| {
        let rows: Vec<Row> = one.integrations.iter().map(integration).collect();
        (!rows.is_empty()).then(|| table(&columns, rows))
    });
    let none = "Nothing in the files stands for a program: no contract, no app that logs in as itself, no licence for programs, \
                no name that says so.";
    let notes = if tables.is_empty() { vec![none.into()] } else { Vec::new() };
    Section { notes, tables, folds: true, ..base }
}

fn integration(one: &Integration) -> Row {
    let at = one.location.as_ref();
    let listed = |grants: &[Grant], noun: &str| Cell {
        text: count(grants.len(), noun),
        entries: grants.iter().map(|one| grant(one, at)).collect(),
        ..Cell::default()
    };
    let mut holders = one.principals.clone();
    if !one.complete {
        holders.push("others that are not in the project".to_owned());
    }
    let mut entries: Vec<Entry> =
        holders.into_iter().map(|text| Entry { text, ..Entry::default() }).collect();
    if !one.licenses.is_empty() {
        let any = one.licenses.iter().all(|license| license == "any");
        let text = match any {
            true => "no licence stated".to_owned(),
            false => format!("licence {}", one.licenses.join(", ")),
        };
        entries.push(Entry { text, ..Entry::default() });
    }
    let holders = Cell { entries, ..Cell::default() };
    let app = one.app.as_ref().map_or_else(
        || plain("none that logs in as it alone"),
        |app| {
            let mut facts = vec![format!("scopes {}", words(&app.scopes))];
            facts.extend(
                app.ip_relaxation.as_deref().map(|mode| format!("IP restrictions: {mode}")),
            );
            facts.extend(app.refresh.as_deref().map(|when| format!("refresh tokens: {when}")));
            facts.extend(app.users.map(str::to_owned));
            let mut entries = vec![Entry {
                text: app.name.clone(),
                place: app.location.as_ref().map(place),
                ..Entry::default()
            }];
            entries.extend(facts.into_iter().map(|text| Entry { text, ..Entry::default() }));
            Cell { entries, ..Cell::default() }
        },
    );
    let hours = one.weekly_hours.as_deref().map(|hours| match hours {
        "168" => "at any hour".to_owned(),
        hours => format!("{hours} hours a week"),
    });
    let addresses = match &one.ranges {
        None => plain("no profile in the project"),
        Some(ranges) => {
            let from = if ranges.is_empty() { "from anywhere" } else { "from these addresses" };
            let hours = hours.unwrap_or_default();
            let entries = ranges.iter().map(|range| Entry {
                text: format!("{} to {}", range.name, words(&range.rights)),
                ..grant(range, at)
            });
            Cell { text: format!("{from}, {hours}"), entries: entries.collect(), ..Cell::default() }
        }
    };
    let contract = match (one.contract, one.beside_contract) {
        (false, _) => "none".to_owned(),
        (true, (0, 0)) => "yes, as granted".to_owned(),
        (true, (beyond, missing)) => {
            format!("yes; {beyond} granted beyond it, {missing} of it not granted")
        }
    };
    let signal = one.signal.as_deref().map(|signal| format!("an integration, for {signal}"));
    Row {
        cells: vec![
            holders,
            app,
            listed(&one.objects, "object"),
            listed(&one.permissions, "permission"),
            addresses,
            plain(contract),
        ],
        place: one.location.as_ref().map(place),
        ..row(None, &in_copy(&one.name, &one.copy), &signal.unwrap_or_default())
    }
}

fn in_copy(name: &str, copy: &str) -> String {
    if copy.is_empty() { name.to_owned() } else { format!("{name} (in {copy})") }
}

fn words(list: &[String]) -> String {
    if list.is_empty() { "none".to_owned() } else { list.join(", ") }
}

/// A grant, with the line alone where the reader knows the file, and what leads there from its folder in parts of it.
fn grant(one: &Grant, file: Option<&Location>) -> Entry {
    let near = |at: &Location| {
        let path = file.map_or("", |file| &file.path);
        let folder = crate::project::path::parent(path);
        let below = at.path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
        match below {
            _ if path == at.path => format!("line {}", at.region.start.line),
            // A folder of its own is named after what is in it.
            Some(rest)
                if path.contains(&format!(
                    "{folder}/{}.",
                    crate::project::path::file_name(folder)
                )) =>
            {
                format!("{rest}:{}", at.region.start.line)
            }
            _ => place(at),
        }
    };
    let rights =
        if one.rights.is_empty() { String::new() } else { format!(": {}", one.rights.join(", ")) };
    let place = one.location.as_ref().map(near);
    Entry { text: format!("{}{rights}", one.name), place, ..Entry::default() }
}

pub(super) fn access(overview: &Overview) -> Section {
    let mut columns = vec!["Who"];
    columns.extend(COLUMNS.iter().map(|(_, heading, _)| *heading));
    columns.push("Handed out by");
    let meanings: Vec<String> =
        COLUMNS.iter().map(|(_, heading, meaning)| format!("{heading}: {meaning}.")).collect();
    let text = format!(
        "Profiles, permission sets and groups by what they can do, those of the company first. {}",
        meanings.join(" ")
    );
    let tables = by_project(overview, |one| {
        let access = &one.access;
        let mut notes = Vec::new();
        if !access.without.is_empty() {
            let text = format!("{} with none of this:", access.without.len());
            notes.push(Note { text, names: access.without.clone() });
        }
        if !access.unknown.is_empty() {
            let number = count(access.unknown.len(), "permission set group");
            let text = format!("Not known: {number} whose sets are not in the project:");
            notes.push(Note { text, names: access.unknown.clone() });
        }
        let rows: Vec<Row> = access.holders.iter().map(principal).collect();
        let any = !rows.is_empty() || !notes.is_empty();
        any.then(|| Table { notes, ..table(&columns, rows) })
    });
    let notes = if tables.is_empty() {
        vec!["There are no profiles, permission sets or groups in the files.".into()]
    } else {
        vec![text.into()]
    };
    Section { notes, tables, matrix: true, folds: true, ..section("access", "Who can do what") }
}

/// How much a right stands out, by column.
const TONES: [Tone; COLUMNS.len()] = [Tone::Bad, Tone::Plain, Tone::Warn, Tone::Plain, Tone::Plain];

fn principal(one: &Principal) -> Row {
    let mut cells: Vec<Cell> = one
        .rights
        .iter()
        .zip(TONES)
        .map(|(grants, tone)| Cell {
            entries: grants.iter().map(|held| grant(held, one.location.as_ref())).collect(),
            // What Salesforce ships is no news.
            tone: if grants.is_empty() || one.standard { Tone::Plain } else { tone },
            ..Cell::default()
        })
        .collect();
    let apps = one.apps.iter().map(|app| format!("app {app}"));
    let groups = one.groups.iter().map(|group| format!("group {group}"));
    let by = apps.chain(groups).map(|text| Entry { text, ..Entry::default() });
    cells.push(Cell { entries: by.collect(), ..Cell::default() });
    let kind = match one.kind {
        "PermissionSet" => "permission set",
        "PermissionSetGroup" => "permission set group",
        _ => "profile",
    };
    Row {
        tags: tags(one),
        cells,
        place: one.location.as_ref().map(place),
        ..row(None, &in_copy(&one.name, &one.copy), kind)
    }
}

/// What somebody who holds rights is, beside a profile, a set or a group.
fn tags(one: &Principal) -> Vec<Mark> {
    // What Salesforce ships is no news.
    let bad = if one.standard { Tone::Plain } else { Tone::Bad };
    let tags = [
        (one.admin, "administrator", bad),
        (one.guest, "guest", Tone::Bad),
        (one.external, "outsiders", Tone::Warn),
        (one.integration, "integration", Tone::Warn),
        (one.standard, "shipped", Tone::Plain),
        (one.session_activated, "session-activated", Tone::Good),
        (one.partly_known, "sets missing", Tone::Warn),
    ];
    let tags = tags.into_iter().filter(|(is, ..)| *is);
    tags.map(|(_, word, tone)| Mark { word, tone }).collect()
}
