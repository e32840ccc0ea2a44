//! `check --fix` and `check --diff`: makes the fixes of a run, or shows them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::check::{CheckRequest, Checked, Error};
use crate::cli::FixMode;
use crate::commands::{Failure, Outcome, output};
use crate::document::{MAX_FILE_BYTES, SourceText};
use crate::fix::merge::merge;
use crate::fix::rewrite::rewritten;
use crate::fix::{Fix, Fixes};
use crate::project::buffers::Buffers;
use crate::project::file_tree::FileTree;
use crate::project::git::GitRepository;
use crate::report::patch::Patch;
use crate::report::safe;
use crate::report::summary::count;
use crate::rule::Safety;
use crate::settle::report::ReportedFinding;

/// Rounds at most. One makes nearly everything; what overlapped, or came to light by a fix, is for the next.
const ROUNDS: usize = 10;
/// Files that a message names.
const NAMED: usize = 3;

/// A run on a tree of files.
pub(super) type Run<'a> = dyn Fn(&dyn FileTree) -> Result<Checked, Error> + 'a;

/// What fixes would change, tried in memory.
pub(super) struct Fixed {
    /// What is found afterwards.
    pub checked: Checked,
    /// New contents by absolute path.
    contents: BTreeMap<PathBuf, Arc<[u8]>>,
    /// Paths of those that an unsafe fix changes.
    with_unsafe: BTreeSet<PathBuf>,
    /// Findings that are gone by a fix of theirs.
    pub count: usize,
    /// Findings that a fix of the other mode would be for.
    pub more: usize,
    /// What could not be done, for people.
    pub refused: Vec<String>,
}

/// Tries the fixes of a run: each round is checked again, and a fix after which its finding is still there is not made.
///
/// # Errors
/// Those of the runs.
pub(super) fn fixed(
    checked: Checked,
    tree: &dyn FileTree,
    mode: FixMode,
    run: &Run<'_>,
) -> Result<Fixed, Failure> {
    let mut fixed = Fixed {
        checked,
        contents: BTreeMap::new(),
        with_unsafe: BTreeSet::new(),
        count: 0,
        more: 0,
        refused: Vec::new(),
    };
    let mut given_up: HashSet<String> = HashSet::new();
    for _ in 0..ROUNDS {
        let now = Buffers::new(tree, fixed.contents.clone());
        let (found, fixes) = fixes_of(&fixed.checked, &now, mode, &given_up);
        if fixes.is_empty() {
            break;
        }
        let merged = merge(&fixes);
        let taken =
            || merged.taken.iter().filter_map(|at| Some((found.get(*at)?, fixes.get(*at)?)));
        let mut contents = fixed.contents.clone();
        let mut failed = Vec::new();
        for (path, edits) in &merged.edits {
            let Some(first) = edits.first() else { continue };
            let entry = first.file.and_then(|file| fixed.checked.files.get(file.0 as usize));
            let absolute = match entry {
                Some(entry) => entry.absolute.clone(),
                None => fixed.checked.report.root.join(path),
            };
            let before = match entry {
                Some(_) => now.read(&absolute, MAX_FILE_BYTES).map_err(|error| error.to_string()),
                None if now.exists(&absolute) => Err("it is there already".to_owned()),
                None => Ok(Vec::new()),
            };
            match before.and_then(|before| rewritten(before, edits).map_err(|why| why.to_string()))
            {
                Ok(bytes) => drop(contents.insert(absolute, bytes.into())),
                Err(why) => failed.push((path.clone(), why)),
            }
        }
        if failed.is_empty() {
            let after = run(&Buffers::new(tree, contents.clone()))?;
            let left: HashSet<&str> =
                after.report.findings.iter().map(|one| one.fingerprint.as_str()).collect();
            let useless: Vec<&ReportedFinding> = taken()
                .map(|(finding, _)| *finding)
                .filter(|finding| left.contains(finding.fingerprint.as_str()))
                .collect();
            if useless.is_empty() {
                let touched = taken().filter(|(_, fix)| fix.safety == Safety::Unsafe);
                let touched = touched.flat_map(|(_, fix)| &fix.edits).map(|edit| &edit.path);
                let root = &fixed.checked.report.root;
                fixed.with_unsafe.extend(touched.map(|path| root.join(path)));
                fixed.count += merged.taken.len();
                fixed.contents = contents;
                fixed.checked = after;
                continue;
            }
            for finding in useless {
                fixed.refused.push(format!(
                    "the fix of {} in {} would not help; it was not made",
                    finding.rule.id, finding.location.path
                ));
                given_up.insert(finding.fingerprint.clone());
            }
        }
        for (path, why) in failed {
            fixed.refused.push(format!("{path} was left alone: {why}"));
            let in_it = |fix: &Fix| fix.edits.iter().any(|edit| edit.path == path);
            let affected = taken().filter(|(_, fix)| in_it(fix));
            given_up.extend(affected.map(|(finding, _)| finding.fingerprint.clone()));
        }
    }
    if mode == FixMode::Safe {
        let now = Buffers::new(tree, fixed.contents.clone());
        fixed.more = fixes_of(&fixed.checked, &now, FixMode::All, &given_up).1.len();
    }
    Ok(fixed)
}

