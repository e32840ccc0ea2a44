//! Matchers compiled against the leaf they test, with options and lists put in.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use regex::{Regex, RegexBuilder};
use rustc_hash::FxHashSet;

use crate::engine::glob_gate::GlobGate;
use crate::engine::listed::{Listed, Source};
use crate::engine::view::{LeafView, ViewValue, ViewValues};
use crate::model::record::{Data, State, Value};
use crate::model::vocabulary::LeafType;
use crate::rule::lists::{Entry, Lists};
use crate::rule::{Check, ListName, Matcher, Operator, OptionValue, Rule, Scalar};
use crate::secret::{SecretContext, real_secret};
use crate::value::name;

/// The outcome of a condition. Unknown is not false: it is counted as "not judged".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// The project does not say.
    Unknown,
}

impl Truth {
    /// Both must hold.
    #[must_use]
    pub fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Unknown, _) | (_, Truth::Unknown) => Truth::Unknown,
            _ => Truth::Yes,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Truth {
        if holds { Truth::Yes } else { Truth::No }
    }
}

/// The options of a rule after the config has spoken.
pub type Options = HashMap<String, OptionValue>;

/// Everything a matcher is compiled with.
pub struct Setting<'a> {
    /// The rule; its own lists come first.
    pub rule: &'a Rule,
    /// Its options.
    pub options: &'a Options,
    /// Lists that the config replaces.
    pub overrides: &'a Lists,
    /// Shared lists.
    pub lists: &'a Lists,
}

/// A matcher, ready to run.
#[derive(Debug, Default)]
pub struct CompiledMatcher {
    /// Must hold for one and the same value.
    each: Vec<ValueTest>,
    /// Must hold for the leaf as a whole.
    whole: Vec<LeafTest>,
}

#[derive(Debug)]
enum ValueTest {
    Words(FxHashSet<Box<str>>),
    Bools(bool, bool),
    Numbers(Vec<f64>, bool),
    Listed(Listed),
    Glob(Option<GlobGate>, Lazy<GlobSet>),
    Regex(Lazy<Option<Regex>>),
    Contains(Vec<String>),
    Over(f64),
    Under(f64),
    RealSecret,
}

#[derive(Debug)]
enum LeafTest {
    None(CompiledMatcher),
    All(Vec<FxHashSet<Box<str>>>),
    Present(bool),
    Count(CompiledMatcher),
}

impl CompiledMatcher {
    /// Compiles a matcher for a leaf type.
    pub fn new(matcher: &Matcher, leaf_type: LeafType, setting: &Setting<'_>) -> CompiledMatcher {
        let mut compiled = CompiledMatcher::default();
        for operator in &matcher.operators {
            compiled.add(operator, leaf_type, setting);
        }
        compiled
    }

    fn add(&mut self, operator: &Operator, leaf_type: LeafType, setting: &Setting<'_>) {
        match operator {
            Operator::Is(scalars) => {
                let values = resolved(scalars, setting);
                self.each.push(equal_to_any(&values, leaf_type));
            }
            Operator::Not(inner) => {
                self.whole.push(LeafTest::None(CompiledMatcher::new(inner, leaf_type, setting)));
            }
            Operator::All(scalars) => {
                let words = resolved(scalars, setting)
                    .iter()
                    .map(|value| spellings(&text_of(value), leaf_type))
                    .collect();
                self.whole.push(LeafTest::All(words));
            }
            Operator::In(names) => self.each.push(in_lists(names, leaf_type, setting)),
            Operator::Glob(scalars) => {
                let patterns: Vec<String> =
                    resolved(scalars, setting).iter().map(text_of).collect();
                let gate = GlobGate::of(&patterns);
                self.each.push(ValueTest::Glob(gate, Lazy::new(patterns)));
            }
            Operator::Regex(pattern) => {
                self.each.push(ValueTest::Regex(Lazy::new(vec![pattern.clone()])));
            }
            Operator::Contains(scalars) => {
                let parts = resolved(scalars, setting)
                    .iter()
                    .map(|value| text_of(value).to_ascii_lowercase())
                    .collect();
                self.each.push(ValueTest::Contains(parts));
            }
            Operator::Over(limit) => self.each.push(ValueTest::Over(number_of(limit, setting))),
            Operator::Under(limit) => self.each.push(ValueTest::Under(number_of(limit, setting))),
            Operator::Present(wanted) => self.whole.push(LeafTest::Present(*wanted)),
            Operator::Count(inner) => {
                self.whole.push(LeafTest::Count(CompiledMatcher::new(
                    inner,
                    LeafType::Number,
                    setting,
                )));
            }
            Operator::Check(Check::RealSecret) => self.each.push(ValueTest::RealSecret),
        }
    }

