//! Trying a rule on its examples: they are its tests. And trying whether the examples would notice
//! if a condition of the rule were missing.

mod find;
mod fixes;
mod mutants;

use std::sync::Arc;

use self::find::find;
use self::mutants::mutants;
use crate::check::Error;
use crate::config::catalogue::Catalogue;
use crate::rule::Rule;
use crate::rule::examples::{Example, Expectation, parse_examples};
use crate::rule::load::RuleError;
use crate::settle::report::ReportedFinding;
use crate::value::date::Date;

/// The day on which examples run that do not name one.
pub const EXAMPLE_DAY: &str = "2026-11-23";

/// Tries a rule on all its examples; gives their number.
///
/// # Errors
/// Every example that does not turn out as it says, and mistakes in the examples themselves.
pub fn try_rule(rule: &Arc<Rule>, catalogue: &Catalogue) -> Result<usize, Vec<RuleError>> {
    let examples = parse_examples(rule)?;
    let mut fixes = 0;
    let mut errors: Vec<RuleError> = examples
        .iter()
        .filter_map(|example| {
            let failure = match try_example(rule, example, catalogue) {
                Ok(tried) => {
                    fixes += tried.fixes;
                    return None;
                }
                Err(failure) => failure,
            };
            let what = match example.expectation {
                Expectation::Bad => "bad",
                Expectation::Good => "good",
            };
            Some(RuleError::new(
                &rule.source,
                example.span.clone(),
                format!("{}: a {what} example {failure}", rule.id),
                "this example",
                "correct the example or the rule",
            ))
        })
        .collect();
    if fixes == 0 && errors.is_empty() && !rule.fix.edits.is_empty() {
        errors.push(RuleError::new(
            &rule.source,
            0..0,
            format!("{}: the fix finds its place in no bad example", rule.id),
            "",
            "add an example that it fixes, or leave the edits out and say in `help` what to do",
        ));
    }
    if errors.is_empty() { Ok(examples.len()) } else { Err(errors) }
}

/// Removes each condition of a rule in turn; gives those that no example misses.
///
/// # Errors
/// Mistakes in the examples.
pub fn unnoticed_conditions(
    rule: &Arc<Rule>,
    catalogue: &Catalogue,
) -> Result<Vec<RuleError>, Vec<RuleError>> {
    let examples = parse_examples(rule)?;
    let mut unnoticed = Vec::new();
    for (mutant, span, what) in mutants(rule) {
        let mutant = Arc::new(mutant);
        let noticed =
            examples.iter().any(|example| try_example(&mutant, example, catalogue).is_err());
        if !noticed {
            unnoticed.push(RuleError::new(
                &rule.source,
                span,
                format!("{}: no example turns red without {what}", rule.id),
                "not pinned by an example",
                "add an example that differs from another one in just this",
            ));
        }
    }
    Ok(unnoticed)
}

/// An example's failure in words that continue "a bad example …".
fn try_example(
    rule: &Arc<Rule>,
    example: &Example,
    catalogue: &Catalogue,
) -> Result<Tried, String> {
    let compares = rule.matching.kinds.iter().any(|kind| kind.name() == "Diagnostic");
    if !example.base.is_empty() && !compares {
        return Err(
            "asks for a tree to compare with, which no rule of this kind looks at".to_owned()
        );
    }
    let day = example.today.as_deref().unwrap_or(EXAMPLE_DAY);
    let today = Date::parse(day).ok_or_else(|| format!("has no valid day: {day}"))?;
    let found = find(rule, example, catalogue, today, false)?;
    let (findings, texts) = (&found.findings, &found.texts);
    let (count, at) = (findings.len(), example.at.as_deref());
    match example.expectation {
        Expectation::Good if count > 0 => {
            let message = findings.first().map_or("", |finding| finding.message.as_str());
            return Err(format!("fires: {message}"));
        }
        Expectation::Bad => {
            let wanted = example.count;
            if count == 0 {
                return Err("does not fire".to_owned());
            }
            if wanted.is_some_and(|wanted| wanted != count) {
                return Err(format!("fires {count} times, not {}", wanted.unwrap_or(0)));
            }
        }
        Expectation::Good => return Ok(Tried { fixes: 0 }),
    }
    if let Some(at) = at {
        points_at(findings, texts, at)?;
    }
    let (_, fixes) = fixes::fixed(rule, example, catalogue, today, found)?;
    Ok(Tried { fixes })
}

/// What came of an example that turned out as it says.
struct Tried {
    /// Findings whose fix was made.
    fixes: usize,
}

/// Whether the first finding points at a text.
fn points_at(findings: &[ReportedFinding], texts: &[String], at: &str) -> Result<(), String> {
    let place = |finding: &&ReportedFinding| (finding.location.file, finding.location.span);
    let Some(first) = findings.iter().min_by_key(place) else {
        return Ok(());
    };
    let text = texts.get(first.location.file.0 as usize).map_or("", String::as_str);
    let span = first.location.span;
    let pointed = text.get(span.start as usize..span.end as usize).unwrap_or("");
    if pointed == at { Ok(()) } else { Err(format!("points at `{pointed}`, not at `{at}`")) }
}

/// Tries every rule of a catalogue; gives the number of rules and examples.
///
/// # Errors
/// Everything that is wrong, and with `conditions` also what the examples do not pin.
pub fn try_all(
    rules: &[Arc<Rule>],
    catalogue: &Catalogue,
    conditions: bool,
) -> Result<(usize, usize), Error> {
    let mut errors = Vec::new();
    let mut examples = 0;
    for rule in rules {
        match try_rule(rule, catalogue) {
            Ok(count) => examples += count,
            Err(mistakes) => {
                errors.extend(mistakes);
                continue;
            }
        }
        if conditions {
            match unnoticed_conditions(rule, catalogue) {
                Ok(unnoticed) => errors.extend(unnoticed),
                Err(mistakes) => errors.extend(mistakes),
            }
        }
    }
    if errors.is_empty() { Ok((rules.len(), examples)) } else { Err(Error::Invalid(errors)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Leaving out what no rule asks about is an optimisation: it must not change a single finding.
    #[test]
    fn building_everything_finds_the_same() {
        let catalogue = Catalogue::builtin().unwrap();
        let today = Date::parse(EXAMPLE_DAY).unwrap();
        let mut compared = 0;
        for rule in &catalogue.rules {
            for example in parse_examples(rule).unwrap() {
                let found = |generous| {
                    let found = find(rule, &example, &catalogue, today, generous).unwrap();
                    let told = found.findings.iter().map(|one| {
                        let values = (&one.severity, &one.confidence, &one.message, &one.related);
                        format!("{:?} {:?} {values:?}", one.location, one.fingerprint)
                    });
                    told.collect::<Vec<_>>()
                };
                assert_eq!(found(false), found(true), "{}", rule.id);
                compared += 1;
            }
        }
        assert!(compared > 200, "{compared}");
    }
}
