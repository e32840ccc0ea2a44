//! Where the bytes of files come from: the disk, or buffers.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use crate::document::{Cause, MAX_FILE_BYTES, Span, Unreadable};

/// A file of the run.
#[derive(Clone, Debug)]
pub struct FileEntry {
    /// Path for people and reports: relative to the run's root, `/` between names.
    pub path: String,
    /// Path for opening.
    pub absolute: PathBuf,
    /// Named on the command line, or below a folder that was.
    pub target: bool,
    /// Not matched by `.forceignore`.
    pub deployed: bool,
    /// It belongs to what decides about the run, not to what is checked.
    pub of_policy: bool,
}

/// Where the bytes of files come from.
pub trait Store: Sync {
    /// All bytes of a file. `buffer` may be reused for them.
    ///
    /// # Errors
    /// When the file cannot or must not be read.
    fn bytes(&self, file: &FileEntry, buffer: Vec<u8>) -> Result<Vec<u8>, Unreadable>;
    /// The size of a file in bytes, if it can be told without reading it.
    fn size(&self, file: &FileEntry) -> Option<u64>;
}

/// The file system.
#[derive(Debug)]
pub struct Disk;

impl Store for Disk {
    fn bytes(&self, file: &FileEntry, mut buffer: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
        let failed = |error: &std::io::Error| unreadable(Cause::Io, io_text(error));
        // A pipe or device would block or never end, so it is asked for its type before it is opened.
        let metadata = std::fs::metadata(&file.absolute).map_err(|error| failed(&error))?;
        if !metadata.is_file() {
            return Err(unreadable(Cause::NotRegular, String::new()));
        }
        if metadata.len() > MAX_FILE_BYTES {
            return Err(too_large(metadata.len()));
        }
        let opened = File::open(&file.absolute).map_err(|error| failed(&error))?;
        buffer.clear();
        buffer.reserve(usize::try_from(metadata.len()).unwrap_or(0).saturating_add(1));
        // A file that grows while it is read is cut off one byte after the limit.
        opened.take(MAX_FILE_BYTES + 1).read_to_end(&mut buffer).map_err(|error| failed(&error))?;
        if buffer.len() as u64 > MAX_FILE_BYTES {
            return Err(too_large(buffer.len() as u64));
        }
        Ok(buffer)
    }

    fn size(&self, file: &FileEntry) -> Option<u64> {
        std::fs::metadata(&file.absolute).ok().map(|metadata| metadata.len())
    }
}

/// The reason in words, without the number of the operating system.
fn io_text(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::NotFound => "it is no longer there".to_owned(),
        _ => error.to_string(),
    }
}

fn unreadable(cause: Cause, detail: String) -> Unreadable {
    Unreadable { cause, span: Span { start: 0, end: 0 }, detail }
}

pub(super) fn too_large(bytes: u64) -> Unreadable {
    unreadable(Cause::TooLarge, format!("{bytes} bytes, the limit is {MAX_FILE_BYTES}"))
}

/// A content that is in memory, as a file of that size would be read.
pub(super) fn copied(content: &[u8], mut buffer: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
    if content.len() as u64 > MAX_FILE_BYTES {
        return Err(too_large(content.len() as u64));
    }
    buffer.clear();
    buffer.extend_from_slice(content);
    Ok(buffer)
}

/// Buffers, by path.
#[derive(Default)]
pub struct Memory {
    /// Content by path.
    pub files: HashMap<String, Vec<u8>>,
}

impl Store for Memory {
    fn bytes(&self, file: &FileEntry, buffer: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
        let content = self
            .files
            .get(&file.path)
            .ok_or_else(|| unreadable(Cause::Io, "it is not there".to_owned()))?;
        copied(content, buffer)
    }

    fn size(&self, file: &FileEntry) -> Option<u64> {
        self.files.get(&file.path).map(|content| content.len() as u64)
    }
}
