//! What groups gain and lose beside what their sets do: sets that come and go, and what is muted.

use std::collections::{BTreeMap, HashMap};

use super::delta::{Delta, OfSets};
use super::grant::Rights;
use super::holder::Holder;
use super::holders::{Comparer, shown};
use super::piece::{Cause, Outcome, Piece};
use super::side::Side;
use crate::value::name;

/// The names of the sets of a side as people know them, by copy of the org and canonical name.
pub struct SetNames<'s>(HashMap<(&'s str, &'s str), String>);

impl<'s> SetNames<'s> {
    /// The names of a side.
    pub fn new(side: Side<'s>) -> SetNames<'s> {
        let grouped = side.snapshot.holders.iter().filter(|set| !set.groups.is_empty());
        let names =
            grouped.map(|set| ((set.component.copy.as_str(), set.canonical.as_str()), shown(set)));
        SetNames(names.collect())
    }

    /// Names for people, of sets of a group.
    fn of(&self, group: &Holder, sets: &[String]) -> Vec<String> {
        let copy = group.component.copy.as_str();
        let found = sets.iter().filter_map(|set| self.0.get(&(copy, set.as_str())).cloned());
        let mut names: Vec<String> = found.collect();
        names.sort();
        names.dedup();
        names
    }
}

impl Comparer<'_> {
    /// The differences of a group, before and after, that are not those of a set in it.
    pub(super) fn of_group(
        &self,
        group: [&Holder; 2],
        deltas: &[Delta],
        of_sets: &mut OfSets,
        names: &[SetNames<'_>; 2],
    ) -> Vec<Piece> {
        let [before, after] = group;
        let [old_names, new_names] = names;
        let unresolved = |group: &Holder| -> Vec<String> {
            group.unresolved.iter().map(|set| name::canonical(set)).collect()
        };
        let (old_unknown, new_unknown) = (unresolved(before), unresolved(after));
        let mut pieces = Vec::new();
        for delta in deltas {
            let told = of_sets.told(group, delta);
            let gained = self.by_cause(after, delta, delta.gained().without(told.0), |sets| {
                // What a set gives that was not in the project before may have been given all the time.
                if holds_any(&old_unknown, sets) {
                    return None;
                }
                Some(match holds_any(&before.members, sets) {
                    true => Cause::Unmuted,
                    false => Cause::Through(new_names.of(after, sets)),
                })
            });
            for (cause, rights) in gained {
                pieces.push(self.gain(after, delta, rights, cause, Vec::new()));
            }
            let lost = self.by_cause(before, delta, delta.lost().without(told.1), |sets| {
                if holds_any(&new_unknown, sets) {
                    return None;
                }
                Some(match holds_any(&after.members, sets) {
                    true => Cause::Muted,
                    false => Cause::Left(old_names.of(before, sets)),
                })
            });
            for (cause, rights) in lost {
                pieces.push(self.loss(before, delta, rights, Outcome::Lost, cause, Vec::new()));
            }
        }
        pieces
    }

    /// Rights by why a group has them, told from the sets that it has each from; those without a cause are left out.
    fn by_cause(
        &self,
        group: &Holder,
        delta: &Delta,
        rights: Rights,
        cause: impl Fn(&[String]) -> Option<Cause>,
    ) -> BTreeMap<Cause, Rights> {
        let mut by_cause: BTreeMap<Cause, Rights> = BTreeMap::new();
        for right in rights.each() {
            let grants = group.of(delta.kind, delta.name).iter();
            let with = grants.filter(|one| one.rights.any(right)).filter_map(|one| one.from);
            let sets: Vec<String> = with.map(|set| self.names.canonical(set).to_owned()).collect();
            if let Some(cause) = cause(&sets) {
                let known = by_cause.entry(cause).or_default();
                *known = known.and(right);
            }
        }
        by_cause
    }
}

fn holds_any(list: &[String], sets: &[String]) -> bool {
    sets.iter().any(|set| list.contains(set))
}
