//! Telling and undoing the encoding of a file.

use super::declaration;
use super::span::{Span, offset};
use super::unreadable::{Cause, Unreadable};

/// How the text is stored in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8 without byte order mark.
    Utf8,
    /// UTF-8 after a byte order mark.
    Utf8WithBom,
    /// UTF-16, least significant byte first, with or without byte order mark.
    Utf16LittleEndian,
    /// UTF-16, most significant byte first, with or without byte order mark.
    Utf16BigEndian,
}

/// The encoding that the first bytes tell (XML 1.0, appendix F).
///
/// # Errors
/// UTF-32 is not read.
pub(super) fn detect(bytes: &[u8]) -> Result<Encoding, Unreadable> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..]
        | [0, 0, 0xFE, 0xFF, ..]
        | [b'<', 0, 0, 0, ..]
        | [0, 0, 0, b'<', ..] => {
            Err(Unreadable::new(Cause::Encoding, Span::new(0, 4), "the file is written in UTF-32"))
        }
        [0xFF, 0xFE, ..] | [b'<', 0, ..] => Ok(Encoding::Utf16LittleEndian),
        [0xFE, 0xFF, ..] | [0, b'<', ..] => Ok(Encoding::Utf16BigEndian),
        [0xEF, 0xBB, 0xBF, ..] => Ok(Encoding::Utf8WithBom),
        _ => Ok(Encoding::Utf8),
    }
}

/// Refuses a file whose XML declaration names an encoding under which its bytes would mean other characters.
pub(super) fn check_declared(bytes: &[u8]) -> Result<(), Unreadable> {
    let (begin, body) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(body) => (3, body),
        None => (0, bytes),
    };
    if !declaration::begins(body) {
        return Ok(());
    }
    let head = body.get(..1024).unwrap_or(body);
    let Some(length) = memchr::memmem::find(head, b"?>").map(|at| at + 2) else {
        return Ok(());
    };
    // A declaration that is not well-formed is reported by the reader of the tree.
    let Some(encoding) = head
        .get(..length)
        .and_then(|bytes| std::str::from_utf8(bytes).ok())
        .and_then(|text| declaration::read(text).ok())
        .and_then(|declaration| declaration.encoding)
    else {
        return Ok(());
    };
    let name = encoding.to_ascii_lowercase();
    let agrees = match name.as_str() {
        // A file that declares UTF-16 and is not UTF-16 was converted without changing the declaration.
        "utf-8" | "utf8" | "utf-16" | "utf-16le" | "utf-16be" | "utf16" => true,
        _ => keeps_ascii(&name) && bytes.is_ascii(),
    };
    if agrees {
        return Ok(());
    }
    Err(Unreadable::new(
        Cause::Encoding,
        Span::from_offsets(begin, begin + length),
        format!("the XML declaration names the encoding {}", clip(encoding)),
    ))
}

/// Encodings in which ASCII bytes mean what they mean in ASCII. UTF-7, EBCDIC or ISO-2022 would give them another meaning.
fn keeps_ascii(name: &str) -> bool {
    const FAMILIES: &[&str] = &[
        "ascii",
        "us-ascii",
        "iso-8859-",
        "iso8859-",
        "iso_8859-",
        "latin",
        "windows-125",
        "cp125",
        "macintosh",
        "koi8-",
        "gb",
        "big5",
        "euc-",
        "shift_jis",
        "windows-31j",
        "windows-874",
        "tis-620",
    ];
    FAMILIES.iter().any(|family| name.starts_with(family))
}

fn clip(name: &str) -> &str {
    name.get(..40).unwrap_or(name)
}

/// Decodes UTF-16. A byte order mark stays in the text, as in UTF-8, so that offsets can be computed back.
pub(super) fn decode_utf16(bytes: &[u8], encoding: Encoding) -> Result<String, Unreadable> {
    let unit = match encoding {
        Encoding::Utf16BigEndian => u16::from_be_bytes,
        _ => u16::from_le_bytes,
    };
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        let end = offset(bytes.len());
        let span = Span::new(end.saturating_sub(1), end);
        return Err(Unreadable::new(Cause::Encoding, span, "UTF-16 with an odd number of bytes"));
    }
    let mut text = String::with_capacity(bytes.len() / 2 + bytes.len() / 16);
    let mut stored = 0;
    for decoded in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
        let Ok(character) = decoded else {
            return Err(Unreadable::new(
                Cause::Encoding,
                Span::new(stored, stored + 2),
                "UTF-16 with half of a surrogate pair",
            ));
        };
        stored += if character > '\u{ffff}' { 4 } else { 2 };
        text.push(character);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_encodings() {
        let file = |encoding: &str, content: &str| {
            format!("<?xml version='1.0' encoding='{encoding}'?><a>{content}</a>")
        };
        for (encoding, ascii, other) in [
            ("UTF-8", true, true),
            ("utf8", true, true),
            ("UTF-16", true, true),
            ("ISO-8859-1", true, false),
            ("windows-1252", true, false),
            ("US-ASCII", true, false),
            ("UTF-7", false, false),
            ("IBM037", false, false),
            ("ISO-2022-JP", false, false),
            ("nonsense", false, false),
        ] {
            assert_eq!(check_declared(file(encoding, "x").as_bytes()).is_ok(), ascii, "{encoding}");
            assert_eq!(check_declared(file(encoding, "é").as_bytes()).is_ok(), other, "{encoding}");
        }
    }

    #[test]
    fn a_byte_order_mark_does_not_hide_the_declaration() {
        let file = "\u{feff}<?xml version='1.0' encoding='UTF-7'?><a/>";
        let problem = check_declared(file.as_bytes()).unwrap_err();
        assert_eq!(problem.cause, Cause::Encoding);
        assert_eq!(problem.span, Span::new(3, 41));
    }

    #[test]
    fn utf32_is_named() {
        for bytes in [&b"\xFF\xFE\0\0<\0\0\0"[..], b"\0\0\xFE\xFF", b"<\0\0\0", b"\0\0\0<"] {
            assert_eq!(detect(bytes).unwrap_err().cause, Cause::Encoding);
        }
    }
}
