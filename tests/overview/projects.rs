//! Several projects in one run.

use super::*;

const PROJECT: &str = r#"{"packageDirectories": [{"path": "force-app", "default": true}]}"#;

fn settings(attempts: &str) -> String {
    format!(
        "<SecuritySettings xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<passwordPolicies>\n<maxLoginAttempts>{attempts}\
         </maxLoginAttempts>\n</passwordPolicies>\n</SecuritySettings>\n"
    )
}

/// Two orgs and a package without anything.
fn several() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, scope, attempts) in
        [("north", "Full", "TenAttempts"), ("south", "Api", "ThreeAttempts")]
    {
        write(folder.path(), &format!("{name}/sfdx-project.json"), PROJECT);
        write(folder.path(), &format!("{name}/sflint.toml"), "kind = \"org\"\n");
        let scopes = app(&format!("<scopes>{scope}</scopes>\n"));
        write(folder.path(), &format!("{name}/force-app/{APP}"), &scopes);
        let path = format!("{name}/force-app/settings/Security.settings-meta.xml");
        write(folder.path(), &path, &settings(attempts));
    }
    write(folder.path(), "tools/sfdx-project.json", PROJECT);
    write(folder.path(), "tools/sflint.toml", "kind = \"package\"\n");
    write(folder.path(), "tools/force-app/classes/A.cls", "public class A {}\n");
    folder
}

#[test]
fn each_org_has_a_health_check_of_its_own() {
    let folder = several();
    let seen = json(folder.path(), &[]);
    let of = |name: &str| {
        let all = seen["healthChecks"].as_array().unwrap();
        all.iter().find(|one| one["project"] == name).unwrap().clone()
    };
    let attempts = |name: &str| {
        let row = entry(&of(name)["settings"], "PasswordPolicies.maxLoginAttempts").clone();
        assert_eq!(row["values"].as_array().unwrap().len(), 1, "{row:#}");
        row["status"].clone()
    };
    assert_eq!(attempts("north"), "deviates");
    assert_eq!(attempts("south"), "compliant");
    assert_eq!(of("tools")["notAsked"], "asked of projects of kind org only");
    assert_eq!(of("tools")["settings"], Value::Array(Vec::new()));
}

#[test]
fn projects_stand_side_by_side_worst_first() {
    let folder = several();
    let text = report(folder.path(), &[]);
    assert!(text.contains("3 (2 of kind org, 1 of kind package): north"), "{text}");
    let table = text.split("\nPROJECTS\n").nth(1).unwrap();
    let table = table.split("\nCHECKLIST\n").next().unwrap();
    let at = |name: &str| table.find(&format!("\n{name}\n")).unwrap();
    assert!(at("north") < at("south") && at("north") < at("tools"), "{table}");
    let health = text.split("\nHEALTH CHECK\n").nth(1).unwrap();
    assert!(health.contains("\nnorth\n") && health.contains("\nsouth\n"), "{health}");
    let one = report(&folder.path().join("north"), &[]);
    assert!(!one.contains("\nPROJECTS\n") && !one.contains("\nnorth\n"), "{one}");
}

/// An answer is the worst of all; what one project shows and another does not is a pass in part.
#[test]
fn an_answer_is_about_all_projects() {
    let folder = several();
    let seen = json(folder.path(), &[]);
    let scopes = entry(&seen["items"], "app-scopes");
    assert_eq!(scopes["status"], "fail", "{scopes:#}");
    assert_eq!(scopes["evidence"].as_array().unwrap().len(), 1, "{scopes:#}");
    let of = |name: &str| {
        let all = seen["projects"].as_array().unwrap();
        all.iter().find(|one| one["path"] == name).unwrap().clone()
    };
    assert_eq!(of("north")["answers"][0], "fail");
    assert_eq!(of("south")["answers"][0], "pass");
    assert_eq!(of("tools")["answers"][0], "not applicable");
    assert_eq!(of("north")["error"], 1);
    assert_eq!(of("south")["error"], 0);
    write(folder.path(), &format!("north/force-app/{APP}"), &app(""));
    let scopes = entry(&json(folder.path(), &[])["items"], "app-scopes").clone();
    assert_eq!(scopes["status"], "pass in part", "{scopes:#}");
}

/// With many projects, text and Markdown have the worst ones, and the page has all of them.
#[test]
fn many_projects_are_bounded() {
    let folder = TempDir::new().unwrap();
    for number in 0..30 {
        let name = format!("p{number:02}");
        write(folder.path(), &format!("{name}/sfdx-project.json"), PROJECT);
        let set = "<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<label>S</label>\n<userPermissions>\
                   <enabled>true</enabled><name>ApiEnabled</name></userPermissions>\n</PermissionSet>\n";
        let path = format!("{name}/force-app/permissionsets/Own{number:02}.permissionset-meta.xml");
        write(folder.path(), &path, set);
    }
    for format in ["text", "markdown"] {
        let text = report(folder.path(), &["--format", format]);
        assert!(text.contains("\nand 10 more\n"), "{format}: {text}");
        assert!(
            text.contains("\nand 22 more projects; `sflint report PATH` is about one\n"),
            "{text}"
        );
        let title = if format == "text" { "WHO CAN DO WHAT" } else { "## Who can do what" };
        let matrix = text.split(title).nth(1).unwrap();
        assert!(matrix.contains("Own07") && !matrix.contains("Own08"), "{format}: {text}");
    }
    let html = report(folder.path(), &["--format", "html"]);
    assert!(html.contains("Own29") && html.contains("<summary>p29</summary>"), "{html}");
}
