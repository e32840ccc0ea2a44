//! The effective config: every value that counts, with its origin.

use crate::config::catalogue::Catalogue;
use crate::config::contract::{Contract, Granted, Named};
use crate::config::origin::Origin;
use crate::config::select::{Selection, enabled_rules};
use crate::config::{Config, RuleSetting};
use crate::rule::load::RuleError;
use crate::rule::{OptionValue, Rule, RuleSource, Severity};

/// Where a value comes from.
#[derive(Clone, Debug)]
pub enum From {
    /// Nobody says anything.
    Default,
    /// The command line.
    CommandLine,
    /// A config file.
    File(Origin),
}

/// One value.
#[derive(Clone, Debug)]
pub struct Setting {
    /// As it would be written: `rules.oauth-full-scope.days`.
    pub key: String,
    /// What holds; `None`: it is found out when projects are read.
    pub value: Option<OptionValue>,
    /// Who says so.
    pub from: From,
}

/// A config with what the command line adds.
#[derive(Clone, Debug)]
pub struct Effective {
    /// The files, those that are extended first.
    pub files: Vec<String>,
    /// What holds, in the order of the documentation.
    pub settings: Vec<Setting>,
    /// Rules that are on.
    pub rules_on: usize,
    /// Rules that there are.
    pub rules: usize,
}

/// Puts a config and the command line together.
///
/// # Errors
/// What the config or the command line says of rules that are not there.
pub fn effective(
    config: &Config,
    catalogue: &Catalogue,
    selection: &Selection,
    fail_on: Option<Severity>,
) -> Result<Effective, Vec<RuleError>> {
    let enabled = enabled_rules(catalogue, config, selection)?;
    let mut list = Settings { config, all: Vec::new() };
    let text = |text: &str| Some(OptionValue::Text(text.to_owned()));
    match &selection.preset {
        Some(preset) => list.add("preset", text(preset), From::CommandLine),
        None => list.stated("preset", text(&config.preset)),
    }
    list.stated("kind", config.kind.and_then(|kind| text(kind.word())));
    match fail_on {
        Some(severity) => list.add("fail-on", text(severity.word()), From::CommandLine),
        None => {
            let severity = config.fail_on.unwrap_or(Severity::Error);
            list.stated("fail-on", text(severity.word()));
        }
    }
    for (key, chosen) in [("select", &selection.select), ("ignore", &selection.ignore)] {
        if !chosen.is_empty() {
            list.add(key, Some(OptionValue::List(chosen.clone())), From::CommandLine);
        }
    }
    for glob in &config.exclude {
        list.add("exclude", text(&glob.text), From::File(glob.origin.clone()));
    }
    if let Some(folder) = &config.rules_dir {
        let folder = crate::project::path::normalise(&folder.to_string_lossy());
        let from = match config.origins.get("rules-dir") {
            Some(origin) => From::File(origin.clone()),
            None => From::CommandLine,
        };
        list.add("rules-dir", text(&folder), from);
    }
    if let Some(baseline) = &config.health_check {
        let path = crate::project::path::normalise(&baseline.path.to_string_lossy());
        list.stated("health-check-baseline", text(&path));
    }
    for rule in &catalogue.rules {
        list.rule(rule);
    }
    for name in config.lists.names() {
        let entries = config.lists.get(name).map_or(&[][..], |list| &list.entries);
        let values = entries.iter().map(|entry| entry.value.clone()).collect();
        list.stated(&format!("lists.{name}"), Some(OptionValue::List(values)));
    }
    for contract in &config.integrations {
        list.contract(contract);
    }
    for glob in &config.integrations_ignore {
        let from = list.origin(&format!("integrations-ignore.{glob}"));
        list.add("integrations-ignore", text(glob), from);
    }
    for exception in &config.exceptions {
        let value = text(&format!("{}: {}", exception.about(), exception.reason));
        list.add("exceptions", value, From::File(exception.origin.clone()));
    }
    Ok(Effective {
        files: config.files.iter().map(|file| file.path.clone()).collect(),
        settings: list.all,
        rules_on: enabled.len(),
        rules: catalogue.rules.len(),
    })
}

