//! `sflint completions SHELL`

use std::io::{self, Write};

use clap::CommandFactory;

use crate::cli::{Cli, CompletionsArgs};
use crate::commands::{Failure, Outcome};

/// Runs the command.
///
/// # Errors
/// When the output cannot be written.
pub fn run(args: &CompletionsArgs) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "sflint", &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(Outcome::Clean)
}
