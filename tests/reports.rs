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

fn parsed(format: &str, more: &[&str]) -> serde_json::Value {
    serde_json::from_str(&report(format, more)).unwrap()
}

#[test]
fn json() {
    insta::assert_json_snapshot!(parsed("json", &[]));
}

#[test]
fn sarif() {
    // Few rules, because every rule that is on is described.
    let rules = "oauth-full-scope,dangerous-permission,unreadable-file";
    insta::assert_json_snapshot!(parsed("sarif", &["--select", rules]));
}

#[test]
fn github() {
    insta::assert_snapshot!(report("github", &[]));
}

#[test]
fn azure() {
    insta::assert_snapshot!(report("azure", &[]));
}

#[test]
fn gitlab_code_quality() {
    insta::assert_json_snapshot!(parsed("gitlab-code-quality", &[]));
}

#[test]
fn gitlab_sast() {
    let mut report = parsed("gitlab-sast", &["--select", "oauth-full-scope,oauth-pkce-missing"]);
    for time in ["start_time", "end_time"] {
        let moment = report["scan"][time].as_str().unwrap();
        assert_eq!(moment.len(), "2026-11-23T00:00:00".len(), "{moment}");
        report["scan"][time] = "[time]".into();
    }
    insta::assert_json_snapshot!(report);
}

#[test]
fn junit() {
    insta::assert_snapshot!(report("junit", &[]));
}

#[test]
fn checkstyle() {
    insta::assert_snapshot!(report("checkstyle", &[]));
}

#[test]
fn rdjson() {
    insta::assert_json_snapshot!(parsed("rdjson", &["--select", "oauth"]));
}

#[test]
fn bitbucket() {
    insta::assert_json_snapshot!(parsed("bitbucket", &["--select", "oauth"]));
}
