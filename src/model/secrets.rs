//! What of a file is never shown: the one answer for everything that shows text of files.

use crate::document::{Document, SourceText, Span, env};
use crate::model::node::Node;
use crate::model::read::inline_secret_spans;
use crate::model::record::FileId;
use crate::project::file_class::{is_env_name, is_env_template};
use crate::project::path::file_name;
use crate::secret::{Language, SECRET_ELEMENTS, detect, secret_spans_in_text};

/// The spans of all credentials of a file: those that have the shape or the name of one, whatever stands in an element
/// made for one, and every value of an environment file.
pub fn hidden_spans(path: &str, source: &SourceText) -> Vec<Span> {
    let text = source.text();
    let mut hidden: Vec<Span> =
        secret_spans_in_text(text).into_iter().map(|(start, end)| Span { start, end }).collect();
    let mut document = Document::new();
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('<')
        && document.parse(source).is_ok()
    {
        hidden.extend(secret_elements(&document, source));
        let root = document.root(source).map(|element| Node { file: FileId(0), element });
        hidden.extend(root.into_iter().flat_map(inline_secret_spans));
    }
    hidden.extend(across_markup(text));
    let name = file_name(path).to_ascii_lowercase();
    if is_env_name(&name) || is_env_template(&name) {
        hidden.extend(env::entries(text).into_iter().map(|entry| entry.value_span));
    }
    hidden
}

/// The spans of all credentials that stand in elements made for them, or that are seen only in the decoded text of an
/// element.
pub fn secret_elements(document: &Document, source: &SourceText) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut open: Vec<_> = document.root(source).into_iter().collect();
    while let Some(element) = open.pop() {
        let text = element.text();
        let made_for_one = SECRET_ELEMENTS.contains(&element.name());
        let composed = || {
            matches!(text, std::borrow::Cow::Owned(_))
                && (!secret_spans_in_text(&text).is_empty()
                    || !detect(&format!("<{0}>{text}</{0}>", element.name()), Language::Xml)
                        .is_empty()
                    || crate::secret::Detected::of_named(element.name(), &text, (0, 0)).is_some())
        };
        if !text.is_empty() && (made_for_one || composed()) {
            spans.push(element.value_span());
        }
        open.extend(element.children());
    }
    spans
}

/// Credentials that comments and CDATA sections split, in text that need not be well-formed.
fn across_markup(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let split = ["<!--", "<![CDATA["]
        .iter()
        .any(|mark| memchr::memmem::find(bytes, mark.as_bytes()).is_some());
    if !split {
        return Vec::new();
    }
    let mut joined = Vec::with_capacity(bytes.len());
    let mut places: Vec<u32> = Vec::with_capacity(bytes.len());
    let mut at = 0;
    // Once no comment ends any more, none does later.
    let mut open = false;
    while let Some(byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        let skipped = if rest.starts_with(b"<!--") {
            let end = if open { None } else { memchr::memmem::find(rest, b"-->") };
            open |= end.is_none();
            end.map_or(4, |end| end + 3)
        } else if rest.starts_with(b"<![CDATA[") {
            9
        } else if rest.starts_with(b"]]>") {
            3
        } else {
            joined.push(*byte);
            places.push(at as u32);
            1
        };
        at += skipped;
    }
    let joined = String::from_utf8_lossy(&joined);
    if joined.len() != places.len() {
        return Vec::new();
    }
    secret_spans_in_text(&joined)
        .into_iter()
        .filter_map(|(start, end)| {
            let start = *places.get(start as usize)?;
            let last = *places.get((end as usize).checked_sub(1)?)?;
            Some(Span { start, end: last + 1 })
        })
        .collect()
}
