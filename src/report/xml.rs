//! XML 1.0 for the formats that are XML: what no document may hold is shown as its code.

use std::borrow::Cow;
use std::io::{self, Write};

use quick_xml::events::{BytesDecl, Event};
use quick_xml::writer::Writer;

use crate::report::safe;

/// Writes a document: its declaration, and what `content` writes.
pub(super) fn document(
    out: &mut dyn Write,
    content: impl FnOnce(&mut Writer<&mut dyn Write>) -> io::Result<()>,
) -> io::Result<()> {
    let mut writer = Writer::new_with_indent(&mut *out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    content(&mut writer)?;
    writer.into_inner().write_all(b"\n")
}

/// A text on one line, safe to print anywhere and to stand in a document; the writer escapes markup.
pub(super) fn line(text: &str) -> String {
    legal(&safe::line(text)).into_owned()
}

/// The same of several lines.
pub(super) fn lines(text: &str) -> String {
    legal(&safe::lines(text)).into_owned()
}

/// Of the characters that XML 1.0 does not allow, controls are shown as their codes in every format; these two are the rest.
fn legal(text: &str) -> Cow<'_, str> {
    if !text.contains(['\u{fffe}', '\u{ffff}']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_one_that_a_document_may_hold() {
        let all: String = (0..=0x10_ffff).filter_map(char::from_u32).collect();
        let allowed = |c: char| {
            matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
                || c > '\u{ffff}'
        };
        assert_eq!(line(&all).chars().find(|c| !allowed(*c)), None);
        assert_eq!(lines(&all).chars().find(|c| !allowed(*c)), None);
        assert_eq!(line("a\u{0}\u{ffff}b"), "a\\u{0}\\u{ffff}b");
    }
}
