//! `sflint diff`

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use crate::check::{
    AccessRequest, AccessSide, Error, Prepared, access_diff, config_on_disk, differing_files,
    named_config, prepare,
};
use crate::cli::{DiffArgs, DiffFormat};
use crate::commands::{Failure, Outcome};
use crate::config::Config;
use crate::diff::AccessDiff;
use crate::project::path;
use crate::project::store::Disk;
use crate::report::diff;
use crate::value::date::Date;

/// Runs the command. What changed is no failure: `check` judges.
///
/// # Errors
/// When there is nothing to compare, a config is wrong, or the output cannot be written.
pub fn run(args: &DiffArgs) -> Result<Outcome, Failure> {
    let compared = match (&args.range, &*args.folders) {
        (None, [base, head]) => folders(base, head, args)?,
        (Some(range), _) => {
            return Err(Failure::Usage(format!(
                "{range}: commits cannot be read yet; check both out and compare them with --folders BASE HEAD"
            )));
        }
        _ => return Err(Failure::Usage("name a range, or two folders".to_owned())),
    };
    match &args.output {
        Some(path) => {
            let failed = |error: io::Error| {
                Failure::Usage(format!("cannot write {}: {error}", path.display()))
            };
            let mut out = io::BufWriter::new(File::create(path).map_err(failed)?);
            write(args.format, &compared, &mut out).map_err(failed)?;
            out.flush().map_err(failed)?;
        }
        None => {
            let mut out = io::BufWriter::new(io::stdout().lock());
            write(args.format, &compared, &mut out)?;
            out.flush()?;
        }
    }
    Ok(Outcome::Clean)
}

fn write(format: DiffFormat, compared: &AccessDiff, out: &mut dyn Write) -> io::Result<()> {
    match format {
        DiffFormat::Text => diff::write_text(compared, out),
        DiffFormat::Markdown => diff::write_markdown(compared, out),
        DiffFormat::Json => diff::write_json(compared, out),
    }
}

/// Compares two folders on disk.
fn folders(base: &Path, head: &Path, args: &DiffArgs) -> Result<AccessDiff, Failure> {
    let current_dir = std::env::current_dir()?;
    let prepared = |folder: &Path| prepare(&[folder.to_owned()], &current_dir);
    let (old, new) = (prepared(base)?, prepared(head)?);
    let old = AccessSide {
        folder: below(&current_dir.join(base), &old),
        name: base.display().to_string(),
        prepared: &old,
        store: &Disk,
    };
    let new = AccessSide {
        folder: below(&current_dir.join(head), &new),
        name: head.display().to_string(),
        prepared: &new,
        store: &Disk,
    };
    let changed = differing_files(&old, &new);
    let given =
        args.config.as_ref().map(|path| named_config(&current_dir.join(path))).transpose()?;
    let config = |folder: &Path| -> Result<Config, Error> {
        given.clone().map_or_else(|| config_on_disk(folder), Ok)
    };
    let threads = args.threads.map(usize::from);
    let threads = threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from));
    let request = AccessRequest {
        base: old,
        head: new,
        changed: Some(&changed),
        config: &config,
        today: Date::today(),
        threads: threads.unwrap_or(1),
    };
    Ok(access_diff(&request)?)
}

/// A folder as seen from the root of what was found in it.
fn below(folder: &Path, prepared: &Prepared) -> String {
    let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (folder, root) = (canonical(folder), canonical(&prepared.root));
    let below = folder.strip_prefix(&root).unwrap_or(Path::new(""));
    let below = path::normalise(&below.to_string_lossy());
    if below == "." { String::new() } else { below }
}
