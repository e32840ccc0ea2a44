//! Config files from the disk: the one of a project, and those it extends.
//!
//! A config is content of a repository, and a pull request may bring any. So nothing outside of the git work tree is
//! read: an error would show lines of it.

use std::path::{Path, PathBuf};

use toml_span::{Span, Value};

use crate::document::SourceText;
use crate::project::file_tree::{FileTree, Form};
use crate::project::path::normalise;
use crate::rule::RuleSource;
use crate::rule::load::RuleError;
use crate::rule::load::reader::Reader;

/// Largest config file that is read, in bytes.
pub const MAX_BYTES: u64 = 1 << 20;
/// How deep files may extend files.
pub const MAX_DEPTH: usize = 8;
/// Files of one config.
pub const MAX_FILES: usize = 64;

/// The text of a config file.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    /// Path and text.
    pub source: RuleSource,
    /// The folder its paths are relative to; canonical if it is there.
    pub folder: PathBuf,
}

impl ConfigFile {
    /// A file from its text.
    pub fn new(path: &str, text: &str, folder: &Path) -> ConfigFile {
        let source = RuleSource::read(path.to_owned(), text);
        ConfigFile { source, folder: folder.to_owned() }
    }
}

/// A config file that cannot be read, and why.
#[derive(Clone, Debug, thiserror::Error)]
#[error("cannot read {path}: {why}")]
pub struct CannotRead {
    /// The file.
    pub path: String,
    /// The reason.
    pub why: String,
}

/// The files of a config, those that are extended first: what a later one says wins.
#[derive(Debug, Default)]
pub struct Chain {
    /// The files; the one that was asked for is the last.
    pub files: Vec<ConfigFile>,
    /// What is wrong with `extends`.
    pub errors: Vec<RuleError>,
}

/// Reads a config file and all that it extends. A file that was found, not named, must lie in the work tree itself.
///
/// # Errors
/// When the file itself cannot be read; what is wrong with an extended one is in the chain.
pub fn read_chain(tree: &dyn FileTree, path: &Path, named: bool) -> Result<Chain, CannotRead> {
    let shown = normalise(&path.to_string_lossy());
    let failed = |why: String| CannotRead { path: shown.clone(), why };
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    let folder = tree.canonical(parent).unwrap_or_else(|_| parent.to_owned());
    let path = path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name));
    let limit = work_tree(tree, &folder).map(Path::to_owned);
    let real = tree.canonical(&path).map_err(|error| failed(error.to_string()))?;
    if !named && limit.as_deref().is_some_and(|limit| !real.starts_with(limit)) {
        return Err(failed("it is a symbolic link that leaves the git work tree".to_owned()));
    }
    let file = read_file(tree, &path, &folder).map_err(failed)?;
    let mut walk =
        Walk { tree, limit, chain: Chain::default(), open: Vec::new(), known: Vec::new() };
    walk.visit(file, real);
    Ok(walk.chain)
}

/// The chain of a text that lies on no disk: it extends nothing.
pub fn chain_of_text(path: &str, text: &str, folder: &Path) -> Chain {
    let file = ConfigFile::new(path, text, folder);
    let mut chain = Chain::default();
    for (target, span) in targets(&file.source) {
        let message = format!("`extends` cannot read `{target}` here");
        chain.errors.push(error(&file.source, span, message, "no files around it", ""));
    }
    chain.files.push(file);
    chain
}

/// The nearest folder upward that holds `.git`.
pub fn work_tree<'f>(tree: &dyn FileTree, folder: &'f Path) -> Option<&'f Path> {
    folder.ancestors().find(|ancestor| tree.exists(&ancestor.join(".git")))
}

fn read_file(tree: &dyn FileTree, path: &Path, folder: &Path) -> Result<ConfigFile, String> {
    match tree.followed(path).map_err(|error| error.to_string())? {
        Form::File => {}
        // A pipe or device would block or never end.
        _ => return Err("it is not a regular file".to_owned()),
    }
    let bytes = tree.read(path, MAX_BYTES + 1).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("more than {MAX_BYTES} bytes are too large for a config"));
    }
    let source = SourceText::decode(bytes).map_err(|problem| problem.to_string())?;
    Ok(ConfigFile::new(&normalise(&path.to_string_lossy()), source.text(), folder))
}

/// What a file extends: a text or a list of texts. Values of another form are told when the file is read as a config.
fn targets(source: &RuleSource) -> Vec<(String, Span)> {
    let Ok(root) = toml_span::parse(&source.text) else { return Vec::new() };
    let Some(value) = root.as_table().and_then(|table| table.get("extends")) else {
        return Vec::new();
    };
    let one = |value: &Value<'_>| {
        let text = value.as_str().filter(|text| !text.trim().is_empty())?;
        Some((text.to_owned(), value.span))
    };
    match value.as_array() {
        Some(items) => items.iter().filter_map(one).collect(),
        None => one(value).into_iter().collect(),
    }
}

