//! Compares profiles, permission sets and groups.

use std::collections::{BTreeMap, HashMap};

use super::change::{Change, Danger, Direction, What};
use super::delta::{Delta, OfSets, all_of, deltas};
use super::field::Sensitive;
use super::grant::{GrantKind, Rights};
use super::group::SetNames;
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
            of_sets.add(&after.component.copy, &self.ids(before, after), deltas);
        }
        let shown = [self.base, self.head].map(SetNames::new);
        let mut readers = Readers::new();
        let mut of_groups = HashMap::new();
        for ((before, after, _), deltas) in all().filter(|((_, after, _), _)| after.is_group()) {
            let pieces = if muting_unknown {
                Vec::new()
            } else {
                self.of_group([before, after], deltas, &mut of_sets, &shown)
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
            let pieces = self.gains(holder, self.head);
            self.note_readers(holder, &pieces, &mut readers);
            let changes = sentences(&pieces, false, self.names, self.ratings);
            out.add_holder(holder, vec![added(holder, changes, self.head)]);
        }
        for holder in pairs.removed {
            let pieces = self.gains(holder, self.base);
            let changes = sentences(&pieces, false, self.names, self.ratings);
            out.add_holder(holder, vec![removed(holder, changes, self.base)]);
        }
        readers
    }

    /// The names that a set is known by in groups: before, and after.
    fn ids(&self, before: &Holder, after: &Holder) -> Vec<NameId> {
        let ids = [before, after].into_iter().filter_map(|one| self.names.known(&one.canonical));
        ids.collect()
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
        let own = if after.is_profile() { Vec::new() } else { self.ids(before, after) };
        for delta in deltas {
            for (rights, gained) in [(delta.gained(), true), (delta.lost(), false)] {
                let mut by_groups: BTreeMap<Vec<String>, Rights> = BTreeMap::new();
                for right in rights.each() {
                    let copy = &after.component.copy;
                    let groups = of_sets.groups(copy, &own, delta, right, gained);
                    let known = by_groups.entry(groups).or_default();
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
                                before,
                                delta,
                                rights,
                                outcome,
                                Cause::Plain,
                                Vec::new(),
                            ));
                        }
                    } else {
                        pieces.push(self.loss(
                            before,
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

    pub(super) fn gain(
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
            spot: self.head.spot(holder.place_of(delta.kind, delta.name, rights)),
        }
    }

    pub(super) fn loss(
        &self,
        before: &Holder,
        delta: &Delta,
        rights: Rights,
        outcome: Outcome,
        cause: Cause,
        groups: Vec<String>,
    ) -> Piece {
        let (_, sensitive) = self.danger(before, delta.kind, delta.name, rights);
        Piece {
            kind: delta.kind,
            name: delta.name,
            rights,
            outcome,
            cause,
            groups,
            danger: Danger::Low,
            sensitive,
            spot: self.base.spot(before.place_of(delta.kind, delta.name, rights)),
        }
    }

    /// Everything that a holder of a side grants, as if it had been gained.
    fn gains(&self, holder: &Holder, side: Side<'_>) -> Vec<Piece> {
        all_of(holder)
            .iter()
            .map(|delta| Piece {
                spot: side.spot(holder.place_of(delta.kind, delta.name, delta.after)),
                ..self.gain(holder, delta, delta.after, Cause::Plain, Vec::new())
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

fn rename(before: &Holder, after: &Holder, same: bool, head: Side<'_>) -> Change {
    let old = name::decode(&before.component.name);
    let text = if same {
        format!("was called {old} before, with the same rights")
    } else {
        format!("was probably called {old} before: most of its rights are the same")
    };
    Change::new(What::Renamed, Direction::Changes, Danger::Low, text)
        .with_values(vec![old], vec![name::decode(&after.component.name)])
        .at(head.spot(after.place))
}
