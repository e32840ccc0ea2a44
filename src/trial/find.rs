//! Running one rule on the files of an example, in memory.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::check::{integrations, sensitivity};
use crate::config::catalogue::Catalogue;
use crate::config::changes::{self, Change, Policy};
use crate::config::needed::Present;
use crate::config::select::Selection;
use crate::config::select::{config_errors, set_option};
use crate::config::{Config, FILE_NAME};
use crate::document::{SourceText, Span};
use crate::engine::evaluate::evaluate;
use crate::engine::plan::{EnabledRule, Plan, Purpose};
use crate::model::config_problem::{ConfigProblem, POLICY_CHANGED};
use crate::model::integration::Integrations;
use crate::model::origin::Origin;
use crate::model::read::{Context, Reading};
use crate::model::record::{Block, FileId, Place, Record};
use crate::model::repository::{RepositoryFiles, repository};
use crate::model::resolve::resolve;
use crate::model::unit::units;
use crate::model::wanted::{Everything, RawShape, RuledOut, TextFind, Wanted};
use crate::project::forceignore;
use crate::project::git::InMemory;
use crate::project::git::ignoring::GITIGNORE;
use crate::project::path::file_name;
use crate::project::store::{FileEntry, Memory};
use crate::project::{ProjectFile, ProjectKind, component_name, kind_of, sfdx_project};
use crate::rule::examples::Example;
use crate::rule::load::RuleError;
use crate::rule::{Rule, markers};
use crate::run::read_project;
use crate::schema;
use crate::settle::baseline::FILE_NAME as BASELINE;
use crate::settle::register::{Coverage, PlacedException};
use crate::settle::report::ReportedFinding;
use crate::settle::{Given, ProjectFindings, settle};
use crate::value::date::Date;

/// What one rule finds on an example.
pub(super) struct Found {
    /// The findings of the rule.
    pub findings: Vec<ReportedFinding>,
    /// The files of the example, by their ids.
    pub files: Vec<FileEntry>,
    /// Their texts, by their ids.
    pub texts: Vec<String>,
    /// Their bytes.
    pub store: Memory,
}

/// The findings of one rule on an example; `generous` builds and keeps more than the rule asks for.
pub(super) fn find(
    rule: &Arc<Rule>,
    example: &Example,
    catalogue: &Catalogue,
    today: Date,
    generous: bool,
) -> Result<Found, String> {
    let config = match &example.config {
        Some(text) => Config::parse(FILE_NAME, text, Path::new(""))
            .map_err(|errors| format!("has a wrong config: {}", first_message(&errors)))?,
        None => Config::none(Path::new("")),
    };
    let enabled = enabled(rule, example, &config, catalogue)?;
    let plan = Plan::new(enabled, &config.lists, &catalogue.lists, today);
    let sandbox = Sandbox::of(example, today)?;
    // A run does not even load a rule for which there is nothing.
    let present = Present::among(sandbox.members.iter());
    if !rule.matching.kinds.iter().any(|kind| present.may_hold(kind.name(), &config)) {
        return Ok(sandbox.found(Vec::new()));
    }
    let more = Generous(&plan);
    let wanted: &dyn Wanted = if generous { &more } else { &plan };
    let kind = example.project.unwrap_or(ProjectKind::Org);
    let numbered = sandbox.members.iter().enumerate();
    let numbered = numbered.map(|(at, file)| (FileId(at as u32), file));
    let (units, _) = units(numbered, ".", wanted);
    let mut integrations =
        integrations(&config, &catalogue.lists, &mut |_, range| sandbox.in_config(&range));
    let nothing = Integrations::default();
    let sensitivity = sensitivity(&config, &catalogue.lists);
    let version_control = InMemory::new(&sandbox.store.files, example.tracked.as_deref());
    let context = Context {
        files: &sandbox.files,
        integrations: &nothing,
        sensitivity: &sensitivity,
        store: &sandbox.store,
        wanted,
        origin: Origin {
            package: kind == ProjectKind::Package,
            namespace: None,
            newer: schema::is_newer(sandbox.api_version().as_deref()),
        },
        today,
        version_control: &version_control,
        project_path: ".",
    };
    let mut readings = read_project(&units, &context, &mut integrations, &plan, 1, None);
    if plan.record("Repository") {
        let probes = plan.listed_names("Repository");
        let records = repository_of(&probes, &context).into_iter().collect();
        readings.push(Reading { records, ..Reading::default() });
    }
    let records = resolve(readings, &sandbox.files, &integrations, wanted);
    let evaluation = evaluate(&plan, &records, kind);
    let exceptions: Vec<PlacedException> = config
        .exceptions
        .iter()
        .map(|exception| PlacedException {
            exception: exception.clone(),
            path: FILE_NAME.to_owned(),
            place: sandbox.in_config(&exception.origin.span),
            expires: exception.expires.as_ref().map(|(_, origin)| sandbox.in_config(&origin.span)),
            shared: false,
        })
        .collect();
    let project = ProjectFindings {
        project: 0,
        kind,
        plan: &plan,
        findings: evaluation.findings,
        evidence: Vec::new(),
        exceptions: (0..exceptions.len()).collect(),
        coverage: Coverage {
            config_folder: true,
            repository: true,
            not_judged: evaluation.not_judged.into_iter().collect(),
            ..Coverage::default()
        },
    };
    let given = Given {
        exceptions: &exceptions,
        problems: sandbox.policy_problems(example, &config, catalogue)?,
        comments: None,
    };
    let settled = settle(vec![project], given, &sandbox.files, &sandbox.store, today);
    let own = settled.findings.into_iter().filter(|finding| finding.rule.id == rule.id);
    let own = own.collect();
    drop(version_control);
    Ok(sandbox.found(own))
}

