//! Reads one side of one project.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::changed::{Changed, name_of};
use super::{AccessRequest, AccessSide};
use crate::check::{Project, integrations};
use crate::config::Config;
use crate::config::path_glob::PathGlobs;
use crate::diff::asked::{Asked, Denied};
use crate::diff::{Lost, Names, SideOf, Snapshot};
use crate::document::Span;
use crate::model::field::Sensitivity;
use crate::model::integration::{Integrations, Known};
use crate::model::origin::Origin;
use crate::model::principal::PrincipalKind;
use crate::model::read::{Context, Reading};
use crate::model::record::{Component, FileId, Place, Record};
use crate::model::resolve::resolve;
use crate::model::unit::{Unit, UnitKind, units};
use crate::model::wanted::Wanted;
use crate::project::git::InMemory;
use crate::project::path;
use crate::project::{ProjectFile, ProjectKind};
use crate::rule::lists::Lists;
use crate::run::read_units;
use crate::schema;

/// Contracts are read for who they name; nothing that is told points into a config.
const NOWHERE: Place = Place { file: FileId(u32::MAX), span: Span { start: 0, end: 0 } };

/// Profiles are read so many at a time and a thread: each is large, and little of it is kept.
const AT_A_TIME: usize = 8;

/// The copy of the org that a file belongs to, as seen from the folder that is compared: where that is a part of a project, what
/// is a copy in the project is all there is.
fn copy_within(copy: &str, project: &str, folder: &str) -> String {
    if folder == project || !path::is_within(folder, project) {
        return copy.to_owned();
    }
    let below = path::relative(&path::join(project, copy), folder);
    below.filter(|below| below != ".").unwrap_or_default()
}

/// One side of one project.
pub(super) struct OneSide<'s> {
    side: &'s AccessSide<'s>,
    project: Option<&'s Project>,
    /// What its files are read to.
    pub units: Vec<Unit>,
    differing: HashSet<FileId>,
    integrations: Integrations,
    sensitivity: &'s Sensitivity,
}

