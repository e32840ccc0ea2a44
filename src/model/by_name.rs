//! Leaves and children by their names. Conditions go by position, compiled once; what puts finished records together asks
//! by name, a few times for each component.

use crate::model::record::{Block, Data, Leaf, Record, Value};
use crate::model::vocabulary::{ChildDefinition, record_kind};

impl Value {
    /// The text in the form in which it is compared.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Leaf {
    /// The first value as a text in the form in which it is compared.
    pub fn first_text(&self) -> Option<&str> {
        self.values.first()?.text()
    }
}

impl Record {
    /// A leaf of the record itself.
    pub fn leaf(&self, name: &str) -> Option<&Leaf> {
        let (at, _) = record_kind(self.kind)?.leaf(name)?;
        self.block.leaves.get(at)
    }

    /// A leaf that is to be changed.
    pub fn leaf_mut(&mut self, name: &str) -> Option<&mut Leaf> {
        let (at, _) = record_kind(self.kind)?.leaf(name)?;
        self.block.leaves.get_mut(at)
    }

    /// Whether a leaf is true.
    pub fn is(&self, leaf: &str) -> bool {
        self.leaf(leaf).is_some_and(|leaf| leaf.is(true))
    }

    /// The name in the form in which it is compared; of records that have the leaf `name`.
    pub fn canonical_name(&self) -> Option<&str> {
        self.leaf("name")?.first_text()
    }

    /// The children of a kind.
    pub fn children_of(&self, child: &str) -> impl Iterator<Item = Child<'_>> + use<'_> {
        let found = record_kind(self.kind).and_then(|kind| kind.child(child));
        found.into_iter().flat_map(|(at, definition)| {
            let blocks = self.children.get(at).into_iter().flatten();
            blocks.map(move |block| Child { definition, block })
        })
    }
}

impl Block {
    /// The name of a child of a principal, which is its first leaf, in the form in which it is compared.
    pub fn canonical_name(&self) -> Option<&str> {
        self.leaves.first()?.first_text()
    }
}

/// One child of a record, with the table of its leaves.
#[derive(Clone, Copy)]
pub struct Child<'r> {
    definition: &'static ChildDefinition,
    /// What it holds.
    pub block: &'r Block,
}

impl<'r> Child<'r> {
    /// A leaf of the child.
    pub fn leaf(&self, name: &str) -> Option<&'r Leaf> {
        let (at, _) = self.definition.leaf(name)?;
        self.block.leaves.get(at)
    }

    /// The values of a leaf.
    pub fn values(&self, leaf: &str) -> &'r [Value] {
        self.leaf(leaf).map_or(&[], |leaf| &leaf.values)
    }
}
