//! Making the fixes of a bad example: afterwards the rule must have nothing to say, and the files must be read as before.

use std::sync::Arc;

use super::find::{Found, find};
use crate::config::catalogue::Catalogue;
use crate::fix::merge::merge;
use crate::fix::rewrite::{edited, rewritten};
use crate::fix::{Fix, Fixes};
use crate::rule::Rule;
use crate::rule::examples::Example;
use crate::settle::report::ReportedFinding;
use crate::value::date::Date;

/// Rounds until everything is fixed: fixes that change the same text take one each.
const ROUNDS: usize = 5;

/// The example with its fixes made, and how many there were.
///
/// # Errors
/// A finding whose fix was made is still there; in words that continue "a bad example …".
pub(super) fn fixed(
    rule: &Arc<Rule>,
    example: &Example,
    catalogue: &Catalogue,
    today: Date,
    mut found: Found,
) -> Result<(Example, usize), String> {
    let mut example = example.clone();
    let mut made = 0;
    for _ in 0..ROUNDS {
        let mut fixes = Fixes::new(&found.files, &found.store);
        let (findings, fixes): (Vec<&ReportedFinding>, Vec<Fix>) =
            found.findings.iter().filter_map(|one| Some((one, fixes.of(one)?))).unzip();
        if fixes.is_empty() {
            return Ok((example, made));
        }
        let merged = merge(&fixes);
        for (path, edits) in &merged.edits {
            let before = found.store.files.get(path).cloned().unwrap_or_default();
            rewritten(before.clone(), edits)
                .map_err(|why| format!("is no longer read when it is fixed: {why}"))?;
            let text = edited(&String::from_utf8_lossy(&before), edits);
            match example.files.iter_mut().find(|(known, _)| known == path) {
                Some((_, known)) => *known = text,
                None => example.files.push((path.clone(), text)),
            }
        }
        let gone: Vec<String> = merged
            .taken
            .iter()
            .filter_map(|at| Some(findings.get(*at)?.fingerprint.clone()))
            .collect();
        made += gone.len();
        found = find(rule, &example, catalogue, today, false)?;
        if let Some(left) = found.findings.iter().find(|one| gone.contains(&one.fingerprint)) {
            return Err(format!("fires after its fix was made: {}", left.message));
        }
    }
    Ok((example, made))
}
