//! What a change brings: the findings of a tree that the place where it left another one has not.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{CheckRequest, Checked, Error, PolicyFrom, Sources, check};
use crate::check::baseline::BaselineChoice;
use crate::config::FILE_NAME;
use crate::config::select::ABOUT_EXCEPTIONS;
use crate::project::DiscoverError;
use crate::project::file_tree::FileTree;
use crate::project::git::GitTree;
use crate::project::path::file_name;
use crate::run::Progress;
use crate::settle::report::{ReportedFinding, Since};
use crate::settle::since::{Placed, Sides, brought};

/// The tree that findings are held against.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'a> {
    /// Its files, with those that shape projects as the policy has them.
    pub tree: &'a dyn FileTree,
    /// The commit.
    pub commit: &'a GitTree,
}

/// Checks projects, and reports what an earlier tree has not. Both are judged by the same policy, so that a change of the
/// policy alone brings no findings but those about the policy itself.
///
/// # Errors
/// Those of [`check`]; and when a file of the earlier tree cannot be read, for then nobody knows what is new.
pub fn check_since(
    request: &CheckRequest,
    sources: Sources<'_>,
    earlier: Earlier<'_>,
    progress: Option<&dyn Progress>,
) -> Result<Checked, Error> {
    let mut checked = check(request, sources, progress)?;
    let found = std::mem::take(&mut checked.report.findings);
    let all = found.len();
    let (of_policy, found): (Vec<ReportedFinding>, Vec<ReportedFinding>) =
        found.into_iter().partition(speaks_of_policy);
    let mut brought = checked.without_known(found, request, sources, sources.policy(), earlier)?;
    // What is said about the policy is new if the policy of the earlier tree does not give it.
    let own = sources.policy.map_or(earlier.tree, |policy| policy.tree);
    brought.extend(checked.without_known(of_policy, request, sources, own, earlier)?);
    crate::settle::sort(&mut brought);
    let report = &mut checked.report;
    report.summary.since =
        Some(Since { revision: earlier.commit.name().to_owned(), known: all - brought.len() });
    report.findings = brought;
    report.count();
    Ok(checked)
}

/// Whether a finding is about a config file, or has a place in one.
fn speaks_of_policy(finding: &ReportedFinding) -> bool {
    let places = finding.related.iter().map(|(location, _)| location).chain([&finding.location]);
    places.map(|location| file_name(&location.path)).any(|name| name == FILE_NAME)
}

impl Checked {
    /// Those of some findings that an earlier tree has not.
    fn without_known(
        &self,
        found: Vec<ReportedFinding>,
        request: &CheckRequest,
        sources: Sources<'_>,
        policy: &dyn FileTree,
        earlier: Earlier<'_>,
    ) -> Result<Vec<ReportedFinding>, Error> {
        if found.is_empty() {
            return Ok(found);
        }
        let Some(request) = earlier_request(request, &found, sources.tree, earlier) else {
            return Ok(found);
        };
        let own = sources.policy.map(|_| earlier.commit as &dyn FileTree);
        let name = sources.policy.map_or("", |policy| policy.name);
        let policy = PolicyFrom { tree: policy, name, own };
        let of_earlier = Sources { tree: earlier.tree, revision: None, policy: Some(policy) };
        let before = match check(&request, of_earlier, None) {
            Ok(before) => before,
            // Nothing was there.
            Err(Error::NothingToCheck(_) | Error::Discover(DiscoverError::NotFound { .. })) => {
                return Ok(found);
            }
            Err(error) => return Err(error),
        };
        if let Some(failed) = earlier.commit.failed().first() {
            return Err(Error::Unreadable {
                path: failed.clone(),
                why: format!(
                    "without it nobody can say what is new since {}",
                    earlier.commit.name()
                ),
            });
        }
        let place = |checked: &Checked, finding: ReportedFinding| {
            let project = checked.report.projects.get(finding.project);
            Placed { project: project.map_or_else(String::new, |one| one.path.clone()), finding }
        };
        let mut known: Vec<Placed> = Vec::new();
        // What somebody accepted was there as well.
        let accepted = before.report.register.iter().flat_map(|entry| &entry.hides);
        for finding in before.report.findings.iter().chain(accepted) {
            known.push(place(&before, finding.clone()));
        }
        let later = found.into_iter().map(|finding| place(self, finding)).collect();
        let at = |root: &Path, path: &str| root.join(path);
        let is_gone = |path: &str| !sources.tree.exists(&at(&before.report.root, path));
        let is_fresh = |path: &str| !earlier.tree.exists(&at(&self.report.root, path));
        Ok(brought(later, known, &Sides { is_gone: &is_gone, is_fresh: &is_fresh }))
    }
}

/// What is asked of the earlier tree; `None` when nothing of what is named was there.
fn earlier_request(
    request: &CheckRequest,
    found: &[ReportedFinding],
    tree: &dyn FileTree,
    earlier: Earlier<'_>,
) -> Option<CheckRequest> {
    let inputs = request.inputs.iter().map(|input| request.current_dir.join(input));
    let (mut inputs, gone): (Vec<PathBuf>, Vec<PathBuf>) =
        inputs.partition(|input| earlier.tree.exists(input));
    // A named file may have had another name: what is there no more may have been it.
    let names_files = inputs.iter().chain(&gone).any(|input| tree.is_file(input));
    if names_files {
        inputs.extend(earlier.commit.paths().filter(|path| !tree.exists(path)));
    }
    let mut asked: BTreeSet<String> = BTreeSet::new();
    for finding in found {
        asked.insert(finding.rule.id.clone());
        // It may have been said better then.
        asked.extend(finding.rule.yields_to.iter().cloned());
    }
    // Whether an exception is used depends on all rules.
    let of_all = asked.iter().any(|id| id.starts_with(ABOUT_EXCEPTIONS));
    (!inputs.is_empty()).then(|| CheckRequest {
        inputs,
        baseline: BaselineChoice::Ignore,
        asked: (!of_all).then_some(asked),
        list_rules: false,
        ..request.clone()
    })
}