impl<'s> OneSide<'s> {
    pub fn new(
        side: &'s AccessSide<'s>,
        project: Option<&'s Project>,
        leaving_out: Option<&Config>,
        ruling: &Config,
        lists: &Lists,
        sensitivity: &'s Sensitivity,
        changed: Option<&BTreeSet<String>>,
    ) -> OneSide<'s> {
        let exclude = PathGlobs::new(leaving_out.map_or(&[], |config| &config.exclude));
        let files = project.into_iter().flat_map(Project::numbered);
        let files = files.filter(|(_, file)| !exclude.matches(&file.absolute));
        let path = project.map_or("", |project| &project.project.path);
        let files: Vec<(FileId, ProjectFile)> = files
            .map(|(id, file)| {
                let copy = copy_within(&file.copy, path, &side.folder);
                let own = ProjectFile {
                    path: file.path.clone(),
                    absolute: file.absolute.clone(),
                    kind: file.kind,
                    component: file.component.clone(),
                    copy,
                    ..*file
                };
                (id, own)
            })
            .collect();
        let below =
            |path: &str| path::relative(path, &side.folder).unwrap_or_else(|| path.to_owned());
        let differs = |path: &str| changed.is_none_or(|changed| changed.contains(&below(path)));
        let differing = files.iter().filter(|(_, file)| differs(&file.path));
        let differing = differing.map(|(id, _)| *id).collect();
        let (units, _) = units(files.iter().map(|(id, file)| (*id, file)), path, &Asked);
        let integrations = integrations(ruling, lists, &mut |_, _| NOWHERE);
        OneSide { side, project, units, differing, integrations, sensitivity }
    }

    /// Whether any file of a unit differs.
    pub fn differs(&self, unit: &Unit) -> bool {
        unit.files.iter().any(|id| self.differing.contains(id))
    }

    fn read(
        &self,
        units: &[&Unit],
        wanted: &dyn Wanted,
        request: &AccessRequest<'_>,
    ) -> Vec<Reading> {
        let nothing = HashMap::new();
        let version_control = InMemory::new(&nothing, None);
        let found = self.project.map(|project| &project.project);
        let context = Context {
            files: &self.side.prepared.files,
            integrations: &self.integrations,
            sensitivity: self.sensitivity,
            store: self.side.tree,
            wanted,
            origin: Origin {
                package: self.project.is_some_and(|one| one.kind == ProjectKind::Package),
                namespace: found.and_then(|project| project.namespace.as_deref()),
                newer: schema::is_newer(
                    found.and_then(|project| project.source_api_version.as_deref()),
                ),
            },
            today: request.today,
            version_control: &version_control,
            project_path: found.map_or("", |project| &project.path),
        };
        read_units(units, &context, request.threads, None)
    }

    /// Everything but profiles and sets: it tells who they are. Where it is known what differs, what cannot matter is left out.
    pub fn read_small(
        &mut self,
        which: SideOf,
        selection: Option<&Changed>,
        request: &AccessRequest<'_>,
    ) -> Vec<Reading> {
        let matters = |unit: &&Unit| match unit.kind {
            UnitKind::Principal(_) => false,
            _ if selection.is_none() || self.differs(unit) => true,
            UnitKind::ConnectedApp | UnitKind::ExternalClientApps | UnitKind::Group => true,
            UnitKind::Other("CustomSite") => true,
            // Fields tell which ones are sensitive; those that do not differ say the same on the other side.
            UnitKind::Other("CustomField" | "CustomObject") => which == SideOf::Head,
            _ => false,
        };
        let small: Vec<&Unit> = self.units.iter().filter(matters).collect();
        let mut readings = self.read(&small, &Asked, request);
        if let Some(selection) = selection {
            for reading in &mut readings {
                reading.groups.retain(|group| selection.concerns(group));
            }
        }
        self.integrations.known = Known::of(&readings);
        readings
    }

    /// Profiles and sets that may differ, and the sets of groups that may.
    fn principals<'u>(
        &'u self,
        small: &[Reading],
        selection: Option<&Changed>,
    ) -> (Vec<&'u Unit>, Vec<&'u Unit>) {
        let members: HashSet<(&str, String)> = small.iter().flat_map(Reading::members).collect();
        let matters = |unit: &&Unit| {
            let Some((copy, kind, canonical)) = name_of(unit) else { return false };
            selection.is_none_or(|selection| {
                let component = &unit.component;
                selection.holds(component, &canonical)
                    || kind == "Profile" && selection.may_be_guest(&copy, &canonical)
                    || members.contains(&(kind, canonical))
            })
        };
        let all = self.units.iter().filter(|unit| matches!(unit.kind, UnitKind::Principal(_)));
        all.filter(matters)
            .partition(|unit| unit.kind == UnitKind::Principal(PrincipalKind::Profile))
    }
}

/// Reads the rest of a side, and takes what it says.
pub(super) fn read(
    side: &OneSide<'_>,
    small: Vec<Reading>,
    selection: Option<&Changed>,
    request: &AccessRequest<'_>,
    names: &mut Names,
) -> Snapshot {
    let mut snapshot = Snapshot::default();
    let (profiles, sets) = side.principals(&small, selection);
    let mut readings = small;
    readings.extend(side.read(&sets, &Asked, request));
    for some in profiles.chunks(AT_A_TIME * request.threads.max(1)) {
        let mut read = side.read(some, &Asked, request);
        for reading in &mut read {
            snapshot.add_profiles(&mut reading.records, names);
        }
        readings.extend(read);
    }
    let files = &side.side.prepared.files;
    let records = resolve(readings, files, &side.integrations, &Asked);
    snapshot.take(records, names);
    if let Some(selection) = selection {
        for holder in &mut snapshot.holders {
            holder.context = !selection.holds(&holder.component, &holder.canonical);
        }
    }
    snapshot
}

/// Reads of profiles that lost something what they state not to grant.
pub(super) fn deny(
    side: &OneSide<'_>,
    snapshot: &mut Snapshot,
    lost: &[Lost],
    request: &AccessRequest<'_>,
    names: &Names,
) {
    let wanted = Denied::default();
    let by_component: HashSet<&Component> = lost.iter().map(|lost| &lost.component).collect();
    let of = |unit: &&Unit| by_component.contains(&unit.component);
    let profiles: Vec<&Unit> = side.units.iter().filter(of).collect();
    for some in profiles.chunks(AT_A_TIME * request.threads.max(1)) {
        let read = side.read(some, &wanted, request);
        let written: Vec<Record> = read.into_iter().flat_map(|reading| reading.records).collect();
        snapshot.deny(lost, &written, names);
    }
}
