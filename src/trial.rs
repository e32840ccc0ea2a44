//! Trying a rule on its examples: they are its tests. And trying whether the examples would notice
//! if a condition of the rule were missing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::check::{Error, integrations};
use crate::config::catalogue::Catalogue;
use crate::config::select::config_errors;
use crate::config::{Config, FILE_NAME};
use crate::document::{SourceText, Span};
use crate::engine::evaluate::evaluate;
use crate::engine::plan::{EnabledRule, Plan};
use crate::model::integration::Integrations;
use crate::model::origin::Origin;
use crate::model::read::{Context, Reading};
use crate::model::record::{Block, FileId, Place, Record};
use crate::model::repository::{RepositoryFiles, repository};
use crate::model::resolve::resolve;
use crate::model::unit::units;
use crate::model::wanted::{Everything, RawShape, RuledOut, TextFind, Wanted};
use crate::project::git::InMemory;
use crate::project::git::ignoring::GITIGNORE;
use crate::project::store::{FileEntry, Memory};
use crate::project::{ProjectFile, ProjectKind, component_name, kind_of};
use crate::rule::examples::{Example, Expectation, parse_examples};
use crate::rule::load::RuleError;
use crate::rule::{Rule, markers};
use crate::run::read_project;
use crate::settle::register::{Coverage, PlacedException};
use crate::settle::report::ReportedFinding;
use crate::settle::{ProjectFindings, settle};
use crate::value::date::Date;

/// The day on which examples run that do not name one.
pub const EXAMPLE_DAY: &str = "2026-11-23";

/// Tries a rule on all its examples; gives their number.
///
/// # Errors
/// Every example that does not turn out as it says, and mistakes in the examples themselves.
pub fn try_rule(rule: &Arc<Rule>, catalogue: &Catalogue) -> Result<usize, Vec<RuleError>> {
    let examples = parse_examples(rule)?;
    let errors: Vec<RuleError> = examples
        .iter()
        .filter_map(|example| {
            let failure = try_example(rule, example, catalogue).err()?;
            let what = match example.expectation {
                Expectation::Bad => "bad",
                Expectation::Good => "good",
            };
            Some(RuleError::new(
                &rule.source,
                example.span.clone(),
                format!("{}: a {what} example {failure}", rule.id),
                "this example",
                "correct the example or the rule",
            ))
        })
        .collect();
    if errors.is_empty() { Ok(examples.len()) } else { Err(errors) }
}

/// Removes each condition of a rule in turn; gives those that no example misses.
///
/// # Errors
/// Mistakes in the examples.
pub fn unnoticed_conditions(
    rule: &Arc<Rule>,
    catalogue: &Catalogue,
) -> Result<Vec<RuleError>, Vec<RuleError>> {
    let examples = parse_examples(rule)?;
    let mut unnoticed = Vec::new();
    for (mutant, span, what) in mutants(rule) {
        let mutant = Arc::new(mutant);
        let noticed =
            examples.iter().any(|example| try_example(&mutant, example, catalogue).is_err());
        if !noticed {
            unnoticed.push(RuleError::new(
                &rule.source,
                span,
                format!("{}: no example turns red without {what}", rule.id),
                "not pinned by an example",
                "add an example that differs from another one in just this",
            ));
        }
    }
    Ok(unnoticed)
}

/// The rule without each of its conditions.
fn mutants(rule: &Rule) -> Vec<(Rule, std::ops::Range<usize>, String)> {
    let mut mutants = Vec::new();
    let name = |path: &crate::rule::LeafPath| format!("its condition on `{}`", path.leaf);
    // Without its only condition a rule would match everything, which loading refuses.
    let only = rule.matching.conditions.len() == 1
        && rule.matching.alternatives.is_empty()
        && rule.join.is_none();
    let conditions = if only { 0 } else { rule.matching.conditions.len() };
    for at in 0..conditions {
        let mut mutant = rule.clone();
        let removed = mutant.matching.conditions.remove(at);
        mutants.push((mutant, removed.span.clone(), name(&removed.path)));
    }
    for at in 0..rule.matching.alternatives.len() {
        let mut mutant = rule.clone();
        let removed = mutant.matching.alternatives.remove(at);
        let span = removed.conditions.first().map_or(0..0, |condition| condition.span.clone());
        if !mutant.matching.alternatives.is_empty() {
            mutants.push((mutant, span, format!("its alternative {}", at + 1)));
        }
        for inner in 0..removed.conditions.len() {
            let mut mutant = rule.clone();
            if let Some(alternative) = mutant.matching.alternatives.get_mut(at) {
                let removed = alternative.conditions.remove(inner);
                mutants.push((mutant, removed.span.clone(), name(&removed.path)));
            }
        }
    }
    if let Some(join) = &rule.join {
        let mut mutant = rule.clone();
        mutant.join = None;
        let span = join.clause.conditions.first().map_or(0..0, |condition| condition.span.clone());
        mutants.push((mutant, span, "its second clause".to_owned()));
        for at in 0..join.clause.conditions.len() {
            let mut mutant = rule.clone();
            if let Some(join) = &mut mutant.join {
                let removed = join.clause.conditions.remove(at);
                mutants.push((mutant, removed.span.clone(), name(&removed.path)));
            }
        }
    }
    if !rule.projects.is_empty() {
        let mut mutant = rule.clone();
        mutant.projects.clear();
        mutants.push((mutant, 0..0, "`projects`".to_owned()));
    }
    mutants
}

