//! `sflint check`

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::SystemTime;

use crate::check::{BaselineChoice, CheckRequest, Checked, Sources, check, check_since, nothing};
use crate::cli::{CheckArgs, FixMode, Format};
use crate::commands::revisions::Revisions;
use crate::commands::{Failure, Outcome, Terminal, fix, output, progress};
use crate::config::select::Selection;
use crate::document::SourceText;
use crate::fix::Fixes;
use crate::model::secrets::hidden_spans;
use crate::project::file_tree::FileTree;
use crate::project::path::{common_folder, normalise, seen_from};
use crate::project::store::{Disk, FileEntry, Store};
use crate::report::{
    azure, bitbucket, checkstyle, concise, exceptions, github, gitlab_code_quality, gitlab_sast,
    human, json, junit, rdjson, safe, sarif,
};
use crate::run::Progress;
use crate::settle::report::Location;
use crate::value::date::Date;

/// Runs the command.
///
/// # Errors
/// Everything that gives exit code 2.
pub fn run(args: &CheckArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let mut request = request(args)?;
    output::usable(&args.shown.output, &request.current_dir)?;
    let format = args.shown.format.unwrap_or(Format::Human);
    let mut formats = args.shown.output.iter().map(|(format, _)| *format).chain([format]);
    request.list_rules = formats.any(|format| format == Format::Sarif);
    let started = SystemTime::now();
    let revisions = Revisions::new(&args.revisions, &request)?;
    if !revisions.choose_inputs(&args.revisions, &mut request) {
        writeln!(io::stderr(), "sflint: nothing is staged that could be checked")?;
        let root = revisions.top().unwrap_or(&request.current_dir);
        let checked = nothing(&request, revisions.sources(), root);
        if format != Format::Human {
            return show(args, &request, &checked, &Disk, started, terminal);
        }
        // People were told; who reads the files was not.
        Done::new(args, &request, &checked, &Disk, started).save(terminal)?;
        return Ok(Outcome::Clean);
    }
    let bar = progress::Bar::new(io::stderr().is_terminal());
    let on = |sources: Sources<'_>, progress: Option<&dyn Progress>| match revisions.earlier() {
        Some(earlier) => check_since(&request, sources, earlier, progress),
        None => check(&request, sources, progress),
    };
    let sources = revisions.sources();
    let checked = on(sources, Some(&bar))?;
    bar.finish();
    if args.fixes.fix.is_none() && !args.fixes.diff {
        return show(args, &request, &checked, &sources, started, terminal);
    }
    let mode = args.fixes.fix.unwrap_or(FixMode::Safe);
    let again = |tree: &dyn FileTree| on(Sources { tree, ..sources }, None);
    let mut fixed = fix::fixed(checked, sources.tree, mode, &again)?;
    if args.fixes.diff {
        return fix::show(&fixed, sources.tree, args.shown.quiet);
    }
    if !args.fixes.allow_dirty {
        fixed.refuse_dirty(&request)?;
    }
    let all = fixed.write(sources.tree)?;
    let now = fixed.tree(sources.tree);
    if !all {
        fixed.checked = again(&now)?;
    }
    let staged = args.revisions.staged;
    fixed.tell(staged, args.shown.quiet)?;
    let now = Sources { tree: &now, ..sources };
    let outcome = show(args, &request, &fixed.checked, &now, started, terminal)?;
    // What is to be committed is not what was fixed.
    Ok(if staged && fixed.files() > 0 { Outcome::Findings } else { outcome })
}

