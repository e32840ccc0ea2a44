//! What an app has several of: scopes, callbacks, and those who may use it.

use std::collections::BTreeSet;

use super::super::change::{Change, Danger, Direction, Item, What};
use super::super::side::Side;
use super::super::wording::{and, some};
use super::{ByName, several};
use crate::model::oauth_app;
use crate::model::record::{Data, Place, Record, State, Value};
use crate::value::url::{Url, Wildcard};

/// Scopes that tell who somebody is, and no more.
const IDENTITY: &[&str] =
    &["basic", "openid", "profile", "email", "address", "phone", "custompermissions"];

fn scope_danger(scope: &str) -> Danger {
    match scope {
        "full" => Danger::Critical,
        scope if IDENTITY.contains(&scope) => Danger::Low,
        _ => Danger::Medium,
    }
}

fn scopes_of(app: &Record) -> ByName<&Value> {
    let values = app.leaf("scopes").into_iter().flat_map(|leaf| &leaf.values);
    values.filter_map(|value| Some((value.text()?.to_lowercase(), value))).collect()
}

/// Scopes that were added or removed, those of one danger in one sentence.
pub(super) fn scopes(old: &Record, new: &Record, base: Side<'_>, head: Side<'_>) -> Vec<Change> {
    let unknown = |app: &Record| app.leaf("scopes").is_none_or(|leaf| leaf.state == State::Unknown);
    if unknown(old) || unknown(new) {
        return Vec::new();
    }
    let (before, after) = (scopes_of(old), scopes_of(new));
    let all = |of: &ByName<&Value>| -> Vec<String> { of.values().map(|one| shown(one)).collect() };
    let mut changes = Vec::new();
    let mut tell =
        |scopes: Vec<(&String, &&Value)>, direction: Direction, danger, verb, side: Side<'_>| {
            if scopes.is_empty() {
                return;
            }
            let names: Vec<String> = scopes.iter().map(|(_, value)| shown(value)).collect();
            let mut change =
                Change::new(What::Scope, direction, danger, several("scope", &names, verb))
                    .with_values(all(&before), all(&after))
                    .at(scopes.iter().find_map(|(_, value)| side.spot(value.place)));
            change.items =
                scopes.iter().map(|(_, value)| item(shown(value), value.place, side)).collect();
            changes.push(change);
        };
    for danger in [Danger::Critical, Danger::Medium, Danger::Low] {
        let fresh = after.iter().filter(|(scope, _)| !before.contains_key(*scope));
        let fresh = fresh.filter(|(scope, _)| scope_danger(scope) == danger).collect();
        tell(fresh, Direction::Widens, danger, "added", head);
    }
    let gone = before.iter().filter(|(scope, _)| !after.contains_key(*scope)).collect();
    tell(gone, Direction::Narrows, Danger::Low, "removed", base);
    changes
}

/// The scopes of a new app.
pub(super) fn all_scopes(app: &Record) -> Option<(Danger, String)> {
    let scopes = scopes_of(app);
    let danger = scopes.keys().map(|scope| scope_danger(scope)).min()?;
    let names: Vec<String> = scopes.values().map(|value| shown(value)).collect();
    let plural = if names.len() == 1 { "scope" } else { "scopes" };
    Some((danger, format!("{plural} {}", and(&names))))
}

fn shown(value: &Value) -> String {
    value.written.to_string()
}

fn item(name: String, place: Option<Place>, side: Side<'_>) -> Item {
    Item { name, sensitive: false, spot: side.spot(place) }
}

fn callbacks_of(app: &Record) -> ByName<(&Url, Option<Place>)> {
    let values = app.children_of("callback").flat_map(|child| child.values("url").iter());
    let urls = values.filter_map(|value| match &value.data {
        Data::Url(url) => Some((url.written.clone(), (&**url, value.place))),
        _ => None,
    });
    urls.collect()
}