struct Settings<'c> {
    config: &'c Config,
    all: Vec<Setting>,
}

impl Settings<'_> {
    fn add(&mut self, key: &str, value: Option<OptionValue>, from: From) {
        self.all.push(Setting { key: key.to_owned(), value, from });
    }

    fn origin(&self, key: &str) -> From {
        self.config.origins.get(key).cloned().map_or(From::Default, From::File)
    }

    fn stated(&mut self, key: &str, value: Option<OptionValue>) {
        let from = self.origin(key);
        self.add(key, value, from);
    }

    /// What the config says of a rule: its severity, and the options as they are when all files have been read.
    fn rule(&mut self, rule: &Rule) {
        let config = self.config;
        let settings = || config.rules.iter().filter(|(id, _)| rule.goes_by(id));
        let from = |setting: &RuleSetting, span: &std::ops::Range<usize>| {
            From::File(Origin { source: setting.source.clone(), span: span.clone() })
        };
        let chosen =
            settings().filter_map(|(_, setting)| Some((setting, setting.severity?))).next_back();
        if let Some((setting, severity)) = chosen {
            let word = severity.map_or("off", Severity::word);
            let value = Some(OptionValue::Text(word.to_owned()));
            let from = from(setting, &setting.severity_span);
            self.add(&format!("rules.{}.severity", rule.id), value, from);
        }
        for (name, default) in &rule.options {
            let mut value = default.clone();
            let mut origin = None;
            for (_, setting) in settings() {
                for (option, stated, span) in &setting.options {
                    let extends = option.strip_suffix("_extra") == Some(name);
                    match (&mut value, stated) {
                        (OptionValue::List(list), OptionValue::List(more)) if extends => {
                            list.extend(more.iter().cloned());
                        }
                        _ if option == name => value = stated.clone(),
                        _ => continue,
                    }
                    origin = Some(from(setting, span));
                }
            }
            if let Some(origin) = origin {
                self.add(&format!("rules.{}.{name}", rule.id), Some(value), origin);
            }
        }
    }

    fn contract(&mut self, contract: &Contract) {
        let base = format!("integrations.{}", contract.name.text);
        let source = &contract.source;
        if let Some(app) = &contract.app {
            let value = Some(OptionValue::Text(app.text.clone()));
            self.add(&format!("{base}.app"), value, at(source, app));
        }
        let principals: Vec<Named> = contract
            .principals
            .iter()
            .map(|(kind, name)| Named {
                text: kind.map_or(name.text.clone(), |kind| format!("{kind}:{}", name.text)),
                span: name.span.clone(),
            })
            .collect();
        if !principals.is_empty() {
            self.names(&format!("{base}.principals"), contract, &principals);
        }
        let lists = [("scopes", &contract.scopes), ("permissions", &contract.permissions)];
        for (key, stated) in lists {
            if let Some(stated) = stated {
                self.names(&format!("{base}.{key}"), contract, stated);
            }
        }
        let tables = [("objects", &contract.objects), ("fields", &contract.fields)];
        for (key, stated) in tables {
            for Granted { name, rights } in stated.iter().flatten() {
                let value = rights.iter().map(|right| right.text.clone()).collect();
                let key = format!("{base}.{key}.{}", name.text);
                self.add(&key, Some(OptionValue::List(value)), at(source, name));
            }
        }
        if contract.deployment {
            let value = Some(OptionValue::Bool(true));
            self.add(&format!("{base}.deployment"), value, at(source, &contract.name));
        }
    }

    fn names(&mut self, key: &str, contract: &Contract, names: &[Named]) {
        let value = names.iter().map(|name| name.text.clone()).collect();
        let first = names.first().unwrap_or(&contract.name);
        self.add(key, Some(OptionValue::List(value)), at(&contract.source, first));
    }
}

fn at(source: &RuleSource, named: &Named) -> From {
    From::File(Origin { source: source.clone(), span: named.span.clone() })
}
