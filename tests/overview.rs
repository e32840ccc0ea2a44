//! What `sflint report` answers, and how it says so.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn sflint(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sflint"))
        .current_dir(folder)
        .args(arguments)
        .env_remove("COLUMNS")
        .output()
        .unwrap()
}

fn report(folder: &Path, arguments: &[&str]) -> String {
    let run = sflint(folder, &[&["report", ".", "--today", "2026-11-23"], arguments].concat());
    let errors = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(0), "{errors}");
    String::from_utf8(run.stdout).unwrap()
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&report(folder, &[&["--format", "json"], arguments].concat())).unwrap()
}

/// The entry of a list with this id, key or name.
fn entry<'v>(list: &'v Value, id: &str) -> &'v Value {
    let named = |one: &&Value| [&one["id"], &one["key"], &one["name"]].contains(&&Value::from(id));
    list.as_array().unwrap().iter().find(named).unwrap()
}

/// A project outside of git, so that nothing depends on where this repository lies.
fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    write(
        folder.path(),
        "sfdx-project.json",
        r#"{"packageDirectories": [{"path": "force-app", "default": true}]}"#,
    );
    for (path, text) in files {
        let path =
            if path.contains('/') { format!("force-app/{path}") } else { (*path).to_owned() };
        write(folder.path(), &path, text);
    }
    folder
}

fn app(content: &str) -> String {
    format!(
        "<ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<contactEmail>a@example.com</contactEmail>\n\
         <label>Orders</label>\n<oauthConfig>\n<callbackUrl>https://orders.example.com/cb</callbackUrl>\n{content}\
         </oauthConfig>\n</ConnectedApp>\n"
    )
}

const APP: &str = "connectedApps/Orders.connectedApp-meta.xml";

mod formats {
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
        for wrong in
            ["<script", "http-equiv=\"refresh\"", "src=", "url(", "@import", "<link", "onload"]
        {
            assert!(!page.contains(wrong), "{wrong}");
        }
    }
}

mod answers {
    use super::*;

    fn scopes(content: &str) -> Value {
        let folder = project(&[(APP, &app(content)), ("sflint.toml", "kind = \"app\"\n")]);
        let report = json(folder.path(), &[]);
        entry(&report["items"], "app-scopes").clone()
    }

    #[test]
    fn a_finding_is_a_fail() {
        let item = scopes("<scopes>Full</scopes>\n");
        assert_eq!(item["status"], "fail", "{item:#}");
        assert_eq!(item["findings"][0]["rule"], "oauth-full-scope");
        assert_eq!(item["findings"][0]["line"], 6);
    }

    #[test]
    fn a_pass_shows_the_line() {
        let item = scopes("<scopes>Api</scopes>\n");
        assert_eq!(item["status"], "pass", "{item:#}");
        assert_eq!(item["evidence"][0]["message"], "Orders asks for Api");
        assert_eq!(item["evidence"][0]["path"], format!("force-app/{APP}"));
        assert_eq!(item["evidence"][0]["line"], 6);
    }

    #[test]
    fn silence_is_no_pass() {
        let item = scopes("");
        assert_eq!(item["status"], "no finding", "{item:#}");
        assert_eq!(item["evidence"], Value::Array(Vec::new()));
    }

    #[test]
    fn what_is_not_there_is_not_applicable() {
        let folder = project(&[("classes/A.cls", "public class A {}\n")]);
        let report = json(folder.path(), &[]);
        for id in ["app-scopes", "app-pkce", "integration-no-admin", "integration-messages"] {
            assert_eq!(entry(&report["items"], id)["status"], "not applicable", "{id}");
        }
    }

    #[test]
    fn what_files_do_not_tell_is_not_checkable() {
        let folder = project(&[("classes/A.cls", "public class A {}\n")]);
        let report = json(folder.path(), &[]);
        let item = entry(&report["items"], "token-rotation");
        assert_eq!(item["status"], "not checkable");
        assert!(item["remark"].as_str().unwrap().contains("known to the org"), "{item:#}");
        assert_eq!(entry(&report["benchmark"], "SBS-DATA-003")["status"], "not checkable");
        let rotation = &report["checklist"][6];
        assert_eq!(rotation["status"], "not checkable", "{rotation:#}");
    }

    /// A component with a finding speaks for nothing; another one may.
    #[test]
    fn a_question_is_as_good_as_its_worst_item() {
        let other = "connectedApps/Stock.connectedApp-meta.xml";
        let folder = project(&[
            (APP, &app("<scopes>Full</scopes>\n<scopes>Api</scopes>\n")),
            (other, &app("<scopes>Api</scopes>\n")),
        ]);
        let report = json(folder.path(), &[]);
        let item = entry(&report["items"], "app-scopes");
        let evidence = item["evidence"].as_array().unwrap();
        assert_eq!(evidence.len(), 1, "{item:#}");
        assert_eq!(evidence[0]["path"], format!("force-app/{other}"));
        assert_eq!(report["checklist"][0]["status"], "fail");
    }

