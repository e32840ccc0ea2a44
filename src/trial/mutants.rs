//! Rules with a condition less.

use std::ops::Range;

use crate::rule::{LeafPath, Rule};

/// The rule without each of its conditions.
pub(super) fn mutants(rule: &Rule) -> Vec<(Rule, Range<usize>, String)> {
    let mut mutants = Vec::new();
    let name = |path: &LeafPath| format!("its condition on `{}`", path.leaf);
    // Without its only condition a rule would match everything, which loading refuses.
    let only = rule.matching.conditions.len() == 1
        && rule.matching.alternatives.is_empty()
        && rule.join.is_none();
    let conditions = if only { 0 } else { rule.matching.conditions.len() };
    for at in 0..conditions {
        let mut mutant = rule.clone();
        let removed = mutant.matching.conditions.remove(at);
        mutants.push((mutant, removed.span.clone(), name(&removed.path)));
    }
    for at in 0..rule.matching.alternatives.len() {
        let mut mutant = rule.clone();
        let removed = mutant.matching.alternatives.remove(at);
        let span = removed.conditions.first().map_or(0..0, |condition| condition.span.clone());
        if !mutant.matching.alternatives.is_empty() {
            mutants.push((mutant, span, format!("its alternative {}", at + 1)));
        }
        for inner in 0..removed.conditions.len() {
            let mut mutant = rule.clone();
            if let Some(alternative) = mutant.matching.alternatives.get_mut(at) {
                let removed = alternative.conditions.remove(inner);
                mutants.push((mutant, removed.span.clone(), name(&removed.path)));
            }
        }
    }
    if let Some(join) = &rule.join {
        let mut mutant = rule.clone();
        mutant.join = None;
        let span = join.clause.conditions.first().map_or(0..0, |condition| condition.span.clone());
        mutants.push((mutant, span, "its second clause".to_owned()));
        for at in 0..join.clause.conditions.len() {
            let mut mutant = rule.clone();
            if let Some(join) = &mut mutant.join {
                let removed = join.clause.conditions.remove(at);
                mutants.push((mutant, removed.span.clone(), name(&removed.path)));
            }
        }
    }
    if rule.matching.also.is_some() {
        let mut mutant = rule.clone();
        mutant.matching.also = None;
        mutants.push((mutant, 0..0, "`also`".to_owned()));
    }
    if !rule.projects.is_empty() {
        let mut mutant = rule.clone();
        mutant.projects.clear();
        mutants.push((mutant, 0..0, "`projects`".to_owned()));
    }
    mutants
}
