//! Files that are read as text: the kinds `File`, `text`, `env` and `json`.

use super::apex_class::declarations;
use super::key_file::{KeyFormat, LARGEST_KEY, format_of, may_be_key};
use crate::document::code::{Piece, Syntax};
use crate::document::{SourceText, Span, code, env, json};
use crate::model::builder::{ChildBuilder, RecordBuilder, one};
use crate::model::read::secrets::{self, Searched};
use crate::model::read::{Context, Reading};
use crate::model::record::{Block, Component, Data, FileId, Leaf, Place, Record, Value};
use crate::model::unit::{Unit, within};
use crate::model::wanted::TextFind;
use crate::project::file_class::{self, FileClass, class_with, file_class};
use crate::project::kind_of;
use crate::project::path::file_name;
use crate::project::store::FileEntry;
use crate::secret::{Secret, mask_spans, secret_spans_in_text};

/// Reads a file as every wanted text-like kind that fits it.
pub fn read(unit: &Unit, context: &Context<'_>, out: &mut Reading) {
    let Some(id) = unit.files.first().copied() else {
        return;
    };
    let Some(file) = context.files.get(id.0 as usize) else {
        return;
    };
    let wanted = context.wanted;
    let known = ByName::of(file);
    let name = known.name.to_ascii_lowercase();
    let component = Component { copy: String::new(), ..unit.component.clone() };
    let place = Place { file: id, span: Span { start: 0, end: 0 } };
    if wanted.record("File") {
        out.records.extend(file_record(file, &known, &component, place, context));
    }
    let env_file = wanted.record("env") && is_env_name(&name);
    let json_file = wanted.record("json") && name.ends_with(".json");
    let finds = match unit.text_elsewhere {
        true => Vec::new(),
        false => finds_of(&known, &component, place, context),
    };
    let secrets = unit.secrets.as_ref().filter(|_| secrets::may_hold_some(file, context));
    if !(env_file || json_file || !finds.is_empty() || secrets.is_some()) {
        return;
    }
    // A file that is not text has nothing to find; that is not a problem of the project.
    let Ok(bytes) = context.store.bytes(file, Vec::new()) else {
        return;
    };
    let size = Some(bytes.len() as u64);
    let in_bytes = secrets.and_then(|_| secrets::text_of_bytes(&bytes));
    let Ok(source) = SourceText::decode(bytes) else {
        if let (Some(component), Some(text)) = (secrets, in_bytes) {
            secrets::search(
                Searched { file: id, text: &text, document: None, component },
                context,
                out,
            );
        }
        return;
    };
    // What is read as metadata as well is counted there.
    if unit.secrets.is_some() || known.metadata_type.is_none() {
        out.files_read += 1;
    }
    let text = source.text();
    if let Some(component) = secrets {
        secrets::search(Searched { file: id, text, document: None, component }, context, out);
    }
    if env_file && let Some(mut found) = record("env", file, &component, place, size, context) {
        found.children = vec![env_blocks(text, id)];
        out.records.push(found);
    }
    if json_file && let Some(mut found) = record("json", file, &component, place, size, context) {
        found.children = vec![json_blocks(text, id)];
        out.records.push(found);
    }
    out.records.extend(text_record(&finds, text, (file, id), &component, size, context));
}

/// What rules search for in the text of a file that is read as metadata.
pub(super) fn search_metadata(
    file: &FileEntry,
    id: FileId,
    text: &str,
    context: &Context<'_>,
    out: &mut Reading,
) {
    let component = Component {
        copy: String::new(),
        kind: "File",
        name: within(context.project_path, &file.path),
    };
    let place = Place { file: id, span: Span { start: 0, end: 0 } };
    let finds = finds_of(&ByName::of(file), &component, place, context);
    let size = Some(text.len() as u64);
    out.records.extend(text_record(&finds, text, (file, id), &component, size, context));
}

