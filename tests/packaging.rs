//! What is published says one thing in all places: versions, platforms, hooks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A helper that fails fails the test.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn file(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// What follows `before` wherever it stands in `text`, up to the first character that no version has.
fn versions<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
    let in_version = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    let behind = text.split(before).skip(1);
    behind.map(|rest| rest.split(|c| !in_version(c)).next().unwrap()).collect()
}

/// `scripts/packaging/versions.py` writes these places.
#[test]
fn there_is_one_version() {
    let mirror = "packaging/pre-commit";
    let descriptor =
        "packaging/megalinter/mega-linter-plugin-sflint/sflint.megalinter-descriptor.yml";
    for (path, before) in [
        (format!("{mirror}/pyproject.toml"), "sflint=="),
        (format!("{mirror}/.pre-commit-hooks.yaml"), "sflint@"),
        (format!("{mirror}/README.md"), "rev: v"),
        (descriptor.to_owned(), "sflint=="),
        ("editors/vscode/package.json".to_owned(), "\"version\": \""),
        ("README.md".to_owned(), "rev: v"),
        ("docs/ci.md".to_owned(), "sflint=="),
        ("docs/ci.md".to_owned(), "OWNER/sflint@v"),
        ("docs/ci.md".to_owned(), "OWNER/sflint/v"),
    ] {
        let text = file(&path);
        let found = versions(&text, before);
        assert!(!found.is_empty(), "{path}: no version after `{before}`");
        assert!(found.iter().all(|one| *one == VERSION), "{path}: {found:?} after `{before}`");
    }
    let lock: Value = serde_json::from_str(&file("editors/vscode/package-lock.json")).unwrap();
    assert_eq!(lock["version"], VERSION);
    assert_eq!(lock["packages"][""]["version"], VERSION);
    let action = file("action.yml");
    assert!(action.contains(&format!("    default: \"{VERSION}\"\n")), "action.yml");
}

/// A platform has a row in the table of the npm packages and one in the release workflow.
#[test]
fn platforms_are_built_and_packed() {
    let table: Value = serde_json::from_str(&file("packaging/npm/platforms.json")).unwrap();
    let packed: BTreeSet<&str> =
        table.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    let workflow = file(".github/workflows/release.yml");
    let built: BTreeSet<&str> = versions(&workflow, "{ platform: ").into_iter().collect();
    assert!(packed.len() > 1);
    assert_eq!(packed, built);
}

/// The extension is packaged for each platform under another of the names that VS Code has.
#[test]
fn the_extension_is_packaged_for_each_platform() {
    let table: Value = serde_json::from_str(&file("packaging/npm/platforms.json")).unwrap();
    let rows = table.as_array().unwrap();
    let targets: BTreeSet<&str> = rows.iter().map(|one| one["vscode"].as_str().unwrap()).collect();
    // The targets of `vsce package` but linux-armhf and web.
    let known = [
        "alpine-arm64",
        "alpine-x64",
        "darwin-arm64",
        "darwin-x64",
        "linux-arm64",
        "linux-x64",
        "win32-arm64",
        "win32-x64",
    ];
    assert_eq!(targets.into_iter().collect::<Vec<_>>(), known);
    assert_eq!(rows.len(), known.len());
}

/// Whatever a hook installs, it does the same.
#[test]
fn hooks_differ_in_what_they_install_alone() {
    let (source, packages) =
        (file(".pre-commit-hooks.yaml"), file("packaging/pre-commit/.pre-commit-hooks.yaml"));
    let hooks: Vec<&str> =
        [&source, &packages].into_iter().flat_map(|text| text.split("\n- ").skip(1)).collect();
    assert_eq!(versions(&source, "\n- id: "), ["sflint-source"]);
    assert_eq!(versions(&packages, "\n- id: "), ["sflint", "sflint-node"]);
    for line in [
        "entry: sflint check",
        "types: [file]",
        "require_serial: true",
        "minimum_pre_commit_version: \"3.0.0\"",
    ] {
        for hook in &hooks {
            assert!(hook.lines().any(|one| one.trim() == line), "{line} is not in\n{hook}");
        }
    }
}
