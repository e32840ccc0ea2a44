//! The leaves that a clause of a rule sees, from the tables that rules are checked against.

use super::facts::ClauseFacts;
use super::item::{Item, ItemKind};
use crate::model::vocabulary::{
    ChildDefinition, LeafDefinition, LeafType, Part, RecordKind, record_kind, record_kinds,
};
use crate::schema::{self, Element, ElementType, MetadataType};

/// How deep elements are listed as dotted paths; types may refer to themselves.
const DEPTH: usize = 4;
/// More paths are not listed.
const MOST: usize = 2000;

/// Whose leaves are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Those of the block: `where`.
    Block,
    /// Those of its owner: `of`.
    Owner,
}

/// A leaf, a part, an element or a kind of children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Its name.
    pub name: String,
    /// What it holds, in a word.
    pub form: String,
    /// What it says.
    pub about: String,
    /// The values it can have, when there are few.
    pub values: Vec<&'static str>,
    /// It is true or false.
    pub is_bool: bool,
    /// A rule may write it.
    pub settable: bool,
    /// It holds others: children or elements.
    pub holds_others: bool,
}

impl Leaf {
    /// As something to offer.
    pub fn item(&self) -> Item {
        let values = match self.values.as_slice() {
            [] => String::new(),
            values => format!("\n\nOne of {}.", values.join(", ")),
        };
        Item::new(&self.name, ItemKind::Leaf)
            .detail(&self.form)
            .about(format!("{}{values}", self.about))
    }
}

