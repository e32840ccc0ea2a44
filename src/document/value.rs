//! The text of an element: decoding it, and finding every part of it in the source again.

use super::characters::trim;
use super::reference;
use super::span::{Span, offset};
use std::borrow::Cow;

/// What is known of an element's own text after reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// No text but white space.
    Empty,
    /// One stretch of the source, trimmed, is the text.
    Verbatim(Span),
    /// Made of several stretches or references; decoded when asked for, because few rules ask.
    Composed,
}

/// Where to split a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Split {
    Lines,
    At(char),
}

impl Split {
    fn is_at(self, character: char) -> bool {
        match self {
            // A lone CR can only come from a reference.
            Split::Lines => character == '\n' || character == '\r',
            Split::At(separator) => character == separator,
        }
    }
}

/// A stretch of decoded text and where it comes from.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// Its first byte in the decoded text.
    decoded: u32,
    raw: Span,
    /// Whether it is written as it is decoded; otherwise it is one character that is written differently.
    is_verbatim: bool,
}

/// A decoded text with a map back to the source.
#[derive(Clone, Debug, Default)]
pub(super) struct Decoded {
    text: String,
    runs: Vec<Run>,
}

/// Decodes the content of a well-formed element. `rest` reaches from its start tag to the end of its end tag, `children` are
/// the spans of its child elements in order.
pub(super) fn decode(text: &str, rest: Span, mut children: impl Iterator<Item = Span>) -> Decoded {
    let mut decoded = Decoded::default();
    let content = rest.of(text);
    // The end tag is the last markup; before it everything belongs to the element.
    let end = rest.start as usize + memchr::memrchr(b'<', content.as_bytes()).unwrap_or_default();
    let text = text.get(..end).unwrap_or_default();
    let mut at = rest.start as usize;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let plain = memchr::memchr2(b'<', b'&', rest.as_bytes()).unwrap_or(rest.len());
        let (data, markup) = rest.split_at(plain);
        decoded.push_verbatim(data, at);
        at += plain;
        let length = if markup.starts_with('&') {
            match reference::read(markup) {
                Ok(reference) => {
                    decoded
                        .push(reference.character, Span::from_offsets(at, at + reference.length));
                    reference.length
                }
                Err(_) => 1,
            }
        } else if let Some(inside) = markup.strip_prefix("<![CDATA[") {
            let length = inside.find("]]>").unwrap_or(inside.len());
            decoded.push_verbatim(inside.get(..length).unwrap_or_default(), at + 9);
            length + 12
        } else if let Some(inside) = markup.strip_prefix("<!--") {
            inside.find("-->").map_or(markup.len(), |length| length + 7)
        } else if let Some(inside) = markup.strip_prefix("<?") {
            inside.find("?>").map_or(markup.len(), |length| length + 4)
        } else {
            children.next().map_or(markup.len(), |child| child.len() as usize)
        };
        // At least one byte, so that this ends whatever the text.
        at += length.max(1);
    }
    decoded
}

impl Decoded {
    fn push(&mut self, character: char, raw: Span) {
        self.runs.push(Run { decoded: offset(self.text.len()), raw, is_verbatim: false });
        self.text.push(character);
    }

    /// Adds text as written, except that CRLF and CR become LF (XML 1.0, section 2.11).
    fn push_verbatim(&mut self, data: &str, start: usize) {
        let mut at = start;
        for line in data.split_inclusive('\r') {
            let (plain, has_break) = match line.strip_suffix('\r') {
                Some(plain) => (plain, true),
                None => (line, false),
            };
            // The LF of a CRLF was counted with its CR.
            let plain_start = at;
            at += line.len();
            let (plain, plain_start) = match plain.strip_prefix('\n') {
                Some(after) if plain_start > start => (after, plain_start + 1),
                _ => (plain, plain_start),
            };
            if !plain.is_empty() {
                self.runs.push(Run {
                    decoded: offset(self.text.len()),
                    raw: Span::from_offsets(plain_start, plain_start + plain.len()),
                    is_verbatim: true,
                });
                self.text.push_str(plain);
            }
            if has_break {
                let is_crlf = data.as_bytes().get(at - start) == Some(&b'\n');
                self.push('\n', Span::from_offsets(at - 1, at + usize::from(is_crlf)));
            }
        }
    }

