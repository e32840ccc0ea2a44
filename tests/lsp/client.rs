//! A small client: starts the server, sends what a test says, keeps what comes back.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Nothing that a test waits for takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server with its client.
pub struct Client {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What came and nobody has asked for yet.
    pending: VecDeque<Value>,
    next: i64,
    /// Whether requests of the server are answered.
    pub answers: bool,
}

/// The URI of a path, plainly.
pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// What a client that asks for diagnostics says of itself.
pub fn pulling() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "textDocument": { "diagnostic": {} },
        "workspace": {
            "diagnostics": { "refreshSupport": true },
            "configuration": true,
            "didChangeWatchedFiles": { "dynamicRegistration": true },
            "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create"] },
        },
        "window": { "workDoneProgress": true },
    })
}

impl Client {
    /// Starts the server without a word.
    pub fn start() -> Client {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sflint"))
            .args(["lsp", "--stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Client { child, input, messages, pending: VecDeque::new(), next: 0, answers: true }
    }

    /// Starts the server on folders, for a client with these capabilities.
    pub fn on(folders: &[&Path], capabilities: Value) -> Client {
        let mut client = Client::start();
        let folders: Vec<Value> =
            folders.iter().map(|folder| json!({ "uri": uri(folder), "name": "f" })).collect();
        let params = json!({
            "processId": null,
            "rootUri": folders.first().map(|folder| folder["uri"].clone()),
            "workspaceFolders": folders,
            "capabilities": capabilities,
        });
        client.request("initialize", params);
        client.notify("initialized", json!({}));
        client
    }

    /// Sends bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        // A server that has ended reads nothing more.
        let input = self.input.as_mut().unwrap();
        let _ = input.write_all(bytes).and_then(|()| input.flush());
    }

    /// Sends one message.
    pub fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request without waiting; gives its id.
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// The response with this id.
    pub fn response(&mut self, id: i64) -> Value {
        self.wait(|message| message["id"] == id && message.get("method").is_none())
    }

    /// Sends a request; gives its result.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        let response = self.response(id);
        assert!(response.get("error").is_none(), "{method}: {response}");
        response["result"].clone()
    }

    /// The next message that fits; the others are kept.
    pub fn wait(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        self.wait_at_most(PATIENCE, fits).expect("the server says what is waited for")
    }

    /// The same, for something that may not come.
    pub fn wait_at_most(
        &mut self,
        patience: Duration,
        fits: impl Fn(&Value) -> bool,
    ) -> Option<Value> {
        if let Some(at) = self.pending.iter().position(&fits) {
            return self.pending.remove(at);
        }
        let end = Instant::now() + patience;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let message = self.messages.recv_timeout(left).ok()?;
            if self.answers && message.get("method").is_some() && message.get("id").is_some() {
                let result = match message["method"].as_str() {
                    Some("workspace/configuration") => json!([null]),
                    _ => Value::Null,
                };
                self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": result }));
            }
            if fits(&message) {
                return Some(message);
            }
            self.pending.push_back(message);
        }
    }

    /// The next notification or request of the server by its method.
    pub fn told(&mut self, method: &str) -> Value {
        self.wait(|message| message["method"] == method)["params"].clone()
    }

    /// Opens a document with what is on disk.
    pub fn open(&mut self, path: &Path) {
        let text = std::fs::read_to_string(path).unwrap();
        self.open_with(path, &text);
    }

    /// Opens a document.
    pub fn open_with(&mut self, path: &Path, text: &str) {
        let document = json!({ "uri": uri(path), "languageId": "xml", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Replaces the text of a document.
    pub fn change(&mut self, path: &Path, version: i32, text: &str) {
        self.changes(path, version, json!([{ "text": text }]));
    }

    /// Changes a document.
    pub fn changes(&mut self, path: &Path, version: i32, changes: Value) {
        let document = json!({ "uri": uri(path), "version": version });
        let params = json!({ "textDocument": document, "contentChanges": changes });
        self.notify("textDocument/didChange", params);
    }

    /// Asks for the diagnostics of a document.
    pub fn pull(&mut self, path: &Path) -> Vec<Value> {
        let params = json!({ "textDocument": { "uri": uri(path) } });
        let report = self.request("textDocument/diagnostic", params);
        report["items"].as_array().unwrap().clone()
    }

    /// The rules of the diagnostics of a document, as soon as they are these.
    pub fn pull_until(&mut self, path: &Path, rules: &[&str]) -> Vec<Value> {
        let end = Instant::now() + PATIENCE;
        loop {
            let found = self.pull(path);
            if codes(&found) == rules {
                return found;
            }
            assert!(Instant::now() < end, "{:?}, not {rules:?}", codes(&found));
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The diagnostics of a document, as soon as there are any.
    pub fn pull_some(&mut self, path: &Path) -> Vec<Value> {
        let end = Instant::now() + PATIENCE;
        loop {
            let found = self.pull(path);
            if !found.is_empty() {
                return found;
            }
            assert!(Instant::now() < end, "nothing is found in {}", path.display());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the server; gives its exit code and what it wrote to stderr.
    pub fn end(mut self) -> (Option<i32>, String) {
        self.input = None;
        let end = Instant::now() + PATIENCE;
        while self.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < end, "the server does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
        let mut text = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        (self.child.wait().unwrap().code(), text)
    }

    /// Ends the server as the protocol has it.
    pub fn shut_down(mut self) {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        assert_eq!(self.end(), (Some(0), String::new()));
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // A test that fails leaves no server behind.
        let _ = self.child.kill();
    }
}

/// The rules of diagnostics, in order.
pub fn codes(diagnostics: &[Value]) -> Vec<&str> {
    let mut codes: Vec<&str> = diagnostics.iter().filter_map(|one| one["code"].as_str()).collect();
    codes.sort_unstable();
    codes
}

/// The text under the range of a diagnostic, in UTF-16.
pub fn under<'t>(text: &'t str, range: &Value) -> &'t str {
    let offset = |at: &Value| {
        let (line, column) = (at["line"].as_u64().unwrap(), at["character"].as_u64().unwrap());
        let start: usize =
            text.split_inclusive('\n').take(line as usize).map(str::len).sum::<usize>();
        let mut units = 0;
        let rest = text[start..].char_indices().find(|(_, character)| {
            let here = units == column;
            units += character.len_utf16() as u64;
            here
        });
        start + rest.map_or(text.len() - start, |(at, _)| at)
    };
    &text[offset(&range["start"])..offset(&range["end"])]
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length: ") {
            length = value.parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
