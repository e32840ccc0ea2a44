//! Which holder of one side is which of the other: the one of the same name, else one that was renamed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::grant::{Held, held};
use super::holder::Holder;
use super::side::Side;

/// Holders of both sides that are the same, and those that are on one side only.
#[derive(Default)]
pub struct Pairs<'s> {
    /// Before and after; those with another name first.
    pub renamed: Vec<(&'s Holder, &'s Holder)>,
    /// Before and after, under the same name.
    pub same: Vec<(&'s Holder, &'s Holder)>,
    /// Only before.
    pub removed: Vec<&'s Holder>,
    /// Only after.
    pub added: Vec<&'s Holder>,
}

/// Above so many pairs only holders with exactly the same rights are held against each other.
const PAIRS: usize = 4096;
/// How much of what both grant together must be granted by both, to take one for the other under a new name.
const ALIKE: f64 = 0.8;
/// The same when both have the same label.
const ALIKE_BY_LABEL: f64 = 0.5;
/// Fewer rights say too little to know somebody by them.
const EXACT: usize = 2;
const NEARLY: usize = 5;

type Key<'s> = (&'s str, &'static str, &'s str);

fn key(holder: &Holder) -> Key<'_> {
    (&holder.component.copy, holder.component.kind, &holder.canonical)
}

impl<'s> Pairs<'s> {
    /// Finds the pairs. What could not be read on a side, or was read for others only, is no loss and no gain.
    pub fn new(base: Side<'s>, head: Side<'s>) -> Pairs<'s> {
        let mut pairs = Pairs::default();
        let by_key = |side: Side<'s>| -> HashMap<Key<'s>, &'s Holder> {
            side.snapshot.holders.iter().map(|holder| (key(holder), holder)).collect()
        };
        let (before, after) = (by_key(base), by_key(head));
        let unreadable = |holder: &Holder| {
            [base, head].iter().any(|side| side.snapshot.is_unreadable(&holder.component))
        };
        let told = |holder: &&Holder| !holder.context && !unreadable(holder);
        for holder in &head.snapshot.holders {
            match before.get(&key(holder)) {
                Some(known) if !unreadable(holder) => pairs.same.push((known, holder)),
                Some(_) => {}
                None => pairs.added.extend(Some(holder).filter(told)),
            }
        }
        let gone = base.snapshot.holders.iter().filter(|one| !after.contains_key(&key(one)));
        pairs.removed.extend(gone.filter(told));
        pairs.added.sort_by_key(|one| key(one));
        pairs.removed.sort_by_key(|one| key(one));
        pairs.renames();
        pairs
    }

    /// Moves those that were renamed out of what is on one side only: one to one, the most alike first, then by name.
    fn renames(&mut self) {
        let mut removed: Vec<Rights<'s>> = self.removed.drain(..).map(Rights::new).collect();
        let mut added: Vec<Rights<'s>> = self.added.drain(..).map(Rights::new).collect();
        let mut found = exact(&removed, &added);
        take(&mut self.renamed, &mut removed, &mut added, found);
        if removed.len().saturating_mul(added.len()) <= PAIRS {
            found = nearly(&removed, &added);
            take(&mut self.renamed, &mut removed, &mut added, found);
        }
        self.removed.extend(removed.iter().map(|one| one.holder));
        self.added.extend(added.iter().map(|one| one.holder));
    }
}

/// A holder with what it grants.
struct Rights<'s> {
    holder: &'s Holder,
    held: Vec<Held>,
    /// How many single rights that are.
    number: usize,
    hash: u64,
}

impl<'s> Rights<'s> {
    fn new(holder: &'s Holder) -> Rights<'s> {
        let held = held(&holder.grants);
        let mut hasher = DefaultHasher::new();
        let mut number = 0;
        for one in &held {
            (one.kind, one.name, one.rights).hash(&mut hasher);
            number += one.rights.each().count();
        }
        Rights { holder, held, number, hash: hasher.finish() }
    }

    fn may_be(&self, other: &Rights<'_>) -> bool {
        let (own, theirs) = (&self.holder.component, &other.holder.component);
        own.kind == theirs.kind
            && own.copy == theirs.copy
            && self.holder.guest == other.holder.guest
    }

    fn same_label(&self, other: &Rights<'_>) -> bool {
        self.holder.label.is_some() && self.holder.label == other.holder.label
    }

    /// How much of what both grant together is granted by both, from 0 to 1.
    fn likeness(&self, other: &Rights<'_>) -> f64 {
        let mut theirs = other.held.iter().peekable();
        let mut common = 0;
        for one in &self.held {
            let thing = (one.kind, one.name);
            while theirs.next_if(|other| (other.kind, other.name) < thing).is_some() {}
            if let Some(same) = theirs.next_if(|other| (other.kind, other.name) == thing) {
                common += one.rights.common(same.rights).each().count();
            }
        }
        let all = self.number + other.number - common;
        if all == 0 { 0.0 } else { common as f64 / all as f64 }
    }
}

/// Pairs of positions of holders that grant exactly the same.
fn exact(removed: &[Rights<'_>], added: &[Rights<'_>]) -> Vec<(usize, usize)> {
    let mut candidates: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (at, one) in added.iter().enumerate() {
        candidates.entry(one.hash).or_default().push(at);
    }
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    for by_label in [true, false] {
        for (old, one) in removed.iter().enumerate() {
            if known.contains(&old) {
                continue;
            }
            let Some(candidates) = candidates.get_mut(&one.hash) else { continue };
            let fits = |new: &usize| {
                added.get(*new).is_some_and(|other| {
                    let same = one.same_label(other);
                    one.may_be(other)
                        && (same || !by_label && one.number >= EXACT)
                        && one.number > 0
                        && one.likeness(other) == 1.0
                })
            };
            if let Some(at) = candidates.iter().position(fits) {
                found.push((old, candidates.remove(at)));
                known.insert(old);
            }
        }
    }
    found
}

/// Pairs of positions of holders that grant nearly the same.
fn nearly(removed: &[Rights<'_>], added: &[Rights<'_>]) -> Vec<(usize, usize)> {
    let mut scored: Vec<(f64, usize, usize)> = Vec::new();
    for (old, one) in removed.iter().enumerate() {
        for (new, other) in added.iter().enumerate().filter(|(_, other)| one.may_be(other)) {
            let likeness = one.likeness(other);
            let by_rights = one.number.min(other.number) >= NEARLY && likeness >= ALIKE;
            if by_rights || one.same_label(other) && likeness >= ALIKE_BY_LABEL {
                scored.push((likeness, old, new));
            }
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (_, old, new) in scored {
        if !found.iter().any(|(a, b)| *a == old || *b == new) {
            found.push((old, new));
        }
    }
    found
}

fn take<'s>(
    renamed: &mut Vec<(&'s Holder, &'s Holder)>,
    removed: &mut Vec<Rights<'s>>,
    added: &mut Vec<Rights<'s>>,
    found: Vec<(usize, usize)>,
) {
    for (old, new) in &found {
        if let Some((one, other)) = removed.get(*old).zip(added.get(*new)) {
            renamed.push((one.holder, other.holder));
        }
    }
    let keep = |list: &mut Vec<Rights<'s>>, taken: BTreeSet<usize>| {
        let mut at = 0;
        list.retain(|_| {
            at += 1;
            !taken.contains(&(at - 1))
        });
    };
    keep(removed, found.iter().map(|(old, _)| *old).collect());
    keep(added, found.iter().map(|(_, new)| *new).collect());
}
