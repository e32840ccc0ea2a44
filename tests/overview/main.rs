//! What `sflint report` answers, and how it says so.
#![allow(clippy::unwrap_used)]

mod answers;
#[path = "../common/mod.rs"]
mod common;
mod first;
mod formats;
mod health_check;
mod hostile;
mod projects;
#[path = "../common/run.rs"]
mod run;

use std::path::Path;

use common::copy;
use run::{sflint, write};
use serde_json::Value;
use tempfile::TempDir;

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