#[derive(Clone, Copy)]
enum Level {
    Record(&'static RecordKind),
    Child(&'static ChildDefinition),
    /// A type, and whether it is the kind itself.
    Raw(MetadataType, bool),
}

/// All kinds: records, then metadata types.
pub fn kinds() -> Vec<Item> {
    let records = record_kinds().iter().map(|kind| {
        let sources = match kind.sources {
            [] => String::new(),
            sources => format!("\n\nRead from {}.", sources.join(", ")),
        };
        Item::new(kind.name, ItemKind::Kind)
            .detail("record")
            .about(format!("{}{sources}", kind.about))
    });
    let raw = schema::roots().map(|raw| {
        Item::new(raw.name(), ItemKind::Kind).detail("metadata type").about("As it is written.")
    });
    records.chain(raw).collect()
}

/// What may stand behind these names in the conditions of a clause. Of several kinds what all of them have.
pub fn leaves(clause: &ClauseFacts, side: Side, names: &[&str]) -> Vec<Leaf> {
    let mut levels = levels(clause, side).into_iter();
    let Some(first) = levels.next() else { return Vec::new() };
    let mut found = inner(first, names);
    for level in levels {
        let others = inner(level, names);
        found.retain(|leaf| others.iter().any(|other| other.name == leaf.name));
    }
    found
}

/// The leaf with these names.
pub fn leaf(clause: &ClauseFacts, side: Side, names: &[&str]) -> Option<Leaf> {
    let (last, before) = names.split_last()?;
    leaves(clause, side, before).into_iter().find(|leaf| leaf.name == *last)
}

/// All leaves as dotted paths, parts and elements of elements included.
pub fn paths(clause: &ClauseFacts, side: Side) -> Vec<Leaf> {
    let mut found = Vec::new();
    let mut open = vec![(leaves(clause, side, &[]), String::new(), 1)];
    while let Some((leaves, before, depth)) = open.pop() {
        for mut leaf in leaves {
            if found.len() >= MOST {
                return found;
            }
            leaf.name = format!("{before}{}", leaf.name);
            if depth < DEPTH {
                let names: Vec<&str> = leaf.name.split('.').collect();
                let below = self::leaves(clause, side, &names);
                if !below.is_empty() {
                    open.push((below, format!("{}.", leaf.name), depth + 1));
                }
            }
            found.push(leaf);
        }
    }
    found
}

/// What `each` can name: kinds of children, and elements that hold elements.
pub fn children(clause: &ClauseFacts) -> Vec<Leaf> {
    let is_raw = clause.kinds.iter().any(|kind| record_kind(kind).is_none());
    let all = if is_raw { paths(clause, Side::Owner) } else { leaves(clause, Side::Owner, &[]) };
    all.into_iter().filter(|leaf| leaf.holds_others && leaf.name != "find").collect()
}

fn levels(clause: &ClauseFacts, side: Side) -> Vec<Level> {
    let of = |name: &String| match record_kind(name) {
        Some(kind) => Some(Level::Record(kind)),
        None => schema::root(name).map(|raw| Level::Raw(raw, true)),
    };
    let owners = clause.kinds.iter().filter_map(of);
    let each = clause.each.as_deref().or_else(|| clause.find.as_ref().map(|_| "find"));
    match (side, each) {
        (Side::Block, Some(each)) => owners.filter_map(|level| child(level, each)).collect(),
        _ => owners.collect(),
    }
}

fn child(level: Level, each: &str) -> Option<Level> {
    match level {
        Level::Record(kind) => kind.child(each).map(|(_, child)| Level::Child(child)),
        Level::Child(_) => None,
        Level::Raw(kind, _) => {
            let names: Vec<&str> = each.split('.').collect();
            walk(kind, &names).map(|inner| Level::Raw(inner, false))
        }
    }
}

fn walk(kind: MetadataType, names: &[&str]) -> Option<MetadataType> {
    names.iter().try_fold(kind, |at, name| match at.element(name)?.ty {
        ElementType::Complex(inner) => Some(inner),
        _ => None,
    })
}

fn inner(level: Level, names: &[&str]) -> Vec<Leaf> {
    let of_leaves = |leaves: &'static [LeafDefinition]| match names {
        [] => leaves.iter().map(defined).collect(),
        [name] => parts(leaves, name),
        _ => Vec::new(),
    };
    match level {
        Level::Record(kind) => {
            let mut found = of_leaves(kind.leaves);
            if names.is_empty() {
                found.extend(kind.children.iter().map(as_leaf));
            }
            found
        }
        Level::Child(child) => of_leaves(child.leaves),
        Level::Raw(kind, is_root) => {
            let Some(at) = walk(kind, names) else { return Vec::new() };
            let mut found: Vec<Leaf> = at.elements().map(element).collect();
            if is_root && names.is_empty() && at.element("name").is_none() {
                let about = "The name of the component.".to_owned();
                found.push(Leaf { about, ..plain("name", LeafType::Reference) });
            }
            found
        }
    }
}

fn plain(name: &str, leaf_type: LeafType) -> Leaf {
    let values = if let LeafType::Enum(values) = leaf_type { values } else { &[] };
    Leaf {
        name: name.to_owned(),
        form: leaf_type.word().to_owned(),
        about: String::new(),
        values: values.to_vec(),
        is_bool: leaf_type == LeafType::Bool,
        settable: false,
        holds_others: leaf_type == LeafType::Child,
    }
}

fn defined(leaf: &'static LeafDefinition) -> Leaf {
    let known = plain(leaf.name, leaf.leaf_type);
    let several = if leaf.repeated { "list of " } else { "" };
    let form = format!("{several}{}", known.form);
    Leaf { form, about: leaf.about.to_owned(), settable: leaf.settable, ..known }
}

fn as_leaf(child: &'static ChildDefinition) -> Leaf {
    let about = format!("{} (as a leaf it stands for {})", child.about, child.named_by);
    Leaf { about, ..plain(child.name, LeafType::Child) }
}

fn parts(leaves: &'static [LeafDefinition], name: &str) -> Vec<Leaf> {
    let Some(leaf) = leaves.iter().find(|leaf| leaf.name == name) else { return Vec::new() };
    let parts = Part::of(leaf.leaf_type).iter();
    parts
        .map(|(part, _, leaf_type)| Leaf {
            about: format!("Part of {name}."),
            ..plain(part, *leaf_type)
        })
        .collect()
}

fn element(element: Element) -> Leaf {
    let values: Vec<&str> = match element.ty {
        ElementType::Enum(values) => values.values().collect(),
        _ => Vec::new(),
    };
    let holds_others = matches!(element.ty, ElementType::Complex(_));
    let several = if element.repeated { "list of " } else { "" };
    Leaf {
        name: element.name.to_owned(),
        form: format!("{several}{}", element.ty),
        about: String::new(),
        values,
        is_bool: element.ty == ElementType::Boolean,
        settable: !element.repeated && !holds_others,
        holds_others,
    }
}
