//! `Secret`: credentials in the text of a file, metadata or not.

use std::borrow::Cow;

use super::inline_secret;
use super::replacements::Replacements;
use super::{Context, Reading};
use crate::document::{Document, SourceText, Span};
use crate::model::builder::one;
use crate::model::node::Node;
use crate::model::plain;
use crate::model::record::{Component, Data, FileId, Leaf, Place, Value};
use crate::project::file_class::{FileClass, file_class};
use crate::project::path::file_name;
use crate::project::store::FileEntry;
use crate::project::{Role, kind_of};
use crate::secret::{Detected, Language, detect};

/// Files that are larger are data, not something that somebody wrote a credential into.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Content that is not text, by the end of its name: opened for nothing.
const BINARY: [&str; 38] = [
    "7z", "avif", "bmp", "class", "doc", "docx", "dll", "eot", "exe", "gif", "gz", "ico", "jar",
    "jpeg", "jpg", "mov", "mp3", "mp4", "ogg", "otf", "pdf", "png", "ppt", "pptx", "psd", "pyc",
    "so", "swf", "tar", "tgz", "tif", "tiff", "ttf", "webm", "webp", "woff", "woff2", "zip",
];

/// A text that is searched.
#[derive(Clone, Copy)]
pub(crate) struct Searched<'a> {
    /// Its file.
    pub file: FileId,
    /// Its text.
    pub text: &'a str,
    /// The text as XML, if it is.
    pub document: Option<(&'a Document, &'a SourceText)>,
    /// What a credential in it belongs to.
    pub component: &'a Component,
}

/// Whether a plain file is worth opening for its credentials.
pub(crate) fn may_hold_some(file: &FileEntry, context: &Context<'_>) -> bool {
    let name = file_name(&file.path).to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    !BINARY.contains(&extension) && exposed(file, context)
}

/// Whether the file is, or may come to be, in the repository.
fn exposed(file: &FileEntry, context: &Context<'_>) -> bool {
    !context.version_control.ignored(file) || context.version_control.tracked(file) == Some(true)
}

/// A text that is in no encoding that metadata may have, such as Latin-1, read far enough to find a credential.
/// Binary content is none.
pub(crate) fn text_of_bytes(bytes: &[u8]) -> Option<String> {
    const HEAD: usize = 8_192;
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    if memchr::memchr(0, head).is_some() || std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    Some(String::from_utf8_lossy(bytes).into_owned())
}

/// Adds a record for each credential of a text.
pub(crate) fn search(searched: Searched<'_>, context: &Context<'_>, out: &mut Reading) {
    let Some(file) = context.files.get(searched.file.0 as usize) else { return };
    if searched.text.len() as u64 > LARGEST {
        let why = format!("not searched for credentials, it is larger than {} MiB", LARGEST >> 20);
        out.not_searched.push((searched.file, why));
        return;
    }
    let hits = hits(searched, file);
    if hits.is_empty() || !exposed(file, context) {
        return;
    }
    let class = plain::class_in(&file.path, searched.text);
    let size = Some(searched.text.len() as u64);
    let mut replacements = None;
    for hit in hits {
        if class == FileClass::Env && !judged_in_env(&hit, context.version_control.tracked(file)) {
            continue;
        }
        let span = Span { start: hit.span.0, end: hit.span.1 };
        let place = Place { file: searched.file, span };
        let Some(mut record) =
            plain::builder("Secret", file, searched.component, place, size, context)
        else {
            continue;
        };
        let replacements = replacements
            .get_or_insert_with(|| Replacements::of(&file.path, searched.text, context));
        let value = if replacements.cover(span) { hit.value.replaced() } else { hit.value };
        let value = Value { data: Data::Secret(value), written: "".into(), place: Some(place) };
        record.set("class", Leaf::text(class.word(), Some(place)));
        record.set("kind", Leaf::text(hit.kind.word(), Some(place))).set("value", one(value));
        record.set("variable", Leaf::NONE).set("host", Leaf::NONE);
        if !hit.name.is_empty() {
            let place = hit
                .name_span
                .map(|(start, end)| Place { file: searched.file, span: Span { start, end } });
            record.set("variable", Leaf::text(&hit.name, place));
        }
        if let Some(host) = &hit.host {
            record.set("host", Leaf::text(host, Some(place)));
        }
        out.records.push(record.finish());
    }
}

/// An environment file in git is judged as a whole, by the names of its variables; what is left is a credential under a name
/// that does not say so.
fn judged_in_env(hit: &Detected, tracked: Option<bool>) -> bool {
    const NAMED: [&str; 8] =
        ["PASS", "PWD", "SECRET", "TOKEN", "KEY", "AUTH", "CREDENTIAL", "SFDX_URL"];
    let name = hit.name.to_ascii_uppercase();
    tracked == Some(true) && hit.kind.is_shape() && !NAMED.iter().any(|word| name.contains(word))
}

/// The credentials of a text; those that stand in an element made for one belong to that element's record.
fn hits(searched: Searched<'_>, file: &FileEntry) -> Vec<Detected> {
    let mut hits = detect(searched.text, language(file));
    let Some((document, source)) = searched.document else { return hits };
    if is_composed(searched.text) {
        let more = composed(document, source);
        hits.retain(|hit| !more.iter().any(|other| overlap(other.span, hit.span)));
        hits.extend(more);
    }
    if !hits.is_empty()
        && let Some(element) = document.root(source)
    {
        let held = inline_secret::spans(Node { file: searched.file, element });
        hits.retain(|hit| !held.iter().any(|span| overlap((span.start, span.end), hit.span)));
    }
    hits
}

fn overlap(one: (u32, u32), other: (u32, u32)) -> bool {
    one.0 < other.1 && other.0 < one.1
}

fn language(file: &FileEntry) -> Language {
    let by_name = Language::of_file(&file.path);
    if by_name != Language::Other {
        return by_name;
    }
    match kind_of(&file.path) {
        Some(kind) if kind.role != Role::Content => Language::Xml,
        _ if file_class(&file.path) == FileClass::Ci => Language::Yaml,
        _ => Language::Other,
    }
}

/// Whether the text of some element may be written otherwise than it reads.
fn is_composed(text: &str) -> bool {
    ["<![CDATA[", "<!--", "&#"]
        .iter()
        .any(|mark| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some())
}

/// Credentials that are only seen in the decoded text of an element: split by CDATA sections, comments or references.
fn composed(document: &Document, source: &SourceText) -> Vec<Detected> {
    let mut found = Vec::new();
    let mut open: Vec<_> = document.root(source).into_iter().collect();
    while let Some(element) = open.pop() {
        open.extend(element.children());
        let Cow::Owned(text) = element.text() else { continue };
        let span = element.value_span();
        let name = element.name();
        let named = Detected::of_named(name, &text, (span.start, span.end));
        let inside = detect(&text, Language::Xml).into_iter().next();
        let inside =
            inside.map(|hit| Detected { span: (span.start, span.end), name_span: None, ..hit });
        found.extend(inside.or(named));
    }
    found.sort_by_key(|hit| hit.span);
    found
}
