//! The loop: messages in, runs under way, diagnostics out.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, select, unbounded};
use gen_lsp_types::{Diagnostic, Uri};
use lsp_server::{ErrorCode, Message, RequestId};
use rustc_hash::FxHasher;
use serde_json::{Value, json};

use super::outgoing::{Asked, Outgoing};
use super::runs::{Outcome, RunRequest, run};
use super::session::Session;
use super::uri::uri_of;
use crate::check::Error;

/// A run that takes longer is shown.
const WORTH_TELLING: Duration = Duration::from_millis(300);
/// Nothing is waited for longer, so that a clock that jumps does no harm.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// As the protocol has it: `shutdown`, then `exit`.
    Orderly,
    /// `exit` or the end of the input without `shutdown`.
    Abrupt,
}

/// A run on all of a root in the background.
struct Job {
    folder: PathBuf,
    request: RunRequest,
}

/// A job that is over.
struct Done {
    folder: PathBuf,
    number: u64,
    result: Result<Outcome, Error>,
}

/// What a person sees of a job.
struct Progress {
    since: Instant,
    token: String,
    asked: bool,
    begun: bool,
}

/// The server after the handshake.
pub struct Server {
    pub(super) session: Session,
    pub(super) out: Outgoing,
    pub(super) shut_down: bool,
    jobs: Sender<Job>,
    done: Receiver<Done>,
    progress: BTreeMap<PathBuf, Progress>,
    /// Documents whose text has changed since their diagnostics were made.
    pub(super) changed: BTreeSet<PathBuf>,
    /// What the client was told last about each file.
    told: HashMap<PathBuf, u64>,
    /// Of [`Session::completed`], what the client was told.
    completed: u64,
}

impl Server {
    /// A server for a client that was greeted.
    pub fn new(session: Session, out: Outgoing) -> Server {
        let (jobs, work) = unbounded::<Job>();
        let (finished, done) = unbounded();
        std::thread::spawn(move || {
            for Job { folder, request } in work {
                let number = request.number;
                if finished.send(Done { folder, number, result: run(request) }).is_err() {
                    return;
                }
            }
        });
        Server {
            session,
            out,
            shut_down: false,
            jobs,
            done,
            progress: BTreeMap::new(),
            changed: BTreeSet::new(),
            told: HashMap::new(),
            completed: 0,
        }
    }

    /// Serves until the client leaves.
    pub fn serve(mut self, messages: &Receiver<Message>) -> Ending {
        loop {
            self.settle();
            let wait = self.wait();
            let mut batch = Vec::new();
            let done = self.done.clone();
            select! {
                recv(messages) -> message => match message {
                    Ok(message) => batch.push(message),
                    Err(_) => return Ending::Abrupt,
                },
                recv(done) -> done => if let Ok(done) = done { self.finish(done) },
                default(wait) => {}
            }
            batch.extend(messages.try_iter());
            let cancelled = cancelled(&batch);
            for message in batch {
                match message {
                    Message::Request(request) if cancelled.contains(&request.id) => {
                        self.out.refuse(request.id, ErrorCode::RequestCanceled, "cancelled");
                    }
                    Message::Request(request) => self.request(request),
                    Message::Notification(notification) if notification.method == "exit" => {
                        return if self.shut_down { Ending::Orderly } else { Ending::Abrupt };
                    }
                    Message::Notification(notification) => self.notification(notification),
                    Message::Response(response) => {
                        self.answered(&response.id, response.response_result.ok());
                    }
                }
            }
        }
    }

    /// How long nothing needs to be done.
    fn wait(&self) -> Duration {
        let now = Instant::now();
        let unasked = self.progress.values().filter(|one| !one.asked && self.shows_progress());
        let to_tell = unasked.map(|one| one.since + WORTH_TELLING).min();
        let next = [self.session.next_due(), to_tell].into_iter().flatten().min();
        next.map_or(LONGEST_WAIT, |next| next.saturating_duration_since(now)).min(LONGEST_WAIT)
    }

    fn shows_progress(&self) -> bool {
        self.session.client.shows_progress
    }

    /// Starts what is due, and tells the client what is new.
    fn settle(&mut self) {
        while let Some((folder, request)) = self.session.take_due(Instant::now()) {
            let token = format!("sflint/{}", folder.to_string_lossy());
            let since = Instant::now();
            let progress = Progress { since, token, asked: false, begun: false };
            self.progress.insert(folder.clone(), progress);
            // The thread ends with the server.
            let _ = self.jobs.send(Job { folder, request });
        }
        self.tell_progress();
        let changed = std::mem::take(&mut self.changed);
        if !self.session.client.pulls {
            for path in &changed {
                self.session.bring_up_to_date(path);
            }
            if self.completed == self.session.completed {
                changed.iter().for_each(|path| self.publish(path));
            }
        }
        if self.completed != self.session.completed {
            self.completed = self.session.completed;
            self.tell_everything();
        }
        for message in std::mem::take(&mut self.session.messages) {
            self.out.show(&message);
        }
    }

