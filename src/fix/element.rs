//! Finding the elements that a place lies in.

use crate::document::{Element, Span};
use crate::schema::{self, ElementType, MetadataType};

/// The elements around a place, from the root inwards.
pub(super) fn chain<'a>(root: Element<'a>, place: Span) -> Vec<Element<'a>> {
    let mut chain = Vec::new();
    let mut next = Some(root).filter(|root| holds(*root, place));
    while let Some(element) = next {
        chain.push(element);
        next = element.children().find(|child| holds(*child, place));
    }
    chain
}

/// What the schema says of the last of these elements; the first is the root of a file.
pub(super) fn type_of(chain: &[Element<'_>]) -> Option<MetadataType> {
    let (root, rest) = chain.split_first()?;
    rest.iter().try_fold(schema::root(root.name())?, |ty, element| type_in(ty, element.name()))
}

/// The type of an element of a type, when it holds elements.
pub(super) fn type_in(ty: MetadataType, element: &str) -> Option<MetadataType> {
    match ty.element(element)?.ty {
        ElementType::Complex(inner) => Some(inner),
        _ => None,
    }
}

/// Whether a place lies in an element.
fn holds(element: Element<'_>, place: Span) -> bool {
    let span = element.span();
    span.start <= place.start && place.end <= span.end
}
