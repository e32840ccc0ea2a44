//! A tree in which some files have other contents: those of an editor that has not saved them, or of fixes that are tried.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file_tree::{Entries, Entry, EntryKind, Failed, FileTree, Form};
use super::store::{FileEntry, Store, copied};
use crate::document::Unreadable;

/// A tree with other contents at some paths; a path that the tree lacks is a file as well.
#[derive(Debug)]
pub struct Buffers<'t> {
    tree: &'t dyn FileTree,
    contents: BTreeMap<PathBuf, Arc<[u8]>>,
}

impl<'t> Buffers<'t> {
    /// Contents by absolute path, over a tree.
    pub fn new(tree: &'t dyn FileTree, contents: BTreeMap<PathBuf, Arc<[u8]>>) -> Buffers<'t> {
        Buffers { tree, contents }
    }

    fn get(&self, path: &Path) -> Option<&Arc<[u8]>> {
        self.contents.get(path)
    }

    /// Whether some content lies below a path.
    fn is_above(&self, path: &Path) -> bool {
        let mut from = self.contents.range(path.to_owned()..);
        from.next().is_some_and(|(first, _)| first != path && first.starts_with(path))
    }
}

impl Store for Buffers<'_> {
    fn bytes(&self, file: &FileEntry, buffer: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
        match self.get(&file.absolute) {
            Some(content) => copied(content, buffer),
            None => self.tree.bytes(file, buffer),
        }
    }

    fn size(&self, file: &FileEntry) -> Option<u64> {
        match self.get(&file.absolute) {
            Some(content) => Some(content.len() as u64),
            None => self.tree.size(file),
        }
    }
}

impl FileTree for Buffers<'_> {
    fn form(&self, path: &Path) -> io::Result<Form> {
        if self.get(path).is_some() {
            return Ok(Form::File);
        }
        let form = self.tree.form(path);
        if form.is_err() && self.is_above(path) { Ok(Form::Folder) } else { form }
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        let canonical = self.tree.canonical(path);
        let is_new = self.get(path).is_some() || self.is_above(path);
        if canonical.is_err() && is_new { Ok(path.to_owned()) } else { canonical }
    }

    fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        let Some(content) = self.get(path) else { return self.tree.read(path, most) };
        let most = usize::try_from(most).unwrap_or(usize::MAX).min(content.len());
        Ok(content.get(..most).unwrap_or_default().to_vec())
    }

    fn entries(&self, folder: &Path, deep: bool) -> Box<dyn Entries + '_> {
        let below = self.contents.range(folder.to_owned()..).map(|(path, _)| path);
        let below = below.take_while(|path| path.starts_with(folder));
        let near = below.filter(|path| deep || path.parent() == Some(folder));
        let new = near.filter(|path| self.tree.form(path).is_err()).cloned();
        Box::new(WithNew {
            tree: self.tree.entries(folder, deep),
            new: new.collect::<Vec<_>>().into_iter(),
            skipped: Vec::new(),
            last: None,
        })
    }

    fn tracked(&self, top: &Path) -> Option<Vec<u8>> {
        self.tree.tracked(top)
    }
}

/// What lies in a tree, then the files that it lacks, without those in folders that were not entered.
struct WithNew<'t> {
    tree: Box<dyn Entries + 't>,
    new: std::vec::IntoIter<PathBuf>,
    skipped: Vec<PathBuf>,
    /// The folder that came last.
    last: Option<PathBuf>,
}

impl Iterator for WithNew<'_> {
    type Item = Result<Entry, Failed>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(entry) = self.tree.next() {
            let folder = entry.as_ref().ok().filter(|entry| entry.kind == EntryKind::Folder);
            self.last = folder.map(|folder| folder.path.clone());
            return Some(entry);
        }
        self.last = None;
        let path = self.new.find(|path| !self.skipped.iter().any(|one| path.starts_with(one)))?;
        let name = path.file_name().unwrap_or_default().to_owned();
        Some(Ok(Entry { path, name, kind: EntryKind::File }))
    }
}

impl Entries for WithNew<'_> {
    fn skip_folder(&mut self) {
        if let Some(folder) = self.last.take() {
            self.tree.skip_folder();
            self.skipped.push(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::store::Disk;

    fn buffers(folder: &Path, contents: &[(&str, &str)]) -> Buffers<'static> {
        let contents = contents
            .iter()
            .map(|(path, text)| (folder.join(path), Arc::from(text.as_bytes())))
            .collect();
        Buffers::new(&Disk, contents)
    }

    #[test]
    fn contents_win_and_new_files_are_there() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path();
        std::fs::create_dir_all(top.join("a/b")).unwrap();
        std::fs::create_dir(top.join("skipped")).unwrap();
        std::fs::write(top.join("a/old"), "old").unwrap();
        std::fs::write(top.join("a/kept"), "kept").unwrap();
        let tree =
            buffers(top, &[("a/old", "new"), ("a/b/more", "x"), ("skipped/y", "y"), ("c/d", "z")]);
        let read = |path: &str| String::from_utf8(tree.read(&top.join(path), 99).unwrap()).unwrap();
        assert_eq!(["a/old", "a/kept", "a/b/more", "c/d"].map(read), ["new", "kept", "x", "z"]);
        assert_eq!(tree.read(&top.join("a/old"), 2).unwrap(), b"ne");
        assert_eq!(tree.form(&top.join("c")).unwrap(), Form::Folder);
        assert_eq!(tree.form(&top.join("c/d")).unwrap(), Form::File);
        assert!(tree.form(&top.join("e")).is_err());
        assert_eq!(tree.canonical(&top.join("c/d")).unwrap(), top.join("c/d"));

        let mut found = Vec::new();
        let mut entries = tree.entries(top, true);
        while let Some(entry) = entries.next() {
            let path = entry.unwrap().path;
            if path.ends_with("skipped") {
                entries.skip_folder();
            }
            found.push(path.strip_prefix(top).unwrap().to_string_lossy().into_owned());
        }
        found.sort();
        assert_eq!(found, ["a", "a/b", "a/b/more", "a/kept", "a/old", "c/d", "skipped"]);
        let near = tree.entries(&top.join("a"), false).count();
        assert_eq!(near, 3);
    }
}
