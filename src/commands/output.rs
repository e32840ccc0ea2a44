//! `--output FORMAT=FILE`: reports in files, beside the one on the standard output.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::cli::Format;
use crate::commands::Failure;
use crate::commands::baseline::replace;
use crate::schema::did_you_mean;

/// Reads one `FORMAT=FILE` of the command line.
///
/// # Errors
/// What is wrong with it, and the way out.
pub fn file(text: &str) -> Result<(Format, PathBuf), String> {
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

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let is_stream = fs::metadata(path).is_ok_and(|there| !there.is_file());
    if !is_stream {
        return replace(path, &String::from_utf8_lossy(bytes));
    }
    // A pipe or a device cannot be replaced, and nobody finds half of it later.
    let opened = fs::OpenOptions::new().write(true).open(path);
    opened.and_then(|mut file| file.write_all(bytes)).map_err(|error| {
        Failure::Usage(format!("cannot write the report {}: {error}", path.display()))
    })
}
