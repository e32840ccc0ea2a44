//! What is printed goes to files: `--output FORMAT=FILE` beside the report on the standard output, `--output FILE` in place of it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::Format;
use crate::commands::Failure;

/// Looks before the run whether all files can be written, so that nobody waits in vain.
///
/// # Errors
/// When two reports would be the same file, or a file has no folder to lie in.
pub fn usable(files: &[(Format, PathBuf)], current: &Path) -> Result<(), Failure> {
    let mut seen = Vec::new();
    for (_, path) in files {
        let whole = current.join(path);
        let cannot = |why: String| {
            Err(Failure::Usage(format!("cannot write the report {}: {why}", path.display())))
        };
        let Some(name) = whole.file_name().filter(|_| !whole.is_dir()) else {
            return cannot("it is a folder; name a file in it".to_owned());
        };
        let Some(folder) = whole.parent().and_then(|folder| folder.canonicalize().ok()) else {
            let folder = path.parent().unwrap_or(path).display();
            return cannot(format!("there is no folder {folder}; make it first"));
        };
        if !folder.is_dir() {
            return cannot(format!("{} is no folder", folder.display()));
        }
        let file = folder.join(name);
        if seen.contains(&file) {
            return cannot("two reports would be this file; give each its own".to_owned());
        }
        seen.push(file);
    }
    Ok(())
}

/// Writes the files, each as a whole: a reader never finds half a report. All are tried; the first failure is told.
///
/// # Errors
/// When a report cannot be made or a file cannot be written.
pub fn write(
    files: &[(Format, PathBuf)],
    current: &Path,
    report: &dyn Fn(Format, &mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut outcome = Ok(());
    for (format, path) in files {
        let mut bytes = Vec::new();
        let written = report(*format, &mut bytes)
            .map_err(Failure::from)
            .and_then(|()| write_file(&current.join(path), &bytes));
        outcome = outcome.and(written);
    }
    outcome
}

/// Writes the one document of a command: to a file if one is named, else to the standard output.
///
/// # Errors
/// When it cannot be written.
pub fn document(
    path: Option<&Path>,
    write: &dyn Fn(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let into = |out: &mut dyn Write| write(out).and_then(|()| out.flush());
    let Some(path) = path else {
        return Ok(into(&mut io::BufWriter::new(io::stdout().lock()))?);
    };
    let written = fs::File::create(path).and_then(|file| into(&mut io::BufWriter::new(file)));
    written.map_err(|error| Failure::Usage(format!("cannot write {}: {error}", path.display())))
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let is_stream = fs::metadata(path).is_ok_and(|there| !there.is_file());
    if !is_stream {
        return replace(path, bytes, None);
    }
    // A pipe or a device cannot be replaced, and nobody finds half of it later.
    let opened = fs::OpenOptions::new().write(true).open(path);
    opened.and_then(|mut file| file.write_all(bytes)).map_err(|error| {
        Failure::Usage(format!("cannot write the report {}: {error}", path.display()))
    })
}

/// Writes a file as a whole: beside it first, so that nobody ever reads half of it. What may be done with it is as for any
/// new file unless permissions are given.
pub(super) fn replace(
    path: &Path,
    bytes: &[u8],
    permissions: Option<fs::Permissions>,
) -> Result<(), Failure> {
    let failed =
        |error: io::Error| Failure::Usage(format!("cannot write {}: {error}", path.display()));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let beside =
        path.with_file_name(format!(".{}.{}.tmp", name.unwrap_or_default(), std::process::id()));
    // A file that somebody put there before is not written through.
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).open(&beside).map_err(failed)?;
    let allowed = permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions));
    let written = allowed.and_then(|()| file.write_all(bytes)).and_then(|()| file.sync_all());
    drop(file);
    // A link is replaced, not followed: it may lead anywhere.
    let moved = written.and_then(|()| std::fs::rename(&beside, path));
    if moved.is_err() {
        // The message about the failure says more than one about this file could.
        let _ = std::fs::remove_file(&beside);
    }
    moved.map_err(failed)
}
