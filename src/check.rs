//! The story of a run: discover, read, resolve, match, settle.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::config::catalogue::Catalogue;
use crate::config::select::{Selection, enabled_rules};
use crate::config::{Config, FILE_NAME};
use crate::document::{Cause, Span};
use crate::engine::evaluate::{Evaluation, evaluate};
use crate::engine::plan::Plan;
use crate::model::read::{Context, Problem, Reading, is_standard};
use crate::model::record::{Component, FileId};
use crate::model::resolve::{Records, resolve};
use crate::model::unit::units;
use crate::project::store::{FileEntry, Store};
use crate::project::{
    DiscoverError, Discovery, ProjectKind, Request, SkipReason, detect_kind, discover, kind_of,
};
use crate::rule::Severity;
use crate::rule::load::RuleError;
use crate::run::{Progress, read_units, referred_to, split};
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
    let configs = Configs::new(request)?;
    let none = GlobSet::empty();
    let discovery = discover(&Request {
        inputs: &request.inputs,
        current_dir: &request.current_dir,
        exclude: &none,
        other_files: configs.may_want_plain_files(),
    })?;
    let remarks = remarks_on_named_files(&discovery);
    nothing_at_all(&discovery, &remarks)?;
    let mut run = Run::new(request, store, progress, &discovery);
    let mut loaded = Vec::new();
    for project in &discovery.projects {
        loaded.push(configs.of(&discovery.root.join(&project.path), request)?);
    }
    let mut findings = Vec::new();
    for (at, (project, rules)) in discovery.projects.iter().zip(&loaded).enumerate() {
        let evaluation = run.project(at, project, rules)?;
        findings.push(ProjectFindings { project: at, plan: &rules.plan, findings: evaluation });
    }
    let fail_on = request
        .fail_on
        .or_else(|| loaded.iter().filter_map(|rules| rules.config.fail_on).min())
        .unwrap_or(Severity::Error);
    let reported = settle(findings, &run.files, store);
    let mut summary = run.summary;
    for finding in &reported {
        match finding.severity {
            Severity::Error => summary.error += 1,
            Severity::Warning => summary.warning += 1,
            Severity::Note => summary.note += 1,
        }
        summary.below_threshold += usize::from(finding.severity < fail_on);
    }
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
        summary,
        fail_on,
    };
    Ok(Checked { report, files: run.files, remarks })
}

/// A config with the plan made from it.
pub struct LoadedRules {
    /// The config.
    pub config: Config,
    /// The plan.
    pub plan: Plan,
    exclude: GlobSet,
}

impl LoadedRules {
    /// Loads the rules that a config asks for.
    ///
    /// # Errors
    /// All mistakes in the config and in rule files.
    pub fn new(config: Config, selection: &Selection, today: Date) -> Result<LoadedRules, Error> {
        let catalogue = match &config.rules_dir {
            Some(folder) => Catalogue::with_folder(folder)?,
            None => Catalogue::builtin()?,
        };
        LoadedRules::with_catalogue(config, &catalogue, selection, today)
    }

    /// The same with rules that are loaded already.
    ///
    /// # Errors
    /// All mistakes in the config.
    pub fn with_catalogue(
        config: Config,
        catalogue: &Catalogue,
        selection: &Selection,
        today: Date,
    ) -> Result<LoadedRules, Error> {
        let enabled = enabled_rules(catalogue, &config, selection)?;
        let plan = Plan::new(enabled, &config.lists, &catalogue.lists, today);
        let mut globs = GlobSetBuilder::new();
        for pattern in &config.exclude {
            if let Ok(glob) = Glob::new(pattern) {
                globs.add(glob);
            }
        }
        let exclude = globs.build().unwrap_or_else(|_| GlobSet::empty());
        Ok(LoadedRules { config, plan, exclude })
    }
}

/// Finds and reads the config files of a run.
struct Configs {
    given: Option<Config>,
    rules_dir: bool,
}

impl Configs {
    fn new(request: &CheckRequest) -> Result<Configs, Error> {
        let given = match &request.config {
            Some(path) => Some(read_config(&request.current_dir.join(path))?),
            None => None,
        };
        Ok(Configs { given, rules_dir: request.rules_dir.is_some() })
    }

    /// Rules on plain files can only come from a team's own folder; then every file is listed.
    fn may_want_plain_files(&self) -> bool {
        self.rules_dir || self.given.as_ref().is_none_or(|config| config.rules_dir.is_some())
    }

