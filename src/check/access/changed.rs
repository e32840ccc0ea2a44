//! What is to be read of two states when it is known which files differ: the rest is the same on both sides.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::AccessSide;
use super::reading::OneSide;
use crate::config::FILE_NAME;
use crate::model::principal::GroupFile;
use crate::model::read::Reading;
use crate::model::record::{Component, Value};
use crate::model::unit::{Unit, UnitKind};
use crate::project::path;
use crate::project::store::FileEntry;
use crate::value::name;

/// Files that decide what others mean: where one differs, any component may.
const DECISIVE: &[&str] = &["sfdx-project.json", ".forceignore", "package.xml", FILE_NAME];

/// Whether one of the files that differ decides what others mean.
pub(super) fn rereads_everything(changed: &BTreeSet<String>) -> bool {
    changed.iter().any(|path| DECISIVE.contains(&path::file_name(path)))
}

/// Copy of the org, metadata type and canonical name.
type Name = (String, &'static str, String);

/// The components that may differ, on either side.
pub(super) struct Changed {
    principals: HashSet<Name>,
    /// A site differs, and with it who is a guest.
    sites: bool,
    /// Profiles that sites name as those of their guests: copy of the org, canonical name.
    guests: HashSet<(String, String)>,
}

/// The name of the component that a unit of principals is read to.
pub(super) fn name_of(unit: &Unit) -> Option<Name> {
    let (kind, canonical) = match unit.kind {
        UnitKind::Principal(kind) => (kind.metadata_type(), kind.canonical(&unit.component.name)),
        UnitKind::Group => ("PermissionSetGroup", name::canonical(&unit.component.name)),
        _ => return None,
    };
    Some((unit.component.copy.clone(), kind, canonical))
}

impl Changed {
    /// What differs on either of two sides.
    pub fn of(sides: &[OneSide<'_>; 2]) -> Changed {
        let units =
            || sides.iter().flat_map(|side| side.units.iter().filter(|unit| side.differs(unit)));
        Changed {
            principals: units().filter_map(name_of).collect(),
            sites: units().any(|unit| unit.kind == UnitKind::Other("CustomSite")),
            guests: HashSet::new(),
        }
    }

    /// Adds whom sites name, where a site differs.
    pub fn add_guests(&mut self, readings: &[Vec<Reading>]) {
        if self.sites {
            let readings = readings.iter().flatten();
            let named =
                readings.flat_map(|one| one.guest_profiles.iter().chain(&one.site_profiles));
            self.guests.extend(named.cloned());
        }
    }

    /// Whether a file of a principal differs.
    pub fn holds(&self, component: &Component, canonical: &str) -> bool {
        self.principals.contains(&(component.copy.clone(), component.kind, canonical.to_owned()))
    }

    /// Whether a profile may be another one's now.
    pub fn may_be_guest(&self, copy: &str, canonical: &str) -> bool {
        self.guests.contains(&(copy.to_owned(), canonical.to_owned()))
    }

    /// Whether a group may differ: itself, a set of it, or what mutes it.
    pub fn concerns(&self, group: &GroupFile) -> bool {
        let differs = |kind: &'static str, name: &str| {
            self.principals.contains(&(group.component.copy.clone(), kind, name.to_owned()))
        };
        let any = |kind: &'static str, list: &[Value]| {
            list.iter().filter_map(Value::text).any(|name| differs(kind, name))
        };
        differs("PermissionSetGroup", &name::canonical(&group.component.name))
            || any("PermissionSet", &group.members)
            || any("MutingPermissionSet", &group.muting)
    }
}

/// The files of two sides that differ or are on one side only, relative to the folders of the sides. `same` tells of a file that
/// is on both whether it is the same; when nobody knows, the bytes are compared.
pub fn differing_files(
    base: &AccessSide<'_>,
    head: &AccessSide<'_>,
    same: Option<&dyn Fn(&FileEntry) -> bool>,
) -> BTreeSet<String> {
    let by_path = |side: &AccessSide<'_>| -> BTreeMap<String, usize> {
        let files = side.prepared.files.iter().enumerate();
        files
            .map(|(at, file)| {
                let below = path::relative(&file.path, &side.folder);
                (below.unwrap_or_else(|| file.path.clone()), at)
            })
            .collect()
    };
    let (old, new) = (by_path(base), by_path(head));
    let mut differing: BTreeSet<String> = BTreeSet::new();
    differing.extend(old.keys().filter(|path| !new.contains_key(*path)).cloned());
    let mut buffers = (Vec::new(), Vec::new());
    for (path, at) in new {
        let pair = old.get(&path).and_then(|old| base.prepared.files.get(*old));
        let pair = pair.zip(head.prepared.files.get(at));
        let is_same = pair.is_some_and(|(old, new)| match same {
            Some(same) => same(new),
            None => same_bytes(base, old, head, new, &mut buffers),
        });
        if !is_same {
            differing.insert(path);
        }
    }
    differing
}

fn same_bytes(
    base: &AccessSide<'_>,
    old: &FileEntry,
    head: &AccessSide<'_>,
    new: &FileEntry,
    buffers: &mut (Vec<u8>, Vec<u8>),
) -> bool {
    let sizes = (base.tree.size(old), head.tree.size(new));
    if sizes.0.is_none() || sizes.0 != sizes.1 {
        return false;
    }
    let a = base.tree.bytes(old, std::mem::take(&mut buffers.0));
    let b = head.tree.bytes(new, std::mem::take(&mut buffers.1));
    match (a, b) {
        (Ok(a), Ok(b)) => {
            let same = a == b;
            *buffers = (a, b);
            same
        }
        _ => false,
    }
}
