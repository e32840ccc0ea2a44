//! The tree of elements of one file.

use super::build::Frame;
use super::characters::first_forbidden;
use super::limits::MAX_FILE_BYTES;
use super::source::SourceText;
use super::span::Span;
use super::unreadable::{Cause, Unreadable};
use super::value::{self, Pieces, Split, Value};
use super::{conflict, plain, scan, tag};
use std::borrow::Cow;

/// One element. Names and values stay in the source; 32 bytes hold where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// The `<` of the start tag.
    pub(super) start: u32,
    /// One past the `>` of the start tag.
    pub(super) start_tag_end: u32,
    /// One past the `>` of the end tag.
    pub(super) end: u32,
    /// Index of the first node after this one that is not inside it.
    pub(super) next: u32,
    /// The element's own text.
    pub(super) value: Value,
    /// Where the local name begins, counted from `start`.
    pub(super) name_offset: u16,
    /// Length of the local name in bytes.
    pub(super) name_length: u16,
}

/// The elements of one file, in the order of their start tags. Cleared and filled again for the next file, it keeps its
/// memory.
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub(super) nodes: Vec<Node>,
    pub(super) frames: Vec<Frame>,
}

impl Document {
    /// A document without elements.
    #[must_use]
    pub fn new() -> Document {
        Document::default()
    }

    /// Removes all elements and keeps the memory.
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.frames.clear();
    }

    /// Reads `source`, replacing what was there. After an error the document is empty.
    ///
    /// # Errors
    /// `Malformed`, `ConflictMarkers`, `DocumentType`, `TooDeep`, `TooLarge`, `SeveralRoots`, `Hidden` or `Empty`.
    pub fn parse(&mut self, source: &SourceText) -> Result<(), Unreadable> {
        self.read(source, scan::scan)
    }

    /// As [`Document::parse`], with the plain reader alone; the result is the same.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn parse_plain(&mut self, source: &SourceText) -> Result<(), Unreadable> {
        self.read(source, |_, _| false)
    }

    /// The root element, if the document was read. `source` must be what was read; with another source all names and
    /// values are arbitrary.
    #[must_use]
    pub fn root<'a>(&'a self, source: &'a SourceText) -> Option<Element<'a>> {
        self.element(source.text(), 0)
    }

    /// The number of elements.
    #[must_use]
    pub fn element_count(&self) -> usize {
        self.nodes.len()
    }

    fn element<'a>(&'a self, text: &'a str, index: u32) -> Option<Element<'a>> {
        let node = self.nodes.get(index as usize)?;
        Some(Element { document: self, text, node, index })
    }

    fn read(
        &mut self,
        source: &SourceText,
        fast: fn(&mut Document, &str) -> bool,
    ) -> Result<(), Unreadable> {
        self.clear();
        let text = source.text();
        check_whole(text)?;
        if fast(self, text) {
            return Ok(());
        }
        self.clear();
        plain::parse(self, text).map_err(|problem| {
            self.clear();
            match conflict::find(text) {
                Some(marker) if problem.cause == Cause::Malformed => conflict::problem(marker),
                _ => problem,
            }
        })
    }
}

/// What can be said of the text as a whole, before it is read as XML.
fn check_whole(text: &str) -> Result<(), Unreadable> {
    // Decoded UTF-16 grows by at most a half, so that every offset fits into 32 bits.
    if text.len() as u64 > MAX_FILE_BYTES * 3 / 2 {
        let detail = format!("{} bytes of text", text.len());
        return Err(Unreadable::new(Cause::TooLarge, Span::default(), detail));
    }
    if let Some(span) = first_forbidden(text) {
        let detail = "a control character that XML does not allow";
        return Err(Unreadable::new(Cause::Malformed, span, detail));
    }
    // Only a short text can be one of these, apart from white space.
    let trimmed = text.trim_start_matches('\u{feff}').trim();
    if trimmed.is_empty() {
        return Err(Unreadable::new(
            Cause::Empty,
            Span::default(),
            "the file holds nothing but white space",
        ));
    }
    if trimmed == "(hidden)" {
        let start = text.find('(').unwrap_or_default();
        let span = Span::from_offsets(start, start + trimmed.len());
        return Err(Unreadable::new(Cause::Hidden, span, "the file holds only `(hidden)`"));
    }
    Ok(())
}

/// An element of a [`Document`], with the text it was read from.
#[derive(Clone, Copy)]
pub struct Element<'a> {
    document: &'a Document,
    text: &'a str,
    node: &'a Node,
    index: u32,
}

