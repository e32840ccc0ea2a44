//! The revisions of a repository. Each name is resolved once, so that all of a run sees the same commits; nothing is
//! ever fetched.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::command::{git, output};
use super::git_tree::GitTree;
use super::listing::{Item, Listing};
use super::objects::Objects;
use super::path_bytes::{is_sound, path_of};
use super::work_tree::{Around, around};

/// Why a revision cannot be read. Each says what to type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevisionError {
    /// There is no work tree of git.
    #[error("{0} is in no work tree of git, and only git knows other revisions of it")]
    NoWorkTree(String),
    /// git does not know a name.
    #[error("git does not know the revision `{revision}`{}: {advice}", at(.top))]
    Unknown {
        /// As it was given.
        revision: String,
        /// The work tree, for people.
        top: String,
        /// What to do.
        advice: String,
    },
    /// Two revisions have no common ancestor in this clone, for it holds only a part of the history.
    #[error(
        "this clone is shallow and does not reach back to where `{0}` and `{1}` part: fetch the history with `git fetch --unshallow`, or set the depth of the checkout to 0 in the CI"
    )]
    Shallow(String, String),
    /// Two revisions have no common ancestor.
    #[error("`{0}` and `{1}` have no common history: name a revision that this branch comes from")]
    Unrelated(String, String),
    /// git did not answer.
    #[error("{0}")]
    Git(String),
}

fn at(top: &str) -> String {
    if top.is_empty() { String::new() } else { format!(" in {top}") }
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its full id.
    pub id: String,
    /// As it was named.
    pub name: String,
}

impl Commit {
    /// The name, with the beginning of the id where that is something else.
    pub fn shown(&self) -> String {
        let short = self.id.get(..10).unwrap_or(&self.id);
        if self.id.starts_with(&self.name) {
            short.to_owned()
        } else {
            format!("{} ({short})", self.name)
        }
    }
}

/// A repository with a work tree.
#[derive(Debug)]
pub struct GitRepository {
    top: PathBuf,
    /// Its index is the one that the environment names, if that names one.
    own_index: bool,
    /// What its config would have git start to read a file: key and a value that starts nothing.
    filters: Vec<(String, &'static str)>,
}

impl GitRepository {
    /// The repository around a folder (canonical), for somebody in the current folder.
    ///
    /// # Errors
    /// There is none with a work tree, or git does not answer.
    pub fn around(folder: &Path, current_dir: &Path) -> Result<GitRepository, RevisionError> {
        let shown = || crate::project::path::normalise(&folder.to_string_lossy());
        let Around::WorkTree(top) = around(folder) else {
            return Err(RevisionError::NoWorkTree(shown()));
        };
        let here = std::fs::canonicalize(current_dir).map(|folder| around(&folder));
        let own_index = here.is_ok_and(|here| here == Around::WorkTree(top.clone()));
        let mut repository = GitRepository { top, own_index, filters: Vec::new() };
        repository.filters = repository.filters()?;
        Ok(repository)
    }

    /// The top of its work tree.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// What git is to start for the content of files, with values under which it starts nothing.
    fn filters(&self) -> Result<Vec<(String, &'static str)>, RevisionError> {
        let keys = r"^filter\..*\.(clean|process|smudge|required)$";
        let command = self.git(&["config", "--name-only", "-z", "--get-regexp", keys]);
        // 1: there is none.
        let said = output(command, &[], &[0, 1]).map_err(RevisionError::Git)?;
        let keys = said.split(|byte| *byte == 0).filter(|key| !key.is_empty());
        let keys = keys.map(|key| String::from_utf8_lossy(key).into_owned());
        Ok(keys
            .map(|key| if key.ends_with("required") { (key, "false") } else { (key, "") })
            .collect())
    }

    pub(super) fn git(&self, arguments: &[&str]) -> Command {
        let mut command = git(&self.top, arguments);
        if !self.own_index {
            command.env_remove("GIT_INDEX_FILE");
        }
        // By the environment, for a key may hold any character. What is there already stays.
        let count = std::env::var("GIT_CONFIG_COUNT").ok().and_then(|count| count.parse().ok());
        let first: usize = count.unwrap_or(0);
        for (at, (key, value)) in self.filters.iter().enumerate() {
            command.env(format!("GIT_CONFIG_KEY_{}", first + at), key);
            command.env(format!("GIT_CONFIG_VALUE_{}", first + at), value);
        }
        if !self.filters.is_empty() {
            command.env("GIT_CONFIG_COUNT", (first + self.filters.len()).to_string());
        }
        command
    }

    fn ask(&self, arguments: &[&str]) -> Result<Vec<u8>, RevisionError> {
        output(self.git(arguments), &[], &[0]).map_err(RevisionError::Git)
    }

    /// Whether the clone holds only a part of the history.
    pub fn is_shallow(&self) -> bool {
        self.ask(&["rev-parse", "--is-shallow-repository"])
            .is_ok_and(|said| said.starts_with(b"true"))
    }

