//! What the formats print for the demo org, in full.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;
use std::process::Command;

use common::copy;

/// The report on a copy of the demo outside of git, so that nothing depends on where this repository lies.
fn report(format: &str, more: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    copy(Path::new("testdata/acme"), &folder.path().join("acme"));
    let run = Command::new(env!("CARGO_BIN_EXE_sflint"))
        .current_dir(folder.path())
        .args(["check", "acme", "--today", "2026-11-23", "--format", format])
        .args(more)
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1));
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn human() {
    insta::assert_snapshot!(report("human", &[]));
}

#[test]
fn concise() {
    insta::assert_snapshot!(report("concise", &["--preset", "strict"]));
}

#[test]
fn json() {
    let report: serde_json::Value = serde_json::from_str(&report("json", &[])).unwrap();
    insta::assert_json_snapshot!(report);
}
