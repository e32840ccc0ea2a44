//! Start tags, strictly by XML 1.0: quick-xml finds where a tag ends, but leaves names and attributes unchecked.

use super::characters::{is_whitespace, name_length};
use super::limits::{MAX_ATTRIBUTES, MAX_NAME_BYTES};
use super::reference;
use super::span::{Span, offset};
use super::unreadable::{Cause, Unreadable};

/// A well-formed start tag or empty-element tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// The name as written, with its prefix.
    pub(super) name: Span,
    /// Where the local name begins, after the prefix and its colon.
    pub(super) local: u32,
    /// Whether it ends with `/>`.
    pub(super) is_empty: bool,
    /// One past its `>`.
    pub(super) end: u32,
    /// Whether an attribute `nil`, with any prefix but not without one, says true.
    pub(super) is_nil: bool,
}

/// Reads the tag that begins with the `<` at `start`.
///
/// # Errors
/// `Malformed`, or `TooLarge` for a name or a number of attributes above its limit.
pub(super) fn read(text: &str, start: usize) -> Result<Tag, Unreadable> {
    let name = read_name(text, start + 1, "a `<` that begins no tag; write it as `&lt;`")?;
    let local = local_name(text, name)?;
    let mut names: Vec<&str> = Vec::new();
    let mut is_nil = false;
    let mut at = name.end as usize;
    loop {
        let after_space = skip_whitespace(text, at);
        let rest = text.get(after_space..).unwrap_or_default();
        let is_empty = rest.starts_with("/>");
        if is_empty || rest.starts_with('>') {
            return Ok(Tag {
                name,
                local,
                is_empty,
                end: offset(after_space + 1 + usize::from(is_empty)),
                is_nil,
            });
        }
        if after_space == at {
            return Err(malformed(at, 1, "a tag that is not well-formed"));
        }
        let attribute = read_attribute(text, after_space)?;
        let attribute_name = attribute.name.of(text);
        if names.contains(&attribute_name) {
            return Err(malformed(after_space, attribute_name.len(), "an attribute given twice"));
        }
        if names.len() == MAX_ATTRIBUTES {
            let span = Span::from_offsets(start, after_space);
            let detail = format!("more than {MAX_ATTRIBUTES} attributes on one element");
            return Err(Unreadable::new(Cause::TooLarge, span, detail));
        }
        names.push(attribute_name);
        let value = attribute.value.of(text).trim();
        is_nil |= attribute_name.ends_with(":nil") && (value == "true" || value == "1");
        at = attribute.value.end as usize + 1;
    }
}

struct Attribute {
    name: Span,
    /// The value inside its quotes.
    value: Span,
}

fn read_attribute(text: &str, start: usize) -> Result<Attribute, Unreadable> {
    let name = read_name(text, start, "a tag that is not well-formed")?;
    let equals = skip_whitespace(text, name.end as usize);
    if text.as_bytes().get(equals) != Some(&b'=') {
        return Err(malformed(start, name.len() as usize, "an attribute without value"));
    }
    let open = skip_whitespace(text, equals + 1);
    let bytes = text.as_bytes();
    let Some(&quote @ (b'"' | b'\'')) = bytes.get(open) else {
        return Err(malformed(start, name.len() as usize, "an attribute value without quotes"));
    };
    let mut at = open + 1;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(next) = memchr::memchr3(quote, b'<', b'&', rest) else {
            return Err(malformed(open, 1, "a quote that is never closed"));
        };
        at += next;
        match bytes.get(at) {
            Some(b'<') => {
                return Err(malformed(at, 1, "a `<` in an attribute; write it as `&lt;`"));
            }
            Some(b'&') => {
                let reference = reference::read(text.get(at..).unwrap_or_default());
                at += reference.map_err(|what| malformed(at, 1, what))?.length;
            }
            _ => break,
        }
    }
    Ok(Attribute { name, value: Span::from_offsets(open + 1, at) })
}

