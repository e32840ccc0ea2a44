//! Reading rule files: all mistakes of a file at once, each with its place.

pub mod checklist;
mod clause;
pub mod compiled;
mod error;
mod head;
mod literal;
mod matcher;
pub mod placeholder;
pub(crate) mod reader;
mod report;
pub mod scope;
mod settings;

use std::collections::HashMap;
use std::ops::Range;

use toml_span::Value;
use toml_span::value::Table;

use self::clause::{ReadClause, Role};
pub use self::error::RuleError;
use self::placeholder::Names;
use self::reader::Reader;
use self::settings::{OwnList, OwnOption};
use super::lists::{List, Lists};
use super::shipped;
use super::{Confidence, Fix, Join, Rule, RuleSource, Severity};

/// The presets that a rule can be in.
pub const PRESETS: &[&str] = &["recommended", "strict", "sbs", "health-check", "partner"];

const TOP_LEVEL: &[&str] = &[
    "title",
    "severity",
    "severity_in",
    "confidence",
    "presets",
    "projects",
    "yields_to",
    "serves",
    "why",
    "false_positives",
    "common",
    "maps",
    "since",
    "was",
    "options",
    "lists",
    "match",
    "with",
    "without",
    "report",
    "fix",
    "bad",
    "good",
];

/// Reads one rule; its examples are not looked at. The regular expressions of built-in rules are not compiled either, and
/// their lists and placeholders not looked up: [`check_rule`] does that, when the examples run.
///
/// # Errors
///
/// All mistakes of the file, in its order.
pub fn load_rule(source: &RuleSource, lists: &Lists) -> Result<Rule, Vec<RuleError>> {
    Loader::new(source, lists, !source.builtin).rule()
}

/// Like [`load_rule`], and looks at everything, whoever wrote the rule.
///
/// # Errors
///
/// All mistakes of the file, in its order.
pub fn check_rule(source: &RuleSource, lists: &Lists) -> Result<Rule, Vec<RuleError>> {
    Loader::new(source, lists, true).rule()
}

/// Reads all rules, and checks what they say of each other. A rule with mistakes is left out.
pub fn load_rules(sources: &[RuleSource], shared: &Lists) -> (Vec<Rule>, Vec<RuleError>) {
    let mut rules: Vec<Rule> = Vec::with_capacity(sources.len());
    let mut errors = Vec::new();
    let mut files: HashMap<String, &str> = HashMap::with_capacity(sources.len());
    for source in sources {
        let id = id_of(&source.path);
        if let Some(first) = files.insert(id.to_owned(), &source.path) {
            errors.push(RuleError::new(
                source,
                Reader::new(source).first_line(),
                format!("there are two rules `{id}`"),
                "this file",
                format!("the other one is {first}"),
            ));
            files.insert(id.to_owned(), first);
            continue;
        }
        match load_rule(source, shared) {
            Ok(rule) => rules.push(rule),
            Err(mistakes) => errors.extend(mistakes),
        }
    }
    for rule in &rules {
        for other in &rule.yields_to {
            // A run may load only some of the shipped rules.
            let shipped = || shipped::rules().any(|rule| rule.id() == other);
            if !files.contains_key(other.as_str()) && !shipped() {
                let mut ids: Vec<&str> = files.keys().map(String::as_str).collect();
                ids.sort_unstable();
                let help = crate::schema::did_you_mean(other, ids.into_iter());
                errors.push(RuleError::new(
                    &rule.source,
                    place_of_yield(&rule.source.text, other),
                    format!("there is no rule `{other}`"),
                    "not known",
                    help.map(|meant| format!("did you mean `{meant}`?")).unwrap_or_default(),
                ));
            }
        }
    }
    (rules, errors)
}

/// The text before the first line that begins with `[[bad]]` or `[[good]]`.
pub fn without_examples(text: &str) -> &str {
    let starts_example = |at: usize| {
        text.get(at..)
            .is_some_and(|rest| rest.starts_with("[[bad]]") || rest.starts_with("[[good]]"))
    };
    if starts_example(0) {
        return "";
    }
    let lines = text.match_indices("\n[[").map(|(at, _)| at + 1);
    let end = lines.into_iter().find(|&at| starts_example(at)).unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}

