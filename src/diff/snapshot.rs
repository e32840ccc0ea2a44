//! One side of a comparison: what the records of a project say of access, taken while they are there.

use std::collections::{HashMap, HashSet};

use super::field::FieldFacts;
use super::grant::GrantKind;
use super::holder::Holder;
use super::names::{NameId, Names};
use crate::model::record::{Component, FileId, Record};
use crate::model::resolve::Records;
use crate::value::name;

/// What one project says.
#[derive(Default)]
pub struct Snapshot {
    /// Profiles, sets and groups.
    pub holders: Vec<Holder>,
    /// Records of apps.
    pub apps: Vec<Record>,
    /// Records of addresses.
    pub endpoints: Vec<Record>,
    /// Records of address ranges.
    pub ranges: Vec<Record>,
    /// Fields.
    pub fields: Vec<FieldFacts>,
    /// What could not be read.
    pub problems: Vec<Unreadable>,
    unreadable: HashSet<Component>,
}

/// A file that could not be read as what it claims to be.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// The component it would have been.
    pub component: Component,
    /// The file.
    pub file: Option<FileId>,
    /// Why, for people.
    pub why: String,
}

impl Snapshot {
    /// Takes what is compared of finished records: they can be forgotten then. Profiles may have been added before, with
    /// [`Snapshot::add_profiles`].
    pub fn take(&mut self, mut records: Records, names: &mut Names) {
        let principals = records.by_kind.remove("Principal").unwrap_or_default();
        self.holders.extend(principals.iter().map(|record| Holder::new(record, names)));
        let unresolved = records.unresolved_members.iter();
        let unresolved: HashMap<&str, &Vec<String>> =
            unresolved.map(|(group, members)| (group.as_str(), members)).collect();
        let mut members: HashMap<(String, String), Vec<String>> = HashMap::new();
        for set in &self.holders {
            for group in &set.groups {
                let key = (set.component.copy.clone(), group.clone());
                members.entry(key).or_default().push(set.canonical.clone());
            }
        }
        for holder in self.holders.iter_mut().filter(|holder| holder.is_group()) {
            let key = (holder.component.copy.clone(), holder.canonical.clone());
            holder.members = members.remove(&key).unwrap_or_default();
            if let Some(members) = unresolved.get(holder.component.name.as_str()) {
                holder.unresolved = (*members).clone();
            }
        }
        let mut of = |kind: &str| records.by_kind.remove(kind).unwrap_or_default();
        self.apps = of("OauthApp");
        self.endpoints = of("Endpoint");
        self.ranges = of("IpAllowList");
        self.fields = of("Field").iter().filter_map(FieldFacts::new).collect();
        let problems = of("Diagnostic");
        self.problems.extend(problems.iter().filter_map(unreadable));
        self.unreadable = self.problems.iter().map(|problem| problem.component.clone()).collect();
    }

    /// Takes profiles out of the records of some files: they are in no group, and each is large.
    pub fn add_profiles(&mut self, records: &mut Vec<Record>, names: &mut Names) {
        let (profiles, rest): (Vec<Record>, Vec<Record>) =
            std::mem::take(records).into_iter().partition(is_profile);
        *records = rest;
        self.holders.extend(profiles.iter().map(|record| Holder::new(record, names)));
    }

    /// Adds what profiles that lost something state not to grant of it, from their records as they are written.
    pub fn deny(&mut self, lost: &[Lost], written: &[Record], names: &Names) {
        let written: HashMap<&Component, &Record> =
            written.iter().map(|record| (&record.component, record)).collect();
        let lost: HashMap<&Component, &Lost> =
            lost.iter().map(|lost| (&lost.component, lost)).collect();
        for holder in &mut self.holders {
            let both = lost.get(&holder.component).zip(written.get(&holder.component));
            if let Some((lost, written)) = both {
                holder.deny(&lost.things, written, names);
            }
        }
    }

    /// Whether a component could not be read, so that nothing is known of it.
    pub fn is_unreadable(&self, component: &Component) -> bool {
        if component.kind == APP {
            return self.is_app_unreadable(component, false);
        }
        self.unreadable.contains(component)
    }

    /// The same for an app. The files of all external client apps are read together, and joined by what they say: where one of
    /// them cannot be read, something may be missing of any.
    pub fn is_app_unreadable(&self, component: &Component, connected: bool) -> bool {
        self.problems.iter().any(|problem| {
            let own = &problem.component;
            own.copy == component.copy
                && match own.kind {
                    CONNECTED_APP => name::canonical(&own.name) == name::canonical(&component.name),
                    APP => !connected,
                    _ => false,
                }
        })
    }
}

/// The type of the component that an app is, whatever it is written in; what cannot be read of it is still called after its file.
pub const APP: &str = "OauthApp";
const CONNECTED_APP: &str = "ConnectedApp";

fn is_profile(record: &Record) -> bool {
    record.kind == "Principal" && record.component.kind == "Profile"
}

/// What a profile does not grant any more.
pub struct Lost {
    /// The profile, as it is now.
    pub component: Component,
    /// What it granted.
    pub things: HashSet<(GrantKind, NameId)>,
}

fn unreadable(record: &Record) -> Option<Unreadable> {
    let text = |leaf: &str| record.leaf(leaf).and_then(|leaf| leaf.values.first());
    let level = text("level").and_then(|level| level.text());
    // A note says that something is odd, not that it was not understood.
    (level != Some("note")).then(|| Unreadable {
        component: record.component.clone(),
        file: record.block.place.map(|place| place.file),
        why: text("text").map_or_else(String::new, |why| why.written.to_string()),
    })
}
