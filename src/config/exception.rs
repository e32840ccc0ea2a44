//! `[[exceptions]]`: what a team accepts, and why.

use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};
use toml_span::value::Table;
use toml_span::{Span, Value};
use unicode_normalization::UnicodeNormalization;

use crate::config::contract::Named;
use crate::config::origin::Origin;
use crate::config::path_glob::PathGlob;
use crate::project::types::by_name;
use crate::rule::load::reader::Reader;
use crate::schema::{self, did_you_mean};
use crate::value::date::Date;

const KEYS: &[&str] = &["rule", "in", "key", "values", "reason", "owner", "ticket", "expires"];
/// Types of components that are no metadata types.
const OWN_TYPES: &[&str] = &["OauthApp", "File", "Repository"];

/// One accepted risk.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Where the entry stands.
    pub origin: Origin,
    /// Id of the rule, now or formerly.
    pub rule: Named,
    /// Where it holds; everywhere when not stated.
    pub scope: Option<Scope>,
    /// Which finding of a component.
    pub key: Option<String>,
    /// `leaf=value`; all of them must be values of the finding.
    pub values: Vec<String>,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// The last day on which it holds, with its place.
    pub expires: Option<(Date, Origin)>,
}

/// What `in` says.
#[derive(Clone, Debug)]
pub enum Scope {
    /// `Type:Name`
    Component {
        /// As it is written.
        text: String,
        /// The type.
        kind: String,
        /// Names, as a glob without regard to ASCII case.
        name: GlobMatcher,
    },
    /// `path:<glob>`
    Path(PathGlob),
}

impl Scope {
    /// As it is written in the config.
    pub fn text(&self) -> String {
        match self {
            Scope::Component { text, .. } => text.clone(),
            Scope::Path(glob) => format!("path:{}", glob.text),
        }
    }

    /// Whether a component of this type and decoded name, at this absolute path, is meant.
    pub fn covers(&self, kind: &str, name: &str, absolute: &Path) -> bool {
        match self {
            Scope::Component { kind: wanted, name: names, .. } => {
                wanted == kind && names.is_match(name)
            }
            Scope::Path(glob) => glob.matches(absolute),
        }
    }
}

impl Exception {
    /// The last day on which it holds has passed.
    pub fn expired(&self, today: Date) -> bool {
        self.expires.as_ref().is_some_and(|(last, _)| *last < today)
    }

    /// Whether it accepts all that another one does, for as long.
    pub fn accepts_as_much_as(&self, other: &Exception) -> bool {
        let last = |one: &Exception| one.expires.as_ref().map(|(day, _)| *day);
        let as_long = match (last(self), last(other)) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(others)) => own >= others,
        };
        let same_scope = match (&self.scope, &other.scope) {
            (None, _) => true,
            (Some(Scope::Path(own)), Some(Scope::Path(others))) => own.is_same(others),
            (Some(own), Some(others)) => own.text() == others.text(),
            (Some(_), None) => false,
        };
        self.rule.text == other.rule.text
            && as_long
            && same_scope
            && (self.key.is_none() || self.key == other.key)
            // All of them must fit, so fewer accept more.
            && self.values.iter().all(|value| other.values.contains(value))
    }

    /// Rule, `in` and key in a few words.
    pub fn about(&self) -> String {
        let mut text = self.rule.text.clone();
        if let Some(scope) = &self.scope {
            text.push_str(&format!(" in {}", scope.text()));
        }
        if let Some(key) = &self.key {
            text.push_str(&format!(" ({key})"));
        }
        text
    }
}

/// Reads all exceptions of a config file in a folder.
pub(super) fn read_exceptions(
    reader: &mut Reader<'_>,
    value: &Value<'_>,
    folder: &Path,
) -> Vec<Exception> {
    let Some(items) = value.as_array() else {
        reader.wrong_form("exceptions", value, "a list of entries, `[[exceptions]]`");
        return Vec::new();
    };
    items.iter().filter_map(|item| exception(reader, item, folder)).collect()
}

fn exception(reader: &mut Reader<'_>, item: &Value<'_>, folder: &Path) -> Option<Exception> {
    let table = reader.table("exceptions", item)?;
    reader.known_keys(table, KEYS, "an exception");
    let head = reader.start_of(item);
    let before = reader.errors.len();
    if !table.contains_key("rule") {
        reader.missing(head.clone(), "rule", "the id of the rule, such as oauth-full-scope");
    }
    if !table.contains_key("reason") {
        reader.missing(head.clone(), "reason", "why this is accepted, for whoever reads it next");
    }
    let reason = reason(reader, table);
    let rule = table.get("rule").and_then(|value| {
        let text = reader.text("rule", value)?.trim().to_owned();
        Some(Named { text, span: value.span.start..value.span.end })
    });
    let scope = table.get("in").and_then(|value| {
        let text = reader.text("in", value)?.to_owned();
        scope(reader, value, &text, folder)
    });
    let mut optional = |name: &str| reader.text_of(table, name).map(str::to_owned);
    let (key, owner, ticket) = (optional("key"), optional("owner"), optional("ticket"));
    let values = values(reader, table);
    let expires = table.get("expires").and_then(|value| expires(reader, value));
    // A mistake in any part would make the entry hide something else than what was meant.
    if reader.errors.len() > before {
        return None;
    }
    let origin = Origin { source: reader.source.clone(), span: head };
    let (rule, reason) = (rule?, reason?);
    Some(Exception { origin, rule, scope, key, values, reason, owner, ticket, expires })
}

