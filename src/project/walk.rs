//! The walk: what lies below a folder, without opening or `stat`ing a file.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use globset::GlobSet;

use super::discover::{Request, SkipReason, Skipped};
use super::file_tree::{Entry, EntryKind, Failed, FileTree};
use super::kind::{FileKind, kind_of};
use super::path::file_name;
use super::{forceignore, path};

/// The file that makes its folder a Salesforce DX project.
pub(super) const SFDX_PROJECT: &str = super::sfdx_project::NAME;
/// The file that makes its folder a project in metadata format.
pub(super) const PACKAGE_XML: &str = "package.xml";
/// A run lists at most this many files; a guard against link farms and runaway trees.
pub const MAX_FILES: usize = 4_000_000;

/// Hidden folders that hold files of the repository's own: CI, hooks, editor settings; and the state of the Salesforce CLI,
/// which should not be in git but sometimes is. Metadata in them is never deployed, so they are walked for plain files only.
const PLAIN_FOLDERS: [&str; 12] = [
    ".azure",
    ".azure-pipelines",
    ".buildkite",
    ".circleci",
    ".devcontainer",
    ".github",
    ".gitlab",
    ".husky",
    ".sf",
    ".sfdx",
    ".teamcity",
    ".vscode",
];

/// Folders of version control and of the Salesforce CLI itself: never deployed, wherever they lie.
const TOOL_FOLDERS: [&str; 5] = [".git", ".hg", ".sf", ".sfdx", ".svn"];
/// What editors generate in `.sfdx`: thousands of files that say nothing of orgs.
const GENERATED: [&str; 3] = ["indexes", "tools", "typings"];
/// The folder of installed npm packages.
pub(super) const NODE_MODULES: &str = "node_modules";

/// One file that was found.
#[derive(Debug)]
pub(super) struct Found {
    pub absolute: PathBuf,
    /// Relative to the run root, `/`, lossy.
    pub path: String,
    pub kind: Option<FileKind>,
    /// Belongs into the result; others only shape projects.
    pub listed: bool,
    /// Where the file really lies, if it was reached through a symlink.
    pub real: Option<PathBuf>,
    /// The symlinks on the way: 0, 1 for a linked file or folder, 2 for a linked file in a linked folder.
    pub links: u8,
}

/// A symlink met on the way.
#[derive(Debug)]
pub(super) struct Link {
    pub absolute: PathBuf,
    /// Where the folder that holds the link really lies.
    pub real_parent: PathBuf,
}

/// A folder that was not entered and may be deployed nevertheless.
#[derive(Debug)]
pub(super) struct HeldBack {
    pub absolute: PathBuf,
    /// Where the folder really lies, if it was reached through a symlink.
    pub real: Option<PathBuf>,
}

/// How much of a folder is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// The folder and everything below it.
    Deep,
    /// The files of the folder itself.
    Shallow,
}

/// What happens to a folder met on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FolderRule {
    Walk,
    Skip,
    /// Walk for plain files only.
    Plain,
}

/// Collects files, links and what was skipped below any number of folders.
pub(super) struct Walker<'a> {
    pub tree: &'a dyn FileTree,
    pub root: &'a Path,
    pub exclude: &'a GlobSet,
    pub other_files: bool,
    pub found: Vec<Found>,
    pub links: Vec<Link>,
    pub held_back: Vec<HeldBack>,
    pub skipped: Vec<Skipped>,
    full: bool,
}

impl<'a> Walker<'a> {
    pub fn new(request: &Request<'a>, root: &'a Path) -> Self {
        Self {
            tree: request.tree,
            root,
            exclude: request.exclude,
            other_files: request.other_files,
            found: Vec::new(),
            links: Vec::new(),
            held_back: Vec::new(),
            skipped: Vec::new(),
            full: false,
        }
    }

