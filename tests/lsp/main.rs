//! `sflint lsp`, driven as an editor drives it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A helper that fails fails the test.
#![cfg(unix)] // The small client writes URIs plainly.

mod client;
mod hostile;
mod writing;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use self::client::{Client, codes, pulling, under, uri};

const APP: &str = "force-app/main/default/connectedApps/Sync.connectedApp-meta.xml";
const SET: &str = "force-app/main/default/permissionsets/Sync.permissionset-meta.xml";
const IGNORED: &str = ".env\n.env.local\n.env.*.local\n.sf/\n.sfdx/\n*.key\n*.pem\n";
/// A connected app with these settings is silent.
const CLEAN: [(&str, &str); 3] = [
    ("isAdminApproved", "true"),
    ("isPkceRequired", "true"),
    ("policy", "specific_inactivity:30:DAYS"),
];

fn app(settings: &[(&str, &str)]) -> String {
    let value = |name: &str| settings.iter().rev().find(|(known, _)| *known == name).unwrap().1;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    \
         <label>Sync 😀</label>\n    <oauthConfig>\n        <callbackUrl>https://sync.example.com/cb</callbackUrl>\n        \
         <isAdminApproved>{}</isAdminApproved>\n        <isPkceRequired>{}</isPkceRequired>\n        \
         <isSecretRequiredForRefreshToken>true</isSecretRequiredForRefreshToken>\n        <scopes>Api</scopes>\n        \
         <scopes>RefreshToken</scopes>\n    </oauthConfig>\n    <oauthPolicy>\n        <ipRelaxation>ENFORCE</ipRelaxation>\n        \
         <refreshTokenPolicy>{}</refreshTokenPolicy>\n    </oauthPolicy>\n</ConnectedApp>\n",
        value("isAdminApproved"),
        value("isPkceRequired"),
        value("policy")
    )
}

fn clean_but(name: &'static str, value: &'static str) -> String {
    app(&[&CLEAN[..], &[(name, value)]].concat())
}

fn write(folder: &Path, path: &str, text: &str) -> PathBuf {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

/// A project with one connected app.
fn project(app: &str) -> (TempDir, PathBuf, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().canonicalize().unwrap();
    write(
        &folder,
        "sfdx-project.json",
        "{\"packageDirectories\":[{\"path\":\"force-app\",\"default\":true}]}",
    );
    write(&folder, "sflint.toml", "kind = \"org\"\n");
    write(&folder, ".gitignore", IGNORED);
    let app = write(&folder, APP, app);
    (temp, folder, app)
}

fn actions(client: &mut Client, path: &Path, range: &Value, only: Value) -> Vec<Value> {
    let params = json!({
        "textDocument": { "uri": uri(path) },
        "range": range,
        "context": { "diagnostics": [], "only": only },
    });
    client.request("textDocument/codeAction", params).as_array().unwrap().clone()
}

/// Makes the edits of an action in a text, last first.
fn applied(text: &str, edits: &[Value]) -> String {
    let mut text = text.to_owned();
    for edit in edits.iter().rev() {
        let under = under(&text, &edit["range"]);
        let start = under.as_ptr() as usize - text.as_ptr() as usize;
        let end = start + under.len();
        text.replace_range(start..end, edit["newText"].as_str().unwrap());
    }
    text
}

#[test]
fn a_client_that_asks_sees_the_finding_applies_the_fix_and_sees_it_go() {
    let text = clean_but("isPkceRequired", "false");
    let (_temp, folder, app) = project(&text);
    let mut client = Client::on(&[&folder], pulling());
    client.open(&app);
    let found = client.pull_until(&app, &["oauth-pkce-missing"]);
    assert_eq!(under(&text, &found[0]["range"]), "false");
    assert_eq!((&found[0]["severity"], &found[0]["source"]), (&json!(2), &json!("sflint")));
    let offered = actions(&mut client, &app, &found[0]["range"], Value::Null);
    let titles: Vec<&str> = offered.iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert_eq!(
        titles,
        [
            "Set isPkceRequired to true (changes what somebody may rely on)",
            "Accept this risk: say why in sflint.toml",
            "Explain oauth-pkce-missing",
        ]
    );
    assert!(offered[0].get("isPreferred").is_none());
    let change = &offered[0]["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": uri(&app), "version": 1 }));
    let fixed = applied(&text, change["edits"].as_array().unwrap());
    assert_eq!(fixed, clean_but("isPkceRequired", "true"));
    client.change(&app, 2, &fixed);
    assert_eq!(codes(&client.pull(&app)), [""; 0]);
    client.shut_down();
}

