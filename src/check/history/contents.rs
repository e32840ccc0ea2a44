//! Contents of git as files of a run.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::document::{Cause, MAX_FILE_BYTES, Span, Unreadable};
use crate::project::git::Objects;
use crate::project::git::ignoring::Verdict;
use crate::project::store::{Disk, FileEntry, Store};
use crate::project::version_control::{Repository, RepositoryKind, VersionControl};

/// A content, or why there is none.
type Content = Result<Vec<u8>, String>;

/// The contents of git by their ids, the last of them kept.
pub(super) struct Blobs {
    objects: Objects,
    /// The id of the content that was read last, and what came of it.
    last: Mutex<Option<(String, Content)>>,
    /// Why a content was not searched.
    failed: Mutex<Option<String>>,
}

impl Blobs {
    pub fn new(objects: Objects) -> Blobs {
        Blobs { objects, last: Mutex::default(), failed: Mutex::default() }
    }

    /// Whether the content that is held begins so.
    pub fn begins_with(&self, bytes: &[u8]) -> bool {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let content = last.as_ref().and_then(|(_, content)| content.as_ref().ok());
        content.is_some_and(|content| content.starts_with(bytes))
    }

    /// A content that was read before; empty when it cannot be had any more.
    pub fn again(&self, id: &str) -> Vec<u8> {
        self.objects.read(id, MAX_FILE_BYTES, Vec::new()).unwrap_or_default()
    }

    /// Holds a content for whoever asks next, once.
    pub fn hold(&self, id: &str, content: std::io::Result<Vec<u8>>) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((id.to_owned(), content.map_err(|error| error.to_string())));
    }

    pub fn fail(&self, why: &str) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        *failed = Some(why.to_owned());
    }

    /// Why the content that was asked for last was not searched, told once.
    pub fn failed(&self) -> Option<String> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Store for Blobs {
    fn bytes(&self, file: &FileEntry, buffer: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
        let id = file.absolute.to_string_lossy();
        let held = self.last.lock().unwrap_or_else(PoisonError::into_inner).take();
        let read = match held.filter(|(known, _)| *known == id) {
            Some((_, content)) => content,
            None => {
                let read = self.objects.read(&id, MAX_FILE_BYTES + 1, buffer);
                read.map_err(|error| error.to_string())
            }
        };
        let refused = |cause, detail: String| {
            self.fail(&detail);
            Err(Unreadable { cause, span: Span::default(), detail })
        };
        match read {
            Ok(bytes) if bytes.len() as u64 > MAX_FILE_BYTES => {
                refused(Cause::TooLarge, format!("it is larger than {} MiB", MAX_FILE_BYTES >> 20))
            }
            Ok(bytes) => Ok(bytes),
            Err(why) => refused(Cause::Io, why),
        }
    }

    fn size(&self, file: &FileEntry) -> Option<u64> {
        self.objects.size(&file.absolute.to_string_lossy()).ok()
    }
}

/// Where the files of such a run are: contents of git, and the config on the disk.
pub struct HistoryStore(pub(super) Blobs);

impl Store for HistoryStore {
    fn bytes(&self, file: &FileEntry, buffer: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
        if file.of_policy { Disk.bytes(file, buffer) } else { self.0.bytes(file, buffer) }
    }

    fn size(&self, file: &FileEntry) -> Option<u64> {
        if file.of_policy { Disk.size(file) } else { self.0.size(file) }
    }
}

/// Everything that a commit brought is in version control.
pub(super) struct Tracked;

impl VersionControl for Tracked {
    fn tracked(&self, _: &FileEntry) -> Option<bool> {
        Some(true)
    }

    fn ignored(&self, _: &FileEntry) -> bool {
        false
    }

    fn repository(&self, folder: &Path) -> Repository {
        Repository { root: folder.to_owned(), kind: RepositoryKind::Git }
    }

    fn verdict(&self, _: &Path, _: &str) -> Verdict {
        Verdict::Untold
    }

    fn ignored_here(&self, _: &Path, paths: &[&str]) -> Vec<bool> {
        vec![false; paths.len()]
    }
}