    #[test]
    fn a_question_with_open_items_passes_in_part() {
        let folder = project(&[(".gitignore", ".env\n.env.*\n*.key\n*.pem\n.sf/\n.sfdx/\n")]);
        let report = json(folder.path(), &[]);
        assert_eq!(entry(&report["items"], "secrets-ignored")["status"], "pass", "{report:#}");
        assert_eq!(report["checklist"][4]["status"], "pass in part");
    }

    #[test]
    fn what_is_accepted_is_said_to_be() {
        let config = "[[exceptions]]\nrule = \"oauth-full-scope\"\nreason = \"It is being replaced\"\n\
                      owner = \"integration team\"\n";
        let folder = project(&[(APP, &app("<scopes>Full</scopes>\n")), ("sflint.toml", config)]);
        let report = json(folder.path(), &[]);
        let item = entry(&report["items"], "app-scopes");
        assert_eq!(item["status"], "accepted", "{item:#}");
        let by = item["accepted"][0]["acceptedBy"].as_str().unwrap();
        assert_eq!(by, "It is being replaced (sflint.toml:1, integration team)");
        assert_eq!(report["checklist"][0]["status"], "accepted");
        assert_eq!(report["exceptions"][0]["hides"], 1);
    }

    #[test]
    fn what_a_baseline_hides_is_accepted_too() {
        let folder = project(&[(APP, &app("<scopes>Full</scopes>\n"))]);
        assert_eq!(sflint(folder.path(), &["baseline"]).status.code(), Some(0));
        let report = json(folder.path(), &[]);
        let item = entry(&report["items"], "app-scopes");
        assert_eq!(item["status"], "accepted", "{item:#}");
        assert_eq!(item["accepted"][0]["acceptedBy"], "in the baseline sflint.baseline");
        assert_eq!(report["summary"]["error"], 0);
        let open = json(folder.path(), &["--no-baseline"]);
        assert_eq!(entry(&open["items"], "app-scopes")["status"], "fail");
    }

    /// The config decides what `check` says, not what an auditor learns.
    #[test]
    fn rules_that_are_off_are_asked_and_named() {
        let config = "[rules]\noauth-full-scope = \"off\"\n";
        let folder = project(&[(APP, &app("<scopes>Full</scopes>\n")), ("sflint.toml", config)]);
        let report = json(folder.path(), &[]);
        let item = entry(&report["items"], "app-scopes");
        assert_eq!(item["status"], "fail", "{item:#}");
        assert_eq!(item["findings"][0]["askedByConfig"], false);
        assert_eq!(report["turnedOff"][0]["rule"], "oauth-full-scope");
        assert_eq!(report["turnedOff"][0]["at"], "sflint.toml:2");
        assert_eq!(report["turnedOff"][0]["findings"], 1);
        let text = super::report(folder.path(), &[]);
        assert!(
            text.contains("The config turns off, and this report asked all the same"),
            "{text}"
        );
        let check = sflint(folder.path(), &["check", "--format", "concise"]);
        assert!(!String::from_utf8_lossy(&check.stdout).contains("oauth-full-scope"));
    }

    /// A finding of the better rule speaks against what the rule speaks against that leaves it to it.
    #[test]
    fn what_a_rule_leaves_to_another_counts_for_it() {
        let set = "<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<label>Order API</label>\n\
                   <userPermissions>\n<enabled>true</enabled>\n<name>ManageUsers</name>\n</userPermissions>\n</PermissionSet>\n";
        let own = "title = \"Users are managed\"\nseverity = \"note\"\nyields_to = [\"integration-admin-permission\"]\n\
                   maps = [\"SBS-ACS-003\"]\nwhy = \"Because\"\n[match]\nkind = \"Principal\"\neach = \"userPermission\"\n\
                   where.name = \"ManageUsers\"\n[report]\nmessage = \"{of.name} manages users\"\n";
        let folder = project(&[
            ("permissionsets/Order_API.permissionset-meta.xml", set),
            ("sflint.toml", "kind = \"org\"\nrules-dir = \"rules\"\n"),
        ]);
        write(folder.path(), "rules/own/own-manages-users.toml", own);
        let report = json(folder.path(), &[]);
        let control = entry(&report["benchmark"], "SBS-ACS-003");
        assert_eq!(control["status"], "fail", "{control:#}");
        assert_eq!(control["findings"][0]["rule"], "integration-admin-permission");
        assert_eq!(control["findings"].as_array().unwrap().len(), 1);
        assert!(control["rules"].as_array().unwrap().contains(&"own-manages-users".into()));
    }