#[test]
fn a_client_that_is_told_gets_every_version_once() {
    let (_temp, folder, app) = project(&clean_but("isPkceRequired", "false"));
    let mut client = Client::on(&[&folder], json!({}));
    client.open(&app);
    let mut told = client.told("textDocument/publishDiagnostics");
    while told["diagnostics"] == json!([]) {
        told = client.told("textDocument/publishDiagnostics");
    }
    assert_eq!((&told["uri"], &told["version"]), (&json!(uri(&app)), &json!(1)));
    assert_eq!(codes(told["diagnostics"].as_array().unwrap()), ["oauth-pkce-missing"]);
    client.change(&app, 2, &clean_but("isAdminApproved", "false"));
    let told = client.wait(|message| {
        message["params"]["version"] == 2
            && message["params"]["diagnostics"][0]["code"] == "oauth-self-authorize"
    });
    // Without an edit that creates files there are plain changes.
    let offered =
        actions(&mut client, &app, &told["params"]["diagnostics"][0]["range"], json!(["quickfix"]));
    assert!(offered[0]["edit"]["changes"][uri(&app)].is_array(), "{offered:?}");
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(&app) } }));
    client.wait(|message| {
        message["method"] == "textDocument/publishDiagnostics"
            && message["params"]["diagnostics"] == json!([])
    });
    client.shut_down();
}

#[test]
fn changes_come_in_pieces() {
    let text = clean_but("isAdminApproved", "true");
    let (_temp, folder, app) = project(&text);
    let mut client = Client::on(&[&folder], pulling());
    client.open(&app);
    assert_eq!(codes(&client.pull(&app)), [""; 0]);
    // Line 7 is isPkceRequired; line 3 holds a character of two UTF-16 units.
    let line = text.lines().nth(6).unwrap();
    let start = line.find("true").unwrap();
    let range = json!({
        "start": { "line": 6, "character": start },
        "end": { "line": 6, "character": start + 4 },
    });
    let label =
        json!({ "start": { "line": 2, "character": 16 }, "end": { "line": 2, "character": 18 } });
    client.changes(
        &app,
        2,
        json!([{ "range": range, "text": "false" }, { "range": label, "text": "x" }]),
    );
    let found = client.pull_until(&app, &["oauth-pkce-missing"]);
    let now = text.replace("😀", "x").replace("<isPkceRequired>true", "<isPkceRequired>false");
    assert_eq!(under(&now, &found[0]["range"]), "false");
    // The same question again has the same answer, which need not be sent.
    let params = json!({ "textDocument": { "uri": uri(&app) } });
    let report = client.request("textDocument/diagnostic", params);
    let params =
        json!({ "textDocument": { "uri": uri(&app) }, "previousResultId": report["resultId"] });
    let again = client.request("textDocument/diagnostic", params);
    assert_eq!(again, json!({ "kind": "unchanged", "resultId": report["resultId"] }));
    client.shut_down();
}

