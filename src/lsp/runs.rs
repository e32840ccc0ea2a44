//! Runs of the linter on what an editor shows: buffers over the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::documents::Documents;
use crate::check::{BaselineChoice, CheckRequest, Checked, Error, Sources, check};
use crate::config::catalogue::Catalogue;
use crate::config::select::Selection;
use crate::document::{MAX_FILE_BYTES, Span};
use crate::project::buffers::Buffers;
use crate::project::file_tree::FileTree;
use crate::project::store::Disk;
use crate::rule::Rule;
use crate::settle::report::Location;
use crate::value::date::Date;

/// Texts of open documents by canonical path.
pub type Texts = BTreeMap<PathBuf, Arc<str>>;

/// What is checked.
#[derive(Clone, Debug)]
pub struct RunRequest {
    /// Of two runs the one with the larger number saw newer texts.
    pub number: u64,
    /// Where relative paths begin; the workspace folder.
    pub folder: PathBuf,
    /// What is named: the folder itself, or a file.
    pub input: PathBuf,
    /// A config instead of the nearest one.
    pub config: Option<PathBuf>,
    /// Of the rules that are on, only these.
    pub asked: Option<BTreeSet<String>>,
    /// What editors have open.
    pub texts: Texts,
    /// Nobody waits for it: it leaves a core to what somebody waits for.
    pub in_background: bool,
}

/// A run that is over.
pub struct Outcome {
    /// Its report and files.
    pub checked: Checked,
    /// The texts that it saw instead of files.
    pub texts: Texts,
    /// How long it took.
    pub took: Duration,
}

/// Runs the linter.
///
/// # Errors
/// The config or own rules are wrong, or there is nothing to check.
pub fn run(request: RunRequest) -> Result<Outcome, Error> {
    let started = Instant::now();
    let contents = contents(&request.texts);
    let tree = Buffers::new(&Disk, contents);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if request.in_background { (cores - 1).max(1) } else { cores };
    let checked = check(
        &CheckRequest {
            inputs: vec![request.input],
            config: request.config.map(|config| request.folder.join(config)),
            current_dir: request.folder,
            rules_dir: None,
            selection: Selection::default(),
            fail_on: None,
            baseline: BaselineChoice::Nearest,
            today: Date::today(),
            threads,
            asked: request.asked,
            list_rules: false,
        },
        Sources { tree: &tree, ..Sources::DISK },
        None,
    )?;
    Ok(Outcome { checked, texts: request.texts, took: started.elapsed() })
}

/// Texts as the contents of files.
pub fn contents(texts: &Texts) -> BTreeMap<PathBuf, Arc<[u8]>> {
    texts.iter().map(|(path, text)| (path.clone(), Arc::clone(text).into())).collect()
}

/// The shipped rules that one file decides, or with it what is small: no other rule may speak before everything was read.
pub fn local_rules(catalogue: &Catalogue) -> BTreeSet<String> {
    catalogue.rules.iter().filter(|rule| is_local(rule)).map(|rule| rule.id.clone()).collect()
}

/// Kinds of which a record is made of several large files, or of the repository.
const TOGETHER: [&str; 4] = ["Integration", "Escalation", "Repository", "ApexClass"];

fn is_local(rule: &Rule) -> bool {
    let kinds = &rule.matching.kinds;
    rule.join.is_none() && !kinds.iter().any(|kind| TOGETHER.contains(&kind.name()))
}

impl Outcome {
    /// The absolute path of a place.
    pub fn path_of(&self, location: &Location) -> Option<&Path> {
        let file = self.checked.files.get(location.file.0 as usize)?;
        Some(&file.absolute)
    }

    /// Takes note of open documents that hold what is on disk: it saw those as well.
    pub fn recognise(&mut self, documents: &Documents, folder: &Path) {
        for (path, document) in documents.iter().filter(|(path, _)| path.starts_with(folder)) {
            if !self.texts.contains_key(path) && is_stored(path, &document.text) {
                self.texts.insert(path.clone(), document.text.clone());
            }
        }
    }
}

/// Whether a file holds just this text.
pub fn is_stored(path: &Path, text: &str) -> bool {
    let same_size = std::fs::metadata(path).is_ok_and(|there| there.len() == text.len() as u64);
    same_size && stored(path).is_some_and(|stored| stored == text.as_bytes())
}

/// What a file holds. A pipe or a device is none: reading it might never end.
pub fn stored(path: &Path) -> Option<Vec<u8>> {
    Disk.read(path, MAX_FILE_BYTES).ok()
}

/// Where a span of one text is in another that came of it by an edit: before the edit and behind it nothing has moved. `None`
/// for a span that the edit reaches into: what is said about it is of another text.
pub fn carried(span: Span, before: &str, after: &str) -> Option<Span> {
    let (old, new) = (before.as_bytes(), after.as_bytes());
    let same = |pair: &(&u8, &u8)| pair.0 == pair.1;
    let head = old.iter().zip(new).take_while(same).count();
    let most = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(most).take_while(same).count();
    let behind = old.len() - tail;
    let (start, end) = (span.start as usize, span.end as usize);
    if end <= head {
        Some(span)
    } else if start >= behind {
        let moved = |at: usize| (at + new.len() - old.len()) as u32;
        Some(Span::new(moved(start), moved(end)))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(before: &str, word: &str, after: &str) -> Option<String> {
        let start = before.find(word).unwrap() as u32;
        let span = carried(Span::new(start, start + word.len() as u32), before, after)?;
        Some(span.of(after).to_owned())
    }

    #[test]
    fn places_move_with_the_text_around_them() {
        let same = |before: &str, word: &str, after: &str| {
            assert_eq!(moved(before, word, after).as_deref(), Some(word), "{before} {after}");
        };
        same("<a>é</a><b>x</b>", "x", "<a>é</a>\n\n<b>x</b>");
        same("<a>x</a><b/>", "x", "<a>x</a><b/><c/>");
        same("<a>x</a><b>y</b>", "y", "<b>y</b>");
        same("\u{feff}<a>x</a>", "x", "<a>x</a>");
        same("ab", "ab", "ab");
        // What was edited is another thing.
        assert_eq!(moved("<a>false</a>", "false", "<a>true</a>"), None);
        assert_eq!(moved("<a>false</a>", "false", "<a>fal se</a>"), None);
        assert_eq!(moved("<a>é</a>", "é", "<a>è</a>"), None);
        assert_eq!(moved("ab", "ab", ""), None);
    }

    #[test]
    fn some_rules_wait_for_everything_else() {
        let catalogue = Catalogue::builtin().unwrap();
        let local = local_rules(&catalogue);
        for (rule, expected) in [
            ("oauth-full-scope", true),
            ("oauth-pkce-missing", false),
            ("gitignore-misses-secret", false),
        ] {
            assert_eq!(local.contains(rule), expected, "{rule}");
        }
        assert!(local.len() > catalogue.rules.len() / 2);
    }
}
