//! Certificates: metadata, and content that need not be XML.

use super::secrets::{self, Searched};
use super::{Context, Reading, Scratch, confirmed, problem, raw, read_misfits};
use crate::document::SourceText;
use crate::model::certificate;
use crate::model::record::FileId;
use crate::model::unit::Unit;

/// A certificate is two files: metadata, and content that need not be XML.
pub(super) fn read_certificate(
    unit: &Unit,
    context: &Context<'_>,
    scratch: &mut Scratch,
    out: &mut Reading,
) {
    let (metadata, content): (Vec<FileId>, Vec<FileId>) = unit.files.iter().partition(|id| {
        context
            .files
            .get(id.0 as usize)
            .is_some_and(|file| file.path.to_ascii_lowercase().ends_with(".xml"))
    });
    let unit_of = |files: Vec<FileId>| Unit { files, ..unit.clone() };
    let used = scratch.load(&unit_of(metadata), context, out);
    let roots = scratch.roots(used);
    let roots = confirmed(&roots, "Certificate", unit, out);
    for root in &roots {
        raw(*root, "Certificate", &unit.component, context, out);
    }
    read_misfits(&roots, unit, context, out);
    let mut bytes = Vec::new();
    let mut content_file = None;
    for id in content {
        let Some(entry) = context.files.get(id.0 as usize) else {
            continue;
        };
        out.files_read += 1;
        match context.store.bytes(entry, Vec::new()) {
            Ok(read) => {
                if entry.target && context.wanted.record("Secret") {
                    search(id, &read, unit, context, out);
                }
                bytes = read;
                content_file = Some(id);
            }
            Err(unreadable) => out.problems.push(problem(id, unit.component.clone(), unreadable)),
        }
    }
    if context.wanted.record("Certificate") {
        let content = content_file.map(|id| (id, bytes.as_slice()));
        out.records.extend(certificate::platform(&roots, content, &unit.component, context.today));
    }
}

/// A certificate is public; the private key that somebody put beside it in one file is not.
fn search(file: FileId, bytes: &[u8], unit: &Unit, context: &Context<'_>, out: &mut Reading) {
    // Every armour begins so, and binary content holds none.
    if memchr::memmem::find(bytes, b"-----BEGIN").is_none() {
        return;
    }
    let Ok(source) = SourceText::decode(bytes.to_vec()) else { return };
    let component = &unit.component;
    secrets::search(
        Searched { file, text: source.text(), document: None, component },
        context,
        out,
    );
}
