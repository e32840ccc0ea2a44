//! Metadata types as they are written: only what is stated, in the paths that somebody asked for.

use crate::model::node::{Node, ValueReader};
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

/// One component of a metadata type. Parts of a decomposed permission set are read as if they stood in its file.
pub fn raw_record(
    shape: &RawShape,
    files: &PrincipalFiles<'_>,
    component: Component,
) -> Option<Record> {
    let root_type = schema::root(shape.metadata_type)?;
    let mut read = ValueReader::default();
    let place = files
        .roots
        .first()
        .or(files.entries.first().map(|(_, node)| node))
        .map(|node| node.start_tag());
    let name = component.name.clone();
    let leaves = shape
        .leaves
        .iter()
        .map(|path| {
            let nodes = nodes(files, path);
            if nodes.is_empty() && path == "name" && root_type.element("name").is_none() {
                return Leaf::text_reference(&name);
            }
            values(&nodes, path, element_type(root_type, path), &mut read)
        })
        .collect();
    let children = shape
        .children
        .iter()
        .map(|child| {
            let child_type = match element_type(root_type, &child.path) {
                Some(ElementType::Complex(complex)) => Some(complex),
                _ => None,
            };
            nodes(files, &child.path)
                .into_iter()
                .map(|node| Block {
                    leaves: child
                        .leaves
                        .iter()
                        .map(|path| {
                            let names: Vec<&str> = path.split('.').collect();
                            let found = crate::model::node::descend(&[node], &names);
                            let leaf_type =
                                child_type.and_then(|complex| element_type(complex, path));
                            values(&found, path, leaf_type, &mut read)
                        })
                        .collect(),
                    place: Some(node.start_tag()),
                    related: Vec::new(),
                })
                .collect()
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

fn element_type(root: MetadataType, path: &str) -> Option<ElementType> {
    let names: Vec<&str> = path.split('.').collect();
    schema::resolve(root, &names).ok().map(|element| element.ty)
}

fn nodes<'a>(files: &PrincipalFiles<'a>, path: &str) -> Vec<Node<'a>> {
    let names: Vec<&str> = path.split('.').collect();
    let mut found = crate::model::node::descend(&files.roots, &names);
    if let Some((first, rest)) = names.split_first() {
        let entries: Vec<Node<'a>> = files
            .entries
            .iter()
            .filter(|(element, _)| element == first)
            .map(|(_, node)| *node)
            .collect();
        found.extend(crate::model::node::descend(&entries, rest));
    }
    found
}

fn values(
    nodes: &[Node<'_>],
    path: &str,
    leaf_type: Option<ElementType>,
    read: &mut ValueReader,
) -> Leaf {
    let is_marker = MARKERS.contains(&path.rsplit('.').next().unwrap_or_default());
    let stated = match leaf_type {
        Some(ElementType::Boolean) => read.bools(nodes, &[]),
        Some(ElementType::Number) => read.numbers(nodes, &[]),
        Some(ElementType::Date) => read.dates(nodes, &[]),
        _ if is_marker => there(nodes),
        Some(ElementType::Complex(_)) => there(nodes),
        _ => read.texts(nodes, &[]),
    };
    Leaf::stated_or(stated, Leaf::ABSENT)
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
