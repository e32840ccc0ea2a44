//! Names of components: one spelling to compare by, one to show.
//!
//! A name comes from a file name (the percent-encoded `fullName`) or from an
//! element that refers to it, written by hand. Joins compare the canonical
//! form, so that an encoding, a letter case or a decomposed accent cannot hide
//! that two names are the same.

mod license;
mod profile;
mod words;

pub use license::{is_external_license, is_guest_license, is_integration_license};
pub use profile::{canonical_profile, is_standard_profile};
pub use words::words;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The name for comparison: percent-decoded once, in NFC, without blanks
/// around it, ASCII letters in lower case. A namespace prefix is kept.
///
/// ```
/// # use sflint::value::name::canonical;
/// assert_eq!(canonical("Custom%3A Sales Profile"), "custom: sales profile");
/// ```
pub fn canonical(written: &str) -> String {
    let mut name = decode(written);
    name.make_ascii_lowercase();
    // A lower-case letter may compose with a mark where its capital does not
    // (h + U+0331), so NFC can be lost on the way.
    if !is_nfc(&name) {
        name = name.nfc().collect();
    }
    name
}

/// The name for showing: percent-decoded once, in NFC, without blanks around
/// it. An escape that is not two hexadecimal digits stays; if the decoded bytes
/// are no UTF-8, nothing is decoded (as `decodeURIComponent` refuses it).
pub fn decode(written: &str) -> String {
    let decoded = percent_decode(written);
    let text = decoded.as_deref().unwrap_or(written);
    if text.is_ascii() {
        text.trim().to_string()
    } else {
        text.nfc().collect::<String>().trim().to_string()
    }
}

/// The text with each `%XX` replaced by its byte; `None` if there is no escape
/// or the result is not UTF-8.
pub(crate) fn percent_decode(written: &str) -> Option<String> {
    let mut rest = written.as_bytes();
    let mut decoded = Vec::with_capacity(rest.len());
    let mut found = false;
    while let Some((&byte, tail)) = rest.split_first() {
        let escape = match (byte, tail) {
            (b'%', [high, low, after @ ..]) => hex(*high).zip(hex(*low)).map(|pair| (pair, after)),
            _ => None,
        };
        if let Some(((high, low), after)) = escape {
            decoded.push(high << 4 | low);
            rest = after;
            found = true;
        } else {
            decoded.push(byte);
            rest = tail;
        }
    }
    if found { String::from_utf8(decoded).ok() } else { None }
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// What follows `__` at the end of the API name of a custom thing. It is part
/// of the thing's own name, not of a namespace.
const CUSTOM_SUFFIXES: [&str; 32] = [
    "b",
    "c",
    "changeevent",
    "chn",
    "dll",
    "dlm",
    "dlo",
    "dmo",
    "e",
    "feed",
    "hd",
    "history",
    "ka",
    "kav",
    "kb",
    "latitude",
    "longitude",
    "mdt",
    "p",
    "pc",
    "pr",
    "r",
    "s",
    "share",
    "tag",
    "viewstat",
    "votestat",
    "datacategoryselection",
    "x",
    "xo",
    "xr",
    "rel",
];

/// The namespace prefix of a managed component, as written: `ns` of
/// `ns__Name` and `ns__Name__c`; none for `Name__c`. Of `Object.Field` and
/// `Type.Record` the last part counts: a subscriber's own field on a managed
/// object has no namespace.
///
/// A namespace is a letter and then letters, digits and single underscores, 15
/// characters at most (Salesforce Help, "Create and Register Your Namespace").
pub fn namespace(written: &str) -> Option<String> {
    let name = decode(written);
    let own = match name.rsplit_once('.') {
        Some((parent, own)) if parent.split('.').all(is_api_name) => own,
        _ => &name,
    };
    let (prefix, rest) = own.split_once("__")?;
    if !is_namespace(prefix) || rest.trim().is_empty() {
        return None;
    }
    let end = rest.find(|character: char| !is_api_name_character(character)).unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    // `Name__c`, `Place__latitude__s`, and `Name__c-Layout Name`.
    let only_suffixes = !word.is_empty()
        && word.split("__").all(is_custom_suffix)
        && (after.is_empty() || after.starts_with('-'));
    (!only_suffixes).then(|| prefix.to_string())
}

fn is_custom_suffix(part: &str) -> bool {
    CUSTOM_SUFFIXES.iter().any(|suffix| suffix.eq_ignore_ascii_case(part))
}

fn is_namespace(prefix: &str) -> bool {
    prefix.len() <= 15
        && prefix.starts_with(|first: char| first.is_ascii_alphabetic())
        && !prefix.ends_with('_')
        && is_api_name(prefix)
}

fn is_api_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_api_name_character)
}