fn read_name(text: &str, start: usize, otherwise: &str) -> Result<Span, Unreadable> {
    let length = name_length(text.get(start..).unwrap_or_default());
    if length == 0 {
        return Err(malformed(start.saturating_sub(1), 1, otherwise));
    }
    if length > MAX_NAME_BYTES {
        let span = Span::from_offsets(start, start + length);
        let detail = format!("a name of more than {MAX_NAME_BYTES} bytes");
        return Err(Unreadable::new(Cause::TooLarge, span, detail));
    }
    Ok(Span::from_offsets(start, start + length))
}

/// Where the local part of a name begins. Namespaces are not resolved: tools disagree on them, and a grant must not hide
/// behind an unusual prefix.
fn local_name(text: &str, name: Span) -> Result<u32, Unreadable> {
    match memchr::memrchr(b':', name.of(text).as_bytes()) {
        None => Ok(name.start),
        Some(colon) if colon + 1 < name.len() as usize => Ok(name.start + offset(colon) + 1),
        Some(_) => {
            Err(malformed(name.start as usize, name.len() as usize, "a prefix without a name"))
        }
    }
}

fn skip_whitespace(text: &str, from: usize) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    from + rest.iter().take_while(|&&byte| is_whitespace(byte)).count()
}

fn malformed(at: usize, length: usize, detail: &str) -> Unreadable {
    Unreadable::new(Cause::Malformed, Span::from_offsets(at, at + length), detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_prefixes() {
        let text = "<met:Profile xmlns:met='u'>";
        let tag = read(text, 0).unwrap();
        assert_eq!(tag.name.of(text), "met:Profile");
        assert_eq!(&text[tag.local as usize..tag.name.end as usize], "Profile");
        assert_eq!(tag.end as usize, text.len());
        assert!(!tag.is_empty && !tag.is_nil);
    }

    #[test]
    fn empty_elements_and_nil() {
        for (text, is_nil) in [
            ("<a/>", false),
            ("<a />", false),
            ("<a xsi:nil='true'/>", true),
            ("<a x:nil = \" 1 \" />", true),
            ("<a xsi:nil='false'/>", false),
            ("<a nil='true'/>", false),
        ] {
            let tag = read(text, 0).unwrap();
            assert!(tag.is_empty, "{text}");
            assert_eq!(tag.is_nil, is_nil, "{text}");
        }
    }

    #[test]
    fn a_quoted_tag_end_does_not_end_the_tag() {
        let text = "<a b='x>y' c=\"'/>\">";
        let tag = read(text, 0).unwrap();
        assert_eq!(tag.end as usize, text.len());
        assert!(!tag.is_empty);
    }

    #[test]
    fn what_is_not_well_formed() {
        for text in [
            "<",
            "<>",
            "< a>",
            "<1a>",
            "<a",
            "<a b>",
            "<a b=c>",
            "<a b='c>",
            "<a b='c'd='e'>",
            "<a b='1' b='2'>",
            "<a b='<'>",
            "<a b='&x;'>",
            "<a b='&'>",
            "<a/ >",
            "<a:>",
            "<a b='c\"",
            "<a =''>",
        ] {
            assert_eq!(read(text, 0).map_err(|e| e.cause), Err(Cause::Malformed), "{text}");
        }
    }

    #[test]
    fn limits_on_names_and_attributes() {
        let long = |length| format!("<{}>", "n".repeat(length));
        assert!(read(&long(MAX_NAME_BYTES), 0).is_ok());
        assert_eq!(read(&long(MAX_NAME_BYTES + 1), 0).unwrap_err().cause, Cause::TooLarge);
        let many = |count: usize| {
            let attributes: String = (0..count).map(|i| format!(" a{i}=''")).collect();
            format!("<a{attributes}>")
        };
        assert!(read(&many(MAX_ATTRIBUTES), 0).is_ok());
        assert_eq!(read(&many(MAX_ATTRIBUTES + 1), 0).unwrap_err().cause, Cause::TooLarge);
    }
}
