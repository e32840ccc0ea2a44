//! A tree of which the files that shape projects come from another one.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file_tree::{Entries, Entry, EntryKind, Failed, FileTree, Form};
use super::forceignore;
use super::sfdx_project;
use super::store::{FileEntry, Store};
use crate::document::Unreadable;

/// Names of the files that decide which projects there are and what of them is deployed.
pub const SHAPING: [&str; 2] = [forceignore::FILE_NAME, sfdx_project::NAME];

/// A tree whose projects are shaped by another one: what lies in the one is looked at as the other one says.
#[derive(Debug)]
pub struct Overlay {
    tree: Arc<dyn FileTree>,
    shape: Arc<dyn FileTree>,
}

impl Overlay {
    /// A tree with the project files of another one.
    pub fn new(tree: Arc<dyn FileTree>, shape: Arc<dyn FileTree>) -> Overlay {
        Overlay { tree, shape }
    }

    /// Who knows of a path.
    fn of(&self, path: &Path) -> &dyn FileTree {
        if is_shaping(path) { &*self.shape } else { &*self.tree }
    }
}

fn is_shaping(path: &Path) -> bool {
    path.file_name().is_some_and(|name| SHAPING.iter().any(|one| name == *one))
}

impl Store for Overlay {
    fn bytes(&self, file: &FileEntry, buffer: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
        // What a file says is checked as it is; only what it decides is decided elsewhere.
        if is_shaping(&file.absolute) && !self.tree.exists(&file.absolute) {
            return self.shape.bytes(file, buffer);
        }
        self.tree.bytes(file, buffer)
    }

    fn size(&self, file: &FileEntry) -> Option<u64> {
        self.tree.size(file).or_else(|| self.shape.size(file))
    }
}

impl FileTree for Overlay {
    fn form(&self, path: &Path) -> io::Result<Form> {
        self.of(path).form(path)
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        self.of(path).canonical(path)
    }

    fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        self.of(path).read(path, most)
    }

    fn entries(&self, folder: &Path, deep: bool) -> Box<dyn Entries + '_> {
        let shape = self.shape.is_folder(folder).then(|| self.shape.entries(folder, deep));
        Box::new(Both {
            tree: self.tree.entries(folder, deep),
            shape,
            skipped: Vec::new(),
            last: None,
            ended: false,
        })
    }

    fn tracked(&self, top: &Path) -> Option<Vec<u8>> {
        self.tree.tracked(top)
    }
}

/// What lies in the one, without its files that shape projects; then those of the other.
struct Both<'t> {
    tree: Box<dyn Entries + 't>,
    shape: Option<Box<dyn Entries + 't>>,
    /// Folders that were not entered.
    skipped: Vec<PathBuf>,
    /// The folder that came last.
    last: Option<PathBuf>,
    /// The first tree has no more.
    ended: bool,
}

impl Iterator for Both<'_> {
    type Item = Result<Entry, Failed>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.tree.next() {
                Some(Ok(entry)) if entry.kind != EntryKind::Folder && is_shaping(&entry.path) => {}
                Some(Ok(entry)) => {
                    self.last = (entry.kind == EntryKind::Folder).then(|| entry.path.clone());
                    return Some(Ok(entry));
                }
                Some(failed) => return Some(failed),
                None => self.ended = true,
            }
        }
        let shape = self.shape.as_mut()?;
        loop {
            // What the other tree cannot list shapes nothing.
            let Ok(entry) = shape.next()? else { continue };
            let is_skipped = self.skipped.iter().any(|folder| entry.path.starts_with(folder));
            match entry.kind {
                EntryKind::Folder if is_skipped => shape.skip_folder(),
                EntryKind::Folder => {}
                _ if is_shaping(&entry.path) && !is_skipped => return Some(Ok(entry)),
                _ => {}
            }
        }
    }
}

impl Entries for Both<'_> {
    fn skip_folder(&mut self) {
        if !self.ended {
            self.tree.skip_folder();
            self.skipped.extend(self.last.take());
        }
    }
}
