//! The folders that are projects of their own.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::discover::Marker;
use super::walk::{Found, PACKAGE_XML, SFDX_PROJECT};

#[derive(Debug, Clone, Copy, Default)]
struct Present {
    sfdx_project: bool,
    package_xml: bool,
}

/// Which folders hold `sfdx-project.json` or `package.xml`.
#[derive(Debug, Default)]
pub(super) struct Markers {
    folders: HashMap<PathBuf, Present>,
    /// Folders already looked at on the way up from an input.
    looked_at: HashSet<PathBuf>,
}

impl Markers {
    /// Looks for markers from `folder` up to `root` in the file system.
    pub fn look_up(&mut self, folder: &Path, root: &Path) {
        for folder in folder.ancestors().take_while(|folder| folder.starts_with(root)) {
            if !self.looked_at.insert(folder.to_owned()) {
                break;
            }
            let is_file = |name: &str| is_file_within(&folder.join(name), root);
            let present =
                Present { sfdx_project: is_file(SFDX_PROJECT), package_xml: is_file(PACKAGE_XML) };
            if present.sfdx_project || present.package_xml {
                self.folders.insert(folder.to_owned(), present);
            }
        }
    }

    /// Takes note of the markers among found files.
    pub fn add_found(&mut self, found: &[Found]) {
        for one in found {
            let name = super::path::file_name(&one.path);
            let (sfdx_project, package_xml) = (name == SFDX_PROJECT, name == PACKAGE_XML);
            if let Some(folder) = one.absolute.parent().filter(|_| sfdx_project || package_xml) {
                let present = self.folders.entry(folder.to_owned()).or_default();
                present.sfdx_project |= sfdx_project;
                present.package_xml |= package_xml;
            }
        }
    }

    /// The project that holds `folder`: the nearest `sfdx-project.json` upward, not above `root`, else the nearest
    /// `package.xml`. Inside a Salesforce DX project a `package.xml` is a manifest, not a project.
    pub fn owner<'a>(&self, folder: &'a Path, root: &Path) -> Option<(&'a Path, Marker)> {
        if self.folders.is_empty() {
            return None;
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
        self.folders
            .iter()
            .any(|(marked, present)| present.sfdx_project && marked.starts_with(folder))
    }

    /// The folders of Salesforce DX projects, sorted.
    pub fn sfdx_projects(&self) -> Vec<PathBuf> {
        let mut folders: Vec<PathBuf> = self
            .folders
            .iter()
            .filter(|(_, present)| present.sfdx_project)
            .map(|(folder, _)| folder.clone())
            .collect();
        folders.sort_unstable();
        folders
    }
}

/// A regular file, or a link to one within the root.
fn is_file_within(path: &Path, root: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| {
        metadata.is_file()
            || (metadata.is_symlink()
                && fs::canonicalize(path)
                    .is_ok_and(|target| target.starts_with(root) && target.is_file()))
    })
}
