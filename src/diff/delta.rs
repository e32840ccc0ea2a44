//! What two holders grant differently, and which of it a group has only because a set of it has.

use std::collections::HashMap;

use super::grant::{GrantKind, Held, Rights, held};
use super::holder::Holder;
use super::names::NameId;

/// How the rights on one thing differ.
#[derive(Clone, Copy, Debug)]
pub struct Delta {
    /// What is granted.
    pub kind: GrantKind,
    /// Its name.
    pub name: NameId,
    /// Rights before.
    pub before: Rights,
    /// Rights after.
    pub after: Rights,
}

impl Delta {
    /// What is new.
    pub fn gained(&self) -> Rights {
        self.after.without(self.before)
    }

    /// What is gone.
    pub fn lost(&self) -> Rights {
        self.before.without(self.after)
    }
}

/// The differences, sorted by kind and name.
pub fn deltas(before: &Holder, after: &Holder) -> Vec<Delta> {
    let (before, after) = (held(&before.grants), held(&after.grants));
    let mut old = before.iter().peekable();
    let mut new = after.iter().peekable();
    let mut found = Vec::new();
    loop {
        let thing = |one: &&&Held| (one.kind, one.name);
        let pair = match (old.peek().map(|one| thing(&one)), new.peek().map(|one| thing(&one))) {
            (None, None) => return found,
            (Some(a), Some(b)) if a == b => (old.next(), new.next()),
            (Some(a), Some(b)) if b < a => (None, new.next()),
            (Some(_), _) => (old.next(), None),
            (None, Some(_)) => (None, new.next()),
        };
        let Some(one) = pair.0.or(pair.1) else { return found };
        let rights = |held: Option<&Held>| held.map_or(Rights::default(), |held| held.rights);
        let delta =
            Delta { kind: one.kind, name: one.name, before: rights(pair.0), after: rights(pair.1) };
        if delta.before != delta.after {
            found.push(delta);
        }
    }
}

/// Everything that a holder grants, as if it had been gained.
pub fn all_of(holder: &Holder) -> Vec<Delta> {
    let delta = |held: Held| Delta {
        kind: held.kind,
        name: held.name,
        before: Rights::default(),
        after: held.rights,
    };
    held(&holder.grants).into_iter().map(delta).collect()
}

/// One thing that a set grants: copy of the org, set, kind and name of the thing.
type OfSet = (String, NameId, GrantKind, NameId);

/// The differences of all sets, to know which of those of groups are told already.
#[derive(Default)]
pub struct OfSets {
    /// Rights gained and lost.
    known: HashMap<OfSet, (Rights, Rights)>,
    /// The groups that have them as well, with the rights that they gained and lost by it.
    groups: HashMap<OfSet, Vec<(String, Rights, Rights)>>,
}

impl OfSets {
    /// Adds the differences of a set. `ids` are its names, before and after.
    pub fn add(&mut self, copy: &str, ids: &[NameId], deltas: &[Delta]) {
        for delta in deltas {
            for id in ids {
                let key = (copy.to_owned(), *id, delta.kind, delta.name);
                self.known.insert(key, (delta.gained(), delta.lost()));
            }
        }
    }

    /// What of a difference of a group is told where a set is told: rights gained and lost. The set remembers the group.
    pub fn told(&mut self, group: [&Holder; 2], delta: &Delta) -> (Rights, Rights) {
        let [before, after] = group;
        let copy = &after.component.copy;
        let mut told = (Rights::default(), Rights::default());
        let sides = [(after, true), (before, false)];
        for (holder, gains) in sides {
            for grant in holder.of(delta.kind, delta.name) {
                let Some(set) = grant.from else { continue };
                let key = (copy.clone(), set, delta.kind, delta.name);
                let Some((gained, lost)) = self.known.get(&key).copied() else { continue };
                let of_set = if gains { gained } else { lost };
                let of_group = if gains { delta.gained() } else { delta.lost() };
                let common = of_set.common(of_group).common(grant.rights);
                if common.is_empty() {
                    continue;
                }
                let (up, down) =
                    if gains { (common, Rights::default()) } else { (Rights::default(), common) };
                told = (told.0.and(up), told.1.and(down));
                let name = after.label.clone().unwrap_or_else(|| after.component.name.clone());
                self.groups.entry(key).or_default().push((name, up, down));
            }
        }
        told
    }

    /// The groups that gained or lost a right of a set as well. `ids` are the names of the set, before and after.
    pub fn groups(
        &self,
        copy: &str,
        ids: &[NameId],
        delta: &Delta,
        right: Rights,
        gained: bool,
    ) -> Vec<String> {
        let known = ids
            .iter()
            .filter_map(|id| self.groups.get(&(copy.to_owned(), *id, delta.kind, delta.name)));
        let with = known.flatten().filter(
            |(_, up, down)| {
                if gained { up.any(right) } else { down.any(right) }
            },
        );
        let mut names: Vec<String> = with.map(|(name, ..)| name.clone()).collect();
        names.sort();
        names.dedup();
        names
    }
}
