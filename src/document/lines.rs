//! Byte offsets to lines and columns.

use std::sync::OnceLock;

use super::prefix_count::{PrefixCount, scalar_values, utf16_units};
use super::span::{Span, offset};

/// A place as people and editors count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1. A byte order mark at the start of the file is not counted.
    pub column: u32,
}

/// The column of a place as formats count that do not count scalar values. Both from 1, without a byte order mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Columns {
    /// In UTF-16 code units.
    pub utf16: u32,
    /// In bytes of UTF-8, whatever the encoding of the file is.
    pub utf8: u32,
}

/// Bytes between two counts of line breaks.
const STEP: usize = 4096;

/// Where the lines of a text begin. Lines end with LF or CRLF; a lone CR does not end a line, as in git and most editors,
/// so that line numbers agree with theirs. Building it takes one pass that only counts; each look-up reads one step of the
/// text, also in a file that is one long line.
#[derive(Clone, Debug)]
pub struct LineIndex {
    /// The line breaks before each step, and all of them.
    breaks: Vec<u32>,
    /// Where the first line begins: after a byte order mark.
    begin: usize,
    characters: PrefixCount,
    /// Made when somebody asks for the first time.
    units: OnceLock<PrefixCount>,
}

impl LineIndex {
    /// Indexes `text`. The other methods must be given the same text.
    #[must_use]
    pub fn new(text: &str) -> LineIndex {
        let begin = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let mut breaks = vec![0];
        let mut before = 0;
        for step in text.as_bytes().chunks(STEP) {
            before += memchr::memchr_iter(b'\n', step).count();
            breaks.push(offset(before));
        }
        LineIndex {
            breaks,
            begin,
            characters: PrefixCount::new(text, scalar_values),
            units: OnceLock::new(),
        }
    }

    /// The number of lines; text after the last line break is a line, even if it is empty.
    #[must_use]
    pub fn line_count(&self) -> u32 {
        self.breaks.last().copied().unwrap_or_default() + 1
    }

    /// The column of a byte offset in other units than [`LineIndex::position`] gives it.
    #[must_use]
    pub fn columns(&self, text: &str, at: u32) -> Columns {
        let position = self.position(text, at);
        let start = self.start(text, position.line - 1).unwrap_or(self.begin);
        let end = (at as usize).min(text.len()).max(start);
        let utf8 = offset(end - start) + 1;
        // Nearly always everything before the place is ASCII, and nobody has to count.
        if position.column == utf8 {
            return Columns { utf16: utf8, utf8 };
        }
        let units = self.units.get_or_init(|| PrefixCount::new(text, utf16_units));
        Columns { utf16: units.at(text, end) - units.at(text, start) + 1, utf8 }
    }

    /// The position of a byte offset. Offsets past the end are taken as the end, offsets inside a character as its end.
    #[must_use]
    pub fn position(&self, text: &str, at: u32) -> Position {
        let end = (at as usize).min(text.len());
        let step = end / STEP;
        let here = text.as_bytes().get(step * STEP..end).unwrap_or_default();
        let before_step = self.breaks.get(step).copied().unwrap_or_default();
        let line = before_step + offset(memchr::memchr_iter(b'\n', here).count());
        let start = self.start(text, line).unwrap_or(self.begin);
        let before_line = self.characters.at(text, start);
        let before = self.characters.at(text, (at as usize).max(start));
        Position { line: line + 1, column: before - before_line + 1 }
    }

    /// The span of a line, counted from 1, without its line break; `None` if there is no such line.
    #[must_use]
    pub fn line_span(&self, text: &str, line: u32) -> Option<Span> {
        let index = line.checked_sub(1)?;
        let start = self.start(text, index)?;
        let Some(next) = self.start(text, line) else {
            return Some(Span::new(offset(start), offset(text.len())));
        };
        let end = next.saturating_sub(1);
        let before_break = text.as_bytes().get(start..end);
        let carriage_return = before_break.is_some_and(|line| line.ends_with(b"\r"));
        Some(Span::new(offset(start), offset(end) - u32::from(carriage_return)))
    }

    /// Where the line after so many line breaks begins.
    fn start(&self, text: &str, breaks: u32) -> Option<usize> {
        if breaks == 0 {
            return Some(self.begin);
        }
        let step = self.breaks.partition_point(|before| *before < breaks).checked_sub(1)?;
        let before = self.breaks.get(step)?;
        let rest = text.as_bytes().get(step * STEP..)?;
        let nth = (breaks - before - 1) as usize;
        memchr::memchr_iter(b'\n', rest.get(..STEP).unwrap_or(rest))
            .nth(nth)
            .map(|at| step * STEP + at + 1)
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
    fn columns_in_the_units_of_others() {
        let text = "\u{feff}é😀x\nab😀\n";
        let index = LineIndex::new(text);
        let columns = |at| {
            let columns = index.columns(text, at);
            (columns.utf16, columns.utf8)
        };
        assert_eq!(columns(0), (1, 1));
        assert_eq!(columns(3), (1, 1));
        assert_eq!(columns(5), (2, 3));
        assert_eq!(columns(9), (4, 7));
        assert_eq!(columns(11), (1, 1));
        assert_eq!(columns(17), (5, 7));
        assert_eq!(columns(99), (1, 1));
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
    fn every_place_of_a_long_text() {
        let text = "\u{feff}é\r\n\nab\n".repeat(2_000);
        let index = LineIndex::new(&text);
        let (mut line, mut column) = (1, 1);
        for (at, character) in text.char_indices() {
            assert_eq!(index.position(&text, at as u32), Position { line, column });
            (line, column) = match character {
                '\n' => (line + 1, 1),
                '\u{feff}' if at == 0 => (line, column),
                _ => (line, column + 1),
            };
        }
        assert_eq!(index.line_count(), line);
        for (at, expected) in text.split('\n').enumerate() {
            let span = index.line_span(&text, at as u32 + 1);
            let expected = expected.strip_suffix('\r').unwrap_or(expected);
            let expected = if at == 0 { expected.trim_start_matches('\u{feff}') } else { expected };
            assert_eq!(span.map(|span| span.of(&text)), Some(expected));
        }
        assert_eq!(index.line_span(&text, line + 1), None);
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