fn is_api_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_decoded_once() {
        for (written, shown) in [
            ("Custom%3A Marketing Profile", "Custom: Marketing Profile"),
            ("Custom: Marketing Profile", "Custom: Marketing Profile"),
            ("API%20Integration", "API Integration"),
            ("Force%2Ecom - Free User", "Force.com - Free User"),
            ("Force%2ecom - Free User", "Force.com - Free User"),
            ("A%253A", "A%3A"),
            ("100% sure", "100% sure"),
            ("50%2", "50%2"),
            ("%zz%", "%zz%"),
            ("%c3%28", "%c3%28"),
            ("%C3%9Cber", "Über"),
            ("U\u{308}ber", "Über"),
            ("  padded\n", "padded"),
            ("%20padded%20", "padded"),
            ("", ""),
        ] {
            assert_eq!(decode(written), shown, "{written}");
        }
    }

    #[test]
    fn canonical_names_ignore_case_and_encoding() {
        assert_eq!(canonical("Custom%3A SALES"), canonical("custom: sales"));
        assert_eq!(canonical("ns__Obj__c.Field__C"), "ns__obj__c.field__c");
        assert_eq!(canonical("U\u{308}ber"), canonical("Über"));
        assert_eq!(canonical("\u{212A}elvin"), "kelvin");
        assert_eq!(canonical("H\u{331}"), canonical("h\u{331}"));
        assert_ne!(canonical("Über"), canonical("über"));
    }

    #[test]
    fn namespaces() {
        for (written, expected) in [
            ("ns__Name", Some("ns")),
            ("ns__Name__c", Some("ns")),
            ("npe01__OppPayment__c", Some("npe01")),
            ("Name__c", None),
            ("Name__MDT", None),
            ("Name__pc", None),
            ("Name__changeEvent", None),
            ("Place__latitude__s", None),
            ("Name", None),
            ("", None),
            ("__Name", None),
            ("ns__", None),
            ("___NAMESPACE___Name", None),
            ("%%%NAMESPACE%%%Name__c", None),
            ("1ns__Name", None),
            ("namespace_longer_than__Name", None),
            ("my_ns__Name", Some("my_ns")),
            ("ns__EC-Principal", Some("ns")),
            ("Account.ns__Field__c", Some("ns")),
            ("ns__Obj__c.Field__c", None),
            ("ns__Obj__c.ns__Field__c", Some("ns")),
            ("Obj__c-Layout 2", None),
            ("ns__Obj__c-Layout", Some("ns")),
            ("ns__Profile v1.2", Some("ns")),
            ("ns%5F%5FName", Some("ns")),
            ("Force.com - Free User", None),
        ] {
            assert_eq!(namespace(written).as_deref(), expected, "{written}");
        }
    }

    proptest! {
        #[test]
        fn canonical_is_stable_once_nothing_is_encoded(name in "\\PC*") {
            let once = canonical(&name);
            if percent_decode(&once).is_none() {
                prop_assert_eq!(canonical(&once), once);
            }
        }

        #[test]
        fn canonical_depends_only_on_what_is_shown(name in "(%[0-9A-Fa-f]{2}|[A-Za-z_ .:é\u{331}\u{308}])*") {
            let shown = decode(&name);
            if percent_decode(&shown).is_none() {
                prop_assert_eq!(canonical(&name), canonical(&shown));
                prop_assert_eq!(decode(&shown), shown);
            }
        }

        #[test]
        fn any_text_has_an_answer(name in any::<String>()) {
            let _ = (namespace(&name), canonical_profile(&name), is_standard_profile(&name));
        }
    }
}
