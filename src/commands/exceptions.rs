//! `sflint exceptions`

use std::io::{self, Write};

use crate::check::{Sources, check};
use crate::cli::{CheckArgs, ExceptionsArgs, RegisterFormat, ShownArgs};
use crate::commands::{Failure, Outcome, check as checking};
use crate::report::{register, safe};

/// Runs the command. What is listed is no failure, whatever it hides: `check` judges that.
///
/// # Errors
/// Everything that keeps `check` from running.
pub fn run(args: &ExceptionsArgs) -> Result<Outcome, Failure> {
    let request = checking::request(&CheckArgs {
        paths: args.paths.clone(),
        choice: args.choice.clone(),
        shown: ShownArgs { today: args.today, no_baseline: true, ..ShownArgs::default() },
        ..CheckArgs::default()
    })?;
    let checked = check(&request, Sources::DISK, None)?;
    for remark in &checked.remarks {
        writeln!(io::stderr(), "sflint: {}", safe::line(remark))?;
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    let report = &checked.report;
    match args.format {
        RegisterFormat::Text => register::write_text(report, &mut out)?,
        RegisterFormat::Markdown => register::write_markdown(report, &mut out)?,
        RegisterFormat::Csv => register::write_csv(report, &mut out)?,
        RegisterFormat::Json => register::write_json(report, &mut out)?,
    }
    out.flush()?;
    Ok(Outcome::Clean)
}