/// Prints what a run has to say, and writes it to files.
pub(super) fn show(
    args: &CheckArgs,
    request: &CheckRequest,
    checked: &Checked,
    store: &dyn Store,
    started: SystemTime,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    for remark in &checked.remarks {
        writeln!(io::stderr(), "sflint: {}", safe::line(remark))?;
    }
    let format = args.shown.format.unwrap_or(Format::Human);
    let done = Done::new(args, request, checked, store, started);
    let saved = done.save(terminal);
    let mut out = io::BufWriter::new(io::stdout().lock());
    let written = done.write(format, terminal, &mut out).and_then(|()| out.flush());
    match written {
        // Whoever closed the pipe has seen enough; the exit code still says what was found.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        other => other?,
    }
    saved?;
    Ok(if checked.report.fails() { Outcome::Findings } else { Outcome::Clean })
}

/// A run that is over, with all that a format may ask for.
struct Done<'a> {
    args: &'a CheckArgs,
    request: &'a CheckRequest,
    checked: &'a Checked,
    store: &'a dyn Store,
    scan: gitlab_sast::Scan,
}

impl<'a> Done<'a> {
    fn new(
        args: &'a CheckArgs,
        request: &'a CheckRequest,
        checked: &'a Checked,
        store: &'a dyn Store,
        started: SystemTime,
    ) -> Done<'a> {
        let scan = gitlab_sast::Scan { started, ended: SystemTime::now() };
        Done { args, request, checked, store, scan }
    }

    /// Writes the files that were asked for.
    fn save(&self, terminal: &Terminal) -> Result<(), Failure> {
        let plain = Terminal { color: false, ..*terminal };
        output::write(&self.args.shown.output, &self.request.current_dir, &|format, out| {
            self.write(format, &plain, out)
        })
    }

    fn write(&self, format: Format, terminal: &Terminal, out: &mut dyn Write) -> io::Result<()> {
        let Done { args, request, checked, store, scan } = *self;
        let report = &checked.report;
        match format {
            Format::Json => json::write(report, &checked.files, store, &request.current_dir, out),
            Format::Exceptions => exceptions::write(report, out),
            Format::Concise => concise::write(report, args.shown.quiet, out),
            Format::Human => write_human(args, request, checked, store, terminal, out),
            Format::Sarif => {
                let fixes = Fixes::new(&checked.files, store);
                sarif::write(report, fixes, &named_folder(checked), out)
            }
            Format::Github => github::write(report, args.shown.quiet, out),
            Format::GitlabCodeQuality => gitlab_code_quality::write(report, out),
            Format::GitlabSast => gitlab_sast::write(report, scan, out),
            Format::Junit => junit::write(report, out),
            Format::Checkstyle => checkstyle::write(report, out),
            Format::Rdjson => rdjson::write(report, Fixes::new(&checked.files, store), out),
            Format::Azure => azure::write(report, args.shown.quiet, out),
            Format::Bitbucket => bitbucket::write(report, out),
        }
    }
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
        fail_on: args.shown.fail_on,
        baseline: match &args.shown.baseline {
            Some(path) => BaselineChoice::File(path.clone()),
            None if args.shown.no_baseline => BaselineChoice::Ignore,
            None => BaselineChoice::Nearest,
        },
        today: args.shown.today.unwrap_or_else(Date::today),
        threads,
        asked: None,
        list_rules: false,
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
        all: args.shown.all,
        quiet: args.shown.quiet,
        width: terminal.width,
        prefix: &prefix,
        root: &root,
    };
    let files = &checked.files;
    let sources = |location: &Location| source(files.get(location.file.0 as usize)?, store);
    human::write(&checked.report, &sources, style, out)
}

/// The folder that holds all folders that were named, as seen from the root; the root when only files were.
fn named_folder(checked: &Checked) -> String {
    let text = |folder: &Path| normalise(&folder.to_string_lossy());
    let root = text(&checked.report.root);
    let named: Vec<String> =
        checked.named.iter().map(|folder| seen_from(&text(folder), &root)).collect();
    common_folder(&named).unwrap_or_else(|| ".".to_owned())
}

/// A folder as seen from another one that holds it; empty when they are the same or apart.
fn below(folder: &Path, above: &Path) -> String {
    folder
        .strip_prefix(above)
        .map(|below| normalise(&below.to_string_lossy()))
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
