//! The examples of a rule: tests, documentation, and what `explain` shows.

mod path;

use std::ops::Range;

pub use path::{path_for_root, root_element};

use toml_span::Value;
use toml_span::value::{Key, Table};

use super::load::RuleError;
use super::load::reader::{Reader, in_order, suggestion};
use super::{Kind, OptionValue, ProjectKind, Rule, markers};
use crate::schema;
use crate::value::date::Date;

/// What an example shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expectation {
    /// The rule must fire.
    Bad,
    /// The rule must not fire.
    Good,
}

/// One example. Its texts hold marks as they are written; see [`markers::expand`].
#[derive(Clone, Debug)]
pub struct Example {
    /// Whether the rule fires.
    pub expectation: Expectation,
    /// One line that says what the example shows.
    pub why: Option<String>,
    /// Relative paths and texts, in the order of the file; at least one.
    pub files: Vec<(String, String)>,
    /// How many findings a bad example has; `None`: at least one.
    pub count: Option<usize>,
    /// What the primary span of the first finding covers.
    pub at: Option<String>,
    /// The day of the run, as `YYYY-MM-DD`.
    pub today: Option<String>,
    /// The kind of project.
    pub project: Option<ProjectKind>,
    /// Options of the rule in this run, by name or `<name>_extra` for more of a list.
    pub options: Vec<(String, OptionValue)>,
    /// The text of `sflint.toml`.
    pub config: Option<String>,
    /// The paths that are in git; `None`: not a repository.
    pub tracked: Option<Vec<String>>,
    /// Paths and texts of the tree that the run is compared with.
    pub base: Vec<(String, String)>,
    /// Where the example stands in the rule file.
    pub span: Range<usize>,
}

const KEYS: &[&str] = &[
    "text", "files", "why", "count", "at", "today", "project", "options", "config", "tracked",
    "base",
];

/// Kinds whose files have no root element that tells their path.
const FILE_KINDS: &[&str] = &["text", "env", "json", "File"];

/// Reads the examples of a rule, in the order of the file.
///
/// # Errors
///
/// All mistakes, among them a rule without a bad or without a good example, and parts of the
/// rule that stand after the first example, where loading does not look.
pub fn parse_examples(rule: &Rule) -> Result<Vec<Example>, Vec<RuleError>> {
    let mut reader = Reader::new(&rule.source);
    let mut examples = Vec::new();
    if let Some(root) = reader.parse(&rule.source.text)
        && let Some(table) = root.as_table()
    {
        report_late_keys(&mut reader, table, rule.source.head().len());
        for (name, expectation) in [("bad", Expectation::Bad), ("good", Expectation::Good)] {
            let Some((key, value)) = table.get_key_value(name) else {
                let about = match expectation {
                    Expectation::Bad => "a `[[bad]]` example on which the rule fires",
                    Expectation::Good => "a `[[good]]` example on which it does not",
                };
                let head = reader.first_line();
                reader.missing(head, name, about);
                continue;
            };
            let Some(items) = value.as_array() else {
                reader.wrong_form(name, value, &format!("a list of examples, `[[{name}]]`"));
                continue;
            };
            if items.is_empty() {
                reader.report(key.span, format!("there is no `{name}` example"), "empty", "");
            }
            for item in items {
                examples.extend(Parser { reader: &mut reader, rule, expectation }.example(item));
            }
        }
    }
    examples.sort_by_key(|example| example.span.start);
    if reader.errors.is_empty() { Ok(examples) } else { Err(reader.into_errors()) }
}

/// Keys after the first example would silently not count.
fn report_late_keys(reader: &mut Reader<'_>, table: &Table<'_>, end: usize) {
    let rule_keys =
        in_order(table).into_iter().filter(|(key, _)| key.name != "bad" && key.name != "good");
    let mut open: Vec<_> = rule_keys.collect();
    while let Some((key, value)) = open.pop() {
        if key.span.start >= end {
            reader.report(
                key.span,
                format!("`{}` stands after the first example, where it is not read", key.name),
                "too late",
                "examples are the last thing in a rule file",
            );
        } else if let Some(inner) = value.as_table() {
            open.extend(in_order(inner));
        }
    }
}

struct Parser<'p, 's> {
    reader: &'p mut Reader<'s>,
    rule: &'p Rule,
    expectation: Expectation,
}

