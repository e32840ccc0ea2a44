//! The few questions that only git itself can answer.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// An index of a million files is listed in about a second; a git that waits for something never answers.
const PATIENCE: Duration = Duration::from_secs(20);
/// More than the paths of any real index.
const MOST_OUTPUT: u64 = 1 << 30;
/// What would make git look at another repository than the one around the folder it is started in. Hooks inherit some
/// of these from the git that runs them.
const ELSEWHERE: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CEILING_DIRECTORIES",
    "GIT_SHALLOW_FILE",
];

/// Asks for the paths of the index, each ended by a zero byte.
///
/// A commit of some files only (`git commit FILE`, `git commit -a`) is made from an index of its own, and git tells its
/// hooks by `GIT_INDEX_FILE` where that is. It is the one that counts, but only for the repository whose hook runs:
/// `own_index` says whether this is it. Any other repository would be read with a stranger's index.
///
/// # Errors
/// Why git did not answer, for people.
pub(super) fn tracked_paths(root: &Path, own_index: bool) -> Result<Vec<u8>, String> {
    let mut command = git(root, &["ls-files", "--cached", "--full-name", "-z"]);
    if !own_index {
        command.env_remove("GIT_INDEX_FILE");
    }
    output(command, &[], &[0])
}

/// Of some paths below the root, those that git ignores with all that this machine adds, each ended by a zero byte.
///
/// # Errors
/// Why git did not answer, for people.
pub(super) fn ignored_here(root: &Path, paths: &[&[u8]]) -> Result<Vec<u8>, String> {
    let mut command = git(root, &["check-ignore", "--no-index", "--stdin", "-z"]);
    command.env_remove("GIT_INDEX_FILE");
    let input: Vec<u8> = paths.iter().flat_map(|path| [*path, &b"\0"[..]].concat()).collect();
    // 1: none of them.
    output(command, &input, &[0, 1])
}

/// git, in a folder that may belong to a stranger: it must start nothing that the repository's config names, change
/// nothing, and ask nobody.
pub(super) fn git(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .arg("--no-pager")
        .args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"])
        .args(["-c", "core.pager=cat", "-c", "core.untrackedCache=false"])
        .args(arguments)
        .current_dir(root)
        .env("GIT_OPTIONAL_LOCKS", "0")
        // What a partial clone lacks is not fetched, by no version of git.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C");
    for name in ELSEWHERE {
        command.env_remove(name);
    }
    command
}

pub(super) fn output(
    mut command: Command,
    input: &[u8],
    accepted: &[i32],
) -> Result<Vec<u8>, String> {
    let stdin = if input.is_empty() { Stdio::null() } else { Stdio::piped() };
    command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "git is not installed".to_owned(),
        _ => format!("git cannot be started: {error}"),
    })?;
    if let Some(mut stdin) = child.stdin.take() {
        // What was asked is a few short paths: they fit into the pipe. If git is gone, its exit code says so.
        let _ = stdin.write_all(input);
    }
    let stdout = read_aside(child.stdout.take());
    let stderr = read_aside(child.stderr.take());
    let Ok(out) = stdout.recv_timeout(PATIENCE) else {
        stop(&mut child);
        return Err(format!("git did not answer within {} seconds", PATIENCE.as_secs()));
    };
    let said = stderr.recv_timeout(PATIENCE).unwrap_or_default();
    let status = child.wait().map_err(|error| format!("git cannot be waited for: {error}"))?;
    if status.code().is_some_and(|code| accepted.contains(&code)) {
        return Ok(out);
    }
    Err(why(&String::from_utf8_lossy(&said)))
}

fn stop(child: &mut Child) {
    // It may have ended by itself by now.
    let _ = child.kill();
    let _ = child.wait();
}

/// Reads a pipe on a thread, so that waiting for it can end.
fn read_aside(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            // What was read before an error is cut off; git then ends with an error of its own.
            let _ = pipe.take(MOST_OUTPUT).read_to_end(&mut bytes);
        }
        // Nobody listens any more if it took too long.
        let _ = sender.send(bytes);
    });
    receiver
}

/// What git said, in a sentence.
fn why(said: &str) -> String {
    if said.contains("dubious ownership") {
        return "the repository belongs to another user, and git reads it only if safe.directory lists it".to_owned();
    }
    if said.contains("must be run in a work tree") {
        return "the repository is bare, it has no index".to_owned();
    }
    let line = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it gave no reason");
    format!("git says: {}", line.trim_start_matches("fatal: "))
}
