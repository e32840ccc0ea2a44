//! Reads a unit: opens its files, parses them, and builds what is wanted of it.

mod apex_class;
mod certificate;
mod external_client_apps;
mod inline_secret;
mod replacements;
pub(crate) mod secrets;

pub use self::replacements::MAY_BE_REPLACED;
use self::replacements::mark_replaced;
use self::secrets::Searched;
use crate::document::{Cause, Document, SourceText, Span, Unreadable};
use crate::model::certificate::embedded;
use crate::model::endpoint::{endpoints, outbound_messages};
use crate::model::escalation::{DelegateFile, delegate_file};
use crate::model::field::{ObjectFile, Sensitivity, fields, object_file};
use crate::model::integration::Integrations;
use crate::model::ip_allow_list::{RangeOwner, ip_allow_list};
use crate::model::misfit::{CHECKED, misfits};
use crate::model::node::{Doubt, Node, ValueReader};
use crate::model::oauth_app::connected_app;
use crate::model::origin::Origin;
use crate::model::password_override::{OrgPolicy, OverrideFile, org_policy, override_file};
use crate::model::plain;
use crate::model::principal::{
    ENTRY_ROOTS, GroupFile, PrincipalFiles, PrincipalKind, group_file, principal,
};
use crate::model::raw::{inline_in, raw_record, whole_of};
use crate::model::record::{Component, Data, FileId, Record};
use crate::model::unit::{Unit, UnitKind, wants_principals};
use crate::model::wanted::Wanted;
use crate::project::store::{FileEntry, Store};
use crate::project::version_control::VersionControl;
use crate::value::date::Date;
use crate::value::name;

pub(crate) use self::inline_secret::spans as inline_secret_spans;

/// What the readers need to know about the run.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// All files of the run.
    pub files: &'a [FileEntry],
    /// Where their bytes come from.
    pub store: &'a dyn Store,
    /// What to build.
    pub wanted: &'a dyn Wanted,
    /// The project.
    pub origin: Origin<'a>,
    /// The day from which certificates are judged.
    pub today: Date,
    /// What is known about integrations.
    pub integrations: &'a Integrations,
    /// When a field counts as sensitive.
    pub sensitivity: &'a Sensitivity,
    /// What git says about files.
    pub version_control: &'a dyn VersionControl,
    /// The folder of the project, relative to the run's root.
    pub project_path: &'a str,
}

/// What one unit gave.
#[derive(Default)]
pub struct Reading {
    /// Finished records.
    pub records: Vec<Record>,
    /// Groups, to be resolved when all sets are known.
    pub groups: Vec<GroupFile>,
    /// Muting sets: rights that groups lose.
    pub muting: Vec<Record>,
    /// Profiles that are a site's guest profile: copy of the org, canonical name.
    pub guest_profiles: Vec<(String, String)>,
    /// The same by convention.
    pub site_profiles: Vec<(String, String)>,
    /// Delegated administration groups, to be resolved when all principals are known.
    pub delegates: Vec<DelegateFile>,
    /// Policies of profiles, to be held against those of the org.
    pub overrides: Vec<OverrideFile>,
    /// Policies of the org.
    pub policies: Vec<OrgPolicy>,
    /// What objects say about their fields, to be joined when all files of the project are read.
    pub objects: Vec<ObjectFile>,
    /// Fields that no rule can be about: that they are in the project is all that is kept of them.
    pub fields_left_out: Vec<Component>,
    /// Files that could not be read as what they claim to be.
    pub problems: Vec<Problem>,
    /// Values nothing was concluded from.
    pub doubts: Vec<Doubt>,
    /// Files that were read.
    pub files_read: usize,
    /// Files that were not searched for credentials: too large, or not readable.
    pub not_searched: Vec<(FileId, String)>,
}

impl Reading {
    /// The permission sets and muting sets that groups name: metadata type and canonical name.
    pub fn members(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.groups.iter().flat_map(|group| {
            let lists = [("PermissionSet", &group.members), ("MutingPermissionSet", &group.muting)];
            lists.into_iter().flat_map(|(kind, references)| {
                references.iter().filter_map(move |value| match &value.data {
                    Data::Text(name) => Some((kind, name.to_string())),
                    _ => None,
                })
            })
        })
    }

