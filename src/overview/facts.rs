//! What the records of a project say about those who hold rights, taken while they are there.

use std::collections::BTreeMap;
use std::ops::Deref;

use super::access::Principal;
use super::integrations::Integration;
use crate::model::read::Reading;
use crate::model::record::{Block, Leaf, Place, Record};
use crate::model::resolve::Records;
use crate::model::vocabulary::record_kind;
use crate::model::wanted::{RawShape, RuledOut, TextFind, Wanted};
use crate::project::store::FileEntry;
use crate::rule::lists::Lists;
use crate::secret::masked;
use crate::settle::location;
use crate::settle::report::Location;

/// What the records of one project say.
#[derive(Default)]
pub struct Facts {
    /// What stands for a program.
    pub integrations: Vec<Integration>,
    /// Who holds rights.
    pub principals: Vec<Principal>,
    /// How many records there are of each kind.
    pub looked_at: BTreeMap<&'static str, usize>,
}

impl Facts {
    /// Reads the records of a project; the first lists win.
    pub fn new(records: &Records, files: &[FileEntry], lists: [&Lists; 2]) -> Facts {
        let apps = records.of("OauthApp");
        let holders = records.of("Principal");
        let source = Source { files, lists };
        Facts {
            integrations: records
                .of("Integration")
                .iter()
                .map(|record| Integration::new(record, apps, holders, &source))
                .collect(),
            principals: holders
                .iter()
                .map(|record| {
                    let group = record.component.kind == "PermissionSetGroup";
                    let mut unresolved = records.unresolved_members.iter();
                    let partly =
                        group && unresolved.any(|(group, _)| *group == record.component.name);
                    Principal { partly_known: partly, ..Principal::new(record, &source) }
                })
                .collect(),
            looked_at: records.by_kind.iter().map(|(kind, list)| (*kind, list.len())).collect(),
        }
    }

    /// Every place that is to be shown with its line.
    pub fn locations(&mut self) -> impl Iterator<Item = &mut Location> {
        let integrations = self.integrations.iter_mut().flat_map(Integration::locations);
        integrations.chain(self.principals.iter_mut().flat_map(Principal::locations))
    }
}

/// What records are read with.
pub struct Source<'s> {
    files: &'s [FileEntry],
    lists: [&'s Lists; 2],
}

impl Source<'_> {
    /// A place among the files.
    pub fn location(&self, place: Option<Place>) -> Option<Location> {
        location(place?, self.files)
    }

    /// Whether a list names something.
    pub fn is_listed(&self, list: &str, name: &str) -> bool {
        let entries = self.lists.iter().find_map(|lists| lists.get(list)).map(|list| &list.entries);
        entries.is_some_and(|entries| {
            entries.iter().any(|entry| entry.value.eq_ignore_ascii_case(name))
        })
    }
}

/// The values of a leaf as people see them.
pub fn texts(leaf: Option<&Leaf>) -> Vec<String> {
    let values = leaf.into_iter().flat_map(|leaf| &leaf.values);
    values.map(|value| masked(&value.written).into_owned()).collect()
}

/// The first value of a leaf as people see it.
pub fn text(record: &Record, leaf: &str) -> Option<String> {
    texts(record.leaf(leaf)).into_iter().next()
}

/// Where a grant stands: the member set of a group before the line of the group that names it.
pub fn place_of(block: &Block) -> Option<Place> {
    block.leaves.first().and_then(Leaf::place).or(block.place)
}

/// Everything that a plan wants, and what tells who holds rights.
pub struct AndFacts<W>(pub W);

/// Kinds with the children that are read of them.
const READ: &[(&str, &[&str])] = &[
    ("Principal", &["userPermission", "object", "loginIpRange"]),
    ("Integration", &["userPermission", "object", "beyond", "missing"]),
    ("OauthApp", &["grantee"]),
];

fn is_read(kind: &str, child: usize) -> bool {
    let children = READ.iter().find(|(known, _)| *known == kind).map(|(_, children)| *children);
    let name = record_kind(kind).and_then(|kind| kind.children.get(child)).map(|child| child.name);
    children.zip(name).is_some_and(|(children, name)| children.contains(&name))
}

impl<W> Wanted for AndFacts<W>
where
    W: Deref + Sync,
    W::Target: Wanted,
{
    fn record(&self, kind: &str) -> bool {
        READ.iter().any(|(known, _)| *known == kind) || self.0.record(kind)
    }
    fn child(&self, kind: &str, child: usize) -> bool {
        is_read(kind, child) || self.0.child(kind, child)
    }
    fn child_of(&self, kind: &str, child: usize, ruled_out: &RuledOut) -> bool {
        is_read(kind, child) || self.0.child_of(kind, child, ruled_out)
    }
    fn keeps(&self, kind: &str, child: usize, block: &Block, ruled_out: &RuledOut) -> bool {
        is_read(kind, child) || self.0.keeps(kind, child, block, ruled_out)
    }
    fn ruled_out(&self, owner: &Record) -> RuledOut {
        self.0.ruled_out(owner)
    }
    fn keeps_record(&self, kind: &str, block: &Block) -> bool {
        READ.iter().any(|(known, _)| *known == kind) || self.0.keeps_record(kind, block)
    }
    fn may_keep(&self, kind: &str, child: usize, block: &Block, ruled_out: &RuledOut) -> bool {
        is_read(kind, child) || self.0.may_keep(kind, child, block, ruled_out)
    }
    fn joins_child(&self, kind: &str, child: usize, ruled_out: &RuledOut) -> bool {
        self.0.joins_child(kind, child, ruled_out)
    }
    fn lacks_known_partner(
        &self,
        kind: &str,
        child: usize,
        block: &Block,
        ruled_out: &RuledOut,
    ) -> bool {
        self.0.lacks_known_partner(kind, child, block, ruled_out)
    }
    fn joined_with<'w>(
        &'w self,
        read: &[Reading],
        complete: &[&str],
    ) -> Option<Box<dyn Wanted + 'w>> {
        Some(Box::new(AndFacts(self.0.joined_with(read, complete)?)))
    }
    fn raw(&self, metadata_type: &str) -> Option<&RawShape> {
        self.0.raw(metadata_type)
    }
    fn raw_settings(&self) -> bool {
        self.0.raw_settings()
    }
    fn text_finds(&self) -> &[TextFind] {
        self.0.text_finds()
    }
}
