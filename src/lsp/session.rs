//! What the server knows: folders, open documents, and what the last runs found.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use gen_lsp_types::Diagnostic;

use super::client::Client;
use super::diagnostics::{Shown, mistake};
use super::documents::Documents;
use super::options::When;
use super::runs::{Outcome, RunRequest, Texts, is_stored, local_rules, run};
use super::written::Written;
use crate::check::Error;
use crate::config::catalogue::Catalogue;
use crate::report::safe;
use crate::rule::Rule;
use crate::settle::report::ReportedFinding;

/// A whole project that takes no longer is checked at once, whatever changes.
const AT_ONCE: Duration = Duration::from_millis(50);
/// So long nothing must change before a slower one is checked again.
pub const SETTLED: Duration = Duration::from_millis(200);

/// A folder that is checked as a whole, or a file outside of all folders.
#[derive(Default)]
pub struct Root {
    /// The last run on all of it.
    complete: Option<Outcome>,
    /// When it is to be checked again.
    due: Option<Instant>,
    /// A run on all of it is under way.
    running: bool,
    /// The number of the last run on all of it that is over.
    last: u64,
    /// What is wrong with its config.
    mistakes: BTreeMap<PathBuf, Vec<Diagnostic>>,
    /// What was told about it that keeps it from being checked.
    told: Option<String>,
}

/// What the server knows.
pub struct Session {
    /// The client.
    pub client: Client,
    /// The open documents.
    pub documents: Documents,
    roots: BTreeMap<PathBuf, Root>,
    /// What a document alone decides, by its file, with the version that was checked.
    local: HashMap<PathBuf, (i32, Outcome)>,
    local_rules: BTreeSet<String>,
    /// What is wrong with open configs and rule files.
    written: Written,
    /// Something that a client should show once.
    pub messages: Vec<String>,
    /// How many runs were begun.
    begun: u64,
    /// How many runs on all of a root are over: after each the diagnostics of every document may be others.
    pub completed: u64,
}

impl Session {
    /// For a client; its folders are to be checked at once.
    ///
    /// # Errors
    /// The shipped rules cannot be read.
    pub fn new(client: Client) -> Result<Session, Error> {
        let mut session = Session {
            documents: Documents::default(),
            roots: BTreeMap::new(),
            local: HashMap::new(),
            local_rules: local_rules(&Catalogue::builtin()?),
            written: Written::default(),
            messages: Vec::new(),
            begun: 0,
            completed: 0,
            client,
        };
        for folder in session.client.folders.clone() {
            session.add_folder(folder);
        }
        Ok(session)
    }

    /// A folder was opened.
    pub fn add_folder(&mut self, folder: PathBuf) {
        // What was outside of all folders is in this one now.
        self.roots.retain(|root, _| root.is_dir() || !root.starts_with(&folder));
        self.roots.entry(folder).or_default().due = Some(Instant::now());
    }

    /// A folder was closed: what was said about its files and its config goes.
    pub fn remove_folder(&mut self, folder: &Path) {
        self.roots.remove(folder);
        self.local.retain(|path, _| !path.starts_with(folder));
        self.completed += 1;
    }

    /// The innermost folder that holds a file; the file itself when none does.
    fn root_of(&self, path: &Path) -> PathBuf {
        let around = path.ancestors().find(|folder| self.roots.contains_key(*folder));
        around.unwrap_or(path).to_owned()
    }

    /// A file has changed, in the editor or on disk: everything around it is to be checked when things have settled.
    pub fn touch(&mut self, path: &Path) {
        self.written.touched(path);
        let root = self.root_of(path);
        self.roots.entry(root).or_default().due = Some(Instant::now() + SETTLED);
    }

    /// As [`Session::touch`], for a file that need not be in a folder that is checked.
    pub fn touch_if_known(&mut self, path: &Path) {
        if self.roots.contains_key(&self.root_of(path)) {
            self.touch(path);
        }
    }

    /// A document was opened. What is on disk need not be checked again.
    pub fn opened(&mut self, path: &Path) {
        let Some(document) = self.documents.get(path) else { return };
        let text = document.text.clone();
        let folder = self.root_of(path);
        let root = self.roots.entry(folder).or_default();
        match &mut root.complete {
            Some(outcome) if root.due.is_none() && is_stored(path, &text) => {
                outcome.texts.insert(path.to_owned(), text);
            }
            _ => root.due = root.due.or(Some(Instant::now())),
        }
    }

