//! Projects without rules, for commands that only read.

use std::path::{Path, PathBuf};

use globset::GlobSet;

use super::Error;
use super::remarks::{detail, nothing_at_all, problem, remarks_on_named_files};
use super::run::entry;
use crate::model::record::FileId;
use crate::project::file_tree::FileTree;
use crate::project::store::{Disk, FileEntry};
use crate::project::{ProjectKind, Request, detect_kind, discover};

/// A project whose files are numbered within a run.
pub struct Project {
    /// The project.
    pub project: crate::project::Project,
    /// What it is for, as far as its files tell.
    pub kind: ProjectKind,
    first_file: u32,
}

impl Project {
    /// The files with their numbers.
    pub fn numbered(&self) -> impl Iterator<Item = (FileId, &crate::project::ProjectFile)> {
        self.project
            .files
            .iter()
            .enumerate()
            .map(|(at, file)| (FileId(self.first_file + at as u32), file))
    }
}

/// The projects of a run without rules.
#[derive(Default)]
pub struct Prepared {
    /// The folder that paths are relative to.
    pub root: PathBuf,
    /// All files, by [`FileId`].
    pub files: Vec<FileEntry>,
    /// The projects.
    pub projects: Vec<Project>,
    /// What was met and could not be a file of a project: its path, and why.
    pub problems: Vec<(String, String)>,
}

/// Discovers projects for readers that have no rules; every file is listed.
///
/// # Errors
/// When a path is not there, or there is nothing to read.
pub fn prepare(inputs: &[PathBuf], current_dir: &Path) -> Result<Prepared, Error> {
    prepare_from(&Disk, inputs, current_dir)
}

/// The same in any tree of files.
///
/// # Errors
/// When a path is not there, or there is nothing to read.
pub fn prepare_from(
    tree: &dyn FileTree,
    inputs: &[PathBuf],
    current_dir: &Path,
) -> Result<Prepared, Error> {
    let none = GlobSet::empty();
    let discovery =
        discover(&Request { tree, inputs, current_dir, exclude: &none, other_files: true })?;
    let remarks = remarks_on_named_files(&discovery);
    nothing_at_all(&discovery, &remarks, false)?;
    let mut files = Vec::new();
    let mut projects = Vec::new();
    for mut project in discovery.projects {
        project.files.retain(|file| file.target);
        let first_file = files.len() as u32;
        files.extend(project.files.iter().map(entry));
        let (kind, _) = detect_kind(&project);
        projects.push(Project { project, kind, first_file });
    }
    let problems = discovery.skipped.iter().filter_map(|skipped| {
        let (cause, more) = (problem(skipped)?, detail(&skipped.why));
        let more = if more.is_empty() { more } else { format!(" ({more})") };
        Some((skipped.path.clone(), format!("{}{more}", cause.sentence())))
    });
    let problems = problems.collect();
    Ok(Prepared { root: discovery.root, files, projects, problems })
}
