//! Realistic changes of a project, each with what it brings: `testdata/changes/*.toml` on top of `testdata/acme`.
//!
//! A file says `what` it shows, edits of `[[before]]` that the main branch has as well, and those of `[[edit]]` that a branch
//! brings: `file` with `replace` (exactly once) and `with`, `write` with `text`, `rename` and `to`, `delete`. Marks such as
//! `@@password@@` become credentials. `arguments` are further ones of `check`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A helper that fails fails the test.

mod common;
#[path = "common/git.rs"]
mod git_command;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use sflint::rule::markers;
use sflint::value::date::Date;
use tempfile::TempDir;
use toml_span::value::Table;

use self::git_command::git;

const TODAY: &str = "2026-11-23";

/// A project with a history: `main`, and a branch with a change.
struct Repository {
    folder: TempDir,
}

impl Repository {
    fn new(case: &Table<'_>) -> Repository {
        let folder = tempfile::tempdir().unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        common::copy(&root.join("testdata/acme"), folder.path());
        let repository = Repository { folder };
        repository.edit(case, "before");
        repository.git(&["init", "-q", "-b", "main"]);
        repository.commit("The project");
        repository.git(&["checkout", "-q", "-b", "change"]);
        repository.edit(case, "edit");
        repository.commit("The change");
        repository
    }

    fn git(&self, arguments: &[&str]) {
        git(self.folder.path(), arguments);
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "-A", "-f"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    /// Makes the edits of a list.
    fn edit(&self, case: &Table<'_>, list: &str) {
        let edits = case.get(list).and_then(|value| value.as_array());
        for edit in edits.into_iter().flatten() {
            let edit = edit.as_table().expect("a table");
            let path = |key| Some(self.folder.path().join(text(edit, key)?));
            if let Some(file) = path("file") {
                let (old, new) = (text(edit, "replace").unwrap(), text(edit, "with").unwrap());
                let content = fs::read_to_string(&file).unwrap();
                let count = content.matches(old).count();
                assert_eq!(count, 1, "`{old}` in {}", file.display());
                fs::write(file, content.replace(old, new)).unwrap();
            } else if let Some(file) = path("write") {
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                let day = Date::parse(TODAY).unwrap();
                fs::write(file, markers::expand(text(edit, "text").unwrap(), day).unwrap())
                    .unwrap();
            } else if let Some(from) = path("rename") {
                fs::rename(from, path("to").unwrap()).unwrap();
            } else {
                fs::remove_file(path("delete").expect("an edit")).unwrap();
            }
        }
    }

    fn sflint(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let run = Command::new(env!("CARGO_BIN_EXE_sflint"))
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        assert!(run.stderr.is_empty(), "{}", String::from_utf8_lossy(&run.stderr));
        (run.status.code(), String::from_utf8(run.stdout).unwrap())
    }

    /// What `check` finds: severity, rule, component and key of each finding, and the exit code.
    fn findings(&self, arguments: &[&str]) -> String {
        let common = ["check", "--format", "json", "--today", TODAY];
        let (code, out) = self.sflint(&[&common[..], arguments].concat());
        let report: Value = serde_json::from_str(&out).unwrap();
        let mut shown = String::new();
        for finding in report["findings"].as_array().unwrap() {
            let word = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
            let key = word("key");
            let key = if key.is_empty() { key } else { format!(" ({key})") };
            shown.push_str(&format!(
                "{} {} {}{key}\n",
                word("severity"),
                word("rule"),
                word("component")
            ));
        }
        if shown.is_empty() {
            shown.push_str("nothing\n");
        }
        format!("{shown}exit code {}", code.unwrap())
    }
}

fn text<'t>(table: &'t Table<'_>, key: &str) -> Option<&'t str> {
    table.get(key).and_then(|value| value.as_str())
}

fn cases() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/changes");
    let mut cases: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap().replace("\r\n", "\n"))
        })
        .collect();
    cases.sort();
    cases
}

#[test]
fn each_change_brings_what_it_brings() {
    let mut all = String::new();
    for (name, source) in cases() {
        let case = toml_span::parse(&source).unwrap();
        let case = case.as_table().unwrap();
        let repository = Repository::new(case);
        let more: Vec<&str> = case
            .get("arguments")
            .and_then(|value| value.as_array())
            .map(|list| list.iter().filter_map(|one| one.as_str()).collect())
            .unwrap_or_default();
        let found = repository.findings(&[&["--since", "main"][..], &more].concat());
        // A commit is judged as the work tree is, and a tree brings nothing to itself.
        let of_commit = ["--since", "main", "--rev", "change"];
        assert_eq!(repository.findings(&[&of_commit[..], &more].concat()), found, "{name}");
        let itself = repository.findings(&["--since", "change"]);
        assert_eq!(itself, "nothing\nexit code 0", "{name}");
        let (code, access) = repository.sflint(&["diff", "main..change"]);
        assert_eq!(code, Some(0), "{name}");
        // The beginnings of the ids of the commits depend on the day.
        let access = access.lines().skip(1).collect::<Vec<_>>().join("\n");
        let what = text(case, "what").unwrap();
        all.push_str(&format!("## {name}\n{what}\n\n{found}\n\n{}\n\n", access.trim()));
    }
    insta::assert_snapshot!(all);
}
