//! Resolving: what needs several units. Groups become principals, grantees know their apps,
//! sites know their guest profiles, problems become diagnostics.

use std::collections::{BTreeMap, HashMap};

use crate::document::Cause;
use crate::model::builder::{RecordBuilder, one};
use crate::model::integration::Integrations;
use crate::model::integration::identity::identities;
use crate::model::principal::{GroupFile, group};
use crate::model::read::{Problem, Reading};
use crate::model::record::{Data, Leaf, Place, Record, State, Value};
use crate::model::vocabulary::{RecordKind, record_kind};
use crate::project::store::FileEntry;
use crate::value::name;

/// The records of one project.
#[derive(Default)]
pub struct Records {
    /// By kind; within a kind in the order of files.
    pub by_kind: BTreeMap<&'static str, Vec<Record>>,
    /// Groups with members that are not in the project: group, members.
    pub unresolved_members: Vec<(String, Vec<String>)>,
}

impl Records {
    /// The records of a kind.
    pub fn of(&self, kind: &str) -> &[Record] {
        self.by_kind.get(kind).map_or(&[], Vec::as_slice)
    }

    /// All records.
    pub fn all(&self) -> impl Iterator<Item = &Record> {
        self.by_kind.values().flatten()
    }
}

/// Puts together what the units of a project gave; `files` are those of the run.
pub fn resolve(
    readings: Vec<Reading>,
    files: &[FileEntry],
    integrations: &Integrations,
) -> Records {
    let mut records = Records::default();
    let mut muting = Vec::new();
    let mut groups = Vec::new();
    let mut guests = Vec::new();
    let mut site_profiles = Vec::new();
    let mut problems = Vec::new();
    for reading in readings {
        for record in reading.records {
            records.by_kind.entry(record.kind).or_default().push(record);
        }
        muting.extend(reading.muting);
        groups.extend(reading.groups);
        guests.extend(reading.guest_profiles);
        site_profiles.extend(reading.site_profiles);
        problems.extend(reading.problems);
    }
    if let Some(table) = record_kind("Principal") {
        let principals = records.by_kind.entry("Principal").or_default();
        for record in principals.iter_mut() {
            mark_guest(table, record, &guests, &site_profiles);
        }
        let effective = effective_groups(table, principals, &muting, &groups, integrations);
        let positions = positions(table, principals);
        for file in &groups {
            for member in &file.members {
                let of = (&*file.component.copy, "PermissionSet");
                link(table, principals, &positions, "groups", of, member, &file.component.name);
            }
        }
        for (record, missing) in effective {
            if !missing.is_empty() {
                records.unresolved_members.push((record.component.name.clone(), missing));
            }
            principals.push(record);
        }
    }
    link_apps(&mut records);
    let found = identities(records.of("Principal"), records.of("OauthApp"), integrations);
    records.by_kind.insert("Integration", found);
    let diagnostics = problems.iter().filter_map(|problem| diagnostic(problem, files)).collect();
    records.by_kind.insert("Diagnostic", diagnostics);
    records
}

fn leaf<'r>(table: &RecordKind, record: &'r Record, name: &str) -> Option<&'r Leaf> {
    table.leaf(name).and_then(|(at, _)| record.block.leaves.get(at))
}

fn canonical_name<'r>(table: &RecordKind, record: &'r Record) -> Option<&'r str> {
    match &leaf(table, record, "name")?.values.first()?.data {
        Data::Text(name) => Some(name),
        _ => None,
    }
}

/// Records by copy of the org, metadata type and canonical name.
type ByName<T> = HashMap<(String, String, String), T>;

fn name_key(table: &RecordKind, record: &Record) -> Option<(String, String, String)> {
    let name = canonical_name(table, record)?.to_owned();
    Some((record.component.copy.clone(), record.component.kind.to_owned(), name))
}

fn positions(table: &RecordKind, records: &[Record]) -> ByName<usize> {
    let keys = records.iter().enumerate();
    keys.filter_map(|(at, record)| Some((name_key(table, record)?, at))).collect()
}

/// The groups with their effective rights, and the members of each that are not in the project.
fn effective_groups(
    table: &'static RecordKind,
    principals: &[Record],
    muting: &[Record],
    groups: &[GroupFile],
    integrations: &Integrations,
) -> Vec<(Record, Vec<String>)> {
    let sets: ByName<&Record> =
        principals.iter().filter_map(|record| Some((name_key(table, record)?, record))).collect();
    let muted: ByName<&Record> =
        muting.iter().filter_map(|record| Some((name_key(table, record)?, record))).collect();
    groups
        .iter()
        .filter_map(|file| {
            let key = |kind: &str, name: &str| {
                (file.component.copy.clone(), kind.to_owned(), name.to_owned())
            };
            group(
                file,
                integrations,
                &|name| sets.get(&key("PermissionSet", name)).copied(),
                &|name| muted.get(&key("MutingPermissionSet", name)).copied(),
            )
        })
        .collect()
}

