//! What a run gathers for an overview, beside its report.

use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

use super::baseline::{UsedBaseline, shown};
use super::rules::LoadedRules;
use crate::config::checklists::Checklists;
use crate::engine::plan::Purpose;
use crate::overview::facts::Facts;
use crate::overview::{Asked, Found, Overview, OwnBaseline, overview};
use crate::project::store::{FileEntry, Store};
use crate::rule::ProjectKind;
use crate::settle::locate;
use crate::settle::report::{Report, ReportedFinding};

/// What a run gathers while projects are read; nothing of it when no overview is made.
#[derive(Default)]
pub(super) struct Survey {
    projects: Vec<(ProjectKind, Rc<LoadedRules>)>,
    facts: Vec<Facts>,
    asked: Vec<ReportedFinding>,
    baselined: Vec<(String, ReportedFinding)>,
    evidence: Vec<ReportedFinding>,
}

impl Survey {
    /// A project that was read.
    pub fn add(&mut self, kind: ProjectKind, rules: &Rc<LoadedRules>, facts: Facts) {
        self.projects.push((kind, Rc::clone(rules)));
        self.facts.push(facts);
    }

    /// Takes out, and keeps, what the configs do not ask for.
    pub fn keep_what_was_only_asked(
        &mut self,
        findings: Vec<ReportedFinding>,
    ) -> Vec<ReportedFinding> {
        let asked: Vec<BTreeSet<&str>> = self
            .projects
            .iter()
            .map(|(_, rules)| {
                let planned = rules.plan.rules.iter().map(|planned| &planned.enabled);
                let asked = planned.filter(|enabled| enabled.purpose == Purpose::Overview);
                asked.map(|enabled| enabled.rule.id.as_str()).collect()
            })
            .collect();
        let (only_asked, rest) = findings.into_iter().partition(|finding| {
            let of = asked.get(finding.project);
            of.is_some_and(|asked| asked.contains(finding.rule.id.as_str()))
        });
        self.asked = only_asked;
        rest
    }

    /// What comes at the end of a run.
    pub fn settle(
        &mut self,
        evidence: Vec<ReportedFinding>,
        baselines: &[UsedBaseline],
        root: &Path,
        files: &[FileEntry],
        store: &dyn Store,
    ) {
        self.evidence = evidence;
        for used in baselines {
            let path = shown(&used.path, root);
            let hidden = used.hidden.iter().map(|finding| (path.clone(), finding.clone()));
            self.baselined.extend(hidden);
        }
        locate(self.facts.iter_mut().flat_map(Facts::locations), files, store);
    }

    /// The overview of the run with this report.
    pub fn overview(self, report: Report, checklists: &Checklists) -> Overview {
        let projects = self.projects;
        let off = projects.iter().flat_map(|(_, rules)| rules.off.iter().flatten());
        let off = off.cloned().collect();
        let asked = projects.iter().map(|(kind, rules)| Asked {
            kind: *kind,
            rules: rules.plan.rules.iter().map(|planned| &planned.enabled).collect(),
            baseline: rules
                .config
                .health_check
                .as_ref()
                .map(|file| OwnBaseline { path: shown(&file.path, &report.root), file }),
        });
        let asked = asked.collect();
        let found = Found {
            report,
            asked: self.asked,
            baselined: self.baselined,
            evidence: self.evidence,
            facts: self.facts,
            projects: asked,
            off,
        };
        overview(found, checklists)
    }
}