fn reason(reader: &mut Reader<'_>, table: &Table<'_>) -> Option<String> {
    let value = table.get("reason")?;
    match value.as_str() {
        Some(text) if text.trim().is_empty() => {
            reader.report(
                value.span,
                "an exception needs a reason",
                "says nothing",
                "say why this is accepted, for whoever reads it next",
            );
            None
        }
        Some(text) => Some(text.trim().to_owned()),
        None => {
            reader.wrong_form("reason", value, "text");
            None
        }
    }
}

/// Whether components can have this type.
fn is_component_type(kind: &str) -> bool {
    OWN_TYPES.contains(&kind) || schema::root(kind).is_some() || by_name(kind).is_some()
}

fn scope(reader: &mut Reader<'_>, value: &Value<'_>, text: &str, folder: &Path) -> Option<Scope> {
    const FORMS: &str = "write \"OauthApp:Order Sync\", with * for several, or \"path:old/**\"";
    let Some((kind, name)) = text.split_once(':') else {
        let message = format!("`in` is a type and a name, not `{text}`");
        reader.report(value.span, message, "no type", FORMS);
        return None;
    };
    let origin = Origin { source: reader.source.clone(), span: value.span.start..value.span.end };
    if kind == "path" {
        if name.trim().is_empty() {
            reader.report(value.span, "`in` names no path", "a glob is missing", FORMS);
            return None;
        }
        return match PathGlob::new(name, folder, origin) {
            Ok(glob) => Some(Scope::Path(glob)),
            Err(why) => {
                not_a_glob(reader, value.span, name, &why);
                None
            }
        };
    }
    if !is_component_type(kind) {
        let all = OWN_TYPES.iter().copied().chain(["path"]);
        let all: Vec<&str> = all.chain(schema::roots().map(|root| root.name())).collect();
        let help = did_you_mean(kind, all.into_iter())
            .map_or_else(|| FORMS.to_owned(), |meant| format!("did you mean `{meant}:{name}`?"));
        let place = reader.within(value, 0..kind.len());
        reader.report(place, format!("no component has the type `{kind}`"), "not known", help);
        return None;
    }
    if name.trim().is_empty() && kind != "Repository" {
        let message = format!("`in` does not say which {kind}");
        reader.report(value.span, message, "a name is missing", FORMS);
        return None;
    }
    let composed: String = name.trim().nfc().collect();
    match GlobBuilder::new(&composed).case_insensitive(true).backslash_escape(false).build() {
        Ok(glob) => Some(Scope::Component {
            text: text.to_owned(),
            kind: kind.to_owned(),
            name: glob.compile_matcher(),
        }),
        Err(error) => {
            not_a_glob(reader, value.span, name, &error.kind().to_string());
            None
        }
    }
}

pub(super) fn not_a_glob(reader: &mut Reader<'_>, span: Span, glob: &str, why: &str) {
    let help = "put a character that stands for itself in brackets: [*]";
    reader.report(span, format!("`{glob}` is not a glob: {why}"), "cannot be read", help);
}

fn values(reader: &mut Reader<'_>, table: &Table<'_>) -> Vec<String> {
    let mut values = Vec::new();
    for (text, span) in reader.texts_of(table, "values") {
        if text.split_once('=').is_none_or(|(leaf, _)| leaf.trim().is_empty()) {
            let message = format!("`{text}` is not leaf=value");
            let help = "copy `values` of the finding from `sflint check --format exceptions`";
            reader.report(span, message, "no value of a finding", help);
            continue;
        }
        values.push(text);
    }
    values
}

fn expires(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<(Date, Origin)> {
    let text = reader.text("expires", value)?;
    let date = Date::parse(text).filter(|_| text.len() == 10);
    let Some(date) = date else {
        let message = format!("`expires` is a day, not `{text}`");
        let help = "write the last day on which it holds as \"2027-03-31\"";
        reader.report(value.span, message, "not a day", help);
        return None;
    };
    let span = value.span.start..value.span.end;
    Some((date, Origin { source: reader.source.clone(), span }))
}