    /// Everything is to be checked again.
    pub fn touch_all(&mut self) {
        self.local.clear();
        self.written.clear();
        for root in self.roots.values_mut() {
            root.due = Some(Instant::now());
        }
    }

    /// A document is no longer open; what was outside of all folders is forgotten.
    pub fn forget(&mut self, path: &Path) {
        self.written.forget(path);
        self.local.remove(path);
        if self.root_of(path) == path && !self.client.folders.iter().any(|one| one == path) {
            self.roots.remove(path);
        }
    }

    /// When the next root is due.
    pub fn next_due(&self) -> Option<Instant> {
        self.roots.values().filter(|root| !root.running).filter_map(|root| root.due).min()
    }

    /// The next root that is due, as a run on all of it.
    pub fn take_due(&mut self, now: Instant) -> Option<(PathBuf, RunRequest)> {
        let is_due = |root: &Root| !root.running && root.due.is_some_and(|due| due <= now);
        let folder = self.roots.iter().find(|(_, root)| is_due(root))?.0.clone();
        if let Some(root) = self.roots.get_mut(&folder) {
            root.due = None;
            root.running = true;
        }
        let request = self.request(&folder, folder.clone(), None);
        Some((folder, RunRequest { in_background: true, ..request }))
    }

    fn request(
        &mut self,
        root: &Path,
        input: PathBuf,
        asked: Option<BTreeSet<String>>,
    ) -> RunRequest {
        let folder = if root.is_dir() { Some(root) } else { root.parent() };
        let texts = match self.client.options.run {
            When::OnType => self.documents.texts(),
            // What is not saved is not looked at.
            When::OnSave => Texts::new(),
        };
        self.begun += 1;
        RunRequest {
            number: self.begun,
            folder: folder.unwrap_or(root).to_owned(),
            input,
            config: self.client.options.config.clone(),
            asked,
            texts,
            in_background: false,
        }
    }

    /// A run on all of a root in the background is over.
    pub fn finish(&mut self, folder: &Path, number: u64, result: Result<Outcome, Error>) {
        // The folder may have been closed meanwhile, or a newer run may have been over at once.
        let Some(root) = self.roots.get_mut(folder) else { return };
        root.running = false;
        if number > root.last {
            self.complete(folder, number, result);
        }
    }

    fn complete(&mut self, folder: &Path, number: u64, result: Result<Outcome, Error>) {
        let Some(root) = self.roots.get_mut(folder) else { return };
        root.last = number;
        self.completed += 1;
        match result {
            Ok(mut outcome) => {
                root.mistakes.clear();
                root.told = None;
                outcome.recognise(&self.documents, folder);
                // What was checked alone since is newer.
                let documents = &self.documents;
                self.local.retain(|path, _| {
                    let text = documents.get(path).map(|document| &document.text);
                    !path.starts_with(folder) || text != outcome.texts.get(path)
                });
                root.complete = Some(outcome);
            }
            Err(error) => self.fail(folder, &error),
        }
    }

    /// Why a root could not be checked: mistakes stand where they are, anything else is told once.
    fn fail(&mut self, folder: &Path, error: &Error) {
        let encoding = self.client.encoding;
        let Some(root) = self.roots.get_mut(folder) else { return };
        root.mistakes.clear();
        let text = match error {
            Error::Invalid(errors) => {
                for one in errors {
                    let path = folder.join(one.path());
                    let path = path.canonicalize().unwrap_or(path);
                    root.mistakes.entry(path).or_default().push(mistake(one, encoding));
                }
                let first = errors
                    .first()
                    .map_or(String::new(), |one| format!("{}: {}", one.path(), one.message()));
                format!("sflint cannot check before its config is right: {first}")
            }
            // A folder without a project, or one that is gone, has nothing to say.
            Error::NothingToCheck(_) | Error::Discover(_) => {
                root.complete = None;
                return;
            }
            other => format!("sflint: {other}"),
        };
        if root.told.as_ref() != Some(&text) {
            self.messages.push(safe::line(&text).into_owned());
            root.told = Some(text);
        }
    }

    /// Sees to it that what is known of a document is about its present text, as far as that is quick.
    pub fn bring_up_to_date(&mut self, path: &Path) {
        if self.client.options.run == When::OnType {
            self.check_document(path);
        }
    }

