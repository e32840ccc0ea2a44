//! What git tracks, in every kind of repository that a run can meet, and in those that cannot be asked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A helper that fails fails the test.

#[path = "common/git.rs"]
mod git_command;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use self::git_command::git;

const PROFILE: &str = "m/profiles/P.profile-meta.xml";

/// Writes a project with an `.env` that holds a password, made up here and in no file of the repository.
fn project(folder: &Path) {
    let password = ["hunt3r", "9xQz7", "Kp"].concat();
    for (path, text) in [
        ("sfdx-project.json", r#"{"packageDirectories":[{"path":"m","default":true}]}"#.to_owned()),
        (".gitignore", ".env*\n*.key\n*.pem\n.sf/\n.sfdx/\n".to_owned()),
        (".env", format!("A_PASSWORD={password}\n")),
        (".sfdx/orgs/a.json", "{}".to_owned()),
        (".sfdx/tools/a.json", "{}".to_owned()),
        (
            PROFILE,
            r#"<Profile xmlns="http://soap.sforce.com/2006/04/metadata"><custom>true</custom></Profile>"#
                .to_owned(),
        ),
    ] {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// A repository that tracks all of its project, also what is ignored.
fn repository(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    project(folder);
    git(folder, &["init", "-q"]);
    git(folder, &["add", "-A", "-f"]);
    git(folder, &["commit", "-q", "-m", "all"]);
}

fn sflint(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sflint"));
    command
        .args(["check", "--format", "json"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE");
    command
}

/// The findings as `rule path`, and all remarks.
fn report(command: &mut Command) -> (Vec<String>, String) {
    let out = command.output().unwrap();
    let report: Value = serde_json::from_slice(&out.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&out.stderr)));
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap();
    let mut lines: Vec<String> = findings
        .iter()
        .map(|finding| format!("{} {}", text(finding, "rule"), text(finding, "path")))
        .collect();
    lines.sort();
    (lines, report["summary"].to_string())
}

const TRACKED: [&str; 2] = ["tracked-cli-state .sfdx/orgs/a.json", "tracked-env-file .env"];

#[test]
fn a_work_tree_a_worktree_and_a_submodule() {
    let folder = TempDir::new().unwrap();
    let main = folder.path().join("main");
    repository(&main);
    assert_eq!(report(&mut sflint(&main, &["--select", "repository", "."])).0, TRACKED);
    git(&main, &["worktree", "add", "-q", "../other", "-b", "other"]);
    assert_eq!(
        report(&mut sflint(&folder.path().join("other"), &["--select", "repository", "."])).0,
        TRACKED
    );
    let above = folder.path().join("above");
    fs::create_dir(&above).unwrap();
    git(&above, &["init", "-q"]);
    git(&above, &["submodule", "--quiet", "add", "../main", "sub"]);
    let in_submodule = TRACKED.map(|line| line.replace(' ', " sub/"));
    assert_eq!(report(&mut sflint(&above, &["--select", "repository", "."])).0, in_submodule);
}

#[test]
fn nothing_is_tracked_before_it_is_added() {
    let folder = TempDir::new().unwrap();
    project(folder.path());
    assert!(report(&mut sflint(folder.path(), &["--select", "repository", "."])).0.is_empty());
    git(folder.path(), &["init", "-q"]);
    assert!(report(&mut sflint(folder.path(), &["--select", "repository", "."])).0.is_empty());
    git(folder.path(), &["add", "-f", ".env"]);
    assert_eq!(
        report(&mut sflint(folder.path(), &["--select", "repository", "."])).0,
        ["tracked-env-file .env"]
    );
}

#[test]
fn what_git_cannot_tell_is_said_and_ends_nothing() {
    let bare = TempDir::new().unwrap();
    git(bare.path(), &["init", "-q", "--bare"]);
    let without_head = TempDir::new().unwrap();
    fs::create_dir(without_head.path().join(".git")).unwrap();
    let no_link = TempDir::new().unwrap();
    fs::write(no_link.path().join(".git"), "nonsense").unwrap();
    for (folder, why) in [
        (&bare, "the repository is bare"),
        (&without_head, "git says: not a git repository"),
        (&no_link, "git says: invalid gitfile format"),
    ] {
        project(folder.path());
        let (findings, summary) =
            report(&mut sflint(folder.path(), &["--select", "repository", "."]));
        assert!(findings.is_empty(), "{findings:?}");
        assert!(summary.contains("not judged: which files are in git"), "{summary}");
        assert!(summary.contains(why), "{summary}");
    }
}

#[test]
fn without_git_the_run_goes_on() {
    let folder = TempDir::new().unwrap();
    repository(folder.path());
    let nothing = TempDir::new().unwrap();
    let (findings, summary) =
        report(sflint(folder.path(), &["--select", "repository", "."]).env("PATH", nothing.path()));
    assert!(findings.is_empty(), "{findings:?}");
    assert!(summary.contains("git is not installed"), "{summary}");
}

#[test]
fn a_monorepo_is_judged_once_and_may_ignore_in_each_project() {
    let folder = TempDir::new().unwrap();
    git(folder.path(), &["init", "-q"]);
    for name in ["a", "b"] {
        let one = folder.path().join(name);
        fs::create_dir(&one).unwrap();
        project(&one);
        fs::remove_dir_all(one.join(".sfdx")).unwrap();
    }
    assert!(report(&mut sflint(folder.path(), &["--select", "repository", "."])).0.is_empty());
    fs::write(folder.path().join(".gitignore"), "node_modules/\n").unwrap();
    assert!(report(&mut sflint(folder.path(), &["--select", "repository", "."])).0.is_empty());
    fs::remove_file(folder.path().join("b/.gitignore")).unwrap();
    let (findings, _) = report(&mut sflint(folder.path(), &["--select", "repository", "."]));
    assert_eq!(findings.len(), 7, "{findings:?}");
    assert!(findings.iter().all(|line| line.ends_with(" .gitignore")), "{findings:?}");
}

#[test]
fn named_files_are_judged_whatever_they_are() {
    let folder = TempDir::new().unwrap();
    repository(folder.path());
    assert_eq!(
        report(&mut sflint(folder.path(), &["--select", "repository", ".env"])).0,
        [TRACKED[1]]
    );
    assert_eq!(
        report(&mut sflint(folder.path(), &["--select", "repository", ".sfdx/orgs/a.json"])).0,
        [TRACKED[0]]
    );
}

#[cfg(unix)]
mod on_unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn names_are_bytes() {
        let folder = TempDir::new().unwrap();
        project(folder.path());
        git(folder.path(), &["init", "-q"]);
        for name in [&b"new\nline"[..], b"no\xFFtext", b"blank "] {
            let below = folder.path().join(OsStr::from_bytes(name));
            fs::create_dir(&below).unwrap();
            fs::copy(folder.path().join(".env"), below.join(".env")).unwrap();
        }
        git(folder.path(), &["add", "-f", "--", ":(glob)*/.env"]);
        let (findings, _) = report(&mut sflint(folder.path(), &["--select", "repository", "."]));
        assert_eq!(findings.len(), 3, "{findings:?}");
    }

    /// A hook that gets one profile must not pay for what the profile has nothing to do with.
    #[test]
    fn git_is_not_started_for_a_profile_alone() {
        let folder = TempDir::new().unwrap();
        repository(folder.path());
        let tools = TempDir::new().unwrap();
        let (fake, started) = (tools.path().join("git"), tools.path().join("started"));
        fs::write(&fake, format!("#!/bin/sh\n: > '{}'\n", started.display())).unwrap();
        fs::set_permissions(&fake, fs::Permissions::from_mode(0o755)).unwrap();
        let path = std::env::join_paths([tools.path()]).unwrap();
        report(sflint(folder.path(), &[PROFILE]).env("PATH", &path));
        assert!(!started.exists());
        report(sflint(folder.path(), &["--select", "repository", ".env"]).env("PATH", &path));
        assert!(started.exists());
    }
}

#[test]
fn a_list_in_parts_tells_of_the_repository_once() {
    let scratch = tempfile::tempdir().unwrap();
    let top = scratch.path().join("top");
    repository(&top);
    fs::write(top.join(".gitignore"), "node_modules/\n").unwrap();
    let of_ignore_file = |arguments: &[&str]| {
        let select = ["--select", "gitignore-misses-used-secret"];
        let (found, _) = report(sflint(&top, &select).args(arguments));
        found.iter().filter(|one| one.starts_with("gitignore-misses-used-secret ")).count()
    };
    let whole = of_ignore_file(&["sfdx-project.json", PROFILE, ".gitignore"]);
    assert!(whole > 0, "the ignore file lets through what the project uses");
    assert_eq!(of_ignore_file(&[".gitignore", PROFILE]), whole, "the part with the ignore file");
    assert_eq!(of_ignore_file(&["sfdx-project.json"]), 0, "the part with the marker");
    assert_eq!(of_ignore_file(&["."]), whole, "a folder");
    fs::remove_file(top.join(".gitignore")).unwrap();
    assert_eq!(of_ignore_file(&["sfdx-project.json"]), whole, "there is nothing else to point at");
}
