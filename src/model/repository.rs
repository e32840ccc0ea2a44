//! The repository around a project: which files with secrets its ignore files would keep out.

use std::path::{Path, PathBuf};

use memchr::memmem;

use crate::document::{SourceText, Span};
use crate::model::builder::{ChildBuilder, RecordBuilder};
use crate::model::plain::is_env_name;
use crate::model::read::Context;
use crate::model::record::{Block, Component, FileId, Leaf, Place, Record};
use crate::project::file_class::{FileClass, file_class};
use crate::project::git::ignoring::{GITIGNORE, Line, Verdict};
use crate::project::path::file_name;
use crate::project::store::FileEntry;
use crate::project::version_control::RepositoryKind;

/// What a repository is read from.
pub struct RepositoryFiles<'a> {
    /// What is probed: lines that an ignore file could hold.
    pub probes: &'a [String],
    /// The folder that is probed: the top of the work tree, or the project if only that is looked at.
    pub folder: &'a Path,
    /// The projects of the run in this repository.
    pub projects: &'a [PathBuf],
    /// The ignore file, or the marker of the project: where findings point.
    pub anchor: FileId,
    /// The files of these projects.
    pub files: &'a [FileId],
}

/// Longer scripts are not searched for what they use.
const LONGEST_SCRIPT: u64 = 256 << 10;
/// After so many scripts it is known what a project uses.
const MOST_SCRIPTS: usize = 200;
/// Stands for `*` in a probe: a name that no template has.
const ANY: &str = "production";

/// The record; `None` outside of git if no ignore file says that the folder is meant to become a repository.
pub fn repository(of: &RepositoryFiles<'_>, context: &Context<'_>) -> Option<Record> {
    let anchor = context.files.get(of.anchor.0 as usize)?;
    let git = context.version_control;
    let around = git.repository(of.folder);
    if around.kind == RepositoryKind::None && file_name(&anchor.path) != GITIGNORE {
        return None;
    }
    let place = Place { file: of.anchor, span: Span { start: 0, end: 0 } };
    let component = Component { copy: String::new(), kind: "Repository", name: String::new() };
    let mut record = RecordBuilder::new("Repository", component, Some(place))?;
    record
        .set("kind", Leaf::text(around.kind.word(), Some(place)))
        .set("gitignore", Leaf::text(&anchor.path, Some(place)));
    let builder = ChildBuilder::new("Repository", "path")?;
    let probed: Vec<(&str, String, Verdict)> = of
        .probes
        .iter()
        .map(|name| {
            let path = probe(name);
            let verdict = verdict(&path, of, context);
            (name.as_str(), path, verdict)
        })
        .collect();
    let open: Vec<&str> = probed
        .iter()
        .filter(|(_, _, verdict)| !verdict.ignores())
        .map(|(_, path, _)| path.as_str())
        .collect();
    // Only what nothing else covers is worth asking git for.
    let here = git.ignored_here(of.folder, &open);
    let here: Vec<&str> =
        open.iter().zip(here).filter(|(_, ignored)| *ignored).map(|(path, _)| *path).collect();
    let evidence = if open.is_empty() { Evidence::default() } else { evidence(of, context) };
    let blocks = probed
        .iter()
        .map(|(name, path, verdict)| {
            let used = evidence.of(path);
            let only_here = here.contains(&path.as_str());
            let status = match (verdict.ignores(), only_here) {
                (true, _) => "is ignored",
                (false, true) => "is ignored on this machine only",
                (false, false) => "is not ignored",
            };
            let mut leaves = vec![
                ("name", Leaf::text(name, Some(place))),
                ("ignored", Leaf::derived(verdict.ignores(), Some(place))),
                ("used", Leaf::derived(used.is_some(), Some(place))),
                ("machineOnly", Leaf::derived(only_here, Some(place))),
                ("status", Leaf::text(status, Some(place))),
            ];
            let shown =
                |id: FileId| context.files.get(id.0 as usize).map(|file| file.path.as_str());
            if let Some(shown) = used.and_then(shown) {
                leaves.push(("evidence", Leaf::text(shown, Some(place))));
            }
            if let Verdict::BroughtBack(line) = verdict {
                leaves.push(("negated", negated(line, &around.root, place, context)));
            }
            builder.block(Some(place), leaves)
        })
        .collect::<Vec<Block>>();
    record.children("path", blocks);
    Some(record.finish())
}

