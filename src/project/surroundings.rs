//! What a folder inherits from the folders above it: its project, and the `.forceignore` that counts.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::discover::{Marker, Note};
use super::forceignore::{self, Forceignore};
use super::markers::Markers;
use super::path::{file_name, parent};
use super::walk::{Depth, Found, shown};

/// One folder's surroundings.
#[derive(Debug, Clone, Default)]
pub(super) struct Around {
    /// The project's folder and what makes it one.
    pub project: Option<(Rc<Path>, Marker)>,
    /// The project that deploys the folder from a package directory.
    deployed_by: Option<Rc<Path>>,
    /// The nearest `.forceignore` within the project.
    forceignore: Option<Rc<ForceignoreFile>>,
}

/// What keeps the files of one folder from being deployed.
#[derive(Debug, Default)]
pub(super) struct Ignoring {
    /// The `.forceignore` that counts.
    forceignore: Option<Rc<ForceignoreFile>>,
    /// That file ignores the folder itself or one above.
    ignored: bool,
}

#[derive(Debug)]
struct ForceignoreFile {
    folder: PathBuf,
    shown_folder: String,
    patterns: Rc<Forceignore>,
}

impl Ignoring {
    /// True if the file at `path`, shown form, in this folder is kept from being deployed.
    pub fn ignores_file(&self, path: &str) -> bool {
        let below = |folder: &str| {
            if folder == "." {
                Some(path)
            } else {
                path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'))
            }
        };
        self.ignored
            || self.forceignore.as_ref().is_some_and(|file| {
                below(&file.shown_folder).is_some_and(|path| file.patterns.ignores_file(path))
            })
    }
}

/// The surroundings of all folders, each worked out once.
pub(super) struct Surroundings<'a> {
    root: &'a Path,
    markers: &'a Markers<'a>,
    scopes: HashSet<&'a OsStr>,
    ignore_files: HashMap<OsString, Rc<ForceignoreFile>>,
    known: HashMap<OsString, Around>,
    /// Numbers for the folders from which a `.forceignore` is looked for.
    anchors: HashMap<OsString, usize>,
    /// Whether a folder is ignored by the `.forceignore` of an anchor.
    ignored: HashMap<(usize, OsString), bool>,
}

impl<'a> Surroundings<'a> {
    /// Reads the `.forceignore` files among `found`; what is wrong with them becomes notes.
    pub fn new(
        root: &'a Path,
        markers: &'a Markers<'a>,
        scopes: &'a [(PathBuf, Depth)],
        found: &[Found],
        notes: &mut Vec<Note>,
    ) -> Self {
        let mut ignore_files = HashMap::new();
        // Projects are made from one template: equal files are compiled once.
        let mut compiled: HashMap<String, (Rc<Forceignore>, Vec<String>)> = HashMap::new();
        for one in found.iter().filter(|one| file_name(&one.path) == forceignore::FILE_NAME) {
            let Some(folder) = one.absolute.parent() else {
                continue;
            };
            let note = |message| Note { path: one.path.clone(), message };
            let text = match forceignore::read(markers.tree, &one.absolute) {
                Ok(text) => text,
                Err(error) => {
                    notes.push(note(format!("cannot be read: {error}")));
                    continue;
                }
            };
            let (patterns, problems) = compiled.entry(text).or_insert_with_key(|text| {
                let (patterns, problems) = Forceignore::parse(text);
                (Rc::new(patterns), problems)
            });
            notes.extend(problems.iter().cloned().map(note));
            let file = ForceignoreFile {
                folder: folder.to_owned(),
                shown_folder: parent(&one.path).to_owned(),
                patterns: Rc::clone(patterns),
            };
            ignore_files.insert(folder.as_os_str().to_owned(), Rc::new(file));
        }
        let scopes = scopes.iter().map(|(scope, _)| scope.as_os_str()).collect();
        Self {
            root,
            markers,
            scopes,
            ignore_files,
            known: HashMap::new(),
            anchors: HashMap::new(),
            ignored: HashMap::new(),
        }
    }

