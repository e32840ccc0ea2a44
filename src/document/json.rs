//! Reads the scalars of a JSON file, each with its path and its place in the text.
//!
//! The grammar is RFC 8259. Besides, a byte order mark at the start, `//` and `/* */` comments and
//! trailing commas are accepted, because the tools that read `sfdx-project.json` and scratch org
//! definitions accept them.

mod scanner;

use std::borrow::Cow;
use std::fmt::{self, Write};

use self::scanner::Scanner;

use crate::document::{Span, span};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// How deep arrays and objects may lie in each other.
pub const MAX_DEPTH: usize = 64;

/// How many bytes all paths of a text may have together; for a larger text, four times its size.
/// Long names above many small members would otherwise need the square of the text's size.
const MIN_PATH_BUDGET: usize = 64 << 20;

/// One scalar: a string, number, `true`, `false` or `null`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonEntry<'a> {
    /// The decoded member names and array positions (from 0) from the root to the scalar, joined
    /// by dots: `packageDirectories.0.path`. Dots within names are not escaped. Empty for a text
    /// that is a single scalar.
    pub key: String,
    /// Where the member name stands, without quotes; `None` in an array and at the root.
    pub key_span: Option<Span>,
    /// A string decoded, another scalar as it is written. A surrogate without its pair is
    /// U+FFFD. Borrowed if, and only if, it is the text of `value_span`.
    pub value: Cow<'a, str>,
    /// Where the value stands, a string without its quotes.
    pub value_span: Span,
}

/// Why a text is not JSON. The message contains nothing from the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Byte offset of what is wrong, or of the end of the text.
    pub offset: u32,
    /// What is wrong: a phrase in lower case without a full stop.
    pub message: String,
}

impl fmt::Display for JsonError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for JsonError {}

/// All scalars of a JSON text, in their order. A member that is given twice is an entry twice;
/// empty arrays and objects are none.
///
/// # Errors
///
/// The first place where the text leaves the grammar, lies deeper than [`MAX_DEPTH`], or has paths
/// too long to be listed; also a text that offsets of 32 bits cannot address (4 GiB).
pub fn entries(text: &str) -> Result<Vec<JsonEntry<'_>>, JsonError> {
    if u32::try_from(text.len()).is_err() {
        return Err(error(0, "the file is larger than 4 GiB"));
    }
    let start = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let mut walk = Walk {
        scanner: Scanner { text, at: start },
        open: Vec::new(),
        path: String::new(),
        key_span: None,
        path_budget: MIN_PATH_BUDGET.max(text.len().saturating_mul(4)),
        found: Vec::new(),
    };
    let mut expected = Some(Expected::Value);
    while let Some(step) = expected {
        walk.scanner.skip_insignificant()?;
        expected = match step {
            Expected::Value => Some(walk.value()?),
            Expected::ItemOrEnd => Some(walk.item_or_end()?),
            Expected::CommaOrEnd => walk.comma_or_end()?,
        };
    }
    Ok(walk.found)
}

/// What may come next.
enum Expected {
    Value,
    /// A member or element of the innermost container, or its end.
    ItemOrEnd,
    /// After a value: a comma, the end of the innermost container or of the text.
    CommaOrEnd,
}

/// An object or array that is not closed yet.
struct Container {
    /// The position of the next element; `None` in an object.
    next_position: Option<usize>,
    /// How much of the path belongs to the container itself.
    path_length: usize,
}

struct Walk<'a> {
    scanner: Scanner<'a>,
    open: Vec<Container>,
    /// The path of the current value.
    path: String,
    key_span: Option<Span>,
    path_budget: usize,
    found: Vec<JsonEntry<'a>>,
}

impl<'a> Walk<'a> {
    fn value(&mut self) -> Result<Expected, JsonError> {
        let (value, value_span) = match self.scanner.peek() {
            Some(b'{') => return self.enter(None),
            Some(b'[') => return self.enter(Some(0)),
            Some(b'"') => self.scanner.string()?,
            Some(b'-' | b'0'..=b'9') => self.scanner.number()?,
            _ => self.scanner.literal()?,
        };
        self.path_budget = self.path_budget.checked_sub(self.path.len()).ok_or_else(|| {
            self.scanner.error("the names in this file are too long to be listed")
        })?;
        let key = self.path.clone();
        self.found.push(JsonEntry { key, key_span: self.key_span, value, value_span });
        Ok(Expected::CommaOrEnd)
    }