    /// What other units need to know of this one: apps with their grantees.
    #[must_use]
    pub fn references(&self) -> Reading {
        let apps = self.records.iter().filter(|record| record.kind == "OauthApp");
        Reading { records: apps.cloned().collect(), ..Reading::default() }
    }
}

/// A file that could not be read as what it claims to be.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The file.
    pub file: FileId,
    /// The component it would have been.
    pub component: Component,
    /// Why.
    pub cause: Cause,
    /// Where in the file.
    pub span: Span,
    /// Details for people.
    pub detail: String,
}

/// Buffers of one worker; they are reused from unit to unit.
#[derive(Default)]
pub struct Scratch {
    slots: Vec<Slot>,
}

#[derive(Default)]
struct Slot {
    file: Option<FileId>,
    source: SourceText,
    document: Document,
}

impl Scratch {
    /// Opens and parses the files of a unit; those that cannot be read become problems.
    fn load(&mut self, unit: &Unit, context: &Context<'_>, out: &mut Reading) -> usize {
        let mut used = 0;
        for id in &unit.files {
            let Some(entry) = context.files.get(id.0 as usize) else {
                continue;
            };
            if self.slots.len() == used {
                self.slots.push(Slot::default());
            }
            let Some(slot) = self.slots.get_mut(used) else {
                continue;
            };
            out.files_read += 1;
            let loaded = slot.load(*id, entry, context);
            // Also when it cannot be read as XML: the text is there.
            slot.search(unit, entry, loaded.is_ok(), context, out);
            match loaded {
                Ok(()) => used += 1,
                Err(unreadable) => {
                    let component = component_of(unit, entry);
                    out.problems.push(problem(*id, component, unreadable));
                }
            }
        }
        used
    }

    /// The text of a file that is loaded.
    fn text_of(&self, file: FileId) -> Option<&str> {
        self.slots.iter().find(|slot| slot.file == Some(file)).map(|slot| slot.source.text())
    }

    fn roots(&self, used: usize) -> Vec<Node<'_>> {
        self.slots.iter().take(used).filter_map(Slot::root).collect()
    }
}

impl Slot {
    fn load(
        &mut self,
        id: FileId,
        entry: &FileEntry,
        context: &Context<'_>,
    ) -> Result<(), Unreadable> {
        self.file = Some(id);
        let buffer = std::mem::take(&mut self.source).into_buffer();
        let bytes = context.store.bytes(entry, buffer)?;
        self.source = SourceText::decode(bytes)?;
        self.document.parse(&self.source)
    }

    /// Looks for credentials, and for what rules search for, in the text that was just read.
    fn search(
        &self,
        unit: &Unit,
        entry: &FileEntry,
        parsed: bool,
        context: &Context<'_>,
        out: &mut Reading,
    ) {
        let Some(file) = self.file.filter(|_| entry.target) else { return };
        if unit.kind.has_texts() && context.wanted.record("text") {
            plain::search_metadata(entry, file, self.source.text(), context, out);
        }
        if !context.wanted.record("Secret") {
            return;
        }
        let component = match component_of(unit, entry) {
            // Findings about apps have one component, whichever file they stand in.
            app if app.kind == "ConnectedApp" => Component { kind: "OauthApp", ..app },
            other => other,
        };
        let document = parsed.then_some((&self.document, &self.source));
        let searched = Searched { file, text: self.source.text(), document, component: &component };
        secrets::search(searched, context, out);
    }

    fn root(&self) -> Option<Node<'_>> {
        Some(Node { file: self.file?, element: self.document.root(&self.source)? })
    }
}

/// What a file would have been. External client apps are one unit, but each file is named after its own app.
fn component_of(unit: &Unit, file: &FileEntry) -> Component {
    let name = match crate::project::kind_of(&file.path) {
        Some(kind) if unit.kind == UnitKind::ExternalClientApps => {
            crate::project::component_name(&file.path, &kind)
        }
        _ => unit.component.name.clone(),
    };
    Component { name, ..unit.component.clone() }
}

fn problem(file: FileId, component: Component, unreadable: Unreadable) -> Problem {
    Problem {
        file,
        component,
        cause: unreadable.cause,
        span: unreadable.span,
        detail: unreadable.detail,
    }
}

