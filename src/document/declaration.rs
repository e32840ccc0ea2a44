//! The XML declaration, `<?xml version="1.0" encoding="UTF-8"?>`.

use super::characters::is_whitespace;

/// What a well-formed declaration says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Declaration<'a> {
    /// The declared encoding, as written.
    pub(super) encoding: Option<&'a str>,
    /// Length in bytes, from `<?xml` to `?>`.
    pub(super) length: usize,
}

/// Whether `text` begins with an XML declaration, well-formed or not.
pub(super) fn begins(text: &[u8]) -> bool {
    text.strip_prefix(b"<?xml")
        .and_then(<[u8]>::first)
        .is_some_and(|&byte| is_whitespace(byte) || byte == b'?')
}

/// Reads the declaration at the start of `text` by XML 1.0, production 23.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub(super) fn read(text: &str) -> Result<Declaration<'_>, &'static str> {
    let rest = text.strip_prefix("<?xml").ok_or(NOT_A_DECLARATION)?;
    let (rest, version) =
        pseudo_attribute(rest, "version").ok_or("an XML declaration without version")?;
    // A 1.0 processor reads every 1.x document (XML 1.0, section 2.8).
    let minor = version.strip_prefix("1.").ok_or("an XML declaration of a version other than 1")?;
    if minor.is_empty() || !minor.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("an XML declaration of a version other than 1");
    }
    let (rest, encoding) = optional(rest, "encoding");
    if encoding.is_some_and(|name| !is_encoding_name(name)) {
        return Err("an XML declaration with an impossible encoding");
    }
    let (rest, standalone) = optional(rest, "standalone");
    if standalone.is_some_and(|value| value != "yes" && value != "no") {
        return Err("an XML declaration whose `standalone` is neither yes nor no");
    }
    let rest = skip_whitespace(rest).strip_prefix("?>").ok_or(NOT_A_DECLARATION)?;
    Ok(Declaration { encoding, length: text.len() - rest.len() })
}

const NOT_A_DECLARATION: &str = "an XML declaration that is not well-formed";

fn is_encoding_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

fn skip_whitespace(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\r', '\n'])
}

fn optional<'a>(text: &'a str, name: &str) -> (&'a str, Option<&'a str>) {
    match pseudo_attribute(text, name) {
        Some((rest, value)) => (rest, Some(value)),
        None => (text, None),
    }
}

/// White space, `name`, `=` and a quoted value; what follows it, and the value.
fn pseudo_attribute<'a>(text: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let named = skip_whitespace(text);
    if named.len() == text.len() {
        return None;
    }
    let equals = skip_whitespace(named.strip_prefix(name)?);
    let quoted = skip_whitespace(equals.strip_prefix('=')?);
    let quote = quoted.chars().next().filter(|&quote| quote == '"' || quote == '\'')?;
    let (value, rest) = quoted.get(1..)?.split_once(quote)?;
    (!value.contains(['<', '>'])).then_some((rest, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_formed() {
        for (text, encoding) in [
            (r#"<?xml version="1.0"?>"#, None),
            (r#"<?xml version="1.0" encoding="UTF-8"?>"#, Some("UTF-8")),
            (
                "<?xml\tversion = '1.1'\r\nencoding='ISO-8859-1' standalone='yes' ?>",
                Some("ISO-8859-1"),
            ),
            (r#"<?xml version="1.0" standalone="no"?>"#, None),
        ] {
            let declaration = read(text).unwrap();
            assert_eq!(declaration.encoding, encoding);
            assert_eq!(declaration.length, text.len());
        }
    }

    #[test]
    fn length_ends_with_the_declaration() {
        assert_eq!(read("<?xml version='1.0'?><a/>").unwrap().length, 21);
    }

    #[test]
    fn malformed() {
        for text in [
            "<?xml?>",
            "<?xml ?>",
            "<?xml encoding='UTF-8'?>",
            "<?xml version='2.0'?>",
            "<?xml version='1.'?>",
            "<?xml version='1.0'encoding='UTF-8'?>",
            "<?xml version='1.0' encoding='8'?>",
            "<?xml version='1.0' encoding=''?>",
            "<?xml version='1.0' standalone='maybe'?>",
            "<?xml version='1.0' standalone='yes' encoding='UTF-8'?>",
            "<?xml version=\"1.0'?>",
            "<?xml version='1.0'>",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_begins_a_declaration() {
        assert!(begins(b"<?xml version"));
        assert!(begins(b"<?xml?>"));
        assert!(!begins(b"<?xml-stylesheet ?>"));
        assert!(!begins(b"<?xml"));
    }
}
