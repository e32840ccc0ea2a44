//! Settling: from candidates to the final, sorted report with its counts.

pub mod baseline;
mod comments;
pub mod fingerprint;
pub mod register;
pub mod report;
pub mod since;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::document::{LineIndex, SourceText, Span};
use crate::engine::evaluate::evaluate;
use crate::engine::finding::Finding;
use crate::engine::plan::{Plan, Purpose};
use crate::model::config_problem::ConfigProblem;
use crate::model::record::{Component, FileId, Place};
use crate::model::resolve::Records;
use crate::project::store::{FileEntry, Store};
use crate::rule::{ProjectKind, Severity};
use crate::secret::masked;
use crate::settle::fingerprint::{Identity, fingerprint};
use crate::settle::register::{Accepting, Coverage, PlacedException, Register, RegisterEntry};
use crate::settle::report::{Location, Region, ReportedFinding};
use crate::value::date::Date;

/// What one project found, with the plan that found it.
pub struct ProjectFindings<'a> {
    /// Index of the project.
    pub project: usize,
    /// What it is for.
    pub kind: ProjectKind,
    /// The plan.
    pub plan: &'a Plan,
    /// Its findings.
    pub findings: Vec<Finding>,
    /// What speaks for something: neither excepted nor in a baseline.
    pub evidence: Vec<Finding>,
    /// Its exceptions, as positions in the list of the run.
    pub exceptions: BTreeSet<usize>,
    /// What of it was read.
    pub coverage: Coverage,
}

/// What is left of a run's findings, and what became of the others.
#[derive(Debug, Default)]
pub struct Settled {
    /// In their final order.
    pub findings: Vec<ReportedFinding>,
    /// Matches of rules that give evidence, in the same order.
    pub evidence: Vec<ReportedFinding>,
    /// How many findings are accepted.
    pub excepted: usize,
    /// Every exception with what it hides, those of configs first.
    pub register: Vec<RegisterEntry>,
}

/// What findings are settled with.
#[derive(Default)]
pub struct Given<'a> {
    /// The exceptions of all configs.
    pub exceptions: &'a [PlacedException],
    /// What is wrong with the policy itself, by the index of a project.
    pub problems: Vec<(usize, ConfigProblem)>,
    /// Where a comment that accepts a finding must stand as well; `None` when every comment counts.
    pub comments: Option<&'a dyn Store>,
}

/// Decides what is reported: findings with a place in a target, without those that another rule says better or that
/// somebody accepts with a reason, lowered where a component is not deployed, with identity and positions.
pub fn settle(
    mut projects: Vec<ProjectFindings<'_>>,
    given: Given<'_>,
    files: &[FileEntry],
    store: &dyn Store,
    today: Date,
) -> Settled {
    let found = projects
        .iter_mut()
        .map(|project| (project.project, project.plan, std::mem::take(&mut project.findings)));
    let found = reported(found.collect(), files);
    let shown = projects
        .iter_mut()
        .map(|project| (project.project, project.plan, std::mem::take(&mut project.evidence)));
    let mut evidence = reported(shown.collect(), files);
    let accepting: Vec<Accepting<'_>> = projects
        .iter()
        .map(|project| Accepting {
            project: project.project,
            kind: project.kind,
            plan: project.plan,
            exceptions: &project.exceptions,
            coverage: &project.coverage,
        })
        .collect();
    let all = found.len();
    let mut problems = given.problems;
    let mut register = Register::new(given.exceptions, today);
    let rest = register.take(found, &accepting, files);
    let mut in_files = Vec::new();
    let stores = comments::Stores { files, store, policy: given.comments };
    let mut findings = comments::take(rest, stores, &mut in_files, &mut problems);
    let excepted = all - findings.len();
    problems.extend(register.problems(&accepting));
    findings.extend(about_policy(problems, &accepting, files));
    sort(&mut findings);
    let mut register = register.entries(&accepting, files);
    register.extend(in_files);
    let hidden = register.iter_mut().flat_map(|entry| {
        entry.hides.iter_mut().flat_map(locations).chain(std::iter::once(&mut entry.location))
    });
    let shown = findings.iter_mut().chain(&mut evidence).flat_map(locations);
    locate(shown.chain(hidden), files, store);
    register.sort_by(|a, b| {
        let key = |entry: &RegisterEntry| (entry.in_file, entry.location.span.start);
        (a.in_file, &a.location.path).cmp(&(b.in_file, &b.location.path)).then(key(a).cmp(&key(b)))
    });
    Settled { findings, evidence, excepted, register }
}

