//! Fills the leaves of a record by their names in the vocabulary.

use crate::model::record::{Block, Component, Data, Leaf, Place, Record, State, Value};
use crate::model::vocabulary::{ChildDefinition, RecordKind, record_kind};

/// A record under construction. Leaves that are not set stay unknown.
pub struct RecordBuilder {
    kind: &'static RecordKind,
    record: Record,
}

impl RecordBuilder {
    /// Starts a record of a kind; `None` when the vocabulary has no such kind.
    pub fn new(kind: &str, component: Component, place: Option<Place>) -> Option<RecordBuilder> {
        let kind = record_kind(kind)?;
        Some(RecordBuilder {
            kind,
            record: Record {
                kind: kind.name,
                component,
                block: Block {
                    leaves: kind.leaves.iter().map(|_| Leaf::UNKNOWN).collect(),
                    place,
                    related: Vec::new(),
                },
                children: kind.children.iter().map(|_| Vec::new()).collect(),
                deployed: true,
            },
        })
    }

    /// Sets a leaf.
    pub fn set(&mut self, name: &str, leaf: Leaf) -> &mut Self {
        debug_assert!(self.kind.leaf(name).is_some(), "{} has no leaf {name}", self.kind.name);
        if let Some(slot) =
            self.kind.leaf(name).and_then(|(at, _)| self.record.block.leaves.get_mut(at))
        {
            *slot = leaf;
        }
        self
    }

    /// What is known so far.
    pub fn block(&self) -> &Block {
        &self.record.block
    }

    /// A leaf that was set before.
    pub fn leaf(&self, name: &str) -> &Leaf {
        static UNKNOWN: Leaf = Leaf::UNKNOWN;
        self.kind
            .leaf(name)
            .and_then(|(at, _)| self.record.block.leaves.get(at))
            .unwrap_or(&UNKNOWN)
    }

    /// Adds children.
    pub fn children(&mut self, name: &str, blocks: Vec<Block>) -> &mut Self {
        debug_assert!(self.kind.child(name).is_some(), "{} has no child {name}", self.kind.name);
        if let Some(slot) =
            self.kind.child(name).and_then(|(at, _)| self.record.children.get_mut(at))
        {
            slot.extend(blocks);
        }
        self
    }

    /// The finished record, with this for every leaf about which nothing is known.
    pub fn finish_with(mut self, filler: &Leaf) -> Record {
        for leaf in &mut self.record.block.leaves {
            if leaf.state == State::Unknown {
                *leaf = filler.clone();
            }
        }
        self.record
    }

    /// The finished record.
    pub fn finish(self) -> Record {
        self.record
    }
}

/// Children of one kind, filled by leaf name.
pub struct ChildBuilder {
    definition: &'static ChildDefinition,
}

impl ChildBuilder {
    /// For a kind of children; `None` when the vocabulary has none of that name.
    pub fn new(kind: &str, child: &str) -> Option<ChildBuilder> {
        let (_, definition) = record_kind(kind)?.child(child)?;
        Some(ChildBuilder { definition })
    }

    /// One child with these leaves; the others hold nothing.
    pub fn block(&self, place: Option<Place>, leaves: Vec<(&str, Leaf)>) -> Block {
        let empty = self.definition.leaves.iter().map(|_| Leaf::NONE).collect();
        let mut block = Block { leaves: empty, place, related: Vec::new() };
        for (name, leaf) in leaves {
            debug_assert!(self.definition.leaf(name).is_some(), "no leaf {name}");
            if let Some(slot) =
                self.definition.leaf(name).and_then(|(at, _)| block.leaves.get_mut(at))
            {
                *slot = leaf;
            }
        }
        block
    }
}

/// A single stated value.
pub fn one(value: Value) -> Leaf {
    Leaf::stated(vec![value])
}

/// A single stated text.
pub fn stated_text(canonical: &str, written: &str, place: Place) -> Leaf {
    one(Value { data: Data::Text(canonical.into()), written: written.into(), place: Some(place) })
}