    fn of(&self, project: &Path, request: &CheckRequest) -> Result<LoadedRules, Error> {
        let mut config = match &self.given {
            Some(config) => config.clone(),
            None => match nearest_config(project) {
                Some(path) => read_config(&path)?,
                None => Config::none(project),
            },
        };
        if let Some(folder) = &request.rules_dir {
            config.rules_dir = Some(request.current_dir.join(folder));
        }
        LoadedRules::new(config, &request.selection, request.today)
    }
}

/// The nearest `sflint.toml` upward of a folder, not above the git work tree.
pub fn nearest_config(folder: &Path) -> Option<PathBuf> {
    for ancestor in folder.ancestors() {
        let candidate = ancestor.join(FILE_NAME);
        if candidate.is_file() {
            return Some(candidate);
        }
        if ancestor.join(".git").exists() {
            return None;
        }
    }
    None
}

/// Reads a config file.
///
/// # Errors
/// When it cannot be read, and all mistakes in it.
pub fn read_config(path: &Path) -> Result<Config, Error> {
    let shown = crate::project::path::normalise(&path.to_string_lossy());
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::Unreadable { path: shown.clone(), why: error.to_string() })?;
    let folder = path.parent().unwrap_or(Path::new("."));
    Ok(Config::parse(&shown, &text, folder)?)
}

/// A project whose files are numbered within a run.
pub struct Project {
    /// The project.
    pub project: crate::project::Project,
    /// What it is for, as far as its files tell.
    pub kind: ProjectKind,
    first_file: u32,
}

impl Project {
    /// The files with their numbers.
    pub fn numbered(&self) -> impl Iterator<Item = (FileId, &crate::project::ProjectFile)> {
        self.project
            .files
            .iter()
            .enumerate()
            .map(|(at, file)| (FileId(self.first_file + at as u32), file))
    }
}

/// The projects of a run without rules.
pub struct Prepared {
    /// All files, by [`FileId`].
    pub files: Vec<FileEntry>,
    /// The projects.
    pub projects: Vec<Project>,
}

/// Discovers projects for readers that have no rules; every file is listed.
///
/// # Errors
/// When a path is not there, or there is nothing to read.
pub fn prepare(inputs: &[PathBuf], current_dir: &Path) -> Result<Prepared, Error> {
    let none = GlobSet::empty();
    let discovery = discover(&Request { inputs, current_dir, exclude: &none, other_files: true })?;
    let remarks = remarks_on_named_files(&discovery);
    nothing_at_all(&discovery, &remarks)?;
    let mut files = Vec::new();
    let mut projects = Vec::new();
    for mut project in discovery.projects {
        project.files.retain(|file| file.target);
        let first_file = files.len() as u32;
        files.extend(project.files.iter().map(entry));
        let (kind, _) = detect_kind(&project);
        projects.push(Project { project, kind, first_file });
    }
    Ok(Prepared { files, projects })
}