#[test]
fn what_another_file_causes_comes_and_goes_with_it() {
    let (_temp, folder, app) = project(&clean_but("isPkceRequired", "false"));
    let settings = "force-app/main/default/settings/OauthOidc.settings-meta.xml";
    let mut client = Client::on(&[&folder], pulling());
    client.open(&app);
    client.pull_until(&app, &["oauth-pkce-missing"]);
    // The whole org requires it: a file that appears on disk.
    let org = |value: &str| {
        format!(
            "<OauthOidcSettings xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    <isPkceRequired>{value}</isPkceRequired>\n</OauthOidcSettings>\n"
        )
    };
    let settings = write(&folder, settings, &org("true"));
    let event = json!({ "changes": [{ "uri": uri(&settings), "type": 1 }] });
    client.notify("workspace/didChangeWatchedFiles", event);
    client.told("workspace/diagnostic/refresh");
    client.pull_until(&app, &[]);
    // And no longer, in a buffer that nobody has saved.
    client.open_with(&settings, &org("false"));
    client.pull_until(&app, &["oauth-pkce-missing"]);
    client.shut_down();
}

#[test]
fn a_risk_is_accepted_with_a_reason_to_fill_in() {
    let (_temp, folder, app) = project(&clean_but("isPkceRequired", "false"));
    let config = folder.join("sflint.toml");
    let mut client = Client::on(&[&folder], pulling());
    client.open(&app);
    let found = client.pull_until(&app, &["oauth-pkce-missing"]);
    let offered = actions(&mut client, &app, &found[0]["range"], json!(["quickfix"]));
    let accept = offered.iter().find(|one| one["title"].as_str().unwrap().starts_with("Accept"));
    let change = &accept.unwrap()["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"]["uri"], uri(&config));
    let entered =
        applied(&fs::read_to_string(&config).unwrap(), change["edits"].as_array().unwrap());
    assert!(
        entered.contains("rule = \"oauth-pkce-missing\"\nin = \"OauthApp:Sync\"\n"),
        "{entered}"
    );
    // Without a reason the config is refused, where it is.
    client.open_with(&config, &entered);
    client.pull_until(&app, &["oauth-pkce-missing"]);
    let mistakes = client.pull_some(&config);
    assert!(mistakes[0]["message"].as_str().unwrap().contains("reason"), "{mistakes:?}");
    assert_eq!(under(&entered, &mistakes[0]["range"]).trim_matches('"'), "");
    assert!(client.told("window/showMessage")["message"].as_str().unwrap().contains("sflint.toml"));
    client.change(
        &config,
        2,
        &entered.replace("reason = \"\"", "reason = \"Until the vendor can\""),
    );
    client.pull_until(&app, &[]);
    client.pull_until(&config, &[]);

    // Where there is no config one is made.
    fs::remove_file(&config).unwrap();
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(&config) } }));
    let found = client.pull_until(&app, &["oauth-pkce-missing"]);
    let offered = actions(&mut client, &app, &found[0]["range"], json!(["quickfix"]));
    let changes = &offered[1]["edit"]["documentChanges"];
    assert_eq!((&changes[0]["kind"], &changes[0]["uri"]), (&json!("create"), &json!(uri(&config))));
    assert_eq!(changes[1]["edits"][0]["range"]["start"], json!({ "line": 0, "character": 0 }));
    client.shut_down();
}

#[test]
fn safe_fixes_are_made_together() {
    let (_temp, folder, _) = project(&app(&CLEAN));
    let ignored = write(&folder, ".gitignore", "node_modules/\n");
    let mut client = Client::on(&[&folder], pulling());
    client.open(&ignored);
    client.pull_some(&ignored);
    let whole =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let offered = actions(&mut client, &ignored, &whole, json!(["source.fixAll"]));
    assert_eq!(offered[0]["kind"], "source.fixAll.sflint");
    let edits = offered[0]["edit"]["documentChanges"][0]["edits"].as_array().unwrap();
    let fixed = applied("node_modules/\n", edits);
    assert!(fixed.contains(".sf/\n"), "{fixed}");
    client.change(&ignored, 2, &fixed);
    client.pull_until(&ignored, &[]);
    assert!(actions(&mut client, &ignored, &whole, json!(["source.fixAll.sflint"])).is_empty());
    assert!(actions(&mut client, &ignored, &whole, json!(["refactor"])).is_empty());
    client.shut_down();
}