    /// That git does not know a name, with what to do about it.
    pub(super) fn unknown(&self, revision: &str) -> RevisionError {
        let top = self.top.file_name().map(|name| name.to_string_lossy().into_owned());
        RevisionError::Unknown {
            revision: revision.to_owned(),
            top: top.unwrap_or_default(),
            advice: advice(revision, self.is_shallow()),
        }
    }

    /// Resolves the name of a revision.
    ///
    /// # Errors
    /// git does not know it.
    pub fn commit(&self, revision: &str) -> Result<Commit, RevisionError> {
        let unknown = || self.unknown(revision);
        if revision.is_empty() || revision.starts_with('-') || revision.contains(['\0', '\n']) {
            return Err(unknown());
        }
        let wanted = format!("{revision}^{{commit}}");
        let command = self.git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted]);
        let said = output(command, &[], &[0, 1]).map_err(|why| {
            // Anything but "not known" is a matter of the repository: its owner, its state.
            if why.contains("revision") || why.contains("ambiguous") {
                unknown()
            } else {
                RevisionError::Git(why)
            }
        })?;
        match id(&said) {
            Some(id) => Ok(Commit { id, name: revision.to_owned() }),
            None => Err(unknown()),
        }
    }

    /// Where two commits part, called as the first one was named: an id alone says nothing to people. Of several such places
    /// the one that git names first.
    ///
    /// # Errors
    /// They have nothing in common, or not in this clone.
    pub fn merge_base(&self, one: &Commit, other: &Commit) -> Result<Commit, RevisionError> {
        let command = self.git(&["merge-base", &one.id, &other.id]);
        let said = output(command, &[], &[0, 1]).map_err(RevisionError::Git)?;
        if let Some(id) = id(&said) {
            return Ok(Commit { name: one.name.clone(), id });
        }
        let names = (one.name.clone(), other.name.clone());
        Err(if self.is_shallow() {
            RevisionError::Shallow(names.0, names.1)
        } else {
            RevisionError::Unrelated(names.0, names.1)
        })
    }

    /// The files of a commit. What git ignores and the commit does not have belongs to the machine, not to a revision: the
    /// disk tells it for every commit alike.
    ///
    /// # Errors
    /// git does not answer.
    pub fn tree(&self, commit: &Commit) -> Result<GitTree, RevisionError> {
        let listed = self.ask(&["ls-tree", "-r", "-z", "--full-tree", &commit.id])?;
        let differ = self.ask(&[
            "diff-index",
            "-z",
            "--name-only",
            "--no-renames",
            "--no-ext-diff",
            "--ignore-submodules=all",
            &commit.id,
        ])?;
        let items = records(&listed).filter_map(|record| {
            // Mode, type, id.
            let (head, path) = split(record)?;
            let mut words = head.split(' ');
            Some((words.next()?, words.nth(1)?, path))
        });
        let items = listed_items(items, &differ).chain(self.ignored()?);
        Ok(GitTree::new(&self.top, commit.shown(), Listing::new(items.collect())))
    }

    /// The contents of its objects.
    pub fn objects(&self) -> Objects {
        Objects::new(&self.top)
    }

    /// The ids of the contents that a commit holds.
    ///
    /// # Errors
    /// git does not answer.
    pub fn tree_contents(&self, commit: &Commit) -> Result<Vec<String>, RevisionError> {
        let listed = self.ask(&["ls-tree", "-r", "-z", "--full-tree", &commit.id])?;
        let id = |record| Some(split(record)?.0.split(' ').nth(2)?.to_owned());
        Ok(records(&listed).filter_map(id).collect())
    }

    /// What is staged: the files of the next commit.
    ///
    /// # Errors
    /// git does not answer.
    pub fn staged(&self) -> Result<GitTree, RevisionError> {
        let listed = self.ask(&["ls-files", "--cached", "--stage", "--full-name", "-z"])?;
        let differ = self.ask(&["diff-files", "-z", "--name-only", "--ignore-submodules=all"])?;
        let items = records(&listed).filter_map(|record| {
            // Mode, id, stage. Of a conflict our own side, for the base is of no commit to come.
            let (head, path) = split(record)?;
            let mut words = head.split(' ');
            let (mode, id, stage) = (words.next()?, words.next()?, words.next()?);
            (stage != "1").then_some((mode, id, path))
        });
        let items = listed_items(items, &differ).chain(self.ignored()?);
        Ok(GitTree::new(&self.top, "the index".to_owned(), Listing::new(items.collect())))
    }

    /// The files that differ between a commit and another one, or the work tree, as absolute paths. What git does not track is
    /// not among them.
    ///
    /// # Errors
    /// git does not answer.
    pub fn differing(
        &self,
        base: &Commit,
        head: Option<&Commit>,
    ) -> Result<Vec<PathBuf>, RevisionError> {
        let options =
            ["-z", "--name-only", "--no-renames", "--no-ext-diff", "--ignore-submodules=all"];
        let said = match head {
            Some(head) => {
                self.ask(&[&["diff-tree", "-r"], &options[..], &[&base.id, &head.id]].concat())?
            }
            None => self.ask(&[&["diff-index"], &options[..], &[&base.id]].concat())?,
        };
        Ok(records(&said).filter_map(path_of).map(|path| self.top.join(path)).collect())
    }

    /// The files that the next commit adds or changes, as absolute paths.
    ///
    /// # Errors
    /// git does not answer.
    pub fn staged_paths(&self) -> Result<Vec<PathBuf>, RevisionError> {
        let head = match self.commit("HEAD") {
            Ok(commit) => commit.id,
            // Before the first commit everything is new: held against the tree that holds nothing.
            Err(_) => {
                let said = output(self.git(&["hash-object", "-t", "tree", "--stdin"]), &[], &[0]);
                id(&said.map_err(RevisionError::Git)?).unwrap_or_default()
            }
        };
        let said = self.ask(&[
            "diff-index",
            "--cached",
            "-z",
            "--name-only",
            "--no-renames",
            "--diff-filter=ACMT",
            "--ignore-submodules=all",
            &head,
        ])?;
        Ok(records(&said).filter_map(path_of).map(|path| self.top.join(path)).collect())
    }

    /// What git ignores and does not track.
    fn ignored(&self) -> Result<impl Iterator<Item = (Box<[u8]>, Item)>, RevisionError> {
        let said = self.ask(&[
            "ls-files",
            "--others",
            "--ignored",
            "--exclude-standard",
            "--directory",
            "--full-name",
            "-z",
        ])?;
        let items: Vec<(Box<[u8]>, Item)> = records(&said)
            .map(|path| match path.strip_suffix(b"/") {
                Some(folder) => (folder.into(), Item::DiskFolder),
                None => (path.into(), Item::Disk),
            })
            .filter(|(path, _): &(Box<[u8]>, Item)| is_sound(path))
            .collect();
        Ok(items.into_iter())
    }
}