    /// The path as shown: relative to the root, `/`, lossy, `.` for the root.
    pub fn shown<'p>(&self, path: &'p Path) -> Cow<'p, str> {
        shown(self.root, path)
    }

    pub fn skip(&mut self, path: &Path, why: SkipReason) {
        let path = self.shown(path).into_owned();
        self.skipped.push(Skipped { path, why });
    }

    /// True if the configuration excludes the path, shown form, or a folder above it.
    pub fn is_excluded(&self, shown: &str) -> bool {
        !self.exclude.is_empty()
            && (self.exclude.is_match(shown)
                || shown
                    .match_indices('/')
                    .any(|(at, _)| shown.get(..at).is_some_and(|it| self.exclude.is_match(it))))
    }

    /// Walks `folder`. `real` is where it really lies if it was reached through a link.
    pub fn walk(&mut self, folder: &Path, real: Option<&Path>, depth: Depth) {
        let mut plain_folders = Vec::new();
        self.walk_as(folder, real, depth, false, &mut plain_folders);
        while let Some(plain) = plain_folders.pop() {
            let real_plain =
                real.and_then(|real| Some(real.join(plain.strip_prefix(folder).ok()?)));
            self.walk_as(&plain, real_plain.as_deref(), Depth::Deep, true, &mut Vec::new());
        }
    }

    fn walk_as(
        &mut self,
        folder: &Path,
        real: Option<&Path>,
        depth: Depth,
        plain: bool,
        plain_folders: &mut Vec<PathBuf>,
    ) {
        let tree = self.tree;
        let mut entries = tree.entries(folder, depth == Depth::Deep);
        while let Some(entry) = entries.next() {
            let Entry { path, name, kind } = match entry {
                Ok(entry) => entry,
                Err(Failed { path, why }) => {
                    self.skip(&path, SkipReason::Io(why));
                    continue;
                }
            };
            match kind {
                EntryKind::Folder => {
                    let rule = folder_rule(&name, self.other_files);
                    if rule == FolderRule::Plain {
                        plain_folders.push(path.clone());
                    }
                    let excluded = rule == FolderRule::Walk
                        && !self.exclude.is_empty()
                        && self.exclude.is_match(self.shown(&path).as_ref());
                    if excluded {
                        self.skip(&path, SkipReason::Excluded);
                    }
                    let generated = plain && is_generated(&path);
                    if excluded || generated || rule != FolderRule::Walk {
                        entries.skip_folder();
                    }
                    if rule != FolderRule::Walk && !plain && !is_tool_folder(&name) {
                        let real = real.map(|real| rebase(&path, folder, real));
                        self.held_back.push(HeldBack { absolute: path, real });
                    }
                }
                EntryKind::Link => {
                    let real_parent = path.parent().unwrap_or(folder);
                    let real_parent = real.map_or_else(
                        || real_parent.to_owned(),
                        |real| rebase(real_parent, folder, real),
                    );
                    self.links.push(Link { absolute: path, real_parent });
                }
                EntryKind::File => {
                    self.file(path, plain, |path| real.map(|real| rebase(path, folder, real)));
                }
                EntryKind::Other => self.skip(&path, SkipReason::NotRegular),
            }
            if self.full {
                break;
            }
        }
    }

    fn file(&mut self, absolute: PathBuf, plain: bool, real: impl Fn(&Path) -> Option<PathBuf>) {
        let root = self.root;
        let shown = shown(root, &absolute);
        let name = file_name(&shown);
        if is_skipped_file(name) {
            return;
        }
        let kind = if plain { None } else { kind_of(&shown) };
        let wanted = kind.is_some() || self.other_files;
        if !wanted && !matches!(name, SFDX_PROJECT | PACKAGE_XML | forceignore::FILE_NAME) {
            return;
        }
        let excluded = !self.exclude.is_empty() && self.exclude.is_match(shown.as_ref());
        let path = shown.into_owned();
        if wanted && excluded {
            self.skipped.push(Skipped { path: path.clone(), why: SkipReason::Excluded });
        }
        let real = real(&absolute);
        let links = u8::from(real.is_some());
        self.push(Found { absolute, path, kind, listed: wanted && !excluded, real, links });
    }

    pub fn push(&mut self, found: Found) {
        if self.found.len() < MAX_FILES {
            self.found.push(found);
        } else if !self.full {
            self.full = true;
            self.skipped.push(Skipped { path: found.path, why: SkipReason::TooManyFiles });
        }
    }
}

/// `path` below `folder`, moved below `real`.
fn rebase(path: &Path, folder: &Path, real: &Path) -> PathBuf {
    match path.strip_prefix(folder) {
        Ok(rest) if rest.as_os_str().is_empty() => real.to_owned(),
        Ok(rest) => real.join(rest),
        Err(_) => path.to_owned(),
    }
}

