//! `[integrations.<name>]`: the contract of one integration, what it is and what it may do.

use std::ops::Range;

use toml_span::Value;
use toml_span::value::{Key, Table};

use crate::model::vocabulary::{FIELD_RIGHTS, OBJECT_RIGHTS};
use crate::rule::RuleSource;
use crate::rule::load::reader::{Reader, in_order, suggestion};

const KEYS: &[&str] =
    &["app", "principals", "scopes", "permissions", "objects", "fields", "deployment"];
/// Types of those who hold rights, for `principals = ["Profile:API Integration"]`.
const PRINCIPAL_TYPES: &[&str] = &["Profile", "PermissionSet", "PermissionSetGroup"];

/// A name with its place in the config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// As it is written.
    pub text: String,
    /// Where it stands.
    pub span: Range<usize>,
}

/// A thing with the rights that are granted on it.
#[derive(Clone, Debug)]
pub struct Granted {
    /// Object, or `Object.Field`.
    pub name: Named,
    /// `read`, `create`, …
    pub rights: Vec<Named>,
}

/// What a team says an integration is and may do. A part that is not stated is not judged.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The key below `integrations`.
    pub name: Named,
    /// The config file.
    pub source: RuleSource,
    /// Its OAuth app.
    pub app: Option<Named>,
    /// Metadata type (any of the three when not stated) and name of those who hold its rights; those its app names when
    /// there are none.
    pub principals: Vec<(Option<&'static str>, Named)>,
    /// OAuth scopes of its app.
    pub scopes: Option<Vec<Named>>,
    /// User permissions.
    pub permissions: Option<Vec<Named>>,
    /// Objects with their rights.
    pub objects: Option<Vec<Granted>>,
    /// Fields with their rights.
    pub fields: Option<Vec<Granted>>,
    /// It deploys metadata, so it may change the org.
    pub deployment: bool,
}

/// Reads all contracts of a config.
pub(super) fn read_contracts(reader: &mut Reader<'_>, table: &Table<'_>) -> Vec<Contract> {
    let entries = in_order(table);
    entries.into_iter().filter_map(|(key, value)| contract(reader, key, value)).collect()
}

fn contract(reader: &mut Reader<'_>, key: &Key<'_>, value: &Value<'_>) -> Option<Contract> {
    let table = reader.table(&key.name, value)?;
    reader.known_keys(table, KEYS, "an integration");
    let name = Named { text: key.name.to_string(), span: key.span.start..key.span.end };
    let app = table.get("app").and_then(|value| named(reader, "app", value));
    let principals = names(reader, table, "principals").unwrap_or_default();
    let principals: Vec<_> =
        principals.into_iter().filter_map(|one| principal(reader, one)).collect();
    if app.is_none() && principals.is_empty() && !table.contains_key("app") {
        reader.report(
            key.span,
            format!("nothing says who `{}` is", key.name),
            "no `app`, no `principals`",
            "name its app, or its profiles and permission sets: principals = [\"PermissionSet:Order Sync\"]",
        );
    }
    let deployment = table.get("deployment").and_then(|value| match value.as_bool() {
        Some(truth) => Some(truth),
        None => {
            reader.wrong_form("deployment", value, "true or false");
            None
        }
    });
    Some(Contract {
        name,
        source: reader.source.clone(),
        app,
        principals,
        scopes: names(reader, table, "scopes"),
        permissions: names(reader, table, "permissions"),
        objects: granted(reader, table, "objects", OBJECT_RIGHTS),
        fields: granted(reader, table, "fields", FIELD_RIGHTS),
        deployment: deployment.unwrap_or(false),
    })
}

fn named(reader: &mut Reader<'_>, key: &str, value: &Value<'_>) -> Option<Named> {
    let text = reader.text(key, value)?.trim().to_owned();
    if text.is_empty() {
        reader.report(value.span, format!("`{key}` is empty"), "no name", "");
        return None;
    }
    Some(Named { text, span: value.span.start..value.span.end })
}

/// The texts of a list; `None` when the key is not there.
fn names(reader: &mut Reader<'_>, table: &Table<'_>, key: &str) -> Option<Vec<Named>> {
    let value = table.get(key)?;
    let Some(items) = value.as_array() else {
        reader.wrong_form(key, value, "a list of names");
        return Some(Vec::new());
    };
    Some(items.iter().filter_map(|item| named(reader, key, item)).collect())
}

fn principal(reader: &mut Reader<'_>, written: Named) -> Option<(Option<&'static str>, Named)> {
    let Some((kind, name)) = written.text.split_once(':') else {
        return Some((None, written));
    };
    match PRINCIPAL_TYPES.iter().find(|known| **known == kind) {
        Some(kind) => {
            let name = Named { text: name.trim().to_owned(), span: written.span.clone() };
            Some((Some(*kind), name))
        }
        None => {
            let help = suggestion(kind, PRINCIPAL_TYPES.iter().copied(), "it can be");
            let message = format!("`{kind}` is no type of those who hold rights");
            reader.report(span(&written), message, "not known", help);
            None
        }
    }
}

fn span(named: &Named) -> toml_span::Span {
    toml_span::Span { start: named.span.start, end: named.span.end }
}

fn granted(
    reader: &mut Reader<'_>,
    table: &Table<'_>,
    key: &str,
    rights: &[&str],
) -> Option<Vec<Granted>> {
    let inner = reader.table(key, table.get(key)?)?;
    let mut all = Vec::new();
    for (name, value) in in_order(inner) {
        let Some(items) = value.as_array() else {
            let example = format!("a list of rights, such as [\"{}\"]", rights.join("\", \""));
            reader.wrong_form(&name.name, value, &example);
            continue;
        };
        let mut read = Vec::new();
        for item in items {
            let Some(right) = named(reader, &name.name, item) else { continue };
            match rights.iter().find(|known| known.eq_ignore_ascii_case(&right.text)) {
                Some(known) => read.push(Named { text: (*known).to_owned(), span: right.span }),
                None => {
                    let help = suggestion(&right.text, rights.iter().copied(), "the rights are");
                    let message = format!("there is no right `{}`", right.text);
                    reader.report(span(&right), message, "not known", help);
                }
            }
        }
        let name = Named { text: name.name.to_string(), span: name.span.start..name.span.end };
        all.push(Granted { name, rights: read });
    }
    Some(all)
}
