//! How a team with an old org begins, and goes on: baseline, exceptions that end, values that change, files that move.
#![allow(clippy::unwrap_used, clippy::expect_used)] // A helper that fails fails the test.

#[path = "common/metadata.rs"]
mod metadata;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use self::metadata::set;

const APP: &str = "force-app/connectedApps/Order_Sync.connectedApp-meta.xml";
const MOVED_APP: &str = "packages/orders/connectedApps/Order_Sync.connectedApp-meta.xml";
const SET: &str = "force-app/permissionsets/Orders.permissionset-meta.xml";
const NEW_SET: &str = "force-app/permissionsets/Night_Shift.permissionset-meta.xml";
const PROJECT: &str =
    "{\"packageDirectories\": [{\"path\": \"force-app\"}, {\"path\": \"packages/orders\"}]}";
const CONFIG: &str = "kind = \"org\"\n\
    [rules]\noauth-pkce-missing = \"off\"\noauth-self-authorize = \"off\"\noauth-refresh-without-secret = \"off\"\n";

fn app(days: u32) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    \
         <label>Order Sync</label>\n    <oauthConfig>\n        <callbackUrl>https://orders.example.com/callback</callbackUrl>\n        \
         <scopes>Full</scopes>\n        <scopes>RefreshToken</scopes>\n    </oauthConfig>\n    <oauthPolicy>\n        \
         <ipRelaxation>ENFORCE</ipRelaxation>\n        \
         <refreshTokenPolicy>specific_lifetime:{days}:DAYS</refreshTokenPolicy>\n    </oauthPolicy>\n</ConnectedApp>\n"
    )
}

/// The same app as another tool writes it: other white space, other order, a comment.
fn reformatted(app: &str) -> String {
    app.replace("\n    ", "\n\t")
        .replace("<scopes>Full</scopes>", "<!-- full -->\r\n<scopes>\n Full\n </scopes>")
        .replace("<label>Order Sync</label>\n", "<label>Order&#32;Sync</label>\n\n\n")
}

/// A project in its own git work tree.
struct Team {
    folder: TempDir,
}

/// What a run of `check` must show: exit code, findings as `severity rule component key`, and the counts.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    code: i32,
    findings: Vec<String>,
    excepted: u64,
    baselined: u64,
    stale: Option<u64>,
}

impl Team {
    fn new(files: &[(&str, String)]) -> Team {
        let team = Team { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(team.folder.path().join(".git")).unwrap();
        team.write(".gitignore", ".env\n.env.*\n*.key\n*.pem\n.sf/\n.sfdx/\n");
        for (path, text) in files {
            team.write(path, text);
        }
        team
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).unwrap();
    }

    fn run(&self, at: &str, arguments: &[&str]) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_sflint"))
            .current_dir(self.path(at))
            .stdin(Stdio::null())
            .env_remove("COLUMNS")
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (out, err) = (text(output.stdout), text(output.stderr));
        assert!(!err.contains("panicked"), "{err}");
        (output.status.code().unwrap(), out, err)
    }

    fn check(&self, more: &[&str]) -> Shown {
        let mut arguments = vec!["check", "--format", "json", "--today", "2026-11-23"];
        if more.contains(&"--today") {
            arguments.truncate(3);
        }
        arguments.extend(more);
        let (code, out, err) = self.run(".", &arguments);
        assert_eq!(err, "");
        let report: Value = serde_json::from_str(&out).unwrap();
        let summary = &report["summary"];
        let by_severity: u64 = ["error", "warning", "note"]
            .iter()
            .map(|one| summary["baselinedBySeverity"][one].as_u64().unwrap())
            .sum();
        assert_eq!(summary["baselined"], by_severity);
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let mut findings: Vec<String> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                let parts = ["severity", "rule", "component", "key"].map(|part| text(&one[part]));
                parts.join(" ")
            })
            .collect();
        findings.sort();
        Shown {
            code,
            findings,
            excepted: summary["excepted"].as_u64().unwrap(),
            baselined: summary["baselined"].as_u64().unwrap(),
            stale: summary["baselineStale"].as_u64(),
        }
    }
}

fn shown(code: i32, findings: &[&str], excepted: u64, baselined: u64, stale: Option<u64>) -> Shown {
    let findings = findings.iter().map(|one| (*one).to_owned()).collect();
    Shown { code, findings, excepted, baselined, stale }
}

