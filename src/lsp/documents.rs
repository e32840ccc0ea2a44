//! The documents that an editor has open: what they hold wins over what is on disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{Position, Range, TextDocumentContentChangeEvent};

use super::position::{Encoding, Lines};
use super::uri::path_of;
use crate::document::Span;

/// One open document.
#[derive(Clone, Debug)]
pub struct OpenDocument {
    /// As the editor writes it.
    pub uri: String,
    /// The editor's count of changes.
    pub version: i32,
    /// All of it.
    pub text: Arc<str>,
    lines: Arc<Lines>,
}

impl OpenDocument {
    fn new(uri: String, version: i32, text: Arc<str>) -> OpenDocument {
        let lines = Arc::new(Lines::new(&text));
        OpenDocument { uri, version, text, lines }
    }

    /// The byte offset of a position.
    pub fn offset(&self, position: Position, encoding: Encoding) -> usize {
        self.lines.offset(&self.text, position, encoding)
    }

    /// The range of a span of its text.
    pub fn range(&self, span: Span, encoding: Encoding) -> Range {
        self.lines.range(&self.text, span, encoding)
    }
}

/// All open documents, by the canonical paths of their files.
#[derive(Debug, Default)]
pub struct Documents {
    open: BTreeMap<PathBuf, OpenDocument>,
}

impl Documents {
    /// A document was opened. `None` if it is no file.
    pub fn open(&mut self, uri: String, version: i32, text: String) -> Option<PathBuf> {
        let path = file_of(&uri)?;
        self.open.insert(path.clone(), OpenDocument::new(uri, version, text.into()));
        Some(path)
    }

    /// A document was changed, in this order; each range is of the text that the change before it left. `None` if it is not
    /// open.
    pub fn change(
        &mut self,
        uri: &str,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> Option<PathBuf> {
        let path = file_of(uri)?;
        let document = self.open.get_mut(&path)?;
        let mut text = document.text.to_string();
        for change in changes {
            match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(change) => {
                    let lines = Lines::new(&text);
                    let start = lines.offset(&text, change.range.start, encoding);
                    let end = lines.offset(&text, change.range.end, encoding).max(start);
                    text.replace_range(start..end, &change.text);
                }
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(change) => {
                    text = change.text;
                }
            }
        }
        *document = OpenDocument::new(std::mem::take(&mut document.uri), version, text.into());
        Some(path)
    }

    /// A document was closed: what is on disk counts again. `None` if it was not open.
    pub fn close(&mut self, uri: &str) -> Option<PathBuf> {
        let path = file_of(uri)?;
        self.open.remove(&path).map(|_| path)
    }

    /// The open document of a file.
    pub fn get(&self, path: &Path) -> Option<&OpenDocument> {
        self.open.get(path)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&PathBuf, &OpenDocument)> {
        self.open.iter()
    }

    /// Their texts.
    pub fn texts(&self) -> BTreeMap<PathBuf, Arc<str>> {
        self.open.iter().map(|(path, one)| (path.clone(), Arc::clone(&one.text))).collect()
    }
}

/// The file of a URI, with all links on the way to it followed as far as it is there.
pub fn file_of(uri: &str) -> Option<PathBuf> {
    let path = path_of(uri)?;
    if let Ok(path) = path.canonicalize() {
        return Some(path);
    }
    let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
    Some(match (folder, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use gen_lsp_types::TextDocumentContentChangePartial;

    #[allow(deprecated)]
    fn partial(start: (u32, u32), end: (u32, u32), text: &str) -> TextDocumentContentChangeEvent {
        let at = |(line, character)| Position { line, character };
        let range = Range { start: at(start), end: at(end) };
        TextDocumentContentChangePartial { range, range_length: None, text: text.into() }.into()
    }

    #[test]
    fn changes_build_on_each_other() {
        let mut documents = Documents::default();
        let path = documents.open("file:///nowhere/a".into(), 1, "aé😀\nb\n".into()).unwrap();
        let changes = vec![
            partial((0, 2), (0, 4), "x"),
            partial((1, 0), (1, 1), "bb\ncc"),
            partial((2, 2), (9, 9), "!"),
        ];
        documents.change("file:///nowhere/a", 2, changes, Encoding::Utf16).unwrap();
        let document = documents.get(&path).unwrap();
        assert_eq!((&*document.text, document.version), ("aéx\nbb\ncc!", 2));
        // A range whose ends are crossed is empty.
        documents.change(
            "file:///nowhere/a",
            3,
            vec![partial((1, 0), (0, 0), "y")],
            Encoding::Utf16,
        );
        assert_eq!(&*documents.get(&path).unwrap().text, "aéx\nybb\ncc!");
        assert!(documents.change("file:///nowhere/b", 1, Vec::new(), Encoding::Utf16).is_none());
        assert!(documents.open("untitled:x".into(), 1, String::new()).is_none());
        assert!(documents.close("file:///nowhere/a").is_some());
        assert!(documents.close("file:///nowhere/a").is_none());
    }
}
