//! Clients and projects that do what they should not.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Client, codes, pulling, uri};
use super::{clean_but, project, write};

#[test]
fn requests_that_nobody_knows_or_that_are_malformed_are_refused() {
    let (_temp, folder, app) = project(&clean_but("isPkceRequired", "false"));
    let mut client = Client::start();
    let early = client.ask("textDocument/hover", json!({}));
    assert_eq!(client.response(early)["error"]["code"], -32002);
    drop(client);

    let mut client = Client::on(&[&folder], pulling());
    let cases = [
        ("textDocument/unheardOf", json!({}), -32601),
        ("textDocument/hover", json!({ "position": 3 }), -32602),
        ("textDocument/codeAction", Value::Null, -32602),
        ("textDocument/diagnostic", json!([1, 2]), -32602),
        ("workspace/executeCommand", json!({ "command": "rm" }), -32602),
        ("initialize", json!({}), -32600),
    ];
    for (method, params, code) in cases {
        let id = client.ask(method, params);
        let response = client.response(id);
        assert_eq!(response["error"]["code"], code, "{response}");
    }
    for (method, params) in [
        ("textDocument/didOpen", json!({ "textDocument": 1 })),
        ("textDocument/didChange", json!({})),
        ("textDocument/didSave", json!(["x"])),
        ("$/unheardOf", json!(1)),
        ("workspace/didChangeConfiguration", Value::Null),
    ] {
        client.notify(method, params);
    }
    // A change of, and a question about, what is not open.
    client.change(&folder.join("other.xml"), 7, "x");
    assert!(client.pull(&folder.join("other.xml")).is_empty());
    client.open(&app);
    client.pull_until(&app, &["oauth-pkce-missing"]);
    let id = client.ask("shutdown", Value::Null);
    client.response(id);
    let late = client.ask("textDocument/hover", json!({}));
    assert_eq!(client.response(late)["error"]["code"], -32600);
    client.notify("exit", Value::Null);
    assert_eq!(client.end().0, Some(0));
}

#[test]
fn what_is_malformed_is_not_repeated() {
    let secret = "80A9B29962C86C1642A1";
    let (_temp, folder, _app) = project(&clean_but("isPkceRequired", "false"));
    let mut client = Client::on(&[&folder], pulling());
    let id = client.ask("textDocument/hover", json!(secret));
    let response = client.response(id);
    assert_eq!(response["error"]["code"], -32602, "{response}");
    assert!(!response.to_string().contains(secret), "{response}");
    client.notify("textDocument/didOpen", json!({ "textDocument": secret }));
    let told = client.told("window/logMessage").to_string();
    assert!(told.contains("didOpen") && !told.contains(secret), "{told}");
    client.shut_down();
}

#[test]
fn a_folder_that_is_closed_takes_along_what_was_said_of_it() {
    let (_temp, folder, _app) = project(&clean_but("isPkceRequired", "true"));
    let config = write(&folder, "sflint.toml", "unheard-of = 1\n");
    let mut client = Client::on(&[&folder], json!({}));
    let said = |message: &Value, some: bool| {
        let params = &message["params"];
        message["method"] == "textDocument/publishDiagnostics"
            && params["uri"] == uri(&config)
            && params["diagnostics"].as_array().is_some_and(|all| all.is_empty() != some)
    };
    client.wait(|message| said(message, true));
    let removed = json!([{ "uri": uri(&folder), "name": "f" }]);
    let event = json!({ "event": { "added": [], "removed": removed } });
    client.notify("workspace/didChangeWorkspaceFolders", event);
    client.wait(|message| said(message, false));
    client.shut_down();
}

#[test]
fn what_is_not_the_protocol_ends_the_server_with_a_word() {
    let secret = "80A9B29962C86C1642A1";
    let broken = [
        "hello\r\n\r\n".to_owned(),
        "Content-Length: x\r\n\r\n".to_owned(),
        format!("Content-Length: 30\r\n\r\n{{\"method\": \"{secret}"),
        format!("Content-Length: 22\r\n\r\n{{\"{secret}"),
        "Content-Length: 2\r\n\r\n[]".to_owned(),
        "Content-Length: 99999999999\r\n\r\n{}".to_owned(),
        "Content-Length: 18446744073709551615\r\n\r\n{}".to_owned(),
        "\r\n".to_owned(),
    ];
    for bytes in broken {
        let mut client = Client::start();
        client.raw(bytes.as_bytes());
        let (code, text) = client.end();
        assert!(matches!(code, Some(1 | 2)), "{bytes:?} {code:?} {text}");
        assert!(!text.contains(secret) && !text.contains("panicked"), "{text}");
    }
    // The input ends without a word, or with one only.
    assert_eq!(Client::start().end().0, Some(1));
    let mut client = Client::start();
    client.notify("exit", Value::Null);
    assert_eq!(client.end().0, Some(1));
}