fn entry(file: &crate::project::ProjectFile) -> FileEntry {
    FileEntry {
        path: file.path.clone(),
        absolute: file.absolute.clone(),
        target: file.target,
        deployed: file.deployed,
    }
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
            partial: false,
            summary: Summary::default(),
            outside: Vec::new(),
        };
        for project in &discovery.projects {
            run.first_file.push(run.files.len() as u32);
            run.files.extend(project.files.iter().map(entry));
        }
        for skipped in &discovery.skipped {
            let cause = match &skipped.why {
                SkipReason::SymlinkLeavesRoot => Some(Cause::LeavesRoot),
                SkipReason::NotRegular if kind_of(&skipped.path).is_some() => {
                    Some(Cause::NotRegular)
                }
                SkipReason::Io(_) => Some(Cause::Io),
                SkipReason::Archive => Some(Cause::Archive),
                _ => None,
            };
            match cause {
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
    ) -> Result<Vec<crate::engine::finding::Finding>, Error> {
        let (kind, guessed_from) = match rules.config.kind {
            Some(kind) => (kind, None),
            None => {
                let (kind, why) = detect_kind(project);
                (kind, Some(why))
            }
        };
        self.partial |= project.files.iter().any(|file| !file.target);
        let first = self.first_file.get(at).copied().unwrap_or(0);
        let config_folder = rules.config.folder.clone();
        let excluded = |path: &Path| {
            !rules.exclude.is_empty()
                && path
                    .strip_prefix(&config_folder)
                    .is_ok_and(|below| rules.exclude.is_match(below))
        };
        let mut chosen = Vec::with_capacity(project.files.len());
        for (offset, file) in project.files.iter().enumerate() {
            if excluded(&file.absolute) {
                self.summary.files_skipped.push(SkippedFile {
                    path: file.path.clone(),
                    why: format!("excluded by {FILE_NAME}"),
                });
            } else {
                chosen.push((FileId(first + offset as u32), file));
            }
        }
        let (units, left_out) = units(chosen.into_iter(), &rules.plan);
        self.summary.files_without_rule += left_out;
        let context = Context {
            files: &self.files,
            store: self.store,
            wanted: &rules.plan,
            package: kind == ProjectKind::Package,
            today: self.request.today,
        };
        let threads = self.request.threads;
        let (now, later) = split(&units);
        let mut readings = read_units(&now, &context, threads, self.progress);
        let joins_apps = rules.plan.joins("OauthApp", "Principal");
        let later = referred_to(later, &readings, joins_apps);
        readings.extend(read_units(&later, &context, threads, self.progress));
        if at == 0 {
            readings.push(Reading {
                problems: std::mem::take(&mut self.outside),
                ..Reading::default()
            });
        }
        let doubts = self.doubts(&readings);
        self.summary.files_read += readings.iter().map(|reading| reading.files_read).sum::<usize>();
        self.summary.remarks.extend(doubts);
        let files = &self.files;
        let records = resolve(readings, &|problem: &Problem| {
            files.get(problem.file.0 as usize).map_or(String::new(), |file| file.path.clone())
        });
        self.count(&records);
        let Evaluation { findings, not_judged } = evaluate(&rules.plan, &records, kind);
        let files = &self.files;
        self.summary.not_judged.extend(not_judged.into_iter().filter(|one| {
            one.file.and_then(|id| files.get(id.0 as usize)).is_some_and(|file| file.target)
        }));
        self.projects.push(ProjectSummary {
            path: project.path.clone(),
            kind,
            guessed_from,
            preset: self
                .request
                .selection
                .preset
                .clone()
                .unwrap_or_else(|| rules.config.preset.clone()),
        });
        Ok(findings)
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
        let owned =
            records.of("Principal").iter().filter(|record| is_standard(record)).filter(|record| {
                record
                    .block
                    .place
                    .and_then(|place| self.files.get(place.file.0 as usize))
                    .is_some_and(|file| file.target)
            });
        self.summary.owned_by_salesforce += owned.count();
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

fn reason(why: &SkipReason) -> String {
    match why {
        SkipReason::Excluded => format!("excluded by {FILE_NAME}"),
        SkipReason::UnknownKind => "not a kind of file that sflint reads".to_owned(),
        SkipReason::OutsideRoot => "a package directory outside of the project".to_owned(),
        SkipReason::SymlinkLeavesRoot => "a symbolic link that leaves the project".to_owned(),
        SkipReason::SymlinkLoop => "a symbolic link to a folder that holds it".to_owned(),
        SkipReason::NotRegular => "not a regular file".to_owned(),
        SkipReason::TooManyFiles => "too many files, this is the first one left out".to_owned(),
        SkipReason::Archive => "an archive".to_owned(),
        SkipReason::Io(why) => why.clone(),
    }
}

fn detail(why: &SkipReason) -> String {
    match why {
        SkipReason::Io(why) => why.clone(),
        _ => String::new(),
    }
}

/// What to say about files that were named but are not looked at.
fn remarks_on_named_files(discovery: &Discovery) -> Vec<String> {
    discovery
        .skipped
        .iter()
        .filter(|skipped| matches!(skipped.why, SkipReason::UnknownKind | SkipReason::NotRegular))
        .map(|skipped| format!("{}: {}", skipped.path, reason(&skipped.why)))
        .collect()
}

/// A run on folders that found nothing to read at all is a mistake; a hook that passes a README is not.
fn nothing_at_all(discovery: &Discovery, named: &[String]) -> Result<(), Error> {
    let any = discovery
        .projects
        .iter()
        .any(|project| project.files.iter().any(|file| file.kind.is_some()));
    let reportable = discovery
        .skipped
        .iter()
        .any(|skipped| !matches!(skipped.why, SkipReason::Excluded | SkipReason::UnknownKind));
    if any || reportable || !named.is_empty() {
        return Ok(());
    }
    Err(Error::NothingToCheck(
        "no Salesforce metadata found: name the folder of a project (with sfdx-project.json or package.xml), or metadata files".to_owned(),
    ))
}
