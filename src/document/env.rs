//! Reads the assignments of a `.env` file, each with the place of its key and value.
//!
//! There is no standard for these files. Where readers differ, this one follows the `dotenv`
//! package of npm, except for a `#` without a blank before it: there it follows shells and
//! python-dotenv, which keep it, because a password cut short would be judged wrongly.

use std::borrow::Cow;

use crate::document::Span;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// One assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvEntry<'a> {
    /// The name of the variable: `[A-Za-z_][A-Za-z0-9_.-]*`, without `export`.
    pub key: Cow<'a, str>,
    /// Where the name stands.
    pub key_span: Span,
    /// The value, without quotes, surrounding blanks and trailing comment; in double quotes with
    /// `\n`, `\"`, `\\` and `\$` decoded. Borrowed if, and only if, it is the text of
    /// `value_span`. References such as `${OTHER}` are not expanded.
    pub value: Cow<'a, str>,
    /// Where the value stands, without its quotes. Without a value: empty, directly after the
    /// sign.
    pub value_span: Span,
}

/// The assignments of a `.env` file, in their order; a key that is assigned twice is given twice.
///
/// Reads every text: a line that is not an assignment is left out, and a quote that is not closed
/// belongs to the value, which then ends with its line. Runs in time linear in the text. A text
/// that offsets of 32 bits cannot address (4 GiB) has no entries.
pub fn entries(text: &str) -> Vec<EnvEntry<'_>> {
    let mut found = Vec::new();
    if u32::try_from(text.len()).is_err() {
        return found;
    }
    let reader = Reader { text };
    let mut line = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    while line < text.len() {
        let mut last = line;
        if let Some(entry) = reader.assignment(line) {
            last = entry.value_span.end as usize;
            found.push(entry);
        }
        // Of a CRLF this leaves the LF, which is read as one more empty line.
        line = reader.line_end(last) + 1;
    }
    found
}

struct Reader<'a> {
    text: &'a str,
}

