//! `sflint check`

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use crate::check::{BaselineChoice, CheckRequest, Checked, check, check_since};
use crate::cli::{CheckArgs, Format};
use crate::commands::revisions::Revisions;
use crate::commands::{Failure, Outcome, Terminal, progress};
use crate::config::select::Selection;
use crate::document::SourceText;
use crate::model::secrets::hidden_spans;
use crate::project::store::{FileEntry, Store};
use crate::report::{concise, exceptions, human, json, safe};
use crate::settle::report::Location;
use crate::value::date::Date;

/// Runs the command.
///
/// # Errors
/// Everything that gives exit code 2.
pub fn run(args: &CheckArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let mut request = request(args)?;
    let revisions = Revisions::new(&args.revisions, &request)?;
    if !revisions.choose_inputs(&args.revisions, &mut request) {
        writeln!(io::stderr(), "sflint: nothing is staged that could be checked")?;
        return Ok(Outcome::Clean);
    }
    let bar = progress::Bar::new(io::stderr().is_terminal());
    let checked = match revisions.earlier() {
        Some(earlier) => check_since(&request, revisions.sources(), earlier, Some(&bar)),
        None => check(&request, revisions.sources(), Some(&bar)),
    }?;
    bar.finish();
    for remark in &checked.remarks {
        writeln!(io::stderr(), "sflint: {}", safe::line(remark))?;
    }
    let written = write(args, &request, &checked, &revisions.sources(), terminal);
    match written {
        // Whoever closed the pipe has seen enough; the exit code still says what was found.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        other => other?,
    }
    Ok(if checked.report.fails() { Outcome::Findings } else { Outcome::Clean })
}

fn write(
    args: &CheckArgs,
    request: &CheckRequest,
    checked: &Checked,
    store: &dyn Store,
    terminal: &Terminal,
) -> io::Result<()> {
    let format = args.format.unwrap_or(Format::Human);
    let stdout = io::stdout();
    let mut out = io::BufWriter::new(stdout.lock());
    match format {
        Format::Json => {
            json::write(&checked.report, &checked.files, &request.current_dir, &mut out)?
        }
        Format::Exceptions => exceptions::write(&checked.report, &mut out)?,
        Format::Concise => concise::write(&checked.report, args.quiet, &mut out)?,
        Format::Human => write_human(args, request, checked, store, terminal, &mut out)?,
    }
    out.flush()
}

/// What to check, as the command line says it.
pub(super) fn request(args: &CheckArgs) -> Result<CheckRequest, Failure> {
    let threads = args
        .threads
        .map(usize::from)
        .or_else(|| std::thread::available_parallelism().ok().map(usize::from))
        .unwrap_or(1);
    Ok(CheckRequest {
        inputs: if args.paths.is_empty() { vec![".".into()] } else { args.paths.clone() },
        current_dir: std::env::current_dir()?,
        config: args.choice.config.clone(),
        rules_dir: args.choice.rules_dir.clone(),
        selection: Selection {
            preset: args.choice.preset.clone(),
            select: args.choice.select.clone(),
            ignore: args.choice.ignore.clone(),
        },
        fail_on: args.fail_on,
        baseline: match &args.baseline {
            Some(path) => BaselineChoice::File(path.clone()),
            None if args.no_baseline => BaselineChoice::Ignore,
            None => BaselineChoice::Nearest,
        },
        today: args.today.unwrap_or_else(Date::today),
        threads,
        asked: None,
    })
}

fn write_human(
    args: &CheckArgs,
    request: &CheckRequest,
    checked: &Checked,
    store: &dyn Store,
    terminal: &Terminal,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (current, root) = (&request.current_dir, &checked.report.root);
    let current = current.canonicalize().unwrap_or_else(|_| current.to_owned());
    let prefix = below(&current, root);
    let root = below(root, &current);
    let style = human::Style {
        color: terminal.color,
        all: args.all,
        quiet: args.quiet,
        width: terminal.width,
        prefix: &prefix,
        root: &root,
    };
    let files = &checked.files;
    let sources = |location: &Location| source(files.get(location.file.0 as usize)?, store);
    human::write(&checked.report, &sources, style, out)
}

/// A folder as seen from another one that holds it; empty when they are the same or apart.
fn below(folder: &Path, above: &Path) -> String {
    folder
        .strip_prefix(above)
        .map(|below| crate::project::path::normalise(&below.to_string_lossy()))
        .ok()
        .filter(|below| below != ".")
        .unwrap_or_default()
}

/// The text of a file with the spans of its credentials: those that have the shape of one,
/// whatever stands in an element made for one, and every value of an environment file.
fn source(file: &FileEntry, store: &dyn Store) -> Option<human::Source> {
    let bytes = store.bytes(file, Vec::new()).ok()?;
    let source = SourceText::decode(bytes).ok()?;
    let secrets = hidden_spans(&file.path, &source);
    let text = source.text().to_owned();
    Some(human::Source { text, secrets })
}
