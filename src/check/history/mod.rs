//! Credentials in the history of a repository: every content that any commit brought, read once.
//!
//! A credential that was deleted is still in every clone. It is judged by the same rules as one in a file of today; of each there
//! is one finding, with all the places and commits where it stands.

mod contents;
mod queue;
mod reader;
mod told;

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use contents::HistoryStore;

use self::queue::Queue;
use self::reader::{Brought, Read, Reader};
use self::told::report;
use super::rules::{catalogue_of, found_config, named_config, nearest_config};
use super::{CheckRequest, Checked, Error};
use crate::config::Config;
use crate::config::path_glob::PathGlobs;
use crate::config::select::enabled_rules;
use crate::document::MAX_FILE_BYTES;
use crate::engine::plan::Plan;
use crate::project::ProjectKind;
use crate::project::git::{Commit, Commits, GitRepository, Logged, ReadAhead};
use crate::project::store::Disk;
use crate::run::Progress;
use crate::value::date::Date;

/// Rules of these families on files as a whole: a key store is a credential, whatever is in it.
const FAMILIES: [&str; 2] = ["secrets", "repository"];
/// The kinds of such rules.
const KINDS: [&str; 2] = ["File", "env"];

/// `git cat-file` at most that unpack contents at the same time: two give more than one thread can search.
const PROCESSES: usize = 2;

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
    let mut reader = Reader::new(judge, of, progress);
    let processes = request.threads.clamp(1, PROCESSES);
    let objects = (0..processes).map(|_| of.repository.objects());
    let mut queue = Queue::new(ReadAhead::new(objects, MAX_FILE_BYTES + 1));
    let mut listed: Option<Rc<Brought>> = None;
    of.repository.log(of.commits, of.after, &mut |commit, version| {
        if of.interrupted.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        let brought = match &listed {
            Some(known) if known.commit == *commit => Rc::clone(known),
            _ => {
                reader.counts.commits += 1;
                let number = reader.counts.commits;
                let new = Rc::new(Brought { number, commit: commit.clone() });
                Rc::clone(listed.insert(new))
            }
        };
        let path = String::from_utf8_lossy(version.path).into_owned();
        if exclude.matches(&top.join(&path)) {
            reader.counts.excluded.insert(path);
        } else if version.submodule {
            reader.counts.submodules.insert(path);
        } else {
            let waiting = reader.waiting(&brought, version.id, path);
            return queue.push(waiting, &mut reader);
        }
        ControlFlow::Continue(())
    })?;
    // It breaks off only when somebody else does.
    let _ = queue.read_all(&mut reader);
    drop(queue);
    let in_head = in_head(of.repository)?;
    let read = Read { shallow: of.repository.is_shallow(), ..reader.finish(in_head) };
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
