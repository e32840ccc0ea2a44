//! Version control of files that exist in memory only: the examples of rules.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::ignoring::{GITIGNORE, Ignoring, Verdict};
use crate::project::store::FileEntry;
use crate::project::version_control::{Repository, RepositoryKind, VersionControl};

/// What only this machine ignores.
const EXCLUDE: &str = ".git/info/exclude";

/// One repository, or one folder outside of any.
pub struct InMemory<'a> {
    tracked: Option<&'a [String]>,
    ignoring: Ignoring<'a>,
    here: Ignoring<'a>,
}

impl<'a> InMemory<'a> {
    /// Files by path, among them ignore files and `.git/info/exclude`; `tracked` is `None` outside of a repository.
    pub fn new(files: &'a HashMap<String, Vec<u8>>, tracked: Option<&'a [String]>) -> InMemory<'a> {
        let ignore_file = |folder: &[u8]| {
            let folder = std::str::from_utf8(folder).ok()?;
            let path = if folder.is_empty() {
                GITIGNORE.to_owned()
            } else {
                format!("{folder}/{GITIGNORE}")
            };
            files.get(&path).cloned()
        };
        let exclude = |folder: &[u8]| {
            let exclude = files.get(EXCLUDE).filter(|_| folder.is_empty());
            exclude.cloned()
        };
        InMemory {
            tracked,
            ignoring: Ignoring::new(Box::new(ignore_file)),
            here: Ignoring::new(Box::new(exclude)),
        }
    }
}

impl VersionControl for InMemory<'_> {
    fn tracked(&self, file: &FileEntry) -> Option<bool> {
        self.tracked.map(|tracked| tracked.contains(&file.path))
    }

    fn ignored(&self, file: &FileEntry) -> bool {
        self.ignoring.verdict(file.path.as_bytes(), false).ignores()
    }

    fn repository(&self, _folder: &Path) -> Repository {
        let kind = if self.tracked.is_some() { RepositoryKind::Git } else { RepositoryKind::None };
        Repository { root: PathBuf::new(), kind }
    }

    fn verdict(&self, folder: &Path, path: &str) -> Verdict {
        self.ignoring.verdict(joined(folder, path).as_bytes(), false)
    }

    fn ignored_here(&self, folder: &Path, paths: &[&str]) -> Vec<bool> {
        let ignored =
            |path: &&str| self.here.verdict(joined(folder, path).as_bytes(), false).ignores();
        paths.iter().map(ignored).collect()
    }
}

fn joined(folder: &Path, path: &str) -> String {
    crate::project::path::normalise(&folder.join(path).to_string_lossy())
}
