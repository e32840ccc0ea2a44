//! `sflint report`

use std::io::{self, IsTerminal, Write};

use crate::check::{Sources, survey};
use crate::cli::{CheckArgs, ChoiceArgs, OverviewFormat, ReportArgs, ShownArgs};
use crate::commands::{Failure, Outcome, check as checking, output, progress};
use crate::overview::Overview;
use crate::report::{overview, safe};

/// Runs the command. What is reported is no failure: `check` judges that.
///
/// # Errors
/// Everything that keeps `check` from running, and an output file that cannot be written.
pub fn run(args: &ReportArgs) -> Result<Outcome, Failure> {
    let request = checking::request(&CheckArgs {
        paths: args.paths.clone(),
        choice: ChoiceArgs {
            config: args.config.clone(),
            rules_dir: args.rules_dir.clone(),
            ..ChoiceArgs::default()
        },
        shown: ShownArgs {
            baseline: args.baseline.clone(),
            no_baseline: args.no_baseline,
            today: args.today,
            ..ShownArgs::default()
        },
        threads: args.threads,
        ..CheckArgs::default()
    })?;
    let bar = progress::Bar::new(io::stderr().is_terminal());
    let (checked, overview) = survey(&request, Sources::DISK, Some(&bar))?;
    bar.finish();
    for remark in &checked.remarks {
        writeln!(io::stderr(), "sflint: {}", safe::line(remark))?;
    }
    output::document(args.output.as_deref(), &|out| write(args.format, &overview, out))?;
    Ok(Outcome::Clean)
}

fn write(format: OverviewFormat, overview: &Overview, out: &mut dyn Write) -> io::Result<()> {
    match format {
        OverviewFormat::Text => overview::write_text(overview, out),
        OverviewFormat::Markdown => overview::write_markdown(overview, out),
        OverviewFormat::Json => overview::write_json(overview, out),
        OverviewFormat::Html => overview::write_html(overview, out),
    }
}
