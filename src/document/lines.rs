//! Byte offsets to lines and columns.

use super::prefix_count::{PrefixCount, scalar_values};
use super::span::{Span, offset};

/// A place as people and editors count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1. A byte order mark at the start of the file is not counted.
    pub column: u32,
}

/// Where the lines of a text begin. Lines end with LF or CRLF; a lone CR does not end a line, as in git and most editors,
/// so that line numbers agree with theirs. Building it takes one pass, each look-up a binary search, also on a file that is
/// one long line.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    characters: PrefixCount,
}

impl LineIndex {
    /// Indexes `text`. The other methods must be given the same text.
    #[must_use]
    pub fn new(text: &str) -> LineIndex {
        let begin = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let mut starts = vec![begin];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| offset(at + 1)));
        LineIndex { starts, characters: PrefixCount::new(text, scalar_values) }
    }

    /// The number of lines; text after the last line break is a line, even if it is empty.
    #[must_use]
    pub fn line_count(&self) -> u32 {
        offset(self.starts.len())
    }

    /// The position of a byte offset. Offsets past the end are taken as the end, offsets inside a character as its end.
    #[must_use]
    pub fn position(&self, text: &str, at: u32) -> Position {
        let line = self.starts.partition_point(|&start| start <= at).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let before_line = self.characters.at(text, start as usize);
        let before = self.characters.at(text, at.max(start) as usize);
        Position { line: offset(line), column: before - before_line + 1 }
    }

    /// The span of a line, counted from 1, without its line break; `None` if there is no such line.
    #[must_use]
    pub fn line_span(&self, text: &str, line: u32) -> Option<Span> {
        let index = (line as usize).checked_sub(1)?;
        let start = *self.starts.get(index)?;
        let Some(&next) = self.starts.get(index + 1) else {
            return Some(Span::new(start, offset(text.len())));
        };
        let end = next.saturating_sub(1);
        let before_break = text.as_bytes().get(start as usize..end as usize);
        let carriage_return = before_break.is_some_and(|line| line.ends_with(b"\r"));
        Some(Span::new(start, end - u32::from(carriage_return)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: u32) -> (u32, u32) {
        let position = LineIndex::new(text).position(text, offset);
        (position.line, position.column)
    }

    #[test]
    fn lines_and_columns_begin_at_one() {
        assert_eq!(at("", 0), (1, 1));
        assert_eq!(at("ab\ncd", 0), (1, 1));
        assert_eq!(at("ab\ncd", 2), (1, 3));
        assert_eq!(at("ab\ncd", 3), (2, 1));
        assert_eq!(at("ab\ncd", 5), (2, 3));
        assert_eq!(at("ab\n", 3), (2, 1));
    }

    #[test]
    fn offsets_past_the_end_are_the_end() {
        assert_eq!(at("ab\ncd", 99), (2, 3));
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        assert_eq!(at("é😀x", 6), (1, 3));
        assert_eq!(at("é\né😀x", 9), (2, 3));
    }

    #[test]
    fn a_byte_order_mark_is_not_a_column() {
        assert_eq!(at("\u{feff}<a>", 3), (1, 1));
        assert_eq!(at("\u{feff}<a>", 0), (1, 1));
        assert_eq!(at("\u{feff}<a>", 4), (1, 2));
        assert_eq!(at("\u{feff}\nx", 4), (2, 1));
    }

    #[test]
    fn crlf_ends_a_line_and_a_lone_cr_does_not() {
        let text = "ab\r\ncd\ref\n";
        assert_eq!(at(text, 4), (2, 1));
        assert_eq!(at(text, 7), (2, 4));
        let index = LineIndex::new(text);
        assert_eq!(index.line_count(), 3);
        assert_eq!(index.line_span(text, 1).map(|s| s.of(text)), Some("ab"));
        assert_eq!(index.line_span(text, 2).map(|s| s.of(text)), Some("cd\ref"));
        assert_eq!(index.line_span(text, 3).map(|s| s.of(text)), Some(""));
        assert_eq!(index.line_span(text, 4), None);
        assert_eq!(index.line_span(text, 0), None);
    }

    #[test]
    fn positions_on_one_long_line() {
        let text = "é<a/>".repeat(200_000);
        let index = LineIndex::new(&text);
        for piece in (0..200_000_u32).step_by(97) {
            assert_eq!(index.position(&text, piece * 6).column, piece * 5 + 1);
        }
    }
}
