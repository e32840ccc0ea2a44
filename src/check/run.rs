//! What grows while projects are read one after the other.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::accepted::{coverage, has_unreadable, lists_everything, named_folders};
use super::remarks::{detail, problem, reason};
use super::repositories::Repositories;
use super::{CheckRequest, Error, LoadedRules, integrations, sensitivity};
use crate::config::FILE_NAME;
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
use crate::overview::facts::{AndFacts, Facts};
use crate::project::file_tree::FileTree;
use crate::project::path::{normalise, seen_from};
use crate::project::store::FileEntry;
use crate::project::{Discovery, Project, ProjectFile, ProjectKind, detect_kind};
use crate::report::summary::{count, some};
use crate::rule::{RuleSource, Severity};
use crate::run::{Progress, read_project};
use crate::schema;
use crate::secret::masked;
use crate::settle::register::{Coverage, ExcludedFile};
use crate::settle::report::{ProjectSummary, SkippedFile, Summary};

/// What grows while projects are read one after the other.
pub(super) struct Run<'a> {
    request: &'a CheckRequest,
    tree: &'a dyn FileTree,
    progress: Option<&'a dyn Progress>,
    root: &'a Path,
    pub files: Vec<FileEntry>,
    first_file: Vec<u32>,
    pub projects: Vec<ProjectSummary>,
    pub partial: bool,
    pub summary: Summary,
    outside: Vec<Problem>,
    /// Config files that findings point into, by path and whether they decide.
    config_files: HashMap<(String, bool), FileId>,
    /// The repositories of its projects.
    pub repositories: Repositories<'a>,
    /// The folders that were named, canonical.
    pub named: Vec<PathBuf>,
    /// Nothing was left out for its number or place.
    listed: bool,
    /// Of each project whether all of it was read.
    pub whole: Vec<bool>,
}

/// What reading and matching a project gave.
pub(super) struct ProjectRun {
    pub kind: ProjectKind,
    pub findings: Vec<Finding>,
    pub evidence: Vec<Finding>,
    /// What an overview shows beside findings; empty when none is made.
    pub facts: Facts,
    pub coverage: Coverage,
}

