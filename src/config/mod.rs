//! `sflint.toml`: what a team says about a run.

pub mod catalogue;
pub mod contract;
pub mod select;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml_span::value::Table;

use self::contract::{Contract, read_contracts};
use crate::rule::lists::{Lists, read_list};
use crate::rule::load::reader::{Reader, in_order, suggestion};
use crate::rule::load::{PRESETS, RuleError};
use crate::rule::{OptionValue, ProjectKind, RuleSource, Severity};

/// The file's name.
pub const FILE_NAME: &str = "sflint.toml";

const KEYS: &[&str] = &[
    "preset",
    "kind",
    "fail-on",
    "exclude",
    "rules-dir",
    "rules",
    "lists",
    "integrations",
    "integrations-ignore",
];

/// What the config says of one rule.
#[derive(Clone, Debug, Default)]
pub struct RuleSetting {
    /// `Some(None)` turns the rule off; `Some(Some(severity))` turns it on with that severity.
    pub severity: Option<Option<Severity>>,
    /// Options with the place of each.
    pub options: Vec<(String, OptionValue, std::ops::Range<usize>)>,
    /// Where the rule is named.
    pub span: std::ops::Range<usize>,
}

/// A config file, or none.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file, with its text for messages; `None` when there is none.
    pub source: Option<RuleSource>,
    /// The folder it lies in.
    pub folder: PathBuf,
    /// Which rules are on; `recommended` when not stated.
    pub preset: String,
    /// What the project is for; guessed when not stated.
    pub kind: Option<ProjectKind>,
    /// The severity that fails a run.
    pub fail_on: Option<Severity>,
    /// Globs of files that are not looked at, relative to the config's folder.
    pub exclude: Vec<String>,
    /// Folder of the team's own rules.
    pub rules_dir: Option<PathBuf>,
    /// Settings of single rules, in the order of the file.
    pub rules: Vec<(String, RuleSetting)>,
    /// Lists that replace those of the same name.
    pub lists: Lists,
    /// What integrations are and may do, in the order of the file.
    pub integrations: Vec<Contract>,
    /// Globs of names that are no integrations, whatever they are called.
    pub integrations_ignore: Vec<String>,
}

impl Config {
    /// What holds without a config file.
    pub fn none(folder: &Path) -> Config {
        Config {
            source: None,
            folder: folder.to_owned(),
            preset: "recommended".to_owned(),
            kind: None,
            fail_on: None,
            exclude: Vec::new(),
            rules_dir: None,
            rules: Vec::new(),
            lists: Lists::default(),
            integrations: Vec::new(),
            integrations_ignore: Vec::new(),
        }
    }

    /// Reads the text of a config file.
    ///
    /// # Errors
    /// All mistakes of the file, each with its place.
    pub fn parse(path: &str, text: &str, folder: &Path) -> Result<Config, Vec<RuleError>> {
        let source = RuleSource {
            path: path.to_owned(),
            text: Arc::from(text),
            builtin: false,
            compiled: &[],
        };
        let mut reader = Reader::new(&source);
        let mut config = Config { source: Some(source.clone()), ..Config::none(folder) };
        let parsed = reader.parse(text);
        if let Some(root) = parsed.as_ref().and_then(|value| value.as_table()) {
            config.read(root, &mut reader);
        }
        if reader.errors.is_empty() { Ok(config) } else { Err(reader.into_errors()) }
    }

