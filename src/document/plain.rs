//! The plain reader: quick-xml splits the text into tokens, and this file holds them to XML 1.0. It words every error.

use super::characters::{is_whitespace, name_length};
use super::span::Span;
use super::tree::Document;
use super::unreadable::{Cause, Unreadable};
use super::{conflict, declaration, reference, tag};
use quick_xml::events::Event;
use quick_xml::{Reader, errors::Error, errors::IllFormedError, errors::SyntaxError};

/// Reads `text` into the empty `document`.
pub(super) fn parse(document: &mut Document, text: &str) -> Result<(), Unreadable> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let begin = text.len() - body.len();
    if body.starts_with('\u{feff}') {
        return Err(malformed(begin, begin + 3, "text before the root element"));
    }
    let mut reader = Reader::from_str(body);
    let config = reader.config_mut();
    // End tags are compared here, where the place of the start tag is known.
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    let mut parser = Parser { document, text, begin };
    let mut start = begin;
    loop {
        let event = reader.read_event().map_err(|error| parser.quick_xml_error(start, &error))?;
        if matches!(event, Event::Eof) {
            return parser.finish();
        }
        let end = begin + usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        parser.token(&event, start, end)?;
        start = end;
    }
}

struct Parser<'a> {
    document: &'a mut Document,
    text: &'a str,
    /// Where the text begins, after a byte order mark.
    begin: usize,
}

impl Parser<'_> {
    /// One token of the text, from `start` to `end`.
    fn token(&mut self, event: &Event<'_>, start: usize, end: usize) -> Result<(), Unreadable> {
        let raw = self.text.get(start..end).unwrap_or_default();
        match event {
            Event::Start(_) | Event::Empty(_) => self.start_tag(start, end),
            Event::End(_) => self.end_tag(raw, start, end),
            Event::Text(_) => self.character_data(raw, start, end),
            Event::GeneralRef(_) => self.reference(raw, start, end),
            Event::CData(_) => self.cdata(raw, start, end),
            Event::Comment(_) => comment(raw, start, end),
            Event::PI(_) => processing_instruction(raw, start, end),
            Event::Decl(_) if start == self.begin => match declaration::read(raw) {
                Ok(_) => Ok(()),
                Err(what) => Err(malformed(start, end, what)),
            },
            Event::Decl(_) => Err(malformed(
                start,
                end,
                "an XML declaration that is not at the start of the file",
            )),
            Event::DocType(_) => Err(document_type(start, end)),
            Event::Eof => Ok(()),
        }
    }

    fn start_tag(&mut self, start: usize, end: usize) -> Result<(), Unreadable> {
        let tag = tag::read(self.text, start)?;
        if tag.end as usize != end {
            return Err(malformed(start, end, "a tag that is not well-formed"));
        }
        if self.is_outside() && !self.document.nodes.is_empty() {
            let detail = format!("a second root element, {}", quoted("<", tag.name.of(self.text)));
            return Err(Unreadable::new(
                Cause::SeveralRoots,
                Span::from_offsets(start, end),
                detail,
            ));
        }
        self.document.open(start, &tag)
    }

    fn end_tag(&mut self, raw: &str, start: usize, end: usize) -> Result<(), Unreadable> {
        let after = raw.strip_prefix("</").unwrap_or(raw);
        let (name, rest) = after.split_at(name_length(after));
        if name.is_empty() || !rest.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('>') {
            return Err(malformed(start, end, "an end tag that is not well-formed"));
        }
        let Some(frame) = self.document.frames.last() else {
            let detail = format!("{} closes nothing", quoted("</", name));
            return Err(malformed(start, end, &detail));
        };
        if frame.name.of(self.text) != name {
            let opened = frame.name;
            let detail = format!("{} closes {}", quoted("</", name), self.opened(opened));
            return Err(malformed(start, end, &detail));
        }
        self.document.close(end);
        Ok(())
    }

    fn character_data(&mut self, raw: &str, start: usize, end: usize) -> Result<(), Unreadable> {
        if self.is_outside() {
            if raw.bytes().all(is_whitespace) {
                return Ok(());
            }
            return Err(self.outside(start, end));
        }
        if let Some(at) = memchr::memmem::find(raw.as_bytes(), b"]]>") {
            return Err(malformed(
                start + at,
                start + at + 3,
                "`]]>` in text; write it as `]]&gt;`",
            ));
        }
        self.document.add_text(raw, start);
        Ok(())
    }

    fn reference(&mut self, raw: &str, start: usize, end: usize) -> Result<(), Unreadable> {
        if self.is_outside() {
            return Err(self.outside(start, end));
        }
        reference::read(raw).map_err(|what| malformed(start, end, what))?;
        self.document.add_reference();
        Ok(())
    }

    fn cdata(&mut self, raw: &str, start: usize, end: usize) -> Result<(), Unreadable> {
        if self.is_outside() {
            return Err(self.outside(start, end));
        }
        // Elsewhere conflict markers make a file malformed; a CDATA section takes them in as text.
        if conflict::find(raw).is_some()
            && let Some(marker) = conflict::find(self.text)
        {
            return Err(conflict::problem(marker));
        }
        let inside = raw
            .strip_prefix("<![CDATA[")
            .and_then(|rest| rest.strip_suffix("]]>"))
            .unwrap_or_default();
        self.document.add_text(inside, start + 9);
        Ok(())
    }

    fn finish(&self) -> Result<(), Unreadable> {
        if let Some(frame) = self.document.frames.last() {
            let node = self.document.nodes.get(frame.node as usize);
            let span = node.map_or(frame.name, |node| Span::new(node.start, node.start_tag_end));
            let detail = format!("{} is never closed", self.opened(frame.name));
            return Err(Unreadable::new(Cause::Malformed, span, detail));
        }
        if self.document.nodes.is_empty() {
            return Err(malformed(self.begin, self.begin, "no root element"));
        }
        Ok(())
    }

    fn is_outside(&self) -> bool {
        self.document.frames.is_empty()
    }

    fn outside(&self, start: usize, end: usize) -> Unreadable {
        let raw = self.text.get(start..end).unwrap_or_default();
        let trimmed = raw.trim();
        let at = start + raw.find(trimmed).unwrap_or_default();
        let detail = match self.document.nodes.is_empty() {
            true => "text before the root element",
            false => "text after the root element",
        };
        malformed(at, at + trimmed.len(), detail)
    }

    /// An open element and its line, for a message.
    fn opened(&self, name: Span) -> String {
        let before = self.text.as_bytes().get(..name.start as usize).unwrap_or_default();
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        format!("{} opened on line {line}", quoted("<", name.of(self.text)))
    }

    /// What quick-xml cannot split into tokens; `start` is where the token begins.
    fn quick_xml_error(&self, start: usize, error: &Error) -> Unreadable {
        let detail = match error {
            Error::Syntax(SyntaxError::UnclosedDoctype)
            | Error::IllFormed(IllFormedError::MissingDoctypeName) => {
                return document_type(start, start + 9);
            }
            Error::Syntax(SyntaxError::InvalidBangMarkup) => {
                "markup that begins with `<!` but is none that XML knows"
            }
            Error::Syntax(SyntaxError::UnclosedComment) => "a comment that is never closed",
            Error::Syntax(SyntaxError::UnclosedCData) => "a CDATA section that is never closed",
            Error::Syntax(SyntaxError::UnclosedPI) => {
                "a processing instruction that is never closed"
            }
            Error::Syntax(SyntaxError::UnclosedXmlDecl) => {
                "an XML declaration that is never closed"
            }
            Error::Syntax(SyntaxError::UnclosedTag) => "a tag that is never closed",
            Error::Syntax(
                SyntaxError::UnclosedSingleQuotedAttributeValue
                | SyntaxError::UnclosedDoubleQuotedAttributeValue,
            ) => "a quote that is never closed",
            Error::IllFormed(IllFormedError::UnclosedReference) => {
                "a `&` that begins no reference; write it as `&amp;`"
            }
            _ => "not well-formed",
        };
        let end = (start + 1).min(self.text.len());
        malformed(start, end, detail)
    }
}