const FULL: &str = "error oauth-full-scope OauthApp:Order_Sync -";
const LONG: &str = "note oauth-refresh-token-long OauthApp:Order_Sync -";
const SEES_ALL: &str = "warning dangerous-permission PermissionSet:Orders viewalldata";
const NIGHT: &str = "warning dangerous-permission PermissionSet:Night_Shift manageusers";
const ENTRY: &str = "\n[[exceptions]]\nrule = \"oauth-refresh-token-long\"\nin = \"OauthApp:Order*\"\n\
    values = [\"refreshTokenDays=180\"]\nreason = \"The vendor asks for half a year\"\nexpires = \"2026-12-31\"\n";
const ABOUT: &str = "oauth-refresh-token-long in OauthApp:Order*";

fn old_org() -> Team {
    Team::new(&[
        ("sfdx-project.json", PROJECT.to_owned()),
        ("sflint.toml", CONFIG.to_owned()),
        (APP, app(180)),
        (SET, set(&["ViewAllData"])),
    ])
}

#[test]
fn an_old_org_is_adopted_and_lives_on() {
    let team = old_org();
    assert_eq!(team.check(&[]), shown(1, &[FULL, LONG, SEES_ALL], 0, 0, None), "as it was");

    let (code, out, err) = team.run(".", &["baseline"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "wrote sflint.baseline with 3 findings\n", "")
    );
    assert_eq!(team.check(&[]), shown(0, &[], 0, 3, Some(0)), "nothing is new");
    assert_eq!(team.check(&["--no-baseline"]).findings.len(), 3);
    let recorded = fs::read_to_string(team.path("sflint.baseline")).unwrap();
    team.run(".", &["baseline"]);
    assert_eq!(fs::read_to_string(team.path("sflint.baseline")).unwrap(), recorded, "no churn");

    team.remove(APP);
    team.write(MOVED_APP, &reformatted(&app(180)));
    assert_eq!(team.check(&[]), shown(0, &[], 0, 3, Some(0)), "moved and reformatted");

    team.write(NEW_SET, &set(&["ManageUsers"]));
    assert_eq!(team.check(&[]), shown(0, &[NIGHT], 0, 3, Some(0)), "only what is new");
    assert_eq!(team.check(&["--fail-on", "warning"]).code, 1);
    team.remove(NEW_SET);

    team.write("sflint.toml", &format!("{CONFIG}dangerous-permission = \"error\"\n"));
    let worse = SEES_ALL.replace("warning", "error");
    assert_eq!(team.check(&[]), shown(1, &[&worse], 0, 2, Some(1)), "worse than recorded");

    team.write("sflint.toml", &format!("{CONFIG}{ENTRY}"));
    assert_eq!(team.check(&[]), shown(0, &[], 1, 2, Some(1)), "accepted with a reason instead");
    let (code, out, _) = team.run(".", &["baseline", "--prune"]);
    assert_eq!((code, out.as_str()), (0, "sflint.baseline: 1 line dropped\n"));
    assert_eq!(team.check(&[]), shown(0, &[], 1, 2, Some(0)));

    let last = team.check(&["--today", "2026-12-31"]);
    assert_eq!(last, shown(0, &[], 1, 2, Some(0)), "through its last day");
    let expired = format!("warning exception-expired File:sflint.toml {ABOUT}");
    let after = team.check(&["--today", "2027-01-01"]);
    assert_eq!(after, shown(0, &[LONG, &expired], 0, 2, Some(0)), "expired");

    team.write(MOVED_APP, &app(365));
    let unused = format!("note exception-unused File:sflint.toml {ABOUT}");
    assert_eq!(team.check(&[]), shown(0, &[&unused, LONG], 0, 2, Some(0)), "the value changed");

    team.write(MOVED_APP, &app(30).replace("Full", "Api"));
    assert_eq!(team.check(&[]), shown(0, &[&unused], 0, 1, Some(1)), "corrected");
    team.write("sflint.toml", CONFIG);
    team.run(".", &["baseline", "--prune"]);
    assert_eq!(team.check(&[]), shown(0, &[], 0, 1, Some(0)), "and cleaned up");
}

