#![allow(clippy::unwrap_used)] // A helper that fails fails the test.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use super::*;

type Files = BTreeMap<&'static str, Vec<u8>>;

fn ignoring(files: &Files) -> Ignoring<'_> {
    Ignoring::new(Box::new(|folder| files.get(std::str::from_utf8(folder).ok()?).cloned()))
}

fn ignored(files: &[(&'static str, &str)], path: &str) -> bool {
    let files = files.iter().map(|(folder, text)| (*folder, text.as_bytes().to_vec())).collect();
    ignoring(&files).verdict(path.as_bytes(), path.ends_with('/')).ignores()
}

#[test]
fn nested_files_and_negation() {
    let files = [("", "*.key\n.sfdx/\n"), ("a", "!server.key\n"), (".sfdx", "!x.json\n")];
    assert!(ignored(&files, "server.key") && !ignored(&files, "a/server.key"));
    assert!(ignored(&files, "a/other.key") && ignored(&files, "a/b/.sfdx/x.json"));
    // A folder that is ignored keeps all it holds, whatever the files in it say.
    assert!(ignored(&files, ".sfdx/x.json"));
    assert!(!ignored(&files, ".sfdx") && ignored(&files, ".sfdx/"));
}

#[test]
fn only_a_line_that_brings_something_back_is_one() {
    let verdict = |text: &str, path: &str| {
        let files = Files::from([("", text.as_bytes().to_vec())]);
        ignoring(&files).verdict(path.as_bytes(), false)
    };
    let line = |number| Line { folder: Arc::from(&b""[..]), number };
    assert_eq!(verdict("# a\n.env*\n!.env\n", ".env"), Verdict::BroughtBack(line(2)));
    assert_eq!(verdict("!.env\n", ".env"), Verdict::Untold);
    assert_eq!(verdict(".env*\n!.env\n/.env\n", ".env"), Verdict::Ignored(line(2)));
    assert_eq!(verdict("/keys/*\n!/keys/a/\n", "keys/a/server.pem"), Verdict::BroughtBack(line(1)));
    assert_eq!(verdict("\u{feff}.env\r\n", ".env"), Verdict::Ignored(line(0)));
}

/// What git says of each path: the file and the line that decide, from 1, and whether it is ignored.
fn git_says(folder: &Path, paths: &[Vec<u8>]) -> Vec<Option<(Vec<u8>, u32, bool)>> {
    let mut git = Command::new("git")
        .args(["-c", "core.excludesFile=/dev/null", "-c", "core.ignoreCase=false"])
        .args(["check-ignore", "--no-index", "--stdin", "-z", "-v", "-n"])
        .current_dir(folder)
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input: Vec<u8> = paths.iter().flat_map(|path| [path, &b"\0"[..]].concat()).collect();
    let mut stdin = git.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = git.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let fields: Vec<&[u8]> = output.stdout.split(|byte| *byte == 0).collect();
    assert_eq!(fields.len(), paths.len() * 4 + 1);
    fields
        .chunks_exact(4)
        .map(|fields| {
            let number = std::str::from_utf8(fields[1]).ok()?.parse().ok()?;
            let source = fields[0].strip_suffix(GITIGNORE.as_bytes())?;
            let folder = source.strip_suffix(b"/").unwrap_or(source);
            Some((folder.to_vec(), number, !fields[2].starts_with(b"!")))
        })
        .collect()
}

/// The same from our side.
fn we_say(files: &Files, paths: &[Vec<u8>]) -> Vec<Option<(Vec<u8>, u32, bool)>> {
    let ours = ignoring(files);
    let all = |path: &Vec<u8>| {
        let folder = ours.folder(parent(path).unwrap());
        let line = |line: Line, ignored| Some((line.folder.to_vec(), line.number + 1, ignored));
        if let Some(ignored) = &folder.ignored {
            return line(ignored.clone(), true);
        }
        let (decides, negated) = deciding(&folder.files, path, is_folder(path), |_| true)?;
        line(decides, !negated)
    };
    let said: Vec<_> = paths.iter().map(all).collect();
    for (path, said) in paths.iter().zip(&said) {
        let ignored = said.as_ref().is_some_and(|(_, _, ignored)| *ignored);
        assert_eq!(ours.verdict(path, is_folder(path)).ignores(), ignored);
    }
    said
}

fn piece() -> impl Strategy<Value = &'static [u8]> {
    select(vec![
        &b"a"[..],
        b"b",
        b"c",
        b"ab",
        b"A",
        b".env",
        b".key",
        b"*",
        b"*",
        b"**",
        b"***",
        b"?",
        b"/",
        b"/",
        b"/",
        b"**/",
        b"/**",
        b"/**/",
        b"[ab]",
        b"[!a]",
        b"[^b]",
        b"[a-c]",
        b"[c-a]",
        b"[]a]",
        b"[a/]",
        b"[\\]b]",
        b"[[:alpha:]]",
        b"[[:punct:]a]",
        b"[[:space:]]",
        b"[[:x:]]",
        b"[[:a]",
        b"[a",
        b"]",
        b"[a-",
        b"-",
        b"\\",
        b"\\*",
        b"\\a",
        b"\\/",
        b"{a,b}",
        b" ",
        b"  ",
        b"\\ ",
        b"\t",
        b"\r",
        b"!",
        b"#",
        b"\xC3\xA9",
        b"\xFF",
        b"\0",
    ])
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    let start = select(vec![
        &b""[..],
        b"",
        b"",
        b"/",
        b"!",
        b"!",
        b"!/",
        b"#",
        b"\\#",
        b"\\!",
        b"\xEF\xBB\xBF",
    ]);
    let end =
        select(vec![&b"\n"[..], b"\n", b"\n", b"/\n", b" \n", b"\r\n", b"/\r\n", b"\t\n", b""]);
    (start, prop::collection::vec(piece(), 0..5), end)
        .prop_map(|(start, pieces, end)| [start, &pieces.concat(), end].concat())
}

fn ignore_file() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(line(), 0..6).prop_map(|lines| lines.concat())
}

