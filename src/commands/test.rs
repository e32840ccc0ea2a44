//! `sflint test DIR`

use std::io::{self, Write};

use crate::cli::TestArgs;
use crate::commands::{Failure, Outcome};
use crate::config::catalogue::{Catalogue, read_folder};
use crate::project::store::Disk;
use crate::report::summary::count;
use crate::trial::try_all;

/// Runs the command.
///
/// # Errors
/// Mistakes in rule files, and examples that do not turn out as they say.
pub fn run(args: &TestArgs) -> Result<Outcome, Failure> {
    let sources = read_folder(&Disk, &args.dir)?;
    if sources.is_empty() {
        return Err(Failure::Usage(format!("no rule files (*.toml) below {}", args.dir.display())));
    }
    let paths: Vec<String> = sources.iter().map(|source| source.path.clone()).collect();
    let catalogue = Catalogue::replacing(sources)?;
    let rules: Vec<_> =
        catalogue.rules.iter().filter(|rule| paths.contains(&rule.source.path)).cloned().collect();
    let (rules, examples) = try_all(&rules, &catalogue, args.conditions)?;
    writeln!(
        io::stdout(),
        "{} with {}: all turn out as they say",
        count(rules, "rule"),
        count(examples, "example")
    )?;
    Ok(Outcome::Clean)
}
