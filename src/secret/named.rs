//! Values that stand behind a name for secrets: `client_secret=…`, `"password": "…"`,
//! `<consumerSecret>…`, `--token …`. Nothing else tells that a chosen password is one.

use std::sync::LazyLock;

use regex::bytes::Regex;

/// Fewer characters are a word or a number, not a credential.
const SHORTEST: usize = 6;

/// A name, what stands between it and its value, and the value: to its quote, or to the next blank or bracket.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let name = "(?:secret|password|passwd|passphrase|pwd|token|(?:api|access|auth|private|signing|encryption)[_-]?key)";
    let between = r#"(?:\\?["'])?(?:\s*(?:=|:|%3[dD])\s*|>\s*)"#;
    let option = format!(r"--?[\w-]*{name}\s+");
    let value =
        r#"(?:\\?"(?<double>[^"\\\r\n]+)|'(?<single>[^'\r\n]+)|(?<bare>[^\s"'<>&,;(){}\[\]|\\]+))"#;
    Regex::new(&format!("(?i-u)(?:{name}{between}|{option}){value}")).ok()
});

/// Adds the spans of the values to those that are known by their shape, which are sorted: their markers stay.
/// Quotes are not included. What refers to a secret (`${…}`, `<…>`) and
/// what is a word without any digit is none.
pub(super) fn named_values(bytes: &[u8], spans: &mut Vec<(usize, usize)>) {
    let Some(named) = NAMED.as_ref() else { return };
    let known = spans.len();
    for captures in named.captures_iter(bytes) {
        let value = ["double", "single", "bare"].iter().find_map(|quoting| captures.name(quoting));
        let Some(value) = value.filter(|value| may_be_secret(value.as_bytes())) else { continue };
        let shapes = spans.get(..known).unwrap_or_default();
        let next = shapes.partition_point(|(start, _)| *start <= value.start());
        let marked = shapes
            .get(next)
            .is_some_and(|(start, end)| *start < value.end() && *end >= value.end());
        if !marked {
            spans.push((value.start(), value.end()));
        }
    }
}

fn may_be_secret(value: &[u8]) -> bool {
    value.len() >= SHORTEST
        && value.iter().any(u8::is_ascii_digit)
        && value.first().is_some_and(|first| !b"$%<{@".contains(first))
}

#[cfg(test)]
mod tests {
    use crate::secret::secret_spans_in_text;

    #[test]
    fn what_stands_behind_a_name_for_secrets_is_hidden() {
        let made_up = ["hunter", "2and", "7more"].concat();
        for (before, after) in [
            ("https://a.example.com/x?client_secret=", "&state=1"),
            ("<!-- <consumerSecret>", "</consumerSecret> -->"),
            ("SF_PASSWORD=", ""),
            ("# old TOKEN = \"", "\""),
            ("{\"password\": \"", "\", \"user\": \"a\"}"),
            ("{\\\"apiKey\\\":\\\"", "\\\"}"),
            ("CLIENT_SECRET: '", "'"),
            ("sf login --password ", " --alias prod"),
        ] {
            let text = format!("{before}{made_up}{after}");
            let spans = secret_spans_in_text(&text);
            let start = before.len() as u32;
            assert_eq!(spans, [(start, start + made_up.len() as u32)], "{text}");
        }
    }

    #[test]
    fn names_references_and_prose_stay() {
        for text in [
            "the consumer secret of Courier is in the source",
            "CLIENT_SECRET=${COURIER_SECRET_2}",
            "<isConsumerSecretOptional>false</isConsumerSecretOptional>",
            "password: it is reset after 90 days",
            "refresh token: 365 days",
            "<name>PasswordNeverExpires</name>",
        ] {
            assert!(secret_spans_in_text(text).is_empty(), "{text}");
        }
    }
}
