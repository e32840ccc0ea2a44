//! Which fixes can be made together.

use std::collections::BTreeMap;

use super::{FileEdit, Fix};
use crate::document::Span;

/// The edits of several fixes, by the paths of their files, and which of the fixes they are.
#[derive(Debug, Default)]
pub struct Merged {
    /// In order; none overlaps another.
    pub edits: BTreeMap<String, Vec<FileEdit>>,
    /// Positions of the fixes that are in it.
    pub taken: Vec<usize>,
}

/// Takes every fix that overlaps none that was taken before. Two that want the same edit share it; what is written at the
/// same place stands in the order of its text, which is that of the schema nearly everywhere.
pub fn merge(fixes: &[Fix]) -> Merged {
    let mut merged = Merged::default();
    for (at, fix) in fixes.iter().enumerate() {
        let clashes = fix.edits.iter().any(|edit| {
            let others = merged.edits.get(&edit.path).into_iter().flatten();
            others.filter(|other| *other != edit).any(|other| overlap(edit.span, other.span))
        });
        if clashes {
            continue;
        }
        merged.taken.push(at);
        for edit in &fix.edits {
            let of_file = merged.edits.entry(edit.path.clone()).or_default();
            if let Err(place) = of_file.binary_search(edit) {
                of_file.insert(place, edit.clone());
            }
        }
    }
    merged
}

/// Whether any two of these edits, which are in order, change the same bytes.
pub(super) fn overlapping(edits: &[FileEdit]) -> bool {
    edits.windows(2).any(|pair| match pair {
        [one, other] => one.path == other.path && overlap(one.span, other.span),
        _ => false,
    })
}

/// Whether two ranges share a byte, or one begins within the other. Two insertions at one place do not.
fn overlap(one: Span, other: Span) -> bool {
    match (one.is_empty(), other.is_empty()) {
        (true, true) => false,
        (true, false) => other.start < one.start && one.start < other.end,
        (false, true) => one.start < other.start && other.start < one.end,
        (false, false) => one.start < other.end && other.start < one.end,
    }
}