    fn enter(&mut self, next_position: Option<usize>) -> Result<Expected, JsonError> {
        if self.open.len() == MAX_DEPTH {
            return Err(self
                .scanner
                .error(&format!("arrays and objects lie more than {MAX_DEPTH} deep")));
        }
        self.open.push(Container { next_position, path_length: self.path.len() });
        self.scanner.at += 1;
        Ok(Expected::ItemOrEnd)
    }

    fn item_or_end(&mut self) -> Result<Expected, JsonError> {
        if self.leave() {
            return Ok(Expected::CommaOrEnd);
        }
        let is_nested = self.open.len() > 1;
        let Some(container) = self.open.last_mut() else {
            return Ok(Expected::Value);
        };
        self.path.truncate(container.path_length);
        if is_nested {
            self.path.push('.');
        }
        if let Some(position) = &mut container.next_position {
            // Writing to a string cannot fail.
            let _ = write!(self.path, "{position}");
            *position += 1;
            self.key_span = None;
            return Ok(Expected::Value);
        }
        if self.scanner.peek() != Some(b'"') {
            return Err(self.scanner.error("expected a member name in double quotes or `}`"));
        }
        let (name, name_span) = self.scanner.string()?;
        self.path.push_str(&name);
        self.key_span = Some(name_span);
        self.scanner.skip_insignificant()?;
        if self.scanner.peek() != Some(b':') {
            return Err(self.scanner.error("expected `:` after the member name"));
        }
        self.scanner.at += 1;
        Ok(Expected::Value)
    }

    /// `None` at the end of the text.
    fn comma_or_end(&mut self) -> Result<Option<Expected>, JsonError> {
        let next = self.scanner.peek();
        let Some(container) = self.open.last() else {
            return match next {
                None => Ok(None),
                Some(_) => Err(self.scanner.error("expected the end of the file")),
            };
        };
        if next == Some(b',') {
            self.scanner.at += 1;
            return Ok(Some(Expected::ItemOrEnd));
        }
        let is_array = container.next_position.is_some();
        if self.leave() {
            return Ok(Some(Expected::CommaOrEnd));
        }
        let message = if is_array { "expected `,` or `]`" } else { "expected `,` or `}`" };
        Err(self.scanner.error(message))
    }

    /// Closes the innermost container if its bracket is next.
    fn leave(&mut self) -> bool {
        let bracket = self.open.last().map(|container| match container.next_position {
            Some(_) => b']',
            None => b'}',
        });
        let leaves = bracket.is_some() && bracket == self.scanner.peek();
        if leaves {
            self.open.pop();
            self.scanner.at += 1;
        }
        leaves
    }
}

