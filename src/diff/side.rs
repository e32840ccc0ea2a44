//! The two sides while they are compared, and those about whom something is told.

use std::collections::BTreeMap;

use super::change::{Change, Danger, SideOf, Spot, Subject, SubjectKey, SubjectKind};
use super::holder::Holder;
use super::snapshot::Snapshot;
use crate::model::record::{Place, Record};
use crate::project::store::FileEntry;
use crate::value::name;

/// One side.
#[derive(Clone, Copy)]
pub struct Side<'s> {
    /// Which one.
    pub which: SideOf,
    /// What it says.
    pub snapshot: &'s Snapshot,
    /// The files that it was read from.
    pub files: &'s [FileEntry],
}

impl Side<'_> {
    /// A place of this side.
    pub fn spot(&self, place: Option<Place>) -> Option<Spot> {
        Spot::new(self.which, place, self.files)
    }
}

/// What is told of guests by the title already.
pub const GUEST: &str = "guest";

/// Kept out by `.forceignore`: it gives nobody anything, so it is no danger as long as that is so.
const NOT_DEPLOYED: &str = "not deployed";

/// Everybody about whom something is told.
#[derive(Default)]
pub struct Subjects(BTreeMap<SubjectKey, Subject>);

impl Subjects {
    fn add(&mut self, mut fresh: Subject) {
        if fresh.changes.is_empty() {
            return;
        }
        if fresh.tags.contains(&NOT_DEPLOYED) {
            fresh.changes.iter_mut().for_each(|change| change.danger = Danger::Low);
        }
        match self.0.entry(fresh.key.clone()) {
            std::collections::btree_map::Entry::Vacant(slot) => {
                slot.insert(fresh);
            }
            std::collections::btree_map::Entry::Occupied(mut slot) => {
                slot.get_mut().changes.extend(fresh.changes);
            }
        }
    }

    /// Changes for a profile, set or group.
    pub fn add_holder(&mut self, holder: &Holder, changes: Vec<Change>) {
        let shown = name::decode(&holder.component.name);
        let (kind, title) = match holder.component.kind {
            "Profile" => (SubjectKind::Profile, "Profile"),
            "PermissionSetGroup" => (SubjectKind::PermissionSetGroup, "Permission set group"),
            _ => (SubjectKind::PermissionSet, "Permission set"),
        };
        let mut tags = Vec::new();
        let mut title = title.to_owned();
        let mut label = holder.label.clone().filter(|label| *label != shown);
        if holder.guest {
            // The profile of a site's guests is called after the site, and nobody but guests has it.
            let site = shown.strip_suffix(" Profile").map(|site| format!(" of {site}"));
            title = format!("Guests{}, {}", site.unwrap_or_default(), title.to_lowercase());
            label = None;
        }
        let flags = [
            (holder.guest, GUEST),
            (holder.integration, "integration"),
            (holder.external && !holder.guest, "outside of the company"),
            (holder.session_activated, "only in an activated session"),
            (!holder.deployed, NOT_DEPLOYED),
        ];
        tags.extend(flags.into_iter().filter(|(on, _)| *on).map(|(_, tag)| tag));
        self.add(Subject {
            key: SubjectKey {
                kind,
                canonical: holder.canonical.clone(),
                copy: holder.component.copy.clone(),
                metadata_type: holder.component.kind,
            },
            name: shown,
            label,
            title,
            tags,
            changes,
        });
    }

    /// Changes for an app.
    pub fn add_app(&mut self, app: &Record, changes: Vec<Change>) {
        let text = |leaf: &str| app.leaf(leaf)?.values.first().map(|one| one.written.to_string());
        let shown = name::decode(&app.component.name);
        let metadata_type =
            if is_connected(app) { "ConnectedApp" } else { "ExternalClientApplication" };
        let title = if is_connected(app) { "Connected app" } else { "External client app" };
        self.add(Subject {
            key: SubjectKey {
                kind: SubjectKind::App,
                canonical: name::canonical(&app.component.name),
                copy: app.component.copy.clone(),
                metadata_type,
            },
            label: text("label").filter(|label| *label != shown),
            name: shown,
            title: title.to_owned(),
            tags: if app.deployed { Vec::new() } else { vec![NOT_DEPLOYED] },
            changes,
        });
    }

    /// Changes for a field.
    pub fn add_field(
        &mut self,
        copy: &str,
        shown: &str,
        label: Option<&str>,
        changes: Vec<Change>,
    ) {
        self.add(Subject {
            key: SubjectKey {
                kind: SubjectKind::Field,
                canonical: name::canonical(shown),
                copy: copy.to_owned(),
                metadata_type: "CustomField",
            },
            name: shown.to_owned(),
            label: label.map(str::to_owned),
            title: "Field".to_owned(),
            tags: Vec::new(),
            changes,
        });
    }

    /// Changes for a component that names addresses, or for the org as a whole.
    pub fn add_component(
        &mut self,
        record: &Record,
        kind: SubjectKind,
        title: &str,
        changes: Vec<Change>,
    ) {
        self.add(Subject {
            key: SubjectKey {
                kind,
                canonical: name::canonical(&record.component.name),
                copy: record.component.copy.clone(),
                metadata_type: record.component.kind,
            },
            name: name::decode(&record.component.name),
            label: None,
            title: title.to_owned(),
            tags: if record.deployed { Vec::new() } else { vec![NOT_DEPLOYED] },
            changes,
        });
    }

    /// Everybody, the most dangerous first.
    pub fn finish(self) -> Vec<Subject> {
        let mut all: Vec<Subject> = self.0.into_values().collect();
        all.iter_mut().for_each(Subject::sort);
        all.sort_by(|a, b| a.rank().cmp(&b.rank()));
        all
    }
}

/// Whether an app is a connected app, and not an external client app.
pub fn is_connected(app: &Record) -> bool {
    app.leaf("raw")
        .and_then(|raw| raw.first_text())
        .is_some_and(|raw| raw.eq_ignore_ascii_case("ConnectedApp"))
}
