//! Rule files that `build.rs` has read: reading TOML is most of the work of a short run.
//!
//! Each value is a tag, its span (two `u32`, little endian), and:
//!
//! | tag | value | then |
//! |---|---|---|
//! | 0 | text that stands at its span as it is | – |
//! | 1 | text with escapes | `u32` length, bytes |
//! | 2 | whole number | `i64` |
//! | 3 | number | `f64` |
//! | 4, 5 | false, true | – |
//! | 6 | list | `u32` length, values |
//! | 7 | table | `u32` length, then key (as text) and value each |

use std::borrow::Cow;

use toml_span::value::{Key, Table, ValueInner};
use toml_span::{Span, Value};

/// Tables and lists are nested at most this deep; anything deeper is left to the parser.
const DEPTH: u32 = 32;

/// The value of a file; `None` when there is none, or when it does not fit the text.
pub fn decode<'d>(compiled: &[u8], text: &'d str) -> Option<Value<'d>> {
    if compiled.is_empty() {
        return None;
    }
    Decoder { rest: compiled, text }.value(DEPTH)
}

struct Decoder<'c, 'd> {
    rest: &'c [u8],
    text: &'d str,
}

impl<'d> Decoder<'_, 'd> {
    fn value(&mut self, depth: u32) -> Option<Value<'d>> {
        let tag = self.bytes::<1>()?[0];
        let span = self.span()?;
        let inner = match tag {
            0 | 1 => ValueInner::String(self.text(tag, span)?),
            2 => ValueInner::Integer(i64::from_le_bytes(self.bytes()?)),
            3 => ValueInner::Float(f64::from_le_bytes(self.bytes()?)),
            4 => ValueInner::Boolean(false),
            5 => ValueInner::Boolean(true),
            6 => {
                let depth = depth.checked_sub(1)?;
                let length = self.number()?;
                let items = (0..length).map(|_| self.value(depth)).collect::<Option<Vec<_>>>()?;
                ValueInner::Array(items)
            }
            7 => {
                let depth = depth.checked_sub(1)?;
                let mut table = Table::new();
                for _ in 0..self.number()? {
                    let tag = self.bytes::<1>()?[0];
                    let span = self.span()?;
                    let name = self.text(tag, span)?;
                    table.insert(Key { name, span }, self.value(depth)?);
                }
                ValueInner::Table(table)
            }
            _ => return None,
        };
        Some(Value::with_span(inner, span))
    }

    fn text(&mut self, tag: u8, span: Span) -> Option<Cow<'d, str>> {
        if tag == 0 {
            return self.text.get(span.start..span.end).map(Cow::Borrowed);
        }
        let length = self.number()?;
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(Cow::Owned(std::str::from_utf8(bytes).ok()?.to_owned()))
    }

    fn span(&mut self) -> Option<Span> {
        let start = self.number()?;
        let end = self.number()?;
        Some(Span { start, end })
    }

    fn number(&mut self) -> Option<usize> {
        Some(u32::from_le_bytes(self.bytes()?) as usize)
    }

    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_data_is_left_to_the_parser() {
        assert!(decode(&[], "a = 1").is_none());
        for length in 0..40 {
            let _ = decode(&vec![7; length], "a = 1");
            assert!(decode(&vec![9; length], "a = 1").is_none());
        }
        // A span beyond the text.
        assert!(decode(&[0, 0, 0, 0, 0, 9, 0, 0, 0], "ab").is_none());
    }
}
