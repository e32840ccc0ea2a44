//! `sflint vocabulary [KIND]`: everything a rule can name, from the tables that rules are checked against.

use std::io::{self, Write};

use crate::cli::VocabularyArgs;
use crate::commands::{Failure, Outcome};
use crate::config::catalogue::Catalogue;
use crate::model::vocabulary::{
    LeafDefinition, LeafType, Part, RecordKind, record_kind, record_kinds,
};
use crate::schema::{self, ElementType, MetadataType, did_you_mean};

/// Runs the command.
///
/// # Errors
/// When there is no such kind.
pub fn run(args: &VocabularyArgs) -> Result<Outcome, Failure> {
    let lines = match args.kind.as_deref() {
        None => overview(),
        Some("lists") => lists()?,
        Some(name) => match (record_kind(name), schema::root(name)) {
            (Some(kind), _) => record_page(kind),
            (None, Some(raw)) => raw_page(raw),
            (None, None) => {
                let names = record_kinds()
                    .iter()
                    .map(|kind| kind.name)
                    .chain(schema::roots().map(|raw| raw.name()));
                let names: Vec<&str> = names.collect();
                let way_out = did_you_mean(name, names.into_iter()).map_or_else(
                    || "`sflint vocabulary` lists them".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(Failure::Usage(format!("there is no kind `{name}`: {way_out}")));
            }
        },
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(Outcome::Clean)
}

fn overview() -> Vec<String> {
    let width = record_kinds().iter().map(|kind| kind.name.len()).max().unwrap_or(0);
    let mut lines = vec!["Records: what files mean together. Rules prefer them.".to_owned()];
    lines.extend(
        record_kinds().iter().map(|kind| format!("  {:<width$}  {}", kind.name, kind.about)),
    );
    let source = schema::provenance();
    lines.push(String::new());
    lines.push(format!(
        "Metadata types as they are written: {} (from {} {}). Only what is stated can match.",
        schema::roots().count(),
        source.package,
        source.version
    ));
    lines.push(
        "  `sflint vocabulary KIND` shows one, for example ConnectedApp or SecuritySettings"
            .to_owned(),
    );
    lines.push("  `sflint vocabulary lists` shows the named lists".to_owned());
    lines
}

fn lists() -> Result<Vec<String>, Failure> {
    let catalogue = Catalogue::builtin()?;
    let mut lines = vec![
        "Named lists, for `in`. Where hosts are compared, `*.example.com` is every host below example.com.".to_owned(),
        String::new(),
    ];
    for name in catalogue.lists.names() {
        let Some(list) = catalogue.lists.get(name) else {
            continue;
        };
        lines.push(format!("{name} ({})", list.entries.len()));
        for entry in &list.entries {
            lines.push(format!("  {}: it {}", entry.value, entry.column("because").unwrap_or("")));
        }
    }
    Ok(lines)
}

fn record_page(kind: &RecordKind) -> Vec<String> {
    let mut lines = vec![format!("{}: {}", kind.name, kind.about)];
    if !kind.sources.is_empty() {
        lines.push(format!("read from {}", kind.sources.join(", ")));
    }
    lines.push(String::new());
    lines.extend(leaf_lines(kind.leaves, "  "));
    for child in kind.children {
        lines.push(String::new());
        lines.push(format!(
            "  each = {:?}: {} (as a leaf it stands for {})",
            child.name, child.about, child.named_by
        ));
        lines.extend(leaf_lines(child.leaves, "    "));
    }
    lines
}

fn leaf_lines(leaves: &[LeafDefinition], indent: &str) -> Vec<String> {
    let width = leaves.iter().map(|leaf| leaf.name.len()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for leaf in leaves {
        let several = if leaf.repeated { "list of " } else { "" };
        let settable = if leaf.settable { ", settable" } else { "" };
        let form = format!("{several}{}{settable}", leaf.leaf_type.word());
        lines.push(format!("{indent}{:<width$}  {form}: {}", leaf.name, leaf.about));
        if let LeafType::Enum(values) = leaf.leaf_type {
            lines.push(format!("{indent}{:<width$}  = {}", "", values.join(" | ")));
        }
        let parts: Vec<&str> = Part::of(leaf.leaf_type).iter().map(|(name, ..)| *name).collect();
        if !parts.is_empty() {
            lines.push(format!("{indent}{:<width$}  parts: {}", "", parts.join(", ")));
        }
    }
    lines
}

/// Deepest nesting that is listed; types may refer to themselves.
const DEPTH: usize = 4;

fn raw_page(raw: MetadataType) -> Vec<String> {
    let mut lines = vec![format!("{}: as it is written", raw.name()), String::new()];
    // Types still to be listed, with the path that leads to them; last first, so that the order is the schema's.
    let mut open: Vec<(String, crate::schema::Element, usize)> = Vec::new();
    let push = |open: &mut Vec<_>, parent: MetadataType, prefix: &str, depth: usize| {
        let mut elements: Vec<_> = parent.elements().collect();
        elements.reverse();
        for element in elements {
            open.push((format!("{prefix}{}", element.name), element, depth));
        }
    };
    push(&mut open, raw, "", 1);
    while let Some((path, element, depth)) = open.pop() {
        let several = if element.repeated { "[]" } else { "" };
        match element.ty {
            ElementType::Complex(inner) => {
                lines.push(format!("  {path}{several}"));
                if depth < DEPTH {
                    push(&mut open, inner, &format!("{path}."), depth + 1);
                }
            }
            ElementType::Enum(values) => {
                let all: Vec<&str> = values.values().collect();
                lines.push(format!("  {path}{several} = {}", all.join(" | ")));
            }
            other => lines.push(format!("  {path}{several}: {other}")),
        }
    }
    lines
}
