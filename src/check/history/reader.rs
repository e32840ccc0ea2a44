//! Reading the versions of files that a log gives, each content once.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};

use super::contents::{Blobs, HistoryStore, Tracked};
use super::{HistoryRequest, Interrupted, Judge};
use crate::document::{SourceText, Span};
use crate::engine::evaluate::evaluate;
use crate::engine::finding::Finding;
use crate::model::field::Sensitivity;
use crate::model::integration::Integrations;
use crate::model::origin::Origin;
use crate::model::read::{Context, Scratch, read_unit};
use crate::model::record::FileId;
use crate::model::resolve::resolve;
use crate::model::unit::{Unit, units};
use crate::project::git::{Content, Logged};
use crate::project::path::file_name;
use crate::project::store::FileEntry;
use crate::project::{FileClass, ProjectFile, component_name, file_class, kind_of};
use crate::run::Progress;
use crate::settle::report::SkippedFile;

/// The beginning of a file that stands for a large one, as Git LFS writes it.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Names of files that are remembered with what they tell.
const NAMES: usize = 1 << 14;

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
    interrupted: &'p AtomicBool,
    progress: Option<&'p dyn Progress>,
    store: Blobs,
    scratch: Scratch,
    /// The commit that is read, and the one before it, of which everything was read.
    last: Option<Rc<Brought>>,
    complete: Option<Rc<Brought>>,
    names: FxHashMap<String, Rc<Named>>,
    /// The ways to read a content, numbered.
    ways: HashMap<ReadAs, usize>,
    /// What was read, and in which way.
    read: FxHashSet<(Box<str>, usize)>,
    /// Of contents that hold a credential: which, and where in them.
    of_content: FxHashMap<String, Vec<(usize, Span)>>,
    held: Vec<Held>,
    by_key: HashMap<Key, usize>,
    pub counts: Counts,
}

impl<'p> Reader<'p> {
    pub fn new(
        judge: Judge<'p>,
        of: &HistoryRequest<'p>,
        progress: Option<&'p dyn Progress>,
    ) -> Reader<'p> {
        Reader {
            judge,
            interrupted: of.interrupted,
            progress,
            store: Blobs::new(of.repository.objects()),
            scratch: Scratch::default(),
            last: None,
            complete: None,
            names: FxHashMap::default(),
            ways: HashMap::new(),
            read: FxHashSet::default(),
            of_content: FxHashMap::default(),
            held: Vec::new(),
            by_key: HashMap::new(),
            counts: Counts::default(),
        }
    }

    /// What was found, each credential as its main place gives it.
    pub fn finish(mut self, in_head: HashSet<String>) -> Read {
        let held = self.settle_places(&in_head);
        let interrupted = self.interrupted.load(Ordering::Relaxed).then(|| {
            // What was listed ahead was not read.
            self.counts.commits = self.last.map_or(0, |last| last.number);
            Interrupted { complete: self.complete.map(|complete| complete.commit.clone()) }
        });
        Read {
            held,
            counts: self.counts,
            in_head,
            interrupted,
            shallow: false,
            store: HistoryStore(self.store),
        }
    }

    /// A version of a file as it is to wait: for its content, if nobody has read that as a file of this kind.
    pub fn waiting(&mut self, commit: &Rc<Brought>, id: &str, path: String) -> Waiting {
        let file = self.named(path);
        let is_new = !file.units.is_empty() && self.read.insert((id.into(), file.read_as));
        Waiting { commit: Rc::clone(commit), id: id.to_owned(), file, is_new }
    }

    /// What the name of a file tells. The same names come again and again.
    fn named(&mut self, path: String) -> Rc<Named> {
        if let Some(known) = self.names.get(&path) {
            return Rc::clone(known);
        }
        let next = self.ways.len();
        let read_as = *self.ways.entry(read_as(&path)).or_insert(next);
        let units = self.units(&path);
        let named = Rc::new(Named { path, read_as, units });
        if self.names.len() >= NAMES {
            self.names.clear();
        }
        self.names.insert(named.path.clone(), Rc::clone(&named));
        named
    }

    /// The next version, with its content if it waited for one; breaks off when somebody else does.
    pub fn version(&mut self, one: &Waiting, content: Option<Content>) -> ControlFlow<()> {
        let is_next = self.last.as_ref().is_none_or(|last| last.number != one.commit.number);
        if is_next {
            self.complete = self.last.clone();
        }
        if self.interrupted.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        if is_next {
            self.last = Some(Rc::clone(&one.commit));
        }
        match content {
            Some(content) => {
                self.store.hold(&one.id, content);
                self.fresh(one);
            }
            None => self.known(one),
        }
        if let Some(progress) = self.progress {
            progress.done(1);
        }
        ControlFlow::Continue(())
    }

    /// Known content at another path, or brought again.
    fn known(&mut self, one: &Waiting) {
        for (at, span) in self.of_content.get(&one.id).cloned().unwrap_or_default() {
            self.place(at, &one.file.path, &one.commit.commit, &one.id, span);
        }
    }

    /// What a file is read to, by its name.
    fn units(&self, path: &str) -> Vec<Unit> {
        units(std::iter::once((FileId(0), &file_of(path))), ".", self.judge.plan).0
    }

    /// Content that nobody has read.
    fn fresh(&mut self, one: &Waiting) {
        let Waiting { commit, id, file, .. } = one;
        let (commit, path) = (&commit.commit, &file.path);
        self.counts.contents += 1;
        self.counts.pointers += usize::from(self.store.begins_with(LFS_POINTER));
        let found = self.findings(path, id, &file.units);
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
        let files = [FileEntry {
            path: path.to_owned(),
            absolute: PathBuf::from(id),
            target: true,
            deployed: true,
            of_policy: false,
        }];
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
            let units = self.units(&path);
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

/// A commit that brought something.
pub(super) struct Brought {
    /// 1 for the first that is listed.
    pub number: usize,
    pub commit: Logged,
}

/// A version that is to be looked at.
pub(super) struct Waiting {
    commit: Rc<Brought>,
    pub id: String,
    file: Rc<Named>,
    /// It waits for its content, which nobody has read as a file of this kind.
    pub is_new: bool,
}

/// What the name of a file tells.
struct Named {
    path: String,
    read_as: usize,
    /// What such a file is read to.
    units: Vec<Unit>,
}

/// A file of this path.
fn file_of(path: &str) -> ProjectFile {
    let kind = kind_of(path);
    let component = kind.as_ref().map(|kind| component_name(path, kind)).unwrap_or_default();
    ProjectFile {
        absolute: PathBuf::new(),
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
