//! Resolving: what needs several units. Groups become principals, grantees know their apps,
//! sites know their guest profiles, problems become diagnostics.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::document::Cause;
use crate::model::apex_class::inherit_sharing;
use crate::model::builder::{RecordBuilder, one};
use crate::model::escalation::escalations;
use crate::model::field::{ObjectFile, with_object};
use crate::model::integration::Integrations;
use crate::model::integration::identity::identities;
use crate::model::oauth_app::{grantee_name_mut, grantees};
use crate::model::password_override::password_override;
use crate::model::principal::{GroupFile, group};
use crate::model::read::{Problem, Reading};
use crate::model::record::{Data, Leaf, Place, Record, State, Value};
use crate::model::wanted::Wanted;
use crate::project::store::FileEntry;
use crate::value::name;

/// The records of one project.
#[derive(Default)]
pub struct Records {
    /// By kind; within a kind in the order of files.
    pub by_kind: BTreeMap<&'static str, Vec<Record>>,
    /// Fields that are in the project and that no rule can be about: copy of the org, canonical name.
    pub fields_left_out: HashSet<(String, String)>,
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
    wanted: &dyn Wanted,
) -> Records {
    let mut records = Records::default();
    let mut muting = Vec::new();
    let mut groups = Vec::new();
    let mut problems = Vec::new();
    let mut delegates = Vec::new();
    let mut overrides = Vec::new();
    let mut policies = Vec::new();
    let mut objects = Vec::new();
    for reading in readings {
        for record in reading.records {
            records.by_kind.entry(record.kind).or_default().push(record);
        }
        muting.extend(reading.muting);
        groups.extend(reading.groups);
        problems.extend(reading.problems);
        delegates.extend(reading.delegates);
        overrides.extend(reading.overrides);
        policies.extend(reading.policies);
        objects.extend(reading.objects);
        let left_out = reading.fields_left_out.into_iter();
        let names = left_out.map(|field| (field.copy, name::canonical(&field.name)));
        records.fields_left_out.extend(names);
    }
    join_objects(&mut records, objects);
    if let Some(classes) = records.by_kind.get_mut("ApexClass") {
        inherit_sharing(classes);
    }
    let principals = records.by_kind.entry("Principal").or_default();
    let effective = effective_groups(principals, &muting, &groups, integrations);
    let positions = positions(principals);
    for file in &groups {
        for member in &file.members {
            let of = (&*file.component.copy, "PermissionSet");
            link(principals, &positions, "groups", of, member, &file.component.name);
        }
    }
    for (record, missing) in effective {
        if !missing.is_empty() {
            records.unresolved_members.push((record.component.name.clone(), missing));
        }
        principals.push(record);
    }
    name_grantees_by_label(&mut records);
    link_apps(&mut records);
    let found = identities(records.of("Principal"), records.of("OauthApp"), integrations);
    records.by_kind.insert("Integration", found);
    if wanted.record("Escalation") {
        let found = escalations(records.of("Principal"), records.of("OauthApp"), &delegates);
        records.by_kind.insert("Escalation", found);
    }
    let found = overrides.iter().filter_map(|file| password_override(file, &policies)).collect();
    records.by_kind.insert("PasswordOverride", found);
    let diagnostics = problems.iter().filter_map(|problem| diagnostic(problem, files)).collect();
    records.by_kind.insert("Diagnostic", diagnostics);
    records
}

/// Tells every field what its object says. Of several files of an object the last that says something wins.
fn join_objects(records: &mut Records, objects: Vec<ObjectFile>) {
    let mut by_name: HashMap<(String, String), ObjectFile> = HashMap::new();
    for object in objects {
        let key = (object.component.copy.clone(), name::canonical(&object.component.name));
        match by_name.entry(key) {
            Entry::Vacant(slot) => {
                slot.insert(object);
            }
            Entry::Occupied(mut slot) => slot.get_mut().overlay(object),
        }
    }
    for field in records.by_kind.get_mut("Field").into_iter().flatten() {
        let object = field.leaf("object").and_then(Leaf::first_text).unwrap_or_default();
        if let Some(object) = by_name.get(&(field.component.copy.clone(), object.to_owned())) {
            with_object(field, object);
        }
    }
}

