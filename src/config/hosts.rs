//! What the config puts into lists that rules compare with hosts.

use crate::config::Config;
use crate::config::catalogue::Catalogue;
use crate::model::vocabulary::LeafType;
use crate::rule::load::RuleError;
use crate::rule::{Condition, ListName, Matcher, Operator, OptionValue, Rule};
use crate::value::url::HostPattern;

/// Values of the config's options and lists that can be no host, although a rule looks for hosts there.
pub(super) fn host_errors(catalogue: &Catalogue, config: &Config) -> Vec<RuleError> {
    let mut errors = Vec::new();
    for (id, setting) in &config.rules {
        let Some(rule) = catalogue.rule(id) else { continue };
        for (name, value, span) in &setting.options {
            let OptionValue::List(values) = value else { continue };
            let list = ListName::Option(name.strip_suffix("_extra").unwrap_or(name).to_owned());
            if let Some(wrong) = values.iter().find(|value| HostPattern::read(value).is_none())
                && compares_hosts(rule, &list)
            {
                errors.push(error(&setting.source, span.clone(), wrong));
            }
        }
    }
    for name in config.lists.names() {
        let entries = config.lists.get(name).map_or(&[][..], |list| &list.entries);
        let wrong = entries.iter().find(|entry| HostPattern::read(&entry.value).is_none());
        let list = ListName::Named(name.to_owned());
        if let (Some(wrong), Some(origin)) = (wrong, config.origins.get(&format!("lists.{name}")))
            && catalogue.rules.iter().any(|rule| compares_hosts(rule, &list))
        {
            errors.push(error(&origin.source, origin.span.clone(), &wrong.value));
        }
    }
    errors
}

fn error(source: &crate::rule::RuleSource, span: std::ops::Range<usize>, wrong: &str) -> RuleError {
    let help = "write one host, `example.com`, or all hosts below a domain, `*.example.com`";
    RuleError::new(source, span, format!("`{wrong}` is no host"), "compared with hosts", help)
}

fn compares_hosts(rule: &Rule, list: &ListName) -> bool {
    let clauses =
        std::iter::once(&rule.matching).chain(rule.join.as_ref().map(|join| &join.clause));
    clauses
        .flat_map(|clause| {
            let alternatives = clause.alternatives.iter().flat_map(|one| &one.conditions);
            clause.conditions.iter().chain(alternatives)
        })
        .filter(|condition: &&Condition| condition.path.leaf_type == LeafType::Host)
        .any(|condition| asks_for(&condition.matcher, list))
}

/// A `not` holds no other `not`.
fn asks_for(matcher: &Matcher, list: &ListName) -> bool {
    let inner = matcher.operators.iter().flat_map(|operator| match operator {
        Operator::Not(inner) => inner.operators.as_slice(),
        _ => &[],
    });
    let named =
        |operator: &Operator| matches!(operator, Operator::In(lists) if lists.contains(list));
    matcher.operators.iter().chain(inner).any(named)
}
