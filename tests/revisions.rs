//! Revisions of git in every kind of repository that a run can meet, and in those that cannot answer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A helper that fails fails the test.

#[path = "common/git.rs"]
mod git_command;
#[path = "common/metadata.rs"]
mod metadata;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use self::git_command::{git, try_git};
use self::metadata::set;

const SET: &str = "force-app/permissionsets/Orders.permissionset-meta.xml";
const APP: &str = "force-app/connectedApps/Sync.connectedApp-meta.xml";

fn app(scope: &str) -> String {
    format!(
        "<ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<label>Sync</label>\n<oauthConfig>\n\
         <callbackUrl>https://sync.example.com/cb</callbackUrl>\n<isAdminApproved>true</isAdminApproved>\n\
         <isPkceRequired>true</isPkceRequired>\n<isSecretRequiredForRefreshToken>true</isSecretRequiredForRefreshToken>\n\
         <scopes>{scope}</scopes>\n</oauthConfig>\n</ConnectedApp>\n"
    )
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn commit(folder: &Path, message: &str) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", message]);
}

/// A project on `main` with a set that may view all data, and a branch `change` on which it may modify all data as well.
fn repository(folder: &Path, init: &[&str]) {
    fs::create_dir_all(folder).unwrap();
    git(folder, &[&["init", "-q", "-b", "main"], init].concat());
    write(
        folder,
        "sfdx-project.json",
        r#"{"packageDirectories":[{"path":"force-app","default":true}]}"#,
    );
    write(folder, "sflint.toml", "kind = \"org\"\n");
    write(folder, SET, &set(&["ViewAllData"]));
    write(folder, APP, &app("Api"));
    commit(folder, "The project");
    git(folder, &["checkout", "-q", "-b", "change"]);
    write(folder, SET, &set(&["ViewAllData", "ModifyAllData"]));
    commit(folder, "The change");
}

fn temporary() -> (TempDir, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(temp.path()).unwrap().join("project");
    (temp, root)
}

/// Exit code, findings as `rule component key`, and what is said on stderr.
fn check(folder: &Path, arguments: &[&str]) -> (i32, Vec<String>, String) {
    let run = command(folder, arguments).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap_or_default();
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let word = |finding: &serde_json::Value, name: &str| {
        finding[name].as_str().unwrap_or_default().to_owned()
    };
    let shown = findings.iter().map(|finding| {
        format!("{} {} {}", word(finding, "rule"), word(finding, "component"), word(finding, "key"))
    });
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    (run.status.code().unwrap(), shown.collect(), said)
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sflint"));
    command
        .args(["check", "--format", "json", "--fail-on", "note"])
        .args(arguments)
        .current_dir(folder);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    command
}

const NEW: &str = "dangerous-permission PermissionSet:Orders modifyalldata";

fn brings_one(folder: &Path, arguments: &[&str]) {
    let (code, found, said) = check(folder, arguments);
    assert_eq!(found, [NEW], "{said}");
    assert_eq!(code, 1);
}

#[test]
fn only_the_new_finding() {
    let (_temp, root) = temporary();
    repository(&root, &[]);
    brings_one(&root, &["--since", "main"]);
    brings_one(&root, &["--since", "main", "--rev", "change"]);
    brings_one(&root, &["--since", "main", "force-app"]);
    brings_one(&root, &["--since", "main", SET]);
    brings_one(&root.join("force-app"), &["--since", "main"]);
    brings_one(&root, &["--since", &git(&root, &["rev-parse", "main"])[..12]]);
    // A file that has nothing new.
    assert_eq!(check(&root, &["--since", "main", APP]).1, Vec::<String>::new());
    // What main got since the branch left it is no matter of the branch.
    git(&root, &["checkout", "-q", "main"]);
    write(&root, APP, &app("Full"));
    write(&root, SET, &set(&[]));
    commit(&root, "Meanwhile");
    git(&root, &["checkout", "-q", "change"]);
    brings_one(&root, &["--since", "main"]);
    let of_main = check(&root, &["--rev", "main", "force-app"]).1;
    assert_eq!(of_main, ["oauth-full-scope OauthApp:Sync "]);
}

#[test]
fn the_work_tree_is_left_alone() {
    let (_temp, root) = temporary();
    repository(&root, &[]);
    let state = |root: &Path| {
        let listed = git(root, &["status", "--porcelain", "--ignored"]);
        let index = fs::read(root.join(".git/index")).unwrap();
        let refs = git(root, &["for-each-ref"]);
        let objects = git(root, &["count-objects", "-v"]);
        (listed, index, refs, objects)
    };
    write(&root, "untracked.txt", "x");
    let before = state(&root);
    check(&root, &["--since", "main"]);
    check(&root, &["--rev", "main"]);
    check(&root, &["--staged"]);
    check(&root, &["--since", "main", "--policy-from", "main"]);
    assert_eq!(state(&root), before);
}