impl<'a> Reader<'a> {
    /// Reads the assignment of the line that starts at `line`.
    fn assignment(&self, line: usize) -> Option<EnvEntry<'a>> {
        let mut key_start = self.skip_blanks(line);
        let mut key_end = self.key_end(key_start)?;
        if self.slice(key_start, key_end) == "export" {
            let after = self.skip_blanks(key_end);
            // Without a further name, `export` is itself the key: `export = yes`.
            if let Some(end) = self.key_end(after) {
                (key_start, key_end) = (after, end);
            }
        }
        let sign_end = self.sign_end(key_end)?;
        let (value, value_span) = self.value(sign_end);
        Some(EnvEntry {
            key: Cow::Borrowed(self.slice(key_start, key_end)),
            key_span: Span::from_offsets(key_start, key_end),
            value,
            value_span,
        })
    }

    /// The end of the key at `at`; `None` when there is none.
    fn key_end(&self, at: usize) -> Option<usize> {
        let first = self.byte(at)?;
        if !first.is_ascii_alphabetic() && first != b'_' {
            return None;
        }
        let more = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        Some(self.skip(at, more))
    }

    /// The end of the sign after a key: an `=` anywhere on the line after blanks, or a `:` that
    /// follows the key directly and is not part of a word, as in `http://…`.
    fn sign_end(&self, key_end: usize) -> Option<usize> {
        if self.byte(key_end) == Some(b':') {
            let end = key_end + 1;
            let word_ends = self.byte(end).is_none_or(|byte| is_blank(byte) || is_line_end(byte));
            return word_ends.then_some(end);
        }
        let sign = self.skip_blanks(key_end);
        (self.byte(sign) == Some(b'=')).then_some(sign + 1)
    }

    fn value(&self, sign_end: usize) -> (Cow<'a, str>, Span) {
        let start = self.skip_blanks(sign_end);
        let quote = self.byte(start).filter(|byte| matches!(byte, b'\'' | b'"' | b'`'));
        if let Some(quote) = quote
            && let Some(close) = self.closing_quote(start + 1, quote)
            && self.is_rest_empty(close + 1)
        {
            return self.quoted(start + 1, close, quote);
        }
        let end = self.unquoted_end(start, start > sign_end);
        if end == start {
            return (Cow::Borrowed(""), Span::from_offsets(sign_end, sign_end));
        }
        // Quotes around quotes, such as `"say "yes""`: the outer pair counts.
        if let Some(quote) = quote
            && end - start >= 2
            && self.byte(end - 1) == Some(quote)
        {
            return self.quoted(start + 1, end - 1, quote);
        }
        (Cow::Borrowed(self.slice(start, end)), Span::from_offsets(start, end))
    }

    fn quoted(&self, start: usize, end: usize, quote: u8) -> (Cow<'a, str>, Span) {
        let raw = self.slice(start, end);
        let value = if quote == b'"' { unescaped(raw) } else { Cow::Borrowed(raw) };
        (value, Span::from_offsets(start, end))
    }

    /// Finds the quote that closes, on this line or a later one.
    ///
    /// A search never passes the opening quote of a later value of the same kind, because a
    /// backslash cannot stand before that one: so all searches of a file together are linear.
    fn closing_quote(&self, mut at: usize, quote: u8) -> Option<usize> {
        loop {
            at = self.skip(at, |byte| byte != quote && byte != b'\\');
            if self.byte(at)? == quote {
                return Some(at);
            }
            let is_escape = quote == b'"';
            at += if is_escape { 2 } else { 1 };
        }
    }

    /// Whether only blanks and a comment follow on the line.
    fn is_rest_empty(&self, at: usize) -> bool {
        let next = self.byte(self.skip_blanks(at));
        next.is_none_or(|byte| byte == b'#' || is_line_end(byte))
    }

    /// The end of a value without quotes: before the comment, and before the blanks in front.
    fn unquoted_end(&self, start: usize, mut after_blank: bool) -> usize {
        let mut end = start;
        let mut at = start;
        while let Some(byte) = self.byte(at).filter(|byte| !is_line_end(*byte)) {
            if byte == b'#' && after_blank {
                break;
            }
            at += 1;
            after_blank = is_blank(byte);
            if !after_blank {
                end = at;
            }
        }
        end
    }

    fn line_end(&self, at: usize) -> usize {
        self.skip(at, |byte| !is_line_end(byte))
    }

    fn skip_blanks(&self, at: usize) -> usize {
        self.skip(at, is_blank)
    }

    /// The first position from `at` on whose byte is not one of those to pass.
    fn skip(&self, at: usize, pass: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        at + rest.iter().position(|byte| !pass(*byte)).unwrap_or(rest.len())
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }
}

