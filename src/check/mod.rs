//! The story of a run: discover, read, resolve, match, settle.

mod accepted;
mod access;
mod baseline;
mod history;
mod integrations;
mod nothing;
mod policy;
mod prepare;
mod remarks;
mod repositories;
mod rules;
mod run;
mod since;
mod survey;

pub use accepted::covers;
pub use access::{AccessRequest, AccessSide, access_diff, differing_files};
pub use baseline::{BaselineChoice, UsedBaseline, baseline_path, read_baseline};
pub use history::{HistoryRequest, HistoryStore, history};
pub use integrations::{integrations, sensitivity};
pub use nothing::nothing;
pub use policy::PolicyFrom;
pub use prepare::{Prepared, Project, prepare, prepare_from};
pub use rules::{LoadedRules, found_config, named_config, nearest_config};
pub use since::{Earlier, check_since};

use std::collections::BTreeSet;
use std::path::PathBuf;

use globset::GlobSet;

use self::accepted::Accepted;
use self::baseline::Baselines;
use self::policy::changes_of_policy;
use self::remarks::{nothing_at_all, problem, remarks_on_named_files};
use self::rules::{Configs, rules_on};
use self::run::Run;
use self::survey::Survey;
use crate::config::catalogue::Catalogue;
use crate::config::checklists::Checklists;
use crate::config::select::Selection;
use crate::document::Unreadable;
use crate::engine::plan::Plan;
use crate::model::read::MAY_BE_REPLACED;
use crate::model::wanted::Wanted;
use crate::overview::Overview;
use crate::project::file_tree::FileTree;
use crate::project::git::RevisionError;
use crate::project::store::{Disk, FileEntry, Store};
use crate::project::{DiscoverError, Discovery, Request, discover};
use crate::rule::Severity;
use crate::rule::load::RuleError;
use crate::run::Progress;
use crate::settle::report::Report;
use crate::settle::{Given, ProjectFindings, settle};
use crate::value::date::Date;

/// What to check, and how.
#[derive(Clone, Debug)]
pub struct CheckRequest {
    /// Files and folders.
    pub inputs: Vec<PathBuf>,
    /// Where relative paths start.
    pub current_dir: PathBuf,
    /// `--config`; else the nearest `sflint.toml` upward of each project.
    pub config: Option<PathBuf>,
    /// `--rules-dir`; wins over the config.
    pub rules_dir: Option<PathBuf>,
    /// Which rules.
    pub selection: Selection,
    /// `--fail-on`; wins over the config.
    pub fail_on: Option<Severity>,
    /// `--baseline`, `--no-baseline`.
    pub baseline: BaselineChoice,
    /// The day of the run.
    pub today: Date,
    /// Threads at most.
    pub threads: usize,
    /// Of the rules that are on, only these are asked.
    pub asked: Option<BTreeSet<String>>,
    /// The report lists every rule that is on, also those that nothing in the run is about.
    pub list_rules: bool,
}

/// Where a run takes its files from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// What is checked.
    pub tree: &'a dyn FileTree,
    /// Its name for people, unless it is the work tree.
    pub revision: Option<&'a str>,
    /// What decides about it, if that is another tree: config, own rules, baseline.
    pub policy: Option<PolicyFrom<'a>>,
}

impl Sources<'static> {
    /// Everything as it lies on the disk.
    pub const DISK: Sources<'static> = Sources { tree: &Disk, revision: None, policy: None };
}

impl<'a> Sources<'a> {
    /// What decides.
    pub fn policy(self) -> &'a dyn FileTree {
        self.policy.map_or(self.tree, |policy| policy.tree)
    }
}

impl Store for Sources<'_> {
    fn bytes(&self, file: &FileEntry, buffer: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
        let tree = if file.of_policy { self.policy() } else { self.tree };
        tree.bytes(file, buffer)
    }

    fn size(&self, file: &FileEntry) -> Option<u64> {
        let tree = if file.of_policy { self.policy() } else { self.tree };
        tree.size(file)
    }
}

