//! The fast reader: what metadata files normally look like, and nothing else.
//!
//! It knows the XML declaration, tags, and text with references. On anything else, and on every error, it gives up; the plain
//! reader then reads the file from the start. It must build exactly the tree the plain reader builds.

use super::build::text_value;
use super::characters::{NAME_BYTES, is_whitespace};
use super::limits::MAX_NAME_BYTES;
use super::span::Span;
use super::tag::{self, Tag};
use super::tree::Document;
use super::value::Value;
use super::{declaration, reference};

/// Reads `text`, which holds no forbidden characters, into the empty `document`. `false` if it gave up; the document is then
/// in no useful state.
pub(super) fn scan(document: &mut Document, text: &str) -> bool {
    read(document, text).is_some()
}

fn read(document: &mut Document, text: &str) -> Option<()> {
    let bytes = text.as_bytes();
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut at = text.len() - body.len();
    if declaration::begins(body.as_bytes()) {
        at += declaration::read(body).ok()?.length;
    }
    at = skip_whitespace(bytes, at);
    if bytes.get(at) != Some(&b'<') {
        return None;
    }
    let root = tag::read(text, at).ok()?;
    document.open(at, &root).ok()?;
    at = root.end as usize;
    let mut landmarks = Landmarks::new(bytes, at);
    while !document.frames.is_empty() {
        at = skip_whitespace(bytes, at);
        if bytes.get(at) != Some(&b'<') {
            let markup = find_markup(bytes, at)?;
            landmarks.text(document, text, at, markup)?;
            at = markup;
        }
        at = match bytes.get(at + 1)? {
            b'/' => end_tag(document, bytes, at)?,
            b'!' | b'?' => return None,
            _ => element(document, text, at, &landmarks)?,
        };
    }
    (skip_whitespace(bytes, at) == bytes.len()).then_some(())
}