fn unescaped(raw: &str) -> Cow<'_, str> {
    let mut value = String::new();
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('\\') {
        value.push_str(before);
        let (decoded, length) = match after.as_bytes().first() {
            Some(b'n') => ('\n', 1),
            Some(b'"') => ('"', 1),
            Some(b'\\') => ('\\', 1),
            Some(b'$') => ('$', 1),
            _ => ('\\', 0),
        };
        value.push(decoded);
        rest = after.get(length..).unwrap_or_default();
    }
    value.push_str(rest);
    if value == raw { Cow::Borrowed(raw) } else { Cow::Owned(value) }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let pair = |entry: EnvEntry| (entry.key.into_owned(), entry.value.into_owned());
        entries(text).into_iter().map(pair).collect()
    }

    fn slice(text: &str, span: Span) -> Option<&str> {
        text.get(span.start as usize..span.end as usize)
    }

    #[test]
    fn one_assignment() {
        let cases = [
            ("A=b", "A", "b"),
            ("  A =\tb  ", "A", "b"),
            ("\u{feff}A=b", "A", "b"),
            ("_a.b-C9=b", "_a.b-C9", "b"),
            ("export A=b", "A", "b"),
            ("\texport \t A = b", "A", "b"),
            ("export=b", "export", "b"),
            ("export = b", "export", "b"),
            ("exported=b", "exported", "b"),
            ("A: b", "A", "b"),
            ("A:\tb=c", "A", "b=c"),
            ("A:", "A", ""),
            ("A=", "A", ""),
            ("A= \t", "A", ""),
            ("A==b=", "A", "=b="),
            ("A=b c", "A", "b c"),
            ("A=b # c", "A", "b"),
            ("A=b\t#c # d", "A", "b"),
            ("A=b#c", "A", "b#c"),
            ("A=#b", "A", "#b"),
            ("A= # b", "A", ""),
            ("A: # b", "A", ""),
            ("A=''", "A", ""),
            ("A='b # c' # d", "A", "b # c"),
            ("A='b'#d", "A", "b"),
            (r"A='b\n\$c'", "A", r"b\n\$c"),
            (r"A='it\'s'", "A", r"it\'s"),
            (r#"A="b\n\"\\\$c""#, "A", "b\n\"\\$c"),
            (r#"A="\\n""#, "A", r"\n"),
            ("A=\"b\\\"#c\"", "A", "b\"#c"),
            (r#"A="C:\temp\x""#, "A", r"C:\temp\x"),
            (r#"A="C:\temp\""#, "A", r"C:\temp\"),
            (r#"A="C:\temp\\""#, "A", r"C:\temp\"),
            ("A=`b'\"\\n`", "A", "b'\"\\n"),
            (r#"A="say "yes" now""#, "A", r#"say "yes" now"#),
            (r#"A="b" c"#, "A", r#""b" c"#),
            (r#"A="b"#, "A", r#""b"#),
            (r#"A=""#, "A", r#"""#),
            ("A=b'c'", "A", "b'c'"),
            (r"A=b\n", "A", r"b\n"),
            ("A=ä ö", "A", "ä ö"),
            ("A=b\u{a0}", "A", "b\u{a0}"),
        ];
        for (text, key, value) in cases {
            assert_eq!(pairs(text), [(key.to_owned(), value.to_owned())], "{text:?}");
        }
    }

    #[test]
    fn lines_without_an_assignment() {
        let cases = [
            "",
            "\n\r\n\r",
            "# A=b",
            " \t# A=b",
            "A",
            "export A",
            "A B=c",
            "export A B=c",
            "=b",
            "9A=b",
            "-A=b",
            "A+=b",
            "http://b",
            "A:b",
            "A : b",
            "Ä=b",
            "ä: b",
            "\u{feff}",
            "x\u{feff}A=b",
            "export\u{a0}A=b",
        ];
        for text in cases {
            assert_eq!(pairs(text), [], "{text:?}");
        }
    }

    #[test]
    fn several_lines() {
        let cases: [(&str, &[(&str, &str)]); 12] = [
            ("A=b\nC=d", &[("A", "b"), ("C", "d")]),
            ("A=b\r\nC=d\r\n", &[("A", "b"), ("C", "d")]),
            ("A=b\rC=d", &[("A", "b"), ("C", "d")]),
            ("A=\r\nC=d", &[("A", ""), ("C", "d")]),
            ("A:\nC=d", &[("A", ""), ("C", "d")]),
            ("A=b\nA=c", &[("A", "b"), ("A", "c")]),
            ("A=b\\\nC=d", &[("A", "b\\"), ("C", "d")]),
            ("A=\"b\r\n# c\nD=e\" # f\nG=h", &[("A", "b\r\n# c\nD=e"), ("G", "h")]),
            ("A=\"b\\\"\nc\"", &[("A", "b\"\nc")]),
            ("A='b\nc'\nD=`e\nf`\n", &[("A", "b\nc"), ("D", "e\nf")]),
            ("A=\"b\nC=\"d\"\nE='f\n", &[("A", "\"b"), ("C", "d"), ("E", "'f")]),
            ("# it's\nA='b'\nsay \"\nC=d", &[("A", "b"), ("C", "d")]),
        ];
        for (text, expected) in cases {
            let found = pairs(text);
            let found: Vec<_> = found.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn spans() {
        let cases = [
            ("A=b", (0, 1), (2, 3)),
            ("\u{feff}export A = 'b c' # d", (10, 11), (15, 18)),
            ("A=", (0, 1), (2, 2)),
            ("A=  # b", (0, 1), (2, 2)),
            ("A: \r\n", (0, 1), (2, 2)),
            ("A= ''", (0, 1), (4, 4)),
            ("A=\"\\n\"", (0, 1), (3, 5)),
            ("\n A: ä #", (2, 3), (5, 7)),
        ];
        for (text, key, value) in cases {
            let found = entries(text);
            let spans: Vec<_> = found.iter().map(|e| (e.key_span, e.value_span)).collect();
            assert_eq!(
                spans,
                [(Span::from_offsets(key.0, key.1), Span::from_offsets(value.0, value.1))],
                "{text:?}"
            );
        }
    }

    /// Quadratic searches for the closing quotes would take minutes here.
    #[test]
    fn open_quotes_take_linear_time() {
        for lines in ["A=\" 'x\nB='`x\nC=`\\\n", "A=\"b\nB=\"\\\nC=\"  \"  \"\n"] {
            let text = lines.repeat(100_000);
            assert_eq!(entries(&text).len(), 300_000, "{lines:?}");
        }
    }

    fn line() -> impl Strategy<Value = (String, String, String)> {
        let key = "[A-Za-z_][A-Za-z0-9_.-]{0,8}";
        let value = prop_oneof![
            r"[^ \t\r\n#'\x22`][^ \t\r\n#]{0,12}".prop_map(|value| (value.clone(), value)),
            "[^']{0,20}".prop_map(|value| (format!("'{value}'"), value)),
            "[^`]{0,20}".prop_map(|value| (format!("`{value}`"), value)),
            any::<String>().prop_map(|value| {
                let written = value.replace('\\', r"\\").replace('"', r#"\""#);
                (format!("\"{}\"", written.replace('\n', r"\n").replace('$', r"\$")), value)
            }),
        ];
        let before = prop_oneof![Just(""), Just(" "), Just("export "), Just("# c\n"), Just("x\n")];
        let sign = prop_oneof![Just("="), Just(" = "), Just(": ")];
        let after = prop_oneof![Just(""), Just(" "), Just(" # it's \"c\""), Just("\r")];
        (before, key, sign, value, after).prop_map(
            |(before, key, sign, (written, value), after)| {
                (format!("{before}{key}{sign}{written}{after}\n"), key, value)
            },
        )
    }

    proptest! {
        #[test]
        fn written_lines_are_read_back(lines in prop::collection::vec(line(), 0..8)) {
            let text: String = lines.iter().map(|(line, ..)| line.as_str()).collect();
            let expected: Vec<_> = lines.into_iter().map(|(_, key, value)| (key, value)).collect();
            prop_assert_eq!(pairs(&text), expected);
        }

        #[test]
        fn spans_hold_in_any_text(
            text in prop_oneof![any::<String>(), r"([Aä=: \t\r\n'\x22`#\\$n]|export |A=){0,60}"],
        ) {
            let mut last = 0;
            for entry in entries(&text) {
                prop_assert!(last <= entry.key_span.start);
                prop_assert!(entry.key_span.end < entry.value_span.start);
                last = entry.value_span.end;
                prop_assert_eq!(slice(&text, entry.key_span), Some(entry.key.as_ref()));
                let written = slice(&text, entry.value_span);
                prop_assert!(written.is_some());
                match &entry.value {
                    Cow::Borrowed(value) => prop_assert_eq!(written, Some(*value)),
                    Cow::Owned(_) => prop_assert!(written.is_some_and(|text| text.contains('\\'))),
                }
            }
        }
    }
}
