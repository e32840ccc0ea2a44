//! `sflint rules`

use std::io::{self, Write};

use serde::Serialize;

use crate::cli::RulesArgs;
use crate::commands::{Failure, Outcome, catalogue};
use crate::report::safe;
use crate::rule::Rule;

#[derive(Serialize)]
struct Row {
    id: String,
    family: String,
    title: String,
    severity: &'static str,
    confidence: &'static str,
    presets: Vec<&'static str>,
    standards: Vec<String>,
    serves: Vec<String>,
    since: String,
    path: String,
    builtin: bool,
}

/// Runs the command.
///
/// # Errors
/// Mistakes in the team's own rules.
pub fn run(args: &RulesArgs) -> Result<Outcome, Failure> {
    let catalogue = catalogue(&args.choice)?;
    let mut chosen: Vec<&Rule> = catalogue
        .rules
        .iter()
        .map(AsRef::as_ref)
        .filter(|rule: &&Rule| {
            let named = |ids: &[String]| ids.iter().any(|id| *id == rule.id || *id == rule.family);
            let preset = args.choice.preset.as_deref().is_none_or(|preset| rule.in_preset(preset));
            preset
                && (args.choice.select.is_empty() || named(&args.choice.select))
                && !named(&args.choice.ignore)
        })
        .collect();
    chosen.sort_by(|a, b| (&a.family, &a.id).cmp(&(&b.family, &b.id)));
    let mut out = io::BufWriter::new(io::stdout().lock());
    if args.json {
        let rows: Vec<Row> = chosen.iter().map(|rule| row(rule)).collect();
        serde_json::to_writer_pretty(&mut out, &rows).map_err(io::Error::from)?;
        writeln!(out)?;
        return Ok(Outcome::Clean);
    }
    let width = chosen.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut family = "";
    for rule in chosen {
        if rule.family != family {
            if !family.is_empty() {
                writeln!(out)?;
            }
            writeln!(out, "{}", safe::line(&rule.family))?;
            family = &rule.family;
        }
        writeln!(
            out,
            "  {:<width$}  {:<7}  {}",
            safe::line(&rule.id),
            rule.severity.word(),
            safe::line(&rule.title)
        )?;
    }
    writeln!(out, "\n`sflint explain RULE` says why each matters and what to do")?;
    Ok(Outcome::Clean)
}

fn row(rule: &Rule) -> Row {
    let text = |text: &str| safe::line(text).into_owned();
    let texts = |list: &[String]| list.iter().map(|one| text(one)).collect();
    Row {
        id: text(&rule.id),
        family: text(&rule.family),
        title: text(&rule.title),
        severity: rule.severity.word(),
        confidence: rule.confidence.word(),
        presets: rule.all_presets(),
        standards: texts(&rule.maps),
        serves: texts(&rule.serves),
        since: text(&rule.since),
        path: text(&rule.source.path),
        builtin: rule.source.builtin,
    }
}
