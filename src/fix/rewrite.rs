//! From edits to the bytes of a file.

use super::FileEdit;
use crate::document::{Document, Encoding, SourceText, Unreadable};

/// The text with the edits made, which are in order and do not overlap.
pub fn edited(text: &str, edits: &[FileEdit]) -> String {
    let mut made = String::with_capacity(text.len() + 64);
    let mut copied = 0;
    for edit in edits {
        made.push_str(text.get(copied..edit.span.start as usize).unwrap_or_default());
        made.push_str(&edit.text);
        copied = edit.span.end as usize;
    }
    made.push_str(text.get(copied..).unwrap_or_default());
    made
}

/// The bytes of a file with the edits made, in the encoding that it has. What is to be created has no bytes before.
///
/// # Errors
/// The file is no text, or would no longer be read as XML although it was.
pub fn rewritten(before: Vec<u8>, edits: &[FileEdit]) -> Result<Vec<u8>, Unreadable> {
    let source = SourceText::decode(before)?;
    let mut document = Document::new();
    let was_xml = document.parse(&source).is_ok();
    let bytes = encoded(&edited(source.text(), edits), source.encoding());
    if was_xml {
        document.parse(&SourceText::decode(bytes.clone())?)?;
    }
    Ok(bytes)
}

fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 | Encoding::Utf8WithBom => text.as_bytes().to_vec(),
        Encoding::Utf16LittleEndian => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16BigEndian => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    }
}
