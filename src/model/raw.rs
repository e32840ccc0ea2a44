//! Metadata types as they are written: only what is stated, in the paths that somebody asked for.

use crate::model::node::{Node, ValueReader, descend};
use crate::model::principal::PrincipalFiles;
use crate::model::record::{Block, Component, Data, Leaf, Record, Value};
use crate::model::wanted::RawShape;
use crate::schema::{self, ElementType, MetadataType};

/// Files that hold one part of a component: the type of the file, that of the component, and the element that the part
/// would be in the component's own file (source format can split them).
const PARTS: &[(&str, &str, &str)] = &[
    ("SharingCriteriaRule", "SharingRules", "sharingCriteriaRules"),
    ("SharingGuestRule", "SharingRules", "sharingGuestRules"),
    ("SharingOwnerRule", "SharingRules", "sharingOwnerRules"),
    ("SharingTerritoryRule", "SharingRules", "sharingTerritoryRules"),
];

/// Components that stand inside of another one's file in the format of the Metadata API: the type of the file, the
/// element, and the type that the element is in a file of its own.
const INLINE: &[(&str, &str, &str)] = &[("CustomObject", "webLinks", "WebLink")];

/// The components that can stand in a file of this type: the element and the type of each.
pub fn inline_in(metadata_type: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    INLINE
        .iter()
        .filter(move |(whole, ..)| *whole == metadata_type)
        .map(|(_, at, part)| (*at, *part))
}

/// Elements that say something by being there: they never have a value.
const MARKERS: &[&str] = &[
    "allCustomerPortalUsers",
    "allInternalUsers",
    "allPartnerUsers",
    "allRestrictedEmployeeUsers",
];

/// The type of the component that a file of this type holds a part of, and the element that the part would be.
pub fn whole_of(metadata_type: &str) -> Option<(&'static str, &'static str)> {
    let known = PARTS.iter().find(|(part, ..)| *part == metadata_type);
    known.map(|(_, whole, element)| (*whole, *element))
}

/// A path below an element, with what the schema says of it: looked up once for all files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct TypedPath {
    names: Vec<String>,
    leaf_type: Option<ElementType>,
    is_marker: bool,
}

/// The paths of a shape with their types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedShape {
    leaves: Vec<TypedPath>,
    /// The position of the leaf that stands for the name of the component.
    name: Option<usize>,
    children: Vec<(TypedPath, Vec<TypedPath>)>,
}

impl TypedShape {
    /// Looks up what a shape asks for.
    pub fn of(shape: &RawShape) -> TypedShape {
        let root = schema::root(shape.metadata_type);
        let has_name = root.is_some_and(|root| root.element("name").is_some());
        let children = shape.children.iter().map(|child| {
            let own = TypedPath::of(root, &child.path);
            let inner = match own.leaf_type {
                Some(ElementType::Complex(inner)) => Some(inner),
                _ => None,
            };
            (own, child.leaves.iter().map(|path| TypedPath::of(inner, path)).collect())
        });
        TypedShape {
            leaves: shape.leaves.iter().map(|path| TypedPath::of(root, path)).collect(),
            name: shape.leaves.iter().position(|path| path == "name").filter(|_| !has_name),
            children: children.collect(),
        }
    }
}

impl TypedPath {
    fn of(parent: Option<MetadataType>, path: &str) -> TypedPath {
        let names: Vec<&str> = path.split('.').collect();
        TypedPath {
            leaf_type: parent.and_then(|parent| Some(schema::resolve(parent, &names).ok()?.ty)),
            is_marker: names.last().is_some_and(|last| MARKERS.contains(last)),
            names: names.into_iter().map(str::to_owned).collect(),
        }
    }

    fn below<'a>(&self, nodes: &[Node<'a>]) -> Vec<Node<'a>> {
        descend(nodes, &self.names)
    }

    fn in_files<'a>(&self, files: &PrincipalFiles<'a>) -> Vec<Node<'a>> {
        let mut found = self.below(&files.roots);
        if let Some((first, rest)) = self.names.split_first().filter(|_| !files.entries.is_empty())
        {
            let entries = files.entries.iter().filter(|(element, _)| element == first);
            let entries: Vec<Node<'a>> = entries.map(|(_, node)| *node).collect();
            found.extend(descend(&entries, rest));
        }
        found
    }

    fn values(&self, nodes: &[Node<'_>], read: &mut ValueReader) -> Leaf {
        let stated = match self.leaf_type {
            _ if nodes.is_empty() => Vec::new(),
            Some(ElementType::Boolean) => read.bools(nodes, &[]),
            Some(ElementType::Number) => read.numbers(nodes, &[]),
            Some(ElementType::Date) => read.dates(nodes, &[]),
            Some(ElementType::Complex(_)) => there(nodes),
            _ if self.is_marker => there(nodes),
            _ => read.texts(nodes, &[]),
        };
        Leaf::stated_or(stated, Leaf::ABSENT)
    }
}

/// One component of a metadata type. Parts of a decomposed permission set are read as if they stood in its file.
pub fn raw_record(
    shape: &RawShape,
    files: &PrincipalFiles<'_>,
    component: Component,
) -> Option<Record> {
    let typed = shape.typed();
    let mut read = ValueReader::default();
    let place = files
        .roots
        .first()
        .or(files.entries.first().map(|(_, node)| node))
        .map(|node| node.start_tag());
    let mut leaves: Vec<Leaf> =
        typed.leaves.iter().map(|path| path.values(&path.in_files(files), &mut read)).collect();
    if let Some(leaf) = typed.name.and_then(|at| leaves.get_mut(at)) {
        *leaf = Leaf::text_reference(&component.name);
    }
    let block_of = |node: Node<'_>, paths: &[TypedPath], read: &mut ValueReader| Block {
        leaves: paths.iter().map(|path| path.values(&path.below(&[node]), read)).collect(),
        place: Some(node.start_tag()),
        related: Vec::new(),
    };
    let children = typed
        .children
        .iter()
        .map(|(child, paths)| {
            let nodes = child.in_files(files).into_iter();
            nodes.map(|node| block_of(node, paths, &mut read)).collect()
        })
        .collect();
    Some(Record {
        kind: shape.metadata_type,
        component,
        block: Block { leaves, place, related: Vec::new() },
        children,
        deployed: true,
    })
}

/// Values that say no more than where an element stands.
fn there(nodes: &[Node<'_>]) -> Vec<Value> {
    nodes
        .iter()
        .map(|node| Value {
            data: Data::Text("".into()),
            written: "".into(),
            place: Some(node.start_tag()),
        })
        .collect()
}
