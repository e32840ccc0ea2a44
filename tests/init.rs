//! `sflint init`: a config to begin with, and a contract that holds what an app has today and nothing more.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A helper that fails fails the test.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const APP: &str = "force-app/connectedApps/Order_Sync.connectedApp-meta.xml";
const SET: &str = "force-app/permissionsets/Order_Sync_Access.permissionset-meta.xml";
const BEYOND: &str = "integration-beyond-contract";
const UNUSED: &str = "integration-contract-unused";

/// An app that logs in as itself, and the set that it hands out, which grants these permissions and a right of each kind.
fn project(permissions: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        "sfdx-project.json",
        "{\"packageDirectories\": [{\"path\": \"force-app\"}]}",
    );
    write(
        folder.path(),
        APP,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\">
    <label>Order Sync</label>
    <oauthConfig>
        <callbackUrl>https://orders.example.com/callback</callbackUrl>
        <isClientCredentialEnabled>true</isClientCredentialEnabled>
        <scopes>Api</scopes>
    </oauthConfig>
    <permissionSetName>Order_Sync_Access</permissionSetName>
</ConnectedApp>
",
    );
    write(folder.path(), SET, &set(permissions));
    folder
}

fn set(permissions: &[&str]) -> String {
    let permissions: String = permissions
        .iter()
        .map(|name| {
            format!("    <userPermissions><enabled>true</enabled><name>{name}</name></userPermissions>\n")
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">
    <fieldPermissions><editable>false</editable><field>Account.Industry</field><readable>true</readable></fieldPermissions>
    <label>Order Sync</label>
    <objectPermissions>
        <allowCreate>true</allowCreate>
        <allowDelete>false</allowDelete>
        <allowEdit>true</allowEdit>
        <allowRead>true</allowRead>
        <modifyAllRecords>false</modifyAllRecords>
        <object>Account</object>
        <viewAllRecords>false</viewAllRecords>
    </objectPermissions>
{permissions}</PermissionSet>
"
    )
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn sflint(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sflint")).args(arguments).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `init` with these arguments, which must do what it is told; gives what it prints.
fn init(folder: &Path, arguments: &[&str]) -> String {
    let arguments: Vec<&str> = [&["init"], arguments].concat();
    let output = sflint(folder, &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// `init` with these arguments, which must refuse; gives the message.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let arguments: Vec<&str> = [&["init"], arguments].concat();
    let output = sflint(folder, &arguments);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
    text(&output.stderr)
}

/// The findings of the two rules that hold metadata against contracts, as `rule message`.
fn against_contract(folder: &Path, path: &str) -> Vec<String> {
    let select = ["--select", BEYOND, "--select", UNUSED];
    let arguments: Vec<&str> = [&["check", path, "--format", "json"], &select[..]].concat();
    let output = sflint(folder, &arguments);
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    let word = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| format!("{} {}", word(finding, "rule"), word(finding, "message")))
        .collect()
}

#[test]
fn a_config_is_written_once() {
    let folder = project(&["ApiEnabled"]);
    assert_eq!(init(folder.path(), &[]), "wrote sflint.toml\n");
    let written = fs::read_to_string(folder.path().join("sflint.toml")).unwrap();
    assert!(written.contains("preset = \"recommended\"\n"), "{written}");
    assert!(written.contains("\nkind = \""), "{written}");
    let check = sflint(folder.path(), &["check"]);
    assert_ne!(check.status.code(), Some(2), "the config is read: {}", text(&check.stderr));

    let message = refused(folder.path(), &[]);
    assert!(message.contains("sflint.toml is there already"), "{message}");
    assert_eq!(fs::read_to_string(folder.path().join("sflint.toml")).unwrap(), written);
}

#[test]
fn a_contract_holds_what_is_granted_today() {
    let folder = project(&["ApiEnabled", "ViewSetup"]);
    let folder = folder.path();
    assert_eq!(
        init(folder, &["--contract", "order_sync"]),
        "wrote the contract of Order_Sync to sflint.toml: 1 scope, 2 permissions, 1 object, 1 field\n"
    );
    assert_eq!(against_contract(folder, "."), [""; 0], "all that is granted is in it, and no more");

    // Whether the whole project is checked or, as by a hook, the file that changed.
    write(folder, SET, &set(&["ApiEnabled", "ViewSetup", "ManageUsers"]));
    for path in [".", SET] {
        let found = against_contract(folder, path);
        assert_eq!(
            found,
            [format!(
                "{BEYOND} Order_Sync is granted ManageUsers by Order_Sync_Access, beyond its contract"
            )],
            "{path}"
        );
    }
    write(folder, SET, &set(&["ApiEnabled"]));
    assert_eq!(
        against_contract(folder, "."),
        [format!(
            "{UNUSED} the contract of Order_Sync gives ViewSetup, but nothing in the project grants it"
        )]
    );
}

#[test]
fn a_contract_is_added_to_the_config_once() {
    let folder = project(&["ApiEnabled"]);
    let folder = folder.path();
    init(folder, &[]);
    let config = || fs::read_to_string(folder.join("sflint.toml")).unwrap();
    let before = config();
    init(folder, &["--contract", "Order_Sync"]);
    let after = config();
    assert!(after.starts_with(&before), "what was there stays: {after}");
    assert_eq!(against_contract(folder, "."), [""; 0]);

    let message = refused(folder, &["--contract", "Order_Sync"]);
    assert!(message.contains("has a contract [integrations.Order_Sync] already"), "{message}");
    let message = refused(folder, &["--contract", "Order_Synch"]);
    assert!(message.contains("did you mean `Order_Sync`?"), "{message}");
    assert_eq!(config(), after, "a refusal writes nothing");
}