#[inline]
fn skip_whitespace(bytes: &[u8], mut at: usize) -> usize {
    // Mostly a line break and an indentation.
    while word_at(bytes, at + 1) == Some(repeat(b' '))
        && bytes.get(at).copied().is_some_and(is_whitespace)
    {
        at += 9;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let blank = rest.iter().position(|&byte| !is_whitespace(byte));
    at + blank.unwrap_or(rest.len())
}

/// The next `<` from `at`. Texts are short, so the first bytes are looked at without calling a search made for long ones.
#[inline]
fn find_markup(bytes: &[u8], at: usize) -> Option<usize> {
    let mut start = at;
    for _ in 0..3 {
        let Some(word) = word_at(bytes, start) else {
            break;
        };
        if let Some(found) = first_in_word(word, b'<') {
            return Some(start + found);
        }
        start += 8;
    }
    memchr::memchr(b'<', bytes.get(start..)?).map(|found| start + found)
}

/// The end tag at `start`, which must repeat the name of the innermost open element; one past it.
#[inline]
fn end_tag(document: &mut Document, bytes: &[u8], start: usize) -> Option<usize> {
    let open = document.frames.last()?.name;
    let name = bytes.get(open.start as usize..open.end as usize)?;
    let end = end_of_end_tag(bytes, start, name)?;
    document.close(end);
    Some(end)
}

/// One past the end tag of `name` whose `</` is at `start`, if it is one.
#[inline(always)]
fn end_of_end_tag(bytes: &[u8], start: usize, name: &[u8]) -> Option<usize> {
    let end = start + 2 + name.len();
    let matches = same(bytes.get(start + 2..end)?, name) && bytes.get(end) == Some(&b'>');
    matches.then_some(end + 1)
}

/// Equality of slices, for short ones without a call.
#[inline(always)]
fn same(left: &[u8], right: &[u8]) -> bool {
    match (
        left.first_chunk::<8>(),
        right.first_chunk::<8>(),
        left.last_chunk::<8>(),
        right.last_chunk::<8>(),
    ) {
        (Some(a), Some(b), Some(c), Some(d)) if left.len() <= 16 => {
            a == b && c == d && left.len() == right.len()
        }
        _ => left == right,
    }
}

/// The element at `start`: whole if it holds only text, else its start tag. One past what was read.
#[inline]
fn element(
    document: &mut Document,
    text: &str,
    start: usize,
    landmarks: &Landmarks<'_>,
) -> Option<usize> {
    let bytes = text.as_bytes();
    let rest = bytes.get(start + 1..)?;
    let Some(length) = simple_name(rest) else {
        // Attributes, prefixes, empty-element tags and names in other scripts.
        let tag = tag::read(text, start).ok()?;
        document.open(start, &tag).ok()?;
        return Some(tag.end as usize);
    };
    let inside = start + length + 2;
    let name = Span::from_offsets(start + 1, start + 1 + length);
    let tag = Tag { name, local: name.start, is_empty: false, end: name.end + 1, is_nil: false };
    let markup = find_markup(bytes, inside)?;
    if bytes.get(markup + 1) != Some(&b'/') || !landmarks.are_after(markup) {
        document.open(start, &tag).ok()?;
        return Some(inside);
    }
    let end = end_of_end_tag(bytes, markup, rest.get(..length)?)?;
    let value = if is_trimmed(bytes, inside, markup) && landmarks.carriage_return >= markup {
        Value::Verbatim(Span::from_offsets(inside, markup))
    } else {
        text_value(text.get(inside..markup)?, inside)
    };
    document.add_leaf(start, &tag, value, end)?;
    Some(end)
}

/// Whether the text begins and ends with a visible ASCII character.
#[inline]
fn is_trimmed(bytes: &[u8], start: usize, end: usize) -> bool {
    match bytes.get(start..end) {
        Some([only]) => only.is_ascii_graphic(),
        Some([first, .., last]) => first.is_ascii_graphic() && last.is_ascii_graphic(),
        _ => false,
    }
}

/// The length of the name at the start of `rest` if it is in ASCII, has no prefix, and `>` follows.
#[inline]
fn simple_name(rest: &[u8]) -> Option<usize> {
    // Names of metadata elements are letters, nearly all.
    let mut length = 0;
    while let Some(word) = word_at(rest, length) {
        match first_in_word(word, b'>') {
            None if are_letters(word) => length += 8,
            Some(end) if end > 0 || length > 0 => {
                let beyond = u64::MAX.checked_shl(8 * end as u32).unwrap_or_default();
                if !are_letters((word & !beyond) | (repeat(b'a') & beyond)) {
                    break;
                }
                length += end;
                return (length <= MAX_NAME_BYTES).then_some(length);
            }
            _ => break,
        }
    }
    let length = rest.iter().position(|&byte| !NAME_BYTES[byte as usize])?;
    let first = rest.first()?;
    let begins_name = first.is_ascii_alphabetic() || *first == b'_';
    (begins_name && rest.get(length) == Some(&b'>') && length <= MAX_NAME_BYTES).then_some(length)
}

/// The eight bytes at `at`, the first in the lowest place.
#[inline]
fn word_at(bytes: &[u8], at: usize) -> Option<u64> {
    let word = bytes.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*word))
}

const fn repeat(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Where `byte` is first in `word`.
#[inline]
fn first_in_word(word: u64, byte: u8) -> Option<usize> {
    // What is sought becomes zero. The subtraction borrows first at the lowest zero byte, so that one is found exactly.
    let sought = word ^ repeat(byte);
    let found = sought.wrapping_sub(repeat(1)) & !sought & repeat(0x80);
    (found != 0).then(|| (found.trailing_zeros() / 8) as usize)
}

/// Whether all eight bytes are ASCII letters.
#[inline]
fn are_letters(word: u64) -> bool {
    let lower = (word | repeat(0x20)) & !repeat(0x80);
    // No byte carries into the next: each is below 0x80.
    let from_a = lower + repeat(0x80 - b'a');
    let past_z = lower + repeat(0x7F - b'z');
    from_a & !past_z & !word & repeat(0x80) == repeat(0x80)
}

/// The next places of rare things in text, so that most texts need no search of their own.
struct Landmarks<'a> {
    bytes: &'a [u8],
    ampersand: usize,
    bracket: usize,
    carriage_return: usize,
}

