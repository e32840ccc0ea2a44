//! Taking elements, or items of lists, out of a file.

use super::Edits;
use super::element::chain;
use super::layout::with_its_lines;
use crate::document::{Element, Span};

/// Removes what a path of names leads to from the element at a place, or what stands there itself. `None` for the root of a
/// file: a component is not removed by emptying its file.
pub(super) fn remove(
    root: Element<'_>,
    text: &str,
    place: Span,
    path: &[String],
    out: &mut Edits,
) -> Option<()> {
    let chain = chain(root, place);
    let element = *chain.last()?;
    if !path.is_empty() {
        let below = path.iter().fold(vec![element], |found, name| {
            found.into_iter().flat_map(|element| element.all(name)).collect()
        });
        below.into_iter().for_each(|element| remove_element(text, element, out));
        return Some(());
    }
    let value = element.value_span();
    let is_item = place != element.start_tag() && place != value && !element.has_children();
    if is_item {
        out.titles.push(format!("remove {} from {}", place.of(text), element.name()));
        out.edits.push((item(text, place, value), String::new()));
    } else if chain.len() > 1 {
        remove_element(text, element, out);
    } else {
        return None;
    }
    Some(())
}

fn remove_element(text: &str, element: Element<'_>, out: &mut Edits) {
    out.titles.push(format!("remove {}", element.name()));
    out.edits.push((with_its_lines(text, element), String::new()));
}

/// An item of a list that commas separate, with the comma that goes with it.
fn item(text: &str, item: Span, list: Span) -> Span {
    let after = Span::new(item.end, list.end).of(text);
    let before = Span::new(list.start, item.start).of(text);
    let rest = after.trim_start();
    if let Some(next) = rest.strip_prefix(',') {
        let next = next.trim_start();
        Span::new(item.start, item.end + (after.len() - next.len()) as u32)
    } else if let Some(comma) = before.rfind(',') {
        Span::new(list.start + comma as u32, item.end)
    } else {
        item
    }
}