/// Reads one unit.
pub fn read_unit(unit: &Unit, context: &Context<'_>, scratch: &mut Scratch) -> Reading {
    let mut out = Reading::default();
    if unit.kind == UnitKind::Plain {
        plain::read(unit, context, &mut out);
        return out;
    }
    if unit.kind == UnitKind::Certificate {
        self::certificate::read_certificate(unit, context, scratch, &mut out);
        return finish(out, unit, context);
    }
    if unit.kind == UnitKind::ApexClass {
        self::apex_class::read_apex_class(unit, context, scratch, &mut out);
        return finish(out, unit, context);
    }
    let used = scratch.load(unit, context, &mut out);
    let mut read = ValueReader::default();
    let roots = scratch.roots(used);
    match unit.kind {
        UnitKind::ConnectedApp => {
            for root in confirmed(&roots, "ConnectedApp", unit, &mut out) {
                read_connected_app(root, unit, context, &mut read, &mut out);
            }
        }
        UnitKind::ExternalClientApps => {
            external_client_apps::read_external_client_apps(
                &roots, unit, context, &mut read, &mut out,
            );
            // The unit is all apps; whether one of them is deployed is known there.
            out.doubts.append(&mut read.doubts);
            read_misfits(&roots, unit, context, &mut out);
            mark_replaced(scratch, context, &mut out);
            return out;
        }
        UnitKind::Principal(kind) => {
            read_principal(kind, &roots, unit, context, &mut read, &mut out)
        }
        UnitKind::Group => {
            for root in confirmed(&roots, "PermissionSetGroup", unit, &mut out) {
                raw(root, "PermissionSetGroup", &unit.component, context, &mut out);
                out.groups.push(group_file(
                    root,
                    unit.component.clone(),
                    context.origin,
                    &mut read,
                ));
            }
        }
        UnitKind::Other(metadata_type) => {
            read_other(metadata_type, &roots, unit, context, &mut read, &mut out);
        }
        UnitKind::Certificate | UnitKind::ApexClass | UnitKind::Plain => {}
    }
    out.doubts.append(&mut read.doubts);
    read_misfits(&roots, unit, context, &mut out);
    mark_replaced(scratch, context, &mut out);
    finish(out, unit, context)
}

/// A component is deployed if any of its files is.
fn finish(mut out: Reading, unit: &Unit, context: &Context<'_>) -> Reading {
    let deployed = any_deployed(unit.files.iter().copied(), context);
    for record in out.records.iter_mut().chain(&mut out.muting) {
        record.deployed = deployed;
    }
    for group in &mut out.groups {
        group.deployed = deployed;
    }
    for file in &mut out.delegates {
        file.deployed = deployed;
    }
    for file in &mut out.overrides {
        file.deployed = deployed;
    }
    out
}

fn any_deployed(mut files: impl Iterator<Item = FileId>, context: &Context<'_>) -> bool {
    files.any(|id| context.files.get(id.0 as usize).is_some_and(|file| file.deployed))
}

/// Kinds are chosen by name and confirmed by root element.
fn confirmed<'a>(
    roots: &[Node<'a>],
    expected: &str,
    unit: &Unit,
    out: &mut Reading,
) -> Vec<Node<'a>> {
    roots
        .iter()
        .filter(|root| {
            let fits = root.element.name() == expected;
            if !fits {
                out.problems.push(unexpected_root(**root, expected, &unit.component));
            }
            fits
        })
        .copied()
        .collect()
}

fn unexpected_root(root: Node<'_>, expected: &str, component: &Component) -> Problem {
    Problem {
        file: root.file,
        component: component.clone(),
        cause: Cause::UnexpectedRoot,
        span: root.element.start_tag(),
        detail: format!("<{}> in a file named as {expected}", root.element.name()),
    }
}

fn raw(
    root: Node<'_>,
    metadata_type: &str,
    component: &Component,
    context: &Context<'_>,
    out: &mut Reading,
) {
    if let Some(shape) = context.wanted.raw(metadata_type) {
        let files = PrincipalFiles { roots: vec![root], entries: Vec::new() };
        let component = Component { kind: shape.metadata_type, ..component.clone() };
        out.records.extend(raw_record(shape, &files, component));
    }
}

/// Components inside of another one's file, as if each had a file of its own.
fn raw_inline(
    root: Node<'_>,
    found: &str,
    component: &Component,
    context: &Context<'_>,
    out: &mut Reading,
) {
    for (element, metadata_type) in inline_in(found) {
        let Some(shape) = context.wanted.raw(metadata_type) else { continue };
        for node in root.all(element) {
            let own = node.all("fullName").next();
            let own = own.map(|name| name.text().into_owned()).unwrap_or_default();
            let name = format!("{}.{own}", component.name);
            let component = Component { kind: shape.metadata_type, name, ..component.clone() };
            let files = PrincipalFiles { roots: vec![node], entries: Vec::new() };
            out.records.extend(raw_record(shape, &files, component));
        }
    }
}

