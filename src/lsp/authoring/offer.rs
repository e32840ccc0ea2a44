//! Completion and hover at a place of a document.

use std::ops::Range;

use super::facts::Facts;
use super::in_config;
use super::in_rule;
use super::input::is_bare;
use super::item::{Item, ItemKind};
use super::kind::DocumentKind;
use super::places::Around;
use super::scan::{Cursor, Place, cursor};
use crate::report::rule_page::{self, prose};
use crate::report::toml;

/// What can be written at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The bytes that the chosen text replaces; on one line.
    pub replace: Range<usize>,
    /// What there is, each with the text to insert.
    pub items: Vec<(Item, String)>,
}

/// What is said about a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The bytes that it is about.
    pub range: Range<usize>,
    /// Markdown.
    pub text: String,
}

/// What can be written where a byte offset is. `None` where there is nothing to offer.
pub fn complete(
    kind: DocumentKind,
    text: &str,
    offset: usize,
    around: &Around<'_>,
) -> Option<Completion> {
    let (spot, found) = offered(kind, text, offset, around)?;
    let items: Vec<(Item, String)> = found
        .into_iter()
        .filter(|item| spot.place != Place::Text || item.quoted)
        .map(|item| {
            let inserted = spot.written(&item);
            (item, inserted)
        })
        .collect();
    (!items.is_empty()).then_some(Completion { replace: spot.range, items })
}

/// What is known about the word where a byte offset is.
pub fn hover(kind: DocumentKind, text: &str, offset: usize, around: &Around<'_>) -> Option<Hover> {
    let (spot, found) = offered(kind, text, offset, around)?;
    let word = text.get(spot.range.clone())?;
    let item = found.into_iter().find(|item| item.label == word)?;
    let page = match item.kind {
        ItemKind::Rule => {
            around.catalogue.rule(&item.label).map(|rule| rule_page::markdown(rule, &[]))
        }
        _ => None,
    };
    let text = page.or_else(|| said(&item))?;
    Some(Hover { range: spot.range, text })
}

fn said(item: &Item) -> Option<String> {
    let detail =
        if item.detail.is_empty() { String::new() } else { format!(" ({})", prose(&item.detail)) };
    let about = item.about.split("\n\n").map(prose).collect::<Vec<_>>().join("\n\n");
    let empty = item.detail.is_empty() && item.about.is_empty();
    (!empty).then(|| format!("**{}**{detail}\n\n{about}", prose(&item.label)).trim_end().to_owned())
}

/// Where something stands or may stand.
struct Spot {
    place: Place,
    range: Range<usize>,
    /// Between the braces of a text.
    placeholder: bool,
    /// What follows.
    next: Option<u8>,
}

impl Spot {
    fn written(&self, item: &Item) -> String {
        let label = &item.label;
        match self.place {
            _ if self.placeholder => {
                format!("{label}{}", if self.next == Some(b'}') { "" } else { "}" })
            }
            Place::Key | Place::Header { .. } if !label.bytes().all(is_bare) => toml::string(label),
            Place::Value if item.quoted => toml::string(label),
            _ => label.clone(),
        }
    }
}

fn offered(
    kind: DocumentKind,
    text: &str,
    offset: usize,
    around: &Around<'_>,
) -> Option<(Spot, Vec<Item>)> {
    let before = text.get(..offset)?;
    let at = cursor(before);
    let facts = Facts::read(text);
    if at.place == Place::Text
        && kind == DocumentKind::Rule
        && let Some(start) = placeholder(before.get(at.start..)?)
    {
        let start = at.start + start;
        let end = end_of(text, offset, |byte| is_bare(byte) || matches!(byte, b'.' | b'$'));
        let next = text.as_bytes().get(end).copied();
        let spot = Spot { place: at.place, range: start..end, placeholder: true, next };
        return Some((spot, in_rule::placeholders(&at, &facts, around)));
    }
    let end = end(text, &at, offset)?;
    let found = match kind {
        DocumentKind::Config => in_config::items(&at, around),
        DocumentKind::Rule => in_rule::items(&at, &facts, around, false),
        DocumentKind::Lists => in_rule::items(&at, &facts, around, true),
    };
    Some((Spot { place: at.place, range: at.start..end, placeholder: false, next: None }, found))
}

/// Where a placeholder begins that the end of a text is in.
fn placeholder(text: &str) -> Option<usize> {
    let brace = text.rfind(['{', '}', '\n'])?;
    let rest = text.get(brace..)?;
    let doubled = text.get(..brace)?.ends_with('{');
    (rest.starts_with('{') && !doubled).then_some(brace + 1)
}

/// Where that ends which the cursor is in.
fn end(text: &str, at: &Cursor, offset: usize) -> Option<usize> {
    let end = match at.place {
        Place::Nowhere => return None,
        Place::Header { .. } | Place::Key => end_of(text, offset, is_bare),
        Place::Value => end_of(text, offset, |byte| !b" \t\r\n,]}#=\"'".contains(&byte)),
        Place::Text => {
            let quote = *text.as_bytes().get(at.start.checked_sub(1)?)?;
            let end = end_of(text, offset, |byte| byte != quote && byte != b'\n');
            let closed = text.as_bytes().get(end) == Some(&quote);
            if closed { end } else { offset }
        }
    };
    let word = text.get(at.start..end)?;
    // What goes over several lines is prose.
    (!word.contains('\n')).then_some(end)
}

fn end_of(text: &str, offset: usize, goes_on: impl Fn(u8) -> bool) -> usize {
    let rest = text.as_bytes().get(offset..).unwrap_or_default();
    offset + rest.iter().take_while(|byte| goes_on(**byte)).count()
}