/// Reports an `extends` that is neither a text nor a list of texts.
pub(super) fn check_form(reader: &mut Reader<'_>, value: &Value<'_>) {
    if value.as_array().is_some() {
        reader.texts("extends", value);
    } else if value.as_str().is_none() {
        reader.wrong_form("extends", value, "the path of a config file, or a list of them");
    } else {
        reader.text("extends", value);
    }
}

fn error(
    source: &RuleSource,
    span: Span,
    message: impl Into<String>,
    label: &str,
    help: &str,
) -> RuleError {
    RuleError::new(source, span.start..span.end, message, label, help)
}

/// The way out for who wants to share a config between repositories.
const COPY: &str = "copy the file into the repository, or bring it in as a submodule";

/// Why a file is not extended.
struct Refusal {
    message: String,
    label: &'static str,
    help: &'static str,
}

struct Walk<'t> {
    tree: &'t dyn FileTree,
    /// The git work tree, if there is one.
    limit: Option<PathBuf>,
    chain: Chain,
    /// Files that are being read: whoever extends one of them goes in a circle.
    open: Vec<PathBuf>,
    /// Files of the chain. One that is extended twice counts once.
    known: Vec<PathBuf>,
}

impl Walk<'_> {
    /// Adds what a file extends, then the file. Recursion ends at [`MAX_DEPTH`].
    fn visit(&mut self, file: ConfigFile, real: PathBuf) {
        self.open.push(real.clone());
        self.known.push(real);
        for (target, span) in targets(&file.source) {
            match self.find(&file, &target) {
                Ok(Some((next, real))) => self.visit(next, real),
                Ok(None) => {}
                Err(no) => {
                    let one = error(&file.source, span, no.message, no.label, no.help);
                    self.chain.errors.push(one);
                }
            }
        }
        self.open.pop();
        self.chain.files.push(file);
    }

    /// The file that `extends` names; `None` when it counts already.
    fn find(
        &self,
        file: &ConfigFile,
        target: &str,
    ) -> Result<Option<(ConfigFile, PathBuf)>, Refusal> {
        let path = file.folder.join(local(target)?);
        let outside = |path: &Path| self.limit.as_ref().is_some_and(|top| !path.starts_with(top));
        let leaves = || {
            let message = format!("`extends` leaves the repository: `{target}`");
            Refusal { message, label: "outside of the git work tree", help: COPY }
        };
        let missing = |why: &str, help| {
            let message = format!("`extends` cannot read `{target}`: {why}");
            Refusal { message, label: "this file", help }
        };
        if outside(&lexical(&path)) {
            return Err(leaves());
        }
        let from_here = "the path starts from the folder of this file";
        let real = self
            .tree
            .canonical(&path)
            .map_err(|failure| missing(&failure.to_string(), from_here))?;
        if outside(&real) {
            return Err(leaves());
        }
        if self.known.contains(&real) && !self.open.contains(&real) {
            return Ok(None);
        }
        self.room(target, &real)?;
        let folder = path.parent().map(|folder| self.tree.canonical(folder));
        let folder = folder.and_then(Result::ok).unwrap_or_else(|| file.folder.clone());
        let path = path.file_name().map_or_else(|| path.clone(), |name| folder.join(name));
        match read_file(self.tree, &path, &folder) {
            Ok(next) => Ok(Some((next, real))),
            Err(why) => Err(missing(&why, "")),
        }
    }

    /// Whether one more file is no circle, and not too many.
    fn room(&self, target: &str, real: &PathBuf) -> Result<(), Refusal> {
        let (message, label, help) = if self.open.contains(real) {
            let message = format!("`extends` goes in a circle: `{target}` extends this file");
            (message, "back to where it came from", "remove one of the two")
        } else if self.open.len() >= MAX_DEPTH {
            let message = format!("`extends` goes deeper than {MAX_DEPTH} files");
            (message, "one too many", "extend the deeper files from here")
        } else if self.known.len() >= MAX_FILES {
            let message = format!("a config of more than {MAX_FILES} files");
            (message, "one too many", "join some of them")
        } else {
            return Ok(());
        };
        Err(Refusal { message, label, help })
    }
}

/// The normalised relative path of a config file.
fn local(target: &str) -> Result<String, Refusal> {
    let text = normalise(target);
    let (message, label, help) = if target.contains("://") {
        let message = format!("`extends` takes the path of a file, not `{target}`");
        (message, "never fetched", COPY)
    } else if crate::project::path::is_absolute(&text) {
        let message = format!("`extends` is relative to this file, and `{target}` is absolute");
        (message, "absolute", COPY)
    } else if !text.ends_with(".toml") {
        let message = format!("`extends` names a config file, and `{target}` is no .toml file");
        (message, "another kind of file", "")
    } else {
        return Ok(text);
    };
    Err(Refusal { message, label, help })
}

/// Without `..`, by the text alone.
fn lexical(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for component in path.components() {
        match component {
            std::path::Component::ParentDir => {
                resolved.pop();
            }
            std::path::Component::CurDir => {}
            other => resolved.push(other),
        }
    }
    resolved
}
