//! The language server: the same checks on what an editor shows, before it is saved.
//!
//! Microsoft's Language Server Protocol, version 3.17. A document is checked with everything around it when that is quick;
//! otherwise by the rules that it alone decides, at once, and with everything around it in the background. Nothing is
//! changed on disk: edits are offered, and the editor makes them.

mod actions;
mod authoring;
mod client;
mod diagnostics;
mod documents;
mod options;
mod outgoing;
mod position;
mod requests;
mod runs;
mod server;
mod session;
mod transport;
mod uri;
mod written;

pub use server::Ending;
pub use transport::{Threads, stdio};

use lsp_server::{Connection, ErrorCode, Message};
use serde_json::json;

use self::client::Client;
use self::outgoing::Outgoing;
use self::server::Server;
use self::session::Session;
use crate::check::Error;

/// Serves a client until it leaves.
///
/// # Errors
/// The shipped rules cannot be read.
pub fn serve(connection: Connection) -> Result<Ending, Error> {
    let Connection { sender, receiver } = connection;
    let (out, thread) = Outgoing::new(sender);
    let mut out = Some(out);
    let mut ending = Ending::Abrupt;
    for message in &receiver {
        let Some(greeting) = &mut out else { break };
        match message {
            Message::Request(request) if request.method == "initialize" => {
                let client = Client::read(&request.params);
                let result = json!({
                    "capabilities": requests::capabilities(&client),
                    "serverInfo": {
                        "name": env!("CARGO_PKG_NAME"),
                        "version": env!("CARGO_PKG_VERSION"),
                    },
                });
                let session = Session::new(client)?;
                greeting.answer(request.id, result);
                if let Some(out) = out.take() {
                    ending = Server::new(session, out).serve(&receiver);
                }
            }
            Message::Request(request) => {
                let why = "`initialize` comes first";
                greeting.refuse(request.id, ErrorCode::ServerNotInitialized, why);
            }
            Message::Notification(notification) if notification.method == "exit" => break,
            _ => {}
        }
    }
    // What is still on its way is sent.
    drop((receiver, out));
    let _ = thread.join();
    Ok(ending)
}
