//! The revisions of git that a command line names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::check::{CheckRequest, Earlier, Error, PolicyFrom, Sources};
use crate::cli::RevisionArgs;
use crate::commands::Failure;
use crate::project::file_tree::FileTree;
use crate::project::git::{GitRepository, GitTree, RevisionError};
use crate::project::overlay::Overlay;
use crate::project::store::Disk;

impl From<RevisionError> for Failure {
    fn from(error: RevisionError) -> Failure {
        Failure::Run(Error::Revision(error))
    }
}

/// What is checked, what decides, and what findings are held against.
#[derive(Debug)]
pub struct Revisions {
    /// The name of what is checked, unless it is the work tree.
    revision: Option<String>,
    /// What is checked, with its own files.
    own: Arc<dyn FileTree>,
    /// What is checked, with the files that shape projects as the policy has them.
    tree: Arc<dyn FileTree>,
    /// What decides, unless the checked tree does.
    policy: Option<Arc<GitTree>>,
    /// What findings are held against, and the same with the files that shape projects as the policy has them.
    since: Option<(Arc<GitTree>, Arc<dyn FileTree>)>,
    /// The top of the work tree, when something is asked of git.
    top: Option<PathBuf>,
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
            return Ok(Revisions {
                revision: None,
                own: Arc::new(Disk),
                tree: Arc::new(Disk),
                policy: None,
                since: None,
                top: None,
                staged: Vec::new(),
            });
        }
        let repository = repository_of(request)?;
        let commit = |name: &Option<String>| match name {
            Some(name) => repository.commit(name).map(Some),
            None => Ok(None),
        };
        let (head, policy, since) = (commit(rev)?, commit(policy_from)?, commit(since)?);
        let base = match since {
            Some(since) => {
                let tip = match &head {
                    Some(commit) => commit.clone(),
                    None => repository.commit("HEAD")?,
                };
                Some(Arc::new(repository.tree(&repository.merge_base(&since, &tip)?)?))
            }
            None => None,
        };
        let policy = policy.map(|commit| repository.tree(&commit)).transpose()?.map(Arc::new);
        let own: Arc<dyn FileTree> = match &head {
            Some(commit) => Arc::new(repository.tree(commit)?),
            None if *staged => Arc::new(repository.staged()?),
            None => Arc::new(Disk),
        };
        let shaped = |tree: Arc<dyn FileTree>| -> Arc<dyn FileTree> {
            match &policy {
                Some(policy) => Arc::new(Overlay::new(tree, Arc::clone(policy) as _)),
                None => tree,
            }
        };
        let revision = match &head {
            Some(commit) => Some(commit.shown()),
            None => staged.then(|| "the index".to_owned()),
        };
        Ok(Revisions {
            revision,
            tree: shaped(Arc::clone(&own)),
            own,
            since: base.map(|base| (Arc::clone(&base), shaped(base))),
            policy: policy.clone(),
            top: Some(repository.top().to_owned()),
            staged: if *staged { repository.staged_paths()? } else { Vec::new() },
        })
    }

    /// Where the run takes its files from.
    pub fn sources(&self) -> Sources<'_> {
        Sources {
            tree: &*self.tree,
            revision: self.revision.as_deref(),
            policy: self.policy.as_ref().map(|policy| PolicyFrom {
                tree: &**policy,
                name: policy.name(),
                own: Some(&*self.own),
            }),
        }
    }

    /// The top of the work tree, when something is asked of git.
    pub fn top(&self) -> Option<&Path> {
        self.top.as_deref()
    }

    /// What findings are held against.
    pub fn earlier(&self) -> Option<Earlier<'_>> {
        let (commit, tree) = self.since.as_ref()?;
        Some(Earlier { tree: &**tree, commit })
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
