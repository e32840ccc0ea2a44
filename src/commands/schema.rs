//! `sflint schema rule|config|json|report|diff`

use std::io::{self, Write};

use crate::cli::{SchemaArgs, SchemaOf};
use crate::commands::{Failure, Outcome};

/// JSON Schema of rule files.
pub const RULE: &str = include_str!("../../schemas/rule.schema.json");
/// JSON Schema of `sflint.toml`.
pub const CONFIG: &str = include_str!("../../schemas/config.schema.json");
/// JSON Schema of the JSON report of `check`.
pub const REPORT: &str = include_str!("../../schemas/report.schema.json");
/// JSON Schema of the JSON of `report`.
pub const OVERVIEW: &str = include_str!("../../schemas/overview.schema.json");
/// JSON Schema of the JSON of `diff`.
pub const DIFF: &str = include_str!("../../schemas/diff.schema.json");

/// Runs the command.
///
/// # Errors
/// When the output cannot be written.
pub fn run(args: &SchemaArgs) -> Result<Outcome, Failure> {
    let text = match args.of {
        SchemaOf::Rule => RULE,
        SchemaOf::Config => CONFIG,
        SchemaOf::Json => REPORT,
        SchemaOf::Report => OVERVIEW,
        SchemaOf::Diff => DIFF,
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Outcome::Clean)
}
