//! The folders that are projects of their own, and what each of them deploys.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::discover::Marker;
use super::file_tree::{FileTree, Form};
use super::sfdx_project::{self, SfdxProject};
use super::walk::{Found, PACKAGE_XML, SFDX_PROJECT};

#[derive(Debug, Clone, Copy, Default)]
struct Present {
    sfdx_project: bool,
    package_xml: bool,
}

/// Which folders hold `sfdx-project.json` or `package.xml`.
///
/// A marker inside a package directory of another Salesforce DX project makes no project: the project around it deploys
/// the folder all the same, so a file put there must not take anything out of it.
#[derive(Debug)]
pub(super) struct Markers<'a> {
    pub tree: &'a dyn FileTree,
    /// Sorted: what lies below a folder follows it.
    folders: BTreeMap<PathBuf, Present>,
    /// The project files that were read, by folder.
    configs: HashMap<PathBuf, Result<SfdxProject, String>>,
    /// Absolute package directories, each with the outermost project that deploys it.
    package_directories: HashMap<PathBuf, Rc<Path>>,
    /// Folders with `sfdx-project.json` that lie in a package directory of another project.
    swallowed: HashSet<PathBuf>,
    /// Folders already looked at on the way up from an input.
    looked_at: HashSet<PathBuf>,
}

impl<'d> Markers<'d> {
    pub fn new(tree: &'d dyn FileTree) -> Markers<'d> {
        Markers {
            tree,
            folders: BTreeMap::new(),
            configs: HashMap::new(),
            package_directories: HashMap::new(),
            swallowed: HashSet::new(),
            looked_at: HashSet::new(),
        }
    }

    /// Looks for markers from `folder` up to `root`.
    pub fn look_up(&mut self, folder: &Path, root: &Path) {
        let mut fresh = Vec::new();
        for folder in folder.ancestors().take_while(|folder| folder.starts_with(root)) {
            if !self.looked_at.insert(folder.to_owned()) {
                break;
            }
            let is_file = |name: &str| is_file_within(self.tree, &folder.join(name), root);
            let present =
                Present { sfdx_project: is_file(SFDX_PROJECT), package_xml: is_file(PACKAGE_XML) };
            self.add(folder, present, &mut fresh);
        }
        self.settle(fresh);
    }

    /// Takes note of the markers among found files.
    pub fn add_found(&mut self, found: &[Found]) {
        let mut fresh = Vec::new();
        for one in found {
            let name = super::path::file_name(&one.path);
            let present =
                Present { sfdx_project: name == SFDX_PROJECT, package_xml: name == PACKAGE_XML };
            if let Some(folder) = one.absolute.parent() {
                self.add(folder, present, &mut fresh);
            }
        }
        self.settle(fresh);
    }

    fn add(&mut self, folder: &Path, present: Present, fresh: &mut Vec<PathBuf>) {
        if !present.sfdx_project && !present.package_xml {
            return;
        }
        let known = self.folders.entry(folder.to_owned()).or_default();
        if present.sfdx_project && !known.sfdx_project {
            fresh.push(folder.to_owned());
        }
        known.sfdx_project |= present.sfdx_project;
        known.package_xml |= present.package_xml;
    }

    /// Finds out which of the new Salesforce DX folders are projects, and what they deploy.
    fn settle(&mut self, mut fresh: Vec<PathBuf>) {
        fresh.sort_unstable();
        let new: HashSet<&PathBuf> = fresh.iter().collect();
        let above_known = fresh.iter().any(|folder| {
            self.sfdx_folders_within(folder).any(|below| below != folder && !new.contains(below))
        });
        if above_known {
            self.package_directories.clear();
            self.swallowed.clear();
            fresh = self.sfdx_folders_within(Path::new("")).cloned().collect();
        }
        // Folders come before what lies in them.
        for folder in fresh {
            if self.deployed_by(&folder).is_some() {
                self.swallowed.insert(folder);
                continue;
            }
            let project: Rc<Path> = folder.as_path().into();
            let config = self.configs.entry(folder).or_insert_with_key(|folder| {
                sfdx_project::read(self.tree, &folder.join(SFDX_PROJECT))
            });
            let directories = config.as_ref().map_or(&[][..], |config| &config.package_directories);
            for directory in directories.iter().filter(|path| !sfdx_project::is_outside(path)) {
                self.package_directories
                    .entry(within(&project, directory))
                    .or_insert_with(|| Rc::clone(&project));
            }
        }
    }

    fn sfdx_folders_within<'a>(
        &'a self,
        folder: &'a Path,
    ) -> impl Iterator<Item = &'a PathBuf> + 'a {
        self.folders
            .range::<Path, _>((Bound::Included(folder), Bound::Unbounded))
            .take_while(move |(marked, _)| marked.starts_with(folder))
            .filter(|(_, present)| present.sfdx_project)
            .map(|(marked, _)| marked)
    }