/// An example's failure in words that continue "a bad example …".
fn try_example(rule: &Arc<Rule>, example: &Example, catalogue: &Catalogue) -> Result<(), String> {
    if !example.base.is_empty() {
        return Err("asks for a tree to compare with, which no kind of rule looks at".to_owned());
    }
    let day = example.today.as_deref().unwrap_or(EXAMPLE_DAY);
    let today = Date::parse(day).ok_or_else(|| format!("has no valid day: {day}"))?;
    let (findings, texts) = find(rule, example, catalogue, today, false)?;
    let (count, at) = (findings.len(), example.at.as_deref());
    match example.expectation {
        Expectation::Good if count > 0 => {
            let message = findings.first().map_or("", |finding| finding.message.as_str());
            return Err(format!("fires: {message}"));
        }
        Expectation::Bad => {
            let wanted = example.count;
            if count == 0 {
                return Err("does not fire".to_owned());
            }
            if wanted.is_some_and(|wanted| wanted != count) {
                return Err(format!("fires {count} times, not {}", wanted.unwrap_or(0)));
            }
        }
        Expectation::Good => return Ok(()),
    }
    let Some(at) = at else { return Ok(()) };
    let place = |finding: &&ReportedFinding| (finding.location.file, finding.location.span);
    let Some(first) = findings.iter().min_by_key(place) else {
        return Ok(());
    };
    let text = texts.get(first.location.file.0 as usize).map_or("", String::as_str);
    let span = first.location.span;
    let pointed = text.get(span.start as usize..span.end as usize).unwrap_or("");
    if pointed == at { Ok(()) } else { Err(format!("points at `{pointed}`, not at `{at}`")) }
}

