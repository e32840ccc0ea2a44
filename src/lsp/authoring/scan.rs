//! TOML while it is typed: which table and key a place belongs to, whatever is broken around it.
//!
//! One pass over the text, line by line where a line does not end as it should. Nothing is an error here; what is wrong with a
//! document is told by those who read it for good.

use std::borrow::Cow;
use std::ops::Range;

use super::input::{Input, begins_anew, is_bare, unescaped};

/// Deeper tables and longer keys are passed over: nothing that is read here is so deep.
const DEPTH: usize = 64;

/// Something complete in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// A header of a table; its path is the table.
    Header,
    /// A key; the path ends with it.
    Key,
    /// A string; the range is what stands between the quotes.
    Text,
    /// Another value.
    Bare,
}

/// What may stand where a text ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A name in a header, `[[…]]` or `[…]`.
    Header {
        /// Of an array of tables.
        array: bool,
    },
    /// A key of a table.
    Key,
    /// A value without quotes, or none yet.
    Value,
    /// Within a string.
    Text,
    /// Nothing that could be completed.
    Nowhere,
}

/// Where a text ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// What may stand there.
    pub place: Place,
    /// The table for a key, the keys up to the value for a value. Arrays have no part of their own.
    pub path: Vec<String>,
    /// Where that begins which ends at the end of the text.
    pub start: usize,
}

/// The place at the end of a text.
pub fn cursor(text: &str) -> Cursor {
    let mut scanner = Scanner::new(text);
    let (place, start) = scanner.run(&mut |_, _, _| {});
    let path = scanner.path.into_iter().map(Cow::into_owned).collect();
    Cursor { place, path, start }
}

/// Visits all tokens of a text, each with its path.
pub fn visit<'t>(text: &'t str, on: Visitor<'_, 't>) {
    Scanner::new(text).run(on);
}

/// Takes the path, the bytes and the form of each token.
type Visitor<'v, 't> = &'v mut dyn FnMut(&[Cow<'t, str>], Range<usize>, Token);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    Array,
    /// The length of the path where the table began.
    Table(usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Line,
    Key,
    Value,
    AfterValue,
}

/// The end of the text was met: what stands there, and where it begins.
type End = (Place, usize);