/// A path that a line of an ignore file is about.
fn probe(line: &str) -> String {
    let path = line.trim_start_matches('/').replace('*', ANY);
    if path.ends_with('/') { format!("{path}{ANY}.json") } else { path }
}

/// A repository that has its ignore files in each of its projects is as safe as one that has it at the top.
fn verdict(path: &str, of: &RepositoryFiles<'_>, context: &Context<'_>) -> Verdict {
    let git = context.version_control;
    let at_top = git.verdict(of.folder, path);
    if at_top != Verdict::Untold {
        return at_top;
    }
    let mut ignored = None;
    for project in of.projects {
        match git.verdict(project, path) {
            Verdict::Ignored(line) => ignored = Some(line),
            _ => return at_top,
        }
    }
    ignored.map_or(at_top, Verdict::Ignored)
}

/// The text of a `!` line, where it stands.
fn negated(line: &Line, root: &Path, anchor: Place, context: &Context<'_>) -> Leaf {
    let folder = String::from_utf8_lossy(&line.folder);
    let path = root.join(&*folder).join(GITIGNORE);
    let at = context.files.iter().position(|file| file.absolute == path);
    let found = at.and_then(|at| {
        let source =
            SourceText::decode(context.store.bytes(context.files.get(at)?, Vec::new()).ok()?);
        let source = source.ok()?;
        let (text, start) = line_of(source.text(), line.number)?;
        let span = Span { start: start as u32, end: (start + text.len()) as u32 };
        Some(Leaf::text(text, Some(Place { file: FileId(at as u32), span })))
    });
    found
        .unwrap_or_else(|| Leaf::text(&format!("a `!` line of {folder}/{GITIGNORE}"), Some(anchor)))
}

/// A line by its number from 0, without its end, and where it starts.
fn line_of(text: &str, number: u32) -> Option<(&str, usize)> {
    let mut start = 0;
    for _ in 0..number {
        start += text.get(start..)?.find('\n')? + 1;
    }
    let rest = text.get(start..)?;
    Some((rest.split('\n').next()?.trim_end_matches('\r'), start))
}

/// Files that show what a project works with.
#[derive(Default)]
struct Evidence {
    env: Option<FileId>,
    jwt: Option<FileId>,
    key: Option<FileId>,
    pem: Option<FileId>,
    cli: Option<FileId>,
}

impl Evidence {
    /// What shows that files such as this one are used.
    fn of(&self, probe: &str) -> Option<FileId> {
        let name = file_name(probe);
        if name.starts_with(".env") {
            self.env
        } else if name == SERVER_KEY {
            self.jwt
        } else if probe.starts_with(".sf") {
            self.cli
        } else if name.ends_with(".key") {
            self.key
        } else if name.ends_with(".pem") {
            self.pem
        } else {
            None
        }
    }

    fn is_complete(&self) -> bool {
        [self.env, self.jwt, self.key, self.pem].iter().all(Option::is_some)
    }

    fn add_name(&mut self, id: FileId, file: &FileEntry) {
        let name = file_name(&file.path);
        let lower = name.to_ascii_lowercase();
        if is_env_name(&lower) {
            self.env = self.env.or(Some(id));
        }
        if name == "sfdx-project.json" {
            self.cli = self.cli.or(Some(id));
        }
        if name.starts_with("server.key.") {
            self.jwt = self.jwt.or(Some(id));
        }
    }

