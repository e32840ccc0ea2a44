//! `Principal`: profiles, permission sets (whole, decomposed, overlaid), and groups minus what is muted.

mod grants;
mod group;

use grants::{Grants, Keep};
pub use group::{GroupFile, group, group_file};

use std::collections::HashSet;

use crate::model::builder::{RecordBuilder, one};
use crate::model::integration::{Facts, Integrations, Signals};
use crate::model::node::{Node, ValueReader, any_true, stated_or_unknown};
use crate::model::origin::Origin;
use crate::model::record::{Component, Data, Leaf, Place, Record, State, Value};
use crate::model::vocabulary::record_kind;
use crate::model::wanted::Wanted;
use crate::value::name;

/// The files of one profile, permission set or muting permission set.
#[derive(Default)]
pub struct PrincipalFiles<'a> {
    /// Root elements of whole files, and of parts that repeat the root.
    pub roots: Vec<Node<'a>>,
    /// Parts whose root is a single entry, with the element it would be in the whole file.
    pub entries: Vec<(&'static str, Node<'a>)>,
}

/// Roots of the parts of a permission set in the layout with one file an entry, and the elements they stand for.
pub const ENTRY_ROOTS: &[(&str, &str)] = &[
    ("AgentAccess", "agentAccesses"),
    ("ApplicationVisibility", "applicationVisibilities"),
    ("ClassAccess", "classAccesses"),
    ("CustomMetadataTypeAccess", "customMetadataTypeAccesses"),
    ("CustomPermission", "customPermissions"),
    ("CustomSettingAccess", "customSettingAccesses"),
    ("ExternalCredentialPrincipalAccess", "externalCredentialPrincipalAccesses"),
    ("ExternalDataSourceAccess", "externalDataSourceAccesses"),
    ("FieldPermission", "fieldPermissions"),
    ("FlowAccess", "flowAccesses"),
    ("ObjectPermission", "objectPermissions"),
    ("PageAccess", "pageAccesses"),
    ("RecordTypeVisibility", "recordTypeVisibilities"),
    ("TabSetting", "tabSettings"),
    ("UserPermission", "userPermissions"),
];

/// Hours in a week, and in a day without login hours.
const WEEK_HOURS: f64 = 168.0;
const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Which of the three metadata types a record is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrincipalKind {
    /// A profile.
    Profile,
    /// A permission set.
    PermissionSet,
    /// Takes rights away from a group; never a principal of its own.
    MutingPermissionSet,
}

impl PrincipalKind {
    /// The metadata type.
    pub fn metadata_type(self) -> &'static str {
        match self {
            PrincipalKind::Profile => "Profile",
            PrincipalKind::PermissionSet => "PermissionSet",
            PrincipalKind::MutingPermissionSet => "MutingPermissionSet",
        }
    }

    /// A name of a component of this kind in the form in which it is compared.
    pub fn canonical(self, written: &str) -> String {
        match self {
            PrincipalKind::Profile => name::canonical_profile(written),
            _ => name::canonical(written),
        }
    }
}

