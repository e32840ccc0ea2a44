//! The story of a run: discover, read, resolve, match, settle.

mod accepted;
mod baseline;
mod integrations;
mod prepare;
mod remarks;
mod repositories;
mod rules;

pub use accepted::covers;
pub use baseline::{BaselineChoice, UsedBaseline, baseline_path, read_baseline};
pub use integrations::integrations;
pub use prepare::{Prepared, Project, prepare};
pub use rules::{LoadedRules, found_config, named_config, nearest_config};

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use globset::GlobSet;

use self::accepted::{Accepted, coverage, has_unreadable, lists_everything, named_folders};
use self::baseline::Baselines;
use self::remarks::{detail, nothing_at_all, problem, reason, remarks_on_named_files};
use self::repositories::Repositories;
use self::rules::Configs;
use crate::config::FILE_NAME;
use crate::config::select::Selection;
use crate::document::{Cause, Span};
use crate::engine::evaluate::{Evaluation, evaluate};
use crate::engine::finding::{Finding, NotJudged};
use crate::model::integration::Integrations;
use crate::model::origin::Origin;
use crate::model::read::{Context, Problem, Reading};
use crate::model::record::{Component, FileId, Place};
use crate::model::resolve::{Records, resolve};
use crate::model::unit::units;
use crate::model::wanted::Wanted;
use crate::project::path::{normalise, seen_from};
use crate::project::store::{FileEntry, Store};
use crate::project::{DiscoverError, Discovery, ProjectKind, Request, detect_kind, discover};
use crate::rule::load::RuleError;
use crate::rule::{RuleSource, Severity};
use crate::run::{Progress, read_project};
use crate::secret::masked;
use crate::settle::register::{Coverage, ExcludedFile};
use crate::settle::report::{ProjectSummary, Report, SkippedFile, Summary};
use crate::settle::{ProjectFindings, settle};
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
    /// All files, by [`FileId`].
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
    store: &dyn Store,
    progress: Option<&dyn Progress>,
) -> Result<Checked, Error> {
    let mut configs = Configs::new(request)?;
    // Nearly always some rule looks at plain files; the config that could say otherwise is found by the walk.
    let mut discovery = discovered(request, true)?;
    let mut loaded = configs.of_projects(&discovery, request)?;
    if !loaded.iter().any(|rules| rules.plan.wants_plain_files()) {
        discovery = discovered(request, false)?;
        loaded = configs.of_projects(&discovery, request)?;
    }
    let remarks = remarks_on_named_files(&discovery);
    nothing_at_all(&discovery, &remarks, names_a_file(request))?;
    let mut run = Run::new(request, store, progress, &discovery);
    let folders: Vec<PathBuf> =
        discovery.projects.iter().map(|project| discovery.root.join(&project.path)).collect();
    let baselines = Baselines::read(request, &folders)?;
    let mut accepted = Accepted::default();
    let mut found = Vec::new();
    for (at, (project, rules)) in discovery.projects.iter().zip(&loaded).enumerate() {
        let exceptions = accepted.add(&rules.config, &mut run);
        let read = run.project(at, project, rules)?;
        found.push(ProjectFindings {
            project: at,
            kind: read.kind,
            plan: &rules.plan,
            findings: read.findings,
            exceptions,
            coverage: read.coverage,
        });
    }
    let settled = settle(found, &accepted.entries, &run.files, store, request.today);
    let all_rules = request.selection.is_empty();
    let (reported, baseline, baselines) =
        baselines.apply(settled.findings, &run.whole, all_rules, &run.named, &discovery.root);
    run.summary.remarks.extend(run.repositories.remarks());
    let mut summary = run.summary;
    for finding in &reported {
        match finding.severity {
            Severity::Error => summary.error += 1,
            Severity::Warning => summary.warning += 1,
            Severity::Note => summary.note += 1,
        }
        let fail_on = run.projects.get(finding.project).map(|project| project.fail_on);
        summary.below_threshold +=
            usize::from(fail_on.is_some_and(|least| finding.severity < least));
    }
    summary.excepted = settled.excepted;
    summary.baseline = baseline;
    summary.rules = loaded.iter().map(|rules| rules.plan.rules.len()).max().unwrap_or(0);
    summary.files_skipped.sort();
    summary.not_judged.sort();
    summary.not_judged.dedup();
    let report = Report {
        root: discovery.root.clone(),
        projects: run.projects,
        partial: run.partial,
        today: request.today,
        findings: reported,
        register: settled.register,
        summary,
    };
    Ok(Checked { report, files: run.files, remarks, baselines, named: run.named, whole: run.whole })
}

/// Whether the command line names files: hooks pass whatever was changed.
fn names_a_file(request: &CheckRequest) -> bool {
    request.inputs.iter().any(|input| request.current_dir.join(input).is_file())
}