    fn add_text(&mut self, id: FileId, text: &[u8]) {
        let has = |word: &str| memmem::find(text, word.as_bytes()).is_some();
        if ["dotenv", "--env-file", "source .env", ". .env"].iter().any(|word| has(word)) {
            self.env = self.env.or(Some(id));
        }
        if !KEY_WORDS.iter().any(|word| has(word)) {
            return;
        }
        let key_lines = text.split(|byte| *byte == b'\n').filter(|line| {
            KEY_WORDS.iter().any(|word| memmem::find(line, word.as_bytes()).is_some())
        });
        for line in key_lines {
            self.jwt = self.jwt.or(Some(id));
            let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"\"'`,;=()<>".contains(byte);
            for word in line.split(is_end) {
                let name =
                    word.rsplit(|byte| matches!(byte, b'/' | b'\\')).next().unwrap_or_default();
                if name.ends_with(b".key") && name != SERVER_KEY.as_bytes() {
                    self.key = self.key.or(Some(id));
                } else if name.ends_with(b".pem") {
                    self.pem = self.pem.or(Some(id));
                }
            }
        }
    }
}

const SERVER_KEY: &str = "server.key";
/// The flag of `sf org login jwt` in its two spellings, and the file that the guides give it.
const KEY_WORDS: [&str; 3] = ["jwt-key-file", "jwtkeyfile", SERVER_KEY];

/// How most files of a project end that are neither scripts nor pipelines.
const METADATA: &str = "-meta.xml";

fn evidence(of: &RepositoryFiles<'_>, context: &Context<'_>) -> Evidence {
    let mut evidence = Evidence::default();
    let entries =
        || of.files.iter().filter_map(|id| Some((*id, context.files.get(id.0 as usize)?)));
    for (id, file) in entries() {
        evidence.add_name(id, file);
    }
    let scripts = entries()
        .filter(|(_, file)| !file.path.ends_with(METADATA))
        .filter(|(_, file)| matches!(file_class(&file.path), FileClass::Ci | FileClass::Script));
    for (id, file) in scripts.take(MOST_SCRIPTS) {
        if evidence.is_complete() {
            break;
        }
        if context.store.size(file).is_some_and(|size| size <= LONGEST_SCRIPT)
            && let Ok(text) = context.store.bytes(file, Vec::new())
        {
            evidence.add_text(id, &text);
        }
    }
    evidence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_are_paths() {
        for (line, path) in [
            (".env", ".env"),
            (".env.*.local", ".env.production.local"),
            ("*.key", "production.key"),
            (".sfdx/", ".sfdx/production.json"),
        ] {
            assert_eq!(probe(line), path);
        }
    }

    #[test]
    fn lines_are_found_in_any_text() {
        assert_eq!(line_of("a\r\n!b\r\nc", 1), Some(("!b", 3)));
        assert_eq!(line_of("a", 0), Some(("a", 0)));
        assert_eq!(line_of("a", 1), None);
    }

    #[test]
    fn scripts_tell_which_keys_they_use() {
        let evidence = |text: &str| {
            let mut evidence = Evidence::default();
            evidence.add_text(FileId(0), text.as_bytes());
            [evidence.env, evidence.jwt, evidence.key, evidence.pem].map(|one| one.is_some())
        };
        assert_eq!(
            evidence("sf org login jwt --jwt-key-file server.key"),
            [false, true, false, false]
        );
        assert_eq!(
            evidence("sfdx auth:jwt:grant --jwtkeyfile=certs/ci.key"),
            [false, true, true, false]
        );
        assert_eq!(
            evidence("sf org login jwt --jwt-key-file \"$DIR/ci.pem\""),
            [false, true, false, true]
        );
        assert_eq!(evidence("if (event.key === 'a') {}"), [false; 4]);
        assert_eq!(evidence("\"dotenv\": \"^16.0.0\""), [true, false, false, false]);
    }
}