    /// Whether the leaf matches; unknown leaves match nothing.
    pub fn holds(&self, leaf: &LeafView<'_>) -> Truth {
        if leaf.state == State::Unknown {
            return Truth::Unknown;
        }
        // What is asked for is mostly not there, and then its exceptions need not be looked at.
        let each = self.each.is_empty() || self.matching(leaf).next().is_some();
        Truth::from(each && self.whole.iter().all(|test| test.holds(leaf)))
    }

    /// The values for which all tests on single values hold.
    pub fn matching<'l>(
        &'l self,
        leaf: &'l LeafView<'l>,
    ) -> impl Iterator<Item = &'l ViewValue<'l>> {
        leaf.values.iter().filter(move |value| self.fits(value))
    }

    fn fits(&self, value: &ViewValue<'_>) -> bool {
        self.each.iter().all(|test| test.holds(value))
    }

    /// Whether the matcher holds for one of several values as if it were alone.
    fn holds_for(&self, value: &ViewValue<'_>, state: State) -> bool {
        let alone = || LeafView { state, values: ViewValues::One(value.clone()) };
        self.fits(value) && (self.whole.is_empty() || self.holds(&alone()) == Truth::Yes)
    }

    /// Whether texts are searched for patterns: that costs more than all other tests.
    pub fn searches_texts(&self) -> bool {
        self.each.iter().any(|test| matches!(test, ValueTest::Glob(..) | ValueTest::Regex(_)))
            || self.whole.iter().any(|test| match test {
                LeafTest::None(inner) => inner.searches_texts(),
                _ => false,
            })
    }

    /// Whether single values are tested at all.
    pub fn tests_values(&self) -> bool {
        !self.each.is_empty()
    }

    /// Whether the matcher speaks about what is not there.
    pub fn is_negative(&self) -> bool {
        self.whole.iter().any(|test| {
            matches!(test, LeafTest::None(_) | LeafTest::Present(false) | LeafTest::Count(_))
        })
    }

    /// The list entry that a value stands in.
    pub fn entry(&self, value: &ViewValue<'_>) -> Option<&Entry> {
        self.each.iter().find_map(|test| match test {
            ValueTest::Listed(listed) => listed.entry(value.text()?),
            _ => None,
        })
    }

    /// The entries of the lists that a value must stand in, as they are written.
    pub fn listed(&self) -> impl Iterator<Item = &str> {
        self.each
            .iter()
            .filter_map(|test| match test {
                ValueTest::Listed(listed) => Some(listed.values()),
                _ => None,
            })
            .flatten()
    }

    /// The only words that a value may be, if there is such a list.
    pub fn words(&self) -> Option<Vec<&str>> {
        self.each.iter().find_map(|test| match test {
            ValueTest::Words(words) => Some(words.iter().map(|word| &**word).collect()),
            ValueTest::Listed(listed) => Some(listed.words()?.collect()),
            _ => None,
        })
    }
}

