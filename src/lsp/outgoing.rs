//! What goes to the client. Nothing here waits for it: a client that reads or answers late, or never, holds up nobody.

use std::collections::HashMap;

use crossbeam_channel::{Sender, unbounded};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

/// What a request to the client was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Its answer changes nothing.
    Nothing,
    /// The settings.
    Configuration,
    /// To show progress; the token.
    Progress(String),
}

/// The way to the client.
pub struct Outgoing {
    queue: Sender<Message>,
    next: i32,
    waiting: HashMap<RequestId, Asked>,
}

impl Outgoing {
    /// Passes everything on to the connection in a thread of its own.
    pub fn new(connection: Sender<Message>) -> (Outgoing, std::thread::JoinHandle<()>) {
        let (queue, messages) = unbounded::<Message>();
        let thread = std::thread::spawn(move || {
            // When the client is gone there is nobody to tell.
            let _ = messages.into_iter().all(|message| connection.send(message).is_ok());
        });
        (Outgoing { queue, next: 0, waiting: HashMap::new() }, thread)
    }

    fn send(&self, message: impl Into<Message>) {
        // The thread ends only when the client is gone.
        let _ = self.queue.send(message.into());
    }

    /// Answers a request.
    pub fn answer(&self, id: RequestId, result: Value) {
        self.send(Response { id, response_result: Ok(result) });
    }

    /// Refuses a request.
    pub fn refuse(&self, id: RequestId, code: ErrorCode, why: &str) {
        self.send(Response::new_err(id, code as i32, why.to_owned()));
    }

    /// Tells the client something.
    pub fn notify(&self, method: &str, params: Value) {
        self.send(Notification { method: method.to_owned(), params });
    }

    /// Shows a message to the person.
    pub fn show(&self, text: &str) {
        const WARNING: u32 = 2;
        self.notify("window/showMessage", json!({ "type": WARNING, "message": text }));
    }

    /// Asks the client something.
    pub fn ask(&mut self, method: &str, params: Value, what: Asked) {
        self.next += 1;
        let id = RequestId::from(self.next);
        if what != Asked::Nothing {
            self.waiting.insert(id.clone(), what);
        }
        self.send(Request { id, method: method.to_owned(), params });
    }

    /// What an answer is to.
    pub fn answered(&mut self, id: &RequestId) -> Option<Asked> {
        self.waiting.remove(id)
    }
}