impl<'a> Landmarks<'a> {
    fn new(bytes: &'a [u8], at: usize) -> Landmarks<'a> {
        let find = |byte| find_from(bytes, byte, at);
        Landmarks {
            bytes,
            ampersand: find(b'&'),
            bracket: find(b']'),
            carriage_return: find(b'\r'),
        }
    }

    /// Whether a text that ends before `end` holds no reference and no `]]>`.
    #[inline]
    fn are_after(&self, end: usize) -> bool {
        self.bracket >= end && self.ampersand >= end
    }

    /// The text from `start` to `end`.
    fn text(
        &mut self,
        document: &mut Document,
        text: &str,
        start: usize,
        end: usize,
    ) -> Option<()> {
        if self.bracket < end {
            if text.get(start..end)?.contains("]]>") {
                return None;
            }
            self.bracket = find_from(self.bytes, b']', end);
        }
        // One before `start` stood in a tag.
        if self.ampersand < start {
            self.ampersand = find_from(self.bytes, b'&', start);
        }
        let mut at = start;
        while self.ampersand < end {
            document.add_text(text.get(at..self.ampersand)?, at);
            let reference = reference::read(text.get(self.ampersand..end)?).ok()?;
            document.add_reference();
            at = self.ampersand + reference.length;
            self.ampersand = find_from(self.bytes, b'&', at);
        }
        document.add_text(text.get(at..end)?, at);
        Some(())
    }
}

fn find_from(bytes: &[u8], byte: u8, at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    memchr::memchr(byte, rest).map_or(usize::MAX, |found| at + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_agree_with_bytes() {
        for byte in 0..=u8::MAX {
            for at in 0..8 {
                let mut letters = *b"AbZzaYMn";
                letters[at] = byte;
                assert_eq!(are_letters(u64::from_le_bytes(letters)), byte.is_ascii_alphabetic());
                let mut bytes = [byte ^ 1; 8];
                bytes[at..].fill(byte);
                assert_eq!(first_in_word(u64::from_le_bytes(bytes), byte), Some(at));
            }
            assert_eq!(first_in_word(repeat(byte), byte ^ 0x80), None);
        }
    }

    #[test]
    fn simple_names() {
        let names = [
            "a",
            "name",
            "editable",
            "fieldPermissions",
            "a1",
            "_x",
            "a-b.c",
            "permissionSetGroupMemberships2",
        ];
        for name in names {
            for after in ["", "x", "</a><bbbbbbbbbbbb>"] {
                assert_eq!(simple_name(format!("{name}>{after}").as_bytes()), Some(name.len()));
            }
            for odd in ["/>", " >", ":a>", " b='>'>", "é>", "<"] {
                assert_eq!(simple_name(format!("{name}{odd}").as_bytes()), None, "{name}{odd}");
            }
        }
        for odd in ["", ">", ">aaaaaaaaaaa", "1a>", "-a>bbbbbbbbbbbbb", ".>"] {
            assert_eq!(simple_name(odd.as_bytes()), None, "{odd}");
        }
        let long = |length: usize| format!("{}>", "n".repeat(length));
        assert_eq!(simple_name(long(MAX_NAME_BYTES).as_bytes()), Some(MAX_NAME_BYTES));
        assert_eq!(simple_name(long(MAX_NAME_BYTES + 1).as_bytes()), None);
    }

    #[test]
    fn gives_up_on_what_it_does_not_know() {
        let scanned = |text: &str| scan(&mut Document::new(), text);
        assert!(scanned(
            "\u{feff}<?xml version='1.0'?>\r\n<a x='&amp;'>\n<b>1 &amp; 2]]</b><x:c d=''/></a>\n"
        ));
        for text in [
            "<a><!-- --></a>",
            "<a><![CDATA[]]></a>",
            "<a><?p?></a>",
            "<a>]]></a>",
            "<a></a >",
            "<a>&x;</a>",
            "<a/>x",
        ] {
            assert!(!scanned(text), "{text}");
        }
    }
}