/// A site names its guest profile; by convention it is called after the site. The licence wins over the convention.
fn mark_guest(
    table: &RecordKind,
    record: &mut Record,
    guests: &[(String, String)],
    by_name: &[(String, String)],
) {
    if record.component.kind != "Profile" {
        return;
    }
    let Some(name) = canonical_name(table, record) else {
        return;
    };
    let name = (record.component.copy.clone(), name.to_owned());
    let unknown = leaf(table, record, "guest").is_some_and(|leaf| leaf.state == State::Unknown);
    if (guests.contains(&name) || unknown && by_name.contains(&name))
        && let Some(slot) = table.leaf("guest").and_then(|(at, _)| record.block.leaves.get_mut(at))
    {
        *slot = Leaf::derived(true, None);
        // Whoever stands for everybody is no integration, whatever its name.
        for (leaf, value) in [
            ("integration", Leaf::derived(false, None)),
            ("how", Leaf::NONE),
            ("signal", Leaf::NONE),
            ("deployment", Leaf::derived(false, None)),
        ] {
            if let Some(slot) = table.leaf(leaf).and_then(|(at, _)| record.block.leaves.get_mut(at))
            {
                *slot = value;
            }
        }
    }
}

/// Adds a name to a list leaf of the principal that a reference means, in a copy and of a type.
fn link(
    table: &RecordKind,
    principals: &mut [Record],
    positions: &ByName<usize>,
    list: &str,
    of: (&str, &str),
    reference: &Value,
    name: &str,
) {
    let Data::Text(wanted) = &reference.data else { return };
    let key = (of.0.to_owned(), of.1.to_owned(), wanted.to_string());
    let record = positions.get(&key).and_then(|at| principals.get_mut(*at));
    let slot =
        table.leaf(list).zip(record).and_then(|((at, _), record)| record.block.leaves.get_mut(at));
    if let Some(slot) = slot {
        let data = Data::Text(name::canonical(name).into());
        slot.state = State::Stated;
        slot.values.push(Value { data, written: name.into(), place: reference.place });
    }
}

fn link_apps(records: &mut Records) {
    let (Some(apps), Some(principals)) = (record_kind("OauthApp"), record_kind("Principal")) else {
        return;
    };
    let Some((grantees, child)) = apps.child("grantee") else {
        return;
    };
    let mut links = Vec::new();
    for app in records.of("OauthApp") {
        for block in app.children.get(grantees).into_iter().flatten() {
            let value = |name: &str| {
                let (at, _) = child.leaf(name)?;
                block.leaves.get(at)?.values.first()
            };
            let (Some(name), Some(kind)) = (value("name"), value("kind")) else {
                continue;
            };
            links.push((app.component.clone(), name.clone(), kind.written.clone()));
        }
    }
    if let Some(list) = records.by_kind.get_mut("Principal") {
        let positions = positions(principals, list);
        for (app, reference, kind) in links {
            let of = (&*app.copy, &*kind);
            link(principals, list, &positions, "apps", of, &reference, &app.name);
        }
    }
}

/// How much a cause matters (never more than the rule's own severity).
pub fn level(cause: Cause) -> &'static str {
    match cause {
        Cause::Hidden | Cause::Empty => "note",
        Cause::UnexpectedRoot | Cause::LeavesRoot => "warning",
        _ => "error",
    }
}

fn diagnostic(problem: &Problem, files: &[FileEntry]) -> Option<Record> {
    let file = files.get(problem.file.0 as usize);
    let place = Place { file: problem.file, span: problem.span };
    let mut record = RecordBuilder::new("Diagnostic", problem.component.clone(), Some(place))?;
    let sentence = problem.cause.sentence();
    let text = match sentence.split_once(": ") {
        Some((what, way_out)) if !problem.detail.is_empty() => {
            format!("{what} ({}): {way_out}", problem.detail)
        }
        _ => sentence.to_owned(),
    };
    let stated = |text: &str| {
        one(Value { data: Data::Text(text.into()), written: text.into(), place: Some(place) })
    };
    record
        .set("code", stated(problem.cause.code()))
        .set("config", Leaf::NONE)
        .set("about", Leaf::NONE)
        .set("level", stated(level(problem.cause)))
        .set("path", stated(file.map_or("", |file| &file.path)))
        .set("text", stated(&text))
        .set("at", stated(""));
    let mut record = record.finish();
    record.deployed = file.is_none_or(|file| file.deployed);
    Some(record)
}
