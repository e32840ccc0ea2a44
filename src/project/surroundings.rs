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
    /// The nearest `.forceignore` within the project.
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

impl Around {
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
    markers: &'a Markers,
    scopes: HashSet<&'a OsStr>,
    ignore_files: HashMap<OsString, Rc<ForceignoreFile>>,
    known: HashMap<OsString, Around>,
}

impl<'a> Surroundings<'a> {
    /// Reads the `.forceignore` files among `found`; what is wrong with them becomes notes.
    pub fn new(
        root: &'a Path,
        markers: &'a Markers,
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
            let text = match forceignore::read(&one.absolute) {
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
        Self { root, markers, scopes, ignore_files, known: HashMap::new() }
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

    fn step_down(&self, above: Around, folder: &Path) -> Around {
        let marker =
            match (self.markers.at(folder), above.project.as_ref().map(|(_, marker)| *marker)) {
                (Some(Marker::SfdxProject), _) => Some(Marker::SfdxProject),
                // Inside a Salesforce DX project a `package.xml` is a manifest.
                (_, Some(Marker::SfdxProject)) => None,
                (Some(marker), _) => Some(marker),
                (None, None) if self.scopes.contains(folder.as_os_str()) => Some(Marker::Folder),
                (None, _) => None,
            };
        let mut around = match marker {
            // A project's `.forceignore` does not reach into projects below.
            Some(marker) => Around { project: Some((folder.into(), marker)), ..Around::default() },
            None => above,
        };
        if let Some(file) = self.ignore_files.get(folder.as_os_str()) {
            around.forceignore = Some(Rc::clone(file));
            around.ignored = false;
        } else if !around.ignored
            && let Some(file) = &around.forceignore
        {
            around.ignored = file.patterns.ignores_folder(&shown(&file.folder, folder));
        }
        around
    }
}
