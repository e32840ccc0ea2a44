//! The revisions of git that a command line names.

use std::path::{Path, PathBuf};

use crate::check::{CheckRequest, Sources};
use crate::cli::RevisionArgs;
use crate::commands::Failure;
use crate::project::git::{Commit, GitRepository, GitTree, RevisionError};
use crate::project::store::Disk;

impl From<RevisionError> for Failure {
    fn from(error: RevisionError) -> Failure {
        Failure::Usage(error.to_string())
    }
}

/// What is checked, and what it is held against.
#[derive(Debug, Default)]
pub struct Revisions {
    /// What is checked, unless it is the work tree.
    head: Option<GitTree>,
    /// What decides, unless the checked tree does.
    policy: Option<GitTree>,
    /// What findings are held against.
    pub since: Option<GitTree>,
    /// The files that are staged.
    staged: Vec<PathBuf>,
}

impl Revisions {
    /// Resolves each name once.
    ///
    /// # Errors
    /// The inputs are in no repository or in several, or git does not know a name.
    pub fn new(args: &RevisionArgs, request: &CheckRequest) -> Result<Revisions, Failure> {
        let RevisionArgs { since, rev, staged, policy_from } = args;
        if since.is_none() && rev.is_none() && !staged && policy_from.is_none() {
            return Ok(Revisions::default());
        }
        let repository = repository_of(request)?;
        let head = rev.as_deref().map(|name| repository.commit(name)).transpose()?;
        let mut revisions = Revisions::default();
        if let Some(name) = since {
            let tip = match &head {
                Some(commit) => commit.clone(),
                None => repository.commit("HEAD")?,
            };
            let base = repository.merge_base(&repository.commit(name)?, &tip)?;
            // Told by the name that was given: the id alone says nothing to people.
            let base = Commit { name: name.clone(), ..base };
            revisions.since = Some(repository.tree(&base)?);
        }
        if let Some(name) = policy_from {
            revisions.policy = Some(repository.tree(&repository.commit(name)?)?);
        }
        if let Some(commit) = head {
            revisions.head = Some(repository.tree(&commit)?);
        } else if *staged {
            revisions.head = Some(repository.staged()?);
            revisions.staged = repository.staged_paths()?;
        }
        Ok(revisions)
    }

    /// Where the run takes its files from.
    pub fn sources(&self) -> Sources<'_> {
        let tree = self.head.as_ref();
        Sources {
            tree: tree.map_or(&Disk, |tree| tree),
            policy: self.policy.as_ref().map(|tree| tree as _),
        }
    }

    /// With `--staged` alone the staged files are what is checked; false when there is none.
    pub fn choose_inputs(&self, args: &RevisionArgs, request: &mut CheckRequest) -> bool {
        if !args.staged || args.since.is_some() {
            return true;
        }
        let named: Vec<PathBuf> = request
            .inputs
            .iter()
            .map(|input| request.current_dir.join(input))
            .map(|input| input.canonicalize().unwrap_or(input))
            .collect();
        let is_named = |path: &&PathBuf| named.iter().any(|input| path.starts_with(input));
        request.inputs = self.staged.iter().filter(is_named).cloned().collect();
        !request.inputs.is_empty()
    }
}

/// The repository that all inputs lie in.
fn repository_of(request: &CheckRequest) -> Result<GitRepository, Failure> {
    let mut found: Option<GitRepository> = None;
    for input in &request.inputs {
        let folder = folder_of(&request.current_dir.join(input));
        let repository = GitRepository::around(&folder, &request.current_dir)?;
        match &found {
            Some(known) if known.top() != repository.top() => {
                let shown = |path: &Path| crate::project::path::normalise(&path.to_string_lossy());
                return Err(Failure::Usage(format!(
                    "{} and {} are two repositories, and a revision belongs to one: check them in separate runs",
                    shown(known.top()),
                    shown(repository.top())
                )));
            }
            Some(_) => {}
            None => found = Some(repository),
        }
    }
    match found {
        Some(repository) => Ok(repository),
        None => Ok(GitRepository::around(&folder_of(&request.current_dir), &request.current_dir)?),
    }
}

/// The nearest folder that is there, canonical: what is named may be in a revision only.
fn folder_of(path: &Path) -> PathBuf {
    let folders = path.ancestors().filter(|folder| folder.is_dir());
    folders.filter_map(|folder| folder.canonicalize().ok()).next().unwrap_or_default()
}
