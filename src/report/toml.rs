//! Texts as TOML strings that are safe to print: what is dangerous on a terminal or in a CI log is escaped, and reads
//! back as it was.

use crate::model::record::number_text;
use crate::rule::OptionValue;
use crate::value::character::is_dangerous;

/// A basic string, with its quotes.
pub fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for (at, character) in text.char_indices() {
        // `##[` and `##vso[` start commands of CI systems.
        let command =
            character == '#' && text.get(..at).is_some_and(|before| before.ends_with('#'));
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if command || is_dangerous(character) => {
                let code = u32::from(character);
                if code <= 0xffff {
                    out.push_str(&format!("\\u{code:04x}"));
                } else {
                    out.push_str(&format!("\\U{code:08x}"));
                }
            }
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

/// The value of an option.
pub fn option(value: &OptionValue) -> String {
    match value {
        OptionValue::Bool(value) => value.to_string(),
        OptionValue::Number(value) => number_text(*value),
        OptionValue::Text(text) => string(text),
        OptionValue::List(texts) => list(texts.iter().map(String::as_str)),
    }
}

/// A list of strings on one line.
pub fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", texts.map(string).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dangerous_characters_are_escaped() {
        assert_eq!(string("a\"b\\c"), r#""a\"b\\c""#);
        assert_eq!(string("x\u{1b}\u{202e}\u{e0041}"), r#""x\u001b\u202e\U000e0041""#);
        assert_eq!(string("##[error]##vso[x]"), r##""#\u0023[error]#\u0023vso[x]""##);
        assert_eq!(list(["a", "b"].into_iter()), r#"["a", "b"]"#);
    }

    proptest! {
        #[test]
        fn any_text_reads_back(text in "\\PC{0,20}|.{0,20}|[#\\[\"\\\\\u{202e}\t]{0,9}") {
            let written = format!("a = {}", string(&text));
            let root = toml_span::parse(&written).unwrap();
            prop_assert_eq!(root.as_table().unwrap().get("a").unwrap().as_str().unwrap(), text);
        }
    }
}
