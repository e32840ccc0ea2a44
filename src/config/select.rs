//! Which rules are on, with which severity and options.

use std::sync::Arc;

use crate::config::Config;
use crate::config::catalogue::Catalogue;
use crate::config::health_check::baseline::COMPLIANT;
use crate::config::hosts::host_errors;
use crate::engine::matcher::Options;
use crate::engine::plan::{EnabledRule, Purpose};
use crate::rule::load::RuleError;
use crate::rule::{OptionValue, Rule, RuleSource};
use crate::schema::did_you_mean;

/// What the command line says about rules; it wins over the config.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// `--preset`
    pub preset: Option<String>,
    /// `--select`: only these.
    pub select: Vec<String>,
    /// `--ignore`: not these.
    pub ignore: Vec<String>,
}

impl Selection {
    /// Whether it leaves the choice to the config.
    pub fn is_empty(&self) -> bool {
        self.preset.is_none() && self.select.is_empty() && self.ignore.is_empty()
    }
}

/// The rules that are on, in order of their ids.
///
/// # Errors
/// Names that are no rule, options that a rule does not have or that have another type.
pub fn enabled_rules(
    catalogue: &Catalogue,
    config: &Config,
    selection: &Selection,
) -> Result<Vec<EnabledRule>, Vec<RuleError>> {
    let mut errors = command_line_errors(catalogue, selection);
    errors.extend(config_errors(catalogue, config));
    config.sort(&mut errors);
    if !errors.is_empty() {
        return Err(errors);
    }
    let preset = selection.preset.as_deref().unwrap_or(&config.preset);
    let mut enabled = Vec::new();
    for rule in &catalogue.rules {
        let settings =
            || config.rules.iter().filter(|(id, _)| rule.goes_by(id)).map(|(_, setting)| setting);
        let chosen = settings().filter_map(|setting| setting.severity).next_back();
        let by_preset = rule.in_preset(preset);
        let on = if selection.select.is_empty() {
            match chosen {
                Some(severity) => severity.is_some(),
                None => by_preset,
            }
        } else {
            selection.select.iter().any(|id| covers(rule, id))
        };
        if !on || selection.ignore.iter().any(|id| covers(rule, id)) {
            continue;
        }
        enabled.push(set_up(rule, config, preset, Purpose::Findings));
    }
    Ok(enabled)
}

/// A rule with the severity and the options that a config gives it, whether or not the config turns it on.
pub fn set_up(rule: &Arc<Rule>, config: &Config, preset: &str, purpose: Purpose) -> EnabledRule {
    let settings =
        || config.rules.iter().filter(|(id, _)| rule.goes_by(id)).map(|(_, setting)| setting);
    let chosen = settings().filter_map(|setting| setting.severity).next_back();
    let mut options: Options = rule.options.iter().cloned().collect();
    let baseline = config.health_check.as_ref().and_then(|all| all.of_maps(&rule.maps));
    let replaced = baseline
        .and_then(|setting| Some((setting.risk, setting.as_option(options.get(COMPLIANT)?)?)));
    let severity = match replaced {
        Some((risk, value)) => {
            options.insert(COMPLIANT.to_owned(), value);
            risk.severity()
        }
        None => rule.severity_in(preset),
    };
    for (name, value, _) in settings().flat_map(|setting| &setting.options) {
        set_option(&mut options, name, value);
    }
    EnabledRule {
        rule: Arc::clone(rule),
        severity: chosen.flatten().unwrap_or(severity),
        options,
        purpose,
    }
}

/// Sets an option, or lengthens the list that `<name>_extra` names.
pub fn set_option(options: &mut Options, name: &str, value: &OptionValue) {
    match name.strip_suffix("_extra").and_then(|list| options.get_mut(list)) {
        Some(OptionValue::List(list)) => {
            if let OptionValue::List(extra) = value {
                list.extend(extra.iter().cloned());
            }
        }
        _ => {
            options.insert(name.to_owned(), value.clone());
        }
    }
}