/// A file with the hits of some finds; `None` when there are none.
fn text_record(
    finds: &[usize],
    text: &str,
    (file, id): (&FileEntry, FileId),
    component: &Component,
    size: Option<u64>,
    context: &Context<'_>,
) -> Option<Record> {
    if finds.is_empty() {
        return None;
    }
    // In the order of all finds: a block is told by the position of its find.
    let all = context.wanted.text_finds().iter().enumerate();
    let hits: Vec<Vec<Block>> = all
        .map(|(at, find)| if finds.contains(&at) { hits(find, text, file, id) } else { Vec::new() })
        .collect();
    if hits.iter().all(Vec::is_empty) {
        return None;
    }
    let place = Place { file: id, span: Span { start: 0, end: 0 } };
    let mut found = builder("text", file, component, place, size, context)?;
    found.set("class", Leaf::text(class_in(&file.path, text).word(), Some(place)));
    let mut found = found.finish();
    found.children = hits;
    Some(found)
}

/// What a file is for, by its name and by what is in it: a class that is marked `@isTest` holds tests whatever it is called.
pub(crate) fn class_in(path: &str, text: &str) -> FileClass {
    match file_class(path) {
        FileClass::Code if has_extension(path, "cls") && declarations(text).test.is_some() => {
            FileClass::Test
        }
        by_name => by_name,
    }
}

fn has_extension(path: &str, extension: &str) -> bool {
    file_name(path).rsplit_once('.').is_some_and(|(_, own)| own.eq_ignore_ascii_case(extension))
}

/// The positions of what is searched for in a file of this name: most rules ask about some classes of files only, and
/// then the others are not even opened.
fn finds_of(
    known: &ByName<'_>,
    component: &Component,
    place: Place,
    context: &Context<'_>,
) -> Vec<usize> {
    let wanted = context.wanted;
    if !wanted.record("text") {
        return Vec::new();
    }
    let Some(named) = named("text", known, component, place).map(RecordBuilder::finish) else {
        return Vec::new();
    };
    let ruled_out = wanted.ruled_out(&named);
    let finds = 0..wanted.text_finds().len();
    finds.filter(|at| wanted.child_of("text", *at, &ruled_out)).collect()
}

/// Whether a file name in lower case is that of an environment file or of a template of one.
pub fn is_env_name(name: &str) -> bool {
    file_class::is_env_name(name) || file_class::is_env_template(name)
}

/// A file by its name. Most files are known by it not to matter: nothing else is asked about those, not even git.
fn file_record(
    file: &FileEntry,
    known: &ByName<'_>,
    component: &Component,
    place: Place,
    context: &Context<'_>,
) -> Option<Record> {
    let may_be_key = may_be_key(&file.path);
    let begun = |mut record: RecordBuilder| {
        if !may_be_key {
            record.set("format", Leaf::NONE);
        }
        context.wanted.keeps_record("File", record.block()).then_some(record)
    };
    // The path alone tells it of nearly all, whoever they are: what is not set yet is unknown, and rules nothing out.
    let nobody = Component { copy: String::new(), kind: "File", name: String::new() };
    let mut by_path = RecordBuilder::new("File", nobody, Some(place))?;
    by_path.set("path", Leaf::text(known.path, Some(place)));
    begun(by_path)?;
    let mut record = begun(named("File", known, component, place)?)?;
    if may_be_key {
        let format = key_format(file, context);
        let leaf = format.map_or(Leaf::NONE, |format| Leaf::text(format.word(), Some(place)));
        record.set("format", leaf);
    }
    complete(&mut record, file, place, context.store.size(file), context);
    Some(record.finish())
}

/// The format of a file whose name could be that of a key.
fn key_format(file: &FileEntry, context: &Context<'_>) -> Option<KeyFormat> {
    if context.store.size(file)? > LARGEST_KEY {
        return Some(KeyFormat::Other);
    }
    let content = context.store.bytes(file, Vec::new()).ok()?;
    Some(format_of(&content))
}