/// The record of a profile or permission set. A muting set gives the rights that it takes away.
pub fn principal(
    kind: PrincipalKind,
    files: &PrincipalFiles<'_>,
    component: Component,
    origin: Origin<'_>,
    integrations: &Integrations,
    wanted: &dyn Wanted,
    read: &mut ValueReader,
) -> Option<Record> {
    let name = component.name.clone();
    let copy = component.copy.clone();
    let roots = &files.roots;
    let place =
        roots.first().or(files.entries.first().map(|(_, node)| node)).map(|node| node.start_tag());
    let table = record_kind("Principal")?;
    let permissions = enabled_permissions(files);
    let profile = kind == PrincipalKind::Profile;
    let mut record = RecordBuilder::new("Principal", component, place)?;
    let licenses = read.texts(roots, &["userLicense"]);
    let license_values = if profile {
        licenses
    } else {
        let mut values = read.texts(roots, &["license"]);
        values.extend(licenses);
        values
    };
    let license = Leaf::stated_or(
        license_values,
        if profile { Leaf::UNKNOWN } else { Leaf::defaulted(Data::Text("any".into())) },
    );
    let custom = read.bools(roots, &["custom"]);
    let namespace = name::namespace(&name);
    let standard = if profile {
        if custom.is_empty() {
            name::is_standard_profile(&name)
        } else {
            // Two statements that contradict each other do not make a profile Salesforce's.
            custom.iter().all(|value| matches!(value.data, Data::Bool(false)))
        }
    } else {
        origin.is_foreign(namespace.as_deref()) || name.starts_with("sfdc_")
    };
    let standard_at = custom.first().and_then(|value| value.place);
    let has = |permission: &str| permissions.contains(permission);
    let admin = profile && name::canonical_profile(&name) == name::canonical_profile("Admin")
        || administers(has);
    let matches = |test: fn(&str) -> bool| {
        license.values.iter().find(|value| test(&value.written)).map(|value| value.place)
    };
    let external = matches(name::is_external_license);
    let canonical = kind.canonical(&name);
    let license_known = license.state != State::Unknown;
    let of_a_site = profile && integrations.known.is_guest(&copy, &canonical, license_known);
    let guest = matches(name::is_guest_license).or(of_a_site.then_some(None));
    let license_flag = |found: Option<Option<Place>>| match (found, license.state) {
        (Some(place), _) => Leaf::derived(true, place),
        (None, State::Unknown) => Leaf::UNKNOWN,
        (None, _) => Leaf::derived(false, None),
    };
    record
        .set(
            "name",
            one(Value {
                data: Data::Text(canonical.as_str().into()),
                written: name.as_str().into(),
                place: None,
            }),
        )
        .set("kind", Leaf::text(kind.metadata_type(), None))
        .set("standard", Leaf::derived(standard, standard_at.filter(|_| standard)))
        .set("admin", Leaf::derived(admin, None))
        .set("guest", license_flag(guest))
        .set("external", license_flag(external))
        .set("groups", Leaf::NONE)
        .set("apps", Leaf::NONE)
        .set("namespace", namespace.map_or(Leaf::NONE, |ns| Leaf::text(&ns, None)))
        .set("weeklyLoginHours", weekly_login_hours(roots, read));
    record.set(
        "sessionActivated",
        Leaf::stated_or(
            read.bools(roots, &["hasActivationRequired"]),
            Leaf::defaulted(Data::Bool(false)),
        ),
    );
    let labels = read.texts(roots, &["label"]);
    let facts = Facts {
        copy: &copy,
        kind: kind.metadata_type(),
        canonical: &canonical,
        name: &name::decode(&name),
        labels: &labels,
        licenses: &license.values,
        api_only: has(API_ONLY),
        never: standard
            || guest.is_some()
            || external.is_some()
            || kind == PrincipalKind::MutingPermissionSet,
    };
    let signals = Signals::of(&facts, integrations);
    set_signals(&mut record, &signals);
    record.set("label", stated_or_unknown(labels));
    record.set("license", license);
    let mut record = record.finish();
    let keep = Keep::of(&record, kind, &signals, integrations, wanted);
    let mut grants = Grants::new(table, kind, wanted, keep);
    for root in roots {
        for element in root.element.children() {
            grants.take(Node { file: root.file, element }, element.name());
        }
    }
    for (element, node) in &files.entries {
        grants.take(*node, element);
    }
    record.children = grants.finish();
    Some(record)
}

/// The user permissions that are enabled, in canonical form.
fn enabled_permissions(files: &PrincipalFiles<'_>) -> HashSet<String> {
    let below = files.roots.iter().flat_map(|root| root.all("userPermissions"));
    let entries = files.entries.iter().filter(|(element, _)| *element == "userPermissions");
    below
        .chain(entries.map(|(_, node)| *node))
        .filter(|node| any_true(*node, "enabled"))
        .flat_map(|node| {
            node.all("name").map(|named| name::canonical(&named.text())).collect::<Vec<_>>()
        })
        .filter(|name| !name.is_empty())
        .collect()
}

fn set_signals(record: &mut RecordBuilder, signals: &Signals) {
    record
        .set("integration", signals.integration())
        .set("how", signals.how())
        .set("signal", signals.signal())
        .set("deployment", Leaf::derived(signals.deployment, None));
}

/// The permission, in canonical form, that closes the user interface to its holder.
const API_ONLY: &str = "apiuseronly";

/// Permissions, in canonical form, that together make an administrator of whoever has them.
const ADMINISTRATOR: [&str; 3] = ["modifyalldata", "manageusers", "customizeapplication"];

fn administers(has: impl Fn(&str) -> bool) -> bool {
    ADMINISTRATOR.into_iter().all(has)
}

/// Hours a week in which login is possible. Bounds are minutes since midnight; a day without them is open.
fn weekly_login_hours(roots: &[Node<'_>], read: &mut ValueReader) -> Leaf {
    let Some(hours) = roots
        .iter()
        .find_map(|root| root.all("loginHours").find(|hours| hours.element.has_children()))
    else {
        return Leaf::defaulted(Data::Number(WEEK_HOURS));
    };
    let here = [hours];
    let mut total = 0.0;
    for day in DAYS {
        let start = minutes(read, &here, &format!("{day}Start"));
        let end = minutes(read, &here, &format!("{day}End"));
        total += match (start, end) {
            (Some(start), Some(end)) => (end - start).clamp(0.0, 1440.0) / 60.0,
            _ => WEEK_HOURS / 7.0,
        };
    }
    one(Value {
        data: Data::Number(total),
        written: crate::model::record::number_text(total).into(),
        place: Some(hours.start_tag()),
    })
}

fn minutes(read: &mut ValueReader, at: &[Node<'_>], element: &str) -> Option<f64> {
    read.numbers(at, &[element]).into_iter().find_map(|value| match value.data {
        Data::Number(number) => Some(number),
        _ => None,
    })
}
