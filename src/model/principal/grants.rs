//! The children of a principal: what it grants.

use std::collections::HashSet;

use super::{ADMINISTRATOR, API_ONLY, PrincipalKind};
use crate::model::builder::one;
use crate::model::escalation::is_power;
use crate::model::integration::{Integrations, Signals};
use crate::model::node::{Node, ValueReader, any_true, truth};
use crate::model::record::{Block, Data, FileId, Leaf, Record, Value};
use crate::model::vocabulary::{ChildDefinition, RecordKind, record_kind};
use crate::model::wanted::{RuledOut, Wanted};
use crate::value::name;

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

/// Elements of an object permission, with the rights that they stand for.
const OBJECT_RIGHTS: &[(&str, &str)] = &[
    ("allowRead", "read"),
    ("allowCreate", "create"),
    ("allowEdit", "edit"),
    ("allowDelete", "delete"),
    ("viewAllRecords", "viewAll"),
    ("modifyAllRecords", "modifyAll"),
    ("viewAllFields", "viewAllFields"),
];

/// Elements of a field permission, with the rights that they stand for.
const FIELD_RIGHTS: &[(&str, &str)] = &[("readable", "read"), ("editable", "edit")];
/// The leaves of a field of a principal: name, object, rights, and where it comes from.
const FIELD_LEAVES: usize = 4;

/// Which children are kept although no rule asks for them in that form.
pub(super) struct Keep {
    /// By position of the kind of children.
    all: Vec<bool>,
    /// By position of the kind of children: as what an integration that is the union of its principals has them.
    of_integration: Vec<Option<UnionChild>>,
    /// What decides what a group is: its sets and muting sets keep it.
    decisive: bool,
    /// What makes stronger: whoever looks for ways to more rights needs it of everybody.
    powers: bool,
    ruled_out: RuledOut,
}

