//! Permission set groups: the union of their sets, minus what is muted.

use std::collections::{HashMap, HashSet};

use super::{API_ONLY, WEEK_HOURS, administers, set_signals};
use crate::model::builder::{RecordBuilder, one};
use crate::model::integration::{Facts, Integrations, Signals};
use crate::model::node::{Node, ValueReader, stated_or_unknown};
use crate::model::origin::Origin;
use crate::model::record::{Block, Component, Data, Leaf, Place, Record, Value};
use crate::model::vocabulary::{RecordKind, record_kind};
use crate::value::name;

/// What a permission set group file says.
#[derive(Clone, Debug)]
pub struct GroupFile {
    /// The group.
    pub component: Component,
    /// Start tag of its root.
    pub place: Place,
    /// Permission sets: canonical name, written name, place.
    pub members: Vec<Value>,
    /// Muting permission sets.
    pub muting: Vec<Value>,
    /// Label and session activation.
    pub label: Leaf,
    /// `hasActivationRequired`.
    pub session_activated: Leaf,
    /// Whether the file is deployed.
    pub deployed: bool,
    /// A package brought it.
    pub foreign: bool,
}

/// Reads a permission set group.
pub fn group_file(
    root: Node<'_>,
    component: Component,
    origin: Origin<'_>,
    read: &mut ValueReader,
) -> GroupFile {
    let roots = [root];
    let foreign = origin.is_foreign(name::namespace(&component.name).as_deref());
    GroupFile {
        foreign,
        component,
        place: root.start_tag(),
        members: each_once(read.references(&roots, &["permissionSets"])),
        muting: each_once(read.references(&roots, &["mutingPermissionSets"])),
        label: stated_or_unknown(read.texts(&roots, &["label"])),
        session_activated: Leaf::stated_or(
            read.bools(&roots, &["hasActivationRequired"]),
            Leaf::defaulted(Data::Bool(false)),
        ),
        deployed: true,
    }
}

/// A set that is named twice is in the group once.
fn each_once(references: Vec<Value>) -> Vec<Value> {
    let mut seen = HashSet::new();
    references
        .into_iter()
        .filter(|value| match &value.data {
            Data::Text(name) => seen.insert(name.clone()),
            _ => true,
        })
        .collect()
}

/// Finds the record of a set by its canonical name.
pub type Lookup<'r> = dyn Fn(&str) -> Option<&'r Record> + 'r;

/// The effective rights of a group: the union of its sets minus what its muting sets take away.
/// Sets that are not in the project contribute nothing and are returned by name.
pub fn group(
    file: &GroupFile,
    integrations: &Integrations,
    sets: &Lookup<'_>,
    muting: &Lookup<'_>,
) -> Option<(Record, Vec<String>)> {
    let table = record_kind("Principal")?;
    let mut builder = RecordBuilder::new("Principal", file.component.clone(), Some(file.place))?;
    let muted = Muted::of(file, muting);
    let mut missing = Vec::new();
    let mut children: Vec<Vec<Block>> = vec![Vec::new(); table.children.len()];
    let mut licenses = Vec::new();
    let mut guest = false;
    let mut external = false;
    for member in &file.members {
        let Data::Text(canonical) = &member.data else {
            continue;
        };
        let Some(set) = sets(canonical) else {
            missing.push(member.written.to_string());
            continue;
        };
        licenses.extend(set.leaf("license").into_iter().flat_map(|leaf| leaf.values.clone()));
        guest |= set.is("guest");
        external |= set.is("external");
        let told = set.is("integration");
        for (at, blocks) in set.children.iter().enumerate() {
            for block in blocks {
                if let Some(block) = muted.reduce(table, at, block)
                    && let Some(kept) = children.get_mut(at)
                {
                    kept.push(granted_by(table, at, block, member, told));
                }
            }
        }
    }
    let permissions: HashSet<&str> = table
        .child("userPermission")
        .and_then(|(at, _)| children.get(at))
        .into_iter()
        .flatten()
        .filter_map(Block::canonical_name)
        .collect();
    let admin = administers(|permission| permissions.contains(permission));
    let namespace = name::namespace(&file.component.name);
    let facts = Facts {
        copy: &file.component.copy,
        kind: "PermissionSetGroup",
        canonical: &name::canonical(&file.component.name),
        name: &name::decode(&file.component.name),
        labels: &file.label.values,
        licenses: &licenses,
        api_only: permissions.contains(API_ONLY),
        never: file.foreign || guest || external,
    };
    set_signals(&mut builder, &Signals::of(&facts, integrations));
    builder
        .set("name", Leaf::text_reference(&file.component.name))
        .set("kind", Leaf::text("PermissionSetGroup", None))
        .set("label", file.label.clone())
        .set("license", Leaf::stated(licenses))
        .set("standard", Leaf::derived(file.foreign, None))
        .set("admin", Leaf::derived(admin, None))
        .set("guest", Leaf::derived(guest, None))
        .set("external", Leaf::derived(external, None))
        .set("sessionActivated", file.session_activated.clone())
        .set("groups", Leaf::NONE)
        .set("apps", Leaf::NONE)
        .set("weeklyLoginHours", Leaf::defaulted(Data::Number(WEEK_HOURS)))
        .set("namespace", namespace.map_or(Leaf::NONE, |ns| Leaf::text(&ns, None)));
    let mut record = builder.finish();
    record.children = children;
    record.deployed = file.deployed;
    Some((record, missing))
}

