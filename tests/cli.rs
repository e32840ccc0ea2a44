//! The command as people and scripts meet it: exit codes and messages, above all of bad input.
#![allow(clippy::unwrap_used, clippy::expect_used)] // A helper that fails fails the test.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const PROFILE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Profile xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    <custom>true</custom>\n</Profile>\n";
const ACME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/acme");

/// How a run ended.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        let ran = Ran {
            code: output.status.code().expect("ended by itself"),
            out: text(output.stdout),
            err: text(output.stderr),
        };
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
        ran
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sflint"));
    command.current_dir(folder).stdin(Stdio::null());
    command.env_remove("COLUMNS").env_remove("NO_COLOR");
    command
}

fn sflint(folder: &Path, arguments: &[&str]) -> Ran {
    command(folder).args(arguments).output().unwrap().into()
}

/// A folder with files, each with its text.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// A run that must fail as usage: exit code 2, nothing on stdout; gives what it says.
#[track_caller]
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let ran = sflint(folder, arguments);
    assert_eq!(ran.code, 2, "{arguments:?}: {}{}", ran.out, ran.err);
    assert_eq!(ran.out, "", "{arguments:?}");
    ran.err
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

#[test]
fn exit_codes_follow_the_threshold() {
    let acme = Path::new(ACME);
    let code = |arguments: &[&str]| sflint(acme, arguments).code;
    assert_eq!(code(&[]), 1, "without a command the current folder is checked");
    assert_eq!(code(&["check", ".", "--select", "oauth-ip-bypassed"]), 0, "a warning is no error");
    assert_eq!(code(&["--select", "oauth-ip-bypassed", "--fail-on", "warning"]), 1);
    assert_eq!(code(&["--select", "api-access-control-off", "--fail-on", "warning"]), 0);
    assert_eq!(code(&["--select", "api-access-control-off", "--fail-on", "note"]), 1);
    for format in ["human", "concise", "json"] {
        assert_eq!(code(&["--format", format]), 1, "{format}");
    }
}

#[test]
fn mistakes_on_the_command_line() {
    let empty = folder(&[]);
    let at = empty.path();
    says(&refused(at, &["check", "--falg"]), &["unexpected argument '--falg'", "--help"]);
    says(&refused(at, &["check", "missing"]), &["`missing` does not exist"]);
    says(&refused(at, &["check", ACME, "missing"]), &["`missing` does not exist"]);
    says(&refused(at, &["chek"]), &["`chek` does not exist"]);
    says(&refused(at, &["check", ""]), &["a value is required"]);
    says(&refused(at, &["check", ".", "--today", "2026-13-01"]), &["a day is written like"]);
    says(&refused(at, &["check", ".", "--fail-on", "high"]), &["error, warning or note"]);
    says(&refused(at, &["check", ".", "--format", "xml"]), &["human, concise, json"]);
    says(&refused(at, &["check", ".", "--preset", "all"]), &["recommended, strict"]);
    says(&refused(at, &["check", ".", "--threads", "0"]), &["1..=1024"]);
    says(&refused(at, &["completions", "tcsh"]), &["bash", "zsh"]);
}

#[test]
fn rules_that_do_not_exist() {
    let at = Path::new(ACME);
    for flag in ["--select", "--ignore"] {
        let err = refused(at, &["check", ".", flag, "oauth-ful-scope"]);
        says(&err, &["there is no rule `oauth-ful-scope`", "did you mean `oauth-full-scope`?"]);
        let err = refused(at, &["check", ".", flag, "zzzzzzzz"]);
        says(&err, &["there is no rule `zzzzzzzz`", "`sflint rules` lists them"]);
    }
    let err = refused(at, &["explain", "oauth-full-scop"]);
    says(&err, &["there is no rule `oauth-full-scop`: did you mean `oauth-full-scope`?"]);
    let err = refused(at, &["vocabulary", "OauthAp"]);
    says(&err, &["there is no kind `OauthAp`: did you mean `OauthApp`?"]);
}