    #[test]
    fn the_exit_code_tells_mistakes_only() {
        let folder = project(&[(APP, &app("<scopes>Full</scopes>\n"))]);
        assert_eq!(sflint(folder.path(), &["check"]).status.code(), Some(1));
        assert_eq!(sflint(folder.path(), &["report", "-o", "out.txt"]).status.code(), Some(0));
        let text = std::fs::read_to_string(folder.path().join("out.txt")).unwrap();
        assert!(text.starts_with("Security report\n"), "{text}");
        assert_eq!(sflint(folder.path(), &["report", "nowhere"]).status.code(), Some(2));
        let run = sflint(folder.path(), &["report", "-o", "no/such/folder"]);
        assert_eq!(run.status.code(), Some(2));
    }
}

mod health_check {
    use super::*;

    fn rule(id: &str, map: &str, rest: &str) -> (String, String) {
        let text = format!(
            "title = \"A setting\"\nseverity = \"note\"\npresets = []\nprojects = [\"org\"]\n\
             maps = [\"Health Check {map}\"]\nwhy = \"Because\"\n{rest}"
        );
        (format!("rules/own/{id}.toml"), text)
    }

    fn asked(kind: &str, settings: &str) -> Value {
        let (attempts, attempts_rule) = rule(
            "own-wrong-passwords",
            "PasswordPolicies.maxLoginAttempts",
            "[options]\ncompliant = [\"ThreeAttempts\"]\n[match]\nkind = \"SecuritySettings\"\n\
             where.passwordPolicies.maxLoginAttempts = { present = true, not = { in = \"$compliant\" } }\n\
             [report]\nmessage = \"{passwordPolicies.maxLoginAttempts} wrong passwords\"\n",
        );
        let (cookie, cookie_rule) = rule(
            "own-http-only",
            "SessionSettings.requireHttpOnly",
            "[match]\nkind = \"SecuritySettings\"\nwhere.sessionSettings.requireHttpOnly = false\n\
             [report]\nmessage = \"scripts read the cookie\"\n",
        );
        let (site, site_rule) = rule(
            "own-remote-site",
            "RemoteSiteSettings.remoteSiteSettings",
            "[match]\nkind = \"RemoteSiteSetting\"\nwhere.disableProtocolSecurity = true\n\
             [report]\nmessage = \"{name} without https\"\n",
        );
        let folder = project(&[
            ("settings/Security.settings-meta.xml", settings),
            ("sflint.toml", &format!("kind = \"{kind}\"\nrules-dir = \"rules\"\n")),
        ]);
        for (path, text) in [(attempts, attempts_rule), (cookie, cookie_rule), (site, site_rule)] {
            write(folder.path(), &path, &text);
        }
        json(folder.path(), &[])["healthCheck"].clone()
    }

    const SETTINGS: &str = "<SecuritySettings xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<passwordPolicies>\n\
        <maxLoginAttempts>TenAttempts</maxLoginAttempts>\n</passwordPolicies>\n<sessionSettings>\n\
        <requireHttpOnly>true</requireHttpOnly>\n</sessionSettings>\n</SecuritySettings>\n";

    /// The value is shown whether or not it is good, read off by the rule's own clause.
    #[test]
    fn settings_are_held_against_the_baseline() {
        let health = asked("org", SETTINGS);
        let attempts = entry(&health["settings"], "PasswordPolicies.maxLoginAttempts");
        assert_eq!(attempts["status"], "deviates", "{attempts:#}");
        assert_eq!(attempts["values"][0]["message"], "TenAttempts");
        assert_eq!(attempts["values"][0]["line"], 3);
        assert_eq!(attempts["baseline"], "ThreeAttempts");
        let cookie = entry(&health["settings"], "SessionSettings.requireHttpOnly");
        assert_eq!(cookie["status"], "compliant", "{cookie:#}");
        assert_eq!(cookie["values"][0]["message"], "true");
        assert_eq!(cookie["values"][0]["line"], 6);
        let site = entry(&health["settings"], "RemoteSiteSettings.remoteSiteSettings");
        assert_eq!(site["status"], "not in project");
        let live = entry(&health["settings"], "AdminUsers.activeSystemAdministratorCount");
        assert_eq!(live["status"], "not checkable");
    }

