//! What one config file says, laid over what was said before.

use std::path::Path;

use toml_span::Span;
use toml_span::value::{Key, Table};

use crate::config::contract::read_contracts;
use crate::config::exception::{not_a_glob, read_exceptions};
use crate::config::extends::{check_form, work_tree};
use crate::config::health_check::baseline::HealthCheckBaseline;
use crate::config::origin::Origin;
use crate::config::path_glob::PathGlob;
use crate::config::{Config, RuleSetting};
use crate::project::file_tree::FileTree;
use crate::rule::lists::read_list;
use crate::rule::load::PRESETS;
use crate::rule::load::reader::{Reader, in_order, suggestion};
use crate::rule::{ProjectKind, Severity};

const KEYS: &[&str] = &[
    "extends",
    "preset",
    "kind",
    "fail-on",
    "exclude",
    "health-check-baseline",
    "rules-dir",
    "rules",
    "exceptions",
    "lists",
    "integrations",
    "integrations-ignore",
];

fn origin(reader: &Reader<'_>, span: Span) -> Origin {
    Origin { source: reader.source.clone(), span: span.start..span.end }
}

impl Config {
    /// Reads a file: what it states wins over what was read before, lists of globs and entries grow.
    pub(super) fn read(
        &mut self,
        root: &Table<'_>,
        reader: &mut Reader<'_>,
        folder: &Path,
        tree: &dyn FileTree,
    ) {
        reader.known_keys(root, KEYS, "sflint.toml");
        if let Some(value) = root.get("extends") {
            check_form(reader, value);
        }
        self.read_words(root, reader);
        for (text, span) in reader.texts_of(root, "exclude") {
            match PathGlob::new(&text, folder, origin(reader, span)) {
                Ok(glob) => self.exclude.push(glob),
                Err(why) => not_a_glob(reader, span, &text, &why),
            }
        }
        self.read_health_check(root, reader, folder, tree);
        if let Some(own) = reader.text_of(root, "rules-dir") {
            self.rules_dir = Some(folder.join(own));
            self.stated(reader, root, "rules-dir");
        }
        for (glob, span) in reader.texts_of(root, "integrations-ignore") {
            if let Err(error) = globset::Glob::new(&glob) {
                not_a_glob(reader, span, &glob, &error.kind().to_string());
            }
            self.origins.insert(format!("integrations-ignore.{glob}"), origin(reader, span));
            if !self.integrations_ignore.contains(&glob) {
                self.integrations_ignore.push(glob);
            }
        }
        if let Some(value) = root.get("integrations")
            && let Some(table) = reader.table("integrations", value)
        {
            for contract in read_contracts(reader, table) {
                self.integrations.retain(|known| known.name.text != contract.name.text);
                self.integrations.push(contract);
            }
        }
        if let Some(value) = root.get("exceptions") {
            self.exceptions.extend(read_exceptions(reader, value, folder));
        }
        if let Some(rules) = root.get("rules").and_then(|value| reader.table("rules", value)) {
            for (key, value) in in_order(rules) {
                self.rules.push((key.name.to_string(), setting(reader, key, value)));
            }
        }
        if let Some(lists) = root.get("lists").and_then(|value| reader.table("lists", value)) {
            for (key, value) in in_order(lists) {
                if let Some(list) = read_list(reader, key, value) {
                    self.lists.insert(list);
                    self.origins.insert(format!("lists.{}", key.name), origin(reader, key.span));
                }
            }
        }
    }

    fn stated(&mut self, reader: &Reader<'_>, root: &Table<'_>, key: &str) {
        if let Some(value) = root.get(key) {
            self.origins.insert(key.to_owned(), origin(reader, value.span));
        }
    }

    fn read_health_check(
        &mut self,
        root: &Table<'_>,
        reader: &mut Reader<'_>,
        folder: &Path,
        tree: &dyn FileTree,
    ) {
        let key = "health-check-baseline";
        let Some(value) = root.get(key) else { return };
        let Some(path) = reader.text(key, value).map(str::to_owned) else { return };
        // The text of a config that lies on no disk has no files around it.
        let read = if folder.as_os_str().is_empty() {
            Err("there are no files around this config".to_owned())
        } else {
            HealthCheckBaseline::read(tree, &folder.join(&path), work_tree(tree, folder))
        };
        match read {
            Ok(baseline) => {
                self.health_check = Some(baseline);
                self.stated(reader, root, key);
            }
            Err(why) => {
                let message = format!("cannot hold settings against `{path}`: {why}");
                let help = "name the file that Setup, Health Check, Export Baseline gives";
                reader.report(value.span, message, "not a baseline", help);
            }
        }
    }

    fn read_words(&mut self, root: &Table<'_>, reader: &mut Reader<'_>) {
        if let Some(preset) = one_of(reader, root, "preset", PRESETS) {
            self.preset = preset;
            self.stated(reader, root, "preset");
        }
        let kinds: Vec<&str> = ProjectKind::WORDS.iter().map(|(word, _)| *word).collect();
        if let Some(word) = one_of(reader, root, "kind", &kinds) {
            self.kind = ProjectKind::from_word(&word);
            self.stated(reader, root, "kind");
        }
        let severities: Vec<&str> = Severity::WORDS.iter().map(|(word, _)| *word).collect();
        if let Some(word) = one_of(reader, root, "fail-on", &severities) {
            self.fail_on = Severity::from_word(&word);
            self.stated(reader, root, "fail-on");
        }
    }
}

