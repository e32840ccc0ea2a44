//! Where a run finds its files: the disk, or a tree of git that is read as if it were checked out.

use std::ffi::OsString;
use std::fmt::Debug;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::store::{Disk, Store};

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device, pipe or socket.
    Other,
}

impl Form {
    fn of(metadata: &fs::Metadata) -> Form {
        let file_type = metadata.file_type();
        if file_type.is_symlink() {
            Form::Link
        } else if file_type.is_dir() {
            Form::Folder
        } else if file_type.is_file() {
            Form::File
        } else {
            Form::Other
        }
    }
}

/// Something met on a walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it is, below the folder as that was given.
    pub path: PathBuf,
    /// Its last name.
    pub name: OsString,
    /// What it is, as far as a listing tells.
    pub kind: EntryKind,
}

/// What an [`Entry`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link; not followed.
    Link,
    /// A device, pipe or socket.
    Other,
}

/// A place that could not be looked at.
#[derive(Debug)]
pub struct Failed {
    /// Where.
    pub path: PathBuf,
    /// Why, for people.
    pub why: String,
}

/// What lies below a folder, folders before what they hold; the folder itself is not among it.
pub trait Entries: Iterator<Item = Result<Entry, Failed>> {
    /// Does not enter the folder that came last.
    fn skip_folder(&mut self);
}

/// Where a run finds its files. All paths are absolute, those of a commit as well: it is seen at the place of the work tree.
pub trait FileTree: Store + Send + Debug {
    /// What stands at a path; a link is not followed.
    ///
    /// # Errors
    /// Nothing is there, or it cannot be looked at.
    fn form(&self, path: &Path) -> io::Result<Form>;

    /// Where a path leads when all links are followed.
    ///
    /// # Errors
    /// Nothing is there, or it cannot be looked at.
    fn canonical(&self, path: &Path) -> io::Result<PathBuf>;

    /// The beginning of a file: at most so many bytes. Links are followed.
    ///
    /// # Errors
    /// It is not there, not readable, or no regular file.
    fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>>;

    /// What lies below a folder: all of it, or only what lies in it.
    fn entries(&self, folder: &Path, deep: bool) -> Box<dyn Entries + '_>;

    /// The paths in version control below the top of a work tree, each ended by a zero byte, when these files are a tree of
    /// that repository; `None` when its index has to be asked.
    fn tracked(&self, top: &Path) -> Option<Vec<u8>>;

    /// What stands where a path leads.
    ///
    /// # Errors
    /// Nothing is there, or it cannot be looked at.
    fn followed(&self, path: &Path) -> io::Result<Form> {
        match self.form(path)? {
            Form::Link => self.form(&self.canonical(path)?),
            other => Ok(other),
        }
    }

    /// Whether something is there, be it a link that leads nowhere.
    fn exists(&self, path: &Path) -> bool {
        self.form(path).is_ok()
    }

    /// Whether a path leads to a regular file.
    fn is_file(&self, path: &Path) -> bool {
        matches!(self.followed(path), Ok(Form::File))
    }

    /// Whether a path leads to a folder.
    fn is_folder(&self, path: &Path) -> bool {
        matches!(self.followed(path), Ok(Form::Folder))
    }
}

impl FileTree for Disk {
    fn form(&self, path: &Path) -> io::Result<Form> {
        fs::symlink_metadata(path).map(|metadata| Form::of(&metadata))
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }

    fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        // A pipe or device would block or never end.
        if !fs::metadata(path)?.is_file() {
            return Err(not_regular());
        }
        let mut bytes = Vec::new();
        File::open(path)?.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn entries(&self, folder: &Path, deep: bool) -> Box<dyn Entries + '_> {
        let most = if deep { usize::MAX } else { 1 };
        let walk = WalkDir::new(folder).min_depth(1).max_depth(most).into_iter();
        Box::new(DiskEntries { folder: folder.to_owned(), walk })
    }

    fn tracked(&self, _: &Path) -> Option<Vec<u8>> {
        None
    }

    fn followed(&self, path: &Path) -> io::Result<Form> {
        fs::metadata(path).map(|metadata| Form::of(&metadata))
    }
}

/// What the system says where nothing is: ENOENT, and ERROR_FILE_NOT_FOUND on Windows.
pub(super) fn missing() -> io::Error {
    io::Error::from_raw_os_error(2)
}

pub(super) fn not_regular() -> io::Error {
    io::Error::other("it is not a regular file")
}

/// What the system says of links that lead to themselves: ELOOP on Linux and macOS, ERROR_CANT_RESOLVE_FILENAME on Windows.
const LOOP: i32 = if cfg!(windows) {
    1921
} else if cfg!(target_os = "linux") {
    40
} else {
    62
};

/// True if the system gave up on links that lead to themselves.
pub(super) fn is_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(LOOP)
}

/// What the system says of such links.
pub(super) fn link_loop() -> io::Error {
    io::Error::from_raw_os_error(LOOP)
}

struct DiskEntries {
    folder: PathBuf,
    walk: walkdir::IntoIter,
}

impl Iterator for DiskEntries {
    type Item = Result<Entry, Failed>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(match self.walk.next()? {
            Ok(entry) => {
                let file_type = entry.file_type();
                let kind = if file_type.is_dir() {
                    EntryKind::Folder
                } else if file_type.is_symlink() {
                    EntryKind::Link
                } else if file_type.is_file() {
                    EntryKind::File
                } else {
                    EntryKind::Other
                };
                let name = entry.file_name().to_owned();
                Ok(Entry { path: entry.into_path(), name, kind })
            }
            Err(error) => {
                let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                let path = error.path().unwrap_or(&self.folder).to_owned();
                Err(Failed { path, why })
            }
        })
    }
}

impl Entries for DiskEntries {
    fn skip_folder(&mut self) {
        self.walk.skip_current_dir();
    }
}
