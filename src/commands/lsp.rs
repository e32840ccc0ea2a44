//! `sflint lsp`

use crate::commands::{Failure, Outcome};
use crate::lsp::{Ending, serve, stdio};

/// Runs the command: serves the client at standard input and output.
///
/// # Errors
/// What comes in is not the protocol, or the shipped rules cannot be read.
pub fn run() -> Result<Outcome, Failure> {
    let (connection, threads) = stdio();
    let ending = serve(connection)?;
    match (threads.join(), ending) {
        (Ok(()), Ending::Orderly) => Ok(Outcome::Clean),
        (Ok(()), Ending::Abrupt) => Ok(Outcome::Findings),
        // The error holds what came in, which may be the text of a file.
        (Err(_), _) => Err(Failure::Usage(
            "what the client sent is not the Language Server Protocol: start `sflint lsp` from an editor".to_owned(),
        )),
    }
}
