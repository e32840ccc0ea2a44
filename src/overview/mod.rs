//! The overview: what a run says to the questions of an auditor, as plain data.

pub mod access;
pub mod answer;
pub mod facts;
pub mod health;
pub mod integrations;
pub mod questions;
pub mod tables;

use std::collections::BTreeSet;
use std::sync::Arc;

use self::access::Access;
use self::answer::{Judged, Row};
use self::facts::Facts;
use self::health::Health;
use self::integrations::Integration;
use self::tables::Tables;
use crate::config::checklists::Checklists;
use crate::config::health_check::baseline::HealthCheckBaseline;
use crate::config::origin::Origin;
use crate::engine::plan::{EnabledRule, Purpose};
use crate::rule::{ProjectKind, Rule};
use crate::settle::report::{BySeverity, Report, ReportedFinding};

/// Everything an overview has to say.
pub struct Overview {
    /// The run, with what the config asks for.
    pub report: Report,
    /// What it says of each project, in the order of the report's.
    pub projects: Vec<OfProject>,
    /// The questions that open it.
    pub rows: Vec<Row>,
    /// What the answers to the questions rest on.
    pub basics: Vec<Judged>,
    /// The Security Benchmark for Salesforce.
    pub benchmark: Vec<Judged>,
    /// Findings that a baseline hides.
    pub baselined: usize,
    /// Rules that the config turns off, and that were asked all the same.
    pub off: Vec<TurnedOff>,
    /// How many rules were asked that are in no preset of the config.
    pub beyond_preset: usize,
}

/// What is said of one project.
pub struct OfProject {
    /// Findings that its config asks for.
    pub findings: BySeverity,
    /// Its own answers to the questions.
    pub rows: Vec<Row>,
    /// The Health Check.
    pub health: Health,
    /// What stands for a program.
    pub integrations: Vec<Integration>,
    /// Who can do what.
    pub access: Access,
}

/// A rule that a config turns off.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TurnedOff {
    /// Its id.
    pub rule: String,
    /// `path:line` of the config.
    pub place: String,
    /// What it would find.
    pub findings: usize,
}

/// What a run brings.
pub struct Found<'a> {
    /// The run, with the findings that the config asks for.
    pub report: Report,
    /// Findings that only the overview asks for.
    pub asked: Vec<ReportedFinding>,
    /// Findings that a baseline hides, with its path.
    pub baselined: Vec<(String, ReportedFinding)>,
    /// What speaks for the answers.
    pub evidence: Vec<ReportedFinding>,
    /// What the records of each project say.
    pub facts: Vec<Facts>,
    /// What was asked in each project.
    pub projects: Vec<Asked<'a>>,
    /// Rules that configs turn off, with the place.
    pub off: Vec<(Arc<Rule>, Origin)>,
}

/// What was asked in one project.
pub struct Asked<'a> {
    /// What the project is for.
    pub kind: ProjectKind,
    /// The rules.
    pub rules: Vec<&'a EnabledRule>,
    /// What its config holds settings against in the place of Salesforce's baseline.
    pub baseline: Option<OwnBaseline<'a>>,
}

/// A Health Check baseline that the org has made its own.
pub struct OwnBaseline<'a> {
    /// What it says.
    pub file: &'a HealthCheckBaseline,
    /// Where it is, as reports show paths.
    pub path: String,
}

/// Puts an overview together.
pub fn overview(found: Found<'_>, checklists: &Checklists) -> Overview {
    let (basics, benchmark) = (&checklists.basics, &checklists.benchmark);
    let mut projects = Vec::new();
    let mut judged = [Vec::new(), Vec::new()];
    for (at, asked) in found.projects.iter().enumerate() {
        let tables = Tables::new(&found, at, asked);
        let [items, controls] = [basics, benchmark].map(|list| -> Vec<Judged> {
            list.items.iter().map(|item| tables.judge(list, item)).collect()
        });
        let mut findings = BySeverity::default();
        let here = found.report.findings.iter().filter(|finding| finding.project == at);
        here.for_each(|finding| findings.add(finding.severity));
        projects.push((
            findings,
            basics.rows.iter().map(|row| answer::row(row, &items)).collect(),
            health::health(&tables, &checklists.settings),
        ));
        let [all_items, all_controls] = &mut judged;
        all_items.push(items);
        all_controls.push(controls);
    }
    let [items, controls] = judged.map(of_all_projects);
    let beyond_preset = beyond_preset(&found);
    let off = turned_off(&found);
    let projects =
        projects.into_iter().zip(found.facts).map(|((findings, rows, health), facts)| {
            let mut integrations = facts.integrations;
            integrations.sort_by_key(|one| (one.name.to_lowercase(), one.copy.clone()));
            let access = Access::new(facts.principals);
            OfProject { findings, rows, health, integrations, access }
        });
    Overview {
        projects: projects.collect(),
        rows: basics.rows.iter().map(|row| answer::row(row, &items)).collect(),
        basics: items,
        benchmark: controls,
        baselined: found.baselined.len(),
        off,
        beyond_preset,
        report: found.report,
    }
}

/// The answers of several projects to a list, item by item.
fn of_all_projects(lists: Vec<Vec<Judged>>) -> Vec<Judged> {
    let mut lists: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
    let mut all = Vec::new();
    loop {
        let next: Vec<Judged> = lists.iter_mut().filter_map(Iterator::next).collect();
        match Judged::of_all(next) {
            Some(one) => all.push(one),
            None => return all,
        }
    }
}

/// How many rules were asked that no config turns on.
fn beyond_preset(found: &Found<'_>) -> usize {
    let rules = found.projects.iter().flat_map(|asked| &asked.rules);
    let of = |purpose: Purpose| -> BTreeSet<&str> {
        let rules = rules.clone().filter(|one| one.purpose == purpose);
        rules.map(|one| one.rule.id.as_str()).collect()
    };
    let (asked, on) = (of(Purpose::Overview), of(Purpose::Findings));
    let off = |id: &str| found.off.iter().any(|(off, _)| off.id == id);
    asked.into_iter().filter(|id| !on.contains(id) && !off(id)).count()
}

fn turned_off(found: &Found<'_>) -> Vec<TurnedOff> {
    let mut off: Vec<TurnedOff> = found
        .off
        .iter()
        .map(|(rule, origin)| {
            let line = 1 + origin
                .source
                .text
                .get(..origin.span.start)
                .map_or(0, |before| before.bytes().filter(|byte| *byte == b'\n').count());
            let root = crate::project::path::normalise(&found.report.root.to_string_lossy());
            let path = crate::project::path::seen_from(&origin.source.path, &root);
            TurnedOff {
                rule: rule.id.clone(),
                place: format!("{path}:{line}"),
                findings: found.asked.iter().filter(|one| one.rule.id == rule.id).count(),
            }
        })
        .collect();
    off.sort();
    off.dedup();
    off
}