impl ValueTest {
    fn holds(&self, value: &ViewValue<'_>) -> bool {
        match self {
            ValueTest::Words(words) => {
                value.text().is_some_and(|text| words.contains(&*folded(text)))
            }
            ValueTest::Bools(yes, no) => match value.data() {
                Data::Bool(true) => *yes,
                Data::Bool(false) => *no,
                _ => false,
            },
            ValueTest::Numbers(numbers, infinite) => match value.data() {
                Data::Number(found) => numbers.iter().any(|number| number == found),
                Data::Infinite => *infinite,
                _ => false,
            },
            ValueTest::Listed(listed) => {
                value.text().is_some_and(|text| listed.entry(text).is_some())
            }
            ValueTest::Glob(gate, globs) => value.text().is_some_and(|text| {
                gate.as_ref().is_none_or(|gate| gate.lets_through(text))
                    && globs.get(globs_of).is_match(text)
            }),
            ValueTest::Regex(regex) => value.text().is_some_and(|text| {
                regex.get(regex_of).as_ref().is_some_and(|regex| regex.is_match(text))
            }),
            ValueTest::Contains(parts) => value.text().is_some_and(|text| {
                let text = text.to_ascii_lowercase();
                parts.iter().any(|part| text.contains(part.as_str()))
            }),
            ValueTest::Over(limit) => number_in(value).is_some_and(|found| found > *limit),
            ValueTest::Under(limit) => number_in(value).is_some_and(|found| found < *limit),
            ValueTest::RealSecret => match value.data() {
                Data::Secret(secret) => real_secret(
                    secret,
                    &SecretContext { name: value.name, ..SecretContext::default() },
                ),
                _ => false,
            },
        }
    }
}

