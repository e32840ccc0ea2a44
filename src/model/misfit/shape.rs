//! The elements of a metadata type, laid out for comparing a file with them: looking a name up in the text of the table
//! takes a thousand times as long.

use std::sync::OnceLock;

use super::CHECKED;
use crate::schema::{self, Element, ElementType, Enumeration, MetadataType};

/// What an element may hold.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holds {
    /// Anything, children included.
    Anything,
    Boolean,
    Number,
    Enum(Enumeration),
    /// Children, by position of their type.
    Children(usize),
}

/// One complex type.
#[derive(Debug)]
pub(super) struct Part {
    pub of: MetadataType,
    pub elements: Vec<(&'static str, Holds)>,
}

impl Part {
    /// Where an element stands in the type, and what it holds; looked for at a position and the one after it first.
    pub fn position(&self, name: &str, near: usize) -> Option<(usize, Holds)> {
        for at in [near, near + 1] {
            match self.elements.get(at) {
                Some((known, holds)) if *known == name => return Some((at, *holds)),
                _ => {}
            }
        }
        let at = self.elements.iter().position(|(known, _)| *known == name)?;
        self.elements.get(at).map(|(_, holds)| (at, *holds))
    }
}

/// A metadata type with all types inside it; the root comes first.
#[derive(Debug)]
pub(super) struct Shape {
    pub parts: Vec<Part>,
}

impl Shape {
    /// The shape of a checked type; it is laid out once a run.
    pub fn of(metadata_type: &str) -> Option<&'static Shape> {
        static SHAPES: [OnceLock<Option<Shape>>; CHECKED.len()] =
            [const { OnceLock::new() }; CHECKED.len()];
        let at = CHECKED.iter().position(|known| *known == metadata_type)?;
        SHAPES.get(at)?.get_or_init(|| schema::root(metadata_type).map(Shape::new)).as_ref()
    }

    fn new(root: MetadataType) -> Shape {
        let mut types = vec![root];
        let mut parts = Vec::new();
        while let Some(of) = types.get(parts.len()).copied() {
            let elements =
                of.elements().map(|element| (element.name, holds(element, &mut types))).collect();
            parts.push(Part { of, elements });
        }
        Shape { parts }
    }

    /// Dotted paths of elements with this name, shortest first.
    pub fn paths_to(&self, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        if !self.parts.iter().any(|part| part.position(name, 0).is_some()) {
            return found;
        }
        let mut open = vec![(0, String::new())];
        let mut seen = vec![false; self.parts.len()];
        let mut at = 0;
        while let Some((part, path)) = open.get(at).cloned() {
            at += 1;
            let Some(seen) = seen.get_mut(part) else { continue };
            if std::mem::replace(seen, true) {
                continue;
            }
            for (element, holds) in self.parts.get(part).into_iter().flat_map(|one| &one.elements) {
                let below = if path.is_empty() {
                    (*element).to_owned()
                } else {
                    format!("{path}.{element}")
                };
                if *element == name {
                    found.push(below.clone());
                }
                if let Holds::Children(child) = holds {
                    open.push((*child, below));
                }
            }
        }
        found
    }
}

fn holds(element: Element, types: &mut Vec<MetadataType>) -> Holds {
    match element.ty {
        ElementType::Boolean => Holds::Boolean,
        ElementType::Number => Holds::Number,
        ElementType::Enum(enumeration) => Holds::Enum(enumeration),
        ElementType::Complex(complex) => {
            let known = types.iter().position(|known| *known == complex);
            Holds::Children(known.unwrap_or_else(|| {
                types.push(complex);
                types.len() - 1
            }))
        }
        ElementType::Text | ElementType::Date | ElementType::Any => Holds::Anything,
    }
}
