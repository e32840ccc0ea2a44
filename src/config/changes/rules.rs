//! Rules that a config turns off, lowers or sets up in another way.

use std::collections::BTreeMap;

use super::{Change, Places, Policy};
use crate::config::RuleSetting;
use crate::config::origin::Origin;
use crate::config::select::{Selection, enabled_rules};
use crate::engine::plan::EnabledRule;
use crate::rule::load::RuleError;
use crate::rule::{OptionValue, Rule, Severity};
use crate::words::{count, some};

/// What becomes of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Off,
    Lowered(Severity, Severity),
}

pub(super) fn rules(
    before: Policy<'_>,
    after: Policy<'_>,
    selection: &Selection,
    place: &Places<'_>,
) -> Result<Vec<Change>, Vec<RuleError>> {
    let was = enabled_rules(before.catalogue, before.config, selection)?;
    let is = enabled_rules(after.catalogue, after.config, selection)?;
    let now = |rule: &Rule| is.iter().find(|one| one.rule.id == rule.id);
    let mut fates: BTreeMap<(String, usize, Fate), (Origin, Vec<&str>)> = BTreeMap::new();
    let mut changes = Vec::new();
    for old in &was {
        let fate = match now(&old.rule) {
            None => Fate::Off,
            Some(new) => {
                changes.extend(options(old, new, place));
                if new.severity >= old.severity {
                    continue;
                }
                Fate::Lowered(old.severity, new.severity)
            }
        };
        let origin = severity_place(&old.rule, place);
        let key = (origin.source.path.clone(), origin.span.start, fate);
        fates.entry(key).or_insert((origin, Vec::new())).1.push(&old.rule.id);
    }
    changes.extend(fates.into_iter().map(|((_, _, fate), (origin, ids))| {
        let (what, about) = match fate {
            Fate::Off => ("turns off".to_owned(), "off"),
            Fate::Lowered(from, to) => (format!("lowers from {from} to {to}"), "lowered"),
        };
        let rules = count(ids.len(), "rule");
        Change::at(
            &origin,
            format!("{about}: {}", ids.join(" ")),
            format!("it {what} {rules}: {}", some(&ids)),
        )
    }));
    Ok(changes)
}

fn settings_of<'p>(rule: &'p Rule, place: &'p Places<'_>) -> impl Iterator<Item = &'p RuleSetting> {
    let own = place.config.rules.iter().filter(|(id, _)| rule.goes_by(id));
    own.map(|(_, setting)| setting)
}

/// Where it is said how severe a rule is: by itself, else by the preset.
fn severity_place(rule: &Rule, place: &Places<'_>) -> Origin {
    let own = settings_of(rule, place).filter(|setting| setting.severity.is_some()).last();
    match own {
        Some(setting) => {
            Origin { source: setting.source.clone(), span: setting.severity_span.clone() }
        }
        None => place.of("preset").clone(),
    }
}

fn options(old: &EnabledRule, new: &EnabledRule, place: &Places<'_>) -> Vec<Change> {
    let mut changed: Vec<&String> = new
        .options
        .iter()
        .filter(|(name, value)| old.options.get(*name) != Some(value))
        .map(|(name, _)| name)
        .collect();
    changed.sort_unstable();
    let id = &new.rule.id;
    let change = |name: &String| {
        let stated = settings_of(&new.rule, place).flat_map(|setting| {
            let named = setting.options.iter().filter(|(option, ..)| {
                option == name || option.strip_suffix("_extra") == Some(name)
            });
            named.map(|(_, _, span)| Origin { source: setting.source.clone(), span: span.clone() })
        });
        let origin = stated.last().unwrap_or_else(|| place.start.clone());
        let value = |rule: &EnabledRule| rule.options.get(name).map(shown).unwrap_or_default();
        let text = format!("{name} of {id} is {} and was {}", value(new), value(old));
        Change::at(&origin, format!("{id}.{name}"), text)
    };
    changed.into_iter().map(change).collect()
}

fn shown(value: &OptionValue) -> String {
    match value {
        OptionValue::List(items) => {
            let items: Vec<&str> = items.iter().map(String::as_str).collect();
            format!("[{}]", some(&items))
        }
        OptionValue::Bool(value) => value.to_string(),
        OptionValue::Number(value) => value.to_string(),
        OptionValue::Text(text) => format!("`{text}`"),
    }
}
