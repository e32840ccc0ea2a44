//! The rules of a SARIF report: what hosts show beside a finding.

use serde_json::{Value, json};

use crate::report::listing::{clipped, cwes, text};
use crate::report::{rule_page, safe};
use crate::rule::{Confidence, Rule, Severity};
use crate::settle::report::ReportedRule;

/// Longest description that GitHub takes, in characters.
const DESCRIPTION: usize = 1024;
/// Tags that GitHub takes.
const TAGS: usize = 20;
/// The family of rules that speak of the check itself: nothing about the security of an org.
const ABOUT_THE_CHECK: &str = "engine";

/// A rule as a `reportingDescriptor`.
pub(super) fn descriptor(reported: &ReportedRule) -> Value {
    let ReportedRule { rule, severity, .. } = reported;
    let why = safe::lines(&rule.why);
    let why = if why.trim().is_empty() { text(&rule.title) } else { why };
    json!({
        "id": text(&rule.id),
        "name": pascal_case(&rule.id),
        "shortDescription": { "text": clipped(&format!("{}.", text(&rule.title)), DESCRIPTION) },
        "fullDescription": { "text": clipped(&one_line_a_paragraph(&why), DESCRIPTION) },
        "help": { "text": help(reported, &why), "markdown": markdown(reported, &why) },
        "defaultConfiguration": { "level": severity.word() },
        "properties": properties(rule, *severity),
    })
}

fn properties(rule: &Rule, severity: Severity) -> Value {
    // With three digits at least, as the host's own queries write it.
    let cwe = cwes(&rule.maps).map(|number| format!("external/cwe/cwe-{:0>3}", text(number)));
    let others = rule.maps.iter().filter(|map| !map.starts_with("CWE-")).map(|map| text(map));
    let tags = std::iter::once(text(&rule.family)).chain(cwe).chain(others);
    let precision = match rule.confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    };
    if rule.family == ABOUT_THE_CHECK {
        let problem = match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "recommendation",
        };
        let tags: Vec<String> = tags.take(TAGS).collect();
        return json!({ "tags": tags, "precision": precision, "problem.severity": problem });
    }
    let tags: Vec<String> = std::iter::once("security".to_owned()).chain(tags).take(TAGS).collect();
    json!({ "tags": tags, "precision": precision, "security-severity": score(severity) })
}

/// The middle of what GitHub calls high, medium and low.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "8.0",
        Severity::Warning => "5.5",
        Severity::Note => "2.0",
    }
}

/// The parts of the documentation with their titles; the first has none.
fn parts<'r>(
    reported: &'r ReportedRule,
    why: &'r str,
) -> impl Iterator<Item = (&'static str, &'r str)> {
    let rule = &reported.rule;
    let optional = [
        ("Known false positives", &rule.false_positives),
        ("Why it may fire in many projects", &rule.common),
        ("What to do", &reported.help),
    ];
    let given = optional.into_iter().filter_map(|(title, text)| Some((title, text.as_deref()?)));
    std::iter::once(("", why)).chain(given)
}

fn help(reported: &ReportedRule, why: &str) -> String {
    let part = |(title, said): (&str, &str)| {
        let said = one_line_a_paragraph(&safe::lines(said));
        if title.is_empty() { said } else { format!("{title}: {said}") }
    };
    parts(reported, why).map(part).collect::<Vec<_>>().join("\n\n")
}

fn markdown(reported: &ReportedRule, why: &str) -> String {
    let part = |(title, said): (&str, &str)| match title {
        "" => rule_page::paragraphs(said),
        title => format!("## {title}\n\n{}", rule_page::paragraphs(said)),
    };
    let mut page: Vec<String> = parts(reported, why).map(part).collect();
    let maps = &reported.rule.maps;
    if !maps.is_empty() {
        let standards: Vec<String> = maps.iter().map(|map| rule_page::standard(map)).collect();
        page.push(format!("## Standards\n\n{}", standards.join(", ")));
    }
    page.join("\n\n")
}

/// Rule files break lines anywhere; an empty line separates paragraphs.
fn one_line_a_paragraph(text: &str) -> String {
    let paragraphs = text
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraphs.filter(|paragraph| !paragraph.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// `oauth-full-scope` as `OauthFullScope`.
fn pascal_case(id: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(letters).collect::<String>()
        })
    };
    text(&id.split('-').map(word).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_pascal_case() {
        assert_eq!(pascal_case("saml-1-1"), "Saml11");
        assert_eq!(pascal_case("oauth-full-scope"), "OauthFullScope");
    }

    #[test]
    fn paragraphs_are_kept_and_lines_are_not() {
        assert_eq!(one_line_a_paragraph("a\nb\n\n\n\nc"), "a b\n\nc");
    }
}
