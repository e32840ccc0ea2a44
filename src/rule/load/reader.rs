//! Reading TOML values with the place of each mistake.

use toml_span::value::{Key, Table, ValueInner};
use toml_span::{Span, Value};

use super::error::RuleError;
use crate::rule::{OptionValue, RuleSource};
use crate::schema::did_you_mean;

/// A key with its value.
pub(crate) type Entry<'v, 'd> = (&'v Key<'d>, &'v Value<'d>);

/// The entries of a table in the order of the file.
pub(crate) fn in_order<'v, 'd>(table: &'v Table<'d>) -> Vec<Entry<'v, 'd>> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span.start);
    entries
}

/// What a value is, for messages.
pub(crate) fn form(value: &Value<'_>) -> &'static str {
    match value.as_ref() {
        ValueInner::String(_) => "text",
        ValueInner::Integer(_) | ValueInner::Float(_) => "a number",
        ValueInner::Boolean(_) => "true or false",
        ValueInner::Array(_) => "a list",
        ValueInner::Table(_) => "a table",
    }
}

/// `did you mean …?`, or what there is.
pub(crate) fn suggestion<'a>(
    written: &str,
    candidates: impl Iterator<Item = &'a str> + Clone,
    there_is: &str,
) -> String {
    match did_you_mean(written, candidates.clone()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => listing(candidates, there_is),
    }
}

/// `there is: a, b, c`, cut when it is long; empty without candidates.
pub(crate) fn listing<'a>(
    candidates: impl Iterator<Item = &'a str> + Clone,
    there_is: &str,
) -> String {
    const SHOWN: usize = 30;
    let all = candidates.clone().count();
    if all == 0 {
        return String::new();
    }
    let shown: Vec<&str> = candidates.take(SHOWN).collect();
    let more = all.saturating_sub(SHOWN);
    let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{there_is}: {}{tail}", shown.join(", "))
}

/// Collects the mistakes of one file.
pub(crate) struct Reader<'s> {
    pub source: &'s RuleSource,
    pub errors: Vec<RuleError>,
}

impl<'s> Reader<'s> {
    pub fn new(source: &'s RuleSource) -> Self {
        Self { source, errors: Vec::new() }
    }

    pub fn report(
        &mut self,
        span: impl Into<std::ops::Range<usize>>,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.errors.push(RuleError::new(self.source, span.into(), message, label, help));
    }

    /// The mistakes in the order of the file.
    pub fn into_errors(mut self) -> Vec<RuleError> {
        self.errors.sort_by_key(|error| (error.span().start, error.span().end));
        self.errors
    }

    /// Where a table begins: its header, or its braces as far as they stand on one line.
    pub fn start_of(&self, value: &Value<'_>) -> std::ops::Range<usize> {
        let span = value.span.start..value.span.end;
        let written = self.source.text.get(span.clone()).unwrap_or_default();
        let length = written.find(['\r', '\n']).unwrap_or(written.len());
        span.start..span.start + length
    }

    /// The first line that says something, for what concerns the whole file.
    pub fn first_line(&self) -> std::ops::Range<usize> {
        let text = self.source.text.trim_start_matches('\u{feff}');
        let skipped = self.source.text.len() - text.len();
        let end = text.find(['\r', '\n']).unwrap_or(text.len());
        skipped..skipped + end
    }

