//! `sflint baseline`

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::check::{BaselineChoice, Checked, Sources, baseline_path, check, covers};
use crate::cli::{BaselineArgs, CheckArgs, ShownArgs};
use crate::commands::output::replace;
use crate::commands::{Failure, Outcome, check as checking};
use crate::project::path::{normalise, seen_from};
use crate::project::store::Disk;
use crate::report::{safe, summary};
use crate::settle::baseline::{Baseline, Line};
use crate::settle::report::ReportedFinding;

/// The family of rules about credentials.
const SECRETS: &str = "secrets";
const UNREADABLE: &str = "unreadable-file";

/// Runs the command.
///
/// # Errors
/// Everything that keeps `check` from running; a run that does not read all that the file is about.
pub fn run(args: &BaselineArgs) -> Result<Outcome, Failure> {
    let mut request = checking::request(&CheckArgs {
        paths: args.paths.clone(),
        choice: args.choice.clone(),
        shown: ShownArgs { today: args.today, ..ShownArgs::default() },
        ..CheckArgs::default()
    })?;
    request.baseline = match (&args.file, args.prune) {
        (Some(file), true) => BaselineChoice::File(file.clone()),
        (None, true) => BaselineChoice::Nearest,
        // What is to be written is not read: a file that was merged badly is in nobody's way.
        (_, false) => BaselineChoice::Ignore,
    };
    let checked = check(&request, Sources::DISK, None)?;
    for remark in &checked.remarks {
        writeln!(io::stderr(), "sflint: {}", safe::line(remark))?;
    }
    if args.prune { prune(&checked, &request.current_dir) } else { record(args, &checked) }
}

/// Drops the lines that no finding fits.
fn prune(checked: &Checked, current: &Path) -> Result<Outcome, Failure> {
    if checked.baselines.is_empty() {
        return Err(Failure::Usage(
            "there is no sflint.baseline to prune: `sflint baseline` writes one".to_owned(),
        ));
    }
    for used in &checked.baselines {
        let shown = shown(&used.path, current);
        if !used.complete {
            return Err(Failure::Usage(format!(
                "not everything that {shown} is about was read: name its whole folder, leave the choice of rules to the config, and correct files that cannot be read"
            )));
        }
        let mut gone: HashMap<&Line, usize> = HashMap::new();
        for line in &used.unmatched {
            *gone.entry(line).or_default() += 1;
        }
        let mut kept = Vec::with_capacity(used.baseline.lines.len());
        for line in &used.baseline.lines {
            match gone.get_mut(line).filter(|left| **left > 0) {
                Some(left) => *left -= 1,
                None => kept.push(line.clone()),
            }
        }
        let dropped = used.baseline.lines.len() - kept.len();
        if dropped > 0 {
            replace(&used.path, Baseline::new(kept).text().as_bytes(), None)?;
        }
        let text = format!("{shown}: {} dropped", summary::count(dropped, "line"));
        writeln!(io::stdout(), "{}", safe::line(&text))?;
    }
    Ok(Outcome::Clean)
}

/// Writes the findings of the run.
fn record(args: &BaselineArgs, checked: &Checked) -> Result<Outcome, Failure> {
    let report = &checked.report;
    let current = std::env::current_dir()?;
    let mut lines: BTreeMap<PathBuf, Vec<Line>> = BTreeMap::new();
    let mut targets = Vec::with_capacity(report.projects.len());
    for project in &report.projects {
        let path = match &args.file {
            Some(file) => current.join(file),
            None => baseline_path(&Disk, &report.root.join(&project.path)),
        };
        lines.entry(path.clone()).or_default();
        targets.push(path);
    }
    if args.file.is_none() {
        let all_named = |path: &Path| path.parent().is_some_and(|one| covers(&checked.named, one));
        let partial = lines.keys().find(|path| report.partial || !all_named(path));
        if let Some(path) = partial {
            return Err(Failure::Usage(format!(
                "{} is about more than this run reads: name its whole folder, or another file with --file",
                shown(path, &current)
            )));
        }
    }
    let (mut secrets, mut unreadable) = (0, 0);
    for finding in &report.findings {
        if is_about_secrets(finding) && !args.include_secrets {
            secrets += 1;
        } else if finding.rule.id == UNREADABLE && !args.include_unreadable {
            unreadable += 1;
        } else if let Some(path) = targets.get(finding.project) {
            let folder = path.parent().unwrap_or(Path::new("."));
            let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
            let at = report.root.join(&finding.location.path);
            let place = seen_from(&text_of(&at), &text_of(&folder));
            lines.entry(path.clone()).or_default().push(Line::of(finding, place));
        }
    }
    for (path, lines) in lines {
        let count = lines.len();
        replace(&path, Baseline::new(lines).text().as_bytes(), None)?;
        let text =
            format!("wrote {} with {}", shown(&path, &current), summary::count(count, "finding"));
        writeln!(io::stdout(), "{}", safe::line(&text))?;
    }
    let left_out = [
        (secrets, "about exposed secrets", "--include-secrets"),
        (unreadable, "about files that cannot be read", "--include-unreadable"),
    ];
    for (count, about, flag) in left_out.into_iter().filter(|(count, ..)| *count > 0) {
        let count = summary::count(count, "finding");
        writeln!(io::stderr(), "sflint: left out {count} {about}; {flag} records them")?;
    }
    Ok(Outcome::Clean)
}

fn is_about_secrets(finding: &ReportedFinding) -> bool {
    finding.about_secret || finding.rule.family == SECRETS
}

fn text_of(path: &Path) -> String {
    normalise(&path.to_string_lossy())
}

fn shown(path: &Path, current: &Path) -> String {
    let current = current.canonicalize().unwrap_or_else(|_| current.to_owned());
    let path = path.parent().and_then(|folder| folder.canonicalize().ok()).map_or_else(
        || path.to_owned(),
        |folder| path.file_name().map_or(folder.clone(), |name| folder.join(name)),
    );
    seen_from(&text_of(&path), &text_of(&current))
}
