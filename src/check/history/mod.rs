//! Credentials in the history of a repository: every content that any commit brought, read once.
//!
//! A credential that was deleted is still in every clone. It is judged by the same rules as one in a file of today; of each there
//! is one finding, with all the places and commits where it stands.

mod contents;
mod reader;
mod told;

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

pub use contents::HistoryStore;

use self::contents::Blobs;
use self::reader::{Read, Reader};
use self::told::report;
use super::rules::{catalogue_of, found_config, named_config, nearest_config};
use super::{CheckRequest, Checked, Error};
use crate::config::Config;
use crate::config::path_glob::PathGlobs;
use crate::config::select::enabled_rules;
use crate::engine::plan::Plan;
use crate::project::ProjectKind;
use crate::project::git::{Commit, Commits, GitRepository, Logged};
use crate::project::store::Disk;
use crate::run::Progress;
use crate::value::date::Date;

/// Rules of these families on files as a whole: a key store is a credential, whatever is in it.
const FAMILIES: [&str; 2] = ["secrets", "repository"];
/// The kinds of such rules.
const KINDS: [&str; 2] = ["File", "env"];

/// Whose history is read.
pub struct HistoryRequest<'a> {
    /// The repository.
    pub repository: &'a GitRepository,
    /// Its commits.
    pub commits: &'a Commits,
    /// This commit and what leads to it were read before.
    pub after: Option<&'a Commit>,
    /// Set when somebody breaks the run off; what was found by then is reported.
    pub interrupted: &'a AtomicBool,
}

/// Looks for credentials in the history of a repository.
///
/// # Errors
/// Mistakes in the config, or git that does not answer.
pub fn history(
    request: &CheckRequest,
    of: &HistoryRequest<'_>,
    progress: Option<&dyn Progress>,
) -> Result<(Checked, HistoryStore), Error> {
    let top = of.repository.top().to_owned();
    let config = match &request.config {
        Some(path) => named_config(&Disk, &request.current_dir.join(path))?,
        None => match nearest_config(&Disk, &top) {
            Some(path) => found_config(&Disk, &path)?,
            None => Config::none(&top),
        },
    };
    let catalogue = catalogue_of(&Disk, &config)?;
    let mut enabled = enabled_rules(&catalogue, &config, &request.selection)?;
    enabled.retain(|one| {
        let (rule, mut kinds) = (&one.rule, one.rule.matching.kinds.iter());
        rule.matching.is_about_credentials()
            || FAMILIES.contains(&rule.family.as_str())
                && kinds.any(|kind| KINDS.contains(&kind.name()))
    });
    let plan = Plan::new(enabled, &config.lists, &catalogue.lists, request.today);
    let kind = config.kind.unwrap_or(ProjectKind::Org);
    let exclude = PathGlobs::new(&config.exclude);
    let judge = Judge { config: &config, plan: &plan, kind, today: request.today };
    let mut reader =
        Reader::new(judge, Blobs::new([of.repository.objects(), of.repository.objects()]));
    // The commit that is read, and the one before it, of which everything was read.
    let mut last: Option<Logged> = None;
    let mut complete: Option<Logged> = None;
    let logged = of.repository.log(of.commits, of.after, &mut |commit, version| {
        if last.as_ref() != Some(commit) {
            reader.counts.commits += 1;
            complete = last.replace(commit.clone());
        }
        if of.interrupted.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        let path = String::from_utf8_lossy(version.path).into_owned();
        if exclude.matches(&top.join(&path)) {
            reader.counts.excluded.insert(path);
        } else if version.submodule {
            reader.counts.submodules.insert(path);
        } else {
            reader.version(commit, version.id, path);
            if let Some(progress) = progress {
                progress.done(1);
            }
        }
        ControlFlow::Continue(())
    });
    reader.read_waiting();
    logged?;
    let interrupted = of.interrupted.load(Ordering::Relaxed).then_some(Interrupted { complete });
    let in_head = in_head(of.repository)?;
    let read = Read { shallow: of.repository.is_shallow(), interrupted, ..reader.finish(in_head) };
    report(request, of, &top, judge, read)
}

/// Somebody broke the run off.
struct Interrupted {
    /// The last commit of which everything was read.
    complete: Option<Logged>,
}

/// What decides.
#[derive(Clone, Copy)]
struct Judge<'a> {
    config: &'a Config,
    plan: &'a Plan,
    kind: ProjectKind,
    today: Date,
}

/// The contents of the commit that is checked out.
fn in_head(repository: &GitRepository) -> Result<HashSet<String>, Error> {
    match repository.commit("HEAD") {
        Ok(commit) => Ok(repository.tree_contents(&commit)?.into_iter().collect()),
        // Nothing is checked out.
        Err(_) => Ok(HashSet::new()),
    }
}
