//! Reading the versions of files that a log gives, each content once.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::contents::{Blobs, HistoryStore, Tracked};
use super::{Interrupted, Judge};
use crate::check::run::entry;
use crate::document::{MAX_FILE_BYTES, SourceText, Span};
use crate::engine::evaluate::evaluate;
use crate::engine::finding::Finding;
use crate::model::field::Sensitivity;
use crate::model::integration::Integrations;
use crate::model::origin::Origin;
use crate::model::read::{Context, Scratch, read_unit};
use crate::model::record::FileId;
use crate::model::resolve::resolve;
use crate::model::unit::{Unit, units};
use crate::project::git::Logged;
use crate::project::path::file_name;
use crate::project::{FileClass, ProjectFile, component_name, file_class, kind_of};
use crate::settle::report::SkippedFile;

/// Contents that are asked for together.
const TOGETHER: usize = 64;
/// The beginning of a file that stands for a large one, as Git LFS writes it.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// A place of a credential.
pub(super) struct Seen {
    pub path: String,
    pub commit: Logged,
    pub content: String,
    pub span: Span,
}

/// A credential: the finding of its first place, and all its places.
pub(super) struct Held {
    pub finding: Finding,
    pub places: Vec<Seen>,
}

/// What tells one credential from another: the rule and a digest of the text, never printed.
type Key = (usize, String, [u8; 32]);

/// What makes one content mean something else: the same text is no credential in every file.
type ReadAs = (Box<str>, FileClass, Box<str>);

/// What a run through a history counts.
#[derive(Default)]
pub(super) struct Counts {
    pub commits: usize,
    pub contents: usize,
    pub excluded: HashSet<String>,
    pub submodules: HashSet<String>,
    pub pointers: usize,
    pub not_searched: Vec<SkippedFile>,
}

/// Reads versions, and keeps what is found.
pub(super) struct Reader<'p> {
    judge: Judge<'p>,
    store: Blobs,
    scratch: Scratch,
    waiting: Vec<Waiting>,
    read: HashSet<(Box<str>, ReadAs)>,
    /// Of contents that hold a credential: which, and where in them.
    of_content: HashMap<String, Vec<(usize, Span)>>,
    held: Vec<Held>,
    by_key: HashMap<Key, usize>,
    pub counts: Counts,
}

