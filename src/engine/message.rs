//! Messages: templates with placeholders, and values as texts.

use crate::model::record::{Data, Value, number_text};
use crate::rule::{Join, OptionValue, Rule};
use crate::secret::MASK;

/// Every text of a rule that may hold placeholders about its match.
pub fn texts(rule: &Rule) -> impl Iterator<Item = &str> {
    let because = rule.matching.alternatives.iter().filter_map(|one| one.because.as_deref());
    let joined = rule.join.iter().flat_map(|join: &Join| {
        join.clause.alternatives.iter().filter_map(|one| one.because.as_deref())
    });
    std::iter::once(rule.report.message.as_str())
        .chain(rule.fix.help.as_deref())
        .chain(rule.report.label_with.as_deref())
        .chain(because)
        .chain(joined)
}

/// The names between braces that may be leaves: options, `because` and the partner's leaves are not.
pub fn leaf_placeholders(template: &str) -> Vec<String> {
    let mut names = Vec::new();
    fill(template, &mut |name| {
        let other = name.starts_with('$') || name.starts_with("with.") || name == "because";
        if !other {
            names.push(name.to_owned());
        }
        Some(String::new())
    });
    names
}

/// Fills the placeholders of a template. `{{` and `}}` are braces; a name that nothing answers to stays as it is.
pub fn fill(template: &str, answer: &mut dyn FnMut(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, brace) = rest.split_at(at);
        out.push_str(before);
        if brace.starts_with("{{") || brace.starts_with("}}") {
            out.push_str(brace.get(..1).unwrap_or(""));
            rest = brace.get(2..).unwrap_or("");
            continue;
        }
        let inner = brace.get(1..).unwrap_or("");
        match (brace.starts_with('{'), inner.split_once('}')) {
            (true, Some((name, after))) => {
                match answer(name) {
                    Some(text) => out.push_str(&text),
                    None => {
                        out.push('{');
                        out.push_str(name);
                        out.push('}');
                    }
                }
                rest = after;
            }
            _ => {
                out.push_str(brace.get(..1).unwrap_or(""));
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The value of an option as messages show it.
pub fn option_text(value: &OptionValue) -> String {
    match value {
        OptionValue::Bool(value) => value.to_string(),
        OptionValue::Number(value) => number_text(*value),
        OptionValue::Text(text) => text.clone(),
        OptionValue::List(list) => list.join(", "),
    }
}

/// A value as it stands in identities: independent of how it was spelled, and of the day.
pub fn canonical_text(data: &Data) -> String {
    match data {
        Data::Bool(value) => value.to_string(),
        Data::Number(value) => number_text(*value),
        Data::Infinite => "infinite".to_owned(),
        Data::Text(text) => text.to_string(),
        Data::Url(url) => url.written.clone(),
        Data::Date(day) => day.to_string(),
        Data::Certificate(parts) => {
            let day = |day: Option<crate::value::date::Date>| {
                day.map(|day| day.to_string()).unwrap_or_default()
            };
            format!("x509 {} {}", day(parts.not_before), day(parts.not_after))
        }
        Data::Secret(secret) => secret.fingerprint(),
    }
}

/// A value as people see it. Credentials are never shown.
pub fn shown(value: &Value) -> String {
    match &value.data {
        Data::Secret(_) => MASK.to_owned(),
        Data::Certificate(parts) => match parts.not_after {
            Some(day) => format!("certificate valid to {day}"),
            None => "certificate".to_owned(),
        },
        // What a truth value means, not how the metadata type turns it round.
        Data::Bool(value) => value.to_string(),
        _ if value.written.is_empty() => canonical_text(&value.data),
        _ => value.written.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_braces_escaped() {
        let mut answer = |name: &str| (name == "name").then(|| "X".to_owned());
        assert_eq!(fill("{name} {{a}} {other} }", &mut answer), "X {a} {other} }");
        assert_eq!(leaf_placeholders("{name} {$days} {because} {with.x} {of.y}"), ["name", "of.y"]);
    }
}
