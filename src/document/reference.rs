//! Character references and the five named ones. No other entity exists for this reader, so nothing can expand.

use super::characters::is_character;

/// A decoded reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The character it stands for.
    pub(super) character: char,
    /// Its length in bytes, from `&` to `;`.
    pub(super) length: usize,
}

/// Reads the reference at the start of `text`, which begins with `&`.
///
/// # Errors
/// What is wrong with it, as a sentence that does not quote it.
pub(super) fn read(text: &str) -> Result<Reference, &'static str> {
    let body = text.strip_prefix('&').unwrap_or(text);
    let Some(length) = body.bytes().position(|byte| !is_reference_byte(byte)) else {
        return Err(UNESCAPED);
    };
    let (name, rest) = body.split_at(length);
    if name.is_empty() || !rest.starts_with(';') {
        return Err(UNESCAPED);
    }
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => numeric(name)?,
    };
    Ok(Reference { character, length: length + 2 })
}

const UNESCAPED: &str = "a `&` that begins no reference; write it as `&amp;`";
const UNKNOWN: &str = "a named entity that XML does not define";
const NO_CHARACTER: &str = "a numeric reference to no character that XML allows";

/// Bytes of the references that XML can have here; names outside ASCII are never defined.
const fn is_reference_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'#' | b'_' | b':' | b'-' | b'.')
}

fn numeric(name: &str) -> Result<char, &'static str> {
    let (digits, radix) = match (name.strip_prefix("#x"), name.strip_prefix('#')) {
        (Some(digits), _) => (digits, 16),
        (None, Some(digits)) => (digits, 10),
        (None, None) => return Err(UNKNOWN),
    };
    if digits.is_empty() {
        return Err(NO_CHARACTER);
    }
    let mut code: u32 = 0;
    for digit in digits.chars() {
        let digit = digit.to_digit(radix).ok_or(NO_CHARACTER)?;
        // Leading zeros are unlimited, so only the value tells an overflow.
        code = code.saturating_mul(radix).saturating_add(digit);
    }
    char::from_u32(code).filter(|&character| is_character(character)).ok_or(NO_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn character(text: &str) -> Option<(char, usize)> {
        read(text).ok().map(|reference| (reference.character, reference.length))
    }

    #[test]
    fn named_and_numeric() {
        assert_eq!(character("&amp;x"), Some(('&', 5)));
        assert_eq!(character("&lt;"), Some(('<', 4)));
        assert_eq!(character("&gt;"), Some(('>', 4)));
        assert_eq!(character("&quot;"), Some(('"', 6)));
        assert_eq!(character("&apos;"), Some(('\'', 6)));
        assert_eq!(character("&#65;"), Some(('A', 5)));
        assert_eq!(character("&#x41;"), Some(('A', 6)));
        assert_eq!(character("&#x1F600;"), Some(('😀', 9)));
        assert_eq!(character("&#00000000000000000065;"), Some(('A', 23)));
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "&",
            "& ",
            "&;",
            "&amp",
            "&AMP;",
            "&nbsp;",
            "&#;",
            "&#x;",
            "&#X41;",
            "&#0;",
            "&#11;",
            "&#xD800;",
            "&#xFFFE;",
            "&#x110000;",
            "&#4294967361;",
            "&#+65;",
            "&#6 5;",
            "&é;",
            "&am\u{70};p".get(..4).unwrap_or(""),
        ] {
            assert_eq!(character(text), None, "{text}");
        }
    }
}
