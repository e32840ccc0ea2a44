//! The command line.

mod findings;

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};

pub use self::findings::{
    CheckArgs, ChoiceArgs, FixArgs, FixMode, Format, HistoryArgs, RevisionArgs, ShownArgs,
};
use self::findings::{day, severity};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Static security linter for Salesforce metadata: apps, profiles, permission sets. Never touches an org.
#[derive(Debug, Parser)]
#[command(name = "sflint", version, styles = STYLES, args_conflicts_with_subcommands = true, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do; `check` when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Arguments of `check`.
    #[command(flatten)]
    pub check: CheckArgs,
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

const EXIT_CODES: &str = "Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 a mistake on the command line, in the config or in a rule, or nothing to read.";

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check projects (this is what happens without a command)
    Check(CheckArgs),
    /// Write a config to begin with, or the contract of an integration
    Init(InitArgs),
    /// Show what a rule means, why it matters, and its examples
    Explain(ExplainArgs),
    /// Look for credentials in everything that was ever committed
    History(HistoryArgs),
    /// Answer an auditor: checklist, Health Check, benchmark, integrations, who can do what
    Report(ReportArgs),
    /// Tell what profiles, sets, groups, apps, guests and addresses gained or lost
    Diff(DiffArgs),
    /// List the rules
    Rules(RulesArgs),
    /// Show the effective config with the origin of each value
    Config(ConfigArgs),
    /// Show what is accepted and why, with what each exception hides today
    Exceptions(ExceptionsArgs),
    /// Record today's findings, so that only new ones are listed from now on
    Baseline(BaselineArgs),
    /// Show what sflint understood, as JSON lines
    Facts(FactsArgs),
    /// List the kinds, blocks, leaves, values and lists that rules can use
    Vocabulary(VocabularyArgs),
    /// Write the skeleton of a rule
    NewRule(NewRuleArgs),
    /// Run the examples of rule files
    Test(TestArgs),
    /// Print a JSON Schema
    Schema(SchemaArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Serve an editor: the Language Server Protocol on standard input and output
    Lsp(LspArgs),
}

/// Arguments of `init`.
#[derive(Clone, Debug, Args)]
pub struct InitArgs {
    /// Folder of the project [default: the current folder]
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// Add what this app is granted today as a contract, for a person to cut down
    #[arg(long, value_name = "APP")]
    pub contract: Option<String>,
}

/// Arguments of `config`.
#[derive(Clone, Debug, Args)]
pub struct ConfigArgs {
    /// A folder of the project, or a file [default: the current folder]
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// How rules are chosen.
    #[command(flatten)]
    pub choice: ChoiceArgs,
    /// Severity from which on the run fails: error, warning, note
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub fail_on: Option<crate::rule::Severity>,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ConfigFormat::Text)]
    pub format: ConfigFormat,
}

/// Output formats of `config`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConfigFormat {
    /// For people.
    Text,
    /// One versioned JSON document.
    Json,
}

/// Arguments of `report`.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "The tables ask their rules whatever the preset is, and say which ones the config turns off. The exit code is 0 \
whatever is found: `sflint check` judges."
)]
pub struct ReportArgs {
    /// Files and folders of projects [default: the current folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = OverviewFormat::Text)]
    pub format: OverviewFormat,
    /// File to write, instead of the standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Config file, instead of the nearest sflint.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of your own rules, beside the shipped ones
    #[arg(long, value_name = "DIR")]
    pub rules_dir: Option<PathBuf>,
    /// Baseline file, instead of the nearest sflint.baseline
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Look at no baseline
    #[arg(long, conflicts_with = "baseline")]
    pub no_baseline: bool,
    /// The day from which dates are judged, YYYY-MM-DD [default: today, UTC]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub today: Option<crate::value::date::Date>,
    /// Threads at most [default: as many as the machine has]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// Output formats of `report`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OverviewFormat {
    /// For a terminal.
    Text,
    /// For a wiki or a pull request.
    Markdown,
    /// One versioned JSON document.
    Json,
    /// One page for browsers and for paper.
    Html,
}

/// Arguments of `diff`.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "What is compared is the access that the files give, not how they are written. The exit code is 0 whatever changed: \
`sflint check` judges."
)]
pub struct DiffArgs {
    /// Two states: BASE..HEAD, BASE...HEAD since the two parted, or BASE for the work tree
    #[arg(value_name = "RANGE", required_unless_present = "folders", value_parser = crate::diff::revisions::RevisionRange::parse)]
    pub range: Option<crate::diff::revisions::RevisionRange>,
    /// Compare two folders, such as what was retrieved from an org at two times
    #[arg(long, value_names = ["BASE", "HEAD"], num_args = 2, conflicts_with = "range")]
    pub folders: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = DiffFormat::Text)]
    pub format: DiffFormat,
    /// File to write, instead of the standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Config file, instead of the nearest sflint.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Threads at most [default: as many as the machine has]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// Output formats of `diff`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For a terminal.
    Text,
    /// For a comment on a pull request.
    Markdown,
    /// One versioned JSON document.
    Json,
}