#[test]
fn what_is_staged() {
    let (_temp, root) = temporary();
    repository(&root, &[]);
    let nothing = check(&root, &["--staged"]);
    assert_eq!((nothing.0, nothing.1.len()), (0, 0));
    assert!(nothing.2.contains("nothing is staged"), "{}", nothing.2);
    the_reports_of_nothing(&root);
    // Staged bad, then corrected on disk only: what will be committed counts.
    write(&root, APP, &app("Full"));
    git(&root, &["add", APP]);
    write(&root, APP, &app("Api"));
    let expected = ["oauth-full-scope OauthApp:Sync "];
    assert_eq!(check(&root, &["--staged"]).1, expected);
    assert_eq!(check(&root, &["--staged", "--since", "HEAD"]).1, expected);
    assert_eq!(check(&root, &["--staged", "force-app/permissionsets"]).0, 0);
    // Bad on disk only.
    git(&root, &["add", APP]);
    write(&root, APP, &app("Full"));
    assert_eq!(check(&root, &["--staged"]).1, Vec::<String>::new());
}

/// Who reads the files that a run was to write finds them, and a program a whole document.
fn the_reports_of_nothing(root: &Path) {
    let formats = ["json", "sarif", "gitlab-code-quality", "gitlab-sast", "junit", "checkstyle"];
    let files = tempfile::tempdir().unwrap();
    let mut arguments = vec!["--staged".to_owned()];
    for format in formats {
        let file = files.path().join(format);
        arguments.extend(["--output".to_owned(), format!("{format}={}", file.display())]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let printed = command(root, &arguments).output().unwrap();
    assert_eq!(printed.status.code(), Some(0));
    let printed: serde_json::Value = serde_json::from_slice(&printed.stdout).unwrap();
    let read = |format: &str| fs::read_to_string(files.path().join(format)).unwrap();
    let json = |format: &str| serde_json::from_str::<serde_json::Value>(&read(format)).unwrap();
    assert_eq!(json("json"), printed);
    assert_eq!(printed["findings"], serde_json::json!([]));
    assert_eq!(printed["run"]["revision"], "the index");
    assert_eq!(json("sarif")["runs"][0]["results"], serde_json::json!([]));
    assert_eq!(json("gitlab-code-quality"), serde_json::json!([]));
    assert_eq!(json("gitlab-sast")["vulnerabilities"], serde_json::json!([]));
    for xml in ["junit", "checkstyle"] {
        assert!(roxmltree::Document::parse(&read(xml)).is_ok(), "{}", read(xml));
    }
    // People were told on stderr.
    let human = Command::new(env!("CARGO_BIN_EXE_sflint"))
        .args(["check", "--staged", "--output", "json=report.json"])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(human.stdout.is_empty());
    let file = root.join("report.json");
    assert_eq!(fs::read_to_string(&file).unwrap(), read("json"));
    fs::remove_file(file).unwrap();
}

#[test]
fn before_the_first_commit() {
    for init in [&[][..], &["--object-format=sha256"]] {
        let (_temp, root) = temporary();
        fs::create_dir_all(&root).unwrap();
        git(&root, &[&["init", "-q"], init].concat());
        write(&root, APP, &app("Full"));
        git(&root, &["add", "-A"]);
        assert_eq!(check(&root, &["--staged"]).1, ["oauth-full-scope OauthApp:Sync "], "{init:?}");
        let (code, _, said) = check(&root, &["--since", "main"]);
        assert!(code == 2 && said.contains("`main`"), "{said}");
    }
}

#[test]
fn other_kinds_of_repositories() {
    let (_temp, root) = temporary();
    repository(&root, &["--object-format=sha256"]);
    brings_one(&root, &["--since", "main"]);
    // A linked work tree.
    let (temp, root) = temporary();
    repository(&root, &[]);
    let linked = temp.path().join("linked");
    git(&root, &["worktree", "add", "-q", "--detach", linked.to_str().unwrap()]);
    brings_one(&linked, &["--since", "main"]);
    // A sparse one: the app is in no folder.
    git(&linked, &["sparse-checkout", "set", "--no-cone", "/*", "!force-app/connectedApps"]);
    assert!(!linked.join(APP).exists());
    brings_one(&linked, &["--since", "main"]);
    // A clone with a history that reaches far enough, though not to the beginning.
    let origin = format!("file://{}", root.display());
    let clone = temp.path().join("clone");
    git(temp.path(), &["clone", "-q", "--depth", "2", "--no-single-branch", &origin, "clone"]);
    git(&clone, &["checkout", "-q", "change"]);
    brings_one(&clone, &["--since", "origin/main"]);
}

#[test]
fn what_cannot_be_answered_is_said_with_the_way_out() {
    let (temp, root) = temporary();
    repository(&root, &[]);
    let refused = |folder: &Path, arguments: &[&str], words: &[&str]| {
        let (code, found, said) = check(folder, arguments);
        assert_eq!((code, found.len()), (2, 0), "{arguments:?}: {said}");
        for word in words {
            assert!(said.contains(word), "{word}: {said}");
        }
    };
    refused(&root, &["--since", "mian"], &["`mian`", "spelling"]);
    refused(
        &root,
        &["--since", "origin/main"],
        &["git fetch origin main:refs/remotes/origin/main"],
    );
    refused(&root, &["--since", ""], &["``"]);
    refused(&root, &["--since=--output=x"], &["`--output=x`"]);
    refused(&root, &["--rev", "HEAD^{tree}"], &["HEAD^{tree}"]);
    assert!(!root.join("x").exists());
    // No repository.
    let plain = temp.path().join("plain");
    write(&plain, APP, &app("Full"));
    refused(&plain, &["--since", "main"], &["no work tree of git"]);
    refused(temp.path(), &["--since", "main", "project", "plain"], &["no work tree of git"]);
    let other = temp.path().join("other");
    repository(&other, &[]);
    refused(temp.path(), &["--since", "main", "project", "other"], &["two repositories"]);
    // Nothing in common.
    git(&root, &["checkout", "-q", "--orphan", "island"]);
    git(&root, &["commit", "-q", "-m", "Another beginning"]);
    refused(&root, &["--since", "main"], &["no common history"]);
    // A shallow clone that does not reach the fork.
    git(&root, &["checkout", "-q", "change"]);
    let origin = format!("file://{}", root.display());
    git(temp.path(), &["clone", "-q", "--depth", "1", "--no-single-branch", &origin, "shallow"]);
    let shallow = temp.path().join("shallow");
    git(&shallow, &["checkout", "-q", "change"]);
    refused(&shallow, &["--since", "origin/main"], &["git fetch --unshallow"]);
    git(temp.path(), &["clone", "-q", "--depth", "1", "--branch", "change", &origin, "single"]);
    let words = ["git fetch --unshallow origin main:refs/remotes/origin/main"];
    refused(&temp.path().join("single"), &["--since", "origin/main"], &words);
}

/// A clone that has no file contents: git would fetch each when asked, and must not.
#[test]
fn contents_that_are_missing_are_no_findings_and_no_silence() {
    let (temp, root) = temporary();
    repository(&root, &[]);
    git(&root, &["config", "uploadpack.allowFilter", "true"]);
    let origin = format!("file://{}", root.display());
    git(temp.path(), &["clone", "-q", "--filter=blob:none", &origin, "partial"]);
    let partial = temp.path().join("partial");
    git(&partial, &["checkout", "-q", "change"]);
    let before = git(&partial, &["count-objects", "-v"]);
    let (code, found, said) = check(&partial, &["--since", "origin/main"]);
    assert_eq!((code, found.len()), (2, 0), "{said}");
    assert!(said.contains(SET) && said.contains("partial clone"), "{said}");
    assert_eq!(git(&partial, &["count-objects", "-v"]), before, "nothing was fetched");
}

#[test]
fn nothing_that_the_repository_names_is_started() {
    let (temp, root) = temporary();
    repository(&root, &[]);
    let trace = temp.path().join("started");
    let trap = temp.path().join("trap.sh");
    fs::write(&trap, format!("#!/bin/sh\necho \"$0 $@\" >> '{}'\ncat\n", trace.display())).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&trap, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let trap = trap.to_str().unwrap();
    // Set after the commits, or git itself would have run them.
    write(&root, ".gitattributes", "*.xml filter=trap diff=trap\n");
    commit(&root, "Attributes");
    for (key, value) in [
        ("filter.trap.clean", trap),
        ("filter.trap.smudge", trap),
        ("filter.trap.process", trap),
        ("filter.trap.required", "true"),
        ("filter.a=b.clean", trap),
        ("diff.trap.textconv", trap),
        ("diff.trap.command", trap),
        ("diff.external", trap),
        ("core.fsmonitor", trap),
        ("core.pager", trap),
        ("core.sshCommand", trap),
    ] {
        git(&root, &["config", key, value]);
    }
    // Another time stamp, the same content: git cannot be sure without a look.
    for path in [SET, APP] {
        let content = fs::read(root.join(path)).unwrap();
        fs::write(root.join(path), content).unwrap();
    }
    for arguments in [
        &["--since", "main"][..],
        &["--rev", "main"],
        &["--staged"],
        &["--since", "main", "--policy-from", "main"],
    ] {
        let (code, _, said) = check(&root, arguments);
        assert!(code < 2, "{said}");
        let started = fs::read_to_string(&trace).unwrap_or_default();
        assert_eq!(started, "", "{arguments:?}");
    }
    // The trap works: git itself walks into it.
    try_git(&root, &["add", "--renormalize", "."]);
    assert!(trace.exists());
}

#[test]
fn submodules_and_ignored_files_are_on_both_sides() {
    let (temp, root) = temporary();
    repository(&root, &[]);
    let module = temp.path().join("module");
    fs::create_dir_all(&module).unwrap();
    git(&module, &["init", "-q"]);
    write(&module, "permissionsets/Module.permissionset-meta.xml", &set(&["ModifyAllData"]));
    commit(&module, "A module");
    git(&root, &["checkout", "-q", "main"]);
    git(&root, &["submodule", "add", "-q", module.to_str().unwrap(), "force-app/module"]);
    write(&root, ".gitignore", "local/\n");
    commit(&root, "With a module");
    git(&root, &["checkout", "-q", "-b", "later"]);
    write(
        &root,
        "force-app/local/permissionsets/Mine.permissionset-meta.xml",
        &set(&["ViewAllData"]),
    );
    write(&root, APP, &app("Full"));
    let plain = check(&root, &[]).1;
    assert!(plain.iter().any(|one| one.contains("Module")), "{plain:?}");
    assert!(plain.iter().any(|one| one.contains("Mine")), "{plain:?}");
    assert_eq!(check(&root, &["--since", "main"]).1, ["oauth-full-scope OauthApp:Sync "]);
}

#[test]
fn a_change_cannot_excuse_itself() {
    let (_temp, root) = temporary();
    repository(&root, &[]);
    let policy = ["--since", "main", "--policy-from", "main"];
    // An exception, and a project file that makes the set another project.
    write(
        &root,
        "sflint.toml",
        "kind = \"org\"\n[[exceptions]]\nrule = \"dangerous-permission\"\nreason = \"needed\"\n",
    );
    assert_eq!(check(&root, &["--since", "main"]).1, Vec::<String>::new());
    let about = "policy-changed File:sflint.toml exception of dangerous-permission";
    assert_eq!(check(&root, &policy).1, [NEW, about]);
    // A comment in a script.
    let secret = ["hunt3r", "9xQz7", "Kp"].concat();
    write(&root, "sflint.toml", "kind = \"org\"\n");
    write(
        &root,
        "deploy.sh",
        &format!(
            "# sflint: allow salesforce-credential-assignment: a test org\nSF_PASSWORD='{secret}'\n"
        ),
    );
    assert_eq!(check(&root, &["--since", "main"]).1, [NEW]);
    let found = check(&root, &policy).1;
    assert!(
        found.iter().any(|one| one.starts_with("salesforce-credential-assignment")),
        "{found:?}"
    );
    assert!(found.iter().any(|one| one.starts_with("policy-changed File:deploy.sh")), "{found:?}");
    // The config is gone, and one nearer to the metadata is there.
    fs::remove_file(root.join("deploy.sh")).unwrap();
    fs::remove_file(root.join("sflint.toml")).unwrap();
    let about = "policy-changed File:sflint.toml kind";
    assert_eq!(check(&root, &policy).1, [NEW, about]);
    write(&root, "sflint.toml", "kind = \"org\"\n");
    write(&root, "force-app/permissionsets/sfdx-project.json", "{}");
    let found = check(&root, &policy).1;
    let about = "policy-changed File:force-app/permissionsets/sfdx-project.json new project";
    assert!(found.contains(&NEW.to_owned()) && found.contains(&about.to_owned()), "{found:?}");
    // Without a config in the revision the defaults hold.
    fs::remove_file(root.join("force-app/permissionsets/sfdx-project.json")).unwrap();
    let first =
        git(&root, &["commit-tree", "-m", "Nothing", "4b825dc642cb6eb9a060e54bf8d69288fbee4904"]);
    write(&root, "sflint.toml", "kind = \"org\"\nexclude = [\"**\"]\n");
    let found = check(&root, &["--policy-from", &first]).1;
    assert!(found.contains(&NEW.to_owned()), "{found:?}");
    assert!(found.iter().any(|one| one.contains("exclude **")), "{found:?}");
}
