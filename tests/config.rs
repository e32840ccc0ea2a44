//! Configs as teams write them: several files, all mistakes at once, and what a hostile one gets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A helper that fails fails the test.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const APP: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n\
    <label>Order Sync</label>\n<oauthConfig>\n<callbackUrl>https://orders.example.com/callback</callbackUrl>\n\
    <scopes>Full</scopes>\n</oauthConfig>\n</ConnectedApp>\n";

/// A project in its own git work tree, inside of a folder that is not.
struct Project {
    around: TempDir,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Project {
        let project = Project { around: tempfile::tempdir().unwrap() };
        fs::create_dir_all(project.path(".git")).unwrap();
        project.write("connectedApps/Order_Sync.connectedApp", APP);
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        self.around.path().join("project").join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_sflint"))
            .current_dir(self.path("."))
            .stdin(Stdio::null())
            .env("COLUMNS", "200")
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (out, err) = (text(output.stdout), text(output.stderr));
        assert!(!err.contains("panicked"), "{err}");
        (output.status.code().unwrap(), out, err)
    }

    /// What a refused config is told.
    #[track_caller]
    fn refused(&self) -> String {
        let (code, out, err) = self.run(&["check"]);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        err
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let (_, out, err) = self.run(arguments);
        serde_json::from_str(&out).map_err(|_| format!("{out}{err}")).unwrap()
    }

