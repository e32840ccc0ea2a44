//! Opening and parsing the files of a unit.

use super::secrets::{self, Searched};
use super::{Context, Reading, problem};
use crate::document::{Document, SourceText, Unreadable};
use crate::model::node::Node;
use crate::model::plain;
use crate::model::record::{Component, FileId};
use crate::model::unit::{Unit, UnitKind};
use crate::project::store::FileEntry;

/// Buffers of one worker; they are reused from unit to unit.
#[derive(Default)]
pub struct Scratch {
    slots: Vec<Slot>,
}

#[derive(Default)]
struct Slot {
    file: Option<FileId>,
    source: SourceText,
    document: Document,
}

impl Scratch {
    /// Opens and parses the files of a unit; those that cannot be read become problems.
    pub(super) fn load(&mut self, unit: &Unit, context: &Context<'_>, out: &mut Reading) -> usize {
        let mut used = 0;
        for id in &unit.files {
            let Some(entry) = context.files.get(id.0 as usize) else {
                continue;
            };
            if self.slots.len() == used {
                self.slots.push(Slot::default());
            }
            let Some(slot) = self.slots.get_mut(used) else {
                continue;
            };
            out.files_read += 1;
            let loaded = slot.load(*id, entry, context);
            // Also when it cannot be read as XML: the text is there.
            slot.search(unit, entry, loaded.is_ok(), context, out);
            match loaded {
                Ok(()) => used += 1,
                Err(unreadable) => {
                    let component = component_of(unit, entry);
                    out.problems.push(problem(*id, component, unreadable));
                }
            }
        }
        used
    }

    /// The text of a file that is loaded.
    pub(super) fn text_of(&self, file: FileId) -> Option<&str> {
        self.slots.iter().find(|slot| slot.file == Some(file)).map(|slot| slot.source.text())
    }

    pub(super) fn roots(&self, used: usize) -> Vec<Node<'_>> {
        self.slots.iter().take(used).filter_map(Slot::root).collect()
    }
}

impl Slot {
    fn load(
        &mut self,
        id: FileId,
        entry: &FileEntry,
        context: &Context<'_>,
    ) -> Result<(), Unreadable> {
        self.file = Some(id);
        let buffer = std::mem::take(&mut self.source).into_buffer();
        let bytes = context.store.bytes(entry, buffer)?;
        self.source = SourceText::decode(bytes)?;
        self.document.parse(&self.source)
    }

    /// Looks for credentials, and for what rules search for, in the text that was just read.
    fn search(
        &self,
        unit: &Unit,
        entry: &FileEntry,
        parsed: bool,
        context: &Context<'_>,
        out: &mut Reading,
    ) {
        let Some(file) = self.file.filter(|_| entry.target) else { return };
        if unit.kind.has_texts() && context.wanted.record("text") {
            plain::search_metadata(entry, file, self.source.text(), context, out);
        }
        if !context.wanted.record("Secret") {
            return;
        }
        let component = match component_of(unit, entry) {
            // Findings about apps have one component, whichever file they stand in.
            app if app.kind == "ConnectedApp" => Component { kind: "OauthApp", ..app },
            other => other,
        };
        let document = parsed.then_some((&self.document, &self.source));
        let searched = Searched { file, text: self.source.text(), document, component: &component };
        secrets::search(searched, context, out);
    }

    fn root(&self) -> Option<Node<'_>> {
        Some(Node { file: self.file?, element: self.document.root(&self.source)? })
    }
}

/// What a file would have been. External client apps are one unit, but each file is named after its own app.
pub(super) fn component_of(unit: &Unit, file: &FileEntry) -> Component {
    let name = match crate::project::kind_of(&file.path) {
        Some(kind) if unit.kind == UnitKind::ExternalClientApps => {
            crate::project::component_name(&file.path, &kind)
        }
        _ => unit.component.name.clone(),
    };
    Component { name, ..unit.component.clone() }
}
