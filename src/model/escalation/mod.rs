//! `Escalation`: who can become stronger by what the project itself offers.
//!
//! A path leads from a permission to something that somebody made: a permission set that may be assigned, a profile that a
//! new user may get, an app that logs in as others. Every step stands in a file, and so does what to change. What a
//! permission can do without any of them is told where it is granted, by other rules; the standard profiles that every
//! org has are therefore no targets of `ManageUsers`.
//!
//! Everybody with the same means can reach the same things. So the search is over the means, of which there are four, and
//! not over pairs of principals: its cost is linear in their number.

mod delegate;
mod power;
mod search;

pub use delegate::{DelegateFile, delegate_file};
pub use power::is_power;

use std::collections::{BTreeMap, HashSet};

use self::power::Rank;
use self::search::{Reach, Step, World};
use crate::model::builder::{ChildBuilder, RecordBuilder, one};
use crate::model::record::{Block, Component, Data, Leaf, Place, Record, Value, number_text};
use crate::model::vocabulary::record_kind;

/// All that can become stronger, by copies of the org and in the order of their names.
pub fn escalations(
    principals: &[Record],
    apps: &[Record],
    delegates: &[DelegateFile],
) -> Vec<Record> {
    let mut copies: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for principal in principals {
        copies.entry(&principal.component.copy).or_default().push(principal);
    }
    let mut found = Vec::new();
    for (copy, mut members) in copies {
        members.sort_by_key(|record| (rank_of_kind(record.component.kind), &record.component.name));
        let apps: Vec<&Record> = apps.iter().filter(|app| app.component.copy == copy).collect();
        let world = World::new(&members, &apps);
        let paths: Vec<(&Record, Reach<'_>)> = world
            .nodes
            .iter()
            .filter(|node| !node.record.is("standard") && node.held.rank < Rank::Admin)
            .filter_map(|node| Some((node.record, world.best_for(&node.held)?)))
            .collect();
        let with_path: HashSet<(&str, &str)> = paths
            .iter()
            .filter_map(|(record, _)| Some((record.component.kind, record.canonical_name()?)))
            .collect();
        for (record, reach) in &paths {
            let from = reach.grant.and_then(|grant| from(grant));
            let inherited = from.is_some_and(|set| with_path.contains(&("PermissionSet", set)));
            found.extend(escalation(record, reach, inherited));
        }
        for file in delegates.iter().filter(|file| file.component.copy == copy) {
            if let Some((target, reach)) = world.best_of_delegate(file) {
                found.extend(delegated(file, target, &reach));
            }
        }
    }
    found
}

/// Whether a principal holds anything that counts on a path.
pub fn has_power(principal: &Record) -> bool {
    principal
        .children_of("userPermission")
        .any(|child| child.block.canonical_name().is_some_and(is_power))
}

/// A principal with nothing but what counts on a path.
pub fn powers_of(principal: &Record) -> Record {
    let kept = |block: &&Block| block.canonical_name().is_some_and(is_power);
    let powers: Vec<Block> = principal
        .children_of("userPermission")
        .map(|child| child.block)
        .filter(kept)
        .cloned()
        .collect();
    let mut slim = Record {
        kind: principal.kind,
        component: principal.component.clone(),
        block: principal.block.clone(),
        children: vec![Vec::new(); principal.children.len()],
        deployed: principal.deployed,
    };
    let position = record_kind(principal.kind).and_then(|kind| kind.child("userPermission"));
    if let Some(slot) = position.and_then(|(at, _)| slim.children.get_mut(at)) {
        *slot = powers;
    }
    slim
}

/// Sets come before groups and profiles where all else is equal: they are what is assigned.
fn rank_of_kind(kind: &str) -> u8 {
    match kind {
        "PermissionSet" => 0,
        "PermissionSetGroup" => 1,
        _ => 2,
    }
}

/// The permission set that a group has a permission from.
fn from(grant: &Block) -> Option<&str> {
    grant.leaves.get(1)?.first_text()
}

fn escalation(source: &Record, reach: &Reach<'_>, inherited: bool) -> Option<Record> {
    let grant = reach.grant?;
    let name = grant.leaves.first()?.clone();
    let component = &source.component;
    let mut record = RecordBuilder::new("Escalation", component.clone(), source.block.place)?;
    for leaf in ["guest", "external", "integration"] {
        record.set(leaf, source.leaf(leaf)?.clone());
    }
    let own = grant.related.iter().cloned();
    finish(record, component, name, own.collect(), inherited, reach, source.deployed)
}

fn delegated(file: &DelegateFile, listed: &Value, reach: &Reach<'_>) -> Option<Record> {
    let mut record = RecordBuilder::new("Escalation", file.component.clone(), Some(file.place))?;
    for leaf in ["guest", "external", "integration"] {
        record.set(leaf, Leaf::derived(false, None));
    }
    finish(record, &file.component, one(listed.clone()), Vec::new(), false, reach, file.deployed)
}

/// The record with its path; `related` are places that belong to the first step.
fn finish(
    mut record: RecordBuilder,
    source: &Component,
    grant: Leaf,
    mut related: Vec<(Place, Box<str>)>,
    inherited: bool,
    reach: &Reach<'_>,
    deployed: bool,
) -> Option<Record> {
    let target = reach.steps.last()?.to;
    for step in &reach.steps {
        related.extend(step.places());
    }
    let steps = reach.steps.len() as f64;
    let place = grant.place();
    let block = ChildBuilder::new("Escalation", "path")?.block(
        place,
        vec![
            ("target", Leaf::text_reference(&target.record.component.name)),
            ("targetKind", Leaf::text(target.record.component.kind, None)),
            ("power", Leaf::text(&target.power(), None)),
            ("steps", number(steps)),
            ("text", Leaf::text(&sentence(&reach.steps), None)),
            ("grant", grant),
            ("inherited", Leaf::derived(inherited, None)),
        ],
    );
    record
        .set("name", Leaf::text_reference(&source.name))
        .set("kind", Leaf::text(source.kind, None))
        .children("path", vec![Block { related, ..block }]);
    let mut record = record.finish();
    record.deployed = deployed && reach.steps.iter().all(|step| step.to.record.deployed);
    Some(record)
}

fn number(value: f64) -> Leaf {
    let data = Data::Number(value);
    Leaf {
        values: vec![Value { data, written: number_text(value).into(), place: None }],
        ..Leaf::NONE
    }
}

/// The way in words: what each step does, and what the last one brings.
fn sentence(steps: &[Step<'_>]) -> String {
    let mut text = String::new();
    for (at, step) in steps.iter().enumerate() {
        if at > 0 {
            text.push_str(", then ");
        }
        text.push_str(&step.text());
    }
    if let Some(last) = steps.last() {
        text.push_str(&last.to.brings());
    }
    text
}

#[cfg(test)]
mod tests;
