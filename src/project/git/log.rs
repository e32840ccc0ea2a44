//! What the commits of a repository brought: every version of every file, in the order in which it came.

use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::process::Stdio;

use super::path_bytes::is_sound;
use super::repository::{Commit, GitRepository, RevisionError};

/// Which commits are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Commits {
    /// All that a branch, a tag or another reference leads to.
    All {
        /// Also stashes, and what only the reflog still knows.
        unreachable: bool,
    },
    /// A range as `git log` takes it: `main..HEAD`, `v1.0..`, one revision.
    Range(String),
}

/// A commit of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Its full id.
    pub id: String,
    /// The day on which it was committed, in seconds since 1970 (UTC).
    pub time: i64,
}

/// A file as a commit left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version<'l> {
    /// The id of its content.
    pub id: &'l str,
    /// Its path, as git writes it.
    pub path: &'l [u8],
    /// A commit of another repository, of which this one has no content.
    pub submodule: bool,
}

/// Starts the record of a commit; no id of an object begins so.
const COMMIT: u8 = 0x01;

impl GitRepository {
    /// Gives each version of a file to `each`, older commits first, until that breaks off; nothing that leads to `after`. A merge brings what none of its
    /// parents has.
    ///
    /// # Errors
    /// git does not know the range, or ends with an error.
    pub fn log(
        &self,
        commits: &Commits,
        after: Option<&Commit>,
        each: &mut dyn FnMut(&Logged, Version<'_>) -> ControlFlow<()>,
    ) -> Result<(), RevisionError> {
        let mut arguments = vec![
            "log",
            "--raw",
            "-z",
            "-c",
            "--no-abbrev",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--no-show-signature",
            "--no-mailmap",
            "--no-notes",
            "--ignore-submodules=none",
            "--root",
            "--topo-order",
            "--reverse",
            "--format=%x01%H %ct",
        ];
        match commits {
            Commits::All { unreachable: false } => {
                arguments.extend(["--exclude=refs/stash", "--all", "HEAD"]);
            }
            Commits::All { unreachable: true } => arguments.extend(["--all", "--reflog", "HEAD"]),
            Commits::Range(range) => {
                if range.starts_with('-') || range.contains(['\0', '\n']) {
                    return Err(self.unknown(range));
                }
                arguments.push(range);
            }
        }
        if let Some(after) = after {
            arguments.extend(["--not", &after.id]);
        }
        arguments.push("--");
        let mut command = self.git(&arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let failed = |why: &dyn std::fmt::Display| RevisionError::Git(format!("git log: {why}"));
        let mut child = command.spawn().map_err(|error| failed(&error))?;
        // Read aside, so that a long complaint cannot block the answer.
        let complaint = child.stderr.take().map(|mut pipe| {
            std::thread::spawn(move || {
                let mut said = Vec::new();
                // What was said before an error is enough.
                let _ = pipe.by_ref().take(1 << 16).read_to_end(&mut said);
                said
            })
        });
        let answer = child.stdout.take().map(BufReader::new);
        let read =
            answer.map_or(Ok(ControlFlow::Continue(())), |mut answer| read(&mut answer, each));
        if matches!(read, Ok(ControlFlow::Break(()))) || read.is_err() {
            // It may have ended by itself by now.
            let _ = child.kill();
        }
        let status = child.wait().map_err(|error| failed(&error))?;
        let said = complaint.and_then(|thread| thread.join().ok()).unwrap_or_default();
        match read {
            Ok(ControlFlow::Break(())) => Ok(()),
            Ok(ControlFlow::Continue(())) if status.success() => Ok(()),
            Ok(ControlFlow::Continue(())) => Err(self.complaint(commits, &said)),
            Err(error) => Err(failed(&error)),
        }
    }

    fn complaint(&self, commits: &Commits, said: &[u8]) -> RevisionError {
        let said = String::from_utf8_lossy(said);
        match commits {
            Commits::Range(range) if said.contains("revision") || said.contains("bad object") => {
                self.unknown(range)
            }
            _ => {
                let line = said
                    .lines()
                    .find(|line| !line.trim().is_empty())
                    .unwrap_or("it gave no reason");
                RevisionError::Git(format!("git log says: {}", line.trim_start_matches("fatal: ")))
            }
        }
    }
}

/// Reads the records of the log: a commit, then for each file what it was, what it is, and its path.
fn read(
    answer: &mut impl BufRead,
    each: &mut dyn FnMut(&Logged, Version<'_>) -> ControlFlow<()>,
) -> std::io::Result<ControlFlow<()>> {
    let mut commit: Option<Logged> = None;
    let (mut record, mut path) = (Vec::new(), Vec::new());
    loop {
        record.clear();
        if answer.read_until(0, &mut record)? == 0 {
            return Ok(ControlFlow::Continue(()));
        }
        let head = trimmed(&record);
        match head.first() {
            Some(&COMMIT) => commit = logged(head.get(1..).unwrap_or_default()).or(commit),
            Some(b':') => {
                path.clear();
                answer.read_until(0, &mut path)?;
                path.pop();
                let (Some(commit), Some((id, submodule))) = (&commit, new_id(head)) else {
                    continue;
                };
                let version = Version { id, path: &path, submodule };
                if is_sound(&path) && each(commit, version).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            _ => {}
        }
    }
}

/// Without the zero byte at the end and the line breaks that git puts between the parts.
fn trimmed(record: &[u8]) -> &[u8] {
    let end = record.len() - usize::from(record.ends_with(&[0]));
    let record = record.get(..end).unwrap_or_default();
    let start = record.iter().position(|byte| *byte != b'\n').unwrap_or(record.len());
    record.get(start..).unwrap_or_default()
}

fn logged(record: &[u8]) -> Option<Logged> {
    let (id, time) = std::str::from_utf8(record).ok()?.trim_end().split_once(' ')?;
    Some(Logged { id: id.to_owned(), time: time.parse().ok()? })
}

/// The new content of a record such as `:100644 100644 <old> <new> M`, or of a merge with one more mode and id for each
/// further parent; `None` where the file is gone.
fn new_id(head: &[u8]) -> Option<(&str, bool)> {
    let head = std::str::from_utf8(head).ok()?;
    let parents = head.bytes().take_while(|byte| *byte == b':').count();
    let mut words = head.trim_start_matches(':').split(' ');
    let mode = words.nth(parents)?;
    let id = words.nth(parents)?;
    let is_gone = mode.bytes().all(|byte| byte == b'0') || id.bytes().all(|byte| byte == b'0');
    (!is_gone).then_some((id, mode == "160000"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records() {
        let (a, b, c) = ("a".repeat(40), "b".repeat(40), "c".repeat(40));
        let zero = "0".repeat(40);
        let log = format!(
            "\x01{a} 1700000000\0\0:000000 100644 {zero} {b} A\0dir/a b\0:100644 000000 {b} {zero} D\0gone\0\
             \n\x01{b} 1700000100\0\0::100644 100644 100644 {a} {b} {c} MM\0:odd\nname\0:000000 160000 {zero} {a} A\0module\0\
             :000000 100644 {zero} {b} A\0../climbs\0"
        );
        let mut seen = Vec::new();
        let flow = read(&mut log.as_bytes(), &mut |commit, version| {
            seen.push(format!(
                "{} {} {} {}",
                &commit.id[..1],
                &version.id[..1],
                version.path.escape_ascii(),
                version.submodule
            ));
            ControlFlow::Continue(())
        });
        assert!(flow.is_ok_and(|flow| flow.is_continue()));
        assert_eq!(seen, ["a b dir/a b false", "b c :odd\\nname false", "b a module true"]);
    }

    #[test]
    fn it_can_be_broken_off() {
        let (a, zero) = ("a".repeat(64), "0".repeat(64));
        let log = format!(
            "\x01{a} 1\0\0:000000 100644 {zero} {a} A\0x\0:000000 100644 {zero} {a} A\0y\0"
        );
        let mut seen = 0;
        let flow = read(&mut log.as_bytes(), &mut |_, _| {
            seen += 1;
            ControlFlow::Break(())
        });
        assert!(flow.is_ok_and(|flow| flow.is_break()));
        assert_eq!(seen, 1);
    }
}
