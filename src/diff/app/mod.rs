//! Compares apps: connected apps and external client apps, also where one became the other.

mod lists;
mod settings;

use std::collections::BTreeMap;

use super::change::{Change, Danger, Direction, What};
use super::side::{Side, Subjects, is_connected};
use super::wording::and;
use crate::model::record::Record;
use crate::value::name;

/// Compares all apps.
pub fn apps(base: Side<'_>, head: Side<'_>, out: &mut Subjects) {
    let readable = |app: &&Record| {
        ![base, head]
            .iter()
            .any(|side| side.snapshot.is_app_unreadable(&app.component, is_connected(app)))
    };
    let mut removed: Vec<&Record> = base.snapshot.apps.iter().filter(readable).collect();
    let added: Vec<&Record> = head.snapshot.apps.iter().filter(readable).collect();
    let mut take = |app: &Record, same_type: bool| {
        let at = removed.iter().position(|old| {
            key(old) == key(app) && (!same_type || is_connected(old) == is_connected(app))
        });
        at.map(|at| removed.remove(at))
    };
    // While an app is moved both may be there: the one of the same type is the same one.
    let mut new = Vec::new();
    for app in added {
        match take(app, true) {
            Some(old) => out.add_app(app, changes(old, app, base, head)),
            None => new.push(app),
        }
    }
    for app in new {
        match take(app, false) {
            Some(old) => {
                let mut all = vec![moved(old, app, head)];
                all.extend(changes(old, app, base, head));
                out.add_app(app, all);
            }
            None => out.add_app(app, vec![added_app(app, head)]),
        }
    }
    for app in removed {
        let text = "is no longer in the project".to_owned();
        let change = Change::new(What::Removed, Direction::Narrows, Danger::Low, text);
        out.add_app(app, vec![change.at(base.spot(app.block.place))]);
    }
}

fn key(app: &Record) -> (String, String) {
    (app.component.copy.clone(), name::canonical(&app.component.name))
}

fn changes(old: &Record, new: &Record, base: Side<'_>, head: Side<'_>) -> Vec<Change> {
    let mut all = settings::switches(old, new, base, head);
    all.extend(settings::policies(old, new, base, head));
    all.extend(lists::scopes(old, new, base, head));
    all.extend(lists::callbacks(old, new, base, head));
    all.extend(lists::grantees(old, new, base, head));
    all
}

fn moved(old: &Record, new: &Record, head: Side<'_>) -> Change {
    let words =
        |app: &Record| if is_connected(app) { "a connected app" } else { "an external client app" };
    let text = format!("was {} and is now {}", words(old), words(new));
    Change::new(What::Moved, Direction::Changes, Danger::Low, text)
        .with_values(vec![words(old).to_owned()], vec![words(new).to_owned()])
        .at(head.spot(new.block.place))
}

/// A new app: what is dangerous about it, then how it is reached.
fn added_app(app: &Record, head: Side<'_>) -> Change {
    let mut found = settings::dangers(app);
    let scopes = lists::all_scopes(app);
    if let Some((danger, text)) = scopes {
        found.push((danger, text));
    }
    found.sort();
    let danger =
        found.iter().map(|(danger, _)| *danger).min().unwrap_or(Danger::Low).min(Danger::Medium);
    let mut parts: Vec<String> = found.iter().map(|(_, text)| text.clone()).collect();
    parts.extend(lists::all_callbacks(app));
    parts.extend(lists::all_grantees(app));
    let text = match &*parts {
        [] => "is new".to_owned(),
        parts => format!("is new: {}", parts.join("; ")),
    };
    Change::new(What::Added, Direction::Widens, danger, text)
        .with_values(Vec::new(), parts)
        .at(head.spot(app.block.place))
}

/// Names by the form in which they are compared.
type ByName<T> = BTreeMap<String, T>;

/// `scope Api added`, `scopes Api and Web added`.
fn several(one: &str, names: &[String], verb: &str) -> String {
    let plural = if names.len() == 1 { "" } else { "s" };
    format!("{one}{plural} {} {verb}", and(names))
}
