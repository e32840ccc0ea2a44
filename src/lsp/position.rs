//! Positions of the protocol and byte offsets of a text, there and back.

use gen_lsp_types::{Position, PositionEncodingKind, Range};

use crate::document::Span;

/// What the characters of a position are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: what every client knows.
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl Encoding {
    /// The best of what a client offers: bytes cost nothing.
    pub fn negotiated(offered: &[PositionEncodingKind]) -> Encoding {
        if offered.contains(&PositionEncodingKind::UTF8) {
            Encoding::Utf8
        } else if offered.contains(&PositionEncodingKind::UTF16) || offered.is_empty() {
            Encoding::Utf16
        } else if offered.contains(&PositionEncodingKind::UTF32) {
            Encoding::Utf32
        } else {
            Encoding::Utf16
        }
    }

    /// Its name in the protocol.
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// Units of a text.
    fn count(self, text: &str) -> usize {
        match self {
            Encoding::Utf8 => text.len(),
            _ if text.is_ascii() => text.len(),
            Encoding::Utf16 => text.chars().map(char::len_utf16).sum(),
            Encoding::Utf32 => text.chars().count(),
        }
    }

    /// The byte offset after so many units; within a character its beginning, past the end the end.
    fn offset(self, line: &str, units: usize) -> usize {
        if line.is_ascii() || self == Encoding::Utf8 {
            return line.floor_char_boundary(units.min(line.len()));
        }
        let mut left = units;
        for (at, character) in line.char_indices() {
            let size = if self == Encoding::Utf16 { character.len_utf16() } else { 1 };
            if left < size {
                return at;
            }
            left -= size;
        }
        line.len()
    }
}

/// Where the lines of a text begin. As the protocol has it, LF, CRLF and a lone CR end a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    starts: Vec<u32>,
}

impl Lines {
    /// The lines of a text.
    pub fn new(text: &str) -> Lines {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes)
            .filter(|at| bytes.get(*at) == Some(&b'\n') || bytes.get(at + 1) != Some(&b'\n'));
        let mut starts = vec![0];
        starts.extend(ends.map(|at| at as u32 + 1));
        Lines { starts }
    }

    /// The text of a line without what ends it, and where it begins; the last one for a number past the end.
    fn line<'t>(&self, text: &'t str, number: usize) -> (usize, &'t str) {
        let start = self.starts.get(number).map_or(text.len(), |start| *start as usize);
        let end = self.starts.get(number + 1).map_or(text.len(), |next| *next as usize);
        let line = text.get(start..end).unwrap_or_default();
        (start, line.trim_end_matches(['\n', '\r']))
    }

    /// The byte offset of a position.
    pub fn offset(&self, text: &str, position: Position, encoding: Encoding) -> usize {
        let (start, line) = self.line(text, position.line as usize);
        start + encoding.offset(line, position.character as usize)
    }

    /// The position of a byte offset.
    pub fn position(&self, text: &str, offset: u32, encoding: Encoding) -> Position {
        let offset = text.floor_char_boundary((offset as usize).min(text.len()));
        let line = self.starts.partition_point(|start| *start as usize <= offset).saturating_sub(1);
        let start = self.starts.get(line).map_or(0, |start| *start as usize);
        let before = text.get(start..offset).unwrap_or_default();
        Position { line: line as u32, character: encoding.count(before) as u32 }
    }

    /// The range of a span.
    pub fn range(&self, text: &str, span: Span, encoding: Encoding) -> Range {
        Range {
            start: self.position(text, span.start, encoding),
            end: self.position(text, span.end.max(span.start), encoding),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn the_best_encoding_is_chosen() {
        use PositionEncodingKind as Kind;
        assert_eq!(Encoding::negotiated(&[]), Encoding::Utf16);
        assert_eq!(Encoding::negotiated(&[Kind::UTF16, Kind::UTF8]), Encoding::Utf8);
        assert_eq!(Encoding::negotiated(&[Kind::UTF32]), Encoding::Utf32);
        assert_eq!(Encoding::negotiated(&[Kind::Custom("x".into())]), Encoding::Utf16);
    }

    #[test]
    fn characters_are_counted_as_agreed() {
        let text = "aé😀b\r\nx\ry";
        let lines = Lines::new(text);
        for (encoding, column) in [(Encoding::Utf8, 7), (Encoding::Utf16, 4), (Encoding::Utf32, 3)]
        {
            let b = text.find('b').unwrap();
            assert_eq!(lines.position(text, b as u32, encoding), at(0, column));
            assert_eq!(lines.offset(text, at(0, column), encoding), b);
        }
        assert_eq!(lines.offset(text, at(1, 0), Encoding::Utf16), text.find('x').unwrap());
        assert_eq!(lines.offset(text, at(2, 0), Encoding::Utf16), text.find('y').unwrap());
        assert_eq!(lines.position(text, 10, Encoding::Utf16), at(1, 0));
    }

    #[test]
    fn positions_past_the_end_or_inside_of_characters() {
        let text = "😀\r\nab";
        let lines = Lines::new(text);
        assert_eq!(lines.offset(text, at(0, 1), Encoding::Utf16), 0);
        assert_eq!(lines.offset(text, at(0, 99), Encoding::Utf16), 4);
        assert_eq!(lines.offset(text, at(1, 99), Encoding::Utf16), text.len());
        assert_eq!(lines.offset(text, at(99, 0), Encoding::Utf16), text.len());
        assert_eq!(lines.position(text, 2, Encoding::Utf8), at(0, 0));
        assert_eq!(lines.position(text, 99, Encoding::Utf8), at(1, 2));
        assert_eq!(Lines::new("").offset("", at(0, 5), Encoding::Utf8), 0);
    }

    proptest! {
        #[test]
        fn there_and_back(text in "[a\né😀\r]{0,20}") {
            let lines = Lines::new(&text);
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                for (offset, _) in text.char_indices() {
                    let position = lines.position(&text, offset as u32, encoding);
                    let back = lines.offset(&text, position, encoding);
                    // Between CR and LF is no place of its own.
                    let inside = text.get(..offset).unwrap().ends_with('\r') && text.get(offset..).unwrap().starts_with('\n');
                    prop_assert!(back == offset || inside, "{position:?} {back} {offset}");
                }
            }
        }
    }
}