/// What to do about a name that git does not know.
fn advice(revision: &str, shallow: bool) -> String {
    let remote = revision.split_once('/').filter(|(remote, branch)| {
        let plain = |text: &str| {
            let mut bytes = text.bytes();
            bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
        };
        !remote.is_empty() && !remote.starts_with('-') && plain(remote) && plain(branch)
    });
    match remote {
        Some((remote, branch)) if shallow => {
            format!(
                "fetch it with `git fetch --unshallow {remote} {branch}:refs/remotes/{remote}/{branch}`"
            )
        }
        Some((remote, branch)) => {
            format!("fetch it with `git fetch {remote} {branch}:refs/remotes/{remote}/{branch}`")
        }
        None if shallow => {
            "this clone is shallow, fetch the history with `git fetch --unshallow`".to_owned()
        }
        None => "check the spelling; a branch of a remote is named `origin/<branch>`".to_owned(),
    }
}

/// The id in an answer of git, if it is one.
fn id(said: &[u8]) -> Option<String> {
    let line = std::str::from_utf8(said).ok()?.lines().next()?;
    let is_id = matches!(line.len(), 40 | 64) && line.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| line.to_owned())
}

fn records(said: &[u8]) -> impl Iterator<Item = &[u8]> {
    said.split(|byte| *byte == 0).filter(|record| !record.is_empty())
}

/// What stands before the tab, and the path behind it.
fn split(record: &[u8]) -> Option<(&str, &[u8])> {
    let tab = memchr::memchr(b'\t', record)?;
    Some((std::str::from_utf8(record.get(..tab)?).ok()?, record.get(tab + 1..)?))
}

/// Items by mode, id and path; `differ` lists the paths, in the same order, of which the work tree has something else.
fn listed_items<'s>(
    listed: impl Iterator<Item = (&'s str, &'s str, &'s [u8])>,
    differ: &'s [u8],
) -> impl Iterator<Item = (Box<[u8]>, Item)> {
    let differ: std::collections::HashSet<&[u8]> = records(differ).collect();
    listed.filter(|(.., path)| is_sound(path)).map(move |(mode, id, path)| {
        let on_disk = !differ.contains(path);
        let item = match mode {
            "120000" => Item::Link { id: id.into(), on_disk },
            // A commit of another repository: what it holds is not in this one.
            "160000" => Item::DiskFolder,
            _ => Item::File { id: id.into(), on_disk },
        };
        (path.into(), item)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_can_be_typed() {
        assert_eq!(
            advice("origin/main", false),
            "fetch it with `git fetch origin main:refs/remotes/origin/main`"
        );
        assert!(advice("origin/main", true).contains("--unshallow"));
        assert!(advice("mian", false).contains("spelling"));
        // Nothing that a shell would take for more than a name.
        assert!(!advice("origin/a;rm -rf", false).contains("rm -rf"));
    }

    #[test]
    fn ids() {
        let sha1 = "a".repeat(40);
        assert_eq!(id(format!("{sha1}\n").as_bytes()), Some(sha1));
        assert_eq!(id(b"fatal: no\n"), None);
        assert_eq!(id(b""), None);
    }

    #[test]
    fn commits_are_shown_by_name() {
        let id = "0123456789abcdef0123456789abcdef01234567".to_owned();
        let named = Commit { id: id.clone(), name: "origin/main".to_owned() };
        assert_eq!(named.shown(), "origin/main (0123456789)");
        assert_eq!(Commit { name: id.clone(), id }.shown(), "0123456789");
    }
}
