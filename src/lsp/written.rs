//! Open documents that say how sflint works, `sflint.toml` and rule files: what is wrong with them, completion, hover.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use gen_lsp_types::{Diagnostic, Position};
use serde_json::{Value, json};

use super::authoring::{
    Around, Completion, DocumentKind, Item, ItemKind, Recognised, catalogue, complete, hover,
    problems, recognise,
};
use super::diagnostics::mistake;
use super::documents::{Documents, OpenDocument};
use super::position::Encoding;
use super::runs::contents;
use crate::document::Span;
use crate::project::buffers::Buffers;
use crate::project::store::Disk;

/// Other documents are never of this kind.
fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml")
}

/// What is wrong with each document that was looked at, with its version; `None` for one that is no concern of sflint.
#[derive(Debug, Default)]
pub struct Written {
    known: HashMap<PathBuf, (i32, Option<Vec<Diagnostic>>)>,
}

impl Written {
    /// Looks at the present text of a document.
    pub fn look_at(&mut self, path: &Path, documents: &Documents, encoding: Encoding) {
        let Some(document) = documents.get(path).filter(|_| is_toml(path)) else { return };
        if self.known.get(path).is_some_and(|(version, _)| *version == document.version) {
            return;
        }
        let tree = Buffers::new(&Disk, contents(&documents.texts()));
        let found = recognise(&tree, path, &document.text).map(|recognised| {
            let all = problems(&tree, path, &document.text, &recognised);
            all.iter().map(|one| mistake(one, encoding)).collect()
        });
        self.known.insert(path.to_owned(), (document.version, found));
    }

    /// What is wrong with a document; `None` if it is none of these.
    pub fn diagnostics(&self, path: &Path) -> Option<&[Diagnostic]> {
        self.known.get(path)?.1.as_deref()
    }

    /// A file has changed: another one may be right or wrong now.
    pub fn touched(&mut self, path: &Path) {
        if is_toml(path) {
            self.known.clear();
        }
    }

    /// Any file may have changed.
    pub fn clear(&mut self) {
        self.known.clear();
    }

    /// A document is no longer open.
    pub fn forget(&mut self, path: &Path) {
        self.known.remove(path);
    }
}

/// A place in an open document of this kind.
pub struct Spot<'d> {
    document: &'d OpenDocument,
    recognised: Recognised,
    tree: Buffers<'d>,
    offset: usize,
    encoding: Encoding,
}

impl<'d> Spot<'d> {
    /// The place; `None` when the document is none of these.
    pub fn new(
        documents: &'d Documents,
        path: &Path,
        at: Position,
        encoding: Encoding,
    ) -> Option<Spot<'d>> {
        let document = documents.get(path).filter(|_| is_toml(path))?;
        let tree = Buffers::new(&Disk, contents(&documents.texts()));
        let recognised = recognise(&tree, path, &document.text)?;
        let offset = document.offset(at, encoding);
        Some(Spot { document, recognised, tree, offset, encoding })
    }

    fn range(&self, range: std::ops::Range<usize>) -> gen_lsp_types::Range {
        self.document.range(Span::new(range.start as u32, range.end as u32), self.encoding)
    }

    /// The answer to `textDocument/completion`.
    pub fn completion(&self, components: &[(String, String)]) -> Value {
        let catalogue = catalogue(&self.tree, &self.recognised);
        let around = Around { catalogue: &catalogue, components };
        let kind = self.recognised.kind;
        let Some(found) = complete(kind, &self.document.text, self.offset, &around) else {
            return json!([]);
        };
        let Completion { replace, items } = found;
        let range = self.range(replace);
        let items = items.iter().enumerate();
        items.map(|(at, (item, text))| entry(at, item, text, range)).collect()
    }

    /// The answer to `textDocument/hover`.
    pub fn hover(&self) -> Value {
        let catalogue = catalogue(&self.tree, &self.recognised);
        let around = Around { catalogue: &catalogue, components: &[] };
        let kind: DocumentKind = self.recognised.kind;
        match hover(kind, &self.document.text, self.offset, &around) {
            Some(found) => json!({
                "contents": { "kind": "markdown", "value": found.text },
                "range": self.range(found.range),
            }),
            None => Value::Null,
        }
    }
}

/// One item; clients sort by a text, and the order of the schema is the better one.
fn entry(at: usize, item: &Item, text: &str, range: gen_lsp_types::Range) -> Value {
    let mut entry = json!({
        "label": item.label,
        "kind": number(item.kind),
        "sortText": format!("{at:05}"),
        "filterText": text,
        "textEdit": { "range": range, "newText": text },
    });
    if let Some(entry) = entry.as_object_mut() {
        let said = [("detail", &item.detail), ("documentation", &item.about)];
        for (key, text) in said.into_iter().filter(|(_, text)| !text.is_empty()) {
            entry.insert(key.to_owned(), json!(text));
        }
    }
    entry
}

/// `CompletionItemKind` of the protocol.
fn number(kind: ItemKind) -> u32 {
    match kind {
        ItemKind::Key => 10,
        ItemKind::Word => 12,
        ItemKind::Kind => 7,
        ItemKind::Leaf => 5,
        ItemKind::Rule => 18,
        ItemKind::List => 13,
        ItemKind::Setting => 6,
        ItemKind::Component => 9,
    }
}