/// What rules find about the policy itself.
fn about_policy(
    problems: Vec<(usize, ConfigProblem)>,
    projects: &[Accepting<'_>],
    files: &[FileEntry],
) -> Vec<ReportedFinding> {
    let mut records: HashMap<usize, Records> = HashMap::new();
    for (project, problem) in problems {
        let of = records.entry(project).or_default();
        of.by_kind.entry("Diagnostic").or_default().extend(problem.record());
    }
    let found = projects.iter().filter_map(|project| {
        let records = records.get(&project.project)?;
        let evaluation = evaluate(project.plan, records, project.kind);
        Some((project.project, project.plan, evaluation.findings))
    });
    reported(found.collect(), files)
}

/// Findings with identity, in their order; those without a place in a target are left out.
fn reported(found: Vec<(usize, &Plan, Vec<Finding>)>, files: &[FileEntry]) -> Vec<ReportedFinding> {
    let mut reported = Vec::new();
    for (project, plan, mut findings) in found {
        yield_to_better_rules(plan, &mut findings);
        reported.extend(
            findings.into_iter().filter_map(|one| report_finding(one, plan, project, files)),
        );
    }
    sort(&mut reported);
    // Before context goes: a finding is the same one, whichever files were named.
    identify(&mut reported);
    reported.retain(|finding| in_target(finding, files));
    reported.iter_mut().for_each(mask_texts);
    reported
}

/// Puts findings in their final order.
pub fn sort(findings: &mut [ReportedFinding]) {
    findings.sort_by(|a, b| {
        let key =
            |finding: &ReportedFinding| (finding.location.span.start, finding.location.span.end);
        a.location
            .path
            .cmp(&b.location.path)
            .then_with(|| key(a).cmp(&key(b)))
            .then_with(|| a.rule.id.cmp(&b.rule.id))
            .then_with(|| a.key.cmp(&b.key))
            .then_with(|| a.component.cmp(&b.component))
            .then_with(|| a.values.cmp(&b.values))
    });
}

fn in_target(finding: &ReportedFinding, files: &[FileEntry]) -> bool {
    std::iter::once(&finding.location)
        .chain(finding.related.iter().map(|(location, _)| location))
        .any(|location| files.get(location.file.0 as usize).is_some_and(|file| file.target))
}

fn file_of(files: &[FileEntry], place: Place) -> Option<&FileEntry> {
    files.get(place.file.0 as usize)
}

/// What a finding is told apart by when rules yield to each other.
type Spot = (String, Component, Place);

/// Drops a finding when a rule it yields to found something at the same place of the same component, or speaks of the
/// file as a whole. What only an overview asks for does not count: it must not change what the config asks for.
///
/// In a group all grants of a permission set stand at one place, the name of the set; there the grants themselves, which
/// are related places of both findings, tell whether both mean the same.
fn yield_to_better_rules(plan: &Plan, findings: &mut Vec<Finding>) {
    let rules = &plan.rules;
    let id = |finding: &Finding| {
        rules.get(finding.rule).map_or("", |planned| planned.enabled.rule.id.as_str())
    };
    let spot = |finding: &Finding| -> Spot {
        (id(finding).to_owned(), finding.component.clone(), finding.primary)
    };
    let asked = |finding: &Finding| {
        let planned = rules.get(finding.rule);
        planned.is_some_and(|planned| planned.enabled.purpose == Purpose::Overview)
    };
    // Whether only an overview asks for what is said, and the related places of each time that it is said.
    let mut said: HashMap<Spot, Vec<(bool, Vec<Place>)>> = HashMap::new();
    for finding in findings.iter() {
        let related = finding.related.iter().map(|(place, _)| *place).collect();
        said.entry(spot(finding)).or_default().push((asked(finding), related));
    }
    let mut better: HashMap<Spot, Vec<String>> = HashMap::new();
    findings.retain(|finding| {
        let named =
            rules.get(finding.rule).map_or(&[][..], |planned| &planned.enabled.rule.yields_to);
        let whole_file = Place { span: Span::default(), ..finding.primary };
        let places = [finding.primary, whole_file].into_iter();
        let spots = named.iter().flat_map(|rule| {
            places.clone().map(|place| (rule.clone(), finding.component.clone(), place))
        });
        let says_the_same = |(only, related): &(bool, Vec<Place>)| {
            let mut own = finding.related.iter().map(|(place, _)| place);
            let shared = finding.related.is_empty()
                || related.is_empty()
                || own.any(|place| related.contains(place));
            shared && (!only || asked(finding))
        };
        let found: Vec<Spot> = spots
            .filter(|spot| said.get(spot).is_some_and(|all| all.iter().any(says_the_same)))
            .collect();
        let kept = found.is_empty();
        for spot in found {
            better.entry(spot).or_default().push(id(finding).to_owned());
        }
        kept
    });
    if better.is_empty() {
        return;
    }
    for finding in findings {
        finding.instead_of.extend(better.remove(&spot(finding)).into_iter().flatten());
    }
}

fn report_finding(
    finding: Finding,
    plan: &Plan,
    project: usize,
    files: &[FileEntry],
) -> Option<ReportedFinding> {
    let rule = Arc::clone(&plan.rules.get(finding.rule)?.enabled.rule);
    let severity = if finding.deployed || finding.about_secret {
        finding.severity
    } else {
        finding.severity.min(Severity::Note)
    };
    let values = finding
        .values
        .iter()
        .map(|(leaf, value)| (leaf.clone(), masked(value).into_owned()))
        .collect();
    Some(ReportedFinding {
        severity,
        confidence: finding.confidence,
        message: finding.message,
        help: finding.help,
        location: location(finding.primary, files)?,
        related: finding
            .related
            .iter()
            .filter_map(|(place, text)| Some((location(*place, files)?, text.clone())))
            .collect(),
        component: Component {
            name: masked(&finding.component.name).into_owned(),
            ..finding.component
        },
        key: masked(&finding.key).into_owned(),
        subject: finding.subject,
        values,
        fingerprint: String::new(),
        deployed: finding.deployed,
        about_secret: finding.about_secret,
        instead_of: finding.instead_of,
        proposal: finding.proposal,
        project,
        rule,
    })
}

/// Blanks credentials in the texts that are no part of the identity: of findings that are shown, not of all in the context.
fn mask_texts(finding: &mut ReportedFinding) {
    let related = finding.related.iter_mut().map(|(_, text)| text);
    let texts = [&mut finding.message, &mut finding.subject].into_iter();
    for text in texts.chain(&mut finding.help).chain(related) {
        *text = masked(text).into_owned();
    }
}

/// A place as a location whose lines are not known yet.
pub fn location(place: Place, files: &[FileEntry]) -> Option<Location> {
    Some(Location {
        file: place.file,
        path: file_of(files, place)?.path.clone(),
        region: Region::FILE,
        span: place.span,
    })
}

/// All locations of a finding.
fn locations(finding: &mut ReportedFinding) -> impl Iterator<Item = &mut Location> {
    let related = finding.related.iter_mut().map(|(location, _)| location);
    std::iter::once(&mut finding.location).chain(related)
}

/// Turns spans into lines and columns, opening each file with findings once.
pub fn locate<'f>(
    locations: impl Iterator<Item = &'f mut Location>,
    files: &[FileEntry],
    store: &dyn Store,
) {
    let mut by_file: HashMap<FileId, Vec<&mut Location>> = HashMap::new();
    for location in locations {
        by_file.entry(location.file).or_default().push(location);
    }
    let mut buffer = Vec::new();
    for (id, locations) in by_file {
        let Some(file) = files.get(id.0 as usize) else {
            continue;
        };
        if locations.iter().all(|location| location.span == (Span { start: 0, end: 0 })) {
            continue;
        }
        let Ok(bytes) = store.bytes(file, std::mem::take(&mut buffer)) else {
            continue;
        };
        let Ok(source) = SourceText::decode(bytes) else {
            continue;
        };
        let lines = LineIndex::new(source.text());
        for location in locations {
            location.region = region(&source, &lines, location.span);
        }
        buffer = source.into_buffer();
    }
}

/// Lines, columns and stored offsets of a span.
pub fn region(source: &SourceText, lines: &LineIndex, span: Span) -> Region {
    Region {
        start: lines.position(source.text(), span.start),
        end: lines.position(source.text(), span.end),
        start_columns: lines.columns(source.text(), span.start),
        end_columns: lines.columns(source.text(), span.end),
        start_offset: source.stored_offset(span.start),
        end_offset: source.stored_offset(span.end),
    }
}

/// Gives every finding its fingerprint; those that are otherwise the same are counted within their project.
fn identify(findings: &mut [ReportedFinding]) {
    let mut seen: HashMap<(usize, String), u32> = HashMap::new();
    for finding in findings {
        let identity = Identity {
            rule: &finding.rule.id,
            component: &finding.component,
            key: &finding.key,
            values: &finding.values,
        };
        let first = fingerprint(&identity, 0);
        let occurrence = seen.entry((finding.project, first.clone())).or_default();
        finding.fingerprint =
            if *occurrence == 0 { first } else { fingerprint(&identity, *occurrence) };
        *occurrence += 1;
    }
}
