//! A tree of git that is read as if it were checked out: a commit, or what is staged.

use std::collections::BTreeSet;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::listing::{Found, Item, Listing};
use super::objects::Objects;
use super::path_bytes::{bytes_of, path_of};
use crate::document::{Cause, MAX_FILE_BYTES, Span, Unreadable};
use crate::project::file_tree::{
    Entries, Entry, EntryKind, Failed, FileTree, Form, link_loop, missing, not_regular,
};
use crate::project::store::{Disk, FileEntry, Store, too_large};

/// As many links as Linux follows in one path.
const MOST_LINKS: usize = 40;
/// More than any path.
const LONGEST_LINK: u64 = 1 << 16;

/// A tree of git, seen at the place of its work tree. What lies outside of the work tree, and `.git`, is the disk's.
#[derive(Debug)]
pub struct GitTree {
    top: PathBuf,
    /// What it is, for people: a revision, or the index.
    name: String,
    listing: Listing,
    objects: Objects,
    /// Files whose content git could not give.
    failed: Mutex<BTreeSet<String>>,
}

/// Where a path leads.
enum Place<'t> {
    /// Not in the tree: the disk tells.
    Disk,
    Folder,
    Item(&'t Item),
}

impl GitTree {
    /// A tree at the place of a work tree, whose top is canonical.
    pub(super) fn new(top: &Path, name: String, listing: Listing) -> GitTree {
        let objects = Objects::new(top);
        GitTree { top: top.to_owned(), name, listing, objects, failed: Mutex::default() }
    }

    /// The same tree with nothing taken from the disk that git has.
    #[cfg(test)]
    pub(crate) fn without_disk(mut self) -> GitTree {
        self.listing.forget_disk();
        self
    }

    /// What it is, for people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The top of the work tree at whose place it is seen.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// Files that were asked for and whose content git could not give, each with the reason.
    pub fn failed(&self) -> Vec<String> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.iter().cloned().collect()
    }

    /// The files in version control, as absolute paths.
    pub fn paths(&self) -> impl Iterator<Item = PathBuf> {
        let tracked = self.listing.items().iter().filter(|(_, item)| item.is_tracked());
        tracked.filter_map(|(path, _)| Some(self.top.join(path_of(path)?)))
    }

    /// The path below the top; `None` for what the disk tells.
    fn below(&self, path: &Path) -> Option<Vec<u8>> {
        let below = path.strip_prefix(&self.top).ok()?;
        let first = below.components().next();
        let is_git = |name: &std::ffi::OsStr| name.eq_ignore_ascii_case(".git");
        if matches!(first, Some(Component::Normal(name)) if is_git(name)) {
            return None;
        }
        Some(bytes_of(below))
    }

    fn place(&self, path: &Path) -> io::Result<Place<'_>> {
        let Some(below) = self.below(path) else { return Ok(Place::Disk) };
        match self.listing.find(&below) {
            Found::Folder => Ok(Place::Folder),
            Found::Item(item) => Ok(Place::Item(item)),
            Found::OnDisk => Ok(Place::Disk),
            Found::Nothing => Err(missing()),
        }
    }

    /// What stands at a path whose folders may be reached through links.
    fn reached(&self, path: &Path) -> io::Result<(PathBuf, Place<'_>)> {
        if let Ok(place) = self.place(path) {
            return Ok((path.to_owned(), place));
        }
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(missing());
        };
        let real = self.canonical(parent)?.join(name);
        let place = self.place(&real)?;
        Ok((real, place))
    }

    fn target(&self, path: &Path, id: &str, on_disk: bool) -> io::Result<PathBuf> {
        if on_disk && let Ok(target) = std::fs::read_link(path) {
            return Ok(target);
        }
        let bytes = self.object(path, id, LONGEST_LINK, Vec::new())?;
        path_of(&bytes).ok_or_else(missing)
    }

    fn object(&self, path: &Path, id: &str, most: u64, buffer: Vec<u8>) -> io::Result<Vec<u8>> {
        self.objects.read(id, most, buffer).inspect_err(|error| {
            let below = path.strip_prefix(&self.top).unwrap_or(path).to_string_lossy();
            let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
            failed.insert(format!("{below}: {error}"));
        })
    }

    /// At most so many bytes of a file that is no link.
    fn content(&self, path: &Path, item: &Item, most: u64) -> io::Result<Vec<u8>> {
        match item {
            Item::File { id, on_disk } => {
                let disk = if *on_disk { Disk.read(path, most).ok() } else { None };
                disk.map_or_else(|| self.object(path, id, most, Vec::new()), Ok)
            }
            Item::Disk => Disk.read(path, most),
            Item::Link { .. } | Item::DiskFolder => Err(not_regular()),
        }
    }
}

