//! The characters of a JSON text.

use std::borrow::Cow;

use super::{JsonError, error};
use crate::document::Span;

/// Reads tokens.
pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn skip_while(&mut self, pass: impl Fn(u8) -> bool) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|byte| !pass(*byte)).unwrap_or(rest.len());
    }

    /// Passes whitespace and comments.
    pub(super) fn skip_insignificant(&mut self) -> Result<(), JsonError> {
        loop {
            self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
            if self.rest().starts_with("//") {
                self.skip_while(|byte| !matches!(byte, b'\n' | b'\r'));
            } else if let Some(comment) = self.rest().strip_prefix("/*") {
                let length =
                    comment.find("*/").ok_or_else(|| self.error("a comment is not closed"))?;
                self.at += length + "/**/".len();
            } else {
                return Ok(());
            }
        }
    }

    /// Reads a string; the span is what stands between its quotes.
    pub(super) fn string(&mut self) -> Result<(Cow<'a, str>, Span), JsonError> {
        let open = self.at;
        self.at += 1;
        let start = self.at;
        let mut decoded: Option<String> = None;
        loop {
            let piece_start = self.at;
            self.skip_while(|byte| byte >= b' ' && byte != b'"' && byte != b'\\');
            let piece = self.text.get(piece_start..self.at).unwrap_or_default();
            if let Some(decoded) = &mut decoded {
                decoded.push_str(piece);
            }
            match self.peek() {
                Some(b'"') => {
                    let place = Span::from_offsets(start, self.at);
                    self.at += 1;
                    return Ok((decoded.map_or(Cow::Borrowed(piece), Cow::Owned), place));
                }
                Some(b'\\') => {
                    let character = self.escape()?;
                    decoded.get_or_insert_with(|| piece.to_owned()).push(character);
                }
                Some(_) => return Err(self.error("a control character in a string")),
                None => return Err(error(open, "a string is not closed")),
            }
        }
    }

    /// Reads an escape; for `\u` with a high surrogate, the one of its low surrogate too.
    pub(super) fn escape(&mut self) -> Result<char, JsonError> {
        let character = match self.rest().as_bytes().get(1) {
            Some(b'u') => {
                let unit = self
                    .escaped_unit()
                    .ok_or_else(|| self.error("expected four hexadecimal digits after `\\u`"))?;
                self.at += UNIT_LENGTH;
                return Ok(self.scalar_value(unit));
            }
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            _ => return Err(self.error("an unknown escape in a string")),
        };
        self.at += 2;
        Ok(character)
    }

    /// The character of a UTF-16 unit that has just been read; takes a low surrogate that follows
    /// a high one.
    pub(super) fn scalar_value(&mut self, unit: u16) -> char {
        if let Some(low) = self.escaped_unit()
            && let Some(Ok(character)) = char::decode_utf16([unit, low]).next()
            && character.len_utf16() == 2
        {
            self.at += UNIT_LENGTH;
            return character;
        }
        char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// The UTF-16 unit of an escape such as `\u00e4` that is next.
    pub(super) fn escaped_unit(&self) -> Option<u16> {
        let digits = self.rest().strip_prefix("\\u")?.get(..4)?;
        // The conversion alone would accept a sign.
        let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        are_digits.then(|| u16::from_str_radix(digits, 16).ok())?
    }

    pub(super) fn number(&mut self) -> Result<(Cow<'a, str>, Span), JsonError> {
        let start = self.at;
        self.skip_one(b"-");
        // A leading zero stands alone: what follows it then is an error of the next token.
        if !self.skip_one(b"0") {
            self.digits()?;
        }
        if self.skip_one(b".") {
            self.digits()?;
        }
        if self.skip_one(b"eE") {
            self.skip_one(b"+-");
            self.digits()?;
        }
        Ok(self.token(start))
    }

    pub(super) fn digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        self.skip_while(|byte| byte.is_ascii_digit());
        if self.at == start { Err(self.error("expected a digit")) } else { Ok(()) }
    }

    pub(super) fn skip_one(&mut self, bytes: &[u8]) -> bool {
        let found = self.peek().is_some_and(|byte| bytes.contains(&byte));
        self.at += usize::from(found);
        found
    }

    pub(super) fn literal(&mut self) -> Result<(Cow<'a, str>, Span), JsonError> {
        let start = self.at;
        let rest = self.rest();
        let literal = ["true", "false", "null"].into_iter().find(|word| rest.starts_with(word));
        self.at += literal.ok_or_else(|| self.error("expected a value"))?.len();
        Ok(self.token(start))
    }

    pub(super) fn token(&self, start: usize) -> (Cow<'a, str>, Span) {
        let token = self.text.get(start..self.at).unwrap_or_default();
        (Cow::Borrowed(token), Span::from_offsets(start, self.at))
    }

    pub(super) fn error(&self, message: &str) -> JsonError {
        error(self.at, message)
    }
}

/// The bytes of `\u` and four digits.
const UNIT_LENGTH: usize = 6;
