//! The contents of git objects, read by one `git cat-file` that is started when the first is asked for.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, PoisonError};

use super::command::git;

/// What is read from a pipe at once.
const BUFFER: usize = 1 << 17;
/// What a pipe is to hold where the system asks: all that Linux gives to everybody. The less often the two ends wait for each
/// other, the less time goes into changing between them.
#[cfg(target_os = "linux")]
const PIPE: usize = 1 << 20;

/// The content of an object, or why there is none.
pub type Content = io::Result<Vec<u8>>;

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
        reader.ask(&[id])?;
        let size = reader.answer()?;
        *process = Some(reader);
        Ok(size)
    }

    /// The first bytes of an object, at most so many.
    ///
    /// # Errors
    /// git does not have it.
    pub fn read(&self, id: &str, most: u64, buffer: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut process = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reader = self.started(process.take(), "--batch")?;
        reader.ask(&[id])?;
        let size = reader.answer()?;
        let bytes = reader.content(size, most, buffer)?;
        // A reader with a rest is let go: to skip gigabytes would take longer than to start anew.
        if size <= most {
            *process = Some(reader);
        }
        Ok(bytes)
    }

    /// Asks for the contents of further objects, the last `new` of all that were asked for and not taken yet, so that git unpacks
    /// them while somebody looks at others. What goes wrong is told when they are taken.
    pub(super) fn ask_ahead(&self, asked: &[String], new: usize) {
        let mut process = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        let further = asked.get(asked.len().saturating_sub(new)..).unwrap_or_default();
        *process = match process.take() {
            Some(mut reader) => reader.ask(further).is_ok().then_some(reader),
            None => self.asked(asked).ok(),
        };
    }

    /// The first bytes of the first of the objects that were asked for and not taken yet, at most so many.
    pub(super) fn take_asked(&self, asked: &[String], most: u64) -> Content {
        let mut process = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reader = match process.take() {
            Some(reader) => reader,
            None => self.asked(asked)?,
        };
        let answer = reader
            .answer()
            .and_then(|size| Ok((reader.content(size, most, Vec::new())?, size <= most)));
        // After a content that was not read to its end, and after most errors, nobody knows where the next one begins.
        let in_step = match &answer {
            Ok((_, whole)) => *whole,
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if in_step {
            *process = Some(reader);
        }
        answer.map(|(bytes, _)| bytes)
    }

    /// A process that was just asked for some objects.
    fn asked(&self, ids: &[String]) -> io::Result<Reader> {
        let mut reader = self.started(None, "--batch")?;
        reader.ask(ids)?;
        Ok(reader)
    }

    fn started(&self, running: Option<Reader>, form: &str) -> io::Result<Reader> {
        let start = || {
            let mut command = git(&self.top, &["cat-file", form]);
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
            let mut child = command.spawn()?;
            match (child.stdin.take(), child.stdout.take()) {
                (Some(questions), Some(answers)) => {
                    // Where it stays small, everything works all the same.
                    #[cfg(target_os = "linux")]
                    let _ = rustix::pipe::fcntl_setpipe_size(&answers, PIPE);
                    let answers = BufReader::with_capacity(BUFFER, answers);
                    Ok(Reader { child, questions, answers })
                }
                _ => Err(ended()),
            }
        };
        running.map_or_else(start, Ok)
    }
}

impl Reader {
    /// Asks for objects. The questions are few enough to fit into a pipe, so that this cannot wait for git, which may wait
    /// for somebody to take its answers.
    fn ask(&mut self, ids: &[impl AsRef<str>]) -> io::Result<()> {
        let questions: String = ids.iter().flat_map(|id| [id.as_ref(), "\n"]).collect();
        self.questions.write_all(questions.as_bytes())?;
        self.questions.flush()
    }

    /// At most so many bytes of the content that follows an answer.
    fn content(&mut self, size: u64, most: u64, mut buffer: Vec<u8>) -> io::Result<Vec<u8>> {
        buffer.clear();
        buffer.reserve_exact(usize::try_from(size.min(most)).unwrap_or(0).saturating_add(1));
        self.answers.by_ref().take(size.min(most)).read_to_end(&mut buffer)?;
        if (buffer.len() as u64) < size.min(most) {
            return Err(ended());
        }
        if size <= most {
            let mut end = [0];
            self.answers.read_exact(&mut end)?;
        }
        Ok(buffer)
    }

    /// What git says of the next object that was asked for: its size.
    fn answer(&mut self) -> io::Result<u64> {
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
                let why = "git does not have its content (a partial clone, or a damaged repository); a clone without --filter has it";
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
