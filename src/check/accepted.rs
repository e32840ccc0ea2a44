//! What a run's configs accept, and how much of what they speak about was read.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::CheckRequest;
use super::run::Run;
use crate::config::Config;
use crate::config::extends::work_tree;
use crate::model::read::Reading;
use crate::model::resolve::level;
use crate::project::file_tree::FileTree;
use crate::project::path::{normalise, seen_from};
use crate::project::{Discovery, Project, SkipReason};
use crate::settle::register::{Coverage, ExcludedFile, PlacedException};

/// The exceptions of all projects of a run; an entry that several projects share stands here once.
#[derive(Default)]
pub(super) struct Accepted {
    /// In the order in which projects bring them.
    pub entries: Vec<PlacedException>,
    known: HashMap<(String, usize), usize>,
}

impl Accepted {
    /// The positions of a config's exceptions.
    pub fn add(&mut self, config: &Config, run: &mut Run<'_>) -> BTreeSet<usize> {
        let mut positions = BTreeSet::new();
        for exception in &config.exceptions {
            let origin = &exception.origin;
            let key = (origin.source.path.clone(), origin.span.start);
            let at = *self.known.entry(key).or_insert_with(|| {
                let place = run.config_place(&origin.source, origin.span.clone());
                let expires = exception
                    .expires
                    .as_ref()
                    .map(|(_, origin)| run.config_place(&origin.source, origin.span.clone()));
                let own = config.source.as_ref().map(|source| &source.path);
                let shared = own != Some(&origin.source.path);
                let folder = normalise(&config.folder.to_string_lossy());
                self.entries.push(PlacedException {
                    exception: exception.clone(),
                    path: seen_from(&origin.source.path, &folder),
                    place,
                    expires,
                    shared,
                });
                self.entries.len() - 1
            });
            positions.insert(at);
        }
        positions
    }
}

/// The folders that the command line names, canonical.
pub(super) fn named_folders(request: &CheckRequest, tree: &dyn FileTree) -> Vec<PathBuf> {
    let canonical = |input: &PathBuf| tree.canonical(&request.current_dir.join(input)).ok();
    request.inputs.iter().filter_map(canonical).filter(|path| tree.is_folder(path)).collect()
}

/// Whether everything below a folder is read.
pub fn covers(named: &[PathBuf], folder: &Path) -> bool {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    named.iter().any(|input| folder.starts_with(input))
}

/// Whether something that belongs to the run was not even listed.
pub(super) fn lists_everything(discovery: &Discovery) -> bool {
    !discovery
        .skipped
        .iter()
        .any(|one| matches!(one.why, SkipReason::TooManyFiles | SkipReason::OutsideRoot))
}

/// Whether a reading met a file that it could not read at all.
pub(super) fn has_unreadable(readings: &[Reading]) -> bool {
    let mut problems = readings.iter().flat_map(|reading| &reading.problems);
    problems.any(|problem| level(problem.cause) == "error")
}

/// What of a project was read, before the rules have said what they could not decide.
pub(super) fn coverage(
    project: &Project,
    config: &Config,
    tree: &dyn FileTree,
    named: &[PathBuf],
    excluded: Vec<ExcludedFile>,
    unreadable: bool,
) -> Coverage {
    let whole = !unreadable && project.files.iter().all(|file| file.target);
    let config_folder = whole && covers(named, &config.folder);
    let top = work_tree(tree, &config.folder).map(Path::to_owned);
    // Outside of git nobody knows who else extends a file.
    let repository = config_folder && top.is_some_and(|top| covers(named, &top));
    Coverage { config_folder, repository, excluded, not_judged: Vec::new() }
}
