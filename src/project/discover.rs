//! From the command line to projects and their files.

use std::path::{Path, PathBuf};

use globset::GlobSet;

use super::copy::has_type_directory;
use super::file_tree::FileTree;
use super::forceignore;
use super::group::{Grouping, group};
use super::held_back;
use super::inputs::{self, DiscoverError, Inputs};
use super::kind::{FileKind, kind_of};
use super::links;
use super::markers::Markers;
use super::path::file_name;
use super::walk::{Depth, Found, Link, Walker, reaches};

/// What to discover.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Where the files are.
    pub tree: &'a dyn FileTree,
    /// FileTree and folders as named on the command line; relative ones start from `current_dir`.
    pub inputs: &'a [PathBuf],
    /// The folder relative inputs start from.
    pub current_dir: &'a Path,
    /// FileTree and folders to leave out, relative to the run root.
    pub exclude: &'a GlobSet,
    /// Also list files that are not metadata, for rules on plain files.
    pub other_files: bool,
}

/// Everything a run looks at.
#[derive(Debug)]
pub struct Discovery {
    /// The git work tree that holds all inputs, else their common folder (outside git the project around it, if that
    /// lies within the current folder). Absolute and canonical.
    pub root: PathBuf,
    /// Sorted by path.
    pub projects: Vec<Project>,
    /// What was left out, sorted by path.
    pub skipped: Vec<Skipped>,
    /// What the user should know about files that shape projects, sorted by path.
    pub notes: Vec<Note>,
}

/// Metadata that belongs together.
#[derive(Debug)]
pub struct Project {
    /// Relative to the run root; `.` for the root itself.
    pub path: String,
    /// What makes the folder a project.
    pub marker: Marker,
    /// Package directories in order, normalised, relative to the project; `.` is all of it.
    pub package_directories: Vec<String>,
    /// Namespace of the packages, if any.
    pub namespace: Option<String>,
    /// API version of the source, as written.
    pub source_api_version: Option<String>,
    /// Some package directory names a `package`.
    pub packages: bool,
    /// Some package directory names a `package` and its `versionNumber`.
    pub versioned_packages: bool,
    /// Sorted by path.
    pub files: Vec<ProjectFile>,
}

impl Project {
    /// A project without files, for what was named and could not become one.
    pub fn around_nothing() -> Project {
        Project {
            path: ".".to_owned(),
            marker: Marker::Folder,
            package_directories: Vec::new(),
            namespace: None,
            source_api_version: None,
            packages: false,
            versioned_packages: false,
            files: Vec::new(),
        }
    }
}

/// What makes a folder a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Marker {
    /// It holds `sfdx-project.json`.
    SfdxProject,
    /// It holds `package.xml`.
    PackageXml,
    /// It was named, and no marker is there.
    Folder,
}

/// One file of a project.
#[derive(Debug)]
pub struct ProjectFile {
    /// Relative to the run root, `/`, lossy: for people, never for opening.
    pub path: String,
    /// For opening.
    pub absolute: PathBuf,
    /// `None` for files that are not metadata.
    pub kind: Option<FileKind>,
    /// Full name of the component; empty for files that are not metadata.
    pub component: String,
    /// Named on the command line, itself or by a folder above it; else it is context.
    pub target: bool,
    /// False if `.forceignore` keeps it from being deployed, or if it is metadata in a folder of tests.
    pub deployed: bool,
    /// The package directory that holds it, by index.
    pub package_directory: Option<usize>,
    /// The separate copy it belongs to: a folder relative to the project, `.` for the project itself. Empty in package
    /// directories, for files that are not metadata, and in projects that are one copy.
    pub copy: String,
}

/// Something that was left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Relative to the run root.
    pub path: String,
    /// Why.
    pub why: SkipReason,
}