/// `path` as seen from `root`: `/`, lossy, `.` for the root itself.
pub(super) fn shown<'p>(root: &Path, path: &'p Path) -> Cow<'p, str> {
    // Text first: taking paths apart costs more than everything else done to a file.
    let text = match (root.to_str(), path.to_str()) {
        (Some(root), Some(path)) => path
            .strip_prefix(root)
            .filter(|rest| {
                rest.is_empty()
                    || root.ends_with(MAIN_SEPARATOR)
                    || rest.starts_with(MAIN_SEPARATOR)
            })
            .map(|rest| Cow::Borrowed(rest.trim_start_matches(MAIN_SEPARATOR))),
        _ => None,
    };
    let text = text.unwrap_or_else(|| path.strip_prefix(root).unwrap_or(path).to_string_lossy());
    if text.is_empty() {
        return Cow::Borrowed(".");
    }
    if cfg!(windows) { Cow::Owned(path::normalise(&text)) } else { text }
}

/// Whether the walk enters a folder of this name.
pub(super) fn folder_rule(name: &OsStr, other_files: bool) -> FolderRule {
    let bytes = name.as_encoded_bytes();
    if bytes.first() == Some(&b'.') {
        let plain = other_files && PLAIN_FOLDERS.iter().any(|plain| bytes == plain.as_bytes());
        return if plain { FolderRule::Plain } else { FolderRule::Skip };
    }
    if bytes == NODE_MODULES.as_bytes() || bytes.ends_with(b".dup") {
        FolderRule::Skip
    } else {
        FolderRule::Walk
    }
}

/// True for folders that are not deployed even from a package directory.
pub(super) fn is_tool_folder(name: &OsStr) -> bool {
    TOOL_FOLDERS.iter().any(|tool| name.as_encoded_bytes() == tool.as_bytes())
}

fn is_generated(folder: &Path) -> bool {
    let above = folder.parent().and_then(Path::file_name);
    above.is_some_and(|above| above.as_encoded_bytes() == b".sfdx")
        && folder.file_name().is_some_and(|name| {
            GENERATED.iter().any(|one| name.as_encoded_bytes() == one.as_bytes())
        })
}

/// FileTree the Salesforce CLI leaves behind and never deploys.
pub(super) fn is_skipped_file(name: &str) -> bool {
    name.ends_with(".dup") || matches!(name, "package2-descriptor.json" | "package2-manifest.json")
}

/// True if a walk of `scope` also reaches `folder`.
pub(super) fn reaches(scope: &Path, depth: Depth, folder: &Path) -> bool {
    match folder.strip_prefix(scope) {
        Ok(rest) if depth == Depth::Shallow => rest.as_os_str().is_empty(),
        Ok(rest) => rest.iter().all(|name| folder_rule(name, false) == FolderRule::Walk),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_by_name() {
        for (name, without, with) in [
            ("force-app", FolderRule::Walk, FolderRule::Walk),
            ("coverage", FolderRule::Walk, FolderRule::Walk),
            (".git", FolderRule::Skip, FolderRule::Skip),
            (".sfdx", FolderRule::Skip, FolderRule::Plain),
            (".localdevserver", FolderRule::Skip, FolderRule::Skip),
            ("node_modules", FolderRule::Skip, FolderRule::Skip),
            ("a.dup", FolderRule::Skip, FolderRule::Skip),
            (".github", FolderRule::Skip, FolderRule::Plain),
        ] {
            assert_eq!(folder_rule(OsStr::new(name), false), without, "{name}");
            assert_eq!(folder_rule(OsStr::new(name), true), with, "{name}");
        }
    }

    #[test]
    fn reached_folders() {
        let reaches = |scope: &str, depth, folder: &str| {
            super::reaches(Path::new(scope), depth, Path::new(folder))
        };
        assert!(reaches("/a", Depth::Deep, "/a/b/c") && reaches("/a", Depth::Deep, "/a"));
        assert!(!reaches("/a", Depth::Deep, "/a/.b/c") && !reaches("/a", Depth::Deep, "/ab"));
        assert!(reaches("/a", Depth::Shallow, "/a") && !reaches("/a", Depth::Shallow, "/a/b"));
    }

    #[cfg(unix)]
    #[test]
    fn shown_paths() {
        use std::os::unix::ffi::OsStrExt;
        let shown = |root: &str, path: &[u8]| {
            super::shown(Path::new(root), Path::new(OsStr::from_bytes(path))).into_owned()
        };
        assert_eq!(shown("/r", b"/r/a/b"), "a/b");
        assert_eq!(shown("/", b"/a"), "a");
        assert_eq!(shown("/r", b"/r"), ".");
        assert_eq!(shown("/r", b"/rx"), "/rx");
        assert_eq!(shown("/r", b"/r/a\xFF/b"), "a\u{FFFD}/b");
    }
}
