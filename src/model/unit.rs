//! Units: the files that together are one thing. Which files belong together is known from their names,
//! so units can be read independently of each other, in any order and on any thread.

use std::collections::BTreeMap;

use crate::model::principal::PrincipalKind;
use crate::model::raw::{inline_in, whole_of};
use crate::model::record::{Component, FileId};
use crate::model::vocabulary::record_kinds;
use crate::model::wanted::Wanted;
use crate::project::{FileKind, ProjectFile, Role, SizeClass};
use crate::value::name;

/// What the files of a unit are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// One connected app.
    ConnectedApp,
    /// All external client app files of one copy of the org; they are joined by what they say.
    ExternalClientApps,
    /// A profile, permission set or muting permission set with all its parts.
    Principal(PrincipalKind),
    /// A permission set group.
    Group,
    /// A certificate with its content.
    Certificate,
    /// The source of an Apex class with its metadata.
    ApexClass,
    /// Any other metadata type, one file.
    Other(&'static str),
    /// A file that is read as text, not as metadata.
    Plain,
}

/// The files that together are one thing.
#[derive(Clone, Debug)]
pub struct Unit {
    /// What they are.
    pub kind: UnitKind,
    /// Its identity.
    pub component: Component,
    /// Its files, in the order of package directories, then of paths.
    pub files: Vec<FileId>,
    /// Whether reading it costs much.
    pub large: bool,
    /// Whether any of its files was named on the command line.
    pub target: bool,
    /// Of a plain file: what a credential in it belongs to, when somebody wants to know of one. Files that are read as
    /// metadata are searched in that reading.
    pub secrets: Option<Component>,
    /// Of a plain file: it is read as metadata as well, and its text is searched in that reading.
    pub text_elsewhere: bool,
}

impl UnitKind {
    /// Whether the texts of its files are at hand when they are read.
    pub fn has_texts(self) -> bool {
        !matches!(self, UnitKind::Plain | UnitKind::ApexClass | UnitKind::Certificate)
    }
}

/// Divides the files of a project into units, leaving out what nobody wants.
/// `project_path` is relative to the run's root, like the paths of the files.
/// Returns the units and the number of metadata files that were left out.
pub fn units<'p>(
    files: impl Iterator<Item = (FileId, &'p ProjectFile)>,
    project_path: &str,
    wanted: &dyn Wanted,
) -> (Vec<Unit>, usize) {
    let mut grouped: BTreeMap<(String, u8, String), Unit> = BTreeMap::new();
    let mut single = Vec::new();
    let mut left_out = 0;
    let mut order: BTreeMap<FileId, Option<usize>> = BTreeMap::new();
    let wants_plain = wants_plain(wanted);
    for (id, file) in files {
        // A finding needs a place in a target, and plain files have no part in joins: nothing else is searched.
        let search = wanted.record("Secret") && file.target;
        let read_plain = wants_plain && file.target;
        let plain = || unit(UnitKind::Plain, "File", within(project_path, &file.path), id, file);
        let Some(kind) = &file.kind else {
            if read_plain || search {
                let fresh = plain();
                let secrets = search.then(|| fresh.component.clone());
                single.push(Unit { secrets, ..fresh });
            }
            continue;
        };
        let Some(unit_kind) = wanted_kind(kind, wanted) else {
            if search || read_plain {
                let secrets = search.then(|| component(kind.metadata_type, file));
                single.push(Unit { secrets, ..plain() });
            } else {
                left_out += 1;
            }
            continue;
        };
        let source = unit_kind == UnitKind::ApexClass && kind.role == Role::Content;
        if source && search {
            // The record is about declarations; credentials are looked for as in all other code.
            let secrets = Some(component(kind.metadata_type, file));
            single.push(Unit { secrets, ..plain() });
        } else if read_plain {
            single.push(Unit { text_elsewhere: unit_kind.has_texts(), ..plain() });
        }
        let (rank, key) = match unit_kind {
            UnitKind::Principal(kind) => (kind as u8, kind.canonical(&file.component)),
            UnitKind::ExternalClientApps => (10, String::new()),
            UnitKind::Certificate => (11, name::canonical(&file.component)),
            UnitKind::ApexClass => (12, name::canonical(&file.component)),
            _ => {
                single.push(unit(unit_kind, kind.metadata_type, file.component.clone(), id, file));
                continue;
            }
        };
        order.insert(id, file.package_directory);
        let type_name = match unit_kind {
            UnitKind::ExternalClientApps => "OauthApp",
            UnitKind::Principal(kind) => kind.metadata_type(),
            _ => kind.metadata_type,
        };
        let fresh = unit(unit_kind, type_name, file.component.clone(), id, file);
        match grouped.entry((file.copy.clone(), rank, key)) {
            std::collections::btree_map::Entry::Vacant(slot) => {
                slot.insert(fresh);
            }
            std::collections::btree_map::Entry::Occupied(mut slot) => {
                let known = slot.get_mut();
                known.files.push(id);
                known.large |= fresh.large;
                known.target |= fresh.target;
            }
        }
    }
    let mut all: Vec<Unit> = grouped.into_values().chain(single).collect();
    for unit in &mut all {
        unit.files.sort_by_key(|id| (order.get(id).copied().flatten(), *id));
    }
    all.sort_by_key(|unit| unit.files.first().copied());
    (all, left_out)
}

