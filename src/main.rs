//! The `sflint` command.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    ExitCode::from(sflint::commands::run(&sflint::cli::Cli::parse()))
}
