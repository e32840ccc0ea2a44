//! Settling: from candidates to the final, sorted report with its counts.

pub mod fingerprint;
pub mod report;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::document::{LineIndex, SourceText, Span};
use crate::engine::finding::Finding;
use crate::engine::plan::Plan;
use crate::model::record::{Component, FileId, Place};
use crate::project::store::{FileEntry, Store};
use crate::rule::Severity;
use crate::secret::{mask_spans, secret_spans_in_text};
use crate::settle::fingerprint::{Identity, fingerprint};
use crate::settle::report::{Location, Region, ReportedFinding};

/// What one project found, with the plan that found it.
pub struct ProjectFindings<'a> {
    /// Index of the project.
    pub project: usize,
    /// The plan.
    pub plan: &'a Plan,
    /// Its findings.
    pub findings: Vec<Finding>,
}

/// Decides what is reported: findings with a place in a target, without those that another rule says better,
/// lowered where a component is not deployed, with identity and positions, in their final order.
pub fn settle(
    projects: Vec<ProjectFindings<'_>>,
    files: &[FileEntry],
    store: &dyn Store,
) -> Vec<ReportedFinding> {
    let mut reported = Vec::new();
    for mut project in projects {
        yield_to_better_rules(&mut project);
        let (plan, at) = (project.plan, project.project);
        reported.extend(
            project.findings.into_iter().filter_map(|one| report_finding(one, plan, at, files)),
        );
    }
    reported.sort_by(|a, b| {
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
    // Before context goes: a finding is the same one, whichever files were named.
    identify(&mut reported);
    reported.retain(|finding| in_target(finding, files));
    locate(&mut reported, files, store);
    reported
}

fn in_target(finding: &ReportedFinding, files: &[FileEntry]) -> bool {
    std::iter::once(&finding.location)
        .chain(finding.related.iter().map(|(location, _)| location))
        .any(|location| files.get(location.file.0 as usize).is_some_and(|file| file.target))
}

fn file_of(files: &[FileEntry], place: Place) -> Option<&FileEntry> {
    files.get(place.file.0 as usize)
}

/// Drops a finding when a rule it yields to found something at the same place of the same component.
fn yield_to_better_rules(project: &mut ProjectFindings<'_>) {
    let rules = &project.plan.rules;
    let id = |finding: &Finding| {
        rules.get(finding.rule).map_or("", |planned| planned.enabled.rule.id.as_str())
    };
    let said: HashSet<(String, Component, Place)> = project
        .findings
        .iter()
        .map(|finding| (id(finding).to_owned(), finding.component.clone(), finding.primary))
        .collect();
    project.findings.retain(|finding| {
        let better =
            rules.get(finding.rule).map_or(&[][..], |planned| &planned.enabled.rule.yields_to);
        !better
            .iter()
            .any(|rule| said.contains(&(rule.clone(), finding.component.clone(), finding.primary)))
    });
}

fn report_finding(
    finding: Finding,
    plan: &Plan,
    project: usize,
    files: &[FileEntry],
) -> Option<ReportedFinding> {
    let rule = Arc::clone(&plan.rules.get(finding.rule)?.enabled.rule);
    let location = |place: Place| {
        Some(Location {
            file: place.file,
            path: file_of(files, place)?.path.clone(),
            region: Region::FILE,
            span: place.span,
        })
    };
    let severity = if finding.deployed || finding.about_secret {
        finding.severity
    } else {
        finding.severity.min(Severity::Note)
    };
    let values =
        finding.values.iter().map(|(leaf, value)| (leaf.clone(), masked_text(value))).collect();
    Some(ReportedFinding {
        severity,
        confidence: finding.confidence,
        message: masked_text(&finding.message),
        help: finding.help.as_deref().map(masked_text),
        location: location(finding.primary)?,
        related: finding
            .related
            .iter()
            .filter_map(|(place, text)| Some((location(*place)?, masked_text(text))))
            .collect(),
        component: Component { name: masked_text(&finding.component.name), ..finding.component },
        key: masked_text(&finding.key),
        subject: masked_text(&finding.subject),
        values,
        fingerprint: String::new(),
        deployed: finding.deployed,
        project,
        rule,
    })
}

/// Turns spans into lines and columns, opening each file with findings once.
fn locate(findings: &mut [ReportedFinding], files: &[FileEntry], store: &dyn Store) {
    let mut by_file: HashMap<FileId, Vec<&mut Location>> = HashMap::new();
    for finding in findings {
        by_file.entry(finding.location.file).or_default().push(&mut finding.location);
        for (location, _) in &mut finding.related {
            by_file.entry(location.file).or_default().push(location);
        }
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
        start_offset: source.stored_offset(span.start),
        end_offset: source.stored_offset(span.end),
    }
}

/// A text without credentials: no message can carry one out.
pub fn masked_text(text: &str) -> String {
    let spans = secret_spans_in_text(text);
    if spans.is_empty() { text.to_owned() } else { mask_spans(text, &spans) }
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
