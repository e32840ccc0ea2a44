//! Credentials in the history of a repository, wherever git keeps it. Values are made when the test runs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A helper that fails fails the test.

#[path = "common/git.rs"]
mod git_command;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use sflint::check::{BaselineChoice, CheckRequest, HistoryRequest, history};
use sflint::config::catalogue::Catalogue;
use sflint::config::select::Selection;
use sflint::project::git::{Commits, GitRepository};
use sflint::rule::examples::{Expectation, parse_examples};
use sflint::rule::markers;
use sflint::run::Progress;
use sflint::trial::EXAMPLE_DAY;
use sflint::value::date::Date;
use tempfile::TempDir;

use self::git_command::{git, try_git};

/// Random enough, and another value at every call.
struct Source(u64);

impl Source {
    fn new() -> Source {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Source(now.as_nanos() as u64 | 1)
    }

    fn text(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
        (0..length)
            .map(|_| {
                self.0 = self
                    .0
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                char::from(LETTERS[(self.0 >> 33) as usize % LETTERS.len()])
            })
            .collect()
    }
}

struct Repository {
    _temp: TempDir,
    root: PathBuf,
    source: Source,
    planted: Vec<String>,
}

impl Repository {
    fn new(init: &[&str]) -> Repository {
        let temp = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(temp.path()).unwrap().join("project");
        fs::create_dir_all(&root).unwrap();
        let repository =
            Repository { _temp: temp, root, source: Source::new(), planted: Vec::new() };
        repository.git(&[&["init", "-q", "-b", "main"], init].concat());
        repository
    }