/// How the ids of rules about exceptions begin.
pub const ABOUT_EXCEPTIONS: &str = "exception-";

/// A rule by its id, or all of a family.
pub fn covers(rule: &Rule, id: &str) -> bool {
    rule.goes_by(id) || rule.family == id
}

fn meant(catalogue: &Catalogue, id: &str) -> String {
    did_you_mean(id, catalogue.rules.iter().map(|rule| rule.id.as_str())).map_or_else(
        || "`sflint rules` lists them".to_owned(),
        |near| format!("did you mean `{near}`?"),
    )
}

fn command_line_errors(catalogue: &Catalogue, selection: &Selection) -> Vec<RuleError> {
    let mut errors = Vec::new();
    for (flag, ids) in [("--select", &selection.select), ("--ignore", &selection.ignore)] {
        for id in ids {
            if !catalogue.rules.iter().any(|rule| covers(rule, id)) {
                let text = format!("{flag} {id}");
                let source = RuleSource::read("command line", text.as_str());
                let span = flag.len() + 1..text.len();
                let message = format!("there is no rule `{id}`");
                errors.push(RuleError::new(
                    &source,
                    span,
                    message,
                    "not known",
                    meant(catalogue, id),
                ));
            }
        }
    }
    errors
}

/// What the config says of rules that are not there, or not like that.
pub fn config_errors(catalogue: &Catalogue, config: &Config) -> Vec<RuleError> {
    let mut errors = exception_errors(catalogue, config);
    errors.extend(host_errors(catalogue, config));
    for (id, setting) in &config.rules {
        let source = &setting.source;
        let Some(rule) = catalogue.rule(id) else {
            let message = format!("there is no rule `{id}`");
            let help = meant(catalogue, id);
            errors.push(RuleError::new(source, setting.span.clone(), message, "not known", help));
            continue;
        };
        for (name, value, span) in &setting.options {
            let base = name.strip_suffix("_extra").unwrap_or(name);
            let known = rule.options.iter().find(|(option, _)| option == name).or_else(|| {
                rule.options.iter().find(|(option, default)| {
                    option == base && matches!(default, OptionValue::List(_))
                })
            });
            let Some((_, default)) = known else {
                let message = format!("rule `{id}` has no option `{name}`");
                let options = rule.options.iter().map(|(option, _)| option.as_str());
                let help = crate::rule::load::reader::suggestion(name, options, "its options are");
                errors.push(RuleError::new(source, span.clone(), message, "not known", help));
                continue;
            };
            if std::mem::discriminant(default) != std::mem::discriminant(value) {
                let message = format!("option `{name}` is {}", form(default));
                errors.push(RuleError::new(source, span.clone(), message, "another type", ""));
            }
        }
    }
    errors
}

/// Exceptions of rules that are not there, or that nobody can be excepted from.
fn exception_errors(catalogue: &Catalogue, config: &Config) -> Vec<RuleError> {
    let mut errors = Vec::new();
    for exception in &config.exceptions {
        let (id, source) = (&exception.rule.text, &exception.origin.source);
        let wrong = match catalogue.rule(id) {
            None => (format!("there is no rule `{id}`"), "not known", meant(catalogue, id)),
            Some(rule) if rule.id.starts_with(ABOUT_EXCEPTIONS) => {
                let way_out = "correct or remove the entry it speaks of".to_owned();
                (format!("`{id}` has no exceptions"), "a rule about exceptions", way_out)
            }
            Some(_) => continue,
        };
        let (message, label, help) = wrong;
        errors.push(RuleError::new(source, exception.rule.span.clone(), message, label, help));
    }
    errors
}

fn form(value: &OptionValue) -> &'static str {
    match value {
        OptionValue::Bool(_) => "true or false",
        OptionValue::Number(_) => "a number",
        OptionValue::Text(_) => "a text",
        OptionValue::List(_) => "a list of texts",
    }
}
