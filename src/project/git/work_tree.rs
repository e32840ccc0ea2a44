//! Where the repository around a folder begins.

use std::fs;
use std::path::{Path, PathBuf};

/// What lies around a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Around {
    /// A work tree: the folder that holds `.git`, be it a folder, or the file of a worktree or a submodule.
    WorkTree(PathBuf),
    /// A bare repository: nothing in it is tracked by it.
    Bare,
    /// No repository.
    Nothing,
}

/// Looks from a folder (canonical) upward.
pub(super) fn around(folder: &Path) -> Around {
    let mut broken = None;
    for ancestor in folder.ancestors() {
        let dot_git = ancestor.join(".git");
        match fs::metadata(&dot_git) {
            // Like git, which takes a `.git` without a HEAD for an ordinary folder and looks further up.
            Ok(found) if found.is_dir() && !exists(&dot_git.join("HEAD")) => {
                broken = broken.or(Some(ancestor));
            }
            Ok(_) => return Around::WorkTree(ancestor.to_owned()),
            Err(_) if is_bare(ancestor) => return Around::Bare,
            Err(_) => {}
        }
    }
    // With nothing above it, it was meant to be one: git will say what is the matter with it.
    broken.map_or(Around::Nothing, |folder| Around::WorkTree(folder.to_owned()))
}

fn is_bare(folder: &Path) -> bool {
    exists(&folder.join("HEAD")) && folder.join("objects").is_dir() && folder.join("refs").is_dir()
}

fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}
