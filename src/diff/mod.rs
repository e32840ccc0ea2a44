//! The access diff: what principals, apps, guests, fields and addresses gained or lost between two states of a project.
//!
//! A [`Snapshot`] is one side: what the resolved records say of access, taken while they are there, so that two states of a
//! large org need not be held at once. Since records already know what files mean together, an order, a layout or a
//! decomposed set is no difference, a muting set takes away, and a group is the union of its sets. [`compare`] tells the
//! differences as [`Change`]s, each about one [`Subject`], the most dangerous first.
//!
//! What is true of one difference is told once: what a group has from a set is told with the set; what was renamed or moved is
//! told as that; and of what is on one side only its dangerous access is told, then counts.

mod app;
pub mod asked;
pub mod change;
mod delta;
mod endpoint;
mod field;
pub mod grant;
mod group;
pub mod holder;
mod holders;
pub mod names;
mod one_sided;
mod pairing;
mod piece;
mod range;
mod rating;
pub mod revisions;
mod side;
pub mod snapshot;
mod standing;
mod wording;

pub use change::{Change, Danger, Direction, Item, SideOf, Spot, Subject, SubjectKind, What};
pub use names::Names;
pub use snapshot::{Lost, Snapshot};

use self::delta::deltas;
use self::field::{Sensitive, fields};
use self::holders::Comparer;
use self::pairing::Pairs;
use self::rating::Ratings;
pub use self::side::GUEST;
use self::side::{Side, Subjects};
use self::snapshot::APP;
use std::collections::HashSet;

use crate::project::store::FileEntry;
use crate::rule::lists::Lists;
use crate::settle::report::Location;

/// What a comparison says.
#[derive(Default)]
pub struct AccessDiff {
    /// What was compared, for people: a revision or a folder.
    pub base: String,
    /// The same of the other side.
    pub head: String,
    /// Those for whom something changed, the most dangerous first.
    pub subjects: Vec<Subject>,
    /// What could not be compared.
    pub not_compared: Vec<NotCompared>,
    /// How much was compared.
    pub compared: Compared,
}

/// Something that could not be compared.
#[derive(Clone, Debug)]
pub struct NotCompared {
    /// The file, or the group with sets that are not in the project.
    pub what: String,
    /// Why.
    pub why: String,
    /// Where.
    pub spot: Option<Spot>,
}

/// Counts of what was compared, on the side that has more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Profiles, permission sets and groups.
    pub holders: usize,
    /// Connected apps and external client apps.
    pub apps: usize,
    /// Addresses and address ranges.
    pub addresses: usize,
    /// Fields.
    pub fields: usize,
}

/// A side that is compared, with the files that it was read from.
#[derive(Clone, Copy)]
pub struct Input<'i> {
    /// What it says.
    pub snapshot: &'i Snapshot,
    /// The files of its run.
    pub files: &'i [FileEntry],
}

/// Compares two states of one project. `names` are those that both snapshots were taken with; of `lists`, which say what
/// permissions mean, the first wins.
pub fn compare(base: Input<'_>, head: Input<'_>, names: &Names, lists: [&Lists; 2]) -> AccessDiff {
    let base = Side { which: SideOf::Base, snapshot: base.snapshot, files: base.files };
    let head = Side { which: SideOf::Head, snapshot: head.snapshot, files: head.files };
    let sensitive = Sensitive::new([&base, &head]);
    let ratings = Ratings::new(lists);
    let mut subjects = Subjects::default();
    let comparer = Comparer { base, head, names, ratings: &ratings, sensitive: &sensitive };
    let readers = comparer.holders(&mut subjects);
    app::apps(base, head, &mut subjects);
    fields(&base, &head, &readers, &mut subjects);
    endpoint::endpoints(base, head, &mut subjects);
    range::ranges(base, head, &mut subjects);
    let most = |count: fn(&Snapshot) -> usize| count(base.snapshot).max(count(head.snapshot));
    AccessDiff {
        base: String::new(),
        head: String::new(),
        subjects: subjects.finish(),
        not_compared: [base, head].iter().flat_map(not_compared).collect(),
        compared: Compared {
            holders: most(|side| side.holders.len()),
            apps: most(|side| side.apps.len()),
            addresses: most(|side| side.endpoints.len() + side.ranges.len()),
            fields: most(|side| side.fields.len()),
        },
    }
}

