//! Compares profiles, permission sets and groups.

use std::collections::{BTreeMap, HashMap};

use super::change::{Change, Danger, Direction, What};
use super::delta::{Delta, OfSets, deltas};
use super::field::Sensitive;
use super::grant::{GrantKind, Rights};
use super::holder::Holder;
use super::names::{NameId, Names};
use super::one_sided::{added, removed};
use super::pairing::Pairs;
use super::piece::{Cause, Outcome, Piece, sentences};
use super::rating::{Ratings, covered};
use super::side::{Side, Subjects};
use super::standing::standing;
use crate::value::name;

/// What holders are compared with.
pub struct Comparer<'c> {
    /// What was.
    pub base: Side<'c>,
    /// What will be.
    pub head: Side<'c>,
    /// The names of both.
    pub names: &'c Names,
    /// How dangerous permissions are.
    pub ratings: &'c Ratings,
    /// Fields that must be protected.
    pub sensitive: &'c Sensitive,
}

/// Who gained to read a sensitive field: copy of the org, name of the field.
pub type Readers = BTreeMap<(String, String), Vec<String>>;

impl Comparer<'_> {
    /// Compares all holders.
    pub fn holders(&self, out: &mut Subjects) -> Readers {
        let pairs = Pairs::new(self.base, self.head);
        let muting_unknown = self.muting_unknown();
        let both = pairs.renamed.iter().map(|pair| (pair, true));
        let both = both.chain(pairs.same.iter().map(|pair| (pair, false)));
        let both: Vec<(&Holder, &Holder, bool)> =
            both.map(|((before, after), renamed)| (*before, *after, renamed)).collect();
        let found: Vec<Vec<Delta>> =
            both.iter().map(|(before, after, _)| deltas(before, after)).collect();
        let mut of_sets = OfSets::default();
        let all = || both.iter().zip(&found);
        for ((before, after, _), deltas) in all().filter(|((_, after, _), _)| !after.is_group()) {
            let ids =
                [before, after].into_iter().filter_map(|one| self.names.known(&one.canonical));
            let ids: Vec<NameId> = ids.collect();
            of_sets.add(&after.component.copy, &ids, deltas);
        }
        let mut readers = Readers::new();
        let mut of_groups = HashMap::new();
        for ((before, after, _), deltas) in all().filter(|((_, after, _), _)| after.is_group()) {
            let pieces = if muting_unknown {
                Vec::new()
            } else {
                self.of_group(before, after, deltas, &mut of_sets)
            };
            of_groups.insert(&after.component, pieces);
        }
        for ((before, after, renamed), deltas) in all() {
            let pieces = of_groups
                .remove(&after.component)
                .unwrap_or_else(|| self.of_holder(before, after, deltas, &of_sets));
            self.note_readers(after, &pieces, &mut readers);
            let mut changes = sentences(&pieces, after.guest, self.names, self.ratings);
            changes.extend(standing(before, after, self.base, self.head));
            if *renamed {
                changes.push(rename(before, after, changes.is_empty(), self.head));
            }
            out.add_holder(after, changes);
        }
        for holder in pairs.added {
            let pieces = self.gains(holder);
            self.note_readers(holder, &pieces, &mut readers);
            let changes = sentences(&pieces, false, self.names, self.ratings);
            out.add_holder(holder, vec![added(holder, changes, self.head)]);
        }
        for holder in pairs.removed {
            let pieces = self.gains(holder);
            let changes = sentences(&pieces, false, self.names, self.ratings);
            out.add_holder(holder, vec![removed(holder, changes, self.base)]);
        }
        readers
    }

    /// Whether what groups lack is unknown on a side, so that nothing true can be said of what they gained or lost.
    fn muting_unknown(&self) -> bool {
        let sides = [self.base, self.head];
        let mut problems = sides.iter().flat_map(|side| &side.snapshot.problems);
        problems.any(|problem| problem.component.kind == "MutingPermissionSet")
    }

    fn danger(
        &self,
        holder: &Holder,
        kind: GrantKind,
        name: NameId,
        rights: Rights,
    ) -> (Danger, bool) {
        let canonical = self.names.canonical(name);
        let sensitive =
            kind == GrantKind::Field && self.sensitive.holds(&holder.component.copy, canonical);
        (self.ratings.of(holder, kind, canonical, rights, sensitive), sensitive)
    }

    /// The differences of a profile or set.
    fn of_holder(
        &self,
        before: &Holder,
        after: &Holder,
        deltas: &[Delta],
        of_sets: &OfSets,
    ) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let own = self.names.known(&after.canonical);
        for delta in deltas {
            for (rights, gained) in [(delta.gained(), true), (delta.lost(), false)] {
                let mut by_groups: BTreeMap<Vec<String>, Rights> = BTreeMap::new();
                for right in rights.each() {
                    let groups = own.filter(|_| !after.is_profile()).map(|own| {
                        of_sets.groups(&after.component.copy, own, delta, right, gained)
                    });
                    let known = by_groups.entry(groups.unwrap_or_default()).or_default();
                    *known = known.and(right);
                }
                for (groups, rights) in by_groups {
                    if gained {
                        let cause = covered(before, delta.kind, rights, self.names);
                        let cause = cause.map_or(Cause::Plain, Cause::Covered);
                        pieces.push(self.gain(after, delta, rights, cause, groups));
                    } else if after.is_profile() {
                        let denied = after.denies(delta.kind, delta.name).common(rights);
                        let unstated = rights.without(denied);
                        let parts = [(denied, Outcome::Lost), (unstated, Outcome::Unstated)];
                        for (rights, outcome) in parts.into_iter().filter(|part| !part.0.is_empty())
                        {
                            pieces.push(self.loss(
                                after,
                                delta,
                                rights,
                                outcome,
                                Cause::Plain,
                                Vec::new(),
                            ));
                        }
                    } else {
                        pieces.push(self.loss(
                            after,
                            delta,
                            rights,
                            Outcome::Lost,
                            Cause::Plain,
                            groups,
                        ));
                    }
                }
            }
        }
        pieces
    }

    /// The differences of a group that are not those of a set in it.
    fn of_group(
        &self,
        before: &Holder,
        after: &Holder,
        deltas: &[Delta],
        of_sets: &mut OfSets,
    ) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let members = |side: Side<'_>, group: &Holder| -> HashMap<String, String> {
            let own = |set: &&Holder| {
                set.component.copy == group.component.copy && set.groups.contains(&group.canonical)
            };
            let sets = side.snapshot.holders.iter().filter(own);
            sets.map(|set| (set.canonical.clone(), shown(set))).collect()
        };
        if deltas.is_empty() {
            return pieces;
        }
        let (old, new) = (members(self.base, before), members(self.head, after));
        let unresolved = |group: &Holder| -> Vec<String> {
            group.unresolved.iter().map(|set| name::canonical(set)).collect()
        };
        let (old_unknown, new_unknown) = (unresolved(before), unresolved(after));
        let sets_of = |group: &Holder, delta: &Delta, right: Rights| -> Vec<String> {
            let grants =
                group.of(delta.kind, delta.name).iter().filter(|one| one.rights.any(right));
            grants.filter_map(|one| Some(self.names.canonical(one.from?).to_owned())).collect()
        };
        for delta in deltas {
            let told = of_sets.told([before, after], delta);
            let mut by_cause: BTreeMap<Cause, Rights> = BTreeMap::new();
            for right in delta.gained().without(told.0).each() {
                let sets = sets_of(after, delta, right);
                // What a set gives that was not in the project before may have been given all the time.
                if sets.iter().any(|set| old_unknown.contains(set)) {
                    continue;
                }
                let cause = if sets.iter().any(|set| old.contains_key(set)) {
                    Cause::Unmuted
                } else {
                    Cause::Through(sorted(sets.iter().filter_map(|set| new.get(set).cloned())))
                };
                let known = by_cause.entry(cause).or_default();
                *known = known.and(right);
            }
            for (cause, rights) in std::mem::take(&mut by_cause) {
                pieces.push(self.gain(after, delta, rights, cause, Vec::new()));
            }
            for right in delta.lost().without(told.1).each() {
                let sets = sets_of(before, delta, right);
                if sets.iter().any(|set| new_unknown.contains(set)) {
                    continue;
                }
                let cause = if sets.iter().any(|set| new.contains_key(set)) {
                    Cause::Muted
                } else {
                    Cause::Left(sorted(sets.iter().filter_map(|set| old.get(set).cloned())))
                };
                let known = by_cause.entry(cause).or_default();
                *known = known.and(right);
            }
            for (cause, rights) in by_cause {
                pieces.push(self.loss(after, delta, rights, Outcome::Lost, cause, Vec::new()));
            }
        }
        pieces
    }

    fn gain(
        &self,
        holder: &Holder,
        delta: &Delta,
        rights: Rights,
        cause: Cause,
        groups: Vec<String>,
    ) -> Piece {
        let (danger, sensitive) = self.danger(holder, delta.kind, delta.name, rights);
        let danger = if matches!(cause, Cause::Covered(_)) { Danger::Low } else { danger };
        Piece {
            kind: delta.kind,
            name: delta.name,
            rights,
            outcome: Outcome::Gained,
            cause,
            groups,
            danger,
            sensitive,
            spot: self.head.spot(delta.after_at),
        }
    }

    fn loss(
        &self,
        holder: &Holder,
        delta: &Delta,
        rights: Rights,
        outcome: Outcome,
        cause: Cause,
        groups: Vec<String>,
    ) -> Piece {
        let (_, sensitive) = self.danger(holder, delta.kind, delta.name, rights);
        Piece {
            kind: delta.kind,
            name: delta.name,
            rights,
            outcome,
            cause,
            groups,
            danger: Danger::Low,
            sensitive,
            spot: self.base.spot(delta.before_at),
        }
    }

    /// Everything that a holder grants, as if it had been gained.
    fn gains(&self, holder: &Holder) -> Vec<Piece> {
        let nothing = Holder { grants: Vec::new(), ..holder.clone() };
        let side = if self.head.snapshot.holders.iter().any(|one| std::ptr::eq(one, holder)) {
            self.head
        } else {
            self.base
        };
        deltas(&nothing, holder)
            .iter()
            .map(|delta| Piece {
                spot: side.spot(delta.after_at),
                ..self.gain(holder, delta, delta.gained(), Cause::Plain, Vec::new())
            })
            .collect()
    }

    /// Keeps who gained to read a sensitive field.
    fn note_readers(&self, holder: &Holder, pieces: &[Piece], readers: &mut Readers) {
        let read = Rights::of(GrantKind::Field, "read");
        for piece in pieces.iter().filter(|piece| piece.sensitive) {
            if piece.outcome == Outcome::Gained && piece.rights.any(read) {
                let field = self.names.canonical(piece.name).to_owned();
                let key = (holder.component.copy.clone(), field);
                readers.entry(key).or_default().push(shown(holder));
            }
        }
    }
}

/// A holder as people know it.
pub fn shown(holder: &Holder) -> String {
    holder.label.clone().unwrap_or_else(|| name::decode(&holder.component.name))
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.dedup();
    names
}

fn rename(before: &Holder, after: &Holder, same: bool, head: Side<'_>) -> Change {
    let old = name::decode(&before.component.name);
    let text = if same {
        format!("was called {old} before, with the same rights")
    } else {
        format!("was probably called {old} before: nearly all its rights are the same")
    };
    Change::new(What::Renamed, Direction::Changes, Danger::Low, text)
        .with_values(vec![old], vec![name::decode(&after.component.name)])
        .at(head.spot(after.place))
}