/// A record about a file, with the leaves that all kinds of files have.
pub(crate) fn record(
    kind: &str,
    file: &FileEntry,
    component: &Component,
    place: Place,
    size: Option<u64>,
    context: &Context<'_>,
) -> Option<Record> {
    builder(kind, file, component, place, size, context).map(RecordBuilder::finish)
}

/// The same, for a kind with further leaves.
pub(crate) fn builder(
    kind: &str,
    file: &FileEntry,
    component: &Component,
    place: Place,
    size: Option<u64>,
    context: &Context<'_>,
) -> Option<RecordBuilder> {
    let mut record = named(kind, &ByName::of(file), component, place)?;
    complete(&mut record, file, place, size, context);
    Some(record)
}

/// What the name of a file tells.
struct ByName<'f> {
    path: &'f str,
    name: &'f str,
    /// In lower case.
    extension: String,
    class: &'static str,
    metadata_type: Option<&'static str>,
}

impl<'f> ByName<'f> {
    fn of(file: &'f FileEntry) -> ByName<'f> {
        let name = file_name(&file.path);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let kind = kind_of(&file.path);
        ByName {
            path: &file.path,
            name,
            extension: extension.to_ascii_lowercase(),
            class: class_with(&file.path, || kind.is_some()).word(),
            metadata_type: kind.map(|kind| kind.metadata_type),
        }
    }
}

/// A record with what the name of its file tells.
fn named(
    kind: &str,
    known: &ByName<'_>,
    component: &Component,
    place: Place,
) -> Option<RecordBuilder> {
    let mut record = RecordBuilder::new(kind, component.clone(), Some(place))?;
    record
        .set("path", Leaf::text(known.path, Some(place)))
        .set("name", Leaf::text(known.name, Some(place)))
        .set("ext", Leaf::text(&known.extension, Some(place)))
        .set("class", Leaf::text(known.class, Some(place)))
        .set(
            "metadataType",
            known.metadata_type.map_or(Leaf::NONE, |name| Leaf::text(name, Some(place))),
        );
    Some(record)
}

/// What only the file system and version control tell.
fn complete(
    record: &mut RecordBuilder,
    file: &FileEntry,
    place: Place,
    size: Option<u64>,
    context: &Context<'_>,
) {
    let ignored = context.version_control.ignored(file);
    let tracked = context.version_control.tracked(file);
    // Where git cannot be asked the run says so once, and not for every file.
    let in_git = tracked.map_or(Leaf::NONE, |tracked| Leaf::derived(tracked, Some(place)));
    record
        .set("ignored", Leaf::derived(ignored, Some(place)))
        .set("exposed", Leaf::derived(!ignored || tracked == Some(true), Some(place)))
        .set("tracked", in_git);
    if let Some(size) = size {
        let data = Data::Number(size as f64);
        let written = size.to_string().into();
        record.set("bytes", one(Value { data, written, place: Some(place) }));
    }
}

fn env_blocks(text: &str, file: FileId) -> Vec<Block> {
    let Some(builder) = ChildBuilder::new("env", "entry") else {
        return Vec::new();
    };
    env::entries(text)
        .into_iter()
        .map(|entry| {
            let key_place = Place { file, span: entry.key_span };
            let value = Value {
                data: Data::Secret(Secret::named(entry.value.into_owned(), &entry.key)),
                written: "".into(),
                place: Some(Place { file, span: entry.value_span }),
            };
            builder.block(
                Some(key_place),
                vec![("key", Leaf::text(&entry.key, Some(key_place))), ("value", one(value))],
            )
        })
        .collect()
}

fn json_blocks(text: &str, file: FileId) -> Vec<Block> {
    let Some(builder) = ChildBuilder::new("json", "entry") else {
        return Vec::new();
    };
    let Ok(entries) = json::entries(text) else {
        return Vec::new();
    };
    let hidden = secret_spans_in_text(text);
    entries
        .into_iter()
        .map(|entry| {
            let place = Place { file, span: entry.value_span };
            let key_place = Place { file, span: entry.key_span.unwrap_or(entry.value_span) };
            builder.block(
                Some(place),
                vec![
                    ("key", Leaf::text(&entry.key, Some(key_place))),
                    ("value", text_leaf(&entry.value, place, &hidden)),
                ],
            )
        })
        .collect()
}

/// The hits of one `find`: the leaves are `match`, `line`, whether it is in a comment and in a string, then the named groups.
fn hits(find: &TextFind, text: &str, entry: &FileEntry, file: FileId) -> Vec<Block> {
    let Some(regex) =
        find.regex_for(text).filter(|regex| regex.is_match(text) && find.holds_also(text))
    else {
        return Vec::new();
    };
    let hidden = secret_spans_in_text(text);
    let pieces = if find.asks_place { pieces_of(entry, text) } else { Vec::new() };
    regex
        .captures_iter(text)
        .filter_map(|captures| {
            let whole = captures.get(0)?;
            let leaf = |hit: regex::Match<'_>| {
                let span = Span { start: hit.start() as u32, end: hit.end() as u32 };
                text_leaf(hit.as_str(), Place { file, span }, &hidden)
            };
            let piece = code::piece_at(&pieces, whole.start() as u32);
            let is = |wanted: Piece| match find.asks_place {
                true => Leaf::derived(piece == Some(wanted), None),
                false => Leaf::UNKNOWN,
            };
            let line = line_leaf(text, whole.start(), file, &hidden);
            let mut leaves = vec![leaf(whole), line, is(Piece::Comment), is(Piece::Literal)];
            for group in &find.groups {
                leaves.push(captures.name(group).map_or(Leaf::NONE, leaf));
            }
            let span = Span { start: whole.start() as u32, end: whole.end() as u32 };
            Some(Block { leaves, place: Some(Place { file, span }), related: Vec::new() })
        })
        .collect()
}