fn error(at: usize, message: &str) -> JsonError {
    JsonError { offset: span::offset(at), message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let pair = |entry: JsonEntry| (entry.key, entry.value.into_owned());
        entries(text)
            .unwrap_or_else(|error| panic!("{text:?}: {error:?}"))
            .into_iter()
            .map(pair)
            .collect()
    }

    fn slice(text: &str, span: Span) -> Option<&str> {
        text.get(span.start as usize..span.end as usize)
    }

    #[test]
    fn keys_and_values() {
        let cases: [(&str, &[(&str, &str)]); 17] = [
            ("{}", &[]),
            ("[[], {}, [{}]]", &[]),
            ("true", &[("", "true")]),
            ("\u{feff} \t\r\n\"a\" ", &[("", "a")]),
            (
                r#"{"packageDirectories": [{"path": "force-app", "default": true}, {"path": "b"}]}"#,
                &[
                    ("packageDirectories.0.path", "force-app"),
                    ("packageDirectories.0.default", "true"),
                    ("packageDirectories.1.path", "b"),
                ],
            ),
            (r#"{"a": {}, "b": [], "c": null}"#, &[("c", "null")]),
            (r#"{"a": 1, "a": 2}"#, &[("a", "1"), ("a", "2")]),
            (r#"{"a": {"b": 1}, "c": 2}"#, &[("a.b", "1"), ("c", "2")]),
            (r#"{"a.b": 1, "": {"": 2}}"#, &[("a.b", "1"), (".", "2")]),
            (r#"{"a\u0062": 1}"#, &[("ab", "1")]),
            ("[[1, 2], 3]", &[("0.0", "1"), ("0.1", "2"), ("1", "3")]),
            (
                "[-0, 10, 0.50, 1e5, -1.5E+07, 2e-1]",
                &[
                    ("0", "-0"),
                    ("1", "10"),
                    ("2", "0.50"),
                    ("3", "1e5"),
                    ("4", "-1.5E+07"),
                    ("5", "2e-1"),
                ],
            ),
            ("[1, 2,]", &[("0", "1"), ("1", "2")]),
            (r#"{"a": 1 , }"#, &[("a", "1")]),
            ("// a\n{ /* } */ \"a\" /**/ : // b\r 1 /* * / */, // c\n} // d", &[("a", "1")]),
            (r#"{"a": "// b", "c": "/* d"}"#, &[("a", "// b"), ("c", "/* d")]),
            ("1/**/", &[("", "1")]),
        ];
        for (text, expected) in cases {
            let found = pairs(text);
            let found: Vec<_> = found.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn strings() {
        let cases = [
            ("", ""),
            ("ä\u{7f}\u{2028}", "ä\u{7f}\u{2028}"),
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"a\u00E4b\u00e4c", "aäbäc"),
            (r"\u0000", "\0"),
            (r"\ud83d\ude00", "😀"),
            (r"\uD83D", "\u{fffd}"),
            (r"\uDE00\uD83D", "\u{fffd}\u{fffd}"),
            (r"\uD83D\u0041", "\u{fffd}A"),
            (r"\uD83D\uD83D\uDE00", "\u{fffd}😀"),
            (r"\uD83D\n", "\u{fffd}\n"),
            (r"\u0041\uDE00", "A\u{fffd}"),
        ];
        for (written, value) in cases {
            assert_eq!(pairs(&format!("\"{written}\"")), [(String::new(), value.to_owned())]);
            assert_eq!(
                pairs(&format!("{{\"{written}\":1}}")),
                [(value.to_owned(), "1".to_owned())]
            );
        }
    }

    #[test]
    fn spans() {
        let text = "\u{feff}{\"ä\": [\"b\\n\", 12], \"\": \"\"}";
        let found = entries(text).unwrap();
        let spans: Vec<_> = found.iter().map(|e| (e.key_span, e.value_span)).collect();
        let expected = [
            (None, Span::from_offsets(12, 15)),
            (None, Span::from_offsets(18, 20)),
            (Some(Span::from_offsets(24, 24)), Span::from_offsets(28, 28)),
        ];
        assert_eq!(spans, expected);
        assert_eq!(
            entries(r#"{"a":{"bc":7}}"#).unwrap()[0].key_span,
            Some(Span::from_offsets(7, 9))
        );
    }

    /// In the texts, which `|` separates, `^` is in front of what is wrong.
    #[test]
    fn errors() {
        let cases = [
            ("expected a value", "^|\u{feff}^|\u{feff}^\u{feff}1| ^\u{a0}1|// a^|^/ 1|^# a\n1"),
            ("expected a value", "^True|^nul|^NaN|^+1|^.5|[^|[^,]|[1,^,]|[^}|{\"a\":^}|{\"a\":^"),
            ("expected a digit", "-^|-^a|1.^|1.^e5|1e^|1e+^|[-^]"),
            ("expected the end of the file", "1 ^2|{}^}|0^1|true^false|0^x1|1^,|{}^,"),
            ("expected `,` or `]`", "[1 ^2]|[1^}|[1^|[0^1]|[{}^:"),
            ("expected `,` or `}`", "{\"a\":1^|{\"a\":1^]|{\"a\":1 ^\"b\":2}"),
            (
                "expected a member name in double quotes or `}`",
                "{^|{^,}|{^a:1}|{^'a':1}|{^1:1}|{^]",
            ),
            ("expected `:` after the member name", "{\"a\"^}|{\"a\"^|{\"a\" ^= 1}"),
            ("a comment is not closed", "^/* a|^/*/|1^/* *"),
            ("a string is not closed", "[^\"a]|^\"|{^\"a:1}"),
            ("a control character in a string", "\"a^\nb\"|\"^\u{1f}\"|{\"^\t\":1}"),
            ("an unknown escape in a string", "\"^\\x41\"|\"^\\ä\"|\"^\\'\"|\"a^\\"),
            (
                "expected four hexadecimal digits after `\\u`",
                "\"^\\u12\"|\"^\\u+123\"|\"^\\u12ä\"|\"\\ud83d^\\u12\"|\"^\\u",
            ),
        ];
        for (message, texts) in cases {
            for marked in texts.split('|') {
                let at = marked.find('^').unwrap();
                let text = marked.replace('^', "");
                assert_eq!(entries(&text), Err(error(at, message)), "{text:?}");
            }
        }
    }

    #[test]
    fn depth_is_limited() {
        let nested = |depth| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(pairs(&nested(64)), [(["0"; 64].join("."), "1".to_owned())]);
        let error = entries(&"[{\"a\":".repeat(1_000_000)).unwrap_err();
        assert_eq!(error.offset, 32 * 6);
        assert_eq!(error.message, "arrays and objects lie more than 64 deep");
        assert_eq!(entries(&nested(65)).unwrap_err().offset, 64);
        // Containers beside each other are not deep.
        assert_eq!(pairs(&format!("[{}1]", "[],".repeat(1000))).len(), 1);
    }

    #[test]
    fn long_paths_are_limited() {
        let text = |name: usize| format!("{{\"{}\":[{}]}}", "a".repeat(name), "1,".repeat(100_000));
        assert_eq!(entries(&text(500)).map(|found| found.len()), Ok(100_000));
        assert!(entries(&text(100_000)).is_err());
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let text = prop_oneof![any::<String>(), "[a-z.\\\\\"\n]{0,6}"];
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            text.clone().prop_map(Value::from),
        ];
        scalar.prop_recursive(5, 60, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((text.clone(), inner), 0..6)
                    .prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    /// What the entries of a value must be. The values are generated, so recursion is bounded.
    fn flatten(value: &Value, path: Option<&str>, found: &mut Vec<(String, String)>) {
        let below = |name: &str| path.map_or(name.to_owned(), |path| format!("{path}.{name}"));
        match value {
            Value::Array(elements) => {
                for (position, element) in elements.iter().enumerate() {
                    flatten(element, Some(&below(&position.to_string())), found);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    flatten(member, Some(&below(name)), found);
                }
            }
            Value::String(text) => found.push((path.unwrap_or_default().to_owned(), text.clone())),
            scalar => found.push((path.unwrap_or_default().to_owned(), scalar.to_string())),
        }
    }

    fn check_spans(text: &str) -> Result<(), TestCaseError> {
        let found = match entries(text) {
            Ok(found) => found,
            Err(error) => {
                prop_assert!(text.is_char_boundary(error.offset as usize));
                return Ok(());
            }
        };
        let mut last = 0;
        for entry in found {
            if let Some(key_span) = entry.key_span {
                prop_assert!(last <= key_span.start && key_span.end < entry.value_span.start);
                let written = slice(text, key_span);
                prop_assert!(written.is_some_and(|w| w.contains('\\') || entry.key.ends_with(w)));
            }
            prop_assert!(last <= entry.value_span.start);
            last = entry.value_span.end;
            let written = slice(text, entry.value_span);
            prop_assert!(written.is_some());
            match &entry.value {
                Cow::Borrowed(value) => prop_assert_eq!(written, Some(*value)),
                Cow::Owned(_) => prop_assert!(written.is_some_and(|w| w.contains('\\'))),
            }
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn entries_are_those_of_serde_json(value in json_value()) {
            let mut expected = Vec::new();
            flatten(&value, None, &mut expected);
            prop_assert_eq!(&pairs(&value.to_string()), &expected);
            prop_assert_eq!(&pairs(&format!("{value:#}")), &expected);
        }

        #[test]
        fn damaged_texts_fail_as_in_serde_json(
            value in json_value(),
            cut in any::<prop::sample::Index>(),
            length in 0..3usize,
            insert in r#"[]{}\[",:0-9.eE+\\u \n\x01-]{0,2}"#,
        ) {
            let mut characters: Vec<char> = value.to_string().chars().collect();
            let start = cut.index(characters.len() + 1);
            let end = (start + length).min(characters.len());
            characters.splice(start..end, insert.chars());
            let text: String = characters.into_iter().collect();
            check_spans(&text)?;
            match (entries(&text), serde_json::from_str::<Value>(&text)) {
                (Err(error), Ok(_)) => prop_assert!(false, "{:?}: {:?}", text, error),
                (Ok(_), Err(error)) => {
                    let message = error.to_string();
                    let is_extension = message.contains("trailing comma")
                        || message.contains("number out of range")
                        || message.contains("surrogate")
                        || message.contains("hex escape");
                    prop_assert!(is_extension, "{:?}: {}", text, message);
                }
                _ => {}
            }
        }

        #[test]
        fn spans_hold_in_any_text(
            text in prop_oneof![any::<String>(), r#"([]\[{}:,"ä/*\\u0-9eE.\n -]|"a":|true|//|\[1,){0,40}"#],
        ) {
            check_spans(&text)?;
        }
    }
}
