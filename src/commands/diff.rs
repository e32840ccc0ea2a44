//! `sflint diff`

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::check::{
    AccessRequest, AccessSide, Error, Prepared, access_diff, differing_files, named_config,
    prepare_from,
};
use crate::cli::{DiffArgs, DiffFormat};
use crate::commands::{Failure, Outcome, output};
use crate::diff::AccessDiff;
use crate::diff::revisions::RevisionRange;
use crate::project::DiscoverError;
use crate::project::file_tree::FileTree;
use crate::project::git::{Commit, GitRepository};
use crate::project::path;
use crate::project::store::{Disk, FileEntry};
use crate::report::diff;
use crate::value::date::Date;

/// Runs the command. What changed is no failure: `check` judges.
///
/// # Errors
/// When there is nothing to compare, a config is wrong, or the output cannot be written.
pub fn run(args: &DiffArgs) -> Result<Outcome, Failure> {
    let compared = match (&args.range, &*args.folders) {
        (None, [base, head]) => folders(base, head, args)?,
        (Some(range), _) => revisions(range, args)?,
        _ => return Err(Failure::Usage("name a range, or two folders".to_owned())),
    };
    output::document(args.output.as_deref(), &|out| write(args.format, &compared, out))?;
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
    let prepared = |folder: &Path| prepare_from(&Disk, &[folder.to_owned()], &current_dir);
    let (old, new) = (prepared(base)?, prepared(head)?);
    let side = |folder: &Path, prepared| AccessSide {
        folder: below(&current_dir.join(folder), prepared),
        name: folder.display().to_string(),
        prepared,
        tree: &Disk,
    };
    compare(side(base, &old), side(head, &new), None, args)
}

/// Compares commits, or a commit and the work tree: what lies in the current folder.
fn revisions(range: &RevisionRange, args: &DiffArgs) -> Result<AccessDiff, Failure> {
    let current_dir = std::env::current_dir()?;
    let folder = current_dir.canonicalize()?;
    let repository = GitRepository::around(&folder, &folder)?;
    let (base, head) = match range {
        RevisionRange::ToWorkTree(base) => (repository.commit(base)?, None),
        RevisionRange::Between(base, head) => {
            (repository.commit(base)?, Some(repository.commit(head)?))
        }
        RevisionRange::SinceParting(base, head) => {
            let (base, head) = (repository.commit(base)?, repository.commit(head)?);
            (repository.merge_base(&base, &head)?, Some(head))
        }
    };
    let old_tree = repository.tree(&base)?;
    let new_tree: Box<dyn FileTree> = match &head {
        Some(head) => Box::new(repository.tree(head)?),
        None => Box::new(Disk),
    };
    let (old, new) = match (in_tree(&old_tree, &folder)?, in_tree(&*new_tree, &folder)?) {
        // The way out is the same for both.
        (None, None) => {
            (prepare_from(&old_tree, std::slice::from_ref(&folder), &folder)?, Prepared::default())
        }
        (old, new) => (old.unwrap_or_default(), new.unwrap_or_default()),
    };
    let differing: HashSet<PathBuf> =
        repository.differing(&base, head.as_ref())?.into_iter().collect();
    let same = |file: &FileEntry| !differing.contains(&file.absolute);
    let side = |prepared, tree, name| AccessSide { prepared, tree, folder: String::new(), name };
    let work_tree = || "the work tree".to_owned();
    compare(
        side(&old, &old_tree, base.shown()),
        side(&new, &*new_tree, head.as_ref().map_or_else(work_tree, Commit::shown)),
        Some(&same),
        args,
    )
}

/// What lies in a folder of a tree; `None` where there is no such folder, or nothing in it to compare.
fn in_tree(tree: &dyn FileTree, folder: &Path) -> Result<Option<Prepared>, Failure> {
    match prepare_from(tree, &[folder.to_owned()], folder) {
        Ok(prepared) => Ok(Some(prepared)),
        Err(Error::NothingToCheck(_) | Error::Discover(DiscoverError::NotFound { .. })) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn compare(
    base: AccessSide<'_>,
    head: AccessSide<'_>,
    same: Option<&dyn Fn(&FileEntry) -> bool>,
    args: &DiffArgs,
) -> Result<AccessDiff, Failure> {
    let changed = differing_files(&base, &head, same);
    let config = match &args.config {
        Some(path) => Some(named_config(&Disk, &std::env::current_dir()?.join(path))?),
        None => None,
    };
    let threads = args.threads.map(usize::from);
    let threads = threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from));
    Ok(access_diff(&AccessRequest {
        base,
        head,
        changed: Some(&changed),
        config: config.as_ref(),
        today: Date::today(),
        threads: threads.unwrap_or(1),
    })?)
}

/// A folder as seen from the root of what was found in it.
fn below(folder: &Path, prepared: &Prepared) -> String {
    let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (folder, root) = (canonical(folder), canonical(&prepared.root));
    let below = folder.strip_prefix(&root).unwrap_or(Path::new(""));
    let below = path::normalise(&below.to_string_lossy());
    if below == "." { String::new() } else { below }
}
