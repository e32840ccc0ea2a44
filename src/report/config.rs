//! The effective config, for people and as JSON.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use crate::config::effective::{Effective, From, Setting};
use crate::model::record::number_text;
use crate::project::path::seen_from;
use crate::report::{safe, summary, toml};
use crate::rule::OptionValue;

/// A key or value that is longer does not push the origins of all others to the right.
const COLUMN: usize = 48;

/// Writes the config as seen from a folder (normalised).
///
/// # Errors
/// When the output cannot be written.
pub fn write_text(effective: &Effective, current: &str, out: &mut dyn Write) -> io::Result<()> {
    match effective.files.as_slice() {
        [] => writeln!(out, "no sflint.toml: everything is as it comes")?,
        [one] => writeln!(out, "{}", safe::line(&seen_from(one, current)))?,
        files => {
            writeln!(out, "files, a later one wins:")?;
            for file in files {
                writeln!(out, "  {}", safe::line(&seen_from(file, current)))?;
            }
        }
    }
    writeln!(out)?;
    let rows: Vec<(String, String)> = effective
        .settings
        .iter()
        .map(|setting| {
            let value = setting.value.as_ref().map_or("(guessed)".to_owned(), written);
            let text = safe::line(&format!("{} = {value}", setting.key)).into_owned();
            (text, origin(setting, current))
        })
        .collect();
    let fitting =
        rows.iter().map(|(text, _)| text.chars().count()).filter(|width| *width <= COLUMN);
    let width = fitting.max().unwrap_or(COLUMN);
    for (text, origin) in rows {
        writeln!(out, "{text:<width$}  {origin}")?;
    }
    writeln!(
        out,
        "\n{} of {} on; `sflint rules` lists them",
        effective.rules_on,
        summary::count(effective.rules, "rule")
    )
}

fn origin(setting: &Setting, current: &str) -> String {
    match &setting.from {
        From::Default => "default".to_owned(),
        From::CommandLine => "command line".to_owned(),
        From::File(origin) => {
            let path = seen_from(&origin.source.path, current);
            safe::line(&format!("{path}:{}", origin.line())).into_owned()
        }
    }
}

fn written(value: &OptionValue) -> String {
    match value {
        OptionValue::Bool(truth) => truth.to_string(),
        OptionValue::Number(number) => number_text(*number),
        OptionValue::Text(text) => toml::string(text),
        OptionValue::List(list) => toml::list(list.iter().map(String::as_str)),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    version: u32,
    files: Vec<String>,
    rules_on: usize,
    rules: usize,
    settings: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    key: String,
    value: Value,
    origin: Place,
}

#[derive(Serialize)]
struct Place {
    from: &'static str,
    path: Option<String>,
    line: Option<usize>,
}

/// Writes the config as one JSON document.
///
/// # Errors
/// When the output cannot be written.
pub fn write_json(effective: &Effective, current: &str, out: &mut dyn Write) -> io::Result<()> {
    let text = |text: &str| safe::line(text).into_owned();
    let place = |from: &From| match from {
        From::Default => Place { from: "default", path: None, line: None },
        From::CommandLine => Place { from: "command line", path: None, line: None },
        From::File(origin) => Place {
            from: "file",
            path: Some(text(&seen_from(&origin.source.path, current))),
            line: Some(origin.line()),
        },
    };
    let value = |value: &OptionValue| match value {
        OptionValue::Bool(truth) => Value::from(*truth),
        OptionValue::Number(number) => Value::from(*number),
        OptionValue::Text(one) => Value::from(text(one)),
        OptionValue::List(list) => list.iter().map(|one| text(one)).collect(),
    };
    let document = Document {
        version: 1,
        files: effective.files.iter().map(|file| text(&seen_from(file, current))).collect(),
        rules_on: effective.rules_on,
        rules: effective.rules,
        settings: effective
            .settings
            .iter()
            .map(|setting| Row {
                key: text(&setting.key),
                value: setting.value.as_ref().map_or(Value::Null, value),
                origin: place(&setting.from),
            })
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}
