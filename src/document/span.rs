//! Byte ranges in the decoded text of a file.

/// A half-open range of byte offsets into the decoded text of one file (see
/// [`SourceText::stored_offset`](super::SourceText::stored_offset) for offsets in the stored file).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` up to but without `end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    /// Length in bytes; zero when the ends are crossed.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span covers no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// The text under the span; empty when it does not lie in `text` or would cut a character in two.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// A span from offsets that are known to fit: no text read here is longer than
    /// [`MAX_FILE_BYTES`](super::MAX_FILE_BYTES) by more than half.
    #[must_use]
    #[inline(always)]
    pub(super) fn from_offsets(start: usize, end: usize) -> Span {
        Span::new(offset(start), offset(end))
    }
}

/// A byte offset as stored in spans and nodes: 32 bits, because the limit on the size of a file keeps every offset below.
#[inline(always)]
pub(super) const fn offset(position: usize) -> u32 {
    position as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_under_a_span() {
        assert_eq!(Span::new(3, 7).of("<a>Full</a>"), "Full");
    }

    #[test]
    fn spans_that_do_not_fit_are_empty() {
        assert_eq!(Span::new(3, 70).of("<a>Full</a>"), "");
        assert_eq!(Span::new(1, 2).of("é"), "");
        assert!(Span::new(5, 4).is_empty());
        assert_eq!(Span::new(5, 4).len(), 0);
    }
}
