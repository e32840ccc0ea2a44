//! What a finding's fix changes, as edits of the text of files.
//!
//! A rule says what must hold ([`Edit`](crate::rule::Edit)), the engine where that is written
//! ([`Proposal`]); here the file is read again and the two become spans with new texts.
//! An edit touches nothing but what it must: indentation, line ends, byte order mark and encoding stay as they are.

mod append;
mod element;
mod layout;
pub mod merge;
mod remove;
pub mod rewrite;
mod set;

use std::cell::OnceCell;

use crate::document::{Document, Element, LineIndex, SourceText, Span};
use crate::engine::proposal::{Change, Proposal};
use crate::model::record::FileId;
use crate::project::store::{FileEntry, Store};
use crate::rule::Safety;
use crate::settle::region;
use crate::settle::report::{Region, ReportedFinding};

/// What fixes a finding: all of it or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether it may be made without asking.
    pub safety: Safety,
    /// What it does, for people: `Set isPkceRequired to true`.
    pub title: String,
    /// In order of file and place; none overlaps another.
    pub edits: Vec<FileEdit>,
}

/// A range of a file that gets another text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileEdit {
    /// The file's path, relative to the run's root.
    pub path: String,
    /// The file; `None` for one that is to be created.
    pub file: Option<FileId>,
    /// The range, in bytes of the decoded text.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// The fix of one finding; `None` when its rule has none, or when the file has no place for it.
pub fn fix_of(finding: &ReportedFinding, files: &[FileEntry], store: &dyn Store) -> Option<Fix> {
    Fixes::new(files, store).of(finding)
}

/// Makes the fixes of a run's findings. The file that was read last stays open: findings come file by file.
pub struct Fixes<'a> {
    files: &'a [FileEntry],
    store: &'a dyn Store,
    opened: Option<(FileId, Opened)>,
}

/// A file that was read again.
struct Opened {
    source: SourceText,
    document: Document,
    /// Made when somebody asks for the first time.
    lines: OnceCell<LineIndex>,
}

impl<'a> Fixes<'a> {
    /// For findings in these files.
    pub fn new(files: &'a [FileEntry], store: &'a dyn Store) -> Fixes<'a> {
        Fixes { files, store, opened: None }
    }

    /// The fix of one finding; `None` when its rule has none, or when the file has no place for it.
    pub fn of(&mut self, finding: &ReportedFinding) -> Option<Fix> {
        let Proposal { safety, changes } = &**finding.proposal.as_ref()?;
        let mut made = Made::default();
        for change in changes {
            self.make(change, &mut made)?;
        }
        let Made { titles, mut edits } = made;
        edits.sort();
        edits.dedup();
        if edits.is_empty() || merge::overlapping(&edits) {
            return None;
        }
        Some(Fix { safety: *safety, title: titles.join(" and "), edits })
    }

    /// Where the edits of a fix stand, in their order, as people and machines read it.
    pub fn regions(&mut self, fix: &Fix) -> Vec<Region> {
        let region = |edit: &FileEdit| {
            let Opened { source, lines, .. } = self.open(edit.file?)?;
            let lines = lines.get_or_init(|| LineIndex::new(source.text()));
            Some(region(source, lines, edit.span))
        };
        fix.edits.iter().map(region).map(|region| region.unwrap_or(Region::FILE)).collect()
    }

    fn make(&mut self, change: &Change, made: &mut Made) -> Option<()> {
        match change {
            Change::Set { at, spellings } => {
                for place in at {
                    self.edit(place.file, made, |root, text, out| {
                        set::set(root, text, place.span, spellings, out)
                    })?;
                }
            }
            Change::Remove { at, path } => {
                for place in at {
                    self.edit(place.file, made, |root, text, out| {
                        remove::remove(root, text, place.span, path, out)
                    })?;
                }
            }
            Change::Append { beside, line } => {
                let file = self.files.get(beside.0 as usize)?;
                let (path, at) = append::target(&file.path, *beside);
                let text = match at {
                    Some(file) => self.open(file)?.source.text().to_owned(),
                    None => String::new(),
                };
                let (span, text) = append::line(&text, line);
                made.edits.push(FileEdit { path, file: at, span, text });
                made.title(append::title(line));
            }
        }
        Some(())
    }

    /// Lets a function make edits in a metadata file.
    fn edit(
        &mut self,
        file: FileId,
        made: &mut Made,
        make: impl FnOnce(Element<'_>, &str, &mut Edits) -> Option<()>,
    ) -> Option<()> {
        let path = self.files.get(file.0 as usize)?.path.clone();
        let opened = self.open(file)?;
        let root = opened.document.root(&opened.source)?;
        let mut edits = Edits::default();
        make(root, opened.source.text(), &mut edits)?;
        for (span, text) in edits.edits {
            made.edits.push(FileEdit { path: path.clone(), file: Some(file), span, text });
        }
        edits.titles.into_iter().for_each(|title| made.title(title));
        Some(())
    }

    fn open(&mut self, file: FileId) -> Option<&Opened> {
        if self.opened.as_ref().is_none_or(|(known, _)| *known != file) {
            let entry = self.files.get(file.0 as usize)?;
            let source = SourceText::decode(self.store.bytes(entry, Vec::new()).ok()?).ok()?;
            let mut document = Document::new();
            // An ignore file is no XML: it is only added to.
            let _ = document.parse(&source);
            self.opened = Some((file, Opened { source, document, lines: OnceCell::new() }));
        }
        self.opened.as_ref().map(|(_, opened)| opened)
    }
}

/// What the changes of one fix have come to so far.
#[derive(Default)]
struct Made {
    titles: Vec<String>,
    edits: Vec<FileEdit>,
}

impl Made {
    /// What is done in several places is said once, and as a sentence begins.
    fn title(&mut self, title: String) {
        let title = if self.titles.is_empty() {
            let mut rest = title.chars();
            rest.next().map_or(String::new(), |first| first.to_uppercase().chain(rest).collect())
        } else {
            title
        };
        if !self.titles.iter().any(|known| known.eq_ignore_ascii_case(&title)) {
            self.titles.push(title);
        }
    }
}

/// Edits of one file, and what they do in words that begin with a verb.
#[derive(Default)]
struct Edits {
    edits: Vec<(Span, String)>,
    titles: Vec<String>,
}

#[cfg(test)]
mod tests;
