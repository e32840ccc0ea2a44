//! Every shipped rule fires on its bad examples, is silent on its good ones,
//! and has examples that pin each of its conditions.

use sflint::config::catalogue::Catalogue;
use sflint::trial::{try_rule, unnoticed_conditions};

fn shown(errors: &[sflint::rule::load::RuleError]) -> String {
    errors
        .iter()
        .map(|error| {
            format!(
                "{}: {} [{}]\n",
                error.path(),
                error.message(),
                error.spanned().lines().take(3).collect::<Vec<_>>().join(" / ")
            )
        })
        .collect()
}

#[test]
fn examples_turn_out_as_they_say() {
    let catalogue = Catalogue::builtin().unwrap();
    let mut failures = String::new();
    for rule in &catalogue.rules {
        if let Err(errors) = try_rule(rule, &catalogue) {
            failures.push_str(&shown(&errors));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_condition_is_pinned_by_an_example() {
    let catalogue = Catalogue::builtin().unwrap();
    let mut failures = String::new();
    for rule in &catalogue.rules {
        match unnoticed_conditions(rule, &catalogue) {
            Ok(errors) | Err(errors) => failures.push_str(&shown(&errors)),
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
