//! The demo in every format.

use super::*;

/// The report on a copy of the demo.
fn acme(format: &str) -> String {
    let folder = TempDir::new().unwrap();
    copy(Path::new("testdata/acme"), &folder.path().join("acme"));
    let run =
        sflint(folder.path(), &["report", "acme", "--today", "2026-11-23", "--format", format]);
    assert_eq!(run.status.code(), Some(0));
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn text() {
    insta::assert_snapshot!(acme("text"));
}

#[test]
fn markdown() {
    insta::assert_snapshot!(acme("markdown"));
}

#[test]
fn json() {
    let report: Value = serde_json::from_str(&acme("json")).unwrap();
    insta::assert_json_snapshot!(report);
}

#[test]
fn html() {
    let page = acme("html");
    insta::assert_snapshot!(page);
    assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
    for wrong in ["<script", "http-equiv=\"refresh\"", "src=", "url(", "@import", "<link", "onload"]
    {
        assert!(!page.contains(wrong), "{wrong}");
    }
}
