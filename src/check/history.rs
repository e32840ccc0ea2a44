//! Credentials in the history of a repository: every content that any commit brought, read once.
//!
//! A credential that was deleted is still in every clone. It is judged by the same rules as one in a file of today; of each there
//! is one finding, with all the places and commits where it stands.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::accepted::Accepted;
use super::baseline::Baselines;
use super::rules::{catalogue_of, found_config, named_config, nearest_config, rules_on};
use super::run::Run;
use super::{CheckRequest, Checked, Error};
use crate::config::Config;
use crate::config::select::enabled_rules;
use crate::document::{Cause, MAX_FILE_BYTES, SourceText, Span, Unreadable};
use crate::engine::evaluate::evaluate;
use crate::engine::finding::Finding;
use crate::engine::plan::Plan;
use crate::model::field::Sensitivity;
use crate::model::integration::Integrations;
use crate::model::origin::Origin;
use crate::model::read::{Context, Scratch, read_unit};
use crate::model::record::{FileId, Place};
use crate::model::resolve::resolve;
use crate::model::unit::units;
use crate::project::git::ignoring::Verdict;
use crate::project::git::{Commits, GitRepository, Logged, Objects, RevisionError};
use crate::project::path::file_name;
use crate::project::store::{Disk, FileEntry, Store};
use crate::project::version_control::{Repository, RepositoryKind, VersionControl};
use crate::project::{
    Discovery, FileClass, Project, ProjectFile, ProjectKind, component_name, file_class, kind_of,
};
use crate::run::Progress;
use crate::settle::register::Coverage;
use crate::settle::report::{ProjectSummary, Report, SkippedFile};
use crate::settle::{Given, ProjectFindings, settle};
use crate::value::date::Date;

/// Rules of these families on files as a whole: a key store is a credential, whatever is in it.
const FAMILIES: [&str; 2] = ["secrets", "repository"];
/// The kinds of such rules.
const KINDS: [&str; 2] = ["File", "env"];
/// Contents that are asked for together.
const TOGETHER: usize = 64;
/// Places of one credential that are told.
const MOST_PLACES: usize = 20;

/// Whose history is read.
pub struct HistoryRequest<'a> {
    /// The repository.
    pub repository: &'a GitRepository,
    /// Its commits.
    pub commits: &'a Commits,
    /// Set when somebody breaks the run off; what was found by then is reported.
    pub interrupted: &'a AtomicBool,
}

/// A place of a credential.
struct Seen {
    path: String,
    commit: Logged,
    content: String,
    span: Span,
}

/// A credential: the finding of its first place, and all its places.
struct Held {
    finding: Finding,
    places: Vec<Seen>,
}

/// What tells one credential from another: the rule and a digest of the text, never printed.
type Key = (usize, String, [u8; 32]);

/// What makes one content mean something else: the same text is no credential in every file.
type ReadAs = (Box<str>, FileClass, Box<str>);

/// Looks for credentials in the history of a repository.
///
/// # Errors
/// Mistakes in the config, or git that does not answer.
pub fn history(
    request: &CheckRequest,
    of: &HistoryRequest<'_>,
    progress: Option<&dyn Progress>,
) -> Result<(Checked, HistoryStore), Error> {
    let top = of.repository.top().to_owned();
    let config = match &request.config {
        Some(path) => named_config(&Disk, &request.current_dir.join(path))?,
        None => match nearest_config(&Disk, &top) {
            Some(path) => found_config(&Disk, &path)?,
            None => Config::none(&top),
        },
    };
    let catalogue = catalogue_of(&Disk, &config)?;
    let mut enabled = enabled_rules(&catalogue, &config, &request.selection)?;
    enabled.retain(|one| {
        let (rule, mut kinds) = (&one.rule, one.rule.matching.kinds.iter());
        rule.matching.is_about_credentials()
            || FAMILIES.contains(&rule.family.as_str())
                && kinds.any(|kind| KINDS.contains(&kind.name()))
    });
    let plan = Plan::new(enabled, &config.lists, &catalogue.lists, request.today);
    let kind = config.kind.unwrap_or(ProjectKind::Org);
    let exclude = crate::config::path_glob::PathGlobs::new(&config.exclude);
    let mut reader = Reader {
        plan: &plan,
        kind,
        today: request.today,
        store: Blobs {
            objects: Arc::new(of.repository.objects()),
            last: Mutex::default(),
            failed: Mutex::default(),
        },
        scratch: Scratch::default(),
        waiting: Vec::new(),
        read: HashSet::new(),
        of_content: HashMap::new(),
        held: Vec::new(),
        by_key: HashMap::new(),
        counts: Counts::default(),
    };
    let mut last: Option<Logged> = None;
    let logged = of.repository.log(of.commits, &mut |commit, version| {
        if of.interrupted.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        if last.as_ref() != Some(commit) {
            reader.counts.commits += 1;
            last = Some(commit.clone());
        }
        let path = String::from_utf8_lossy(version.path).into_owned();
        if exclude.matches(&top.join(&path)) {
            reader.counts.excluded.insert(path);
        } else if version.submodule {
            reader.counts.submodules.insert(path);
        } else {
            reader.version(commit, version.id, path);
            if let Some(progress) = progress {
                progress.done(1);
            }
        }
        ControlFlow::Continue(())
    });
    reader.read_waiting();
    logged.map_err(|error| Error::NothingToCheck(error.to_string()))?;
    let interrupted = of.interrupted.load(Ordering::Relaxed).then(|| last.clone()).flatten();
    let in_head = in_head(of.repository)?;
    let contents = reader.counts.contents;
    let held = reader.settle_places(&in_head);
    let Reader { mut counts, store, .. } = reader;
    // Those that were read once more are no more contents.
    counts.contents = contents;
    let judge = Judge { config: &config, plan: &plan, kind };
    let shallow = of.repository.is_shallow();
    let read = Read { held, counts, in_head, interrupted, shallow, store: HistoryStore(store) };
    report(request, &top, judge, read)
}