impl Parser<'_, '_> {
    fn example(&mut self, value: &Value<'_>) -> Option<Example> {
        let bad = self.expectation == Expectation::Bad;
        let place = if bad { "[[bad]]" } else { "[[good]]" };
        let table = self.reader.table(place, value)?;
        self.reader.known_keys(table, KEYS, &format!("`{place}`"));
        let files = self.files(table, value);
        if !bad {
            for (key, _) in in_order(table) {
                if key.name == "count" || key.name == "at" {
                    self.reader.report(
                        key.span,
                        format!("`{}` is for bad examples: a good one has no finding", key.name),
                        "not possible here",
                        "",
                    );
                }
            }
        }
        let count = table.get("count").and_then(|value| self.count(value));
        let at = table.get("at").and_then(|value| {
            let config = table.get("config").and_then(|value| value.as_str());
            self.at(value, &files, config)
        });
        let today = table.get("today").and_then(|value| self.today(value));
        let project = table.get("project").and_then(|value| self.project(value));
        let options = table.get("options").map(|value| self.options(value)).unwrap_or_default();
        let config = table.get("config").and_then(|value| self.config(value));
        let tracked = table.get("tracked").map(|value| self.tracked(value, &files));
        let base = table.get("base").map(|value| self.tree("base", value)).unwrap_or_default();
        let why = self.reader.text_of(table, "why");
        if let (Some(why), Some(value)) = (why, table.get("why"))
            && why.trim().contains(['\n', '\r'])
        {
            self.reader.report(value.span, "`why` is one line", "several lines", "");
        }
        Some(Example {
            expectation: self.expectation,
            why: why.map(|why| why.trim().to_owned()),
            files,
            count,
            at,
            today,
            project,
            options,
            config,
            tracked,
            base,
            span: value.span.start..value.span.end,
        })
    }

    fn files(&mut self, table: &Table<'_>, example: &Value<'_>) -> Vec<(String, String)> {
        match (table.get_key_value("text"), table.get_key_value("files")) {
            (Some((key, value)), None) => self.text(key, value).into_iter().collect(),
            (None, Some((_, value))) => self.tree("files", value),
            (Some((text, _)), Some((files, _))) => {
                let later = if text.span.start > files.span.start { text } else { files };
                self.reader.report(
                    later.span,
                    "an example has `text` or `files`, not both",
                    "the second one",
                    "",
                );
                Vec::new()
            }
            (None, None) => {
                self.reader.missing(
                    self.reader.start_of(example),
                    "text",
                    "the file, or `files.\"path\"` for several",
                );
                Vec::new()
            }
        }
    }

    /// One file, whose path follows from its root element.
    fn text(&mut self, key: &Key<'_>, value: &Value<'_>) -> Option<(String, String)> {
        let text = self.reader.text("text", value)?;
        let kinds = &self.rule.matching.kinds;
        let file_kind = kinds.iter().find_map(|kind| match kind {
            Kind::Record(kind) if FILE_KINDS.contains(&kind.name) => Some(kind.name),
            _ => None,
        });
        if let Some(kind) = file_kind {
            self.reader.report(
                key.span,
                format!("an example of kind `{kind}` needs paths"),
                "which file",
                "write files.\"path\" = '''…'''",
            );
            return None;
        }
        self.marks(value);
        let Some(root) = root_element(text) else {
            self.reader.report(
                value.span,
                "this text has no root element that tells its path",
                "not XML",
                "write files.\"path\" = '''…'''",
            );
            return None;
        };
        let path = path_for_root(root);
        if path.is_none() {
            let start = text.find(root).unwrap_or_default();
            let span = self.reader.within(value, start..start + root.len());
            let roots: Vec<&str> = schema::roots().map(|root| root.name()).collect();
            let help = schema::did_you_mean(root, roots.into_iter())
                .map(|meant| format!("did you mean `{meant}`?"))
                .unwrap_or_else(|| "write files.\"path\" = '''…'''".to_owned());
            self.reader.report(span, format!("there is no path for a `{root}`"), "not known", help);
        }
        Some((path?, text.to_owned()))
    }

    /// Relative paths with texts.
    fn tree(&mut self, name: &str, value: &Value<'_>) -> Vec<(String, String)> {
        let Some(table) = self.reader.table(name, value) else {
            return Vec::new();
        };
        if table.is_empty() {
            self.reader.report(value.span, format!("`{name}` is empty"), "no file", "");
        }
        let mut files = Vec::with_capacity(table.len());
        for (key, value) in in_order(table) {
            let path = key.name.as_ref();
            let relative = !path.contains(['\\', ':'])
                && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
            if !relative {
                self.reader.report(
                    key.span,
                    format!("`{path}` is not a path inside a project"),
                    "not relative",
                    "write it as \"settings/Security.settings-meta.xml\"",
                );
            }
            match value.as_str() {
                Some(text) => {
                    self.marks(value);
                    files.push((path.to_owned(), text.to_owned()));
                }
                None => self.reader.wrong_form(path, value, "the text of a file"),
            }
        }
        files
    }