/// Records by copy of the org, metadata type and canonical name.
type ByName<T> = HashMap<(String, String, String), T>;

fn name_key(record: &Record) -> Option<(String, String, String)> {
    let name = record.canonical_name()?.to_owned();
    Some((record.component.copy.clone(), record.component.kind.to_owned(), name))
}

fn positions(records: &[Record]) -> ByName<usize> {
    let keys = records.iter().enumerate();
    keys.filter_map(|(at, record)| Some((name_key(record)?, at))).collect()
}

/// The groups with their effective rights, and the members of each that are not in the project.
fn effective_groups(
    principals: &[Record],
    muting: &[Record],
    groups: &[GroupFile],
    integrations: &Integrations,
) -> Vec<(Record, Vec<String>)> {
    let sets: ByName<&Record> =
        principals.iter().filter_map(|record| Some((name_key(record)?, record))).collect();
    let muted: ByName<&Record> =
        muting.iter().filter_map(|record| Some((name_key(record)?, record))).collect();
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

/// Adds a name to a list leaf of the principal that a reference means, in a copy and of a type.
fn link(
    principals: &mut [Record],
    positions: &ByName<usize>,
    list: &str,
    of: (&str, &str),
    reference: &Value,
    name: &str,
) {
    let Some(wanted) = reference.text() else { return };
    let key = (of.0.to_owned(), of.1.to_owned(), wanted.to_string());
    let record = positions.get(&key).and_then(|at| principals.get_mut(*at));
    if let Some(slot) = record.and_then(|record| record.leaf_mut(list)) {
        let data = Data::Text(name::canonical(name).into());
        slot.state = State::Stated;
        slot.values.push(Value { data, written: name.into(), place: reference.place });
    }
}

/// Apps name the permission sets that they hand out by API name or by label (retrieved files have both). Where only a label
/// fits, and only one set has it, that set is meant.
fn name_grantees_by_label(records: &mut Records) {
    let sets = || {
        let principals = records.of("Principal").iter();
        principals.filter(|record| record.component.kind == "PermissionSet")
    };
    let names: HashSet<(&str, &str)> = sets()
        .filter_map(|set| Some((set.component.copy.as_str(), set.canonical_name()?)))
        .collect();
    let mut by_label: HashMap<(&str, String), Option<&str>> = HashMap::new();
    for set in sets() {
        let label = set.leaf("label").and_then(|label| label.values.first());
        let Some((label, own)) = label.zip(set.canonical_name()) else { continue };
        by_label
            .entry((&set.component.copy, name::canonical(&label.written)))
            .and_modify(|known| *known = None)
            .or_insert(Some(own));
    }
    let mut meant = Vec::new();
    for (at, app) in records.of("OauthApp").iter().enumerate() {
        let copy = app.component.copy.as_str();
        for (child, grantee) in grantees(app).enumerate() {
            if grantee.kind == "PermissionSet" && !names.contains(&(copy, grantee.canonical)) {
                let found = by_label.get(&(copy, grantee.canonical.to_owned())).copied().flatten();
                meant.extend(found.map(|name| (at, child, name.to_owned())));
            }
        }
    }
    let apps = records.by_kind.entry("OauthApp").or_default();
    for (at, child, name) in meant {
        if let Some(value) = apps.get_mut(at).and_then(|app| grantee_name_mut(app, child)) {
            value.data = Data::Text(name.into());
        }
    }
}

fn link_apps(records: &mut Records) {
    let mut links = Vec::new();
    for app in records.of("OauthApp") {
        links.extend(grantees(app).map(|one| (app.component.clone(), one.kind, one.name.clone())));
    }
    if let Some(list) = records.by_kind.get_mut("Principal") {
        let positions = positions(list);
        for (app, kind, reference) in links {
            link(list, &positions, "apps", (&app.copy, kind), &reference, &app.name);
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