/// What decides.
#[derive(Clone, Copy)]
struct Judge<'a> {
    config: &'a Config,
    plan: &'a Plan,
    kind: ProjectKind,
}

/// What was read.
struct Read {
    held: Vec<Held>,
    counts: Counts,
    /// The contents of the commit that is checked out.
    in_head: HashSet<String>,
    /// The commit at which somebody broke the run off.
    interrupted: Option<Logged>,
    /// The clone does not hold all of the history.
    shallow: bool,
    store: HistoryStore,
}

/// The contents of the commit that is checked out.
fn in_head(repository: &GitRepository) -> Result<HashSet<String>, Error> {
    match repository.commit("HEAD") {
        Ok(commit) => {
            let failed = |error: RevisionError| Error::NothingToCheck(error.to_string());
            Ok(repository.tree_contents(&commit).map_err(failed)?.into_iter().collect())
        }
        // Nothing is checked out.
        Err(_) => Ok(HashSet::new()),
    }
}

/// What a run through a history counts.
#[derive(Default)]
struct Counts {
    commits: usize,
    contents: usize,
    excluded: HashSet<String>,
    submodules: HashSet<String>,
    pointers: usize,
    not_searched: Vec<SkippedFile>,
}

struct Reader<'p> {
    plan: &'p Plan,
    kind: ProjectKind,
    today: Date,
    store: Blobs,
    scratch: Scratch,
    waiting: Vec<Waiting>,
    read: HashSet<(Box<str>, ReadAs)>,
    /// Of contents that hold a credential: which, and where in them.
    of_content: HashMap<String, Vec<(usize, Span)>>,
    held: Vec<Held>,
    by_key: HashMap<Key, usize>,
    counts: Counts,
}