    fn read(&mut self, root: &Table<'_>, reader: &mut Reader<'_>) {
        reader.known_keys(root, KEYS, "sflint.toml");
        if let Some(preset) = one_of(reader, root, "preset", PRESETS) {
            self.preset = preset;
        }
        let kinds: Vec<&str> = ProjectKind::WORDS.iter().map(|(word, _)| *word).collect();
        self.kind =
            one_of(reader, root, "kind", &kinds).and_then(|word| ProjectKind::from_word(&word));
        let severities: Vec<&str> = Severity::WORDS.iter().map(|(word, _)| *word).collect();
        self.fail_on = one_of(reader, root, "fail-on", &severities)
            .and_then(|word| Severity::from_word(&word));
        for (glob, span) in reader.texts_of(root, "exclude") {
            if let Err(error) = globset::Glob::new(&glob) {
                let message = format!("`{glob}` is not a glob: {}", error.kind());
                reader.report(span, message, "cannot be read", "");
            }
            self.exclude.push(glob);
        }
        self.rules_dir = reader.text_of(root, "rules-dir").map(|folder| self.folder.join(folder));
        for (glob, span) in reader.texts_of(root, "integrations-ignore") {
            if let Err(error) = globset::Glob::new(&glob) {
                let message = format!("`{glob}` is not a glob: {}", error.kind());
                reader.report(span, message, "cannot be read", "");
            }
            self.integrations_ignore.push(glob);
        }
        if let Some(value) = root.get("integrations")
            && let Some(table) = reader.table("integrations", value)
        {
            self.integrations = read_contracts(reader, table);
        }
        if let Some(rules) = root.get("rules").and_then(|value| reader.table("rules", value)) {
            for (key, value) in in_order(rules) {
                let span = key.span.start..key.span.end;
                let mut setting = RuleSetting { span, ..RuleSetting::default() };
                if value.as_str().is_some() {
                    setting.severity = level(reader, &key.name, value);
                } else if let Some(table) = reader.table(&key.name, value) {
                    for (name, value) in in_order(table) {
                        if name.name == "severity" {
                            setting.severity = level(reader, "severity", value);
                        } else if let Some(option) = reader.option_value(&name.name, value) {
                            let place = name.span.start..name.span.end;
                            setting.options.push((name.name.to_string(), option, place));
                        }
                    }
                }
                self.rules.push((key.name.to_string(), setting));
            }
        }
        if let Some(lists) = root.get("lists").and_then(|value| reader.table("lists", value)) {
            for (key, value) in in_order(lists) {
                if let Some(list) = read_list(reader, key, value) {
                    self.lists.insert(list);
                }
            }
        }
    }
}

/// The text of a key that must be one of a few words.
fn one_of(
    reader: &mut Reader<'_>,
    table: &Table<'_>,
    name: &str,
    words: &[&str],
) -> Option<String> {
    let value = table.get(name)?;
    let text = reader.text(name, value)?.to_owned();
    if words.contains(&text.as_str()) {
        return Some(text);
    }
    let help = suggestion(&text, words.iter().copied(), "there are");
    reader.report(value.span, format!("`{name}` cannot be `{text}`"), "not known", help);
    None
}

/// `off`, or a severity.
fn level(
    reader: &mut Reader<'_>,
    name: &str,
    value: &toml_span::Value<'_>,
) -> Option<Option<Severity>> {
    let text = reader.text(name, value)?.to_owned();
    if text == "off" {
        return Some(None);
    }
    if let Some(severity) = Severity::from_word(&text) {
        return Some(Some(severity));
    }
    let words = ["off", "note", "warning", "error"];
    let help = suggestion(&text, words.into_iter(), "it can be");
    reader.report(value.span, format!("`{text}` is not a severity"), "not known", help);
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, Vec<RuleError>> {
        Config::parse("sflint.toml", text, Path::new("/p"))
    }

    #[test]
    fn everything_is_read() {
        let config = parse(
            "preset = \"strict\"\nkind = \"org\"\nfail-on = \"warning\"\nexclude = [\"old/**\"]\nrules-dir = \"lint\"\n\
             [rules]\noauth-full-scope = \"off\"\n[rules.oauth-refresh-token-long]\nseverity = \"warning\"\ndays = 30\n\
             [[lists.tier0]]\nvalue = \"X\"\nbecause = \"y\"\n",
        )
        .unwrap();
        assert_eq!(config.preset, "strict");
        assert_eq!(config.kind, Some(ProjectKind::Org));
        assert_eq!(config.fail_on, Some(Severity::Warning));
        assert_eq!(config.exclude, ["old/**"]);
        assert_eq!(config.rules_dir.as_deref(), Some(Path::new("/p/lint")));
        assert_eq!(config.rules[0].1.severity, Some(None));
        assert_eq!(config.rules[1].1.severity, Some(Some(Severity::Warning)));
        assert_eq!(config.rules[1].1.options[0].1, OptionValue::Number(30.0));
        assert!(config.lists.get("tier0").is_some());
    }

    #[test]
    fn all_mistakes_at_once_with_what_was_meant() {
        let errors =
            parse("presset = \"strict\"\nkind = \"orgg\"\nfail-on = 3\n[rules]\nx = \"eror\"\n")
                .unwrap_err();
        let texts: Vec<String> = errors
            .iter()
            .map(|error| format!("{} ({})", error.message(), error.help().unwrap_or("")))
            .collect();
        assert_eq!(
            texts,
            [
                "sflint.toml has no key `presset` (did you mean `preset`?)",
                "`kind` cannot be `orgg` (did you mean `org`?)",
                "`fail-on` is text, not a number ()",
                "`eror` is not a severity (did you mean `error`?)",
            ]
        );
    }
}
