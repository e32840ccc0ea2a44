//! Filling a [`Document`]: what both readers share, so that they cannot disagree on values.

use super::characters::trim;
use super::limits::{MAX_DEPTH, MAX_ELEMENTS};
use super::span::{Span, offset};
use super::tag::Tag;
use super::tree::{Document, Node};
use super::unreadable::{Cause, Unreadable};
use super::value::Value;

/// An element whose end tag has not been read yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// Index of its node.
    pub(super) node: u32,
    /// Its name as written, which the end tag must repeat.
    pub(super) name: Span,
    /// Its own text so far.
    pub(super) value: Value,
}

impl Document {
    /// Adds the element whose tag begins at `start`, and opens it unless it is empty.
    #[inline]
    pub(super) fn open(&mut self, start: usize, tag: &Tag) -> Result<(), Unreadable> {
        let start = offset(start);
        if self.nodes.len() >= MAX_ELEMENTS {
            let detail = format!("more than {MAX_ELEMENTS} elements");
            return Err(Unreadable::new(Cause::TooLarge, Span::new(start, tag.end), detail));
        }
        if self.frames.len() >= MAX_DEPTH {
            let detail = format!("more than {MAX_DEPTH} elements inside each other");
            return Err(Unreadable::new(Cause::TooDeep, Span::new(start, tag.end), detail));
        }
        let index = offset(self.nodes.len());
        self.nodes.push(Node {
            start,
            start_tag_end: tag.end,
            end: tag.end,
            next: index + 1,
            value: Value::Empty,
            // Both fit: a name has at most MAX_NAME_BYTES.
            name_offset: u16::try_from(tag.local - start).unwrap_or(u16::MAX),
            name_length: u16::try_from(tag.name.end - tag.local).unwrap_or(u16::MAX),
        });
        if !tag.is_empty {
            self.frames.push(Frame { node: index, name: tag.name, value: Value::Empty });
        }
        Ok(())
    }

    /// Ends the innermost open element; `end` is one past its end tag.
    #[inline]
    pub(super) fn close(&mut self, end: usize) {
        let next = offset(self.nodes.len());
        if let Some(frame) = self.frames.pop()
            && let Some(node) = self.nodes.get_mut(frame.node as usize)
        {
            node.end = offset(end);
            node.next = next;
            node.value = frame.value;
        }
    }

    /// Adds an element that holds nothing but `value`; `end` is one past its end tag. `None` above a limit.
    #[inline(always)]
    pub(super) fn add_leaf(
        &mut self,
        start: usize,
        tag: &Tag,
        value: Value,
        end: usize,
    ) -> Option<()> {
        let index = self.nodes.len();
        if index >= MAX_ELEMENTS || self.frames.len() >= MAX_DEPTH {
            return None;
        }
        let start = offset(start);
        self.nodes.push(Node {
            start,
            start_tag_end: tag.end,
            end: offset(end),
            next: offset(index + 1),
            value,
            name_offset: u16::try_from(tag.local - start).unwrap_or(u16::MAX),
            name_length: u16::try_from(tag.name.end - tag.local).unwrap_or(u16::MAX),
        });
        Some(())
    }

    /// Adds character data without references, or the inside of a CDATA section, to the innermost open element.
    #[inline]
    pub(super) fn add_text(&mut self, text: &str, start: usize) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        // White space around a value never counts; inside one it makes the value a composed one when more text follows.
        frame.value = match (frame.value, text_value(text, start)) {
            (value, Value::Empty) => value,
            (Value::Empty, value) => value,
            _ => Value::Composed,
        };
    }

    /// Adds a reference to the innermost open element.
    #[inline]
    pub(super) fn add_reference(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.value = Value::Composed;
        }
    }
}

/// The value of an element whose only text is `text`, which begins at `start` and holds no references.
#[inline]
pub(super) fn text_value(text: &str, start: usize) -> Value {
    match trim(text) {
        None => Value::Empty,
        Some((_, trimmed)) if trimmed.contains('\r') => Value::Composed,
        Some((before, trimmed)) => {
            let start = start + before;
            Value::Verbatim(Span::from_offsets(start, start + trimmed.len()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tag;

    #[test]
    fn the_number_of_elements_is_limited() {
        let text = "<a/>";
        let tag = tag::read(text, 0).unwrap();
        let mut document = Document::new();
        document.open(0, &tag).unwrap();
        let node = document.nodes[0];
        document.nodes.resize(MAX_ELEMENTS - 1, node);
        assert!(document.open(0, &tag).is_ok());
        assert_eq!(document.open(0, &tag).unwrap_err().cause, Cause::TooLarge);
        assert_eq!(document.add_leaf(0, &tag, Value::Empty, 4), None);
        assert_eq!(document.nodes.len(), MAX_ELEMENTS);
    }

    #[test]
    fn a_node_is_small() {
        assert!(size_of::<Node>() <= 32);
    }
}