/// The number that a value is; metadata types declare some numbers as texts.
fn number_in(value: &ViewValue<'_>) -> Option<f64> {
    match value.data() {
        Data::Number(number) => Some(*number),
        Data::Infinite => Some(f64::INFINITY),
        Data::Text(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

impl LeafTest {
    fn holds(&self, leaf: &LeafView<'_>) -> bool {
        match self {
            LeafTest::None(inner) => {
                leaf.state != State::Absent
                    && !leaf.values.iter().any(|value| inner.holds_for(value, leaf.state))
            }
            LeafTest::All(words) => words.iter().all(|spellings| {
                leaf.values.iter().any(|value| {
                    value.text().is_some_and(|text| spellings.contains(&*folded(text)))
                })
            }),
            LeafTest::Present(wanted) => *wanted != leaf.values.is_empty(),
            LeafTest::Count(inner) => {
                // A group has an object once, through however many of its sets.
                let texts: HashSet<Cow<'_, str>> =
                    leaf.values.iter().filter_map(ViewValue::text).map(folded).collect();
                let others = leaf.values.iter().filter(|value| value.text().is_none()).count();
                let count = Value {
                    data: Data::Number((texts.len() + others) as f64),
                    written: "".into(),
                    place: None,
                };
                let view = LeafView {
                    state: State::Stated,
                    values: ViewValues::One(ViewValue::of("", &count)),
                };
                inner.holds(&view) == Truth::Yes
            }
        }
    }
}

/// Lower case without a copy when nothing changes, as in canonical names.
pub fn folded(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// The lower-case forms in which a literal may stand in a leaf of this type.
pub(super) fn spellings(text: &str, leaf_type: LeafType) -> FxHashSet<Box<str>> {
    let mut forms = FxHashSet::default();
    match leaf_type {
        LeafType::Reference | LeafType::Child => {
            forms.insert(name::canonical(text).into());
            forms.insert(name::canonical_profile(text).into());
        }
        _ => {
            forms.insert(text.to_ascii_lowercase().into());
        }
    }
    forms
}

fn resolved(scalars: &[Scalar], setting: &Setting<'_>) -> Vec<OptionValue> {
    let mut values = Vec::new();
    for scalar in scalars {
        match scalar {
            Scalar::Bool(value) => values.push(OptionValue::Bool(*value)),
            Scalar::Number(value) => values.push(OptionValue::Number(*value)),
            Scalar::Text(value) => values.push(OptionValue::Text(value.clone())),
            Scalar::Option(name) => match setting.options.get(name) {
                Some(OptionValue::List(list)) => {
                    values.extend(list.iter().cloned().map(OptionValue::Text));
                }
                Some(value) => values.push(value.clone()),
                None => {}
            },
        }
    }
    values
}

fn text_of(value: &OptionValue) -> String {
    match value {
        OptionValue::Text(text) => text.clone(),
        OptionValue::Bool(value) => value.to_string(),
        OptionValue::Number(value) => crate::model::record::number_text(*value),
        OptionValue::List(list) => list.join(","),
    }
}

fn number_of(scalar: &Scalar, setting: &Setting<'_>) -> f64 {
    match resolved(std::slice::from_ref(scalar), setting).first() {
        Some(OptionValue::Number(value)) => *value,
        // Nothing is over or under what is no number.
        _ => f64::NAN,
    }
}

fn equal_to_any(values: &[OptionValue], leaf_type: LeafType) -> ValueTest {
    match leaf_type {
        LeafType::Bool => {
            let has = |wanted: bool| values.contains(&OptionValue::Bool(wanted));
            ValueTest::Bools(has(true), has(false))
        }
        LeafType::Number => {
            let numbers = values
                .iter()
                .filter_map(|value| match value {
                    OptionValue::Number(number) => Some(*number),
                    _ => None,
                })
                .collect();
            let infinite = values
                .iter()
                .any(|value| matches!(value, OptionValue::Text(text) if text == "infinite"));
            ValueTest::Numbers(numbers, infinite)
        }
        _ => ValueTest::Words(
            values.iter().flat_map(|value| spellings(&text_of(value), leaf_type)).collect(),
        ),
    }
}

/// The lists of an `in`.
fn in_lists(names: &[ListName], leaf_type: LeafType, setting: &Setting<'_>) -> ValueTest {
    let sources = names.iter().filter_map(|list| match list {
        ListName::Named(name) => {
            let own = setting.rule.lists.iter().find(|list| list.name == *name);
            match setting.overrides.get(name).or(own).or_else(|| setting.lists.own(name)) {
                Some(list) => Some(Source::Stated(list.entries.clone())),
                None => setting.lists.is_shipped(name).then(|| Source::Shipped(name.clone())),
            }
        }
        ListName::Option(name) => {
            let values = resolved(&[Scalar::Option(name.clone())], setting);
            let entry = |value| Entry { value: text_of(value), columns: Vec::new() };
            Some(Source::Stated(values.iter().map(entry).collect()))
        }
    });
    ValueTest::Listed(Listed::new(sources.collect(), leaf_type))
}

/// Patterns that are compiled when a value is tested against them for the first time.
#[derive(Debug)]
struct Lazy<T> {
    patterns: Vec<String>,
    compiled: OnceLock<T>,
}

impl<T> Lazy<T> {
    fn new(patterns: Vec<String>) -> Lazy<T> {
        Lazy { patterns, compiled: OnceLock::new() }
    }

    fn get(&self, compile: fn(&[String]) -> T) -> &T {
        self.compiled.get_or_init(|| compile(&self.patterns))
    }
}

/// The whole value must fit. Validated when the rule was loaded; what fails here matches nothing.
fn regex_of(patterns: &[String]) -> Option<Regex> {
    let pattern = patterns.first()?;
    RegexBuilder::new(&format!("^(?:{pattern})$")).dot_matches_new_line(true).build().ok()
}

fn globs_of(patterns: &[String]) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        if let Ok(glob) = GlobBuilder::new(pattern).case_insensitive(true).build() {
            builder.add(glob);
        }
    }
    builder.build().unwrap_or_else(|_| GlobSet::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Conditions are asked in the order of what they cost.
    #[test]
    fn what_holds_together_does_not_depend_on_the_order() {
        let all = [Truth::Yes, Truth::No, Truth::Unknown];
        for a in all {
            for b in all {
                assert_eq!(a.and(b), b.and(a));
                for c in all {
                    assert_eq!(a.and(b).and(c), a.and(b.and(c)));
                }
            }
        }
    }
}