    fn marks(&mut self, value: &Value<'_>) {
        if let Err(unknown) = markers::check(value.as_str().unwrap_or_default()) {
            let span = self.reader.within(value, unknown.range.clone());
            let help = unknown.meant().map(|meant| format!("did you mean `{meant}`?"));
            self.reader.report(span, unknown.to_string(), "not known", help.unwrap_or_default());
        }
    }

    fn count(&mut self, value: &Value<'_>) -> Option<usize> {
        let count = self.reader.count("count", value)?;
        if count == 0 {
            self.reader.report(
                value.span,
                "a bad example has at least one finding",
                "none",
                "an example without findings is a `[[good]]` one",
            );
        }
        Some(count)
    }

    fn at(
        &mut self,
        value: &Value<'_>,
        files: &[(String, String)],
        config: Option<&str>,
    ) -> Option<String> {
        let at = self.reader.text("at", value)?;
        // What a mark becomes is not known here.
        let found = files.iter().any(|(_, text)| text.contains(at) || text.contains("@@"))
            || config.is_some_and(|text| text.contains(at));
        if !found && !files.is_empty() {
            self.reader.report(
                value.span,
                format!("`{at}` stands in no file of this example"),
                "not there",
                "write it exactly as the file does",
            );
        }
        Some(at.to_owned())
    }

    fn today(&mut self, value: &Value<'_>) -> Option<String> {
        let today = self.reader.text("today", value)?;
        if today.len() != 10 || Date::parse(today).is_none() {
            let message = format!("`{today}` is not a day");
            self.reader.report(value.span, message, "not a day", "write a day as \"2026-11-23\"");
            return None;
        }
        Some(today.to_owned())
    }

    fn project(&mut self, value: &Value<'_>) -> Option<ProjectKind> {
        let word = self.reader.text("project", value)?;
        let project = ProjectKind::from_word(word);
        if project.is_none() {
            let words = ProjectKind::WORDS.iter().map(|(word, _)| *word);
            let help = suggestion(word, words, "it is one of");
            self.reader.report(
                value.span,
                format!("`{word}` is no kind of project"),
                "not known",
                help,
            );
        }
        project
    }

    fn options(&mut self, value: &Value<'_>) -> Vec<(String, OptionValue)> {
        let Some(table) = self.reader.table("options", value) else {
            return Vec::new();
        };
        let mut options = Vec::with_capacity(table.len());
        for (key, value) in in_order(table) {
            let name = key.name.as_ref();
            let known = |name: &str| self.rule.options.iter().find(|(known, _)| known == name);
            let default = known(name).or_else(|| {
                let list = known(name.strip_suffix("_extra")?)?;
                matches!(list.1, OptionValue::List(_)).then_some(list)
            });
            let Some((_, default)) = default else {
                let names = self.rule.options.iter().map(|(name, _)| name.as_str());
                let help = suggestion(name, names, "the options are");
                self.reader.report(
                    key.span,
                    format!("there is no option `{name}`"),
                    "not known",
                    help,
                );
                continue;
            };
            let Some(held) = self.reader.option_value(name, value) else {
                continue;
            };
            if std::mem::discriminant(&held) == std::mem::discriminant(default) {
                options.push((name.to_owned(), held));
            } else {
                self.reader.wrong_form(name, value, form_of(default));
            }
        }
        options
    }

    fn config(&mut self, value: &Value<'_>) -> Option<String> {
        let config = self.reader.text("config", value)?;
        if let Err(error) = toml_span::parse(config) {
            let span = self.reader.within(value, error.span.start..error.span.end);
            self.reader.report(span, format!("`config` is not TOML: {error}"), "not valid", "");
            return None;
        }
        Some(config.to_owned())
    }

    fn tracked(&mut self, value: &Value<'_>, files: &[(String, String)]) -> Vec<String> {
        let paths = self.reader.texts("tracked", value);
        for (path, span) in &paths {
            if !files.is_empty() && !files.iter().any(|(known, _)| known == path) {
                let known = files.iter().map(|(known, _)| known.as_str());
                let help = suggestion(path, known, "the files are");
                self.reader.report(
                    *span,
                    format!("this example has no file `{path}`"),
                    "not there",
                    help,
                );
            }
        }
        paths.into_iter().map(|(path, _)| path).collect()
    }
}

fn form_of(option: &OptionValue) -> &'static str {
    match option {
        OptionValue::Bool(_) => "true or false",
        OptionValue::Number(_) => "a number",
        OptionValue::Text(_) => "text",
        OptionValue::List(_) => "a list of texts",
    }
}

#[cfg(test)]
mod tests;