    /// The outermost project that deploys `folder` from one of its package directories.
    pub fn deployed_by(&self, folder: &Path) -> Option<&Rc<Path>> {
        if self.package_directories.is_empty() {
            return None;
        }
        // All of them hold the folder, so the shortest is the outermost.
        folder
            .ancestors()
            .filter_map(|folder| self.package_directories.get(folder))
            .min_by_key(|project| project.as_os_str().len())
    }

    /// The project that deploys `folder` if that is itself a package directory.
    pub fn package_directory_of(&self, folder: &Path) -> Option<&Rc<Path>> {
        if self.package_directories.is_empty() {
            return None;
        }
        self.package_directories.get(folder)
    }

    /// The project that holds `folder`: the one that deploys it, else the nearest `sfdx-project.json` upward, not above
    /// `root`, else the nearest `package.xml`. Inside a Salesforce DX project a `package.xml` is a manifest, not a
    /// project.
    pub fn owner<'a>(&self, folder: &'a Path, root: &Path) -> Option<(&'a Path, Marker)> {
        if self.folders.is_empty() {
            return None;
        }
        if let Some(project) = self.deployed_by(folder) {
            let above = folder.ancestors().find(|folder| **folder == **project)?;
            return Some((above, Marker::SfdxProject));
        }
        let mut package_xml = None;
        for folder in folder.ancestors().take_while(|folder| folder.starts_with(root)) {
            match self.folders.get(folder) {
                Some(present) if present.sfdx_project => {
                    return Some((folder, Marker::SfdxProject));
                }
                Some(_) if package_xml.is_none() => package_xml = Some(folder),
                _ => {}
            }
        }
        package_xml.map(|folder| (folder, Marker::PackageXml))
    }

    /// The marker a folder itself holds.
    pub fn at(&self, folder: &Path) -> Option<Marker> {
        let present = self.folders.get(folder)?;
        Some(if present.sfdx_project { Marker::SfdxProject } else { Marker::PackageXml })
    }

    /// True if a project of its own lies at or below `folder`.
    pub fn any_within(&self, folder: &Path) -> bool {
        self.sfdx_folders_within(folder).any(|marked| !self.swallowed.contains(marked))
    }

    /// The folders of Salesforce DX projects, sorted.
    pub fn sfdx_projects(&self) -> Vec<PathBuf> {
        self.sfdx_folders_within(Path::new(""))
            .filter(|folder| !self.swallowed.contains(*folder))
            .cloned()
            .collect()
    }

    /// The project file of a folder that [`sfdx_projects`](Self::sfdx_projects) lists.
    pub fn config(&self, project: &Path) -> Option<&Result<SfdxProject, String>> {
        self.configs.get(project)
    }
}

/// A package directory as an absolute path.
fn within(project: &Path, directory: &str) -> PathBuf {
    if directory == "." { project.to_owned() } else { project.join(directory) }
}

/// A regular file, or a link to one within the root.
fn is_file_within(tree: &dyn FileTree, path: &Path, root: &Path) -> bool {
    let within = |target: PathBuf| target.starts_with(root) && tree.is_file(&target);
    match tree.form(path) {
        Ok(Form::File) => true,
        Ok(Form::Link) => tree.canonical(path).is_ok_and(within),
        _ => false,
    }
}
