//! The overview: what a run says to the questions of an auditor, as plain data.

pub mod access;
pub mod answer;
pub mod facts;
pub mod health;
pub mod integrations;
pub mod questions;

use std::sync::Arc;

use self::access::Access;
use self::answer::{Judged, Row, Tables};
use self::facts::Facts;
use self::health::Health;
use self::integrations::Integration;
use crate::config::checklists::Checklists;
use crate::config::origin::Origin;
use crate::engine::plan::EnabledRule;
use crate::rule::{ProjectKind, Rule};
use crate::settle::report::{Report, ReportedFinding};

/// Everything an overview has to say.
pub struct Overview {
    /// The run, with what the config asks for.
    pub report: Report,
    /// The questions that open it.
    pub rows: Vec<Row>,
    /// What the answers to the questions rest on.
    pub basics: Vec<Judged>,
    /// The Health Check.
    pub health: Health,
    /// The Security Benchmark for Salesforce.
    pub benchmark: Vec<Judged>,
    /// What stands for a program.
    pub integrations: Vec<Integration>,
    /// Who can do what.
    pub access: Access,
    /// Findings that a baseline hides.
    pub baselined: usize,
    /// Rules that the config turns off, and that were asked all the same.
    pub off: Vec<TurnedOff>,
    /// How many rules were asked that are in no preset of the config.
    pub beyond_preset: usize,
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
    /// The rules that were asked in each project, with its kind.
    pub rules: Vec<(ProjectKind, Vec<&'a EnabledRule>)>,
    /// Rules that configs turn off, with the place.
    pub off: Vec<(Arc<Rule>, Origin)>,
}

/// Puts an overview together.
pub fn overview(found: Found<'_>, checklists: &Checklists) -> Overview {
    let tables = Tables::new(&found);
    let basics: Vec<Judged> =
        checklists.basics.items.iter().map(|item| tables.judge(&checklists.basics, item)).collect();
    let rows = checklists.basics.rows.iter().map(|row| answer::row(row, &basics)).collect();
    let list = &checklists.benchmark;
    let benchmark = list.items.iter().map(|item| tables.judge(list, item)).collect();
    let health = health::health(&tables, &checklists.settings);
    let beyond_preset = tables.beyond_preset();
    let off = turned_off(&found);
    let (mut integrations, mut principals) = (Vec::new(), Vec::new());
    let baselined = found.baselined.len();
    for facts in found.facts {
        integrations.extend(facts.integrations);
        principals.extend(facts.principals);
    }
    integrations.sort_by_key(|one| (one.name.to_lowercase(), one.copy.clone()));
    Overview {
        report: found.report,
        rows,
        basics,
        health,
        benchmark,
        integrations,
        access: Access::new(principals),
        baselined,
        off,
        beyond_preset,
    }
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