impl Keep {
    pub fn of(
        record: &Record,
        kind: PrincipalKind,
        signals: &Signals,
        integrations: &Integrations,
        wanted: &dyn Wanted,
    ) -> Keep {
        let table = record_kind("Principal");
        let union_kind = "Integration";
        let union = record_kind(union_kind).filter(|kind| wanted.record(kind.name));
        let children = || table.into_iter().flat_map(|table| table.children);
        let asks = |name: &str| {
            union
                .and_then(|union| union.child(name))
                .is_some_and(|(at, _)| wanted.child(union_kind, at))
        };
        // A contract is about everything that its principals grant.
        let all = children().map(|child| {
            matches!(child.name, "userPermission" | "object" | "field")
                && signals.contracted
                && (asks("beyond") || asks("missing"))
        });
        let of_integration = children().map(|child| {
            let asked = signals.any() && asks(child.name);
            asked.then(|| UnionChild::of(union?, child)).flatten()
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
        let powers = wanted.record("Escalation");
        Keep {
            all: all.collect(),
            of_integration: of_integration.collect(),
            decisive,
            powers,
            ruled_out,
        }
    }

    fn all_of(&self, at: usize) -> bool {
        self.all.get(at).copied().unwrap_or(false)
    }

    fn union_child(&self, at: usize) -> Option<&UnionChild> {
        self.of_integration.get(at)?.as_ref()
    }
}

/// What children of a principal are among the children of an integration.
struct UnionChild {
    kind: &'static str,
    at: usize,
    /// For each leaf the one that it is taken from; what others decide has none.
    leaves: Vec<Option<usize>>,
}

impl UnionChild {
    fn of(union: &'static RecordKind, child: &ChildDefinition) -> Option<UnionChild> {
        let (at, definition) = union.child(child.name)?;
        let same = |leaf: &str| child.leaves.iter().position(|own| own.name == leaf);
        let leaves = definition.leaves.iter().map(|leaf| same(leaf.name)).collect();
        Some(UnionChild { kind: union.name, at, leaves })
    }

    /// The child as far as it is known before the integration is.
    fn block(&self, own: &Block) -> Block {
        let taken = |at: &Option<usize>| at.and_then(|at| own.leaves.get(at)).cloned();
        let leaves = self.leaves.iter().map(|at| taken(at).unwrap_or(Leaf::UNKNOWN)).collect();
        Block { leaves, place: own.place, related: Vec::new() }
    }
}

/// The record with what only other files decide as unknown.
fn with_open_leaves(record: &Record) -> Record {
    let mut open = Record { children: Vec::new(), ..record.clone() };
    for name in ["groups", "apps"] {
        if let Some(slot) = open.leaf_mut(name) {
            *slot = Leaf::UNKNOWN;
        }
    }
    open
}

/// Collects the children of a principal while its elements go by.
pub(super) struct Grants<'w> {
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
    /// By position of the kind of children: one that names what is not in the project was kept, or nobody asks for that.
    not_in_project: Vec<bool>,
    /// Whether a field with these rights is worth reading on: most are not, and a profile has tens of thousands. By whether
    /// it may be read (1) and edited (2).
    field_rights: [bool; 4],
}

impl<'w> Grants<'w> {
    pub fn new(
        table: &'static RecordKind,
        kind: PrincipalKind,
        wanted: &'w dyn Wanted,
        keep: Keep,
    ) -> Grants<'w> {
        let kept = |at: usize| keep.all_of(at) || keep.union_child(at).is_some();
        let joins_union = |at: usize| {
            keep.union_child(at)
                .is_some_and(|union| wanted.joins_child(union.kind, union.at, &RuledOut::default()))
        };
        let field_rights = field_rights(table, kind, wanted, &keep);
        Grants {
            table,
            wanted,
            wanted_children: (0..table.children.len())
                .map(|at| kept(at) || wanted.child_of(table.name, at, &keep.ruled_out))
                .collect(),
            not_in_project: (0..table.children.len())
                .map(|at| !wanted.joins_child(table.name, at, &keep.ruled_out) && !joins_union(at))
                .collect(),
            muting: kind == PrincipalKind::MutingPermissionSet,
            keep,
            children: vec![Vec::new(); table.children.len()],
            taken: HashSet::new(),
            contradicted: HashSet::new(),
            field_rights,
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
    pub fn finish(mut self) -> Vec<Vec<Block>> {
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
        let always = decisive || self.muting || self.keep.all_of(at);
        if !always
            && !self.asked(at, &block, &|kind, at, block, ruled_out| {
                self.wanted.keeps(kind, at, block, ruled_out)
            })
        {
            // One stands for all that cannot be judged, so that this is told and costs no memory.
            let told = self.not_in_project.get(at).copied().unwrap_or(true);
            if told
                || !self.asked(at, &block, &|kind, at, block, ruled_out| {
                    self.wanted.lacks_known_partner(kind, at, block, ruled_out)
                })
            {
                return;
            }
            if let Some(slot) = self.not_in_project.get_mut(at) {
                *slot = true;
            }
        }
        if let Some(children) = self.children.get_mut(at) {
            children.push(block);
        }
    }

    /// What is answered about a child, or about what it becomes as a part of an integration.
    fn asked(
        &self,
        at: usize,
        block: &Block,
        answer: &dyn Fn(&str, usize, &Block, &RuledOut) -> bool,
    ) -> bool {
        answer(self.table.name, at, block, &self.keep.ruled_out)
            || self.keep.union_child(at).is_some_and(|union| {
                answer(union.kind, union.at, &union.block(block), &RuledOut::default())
            })
    }

    pub fn take(&mut self, node: Node<'_>, element: &str) {
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
                && (canonical == API_ONLY || ADMINISTRATOR.contains(&canonical.as_str()))
                || self.keep.powers && is_power(&canonical);
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
        let combination = field_combination(node);
        if !self.field_rights.get(combination).copied().unwrap_or(true) {
            return;
        }
        let mut rights = rights(node, FIELD_RIGHTS, self.muting);
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
            let mut block = named_block(FIELD_LEAVES, &canonical, &written, field, node);
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

/// The rights that an entry may give on its field: to read it (1) and to edit it (2). Most are read no further, so this
/// goes over the entry once.
fn field_combination(node: Node<'_>) -> usize {
    node.element
        .children()
        .map(|child| match child.name() {
            "readable" if truth(&child.text()) == Some(true) => 1,
            "editable" if truth(&child.text()) == Some(true) => 2,
            // Up to API 22 a field was hidden instead of readable.
            "hidden" if truth(&child.text()) == Some(false) => 1,
            _ => 0,
        })
        .fold(0, |all, right| all | right)
}

/// For each combination of the rights on a field whether anybody may ask about a field that has it.
fn field_rights(
    table: &'static RecordKind,
    kind: PrincipalKind,
    wanted: &dyn Wanted,
    keep: &Keep,
) -> [bool; 4] {
    let Some((at, _)) = table.child("field") else { return [true; 4] };
    let always = kind == PrincipalKind::MutingPermissionSet || keep.all_of(at);
    [0, 1, 2, 3].map(|combination: usize| {
        let has = |at: usize| combination & (1 << at) != 0;
        let words = FIELD_RIGHTS.iter().enumerate().filter(|(at, _)| has(*at));
        let rights = words.flat_map(|(_, (_, word))| Leaf::text(word, None).values).collect();
        let mut block =
            Block { leaves: vec![Leaf::UNKNOWN; FIELD_LEAVES], place: None, related: Vec::new() };
        if let Some(slot) = block.leaves.get_mut(2) {
            *slot = Leaf::stated(rights);
        }
        let of_union = || {
            keep.union_child(at).is_some_and(|union| {
                wanted.may_keep(union.kind, union.at, &union.block(&block), &RuledOut::default())
            })
        };
        let asked = || wanted.may_keep(table.name, at, &block, &keep.ruled_out) || of_union();
        combination != 0 && (always || asked())
    })
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
        leaves: (0..leaves).map(|_| Leaf::NONE).collect(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, SourceText};
    use proptest::prelude::*;

    proptest! {
        /// One look at an entry says the same as one for each of its elements.
        #[test]
        fn a_field_entry_is_read_once_and_right(
            entries in proptest::collection::vec(
                ("(readable|editable|hidden|field)", "(true|TRUE|1|false|0| true |yes|)", "( xsi:nil=\"true\")?"),
                0..6,
            ),
        ) {
            let inner: String = entries
                .iter()
                .map(|(name, value, nil)| format!("<{name}{nil}>{value}</{name}>"))
                .collect();
            let source = SourceText::decode(format!("<f>{inner}</f>").into_bytes()).unwrap();
            let mut document = Document::new();
            document.parse(&source).unwrap();
            let node = Node { file: FileId(0), element: document.root(&source).unwrap() };
            let shown = node.all("hidden").any(|flag| truth(&flag.text()) == Some(false));
            let read = any_true(node, "readable") || shown;
            let edit = any_true(node, "editable");
            prop_assert_eq!(field_combination(node), usize::from(read) + 2 * usize::from(edit), "{}", inner);
        }
    }
}
