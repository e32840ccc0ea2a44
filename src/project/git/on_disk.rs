//! Version control of files on disk: every work tree that a run meets, each asked at most once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::command;
use super::ignoring::{GITIGNORE, Ignoring, Verdict};
use super::index::Index;
use super::path_bytes::{bytes_of, path_of};
use super::work_tree::{Around, around};
use crate::project::file_tree::{FileTree, Form};
use crate::project::store::FileEntry;
use crate::project::version_control::{Repository, RepositoryKind, VersionControl};

/// Longer ignore files are cut off: git reads up to 100 MB, no real one has a hundredth of this.
const LONGEST_IGNORE_FILE: u64 = 4 << 20;

/// The repositories of a run.
pub struct OnDisk<'a> {
    files: &'a dyn FileTree,
    /// Outside of git the ignore files count from here down.
    projects: HashSet<PathBuf>,
    current_dir: PathBuf,
    folders: Mutex<HashMap<PathBuf, Arc<Position<'a>>>>,
    trees: Mutex<BTreeMap<PathBuf, Arc<Tree<'a>>>>,
}

/// Where a folder lies in its repository.
struct Position<'a> {
    tree: Arc<Tree<'a>>,
    /// Relative to the tree, with a slash at the end; empty for its root.
    path: Vec<u8>,
}

struct Tree<'a> {
    root: PathBuf,
    kind: RepositoryKind,
    /// The repository around the folder has no work tree.
    bare: bool,
    ignoring: Ignoring<'a>,
    index: OnceLock<Result<Index, String>>,
}

impl<'a> OnDisk<'a> {
    /// `projects` are the folders of the run's projects; nothing is read and nothing is asked yet.
    pub fn new(files: &'a dyn FileTree, current_dir: &Path, projects: Vec<PathBuf>) -> OnDisk<'a> {
        OnDisk {
            files,
            projects: projects.into_iter().collect(),
            current_dir: current_dir.to_owned(),
            folders: Mutex::default(),
            trees: Mutex::default(),
        }
    }

    /// The repositories whose index was needed and could not be read, each with the reason.
    pub fn unjudged(&self) -> Vec<(PathBuf, String)> {
        let trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        trees
            .values()
            .filter_map(|tree| match tree.index.get()? {
                Err(why) => Some((tree.root.clone(), why.clone())),
                Ok(_) => None,
            })
            .collect()
    }

    fn position(&self, folder: &Path) -> Arc<Position<'a>> {
        let known =
            self.folders.lock().unwrap_or_else(PoisonError::into_inner).get(folder).cloned();
        known.unwrap_or_else(|| {
            // Through a symbolic link git sees nothing; what counts is where the folder really lies.
            let real = self.files.canonical(folder).unwrap_or_else(|_| folder.to_owned());
            let tree = self.tree(&real);
            let mut path = bytes_of(real.strip_prefix(&tree.root).unwrap_or(Path::new("")));
            if !path.is_empty() {
                path.push(b'/');
            }
            let position = Arc::new(Position { tree, path });
            let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
            folders.insert(folder.to_owned(), Arc::clone(&position));
            position
        })
    }

    fn tree(&self, folder: &Path) -> Arc<Tree<'a>> {
        let (root, kind, bare) = match around(folder) {
            Around::WorkTree(root) => (root, RepositoryKind::Git, false),
            Around::Bare => (self.project_of(folder), RepositoryKind::None, true),
            Around::Nothing => (self.project_of(folder), RepositoryKind::None, false),
        };
        let mut trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        let tree = trees.entry(root.clone()).or_insert_with(|| {
            let (files, folder) = (self.files, root.clone());
            let read = move |below: &[u8]| read_ignore_file(files, &folder, below);
            let ignoring = Ignoring::new(Box::new(read));
            Arc::new(Tree { root, kind, bare, ignoring, index: OnceLock::new() })
        });
        Arc::clone(tree)
    }

    /// The deepest project that holds a folder.
    fn project_of(&self, folder: &Path) -> PathBuf {
        let mut holding = folder.ancestors().filter(|above| self.projects.contains(*above));
        holding.next().unwrap_or(folder).to_owned()
    }

    fn index<'t>(&self, tree: &'t Tree<'_>) -> Option<&'t Index> {
        if tree.kind == RepositoryKind::None && !tree.bare {
            return None;
        }
        let read = || {
            if tree.bare {
                return Err("the repository is bare, it has no index".to_owned());
            }
            if let Some(paths) = self.files.tracked(&tree.root) {
                return Ok(Index::new(paths));
            }
            let here = fs::canonicalize(&self.current_dir).map(|folder| around(&folder));
            let own = here.is_ok_and(|here| here == Around::WorkTree(tree.root.clone()));
            command::tracked_paths(&tree.root, own).map(Index::new)
        };
        tree.index.get_or_init(read).as_ref().ok()
    }

    fn file(&self, file: &FileEntry) -> (Arc<Position<'a>>, Vec<u8>) {
        let parent = file.absolute.parent().unwrap_or(Path::new("."));
        let position = self.position(parent);
        let name = file.absolute.file_name().unwrap_or_default();
        let path = [&position.path, name.as_encoded_bytes()].concat();
        (position, path)
    }
}

impl VersionControl for OnDisk<'_> {
    fn tracked(&self, file: &FileEntry) -> Option<bool> {
        let (position, path) = self.file(file);
        self.index(&position.tree).map(|index| index.holds(&path))
    }

    fn ignored(&self, file: &FileEntry) -> bool {
        let (position, path) = self.file(file);
        position.tree.ignoring.verdict(&path, false).ignores()
    }

    fn repository(&self, folder: &Path) -> Repository {
        let tree = &self.position(folder).tree;
        Repository { root: tree.root.clone(), kind: tree.kind }
    }

    fn verdict(&self, folder: &Path, path: &str) -> Verdict {
        let position = self.position(folder);
        let path = [&position.path, path.as_bytes()].concat();
        position.tree.ignoring.verdict(&path, false)
    }

    fn ignored_here(&self, folder: &Path, paths: &[&str]) -> Vec<bool> {
        let position = self.position(folder);
        if position.tree.kind == RepositoryKind::None || paths.is_empty() {
            return vec![false; paths.len()];
        }
        let paths: Vec<Vec<u8>> =
            paths.iter().map(|path| [&position.path, path.as_bytes()].concat()).collect();
        let asked: Vec<&[u8]> = paths.iter().map(Vec::as_slice).collect();
        // Without an answer the message is one clause shorter, and nothing else changes.
        let said = command::ignored_here(&position.tree.root, &asked).unwrap_or_default();
        let ignored = |path: &[u8]| said.split(|byte| *byte == 0).any(|one| one == path);
        asked.into_iter().map(ignored).collect()
    }
}

/// git does not follow a link in the place of an ignore file, and takes one that cannot be read for none.
fn read_ignore_file(files: &dyn FileTree, root: &Path, folder: &[u8]) -> Option<Vec<u8>> {
    let path = root.join(path_of(folder)?).join(GITIGNORE);
    match files.form(&path).ok()? {
        Form::File => files.read(&path, LONGEST_IGNORE_FILE).ok(),
        _ => None,
    }
}