impl<'a> Run<'a> {
    pub fn new(
        request: &'a CheckRequest,
        tree: &'a dyn FileTree,
        progress: Option<&'a dyn Progress>,
        discovery: &'a Discovery,
    ) -> Run<'a> {
        let mut run = Run {
            request,
            tree,
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
            named: named_folders(request, tree),
            listed: lists_everything(discovery),
            whole: Vec::new(),
            repositories: Repositories::new(request, tree, discovery),
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
    pub fn config_place(&mut self, source: &RuleSource, range: Range<usize>) -> Place {
        self.place_in(&source.path, range, true)
    }

    /// A place in a file of the checked tree that would decide about the run, if another one did not.
    pub fn own_place(&mut self, path: &str, range: Range<usize>) -> Place {
        self.place_in(path, range, false)
    }

    fn place_in(&mut self, path: &str, range: Range<usize>, of_policy: bool) -> Place {
        let key = (path.to_owned(), of_policy);
        let known = self.config_files.get(&key).copied();
        let file = known.unwrap_or_else(|| {
            let absolute = PathBuf::from(path);
            let path = seen_from(path, &normalise(&self.root.to_string_lossy()));
            let file = FileId(self.files.len() as u32);
            // In a run on a few files the config is context, unless it is one of them.
            let named = self.request.inputs.iter().any(|input| {
                let input = self.request.current_dir.join(input);
                self.tree.canonical(&input).is_ok_and(|input| input == absolute)
            });
            let target = named || !self.partial;
            self.files.push(FileEntry { path, absolute, target, deployed: true, of_policy });
            self.config_files.insert(key, file);
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
            of_policy: false,
        });
        let component = Component { copy: String::new(), kind: "File", name: path.to_owned() };
        self.outside.push(Problem { file, component, cause, span: Span::default(), detail });
    }

    /// Reads and matches one project.
    pub fn project(
        &mut self,
        at: usize,
        project: &Project,
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
        let (chosen, excluded) = self.chosen(first, project, rules);
        let repository = if rules.plan.record("Repository") {
            self.repositories.of(at, &self.first_file, &mut self.files)
        } else {
            None
        };
        let with_facts = AndFacts(&rules.plan);
        let wanted: &dyn Wanted = if rules.off.is_some() { &with_facts } else { &rules.plan };
        let (units, left_out) = units(chosen.into_iter(), &project.path, wanted);
        self.summary.files_without_rule += left_out;
        let mut integrations = integrations(&rules.config, &rules.lists, &mut |source, range| {
            self.config_place(source, range)
        });
        let nothing = Integrations::default();
        let sensitivity = sensitivity(&rules.config, &rules.lists);
        let context = Context {
            files: &self.files,
            integrations: &nothing,
            sensitivity: &sensitivity,
            store: self.tree,
            wanted,
            origin: Origin {
                package: kind == ProjectKind::Package,
                namespace: project.namespace.as_deref(),
                newer: schema::is_newer(project.source_api_version.as_deref()),
            },
            today: self.request.today,
            version_control: &self.repositories.on_disk,
            project_path: &project.path,
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
        let mut coverage =
            coverage(project, &rules.config, self.tree, &self.named, excluded, unreadable);
        let doubts = self.doubts(&readings);
        self.summary.files_read += readings.iter().map(|reading| reading.files_read).sum::<usize>();
        self.summary.remarks.extend(doubts);
        for (id, why) in readings.iter().flat_map(|reading| &reading.not_searched) {
            if let Some(file) = self.files.get(id.0 as usize) {
                let skipped = SkippedFile { path: file.path.clone(), why: why.clone() };
                self.summary.files_skipped.push(skipped);
            }
        }
        let records = resolve(readings, &self.files, &integrations, &rules.plan);
        self.count(&records);
        let Evaluation { findings, evidence, not_judged } = evaluate(&rules.plan, &records, kind);
        let facts = match &rules.off {
            Some(_) => Facts::new(&records, &self.files, [&rules.config.lists, &rules.lists]),
            None => Facts::default(),
        };
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
        Ok(ProjectRun { kind, findings, evidence, facts, coverage })
    }

    /// The files of a project, and those that its config leaves out.
    fn chosen<'f>(
        &mut self,
        first: u32,
        project: &'f Project,
        rules: &LoadedRules,
    ) -> (Vec<(FileId, &'f ProjectFile)>, Vec<ExcludedFile>) {
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
        (chosen, excluded)
    }

    /// Values that are none of their type's: nothing was concluded from them, and that is said, unless a rule was asked
    /// about them.
    fn doubts(&self, readings: &[Reading]) -> Vec<String> {
        let misfits = readings.iter().flat_map(|reading| &reading.records);
        let told: HashSet<Place> = misfits
            .filter(|record| record.kind == "Misfit")
            .filter_map(|record| record.block.place)
            .collect();
        readings
            .iter()
            .flat_map(|reading| &reading.doubts)
            .filter(|doubt| !told.contains(&doubt.place))
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
                count(strangers.len(), "profile"),
                some(&strangers)
            ));
        }
        if !records.unresolved_members.is_empty() {
            let groups: Vec<&str> =
                records.unresolved_members.iter().map(|(group, _)| group.as_str()).collect();
            self.summary.remarks.push(format!(
                "not judged: sets that are not in the project, in {} ({})",
                count(groups.len(), "permission set group"),
                some(&groups)
            ));
        }
    }
}

pub(super) fn entry(file: &ProjectFile) -> FileEntry {
    FileEntry {
        path: file.path.clone(),
        absolute: file.absolute.clone(),
        target: file.target,
        deployed: file.deployed,
        of_policy: false,
    }
}