/// Where `yields_to` names a rule that does not exist; looked up only for that message.
fn place_of_yield(text: &str, id: &str) -> Range<usize> {
    let root = toml_span::parse(without_examples(text)).ok();
    let items = root.as_ref().and_then(|root| root.as_table()?.get("yields_to")?.as_array());
    let item = items.into_iter().flatten().find(|item| item.as_str() == Some(id));
    item.map_or(0..0, |item| item.span.start..item.span.end)
}

/// The name of a file without `.toml`.
fn id_of(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.strip_suffix(".toml").unwrap_or(name)
}

fn family_of(path: &str) -> &str {
    path.rsplit(['/', '\\']).nth(1).unwrap_or_default()
}

/// Reads one rule file.
struct Loader<'s> {
    reader: Reader<'s>,
    shared: &'s Lists,
    options: Vec<OwnOption>,
    own: Vec<OwnList>,
    /// Regular expressions are compiled, and lists and placeholders looked up: what only a writer of rules can get wrong.
    thorough: bool,
    /// There is a `[with]`, and its leaves are not known.
    broken_partner: bool,
}

impl<'s> Loader<'s> {
    fn new(source: &'s RuleSource, shared: &'s Lists, thorough: bool) -> Self {
        Self {
            reader: Reader::new(source),
            shared,
            options: Vec::new(),
            own: Vec::new(),
            thorough,
            broken_partner: false,
        }
    }

    fn rule(mut self) -> Result<Rule, Vec<RuleError>> {
        let source = self.reader.source;
        let root = self.reader.parse_rule(source.head());
        let rule = root.as_ref().and_then(Value::as_table).and_then(|table| self.top_level(table));
        match rule {
            Some(rule) if self.reader.errors.is_empty() => Ok(rule),
            _ => Err(self.reader.into_errors()),
        }
    }

    fn top_level(&mut self, table: &Table<'_>) -> Option<Rule> {
        self.reader.known_keys(table, TOP_LEVEL, "a rule");
        let id = self.id();
        self.read_options(table);
        self.read_lists(table);
        let matching = self.matching(table);
        let join = self.join(table);
        self.keys_agree(matching.as_ref(), join.as_ref());
        let (report, fix) = match &matching {
            Some(matching) => self.texts(table, matching, join.as_ref()),
            None => (None, Fix::default()),
        };
        self.unused(matching.is_some());
        let head = self.reader.first_line();
        let title = self.title(table);
        let severity = self.word(table, "severity", Severity::WORDS);
        let confidence = self.word(table, "confidence", Confidence::WORDS);
        let severity_in = self.severity_in(table);
        let why = self.paragraphs(table, "why");
        let false_positives = self.paragraphs(table, "false_positives");
        let common = self.paragraphs(table, "common");
        for (key, about) in [
            ("title", "what is wrong, in a few words"),
            ("severity", "one of error, warning, note"),
            ("why", "the attack, and why the platform lets it happen"),
            ("match", "what the rule looks for"),
            ("report", "what the rule says"),
        ] {
            if !table.contains_key(key) {
                self.reader.missing(head.clone(), key, about);
            }
        }
        let presets = self.presets(table);
        let projects = self.projects(table);
        let yields_to = self.ids(table, "yields_to", &id);
        let was = self.ids(table, "was", &id);
        let serves = self.plain_texts(table, "serves");
        let maps = self.plain_texts(table, "maps");
        let since = self.since(table);
        let source = self.reader.source.clone();
        Some(Rule {
            family: family_of(&source.path).to_owned(),
            source,
            id,
            title: title?,
            severity: severity?,
            severity_in,
            confidence: confidence.unwrap_or(Confidence::High),
            presets,
            projects,
            yields_to,
            serves,
            why: why?,
            false_positives,
            common,
            maps,
            since,
            was,
            options: self.options.drain(..).map(|option| (option.name, option.value)).collect(),
            lists: self.own.drain(..).map(|own| own.list).collect(),
            matching: matching?.clause,
            join: join.map(|(negated, read)| Join { negated, clause: read.clause }),
            report: report?,
            fix,
        })
    }