    /// A line with a password of its own.
    fn password(&mut self) -> String {
        let value = self.source.text(20);
        self.planted.push(value.clone());
        format!("SF_PASSWORD='{value}'\n")
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn git(&self, arguments: &[&str]) -> String {
        git(&self.root, arguments)
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "-A", "-f"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
    }

    /// Commits a file and deletes it in the next commit.
    fn come_and_go(&self, path: &str, text: impl AsRef<[u8]>) {
        self.write(path, text);
        self.commit("Comes");
        fs::remove_file(self.root.join(path)).unwrap();
        self.commit("Goes");
    }

    /// Exit code, report and what is said on stderr. No value is ever among what is printed.
    fn sflint(&self, arguments: &[&str]) -> (i32, Value, String) {
        let (code, out, said) = run(&self.root, arguments);
        for planted in &self.planted {
            let shown = (0..planted.len() - 5).any(|at| {
                let part = &planted[at..at + 6];
                out.contains(part) || said.contains(part)
            });
            assert!(!shown, "a value was printed by {arguments:?}");
        }
        (code, serde_json::from_str(&out).unwrap_or_default(), said)
    }

    fn history(&self, arguments: &[&str]) -> (i32, Value, String) {
        self.sflint(&[&["history", "--format", "json"], arguments].concat())
    }
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_sflint"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (run.status.code().unwrap(), text(&run.stdout), text(&run.stderr))
}

fn paths(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let mut paths: Vec<String> =
        findings.iter().map(|one| one["path"].as_str().unwrap().to_owned()).collect();
    paths.sort();
    paths
}

fn message(report: &Value, path: &str) -> String {
    let findings = report["findings"].as_array().unwrap();
    let found = findings.iter().find(|one| one["path"] == path);
    found.map_or_else(
        || panic!("nothing in {path}"),
        |one| one["message"].as_str().unwrap().to_owned(),
    )
}

fn remarks(report: &Value) -> String {
    report["summary"]["remarks"].to_string()
}

#[test]
fn wherever_git_keeps_it() {
    let mut repository = Repository::new(&[]);
    let line = repository.password();
    repository.write("now.sh", &line);
    repository.write("sfdx-project.json", r#"{"packageDirectories":[{"path":"force-app"}]}"#);
    repository.write(
        "force-app/permissionsets/A.permissionset-meta.xml",
        "<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<label>A</label>\n</PermissionSet>\n",
    );
    repository.commit("Still there");
    let line = repository.password();
    repository.come_and_go("deleted.sh", &line);
    let line = repository.password();
    repository.come_and_go("odd\nname.sh", &line);
    // A minified file of five megabytes on one line.
    let line = repository.password().replace('\n', "");
    let filler = "var a=function(b){return b+1};".repeat(90_000);
    repository.come_and_go("dist/app.min.js", format!("{filler}{filler};var c={{{}}};", line));
    // Metadata: the secret of an app.
    let secret = repository.source.text(40);
    repository.planted.push(secret.clone());
    repository.come_and_go(
        "force-app/connectedApps/Old.connectedApp-meta.xml",
        format!("<ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<label>Old</label>\n<oauthConfig>\n\
                 <callbackUrl>https://a.example.com/cb</callbackUrl>\n<consumerSecret>{secret}</consumerSecret>\n\
                 </oauthConfig>\n</ConnectedApp>\n"),
    );
    // What only another branch, or a tag, leads to.
    repository.git(&["checkout", "-q", "-b", "side"]);
    let line = repository.password();
    repository.write("side.sh", &line);
    repository.commit("Beside");
    repository.git(&["checkout", "-q", "--detach"]);
    let line = repository.password();
    repository.write("tagged.sh", &line);
    repository.commit("Tagged");
    repository.git(&["tag", "v1"]);
    repository.git(&["checkout", "-q", "main"]);
    // What only the merge brings.
    repository.write("other.txt", "x");
    repository.commit("On main");
    repository.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    let line = repository.password();
    repository.write("merged.sh", &line);
    repository.commit("A merge with more");
    let expected = [
        "deleted.sh",
        "dist/app.min.js",
        "force-app/connectedApps/Old.connectedApp-meta.xml",
        "merged.sh",
        "now.sh",
        "odd name.sh",
        "side.sh",
        "tagged.sh",
    ];
    let (code, report, said) = repository.history(&[]);
    assert_eq!(paths(&report), expected, "{said}");
    assert_eq!(code, 1);
    assert!(message(&report, "now.sh").ends_with("and still in HEAD"));
    assert!(message(&report, "deleted.sh").contains("gone from HEAD"));
    assert!(message(&report, "tagged.sh").contains("gone from HEAD"));
    // In every format, and as text.
    for format in ["human", "concise", "sarif", "github", "gitlab-sast", "junit", "exceptions"] {
        assert_eq!(repository.sflint(&["history", "--format", format, "--all"]).0, 1, "{format}");
    }
    // Rewritten away, and in a stash: on request.
    let line = repository.password();
    repository.write("amended.sh", &line);
    repository.commit("A mistake");
    fs::remove_file(repository.root.join("amended.sh")).unwrap();
    repository.git(&["add", "-A"]);
    repository.git(&["commit", "-q", "--amend", "--allow-empty", "-m", "No mistake"]);
    for name in ["stashed.sh", "stashed-first.sh"] {
        let line = repository.password();
        repository.write(name, &line);
        repository.git(&["stash", "push", "-q", "--include-untracked"]);
    }
    assert_eq!(paths(&repository.history(&[]).1), expected);
    let all = paths(&repository.history(&["--unreachable"]).1);
    for path in ["amended.sh", "stashed.sh", "stashed-first.sh"] {
        assert!(all.contains(&path.to_owned()), "{path}: {all:?}");
    }
    // A range holds what its commits brought; the index and the work tree are what `check` reads.
    assert_eq!(paths(&repository.history(&["side~1..side"]).1), ["side.sh"]);
    assert_eq!(paths(&repository.history(&["--after", "side"]).1), ["merged.sh", "tagged.sh"]);
    let line = repository.password();
    repository.write("staged.sh", &line);
    repository.git(&["add", "staged.sh"]);
    let line = repository.password();
    repository.write("written.sh", &line);
    let check = |arguments: &[&str]| {
        paths(&repository.sflint(&[&["check", "--format", "json"], arguments].concat()).1)
    };
    assert_eq!(check(&["--staged"]), ["staged.sh"]);
    assert!(check(&[]).contains(&"written.sh".to_owned()));
}

#[test]
fn one_finding_a_credential() {
    let mut repository = Repository::new(&[]);
    let line = repository.password();
    // The same value in three files, of which one is left, and twice in the same place with other text around.
    repository.write("a.sh", &line);
    repository.commit("a");
    repository.write("b/b.sh", format!("# more\n{line}"));
    repository.commit("b");
    repository.write("a.sh", format!("#!/bin/sh\n{line}"));
    repository.commit("a again");
    fs::remove_file(repository.root.join("a.sh")).unwrap();
    repository.commit("a goes");
    repository.write("c.sh", &line);
    repository.commit("c");
    fs::remove_file(repository.root.join("c.sh")).unwrap();
    repository.commit("c goes");
    let (_, report, _) = repository.history(&[]);
    assert_eq!(paths(&report), ["b/b.sh"]);
    let finding = &report["findings"][0];
    let related: Vec<&str> = finding["related"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["path"].as_str().unwrap())
        .collect();
    assert_eq!(related, ["c.sh", "a.sh"]);
    let first = repository.git(&["rev-list", "--max-parents=0", "HEAD"]);
    let message = finding["message"].as_str().unwrap();
    assert!(message.contains(&first[..10]) && message.ends_with("still in HEAD"), "{message}");
    // What is accepted for a file of today is accepted in its history.
    let entry = "[[exceptions]]\nrule = \"salesforce-credential-assignment\"\nin = \"File:b/b.sh\"\nreason = \"revoked\"\n";
    repository.write("sflint.toml", entry);
    let (code, report, said) = repository.history(&[]);
    assert_eq!((code, report["summary"]["excepted"].as_u64()), (0, Some(1)), "{said}{report}");
    // So is what the baseline holds.
    fs::remove_file(repository.root.join("sflint.toml")).unwrap();
    repository.write("package.xml", "<Package/>");
    repository.write("profiles/A.profile", "<Profile><custom>true</custom></Profile>");
    assert_eq!(run(&repository.root, &["baseline", "--include-secrets"]).0, 0);
    let (code, report, said) = repository.history(&[]);
    assert_eq!((code, report["summary"]["baselined"].as_u64()), (0, Some(1)), "{said}{report}");
}

#[test]
fn near_misses_are_silent() {
    let repository = Repository::new(&[]);
    repository.come_and_go(
        "a.sh",
        "SF_PASSWORD='${SF_PASSWORD}'\nSF_TOKEN=<your token>\nSF_PASSWORD=changeme\n",
    );
    repository.come_and_go("README.md", "Set `SF_PASSWORD` to the password of the user.\n");
    repository.come_and_go(
        "a.js",
        "const password = process.env.SF_PASSWORD;\nconst token = await login();\n",
    );
    repository.come_and_go("photo.png", [0x89, b'P', b'N', b'G', 0, 1, 2, 3]);
    let (code, report, said) = repository.history(&[]);
    assert_eq!((code, paths(&report)), (0, Vec::new()), "{said}{report}");
}

#[test]
fn every_kind_of_repository_has_an_outcome() {
    // None at all.
    let temp = tempfile::tempdir().unwrap();
    let (code, _, said) = run(temp.path(), &["history"]);
    assert!(code == 2 && said.contains("no work tree of git"), "{said}");
    // Nothing committed yet.
    let empty = Repository::new(&[]);
    let (code, _, said) = empty.history(&[]);
    assert!(code == 2 && !said.is_empty(), "{code}: {said}");
    // Another kind of ids.
    let mut repository = Repository::new(&["--object-format=sha256"]);
    let line = repository.password();
    repository.come_and_go("a.sh", &line);
    assert_eq!(paths(&repository.history(&[]).1), ["a.sh"]);
    // A shallow clone, a linked work tree, a name that is not known.
    let mut repository = Repository::new(&[]);
    let line = repository.password();
    repository.come_and_go("a.sh", &line);
    repository.commit("Later");
    let temp = tempfile::tempdir().unwrap();
    let origin = format!("file://{}", repository.root.display());
    assert!(
        try_git(temp.path(), &["clone", "-q", "--depth", "1", &origin, "shallow"]).status.success()
    );
    let (code, out, _) = run(&temp.path().join("shallow"), &["history", "--format", "json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, paths(&report)), (0, Vec::new()));
    assert!(remarks(&report).contains("git fetch --unshallow"), "{out}");
    let linked = temp.path().join("linked");
    repository.git(&["worktree", "add", "-q", "--detach", linked.to_str().unwrap()]);
    let (_, out, _) = run(&linked, &["history", "--format", "json"]);
    assert_eq!(paths(&serde_json::from_str(&out).unwrap()), ["a.sh"]);
    for range in ["nope..", "--output=x", "-1", "main..nope"] {
        let (code, _, said) = repository.history(&["--", range]);
        assert!(code == 2 && said.contains("does not know"), "{range}: {said}");
    }
    // Submodules, and what Git LFS keeps elsewhere, are told.
    let module = temp.path().join("module");
    fs::create_dir_all(&module).unwrap();
    for arguments in [&["init", "-q"][..], &["commit", "-q", "--allow-empty", "-m", "x"]] {
        assert!(try_git(&module, arguments).status.success());
    }
    repository.git(&["submodule", "add", "-q", module.to_str().unwrap(), "module"]);
    repository.write(
        "data.csv",
        format!(
            "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n",
            "0".repeat(64)
        ),
    );
    repository.commit("A module, and a large file");
    let (_, report, _) = repository.history(&[]);
    assert!(remarks(&report).contains("module is a submodule"), "{report}");
    assert!(remarks(&report).contains("1 file that Git LFS keeps elsewhere"), "{report}");
}

/// Rule and path of what is found, at main places and others.
fn told(report: &Value) -> BTreeSet<(String, String)> {
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let mut told = BTreeSet::new();
    for finding in &findings {
        let others = finding["related"].as_array().cloned().unwrap_or_default();
        for place in others.iter().chain([finding]) {
            let word = |value: &Value| value.as_str().unwrap().to_owned();
            told.insert((word(&finding["rule"]), word(&place["path"])));
        }
    }
    told
}

/// Every kind of credential, as the examples of the rules have them: what `check` finds in the files of a commit, the
/// history has when they are gone.
#[test]
fn what_is_gone_is_found_as_if_it_were_there() {
    let catalogue = Catalogue::builtin().unwrap();
    let (mut missed, mut compared) = (Vec::new(), 0);
    for rule in &catalogue.rules {
        let of_files = ["tracked-env-file", "tracked-cli-state", "tracked-key-store"];
        if !rule.matching.is_about_credentials() && !of_files.contains(&rule.id.as_str()) {
            continue;
        }
        for (at, example) in parse_examples(rule).unwrap().iter().enumerate() {
            if example.expectation != Expectation::Bad || !example.options.is_empty() {
                continue;
            }
            let repository = Repository::new(&[]);
            let today = Date::parse(example.today.as_deref().unwrap_or(EXAMPLE_DAY)).unwrap();
            repository.write("sfdx-project.json", r#"{"packageDirectories":[{"path":"."}]}"#);
            repository
                .write("sflint.toml", example.config.as_deref().unwrap_or("kind = \"org\"\n"));
            repository
                .write("profiles/A.profile-meta.xml", "<Profile><custom>true</custom></Profile>");
            repository.commit("The project");
            for (path, text) in example.files.iter().filter(|(path, _)| !path.starts_with(".git/"))
            {
                repository.write(path, markers::expand(text, today).unwrap());
            }
            repository.commit("Comes");
            let select = ["--select", &rule.id, "--today", EXAMPLE_DAY, "--format", "json"];
            let there = told(&repository.sflint(&[&["check"], &select[..]].concat()).1);
            repository.git(&["revert", "--no-edit", "HEAD"]);
            let gone = told(&repository.sflint(&[&["history"], &select[..]].concat()).1);
            compared += there.len();
            missed.extend(there.difference(&gone).map(|one| format!("{} {at}: {one:?}", rule.id)));
        }
    }
    assert!(compared > 35, "{compared}");
    assert!(missed.is_empty(), "{missed:#?}");
}

/// A content that is damaged is said to be; the others are read.
#[test]
fn damaged_objects() {
    let mut repository = Repository::new(&[]);
    let line = repository.password();
    repository.come_and_go("a.sh", &line);
    let line = repository.password();
    repository.come_and_go("b.sh", &line);
    let id = repository.git(&["rev-parse", "HEAD~3:a.sh"]);
    let path = repository.root.join(".git/objects").join(&id[..2]).join(&id[2..]);
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    #[expect(clippy::permissions_set_readonly_false)]
    permissions.set_readonly(false);
    fs::set_permissions(&path, permissions).unwrap();
    fs::write(&path, b"no object").unwrap();
    let (_, report, said) = repository.history(&[]);
    assert_eq!(paths(&report), ["b.sh"], "{said}");
    let skipped = report["summary"]["filesSkipped"].to_string();
    assert!(skipped.contains("a.sh at "), "{skipped}");
}

#[cfg(unix)]
#[test]
fn paths_that_are_no_text() {
    use std::os::unix::ffi::OsStrExt;
    let mut repository = Repository::new(&[]);
    let line = repository.password();
    let name = std::ffi::OsStr::from_bytes(b"caf\xE9.sh");
    fs::write(repository.root.join(name), line).unwrap();
    repository.commit("A name in Latin-1");
    let (code, report, said) = repository.history(&[]);
    assert_eq!((code, paths(&report).len()), (1, 1), "{said}");
}

/// Breaks a run off when so many versions were read.
struct BreakOff<'a> {
    left: AtomicUsize,
    interrupted: &'a AtomicBool,
}

impl Progress for BreakOff<'_> {
    fn done(&self, files: usize) {
        let left = self.left.fetch_sub(files, Ordering::Relaxed);
        self.interrupted.store(left <= files, Ordering::Relaxed);
    }
}

/// A run that is broken off within a commit says the one before it, and the next run reads the rest.
#[test]
fn what_is_left_after_an_interruption() {
    let mut repository = Repository::new(&[]);
    for names in [["a.sh", "b.sh"], ["c.sh", "d.sh"], ["e.sh", "f.sh"]] {
        for name in names {
            let line = repository.password();
            repository.write(name, &line);
        }
        repository.commit("Two files");
    }
    let interrupted = AtomicBool::new(false);
    let git = GitRepository::around(&repository.root, &repository.root).unwrap();
    let request = CheckRequest {
        inputs: vec![".".into()],
        current_dir: repository.root.clone(),
        config: None,
        rules_dir: None,
        selection: Selection::default(),
        fail_on: None,
        baseline: BaselineChoice::default(),
        today: Date::parse(EXAMPLE_DAY).unwrap(),
        threads: 1,
        asked: None,
        list_rules: false,
    };
    let of = HistoryRequest {
        repository: &git,
        commits: &Commits::All { unreachable: false },
        after: None,
        interrupted: &interrupted,
    };
    let progress = BreakOff { left: AtomicUsize::new(3), interrupted: &interrupted };
    let report = history(&request, &of, Some(&progress)).unwrap().0.report;
    let found: Vec<&str> =
        report.findings.iter().map(|finding| finding.location.path.as_str()).collect();
    assert_eq!(found, ["a.sh", "b.sh", "c.sh"]);
    let first = repository.git(&["rev-list", "--max-parents=0", "HEAD"]);
    let way_out = format!("`sflint history --after {}` goes on from there", &first[..10]);
    assert!(report.summary.remarks.iter().any(|remark| remark.contains(&way_out)), "{way_out}");
    let rest = repository.history(&["--after", &first[..10]]).1;
    assert_eq!(paths(&rest), ["c.sh", "d.sh", "e.sh", "f.sh"]);
}

/// Exit code and report of a run that is interrupted after a while.
#[cfg(unix)]
fn broken_off(root: &Path, wait: std::time::Duration) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sflint"))
        .args(["history", "--format", "json"])
        .current_dir(root)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(wait);
    let id = child.id().to_string();
    // It may have ended by itself by now.
    let _ = Command::new("kill").args(["-INT", &id]).status().unwrap();
    let mut out = String::new();
    std::io::Read::read_to_string(child.stdout.as_mut().unwrap(), &mut out).unwrap();
    (child.wait().unwrap().code(), out)
}

/// Whoever breaks it off gets what was found, and how to go on.
#[cfg(unix)]
#[test]
fn it_can_be_broken_off() {
    let mut repository = Repository::new(&[]);
    let line = repository.password();
    repository.come_and_go("a.sh", &line);
    // Enough to be still busy a moment later.
    for number in 0..12 {
        let filler =
            format!("export A{number}=https://{number}.example.com/a/b/c\n").repeat(60_000);
        repository.come_and_go(&format!("big{number}.sh"), filler);
    }
    // A slow machine may not have read anything yet.
    let mut wait = std::time::Duration::from_millis(250);
    let (code, out) = loop {
        let (code, out) = broken_off(&repository.root, wait);
        let report: Value = serde_json::from_str(&out).unwrap();
        if !remarks(&report).contains("broken off in the first commit") {
            break (code, out);
        }
        assert_eq!(code, Some(130));
        wait *= 2;
    };
    let report: Value = serde_json::from_str(&out).unwrap();
    // On a fast machine it may have been done by then.
    if code == Some(130) {
        assert!(remarks(&report).contains("goes on from there"), "{out}");
        let rest: Vec<&str> = out.split("`sflint history ").collect();
        let arguments: Vec<&str> = rest[1].split('`').next().unwrap().split(' ').collect();
        let (code, rest, said) = repository.history(&arguments);
        let commits = |report: &Value| {
            let words = report["run"]["revision"].as_str().unwrap().to_owned();
            words.split(' ').filter_map(|word| word.parse::<usize>().ok()).next_back().unwrap()
        };
        // Thirteen commits bring something; one at most is read in both.
        let both = commits(&report) + commits(&rest);
        assert!((13..=14).contains(&both), "{both} commits: {said}");
        assert_eq!(code, 0);
    }
    assert_eq!(paths(&report), ["a.sh"]);
}
