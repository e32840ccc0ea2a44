//! What is answered, and by what.

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
    assert!(text.contains("The config turns off, and this report asked all the same"), "{text}");
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

fn set(name: &str) -> TempDir {
    let set = "<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<label>Helpers</label>\n<userPermissions>\n\
               <enabled>true</enabled>\n<name>ManageUsers</name>\n</userPermissions>\n</PermissionSet>\n";
    let path = format!("permissionsets/{name}.permissionset-meta.xml");
    project(&[(path.as_str(), set), ("sflint.toml", "kind = \"org\"\n")])
}

/// What people hold says nothing of programs, where there are none.
#[test]
fn a_control_about_nothing_here_is_not_applicable() {
    let report = json(set("Helpers").path(), &[]);
    assert_eq!(entry(&report["benchmark"], "SBS-ACS-004")["status"], "fail");
    let programs = entry(&report["benchmark"], "SBS-ACS-008");
    assert_eq!(programs["status"], "not applicable", "{programs:#}");
    assert_eq!(programs["findings"], Value::Array(Vec::new()));
    let report = json(set("Helpers_API").path(), &[]);
    assert_eq!(entry(&report["benchmark"], "SBS-ACS-008")["status"], "fail");
}

/// Where people and programs are side by side, a control about programs counts what programs hold.
#[test]
fn what_people_hold_says_nothing_of_programs() {
    let set = |name: &str, permission: &str| {
        let text = format!(
            "<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<label>{name}</label>\n<userPermissions>\n\
             <enabled>true</enabled>\n<name>{permission}</name>\n</userPermissions>\n</PermissionSet>\n"
        );
        (format!("permissionsets/{name}.permissionset-meta.xml"), text)
    };
    let status = |program: &str| {
        let sets = [set("Helpers", "ManageUsers"), set("Orders_API", program)];
        let mut files: Vec<(&str, &str)> =
            sets.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        files.push(("sflint.toml", "kind = \"org\"\n"));
        let report = json(project(&files).path(), &[]);
        entry(&report["benchmark"], "SBS-ACS-008")["status"].clone()
    };
    assert_eq!(status("ApiEnabled"), "no finding");
    assert_eq!(status("ModifyAllData"), "fail");
}

/// Modify All Data deletes, whatever the rights on objects are.
#[test]
fn who_modifies_all_data_deletes() {
    let set = |permission: &str| {
        let text = format!(
            "<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<label>Orders</label>\n<objectPermissions>\n\
             <allowRead>true</allowRead>\n<object>Account</object>\n</objectPermissions>\n<userPermissions>\n\
             <enabled>true</enabled>\n<name>{permission}</name>\n</userPermissions>\n</PermissionSet>\n"
        );
        let folder = project(&[("permissionsets/Orders_API.permissionset-meta.xml", &text)]);
        let report = json(folder.path(), &[]);
        let item = entry(&report["items"], "integration-no-delete");
        (item["status"].clone(), item["evidence"].as_array().unwrap().len())
    };
    assert_eq!(set("ApiEnabled"), (Value::from("pass"), 1));
    assert_eq!(set("ModifyAllData"), (Value::from("fail"), 0));
}

/// A control that only a rule for packages looks at is still one of the org.
#[test]
fn a_control_of_orgs_is_open_where_its_rules_are_for_packages() {
    let report = json(set("Helpers").path(), &[]);
    let profiles = entry(&report["benchmark"], "SBS-ACS-005");
    assert_eq!(profiles["status"], "not checkable", "{profiles:#}");
}

/// An address that is filled in later is no address.
#[test]
fn a_placeholder_is_no_evidence() {
    let app = app("<scopes>Api</scopes>\n").replace("orders.example.com", "{HOST}.example.com");
    let folder = project(&[(APP, &app)]);
    let report = json(folder.path(), &[]);
    assert_eq!(entry(&report["items"], "app-callbacks")["status"], "no finding", "{report:#}");
}