    /// Ranges are counted where the rule counts them, and shown one by one.
    #[test]
    fn what_health_check_counts_is_counted() {
        let (ranges, ranges_rule) = rule(
            "own-no-range",
            "NetworkSecurity.trustedIpRangesConfigured",
            "[options]\ncompliant = 1\n[match]\nkind = \"SecuritySettings\"\nwhere.networkAccess.present = true\n\
             where.networkAccess.ipRanges.count.under = \"$compliant\"\n[report]\nmessage = \"no range\"\n\
             point_at = \"networkAccess\"\n",
        );
        let (sites, sites_rule) = rule(
            "own-remote-site",
            "RemoteSiteSettings.remoteSiteSettings",
            "[match]\nkind = \"RemoteSiteSetting\"\nwhere.disableProtocolSecurity = true\n\
             [report]\nmessage = \"{name} without https\"\n",
        );
        let site = |open: bool| {
            format!(
                "<RemoteSiteSetting xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<disableProtocolSecurity>{open}\
                 </disableProtocolSecurity>\n</RemoteSiteSetting>\n"
            )
        };
        let network = "<SecuritySettings xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<networkAccess>\n<ipRanges>\n\
             <end>192.0.2.9</end>\n<start>192.0.2.1</start>\n</ipRanges>\n</networkAccess>\n</SecuritySettings>\n";
        let folder = project(&[
            ("settings/Security.settings-meta.xml", network),
            ("remoteSiteSettings/Good.remoteSite-meta.xml", &site(false)),
            ("remoteSiteSettings/Open.remoteSite-meta.xml", &site(true)),
            ("sflint.toml", "kind = \"org\"\nrules-dir = \"rules\"\n"),
        ]);
        write(folder.path(), &ranges, &ranges_rule);
        write(folder.path(), &sites, &sites_rule);
        let health = json(folder.path(), &[])["healthCheck"].clone();
        let ranges = entry(&health["settings"], "NetworkSecurity.trustedIpRangesConfigured");
        assert_eq!((&ranges["status"], &ranges["count"]), (&"compliant".into(), &1.into()));
        assert_eq!(ranges["values"][0]["line"], 3, "{ranges:#}");
        let sites = entry(&health["settings"], "RemoteSiteSettings.remoteSiteSettings");
        assert_eq!((&sites["status"], &sites["count"]), (&"deviates".into(), &1.into()));
        assert_eq!(sites["values"][0]["message"], "Open without https", "{sites:#}");
    }

    #[test]
    fn packages_have_no_health_check() {
        let health = asked("package", SETTINGS);
        assert_eq!(health["estimate"], Value::Null, "{health:#}");
        assert_eq!(health["notAsked"], "asked of projects of kind org only");
    }
}

mod hostile {
    use super::*;

    const NAME: &str =
        "<script>alert(1)</script> | `x` [y](z) \u{202e}\u{1b}[31m &amp; \"q\" 'r' ::error::";

    fn planted() -> TempDir {
        // What a name in XML can be; the file has a tame one.
        let name = NAME.replace("&amp;", "&").replace('\u{1b}', "\u{85}");
        let name = name.replace('&', "&amp;").replace('<', "&lt;");
        let set = format!(
            "<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<label>{name}</label>\n<license>{name}\
             </license>\n<objectPermissions><allowDelete>true</allowDelete><object>{name}</object></objectPermissions>\n\
             <userPermissions><enabled>true</enabled><name>ModifyAllData</name></userPermissions>\n</PermissionSet>\n"
        );
        let folder = project(&[("permissionsets/Order_API.permissionset-meta.xml", &set)]);
        let named = "permissionsets/<b>x</b>|`_\u{202e}API.permissionset-meta.xml";
        write(folder.path(), &format!("force-app/{named}"), &set);
        let config = "[[exceptions]]\nrule = \"integration-admin-permission\"\nreason = \"<img src=x onerror=alert(1)> | \
                      \\u202e **b**\"\n";
        write(folder.path(), "sflint.toml", config);
        folder
    }

    #[test]
    fn names_are_text_in_every_format() {
        let folder = planted();
        let html = report(folder.path(), &["--format", "html"]);
        for markup in ["<script", "<b>", "<img", "onerror=alert(1)>"] {
            assert!(!html.contains(markup), "{markup}");
        }
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; | `x`"), "{html}");
        assert!(html.contains("&lt;b&gt;x&lt;"), "{html}");
        let markdown = report(folder.path(), &["--format", "markdown"]);
        assert!(markdown.contains("&lt;script&gt;"), "{markdown}");
        for line in markdown.lines().filter(|line| line.starts_with('|') && line.contains("alert"))
        {
            assert!(!line.contains(" | `") && !line.contains("<script"), "{line}");
        }
        for format in ["text", "markdown", "json", "html"] {
            let shown = report(folder.path(), &["--format", format]);
            let wrong = |c: char| c == '\u{202e}' || c == '\u{85}' || c.is_control() && c != '\n';
            assert!(!shown.contains(wrong), "{format}: {:?}", shown.find(wrong));
            assert!(shown.contains("202e"), "{format}");
            assert!(!shown.lines().any(|line| line.trim_start().starts_with("::")), "{format}");
        }
    }
}
