//! The contents of git objects, read by one `git cat-file` that is started when the first is asked for.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, PoisonError};

use super::command::git;

/// The objects of a repository.
#[derive(Debug)]
pub struct Objects {
    top: PathBuf,
    contents: Mutex<Option<Reader>>,
    sizes: Mutex<Option<Reader>>,
}

/// A running `git cat-file`.
#[derive(Debug)]
struct Reader {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    pub(super) fn new(top: &Path) -> Objects {
        Objects { top: top.to_owned(), contents: Mutex::new(None), sizes: Mutex::new(None) }
    }

    /// The size of an object in bytes.
    ///
    /// # Errors
    /// git does not have it.
    pub fn size(&self, id: &str) -> io::Result<u64> {
        let mut process = self.sizes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reader = self.started(process.take(), "--batch-check")?;
        let size = reader.header(id)?;
        *process = Some(reader);
        Ok(size)
    }

    /// The first bytes of an object, at most so many.
    ///
    /// # Errors
    /// git does not have it.
    pub fn read(&self, id: &str, most: u64, mut buffer: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut process = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reader = self.started(process.take(), "--batch")?;
        let size = reader.header(id)?;
        buffer.clear();
        reader.answers.by_ref().take(size.min(most)).read_to_end(&mut buffer)?;
        if (buffer.len() as u64) < size.min(most) {
            return Err(ended());
        }
        // A reader with a rest is let go: to skip gigabytes would take longer than to start anew.
        if size <= most {
            let mut end = [0];
            reader.answers.read_exact(&mut end)?;
            *process = Some(reader);
        }
        Ok(buffer)
    }

    fn started(&self, running: Option<Reader>, form: &str) -> io::Result<Reader> {
        let start = || {
            let mut command = git(&self.top, &["cat-file", form]);
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
            let mut child = command.spawn()?;
            match (child.stdin.take(), child.stdout.take()) {
                (Some(questions), Some(answers)) => {
                    Ok(Reader { child, questions, answers: BufReader::new(answers) })
                }
                _ => Err(ended()),
            }
        };
        running.map_or_else(start, Ok)
    }
}

impl Reader {
    /// Asks for an object; what follows in the answer is its content.
    fn header(&mut self, id: &str) -> io::Result<u64> {
        self.questions.write_all(format!("{id}\n").as_bytes())?;
        self.questions.flush()?;
        let mut line = Vec::new();
        // As long as any answer: an id, a type and a size.
        self.answers.by_ref().take(1024).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Err(ended());
        }
        let line = String::from_utf8_lossy(&line);
        let mut words = line.split_ascii_whitespace();
        match (words.next(), words.next(), words.next().map(str::parse)) {
            (Some(_), Some("blob" | "tree" | "commit" | "tag"), Some(Ok(size))) => Ok(size),
            (Some(_), Some("missing"), _) => {
                let why =
                    "git does not have its content (a partial clone, or a damaged repository)";
                Err(io::Error::new(io::ErrorKind::NotFound, why))
            }
            _ => Err(io::Error::other(format!("git says: {}", line.trim()))),
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // It may have ended by itself by now.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ended() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "git ended in the middle of an answer")
}
