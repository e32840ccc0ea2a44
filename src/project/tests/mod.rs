//! Discovery on real folders.

mod files;
mod kinds;
mod links;
mod projects;

use std::fs;
use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};
use tempfile::TempDir;

use super::{DiscoverError, Discovery, Project, ProjectFile, Request, SkipReason, discover};

/// A folder with files; contents matter only for the few that discovery reads.
struct Tree {
    temp: TempDir,
}

impl Tree {
    fn new(files: &[&str]) -> Self {
        let tree = Self { temp: tempfile::tempdir().expect("temporary folder") };
        for file in files {
            tree.write(file, "");
        }
        tree
    }

    /// In a git work tree.
    fn git(files: &[&str]) -> Self {
        let tree = Self::new(files);
        fs::create_dir_all(tree.root().join(".git")).expect("create");
        tree
    }

    fn root(&self) -> PathBuf {
        fs::canonicalize(self.temp.path()).expect("canonical")
    }

    fn write(&self, file: &str, content: &str) -> &Self {
        let path = self.root().join(file);
        fs::create_dir_all(path.parent().expect("has a parent")).expect("create");
        fs::write(path, content).expect("write");
        self
    }

    fn sfdx(&self, file: &str, directories: &[&str]) -> &Self {
        let entries: Vec<String> =
            directories.iter().map(|path| format!("{{\"path\":{path:?}}}")).collect();
        self.write(file, &format!("{{\"packageDirectories\":[{}]}}", entries.join(",")))
    }

    fn discover(&self, inputs: &[&str]) -> Discovery {
        self.discover_with(inputs, &[], false).expect("discovery")
    }

    fn discover_with(
        &self,
        inputs: &[&str],
        exclude: &[&str],
        other_files: bool,
    ) -> Result<Discovery, DiscoverError> {
        let inputs: Vec<PathBuf> = inputs.iter().map(PathBuf::from).collect();
        let current_dir = self.root();
        discover(&Request {
            inputs: &inputs,
            current_dir: &current_dir,
            exclude: &globs(exclude),
            other_files,
        })
    }
}

fn globs(patterns: &[&str]) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        builder.add(Glob::new(pattern).expect("glob"));
    }
    builder.build().expect("globs")
}

/// `project path: file, file` a project; context files in parentheses.
fn summary(discovery: &Discovery) -> Vec<String> {
    discovery
        .projects
        .iter()
        .map(|project| {
            let files: Vec<String> = project
                .files
                .iter()
                .map(
                    |file| {
                        if file.target { file.path.clone() } else { format!("({})", file.path) }
                    },
                )
                .collect();
            format!("{}: {}", project.path, files.join(" "))
        })
        .collect()
}

fn skipped(discovery: &Discovery) -> Vec<(&str, &SkipReason)> {
    discovery.skipped.iter().map(|one| (one.path.as_str(), &one.why)).collect()
}

fn only(discovery: &Discovery) -> &Project {
    assert_eq!(discovery.projects.len(), 1, "{:?}", summary(discovery));
    &discovery.projects[0]
}

fn file<'a>(project: &'a Project, path: &str) -> &'a ProjectFile {
    project
        .files
        .iter()
        .find(|file| file.path == path)
        .unwrap_or_else(|| panic!("{path} is missing"))
}

fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}