impl Reader<'_> {
    /// A version of a file: one that is not known waits until there are enough of them to be read together.
    fn version(&mut self, commit: &Logged, id: &str, path: String) {
        let is_new = self.read.insert((id.into(), read_as(&path)));
        self.waiting.push(Waiting { commit: commit.clone(), id: id.to_owned(), path, is_new });
        if self.waiting.len() >= TOGETHER {
            self.read_waiting();
        }
    }

    /// Reads what waits, in the order in which it came.
    fn read_waiting(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        let wanted: Vec<usize> = (0..waiting.len())
            .filter(|at| waiting.get(*at).is_some_and(|one| one.is_new && self.is_read(&one.path)))
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

    /// Whether anything is asked about a file of this name.
    fn is_read(&self, path: &str) -> bool {
        let file = file_of(path, "");
        !units(std::iter::once((FileId(0), &file)), ".", self.plan).0.is_empty()
    }

    /// Content that nobody has read.
    fn fresh(&mut self, one: &Waiting) {
        let Waiting { commit, id, path, .. } = one;
        let found = self.judge(path, id);
        let bytes = self.store.last(id);
        if let Some(why) = self.store.failed() {
            let at = format!("{path} at {}", short(&commit.id));
            self.counts.not_searched.push(SkippedFile { path: at, why });
        }
        let bytes = bytes.unwrap_or_default();
        self.counts.pointers += usize::from(bytes.starts_with(LFS_POINTER));
        if found.is_empty() {
            return;
        }
        let text = SourceText::decode(bytes).ok();
        for finding in found {
            let span = finding.primary.span;
            let at = self.held(finding, id, text.as_ref().map_or("", SourceText::text));
            self.of_content.entry(id.to_owned()).or_default().push((at, span));
            self.place(at, path, commit, id, span);
        }
    }

    /// What the rules find in a content at a path.
    fn judge(&mut self, path: &str, id: &str) -> Vec<Finding> {
        let file = file_of(path, id);
        let (units, _) = units(std::iter::once((FileId(0), &file)), ".", self.plan);
        if units.is_empty() {
            return Vec::new();
        }
        self.counts.contents += 1;
        let files = [super::run::entry(&file)];
        let nothing = Integrations::default();
        let context = Context {
            files: &files,
            store: &self.store,
            wanted: self.plan,
            origin: Origin::default(),
            today: self.today,
            integrations: &nothing,
            sensitivity: &Sensitivity::default(),
            version_control: &Tracked,
            project_path: ".",
        };
        let mut readings = Vec::with_capacity(units.len());
        for unit in &units {
            readings.push(read_unit(unit, &context, &mut self.scratch));
        }
        for (_, why) in readings.iter().flat_map(|reading| &reading.not_searched) {
            self.store.fail(why);
        }
        let records = resolve(readings, &files, &nothing, self.plan);
        evaluate(self.plan, &records, self.kind).findings
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
            if let Some(found) = self.judge(&path, &content).into_iter().find(same) {
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

/// A version that is to be looked at.
struct Waiting {
    commit: Logged,
    id: String,
    path: String,
    /// Nobody has read this content as a file of this kind.
    is_new: bool,
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

/// The beginning of a file that stands for a large one, as Git LFS writes it.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// By what a content is read: language and class of its file.
fn read_as(path: &str) -> ReadAs {
    let name = file_name(path);
    let extension = name.rsplit_once('.').map_or(name, |(_, extension)| extension);
    let kind = kind_of(path).map_or("", |kind| kind.metadata_type);
    (extension.to_ascii_lowercase().into(), file_class(path), kind.into())
}

const SECONDS_A_DAY: i64 = 86_400;

fn short(id: &str) -> &str {
    id.get(..10).unwrap_or(id)
}

/// `1a2b3c4d5e of 2024-05-01`
fn shown(commit: &Logged) -> String {
    match Date::from_days_since_epoch(commit.time.div_euclid(SECONDS_A_DAY)) {
        Some(day) => format!("{} of {day}", short(&commit.id)),
        None => short(&commit.id).to_owned(),
    }
}

fn report(
    request: &CheckRequest,
    top: &Path,
    judge: Judge<'_>,
    read: Read,
) -> Result<(Checked, HistoryStore), Error> {
    let Judge { config, plan, kind } = judge;
    let Read { mut held, counts, in_head, interrupted, shallow, store } = read;
    let discovery = Discovery {
        root: top.to_owned(),
        projects: vec![Project::around_nothing()],
        skipped: Vec::new(),
        notes: Vec::new(),
    };
    let mut run = Run::new(request, &Disk, None, &discovery);
    let mut accepted = Accepted::default();
    let exceptions = accepted.add(config, &mut run);
    let mut findings = Vec::with_capacity(held.len());
    for one in &mut held {
        findings.push(finding(one, &in_head, &mut run.files));
    }
    let found = ProjectFindings {
        project: 0,
        kind,
        plan,
        findings,
        evidence: Vec::new(),
        exceptions,
        coverage: Coverage::default(),
    };
    let given = Given { exceptions: &accepted.entries, ..Given::default() };
    let settled = settle(vec![found], given, &run.files, &store, request.today);
    let baselines = Baselines::read(request, &Disk, &[top.to_owned()])?;
    let (findings, baseline, baselines) =
        baselines.apply(settled.findings, &[false], false, &[], top);
    let mut summary = run.summary;
    summary.excepted = settled.excepted;
    summary.baseline = baseline;
    summary.rules = plan.findings_rules();
    summary.files_read = counts.contents;
    summary.files_skipped = counts.not_searched;
    summary.files_skipped.extend(counts.excluded.into_iter().map(|path| SkippedFile {
        path,
        why: format!("excluded by {}", crate::config::FILE_NAME),
    }));
    summary.files_skipped.sort();
    summary.files_skipped.dedup();
    summary.revision = Some(format!(
        "the history, {} with {}",
        crate::words::count(counts.commits, "commit"),
        crate::words::several(counts.contents, "content", "contents")
    ));
    let mut submodules: Vec<String> = counts.submodules.into_iter().collect();
    submodules.sort();
    for path in submodules {
        summary.remarks.push(format!(
            "not searched: {path} is a submodule with a history of its own; run `sflint history` in it"
        ));
    }
    if counts.pointers > 0 {
        summary.remarks.push(format!(
            "not searched: {} that Git LFS keeps elsewhere",
            crate::words::count(counts.pointers, "file")
        ));
    }
    if shallow {
        summary.remarks.push(
            "not searched: what is older than this shallow clone; `git fetch --unshallow` brings it"
                .to_owned(),
        );
    }
    if let Some(last) = interrupted {
        summary.remarks.push(format!(
            "broken off after commit {}; `sflint history {}..` goes on from there",
            shown(&last),
            short(&last.id)
        ));
    }
    let mut report = Report {
        root: top.to_owned(),
        projects: vec![ProjectSummary {
            path: ".".to_owned(),
            kind,
            guessed_from: None,
            fail_on: request.fail_on.or(config.fail_on).unwrap_or(crate::rule::Severity::Error),
            preset: request.selection.preset.clone().unwrap_or_else(|| config.preset.clone()),
        }],
        partial: false,
        today: request.today,
        findings,
        register: settled.register,
        rules: rules_on(std::iter::once(plan)),
        summary,
    };
    report.count();
    let checked = Checked {
        report,
        files: run.files,
        remarks: Vec::new(),
        baselines,
        named: Vec::new(),
        whole: vec![false],
    };
    Ok((checked, store))
}

/// The place at which a credential is shown: the latest that is still in HEAD, else the latest.
fn main_place(places: &[Seen], in_head: &HashSet<String>) -> usize {
    let is_now = |seen: &Seen| in_head.contains(&seen.content);
    places.iter().rposition(is_now).unwrap_or(places.len().saturating_sub(1))
}

/// The finding of a credential: at the place that is still in HEAD, else at the latest; the others are told.
fn finding(held: &mut Held, in_head: &HashSet<String>, files: &mut Vec<FileEntry>) -> Finding {
    let places = &mut held.places;
    // In the order of the commits; a place in HEAD counts for more than any other.
    let first = places.first().map(|seen| shown(&seen.commit)).unwrap_or_default();
    let is_now = |seen: &Seen| in_head.contains(&seen.content);
    let main = main_place(places, in_head);
    let now = places.get(main).is_some_and(is_now);
    let mut finding = held.finding.clone();
    let mut told: HashSet<&str> = HashSet::new();
    let mut related = Vec::new();
    let mut place_of = |seen: &Seen| {
        files.push(FileEntry {
            path: seen.path.clone(),
            absolute: PathBuf::from(&seen.content),
            target: true,
            deployed: true,
            of_policy: false,
        });
        Place { file: FileId(files.len() as u32 - 1), span: seen.span }
    };
    if let Some(seen) = places.get(main) {
        finding.primary = place_of(seen);
        told.insert(&seen.path);
    }
    for (at, seen) in places.iter().enumerate().rev() {
        if at != main && told.insert(&seen.path) && related.len() < MOST_PLACES {
            let state = if is_now(seen) { "also in HEAD" } else { "also in the history" };
            related.push((place_of(seen), format!("{state}, by {}", shown(&seen.commit))));
        }
    }
    let state = if now {
        "and still in HEAD"
    } else {
        "gone from HEAD but in every clone: only revoking it ends that"
    };
    finding.message = format!("{}; in git since {first}, {state}", finding.message);
    finding.related = related;
    finding
}

/// The contents of git by their ids, the last of them kept.
struct Blobs {
    objects: Arc<Objects>,
    last: Mutex<Option<(String, Result<Vec<u8>, String>)>>,
    /// Why a content was not searched.
    failed: Mutex<Option<String>>,
}

impl Blobs {
    /// The content that was read last, if it is this one.
    fn last(&self, id: &str) -> Option<Vec<u8>> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.take().filter(|(known, _)| known == id).and_then(|(_, content)| content.ok())
    }
}

impl Blobs {
    /// Holds a content for whoever asks next.
    fn hold(&self, id: &str, content: std::io::Result<Vec<u8>>) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((id.to_owned(), content.map_err(|error| error.to_string())));
    }

    fn fail(&self, why: &str) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        *failed = Some(why.to_owned());
    }

    /// Why the content that was asked for last was not searched, told once.
    fn failed(&self) -> Option<String> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Store for Blobs {
    fn bytes(&self, file: &FileEntry, buffer: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
        let id = file.absolute.to_string_lossy();
        let held = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
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
pub struct HistoryStore(Blobs);

impl Store for HistoryStore {
    fn bytes(&self, file: &FileEntry, buffer: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
        if file.of_policy { Disk.bytes(file, buffer) } else { self.0.bytes(file, buffer) }
    }

    fn size(&self, file: &FileEntry) -> Option<u64> {
        if file.of_policy { Disk.size(file) } else { self.0.size(file) }
    }
}

/// Everything that a commit brought is in version control.
struct Tracked;

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
