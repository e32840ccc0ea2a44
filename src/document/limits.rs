//! What one file may cost. All limits are here, so that they can be printed.

/// Largest file that is read, in bytes as stored. The largest metadata file the platform delivers is far smaller: a retrieve
/// is limited to about 39 MB compressed and 400 MB for all files together.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// Deepest nesting of elements; the root is at depth 1. Metadata types nest about ten levels deep.
pub const MAX_DEPTH: usize = 64;

/// Most elements in a file. A profile of [`MAX_FILE_BYTES`] holds about 1.5 million.
pub const MAX_ELEMENTS: usize = 4_000_000;

/// Most attributes on one element.
pub const MAX_ATTRIBUTES: usize = 64;

/// Longest name of an element, in bytes.
pub const MAX_NAME_BYTES: usize = 1024;

/// Every limit: its name, its value, and what it counts.
pub const LIMITS: &[(&str, u64, &str)] = &[
    ("file-size", MAX_FILE_BYTES, "bytes in a file"),
    ("depth", MAX_DEPTH as u64, "elements inside each other"),
    ("elements", MAX_ELEMENTS as u64, "elements in a file"),
    ("attributes", MAX_ATTRIBUTES as u64, "attributes on an element"),
    ("name-length", MAX_NAME_BYTES as u64, "bytes in the name of an element"),
];
