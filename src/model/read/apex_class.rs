//! Apex classes: metadata, and source that is no XML.

use super::{Context, Reading, Scratch, confirmed, raw};
use crate::document::SourceText;
use crate::model::apex_class::apex_class;
use crate::model::node::ValueReader;
use crate::model::record::FileId;
use crate::model::unit::Unit;

/// A class is two files: metadata with its API version, and source.
pub(super) fn read_apex_class(
    unit: &Unit,
    context: &Context<'_>,
    scratch: &mut Scratch,
    out: &mut Reading,
) {
    let (metadata, sources): (Vec<FileId>, Vec<FileId>) = unit.files.iter().partition(|id| {
        context
            .files
            .get(id.0 as usize)
            .is_some_and(|file| file.path.to_ascii_lowercase().ends_with(".xml"))
    });
    let used = scratch.load(&Unit { files: metadata, ..unit.clone() }, context, out);
    let roots = scratch.roots(used);
    let roots = confirmed(&roots, "ApexClass", unit, out);
    for root in &roots {
        raw(*root, "ApexClass", &unit.component, context, out);
    }
    if !context.wanted.record("ApexClass") {
        return;
    }
    // Of several sources of a class the last is what is deployed.
    let mut text = SourceText::default();
    let mut file = None;
    for id in sources {
        let Some(entry) = context.files.get(id.0 as usize) else { continue };
        if !(entry.target && context.wanted.record("Secret")) {
            // Else it is counted where it is searched for credentials.
            out.files_read += 1;
        }
        let read = context.store.bytes(entry, Vec::new()).and_then(SourceText::decode);
        // A source in another encoding is no problem of the project: the platform refuses it.
        if let Ok(decoded) = read {
            text = decoded;
            file = Some(id);
        }
    }
    let mut read = ValueReader::default();
    let source = file.map(|id| (id, text.text()));
    let class = apex_class(source, &roots, unit.component.clone(), &mut read);
    out.records.extend(class);
    out.doubts.append(&mut read.doubts);
}
