//! Messages on standard input and output, each behind a header that tells its length: the base protocol.
//!
//! Reading is done here and not by `lsp_server`, which makes room for whatever length a header names, ends at the first
//! message that it cannot read, and quotes it. A header that cannot be read ends the input, for nobody knows where the next one
//! begins; what follows a good one and is no message is passed over.

use std::io::{self, BufRead, Read, Write};
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, bounded};
use lsp_server::{Connection, Message};

use crate::document::MAX_FILE_BYTES;

/// Longest message that is read, in bytes: the largest file, each byte of it escaped as `\u00xx`, and what is around it.
const MAX_MESSAGE_BYTES: u64 = 6 * MAX_FILE_BYTES + 4096;
/// Longest line of a header, in bytes.
const MAX_HEADER_BYTES: u64 = 4096;

/// The threads that read and write.
pub struct Threads {
    reader: JoinHandle<io::Result<()>>,
    writer: JoinHandle<io::Result<()>>,
}

impl Threads {
    /// Waits for both: until the input ends or `exit` came, and until everything is written.
    ///
    /// # Errors
    /// The input is not the protocol, or the output was closed.
    pub fn join(self) -> io::Result<()> {
        let ended = |thread: JoinHandle<io::Result<()>>| {
            thread.join().unwrap_or_else(|_| Err(io::Error::other("a thread ended early")))
        };
        ended(self.reader).and(ended(self.writer))
    }
}

/// A connection to the client at standard input and output.
pub fn stdio() -> (Connection, Threads) {
    let (sender, to_write) = bounded::<Message>(0);
    let (read, receiver) = bounded::<Message>(0);
    let reader = std::thread::spawn(move || pass_on(&mut io::stdin().lock(), &read));
    let writer = std::thread::spawn(move || {
        let mut out = io::stdout().lock();
        to_write.into_iter().try_for_each(|message| message.write(&mut out))
    });
    (Connection { sender, receiver }, Threads { reader, writer })
}

/// Passes on what comes in, up to `exit`.
fn pass_on(input: &mut dyn BufRead, to: &Sender<Message>) -> io::Result<()> {
    while let Some(body) = body(input)? {
        let Ok(message) = serde_json::from_slice::<Message>(&body) else {
            // Not what it holds: that may be the text of a file.
            writeln!(io::stderr(), "sflint: a message of {} bytes was not understood", body.len())?;
            continue;
        };
        let is_exit = matches!(&message, Message::Notification(one) if one.method == "exit");
        // When nobody listens any more there is nothing left to read for.
        if to.send(message).is_err() || is_exit {
            break;
        }
    }
    Ok(())
}

/// The next body; `None` when the input ends between two.
fn body(input: &mut dyn BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        input.take(MAX_HEADER_BYTES).read_until(b'\n', &mut line)?;
        if line.is_empty() && length.is_none() {
            return Ok(None);
        }
        let line = line.strip_suffix(b"\r\n").ok_or_else(malformed)?;
        if line.is_empty() {
            break;
        }
        let line = std::str::from_utf8(line).map_err(|_| malformed())?;
        let (name, value) = line.split_once(':').ok_or_else(malformed)?;
        if name.eq_ignore_ascii_case("Content-Length") {
            let told: u64 = value.trim().parse().map_err(|_| malformed())?;
            length = Some(told).filter(|told| *told <= MAX_MESSAGE_BYTES);
        }
    }
    let length = length.ok_or_else(malformed)?;
    // Room is made for what is there, not for what was promised.
    let mut body = Vec::new();
    input.take(length).read_to_end(&mut body)?;
    if body.len() as u64 == length { Ok(Some(body)) } else { Err(malformed()) }
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not the base protocol")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The methods that are passed on, and whether the input was the protocol to its end.
    fn told(input: &str) -> (Vec<String>, bool) {
        let (sender, receiver) = crossbeam_channel::unbounded();
        let good = pass_on(&mut input.as_bytes(), &sender).is_ok();
        drop(sender);
        let method = |message| match message {
            Message::Notification(one) => one.method,
            Message::Request(one) => one.method,
            Message::Response(one) => one.id.to_string(),
        };
        (receiver.into_iter().map(method).collect(), good)
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn what_is_no_message_is_passed_over() {
        let good = framed(r#"{"jsonrpc":"2.0","method":"é"}"#);
        for other in [
            "{",
            "[]",
            "",
            "\u{0}",
            r#"{"id":null,"error":{"code":-32700,"message":"x"}}"#,
            r#"{"id":[1],"result":1}"#,
            &"[".repeat(100_000),
        ] {
            let input = format!("{}{good}", framed(other));
            assert_eq!(told(&input), (vec!["é".to_owned()], true), "{other:.20}");
        }
    }

    #[test]
    fn headers_as_the_protocol_has_them() {
        let body = r#"{"id":1,"method":"m"}"#;
        let length = body.len();
        for head in [
            format!("content-length:{length}\r\nContent-Type: x/y; charset=utf-8\r\n\r\n"),
            format!("Content-Type: x/y\r\nContent-Length: {length}\r\n\r\n"),
        ] {
            assert_eq!(told(&format!("{head}{body}")), (vec!["m".to_owned()], true), "{head}");
        }
        let exit = framed(r#"{"method":"exit"}"#);
        let after = format!("{exit}nothing of this is read");
        assert_eq!(told(&after), (vec!["exit".to_owned()], true));
        assert_eq!(told(""), (vec![], true));
    }

    #[test]
    fn a_header_that_cannot_be_read_ends_the_input() {
        for input in [
            "hello\r\n\r\n",
            "\r\n",
            "Content-Length: 2\n\n{}",
            "Content-Length: x\r\n\r\n{}",
            "Content-Length: -1\r\n\r\n{}",
            "Content-Length: 3\r\n\r\n{}",
            "Content-Length: 2\r\n",
            "Content-Length: 402657281\r\n\r\n{}",
            "Content-Length: 9223372036854775807\r\n\r\n{}",
            "Content-Length: 18446744073709551615\r\n\r\n{}",
            "Content-Length: 18446744073709551616\r\n\r\n{}",
            &"a".repeat(1 << 20),
        ] {
            assert_eq!(told(input), (vec![], false), "{input:.60}");
        }
    }
}
