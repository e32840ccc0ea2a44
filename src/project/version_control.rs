//! What version control says about the files of a run.

use std::path::{Path, PathBuf};

use super::git::ignoring::Verdict;
use super::store::FileEntry;

/// Answers about single files; nothing is asked of git before the first question that only git can answer.
pub trait VersionControl: Sync {
    /// Whether the file is in the index of its repository; `None` when there is no repository, or git cannot be asked.
    fn tracked(&self, file: &FileEntry) -> Option<bool>;
    /// Whether the ignore files of the repository itself keep the file out. What one machine adds (global excludes,
    /// `.git/info/exclude`) protects that machine only and does not count.
    fn ignored(&self, file: &FileEntry) -> bool;
    /// The repository around a folder; outside of one, the project.
    fn repository(&self, folder: &Path) -> Repository;
    /// What the ignore files say about a path below a folder, `/` between names, whether or not there is such a file.
    fn verdict(&self, folder: &Path, path: &str) -> Verdict;
    /// Of some paths below a folder, which git ignores with all that this machine adds.
    fn ignored_here(&self, folder: &Path, paths: &[&str]) -> Vec<bool>;
}

/// A repository, or the project that is in none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Its top folder, canonical.
    pub root: PathBuf,
    /// What it is.
    pub kind: RepositoryKind,
}

/// Kinds of repositories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RepositoryKind {
    /// A work tree of git.
    Git,
    /// No repository.
    None,
}

words!(RepositoryKind { Git = "git", None = "none" });
