//! The arguments of commands that report findings: `check` and `history`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::schema::did_you_mean;

/// Output formats of `check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: worst first, with source and help.
    Human,
    /// One line a finding.
    Concise,
    /// One versioned JSON document.
    Json,
    /// An entry for sflint.toml for each finding, to be given a reason.
    Exceptions,
    /// SARIF 2.1.0, for GitHub code scanning and viewers.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's Code Quality report.
    GitlabCodeQuality,
    /// GitLab's SAST report.
    GitlabSast,
    /// JUnit XML: a finding that fails the run is a failed test.
    Junit,
    /// Checkstyle XML.
    Checkstyle,
    /// Reviewdog's diagnostics.
    Rdjson,
    /// Issues of Azure Pipelines.
    Azure,
    /// Bitbucket's Code Insights: a report and its annotations.
    Bitbucket,
}

/// How rules are chosen.
#[derive(Clone, Debug, Default, Args)]
pub struct ChoiceArgs {
    /// Only these rules or families (repeat, or separate by commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Not these rules or families
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Which rules are on: recommended, strict, sbs, health-check, partner
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(crate::rule::load::PRESETS))]
    pub preset: Option<String>,
    /// Config file, instead of the nearest sflint.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of your own rules, beside the shipped ones
    #[arg(long, value_name = "DIR")]
    pub rules_dir: Option<PathBuf>,
}

/// What of a git repository is checked, and against what.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Revisions of git")]
pub struct RevisionArgs {
    /// Only what is new since the change left this revision
    ///
    /// Reports the findings that the place where HEAD and REF part has not: what was there before stays silent, also where it
    /// was moved, reordered or renamed.
    #[arg(long, value_name = "REF")]
    pub since: Option<String>,
    /// Check this revision instead of the work tree
    #[arg(long, value_name = "REF")]
    pub rev: Option<String>,
    /// Check what is staged, instead of the work tree; without --since and PATHs only the staged files
    #[arg(long, conflicts_with = "rev")]
    pub staged: bool,
    /// Take everything that decides what is looked at and said from this revision
    ///
    /// That is sflint.toml with all it names, the baseline, .forceignore, sfdx-project.json and comments that allow something.
    /// What the checked tree says otherwise, and would hide or lower something, is an error.
    #[arg(long, value_name = "REF")]
    pub policy_from: Option<String>,
}

/// What is shown of a run, and what fails it.
#[derive(Clone, Debug, Default, Args)]
pub struct ShownArgs {
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Also write the report to a file in another format; may be repeated
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output_file)]
    pub output: Vec<(Format, PathBuf)>,
    /// Severity from which on the run fails: error, warning, note
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub fail_on: Option<crate::rule::Severity>,
    /// Baseline file, instead of the nearest sflint.baseline
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Look at no baseline
    #[arg(long, conflicts_with = "baseline")]
    pub no_baseline: bool,
    /// Show every finding
    #[arg(long)]
    pub all: bool,
    /// Findings only, without the closing lines
    #[arg(long, short)]
    pub quiet: bool,
    /// The day from which dates are judged, YYYY-MM-DD [default: today, UTC]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub today: Option<crate::value::date::Date>,
}

/// Which fixes are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FixMode {
    /// Those by which nothing can break.
    Safe,
    /// Also those that change what somebody may rely on.
    All,
}

/// What is done about findings.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Fixes")]
pub struct FixArgs {
    /// Fix what can be fixed, and report what is left: safe (nothing can break) or all
    #[arg(
        long, value_enum, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "safe",
        conflicts_with = "rev"
    )]
    pub fix: Option<FixMode>,
    /// Print the fixes as a patch and change nothing
    #[arg(long, conflicts_with_all = ["format", "output"])]
    pub diff: bool,
    /// With --fix=all, also change files that git could not bring back
    #[arg(long, requires = "fix")]
    pub allow_dirty: bool,
}

/// Arguments of `check`.
#[derive(Clone, Debug, Default, Args)]
pub struct CheckArgs {
    /// Files and folders of projects [default: the current folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How rules are chosen.
    #[command(flatten)]
    pub choice: ChoiceArgs,
    /// What is checked, and against what.
    #[command(flatten)]
    pub revisions: RevisionArgs,
    /// What is done about findings.
    #[command(flatten)]
    pub fixes: FixArgs,
    /// What is shown, and what fails the run.
    #[command(flatten)]
    pub shown: ShownArgs,
    /// Threads at most [default: as many as the machine has]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// Arguments of `history`.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "One finding a credential: where it stands today, or stood last, with the commit that brought it and its other places.\n\
                  Deleting a credential from a file takes it from no clone: revoke it first, each finding says how."
)]
pub struct HistoryArgs {
    /// Commits as `git log` takes them, such as origin/main.. [default: all branches and tags]
    #[arg(value_name = "RANGE")]
    pub range: Option<String>,
    /// Also stashes, and commits that only the reflog still knows
    #[arg(long, conflicts_with = "range")]
    pub unreachable: bool,
    /// Not this commit and what leads to it: goes on where an earlier run ended
    #[arg(long, value_name = "REF")]
    pub after: Option<String>,
    /// Processes of git at most that unpack contents at the same time [default: 2, on one processor 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// How rules are chosen.
    #[command(flatten)]
    pub choice: ChoiceArgs,
    /// What is shown, and what fails the run.
    #[command(flatten)]
    pub shown: ShownArgs,
}

pub(super) fn severity(text: &str) -> Result<crate::rule::Severity, String> {
    crate::rule::Severity::from_word(text)
        .ok_or_else(|| "it can be error, warning or note".to_owned())
}

pub(super) fn day(text: &str) -> Result<crate::value::date::Date, String> {
    let plain = text.len() == 10;
    crate::value::date::Date::parse(text)
        .filter(|_| plain)
        .ok_or_else(|| "a day is written like 2026-11-23".to_owned())
}

/// Reads one `FORMAT=FILE` of the command line.
fn output_file(text: &str) -> Result<(Format, PathBuf), String> {
    let names = || Format::value_variants().iter().filter_map(Format::to_possible_value);
    let Some((format, path)) = text.split_once('=') else {
        return Err("a format and a file are written like sarif=report.sarif".to_owned());
    };
    let Ok(format) = Format::from_str(format, false) else {
        let names: Vec<String> = names().map(|name| name.get_name().to_owned()).collect();
        let way_out = did_you_mean(format, names.iter().map(String::as_str)).map_or_else(
            || format!("it can be {}", names.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(format!("there is no format `{format}`: {way_out}"));
    };
    match path {
        "" => Err("a file must be named behind the `=`".to_owned()),
        "-" => Err("the standard output is what --format is for".to_owned()),
        path => Ok((format, PathBuf::from(path))),
    }
}
