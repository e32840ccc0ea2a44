//! Configs and rule files while they are written.

use std::path::Path;

use serde_json::{Value, json};

use super::client::{Client, codes, pulling, under, uri};
use super::{clean_but, project, write};

/// What is asked of the place where `|` stands; the document is opened, or changed to the rest of the text.
fn at(client: &mut Client, path: &Path, version: i32, marked: &str, method: &str) -> Value {
    let cursor = marked.find('|').unwrap();
    let before = &marked[..cursor];
    let line = before.matches('\n').count();
    let character = before.rsplit('\n').next().unwrap().encode_utf16().count();
    client.change(path, version, &marked.replacen('|', "", 1));
    let position = json!({ "line": line, "character": character });
    client.request(method, json!({ "textDocument": { "uri": uri(path) }, "position": position }))
}

fn labels(items: &Value) -> Vec<&str> {
    items.as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect()
}

fn messages(found: &[Value]) -> Vec<&str> {
    found.iter().map(|one| one["message"].as_str().unwrap().lines().next().unwrap()).collect()
}

#[test]
fn a_config_is_completed_explained_and_checked_while_it_is_broken() {
    let (_temp, folder, app) = project(&clean_but("isPkceRequired", "false"));
    let config = folder.join("sflint.toml");
    let mut client = Client::on(&[&folder], pulling());
    client.open(&app);
    client.pull_until(&app, &["oauth-pkce-missing"]);
    client.open(&config);

    let marked = "# é😀\nkind = \"org\"\n[[exceptions]]\nrule = \"oauth-pkce-m|";
    let items = at(&mut client, &config, 2, marked, "textDocument/completion");
    let item =
        items.as_array().unwrap().iter().find(|one| one["label"] == "oauth-pkce-missing").unwrap();
    assert_eq!(item["detail"], "warning");
    assert_eq!(item["textEdit"]["newText"], "oauth-pkce-missing");
    assert_eq!(under(&marked.replace('|', ""), &item["textEdit"]["range"]), "oauth-pkce-m");

    // The components that there are findings about.
    let items =
        at(&mut client, &config, 3, "[[exceptions]]\nin = \"|\"\n", "textDocument/completion");
    assert_eq!(labels(&items)[0], "OauthApp:Sync");

    let hover = at(
        &mut client,
        &config,
        4,
        "[rules]\noauth-pkce-mis|sing = \"off\"\n",
        "textDocument/hover",
    );
    assert!(
        hover["contents"]["value"].as_str().unwrap().starts_with("# oauth-pkce-missing"),
        "{hover}"
    );
    assert_eq!(hover["range"]["start"], json!({ "line": 1, "character": 0 }));

    let text = "kind = \"org\"\n[rules]\noauth-pkce-mising = \"off\"\n";
    client.change(&config, 5, text);
    let found = client.pull(&config);
    assert_eq!(messages(&found), ["there is no rule `oauth-pkce-mising`"]);
    assert_eq!(under(text, &found[0]["range"]), "oauth-pkce-mising");
    assert!(found[0]["message"].as_str().unwrap().ends_with("did you mean `oauth-pkce-missing`?"));

    // What has no place in a config has none here.
    let items = at(&mut client, &config, 6, "kind = \"org\" # |", "textDocument/completion");
    assert_eq!(items, json!([]));
    client.shut_down();
}

#[test]
fn an_exception_that_is_over_is_a_finding_in_the_config() {
    let (_temp, folder, app) = project(&clean_but("isPkceRequired", "false"));
    let config = folder.join("sflint.toml");
    let mut client = Client::on(&[&folder], pulling());
    client.open(&app);
    client.pull_until(&app, &["oauth-pkce-missing"]);
    client.open(&config);
    let entry = "kind = \"org\"\n[[exceptions]]\nrule = \"oauth-pkce-missing\"\nreason = \"r\"\nexpires = \"2020-01-01\"\n";
    client.change(&config, 2, entry);
    let found = client.pull_until(&config, &["exception-expired"]);
    assert_eq!(codes(&found), ["exception-expired"]);
    client.shut_down();
}

const RULE: &str = "title = \"An app\"\nseverity = \"note\"\nwhy = \"because\"\n[match]\nkind = \"OauthApp\"\nwhere.name = \"Bad\"\n\
    [report]\nmessage = \"{name} is bad\"\n[[bad]]\ntext = '''\n\
    <ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\"><fullName>Bad</fullName><label>Bad</label></ConnectedApp>\n'''\n\
    [[good]]\ntext = '''\n<ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\"><label>x</label></ConnectedApp>\n'''\n";

#[test]
fn a_rule_is_tried_while_it_is_written() {
    let (_temp, folder, _app) = project(&clean_but("isPkceRequired", "true"));
    write(&folder, "sflint.toml", "kind = \"org\"\nrules-dir = \"lint\"\n");
    let rule = write(&folder, "lint/own/own-app.toml", RULE);
    let mut client = Client::on(&[&folder], pulling());
    client.open(&rule);
    assert_eq!(messages(&client.pull(&rule)), ["own-app: a bad example does not fire"]);

    // The name of the file is the name of the app.
    let text = RULE.replacen("text = '''", "files.\"connectedApps/Bad.connectedApp\" = '''", 1);
    client.change(&rule, 2, &text);
    assert_eq!(messages(&client.pull(&rule)), [""; 0]);

    client.change(&rule, 3, &text.replace("{name}", "{nam}"));
    let found = client.pull(&rule);
    assert_eq!(messages(&found).len(), 1, "{found:?}");
    assert_eq!(under(&text.replace("{name}", "{nam}"), &found[0]["range"]), "{nam}");

    let marked = text.replace("where.name = \"Bad\"\n", "where.pkceR|\n");
    let items = at(&mut client, &rule, 4, &marked, "textDocument/completion");
    assert!(labels(&items).contains(&"pkceRequired"), "{items}");
    let marked = text.replace("OauthApp", "Oauth|App");
    let hover = at(&mut client, &rule, 5, &marked, "textDocument/hover");
    assert!(hover["contents"]["value"].as_str().unwrap().starts_with("**OauthApp**"), "{hover}");
    client.shut_down();
}
