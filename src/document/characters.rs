//! The character classes of XML 1.0 (fifth edition), and which characters around a value do not count.

use super::span::Span;
use memchr::memmem;

/// White space by XML 1.0, production 3.
pub(super) const fn is_whitespace(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// A character by XML 1.0, production 2.
pub(super) const fn is_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// May begin a name by XML 1.0, production 4.
pub(super) const fn begins_name(character: char) -> bool {
    matches!(character, ':' | '_' | 'A'..='Z' | 'a'..='z'
        | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}'
        | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
        | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

/// May stand inside a name by XML 1.0, production 4a.
pub(super) const fn continues_name(character: char) -> bool {
    begins_name(character)
        || matches!(character, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// ASCII bytes that a name may hold, except the colon.
pub(super) const NAME_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let b = byte as u8;
        table[byte] = b.is_ascii_alphanumeric() || b == b'_' || b == b'-' || b == b'.';
        byte += 1;
    }
    table
};

/// Bytes at the start of `text` that form a name; 0 if none begins there.
pub(super) fn name_length(text: &str) -> usize {
    if !text.starts_with(begins_name) {
        return 0;
    }
    let simple = text
        .bytes()
        .position(|byte| !NAME_BYTES[byte as usize] && byte != b':')
        .unwrap_or(text.len());
    // What follows in ASCII ends the name; anything else may belong to it.
    match text.as_bytes().get(simple) {
        None | Some(0..0x80) => simple,
        Some(_) => text.find(|character| !continues_name(character)).unwrap_or(text.len()),
    }
}

/// The first character that XML 1.0 allows nowhere: control characters and U+FFFE, U+FFFF.
pub(super) fn first_forbidden(text: &str) -> Option<Span> {
    let bytes = text.as_bytes();
    // Without an early exit inside a block the compiler turns this into vector instructions.
    let control = bytes.chunks(4096).enumerate().find_map(|(index, block)| {
        let any = block.iter().fold(false, |any, &byte| any | is_forbidden_control(byte));
        let at = any.then(|| block.iter().position(|&byte| is_forbidden_control(byte)))??;
        Some(index * 4096 + at)
    });
    let noncharacter = match bytes.is_ascii() {
        true => None,
        false => memmem::find_iter(bytes, b"\xEF\xBF")
            .find(|&at| matches!(bytes.get(at + 2), Some(0xBE | 0xBF))),
    };
    match (control, noncharacter) {
        (Some(at), Some(other)) if other < at => Some(Span::from_offsets(other, other + 3)),
        (Some(at), _) => Some(Span::from_offsets(at, at + 1)),
        (None, Some(at)) => Some(Span::from_offsets(at, at + 3)),
        (None, None) => None,
    }
}

const fn is_forbidden_control(byte: u8) -> bool {
    (byte < b'\t') | ((byte.wrapping_sub(b'\x0B') <= b'\x1F' - b'\x0B') & (byte != b'\r'))
}

/// Characters at the ends of a value that do not belong to it: white space by XML and Unicode, and characters that are not
/// seen (zero-width, byte order mark, direction marks, soft hyphen).
pub(super) fn is_padding(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// `text` without padding, and where it begins in `text`; `None` if it is all padding.
pub(super) fn trim(text: &str) -> Option<(usize, &str)> {
    let bytes = text.as_bytes();
    let (first, last) = (bytes.first()?, bytes.last()?);
    if first.is_ascii_graphic() && last.is_ascii_graphic() {
        return Some((0, text));
    }
    let trimmed = text.trim_start_matches(is_padding);
    let start = text.len() - trimmed.len();
    let trimmed = trimmed.trim_end_matches(is_padding);
    (!trimmed.is_empty()).then_some((start, trimmed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(name_length("met:Profile>"), 11);
        assert_eq!(name_length("a-b.c9 d"), 6);
        assert_eq!(name_length("ünï>"), 5);
        assert_eq!(name_length("aü:\u{b7}1\u{2028}"), 7);
        assert_eq!(name_length("a"), 1);
        assert_eq!(name_length("9a"), 0);
        assert_eq!(name_length(""), 0);
        assert_eq!(name_length("\u{b7}a"), 0);
    }

    #[test]
    fn forbidden_characters_are_found_at_the_first_place() {
        assert_eq!(first_forbidden("a\tb\r\nc\u{e000}\u{fffd}"), None);
        assert_eq!(first_forbidden("ab\u{1}\u{2}"), Some(Span::new(2, 3)));
        assert_eq!(first_forbidden("a\u{ffff}\u{2}"), Some(Span::new(1, 4)));
        assert_eq!(first_forbidden("a\u{2}\u{fffe}"), Some(Span::new(1, 2)));
        let late = "x".repeat(10_000) + "\u{b}";
        assert_eq!(first_forbidden(&late), Some(Span::new(10_000, 10_001)));
    }

    #[test]
    fn characters_agree_with_the_search_for_forbidden_ones() {
        for character in '\0'..=char::MAX {
            let mut buffer = [0; 4];
            let text: &str = character.encode_utf8(&mut buffer);
            assert_eq!(is_character(character), first_forbidden(text).is_none());
        }
    }

    #[test]
    fn trimming_takes_all_padding_and_nothing_else() {
        assert_eq!(trim("  Full\n "), Some((2, "Full")));
        assert_eq!(trim("Full"), Some((0, "Full")));
        assert_eq!(trim("\u{feff}\u{a0}Fu ll\u{200b}"), Some((5, "Fu ll")));
        assert_eq!(trim("é"), Some((0, "é")));
        assert_eq!(trim(" \u{2028}\t"), None);
        assert_eq!(trim(""), None);
    }
}
