//! One pair of projects in every format.

use serde_json::Value;
use tempfile::TempDir;

use super::{cases, diff, sflint, sides};

/// Cases of which none has a file of another one.
const CASES: &[&str] = &[
    "endpoint-to-clear-text",
    "field-classification-dropped",
    "group-member-added",
    "guest-gains-read",
    "profile-no-longer-states",
    "scope-added",
    "set-gains-delete",
];

fn several() -> TempDir {
    let texts: Vec<String> = CASES
        .iter()
        .map(|case| std::fs::read_to_string(format!("testdata/diff/{case}.txt")).unwrap())
        .collect();
    let cases: Vec<cases::Case<'_>> = texts.iter().map(|text| cases::read(text)).collect();
    let files = cases.iter().flat_map(|case| &case.files);
    let mut files: Vec<(&str, &str, &str)> =
        files.map(|(side, path, text)| (*side, *path, text.as_str())).collect();
    let (good, broken) = ("<PermissionSet><label>x</label></PermissionSet>", "<PermissionSet");
    let path = "force-app/main/default/permissionsets/Broken.permissionset-meta.xml";
    files.extend([("base", path, good), ("head", path, broken)]);
    sides(&files)
}

#[test]
fn text() {
    insta::assert_snapshot!(diff(several().path(), &[]));
}

#[test]
fn markdown() {
    insta::assert_snapshot!(diff(several().path(), &["--format", "markdown"]));
}

#[test]
fn json() {
    let text = diff(several().path(), &["--format", "json"]);
    let document: Value = serde_json::from_str(&text).unwrap();
    insta::assert_json_snapshot!(document);
}

#[test]
fn a_file_holds_what_the_standard_output_would() {
    let folder = several();
    let shown = diff(folder.path(), &["--format", "markdown"]);
    assert_eq!(diff(folder.path(), &["--format", "markdown", "--output", "access.md"]), "");
    assert_eq!(std::fs::read_to_string(folder.path().join("access.md")).unwrap(), shown);
}

#[test]
fn no_change_is_one_line_that_says_what_was_compared() {
    let folder = sides(&[]);
    let run = sflint(folder.path(), &["diff", "--folders", "base", "head"]);
    let text = String::from_utf8(run.stdout).unwrap();
    assert_eq!(
        text,
        "Access from base to head\nNo change of access. Compared: nothing that gives access.\n"
    );
}

#[test]
fn one_thread_and_many_tell_the_same() {
    let folder = several();
    let one = diff(folder.path(), &["--threads", "1", "--format", "json"]);
    assert_eq!(one, diff(folder.path(), &["--threads", "8", "--format", "json"]));
}

#[test]
fn what_is_compared_must_be_named() {
    let folder = sides(&[]);
    for (arguments, part) in [
        (&["diff"][..], "RANGE"),
        (&["diff", "--folders", "base"], "2 values"),
        (&["diff", "main", "--folders", "base", "head"], "cannot be used with"),
        (&["diff", "--", "--output=x"], "hyphen"),
        (&["diff", "a..b..c"], "one range"),
        (&["diff", "--folders", "base", "nowhere"], "nowhere"),
    ] {
        let run = sflint(folder.path(), arguments);
        let errors = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.contains(part), "{arguments:?}: {errors}");
    }
}