/// Arguments of `exceptions`.
#[derive(Clone, Debug, Args)]
pub struct ExceptionsArgs {
    /// Files and folders of projects [default: the current folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How rules are chosen.
    #[command(flatten)]
    pub choice: ChoiceArgs,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = RegisterFormat::Text)]
    pub format: RegisterFormat,
    /// The day from which dates are judged, YYYY-MM-DD [default: today, UTC]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub today: Option<crate::value::date::Date>,
}

/// Output formats of `exceptions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RegisterFormat {
    /// For a terminal.
    Text,
    /// For a wiki or a pull request.
    Markdown,
    /// For a spreadsheet.
    Csv,
    /// One versioned JSON document.
    Json,
}

/// Arguments of `baseline`.
#[derive(Clone, Debug, Args)]
pub struct BaselineArgs {
    /// Folders of projects [default: the current folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How rules are chosen.
    #[command(flatten)]
    pub choice: ChoiceArgs,
    /// Baseline file, instead of the nearest sflint.baseline
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Only drop the lines that no finding fits any more; record nothing new
    #[arg(long)]
    pub prune: bool,
    /// Record exposed secrets, too
    #[arg(long, conflicts_with = "prune")]
    pub include_secrets: bool,
    /// Record files that cannot be read, too
    #[arg(long, conflicts_with = "prune")]
    pub include_unreadable: bool,
    /// The day from which dates are judged, YYYY-MM-DD [default: today, UTC]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub today: Option<crate::value::date::Date>,
}

/// Arguments of `explain`.
#[derive(Clone, Debug, Args)]
pub struct ExplainArgs {
    /// The rule's id
    pub rule: String,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ExplainFormat::Text)]
    pub format: ExplainFormat,
    /// How rules are chosen.
    #[command(flatten)]
    pub choice: ChoiceArgs,
}

/// How `explain` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// For a terminal.
    Text,
    /// A page with all examples, for a wiki.
    Markdown,
}

/// Arguments of `rules`.
#[derive(Clone, Debug, Args)]
pub struct RulesArgs {
    /// How rules are chosen.
    #[command(flatten)]
    pub choice: ChoiceArgs,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `facts`.
#[derive(Clone, Debug, Args)]
pub struct FactsArgs {
    /// Files and folders of projects [default: the current folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Only records of this kind; with --count also a metadata type as it is written
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Only records whose component's name fits this glob
    #[arg(long, value_name = "GLOB")]
    pub name: Option<String>,
    /// Of a Repository: ask its ignore files about these paths [default: the list secret-paths]
    #[arg(long, value_name = "PATH")]
    pub probe: Vec<String>,
    /// Counters instead of records, one `name<TAB>n` a line
    #[arg(long)]
    pub count: bool,
    /// The day from which dates are judged, YYYY-MM-DD [default: today, UTC]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub today: Option<crate::value::date::Date>,
}

/// Arguments of `vocabulary`.
#[derive(Clone, Debug, Args)]
pub struct VocabularyArgs {
    /// A record kind, a metadata type, or `lists`
    pub kind: Option<String>,
}

/// Arguments of `new-rule`.
#[derive(Clone, Debug, Args)]
pub struct NewRuleArgs {
    /// The id: words joined by hyphens, naming what is wrong
    pub id: String,
    /// The folder to write it to [default: the config's rules-dir, else sflint-rules]
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// Arguments of `test`.
#[derive(Clone, Debug, Args)]
pub struct TestArgs {
    /// Folder of rule files
    pub dir: PathBuf,
    /// Also remove each condition in turn and tell which ones no example misses
    #[arg(long)]
    pub conditions: bool,
}

/// Arguments of `schema`.
#[derive(Clone, Debug, Args)]
pub struct SchemaArgs {
    /// Of what
    #[arg(value_enum)]
    pub of: SchemaOf,
}

/// What there is a JSON Schema of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// Rule files
    Rule,
    /// sflint.toml
    Config,
    /// The JSON report of `check`
    Json,
    /// The JSON of `report`
    Report,
    /// The JSON of `diff`
    Diff,
}

/// Arguments of `lsp`.
#[derive(Clone, Debug, Args)]
pub struct LspArgs {
    /// What most clients pass along; there is no other way to talk
    #[arg(long)]
    pub stdio: bool,
}

/// Arguments of `completions`.
#[derive(Clone, Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
