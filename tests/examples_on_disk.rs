//! The examples of all rules as projects on disk: what a run in memory finds, a real run finds, and what is said of a file
//! does not depend on whether its folder or the file alone is named.

// Helpers of tests may fail as tests do.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sflint::check::{BaselineChoice, CheckRequest, Sources, check};
use sflint::config::catalogue::Catalogue;
use sflint::config::select::Selection;
use sflint::rule::examples::{Example, Expectation, parse_examples};
use sflint::rule::{Rule, markers};
use sflint::trial::EXAMPLE_DAY;
use sflint::value::date::Date;
use tempfile::TempDir;

fn today(example: &Example) -> Date {
    Date::parse(example.today.as_deref().unwrap_or(EXAMPLE_DAY)).unwrap()
}

/// Path and what was found there, of one rule.
fn found(root: &Path, input: &str, rule: &Rule, today: Date) -> Vec<(String, String)> {
    let request = CheckRequest {
        inputs: vec![PathBuf::from(input)],
        current_dir: root.to_owned(),
        config: None,
        rules_dir: None,
        selection: Selection { select: vec![rule.id.clone()], ..Selection::default() },
        fail_on: None,
        baseline: BaselineChoice::default(),
        today,
        threads: 1,
        asked: None,
        list_rules: false,
    };
    let checked = match check(&request, Sources::DISK, None) {
        Ok(checked) => checked,
        Err(error) => return vec![(input.to_owned(), error.to_string())],
    };
    let told = checked.report.findings.iter().map(|finding| {
        let start = finding.location.region.start;
        let (line, column) = (start.line, start.column);
        let path = finding.location.path.clone();
        (
            path,
            format!(
                "{line}:{column} {} {} {} {}",
                finding.severity, finding.component, finding.message, finding.fingerprint
            ),
        )
    });
    told.collect()
}

/// Writes an example down as a project.
fn project(example: &Example, root: &Path) {
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    for (path, text) in &example.files {
        write(path, &markers::expand(text, today(example)).unwrap());
    }
    let marks = |path: &str| path.ends_with("sfdx-project.json") || path == "package.xml";
    if !example.files.iter().any(|(path, _)| marks(path)) {
        write("sfdx-project.json", r#"{"packageDirectories":[{"path":".","default":true}]}"#);
    }
    let kind = example.project.map_or("org", |kind| kind.word());
    write(
        "sflint.toml",
        &format!("kind = \"{kind}\"\n{}", example.config.as_deref().unwrap_or("")),
    );
}

/// What was found in one file. The paths of a run that names less may be shorter.
fn of_file(found: Vec<(String, String)>, path: &str) -> Vec<String> {
    found.into_iter().filter(|(at, _)| path.ends_with(at.as_str())).map(|(_, told)| told).collect()
}

#[test]
fn a_file_that_is_named_alone_has_the_findings_of_the_whole_run() {
    let catalogue = Catalogue::builtin().unwrap();
    let mut problems = String::new();
    let mut compared = 0;
    for rule in &catalogue.rules {
        for example in parse_examples(rule).unwrap() {
            // Options come another way, repositories are made elsewhere, and what is said of exceptions needs other rules.
            let config = example.config.as_deref().unwrap_or("");
            let apart = ["engine", "repository"].iter().any(|family| rule.family == *family);
            if !example.options.is_empty() || apart || config.contains("kind") {
                continue;
            }
            let place = TempDir::new().unwrap();
            let root = place.path();
            project(&example, root);
            let whole = found(root, ".", rule, today(&example));
            let why = example.why.as_deref().unwrap_or("");
            let bad = example.expectation == Expectation::Bad;
            if example.count.map_or(bad == whole.is_empty(), |count| count != whole.len()) {
                let _ = writeln!(problems, "{} ({why}): found {whole:?}", rule.id);
            }
            for (path, _) in &example.files {
                let alone = of_file(found(root, path, rule, today(&example)), path);
                let expected = of_file(whole.clone(), path);
                if alone != expected {
                    let _ = writeln!(
                        problems,
                        "{} ({why}): {path} alone: {alone:?}, of the folder: {expected:?}",
                        rule.id
                    );
                }
                compared += 1;
            }
        }
    }
    assert!(compared > 1_000, "{compared}");
    assert!(problems.is_empty(), "\n{problems}");
}