/// The fixes that may be made, with their findings.
fn fixes_of<'c>(
    checked: &'c Checked,
    tree: &dyn FileTree,
    mode: FixMode,
    given_up: &HashSet<String>,
) -> (Vec<&'c ReportedFinding>, Vec<Fix>) {
    let mut fixes = Fixes::new(&checked.files, tree);
    let wanted = checked.report.findings.iter().filter(|finding| {
        let safety = finding.proposal.as_ref().map(|proposal| proposal.safety);
        let file = checked.files.get(finding.location.file.0 as usize);
        safety.is_some_and(|safety| mode == FixMode::All || safety == Safety::Safe)
            && file.is_some_and(|file| !file.of_policy)
            && !given_up.contains(&finding.fingerprint)
    });
    wanted.filter_map(|finding| Some((finding, fixes.of(finding)?))).unzip()
}

impl Fixed {
    /// The patch, for people and for `git apply`; paths are those of the report.
    pub fn patch(&self, tree: &dyn FileTree) -> Patch {
        let mut all = Patch::default();
        for (path, after) in &self.contents {
            let before = tree.read(path, MAX_FILE_BYTES).ok();
            let before = before.and_then(|bytes| SourceText::decode(bytes).ok());
            let Ok(after) = SourceText::decode(after.to_vec()) else { continue };
            all.extend(Patch::of(&self.shown(path), before.as_ref(), &after));
        }
        all
    }

    /// How many files change.
    pub fn files(&self) -> usize {
        self.contents.len()
    }

    fn shown(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.checked.report.root).unwrap_or(path);
        crate::project::path::normalise(&below.to_string_lossy())
    }

    /// Refuses to change files that could not be brought back.
    ///
    /// # Errors
    /// An unsafe fix would change a file that git does not have as it is.
    pub fn refuse_dirty(&self, request: &CheckRequest) -> Result<(), Failure> {
        let mut dirty = Vec::new();
        for path in &self.with_unsafe {
            if !is_committed(path, request) {
                dirty.push(self.shown(path));
            }
        }
        if dirty.is_empty() {
            return Ok(());
        }
        let more = match dirty.len() - dirty.len().min(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let named = dirty.get(..NAMED).unwrap_or(&dirty).join(", ");
        Err(Failure::Usage(format!(
            "git could not bring back {named}{more} as they are now: commit or stash first, or say --allow-dirty"
        )))
    }

    /// Writes what changes, each file as a whole and with its permissions. A file that is no longer what was read, or that a
    /// link leads to, is left alone.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write(&mut self, tree: &dyn FileTree) -> Result<bool, Failure> {
        let mut all = true;
        for (path, after) in std::mem::take(&mut self.contents) {
            let now = match fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_file() => Some(metadata.permissions()),
                Ok(_) => {
                    self.left_alone(&path, "it is no regular file", &mut all);
                    continue;
                }
                Err(_) => None,
            };
            let read = tree.read(&path, MAX_FILE_BYTES).ok();
            if read != fs::read(&path).ok() {
                self.left_alone(&path, "it is not what was checked", &mut all);
                continue;
            }
            output::replace(&path, &after, now)?;
            self.contents.insert(path, after);
        }
        Ok(all)
    }

    fn left_alone(&mut self, path: &Path, why: &str, all: &mut bool) {
        *all = false;
        self.refused.push(format!("{} was left alone: {why}", self.shown(path)));
    }

    /// A tree as it is with what changes.
    pub fn tree<'t>(&self, tree: &'t dyn FileTree) -> Buffers<'t> {
        Buffers::new(tree, self.contents.clone())
    }

    /// Tells on stderr what was done and what was not.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn tell(&self, staged: bool, quiet: bool) -> io::Result<()> {
        let mut out = io::stderr();
        if self.files() > 0 && !quiet {
            writeln!(out, "sflint: fixed {}", self.what())?;
            if staged {
                writeln!(out, "sflint: look at the fixes, stage them and commit again")?;
            }
        }
        self.tell_rest(quiet)
    }

    fn what(&self) -> String {
        format!("{} in {}", count(self.count, "finding"), count(self.files(), "file"))
    }

    /// What was not done is told always.
    fn tell_rest(&self, quiet: bool) -> io::Result<()> {
        let mut out = io::stderr();
        for one in &self.refused {
            writeln!(out, "sflint: {}", safe::line(one))?;
        }
        if self.more > 0 && !quiet {
            let more = count(self.more, "finding");
            writeln!(
                out,
                "sflint: {more} can be fixed in ways that somebody may notice: see them by --fix=all --diff"
            )?;
        }
        Ok(())
    }
}

/// Prints what would change; the outcome tells whether anything would.
///
/// # Errors
/// When it cannot be written.
pub(super) fn show(fixed: &Fixed, tree: &dyn FileTree, quiet: bool) -> Result<Outcome, Failure> {
    let patch = fixed.patch(tree);
    io::stdout().write_all(patch.text.as_bytes())?;
    let mut out = io::stderr();
    if quiet {
        // Only the patch, and what is not in it.
    } else if fixed.files() == 0 {
        writeln!(out, "sflint: nothing to fix")?;
    } else {
        writeln!(out, "sflint: would fix {}", fixed.what())?;
    }
    if patch.masked {
        writeln!(out, "sflint: credentials are blanked, so the patch is for reading alone")?;
    }
    fixed.tell_rest(quiet)?;
    Ok(if fixed.files() == 0 { Outcome::Clean } else { Outcome::Findings })
}

/// Whether the last commit has a file as it is now.
fn is_committed(path: &Path, request: &CheckRequest) -> bool {
    let committed = || {
        let repository = GitRepository::around(path.parent()?, &request.current_dir).ok()?;
        let head = repository.commit("HEAD").ok()?;
        let tracked = repository.tree(&head).ok()?.form(path).is_ok();
        Some(tracked && !repository.differing(&head, None).ok()?.contains(&path.to_owned()))
    };
    committed().unwrap_or(false)
}