struct Scanner<'t> {
    input: Input<'t>,
    path: Vec<Cow<'t, str>>,
    /// The length of the path of the header.
    header: usize,
    frames: Vec<Frame>,
    /// Brackets beyond [`DEPTH`].
    deeper: usize,
    expect: Expect,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str) -> Self {
        Scanner {
            input: Input::new(text),
            path: Vec::new(),
            header: 0,
            frames: Vec::new(),
            deeper: 0,
            expect: Expect::Line,
        }
    }

    fn push(&mut self, name: Cow<'t, str>) {
        if self.path.len() < DEPTH {
            self.path.push(name);
        }
    }

    fn run(&mut self, on: Visitor<'_, 't>) -> End {
        loop {
            let end = match self.expect {
                Expect::Line => self.line(on),
                Expect::Key => self.inner_key(on),
                Expect::Value => self.value(on),
                Expect::AfterValue => self.after_value(),
            };
            match end {
                Some((place, _)) if self.deeper > 0 && place != Place::Nowhere => {
                    return (Place::Nowhere, self.input.text.len());
                }
                Some(end) => return end,
                None => {}
            }
        }
    }

    /// A line outside of all brackets.
    fn line(&mut self, on: Visitor<'_, 't>) -> Option<End> {
        self.frames.clear();
        self.deeper = 0;
        self.path.truncate(self.header);
        self.input.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
        match self.input.peek() {
            None => Some((Place::Key, self.input.at)),
            Some(b'#') => self.comment(),
            Some(b'[') => self.table_header(on),
            Some(_) => self.key(on),
        }
    }

    /// A comment; at the end of the text there is nothing to complete.
    fn comment(&mut self) -> Option<End> {
        self.input.skip_line();
        self.input.peek().is_none().then_some((Place::Nowhere, self.input.at))
    }

    fn table_header(&mut self, on: Visitor<'_, 't>) -> Option<End> {
        self.input.at += 1;
        let array = self.input.peek() == Some(b'[');
        self.input.at += usize::from(array);
        self.path.clear();
        let start = self.input.at;
        let end = self.names(Place::Header { array });
        self.header = self.path.len();
        if end.is_some() {
            return end;
        }
        on(&self.path, start..self.input.at, Token::Header);
        self.input.skip_line();
        self.input.peek().is_none().then_some((Place::Nowhere, self.input.at))
    }

    /// Names with points between them are added to the path. At the end of the text the last one is only begun.
    fn names(&mut self, place: Place) -> Option<End> {
        loop {
            self.input.skip_spaces();
            let start = self.input.at;
            let name = match self.input.peek() {
                Some(quote @ (b'"' | b'\'')) => {
                    let (range, closed) = self.input.quoted(quote);
                    if !closed && self.input.peek().is_none() {
                        return Some((Place::Nowhere, start));
                    }
                    unescaped(self.input.text.get(range).unwrap_or_default(), quote)
                }
                _ => {
                    self.input.skip_while(is_bare);
                    if self.input.peek().is_none() {
                        return Some((place, start));
                    }
                    Cow::Borrowed(self.input.text.get(start..self.input.at).unwrap_or_default())
                }
            };
            self.push(name);
            self.input.skip_spaces();
            match self.input.peek() {
                Some(b'.') => self.input.at += 1,
                None => return Some((Place::Nowhere, self.input.at)),
                Some(_) => return None,
            }
        }
    }

    /// A key with its `=`.
    fn key(&mut self, on: Visitor<'_, 't>) -> Option<End> {
        let start = self.input.at;
        let end = self.names(Place::Key);
        if end.is_some() {
            return end;
        }
        on(&self.path, start..self.input.at, Token::Key);
        if self.input.peek() == Some(b'=') {
            self.input.at += 1;
            self.expect = Expect::Value;
        } else if self.frames.is_empty() {
            self.input.skip_line();
            self.expect = Expect::Line;
            return self.input.peek().is_none().then_some((Place::Nowhere, self.input.at));
        } else {
            self.expect = Expect::AfterValue;
        }
        None
    }

    /// A key of an inline table.
    fn inner_key(&mut self, on: Visitor<'_, 't>) -> Option<End> {
        if let Some(Frame::Table(base)) = self.frames.last() {
            self.path.truncate(*base);
        }
        self.input.skip_spaces();
        match self.input.peek() {
            None => Some((Place::Key, self.input.at)),
            Some(b'}' | b']' | b',' | b'#' | b'\n' | b'\r') => {
                self.expect = Expect::AfterValue;
                None
            }
            Some(_) => self.key(on),
        }
    }

    fn value(&mut self, on: Visitor<'_, 't>) -> Option<End> {
        self.input.skip_spaces();
        let start = self.input.at;
        let Some(byte) = self.input.peek() else { return Some((Place::Value, start)) };
        match byte {
            quote @ (b'"' | b'\'') => {
                let triple = [quote; 3];
                let many = self.input.rest().as_bytes().starts_with(&triple);
                let (range, closed) =
                    if many { self.input.many_lines(quote) } else { self.input.quoted(quote) };
                if !closed && self.input.peek().is_none() {
                    return Some((Place::Text, range.start));
                }
                on(&self.path, range, Token::Text);
                self.expect = Expect::AfterValue;
            }
            b'[' => self.open(Frame::Array, Expect::Value),
            b'{' => self.open(Frame::Table(self.path.len()), Expect::Key),
            b']' | b'}' | b',' | b'#' | b'\n' | b'\r' => self.expect = Expect::AfterValue,
            _ => {
                self.input.at += 1;
                self.input.skip_while(|byte| !b" \t\r\n,]}#".contains(&byte));
                if self.input.peek().is_none() {
                    return Some((Place::Value, start));
                }
                on(&self.path, start..self.input.at, Token::Bare);
                self.expect = Expect::AfterValue;
            }
        }
        None
    }

    fn open(&mut self, frame: Frame, next: Expect) {
        self.input.at += 1;
        if self.frames.len() < DEPTH {
            self.frames.push(frame);
            self.expect = next;
        } else {
            // The brackets are counted so that what is behind them is found again.
            self.deeper += 1;
            self.expect = Expect::Value;
        }
    }

    fn close(&mut self) {
        self.input.at += 1;
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if let Some(Frame::Table(base)) = self.frames.pop() {
            self.path.truncate(base);
        }
        self.expect = Expect::AfterValue;
    }

    /// Behind a value, or where one is missing.
    fn after_value(&mut self) -> Option<End> {
        self.input.skip_spaces();
        let Some(byte) = self.input.peek() else { return Some((Place::Nowhere, self.input.at)) };
        match byte {
            b'#' => return self.comment(),
            b'\r' => self.input.at += 1,
            b'\n' => return self.line_end(),
            b',' if !self.frames.is_empty() => {
                self.input.at += 1;
                let in_table = matches!(self.frames.last(), Some(Frame::Table(_)));
                self.expect =
                    if in_table && self.deeper == 0 { Expect::Key } else { Expect::Value };
            }
            b']' | b'}' => self.close(),
            _ if self.frames.is_empty() => {
                self.input.skip_line();
                return self.input.peek().is_none().then_some((Place::Nowhere, self.input.at));
            }
            // A comma is missing.
            _ => {
                let in_table = matches!(self.frames.last(), Some(Frame::Table(_)));
                if in_table && self.deeper == 0 {
                    self.input.at += self.input.rest().chars().next().map_or(1, char::len_utf8);
                } else {
                    self.expect = Expect::Value;
                }
            }
        }
        None
    }

    /// A line ends. Arrays go on behind it unless the next line begins something else; nothing else does.
    fn line_end(&mut self) -> Option<End> {
        self.input.at += 1;
        let goes_on = matches!(self.frames.last(), Some(Frame::Array)) || self.deeper > 0;
        if !goes_on || begins_anew(self.input.rest()) {
            self.expect = Expect::Line;
            return None;
        }
        self.expect = Expect::Value;
        self.input.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
        match self.input.peek() {
            None => Some((Place::Value, self.input.at)),
            Some(b'\n' | b'#') => {
                self.expect = Expect::AfterValue;
                None
            }
            Some(_) => None,
        }
    }
}