    /// The surroundings of a folder within the root.
    pub fn of(&mut self, folder: &Path) -> Around {
        let mut unknown = Vec::new();
        let mut around = Around::default();
        for ancestor in folder.ancestors().take_while(|ancestor| ancestor.starts_with(self.root)) {
            if let Some(known) = self.known.get(ancestor.as_os_str()) {
                around = known.clone();
                break;
            }
            unknown.push(ancestor);
        }
        for folder in unknown.into_iter().rev() {
            around = self.step_down(around, folder);
            self.known.insert(folder.as_os_str().to_owned(), around.clone());
        }
        around
    }

    /// What keeps the files of `folder` from being deployed: the nearest `.forceignore` from `anchor` upward. The
    /// Salesforce CLI looks for it from the folder it deploys, so those further down are never read.
    /// In package directories it leaves out hidden folders unless the file takes them back in.
    pub fn ignoring(&mut self, folder: &Path, anchor: &Path, in_package: bool) -> Ignoring {
        let Some(file) = self.of(anchor).forceignore else {
            return Ignoring::default();
        };
        let next = self.anchors.len();
        let anchor_number = *self.anchors.entry(anchor.as_os_str().to_owned()).or_insert(next);
        let mut unknown = Vec::new();
        let mut ignored = false;
        for ancestor in folder.ancestors().take_while(|ancestor| *ancestor != file.folder) {
            let key = (anchor_number, ancestor.as_os_str().to_owned());
            if let Some(known) = self.ignored.get(&key) {
                ignored = *known;
                break;
            }
            unknown.push((key, ancestor));
        }
        for (key, folder) in unknown.into_iter().rev() {
            let below_anchor = in_package && folder != anchor && folder.starts_with(anchor);
            ignored =
                ignored || file.patterns.ignores_folder(&shown(&file.folder, folder), below_anchor);
            self.ignored.insert(key, ignored);
        }
        Ignoring { forceignore: Some(file), ignored }
    }

    fn step_down(&self, above: Around, folder: &Path) -> Around {
        let deploying = self.markers.package_directory_of(folder).filter(|project| {
            // The outermost project wins; all of them hold the folder.
            let length = |project: &Rc<Path>| project.as_os_str().len();
            above.deployed_by.as_ref().is_none_or(|known| length(project) < length(known))
        });
        let is_deployed = deploying.is_some() || above.deployed_by.is_some();
        let above_marker = above.project.as_ref().map(|(_, marker)| *marker);
        let marker = match (self.markers.at(folder), above_marker) {
            // A project that deploys the folder leaves no other project in it.
            _ if is_deployed => None,
            (Some(Marker::SfdxProject), _) => Some(Marker::SfdxProject),
            // Inside a Salesforce DX project a `package.xml` is a manifest.
            (_, Some(Marker::SfdxProject)) => None,
            (Some(marker), _) => Some(marker),
            (None, None) if self.scopes.contains(folder.as_os_str()) => Some(Marker::Folder),
            (None, _) => None,
        };
        let mut around = match (marker, deploying) {
            // A project's `.forceignore` does not reach into projects below.
            (Some(marker), _) => {
                Around { project: Some((folder.into(), marker)), ..Around::default() }
            }
            (None, Some(project)) => self.back_in(project, above, folder),
            (None, None) => above,
        };
        if let Some(file) = self.ignore_files.get(folder.as_os_str()) {
            around.forceignore = Some(Rc::clone(file));
        }
        around
    }

    /// The surroundings of a package directory: its project may lie above another one.
    fn back_in(&self, project: &Rc<Path>, above: Around, folder: &Path) -> Around {
        let is_same = above.project.as_ref().is_some_and(|(known, _)| known == project);
        let forceignore = if is_same {
            above.forceignore
        } else {
            let mut folders = folder.ancestors().take_while(|it| it.starts_with(project));
            folders.find_map(|folder| self.ignore_files.get(folder.as_os_str()).cloned())
        };
        Around {
            project: Some((Rc::clone(project), Marker::SfdxProject)),
            deployed_by: Some(Rc::clone(project)),
            forceignore,
        }
    }
}