    /// The trimmed text.
    pub(super) fn into_text(mut self) -> String {
        match trim(&self.text) {
            None => String::new(),
            Some((before, trimmed)) => {
                let length = trimmed.len();
                self.text.truncate(before + length);
                self.text.drain(..before);
                self.text
            }
        }
    }

    /// Where the trimmed text is written; `None` if it is empty.
    pub(super) fn span(&self) -> Option<Span> {
        let (before, trimmed) = trim(&self.text)?;
        Some(self.raw_span(before, before + trimmed.len()))
    }

    /// The trimmed parts that are not empty.
    pub(super) fn pieces<'a>(&self, split: Split) -> Pieces<'a> {
        let mut pieces = Vec::new();
        let mut at = 0;
        for part in self.text.split_inclusive(|character| split.is_at(character)) {
            let content = part.strip_suffix(|character| split.is_at(character)).unwrap_or(part);
            if let Some((before, trimmed)) = trim(content) {
                let start = at + before;
                let span = self.raw_span(start, start + trimmed.len());
                pieces.push((Cow::Owned(trimmed.to_owned()), span));
            }
            at += part.len();
        }
        Pieces(Inner::Composed(pieces.into_iter()))
    }

    /// Where a part of the decoded text, which must not be empty, is written.
    fn raw_span(&self, start: usize, end: usize) -> Span {
        let (start, last) = (offset(start), offset(end.saturating_sub(1)));
        let first_run = self.run_at(start);
        let last_run = self.run_at(last);
        Span::new(
            first_run.map_or(0, |run| match run.is_verbatim {
                true => run.raw.start + (start - run.decoded),
                false => run.raw.start,
            }),
            last_run.map_or(0, |run| match run.is_verbatim {
                true => run.raw.start + (last - run.decoded) + 1,
                false => run.raw.end,
            }),
        )
    }

    fn run_at(&self, decoded: u32) -> Option<&Run> {
        let after = self.runs.partition_point(|run| run.decoded <= decoded);
        self.runs.get(after.checked_sub(1)?)
    }
}

/// The parts of a text: each trimmed and decoded, and where it is written in the source. Empty parts are left out.
#[derive(Clone, Debug, Default)]
pub struct Pieces<'a>(Inner<'a>);

#[derive(Clone, Debug, Default)]
enum Inner<'a> {
    #[default]
    None,
    /// What is left of a verbatim text, and its offset in the source.
    Verbatim {
        rest: &'a str,
        start: u32,
        split: Split,
    },
    Composed(std::vec::IntoIter<(Cow<'a, str>, Span)>),
}

impl<'a> Pieces<'a> {
    /// The parts of a text written in the source as it is, from `start`.
    pub(super) fn verbatim(rest: &'a str, start: u32, split: Split) -> Pieces<'a> {
        Pieces(Inner::Verbatim { rest, start, split })
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = (Cow<'a, str>, Span);

    fn next(&mut self) -> Option<(Cow<'a, str>, Span)> {
        match &mut self.0 {
            Inner::None => None,
            Inner::Composed(pieces) => pieces.next(),
            Inner::Verbatim { rest, start, split } => {
                while !rest.is_empty() {
                    let part = rest.split(|c| split.is_at(c)).next().unwrap_or_default();
                    let mut after = rest.get(part.len()..).unwrap_or_default().chars();
                    let part_start = *start as usize;
                    after.next();
                    *start += offset(rest.len() - after.as_str().len());
                    *rest = after.as_str();
                    if let Some((before, trimmed)) = trim(part) {
                        let at = part_start + before;
                        let span = Span::from_offsets(at, at + trimmed.len());
                        return Some((Cow::Borrowed(trimmed), span));
                    }
                }
                None
            }
        }
    }
}
