//! Credentials in metadata: elements that hold nothing else, and values of labels, of records of custom metadata and of
//! defaults of fields whose name says what they are. The text need not be well-formed.

use std::borrow::Cow;

use memchr::memmem;

use super::names::says_secret;
use super::values::is_strong;
use super::{Hit, SecretKind};
use crate::secret::elements;

/// Metadata types with elements that hold a credential.
const HOLDERS: [&str; 8] = [
    "AuthProvider",
    "ConnectedApp",
    "ExternalDataSource",
    "ExtlClntAppGlobalOauthSettings",
    "ExtlClntAppPushSettings",
    "InstalledPackage",
    "NamedCredential",
    "Network",
];

/// Values with a name beside them: root, element around both (empty: the root), name, value.
const NAMED: [(&str, &str, &str, &str); 3] = [
    ("CustomLabels", "labels", "fullName", "value"),
    ("CustomMetadata", "values", "field", "value"),
    ("CustomField", "", "fullName", "defaultValue"),
];

const CDATA: &str = "<![CDATA[";
const CDATA_END: &str = "]]>";
/// What may split the text of an element: how it begins and ends.
const SPLITTING: [(&str, &str); 2] = [("<!--", "-->"), (CDATA, CDATA_END)];

/// Fewer characters are a word that is shown to people.
const SHORTEST: usize = 12;

/// Adds the credentials of a text that is metadata.
pub(super) fn add(text: &str, found: &mut Vec<Hit>) {
    let Some(root) = root(text) else { return };
    if HOLDERS.contains(&root) {
        add_elements(text, found);
    }
    if let Some((_, around, name, value)) = NAMED.iter().find(|(known, ..)| *known == root) {
        add_named(text, around, name, value, found);
    }
}

/// The name of the root element, behind declaration and comments.
fn root(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start().as_bytes();
    loop {
        let end = match rest.strip_prefix(b"<")? {
            // A declaration holds no other bracket.
            [b'?', ..] => memchr::memchr(b'>', rest)? + 1,
            [b'!', b'-', b'-', ..] => memmem::find(rest, b"-->")? + 3,
            _ => break,
        };
        rest = rest.get(end..)?.trim_ascii_start();
    }
    let name = rest.get(1..)?;
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b':';
    let name = name.get(..name.iter().take(80).take_while(is_name).count())?;
    let name = std::str::from_utf8(name).ok()?;
    Some(name.rsplit_once(':').map_or(name, |(_, local)| local))
}

fn add_elements(text: &str, found: &mut Vec<Hit>) {
    let mut spans = Vec::new();
    elements::element_values(text.as_bytes(), &mut spans);
    for span in spans {
        let Some(value) = plain(text, span) else { continue };
        let before = text.get(..span.0).unwrap_or_default();
        let open = before.rfind('<').map(|open| open + 1);
        let name = open.map(|open| {
            let tag = before.get(open..).unwrap_or_default();
            let length = tag.find(|c: char| !(c.is_ascii_alphanumeric() || c == ':'));
            (open, open + length.unwrap_or(tag.len()))
        });
        found.push(Hit { kind: SecretKind::Element, name, value, host: None });
    }
}

/// The text of an element without the marks of a CDATA section. What other markup splits, or what is a comment, is for a reader
/// of XML.
fn plain(text: &str, (start, end): (usize, usize)) -> Option<(usize, usize)> {
    let written = text.get(start..end)?;
    let inner = written.strip_prefix(CDATA).and_then(|inner| inner.strip_suffix(CDATA_END));
    let (inner, start) = inner.map_or((written, start), |inner| (inner, start + CDATA.len()));
    (!inner.contains('<')).then_some((start, start + inner.len()))
}

