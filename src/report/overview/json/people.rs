//! Those who can do something: programs, and whoever holds rights.

use std::io;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{optional, text, texts};
use crate::overview::access::{COLUMNS, Principal};
use crate::overview::integrations::{App, Grant, Integration};
use crate::settle::report::Location;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Program {
    project: String,
    name: String,
    copy: String,
    at: Option<Place>,
    signal: Option<String>,
    contract: bool,
    beyond_contract: usize,
    missing_of_contract: usize,
    complete: bool,
    principals: Vec<String>,
    licenses: Vec<String>,
    app: Option<Client>,
    permissions: Vec<Granted>,
    objects: Vec<Granted>,
    ranges: Option<Vec<Range>>,
    weekly_hours: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Client {
    name: String,
    at: Option<Place>,
    scopes: Vec<String>,
    ip_relaxation: Option<String>,
    refresh_tokens: Option<String>,
    users: Option<&'static str>,
}

#[derive(Serialize)]
struct Granted {
    name: String,
    rights: Vec<String>,
    at: Option<Place>,
}

#[derive(Serialize)]
struct Range {
    start: String,
    end: String,
    at: Option<Place>,
}

#[derive(Serialize)]
struct Place {
    path: String,
    line: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Holder {
    project: String,
    name: String,
    copy: String,
    kind: &'static str,
    at: Option<Place>,
    licenses: Vec<String>,
    standard: bool,
    admin: bool,
    guest: bool,
    external: bool,
    integration: bool,
    session_activated: bool,
    partly_known: bool,
    apps: Vec<String>,
    groups: Vec<String>,
    rights: Map<String, Value>,
}

fn place(location: &Option<Location>) -> Option<Place> {
    let location = location.as_ref()?;
    Some(Place { path: text(&location.path), line: location.region.start.line })
}

fn granted(one: &Grant) -> Granted {
    Granted { name: text(&one.name), rights: texts(&one.rights), at: place(&one.location) }
}

pub(super) fn program(project: &str, one: &Integration) -> Program {
    let range = |range: &Grant| Range {
        start: text(&range.name),
        end: text(&range.rights.join(", ")),
        at: place(&range.location),
    };
    Program {
        project: text(project),
        name: text(&one.name),
        copy: text(&one.copy),
        at: place(&one.location),
        signal: optional(&one.signal),
        contract: one.contract,
        beyond_contract: one.beside_contract.0,
        missing_of_contract: one.beside_contract.1,
        complete: one.complete,
        principals: texts(&one.principals),
        licenses: texts(&one.licenses),
        app: one.app.as_ref().map(client),
        permissions: one.permissions.iter().map(granted).collect(),
        objects: one.objects.iter().map(granted).collect(),
        ranges: one.ranges.as_ref().map(|ranges| ranges.iter().map(range).collect()),
        weekly_hours: optional(&one.weekly_hours),
    }
}

fn client(app: &App) -> Client {
    Client {
        name: text(&app.name),
        at: place(&app.location),
        scopes: texts(&app.scopes),
        ip_relaxation: optional(&app.ip_relaxation),
        refresh_tokens: optional(&app.refresh),
        users: app.users,
    }
}

pub(super) fn holder(project: &str, one: &Principal) -> io::Result<Holder> {
    let mut rights = Map::new();
    for ((key, ..), grants) in COLUMNS.iter().zip(&one.rights) {
        let grants: Vec<Granted> = grants.iter().map(granted).collect();
        rights.insert((*key).to_owned(), serde_json::to_value(grants)?);
    }
    Ok(Holder {
        project: text(project),
        name: text(&one.name),
        copy: text(&one.copy),
        kind: one.kind,
        at: place(&one.location),
        licenses: texts(&one.licenses),
        standard: one.standard,
        admin: one.admin,
        guest: one.guest,
        external: one.external,
        integration: one.integration,
        session_activated: one.session_activated,
        partly_known: one.partly_known,
        apps: texts(&one.apps),
        groups: texts(&one.groups),
        rights,
    })
}
