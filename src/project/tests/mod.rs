//! Discovery on real folders.

mod files;
mod kinds;
mod links;
mod projects;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use globset::{Glob, GlobSet, GlobSetBuilder};
use tempfile::TempDir;

use super::git::{GitRepository, GitTree};
use super::store::Disk;
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
        let exclude = globs(exclude);
        let discover = |tree| {
            let request = Request {
                tree,
                inputs: &inputs,
                current_dir: &current_dir,
                exclude: &exclude,
                other_files,
            };
            discover(&request)
        };
        let discovery = discover(&Disk);
        // A commit of the same files is the same project.
        if let Some(commit) = self.committed() {
            assert_eq!(told(&discover(&commit)), told(&discovery), "from git objects, from disk");
        }
        discovery
    }

    /// The files as a commit of which nothing is taken from the disk; `None` for what no commit can hold.
    fn committed(&self) -> Option<GitTree> {
        let root = self.root();
        if !root.join(".git").is_dir() || !is_storable(&root, true) {
            return None;
        }
        for arguments in [
            &["init", "-q"][..],
            &["add", "-A", "-f"],
            &["commit", "-q", "--allow-empty", "-m", "all"],
        ] {
            let run = Command::new("git")
                .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
                .args(["-c", "commit.gpgSign=false"])
                .args(arguments)
                .current_dir(&root)
                .env("GIT_CONFIG_GLOBAL", "/dev/null")
                .env("GIT_CONFIG_SYSTEM", "/dev/null")
                .output()
                .expect("git");
            assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        }
        let repository = GitRepository::around(&root, &root).expect("repository");
        let commit = repository.commit("HEAD").expect("commit");
        Some(repository.tree(&commit).expect("tree").without_disk())
    }
}

/// What of a result must not depend on where the files come from.
fn told(result: &Result<Discovery, DiscoverError>) -> String {
    match result {
        Ok(discovery) => format!("{discovery:#?}"),
        // The words of the system differ.
        Err(error) => error.to_string().split(':').next().unwrap_or_default().to_owned(),
    }
}

/// Whether git can store what lies in a folder: files and links, no empty folders, no repositories within.
fn is_storable(folder: &Path, top: bool) -> bool {
    let entries: Vec<_> =
        fs::read_dir(folder).map(|list| list.flatten().collect()).unwrap_or_default();
    (top || !entries.is_empty())
        && entries.iter().all(|entry| {
            let is_git = entry.file_name() == ".git";
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => {
                    if is_git {
                        top
                    } else {
                        is_storable(&entry.path(), false)
                    }
                }
                Ok(kind) => {
                    !is_git
                        && (kind.is_symlink() || kind.is_file() && fs::read(entry.path()).is_ok())
                }
                Err(_) => false,
            }
        })
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