impl<'p> Reader<'p> {
    pub fn new(judge: Judge<'p>, store: Blobs) -> Reader<'p> {
        Reader {
            judge,
            store,
            scratch: Scratch::default(),
            waiting: Vec::new(),
            read: HashSet::new(),
            of_content: HashMap::new(),
            held: Vec::new(),
            by_key: HashMap::new(),
            counts: Counts::default(),
        }
    }

    /// What was found, each credential as its main place gives it.
    pub fn finish(mut self, in_head: HashSet<String>) -> Read {
        let held = self.settle_places(&in_head);
        Read {
            held,
            counts: self.counts,
            in_head,
            interrupted: None,
            shallow: false,
            store: HistoryStore(self.store),
        }
    }

    /// A version of a file: one that is not known waits until there are enough of them to be read together.
    pub fn version(&mut self, commit: &Logged, id: &str, path: String) {
        let is_new = self.read.insert((id.into(), read_as(&path)));
        let units = if is_new { self.units(&file_of(&path, id)) } else { Vec::new() };
        self.waiting.push(Waiting { commit: commit.clone(), id: id.to_owned(), path, units });
        if self.waiting.len() >= TOGETHER {
            self.read_waiting();
        }
    }

    /// Reads what waits, in the order in which it came.
    pub fn read_waiting(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        let wanted: Vec<usize> = (0..waiting.len())
            .filter(|at| waiting.get(*at).is_some_and(|one| !one.units.is_empty()))
            .collect();
        let ids: Vec<&str> =
            wanted.iter().filter_map(|at| Some(waiting.get(*at)?.id.as_str())).collect();
        let mut next = 0;
        let objects = Arc::clone(&self.store.objects);
        objects.read_each(&ids, MAX_FILE_BYTES + 1, &mut |at, content| {
            let Some(position) = wanted.get(at).copied() else { return };
            for known in waiting.get(next..position).into_iter().flatten() {
                self.known(known);
            }
            next = position + 1;
            if let Some(one) = waiting.get(position) {
                self.store.hold(&one.id, content);
                self.fresh(one);
            }
        });
        for known in waiting.get(next..).into_iter().flatten() {
            self.known(known);
        }
    }

    /// Known content at another path, or brought again.
    fn known(&mut self, one: &Waiting) {
        for (at, span) in self.of_content.get(&one.id).cloned().unwrap_or_default() {
            self.place(at, &one.path, &one.commit, &one.id, span);
        }
    }

    /// What a file is read to, by its name.
    fn units(&self, file: &ProjectFile) -> Vec<Unit> {
        units(std::iter::once((FileId(0), file)), ".", self.judge.plan).0
    }

    /// Content that nobody has read.
    fn fresh(&mut self, one: &Waiting) {
        let Waiting { commit, id, path, units } = one;
        self.counts.contents += 1;
        self.counts.pointers += usize::from(self.store.begins_with(LFS_POINTER));
        let found = self.findings(path, id, units);
        if let Some(why) = self.store.failed() {
            let at = format!("{path} at {}", short(&commit.id));
            self.counts.not_searched.push(SkippedFile { path: at, why });
        }
        if found.is_empty() {
            return;
        }
        let text = SourceText::decode(self.store.again(id)).ok();
        for finding in found {
            let span = finding.primary.span;
            let at = self.held(finding, id, text.as_ref().map_or("", SourceText::text));
            self.of_content.entry(id.to_owned()).or_default().push((at, span));
            self.place(at, path, commit, id, span);
        }
    }

    /// What the rules find in a content at a path.
    fn findings(&mut self, path: &str, id: &str, units: &[Unit]) -> Vec<Finding> {
        let file = file_of(path, id);
        let files = [entry(&file)];
        let nothing = Integrations::default();
        let context = Context {
            files: &files,
            store: &self.store,
            wanted: self.judge.plan,
            origin: Origin::default(),
            today: self.judge.today,
            integrations: &nothing,
            sensitivity: &Sensitivity::default(),
            version_control: &Tracked,
            project_path: ".",
        };
        let mut readings = Vec::with_capacity(units.len());
        for unit in units {
            readings.push(read_unit(unit, &context, &mut self.scratch));
        }
        for (_, why) in readings.iter().flat_map(|reading| &reading.not_searched) {
            self.store.fail(why);
        }
        let records = resolve(readings, &files, &nothing, self.judge.plan);
        evaluate(self.judge.plan, &records, self.judge.kind).findings
    }

    /// The finding of each credential as its main place gives it: the same value in another file is another component.
    fn settle_places(&mut self, in_head: &HashSet<String>) -> Vec<Held> {
        let mut all = std::mem::take(&mut self.held);
        for held in &mut all {
            let main = main_place(&held.places, in_head);
            let Some(seen) = held.places.get(main) else { continue };
            let (path, content) = (seen.path.clone(), seen.content.clone());
            let span = seen.span;
            let (rule, key) = (held.finding.rule, held.finding.key.clone());
            let same =
                |one: &Finding| one.rule == rule && one.key == key && one.primary.span == span;
            let units = self.units(&file_of(&path, &content));
            let found = self.findings(&path, &content, &units);
            if let Some(found) = found.into_iter().find(same) {
                held.finding = found;
            }
        }
        all
    }

    /// The credential that a finding is about.
    fn held(&mut self, finding: Finding, id: &str, text: &str) -> usize {
        let span = finding.primary.span;
        let part = text.get(span.start as usize..span.end as usize).unwrap_or_default();
        // A file as a whole, such as a key store, is what it contains.
        let part = if part.is_empty() { id } else { part };
        let digest = Sha256::digest(part.as_bytes()).into();
        let key = (finding.rule, finding.key.clone(), digest);
        if let Some(known) = self.by_key.get(&key) {
            return *known;
        }
        self.held.push(Held { finding, places: Vec::new() });
        self.by_key.insert(key, self.held.len() - 1);
        self.held.len() - 1
    }

    fn place(&mut self, at: usize, path: &str, commit: &Logged, id: &str, span: Span) {
        if let Some(held) = self.held.get_mut(at) {
            let (path, content) = (path.to_owned(), id.to_owned());
            held.places.push(Seen { path, commit: commit.clone(), content, span });
        }
    }
}

/// What was read.
pub(super) struct Read {
    pub held: Vec<Held>,
    pub counts: Counts,
    /// The contents of the commit that is checked out.
    pub in_head: HashSet<String>,
    /// Somebody broke the run off.
    pub interrupted: Option<Interrupted>,
    /// The clone does not hold all of the history.
    pub shallow: bool,
    pub store: HistoryStore,
}

/// The place at which a credential is shown: the latest that is still in HEAD, else the latest.
pub(super) fn main_place(places: &[Seen], in_head: &HashSet<String>) -> usize {
    let is_now = |seen: &Seen| in_head.contains(&seen.content);
    places.iter().rposition(is_now).unwrap_or(places.len().saturating_sub(1))
}

/// The beginning of an id.
pub(super) fn short(id: &str) -> &str {
    id.get(..10).unwrap_or(id)
}

/// A version that is to be looked at.
struct Waiting {
    commit: Logged,
    id: String,
    path: String,
    /// What is to be read, of content that nobody has read as a file of this kind.
    units: Vec<Unit>,
}

/// A file of this path and content.
fn file_of(path: &str, id: &str) -> ProjectFile {
    let kind = kind_of(path);
    let component = kind.as_ref().map(|kind| component_name(path, kind)).unwrap_or_default();
    ProjectFile {
        absolute: PathBuf::from(id),
        path: path.to_owned(),
        kind,
        component,
        target: true,
        deployed: true,
        package_directory: Some(0),
        copy: String::new(),
    }
}

/// By what a content is read: language and class of its file.
fn read_as(path: &str) -> ReadAs {
    let name = file_name(path);
    let extension = name.rsplit_once('.').map_or(name, |(_, extension)| extension);
    let kind = kind_of(path).map_or("", |kind| kind.metadata_type);
    (extension.to_ascii_lowercase().into(), file_class(path), kind.into())
}