fn name() -> impl Strategy<Value = &'static [u8]> {
    select(vec![
        &b"a"[..],
        b"a",
        b"b",
        b"b",
        b"c",
        b"ab",
        b"abc",
        b"A",
        b".env",
        b"b.key",
        b"a b",
        b"a ",
        b"[a",
        b"{a,b}",
        b"#a",
        b"!a",
        b"a\\",
        b"*",
        b"]",
        b"-",
        b"a\tb",
        b"a\nb",
        b"\xC3\xA9",
        b"\xFF",
    ])
}

fn path() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(name(), 1..5).prop_map(|names| names.join(&b'/'))
}

/// The folders that have ignore files.
const FOLDERS: [&str; 4] = ["", "a", "a/b", "b"];

/// git looks at the disk to know a folder: these exist.
fn is_folder(path: &[u8]) -> bool {
    FOLDERS.iter().any(|folder| folder.as_bytes() == path)
}

/// git is the definition.
#[test]
fn equal_to_git() {
    let folder = tempfile::tempdir().unwrap();
    let init = Command::new("git").args(["init", "-q"]).arg(folder.path()).status().unwrap();
    assert!(init.success());
    fs::create_dir_all(folder.path().join("a/b")).unwrap();
    fs::create_dir_all(folder.path().join("b")).unwrap();
    let mut runner =
        TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() });
    let files = prop::array::uniform4(ignore_file());
    let paths = prop::collection::vec(path(), 60);
    runner
        .run(&(files, paths), |(contents, paths)| {
            let files: Files = FOLDERS.into_iter().zip(contents).collect();
            for (name, content) in &files {
                fs::write(folder.path().join(name).join(GITIGNORE), content).unwrap();
            }
            let (git, ours) = (git_says(folder.path(), &paths), we_say(&files, &paths));
            for ((path, git), ours) in paths.iter().zip(git).zip(ours) {
                let shown: Vec<_> =
                    files.values().map(|text| text.escape_ascii().to_string()).collect();
                prop_assert_eq!(git, ours, "{} in {:#?}", path.escape_ascii(), shown);
            }
            Ok(())
        })
        .unwrap();
}