fn comment(raw: &str, start: usize, end: usize) -> Result<(), Unreadable> {
    let inside = raw.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
    match inside {
        Some(inside) if !inside.contains("--") && !inside.ends_with('-') => Ok(()),
        _ => Err(malformed(start, end, "a comment that holds `--`")),
    }
}

fn processing_instruction(raw: &str, start: usize, end: usize) -> Result<(), Unreadable> {
    let inside =
        raw.strip_prefix("<?").and_then(|rest| rest.strip_suffix("?>")).unwrap_or_default();
    let (target, rest) = inside.split_at(name_length(inside));
    let ends_target = rest.bytes().next().is_none_or(is_whitespace);
    if target.is_empty() || !ends_target || target.eq_ignore_ascii_case("xml") {
        return Err(malformed(start, end, "a processing instruction that is not well-formed"));
    }
    Ok(())
}

fn document_type(start: usize, end: usize) -> Unreadable {
    let detail = "entities it may define are never expanded or fetched";
    Unreadable::new(Cause::DocumentType, Span::from_offsets(start, end), detail)
}

fn malformed(start: usize, end: usize, detail: &str) -> Unreadable {
    Unreadable::new(Cause::Malformed, Span::from_offsets(start, end), detail)
}

/// A name for a message, cut when it is long.
fn quoted(begin: &str, name: &str) -> String {
    match name.char_indices().nth(80) {
        None => format!("`{begin}{name}>`"),
        Some((at, _)) => format!("`{begin}{}…>`", name.get(..at).unwrap_or_default()),
    }
}