#[test]
fn broken_rules_are_reported_all_at_once() {
    let own = folder(&[
        ("rules/first-rule.toml", "title = 3\n"),
        ("rules/second-rule.toml", "title = \"unfinished\n"),
    ]);
    for arguments in [
        &["check", ACME, "--rules-dir", "rules"][..],
        &["rules", "--rules-dir", "rules"],
        &["explain", "oauth-full-scope", "--rules-dir", "rules"],
        &["test", "rules"],
    ] {
        let err = refused(own.path(), arguments);
        says(&err, &["first-rule.toml:1:", "`severity` is missing", "`title` is text"]);
        says(&err, &["second-rule.toml:1:"]);
    }
    let err = refused(own.path(), &["check", ACME, "--rules-dir", "nowhere"]);
    says(&err, &["cannot read", "nowhere"]);
}

#[test]
fn broken_configs_are_reported_all_at_once() {
    let project = folder(&[
        ("sflint.toml", "presset = \"strict\"\nfail-on = \"high\"\n[rules]\n"),
        ("profiles/A.profile", PROFILE),
    ]);
    let err = refused(project.path(), &["check"]);
    says(&err, &["sflint.toml:1:1", "no key `presset`", "did you mean `preset`?"]);
    says(&err, &["sflint.toml:2:", "`fail-on` cannot be `high`"]);

    fs::write(project.path().join("sflint.toml"), "[rules]\noauth-ful-scope = \"off\"\n").unwrap();
    let err = refused(project.path(), &["check"]);
    says(&err, &["there is no rule `oauth-ful-scope`", "did you mean `oauth-full-scope`?"]);

    let option = "[rules.oauth-refresh-token-long]\ndays = \"many\"\n";
    fs::write(project.path().join("sflint.toml"), option).unwrap();
    says(&refused(project.path(), &["check"]), &["option `days` is a number"]);

    let err = refused(project.path(), &["check", "--config", "none.toml"]);
    says(&err, &["cannot read", "none.toml"]);
}

#[test]
fn folders_without_metadata_are_a_mistake() {
    let project = folder(&[("text/notes.txt", "nothing here\n")]);
    fs::create_dir(project.path().join("empty")).unwrap();
    for name in ["empty", "text", "."] {
        let err = refused(project.path(), &["check", name]);
        says(&err, &["no Salesforce metadata found", "sfdx-project.json"]);
    }
    says(&refused(project.path(), &["facts", "empty"]), &["no Salesforce metadata found"]);
}

#[test]
fn named_files_that_are_no_metadata_are_searched_and_pass() {
    let project = folder(&[("README.md", "# Hello\n"), ("profiles/A.profile", PROFILE)]);
    for arguments in [&["check", "README.md"][..], &["check", "README.md", "profiles/A.profile"]] {
        let ran = sflint(project.path(), arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.out, ran.err);
        assert_eq!(ran.err, "", "{arguments:?}");
    }
}

/// Without `-meta.xml` only the folder tells what a file is; a work tree around it must not be needed.
#[test]
fn files_are_known_by_their_folder_however_they_are_named() {
    let open = PROFILE.replace(
        "    <custom>",
        "    <loginIpRanges><endAddress>255.255.255.255</endAddress>\
         <startAddress>0.0.0.0</startAddress></loginIpRanges>\n    <custom>",
    );
    let project = folder(&[("src/profiles/A.profile", open.as_str())]);
    let profiles = project.path().join("src/profiles");
    for (at, name, shown) in [
        (project.path(), ".", "src/profiles/A.profile"),
        (project.path(), "src/profiles", "src/profiles/A.profile"),
        (project.path(), "src/profiles/A.profile", "src/profiles/A.profile"),
        (&profiles, ".", "A.profile"),
        (&profiles, "A.profile", "A.profile"),
    ] {
        let ran = sflint(at, &["check", name, "--quiet"]);
        assert_eq!(ran.code, 1, "{name}: {}{}", ran.out, ran.err);
        says(&ran.out, &["profile-ip-range-too-broad", &format!("[{shown}:3:")]);
    }
}

