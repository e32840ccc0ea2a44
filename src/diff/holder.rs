//! A profile, permission set or group as it is compared: compact, so that a whole org can be held.

use std::collections::{HashMap, HashSet};

use super::asked::DENIABLE;
use super::grant::{GRANT_KINDS, Grant, GrantKind, Rights};
use super::names::{NameId, Names};
use crate::model::by_name::Child;
use crate::model::node::truth;
use crate::model::record::{Component, Data, Leaf, Place, Record, Value};
use crate::value::name;

/// Who holds rights.
#[derive(Clone, Debug)]
pub struct Holder {
    /// Its identity; the kind is the metadata type.
    pub component: Component,
    /// Its name in the form in which names are compared.
    pub canonical: String,
    /// Its label, where it has one.
    pub label: Option<String>,
    /// Its licences.
    pub licenses: Vec<String>,
    /// Where the licence is stated.
    pub license_at: Option<Place>,
    /// For whoever has not logged in.
    pub guest: bool,
    /// For people outside of the company.
    pub external: bool,
    /// For a program.
    pub integration: bool,
    /// Only for the length of an activated session.
    pub session_activated: bool,
    /// Where that is stated.
    pub session_at: Option<Place>,
    /// Hours a week in which login is possible.
    pub weekly_hours: f64,
    /// Where they are stated.
    pub hours_at: Option<Place>,
    /// Not kept out by `.forceignore`.
    pub deployed: bool,
    /// Where it begins.
    pub place: Option<Place>,
    /// What it grants, sorted by kind and name.
    pub grants: Vec<Grant>,
    /// Of a profile: what it states not to grant, of what it granted before.
    pub denied: HashMap<(GrantKind, NameId), Rights>,
    /// Of a set: the groups that it is in, in the form in which names are compared.
    pub groups: Vec<String>,
    /// Of a group: its sets, in the form in which names are compared, as far as they are in the project.
    pub members: Vec<String>,
    /// Of a group: its sets that are not in the project.
    pub unresolved: Vec<String>,
    /// Read for a group that it is in; nothing of it changed.
    pub context: bool,
}

impl Holder {
    /// Takes what is compared of a record of kind `Principal`.
    pub fn new(record: &Record, names: &mut Names) -> Holder {
        let mut grants = Vec::new();
        for (kind, child, _) in GRANT_KINDS {
            grants.extend(record.children_of(child).filter_map(|one| grant(*kind, &one, names)));
        }
        grants.sort_by_key(|one| (one.kind, one.name));
        let leaf = |name: &str| record.leaf(name);
        let place = |name: &str| leaf(name).and_then(Leaf::place);
        let hours = leaf("weeklyLoginHours").and_then(|leaf| match leaf.values.first()?.data {
            Data::Number(hours) => Some(hours),
            _ => None,
        });
        let component = record.component.clone();
        let canonical = record.canonical_name().map(str::to_owned);
        Holder {
            canonical: canonical.unwrap_or_else(|| name::canonical(&component.name)),
            label: leaf("label").and_then(|leaf| leaf.values.first()).map(written),
            licenses: each_once(leaf("license")),
            license_at: place("license"),
            guest: record.is("guest"),
            external: record.is("external"),
            integration: record.is("integration"),
            session_activated: record.is("sessionActivated"),
            session_at: place("sessionActivated"),
            weekly_hours: hours.unwrap_or(WEEK),
            hours_at: place("weeklyLoginHours"),
            deployed: record.deployed,
            place: record.block.place,
            grants,
            denied: HashMap::new(),
            groups: leaf("groups")
                .into_iter()
                .flat_map(|leaf| leaf.values.iter().filter_map(Value::text))
                .map(str::to_owned)
                .collect(),
            members: Vec::new(),
            unresolved: Vec::new(),
            context: false,
            component,
        }
    }

    /// Adds what the profile states not to grant of some things, from its record as it is written.
    pub fn deny(&mut self, things: &HashSet<(GrantKind, NameId)>, written: &Record, names: &Names) {
        for ((element, ..), blocks) in DENIABLE.iter().zip(&written.children) {
            let Some((kind, ..)) = GRANT_KINDS.iter().find(|(.., own)| own == element) else {
                continue;
            };
            for block in blocks {
                let Some((named, switches)) = block.leaves.split_first() else { continue };
                let off = switches.iter().enumerate().filter(|(_, leaf)| is_off(leaf));
                let rights = off.fold(Rights::default(), |all, (at, _)| all.and(Rights(1 << at)));
                if rights.is_empty() {
                    continue;
                }
                for value in &named.values {
                    let id = names.known(&name::canonical(&value.written));
                    if let Some(id) = id.filter(|id| things.contains(&(*kind, *id))) {
                        let known = self.denied.entry((*kind, id)).or_default();
                        *known = known.and(rights);
                    }
                }
            }
        }
    }

    /// What it states not to grant of one thing.
    pub fn denies(&self, kind: GrantKind, name: NameId) -> Rights {
        self.denied.get(&(kind, name)).copied().unwrap_or_default()
    }

    /// The grants of one thing.
    pub fn of(&self, kind: GrantKind, name: NameId) -> &[Grant] {
        let start = self.grants.partition_point(|one| (one.kind, one.name) < (kind, name));
        let rest = self.grants.get(start..).unwrap_or_default();
        let length = rest.partition_point(|one| (one.kind, one.name) == (kind, name));
        rest.get(..length).unwrap_or_default()
    }

    /// Where one of these rights on a thing is granted.
    pub fn place_of(&self, kind: GrantKind, name: NameId, rights: Rights) -> Option<Place> {
        self.of(kind, name).iter().find(|one| one.rights.any(rights))?.place
    }

    /// Whether it grants a user permission.
    pub fn permits(&self, permission: &str, names: &Names) -> bool {
        let id = names.known(permission);
        id.is_some_and(|id| !self.of(GrantKind::Permission, id).is_empty())
    }

    /// Whether it is a profile: what a profile's file does not state, a deployment leaves as it is.
    pub fn is_profile(&self) -> bool {
        self.component.kind == "Profile"
    }

    /// Whether it is a group.
    pub fn is_group(&self) -> bool {
        self.component.kind == "PermissionSetGroup"
    }
}

/// Hours in a week.
const WEEK: f64 = 168.0;

fn is_off(leaf: &Leaf) -> bool {
    let off = |value: &Value| match &value.data {
        Data::Bool(on) => !on,
        _ => truth(&value.written) == Some(false),
    };
    leaf.values.iter().any(off)
}

fn grant(kind: GrantKind, child: &Child<'_>, names: &mut Names) -> Option<Grant> {
    let named = child.values("name").first()?;
    let name = names.id(named.text()?, &named.written);
    let rights = if kind.rights().is_empty() {
        Rights::GRANTED
    } else {
        let words = child.values("rights").iter().filter_map(Value::text);
        words.fold(Rights::default(), |all, word| all.and(Rights::of(kind, word)))
    };
    let from = child.values("from").first();
    let from = from.and_then(|set| Some(names.id(set.text()?, &set.written)));
    let place = named.place.or(child.block.place);
    Some(Grant { kind, name, rights, from, place })
}

fn written(value: &Value) -> String {
    value.written.to_string()
}

/// The values of a leaf as they are written, sorted.
fn each_once(leaf: Option<&Leaf>) -> Vec<String> {
    let mut all: Vec<String> =
        leaf.into_iter().flat_map(|leaf| &leaf.values).map(written).collect();
    all.sort();
    all.dedup();
    all
}