/// Why something was left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SkipReason {
    /// The configuration excludes it.
    Excluded,
    /// Named on the command line, but of no known kind.
    UnknownKind,
    /// A package directory outside of the run root.
    OutsideRoot,
    /// A symlink that leads out of the run root.
    SymlinkLeavesRoot,
    /// A symlink that leads back to a folder that holds it.
    SymlinkLoop,
    /// A device, pipe or socket.
    NotRegular,
    /// The run has more files than the limit; this is the first one that was left out.
    TooManyFiles,
    /// A `.zip` named on the command line.
    Archive,
    /// The system would not let it be read.
    Io(String),
}

/// Something worth telling about a file that shapes a project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// The file, relative to the run root.
    pub path: String,
    /// What is the matter with it.
    pub message: String,
}

/// Finds projects and files. The result does not depend on the order of directories.
///
/// # Errors
///
/// If no path is named, a named path does not exist or cannot be looked at, or the paths share no folder.
/// Everything met below the named paths is reported in the result instead.
pub fn discover(request: &Request<'_>) -> Result<Discovery, DiscoverError> {
    let inputs = inputs::resolve(request)?;
    let mut walker = Walker::new(request, &inputs.root);
    for (path, why) in &inputs.skipped {
        walker.skip(path, why.clone());
    }
    let mut markers = Markers::new(request.tree);
    let folders = included_folders(&inputs, &mut walker);
    let files = included_files(&inputs, &mut walker);
    let mut scopes = scopes(&inputs, &folders, &files, &walker, &mut markers);
    for (scope, depth) in &scopes {
        walker.walk(scope, None, *depth);
    }
    for folder in &folders {
        walk_unreached(folder, &mut scopes, &mut walker);
    }
    markers.add_found(&walker.found);
    for file in files {
        add_named_file(file, &scopes, &mut walker);
    }
    held_back::walk_package_directories(&mut scopes, &mut walker, &mut markers);
    held_back::walk_deployed(&scopes, &mut walker, &mut markers);
    walker.links.extend(inputs.links.iter().map(|link| Link {
        absolute: link.clone(),
        real_parent: link.parent().unwrap_or(link).to_owned(),
    }));
    links::follow(&mut walker, &mut markers, &scopes);
    tell_unknown_links(&inputs, &mut walker);

    let Walker { found, skipped, .. } = walker;
    Ok(group(
        found,
        skipped,
        &Grouping { inputs: &inputs, folders: &folders, scopes: &scopes, markers: &markers },
    ))
}

/// The named folders that are not excluded.
fn included_folders(inputs: &Inputs, walker: &mut Walker<'_>) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for folder in &inputs.folders {
        let path = walker.shown(folder).into_owned();
        if walker.is_excluded(&path) {
            walker.skip(folder, SkipReason::Excluded);
        } else {
            folders.push(folder.clone());
        }
    }
    folders
}

/// The named files that are to be read; the others are told.
fn included_files<'a>(inputs: &'a Inputs, walker: &mut Walker<'_>) -> Vec<&'a Path> {
    let mut files = Vec::new();
    for file in &inputs.files {
        let path = walker.shown(file).into_owned();
        if is_archive(&path) {
            walker.skip(file, SkipReason::Archive);
        } else if walker.is_excluded(&path) {
            walker.skip(file, SkipReason::Excluded);
        } else if !walker.other_files && kind_of(&path).is_none() {
            walker.skip(file, SkipReason::UnknownKind);
        } else {
            files.push(file.as_path());
        }
    }
    files
}

