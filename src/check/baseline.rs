//! The baselines of a run: which file is whose, and what they hide.

use std::path::{Path, PathBuf};

use super::accepted::covers;
use super::rules::{nearest, nearest_config};
use super::{CheckRequest, Error};
use crate::config::extends::work_tree;
use crate::document::{Cause, SourceText};
use crate::project::file_tree::FileTree;
use crate::project::path::{normalise, seen_from};
use crate::project::store::FileEntry;
use crate::settle::baseline::{Baseline, FILE_NAME, Line, compare};
use crate::settle::report::{BaselineSummary, ReportedFinding};

/// Which baseline a run looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BaselineChoice {
    /// The nearest `sflint.baseline` upward of each project.
    #[default]
    Nearest,
    /// This one, for all projects.
    File(PathBuf),
    /// None.
    Ignore,
}

/// A baseline of a run.
#[derive(Debug)]
pub struct UsedBaseline {
    /// Where it lies.
    pub path: PathBuf,
    /// What it says.
    pub baseline: Baseline,
    /// What it hides in this run.
    pub hidden: Vec<ReportedFinding>,
    /// The lines that no finding fits.
    pub unmatched: Vec<Line>,
    /// Everything that its lines may be about was read, so those lines can go.
    pub complete: bool,
}

/// The baselines of a run, and whose each is.
#[derive(Debug, Default)]
pub(super) struct Baselines {
    used: Vec<UsedBaseline>,
    of_project: Vec<Option<usize>>,
}

impl Baselines {
    /// Reads the baseline of each project folder.
    pub fn read(
        request: &CheckRequest,
        policy: &dyn FileTree,
        folders: &[PathBuf],
    ) -> Result<Baselines, Error> {
        let mut baselines = Baselines::default();
        for folder in folders {
            let path = match &request.baseline {
                BaselineChoice::Ignore => None,
                BaselineChoice::File(path) => Some(request.current_dir.join(path)),
                BaselineChoice::Nearest => nearest(policy, folder, FILE_NAME),
            };
            let Some(path) = path else {
                baselines.of_project.push(None);
                continue;
            };
            let known = baselines.used.iter().position(|used| used.path == path);
            let at = match known {
                Some(at) => at,
                None => {
                    let named = request.baseline != BaselineChoice::Nearest;
                    let baseline = read_baseline(policy, &path, named)?;
                    baselines.used.push(UsedBaseline {
                        path,
                        baseline,
                        hidden: Vec::new(),
                        unmatched: Vec::new(),
                        complete: false,
                    });
                    baselines.used.len() - 1
                }
            };
            baselines.of_project.push(Some(at));
        }
        Ok(baselines)
    }

    /// Takes out what the baselines hide. `whole` tells of each project whether all of it was read, `all_rules` whether
    /// the command line leaves the choice of rules to the config.
    pub fn apply(
        mut self,
        findings: Vec<ReportedFinding>,
        whole: &[bool],
        all_rules: bool,
        named: &[PathBuf],
        root: &Path,
    ) -> (Vec<ReportedFinding>, Option<BaselineSummary>, Vec<UsedBaseline>) {
        if self.used.is_empty() {
            return (findings, None, Vec::new());
        }
        let mut order: Vec<(usize, ReportedFinding)> = findings.into_iter().enumerate().collect();
        let mut rest: Vec<(usize, ReportedFinding)> = Vec::new();
        let mut summary = BaselineSummary { stale: Some(0), ..BaselineSummary::default() };
        for (at, used) in self.used.iter_mut().enumerate() {
            let mine = |finding: &ReportedFinding| {
                self.of_project.get(finding.project).copied().flatten() == Some(at)
            };
            let (own, others) = order.into_iter().partition(|(_, finding)| mine(finding));
            order = others;
            let compared = compare(&used.baseline, own);
            rest.extend(compared.findings);
            compared.hidden.iter().for_each(|finding| summary.hidden.add(finding.severity));
            used.hidden = compared.hidden;
            used.unmatched = compared.unmatched;
            let folder = used.path.parent().unwrap_or(Path::new("."));
            let mut projects = self.of_project.iter().zip(whole).filter(|(of, _)| **of == Some(at));
            used.complete = all_rules && covers(named, folder) && projects.all(|(_, whole)| *whole);
            summary.stale =
                summary.stale.filter(|_| used.complete).map(|count| count + used.unmatched.len());
            summary.files.push(shown(&used.path, root));
        }
        rest.extend(order);
        rest.sort_by_key(|(at, _)| *at);
        (rest.into_iter().map(|(_, finding)| finding).collect(), Some(summary), self.used)
    }
}

/// A path as reports show it: as seen from the root of the run.
pub(super) fn shown(path: &Path, root: &Path) -> String {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    seen_from(&normalise(&real.to_string_lossy()), &normalise(&root.to_string_lossy()))
}

/// Where the baseline of a project is, or is to be: the nearest one, else beside the nearest config, else in the
/// project's folder.
pub fn baseline_path(policy: &dyn FileTree, project: &Path) -> PathBuf {
    nearest(policy, project, FILE_NAME).unwrap_or_else(|| {
        let config = nearest_config(policy, project);
        let folder = config.as_deref().and_then(Path::parent).unwrap_or(project);
        folder.join(FILE_NAME)
    })
}

/// Reads a baseline. One that was found, not named, must lie in the work tree itself: an error shows lines of it.
///
/// # Errors
/// When it cannot be read, and all mistakes in it.
pub fn read_baseline(policy: &dyn FileTree, path: &Path, named: bool) -> Result<Baseline, Error> {
    let shown = normalise(&path.to_string_lossy());
    let failed = |why: String| Error::Unreadable { path: shown.clone(), why };
    let real = policy.canonical(path).map_err(|error| failed(error.to_string()))?;
    let top = path.parent().and_then(|folder| policy.canonical(folder).ok());
    let outside = top
        .as_deref()
        .and_then(|folder| work_tree(policy, folder))
        .is_some_and(|top| !real.starts_with(top));
    if !named && outside {
        return Err(failed("it is a symbolic link that leaves the git work tree".to_owned()));
    }
    let entry = FileEntry {
        path: shown.clone(),
        absolute: real,
        target: true,
        deployed: true,
        of_policy: true,
    };
    let bytes = policy.bytes(&entry, Vec::new()).map_err(|problem| failed(problem.detail))?;
    let source = SourceText::decode(bytes).map_err(|problem| match problem.cause {
        Cause::Encoding => failed("it is not UTF-8 text".to_owned()),
        _ => failed(problem.to_string()),
    })?;
    Ok(Baseline::parse(&shown, source.text())?)
}
