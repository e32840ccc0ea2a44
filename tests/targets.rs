//! What is said of a file does not depend on which files were named, on other copies of the org, or on other apps.
#![allow(clippy::unwrap_used, clippy::expect_used)] // A helper that fails fails the test.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

const PROJECT: (&str, &str) =
    ("sfdx-project.json", r#"{"packageDirectories":[{"path":"a","default":true},{"path":"b"}]}"#);
const APP: &str = r#"<ConnectedApp xmlns="http://soap.sforce.com/2006/04/metadata">
    <contactEmail>owner@example.com</contactEmail>
    <label>A</label>
    <oauthConfig>
        <callbackUrl>http://a.example.com/callback</callbackUrl>
        <scopes>Full</scopes>
    </oauthConfig>
</ConnectedApp>"#;
const PROFILE: &str = r#"<Profile xmlns="http://soap.sforce.com/2006/04/metadata">
    <custom>true</custom>
</Profile>"#;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn printed(folder: &Path, arguments: &[&str]) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_sflint"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert_ne!(out.status.code(), Some(2), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// Rule, severity, component and fingerprint of each finding in a file.
fn findings(folder: &Path, arguments: &[&str], file: &str) -> Vec<[String; 4]> {
    let arguments = [&["check", "--format", "json"], arguments].concat();
    let report: Value = serde_json::from_str(&printed(folder, &arguments)).unwrap();
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| text(finding, "path").ends_with(file))
        .map(|one| ["rule", "severity", "component", "fingerprint"].map(|name| text(one, name)))
        .collect()
}

#[test]
fn the_second_of_two_files_of_an_app_keeps_its_fingerprints_when_it_is_named_alone() {
    let second = "b/connectedApps/A.connectedApp-meta.xml";
    let project =
        folder(&[PROJECT, ("a/connectedApps/A.connectedApp-meta.xml", APP), (second, APP)]);
    let of_folder = findings(project.path(), &["."], second);
    assert!(!of_folder.is_empty());
    assert_eq!(findings(project.path(), &[second], second), of_folder);
}

#[test]
fn a_joined_profile_is_read_although_only_the_settings_are_named() {
    let settings = "a/settings/Security.settings-meta.xml";
    let project = folder(&[
        PROJECT,
        ("a/profiles/P.profile-meta.xml", PROFILE),
        (
            settings,
            r#"<SecuritySettings xmlns="http://soap.sforce.com/2006/04/metadata">
    <enableAdminLoginAsAnyUser>true</enableAdminLoginAsAnyUser>
</SecuritySettings>"#,
        ),
        (
            "rules/no-custom-profile.toml",
            r#"title = "No custom profile"
severity = "error"
why = "w"
[match]
kind = "SecuritySettings"
where.enableAdminLoginAsAnyUser = true
[without]
kind = "Profile"
where.custom = true
[report]
message = "m"
[fix]
help = "h"
[[bad]]
text = '<SecuritySettings xmlns="http://soap.sforce.com/2006/04/metadata"><enableAdminLoginAsAnyUser>true</enableAdminLoginAsAnyUser></SecuritySettings>'
[[good]]
text = '<SecuritySettings xmlns="http://soap.sforce.com/2006/04/metadata"><enableAdminLoginAsAnyUser>false</enableAdminLoginAsAnyUser></SecuritySettings>'
"#,
        ),
    ]);
    let rule = ["--rules-dir", "rules", "--select", "no-custom-profile"];
    for named in [".", settings] {
        let arguments = [&rule[..], &[named]].concat();
        assert!(findings(project.path(), &arguments, settings).is_empty(), "{named}");
    }
    std::fs::remove_file(project.path().join("a/profiles/P.profile-meta.xml")).unwrap();
    let arguments = [&rule[..], &[settings]].concat();
    assert_eq!(findings(project.path(), &arguments, settings).len(), 1);
}

/// Both ends of a join bring the other one with them, and nothing else does.
#[test]
fn either_end_of_a_finding_may_be_named() {
    const SITE: &str = r#"<CustomSite xmlns="http://soap.sforce.com/2006/04/metadata">
    <guestProfile>P</guestProfile>
</CustomSite>"#;
    const GUEST: &str = r#"<Profile xmlns="http://soap.sforce.com/2006/04/metadata">
    <classAccesses><apexClass>Find</apexClass><enabled>true</enabled></classAccesses>
    <fieldPermissions><field>Contact.Tax__c</field><readable>true</readable></fieldPermissions>
    <fieldPermissions><field>Contact.Email</field><readable>true</readable></fieldPermissions>
</Profile>"#;
    const FIELD: &str = r#"<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">
    <fullName>Tax__c</fullName><securityClassification>Restricted</securityClassification>
</CustomField>"#;
    const CLASS: &str =
        "public without sharing class Find { @AuraEnabled public static void find() {} }";
    let profile = "a/profiles/P.profile-meta.xml";
    let field = "a/objects/Contact/fields/Tax__c.field-meta.xml";
    let class = "b/classes/Find.cls";
    let harmless = "b/classes/Other.cls";
    let project = folder(&[
        PROJECT,
        ("a/sites/S.site-meta.xml", SITE),
        (profile, GUEST),
        (field, FIELD),
        (class, CLASS),
        (harmless, "public with sharing class Other { }"),
    ]);
    let found = |named: &str| {
        let select = ["--select", "guest-reads-classified-field,guest-apex-without-sharing", named];
        let found = findings(project.path(), &select, "");
        found.into_iter().map(|[rule, ..]| rule).collect::<Vec<_>>()
    };
    let (reads, calls) = ("guest-reads-classified-field", "guest-apex-without-sharing");
    assert_eq!(found("."), [calls, reads]);
    assert_eq!(found(profile), [calls, reads]);
    assert_eq!(found(field), [reads]);
    assert_eq!(found(class), [calls]);
    assert!(found(harmless).is_empty());
    let select = ["--select", "guest-reads-classified-field", "--format", "concise", "."];
    let told = printed(project.path(), &[&["check"][..], &select].concat());
    assert!(told.contains("not judged: fields that are not in the project"), "{told}");
    let read = |named: &str| {
        let select = ["--format", "json", "--select", "guest-apex-without-sharing", named];
        let report = printed(project.path(), &[&["check"][..], &select].concat());
        let report: Value = serde_json::from_str(&report).unwrap();
        report["summary"]["filesRead"].as_u64().unwrap()
    };
    // A class that nobody can complain about does not make all profiles be read.
    assert_eq!((read(class), read(harmless)), (3, 2));
}

#[test]
fn a_site_of_another_copy_makes_no_guest_profile() {
    let site = r#"<CustomSite xmlns="http://soap.sforce.com/2006/04/metadata">
    <guestProfile>P</guestProfile>
    <masterLabel>S</masterLabel>
</CustomSite>"#;
    let profile = ("a/profiles/P.profile-meta.xml", PROFILE);
    let guest = |at: &str| {
        let project = folder(&[PROJECT, profile, (at, site)]);
        let facts = printed(project.path(), &["facts", ".", "--kind", "Principal"]);
        let record: Value = serde_json::from_str(facts.lines().next().unwrap()).unwrap();
        record["leaves"]["guest"]["values"][0]["value"] == "true"
    };
    assert!(guest("a/sites/S.site-meta.xml"));
    assert!(!guest("orgs/production/sites/S.site-meta.xml"));
}

#[test]
fn external_client_apps_of_a_project_do_not_speak_for_each_other() {
    let app = |name: &str| {
        format!(
            r#"<ExtlClntAppGlobalOauthSettings xmlns="http://soap.sforce.com/2006/04/metadata">
    <callbackUrl>http://a.example.com/callback</callbackUrl>
    <externalClientApplication>{name}</externalClientApplication>
</ExtlClntAppGlobalOauthSettings>"#
        )
    };
    let path = |name: &str| format!("a/extlClntAppGlobalOauthSets/{name}.ecaGlblOauth-meta.xml");
    let (old, new, other) = (app("Old"), app("New"), app("Another"));
    let project = folder(&[
        PROJECT,
        (".forceignore", "**/Old*\n"),
        (&path("Old"), &old),
        (&path("New"), &new),
        (&path("Zed"), "<ExtlClntAppGlobalOauthSettings>"),
    ]);
    let severities = |file: &str| {
        let rule = ["--select", "oauth-callback-insecure", "."];
        findings(project.path(), &rule, file)
            .into_iter()
            .map(|[_, severity, ..]| severity)
            .collect::<Vec<_>>()
    };
    assert_eq!(severities(&path("Old")), ["note"]);
    assert_eq!(severities(&path("New")), ["error"]);
    let unreadable = findings(project.path(), &["."], &path("Zed"));
    assert_eq!(unreadable.len(), 1);
    std::fs::write(project.path().join(path("Another")), &other).unwrap();
    assert_eq!(findings(project.path(), &["."], &path("Zed")), unreadable);
}

#[test]
fn what_was_folded_is_not_said_to_be_left_out() {
    let project = folder(&[
        PROJECT,
        ("a/connectedApps/A.connectedApp-meta.xml", APP),
        ("orgs/production/connectedApps/A.connectedApp-meta.xml", APP),
    ]);
    let text = printed(project.path(), &["check", ".", "--all", "--select", "oauth-full-scope"]);
    assert!(text.contains("The same in: orgs/production"), "{text}");
    assert!(!text.contains("not shown above"), "{text}");
}

#[test]
fn credentials_in_names_and_in_broken_files_are_not_shown() {
    let made_up = ["hunter", "2and", "7more", "4ever"].concat();
    let session = format!("00D{}!AQ{}", "5e0000001abcd", made_up.repeat(4));
    let app = APP
        .replace("<scopes>Full</scopes>", "<scopes>Api</scopes>")
        .replace("callback<", &format!("callback?client_secret={made_up}<"))
        .replace(
            "</oauthConfig>",
            "</oauthConfig><oauthPolicy><ipRelaxation>ENFORCE</ipRelaxation></oauthPolicy>",
        )
        .replace(
            "</ConnectedApp>",
            &format!("<profileName>{session}</profileName></ConnectedApp>"),
        );
    let broken = APP.replace(
        "</oauthConfig>",
        &format!("<consumerSecret>{made_up}</consumerSecret>\n</oauthConfg>"),
    );
    let project = folder(&[
        PROJECT,
        ("a/connectedApps/A.connectedApp-meta.xml", &app),
        ("a/connectedApps/B.connectedApp-meta.xml", &broken),
    ]);
    for format in ["human", "concise", "json"] {
        let text = printed(project.path(), &["check", ".", "--format", format]);
        assert!(text.contains("oauth-callback-insecure") && text.contains("unreadable-file"));
        assert!(!text.contains(&made_up), "{format}: {text}");
    }
    assert!(!printed(project.path(), &["facts", "."]).contains(&made_up));
}

/// A permission set with these permissions.
fn set(permissions: &[&str]) -> String {
    let grants: String = permissions
        .iter()
        .map(|name| {
            format!("<userPermissions><enabled>true</enabled><name>{name}</name></userPermissions>")
        })
        .collect();
    format!(
        r#"<PermissionSet xmlns="http://soap.sforce.com/2006/04/metadata"><label>S</label>{grants}</PermissionSet>"#
    )
}

#[test]
fn a_path_is_told_whichever_of_its_ends_is_named() {
    let (lead, strong, other) = (
        "a/permissionsets/Lead.permissionset-meta.xml",
        "a/permissionsets/Strong.permissionset-meta.xml",
        "a/permissionsets/Other.permissionset-meta.xml",
    );
    let project = folder(&[
        PROJECT,
        (lead, &set(&["AssignPermissionSets"])),
        (strong, &set(&["ModifyAllData"])),
        (other, &set(&["RunReports"])),
    ]);
    let of = |named: &str| findings(project.path(), &[named, "--select", "escalation-path"], lead);
    let whole = of(".");
    assert_eq!(whole.len(), 1);
    assert_eq!(of(lead), whole);
    assert_eq!(of(strong), whole);
    assert_eq!(of(other).len(), 0);
}
