//! What facts are printed and counted by: the leaves of a record kind, or all elements of a metadata type.

use crate::model::vocabulary::{LeafDefinition, LeafType, RecordKind};
use crate::model::wanted::{RawChild, RawShape, Wanted};
use crate::schema::{self, Element, ElementType, MetadataType};

/// Names and types of leaves, in the order of a record's.
pub(super) struct Table<'a> {
    pub leaves: Vec<(&'a str, LeafType)>,
    pub children: Vec<(&'a str, Vec<(&'a str, LeafType)>)>,
}

impl<'a> Table<'a> {
    /// That of a record kind.
    pub fn of(kind: &'static RecordKind) -> Table<'a> {
        let list = |leaves: &'static [LeafDefinition]| {
            leaves.iter().map(|leaf| (leaf.name, leaf.leaf_type)).collect()
        };
        let children = kind.children.iter().map(|child| (child.name, list(child.leaves)));
        Table { leaves: list(kind.leaves), children: children.collect() }
    }
}

/// Wants one metadata type with all that is written in it.
pub(super) struct Written {
    pub shape: RawShape,
    leaves: Vec<LeafType>,
    children: Vec<Vec<LeafType>>,
}

impl Written {
    /// `None` if there is no such type.
    pub fn new(metadata_type: &str) -> Option<Written> {
        let root = schema::root(metadata_type)?;
        let mut flat = Vec::new();
        let mut repeated = Vec::new();
        collect(root, true, &mut flat, &mut repeated);
        let mut shape = RawShape { metadata_type: root.name(), ..RawShape::default() };
        let mut children = Vec::new();
        for (path, of) in repeated {
            let mut below = Vec::new();
            collect(of, false, &mut below, &mut Vec::new());
            let (leaves, types) = below.into_iter().unzip();
            shape.children.push(RawChild { path, leaves });
            children.push(types);
        }
        let leaves;
        (shape.leaves, leaves) = flat.into_iter().unzip();
        Some(Written { shape, leaves, children })
    }

    /// The table that its records are counted by.
    pub fn table(&self) -> Table<'_> {
        Table {
            leaves: pairs(&self.shape.leaves, &self.leaves),
            children: self
                .shape
                .children
                .iter()
                .zip(&self.children)
                .map(|(child, types)| (child.path.as_str(), pairs(&child.leaves, types)))
                .collect(),
        }
    }
}

fn pairs<'a>(names: &'a [String], types: &[LeafType]) -> Vec<(&'a str, LeafType)> {
    names.iter().map(String::as_str).zip(types.iter().copied()).collect()
}

/// Dotted paths of all elements that hold values, and with `divide` the repeated elements with children apart. A type
/// inside itself is looked into once.
fn collect(
    root: MetadataType,
    divide: bool,
    flat: &mut Vec<(String, LeafType)>,
    repeated: &mut Vec<(String, MetadataType)>,
) {
    let mut open = vec![(root, String::new(), vec![root.name()])];
    while let Some((at, path, inside)) = open.pop() {
        for element in at.elements() {
            let below = if path.is_empty() {
                element.name.to_owned()
            } else {
                format!("{path}.{}", element.name)
            };
            match element.ty {
                ElementType::Complex(of) if divide && element.repeated => {
                    repeated.push((below, of))
                }
                ElementType::Complex(of) if !inside.contains(&of.name()) => {
                    let mut inside = inside.clone();
                    inside.push(of.name());
                    open.push((of, below, inside));
                }
                ElementType::Complex(_) => {}
                _ => flat.push((below, leaf_type(element))),
            }
        }
    }
}

fn leaf_type(element: Element) -> LeafType {
    match element.ty {
        ElementType::Boolean => LeafType::Bool,
        ElementType::Number => LeafType::Number,
        ElementType::Enum(_) => LeafType::OpenEnum,
        _ => LeafType::Text,
    }
}

impl Wanted for Written {
    fn record(&self, _kind: &str) -> bool {
        false
    }
    fn raw(&self, metadata_type: &str) -> Option<&RawShape> {
        (metadata_type == self.shape.metadata_type).then_some(&self.shape)
    }
    fn raw_settings(&self) -> bool {
        self.shape.metadata_type.ends_with("Settings")
    }
}