/// Callbacks that were added or removed.
pub(super) fn callbacks(old: &Record, new: &Record, base: Side<'_>, head: Side<'_>) -> Vec<Change> {
    let (before, after) = (callbacks_of(old), callbacks_of(new));
    let known: BTreeSet<Option<&str>> =
        before.values().map(|(url, _)| url.host.as_deref()).collect();
    let mut changes = Vec::new();
    for (written, (url, place)) in after.iter().filter(|(url, _)| !before.contains_key(*url)) {
        let (danger, remark) = callback_danger(url, &known);
        let text = format!("callback {written} added{remark}");
        let change = Change::new(What::Callback, Direction::Widens, danger, text);
        changes.push(change.with_values(Vec::new(), vec![written.clone()]).at(head.spot(*place)));
    }
    for (written, (_, place)) in before.iter().filter(|(url, _)| !after.contains_key(*url)) {
        let text = format!("callback {written} removed");
        let change = Change::new(What::Callback, Direction::Narrows, Danger::Low, text);
        changes.push(change.with_values(vec![written.clone()], Vec::new()).at(base.spot(*place)));
    }
    changes
}

fn callback_danger(url: &Url, known: &BTreeSet<Option<&str>>) -> (Danger, &'static str) {
    if url.scheme.as_deref() == Some("http") && !url.loopback {
        (Danger::High, ", in clear text")
    } else if url.wildcard != Wildcard::None {
        (Danger::High, ", which any host may be that fits")
    } else if known.contains(&url.host.as_deref()) {
        (Danger::Low, ", on a host that it had")
    } else {
        (Danger::Medium, "")
    }
}

/// The callbacks of a new app.
pub(super) fn all_callbacks(app: &Record) -> Option<String> {
    let urls: Vec<String> = callbacks_of(app).into_keys().collect();
    (!urls.is_empty()).then(|| format!("callback {}", some(&urls)))
}

fn grantees_of(app: &Record) -> ByName<(String, &Value)> {
    let all = oauth_app::grantees(app).map(|one| {
        let kind = if one.kind == "Profile" { "profile" } else { "permission set" };
        (format!("{kind} {}", one.canonical), (format!("{kind} {}", one.name.written), one.name))
    });
    all.collect()
}

/// Those who may use it that were added or removed.
pub(super) fn grantees(old: &Record, new: &Record, base: Side<'_>, head: Side<'_>) -> Vec<Change> {
    let (before, after) = (grantees_of(old), grantees_of(new));
    let mut changes = Vec::new();
    let mut tell = |list: Vec<&(String, &Value)>, gained: bool, side: Side<'_>| {
        if list.is_empty() {
            return;
        }
        let names: Vec<String> = list.iter().map(|(shown, _)| shown.clone()).collect();
        let anyone = gained && new.is("selfAuthorize");
        let (direction, danger, verb) = match gained {
            true if anyone => (Direction::Widens, Danger::Low, "is approved for"),
            // Before anyone could authorise it, these as well.
            true if old.is("selfAuthorize") => (Direction::Changes, Danger::Low, "is approved for"),
            true => (Direction::Widens, Danger::Medium, "is now approved for"),
            false => (Direction::Narrows, Danger::Low, "is no longer approved for"),
        };
        let anyway = if anyone { " too, and anyone may authorise it anyway" } else { "" };
        let text = format!("{verb} {}{anyway}", some(&names));
        let (was, is) = if gained { (Vec::new(), names) } else { (names, Vec::new()) };
        let mut change = Change::new(What::Grantee, direction, danger, text)
            .with_values(was, is)
            .at(list.iter().find_map(|(_, value)| side.spot(value.place)));
        change.items =
            list.iter().map(|(shown, value)| item(shown.clone(), value.place, side)).collect();
        changes.push(change);
    };
    let fresh = after.iter().filter(|(key, _)| !before.contains_key(*key));
    tell(fresh.map(|(_, one)| one).collect(), true, head);
    let gone = before.iter().filter(|(key, _)| !after.contains_key(*key));
    tell(gone.map(|(_, one)| one).collect(), false, base);
    changes
}

/// Those who may use a new app.
pub(super) fn all_grantees(app: &Record) -> Option<String> {
    let names: Vec<String> = grantees_of(app).into_values().map(|(shown, _)| shown).collect();
    (!names.is_empty()).then(|| format!("approved for {}", some(&names)))
}
