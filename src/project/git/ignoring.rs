//! What the ignore files of a folder and of the folders in it say together: `.gitignore` at every level, nothing that
//! only one machine has.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::pattern::{Candidate, Pattern};

/// The name of ignore files.
pub const GITIGNORE: &str = ".gitignore";
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What is said of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing: it is not ignored.
    Untold,
    /// It is ignored.
    Ignored(Line),
    /// It, or a folder that holds it, would be ignored without this `!` line.
    BroughtBack(Line),
}

impl Verdict {
    /// Whether the path is ignored.
    pub fn ignores(&self) -> bool {
        matches!(self, Verdict::Ignored(_))
    }
}

/// A line of an ignore file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The folder of the file: relative, empty for the root.
    pub folder: Arc<[u8]>,
    /// From 0.
    pub number: u32,
}

/// Gives the content of the ignore file of a folder (relative, `/` between names, empty for the root), if there is one.
pub type ReadIgnoreFile<'a> = Box<dyn Fn(&[u8]) -> Option<Vec<u8>> + Send + Sync + 'a>;

/// The ignore files below one root. Each is read when a path below its folder is asked for first.
pub struct Ignoring<'a> {
    read: ReadIgnoreFile<'a>,
    folders: Mutex<HashMap<Vec<u8>, Arc<Folder>>>,
}

/// What holds for everything in a folder.
struct Folder {
    /// The folder itself is ignored, and with it all that lies in it.
    ignored: Option<Line>,
    /// A `!` line brought the folder, or one above, back.
    brought_back: Option<Line>,
    /// The ignore files of the folder and of those above, from the root down.
    files: Arc<[Arc<IgnoreFile>]>,
}

struct IgnoreFile {
    folder: Arc<[u8]>,
    patterns: Vec<Pattern>,
}

/// The patterns of an ignore file.
pub fn patterns(content: &[u8]) -> Vec<Pattern> {
    let content = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    let lines = content.split(|byte| *byte == b'\n').zip(0_u32..);
    lines
        .filter_map(|(line, number)| {
            // What counts as a comment or as empty is decided before the end of the line is taken off.
            Pattern::parse(line.strip_suffix(b"\r").unwrap_or(line), number)
        })
        .collect()
}

impl<'a> Ignoring<'a> {
    /// Ignore files that are read by a function.
    pub fn new(read: ReadIgnoreFile<'a>) -> Ignoring<'a> {
        Ignoring { read, folders: Mutex::default() }
    }

    /// What is said of a path: relative to the root, `/` between names.
    pub fn verdict(&self, path: &[u8], directory: bool) -> Verdict {
        let path = path.strip_suffix(b"/").unwrap_or(path);
        let folder = self.folder(parent(path).unwrap_or_default());
        let entry = self.entry(&folder, path, directory);
        match (entry.ignored, entry.brought_back) {
            (Some(line), _) => Verdict::Ignored(line),
            (None, Some(line)) => Verdict::BroughtBack(line),
            (None, None) => Verdict::Untold,
        }
    }

    /// A folder with what it inherits; each is worked out once.
    fn folder(&self, path: &[u8]) -> Arc<Folder> {
        let mut known = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let mut missing = Vec::new();
        let mut at = Some(path);
        let mut found = None;
        while let Some(folder) = at {
            if let Some(known) = known.get(folder) {
                found = Some(Arc::clone(known));
                break;
            }
            missing.push(folder);
            at = parent(folder);
        }
        let mut found = found.unwrap_or_else(|| {
            Arc::new(Folder { ignored: None, brought_back: None, files: Arc::new([]) })
        });
        for folder in missing.into_iter().rev() {
            let mut entry = self.entry(&found, folder, true);
            if entry.ignored.is_none()
                && let Some(content) = (self.read)(folder)
            {
                let patterns = patterns(&content);
                let file = Arc::new(IgnoreFile { folder: folder.into(), patterns });
                entry.files = entry.files.iter().cloned().chain([file]).collect();
            }
            found = Arc::new(entry);
            known.insert(folder.to_vec(), Arc::clone(&found));
        }
        found
    }

    /// What holds for something in a folder, before its own ignore file is read.
    fn entry(&self, folder: &Folder, path: &[u8], directory: bool) -> Folder {
        let mut entry = Folder {
            ignored: folder.ignored.clone(),
            brought_back: folder.brought_back.clone(),
            files: Arc::clone(&folder.files),
        };
        // Nothing brings back what lies in an ignored folder.
        if entry.ignored.is_some() || path.is_empty() {
            return entry;
        }
        match deciding(&folder.files, path, directory, |_| true) {
            Some((line, false)) => entry.ignored = Some(line),
            Some((line, true)) => {
                let without = deciding(&folder.files, path, directory, |one| !one.negated);
                if without.is_some() {
                    entry.brought_back = Some(line);
                }
            }
            None => {}
        }
        entry
    }
}

/// The line that decides, and whether it is a `!` line: the last that fits, of the deepest file that has one.
fn deciding(
    files: &[Arc<IgnoreFile>],
    path: &[u8],
    directory: bool,
    counts: impl Fn(&Pattern) -> bool,
) -> Option<(Line, bool)> {
    files.iter().rev().find_map(|file| {
        let below = path.strip_prefix(&*file.folder)?;
        let candidate = Candidate { path: below.strip_prefix(b"/").unwrap_or(below), directory };
        let fitting = file.patterns.iter().rev().filter(|one| counts(one));
        let pattern = fitting.into_iter().find(|one| one.fits(candidate))?;
        let line = Line { folder: Arc::clone(&file.folder), number: pattern.line };
        Some((line, pattern.negated))
    })
}

/// The folder of a path; `None` for the root.
fn parent(path: &[u8]) -> Option<&[u8]> {
    if path.is_empty() {
        return None;
    }
    let slash = path.iter().rposition(|byte| *byte == b'/');
    Some(slash.and_then(|at| path.get(..at)).unwrap_or_default())
}

#[cfg(test)]
mod tests;
