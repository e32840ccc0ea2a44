//! `Principal`: profiles, permission sets (whole, decomposed, overlaid), and groups minus what is muted.

mod group;

pub use group::{GroupFile, group, group_file};

use std::collections::HashSet;

use crate::model::builder::{RecordBuilder, one};
use crate::model::integration::{Facts, Integrations, Signals};
use crate::model::node::{Node, ValueReader, any_true, stated_or_unknown, truth};
use crate::model::origin::Origin;
use crate::model::record::{Block, Component, Data, FileId, Leaf, Place, Record, State, Value};
use crate::model::vocabulary::{RecordKind, record_kind};
use crate::model::wanted::{RuledOut, Wanted};
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

/// Children that are named by one element and switched on by another.
const SWITCHED: &[(&str, &str, &str, &str)] = &[
    ("classAccesses", "apexClass", "enabled", "apexClass"),
    ("pageAccesses", "apexPage", "enabled", "page"),
    ("flowAccesses", "flow", "enabled", "flow"),
    (
        "externalCredentialPrincipalAccesses",
        "externalCredentialPrincipal",
        "enabled",
        "externalCredential",
    ),
    ("customPermissions", "name", "enabled", "customPermission"),
    ("customSettingAccesses", "name", "enabled", "customSetting"),
    ("customMetadataTypeAccesses", "name", "enabled", "customMetadata"),
];

const OBJECT_RIGHTS: &[(&str, &str)] = &[
    ("allowRead", "read"),
    ("allowCreate", "create"),
    ("allowEdit", "edit"),
    ("allowDelete", "delete"),
    ("viewAllRecords", "viewAll"),
    ("modifyAllRecords", "modifyAll"),
    ("viewAllFields", "viewAllFields"),
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
    let guest = matches(name::is_guest_license);
    let external = matches(name::is_external_license);
    let canonical = kind.canonical(&name);
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

/// Which children are kept although no rule asks for them in that form.
struct Keep {
    /// By position of the kind of children.
    all: Vec<bool>,
    /// What decides what a group is: its sets and muting sets keep it.
    decisive: bool,
    ruled_out: RuledOut,
}

impl Keep {
    fn of(
        record: &Record,
        kind: PrincipalKind,
        signals: &Signals,
        integrations: &Integrations,
        wanted: &dyn Wanted,
    ) -> Keep {
        let table = record_kind("Principal");
        let union = record_kind("Integration").filter(|kind| wanted.record(kind.name));
        let all = table.into_iter().flat_map(|table| table.children).map(|child| {
            // An integration is the union of its principals, and a contract is about everything that they grant.
            let asks = |name: &str| {
                union
                    .and_then(|union| union.child(name))
                    .is_some_and(|(at, _)| wanted.child("Integration", at))
            };
            let judged = matches!(child.name, "userPermission" | "object" | "field")
                && signals.contracted
                && (asks("beyond") || asks("missing"));
            judged || signals.any() && asks(child.name)
        });
        let grouped = record.canonical_name().is_some_and(|canonical| {
            kind == PrincipalKind::PermissionSet
                && integrations.known.is_grouped(&record.component.copy, canonical)
        });
        // What the group of a set is like is not known yet, and a muting set is never judged by itself.
        let ruled_out = if grouped || kind == PrincipalKind::MutingPermissionSet {
            RuledOut::default()
        } else {
            wanted.ruled_out(&with_open_leaves(record))
        };
        let decisive = grouped || kind == PrincipalKind::MutingPermissionSet;
        Keep { all: all.collect(), decisive, ruled_out }
    }
}

/// The record with what only other files decide as unknown.
fn with_open_leaves(record: &Record) -> Record {
    let mut open = Record { children: Vec::new(), ..record.clone() };
    for name in ["guest", "groups", "apps"] {
        if let Some(slot) = open.leaf_mut(name) {
            *slot = Leaf::UNKNOWN;
        }
    }
    open
}

/// The permission, in canonical form, that closes the user interface to its holder.
const API_ONLY: &str = "apiuseronly";

/// Permissions, in canonical form, that together make an administrator of whoever has them.
const ADMINISTRATOR: [&str; 3] = ["modifyalldata", "manageusers", "customizeapplication"];

fn administers(has: impl Fn(&str) -> bool) -> bool {
    ADMINISTRATOR.into_iter().all(has)
}

/// Collects the children of a principal while its elements go by.
struct Grants<'w> {
    table: &'static RecordKind,
    wanted: &'w dyn Wanted,
    /// By position of the kind of children; asked once, not for every element.
    wanted_children: Vec<bool>,
    /// A muting set: what it says takes rights away, so it must say so without contradiction.
    muting: bool,
    keep: Keep,
    children: Vec<Vec<Block>>,
    /// Grants that were taken, to take each once a file.
    taken: HashSet<(FileId, String)>,
    /// Names that a muting set also leaves alone.
    contradicted: HashSet<(usize, String)>,
}