/// Runs one rule on the files of an example, in memory; `generous` builds and keeps more than the rule asks for.
fn find(
    rule: &Arc<Rule>,
    example: &Example,
    catalogue: &Catalogue,
    today: Date,
    generous: bool,
) -> Result<(Vec<ReportedFinding>, Vec<String>), String> {
    let config = match &example.config {
        Some(text) => Config::parse("sflint.toml", text, &PathBuf::new())
            .map_err(|errors| format!("has a wrong config: {}", first_message(&errors)))?,
        None => Config::none(&PathBuf::new()),
    };
    let plan = Plan::new(
        enabled(rule, example, &config, catalogue)?,
        &config.lists,
        &catalogue.lists,
        today,
    );

    let mut store = Memory::default();
    let mut files = Vec::new();
    let mut project_files = Vec::new();
    let mut texts = Vec::new();
    for (path, text) in &example.files {
        let text = markers::expand(text, today).map_err(|error| format!("holds {error}"))?;
        let kind = kind_of(path);
        let component = kind.as_ref().map(|kind| component_name(path, kind)).unwrap_or_default();
        let absolute = PathBuf::from(path);
        store.files.insert(path.clone(), text.clone().into_bytes());
        if path.starts_with(".git/") {
            // Part of the repository, not of the project.
            continue;
        }
        files.push(FileEntry {
            path: path.clone(),
            absolute: absolute.clone(),
            target: true,
            deployed: true,
        });
        project_files.push(ProjectFile {
            path: path.clone(),
            absolute,
            kind,
            component,
            target: true,
            deployed: true,
            package_directory: Some(0),
            copy: String::new(),
        });
        texts.push(
            SourceText::decode(text.into_bytes())
                .map(|source| source.text().to_owned())
                .unwrap_or_default(),
        );
    }
    // What is said about the config points into it.
    let config_file = FileId(files.len() as u32);
    if let Some(text) = &example.config {
        let path = "sflint.toml".to_owned();
        store.files.insert(path.clone(), text.clone().into_bytes());
        files.push(FileEntry {
            path: path.clone(),
            absolute: PathBuf::from(path),
            target: true,
            deployed: true,
        });
        texts.push(text.clone());
    }
    let more = Generous(&plan);
    let wanted: &dyn Wanted = if generous { &more } else { &plan };
    let kind = example.project.unwrap_or(ProjectKind::Org);
    let numbered = project_files.iter().enumerate().map(|(at, file)| (FileId(at as u32), file));
    let (units, _) = units(numbered, ".", wanted);
    let mut integrations = integrations(&config, &catalogue.lists, &mut |_, range| Place {
        file: config_file,
        span: Span { start: range.start as u32, end: range.end as u32 },
    });
    let nothing = Integrations::default();
    let version_control = InMemory::new(&store.files, example.tracked.as_deref());
    let context = Context {
        files: &files,
        integrations: &nothing,
        store: &store,
        wanted,
        origin: Origin { package: kind == ProjectKind::Package, namespace: None },
        today,
        version_control: &version_control,
    };
    let mut readings = read_project(&units, &context, &mut integrations, &plan, 1, None);
    if plan.record("Repository") {
        let probes = plan.listed_names("Repository");
        let records = repository_of(&probes, &context).into_iter().collect();
        readings.push(Reading { records, ..Reading::default() });
    }
    let records = resolve(readings, &files, &integrations);
    let evaluation = evaluate(&plan, &records, kind);
    let place = |range: &std::ops::Range<usize>| Place {
        file: config_file,
        span: Span { start: range.start as u32, end: range.end as u32 },
    };
    let exceptions: Vec<PlacedException> = config
        .exceptions
        .iter()
        .map(|exception| PlacedException {
            exception: exception.clone(),
            path: FILE_NAME.to_owned(),
            place: place(&exception.origin.span),
            expires: exception.expires.as_ref().map(|(_, origin)| place(&origin.span)),
            shared: false,
        })
        .collect();
    let not_judged = evaluation.not_judged.into_iter().collect();
    let project = ProjectFindings {
        project: 0,
        kind,
        plan: &plan,
        findings: evaluation.findings,
        exceptions: (0..exceptions.len()).collect(),
        coverage: Coverage {
            config_folder: true,
            repository: true,
            not_judged,
            ..Coverage::default()
        },
    };
    let settled = settle(vec![project], &exceptions, &files, &store, today);
    let own = settled.findings.into_iter().filter(|finding| finding.rule.id == rule.id);
    Ok((own.collect(), texts))
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
        options
            .extend(setting.options.iter().map(|(name, value, _)| (name.clone(), value.clone())));
    }
    options.extend(example.options.iter().cloned());
    let mut enabled =
        vec![EnabledRule { rule: Arc::clone(rule), severity: rule.severity, options }];
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

/// Tries every rule of a catalogue; gives the number of rules and examples.
///
/// # Errors
/// Everything that is wrong, and with `conditions` also what the examples do not pin.
pub fn try_all(
    rules: &[Arc<Rule>],
    catalogue: &Catalogue,
    conditions: bool,
) -> Result<(usize, usize), Error> {
    let mut errors = Vec::new();
    let mut examples = 0;
    for rule in rules {
        match try_rule(rule, catalogue) {
            Ok(count) => examples += count,
            Err(mistakes) => {
                errors.extend(mistakes);
                continue;
            }
        }
        if conditions {
            match unnoticed_conditions(rule, catalogue) {
                Ok(unnoticed) => errors.extend(unnoticed),
                Err(mistakes) => errors.extend(mistakes),
            }
        }
    }
    if errors.is_empty() { Ok((rules.len(), examples)) } else { Err(Error::Invalid(errors)) }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Leaving out what no rule asks about is an optimisation: it must not change a single finding.
    #[test]
    fn building_everything_finds_the_same() {
        let catalogue = Catalogue::builtin().unwrap();
        let today = Date::parse(EXAMPLE_DAY).unwrap();
        let mut compared = 0;
        for rule in &catalogue.rules {
            for example in parse_examples(rule).unwrap() {
                let found = |generous| {
                    let (findings, _) = find(rule, &example, &catalogue, today, generous).unwrap();
                    let told = findings.iter().map(|one| {
                        let values = (&one.severity, &one.confidence, &one.message, &one.related);
                        format!("{:?} {:?} {values:?}", one.location, one.fingerprint)
                    });
                    told.collect::<Vec<_>>()
                };
                assert_eq!(found(false), found(true), "{}", rule.id);
                compared += 1;
            }
        }
        assert!(compared > 200, "{compared}");
    }
}