#[test]
fn a_message_that_cannot_be_read_is_passed_over() {
    let (_temp, folder, app) = project(&clean_but("isPkceRequired", "false"));
    let mut client = Client::on(&[&folder], pulling());
    let secret = "80A9B29962C86C1642A1";
    let broken = format!("{{\"method\": \"{secret}");
    client.raw(format!("Content-Length: {}\r\n\r\n{broken}", broken.len()).as_bytes());
    // What a client answers that could not read a request.
    let error = json!({ "code": -32700, "message": "parse error" });
    client.send(&json!({ "jsonrpc": "2.0", "id": null, "error": error }));
    client.open(&app);
    client.pull_until(&app, &["oauth-pkce-missing"]);
    client.request("shutdown", Value::Null);
    client.notify("exit", Value::Null);
    let (code, text) = client.end();
    assert_eq!((code, text.matches("was not understood").count()), (Some(0), 2), "{text}");
    assert!(!text.contains(secret), "{text}");
}

#[test]
fn a_request_that_is_taken_back_is_answered_as_such() {
    let (_temp, folder, app) = project(&clean_but("isPkceRequired", "false"));
    let mut client = Client::on(&[&folder], pulling());
    client.open(&app);
    client.pull_until(&app, &["oauth-pkce-missing"]);
    // All in one go, so that they arrive together.
    let ask = |id: i64| {
        let params = json!({ "textDocument": { "uri": uri(&app) } });
        json!({ "jsonrpc": "2.0", "id": id, "method": "textDocument/diagnostic", "params": params })
    };
    let cancel = json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": 1002 } });
    let mut bytes = Vec::new();
    for message in [ask(1001), ask(1002), cancel, ask(1003)] {
        let body = message.to_string();
        bytes.extend(format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes());
    }
    client.raw(&bytes);
    assert!(client.response(1001)["result"].is_object());
    let response = client.response(1002);
    assert!(response["result"].is_object() || response["error"]["code"] == -32800, "{response}");
    assert!(client.response(1003)["result"].is_object());
    client.shut_down();
}

#[test]
fn a_client_that_never_answers_is_served_all_the_same() {
    let (_temp, folder, app) = project(&clean_but("isPkceRequired", "false"));
    let mut client = Client::on(&[&folder], pulling());
    client.answers = false;
    client.open(&app);
    client.pull_until(&app, &["oauth-pkce-missing"]);
    for version in 2..30 {
        client.change(
            &app,
            version,
            &clean_but("isAdminApproved", if version % 2 == 0 { "false" } else { "true" }),
        );
    }
    client.pull_until(&app, &[]);
    client.shut_down();
}

#[test]
fn a_huge_document_is_told_not_to_be_read() {
    let (_temp, folder, app) = project(&clean_but("isPkceRequired", "false"));
    let mut client = Client::on(&[&folder], pulling());
    client.open_with(&app, &format!("<ConnectedApp>{}</ConnectedApp>", " ".repeat(65 << 20)));
    client.pull_until(&app, &["unreadable-file"]);
    client.change(&app, 2, &clean_but("isPkceRequired", "false"));
    client.pull_until(&app, &["oauth-pkce-missing"]);
    client.shut_down();
}

#[test]
fn a_folder_that_goes_takes_its_findings_along() {
    let (temp, folder, app) = project(&clean_but("isPkceRequired", "false"));
    let mut client = Client::on(&[&folder], json!({}));
    client.open(&app);
    client.wait(|message| message["params"]["diagnostics"][0]["code"] == "oauth-pkce-missing");
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(&app) } }));
    client.wait(|message| message["params"]["diagnostics"] == json!([]));
    drop(temp);
    assert!(!folder.exists());
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": [{ "uri": uri(&app), "type": 3 }] }),
    );
    client.open_with(&app, &clean_but("isPkceRequired", "false"));
    client.wait(|message| message["params"]["version"] == 1);
    client.shut_down();
}