/// What only a part of the files, or of the rules, can tell is not told.
#[test]
fn only_a_whole_run_says_that_an_entry_is_unused() {
    let team = old_org();
    team.run(".", &["baseline"]);
    let entry = |rule: &str, scope: &str| {
        format!("\n[[exceptions]]\nrule = \"{rule}\"\nin = \"{scope}\"\nreason = \"r\"\n")
    };
    let unused = entry("oauth-full-scope", "OauthApp:Gone");
    team.write("sflint.toml", &format!("{CONFIG}{unused}"));
    team.write(APP, &app(30).replace("Full", "Api"));
    let finding = "note exception-unused File:sflint.toml oauth-full-scope in OauthApp:Gone";
    assert_eq!(team.check(&[]), shown(0, &[finding], 0, 1, Some(2)));
    for part in [&[SET][..], &["force-app"], &["--select", "dangerous-permission"]] {
        let shown = team.check(part);
        assert_eq!((shown.findings.len(), shown.stale), (0, None), "{part:?}");
    }
    let selected = team.check(&["--select", "oauth-full-scope,exception-unused"]);
    assert_eq!((selected.findings.len(), selected.stale), (1, None), "its rule is on");

    // A file that the config excludes, or that cannot be read, might have held it.
    let excluding = |glob: &str, entry: &str| {
        team.write("sflint.toml", &format!("exclude = [\"{glob}\"]\n{CONFIG}{entry}"));
        team.check(&[]).findings.iter().filter(|one| one.contains("exception-unused")).count()
    };
    let own = entry("oauth-full-scope", "OauthApp:Order_Sync");
    assert_eq!(excluding("**/Order_Sync.*", &own), 0);
    assert_eq!(excluding("**/Orders.*", &own), 1, "another component");
    assert_eq!(excluding("**/Orders.*", &entry("oauth-full-scope", "path:force-app/**")), 0);
    team.write(SET, "<PermissionSet>");
    assert_eq!(excluding("**/other/**", &own), 0, "not everything could be read");
}

#[test]
fn entries_that_are_printed_accept_everything_once_they_have_reasons() {
    let team = old_org();
    let odd = "force-app/permissionsets/%5BOdd%5D %7Bname%7D.permissionset-meta.xml";
    team.write(odd, &set(&["ManageUsers"]));
    let (_, entries, _) = team.run(".", &["check", "--format", "exceptions"]);
    assert_eq!(entries.matches("[[exceptions]]").count(), 4, "{entries}");
    team.write("sflint.toml", &format!("{CONFIG}{entries}"));
    let (code, _, err) = team.run(".", &["check"]);
    assert_eq!((code, err.matches("an exception needs a reason").count()), (2, 4), "{err}");
    let filled = entries.replace("reason = \"\"", "reason = \"seen\"");
    team.write("sflint.toml", &format!("{CONFIG}{filled}"));
    assert_eq!(team.check(&[]), shown(0, &[], 4, 0, None));
    let (_, out, _) = team.run(".", &["check", "--format", "concise"]);
    assert!(out.contains("4 findings are excepted in sflint.toml"), "{out}");
}

/// Two projects may find the same: a line hides one of them.
#[test]
fn projects_share_a_baseline() {
    let at = |project: &str, path: &str| format!("{project}/{path}");
    let team = Team::new(&[("sflint.toml", CONFIG.to_owned())]);
    let add = |project: &str| {
        team.write(&at(project, "sfdx-project.json"), PROJECT);
        team.write(&at(project, SET), &set(&["ViewAllData"]));
    };
    add("one");
    add("two");
    let (code, out, err) = team.run(".", &["baseline"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "wrote sflint.baseline with 2 findings\n", "")
    );
    assert_eq!(team.check(&[]), shown(0, &[], 0, 2, Some(0)));
    assert_eq!(team.check(&["one"]), shown(0, &[], 0, 1, None));
    add("three");
    assert_eq!(team.check(&[]), shown(0, &[SEES_ALL], 0, 2, Some(0)));
    // A part of the projects must not overwrite, or prune, what the others recorded.
    for arguments in [&["baseline", "one"][..], &["baseline", "--prune", "one"]] {
        let (code, _, err) = team.run(".", arguments);
        assert_eq!(code, 2, "{arguments:?}");
        assert!(err.contains("sflint.baseline is about"), "{err}");
    }
    let (code, out, _) = team.run("one", &["baseline", "--file", "own.baseline"]);
    assert_eq!((code, out.as_str()), (0, "wrote own.baseline with 1 finding\n"));
    assert_eq!(team.check(&["--baseline", "one/own.baseline"]).baselined, 1);
}