    /// Rules that find something.
    fn found(&self) -> Vec<String> {
        let report = self.json(&["check", "--format", "json"]);
        let rule = |one: &Value| one["rule"].as_str().unwrap().to_owned();
        let mut rules: Vec<String> =
            report["findings"].as_array().unwrap().iter().map(rule).collect();
        rules.sort();
        rules.dedup();
        rules
    }
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

#[test]
fn five_mistakes_are_five_messages_with_their_places() {
    let project = Project::new(&[(
        "sflint.toml",
        "presset = \"strict\"\n\n[[exceptions]]\nrule = \"oauth-ful-scope\"\nin = \"Profil:Admin\"\nexpires = \"soon\"\n\
         [rules]\noauth-device-flw = \"off\"\n",
    )]);
    let err = project.refused();
    let places = [
        ("sflint.toml:1:1", "no key `presset`", "did you mean `preset`?"),
        ("sflint.toml:3:1", "`reason` is missing", "why this is accepted"),
        ("sflint.toml:5:7", "no component has the type `Profil`", "did you mean `Profile:Admin`?"),
        ("sflint.toml:6:12", "`expires` is a day, not `soon`", "2027-03-31"),
        ("sflint.toml:8:1", "no rule `oauth-device-flw`", "did you mean `oauth-device-flow`?"),
    ];
    let mut at = 0;
    for (place, message, help) in places {
        says(&err, &[message, help]);
        let found = err.find(place).unwrap_or_else(|| panic!("{place} is not in:\n{err}"));
        assert!(found > at, "{place} is out of order:\n{err}");
        at = found;
    }
    assert_eq!(err.matches("╭─[").count(), 5, "{err}");
}

#[test]
fn unknown_rules_of_exceptions_are_mistakes_like_any_other() {
    let project = Project::new(&[(
        "sflint.toml",
        "[[exceptions]]\nrule = \"oauth-ful-scope\"\nreason = \"r\"\n[[exceptions]]\nrule = \"exception-unused\"\nreason = \"r\"\n",
    )]);
    let err = project.refused();
    says(
        &err,
        &["sflint.toml:2:9", "no rule `oauth-ful-scope`", "did you mean `oauth-full-scope`"],
    );
    says(&err, &["sflint.toml:5:9", "`exception-unused` has no exceptions"]);
}

#[test]
fn what_is_compared_with_hosts_must_be_able_to_be_one() {
    let project = Project::new(&[(
        "sflint.toml",
        "[rules.endpoint-shared-host]\nallow = [\"ours.example.com\", \"https://theirs.example.com\"]\n\
         [[lists.shared-hosts]]\nvalue = \"app-*.example.com\"\nbecause = \"is open\"\n",
    )]);
    let err = project.refused();
    says(&err, &["sflint.toml:2:1", "`https://theirs.example.com` is no host"]);
    says(&err, &["sflint.toml:3:", "`app-*.example.com` is no host", "`*.example.com`"]);
}

#[test]
fn mistakes_point_into_the_file_they_stand_in() {
    let project = Project::new(&[
        ("sflint.toml", "extends = \"config/base.toml\"\n\nkind = \"orgg\"\n"),
        ("config/base.toml", "fail-on = 3\n\n[rules]\nno-such-rule = \"off\"\n"),
    ]);
    let err = project.refused();
    says(&err, &["config/base.toml:1:11", "`fail-on` is text", "config/base.toml:4:1"]);
    says(&err, &["project/sflint.toml:3:9", "did you mean `org`?"]);
    project.write("sflint.toml", "extends = \"config/base.toml\"\n");
    project.write("config/base.toml", "[rules]\noauth-full-scope = { days = 3 }\n");
    says(&project.refused(), &["config/base.toml:2:22", "has no option `days`"]);
}

#[test]
fn the_extending_file_wins_and_lists_grow() {
    let project = Project::new(&[
        (
            "sflint.toml",
            "extends = [\"config/one.toml\", \"config/two.toml\"]\nfail-on = \"note\"\nexclude = [\"b/**\"]\n\
             [rules.oauth-full-scope]\nseverity = \"note\"\n[rules.oauth-refresh-token-long]\ndays = 10\n",
        ),
        (
            "config/one.toml",
            "extends = \"../shared/root.toml\"\npreset = \"strict\"\nfail-on = \"warning\"\nexclude = [\"../a/**\"]\n\
             [rules]\noauth-full-scope = \"off\"\n",
        ),
        (
            "config/two.toml",
            "extends = \"../shared/root.toml\"\npreset = \"sbs\"\n[rules.oauth-refresh-token-long]\nseverity = \"error\"\ndays = 20\n",
        ),
        (
            "shared/root.toml",
            "kind = \"package\"\npreset = \"recommended\"\nintegrations-ignore = [\"Legacy*\"]\n",
        ),
        ("a/connectedApps/A.connectedApp", APP),
        ("b/connectedApps/B.connectedApp", APP),
    ]);
    let config = project.json(&["config", "--format", "json"]);
    let expected = [
        ("preset", "\"sbs\"", "config/two.toml", 2),
        ("kind", "\"package\"", "shared/root.toml", 1),
        ("fail-on", "\"note\"", "sflint.toml", 2),
        ("exclude", "\"../a/**\"", "config/one.toml", 4),
        ("exclude", "\"b/**\"", "sflint.toml", 3),
        ("rules.oauth-full-scope.severity", "\"note\"", "sflint.toml", 5),
        ("rules.oauth-refresh-token-long.severity", "\"error\"", "config/two.toml", 4),
        ("rules.oauth-refresh-token-long.days", "10.0", "sflint.toml", 7),
        ("integrations-ignore", "\"Legacy*\"", "shared/root.toml", 3),
    ];
    let settings = config["settings"].as_array().unwrap();
    let told: Vec<_> = settings
        .iter()
        .map(|one| {
            let origin = &one["origin"];
            let key = one["key"].as_str().unwrap();
            (
                key,
                one["value"].to_string(),
                origin["path"].as_str().unwrap(),
                origin["line"].as_u64().unwrap(),
            )
        })
        .collect();
    let expected: Vec<_> =
        expected.map(|(key, value, path, line)| (key, value.to_owned(), path, line)).into();
    assert_eq!(told, expected);
    assert_eq!(
        config["files"].as_array().unwrap().len(),
        4,
        "a file that is extended twice counts once"
    );
    let report = project.json(&["check", "--format", "json"]);
    let skipped = report["summary"]["filesSkipped"].to_string();
    says(&skipped, &["a/connectedApps/A.connectedApp", "b/connectedApps/B.connectedApp"]);

    let (code, out, _) = project.run(&["config", "--preset", "strict", "--fail-on", "error"]);
    assert_eq!(code, 0);
    says(
        &out,
        &["preset = \"strict\"", "command line", "shared/root.toml:1", "files, a later one wins"],
    );
    assert!(!out.contains("config/two.toml:2"), "the command line wins: {out}");
}

#[test]
fn without_a_config_everything_is_a_default() {
    let project = Project::new(&[]);
    let (code, out, err) = project.run(&["config"]);
    assert_eq!((code, err.as_str()), (0, ""));
    says(&out, &["no sflint.toml", "preset = \"recommended\"", "kind = (guessed)", "default"]);
    assert_eq!(project.run(&["config", "nowhere"]).0, 2);
}

#[test]
fn what_extends_cannot_be() {
    let project = Project::new(&[
        ("loop/a.toml", "extends = \"b.toml\"\n"),
        ("loop/b.toml", "extends = \"a.toml\"\n"),
    ]);
    fs::write(project.around.path().join("outside.toml"), "preset = \"strict\"\nsecret = 1\n")
        .unwrap();
    project.write("folder.toml/x", "");
    project.write("large.toml", &format!("#{}\n", "x".repeat(1 << 20)));
    project.write("broken.toml", "kind = \n");
    project.write("sub/up.toml", "extends = \"../sub/../../outside.toml\"\n");
    let absolute = project.path("loop/a.toml");
    let absolute = absolute.to_str().unwrap().to_owned();
    for (target, told) in [
        ("https://example.com/base.toml", "takes the path of a file"),
        (absolute.as_str(), "is absolute"),
        ("C:\\\\base.toml", "is absolute"),
        ("base.json", "is no .toml file"),
        ("missing.toml", "cannot read `missing.toml`"),
        ("folder.toml", "not a regular file"),
        ("large.toml", "too large for a config"),
        ("../outside.toml", "leaves the repository"),
        ("loop/../../outside.toml", "leaves the repository"),
        ("sub/up.toml", "leaves the repository"),
        ("loop/a.toml", "goes in a circle"),
        ("sflint.toml", "goes in a circle"),
        ("broken.toml", "broken.toml:1:"),
    ] {
        project.write("sflint.toml", &format!("extends = \"{target}\"\n"));
        let err = project.refused();
        says(&err, &[told]);
        assert!(!err.contains("secret"), "a file outside of the repository is shown: {err}");
    }
    project.write("sflint.toml", "extends = [1, \"\", \"missing.toml\"]\n");
    assert_eq!(project.refused().matches("╭─[").count(), 3);
    project.write("sflint.toml", "extends = 3\n");
    says(&project.refused(), &["`extends` is the path of a config file, or a list of them"]);
}

#[test]
fn depth_and_number_have_limits() {
    let project = Project::new(&[]);
    for at in 0..12 {
        project.write(&format!("deep/{at}.toml"), &format!("extends = \"{}.toml\"\n", at + 1));
    }
    project.write("sflint.toml", "extends = \"deep/0.toml\"\n");
    says(&project.refused(), &["deeper than 8 files", "deep/6.toml:1:"]);
    let all: Vec<String> = (0..80).map(|at| format!("\"wide/{at}.toml\"")).collect();
    for at in 0..80 {
        project.write(&format!("wide/{at}.toml"), "");
    }
    project.write("sflint.toml", &format!("extends = [{}]\n", all.join(", ")));
    says(&project.refused(), &["more than 64 files"]);
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_the_repository() {
    use std::os::unix::fs::symlink;
    let project = Project::new(&[("sflint.toml", "extends = \"link.toml\"\n")]);
    let outside = project.around.path().join("outside.toml");
    fs::write(&outside, "secret = 1\n").unwrap();
    symlink(&outside, project.path("link.toml")).unwrap();
    let err = project.refused();
    says(&err, &["leaves the repository"]);
    assert!(!err.contains("secret"), "{err}");
    fs::remove_file(project.path("sflint.toml")).unwrap();
    symlink(&outside, project.path("sflint.toml")).unwrap();
    symlink(&outside, project.path("sflint.baseline")).unwrap();
    let err = project.refused();
    says(&err, &["cannot read", "leaves the git work tree"]);
    fs::remove_file(project.path("sflint.toml")).unwrap();
    let err = project.refused();
    says(&err, &["sflint.baseline", "leaves the git work tree"]);
    assert_eq!(project.run(&["baseline"]).0, 0);
    assert_eq!(
        fs::read_to_string(&outside).unwrap(),
        "secret = 1\n",
        "links are not written through"
    );
    // Inside of the work tree a link is a file like any other.
    project.write("real/base.toml", "[rules]\noauth-full-scope = \"off\"\n");
    fs::remove_file(project.path("link.toml")).unwrap();
    symlink(project.path("real/base.toml"), project.path("link.toml")).unwrap();
    fs::remove_file(project.path("sflint.baseline")).unwrap();
    project.write("sflint.toml", "extends = \"link.toml\"\n");
    assert!(!project.found().contains(&"oauth-full-scope".to_owned()));
}

const RULE: &str = r#"title = "Debug flag"
severity = "error"
why = "It prints everything."
was = ["debug-switch"]
[match]
kind = "text"
find = "DEBUG=(?P<value>[0-9]+)"
key = "value"
where.value = { present = true }
of.name = { glob = ["*.sh", ".env"] }
[report]
message = "debugging is on: {value}"
[fix]
help = "Turn it off."
[[bad]]
files."a.sh" = "DEBUG=1\n"
[[good]]
files."a.sh" = "x\n"
"#;

/// The lines of a file on which the rule of the test still finds something, and what hides the others.
fn spoken(project: &Project, path: &str) -> (Vec<u64>, u64) {
    let report = project.json(&["check", "--format", "json", "--select", "debug-flag"]);
    let findings = report["findings"].as_array().unwrap();
    let lines = findings.iter().filter(|one| one["path"] == path);
    let lines = lines.map(|one| one["start"]["line"].as_u64().unwrap()).collect();
    (lines, report["summary"]["excepted"].as_u64().unwrap())
}

#[test]
fn comments_accept_findings_in_files_that_are_no_metadata() {
    let script = "DEBUG=1 # sflint: allow debug-flag: local only\n\
        DEBUG=2\n\
        # sflint: allow debug-flag: build machine\n\
        DEBUG=3\n\
        DEBUG=4 # sflint: allow debug-flag\n\
        # sflint: allow other-rule: no\n\
        DEBUG=5\n\
        # sflint: allow debug-switch: by its former name\n\
        DEBUG=6\n";
    let project = Project::new(&[
        ("sflint.toml", "rules-dir = \"lint\"\n"),
        ("lint/debug-flag.toml", RULE),
        ("run.sh", script),
    ]);
    assert_eq!(spoken(&project, "run.sh"), (vec![2, 5, 7], 3));
    let report = project.json(&["check", "--format", "json", "--select", "debug-flag"]);
    let related: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["related"] != Value::Array(vec![]))
        .collect();
    assert_eq!(related.len(), 1);
    assert_eq!(related[0]["related"][0]["start"]["line"], 5);
    says(related[0]["related"][0]["message"].as_str().unwrap(), &["no reason"]);
    let register = project.json(&["exceptions", "--format", "json"]);
    let entries = register["exceptions"].as_array().unwrap();
    let told: Vec<_> = entries
        .iter()
        .map(|one| {
            (
                one["line"].as_u64().unwrap(),
                one["reason"].as_str().unwrap(),
                one["inFile"].as_bool().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [(1, "local only", true), (3, "build machine", true), (8, "by its former name", true)]
    );
}

/// A retrieve drops comments of metadata; what a file says of itself must not silence what is deployed.
#[test]
fn comments_in_metadata_accept_nothing() {
    let project = Project::new(&[]);
    let app = APP.replace("<scopes>", "<!-- sflint: allow oauth-full-scope: no --><scopes>");
    project.write("connectedApps/Order_Sync.connectedApp", &app);
    assert!(project.found().contains(&"oauth-full-scope".to_owned()));
}

fn register() -> Project {
    Project::new(&[(
        "sflint.toml",
        "kind = \"org\"\n[[exceptions]]\nrule = \"oauth-full-scope\"\nin = \"OauthApp:*\"\nvalues = [\"scopes=Full\"]\n\
         reason = \"=HYPERLINK(\\\"https://evil.example.com\\\") | `a`\"\nowner = \"+ops\"\nticket = \"T-1\"\nexpires = \"2027-01-31\"\n\
         [[exceptions]]\nrule = \"oauth-device-flow\"\nreason = \"old\"\nexpires = \"2020-01-01\"\n\
         [[exceptions]]\nrule = \"profile-ip-range-too-broad\"\nreason = \"\\u001b[2Jnothing\"\n",
    )])
}

#[test]
fn the_register_in_all_formats() {
    let project = register();
    let print = |format: &str| {
        let (code, out, err) =
            project.run(&["exceptions", "--format", format, "--today", "2026-11-23"]);
        assert_eq!((code, err.as_str()), (0, ""), "{format}");
        assert!(!out.contains('\u{1b}'), "{format}");
        out
    };
    let text = print("text");
    says(&text, &["oauth-full-scope in OauthApp:*\n", "through 2027-01-31", "at sflint.toml:2"]);
    says(
        &text,
        &["hides 1 finding:", "connectedApps/Order_Sync.connectedApp:6: error[oauth-full-scope]"],
    );
    says(&text, &["oauth-device-flow  EXPIRED", "profile-ip-range-too-broad  UNUSED"]);
    says(&text, &["3 exceptions: 1 live, 1 expired, 1 unused; 1 finding hidden on 2026-11-23"]);
    let markdown = print("markdown");
    says(
        &markdown,
        &[
            "| Exception |",
            "\\| \\`a\\`",
            "| live | 1 |",
            "## oauth-full-scope in OauthApp:\\* hides 1 finding",
        ],
    );
    let rows = markdown.lines().filter(|line| line.starts_with('|'));
    assert!(
        rows.clone().all(|row| row.replace("\\|", "").matches('|').count() == 10),
        "{markdown}"
    );
    let csv = print("csv");
    says(&csv, &["\"'=HYPERLINK(\"\"https://evil.example.com\"\")", "\"'+ops\"", "\"live\""]);
    assert_eq!(csv.matches("\r\n").count(), 4);
    let json: Value = serde_json::from_str(&print("json")).unwrap();
    let states: Vec<_> = json["exceptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["state"].as_str().unwrap(), one["hides"].as_u64().unwrap()))
        .collect();
    assert_eq!(states, [("live", 1), ("expired", 0), ("unused", 0)]);
    assert_eq!(json["exceptions"][0]["findings"][0]["rule"], "oauth-full-scope");
}

/// Two entries for one finding: it is hidden once, and neither is called unused.
#[test]
fn entries_that_overlap_hide_a_finding_once() {
    let entry = "[[exceptions]]\nrule = \"oauth-full-scope\"\nreason = \"r\"\n";
    let project = Project::new(&[("sflint.toml", &format!("{entry}in = \"OauthApp:*\"\n{entry}"))]);
    let json = project.json(&["exceptions", "--format", "json"]);
    let counts: Vec<_> = json["exceptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (one["state"].as_str().unwrap(), one["hides"].as_u64(), one["overlaps"].as_u64())
        })
        .collect();
    assert_eq!(counts, [("live", Some(1), Some(0)), ("live", Some(0), Some(1))]);
    assert_eq!(project.json(&["check", "--format", "json"])["summary"]["excepted"], 1);
}

/// Paths of a config outside of the run's root are shown as seen from it, not as they lie on this machine.
#[test]
fn a_config_above_the_projects_is_one_config() {
    let project = Project::new(&[
        (
            "sflint.toml",
            "[[exceptions]]\nrule = \"oauth-full-scope\"\nreason = \"r\"\nexpires = \"2020-01-01\"\n",
        ),
        ("a/package.xml", "<Package/>"),
        ("a/connectedApps/A.connectedApp", APP),
        ("b/package.xml", "<Package/>"),
        ("b/connectedApps/B.connectedApp", APP),
    ]);
    let expired = |arguments: &[&str]| {
        let report = project.json(arguments);
        let findings = report["findings"].as_array().unwrap().clone();
        let about = |one: &&Value| one["rule"] == "exception-expired";
        let about: Vec<Value> = findings.iter().filter(about).cloned().collect();
        assert_eq!(about.len(), 1, "{findings:#?}");
        (about[0]["path"].to_string(), about[0]["fingerprint"].to_string())
    };
    let (path, whole) = expired(&["check", "--format", "json", "a", "b"]);
    assert_eq!(path, "\"sflint.toml\"");
    let (_, part) = expired(&["check", "--format", "json", "a"]);
    assert_eq!(whole, part, "its identity does not depend on what else is read");
    fs::remove_dir(project.path(".git")).unwrap();
    let (path, outside) = expired(&["check", "--format", "json", "a"]);
    assert_eq!((path.as_str(), outside), ("\"../sflint.toml\"", part));
    assert!(Path::new(&project.path("sflint.toml")).is_file());
}

/// Settings of an org: passwords of nine characters, and an unlocked session.
const SETTINGS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SecuritySettings xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n\
    <passwordPolicies>\n<minimumPasswordLength>9</minimumPasswordLength>\n<maxLoginAttempts>FiveAttempts</maxLoginAttempts>\n\
    </passwordPolicies>\n<sessionSettings>\n<lockSessionsToDomain>false</lockSessionsToDomain>\n</sessionSettings>\n</SecuritySettings>\n";

fn baseline(settings: &str) -> String {
    format!(
        "<baseline name=\"Acme\" developerName=\"Acme\">\n<highRiskSecuritySettings>\n{settings}\n</highRiskSecuritySettings>\n</baseline>\n"
    )
}

#[test]
fn an_exported_baseline_replaces_the_standard_one() {
    let config = "kind = \"org\"\npreset = \"health-check\"\nhealth-check-baseline = \"security/baseline.xml\"\n";
    let project = Project::new(&[
        ("settings/Security.settings", SETTINGS),
        ("sflint.toml", "kind = \"org\"\npreset = \"health-check\"\n"),
    ]);
    let standard = project.found();
    for rule in ["login-attempts-many", "sessions-not-locked-to-domain"] {
        assert!(standard.iter().any(|found| found == rule), "{rule} is not in {standard:?}");
    }
    assert!(!standard.iter().any(|rule| rule == "password-too-short"));
    project.write("sflint.toml", config);
    project.write(
        "security/baseline.xml",
        &baseline(
            "<numericRangeSetting name=\"PasswordPolicies.minPasswordLength\" compliant=\"12.0\" warning=\"8.0\"/>\n\
             <booleanSetting name=\"SessionSettings.lockSessionsToDomain\" compliant=\"false\" nonCompliant=\"critical\"/>\n\
             <enumSetting name=\"PasswordPolicies.maxLoginAttempts\" compliant=\"ThreeAttempts,FiveAttempts\" critical=\"NoLimit\"/>",
        ),
    );
    let own = project.found();
    for rule in ["login-attempts-many", "sessions-not-locked-to-domain"] {
        assert!(!own.iter().any(|found| found == rule), "{rule} is in {own:?}");
    }
    let report = project.json(&["check", "--format", "json", "--select", "password-too-short"]);
    let finding = &report["findings"][0];
    assert_eq!(finding["severity"], "warning", "high risk in this baseline: {report}");
    says(finding["message"].as_str().unwrap(), &["12 characters"]);
    // What the config says of the rule itself wins.
    project.write("sflint.toml", &format!("{config}[rules.password-too-short]\ncompliant = 9\n"));
    assert!(!project.found().iter().any(|rule| rule == "password-too-short"));
    let (_, shown, _) = project.run(&["config"]);
    says(&shown, &["health-check-baseline", "security/baseline.xml"]);
}

#[test]
fn what_is_no_baseline_is_a_mistake_in_the_config() {
    let project = Project::new(&[("sflint.toml", "health-check-baseline = \"b.xml\"\n")]);
    says(&project.refused(), &["cannot hold settings against `b.xml`", "Export Baseline"]);
    project.write("b.xml", "<!DOCTYPE x><baseline/>");
    says(&project.refused(), &["sflint.toml:1:26", "cannot hold settings against `b.xml`"]);
    project.write("b.xml", "<Profile/>");
    says(&project.refused(), &["its root is <Profile>"]);
    // Not what lies beside the repository.
    project.write("../outside.xml", &baseline("<booleanSetting name=\"a\" compliant=\"true\"/>"));
    project.write("sflint.toml", "health-check-baseline = \"../outside.xml\"\n");
    says(&project.refused(), &["outside of the git work tree"]);
}
