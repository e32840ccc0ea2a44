//! Matchers: which operators fit a leaf, and which values it can have.

use toml_span::value::ValueInner;
use toml_span::{Span, Value};

use super::Loader;
use super::literal::{Literal, Misfit, check_literal, content, operators};
use super::reader::{Entry, MOST, form, in_order, listing, suggestion};
use super::scope::Found;
use crate::model::vocabulary::LeafType;
use crate::rule::{Check, ListName, Matcher, Operator, OptionValue, Scalar};
use crate::value::url::HostPattern;

/// All operators, in the order in which they are documented.
pub(crate) const OPERATORS: &[&str] = &[
    "is", "not", "all", "in", "glob", "regex", "contains", "present", "over", "under", "count",
    "check",
];

impl Loader<'_> {
    /// Reads what must hold for a leaf: a value, a list of values, or a table of operators.
    pub(crate) fn matcher(&mut self, leaf: &Found, name: &str, value: &Value<'_>) -> Matcher {
        match value.as_table() {
            Some(table) => self.operators(leaf, name, value.span, &in_order(table), true),
            None => Matcher { operators: self.is(leaf, name, value).into_iter().collect() },
        }
    }

    fn is(&mut self, leaf: &Found, name: &str, value: &Value<'_>) -> Option<Operator> {
        if !self.fits(leaf, name, "is", value.span) {
            return None;
        }
        Some(Operator::Is(self.scalars(leaf, name, value)))
    }

    /// Reads operators. `negatable` is false inside a `not`.
    pub(crate) fn operators(
        &mut self,
        leaf: &Found,
        name: &str,
        span: Span,
        entries: &[Entry<'_, '_>],
        negatable: bool,
    ) -> Matcher {
        if entries.is_empty() {
            let there_is = listing(operators(leaf).into_iter(), "its operators are");
            self.reader.report(span, format!("nothing is asked of `{name}`"), "empty", there_is);
        }
        let mut read = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let operator = key.name.as_ref();
            if !OPERATORS.contains(&operator) {
                self.reader.report(
                    key.span,
                    format!("there is no operator `{operator}`"),
                    "not an operator",
                    suggestion(operator, OPERATORS.iter().copied(), "the operators are"),
                );
                continue;
            }
            if !self.fits(leaf, name, operator, key.span) {
                continue;
            }
            if operator == "not" && !negatable {
                self.reader.report(
                    key.span,
                    "`not` stands inside `not`",
                    "takes back the one around it",
                    "",
                );
                continue;
            }
            read.extend(self.operator(leaf, name, operator, value));
        }
        Matcher { operators: read }
    }

    fn fits(&mut self, leaf: &Found, name: &str, operator: &str, span: Span) -> bool {
        let fitting = operators(leaf);
        if fitting.contains(&operator) {
            return true;
        }
        let message = if matches!(operator, "all" | "count") && !leaf.path.repeated {
            format!("`{operator}` does not fit `{name}`, which holds one value")
        } else {
            format!("`{operator}` does not fit `{name}`, which holds {}", content(leaf))
        };
        self.reader.report(
            span,
            message,
            "does not fit",
            listing(fitting.into_iter(), "its operators are"),
        );
        false
    }

    fn operator(
        &mut self,
        leaf: &Found,
        name: &str,
        operator: &str,
        value: &Value<'_>,
    ) -> Option<Operator> {
        Some(match operator {
            "is" => Operator::Is(self.scalars(leaf, name, value)),
            "not" => Operator::Not(Box::new(match value.as_table() {
                Some(table) => self.operators(leaf, name, value.span, &in_order(table), false),
                None => Matcher { operators: self.is(leaf, name, value).into_iter().collect() },
            })),
            "all" => Operator::All(self.scalars(leaf, name, value)),
            "in" => Operator::In(self.list_names(leaf, value)),
            // Like regular expressions, those of shipped rules are compiled when a value is tested.
            "glob" if !self.thorough => Operator::Glob(self.patterns("glob", value, |_| None)),
            "glob" => Operator::Glob(self.patterns("glob", value, |pattern| {
                globset::Glob::new(pattern).err().map(|error| error.kind().to_string())
            })),
            "contains" => Operator::Contains(self.patterns("contains", value, |_| None)),
            "regex" => Operator::Regex(self.regex(value)?),
            "present" => match value.as_bool() {
                Some(present) => Operator::Present(present),
                None => {
                    self.reader.wrong_form("present", value, "true or false");
                    return None;
                }
            },
            "over" => Operator::Over(self.bound("over", value)?),
            "under" => Operator::Under(self.bound("under", value)?),
            "count" => Operator::Count(Box::new(self.count_matcher(value))),
            _ => Operator::Check(self.check(value)?),
        })
    }

    /// One value or a list of values of a leaf.
    fn scalars(&mut self, leaf: &Found, name: &str, value: &Value<'_>) -> Vec<Scalar> {
        let Some(items) = value.as_array() else {
            return self.scalar(leaf, name, value, true).into_iter().collect();
        };
        if items.is_empty() {
            self.reader.report(value.span, "an empty list matches nothing", "empty", "");
        }
        items.iter().filter_map(|item| self.scalar(leaf, name, item, false)).collect()
    }

    /// One value of a leaf, or the option that holds it (or, if `list`, several).
    pub(crate) fn scalar(
        &mut self,
        leaf: &Found,
        name: &str,
        value: &Value<'_>,
        list: bool,
    ) -> Option<Scalar> {
        let check = |literal: Literal<'_>| check_literal(leaf, name, literal);
        self.checked(name, value, list, &check)
    }

    fn checked(
        &mut self,
        name: &str,
        value: &Value<'_>,
        list: bool,
        check: &dyn Fn(Literal<'_>) -> Result<(), Misfit>,
    ) -> Option<Scalar> {
        if let Some(option) = value.as_str().and_then(|text| text.strip_prefix('$')) {
            return self.option_scalar(option, value, list, check);
        }
        let (literal, scalar) = match value.as_ref() {
            ValueInner::Boolean(truth) => (Literal::Bool(*truth), Scalar::Bool(*truth)),
            ValueInner::Integer(number) => {
                let number = *number as f64;
                (Literal::Number(number), Scalar::Number(number))
            }
            ValueInner::Float(number) if number.is_finite() => {
                (Literal::Number(*number), Scalar::Number(*number))
            }
            ValueInner::Float(_) => {
                self.reader.report(
                    value.span,
                    "this is not a number that can be compared",
                    "not finite",
                    "write \"infinite\" for larger than any number",
                );
                return None;
            }
            ValueInner::String(text) => (Literal::Text(text), Scalar::Text(text.to_string())),
            ValueInner::Array(_) | ValueInner::Table(_) => {
                let found = form(value);
                self.reader.report(
                    value.span,
                    format!("`{name}` is compared with single values, not with {found}"),
                    format!("this is {found}"),
                    "",
                );
                return None;
            }
        };
        match check(literal) {
            Ok(()) => Some(scalar),
            Err((message, label, help)) => {
                self.reader.report(value.span, message, label, help);
                None
            }
        }
    }

    fn option_scalar(
        &mut self,
        option: &str,
        value: &Value<'_>,
        list: bool,
        check: &dyn Fn(Literal<'_>) -> Result<(), Misfit>,
    ) -> Option<Scalar> {
        let held = self.use_option(option, value.span)?;
        let misfit = match &held {
            OptionValue::Bool(truth) => check(Literal::Bool(*truth)).err(),
            OptionValue::Number(number) => check(Literal::Number(*number)).err(),
            OptionValue::Text(text) => check(Literal::Text(text)).err(),
            OptionValue::List(texts) if list => {
                texts.iter().find_map(|text| check(Literal::Text(text)).err())
            }
            OptionValue::List(_) => {
                Some(("one value stands here, not a list".to_owned(), String::new(), String::new()))
            }
        };
        if let Some((message, _, help)) = misfit {
            let message = format!("the option `{option}` does not fit: {message}");
            self.reader.report(value.span, message, "this option", help);
            return None;
        }
        Some(Scalar::Option(option.to_owned()))
    }

    /// A pattern or a list of patterns.
    fn patterns(
        &mut self,
        operator: &str,
        value: &Value<'_>,
        mistake: fn(&str) -> Option<String>,
    ) -> Vec<Scalar> {
        let check = |literal: Literal<'_>| match literal {
            Literal::Text("") => Err((
                format!("`{operator}` with an empty text says nothing"),
                "empty".to_owned(),
                String::new(),
            )),
            Literal::Text(pattern) => match mistake(pattern) {
                None => Ok(()),
                Some(mistake) => Err((
                    format!("`{pattern}` is not a {operator}: {mistake}"),
                    "not valid".to_owned(),
                    String::new(),
                )),
            },
            other => Err((
                format!("`{operator}` takes text, not {}", other.form()),
                format!("this is {}", other.form()),
                String::new(),
            )),
        };
        let Some(items) = value.as_array() else {
            return self.checked(operator, value, true, &check).into_iter().collect();
        };
        if items.is_empty() {
            self.reader.report(value.span, "an empty list matches nothing", "empty", "");
        }
        items.iter().filter_map(|item| self.checked(operator, item, false, &check)).collect()
    }

    fn regex(&mut self, value: &Value<'_>) -> Option<String> {
        let pattern = self.reader.text("regex", value)?;
        if let Some(option) = pattern.strip_prefix('$') {
            self.mark_option(option);
            self.reader.report(
                value.span,
                "`regex` takes no option",
                "not a regular expression",
                "use `glob`, which does",
            );
            return None;
        }
        self.valid_regex(pattern, value).then(|| pattern.to_owned())
    }

    /// Reports a regular expression that does not compile. Built-in ones are only compiled
    /// when a rule is checked, not at every start.
    pub(crate) fn valid_regex(&mut self, pattern: &str, value: &Value<'_>) -> bool {
        if !self.thorough {
            return true;
        }
        let Err(error) = regex::Regex::new(pattern) else {
            return true;
        };
        // The message of a syntax error draws the pattern first; the cause is its last line.
        let error = error.to_string();
        let cause = error.lines().last().unwrap_or_default();
        let cause = cause.strip_prefix("error: ").unwrap_or(cause);
        self.reader.report(
            value.span,
            format!("this is not a regular expression: {cause}"),
            "not valid",
            "",
        );
        false
    }

    fn bound(&mut self, operator: &str, value: &Value<'_>) -> Option<Scalar> {
        let check = |literal: Literal<'_>| match literal {
            Literal::Number(_) => Ok(()),
            Literal::Text("infinite") if operator == "under" => Ok(()),
            Literal::Text("infinite") => Err((
                "nothing is over `infinite`".to_owned(),
                "matches nothing".to_owned(),
                "for infinite values write is = \"infinite\"".to_owned(),
            )),
            other => {
                let help = match other {
                    Literal::Text(text) if text.parse::<f64>().is_ok_and(f64::is_finite) => {
                        format!("write {text} without quotes")
                    }
                    _ => String::new(),
                };
                let found = other.form();
                Err((
                    format!("`{operator}` takes a number, not {found}"),
                    format!("this is {found}"),
                    help,
                ))
            }
        };
        self.checked(operator, value, false, &check)
    }

    fn count_matcher(&mut self, value: &Value<'_>) -> Matcher {
        let Some(table) = value.as_table() else {
            let number = self.count_scalar("count", value);
            return Matcher {
                operators: number.map(|number| Operator::Is(vec![number])).into_iter().collect(),
            };
        };
        self.reader.known_keys(table, &["is", "over", "under"], "`count`");
        if table.is_empty() {
            self.reader.report(value.span, "nothing is asked of `count`", "empty", "");
        }
        let mut operators = Vec::new();
        for (key, value) in in_order(table) {
            let operator = match key.name.as_ref() {
                "is" => self.count_scalar("is", value).map(|number| Operator::Is(vec![number])),
                "over" => self.count_scalar("over", value).map(Operator::Over),
                "under" => self.count_scalar("under", value).map(Operator::Under),
                _ => None,
            };
            operators.extend(operator);
        }
        Matcher { operators }
    }

    fn count_scalar(&mut self, name: &str, value: &Value<'_>) -> Option<Scalar> {
        let check = |literal: Literal<'_>| match literal {
            Literal::Number(number)
                if number >= 0.0 && number.fract() == 0.0 && number <= MOST as f64 =>
            {
                Ok(())
            }
            other => Err((
                format!("`{name}` counts: it is a whole number from 0 to {MOST}"),
                format!(
                    "this is {}",
                    if matches!(other, Literal::Number(_)) { "not a count" } else { other.form() }
                ),
                String::new(),
            )),
        };
        self.checked(name, value, false, &check)
    }

    fn check(&mut self, value: &Value<'_>) -> Option<Check> {
        let name = self.reader.text("check", value)?;
        let check = Check::from_word(name);
        if check.is_none() {
            self.reader.report(
                value.span,
                format!("there is no check `{name}`"),
                "not known",
                suggestion(name, Check::WORDS.iter().map(|(word, _)| *word), "the checks are"),
            );
        }
        check
    }

    fn list_names(&mut self, leaf: &Found, value: &Value<'_>) -> Vec<ListName> {
        let items = match value.as_array() {
            Some(items) if items.is_empty() => {
                self.reader.report(value.span, "an empty list matches nothing", "empty", "");
                return Vec::new();
            }
            Some(items) => items.as_slice(),
            None => std::slice::from_ref(value),
        };
        items.iter().filter_map(|item| self.list_name(leaf, item)).collect()
    }

    fn list_name(&mut self, leaf: &Found, value: &Value<'_>) -> Option<ListName> {
        let name = self.reader.text("in", value)?;
        if let Some(option) = name.strip_prefix('$') {
            let held = self.use_option(option, value.span)?;
            let OptionValue::List(texts) = held else {
                self.reader.report(
                    value.span,
                    format!("`in` takes a list, and the option `{option}` holds none"),
                    "this option",
                    "",
                );
                return None;
            };
            self.fits_hosts(leaf, value.span, &format!("the option `{option}`"), &texts);
            return Some(ListName::Option(option.to_owned()));
        }
        if !self.thorough {
            return Some(ListName::Named(name.to_owned()));
        }
        if !self.use_list(name) {
            let names: Vec<&str> = self
                .own
                .iter()
                .map(|own| own.list.name.as_str())
                .chain(self.shared.names())
                .collect();
            let help = suggestion(name, names.into_iter(), "the lists are");
            self.reader.report(value.span, format!("there is no list `{name}`"), "not known", help);
            return None;
        }
        let list = self.own.iter().map(|own| &own.list).find(|list| list.name == name);
        if let Some(list) = list.or_else(|| self.shared.get(name)) {
            let values: Vec<String> =
                list.entries.iter().map(|entry| entry.value.clone()).collect();
            self.fits_hosts(leaf, value.span, &format!("the list `{name}`"), &values);
        }
        Some(ListName::Named(name.to_owned()))
    }

    /// Reports the first value of a list that is compared with hosts and can be none.
    fn fits_hosts(&mut self, leaf: &Found, span: Span, list: &str, values: &[String]) {
        if leaf.path.leaf_type != LeafType::Host {
            return;
        }
        if let Some(wrong) = values.iter().find(|value| HostPattern::read(value).is_none()) {
            self.reader.report(
                span,
                format!("{list} holds `{wrong}`, which is no host"),
                "compared with hosts",
                "write one host, `example.com`, or all hosts below a domain, `*.example.com`",
            );
        }
    }
}