/// The folders to walk: the projects around the inputs, each once.
fn scopes(
    inputs: &Inputs,
    folders: &[PathBuf],
    files: &[&Path],
    walker: &Walker<'_>,
    markers: &mut Markers<'_>,
) -> Vec<(PathBuf, Depth)> {
    let root = &inputs.root;
    let mut wanted: Vec<(PathBuf, Depth)> = Vec::new();
    for folder in folders {
        markers.look_up(folder, root);
        let project = markers.owner(folder, root).map_or(folder.as_path(), |(project, _)| project);
        wanted.push((project.to_owned(), Depth::Deep));
    }
    for file in files.iter().copied().chain(inputs.links.iter().map(PathBuf::as_path)) {
        let parent = file.parent().unwrap_or(root);
        markers.look_up(parent, root);
        wanted.push(match markers.owner(parent, root) {
            Some((project, _)) => (project.to_owned(), Depth::Deep),
            None => folder_around(file, &walker.shown(file), root),
        });
    }
    wanted.sort_unstable_by(|a, b| {
        a.0.cmp(&b.0).then((a.1 == Depth::Shallow).cmp(&(b.1 == Depth::Shallow)))
    });
    let mut scopes: Vec<(PathBuf, Depth)> = Vec::new();
    for (folder, depth) in wanted {
        if !scopes.iter().any(|(scope, depth)| reaches(scope, *depth, &folder)) {
            scopes.push((folder, depth));
        }
    }
    scopes
}

/// Without a marker: the folder above the directory of the file's type, not above the root. A file that lies in no
/// such directory has only its neighbours as context: its folder may be anything, a whole tree included.
fn folder_around(file: &Path, path: &str, root: &Path) -> (PathBuf, Depth) {
    let parent = file.parent().unwrap_or(root);
    let Some(above) = kind_of(path).and_then(|kind| has_type_directory(path, &kind)) else {
        return (parent.to_owned(), Depth::Shallow);
    };
    let folders = |path: &str| {
        if path == "." { 0 } else { path.split('/').count() }
    };
    let up = folders(path).saturating_sub(folders(above));
    (
        file.ancestors()
            .nth(up)
            .filter(|folder| folder.starts_with(root))
            .unwrap_or(parent)
            .to_owned(),
        Depth::Deep,
    )
}

/// A named folder is read even where the walk does not go by itself.
fn walk_unreached(folder: &Path, scopes: &mut Vec<(PathBuf, Depth)>, walker: &mut Walker<'_>) {
    if !scopes.iter().any(|(scope, depth)| reaches(scope, *depth, folder)) {
        walker.walk(folder, None, Depth::Deep);
        scopes.push((folder.to_owned(), Depth::Deep));
    }
}

/// A named file is listed wherever it lies.
fn add_named_file(file: &Path, scopes: &[(PathBuf, Depth)], walker: &mut Walker<'_>) {
    let path = walker.shown(file).into_owned();
    let kind = kind_of(&path);
    let Some(parent) = file.parent() else { return };
    if !scopes.iter().any(|(scope, depth)| reaches(scope, *depth, parent)) {
        let above = parent.ancestors().take_while(|folder| folder.starts_with(walker.root));
        let ignore_files: Vec<PathBuf> = above
            .map(|folder| folder.join(forceignore::FILE_NAME))
            .filter(|path| walker.tree.is_file(path))
            .collect();
        for absolute in ignore_files {
            let path = walker.shown(&absolute).into_owned();
            walker.push(Found { absolute, path, kind: None, listed: false, real: None, links: 0 });
        }
    }
    walker.push(Found {
        absolute: file.to_owned(),
        path,
        kind,
        listed: true,
        real: None,
        links: 0,
    });
}

/// True for a `.zip`.
pub(super) fn is_archive(path: &str) -> bool {
    file_name(path).rsplit_once('.').is_some_and(|(_, suffix)| suffix.eq_ignore_ascii_case("zip"))
}

/// Named links to files that turned out to be of no known kind.
fn tell_unknown_links(inputs: &Inputs, walker: &mut Walker<'_>) {
    for link in &inputs.links {
        let path = walker.shown(link).into_owned();
        let told = walker.skipped.iter().any(|skipped| skipped.path == path)
            || walker.found.iter().any(|found| found.listed && found.absolute == *link);
        if !told {
            walker.skip(link, SkipReason::UnknownKind);
        }
    }
}