fn add_named(text: &str, around: &str, name: &str, value: &str, found: &mut Vec<Hit>) {
    // Most fields have no default.
    if memmem::find(text.as_bytes(), value.as_bytes()).is_none() {
        return;
    }
    // A record that is called after what it holds has a field for a value.
    let label = element(text, "label", 0).filter(|(from, to)| {
        let label = text.get(*from..*to).map(joined);
        name == "field" && label.is_some_and(|label| says_secret(&label.replace(' ', "_")))
    });
    let mut at = 0;
    while let Some((from, to)) = element(text, name, at) {
        at = to;
        let named = joined(text.get(from..to).unwrap_or_default());
        let is_value = || named.to_ascii_lowercase().ends_with("value__c");
        if !(says_secret(&named) || label.is_some() && is_value()) {
            continue;
        }
        // Up to the end of the element around both.
        let rest = window(text, to);
        let close = if around.is_empty() { None } else { rest.find(&format!("</{around}")) };
        let near = text.get(..to + close.unwrap_or(rest.len())).unwrap_or_default();
        let Some(held) = element(near, value, to) else { continue };
        let read = joined(text.get(held.0..held.1).unwrap_or_default());
        if read.trim().len() >= SHORTEST && is_strong(read.trim()) {
            let (kind, name) = (SecretKind::CustomValue, Some((from, to)));
            found.push(Hit { kind, name, value: held, host: None });
        }
    }
}

/// What follows a place, as far as one element goes: a value that a person wrote is not longer.
fn window(text: &str, at: usize) -> &str {
    const LONGEST: usize = 8 * 1024;
    let end = text.floor_char_boundary(at.saturating_add(LONGEST).min(text.len()));
    text.get(at..end).unwrap_or_default()
}

/// The text of the next element of a name from a place on, as it is written: without the marks of a CDATA section that holds all
/// of it, else with the comments and sections that split it.
fn element(text: &str, name: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let open = at + memmem::find(bytes.get(at..)?, name.as_bytes())?;
        at = open + name.len();
        let before = open.checked_sub(1).and_then(|at| bytes.get(at)).copied();
        let after = bytes.get(at).copied();
        let is_start = matches!(before, Some(b'<' | b':'))
            && after.is_some_and(|byte| byte == b'>' || byte.is_ascii_whitespace());
        let Some(tag) = window(text, at).find('>').filter(|_| is_start) else { continue };
        let start = at + tag + 1;
        let inner = window(text, start);
        let Some(length) = text_length(inner) else { continue };
        let written = inner.get(..length).unwrap_or_default();
        let start = start + written.len() - written.trim_start().len();
        let written = (start, (start + written.trim().len()));
        return Some(plain(text, written).map_or(written, |(from, to)| {
            let held = text.get(from..to).unwrap_or_default();
            let from = from + held.len() - held.trim_start().len();
            (from, from + held.trim().len())
        }));
    }
}

/// How far the text of an element goes: up to the first markup that is neither a comment nor a CDATA section.
fn text_length(inner: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += inner.get(at..)?.find('<')?;
        let rest = inner.get(at..)?;
        let Some(end) =
            SPLITTING.iter().find_map(|(open, end)| rest.starts_with(open).then_some(end))
        else {
            return Some(at);
        };
        at += rest.find(end)? + end.len();
    }
}

/// The text of an element as it reads: comments left out, CDATA sections without their marks.
pub(super) fn joined(written: &str) -> Cow<'_, str> {
    if !written.contains("<!") {
        return Cow::Borrowed(written);
    }
    let mut joined = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(at) = rest.find("<!") {
        let (before, markup) = rest.split_at(at);
        joined.push_str(before);
        let known = SPLITTING.iter().find_map(|(open, end)| {
            let (inner, after) = markup.strip_prefix(open)?.split_once(end)?;
            Some((if *open == CDATA { inner } else { "" }, after))
        });
        let Some((inner, after)) = known else {
            rest = markup;
            break;
        };
        joined.push_str(inner);
        rest = after;
    }
    joined.push_str(rest);
    Cow::Owned(joined)
}