impl Store for GitTree {
    fn bytes(&self, file: &FileEntry, buffer: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
        let failed = |error: io::Error| Unreadable {
            cause: Cause::Io,
            span: Span::default(),
            detail: error.to_string(),
        };
        let real = self.canonical(&file.absolute).map_err(failed)?;
        let on_disk =
            |buffer| Disk.bytes(&FileEntry { absolute: real.clone(), ..file.clone() }, buffer);
        let id = match self.place(&real).map_err(failed)? {
            Place::Disk | Place::Item(Item::Disk) => return on_disk(buffer),
            Place::Item(Item::File { id, on_disk: true }) => match on_disk(Vec::new()) {
                Ok(bytes) => return Ok(bytes),
                Err(problem) if problem.cause == Cause::TooLarge => return Err(problem),
                // Not checked out, as in a sparse work tree.
                Err(_) => id,
            },
            Place::Item(Item::File { id, .. }) => id,
            Place::Item(_) | Place::Folder => {
                return Err(Unreadable { cause: Cause::NotRegular, ..failed(not_regular()) });
            }
        };
        let bytes = self.object(&real, id, MAX_FILE_BYTES + 1, buffer).map_err(failed)?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            let size = self.objects.size(id).unwrap_or(bytes.len() as u64);
            return Err(too_large(size));
        }
        Ok(bytes)
    }

    fn size(&self, file: &FileEntry) -> Option<u64> {
        let real = self.canonical(&file.absolute).ok()?;
        match self.place(&real).ok()? {
            Place::Item(Item::File { id, on_disk }) => {
                let disk = std::fs::metadata(&real).ok().filter(|_| *on_disk);
                disk.map(|metadata| metadata.len()).or_else(|| self.objects.size(id).ok())
            }
            Place::Disk | Place::Item(Item::Disk) => {
                std::fs::metadata(&real).ok().map(|metadata| metadata.len())
            }
            _ => None,
        }
    }
}

impl FileTree for GitTree {
    fn form(&self, path: &Path) -> io::Result<Form> {
        match self.reached(path)? {
            (_, Place::Folder) => Ok(Form::Folder),
            (_, Place::Item(Item::File { .. })) => Ok(Form::File),
            (_, Place::Item(Item::Link { .. })) => Ok(Form::Link),
            (real, Place::Disk | Place::Item(_)) => Disk.form(&real),
        }
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        // Nearly every path is one already: what the tree holds has no link above it.
        let plain = path.components().all(|one| !matches!(one, Component::ParentDir));
        if plain && let Ok(Place::Folder | Place::Item(Item::File { .. })) = self.place(path) {
            return Ok(path.components().collect());
        }
        let mut rest: Vec<PathBuf> = vec![path.to_owned()];
        let mut real = PathBuf::new();
        let mut links = 0;
        while let Some(next) = rest.pop() {
            let mut components = next.components();
            let Some(first) = components.next() else { continue };
            let after = components.as_path();
            if !after.as_os_str().is_empty() {
                rest.push(after.to_owned());
            }
            match first {
                Component::Prefix(_) | Component::RootDir => {
                    if matches!(first, Component::Prefix(_)) {
                        real = PathBuf::new();
                    }
                    real.push(first);
                    continue;
                }
                Component::CurDir => continue,
                Component::ParentDir => {
                    real.pop();
                    continue;
                }
                Component::Normal(name) => real.push(name),
            }
            match self.place(&real)? {
                Place::Folder | Place::Item(Item::File { .. } | Item::DiskFolder) => {}
                Place::Item(Item::Link { id, on_disk }) => {
                    links += 1;
                    if links > MOST_LINKS {
                        return Err(link_loop());
                    }
                    let target = self.target(&real, id, *on_disk)?;
                    real.pop();
                    rest.push(target);
                }
                Place::Disk | Place::Item(Item::Disk) => {
                    // The top itself may be reached through links outside of the tree.
                    real = std::fs::canonicalize(&real)?;
                }
            }
        }
        Ok(real)
    }

    fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        let real = self.canonical(path)?;
        match self.place(&real)? {
            Place::Disk => Disk.read(&real, most),
            Place::Item(item) => self.content(&real, item, most),
            Place::Folder => Err(not_regular()),
        }
    }

    fn entries(&self, folder: &Path, deep: bool) -> Box<dyn Entries + '_> {
        // Through a link: listed where it leads, told where it was named.
        let real = self.canonical(folder).unwrap_or_else(|_| folder.to_owned());
        match self.below(&real).map(|below| (self.listing.find(&below), below)) {
            Some((Found::Folder, below)) => Box::new(TreeEntries {
                listing: &self.listing,
                named: folder.to_owned(),
                rest: self.listing.below(&below),
                open: vec![below],
                deep,
                disk: None,
            }),
            Some((Found::Nothing | Found::Item(_), _)) => {
                let why = "it is not there".to_owned();
                Box::new(Nothing(Some(Failed { path: folder.to_owned(), why })))
            }
            Some((Found::OnDisk, _)) | None => Disk.entries(folder, deep),
        }
    }

    fn tracked(&self, top: &Path) -> Option<Vec<u8>> {
        (top == self.top).then(|| {
            let tracked = self.listing.items().iter().filter(|(_, item)| item.is_tracked());
            tracked.flat_map(|(path, _)| path.iter().copied().chain([0])).collect()
        })
    }
}

/// What lies below a folder of a tree.
struct TreeEntries<'t> {
    listing: &'t Listing,
    /// The folder as it was named.
    named: PathBuf,
    /// Positions of the items that are still to come.
    rest: std::ops::Range<usize>,
    /// The folder, and those on the way to where the walk is.
    open: Vec<Vec<u8>>,
    deep: bool,
    /// The walk through a folder of which the disk tells, and whether it has begun.
    disk: Option<(Box<dyn Entries + 't>, bool)>,
}

impl TreeEntries<'_> {
    /// Where something is, as seen from the folder that was named.
    fn entry(&self, path: &[u8], kind: EntryKind) -> Option<Entry> {
        let start =
            self.open.first().map_or(0, |top| if top.is_empty() { 0 } else { top.len() + 1 });
        let below = path_of(path.get(start..)?)?;
        let name = below.file_name()?.to_owned();
        Some(Entry { path: self.named.join(below), name, kind })
    }

    /// Leaves out what is left of the innermost folder.
    fn leave(&mut self) {
        if let Some(folder) = self.open.pop() {
            self.rest.start = self.rest.start.max(self.listing.below(&folder).end);
        }
    }
}

impl Iterator for TreeEntries<'_> {
    type Item = Result<Entry, Failed>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some((disk, begun)) = &mut self.disk {
            *begun = true;
            match disk.next() {
                Some(entry) => return Some(entry),
                None => self.disk = None,
            }
        }
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let (path, item) = self.listing.items().get(self.rest.start)?;
            let holds = |folder: &Vec<u8>| {
                folder.is_empty()
                    || path.get(folder.len()) == Some(&b'/') && path.starts_with(folder)
            };
            while self.open.len() > 1 && !self.open.last().is_some_and(holds) {
                self.open.pop();
            }
            let inner =
                self.open.last().map_or(0, |one| if one.is_empty() { 0 } else { one.len() + 1 });
            let below = path.get(inner..)?;
            if let Some(end) = memchr::memchr(b'/', below) {
                let folder = path.get(..inner + end)?.to_vec();
                let entry = self.entry(&folder, EntryKind::Folder);
                self.open.push(folder);
                if !self.deep {
                    self.leave();
                }
                match entry {
                    Some(entry) => return Some(Ok(entry)),
                    None => continue,
                }
            }
            self.rest.start += 1;
            let kind = match item {
                Item::File { .. } | Item::Disk => EntryKind::File,
                Item::Link { .. } => EntryKind::Link,
                Item::DiskFolder => EntryKind::Folder,
            };
            let Some(entry) = self.entry(path, kind) else { continue };
            if kind == EntryKind::Folder && self.deep {
                self.disk = Some((Disk.entries(&entry.path, true), false));
            }
            return Some(Ok(entry));
        }
    }
}

impl Entries for TreeEntries<'_> {
    fn skip_folder(&mut self) {
        match &mut self.disk {
            Some((disk, true)) => disk.skip_folder(),
            // The folder itself came last.
            Some((_, false)) => self.disk = None,
            None if self.deep && self.open.len() > 1 => self.leave(),
            None => {}
        }
    }
}

struct Nothing(Option<Failed>);

impl Iterator for Nothing {
    type Item = Result<Entry, Failed>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.take().map(Err)
    }
}

impl Entries for Nothing {
    fn skip_folder(&mut self) {}
}