/// An example as a project in memory.
#[derive(Default)]
struct Sandbox {
    store: Memory,
    /// All files by their ids; the config, if there is one, comes last.
    files: Vec<FileEntry>,
    /// Decoded, by the ids of the files.
    texts: Vec<String>,
    /// The files of the project, by their ids.
    members: Vec<ProjectFile>,
}

impl Sandbox {
    fn found(self, findings: Vec<ReportedFinding>) -> Found {
        let Sandbox { store, files, texts, .. } = self;
        Found { findings, files, texts, store }
    }

    /// `sourceApiVersion` of the example's project file.
    fn api_version(&self) -> Option<String> {
        let bytes = self.store.files.get(sfdx_project::NAME)?;
        sfdx_project::parse(bytes).ok()?.source_api_version
    }

    fn of(example: &Example, today: Date) -> Result<Sandbox, String> {
        let mut sandbox = Sandbox::default();
        for (path, text) in &example.files {
            let text = markers::expand(text, today).map_err(|error| format!("holds {error}"))?;
            if path.starts_with(".git/") {
                // Part of the repository, not of the project.
                sandbox.store.files.insert(path.clone(), text.into_bytes());
                continue;
            }
            let kind = kind_of(path);
            let component = kind.as_ref().map(|kind| component_name(path, kind));
            sandbox.members.push(ProjectFile {
                path: path.clone(),
                absolute: PathBuf::from(path),
                component: component.unwrap_or_default(),
                kind,
                target: true,
                deployed: true,
                package_directory: Some(0),
                copy: String::new(),
            });
            sandbox.add(path, text);
        }
        if let Some(text) = &example.config {
            sandbox.add(FILE_NAME, text.clone());
        }
        Ok(sandbox)
    }

    fn add(&mut self, path: &str, text: String) {
        let bytes = text.into_bytes();
        self.store.files.insert(path.to_owned(), bytes.clone());
        self.files.push(FileEntry {
            path: path.to_owned(),
            absolute: PathBuf::from(path),
            target: true,
            deployed: true,
            of_policy: path == FILE_NAME,
        });
        let decoded = SourceText::decode(bytes).map(|source| source.text().to_owned());
        self.texts.push(decoded.unwrap_or_default());
    }

    /// What the policy of the example says less strictly than that of its base, if it has one.
    fn policy_problems(
        &self,
        example: &Example,
        config: &Config,
        catalogue: &Catalogue,
    ) -> Result<Vec<(usize, ConfigProblem)>, String> {
        if example.base.is_empty() {
            return Ok(Vec::new());
        }
        let base = |path: &str| {
            let known = example.base.iter().find(|(known, _)| known == path);
            known.map(|(_, text)| text.as_str())
        };
        let before = Config::parse(FILE_NAME, base(FILE_NAME).unwrap_or_default(), Path::new(""))
            .map_err(|errors| {
            format!("has a wrong config in its base: {}", first_message(&errors))
        })?;
        let (before, after) = (Policy { config: &before, catalogue }, Policy { config, catalogue });
        let mut found = changes::settings(before, after, &Selection::default(), FILE_NAME)
            .map_err(|errors| format!("has a wrong config: {}", first_message(&errors)))?;
        for (member, text) in self.members.iter().zip(&self.texts) {
            match file_name(&member.path) {
                BASELINE => {
                    found.extend(changes::new_lines(&member.path, base(&member.path), text))
                }
                forceignore::FILE_NAME => {
                    found.extend(changes::forceignore(&member.path, base(&member.path), text));
                }
                _ => {}
            }
        }
        let problem = |change: Change| {
            let at = self.files.iter().position(|file| file.path == change.path);
            let file = FileId(at.unwrap_or_default() as u32);
            let span = Span { start: change.span.start as u32, end: change.span.end as u32 };
            let place = Place { file, span };
            (
                0,
                ConfigProblem {
                    code: POLICY_CHANGED,
                    place,
                    path: change.path,
                    about: change.about,
                    text: change.text,
                },
            )
        };
        Ok(found.into_iter().map(problem).collect())
    }