/// What profiles granted and do not grant any more: whether they state so must be read from their files, and is told with
/// [`Snapshot::deny`].
pub fn lost_by_profiles(base: Input<'_>, head: Input<'_>) -> Vec<Lost> {
    let base = Side { which: SideOf::Base, snapshot: base.snapshot, files: base.files };
    let head = Side { which: SideOf::Head, snapshot: head.snapshot, files: head.files };
    let pairs = Pairs::new(base, head);
    let both = pairs.renamed.into_iter().chain(pairs.same);
    both.filter(|(_, after)| after.is_profile())
        .filter_map(|(before, after)| {
            let lost = deltas(before, after).into_iter().filter(|delta| !delta.lost().is_empty());
            let things: HashSet<_> = lost.map(|delta| (delta.kind, delta.name)).collect();
            (!things.is_empty()).then(|| Lost { component: after.component.clone(), things })
        })
        .collect()
}

/// What one side does not tell.
fn not_compared(side: &Side<'_>) -> Vec<NotCompared> {
    let problems = side.snapshot.problems.iter().map(|problem| {
        let file = problem.file.and_then(|id| side.files.get(id.0 as usize));
        let path = file.map_or(problem.component.name.as_str(), |file| &file.path);
        let more = match problem.component.kind {
            "MutingPermissionSet" => "; what groups gain or lose is not told",
            APP => "; what external client apps gain or lose is not told",
            _ => "",
        };
        NotCompared {
            what: path.to_owned(),
            why: format!("{}{more}", problem.why),
            spot: file.map(|file| Spot::of_file(side.which, &file.path)),
        }
    });
    let groups = side.snapshot.holders.iter().filter(|holder| !holder.unresolved.is_empty());
    let groups = groups.map(|group| NotCompared {
        what: holders::shown(group),
        why: format!(
            "{} not in the project: what the group has from there is unknown",
            match &*group.unresolved {
                [one] => format!("its set {one} is"),
                several => format!("its sets {} are", wording::some(several)),
            }
        ),
        spot: side.spot(group.place),
    });
    problems.chain(groups).collect()
}

impl AccessDiff {
    /// Every change.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.subjects.iter().flat_map(|subject| &subject.changes)
    }

    /// How many changes are of a danger.
    pub fn count(&self, danger: Danger) -> usize {
        self.changes().filter(|change| change.danger == danger).count()
    }

    /// Adds what the comparison of another project of the same run says.
    pub fn add(&mut self, other: AccessDiff) {
        self.subjects.extend(other.subjects);
        self.subjects.sort_by(|a, b| a.rank().cmp(&b.rank()));
        self.not_compared.extend(other.not_compared);
        let (own, more) = (&mut self.compared, other.compared);
        own.holders += more.holders;
        own.apps += more.apps;
        own.addresses += more.addresses;
        own.fields += more.fields;
    }

    /// Every place of a side that is to be shown with its line.
    pub fn locations(&mut self, side: SideOf) -> impl Iterator<Item = &mut Location> {
        let changes = self.subjects.iter_mut().flat_map(|subject| &mut subject.changes);
        let spots = changes.flat_map(|change| {
            change.items.iter_mut().filter_map(|item| item.spot.as_mut()).chain(&mut change.spot)
        });
        let others = self.not_compared.iter_mut().filter_map(|one| one.spot.as_mut());
        spots.chain(others).filter(move |spot| spot.side == side).map(|spot| &mut spot.location)
    }
}