    fn matching(&mut self, table: &Table<'_>) -> Option<ReadClause> {
        let (key, value) = table.get_key_value("match")?;
        let before = self.reader.errors.len();
        let read = self.clause("match", value, Role::Match)?;
        let clause = &read.clause;
        let asks = !clause.conditions.is_empty()
            || !clause.alternatives.is_empty()
            || clause.find.is_some();
        let joined = table.contains_key("with") || table.contains_key("without");
        // A mistake may have hidden the condition.
        if !asks && !joined && self.reader.errors.len() == before {
            let kind = clause.kinds.first().map(|kind| kind.name()).unwrap_or_default();
            let what = match &clause.each {
                Some(each) => format!("`{each}` of `{kind}`"),
                None => format!("`{kind}`"),
            };
            self.reader.report(
                key.span,
                format!("this would match every {what}"),
                "no condition",
                "say what is wrong with it: where.<leaf> = …",
            );
        }
        Some(read)
    }

    fn join(&mut self, table: &Table<'_>) -> Option<(bool, ReadClause)> {
        if let (Some((with, _)), Some((without, _))) =
            (table.get_key_value("with"), table.get_key_value("without"))
        {
            let later = if with.span.start > without.span.start { with } else { without };
            self.reader.report(
                later.span,
                "a rule has one `[with]` or one `[without]`, not both",
                "the second one",
                "write two rules",
            );
        }
        let with = table.get("with").and_then(|value| self.clause("with", value, Role::Partner));
        let without =
            table.get("without").and_then(|value| self.clause("without", value, Role::Partner));
        self.broken_partner = table.contains_key("with") && with.is_none();
        with.map(|read| (false, read)).or(without.map(|read| (true, read)))
    }

    fn keys_agree(&mut self, matching: Option<&ReadClause>, join: Option<&(bool, ReadClause)>) {
        let (Some(matching), Some((negated, join))) = (matching, join) else {
            return;
        };
        if let (None, Some(span)) = (&matching.key_span, &join.key_span) {
            let name = if *negated { "without" } else { "with" };
            self.reader.report(
                span.clone(),
                format!("`[{name}]` has a `key` and `[match]` has none"),
                "equal to what",
                "name the leaf of `[match]` that equals this one: key = \"…\"",
            );
        }
    }

    /// Reads `[report]` and `[fix]`, and checks the texts of `[[match.any]]`.
    fn texts(
        &mut self,
        table: &Table<'_>,
        matching: &ReadClause,
        join: Option<&(bool, ReadClause)>,
    ) -> (Option<super::Report>, Fix) {
        let join =
            join.map(|(negated, read)| Join { negated: *negated, clause: read.clause.clone() });
        let has_partner = table.contains_key("with");
        let options: Vec<String> = self.options.iter().map(|option| option.name.clone()).collect();
        let options = || options.iter().map(String::as_str).collect();
        let own: Vec<List> = self.own.iter().map(|own| own.list.clone()).collect();
        let shared = self.shared;
        let thorough = self.thorough;
        let list = |name: &str| {
            let own = || own.iter().find(|list| list.name == name);
            thorough.then(|| own().or_else(|| shared.get(name))).flatten()
        };
        let names = Names::new(&matching.clause, join.as_ref(), options(), &list);
        if let Some(any) =
            table.get("match").and_then(|value| value.as_table()?.get("any")?.as_array())
        {
            for (item, alternative) in any.iter().zip(&matching.clause.alternatives) {
                let Some(because) = item.as_table().and_then(|table| table.get("because")) else {
                    continue;
                };
                // Inside one alternative only its own lists and those of `[match]` give names.
                let mut clause = matching.clause.clone();
                clause.conditions.extend(alternative.conditions.iter().cloned());
                clause.alternatives.clear();
                let names = Names::new(&clause, join.as_ref(), options(), &list);
                self.template(&names, because);
            }
        }
        let report = table
            .get("report")
            .and_then(|value| self.report(value, &matching.scope, &names, has_partner));
        let fix = table.get("fix").map(|value| self.fix(value, &matching.scope, &names));
        (report, fix.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