fn discovered(request: &CheckRequest, other_files: bool) -> Result<Discovery, Error> {
    let none = GlobSet::empty();
    let mut discovery = discover(&Request {
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

/// What grows while projects are read one after the other.
struct Run<'a> {
    request: &'a CheckRequest,
    store: &'a dyn Store,
    progress: Option<&'a dyn Progress>,
    root: &'a Path,
    files: Vec<FileEntry>,
    first_file: Vec<u32>,
    projects: Vec<ProjectSummary>,
    partial: bool,
    summary: Summary,
    outside: Vec<Problem>,
    /// Config files that findings point into, by path.
    config_files: HashMap<String, FileId>,
    /// The repositories of its projects.
    repositories: Repositories<'a>,
    /// The folders that were named, canonical.
    named: Vec<PathBuf>,
    /// Nothing was left out for its number or place.
    listed: bool,
    /// Of each project whether all of it was read.
    whole: Vec<bool>,
}

/// What reading and matching a project gave.
struct ProjectRun {
    kind: ProjectKind,
    findings: Vec<Finding>,
    coverage: Coverage,
}

impl<'a> Run<'a> {
    fn new(
        request: &'a CheckRequest,
        store: &'a dyn Store,
        progress: Option<&'a dyn Progress>,
        discovery: &'a Discovery,
    ) -> Run<'a> {
        let mut run = Run {
            request,
            store,
            progress,
            root: &discovery.root,
            files: Vec::new(),
            first_file: Vec::new(),
            projects: Vec::new(),
            partial: discovery
                .projects
                .iter()
                .any(|project| project.files.iter().any(|file| !file.target)),
            summary: Summary::default(),
            outside: Vec::new(),
            config_files: HashMap::new(),
            named: named_folders(request),
            listed: lists_everything(discovery),
            whole: Vec::new(),
            repositories: Repositories::new(request, discovery),
        };
        for project in &discovery.projects {
            run.first_file.push(run.files.len() as u32);
            run.files.extend(project.files.iter().map(entry));
        }
        for skipped in &discovery.skipped {
            match problem(skipped) {
                Some(cause) => run.add_problem(&skipped.path, cause, detail(&skipped.why)),
                None => run
                    .summary
                    .files_skipped
                    .push(SkippedFile { path: skipped.path.clone(), why: reason(&skipped.why) }),
            }
        }
        for note in &discovery.notes {
            run.summary.remarks.push(format!("{}: {}", note.path, note.message));
        }
        run
    }

    /// A place in a config file, for findings about what it says. The file becomes one of the run.
    fn config_place(&mut self, source: &RuleSource, range: Range<usize>) -> Place {
        let known = self.config_files.get(&source.path).copied();
        let file = known.unwrap_or_else(|| {
            let absolute = PathBuf::from(&source.path);
            let path = seen_from(&source.path, &normalise(&self.root.to_string_lossy()));
            let file = FileId(self.files.len() as u32);
            // In a run on a few files the config is context, unless it is one of them.
            let named = self.request.inputs.iter().any(|input| {
                let input = self.request.current_dir.join(input);
                input.canonicalize().is_ok_and(|input| input == absolute)
            });
            let target = named || !self.partial;
            self.files.push(FileEntry { path, absolute, target, deployed: true });
            self.config_files.insert(source.path.clone(), file);
            file
        });
        let span = Span { start: range.start as u32, end: range.end as u32 };
        Place { file, span }
    }

    /// Something that was met but could not be a file of a project.
    fn add_problem(&mut self, path: &str, cause: Cause, detail: String) {
        let file = FileId(self.files.len() as u32);
        self.files.push(FileEntry {
            path: path.to_owned(),
            absolute: self.root.join(path),
            target: true,
            deployed: true,
        });
        let component = Component { copy: String::new(), kind: "File", name: path.to_owned() };
        self.outside.push(Problem { file, component, cause, span: Span::default(), detail });
    }

    /// Reads and matches one project.
    fn project(
        &mut self,
        at: usize,
        project: &crate::project::Project,
        rules: &LoadedRules,
    ) -> Result<ProjectRun, Error> {
        let (kind, guessed_from) = match rules.config.kind {
            Some(kind) => (kind, None),
            None => {
                let (kind, why) = detect_kind(project);
                (kind, Some(why))
            }
        };
        let first = self.first_file.get(at).copied().unwrap_or(0);
        let mut chosen = Vec::with_capacity(project.files.len());
        let mut excluded = Vec::new();
        for (offset, file) in project.files.iter().enumerate() {
            if rules.exclude.matches(&file.absolute) {
                excluded.push(ExcludedFile {
                    kind: file.kind.as_ref().map_or("", |kind| kind.metadata_type).to_owned(),
                    name: file.component.clone(),
                    path: seen_from(&file.path, &project.path),
                    absolute: file.absolute.clone(),
                });
                self.summary.files_skipped.push(SkippedFile {
                    path: file.path.clone(),
                    why: format!("excluded by {FILE_NAME}"),
                });
            } else {
                chosen.push((FileId(first + offset as u32), file));
            }
        }
        let repository = if rules.plan.record("Repository") {
            self.repositories.of(at, &self.first_file, &mut self.files)
        } else {
            None
        };
        let (units, left_out) = units(chosen.into_iter(), &project.path, &rules.plan);
        self.summary.files_without_rule += left_out;
        let mut integrations = integrations(&rules.config, &rules.lists, &mut |source, range| {
            self.config_place(source, range)
        });
        let nothing = Integrations::default();
        let context = Context {
            files: &self.files,
            integrations: &nothing,
            store: self.store,
            wanted: &rules.plan,
            origin: Origin {
                package: kind == ProjectKind::Package,
                namespace: project.namespace.as_deref(),
            },
            today: self.request.today,
            version_control: &self.repositories.on_disk,
        };
        let threads = self.request.threads;
        let mut readings =
            read_project(&units, &context, &mut integrations, &rules.plan, threads, self.progress);
        if let Some(one) = repository {
            let probes = rules.plan.listed_names("Repository");
            let records = one.record(&probes, &context).into_iter().collect();
            readings.push(Reading { records, ..Reading::default() });
        }
        if at == 0 {
            readings.push(Reading {
                problems: std::mem::take(&mut self.outside),
                ..Reading::default()
            });
        }
        let unreadable = !self.listed || has_unreadable(&readings);
        let mut coverage = coverage(project, &rules.config, &self.named, excluded, unreadable);
        let doubts = self.doubts(&readings);
        self.summary.files_read += readings.iter().map(|reading| reading.files_read).sum::<usize>();
        self.summary.remarks.extend(doubts);
        for (id, why) in readings.iter().flat_map(|reading| &reading.not_searched) {
            if let Some(file) = self.files.get(id.0 as usize) {
                let skipped = SkippedFile { path: file.path.clone(), why: why.clone() };
                self.summary.files_skipped.push(skipped);
            }
        }
        let records = resolve(readings, &self.files, &integrations);
        self.count(&records);
        let Evaluation { findings, not_judged } = evaluate(&rules.plan, &records, kind);
        coverage.not_judged = not_judged.iter().cloned().collect();
        let files = &self.files;
        let in_target = |one: &NotJudged| {
            one.file.and_then(|id| files.get(id.0 as usize)).is_some_and(|file| file.target)
        };
        let masked = |one: NotJudged| NotJudged {
            component: masked(&one.component).into_owned(),
            why: masked(&one.why).into_owned(),
            ..one
        };
        self.summary.not_judged.extend(not_judged.into_iter().filter(in_target).map(masked));
        self.projects.push(ProjectSummary {
            path: project.path.clone(),
            kind,
            guessed_from,
            fail_on: self.request.fail_on.or(rules.config.fail_on).unwrap_or(Severity::Error),
            preset: self
                .request
                .selection
                .preset
                .clone()
                .unwrap_or_else(|| rules.config.preset.clone()),
        });
        self.whole.push(!unreadable && project.files.iter().all(|file| file.target));
        Ok(ProjectRun { kind, findings, coverage })
    }

    /// Values that are none of their type's: nothing was concluded from them, and that is said.
    fn doubts(&self, readings: &[Reading]) -> Vec<String> {
        readings
            .iter()
            .flat_map(|reading| &reading.doubts)
            .filter_map(|doubt| {
                let file =
                    self.files.get(doubt.place.file.0 as usize).filter(|file| file.target)?;
                Some(format!(
                    "not judged: <{}> in {} is not {}",
                    doubt.element, file.path, doubt.expected
                ))
            })
            .collect()
    }

    fn count(&mut self, records: &Records) {
        let owned = records.of("Principal").iter().filter(|record| record.is("standard")).filter(
            |record| {
                record
                    .block
                    .place
                    .and_then(|place| self.files.get(place.file.0 as usize))
                    .is_some_and(|file| file.target)
            },
        );
        let owned: Vec<_> = owned.collect();
        self.summary.owned_by_salesforce += owned.len();
        // What a profile says of itself is believed, but not in silence: anybody can write it.
        let strangers: Vec<&str> = owned
            .iter()
            .filter(|record| record.component.kind == "Profile")
            .map(|record| record.component.name.as_str())
            .filter(|name| !crate::value::name::is_standard_profile(name))
            .collect();
        if !strangers.is_empty() {
            self.summary.remarks.push(format!(
                "not listed: {} with custom=false but a name that Salesforce does not ship ({})",
                crate::report::summary::count(strangers.len(), "profile"),
                crate::report::summary::some(&strangers)
            ));
        }
        if !records.unresolved_members.is_empty() {
            let groups: Vec<&str> =
                records.unresolved_members.iter().map(|(group, _)| group.as_str()).collect();
            self.summary.remarks.push(format!(
                "not judged: sets that are not in the project, in {} ({})",
                crate::report::summary::count(groups.len(), "permission set group"),
                crate::report::summary::some(&groups)
            ));
        }
    }
}

fn entry(file: &crate::project::ProjectFile) -> FileEntry {
    FileEntry {
        path: file.path.clone(),
        absolute: file.absolute.clone(),
        target: file.target,
        deployed: file.deployed,
    }
}