/// The comments and strings of a file, as far as its language is known.
fn pieces_of(file: &FileEntry, text: &str) -> Vec<(Span, Piece)> {
    let name = file_name(&file.path).to_ascii_lowercase();
    let syntax = name.rsplit_once('.').and_then(|(_, ending)| Syntax::of_extension(ending));
    syntax.map(|syntax| code::pieces(text, syntax)).unwrap_or_default()
}

/// A line is as long as a file may be, and each of its hits has one of its own: more than so many bytes to both sides is
/// left out.
const HALF_A_LINE: usize = 1_000;

fn line_leaf(text: &str, at: usize, file: FileId, hidden: &[(u32, u32)]) -> Leaf {
    let from = text.floor_char_boundary(at.saturating_sub(HALF_A_LINE));
    let before = text.get(from..at).unwrap_or("");
    let start = before.rfind('\n').map_or(from, |found| from + found + 1);
    let rest = text.get(start..text.ceil_char_boundary(at + HALF_A_LINE)).unwrap_or("");
    let line = rest.split('\n').next().unwrap_or("").trim_end_matches('\r');
    let span = Span { start: start as u32, end: (start + line.len()) as u32 };
    text_leaf(line, Place { file, span }, hidden)
}

/// A text in which the credentials of its file are blanked: cut out of its surroundings, one would not be known as such.
/// They are sorted and apart.
fn text_leaf(text: &str, place: Place, hidden: &[(u32, u32)]) -> Leaf {
    let (from, to) = (place.span.start, place.span.end);
    let as_written = (to - from) as usize == text.len();
    let first = hidden.partition_point(|(_, end)| *end <= from);
    let after = hidden.get(first..).unwrap_or_default();
    let inside: Vec<(u32, u32)> = after
        .iter()
        .take_while(|(start, _)| *start < to)
        .map(|(start, end)| match as_written {
            true => (start.saturating_sub(from), end.min(&to) - from),
            false => (0, u32::MAX),
        })
        .collect();
    if inside.is_empty() {
        return Leaf::text(text.trim(), Some(place));
    }
    Leaf::text(mask_spans(text, &inside).trim(), Some(place))
}