#[test]
fn no_credential_leaves_the_server() {
    let secret = "80A9B29962C86C1642A1151E3E5B73D5".repeat(2);
    let element = format!("<consumerSecret>{secret}</consumerSecret>\n        <isAdminApproved>");
    let text = clean_but("isPkceRequired", "true").replace("<isAdminApproved>", &element);
    let (_temp, folder, app) = project(&text);
    let mut client = Client::on(&[&folder], pulling());
    client.open(&app);
    let found = client.pull_until(&app, &["oauth-inline-secret"]);
    let params = json!({
        "textDocument": { "uri": uri(&app) },
        "range": found[0]["range"],
        "context": { "diagnostics": found },
    });
    let offered = client.request("textDocument/codeAction", params);
    let at =
        json!({ "textDocument": { "uri": uri(&app) }, "position": found[0]["range"]["start"] });
    let hover = client.request("textDocument/hover", at);
    for said in [json!(found), offered, hover] {
        assert!(!said.to_string().contains(&secret), "{said}");
    }
    client.shut_down();
}

#[test]
fn schemes_that_are_no_files_and_files_that_are_no_metadata_are_left_in_peace() {
    let (_temp, folder, app) = project(&clean_but("isPkceRequired", "false"));
    let notes = write(&folder, "notes.txt", "nothing");
    let mut client = Client::on(&[&folder], pulling());
    for other in ["untitled:Untitled-1", "git:/a?x", "vscode-notebook-cell:/a", "file:", "%", ""] {
        let document =
            json!({ "uri": other, "languageId": "xml", "version": 1, "text": "<ConnectedApp/>" });
        client.notify("textDocument/didOpen", json!({ "textDocument": document }));
        let report =
            client.request("textDocument/diagnostic", json!({ "textDocument": { "uri": other } }));
        assert_eq!(report["items"], json!([]), "{other}");
    }
    client.open(&notes);
    assert!(client.pull(&notes).is_empty());
    fs::remove_file(&notes).unwrap();
    client.change(&notes, 2, "still open");
    assert!(client.pull(&notes).is_empty());
    client.open(&app);
    client.pull_until(&app, &["oauth-pkce-missing"]);
    client.shut_down();
}

#[test]
fn own_rules_and_configs_of_a_project_are_its_own() {
    let (_temp, folder, app) = project(&clean_but("isPkceRequired", "false"));
    let config = folder.join("sflint.toml");
    fs::write(&config, "kind = \"org\"\n[rules]\nno-such-rule = \"off\"\n").unwrap();
    let mut client = Client::on(&[&folder], pulling());
    client.open(&app);
    client.told("window/showMessage");
    // What was wrong is put right, and everything is as it was.
    fs::write(&config, "kind = \"org\"\n[rules]\noauth-pkce-missing = \"error\"\n").unwrap();
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": [{ "uri": uri(&config), "type": 2 }] }),
    );
    let found = client.pull_until(&app, &["oauth-pkce-missing"]);
    let end = std::time::Instant::now() + Duration::from_secs(20);
    let mut severity = found[0]["severity"].clone();
    while severity != 1 {
        assert!(std::time::Instant::now() < end);
        severity = client.pull(&app)[0]["severity"].clone();
    }
    assert_eq!(codes(&client.pull(&app)), ["oauth-pkce-missing"]);
    client.shut_down();
}

#[cfg(unix)]
#[test]
fn a_pipe_that_is_opened_and_closed_holds_up_nobody() {
    let (_temp, folder, app) = project(&clean_but("isPkceRequired", "false"));
    let pipe = app.with_file_name("Pipe.connectedApp-meta.xml");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut client = Client::on(&[&folder], pulling());
    client.open_with(&pipe, "");
    client.change(&pipe, 2, "<ConnectedApp/>");
    client.pull(&pipe);
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(&pipe) } }));
    client.open(&app);
    client.pull_until(&app, &["oauth-pkce-missing"]);
    client.shut_down();
}
