//! The commands: each a short file that calls the library and prints.

pub mod baseline;
pub mod check;
pub mod completions;
pub mod config;
pub mod diff;
pub mod exceptions;
pub mod explain;
pub mod facts;
mod fix;
pub mod history;
pub mod init;
pub mod lsp;
mod mistake;
pub mod new_rule;
pub mod output;
pub mod progress;
pub mod report;
mod revisions;
pub mod rules;
pub mod schema;
pub mod test;
pub mod vocabulary;

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use miette::GraphicalTheme;

use crate::check::Error;
use crate::cli::{ChoiceArgs, Cli, Color, Command};
use crate::config::catalogue::Catalogue;
use crate::project::store::Disk;
use crate::report::safe;
use crate::rule::load::RuleError;
use crate::secret::masked;

/// How a command ended, when nothing was wrong with the command itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Exit code 0.
    Clean,
    /// Exit code 1.
    Findings,
    /// Exit code 130: somebody broke it off; what was found by then was reported.
    Interrupted,
}

/// What gives exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The run could not be made.
    #[error(transparent)]
    Run(#[from] Error),
    /// Something about the command line, with the way out.
    #[error("{0}")]
    Usage(String),
    /// Output or input failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<Vec<RuleError>> for Failure {
    fn from(errors: Vec<RuleError>) -> Failure {
        Failure::Run(Error::Invalid(errors))
    }
}

/// What is known about the terminal.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// ANSI colours on stdout.
    pub color: bool,
    /// Columns.
    pub width: usize,
}

/// Columns when nobody says.
const WIDTH: usize = 100;

impl Terminal {
    /// Asks the environment.
    pub fn new(color: Color) -> Terminal {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => io::stdout().is_terminal() && !no_color,
        };
        let width =
            std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(WIDTH);
        Terminal { color, width }
    }
}

/// Runs what the command line asks for; gives the exit code.
pub fn run(cli: &Cli) -> u8 {
    let terminal = Terminal::new(cli.color);
    let outcome = match &cli.command {
        None => check::run(&cli.check, &terminal),
        Some(Command::Check(args)) => check::run(args, &terminal),
        Some(Command::Explain(args)) => explain::run(args, &terminal),
        Some(Command::Config(args)) => config::run(args),
        Some(Command::Exceptions(args)) => exceptions::run(args),
        Some(Command::Baseline(args)) => baseline::run(args),
        Some(Command::History(args)) => history::run(args, &terminal),
        Some(Command::Report(args)) => report::run(args),
        Some(Command::Diff(args)) => diff::run(args),
        Some(Command::Rules(args)) => rules::run(args),
        Some(Command::Facts(args)) => facts::run(args),
        Some(Command::Init(args)) => init::run(args),
        Some(Command::Vocabulary(args)) => vocabulary::run(args),
        Some(Command::NewRule(args)) => new_rule::run(args),
        Some(Command::Test(args)) => test::run(args),
        Some(Command::Schema(args)) => schema::run(args),
        Some(Command::Completions(args)) => completions::run(args),
        Some(Command::Lsp(_)) => lsp::run(),
    };
    match outcome {
        Ok(Outcome::Clean) => 0,
        Ok(Outcome::Findings) => 1,
        Ok(Outcome::Interrupted) => 130,
        // Whoever closed the pipe has seen enough.
        Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(failure) => {
            let shown = show(&failure, terminal);
            // Nothing can be done when stderr is closed too.
            let _ = io::stderr().write_all(shown.as_bytes());
            2
        }
    }
}

/// A failure for people: mistakes in files with their source, everything else as one line.
fn show(failure: &Failure, terminal: Terminal) -> String {
    let Failure::Run(Error::Invalid(errors)) = failure else {
        return format!("sflint: {}\n", safe::lines(&failure.to_string()));
    };
    // Rule files and configs come from the project like everything else.
    let plain = mistakes(errors, GraphicalTheme::unicode_nocolor(), terminal.width);
    let color = terminal.color && io::stderr().is_terminal();
    // Escape sequences of a file could not be told from ours.
    if !color || plain.contains('\u{1b}') {
        return safe::keep_layout(&plain, false);
    }
    safe::keep_layout(&mistakes(errors, GraphicalTheme::unicode(), terminal.width), true)
}

fn mistakes(errors: &[RuleError], theme: GraphicalTheme, width: usize) -> String {
    let handler =
        miette::GraphicalReportHandler::new_themed(theme).with_links(false).with_width(width);
    let mut text = String::new();
    for error in errors {
        let message = masked(error.message());
        if error.label().is_empty() && error.spanned().is_empty() {
            text.push_str(&format!("sflint: {message}"));
            if let Some(help) = error.help() {
                text.push_str(&format!(": {}", masked(help)));
            }
            text.push('\n');
        } else if handler.render_report(&mut text, &mistake::Mistake::new(error)).is_err() {
            text.push_str(&format!("{}: {message}\n", masked(error.path())));
        }
    }
    text
}

/// The shipped rules, with those of `--rules-dir`, or of the config.
fn catalogue(choice: &ChoiceArgs) -> Result<Catalogue, Failure> {
    let folder = match (&choice.rules_dir, &choice.config) {
        (Some(folder), _) => Some(folder.clone()),
        (None, Some(config)) => crate::check::named_config(&Disk, config)?.rules_dir,
        (None, None) => crate::check::nearest_config(&Disk, Path::new(&std::env::current_dir()?))
            .map(|path| crate::check::found_config(&Disk, &path))
            .transpose()?
            .and_then(|config| config.rules_dir),
    };
    Ok(match folder {
        Some(folder) => Catalogue::with_folder(&Disk, &folder)?,
        None => Catalogue::builtin()?,
    })
}