    /// What is said about the config points into it.
    fn in_config(&self, range: &Range<usize>) -> Place {
        let span = Span { start: range.start as u32, end: range.end as u32 };
        Place { file: FileId(self.members.len() as u32), span }
    }
}

/// The rule with the options of the example, and the rules that the example's exceptions name.
fn enabled(
    rule: &Arc<Rule>,
    example: &Example,
    config: &Config,
    catalogue: &Catalogue,
) -> Result<Vec<EnabledRule>, String> {
    let mistakes = config_errors(catalogue, config);
    if !mistakes.is_empty() {
        return Err(format!("has a wrong config: {}", first_message(&mistakes)));
    }
    let mut options: HashMap<_, _> = rule.options.iter().cloned().collect();
    for (_, setting) in config.rules.iter().filter(|(id, _)| *id == rule.id) {
        for (name, value, _) in &setting.options {
            set_option(&mut options, name, value);
        }
    }
    for (name, value) in &example.options {
        set_option(&mut options, name, value);
    }
    let mut enabled = vec![EnabledRule {
        rule: Arc::clone(rule),
        severity: rule.severity,
        options,
        purpose: Purpose::Findings,
    }];
    for exception in &config.exceptions {
        let named = catalogue.rule(&exception.rule.text);
        let off = |other: &Rule| {
            config
                .rules
                .iter()
                .any(|(id, setting)| *id == other.id && setting.severity == Some(None))
        };
        if let Some(other) = named.filter(|other| !off(other))
            && !enabled.iter().any(|known| known.rule.id == other.id)
        {
            enabled.push(EnabledRule {
                rule: Arc::clone(other),
                severity: other.severity,
                options: other.options.iter().cloned().collect(),
                purpose: Purpose::Findings,
            });
        }
    }
    Ok(enabled)
}

/// The repository of an example: findings point at its ignore file, else at what marks the project.
fn repository_of(probes: &[String], context: &Context<'_>) -> Option<Record> {
    let ids: Vec<FileId> = (0..context.files.len()).map(|at| FileId(at as u32)).collect();
    let anchors = [GITIGNORE, "sfdx-project.json", "package.xml"];
    let at =
        anchors.iter().find_map(|name| context.files.iter().position(|file| file.path == *name))?;
    let of = RepositoryFiles {
        probes,
        folder: Path::new(""),
        projects: &[],
        anchor: FileId(at as u32),
        files: &ids,
    };
    repository(&of, context)
}

fn first_message(errors: &[RuleError]) -> String {
    errors.first().map(|error| error.message().to_owned()).unwrap_or_default()
}

/// Wants what a plan wants, and every record of metadata with all its children.
struct Generous<'p>(&'p Plan);

impl Wanted for Generous<'_> {
    fn record(&self, kind: &str) -> bool {
        Everything.record(kind) || self.0.record(kind)
    }
    fn child(&self, _kind: &str, _child: usize) -> bool {
        true
    }
    fn child_of(&self, _kind: &str, _child: usize, _ruled_out: &RuledOut) -> bool {
        true
    }
    fn keeps(&self, _kind: &str, _child: usize, _block: &Block, _ruled_out: &RuledOut) -> bool {
        true
    }
    fn ruled_out(&self, _owner: &Record) -> RuledOut {
        RuledOut::default()
    }
    fn raw(&self, metadata_type: &str) -> Option<&RawShape> {
        self.0.raw(metadata_type)
    }
    fn raw_settings(&self) -> bool {
        self.0.raw_settings()
    }
    fn text_finds(&self) -> &[TextFind] {
        self.0.text_finds()
    }
}