    /// Checks a document: with everything around it when that is quick, else what it alone decides.
    pub fn check_document(&mut self, path: &Path) {
        self.written.look_at(path, &self.documents, self.client.encoding);
        let Some(document) = self.documents.get(path) else { return };
        let (version, text) = (document.version, document.text.clone());
        let folder = self.root_of(path);
        let is_seen = |root: &Root| {
            let seen = root.complete.as_ref().and_then(|outcome| outcome.texts.get(path));
            seen == Some(&text)
        };
        let root = self.roots.entry(folder.clone()).or_default();
        if is_seen(root) {
            // What was checked alone in between was another text.
            self.local.remove(path);
            return;
        }
        if self.local.get(path).is_some_and(|(known, _)| *known == version) {
            return;
        }
        let took = root.complete.as_ref().map(|outcome| outcome.took);
        if folder == path || took.is_some_and(|took| took < AT_ONCE) {
            root.due = None;
            let request = self.request(&folder, folder.clone(), None);
            self.complete(&folder, request.number, run(request));
            return;
        }
        let request = self.request(&folder, path.to_owned(), Some(self.local_rules.clone()));
        if let Ok(outcome) = run(request) {
            self.local.insert(path.to_owned(), (version, outcome));
        }
    }

    /// What is found in a file, with the runs that found it: of a text that was checked alone since the last run on everything,
    /// what it alone decides is newer, and the rest is of that run.
    pub fn findings(&self, path: &Path) -> Vec<(&ReportedFinding, &Outcome)> {
        let root = self.roots.get(&self.root_of(path));
        let complete = root.and_then(|root| root.complete.as_ref());
        let local = self.local.get(path).map(|(_, outcome)| outcome);
        let of = |outcome| outcome_findings(outcome, path);
        let Some(local) = local else { return complete.map(of).unwrap_or_default() };
        let is_local = |finding: &ReportedFinding| self.local_rules.contains(&finding.rule.id);
        let mut found = of(local);
        let rest = complete.map(of).unwrap_or_default().into_iter();
        found.extend(rest.filter(|(finding, _)| !is_local(finding)));
        found
    }

    /// A rule by its id, from what it found.
    pub fn rule_that_found(&self, id: &str) -> Option<Arc<Rule>> {
        let outcomes = self.roots.values().filter_map(|root| root.complete.as_ref());
        let mut findings = outcomes.flat_map(|outcome| &outcome.checked.report.findings);
        findings.find(|finding| finding.rule.id == id).map(|finding| Arc::clone(&finding.rule))
    }

    /// The diagnostics of an open document.
    pub fn diagnostics(&self, path: &Path) -> Vec<Diagnostic> {
        let shown = Shown { documents: &self.documents, encoding: self.client.encoding };
        let of_roots = self.roots.values().filter_map(|root| root.mistakes.get(path)).flatten();
        let found = self.findings(path).into_iter();
        // Of an open document more is known, and of its present text.
        let mut all: Vec<Diagnostic> = match self.written.diagnostics(path) {
            Some(written) => written.to_vec(),
            None => of_roots.cloned().collect(),
        };
        all.extend(found.filter_map(|(finding, outcome)| shown.diagnostic(finding, outcome)));
        all
    }

    /// The components that findings are about, each with its type.
    pub fn components(&self) -> Vec<(String, String)> {
        let runs = self.roots.values().filter_map(|root| root.complete.as_ref());
        let findings = runs.flat_map(|outcome| &outcome.checked.report.findings);
        let named = findings.map(|finding| &finding.component);
        let all: BTreeSet<(String, String)> = named
            .map(|component| (component.kind.to_string(), component.name.to_string()))
            .collect();
        all.into_iter().collect()
    }

    /// Files with mistakes, whether or not they are open.
    pub fn files_with_mistakes(&self) -> impl Iterator<Item = &PathBuf> {
        self.roots.values().flat_map(|root| root.mistakes.keys())
    }
}

fn outcome_findings<'o>(
    outcome: &'o Outcome,
    path: &Path,
) -> Vec<(&'o ReportedFinding, &'o Outcome)> {
    let findings = outcome.checked.report.findings.iter();
    let here = findings.filter(|finding| outcome.path_of(&finding.location) == Some(path));
    here.map(|finding| (finding, outcome)).collect()
}