    fn tell_progress(&mut self) {
        if !self.shows_progress() {
            return;
        }
        for one in self.progress.values_mut() {
            if !one.asked && one.since.elapsed() >= WORTH_TELLING {
                one.asked = true;
                let token = one.token.clone();
                let params = json!({ "token": token });
                self.out.ask("window/workDoneProgress/create", params, Asked::Progress(token));
            }
        }
    }

    /// A job is over.
    fn finish(&mut self, done: Done) {
        if let Some(progress) = self.progress.remove(&done.folder)
            && progress.begun
        {
            let value = json!({ "kind": "end" });
            self.out.notify("$/progress", json!({ "token": progress.token, "value": value }));
        }
        self.session.finish(&done.folder, done.number, done.result);
    }

    /// The client has answered.
    fn answered(&mut self, id: &RequestId, result: Option<Value>) {
        match (self.out.answered(id), result) {
            (Some(Asked::Configuration), Some(result)) => {
                let section = result.get(0).cloned().unwrap_or(Value::Null);
                self.configure(&section);
            }
            (Some(Asked::Progress(token)), Some(_)) => {
                let running = self.progress.values_mut().find(|one| one.token == token);
                if let Some(one) = running {
                    one.begun = true;
                    let value = json!({ "kind": "begin", "title": "sflint", "message": "checking the project" });
                    self.out.notify("$/progress", json!({ "token": token, "value": value }));
                }
            }
            _ => {}
        }
    }

    /// New settings.
    pub(super) fn configure(&mut self, section: &Value) {
        let options = super::options::ClientOptions::read(section);
        if options != self.session.client.options {
            self.session.client.options = options;
            self.session.touch_all();
        }
    }

    /// After a run on everything: the diagnostics of each open document may be others.
    fn tell_everything(&mut self) {
        let open: Vec<PathBuf> =
            self.session.documents.iter().map(|(path, _)| path.clone()).collect();
        if self.session.client.pulls {
            let is_new = |path: &PathBuf| {
                let known = self.told.get(path).copied();
                known.is_some() && known != Some(hash(&self.session.diagnostics(path)))
            };
            if self.session.client.refreshes && open.iter().any(is_new) {
                self.out.ask("workspace/diagnostic/refresh", Value::Null, Asked::Nothing);
            }
            return;
        }
        let mut files: BTreeSet<PathBuf> = open.into_iter().collect();
        files.extend(self.session.files_with_mistakes().cloned());
        files.extend(self.told.keys().cloned());
        for path in &files {
            self.session.bring_up_to_date(path);
        }
        files.iter().for_each(|path| self.publish(path));
    }

    /// Publishes the diagnostics of a file unless the client has them.
    fn publish(&mut self, path: &Path) {
        let document = self.session.documents.get(path);
        let diagnostics = self.session.diagnostics(path);
        let now = hash(&diagnostics);
        let nothing = diagnostics.is_empty() && document.is_none();
        let known =
            if nothing { self.told.remove(path) } else { self.told.insert(path.to_owned(), now) };
        if known == Some(now) && document.is_none() || known.is_none() && nothing {
            return;
        }
        let uri = document.map_or_else(|| Uri(uri_of(path)), |one| Uri(one.uri.clone()));
        let mut params = json!({ "uri": uri, "diagnostics": diagnostics });
        if let (Some(document), Some(params)) = (document, params.as_object_mut()) {
            params.insert("version".to_owned(), json!(document.version));
        }
        self.out.notify("textDocument/publishDiagnostics", params);
    }

    /// A document was closed: what was said about it goes.
    pub(super) fn closed(&mut self, path: &Path, uri: &str) {
        self.session.forget(path);
        self.changed.remove(path);
        let told = self.told.remove(path);
        if told.is_some() && !self.session.client.pulls {
            let params = json!({ "uri": uri, "diagnostics": [] });
            self.out.notify("textDocument/publishDiagnostics", params);
        }
    }

    /// The answer to a client that asks for the diagnostics of a document.
    pub(super) fn report(&mut self, path: &Path, previous: Option<&str>) -> Value {
        self.session.bring_up_to_date(path);
        let diagnostics = self.session.diagnostics(path);
        let now = hash(&diagnostics);
        self.told.insert(path.to_owned(), now);
        let id = format!("{now:016x}");
        if previous == Some(id.as_str()) {
            return json!({ "kind": "unchanged", "resultId": id });
        }
        json!({ "kind": "full", "resultId": id, "items": diagnostics })
    }
}

/// The requests that this batch takes back.
fn cancelled(batch: &[Message]) -> Vec<RequestId> {
    let of = |message: &Message| match message {
        Message::Notification(one) if one.method == "$/cancelRequest" => {
            let id = one.params.get("id")?;
            let number = id.as_i64().and_then(|id| i32::try_from(id).ok()).map(RequestId::from);
            number.or_else(|| Some(RequestId::from(id.as_str()?.to_owned())))
        }
        _ => None,
    };
    batch.iter().filter_map(of).collect()
}

fn hash(diagnostics: &[Diagnostic]) -> u64 {
    let mut hasher = FxHasher::default();
    diagnostics.hash(&mut hasher);
    hasher.finish()
}
