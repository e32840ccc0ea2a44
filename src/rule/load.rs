//! Reading rule files: all mistakes of a file at once, each with its place.

mod clause;
mod error;
mod matcher;
pub mod placeholder;
pub(crate) mod reader;
mod report;
pub mod scope;

use std::collections::HashMap;
use std::ops::Range;

use toml_span::value::Table;
use toml_span::{Span, Value};

use self::clause::{ReadClause, Role};
pub use self::error::RuleError;
use self::placeholder::Names;
use self::reader::{Reader, in_order, is_kebab_case, suggestion};
use super::lists::{List, Lists, read_list};
use super::{Confidence, Fix, Join, OptionValue, ProjectKind, Rule, RuleSource, Severity};

/// The presets that a rule can be in.
pub const PRESETS: &[&str] = &["recommended", "strict", "sbs", "health-check", "partner"];

const TOP_LEVEL: &[&str] = &[
    "title",
    "severity",
    "confidence",
    "presets",
    "projects",
    "yields_to",
    "serves",
    "why",
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

/// Reads one rule; its examples are not looked at. The regular expressions of built-in rules
/// are not compiled either: [`check_rule`] does that, when the examples run.
///
/// # Errors
///
/// All mistakes of the file, in its order.
pub fn load_rule(source: &RuleSource, lists: &Lists) -> Result<Rule, Vec<RuleError>> {
    Loader::new(source, lists, !source.builtin).rule()
}

/// Like [`load_rule`], and compiles all regular expressions.
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
            if !files.contains_key(other.as_str()) {
                let mut ids: Vec<&str> = files.keys().map(String::as_str).collect();
                ids.sort_unstable();
                let help = crate::schema::did_you_mean(other, ids.into_iter());
                errors.push(RuleError::new(
                    &rule.source,
                    place_of_yield(&rule.source.text, other),
                    format!("there is no rule `{other}`"),
                    "not known",
                    help.map(|meant| format!("did you mean `{meant}`?"))
                        .unwrap_or_default(),
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
    let end = lines
        .into_iter()
        .find(|&at| starts_example(at))
        .unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}

/// Where `yields_to` names a rule that does not exist; looked up only for that message.
fn place_of_yield(text: &str, id: &str) -> Range<usize> {
    let root = toml_span::parse(without_examples(text)).ok();
    let items = root
        .as_ref()
        .and_then(|root| root.as_table()?.get("yields_to")?.as_array());
    let item = items
        .into_iter()
        .flatten()
        .find(|item| item.as_str() == Some(id));
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

struct OwnOption {
    name: String,
    value: OptionValue,
    span: Span,
    used: bool,
}

struct OwnList {
    list: List,
    span: Span,
    used: bool,
}

/// Reads one rule file.
struct Loader<'s> {
    reader: Reader<'s>,
    shared: &'s Lists,
    options: Vec<OwnOption>,
    own: Vec<OwnList>,
    /// Regular expressions are compiled.
    compile: bool,
}

impl<'s> Loader<'s> {
    fn new(source: &'s RuleSource, shared: &'s Lists, compile: bool) -> Self {
        Self {
            reader: Reader::new(source),
            shared,
            options: Vec::new(),
            own: Vec::new(),
            compile,
        }
    }

    fn rule(mut self) -> Result<Rule, Vec<RuleError>> {
        let source = self.reader.source;
        let root = self.reader.parse(without_examples(&source.text));
        let rule = root
            .as_ref()
            .and_then(Value::as_table)
            .and_then(|table| self.top_level(table));
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
        let why = self
            .reader
            .text_of(table, "why")
            .map(|why| why.trim().to_owned());
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
            confidence: confidence.unwrap_or(Confidence::High),
            presets,
            projects,
            yields_to,
            serves,
            why: why?,
            maps,
            since,
            was,
            options: self
                .options
                .drain(..)
                .map(|option| (option.name, option.value))
                .collect(),
            lists: self.own.drain(..).map(|own| own.list).collect(),
            matching: matching?.clause,
            join: join.map(|(negated, read)| Join {
                negated,
                clause: read.clause,
            }),
            report: report?,
            fix,
        })
    }

    fn id(&mut self) -> String {
        let id = id_of(&self.reader.source.path).to_owned();
        if !is_kebab_case(&id) {
            self.reader.report(
                self.reader.first_line(),
                format!("`{id}` cannot be the id of a rule"),
                "the name of this file",
                "an id is lower-case words joined by hyphens: `oauth-full-scope`",
            );
        }
        id
    }

    fn title(&mut self, table: &Table<'_>) -> Option<String> {
        let title = self.reader.text_of(table, "title")?;
        if title.ends_with('.') {
            let span = table
                .get("title")
                .map(|value| value.span)
                .unwrap_or_default();
            self.reader
                .report(span, "a title ends without a stop", "a stop at the end", "");
        }
        Some(title.to_owned())
    }

    fn matching(&mut self, table: &Table<'_>) -> Option<ReadClause> {
        let (key, value) = table.get_key_value("match")?;
        let read = self.clause("match", value, Role::Match)?;
        let match_table = value.as_table()?;
        let asks = ["where", "of", "any", "find"]
            .iter()
            .any(|name| match_table.contains_key(*name));
        if !asks && !table.contains_key("with") && !table.contains_key("without") {
            let kind = read
                .clause
                .kinds
                .first()
                .map(|kind| kind.name())
                .unwrap_or_default();
            let each = read.clause.each.as_deref();
            let what = each.map_or(format!("`{kind}`"), |each| format!("`{each}` of `{kind}`"));
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
            let later = if with.span.start > without.span.start {
                with
            } else {
                without
            };
            self.reader.report(
                later.span,
                "a rule has one `[with]` or one `[without]`, not both",
                "the second one",
                "write two rules",
            );
        }
        let with = table
            .get("with")
            .and_then(|value| self.clause("with", value, Role::Partner));
        let without = table
            .get("without")
            .and_then(|value| self.clause("without", value, Role::Partner));
        with.map(|read| (false, read))
            .or(without.map(|read| (true, read)))
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
        let join = join.map(|(negated, read)| Join {
            negated: *negated,
            clause: read.clause.clone(),
        });
        let has_partner = join.as_ref().is_some_and(|join| !join.negated);
        let options: Vec<String> = self
            .options
            .iter()
            .map(|option| option.name.clone())
            .collect();
        let options = || options.iter().map(String::as_str).collect();
        let own: Vec<List> = self.own.iter().map(|own| own.list.clone()).collect();
        let shared = self.shared;
        let list = |name: &str| {
            own.iter()
                .find(|list| list.name == name)
                .or_else(|| shared.get(name))
        };
        let names = Names::new(&matching.clause, join.as_ref(), options(), &list);
        if let Some(any) = table
            .get("match")
            .and_then(|value| value.as_table()?.get("any")?.as_array())
        {
            for (item, alternative) in any.iter().zip(&matching.clause.alternatives) {
                let Some(because) = item.as_table().and_then(|table| table.get("because")) else {
                    continue;
                };
                // Inside one alternative only its own lists and those of `[match]` give names.
                let mut clause = matching.clause.clone();
                clause
                    .conditions
                    .extend(alternative.conditions.iter().cloned());
                clause.alternatives.clear();
                let names = Names::new(&clause, join.as_ref(), options(), &list);
                self.template(&names, because);
            }
        }
        let report = table
            .get("report")
            .and_then(|value| self.report(value, &matching.scope, &names, has_partner));
        let fix = table
            .get("fix")
            .map(|value| self.fix(value, &matching.scope, &names));
        (report, fix.unwrap_or_default())
    }

    fn read_options(&mut self, table: &Table<'_>) {
        let Some(value) = table.get("options") else {
            return;
        };
        let Some(options) = self.reader.table("options", value) else {
            return;
        };
        for (key, value) in in_order(options) {
            let name = key.name.as_ref();
            if name.is_empty()
                || !name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
            {
                self.reader.report(
                    key.span,
                    format!("`{name}` cannot name an option"),
                    "not a name",
                    "use letters, digits, `-` and `_`",
                );
                continue;
            }
            if let Some(held) = self.reader.option_value(name, value) {
                let name = name.to_owned();
                self.options.push(OwnOption {
                    name,
                    value: held,
                    span: key.span,
                    used: false,
                });
            }
        }
    }

    fn read_lists(&mut self, table: &Table<'_>) {
        let Some(value) = table.get("lists") else {
            return;
        };
        let Some(lists) = self.reader.table("lists", value) else {
            return;
        };
        for (key, value) in in_order(lists) {
            if let Some(list) = read_list(&mut self.reader, key, value) {
                self.own.push(OwnList {
                    list,
                    span: key.span,
                    used: false,
                });
            }
        }
    }

    /// The value of an option that is used here; an unknown one is reported.
    fn use_option(&mut self, name: &str, span: Span) -> Option<OptionValue> {
        if let Some(option) = self.options.iter_mut().find(|option| option.name == name) {
            option.used = true;
            return Some(option.value.clone());
        }
        let names: Vec<&str> = self
            .options
            .iter()
            .map(|option| option.name.as_str())
            .collect();
        let help = match names.as_slice() {
            [] => format!("say `{name} = …` in `[options]`"),
            _ => suggestion(name, names.into_iter(), "the options are"),
        };
        self.reader.report(
            span,
            format!("there is no option `{name}`"),
            "not known",
            help,
        );
        None
    }

    fn mark_option(&mut self, name: &str) {
        for option in &mut self.options {
            option.used |= option.name == name;
        }
    }

    /// Whether there is such a list; one of the rule counts as used.
    fn use_list(&mut self, name: &str) -> bool {
        match self.own.iter_mut().find(|own| own.list.name == name) {
            Some(own) => {
                own.used = true;
                true
            }
            None => self.shared.get(name).is_some(),
        }
    }

    /// Reports options and lists that nothing refers to.
    fn unused(&mut self, all_was_read: bool) {
        if !all_was_read {
            return;
        }
        let options = self.options.iter().filter(|option| !option.used);
        let options = options.map(|option| (option.span, "option", option.name.clone()));
        let lists = self.own.iter().filter(|own| !own.used);
        let lists = lists.map(|own| (own.span, "list", own.list.name.clone()));
        let unused: Vec<_> = options.chain(lists).collect();
        for (span, what, name) in unused {
            let help = if what == "option" {
                format!("refer to it as \"${name}\", or leave it out")
            } else {
                format!("refer to it with in = \"{name}\", or leave it out")
            };
            self.reader.report(
                span,
                format!("the {what} `{name}` is never used"),
                "not used",
                help,
            );
        }
    }

    fn word<T: Copy>(
        &mut self,
        table: &Table<'_>,
        name: &str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let value = table.get(name)?;
        let word = self.reader.text(name, value)?;
        self.one_of(name, word, value.span, words)
    }

    fn one_of<T: Copy>(
        &mut self,
        name: &str,
        word: &str,
        span: Span,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let found = words
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, value)| *value);
        if found.is_none() {
            let help = suggestion(word, words.iter().map(|(known, _)| *known), "it is one of");
            self.reader
                .report(span, format!("`{word}` is no {name}"), "not known", help);
        }
        found
    }

    fn presets(&mut self, table: &Table<'_>) -> Vec<String> {
        if !table.contains_key("presets") {
            return vec!["recommended".to_owned()];
        }
        let words: Vec<(&'static str, &'static str)> =
            PRESETS.iter().map(|word| (*word, *word)).collect();
        let presets = self.reader.texts_of(table, "presets");
        let known = presets
            .iter()
            .filter_map(|(word, span)| self.one_of("preset", word, *span, &words));
        known.map(str::to_owned).collect()
    }

    fn projects(&mut self, table: &Table<'_>) -> Vec<ProjectKind> {
        let projects = self.reader.texts_of(table, "projects");
        let known = projects.iter().filter_map(|(word, span)| {
            self.one_of("kind of project", word, *span, ProjectKind::WORDS)
        });
        known.collect()
    }

    /// Ids of other rules.
    fn ids(&mut self, table: &Table<'_>, name: &str, own: &str) -> Vec<String> {
        let ids = self.reader.texts_of(table, name);
        for (id, span) in &ids {
            if id == own {
                self.reader.report(
                    *span,
                    format!("`{name}` names the rule itself"),
                    "this rule",
                    "",
                );
            } else if !is_kebab_case(id) {
                self.reader.report(
                    *span,
                    format!("`{id}` cannot be the id of a rule"),
                    "not kebab-case",
                    "",
                );
            }
        }
        ids.into_iter().map(|(id, _)| id).collect()
    }

    fn plain_texts(&mut self, table: &Table<'_>, name: &str) -> Vec<String> {
        self.reader
            .texts_of(table, name)
            .into_iter()
            .map(|(text, _)| text)
            .collect()
    }

    fn since(&mut self, table: &Table<'_>) -> String {
        let Some(value) = table.get("since") else {
            return "0.1.0".to_owned();
        };
        let version = self.reader.text("since", value).unwrap_or_default();
        let number = |part: &str| part.parse::<u32>().is_ok();
        let parts = version.split('.');
        if !version.is_empty() && (parts.clone().count() != 3 || !parts.into_iter().all(number)) {
            self.reader.report(
                value.span,
                format!("`{version}` is not a version"),
                "not a version",
                "write it as \"0.1.0\"",
            );
        }
        version.to_owned()
    }
}

#[cfg(test)]
mod tests;