#[test]
fn secrets_and_unreadable_files_are_recorded_on_request_only() {
    let team = old_org();
    // Made of pieces: nothing that looks like a secret stands here.
    let secret: String = ["8F3a", "91Bc", "77De", "0042", "Qx19", "Zz88"].concat();
    let with_secret = app(30).replace("Full", "Api").replace(
        "<oauthConfig>",
        &format!("<oauthConfig><consumerSecret>{secret}</consumerSecret>"),
    );
    team.write(APP, &with_secret);
    team.write(SET, "<PermissionSet>");
    let all = team.check(&[]).findings;
    let about = |rule: &str| all.iter().filter(|one| one.contains(rule)).count();
    assert_eq!((about("oauth-inline-secret"), about("unreadable-file")), (1, 1), "{all:?}");
    let (_, out, err) = team.run(".", &["baseline"]);
    assert_eq!(out, "wrote sflint.baseline with 0 findings\n");
    assert!(err.contains("left out 1 finding about exposed secrets; --include-secrets"), "{err}");
    assert!(err.contains("1 finding about files that cannot be read; --include-unread"), "{err}");
    assert_eq!(team.check(&[]).findings, all);
    let both = ["baseline", "--include-secrets", "--include-unreadable"];
    assert_eq!(team.run(".", &both).2, "");
    assert_eq!(team.check(&[]).findings, Vec::<String>::new());
    let recorded = fs::read_to_string(team.path("sflint.baseline")).unwrap();
    let shown = |window: &[char]| recorded.contains(&window.iter().collect::<String>());
    assert!(!secret.chars().collect::<Vec<_>>().windows(6).any(shown), "a secret is recorded");
}

#[test]
fn a_baseline_that_cannot_be_read_is_a_mistake_with_its_line() {
    let team = old_org();
    team.run(".", &["baseline"]);
    let text = fs::read_to_string(team.path("sflint.baseline")).unwrap();
    team.write("sflint.baseline", &format!("{text}<<<<<<< HEAD\n"));
    let (code, out, err) = team.run(".", &["check"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("sflint.baseline:5:1") && err.contains("cannot be read"), "{err}");
    let (code, _, err) = team.run(".", &["check", "--baseline", "nowhere"]);
    assert_eq!(code, 2);
    assert!(err.contains("cannot read") && err.contains("nowhere"), "{err}");
    // Writing it anew is the way out, and leaves nothing behind.
    assert_eq!(team.run(".", &["baseline"]).0, 0);
    assert_eq!(team.check(&[]).code, 0);
    let names = fs::read_dir(team.folder.path()).unwrap();
    let left: Vec<_> = names
        .filter(|one| one.as_ref().unwrap().file_name().to_string_lossy().ends_with(".tmp"))
        .collect();
    assert!(left.is_empty());
    let before = text.len();
    team.run(".", &["check"]);
    assert_eq!(fs::read_to_string(team.path("sflint.baseline")).unwrap().len(), before);
}

#[test]
fn whoever_meets_hundreds_is_told_how_to_begin() {
    let team = Team::new(&[("sfdx-project.json", PROJECT.to_owned())]);
    let at = |number: usize| format!("force-app/permissionsets/S{number}.permissionset-meta.xml");
    for number in 0..200 {
        team.write(&at(number), &set(&["ViewAllData"]));
    }
    let offers =
        |arguments: &[&str]| team.run(".", arguments).1.contains("`sflint baseline` records them");
    assert!(!offers(&["check"]), "200 findings");
    team.write(&at(200), &set(&["ViewAllData"]));
    assert!(offers(&["check"]), "201 findings");
    assert!(!offers(&["check", "--quiet"]));
    assert!(!offers(&["check", "--format", "concise"]));
    team.run(".", &["baseline"]);
    assert!(!offers(&["check"]), "it is done");
}

/// A folder that only holds the config is a project without files: the repository is judged all the same.
#[test]
fn a_config_above_the_projects_hides_no_repository() {
    let team = Team::new(&[("sflint.toml", CONFIG.to_owned())]);
    team.remove(".gitignore");
    for project in ["one", "two"] {
        team.write(&format!("{project}/sfdx-project.json"), PROJECT);
        team.write(&format!("{project}/{SET}"), &set(&["ApiEnabled"]));
    }
    let all = team.check(&[]).findings;
    assert!(!all.is_empty());
    assert_eq!(team.check(&["one"]).findings, all);
}

#[test]
fn check_writes_nothing() {
    let team = old_org();
    let listing = |folder: &Path| {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|one| one.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = listing(team.folder.path());
    team.check(&[]);
    team.run(".", &["exceptions"]);
    team.run(".", &["config"]);
    assert_eq!(listing(team.folder.path()), before);
}
