//! The repositories that the projects of a run lie in: each is judged once, with the first of its projects.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use super::CheckRequest;
use crate::model::read::Context;
use crate::model::record::{FileId, Record};
use crate::model::repository::{RepositoryFiles, repository};
use crate::project::file_tree::{FileTree, Form};
use crate::project::git::OnDisk;
use crate::project::git::ignoring::GITIGNORE;
use crate::project::store::FileEntry;
use crate::project::version_control::VersionControl;
use crate::project::{Discovery, Marker};
use crate::report::summary::some;
use crate::secret::masked;

/// The repositories of a run.
pub(super) struct Repositories<'a> {
    /// What git says.
    pub on_disk: OnDisk<'a>,
    tree: &'a dyn FileTree,
    discovery: &'a Discovery,
    /// What the command line names, canonical.
    inputs: Vec<PathBuf>,
    /// The folder of each project, canonical.
    folders: Vec<PathBuf>,
    judged: HashSet<PathBuf>,
}

/// A repository that is judged now.
pub(super) struct OneRepository {
    folder: PathBuf,
    projects: Vec<PathBuf>,
    anchor: FileId,
    files: Vec<FileId>,
}

impl<'a> Repositories<'a> {
    pub fn new(
        request: &CheckRequest,
        tree: &'a dyn FileTree,
        discovery: &'a Discovery,
    ) -> Repositories<'a> {
        let folders: Vec<PathBuf> = discovery
            .projects
            .iter()
            .map(|project| match project.path.as_str() {
                "." => discovery.root.clone(),
                path => discovery.root.join(path),
            })
            .collect();
        let inputs = request
            .inputs
            .iter()
            .filter_map(|input| tree.canonical(&request.current_dir.join(input)).ok())
            .collect();
        Repositories {
            on_disk: OnDisk::new(tree, &request.current_dir, folders.clone()),
            tree,
            discovery,
            inputs,
            folders,
            judged: HashSet::new(),
        }
    }

    /// The repository of a project, if it has not been judged yet and a file that findings can point at is a target.
    pub fn of(
        &mut self,
        project: usize,
        first_file: &[u32],
        files: &mut Vec<FileEntry>,
    ) -> Option<OneRepository> {
        let own = self.folders.get(project)?.clone();
        let marker = match self.discovery.projects.get(project)?.marker {
            Marker::SfdxProject => Some("sfdx-project.json"),
            Marker::PackageXml => Some("package.xml"),
            Marker::Folder => None,
        };
        // A run on some files of an app must not even look for a repository.
        let markers = marker.map(|name| own.join(name));
        if !self.is_target(&own.join(GITIGNORE))
            && !markers.as_ref().is_some_and(|marker| self.is_target(marker))
            && !self.inputs.iter().any(|input| input.ends_with(GITIGNORE))
        {
            return None;
        }
        let root = self.on_disk.repository(&own).root;
        let at_top = self.is_target(&root.join(GITIGNORE));
        let folder = if at_top { root.clone() } else { own };
        // Before the repository counts as judged: a project without a file to point at leaves it to the next one.
        let wanted = [Some(folder.join(GITIGNORE)), markers];
        let is_file = |path: &Path| matches!(self.tree.form(path), Ok(Form::File));
        let anchor =
            wanted.into_iter().flatten().find(|path| is_file(path) && self.is_target(path))?;
        // Hooks hand over long lists in parts: the part that holds the ignore file tells, not that of the marker.
        if self.inputs.contains(&anchor) && !anchor.ends_with(GITIGNORE) {
            let ignore_file = |folder: &PathBuf| is_file(&folder.join(GITIGNORE));
            if ignore_file(&folder) || ignore_file(&root) {
                return None;
            }
        }
        if !self.judged.insert(folder.clone()) {
            return None;
        }
        let projects: Vec<usize> = (0..self.folders.len())
            .filter(|at| {
                let one = self.folders.get(*at);
                *at == project
                    || at_top
                        && one.is_some_and(|one| {
                            one.starts_with(&folder) && self.on_disk.repository(one).root == folder
                        })
            })
            .collect();
        let known = files.iter().position(|file| file.absolute.as_os_str() == anchor.as_os_str());
        let anchor = known.unwrap_or_else(|| {
            let path = crate::project::path::normalise(&self.shown(&anchor));
            files.push(FileEntry {
                path,
                absolute: anchor,
                target: true,
                deployed: true,
                of_policy: false,
            });
            files.len() - 1
        });
        let ids = projects.iter().flat_map(|at| {
            let first = first_file.get(*at).copied().unwrap_or(0);
            let count = self.discovery.projects.get(*at).map_or(0, |project| project.files.len());
            (first..).take(count).map(FileId)
        });
        Some(OneRepository {
            files: ids.collect(),
            // What lies at the top is judged there.
            projects: projects
                .iter()
                .filter_map(|at| self.folders.get(*at))
                .filter(|one| **one != folder)
                .cloned()
                .collect(),
            folder,
            anchor: FileId(anchor as u32),
        })
    }

    fn is_target(&self, path: &Path) -> bool {
        self.inputs.iter().any(|input| path.starts_with(input))
    }

    fn shown(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.discovery.root).unwrap_or(path);
        let shown = below.to_string_lossy();
        if shown.is_empty() { ".".to_owned() } else { shown.into_owned() }
    }

    /// What could not be judged because git did not answer, once for each reason.
    pub fn remarks(&self) -> Vec<String> {
        let mut by_reason: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (root, why) in self.on_disk.unjudged() {
            by_reason.entry(why).or_default().push(self.shown(&root));
        }
        by_reason
            .into_iter()
            .map(|(why, roots)| {
                let roots: Vec<&str> = roots.iter().map(String::as_str).collect();
                let remark =
                    format!("not judged: which files are in git, in {}: {why}", some(&roots));
                masked(&remark).into_owned()
            })
            .collect()
    }
}

impl OneRepository {
    pub fn record(&self, probes: &[String], context: &Context<'_>) -> Option<Record> {
        let of = RepositoryFiles {
            probes,
            folder: &self.folder,
            projects: &self.projects,
            anchor: self.anchor,
            files: &self.files,
        };
        repository(&of, context)
    }
}
