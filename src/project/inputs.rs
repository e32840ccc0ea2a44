//! What the command line names, and the root of the run.

use std::io;
use std::path::{Component, Path, PathBuf};

use super::discover::{Request, SkipReason};
use super::file_tree::{self, FileTree, is_loop};
use super::kind::kind_of;
use super::path::normalise;
use super::types::is_type_directory;
use super::walk::{PACKAGE_XML, SFDX_PROJECT};

/// Why there is nothing to discover; a usage error.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// No path was named.
    #[error("no path given; name at least one file or folder, for example `.`")]
    NoInputs,
    /// A named path is not there.
    #[error("`{}` does not exist (looked in `{}`); check the spelling, or leave it out", path.display(), current_dir.display())]
    NotFound {
        /// As given.
        path: PathBuf,
        /// The folder relative paths start from.
        current_dir: PathBuf,
    },
    /// A named path cannot be looked at.
    #[error("`{}` cannot be read: {source}; check its permissions, or leave it out", path.display())]
    Unreadable {
        /// As given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The paths share no folder.
    #[error("`{}` and `{}` share no folder; check them in separate runs", first.display(), second.display())]
    NoCommonFolder {
        /// As given.
        first: PathBuf,
        /// As given.
        second: PathBuf,
    },
}

/// The named paths, canonical but for links to files.
#[derive(Debug)]
pub(super) struct Inputs {
    pub root: PathBuf,
    pub files: Vec<PathBuf>,
    pub folders: Vec<PathBuf>,
    pub links: Vec<PathBuf>,
    /// Absolute path and why it is not read.
    pub skipped: Vec<(PathBuf, SkipReason)>,
}

#[derive(Debug, PartialEq)]
enum Form {
    File,
    Folder,
    LinkToFile,
    Broken(SkipReason),
}

struct Named {
    given: PathBuf,
    lexical: PathBuf,
    absolute: PathBuf,
    form: Form,
}

impl Named {
    fn folder(&self) -> &Path {
        match self.form {
            Form::Folder => &self.absolute,
            _ => self.absolute.parent().unwrap_or(&self.absolute),
        }
    }
}

/// Looks at every named path and finds the root of the run.
pub(super) fn resolve(request: &Request<'_>) -> Result<Inputs, DiscoverError> {
    let tree = request.tree;
    let current_dir = tree.canonical(request.current_dir).map_err(|source| {
        DiscoverError::Unreadable { path: request.current_dir.to_owned(), source }
    })?;
    let named: Vec<Named> = request
        .inputs
        .iter()
        .map(|input| look_at(tree, input, request.current_dir))
        .collect::<Result<_, _>>()?;
    let root = root_of(tree, &named, &current_dir)?;
    let mut inputs = Inputs {
        root,
        files: Vec::new(),
        folders: Vec::new(),
        links: Vec::new(),
        skipped: Vec::new(),
    };
    for Named { absolute, lexical, form, .. } in named {
        if !absolute.starts_with(&inputs.root) {
            let root = &inputs.root;
            let shown = if lexical.starts_with(root) { lexical } else { absolute };
            inputs.skipped.push((shown, SkipReason::SymlinkLeavesRoot));
            continue;
        }
        match form {
            Form::File => inputs.files.push(absolute),
            Form::Folder => inputs.folders.push(absolute),
            Form::LinkToFile => inputs.links.push(absolute),
            Form::Broken(why) => inputs.skipped.push((absolute, why)),
        }
    }
    for list in [&mut inputs.files, &mut inputs.folders, &mut inputs.links] {
        list.sort_unstable();
        list.dedup();
    }
    Ok(inputs)
}

fn look_at(tree: &dyn FileTree, input: &Path, current_dir: &Path) -> Result<Named, DiscoverError> {
    let error = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            DiscoverError::NotFound { path: input.to_owned(), current_dir: current_dir.to_owned() }
        }
        _ => DiscoverError::Unreadable { path: input.to_owned(), source },
    };
    if input.as_os_str().is_empty() {
        return Err(error(io::ErrorKind::NotFound.into()));
    }
    let joined = current_dir.join(input);
    let is_link = tree.form(&joined).map_err(error)? == file_tree::Form::Link;
    let form = match tree.followed(&joined) {
        Ok(file_tree::Form::Folder) => Form::Folder,
        Ok(file_tree::Form::File) if is_link => Form::LinkToFile,
        Ok(file_tree::Form::File) => Form::File,
        Ok(_) => Form::Broken(SkipReason::NotRegular),
        Err(source) if is_link && is_loop(&source) => {
            Form::Broken(loop_reason(&normalise(&joined.to_string_lossy())))
        }
        Err(source) if is_link => Form::Broken(SkipReason::Io(format!("broken link: {source}"))),
        Err(source) => return Err(error(source)),
    };
    let absolute = match (&form, joined.parent(), joined.file_name()) {
        (Form::Folder, _, _) | (_, None, _) | (_, _, None) => {
            tree.canonical(&joined).map_err(error)?
        }
        (_, Some(parent), Some(name)) => tree.canonical(parent).map_err(error)?.join(name),
    };
    Ok(Named { given: input.to_owned(), lexical: resolve_dots(&joined), absolute, form })
}