    /// The part of a rule file before its examples: as `build.rs` read it if the file ships
    /// with sflint, else parsed.
    pub fn parse_rule<'d>(&mut self, text: &'d str) -> Option<Value<'d>> {
        super::compiled::decode(self.source.compiled.map_or(&[], |compiled| compiled.toml), text)
            .or_else(|| self.parse(text))
    }

    /// Parses TOML; a syntax error is reported.
    pub fn parse<'d>(&mut self, text: &'d str) -> Option<Value<'d>> {
        match toml_span::parse(text) {
            Ok(value) => Some(value),
            Err(error) => {
                let (label, help) = match &error.kind {
                    toml_span::ErrorKind::DuplicateKey { .. }
                    | toml_span::ErrorKind::DuplicateTable { .. } => {
                        ("stands here again", "keep one of the two")
                    }
                    toml_span::ErrorKind::InvalidNumber => {
                        ("not a number", "write text and dates in quotes")
                    }
                    toml_span::ErrorKind::UnquotedString => ("not a value", "write text in quotes"),
                    _ => ("not TOML", ""),
                };
                let wrong = text.get(error.span.start..error.span.end).unwrap_or_default();
                let end = error.span.end - (wrong.len() - wrong.trim_end().len());
                self.report(error.span.start..end, error.to_string(), label, help);
                None
            }
        }
    }

    /// Reports keys that are not known in a place such as `[match]`.
    pub fn known_keys(&mut self, table: &Table<'_>, known: &[&str], place: &str) {
        for (key, _) in in_order(table) {
            if !known.contains(&key.name.as_ref()) {
                self.unknown_key(key, known, place);
            }
        }
    }

    pub fn unknown_key(&mut self, key: &Key<'_>, known: &[&str], place: &str) {
        self.report(
            key.span,
            format!("{place} has no key `{}`", key.name),
            "not known here",
            suggestion(&key.name, known.iter().copied(), "the keys are"),
        );
    }

    pub fn missing(&mut self, span: impl Into<std::ops::Range<usize>>, key: &str, about: &str) {
        self.report(
            span,
            format!("`{key}` is missing"),
            "not said here",
            format!("`{key}`: {about}"),
        );
    }

    pub fn wrong_form(&mut self, name: &str, value: &Value<'_>, wanted: &str) {
        let found = form(value);
        self.report(
            value.span,
            format!("`{name}` is {wanted}, not {found}"),
            format!("this is {found}"),
            "",
        );
    }

    /// Text that is not blank.
    pub fn text<'v>(&mut self, name: &str, value: &'v Value<'_>) -> Option<&'v str> {
        let Some(text) = value.as_str() else {
            self.wrong_form(name, value, "text");
            return None;
        };
        if text.trim().is_empty() {
            self.report(value.span, format!("`{name}` is empty"), "says nothing", "");
            return None;
        }
        Some(text)
    }

    /// The text of a key, if it is there.
    pub fn text_of<'v>(&mut self, table: &'v Table<'_>, name: &str) -> Option<&'v str> {
        let value = table.get(name)?;
        self.text(name, value)
    }

    /// A list of texts with their places.
    pub fn texts(&mut self, name: &str, value: &Value<'_>) -> Vec<(String, Span)> {
        let Some(items) = value.as_array() else {
            self.wrong_form(name, value, "a list of texts");
            return Vec::new();
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            if let Some(text) = self.text(name, item) {
                if texts.iter().any(|(known, _)| known == text) {
                    self.report(
                        item.span,
                        format!("`{text}` stands twice in `{name}`"),
                        "again",
                        "",
                    );
                }
                texts.push((text.to_owned(), item.span));
            }
        }
        texts
    }

    pub fn texts_of(&mut self, table: &Table<'_>, name: &str) -> Vec<(String, Span)> {
        table.get(name).map(|value| self.texts(name, value)).unwrap_or_default()
    }

    pub fn table<'v, 'd>(&mut self, name: &str, value: &'v Value<'d>) -> Option<&'v Table<'d>> {
        let table = value.as_table();
        if table.is_none() {
            self.wrong_form(name, value, "a table");
        }
        table
    }

    /// A number that counts something: whole and not negative.
    pub fn count(&mut self, name: &str, value: &Value<'_>) -> Option<usize> {
        match value.as_ref() {
            ValueInner::Integer(number) => {
                let number = usize::try_from(*number).ok().filter(|&number| number <= MOST);
                if number.is_none() {
                    self.not_a_count(name, value);
                }
                number
            }
            ValueInner::Float(_) => {
                self.not_a_count(name, value);
                None
            }
            _ => {
                self.wrong_form(name, value, "a whole number");
                None
            }
        }
    }

    pub fn not_a_count(&mut self, name: &str, value: &Value<'_>) {
        self.report(
            value.span,
            format!("`{name}` counts: it is a whole number from 0 to {MOST}"),
            "not a count",
            "",
        );
    }

    /// Reads the value of an option.
    pub fn option_value(&mut self, name: &str, value: &Value<'_>) -> Option<OptionValue> {
        Some(match value.as_ref() {
            ValueInner::Boolean(truth) => OptionValue::Bool(*truth),
            ValueInner::Integer(number) => OptionValue::Number(*number as f64),
            ValueInner::Float(number) if number.is_finite() => OptionValue::Number(*number),
            ValueInner::String(text) => OptionValue::Text(text.to_string()),
            ValueInner::Array(_) => {
                let texts = self.texts(name, value);
                OptionValue::List(texts.into_iter().map(|(text, _)| text).collect())
            }
            ValueInner::Float(_) | ValueInner::Table(_) => {
                self.wrong_form(name, value, "true, false, a number, text or a list of texts");
                return None;
            }
        })
    }

    /// The exact place of a part of a text, if the text is written without escapes.
    pub fn within(
        &self,
        value: &Value<'_>,
        part: std::ops::Range<usize>,
    ) -> std::ops::Range<usize> {
        let whole = value.span.start..value.span.end;
        let written = self.source.text.get(whole.clone());
        let fits = part.end <= whole.len();
        if fits && written.is_some() && written == value.as_str() {
            whole.start + part.start..whole.start + part.end
        } else {
            whole
        }
    }
}

/// More than this is counted by no rule.
pub(crate) const MOST: usize = 1_000_000_000;

/// Words joined by hyphens: lower-case letters and digits, a letter first.
pub(crate) fn is_kebab_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.split('-').all(|word| {
            !word.is_empty()
                && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kebab_case() {
        for name in ["a", "oauth-full-scope", "saml-sha1"] {
            assert!(is_kebab_case(name), "{name}");
        }
        for name in ["", "A", "a--b", "-a", "a-", "a_b", "1a", "é"] {
            assert!(!is_kebab_case(name), "{name}");
        }
    }

    #[test]
    fn suggestions_are_near_or_complete() {
        let words = ["scopes", "name"];
        assert_eq!(suggestion("scope", words.into_iter(), "leaves"), "did you mean `scopes`?");
        assert_eq!(suggestion("zzz", words.into_iter(), "leaves"), "leaves: scopes, name");
        assert_eq!(suggestion("zzz", std::iter::empty(), "leaves"), "");
        assert!(listing(std::iter::repeat_n("a", 32), "x").ends_with("a and 2 more"));
    }

    #[test]
    fn parts_of_escaped_text_are_not_located() {
        let source = RuleSource::read("a.toml", "a = \"x{y}\"\nb = \"\\t{y}\"");
        let reader = Reader::new(&source);
        let root = toml_span::parse(&source.text).unwrap();
        let table = root.as_table().unwrap();
        assert_eq!(&source.text[reader.within(&table["a"], 1..4)], "{y}");
        assert_eq!(&source.text[reader.within(&table["b"], 1..4)], "\\t{y}");
    }
}