/// A part of a component in a file of its own, as if it stood in the component's file.
fn raw_part(
    root: Node<'_>,
    found: &str,
    component: &Component,
    context: &Context<'_>,
    out: &mut Reading,
) {
    let Some((whole, element)) = whole_of(found) else { return };
    if let Some(shape) = context.wanted.raw(whole) {
        let files = PrincipalFiles { roots: Vec::new(), entries: vec![(element, root)] };
        // `Account.Everybody` is a part of `Account`.
        let name = component.name.split('.').next().unwrap_or_default().to_owned();
        let component = Component { kind: shape.metadata_type, name, ..component.clone() };
        out.records.extend(raw_record(shape, &files, component));
    }
}

/// What of the files their metadata types do not have.
fn read_misfits(roots: &[Node<'_>], unit: &Unit, context: &Context<'_>, out: &mut Reading) {
    if !context.wanted.record("Misfit") {
        return;
    }
    for root in roots {
        let Some(metadata_type) = CHECKED.iter().find(|one| **one == root.element.name()) else {
            continue;
        };
        let entry = context.files.get(root.file.0 as usize);
        let component =
            entry.map_or_else(|| unit.component.clone(), |file| component_of(unit, file));
        let kind = match component.kind {
            "Settings" => metadata_type,
            "ConnectedApp" => "OauthApp",
            other => other,
        };
        let component = Component { kind, ..component };
        let newer = context.origin.newer;
        let mut found = misfits(*root, metadata_type, &component, &out.doubts, newer);
        for record in &mut found {
            record.deployed = entry.is_none_or(|file| file.deployed);
        }
        out.records.append(&mut found);
    }
}

/// Apps are also what tells integrations, and what can be taken over. Their readers know the formats of their values.
fn wants_apps(wanted: &dyn Wanted) -> bool {
    ["OauthApp", "Principal", "Integration", "Escalation", "Misfit"]
        .iter()
        .any(|kind| wanted.record(kind))
}

fn read_connected_app(
    root: Node<'_>,
    unit: &Unit,
    context: &Context<'_>,
    read: &mut ValueReader,
    out: &mut Reading,
) {
    let wanted = context.wanted;
    let app = Component { kind: "OauthApp", ..unit.component.clone() };
    raw(root, "ConnectedApp", &unit.component, context, out);
    if wants_apps(wanted) {
        out.records.extend(connected_app(root, app.clone(), context.origin, read));
    }
    if wanted.record("IpAllowList") {
        out.records.extend(ip_allow_list(
            RangeOwner::ConnectedApp,
            &[root],
            app.clone(),
            false,
            read,
        ));
    }
    embedded_records(root, &app, context, read, out);
}

fn embedded_records(
    root: Node<'_>,
    component: &Component,
    context: &Context<'_>,
    read: &mut ValueReader,
    out: &mut Reading,
) {
    if context.wanted.record("Certificate") {
        out.records.extend(embedded(root, component, context.today));
    }
    if context.wanted.record("Endpoint") {
        out.records.extend(endpoints(root, component, read));
    }
    if context.wanted.record("InlineSecret") {
        out.records.extend(inline_secret::inline_secrets(root, component));
    }
}

fn read_principal(
    kind: PrincipalKind,
    roots: &[Node<'_>],
    unit: &Unit,
    context: &Context<'_>,
    read: &mut ValueReader,
    out: &mut Reading,
) {
    let expected = kind.metadata_type();
    let mut files = PrincipalFiles::default();
    for root in roots {
        let name = root.element.name();
        if name == expected {
            files.roots.push(*root);
        } else if let Some((_, element)) = ENTRY_ROOTS
            .iter()
            .find(|(entry, _)| kind == PrincipalKind::PermissionSet && *entry == name)
        {
            files.entries.push((element, *root));
        } else {
            out.problems.push(unexpected_root(*root, expected, &unit.component));
        }
    }
    if files.roots.is_empty() && files.entries.is_empty() {
        return;
    }
    let wanted = context.wanted;
    if let Some(shape) = wanted.raw(expected) {
        out.records.extend(raw_record(shape, &files, unit.component.clone()));
    }
    let record = principal(
        kind,
        &files,
        unit.component.clone(),
        context.origin,
        context.integrations,
        wanted,
        read,
    );
    if kind == PrincipalKind::Profile && wanted.record("IpAllowList") {
        let standard = record.as_ref().is_some_and(|record| record.is("standard"));
        out.records.extend(ip_allow_list(
            RangeOwner::Profile,
            &files.roots,
            unit.component.clone(),
            standard,
            read,
        ));
    }
    if wants_principals(wanted) {
        if kind == PrincipalKind::MutingPermissionSet {
            out.muting.extend(record);
        } else {
            out.records.extend(record);
        }
    }
}

/// The only settings that name remote addresses; they come as a type of their own or as `.settings`.
const SETTINGS_WITH_ADDRESSES: &str = "IframeWhiteListUrlSettings";

fn read_other(
    metadata_type: &str,
    roots: &[Node<'_>],
    unit: &Unit,
    context: &Context<'_>,
    read: &mut ValueReader,
    out: &mut Reading,
) {
    for root in roots {
        let found = root.element.name();
        let fits = if metadata_type == "Settings" {
            found.ends_with("Settings")
        } else {
            found == metadata_type
        };
        if !fits {
            out.problems.push(unexpected_root(*root, metadata_type, &unit.component));
            continue;
        }
        raw(*root, found, &unit.component, context, out);
        raw_part(*root, found, &unit.component, context, out);
        raw_inline(*root, found, &unit.component, context, out);
        if context.wanted.record("InlineSecret") {
            out.records.extend(inline_secret::inline_secrets(*root, &unit.component));
        }
        if context.wanted.record("Endpoint") {
            let mut component = unit.component.clone();
            if metadata_type == "Settings" {
                component.kind = SETTINGS_WITH_ADDRESSES;
            }
            out.records.extend(endpoints(*root, &component, read));
        }
        if found == "SecuritySettings" && context.wanted.record("PasswordOverride") {
            out.policies.push(org_policy(*root, &unit.component.copy, read));
        }
        match found {
            "DelegateGroup" if context.wanted.record("Escalation") => {
                out.delegates.push(delegate_file(*root, unit.component.clone(), read));
            }
            "ProfilePasswordPolicy" | "ProfileSessionSetting"
                if context.wanted.record("PasswordOverride") =>
            {
                out.overrides.push(override_file(*root, unit.component.clone(), read));
            }
            "SecuritySettings" if context.wanted.record("IpAllowList") => {
                let component = Component { kind: "SecuritySettings", ..unit.component.clone() };
                out.records.extend(ip_allow_list(
                    RangeOwner::SecuritySettings,
                    &[*root],
                    component,
                    false,
                    read,
                ));
            }
            "CustomSite" => {
                let here = [*root];
                let profile =
                    |name: &str| (unit.component.copy.clone(), name::canonical_profile(name));
                for value in read.texts(&here, &["guestProfile"]) {
                    out.guest_profiles.push(profile(&value.written));
                }
                for value in read.texts(&here, &["masterLabel"]) {
                    out.site_profiles.push(profile(&format!("{} Profile", value.written)));
                }
                let by_name = unit.component.name.replace('_', " ");
                out.site_profiles.push(profile(&format!("{by_name} Profile")));
            }
            "Workflow" | "WorkflowOutboundMessage" if context.wanted.record("Endpoint") => {
                out.records.extend(outbound_messages(*root, &unit.component, read));
            }
            "SamlSsoConfig" if context.wanted.record("Certificate") => {
                out.records.extend(embedded(*root, &unit.component, context.today));
            }
            "CustomField" | "CustomObject" if context.wanted.record("Field") => {
                read_fields(*root, unit, context, read, out);
            }
            _ => {}
        }
    }
}

fn read_fields(
    root: Node<'_>,
    unit: &Unit,
    context: &Context<'_>,
    read: &mut ValueReader,
    out: &mut Reading,
) {
    if root.element.name() == "CustomObject" {
        out.objects.push(object_file(root, &unit.component, read));
    }
    for field in fields(root, &unit.component, context.sensitivity, read) {
        if context.wanted.keeps_record("Field", &field.block) {
            out.records.push(field);
        } else {
            out.fields_left_out.push(field.component);
        }
    }
}