impl<'w> Grants<'w> {
    fn new(
        table: &'static RecordKind,
        kind: PrincipalKind,
        wanted: &'w dyn Wanted,
        keep: Keep,
    ) -> Grants<'w> {
        let kept = |at: usize| keep.all.get(at).copied().unwrap_or(false);
        Grants {
            table,
            wanted,
            wanted_children: (0..table.children.len())
                .map(|at| kept(at) || wanted.child_of(table.name, at, &keep.ruled_out))
                .collect(),
            muting: kind == PrincipalKind::MutingPermissionSet,
            keep,
            children: vec![Vec::new(); table.children.len()],
            taken: HashSet::new(),
            contradicted: HashSet::new(),
        }
    }

    fn wants(&self, child: &str) -> Option<usize> {
        let (at, _) = self.table.child(child)?;
        self.wanted_children.get(at).copied().unwrap_or(false).then_some(at)
    }

    /// Any statement that is on grants; to take away, all must be on.
    fn is_on(&self, node: Node<'_>, switch: &str) -> bool {
        any_true(node, switch)
            && !(self.muting && node.all(switch).any(|flag| truth(&flag.text()) != Some(true)))
    }

    fn contradict(&mut self, child: &str, canonical: String) {
        if let Some(at) = self.wants(child).filter(|_| self.muting) {
            self.contradicted.insert((at, canonical));
        }
    }

    /// The children; of a muting set only what no other entry leaves alone.
    fn finish(mut self) -> Vec<Vec<Block>> {
        for (at, blocks) in self.children.iter_mut().enumerate() {
            if !self.contradicted.is_empty() {
                blocks.retain(|block| {
                    !block
                        .canonical_name()
                        .is_some_and(|name| self.contradicted.contains(&(at, name.to_owned())))
                });
            }
        }
        self.children
    }

    /// A muted right must be known even if nobody asks for the grant in that form.
    fn keep(&mut self, at: usize, block: Block, decisive: bool) {
        let always = decisive || self.muting || self.keep.all.get(at).copied().unwrap_or(false);
        if !always && !self.wanted.keeps(self.table.name, at, &block, &self.keep.ruled_out) {
            return;
        }
        if let Some(children) = self.children.get_mut(at) {
            children.push(block);
        }
    }

    fn take(&mut self, node: Node<'_>, element: &str) {
        match element {
            "userPermissions" => self.user_permission(node),
            "objectPermissions" => self.object(node),
            "fieldPermissions" | "fieldLevelSecurities" => self.field(node),
            "loginIpRanges" => self.login_ip_range(node),
            _ => {
                if let Some((_, named_by, switch, child)) =
                    SWITCHED.iter().find(|(name, ..)| *name == element)
                {
                    self.switched(node, named_by, switch, child);
                }
            }
        }
    }

    fn user_permission(&mut self, node: Node<'_>) {
        let on = self.is_on(node, "enabled");
        for permission in node.all("name") {
            let written = permission.text();
            if written.is_empty() {
                continue;
            }
            let canonical = name::canonical(&written);
            if !on {
                self.contradict("userPermission", canonical);
                continue;
            }
            if !self.taken.insert((node.file, canonical.clone())) {
                continue;
            }
            let decisive = self.keep.decisive
                && (canonical == API_ONLY || ADMINISTRATOR.contains(&canonical.as_str()));
            let at = if decisive {
                self.table.child("userPermission").map(|(at, _)| at)
            } else {
                self.wants("userPermission")
            };
            if let Some(at) = at {
                let block = named_block(3, &canonical, &written, permission, node);
                self.keep(at, block, decisive);
            }
        }
    }

    fn object(&mut self, node: Node<'_>) {
        let Some(at) = self.wants("object") else {
            return;
        };
        let rights = rights(node, OBJECT_RIGHTS, self.muting);
        if rights.is_empty() {
            return;
        }
        for object in node.all("object") {
            let written = object.text();
            let mut block = named_block(4, &name::canonical(&written), &written, object, node);
            if let Some(slot) = block.leaves.get_mut(1) {
                *slot = Leaf::stated(rights.clone());
            }
            self.keep(at, block, false);
        }
    }

    fn field(&mut self, node: Node<'_>) {
        let Some(at) = self.wants("field") else {
            return;
        };
        let mut rights = rights(node, &[("readable", "read"), ("editable", "edit")], self.muting);
        // Up to API 22 a field was hidden instead of readable.
        for hidden in node.all("hidden") {
            let shown = truth(&hidden.text()) == Some(false);
            if shown && !rights.iter().any(|right| &*right.written == "read") {
                rights.push(right("read", hidden));
            }
        }
        if rights.is_empty() {
            return;
        }
        for field in node.all("field") {
            let written = field.text();
            let canonical = name::canonical(&written);
            let object = canonical.split_once('.').map_or("", |(object, _)| object).to_owned();
            let object_written =
                written.split_once('.').map_or("", |(object, _)| object).to_owned();
            let mut block = named_block(4, &canonical, &written, field, node);
            if let Some(slot) = block.leaves.get_mut(1) {
                *slot = one(Value {
                    data: Data::Text(object.into()),
                    written: object_written.into(),
                    place: Some(field.value_place()),
                });
            }
            if let Some(slot) = block.leaves.get_mut(2) {
                *slot = Leaf::stated(rights.clone());
            }
            self.keep(at, block, false);
        }
    }

    fn switched(&mut self, node: Node<'_>, named_by: &str, switch: &str, child: &str) {
        let Some(at) = self.wants(child) else {
            return;
        };
        let on = self.is_on(node, switch);
        for named in node.all(named_by) {
            let written = named.text();
            if !on {
                self.contradict(child, name::canonical(&written));
                continue;
            }
            let block = named_block(2, &name::canonical(&written), &written, named, node);
            self.keep(at, block, false);
        }
    }

    fn login_ip_range(&mut self, node: Node<'_>) {
        let Some(at) = self.wants("loginIpRange") else {
            return;
        };
        let mut read = ValueReader::default();
        let here = [node];
        let leaves = ["startAddress", "endAddress", "description"]
            .iter()
            .map(|element| Leaf::stated_or(read.texts(&here, &[element]), Leaf::NONE))
            .collect();
        let block = Block { leaves, place: Some(node.start_tag()), related: Vec::new() };
        self.keep(at, block, false);
    }
}