/// The path of a plain file in its project: its identity must not depend on what else a run looks at.
pub(super) fn within(project_path: &str, path: &str) -> String {
    crate::project::path::relative(path, project_path).unwrap_or_else(|| path.to_owned())
}

fn unit(
    kind: UnitKind,
    type_name: &'static str,
    component: String,
    id: FileId,
    file: &ProjectFile,
) -> Unit {
    Unit {
        kind,
        component: Component { copy: file.copy.clone(), kind: type_name, name: component },
        files: vec![id],
        large: file.kind.as_ref().is_some_and(|kind| kind.size == SizeClass::Large),
        target: file.target,
        secrets: None,
        text_elsewhere: false,
    }
}

fn component(kind: &'static str, file: &ProjectFile) -> Component {
    Component { copy: file.copy.clone(), kind, name: file.component.clone() }
}

/// Whether files are read as plain files at all.
pub fn wants_plain(wanted: &dyn Wanted) -> bool {
    ["File", "text", "env", "json"].iter().any(|kind| wanted.record(kind))
}

/// Whether anybody wants to know of profiles, permission sets and groups.
pub fn wants_principals(wanted: &dyn Wanted) -> bool {
    ["Principal", "Integration", "Escalation"].iter().any(|kind| wanted.record(kind))
}

/// How a file is read, if anybody wants what it could tell.
fn wanted_kind(kind: &FileKind, wanted: &dyn Wanted) -> Option<UnitKind> {
    let metadata_type = kind.metadata_type;
    if matches!(kind.role, Role::ObjectChild | Role::DecomposedChild) {
        let whole = whole_of(metadata_type).is_some_and(|(whole, _)| wanted.raw(whole).is_some());
        let asked = whole
            || wanted.raw(metadata_type).is_some()
            || feeds_a_wanted_record(metadata_type, wanted);
        return asked.then_some(UnitKind::Other(metadata_type));
    }
    let principal = |principal: PrincipalKind| {
        (wants_principals(wanted)
            || wanted.record("Diagnostic")
            || wanted.record("Misfit")
            || principal == PrincipalKind::Profile && wanted.record("IpAllowList")
            || wanted.raw(metadata_type).is_some())
        .then_some(UnitKind::Principal(principal))
    };
    let asked = |unit: UnitKind| {
        (feeds_a_wanted_record(metadata_type, wanted) || wanted.raw(metadata_type).is_some())
            .then_some(unit)
    };
    match metadata_type {
        "Profile" => principal(PrincipalKind::Profile),
        "PermissionSet" => principal(PrincipalKind::PermissionSet),
        "MutingPermissionSet" => principal(PrincipalKind::MutingPermissionSet),
        "PermissionSetGroup" => (wants_principals(wanted)
            || wanted.record("Misfit")
            || wanted.record("Diagnostic")
            || wanted.raw(metadata_type).is_some())
        .then_some(UnitKind::Group),
        // Apps are also what tells integrations.
        "ConnectedApp" if wants_principals(wanted) => Some(UnitKind::ConnectedApp),
        "ConnectedApp" => asked(UnitKind::ConnectedApp),
        "Certificate" => asked(UnitKind::Certificate),
        "ApexClass" if kind.role == Role::Content => {
            wanted.record("ApexClass").then_some(UnitKind::ApexClass)
        }
        "ApexClass" => asked(UnitKind::ApexClass),
        // A site names its guest profile.
        "CustomSite" if wants_principals(wanted) => Some(UnitKind::Other("CustomSite")),
        // Settings are told apart by their root element only.
        "Settings" => {
            let records = ["IpAllowList", "Endpoint", "PasswordOverride", "Misfit", "Diagnostic"];
            (wanted.raw_settings() || records.iter().any(|kind| wanted.record(kind)))
                .then_some(UnitKind::Other("Settings"))
        }
        _ if is_external_app_file(metadata_type) && wants_principals(wanted) => {
            Some(UnitKind::ExternalClientApps)
        }
        _ if is_external_app_file(metadata_type) => asked(UnitKind::ExternalClientApps),
        _ if kind.role == Role::Content => None,
        other if inline_in(other).any(|(_, part)| wanted.raw(part).is_some()) => {
            Some(UnitKind::Other(other))
        }
        other => asked(UnitKind::Other(other)),
    }
}

/// Whether the type is one of the files of an external client app.
pub fn is_external_app_file(metadata_type: &str) -> bool {
    metadata_type == "ExternalClientApplication" || metadata_type.starts_with("ExtlClntApp")
}

/// Whether a wanted record is read from this type. Whoever wants to know about unreadable files
/// means the files of all records.
fn feeds_a_wanted_record(metadata_type: &str, wanted: &dyn Wanted) -> bool {
    let any = wanted.record("Diagnostic");
    record_kinds()
        .iter()
        .any(|kind| (any || wanted.record(kind.name)) && kind.sources.contains(&metadata_type))
}
