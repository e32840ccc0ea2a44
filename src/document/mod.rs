//! Reading one file: bytes become text, text becomes a tree of elements whose every value knows its byte span.
//!
//! The reader undoes spelling. Character references, CDATA sections, comments inside a value, namespace prefixes, byte order
//! marks and UTF-16 all disappear here, so that no rule can be evaded by writing the same content differently. What cannot
//! be read with certainty is an [`Unreadable`] with a cause, never a silently shortened tree.
//!
//! Two readers build the same tree: the `plain` one on top of quick-xml, which also words every error, and the `scan` one,
//! which reads what metadata files normally look like several times faster and gives up on everything else.

mod build;
mod characters;
pub mod code;
mod conflict;
mod declaration;
mod encoding;
pub mod env;
pub mod json;
mod limits;
mod lines;
mod plain;
mod prefix_count;
mod reference;
mod scan;
mod source;
mod span;
mod tag;
mod tree;
mod unreadable;
mod value;

#[cfg(test)]
mod equality;

pub use encoding::Encoding;
pub use limits::{LIMITS, MAX_ATTRIBUTES, MAX_DEPTH, MAX_ELEMENTS, MAX_FILE_BYTES, MAX_NAME_BYTES};
pub use lines::{Columns, LineIndex, Position};
pub use source::SourceText;
pub use span::Span;
pub use tree::{Children, Document, Element};
pub use unreadable::{CAUSE_CODES, Cause, Unreadable};
pub use value::Pieces;
