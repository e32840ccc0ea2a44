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
    // Most texts hold no such name before a sign, and then the expression is not even compiled.
    if !may_name_one(bytes) {
        return;
    }
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

/// The ends of names for secrets, in lower case.
const ENDS: [&[u8]; 7] =
    [b"secret", b"password", b"passwd", b"passphrase", b"pwd", b"token", b"key"];

/// Whether a name for a secret stands before `=`, `:`, `>` or `%3d`, or in an option such as `--token`.
fn may_name_one(bytes: &[u8]) -> bool {
    let ends_in_name = |before: &[u8]| {
        ENDS.iter().any(|end| {
            before
                .len()
                .checked_sub(end.len())
                .and_then(|at| before.get(at..))
                .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
        })
    };
    let named_before = |at: usize| {
        let before = bytes.get(..at).unwrap_or_default().trim_ascii_end();
        let quoted = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'"));
        let plain = quoted.map_or(before, |rest| rest.strip_suffix(b"\\").unwrap_or(rest));
        ends_in_name(plain)
    };
    let signs = memchr::memchr3_iter(b'=', b':', b'>', bytes);
    let encoded = memchr::memchr_iter(b'%', bytes);
    signs.chain(encoded).any(named_before) || has_named_option(bytes, ends_in_name)
}

fn has_named_option(bytes: &[u8], ends_in_name: impl Fn(&[u8]) -> bool) -> bool {
    memchr::memchr_iter(b'-', bytes).any(|at| {
        let rest = bytes.get(at + 1..).unwrap_or_default();
        let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let length = rest.iter().take(64).take_while(|byte| word(byte)).count();
        let (name, after) = rest.split_at(length);
        after.first().is_some_and(u8::is_ascii_whitespace) && ends_in_name(name)
    })
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

    proptest::proptest! {
        /// The gate is an optimisation: it must let everything pass that the expression finds.
        #[test]
        fn the_gate_hides_nothing(
            before in "[ a-z\"'\\\\<-]{0,6}",
            name in "(?i)(client_?)?(secret|password|passwd|passphrase|pwd|token|api[_-]?key|signing_key)",
            between in "(\\\\?[\"'])? {0,2}(=|:|%3d|%3D|>)? {0,2}",
            value in "\\\\?[\"']?[a-z0-9]{0,9}",
        ) {
            let text = format!("{before}{name}{between}{value}");
            let found = super::NAMED.as_ref().is_some_and(|named| named.is_match(text.as_bytes()));
            proptest::prop_assert!(!found || super::may_name_one(text.as_bytes()), "{}", text);
        }
    }
}