/// Removes `.` and `..` by the text alone.
fn resolve_dots(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                resolved.pop();
            }
            other => resolved.push(other),
        }
    }
    resolved
}

/// Why a link to itself is not read. With the name of a metadata file it is a file that cannot be read.
pub(super) fn loop_reason(path: &str) -> SkipReason {
    if kind_of(path).is_some() {
        SkipReason::Io("a symbolic link that leads to itself".to_owned())
    } else {
        SkipReason::SymlinkLoop
    }
}

/// The git work tree that holds all inputs, else their common folder.
fn root_of(
    tree: &dyn FileTree,
    named: &[Named],
    current_dir: &Path,
) -> Result<PathBuf, DiscoverError> {
    let first = named.first().ok_or(DiscoverError::NoInputs)?;
    // As written first: a link that leaves the work tree must be seen leaving it.
    let lexical: Vec<&Path> = named.iter().map(|one| one.lexical.as_path()).collect();
    let absolute: Vec<&Path> = named.iter().map(|one| one.absolute.as_path()).collect();
    for paths in [lexical, absolute] {
        if let Some(root) = work_tree(tree, &paths).and_then(|root| tree.canonical(root).ok()) {
            return Ok(root);
        }
    }
    let mut common = first.folder();
    for other in named {
        while !other.folder().starts_with(common) {
            common = common.parent().ok_or_else(|| DiscoverError::NoCommonFolder {
                first: first.given.clone(),
                second: other.given.clone(),
            })?;
        }
    }
    Ok(project_below(tree, common, current_dir)
        .unwrap_or_else(|| above_type_directories(common))
        .to_owned())
}

/// The folder above the directories of a type: without `-meta.xml` only the directory tells the kind of a file, so
/// `profiles/Admin.profile` must not become `Admin.profile`.
fn above_type_directories(folder: &Path) -> &Path {
    // `permissionsets/<Set>/objectSettings` is the deepest.
    const LEVELS: usize = 3;
    let is_type = |folder: &&Path| {
        folder.file_name().is_some_and(|name| is_type_directory(&name.to_string_lossy()))
    };
    let types = folder.ancestors().take(LEVELS).filter(is_type);
    types.filter_map(Path::parent).last().unwrap_or(folder)
}

/// The nearest folder with `.git` that holds all paths.
fn work_tree<'a>(tree: &dyn FileTree, paths: &[&'a Path]) -> Option<&'a Path> {
    let first = *paths.first()?;
    first.ancestors().find(|folder| {
        paths.iter().all(|path| path.starts_with(folder)) && tree.exists(&folder.join(".git"))
    })
}

/// Outside git: the project around the inputs, if it lies within the current folder. Above the current folder nothing
/// is looked at, so a file planted in a shared folder shapes no run.
fn project_below<'a>(
    tree: &dyn FileTree,
    common: &'a Path,
    current_dir: &Path,
) -> Option<&'a Path> {
    [SFDX_PROJECT, PACKAGE_XML].iter().find_map(|marker| {
        common
            .ancestors()
            .take_while(|folder| folder.starts_with(current_dir))
            .find(|folder| tree.exists(&folder.join(marker)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_path_and_the_way_out() {
        let current_dir = tempfile::tempdir().expect("tempdir");
        let resolve = |inputs: &[PathBuf]| {
            super::resolve(&Request {
                tree: &crate::project::store::Disk,
                inputs,
                current_dir: current_dir.path(),
                exclude: &globset::GlobSet::empty(),
                other_files: false,
            })
            .expect_err("must fail")
            .to_string()
        };
        assert_eq!(
            resolve(&[]),
            "no path given; name at least one file or folder, for example `.`"
        );
        let message = resolve(&[".".into(), "missing/x.profile".into()]);
        assert!(message.starts_with("`missing/x.profile` does not exist"), "{message}");
        assert!(resolve(&["".into()]).contains("does not exist"));
        std::fs::write(current_dir.path().join("file"), "").expect("write");
        assert!(resolve(&["file/below".into()]).contains("does not exist"));
    }

    #[test]
    fn dots() {
        assert_eq!(resolve_dots(Path::new("/a/./b/../c")), Path::new("/a/c"));
        assert_eq!(resolve_dots(Path::new("/../a")), Path::new("/a"));
    }
}