impl<'a> Element<'a> {
    /// The local name: without prefix, whatever the namespace.
    #[must_use]
    pub fn name(self) -> &'a str {
        let start = self.node.start as usize + usize::from(self.node.name_offset);
        self.text.get(start..start + usize::from(self.node.name_length)).unwrap_or_default()
    }

    /// The namespace prefix of the name with its colon, as written; empty when it has none.
    #[must_use]
    pub fn prefix(self) -> &'a str {
        let start = self.node.start as usize + 1;
        let local = self.node.start as usize + usize::from(self.node.name_offset);
        self.text.get(start..local).unwrap_or_default()
    }

    /// The child elements, in order.
    #[must_use]
    pub fn children(self) -> Children<'a> {
        Children {
            document: self.document,
            text: self.text,
            next: self.index + 1,
            end: self.node.next,
        }
    }

    /// The first child of that local name.
    #[must_use]
    pub fn child(self, name: &str) -> Option<Element<'a>> {
        self.children().find(|child| child.name() == name)
    }

    /// Every child of that local name, in order.
    pub fn all(self, name: &str) -> impl Iterator<Item = Element<'a>> {
        self.children().filter(move |child| child.name() == name)
    }

    /// Whether there are child elements.
    #[must_use]
    pub fn has_children(self) -> bool {
        self.index + 1 < self.node.next
    }

    /// The element's own text, decoded: its character data, CDATA sections and references in one, across comments,
    /// processing instructions and child elements, with line breaks as LF, without white space and invisible characters at
    /// both ends. Borrowed when it is written in the source just so.
    #[must_use]
    pub fn text(self) -> Cow<'a, str> {
        match self.node.value {
            Value::Empty => Cow::Borrowed(""),
            Value::Verbatim(span) => Cow::Borrowed(span.of(self.text)),
            Value::Composed => Cow::Owned(self.decoded().into_text()),
        }
    }

    /// Whether the element says by `xsi:nil` that it has no value, and indeed has none: neither text nor children, so that
    /// the attribute cannot hide a value from us that another reader sees. The attribute may have any prefix.
    #[must_use]
    pub fn is_nil(self) -> bool {
        let plain_tag = 2 + u32::from(self.node.name_offset) + u32::from(self.node.name_length);
        // `<name/>` and `<name>` hold no attribute.
        self.start_tag().len() > plain_tag
            && !self.has_children()
            && tag::read(self.text, self.node.start as usize).is_ok_and(|tag| tag.is_nil)
            && self.text().is_empty()
    }

    /// The whole element, from its start tag to its end tag.
    #[must_use]
    pub fn span(self) -> Span {
        Span::new(self.node.start, self.node.end)
    }

    /// The start tag, or the empty-element tag.
    #[must_use]
    pub fn start_tag(self) -> Span {
        Span::new(self.node.start, self.node.start_tag_end)
    }

    /// Where the text stands in the source, from its first to its last character as written; the start tag if there is no
    /// text.
    #[must_use]
    pub fn value_span(self) -> Span {
        match self.node.value {
            Value::Empty => self.start_tag(),
            Value::Verbatim(span) => span,
            Value::Composed => self.decoded().span().unwrap_or_else(|| self.start_tag()),
        }
    }

    /// The lines of the text, each trimmed like the text itself, without empty ones, and where each is written. A line
    /// break written as a reference counts.
    #[must_use]
    pub fn lines(self) -> Pieces<'a> {
        self.split(Split::Lines)
    }

    /// As [`Element::lines`], for the parts between separators: `pieces(',')`.
    #[must_use]
    pub fn pieces(self, separator: char) -> Pieces<'a> {
        self.split(Split::At(separator))
    }

    fn split(self, split: Split) -> Pieces<'a> {
        match self.node.value {
            Value::Empty => Pieces::default(),
            Value::Verbatim(span) => Pieces::verbatim(span.of(self.text), span.start, split),
            Value::Composed => self.decoded().pieces(split),
        }
    }

    fn decoded(self) -> value::Decoded {
        let children = self.children().map(Element::span);
        value::decode(self.text, Span::new(self.node.start_tag_end, self.node.end), children)
    }
}

impl std::fmt::Debug for Element<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Values may be secrets.
        formatter
            .debug_struct("Element")
            .field("name", &self.name())
            .field("span", &self.span())
            .finish()
    }
}

/// The child elements of an element.
#[derive(Clone, Copy)]
pub struct Children<'a> {
    document: &'a Document,
    text: &'a str,
    next: u32,
    end: u32,
}

impl<'a> Iterator for Children<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        if self.next >= self.end {
            return None;
        }
        let element = self.document.element(self.text, self.next)?;
        // A node always lies before the one after it; the maximum only keeps a mistake from becoming an endless loop.
        self.next = element.node.next.max(self.next + 1);
        Some(element)
    }
}

#[cfg(test)]
mod tests;