/// A block whose first leaf is its name and whose others hold nothing yet.
fn named_block(
    leaves: usize,
    canonical: &str,
    written: &str,
    named: Node<'_>,
    node: Node<'_>,
) -> Block {
    let mut block = Block {
        leaves: vec![Leaf::NONE; leaves],
        place: Some(node.start_tag()),
        related: Vec::new(),
    };
    if let Some(slot) = block.leaves.first_mut() {
        *slot = one(Value {
            data: Data::Text(canonical.into()),
            written: written.into(),
            place: Some(named.value_place()),
        });
    }
    block
}

/// Each right once, however often it is written; with `strict` only rights that are not contradicted.
fn rights(node: Node<'_>, table: &[(&str, &str)], strict: bool) -> Vec<Value> {
    let on = |flag: &Node<'_>| truth(&flag.text()) == Some(true);
    let granted = |element: &str| {
        let contradicted = strict && node.all(element).any(|flag| !on(&flag));
        node.all(element).find(on).filter(|_| !contradicted)
    };
    table.iter().filter_map(|(element, word)| Some(right(word, granted(element)?))).collect()
}

fn right(word: &str, flag: Node<'_>) -> Value {
    Value { data: Data::Text(word.into()), written: word.into(), place: Some(flag.value_place()) }
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