/// The block as the group has it: it points at the member, and the grant in the set is told beside it.
fn granted_by(
    table: &'static RecordKind,
    child: usize,
    mut block: Block,
    member: &Value,
    told: bool,
) -> Block {
    let grant = block.leaves.first().and_then(Leaf::place).or(block.place);
    for leaf in &mut block.leaves {
        for value in &mut leaf.values {
            value.place = member.place;
        }
    }
    if let Some(at) = table.children.get(child).and_then(|child| child.leaf("from"))
        && let Some(slot) = block.leaves.get_mut(at.0)
    {
        *slot = one(member.clone());
    }
    if told
        && let Some(at) = table.children.get(child).and_then(|child| child.leaf("fromIntegration"))
        && let Some(slot) = block.leaves.get_mut(at.0)
    {
        *slot = Leaf::derived(true, None);
    }
    if let Some(grant) = grant {
        block.related.push((grant, "granted here".into()));
    }
    block.place = member.place;
    block
}

/// What the muting sets of a group take away.
struct Muted {
    /// By kind of children and name: the rights, or everything.
    taken: HashMap<(usize, Box<str>), HashSet<Box<str>>>,
}

impl Muted {
    fn of(file: &GroupFile, muting: &Lookup<'_>) -> Muted {
        let mut taken: HashMap<(usize, Box<str>), HashSet<Box<str>>> = HashMap::new();
        for reference in &file.muting {
            let Data::Text(canonical) = &reference.data else {
                continue;
            };
            // A set that is not deployed takes nothing away.
            let Some(set) = muting(canonical).filter(|set| set.deployed) else {
                continue;
            };
            for (at, blocks) in set.children.iter().enumerate() {
                for block in blocks {
                    if let Some(name) = block.canonical_name() {
                        taken.entry((at, name.into())).or_default().extend(rights_of(block));
                    }
                }
            }
        }
        Muted { taken }
    }

    fn reduce(&self, table: &'static RecordKind, child: usize, block: &Block) -> Option<Block> {
        let name = block.canonical_name()?;
        let Some(taken) = self.taken.get(&(child, name.into())) else {
            return Some(block.clone());
        };
        let (at, _) = table.children.get(child)?.leaf("rights")?;
        let mut reduced = block.clone();
        let rights = reduced.leaves.get_mut(at)?;
        rights.values.retain(|value| match &value.data {
            Data::Text(right) => !taken.contains(right),
            _ => true,
        });
        if rights.values.is_empty() { None } else { Some(reduced) }
    }
}

fn rights_of(block: &Block) -> Vec<Box<str>> {
    block
        .leaves
        .iter()
        .skip(1)
        .flat_map(|leaf| &leaf.values)
        .filter_map(|value| match &value.data {
            Data::Text(right) => Some(right.clone()),
            _ => None,
        })
        .collect()
}
