//! What fits a leaf: operators and literal values.

use super::reader::suggestion;
use super::scope::Found;
use crate::model::vocabulary::LeafType;
use crate::schema::did_you_mean;
use crate::value::date::Date;

/// A value that a rule compares a leaf with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Literal<'a> {
    Bool(bool),
    Number(f64),
    Text(&'a str),
}

impl Literal<'_> {
    pub fn form(self) -> &'static str {
        match self {
            Literal::Bool(_) => "true or false",
            Literal::Number(_) => "a number",
            Literal::Text(_) => "text",
        }
    }
}

/// What is wrong with a literal: message, label, help.
pub(crate) type Misfit = (String, String, String);

/// The operators that fit a leaf.
pub(crate) fn operators(leaf: &Found) -> Vec<&'static str> {
    let mut fitting: Vec<&'static str> = match leaf.path.leaf_type {
        _ if leaf.complex.is_some() => vec!["present"],
        LeafType::Bool | LeafType::Date => vec!["is", "not", "present"],
        LeafType::Number => vec!["is", "not", "present", "over", "under"],
        LeafType::Enum(_) => vec!["is", "not", "in", "present"],
        LeafType::OpenEnum if leaf.values.is_some() => vec!["is", "not", "in", "present"],
        LeafType::Text => vec!["is", "not", "in", "glob", "regex", "contains", "present", "check"],
        LeafType::OpenEnum
        | LeafType::Reference
        | LeafType::Url
        | LeafType::Host
        | LeafType::Child => {
            vec!["is", "not", "in", "glob", "regex", "contains", "present"]
        }
        LeafType::Certificate => vec!["present"],
        LeafType::Secret => vec!["not", "present", "check"],
    };
    if leaf.may_be_number {
        fitting.extend(["over", "under"]);
    }
    if leaf.path.repeated && leaf.path.part.is_none() {
        if fitting.contains(&"is") {
            fitting.push("all");
        }
        fitting.push("count");
    }
    fitting
}

/// What a leaf holds, for messages.
pub(crate) fn content(leaf: &Found) -> &'static str {
    match leaf.path.leaf_type {
        _ if leaf.complex.is_some() => "elements",
        LeafType::Bool => "true or false",
        LeafType::Text => "text",
        LeafType::Enum(_) => "a word of a closed list",
        LeafType::OpenEnum if leaf.values.is_some() => "a word of a closed list",
        LeafType::OpenEnum => "a word",
        LeafType::Reference => "a name",
        LeafType::Number => "a number",
        LeafType::Url => "an address",
        LeafType::Host => "a host",
        LeafType::Date => "a day",
        LeafType::Certificate => "a certificate",
        LeafType::Secret => "a secret",
        LeafType::Child => "names",
    }
}

/// Whether a leaf can have a value.
pub(crate) fn check_literal(leaf: &Found, name: &str, literal: Literal<'_>) -> Result<(), Misfit> {
    let holds = content(leaf);
    let wrong = |help: String| {
        let found = literal.form();
        Err((format!("`{name}` holds {holds}, not {found}"), format!("this is {found}"), help))
    };
    match (leaf.path.leaf_type, literal) {
        (LeafType::Bool, Literal::Bool(_)) | (LeafType::Number, Literal::Number(_)) => Ok(()),
        (LeafType::Bool, Literal::Text(word @ ("true" | "false"))) => {
            wrong(format!("write {word} without quotes"))
        }
        (LeafType::Number, Literal::Text("infinite")) => Ok(()),
        (LeafType::Number, Literal::Text(text))
            if text.parse::<f64>().is_ok_and(f64::is_finite) =>
        {
            wrong(format!("write {text} without quotes"))
        }
        (LeafType::Number, Literal::Text(text))
            if did_you_mean(text, ["infinite"].into_iter()).is_some() =>
        {
            wrong("did you mean `infinite`?".into())
        }
        (LeafType::Bool | LeafType::Number, _) => wrong(String::new()),
        (LeafType::Certificate | LeafType::Secret, _) => wrong(String::new()),
        (_, Literal::Bool(value)) => wrong(format!("write \"{value}\" in quotes if it is text")),
        (_, Literal::Number(value)) => wrong(format!("write \"{value}\" in quotes if it is text")),
        (LeafType::Date, Literal::Text(text)) => {
            if text.len() == 10 && Date::parse(text).is_some() {
                return Ok(());
            }
            Err((
                format!("`{text}` is not a day"),
                "not a day".into(),
                "write a day as \"2026-11-23\"".into(),
            ))
        }
        (LeafType::Enum(values), Literal::Text(text)) => {
            known_word(name, text, || values.iter().copied())
        }
        (_, Literal::Text(text)) => match leaf.values {
            Some(values) => known_word(name, text, || values.values()),
            None => Ok(()),
        },
    }
}

fn known_word<'a, I: Iterator<Item = &'a str>>(
    name: &str,
    text: &str,
    values: impl Fn() -> I,
) -> Result<(), Misfit> {
    if values().any(|value| value.eq_ignore_ascii_case(text)) {
        return Ok(());
    }
    Err((
        format!("`{text}` is not a value of `{name}`"),
        "not one of its values".into(),
        suggestion(text, values().collect::<Vec<_>>().into_iter(), "its values are"),
    ))
}