/// Why a run could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line names something that is not there.
    #[error(transparent)]
    Discover(#[from] DiscoverError),
    /// Mistakes in the config or in rule files.
    #[error("{} in the config or in rule files", crate::report::summary::count(.0.len(), "mistake"))]
    Invalid(Vec<RuleError>),
    /// A file that the run depends on cannot be read.
    #[error("cannot read {path}: {why}")]
    Unreadable {
        /// The file.
        path: String,
        /// The reason.
        why: String,
    },
    /// git cannot say what it is asked.
    #[error(transparent)]
    Revision(#[from] RevisionError),
    /// There is nothing to check.
    #[error("{0}")]
    NothingToCheck(String),
}

impl From<Vec<RuleError>> for Error {
    fn from(errors: Vec<RuleError>) -> Error {
        Error::Invalid(errors)
    }
}

/// The report of a run, with the files it speaks about.
pub struct Checked {
    /// The report.
    pub report: Report,
    /// All files, by [`FileId`](crate::model::record::FileId).
    pub files: Vec<FileEntry>,
    /// Remarks for people on stderr: files that were named but are not looked at.
    pub remarks: Vec<String>,
    /// The baselines that were looked at.
    pub baselines: Vec<UsedBaseline>,
    /// The folders that were named, canonical.
    pub named: Vec<PathBuf>,
    /// Of each project whether all of it was read.
    pub whole: Vec<bool>,
}

/// Checks projects.
///
/// # Errors
/// When the command line, the config or a rule is wrong, or there is nothing to read.
pub fn check(
    request: &CheckRequest,
    sources: Sources<'_>,
    progress: Option<&dyn Progress>,
) -> Result<Checked, Error> {
    Ok(story(request, sources, progress, None)?.0)
}

/// Checks projects, and answers the questions of the checklists from the same reading.
///
/// # Errors
/// When the command line, the config or a rule is wrong, or there is nothing to read.
pub fn survey(
    request: &CheckRequest,
    sources: Sources<'_>,
    progress: Option<&dyn Progress>,
) -> Result<(Checked, Overview), Error> {
    let checklists = Checklists::builtin(&Catalogue::builtin()?)?;
    let (checked, survey) = story(request, sources, progress, Some(&checklists))?;
    let overview = survey.overview(checked.report.clone(), &checklists);
    Ok((checked, overview))
}

fn story(
    request: &CheckRequest,
    sources: Sources<'_>,
    progress: Option<&dyn Progress>,
    checklists: Option<&Checklists>,
) -> Result<(Checked, Survey), Error> {
    let (tree, policy) = (sources.tree, sources.policy());
    let mut configs = Configs::new(request, policy, checklists)?;
    // Nearly always some rule looks at plain files; the config that could say otherwise is found by the walk.
    let mut discovery = discovered(request, tree, true)?;
    let mut loaded = configs.of_projects(&discovery, request)?;
    if !loaded.iter().any(|rules| rules.plan.wants_plain_files() || may_be_replaced(&rules.plan)) {
        discovery = discovered(request, tree, false)?;
        loaded = configs.of_projects(&discovery, request)?;
    }
    let remarks = remarks_on_named_files(&discovery);
    nothing_at_all(&discovery, &remarks, names_a_file(request, tree))?;
    let mut run = Run::new(request, tree, progress, &discovery);
    let folders: Vec<PathBuf> =
        discovery.projects.iter().map(|project| discovery.root.join(&project.path)).collect();
    let baselines = Baselines::read(request, policy, &folders)?;
    let mut accepted = Accepted::default();
    let mut found = Vec::new();
    let mut survey = Survey::default();
    for (at, (project, rules)) in discovery.projects.iter().zip(&loaded).enumerate() {
        let exceptions = accepted.add(&rules.config, &mut run);
        let read = run.project(at, project, rules)?;
        survey.add(read.kind, rules, read.facts);
        found.push(ProjectFindings {
            project: at,
            kind: read.kind,
            plan: &rules.plan,
            findings: read.findings,
            evidence: read.evidence,
            exceptions,
            coverage: read.coverage,
        });
    }
    let policy_problems = match sources.policy {
        Some(policy) => changes_of_policy(request, &discovery, policy, &mut run)?,
        None => Vec::new(),
    };
    let given = Given {
        exceptions: &accepted.entries,
        problems: policy_problems,
        comments: sources.policy.map(|policy| policy.tree as &dyn Store),
    };
    let settled = settle(found, given, &run.files, &sources, request.today);
    let all_rules = request.selection.is_empty();
    let (reported, baseline, baselines) =
        baselines.apply(settled.findings, &run.whole, all_rules, &run.named, &discovery.root);
    let reported = survey.keep_what_was_only_asked(reported);
    survey.settle(settled.evidence, &baselines, &discovery.root, &run.files, &sources);
    run.summary.remarks.extend(run.repositories.remarks());
    let mut summary = run.summary;
    summary.excepted = settled.excepted;
    summary.revision = sources.revision.map(str::to_owned);
    summary.policy_from = sources.policy.map(|policy| policy.name.to_owned());
    summary.baseline = baseline;
    let rules = if request.list_rules {
        rules_on(loaded.iter().map(|rules| &rules.plan))
    } else {
        Vec::new()
    };
    summary.rules = loaded.iter().map(|rules| rules.rules_on()).max().unwrap_or(0);
    summary.files_skipped.sort();
    summary.not_judged.sort();
    summary.not_judged.dedup();
    let mut report = Report {
        root: discovery.root.clone(),
        projects: run.projects,
        partial: run.partial,
        today: request.today,
        findings: reported,
        rules,
        register: settled.register,
        summary,
    };
    report.count();
    let checked = Checked {
        report,
        files: run.files,
        remarks,
        baselines,
        named: run.named,
        whole: run.whole,
    };
    Ok((checked, survey))
}

/// Whether a rule looks at values that a deployment may replace: the project file says so, and it is no metadata.
fn may_be_replaced(plan: &Plan) -> bool {
    MAY_BE_REPLACED.iter().any(|kind| plan.record(kind))
}

/// Whether the command line names files: hooks pass whatever was changed.
fn names_a_file(request: &CheckRequest, tree: &dyn FileTree) -> bool {
    request.inputs.iter().any(|input| tree.is_file(&request.current_dir.join(input)))
}

fn discovered(
    request: &CheckRequest,
    tree: &dyn FileTree,
    other_files: bool,
) -> Result<Discovery, Error> {
    let none = GlobSet::empty();
    let mut discovery = discover(&Request {
        tree,
        inputs: &request.inputs,
        current_dir: &request.current_dir,
        exclude: &none,
        other_files,
    })?;
    if discovery.projects.is_empty() && discovery.skipped.iter().any(|one| problem(one).is_some()) {
        // What was named and cannot be read is judged by the rules of the folder it lies in.
        discovery.projects.push(crate::project::Project::around_nothing());
    }
    Ok(discovery)
}