fn setting(reader: &mut Reader<'_>, key: &Key<'_>, value: &toml_span::Value<'_>) -> RuleSetting {
    let mut setting = RuleSetting {
        source: reader.source.clone(),
        severity: None,
        severity_span: value.span.start..value.span.end,
        options: Vec::new(),
        span: key.span.start..key.span.end,
    };
    if value.as_str().is_some() {
        setting.severity = level(reader, &key.name, value);
    } else if let Some(table) = reader.table(&key.name, value) {
        for (name, value) in in_order(table) {
            if name.name == "severity" {
                setting.severity = level(reader, "severity", value);
                setting.severity_span = value.span.start..value.span.end;
            } else if let Some(option) = reader.option_value(&name.name, value) {
                let place = name.span.start..name.span.end;
                setting.options.push((name.name.to_string(), option, place));
            }
        }
    }
    // What extends a list must come after what replaces it, whichever stands first.
    setting.options.sort_by_key(|(name, ..)| name.ends_with("_extra"));
    setting
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
    use crate::rule::OptionValue;
    use crate::rule::load::RuleError;

    fn parse(text: &str) -> Result<Config, Vec<RuleError>> {
        Config::parse("sflint.toml", text, Path::new("/p"))
    }

    /// Message, help and the text they point at.
    fn told(text: &str) -> Vec<String> {
        let told = |error: &RuleError| {
            let help = error.help().unwrap_or("");
            format!("{} ({help}) at {}", error.message(), error.spanned())
        };
        parse(text).unwrap_err().iter().map(told).collect()
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
        assert_eq!(config.exclude[0].text, "old/**");
        assert_eq!(config.rules_dir.as_deref(), Some(Path::new("/p/lint")));
        assert_eq!(config.rules[0].1.severity, Some(None));
        assert_eq!(config.rules[1].1.severity, Some(Some(Severity::Warning)));
        assert_eq!(config.rules[1].1.options[0].1, OptionValue::Number(30.0));
        assert!(config.lists.get("tier0").is_some());
        assert_eq!(config.origins["kind"].line(), 2);
    }

    #[test]
    fn all_mistakes_at_once_with_what_was_meant() {
        assert_eq!(
            told("presset = \"strict\"\nkind = \"orgg\"\nfail-on = 3\n[rules]\nx = \"eror\"\n"),
            [
                "sflint.toml has no key `presset` (did you mean `preset`?) at presset",
                "`kind` cannot be `orgg` (did you mean `org`?) at orgg",
                "`fail-on` is text, not a number () at 3",
                "`eror` is not a severity (did you mean `error`?) at eror",
            ]
        );
    }

    #[test]
    fn an_exception_is_read() {
        let config = parse(
            "[[exceptions]]\nrule = \"oauth-full-scope\"\nin = \"OauthApp:Order*\"\nkey = \"k\"\n\
             values = [\"scopes=Full\"]\nreason = \"sandbox\"\nowner = \"a\"\nticket = \"T-1\"\nexpires = \"2027-03-31\"\n\
             [[exceptions]]\nrule = \"x\"\nin = \"path:old/**\"\nreason = \"r\"\n\
             [[exceptions]]\nrule = \"x\"\nin = \"Repository:\"\nreason = \"r\"\n",
        )
        .unwrap();
        let [first, by_path, repository] = config.exceptions.as_slice() else { panic!() };
        let scope = first.scope.as_ref().unwrap();
        let nowhere = Path::new("/p/x");
        assert!(scope.covers("OauthApp", "order sync", nowhere));
        assert!(!scope.covers("OauthApp", "Sync", nowhere));
        assert!(!scope.covers("Profile", "Order", nowhere));
        let on = |day: &str| first.expired(crate::value::date::Date::parse(day).unwrap());
        assert!(!on("2027-03-31") && on("2027-04-01"));
        assert_eq!(first.about(), "oauth-full-scope in OauthApp:Order* (k)");
        let scope = by_path.scope.as_ref().unwrap();
        assert!(scope.covers("Profile", "A", Path::new("/p/old/a.xml")));
        assert!(!scope.covers("Profile", "A", Path::new("/p/new/a.xml")));
        assert!(repository.scope.as_ref().unwrap().covers("Repository", "", nowhere));
    }

    #[test]
    fn mistakes_in_exceptions() {
        let told = told(
            "[[exceptions]]\nrule = \"a\"\n\
             [[exceptions]]\nreason = \"\"\nin = \"Profil:X\"\nexpires = \"2026-02-30\"\n\
             [[exceptions]]\nrule = \"a\"\nreason = \"r\"\nin = \"Order Sync\"\nvalues = [\"Full\"]\nvalue = \"x\"\n\
             [[exceptions]]\nrule = \"a\"\nreason = \"r\"\nin = \"Profile:\"\n\
             [[exceptions]]\nrule = \"a\"\nreason = \"r\"\nin = \"path:[\"\n",
        );
        let expected = [
            "`reason` is missing",
            "`rule` is missing",
            "an exception needs a reason",
            "no component has the type `Profil` (did you mean `Profile:X`?) at Profil",
            "`expires` is a day, not `2026-02-30`",
            "`in` is a type and a name, not `Order Sync`",
            "`Full` is not leaf=value",
            "an exception has no key `value` (did you mean `values`?) at value",
            "`in` does not say which Profile",
            "`[` is not a glob",
        ];
        assert_eq!(told.len(), expected.len(), "{told:#?}");
        for (told, expected) in told.iter().zip(expected) {
            assert!(told.starts_with(expected), "{told} is not {expected}");
        }
    }
}
