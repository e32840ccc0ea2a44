//! `sflint config`

use std::io;
use std::path::Path;

use crate::check::{found_config, named_config, nearest_config};
use crate::cli::{ConfigArgs, ConfigFormat};
use crate::commands::{Failure, Outcome};
use crate::config::Config;
use crate::config::catalogue::Catalogue;
use crate::config::effective::effective;
use crate::config::select::Selection;
use crate::project::path::normalise;
use crate::project::store::Disk;
use crate::report::config::{write_json, write_text};

/// Runs the command.
///
/// # Errors
/// When there is no such path, and all mistakes in the config.
pub fn run(args: &ConfigArgs) -> Result<Outcome, Failure> {
    let current = std::env::current_dir()?;
    let current = current.canonicalize().unwrap_or(current);
    let path = args.path.as_deref().unwrap_or(Path::new("."));
    let at = current
        .join(path)
        .canonicalize()
        .map_err(|error| Failure::Usage(format!("`{}` cannot be read: {error}", path.display())))?;
    let folder = if at.is_dir() { at.as_path() } else { at.parent().unwrap_or(&at) };
    let mut config = match &args.choice.config {
        Some(path) => named_config(&Disk, &current.join(path))?,
        None => match nearest_config(&Disk, folder) {
            Some(path) => found_config(&Disk, &path)?,
            None => Config::none(folder),
        },
    };
    if let Some(own) = &args.choice.rules_dir {
        config.rules_dir = Some(current.join(own));
        config.origins.remove("rules-dir");
    }
    let catalogue = match &config.rules_dir {
        Some(own) => Catalogue::with_folder(&Disk, own)?,
        None => Catalogue::builtin()?,
    };
    let selection = Selection {
        preset: args.choice.preset.clone(),
        select: args.choice.select.clone(),
        ignore: args.choice.ignore.clone(),
    };
    let effective = effective(&config, &catalogue, &selection, args.fail_on)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let current = normalise(&current.to_string_lossy());
    match args.format {
        ConfigFormat::Text => write_text(&effective, &current, &mut out)?,
        ConfigFormat::Json => write_json(&effective, &current, &mut out)?,
    }
    Ok(Outcome::Clean)
}