#[test]
fn an_archive_is_not_a_clean_project() {
    let project = folder(&[("retrieved.zip", "PK")]);
    let ran = sflint(project.path(), &["check", "retrieved.zip"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    says(&ran.out, &["unreadable-file", "retrieved.zip", "archive"]);
}

#[test]
fn a_file_at_the_limit_is_refused_without_reading_it() {
    let project = folder(&[("profiles/Big.profile", "")]);
    let file = fs::File::create(project.path().join("profiles/Big.profile")).unwrap();
    file.set_len(64 * 1024 * 1024 + 1).unwrap();
    let ran = sflint(project.path(), &["check"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    says(&ran.out, &["unreadable-file", "67108865 bytes, the limit is 67108864"]);
}

#[test]
fn a_path_outside_of_the_project_is_checked_with_it() {
    let both = folder(&[
        ("one/sfdx-project.json", "{\"packageDirectories\": [{\"path\": \"force-app\"}]}"),
        ("one/force-app/profiles/A.profile-meta.xml", PROFILE),
        ("two/profiles/B.profile", PROFILE),
    ]);
    let ran = sflint(&both.path().join("one"), &["check", ".", "../two", "--format", "concise"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    says(&ran.out, &["0 errors, 0 warnings, 0 notes in 3 files"]);
}

#[test]
fn paths_are_shown_from_the_current_folder() {
    let main = Path::new(ACME).join("force-app/main");
    let shown = sflint(&main, &["check", "--select", "oauth-full-scope", "--quiet"]);
    says(&shown.out, &["[default/connectedApps/Order_Sync.connectedApp-meta.xml:14:17]"]);
    let sites = main.join("default/sites");
    let shown = sflint(&sites, &["check", "..", "--select", "oauth-full-scope", "--quiet"]);
    says(&shown.out, &["[../connectedApps/Order_Sync.connectedApp-meta.xml:14:17]"]);
}

#[test]
fn a_reader_that_leaves_early_is_no_crash() {
    let mut child = command(Path::new(ACME))
        .args(["vocabulary", "Profile"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(!first.is_empty());
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));

    let mut child = command(Path::new(ACME))
        .arg("check")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.err, "");
}

#[test]
fn colours_only_where_they_are_wanted() {
    let acme = Path::new(ACME);
    let coloured = |arguments: &[&str], no_color: Option<&str>| {
        let mut command = command(acme);
        if let Some(value) = no_color {
            command.env("NO_COLOR", value);
        }
        Ran::from(command.arg("check").args(arguments).output().unwrap()).out.contains('\u{1b}')
    };
    assert!(!coloured(&[], None), "a pipe is no terminal");
    assert!(!coloured(&[], Some("1")));
    assert!(coloured(&["--color", "always"], None));
    assert!(coloured(&["--color", "always"], Some("1")), "a flag wins over the environment");
    assert!(!coloured(&["--color", "never"], None));
    assert!(!coloured(&["--color", "always", "--format", "json"], None));
}

#[test]
fn json_is_one_document_that_agrees_with_the_exit_code() {
    let acme = Path::new(ACME);
    let ran = sflint(acme, &["check", "--format", "json", "--today", "2026-11-23"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert_eq!(report["version"], 1);
    assert_eq!(report["run"]["today"], "2026-11-23");
    let findings = report["findings"].as_array().unwrap();
    for severity in ["error", "warning", "note"] {
        let count = findings.iter().filter(|finding| finding["severity"] == severity).count();
        assert!(count > 0, "the demo shows every severity");
        assert_eq!(report["summary"][severity], count);
    }
    let mut prints: Vec<&str> =
        findings.iter().map(|finding| finding["fingerprint"].as_str().unwrap()).collect();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), findings.len(), "fingerprints tell findings apart");
    let again = sflint(acme, &["check", "--format", "json", "--today", "2026-11-23"]);
    assert_eq!(ran.out, again.out);
    let one = ["check", "--format", "json", "--today", "2026-11-23", "--threads", "1"];
    assert_eq!(ran.out, sflint(acme, &one).out, "threads do not show");
}

#[test]
fn the_demo_holds_no_more_than_a_person_reads() {
    let ran = sflint(Path::new(ACME), &["check", "--format", "concise", "--quiet"]);
    let count = ran.out.lines().count();
    assert!((12..=24).contains(&count), "{count} findings:\n{}", ran.out);
    for good in ["Warehouse", "Support_Console", "Courier_Access", "Service Desk", "Acme_Help"] {
        let path = |line: &str| line.split(": ").next().unwrap_or("").contains(good);
        let found: Vec<&str> = ran.out.lines().filter(|line| path(line)).collect();
        assert!(found.is_empty(), "{good} is done well: {found:?}");
    }
}

#[test]
fn rules_of_a_team() {
    let home = folder(&[]);
    fs::create_dir(home.path().join("none")).unwrap();
    says(&refused(home.path(), &["test", "none"]), &["no rule files (*.toml) below none"]);
    says(&refused(home.path(), &["test", "nowhere"]), &["cannot read nowhere"]);
    says(&refused(home.path(), &["new-rule", "My_Rule"]), &["`My_Rule` cannot name a rule"]);
    says(&refused(home.path(), &["new-rule", "../x"]), &["cannot name a rule"]);

    let made = sflint(home.path(), &["new-rule", "my-rule"]);
    assert_eq!(made.code, 0, "{}", made.err);
    says(&made.out, &["wrote sflint-rules/my-rule.toml", "sflint test sflint-rules"]);
    let path = home.path().join("sflint-rules/my-rule.toml");
    fs::write(&path, fs::read_to_string(&path).unwrap() + "# mine\n").unwrap();
    says(&refused(home.path(), &["new-rule", "my-rule"]), &["my-rule.toml is there already"]);
    assert!(fs::read_to_string(&path).unwrap().ends_with("# mine\n"), "nothing is overwritten");

    let tested = sflint(home.path(), &["test", "sflint-rules", "--conditions"]);
    assert_eq!(tested.code, 0, "{}", tested.err);
    says(&tested.out, &["1 rule with 2 examples"]);

    let text = fs::read_to_string(&path).unwrap().replace("[[good]]", "[[bad]]");
    fs::write(&path, text).unwrap();
    says(&refused(home.path(), &["test", "sflint-rules"]), &["my-rule.toml"]);
}

#[test]
fn rules_are_listed_by_family() {
    let home = folder(&[]);
    let listed = sflint(home.path(), &["rules"]);
    let mut families: Vec<&str> = listed
        .out
        .lines()
        .filter(|line| !line.starts_with([' ', '`']) && !line.is_empty())
        .collect();
    let told = families.clone();
    families.sort_unstable();
    families.dedup();
    assert_eq!(told, families, "each family once, in order");
}

#[test]
fn every_shell_has_completions_and_every_rule_a_page() {
    let home = folder(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = sflint(home.path(), &["completions", shell]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{shell}");
        says(&ran.out, &["sflint", "fail-on", "explain"]);
    }
    let rules = sflint(home.path(), &["rules", "--json"]);
    let rules: serde_json::Value = serde_json::from_str(&rules.out).unwrap();
    for rule in rules.as_array().unwrap() {
        let id = rule["id"].as_str().unwrap();
        let ran = sflint(home.path(), &["explain", id]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{id}");
        assert!(ran.out.starts_with(id), "{}", ran.out);
        says(&ran.out, &["What to do", "This fires"]);
    }
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn devices_and_pipes_are_never_read() {
        let project = folder(&[]);
        let pipe = project.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for name in ["/dev/null", "/dev/zero", "pipe"] {
            let ran = sflint(project.path(), &["check", name]);
            assert_eq!(ran.code, 0, "{name}: {}{}", ran.out, ran.err);
            says(&ran.err, &["not a regular file"]);
        }
    }

    #[test]
    fn a_pipe_in_the_place_of_metadata_is_a_finding() {
        let project = folder(&[("profiles/B.profile", PROFILE)]);
        let pipe = project.path().join("profiles/A.profile");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for name in [".", "profiles/A.profile"] {
            let ran = sflint(project.path(), &["check", name]);
            assert_eq!(ran.code, 1, "{name}: {}{}", ran.out, ran.err);
            says(&ran.out, &["unreadable-file", "not a regular file"]);
        }
    }

    #[test]
    fn links_in_a_circle_end() {
        let project = folder(&[("profiles/A.profile", PROFILE)]);
        symlink("..", project.path().join("profiles/up")).unwrap();
        symlink("self", project.path().join("self")).unwrap();
        let ran = sflint(project.path(), &["check", "--format", "concise"]);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        says(&ran.out, &["in 1 file", "profiles/up", "self"]);
    }

    #[test]
    fn a_link_that_leaves_the_project_is_not_followed() {
        let outside = folder(&[("A.profile", "not even metadata")]);
        let project = folder(&[("profiles/B.profile", PROFILE)]);
        let link = project.path().join("profiles/A.profile");
        symlink(outside.path().join("A.profile"), link).unwrap();
        for name in [".", "profiles/A.profile"] {
            let arguments = ["check", name, "--format", "concise", "--fail-on", "warning"];
            let ran = sflint(project.path(), &arguments);
            assert_eq!(ran.code, 1, "{name}: {}{}", ran.out, ran.err);
            says(&ran.out, &["warning[unreadable-file]", "a symbolic link that leaves"]);
        }
    }

    /// Root may read everything: then the file is a profile like any other.
    #[test]
    fn a_file_that_may_not_be_read_is_a_finding() {
        let project = folder(&[("profiles/A.profile", PROFILE)]);
        let path = project.path().join("profiles/A.profile");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
        let readable = fs::read(&path).is_ok();
        let ran = sflint(project.path(), &["check"]);
        assert_eq!(ran.code, i32::from(!readable), "{}{}", ran.out, ran.err);
        assert_eq!(ran.out.contains("unreadable-file"), !readable);
    }

    #[test]
    fn a_full_disk_is_a_failure() {
        let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else { return };
        let output = command(Path::new(ACME)).arg("check").stdout(full).output().unwrap();
        let ran = Ran::from(output);
        assert_eq!(ran.code, 2);
        says(&ran.err, &["sflint: "]);
    }

    #[test]
    fn names_cannot_write_to_the_terminal() {
        let name = "profiles/\u{1b}[2JA\u{202e}.profile";
        let project = folder(&[(name, "<Profile>")]);
        for format in ["human", "concise", "json"] {
            let ran = sflint(project.path(), &["check", "--format", format]);
            assert_eq!(ran.code, 1);
            assert!(!ran.out.contains(['\u{1b}', '\u{202e}']), "{format}: {}", ran.out);
        }
        let ran = sflint(project.path(), &["check", "missing\u{1b}[2J"]);
        assert!(!ran.err.contains('\u{1b}'), "{}", ran.err);
    }
}

/// What is true of a whole file is not said again of a place in it; and a project without metadata is one.
#[test]
fn a_private_key_in_git_is_told_once() {
    let day = sflint::value::date::Date::parse("2026-11-23").unwrap();
    let key = sflint::rule::markers::expand("@@private-key:rsa@@\n", day).unwrap();
    let folder = folder(&[("sfdx-project.json", "{}"), ("keys/server.key", &key)]);
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(folder.path()).args(arguments).stdin(Stdio::null());
        assert!(command.output().unwrap().status.success(), "{arguments:?}");
    };
    git(&["init", "-q"]);
    let found = |rule: &str| {
        let ran = sflint(folder.path(), &["check", "--format", "concise"]);
        (ran.code, ran.out.matches(rule).count())
    };
    assert_eq!(found("error["), (1, 1));
    assert_eq!(found("error[private-key-in-file]"), (1, 1));
    git(&["add", "."]);
    assert_eq!(found("error["), (1, 1));
    assert_eq!(found("error[tracked-key-store]"), (1, 1));
}

/// The state of the CLI lies in hidden folders; in git it is told, ignored it is nobody's business.
#[test]
fn the_state_of_the_cli_is_seen_in_git() {
    let state = "{\"orgs\": []}\n";
    let folder = folder(&[("sfdx-project.json", "{}"), (".sfdx/sfdx-orgs.json", state)]);
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(folder.path()).args(arguments).stdin(Stdio::null());
        assert!(command.output().unwrap().status.success(), "{arguments:?}");
    };
    let count = |inputs: &[&str]| {
        let mut arguments = vec!["check", "--format", "concise"];
        arguments.extend(inputs);
        sflint(folder.path(), &arguments).out.matches("[tracked-cli-state]").count()
    };
    git(&["init", "-q"]);
    fs::write(folder.path().join(".gitignore"), ".sfdx/\n").unwrap();
    assert_eq!(count(&[]), 0);
    git(&["add", "-f", "."]);
    assert_eq!(count(&[]), 1);
    assert_eq!(count(&[".sfdx/sfdx-orgs.json"]), 1, "as a hook passes it");
}
