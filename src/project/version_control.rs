//! What version control says about the files of a run.

use super::store::FileEntry;

/// Answers about single files; nothing is asked of git before the first question.
pub trait VersionControl: Sync {
    /// Whether the file is in the index of its repository; `None` when there is no repository, or git cannot be asked.
    fn tracked(&self, file: &FileEntry) -> Option<bool>;
    /// Whether the ignore files of the repository itself keep the file out. What one machine adds (global excludes,
    /// `.git/info/exclude`) protects that machine only and does not count.
    fn ignored(&self, file: &FileEntry) -> bool;
}

/// No repository.
pub struct NoRepository;

impl VersionControl for NoRepository {
    fn tracked(&self, _file: &FileEntry) -> Option<bool> {
        None
    }
    fn ignored(&self, _file: &FileEntry) -> bool {
        false
    }
}
