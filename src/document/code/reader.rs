//! Follows the quotes and comment marks of a text.

use memchr::{memchr, memchr2, memmem};

use super::{Piece, Syntax};
use crate::document::Span;

/// Reads a text once from its start to its end.
pub(super) struct Reader<'t> {
    bytes: &'t [u8],
    syntax: Syntax,
    at: usize,
    found: Vec<(Span, Piece)>,
    /// Open templates: for each the braces that are open in its current expression.
    templates: Vec<usize>,
    /// The last byte of code that is no blank, and where it stands.
    before: Option<(u8, usize)>,
    /// Nothing ends a block comment any more, so nothing is looked for again.
    no_block_end: bool,
    /// The same of a literal that may hold lines.
    no_quote_end: bool,
    /// Up to here no slash begins a regular expression: the line was searched for its end in vain.
    no_regex_until: usize,
}

impl<'t> Reader<'t> {
    pub fn new(text: &'t str, syntax: Syntax) -> Reader<'t> {
        Reader {
            bytes: text.as_bytes(),
            syntax,
            at: 0,
            found: Vec::new(),
            templates: Vec::new(),
            before: None,
            no_block_end: false,
            no_quote_end: false,
            no_regex_until: 0,
        }
    }

    pub fn pieces(mut self) -> Vec<(Span, Piece)> {
        while let Some(byte) = self.byte(self.at) {
            let start = self.at;
            match self.piece_from(byte) {
                Some((end, piece)) => {
                    // Whatever happens, the reader goes forward.
                    self.at = end.max(start + 1).min(self.bytes.len());
                    self.push(start, self.at, piece);
                    if piece == Piece::Literal {
                        self.before = Some((b'"', self.at));
                    }
                }
                None => {
                    if !byte.is_ascii_whitespace() {
                        self.before = Some((byte, start));
                    }
                    self.at = start + 1;
                }
            }
        }
        self.found
    }

    fn push(&mut self, start: usize, end: usize, piece: Piece) {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.found.push((Span { start: place(start), end: place(end) }, piece));
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn rest(&self, at: usize) -> &'t [u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    fn starts(&self, mark: &[u8]) -> bool {
        self.rest(self.at).starts_with(mark)
    }

    /// The end of the comment or literal that begins here, if one does.
    fn piece_from(&mut self, byte: u8) -> Option<(usize, Piece)> {
        match self.syntax {
            Syntax::Markup => (byte == b'<' && self.starts(b"<!--"))
                .then(|| (self.after(4, b"-->"), Piece::Comment)),
            Syntax::Apex | Syntax::Braces | Syntax::Script => self.braces(byte),
            Syntax::Python | Syntax::Shell | Syntax::Yaml => self.hashes(byte),
        }
    }

    fn braces(&mut self, byte: u8) -> Option<(usize, Piece)> {
        let script = self.syntax == Syntax::Script;
        match byte {
            b'/' if self.starts(b"//") => Some((self.line_end(self.at), Piece::Comment)),
            b'/' if self.starts(b"/*") => Some((self.after(2, b"*/"), Piece::Comment)),
            b'/' if script && self.at >= self.no_regex_until && self.expression_may_begin() => {
                let end = self.regex_end();
                if end.is_none() {
                    self.no_regex_until = self.line_end(self.at);
                }
                end.map(|end| (end, Piece::Literal))
            }
            b'\'' if self.syntax == Syntax::Apex && self.starts(b"'''") => {
                Some((self.text_block(), Piece::Literal))
            }
            b'\'' => Some((self.quoted(byte, true), Piece::Literal)),
            b'"' if self.syntax != Syntax::Apex => Some((self.quoted(byte, true), Piece::Literal)),
            b'`' if script => Some((self.template_part(self.at + 1), Piece::Literal)),
            b'{' if script => {
                if let Some(open) = self.templates.last_mut() {
                    *open += 1;
                }
                None
            }
            b'}' if script => match self.templates.last_mut() {
                Some(0) => {
                    self.templates.pop();
                    Some((self.template_part(self.at + 1), Piece::Literal))
                }
                Some(open) => {
                    *open -= 1;
                    None
                }
                None => None,
            },
            _ => None,
        }
    }

    fn hashes(&mut self, byte: u8) -> Option<(usize, Piece)> {
        let after_blank = match self.at.checked_sub(1).and_then(|before| self.byte(before)) {
            None => true,
            Some(before) => {
                before.is_ascii_whitespace()
                    || self.syntax == Syntax::Shell && matches!(before, b';' | b'(' | b'&' | b'|')
            }
        };
        match (self.syntax, byte) {
            (Syntax::Python, b'#') => Some((self.line_end(self.at), Piece::Comment)),
            (_, b'#') if after_blank => Some((self.line_end(self.at), Piece::Comment)),
            (Syntax::Python, b'\'' | b'"') => {
                let three = [byte; 3];
                let end = if self.starts(&three) {
                    self.long_string(&three)
                } else {
                    self.quoted(byte, true)
                };
                Some((end, Piece::Literal))
            }
            (Syntax::Shell, b'\'' | b'"') => Some((self.over_lines(byte), Piece::Literal)),
            // An apostrophe in a plain text is none of YAML's quotes.
            (Syntax::Yaml, b'\'' | b'"') if self.value_may_begin() => {
                Some((self.quoted(byte, byte == b'"'), Piece::Literal))
            }
            _ => None,
        }
    }

    /// The end of a comment whose mark is so long, or of the text if nothing ends it.
    fn after(&mut self, mark: usize, end: &[u8]) -> usize {
        let from = self.at + mark;
        let found = if self.no_block_end { None } else { memmem::find(self.rest(from), end) };
        self.no_block_end |= found.is_none();
        match found {
            Some(at) => from + at + end.len(),
            // Half a comment hides the rest of its line, not of the file.
            None => self.line_end(self.at),
        }
    }

    /// A return alone ends a line as well, in all languages but that of shells.
    fn line_end(&self, from: usize) -> usize {
        let rest = self.rest(from);
        let end = match self.syntax {
            Syntax::Shell => memchr(b'\n', rest),
            _ => memchr2(b'\n', b'\r', rest),
        };
        end.map_or(self.bytes.len(), |at| from + at)
    }

    /// The end of a literal that cannot go beyond its line.
    fn quoted(&self, quote: u8, backslash: bool) -> usize {
        let mut at = self.at + 1;
        while let Some(byte) = self.byte(at) {
            match byte {
                b'\n' | b'\r' => return at,
                b'\\' if backslash => at += 2,
                _ if byte == quote => return at + 1,
                _ => at += 1,
            }
        }
        self.bytes.len()
    }

    /// The end of a literal of a shell, which may hold lines; without an end it goes to the end of its line.
    fn over_lines(&mut self, quote: u8) -> usize {
        let mut at = self.at + 1;
        if quote == b'\'' {
            let end = memchr(quote, self.rest(at)).map(|end| at + end + 1);
            return end.unwrap_or_else(|| self.line_end(at));
        }
        while !self.no_quote_end {
            let Some(end) = memchr2(quote, b'\\', self.rest(at)) else {
                self.no_quote_end = true;
                break;
            };
            at += end + 1;
            if self.byte(at - 1) == Some(quote) {
                return at;
            }
            at += 1;
        }
        self.line_end(self.at + 1)
    }

    fn long_string(&self, quotes: &[u8; 3]) -> usize {
        let from = self.at + quotes.len();
        memmem::find(self.rest(from), quotes)
            .map_or(self.bytes.len(), |end| from + end + quotes.len())
    }

    /// The end of an Apex text of several lines (Summer '26); without an end it goes to the end of its line.
    fn text_block(&mut self) -> usize {
        let from = self.at + 3;
        if !self.no_quote_end
            && let Some(end) = memmem::find(self.rest(from), b"'''")
        {
            return from + end + 3;
        }
        self.no_quote_end = true;
        self.line_end(from)
    }

    /// The end of a template's text from here: its end, or the start of an expression, which is code.
    fn template_part(&mut self, from: usize) -> usize {
        let mut at = from;
        while let Some(byte) = self.byte(at) {
            match byte {
                b'\\' => at += 2,
                b'`' => return at + 1,
                b'$' if self.byte(at + 1) == Some(b'{') => {
                    self.templates.push(0);
                    return at + 2;
                }
                _ => at += 1,
            }
        }
        self.bytes.len()
    }

    /// Whether a slash begins a regular expression and is no division: after an operator or a word such as `return`.
    fn expression_may_begin(&self) -> bool {
        const WORDS: [&[u8]; 7] = [b"return", b"typeof", b"case", b"in", b"of", b"delete", b"void"];
        let Some((byte, at)) = self.before else { return true };
        if !(byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'$' | b')' | b']' | b'}' | b'"'))
        {
            return true;
        }
        let end = at + 1;
        WORDS.iter().any(|word| {
            let start = end.checked_sub(word.len());
            start.is_some_and(|start| {
                let before = start.checked_sub(1).and_then(|before| self.byte(before));
                self.bytes.get(start..end) == Some(*word)
                    && !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            })
        })
    }

    /// The end of a regular expression, which cannot go beyond its line.
    fn regex_end(&self) -> Option<usize> {
        let mut at = self.at + 1;
        let mut in_class = false;
        while let Some(byte) = self.byte(at) {
            match byte {
                b'\n' | b'\r' => return None,
                b'\\' => at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => return Some(at + 1),
                _ => {}
            }
            at += 1;
        }
        None
    }

    /// Whether a quote of YAML begins a value: at the start of a line, or after what values follow.
    fn value_may_begin(&self) -> bool {
        let Some((byte, at)) = self.before else { return true };
        let between = self.bytes.get(at..self.at).unwrap_or_default();
        matches!(byte, b':' | b',' | b'[' | b'{' | b'-' | b'=') || memchr(b'\n', between).is_some()
    }
}
