//! Integrations, and the matrix of who can do what.

use super::{Cell, Entry, Mark, Row, Section, Tone, place, row, section, table};
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
    if overview.integrations.is_empty() {
        let text = "Nothing in the project stands for a program: no contract, no app that logs in as itself, no licence for \
                    programs, no name that says so.";
        return Section { notes: vec![text.to_owned()], ..base };
    }
    let rows = overview.integrations.iter().map(integration).collect();
    Section { tables: vec![table(&columns, rows)], ..base }
}

fn integration(one: &Integration) -> Row {
    let plain = |text: String| Cell { text, entries: Vec::new() };
    let at = one.location.as_ref();
    let listed = |grants: &[Grant], noun: &str| Cell {
        text: count(grants.len(), noun),
        entries: grants.iter().map(|one| grant(one, at)).collect(),
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
    let holders = Cell { text: String::new(), entries };
    let app = one.app.as_ref().map_or_else(
        || plain("none in the project".to_owned()),
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
                mark: None,
            }];
            entries.extend(facts.into_iter().map(|text| Entry { text, ..Entry::default() }));
            Cell { text: String::new(), entries }
        },
    );
    let hours = one.weekly_hours.as_deref().map(|hours| match hours {
        "168" => "at any hour".to_owned(),
        hours => format!("{hours} hours a week"),
    });
    let addresses = match &one.ranges {
        None => plain("no profile in the project".to_owned()),
        Some(ranges) => {
            let from = if ranges.is_empty() { "from anywhere" } else { "from these addresses" };
            let hours = hours.unwrap_or_default();
            let entries = ranges.iter().map(|range| Entry {
                text: format!("{} to {}", range.name, words(&range.rights)),
                ..grant(range, at)
            });
            Cell { text: format!("{from}, {hours}"), entries: entries.collect() }
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
    let about = one.location.as_ref().map(place).unwrap_or_default();
    Row {
        cells: vec![
            holders,
            app,
            listed(&one.objects, "object"),
            listed(&one.permissions, "permission"),
            addresses,
            plain(contract),
        ],
        remarks: signal.into_iter().collect(),
        ..row(None, &in_copy(&one.name, &one.copy), &about)
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
    Entry { text: format!("{}{rights}", one.name), place, mark: None }
}

pub(super) fn access(overview: &Overview) -> Section {
    let mut columns = vec!["Who"];
    columns.extend(COLUMNS.iter().map(|(_, heading, _)| *heading));
    columns.push("Handed out by");
    let mut notes: Vec<String> =
        COLUMNS.iter().map(|(_, heading, meaning)| format!("{heading}: {meaning}.")).collect();
    notes = vec![format!(
        "Profiles, permission sets and groups by what they can do, those of the company first. {}",
        notes.join(" ")
    )];
    let without: Vec<&str> = overview.access.without.iter().map(String::as_str).collect();
    if !without.is_empty() {
        notes.push(format!("{} with none of this: {}.", without.len(), without.join(", ")));
    }
    let unknown: Vec<&str> = overview.access.unknown.iter().map(String::as_str).collect();
    if !unknown.is_empty() {
        let number = count(unknown.len(), "permission set group");
        let names = unknown.join(", ");
        notes.push(format!("Not known: {number} whose sets are not in the project ({names})."));
    }
    let rows: Vec<Row> = overview.access.holders.iter().map(principal).collect();
    let tables = if rows.is_empty() { Vec::new() } else { vec![table(&columns, rows)] };
    Section { notes, tables, matrix: true, ..section("access", "Who can do what") }
}

fn principal(one: &Principal) -> Row {
    let mut cells: Vec<Cell> = one
        .rights
        .iter()
        .map(|grants| Cell {
            text: String::new(),
            entries: grants.iter().map(|held| grant(held, one.location.as_ref())).collect(),
        })
        .collect();
    let apps = one.apps.iter().map(|app| format!("app {app}"));
    let groups = one.groups.iter().map(|group| format!("group {group}"));
    let by = apps.chain(groups).map(|text| Entry { text, ..Entry::default() });
    cells.push(Cell { text: String::new(), entries: by.collect() });
    let kind = match one.kind {
        "PermissionSet" => "permission set",
        "PermissionSetGroup" => "permission set group",
        _ => "profile",
    };
    let place = one.location.as_ref().map(place);
    Row {
        tags: tags(one),
        cells,
        remarks: place.into_iter().collect(),
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
