//! `sflint explain RULE`

use std::io::{self, Write};

use crate::cli::{ExplainArgs, ExplainFormat};
use crate::commands::{Failure, Outcome, Terminal, catalogue};
use crate::report::{rule_page, safe, toml};
use crate::rule::Rule;
use crate::rule::examples::{Example, Expectation, parse_examples};
use crate::schema::did_you_mean;

/// Runs the command.
///
/// # Errors
/// When there is no such rule.
pub fn run(args: &ExplainArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let catalogue = catalogue(&args.choice)?;
    let Some(rule) = catalogue.rule(&args.rule) else {
        let near = did_you_mean(&args.rule, catalogue.rules.iter().map(|rule| rule.id.as_str()));
        let way_out = near.map_or_else(
            || "`sflint rules` lists them".to_owned(),
            |id| format!("did you mean `{id}`?"),
        );
        return Err(Failure::Usage(format!("there is no rule `{}`: {way_out}", args.rule)));
    };
    let examples = parse_examples(rule)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.format {
        ExplainFormat::Text => {
            for line in page(rule, &examples, terminal.width) {
                writeln!(out, "{}", safe::line(&line))?;
            }
        }
        ExplainFormat::Markdown => write!(out, "{}", rule_page::markdown(rule, &examples))?,
    }
    Ok(Outcome::Clean)
}

/// The page of a rule.
pub fn page(rule: &Rule, examples: &[Example], width: usize) -> Vec<String> {
    let mut lines = vec![
        rule.id.clone(),
        format!("{} ({}, confidence {})", rule.title, rule.severity, rule.confidence),
        String::new(),
    ];
    for paragraph in rule.why.split("\n\n") {
        lines.extend(wrapped(paragraph, width));
        lines.push(String::new());
    }
    if let Some(text) = &rule.false_positives {
        lines.push("Known false positives".to_owned());
        for paragraph in text.split("\n\n") {
            lines.extend(
                wrapped(paragraph, width.saturating_sub(2))
                    .into_iter()
                    .map(|line| format!("  {line}")),
            );
        }
        lines.push(String::new());
    }
    if let Some(help) = &rule.fix.help {
        lines.push("What to do".to_owned());
        lines.extend(
            wrapped(help, width.saturating_sub(2)).into_iter().map(|line| format!("  {line}")),
        );
        lines.push(String::new());
    }
    if !rule.options.is_empty() {
        lines.push(format!("Options ([rules.{}] in sflint.toml)", rule.id));
        for (name, value) in &rule.options {
            lines.push(format!("  {name} = {}", toml::option(value)));
        }
        lines.push(String::new());
    }
    lines.push(format!("Presets    {}", rule.all_presets().join(", ")));
    if !rule.projects.is_empty() {
        let kinds: Vec<&str> = rule.projects.iter().map(|kind| kind.word()).collect();
        lines.push(format!("Projects   {}", kinds.join(", ")));
    }
    if !rule.maps.is_empty() {
        lines.push(format!("Standards  {}", rule.maps.join(", ")));
    }
    for expectation in [Expectation::Bad, Expectation::Good] {
        let Some(example) = examples.iter().find(|example| example.expectation == expectation)
        else {
            continue;
        };
        lines.push(String::new());
        lines.push(match expectation {
            Expectation::Bad => "This fires".to_owned(),
            Expectation::Good => "This does not".to_owned(),
        });
        for (path, text) in &example.files {
            lines.push(format!("  {path}"));
            lines.extend(text.trim_end().lines().map(|line| format!("    {line}")));
        }
    }
    lines
}

/// Words in lines of at most this many characters.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}