#[test]
fn hover_and_the_command_tell_what_the_rule_means() {
    let (_temp, folder, app) = project(&clean_but("policy", "infinite"));
    let mut client = Client::on(&[&folder], pulling());
    client.open(&app);
    let found = client.pull_until(&app, &["oauth-refresh-token-unbounded"]);
    let at =
        |position: &Value| json!({ "textDocument": { "uri": uri(&app) }, "position": position });
    let hover = client.request("textDocument/hover", at(&found[0]["range"]["start"]));
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("# oauth-refresh-token-unbounded"), "{text}");
    assert_eq!(hover["range"], found[0]["range"]);
    let nothing = client.request("textDocument/hover", at(&json!({ "line": 0, "character": 0 })));
    assert_eq!(nothing, Value::Null);
    let params =
        json!({ "command": "sflint.explain", "arguments": ["oauth-refresh-token-unbounded"] });
    let page = client.request("workspace/executeCommand", params);
    assert!(page.as_str().unwrap().contains("## This fires"));
    client.shut_down();
}

#[test]
fn on_save_nothing_is_said_of_what_is_typed() {
    let (_temp, folder, app) = project(&app(&CLEAN));
    let mut client = Client::on(&[&folder], json!({ "textDocument": { "diagnostic": {} } }));
    client.notify(
        "workspace/didChangeConfiguration",
        json!({ "settings": { "sflint": { "run": "onSave" } } }),
    );
    client.open(&app);
    assert!(client.pull(&app).is_empty());
    let text = clean_but("isPkceRequired", "false");
    client.change(&app, 2, &text);
    std::thread::sleep(Duration::from_millis(400));
    assert!(client.pull(&app).is_empty());
    fs::write(&app, text).unwrap();
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri(&app) } }));
    client.pull_until(&app, &["oauth-pkce-missing"]);
    client.shut_down();
}

#[test]
fn folders_come_and_go_and_files_outside_are_checked_alone() {
    let (_one, first, app_of_first) = project(&clean_but("isPkceRequired", "false"));
    let (_two, second, app_of_second) = project(&clean_but("isAdminApproved", "false"));
    let mut client = Client::on(&[&first], pulling());
    client.open(&app_of_first);
    client.open(&app_of_second);
    client.pull_until(&app_of_first, &["oauth-pkce-missing"]);
    client.pull_until(&app_of_second, &["oauth-self-authorize"]);
    let folder = json!({ "uri": uri(&second), "name": "second" });
    let event =
        |added: Value, removed: Value| json!({ "event": { "added": added, "removed": removed } });
    client.notify("workspace/didChangeWorkspaceFolders", event(json!([folder]), json!([])));
    client.pull_until(&app_of_second, &["oauth-self-authorize"]);
    // From now on what happens around it counts: here the whole org asks for approval.
    let settings = "force-app/main/default/settings/ConnectedApp.settings-meta.xml";
    let settings = write(
        &second,
        settings,
        "<ConnectedAppSettings xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n\
         <enableAdminApprovedAppsOnly>true</enableAdminApprovedAppsOnly>\n</ConnectedAppSettings>\n",
    );
    let event_of = json!({ "changes": [{ "uri": uri(&settings), "type": 1 }] });
    client.notify("workspace/didChangeWatchedFiles", event_of);
    client.pull_until(&app_of_second, &[]);
    // A set of the same project, of which nothing is known on disk.
    let set = second.join(SET);
    fs::create_dir_all(set.parent().unwrap()).unwrap();
    client.open_with(
        &set,
        "<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<label>Sync</label>\n<userPermissions>\n\
         <enabled>true</enabled>\n<name>ModifyAllData</name>\n</userPermissions>\n</PermissionSet>\n",
    );
    client.pull_some(&set);
    client.notify("workspace/didChangeWorkspaceFolders", event(json!([]), json!([folder])));
    client.shut_down();
}
