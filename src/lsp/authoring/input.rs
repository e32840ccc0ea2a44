//! The bytes of a TOML text, one after another: blanks, lines, strings.

use std::borrow::Cow;
use std::ops::Range;

/// How far a line is looked at to see whether it begins anew.
const LOOK_AHEAD: usize = 256;

/// A text, and how far it is read. Wherever something is looked at, a character begins.
pub struct Input<'t> {
    /// All of it.
    pub text: &'t str,
    /// The byte that is next.
    pub at: usize,
}

impl<'t> Input<'t> {
    /// The beginning of a text.
    pub fn new(text: &'t str) -> Self {
        Input { text, at: 0 }
    }

    /// The next byte.
    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// What is not read yet.
    pub fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Passes over bytes that fit.
    pub fn skip_while(&mut self, fits: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&fits) {
            self.at += 1;
        }
    }

    /// Passes over blanks.
    pub fn skip_spaces(&mut self) {
        self.skip_while(|byte| matches!(byte, b' ' | b'\t'));
    }

    /// Passes over the rest of the line.
    pub fn skip_line(&mut self) {
        self.at = memchr::memchr(b'\n', self.rest().as_bytes())
            .map_or(self.text.len(), |end| self.at + end);
    }

    /// What stands between quotes on one line, and whether they are closed.
    pub fn quoted(&mut self, quote: u8) -> (Range<usize>, bool) {
        self.at += 1;
        let start = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' => return (start..self.at, false),
                b'\\' if quote == b'"' => self.escape(),
                _ if byte == quote => {
                    self.at += 1;
                    return (start..self.at - 1, true);
                }
                _ => self.at += 1,
            }
        }
        (start..self.at, false)
    }

    fn escape(&mut self) {
        self.at += 1;
        if self.peek().is_some_and(|byte| byte != b'\n') {
            self.at += 1;
        }
    }

    /// What stands between three quotes on each side, and whether they are closed.
    pub fn many_lines(&mut self, quote: u8) -> (Range<usize>, bool) {
        self.at += 3;
        let start = self.at;
        while let Some(byte) = self.peek() {
            if byte == b'\\' && quote == b'"' {
                self.at += 1;
                self.at = (self.at + 1).min(self.text.len());
            } else if byte == quote && self.rest().as_bytes().starts_with(&[quote; 3]) {
                let end = self.at;
                self.at += 3;
                return (start..end, true);
            } else {
                self.at += 1;
            }
        }
        (start..self.at, false)
    }
}

/// Whether a byte may stand in a key without quotes.
pub fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// What a quoted name says; escapes are rare there, and only those of quotes and backslashes are undone.
pub fn unescaped(text: &str, quote: u8) -> Cow<'_, str> {
    if quote == b'"' && text.contains('\\') {
        Cow::Owned(text.replace("\\\"", "\"").replace("\\\\", "\\"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether a line is a header or an assignment, which stand in no array: one above it was not closed.
pub fn begins_anew(rest: &str) -> bool {
    let end = rest.floor_char_boundary(LOOK_AHEAD.min(rest.len()));
    let line = rest.get(..end).unwrap_or_default();
    let line = line.split('\n').next().unwrap_or_default();
    if let Some(header) = line.strip_prefix('[') {
        let name = header.strip_prefix('[').unwrap_or(header);
        let inner = name.split(']').next().unwrap_or_default();
        let is_name = |byte: u8| is_bare(byte) || matches!(byte, b'.' | b'"' | b'\'');
        return name.starts_with(|first: char| first.is_ascii_alphabetic())
            && inner.bytes().all(is_name);
    }
    let key = line.trim_start();
    let behind =
        key.trim_start_matches(|it: char| it.is_ascii() && (is_bare(it as u8) || it == '.'));
    behind.len() < key.len() && behind.trim_start().starts_with('=')
}
