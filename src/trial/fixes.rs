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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::SourceText;
    use crate::model::secrets::hidden_spans;
    use crate::project::git::ignoring::GITIGNORE;
    use crate::rule::examples::{Expectation, parse_examples};
    use crate::rule::markers;
    use crate::secret::mask_spans;
    use crate::trial::EXAMPLE_DAY;

    /// Writes a file in another way.
    type Form = fn(&str) -> String;

    /// Ways to write the same file.
    const FORMS: &[(&str, Form)] = &[
        ("CRLF", |text| text.replace('\n', "\r\n")),
        ("tabs", |text| text.replace("    ", "\t")),
        ("in one line", |text| text.lines().map(str::trim_start).collect()),
        ("byte order mark", |text| format!("\u{feff}{text}")),
    ];

    /// The bad examples of rules with a fix, by rule.
    fn bad_examples() -> Vec<(Arc<Rule>, Vec<Example>)> {
        let catalogue = Catalogue::builtin().unwrap();
        let with_fix = catalogue.rules.iter().filter(|rule| !rule.fix.edits.is_empty());
        let bad = with_fix.map(|rule| {
            let examples = parse_examples(rule).unwrap().into_iter();
            let bad = examples.filter(|example| example.expectation == Expectation::Bad);
            (Arc::clone(rule), bad.collect())
        });
        bad.collect()
    }

    fn try_fixes(rule: &Arc<Rule>, example: &Example, catalogue: &Catalogue) -> (Example, usize) {
        let today = Date::parse(example.today.as_deref().unwrap_or(EXAMPLE_DAY)).unwrap();
        let found = find(rule, example, catalogue, today, false).unwrap();
        fixed(rule, example, catalogue, today, found).unwrap()
    }

    /// The files of an example, each written in another way; those that another example lacks or has nothing in are as they
    /// are, for a fix has made them.
    fn written(example: &Example, in_it: &Example, form: Form) -> Example {
        let mut example = example.clone();
        let today = Date::parse(EXAMPLE_DAY).unwrap();
        for (path, text) in &mut example.files {
            *text = markers::expand(text, today).unwrap();
            let is_formed = path.ends_with(GITIGNORE) || text.trim_start().starts_with('<');
            let was_there =
                in_it.files.iter().any(|(known, text)| known == path && !text.is_empty());
            if is_formed && was_there {
                *text = form(text);
            }
        }
        example
    }

    /// A fix of a file in another form is the fix of the file, in that form.
    #[test]
    fn a_fix_changes_nothing_but_what_it_must_whatever_the_form_of_the_file() {
        let catalogue = Catalogue::builtin().unwrap();
        let mut compared = 0;
        for (rule, examples) in bad_examples() {
            for example in examples {
                let plain = written(&example, &example, str::to_owned);
                let (fixed, made) = try_fixes(&rule, &plain, &catalogue);
                for (name, form) in FORMS {
                    // Only a file of lines can be written in one.
                    let is_ignore_file =
                        fixed.files.iter().any(|(path, _)| path.ends_with(GITIGNORE));
                    if is_ignore_file && (*name == "in one line" || *name == "byte order mark") {
                        continue;
                    }
                    let (formed, made_again) =
                        try_fixes(&rule, &written(&plain, &plain, *form), &catalogue);
                    assert_eq!(made, made_again, "{} {name}", rule.id);
                    assert_eq!(
                        formed.files,
                        written(&fixed, &plain, *form).files,
                        "{} {name}",
                        rule.id
                    );
                    compared += made;
                }
            }
        }
        assert!(compared > 300, "{compared}");
    }

    /// What the fixes of each rule write in its examples, for people to read.
    #[test]
    fn what_each_fix_writes() {
        let catalogue = Catalogue::builtin().unwrap();
        let mut told = String::new();
        for (rule, examples) in bad_examples() {
            let mut changes: Vec<String> = Vec::new();
            for example in examples {
                let plain = written(&example, &example, str::to_owned);
                let (fixed, _) = try_fixes(&rule, &plain, &catalogue);
                let change = lines_that_change(&plain, &fixed);
                if !change.is_empty() && !changes.contains(&change) {
                    changes.push(change);
                }
            }
            assert!(!changes.is_empty(), "{}: no example has a fix", rule.id);
            told.push_str(&format!("{} ({})\n", rule.id, rule.fix.safety.unwrap()));
            told.push_str(&changes.join("  or\n"));
        }
        insta::assert_snapshot!(told);
    }

    fn lines_that_change(before: &Example, after: &Example) -> String {
        let mut told = String::new();
        for (path, text) in &after.files {
            let old = before.files.iter().find(|(known, _)| known == path);
            let old = shown(path, old.map_or("", |(_, text)| text));
            for change in similar::TextDiff::from_lines(&old, &shown(path, text)).iter_all_changes()
            {
                let sign = match change.tag() {
                    similar::ChangeTag::Equal => continue,
                    similar::ChangeTag::Delete => '-',
                    similar::ChangeTag::Insert => '+',
                };
                told.push_str(&format!("  {sign} {}\n", change.value().trim()));
            }
        }
        told
    }

    /// The text without credentials.
    fn shown(path: &str, text: &str) -> String {
        let source = SourceText::decode(text.as_bytes().to_vec()).unwrap();
        let spans = hidden_spans(path, &source).into_iter().map(|span| (span.start, span.end));
        mask_spans(text, &spans.collect::<Vec<_>>())
    }
}
