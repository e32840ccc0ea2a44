//! What a project's findings and evidence say to the items of a list.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::answer::{Against, Judged, Line, LookedAt, Status};
use super::{Asked, Found, OwnBaseline};
use crate::config::select::covers;
use crate::document::Span;
use crate::engine::finding::NotJudged;
use crate::engine::plan::{EnabledRule, Purpose};
use crate::model::record::{Component, FileId};
use crate::model::vocabulary::record_kind;
use crate::rule::checklist::{Checklist, Item};
use crate::rule::{ProjectKind, Rule};
use crate::settle::register::RegisterEntry;
use crate::settle::report::{Location, Region, ReportedFinding};

/// All that can answer an item in one project, by the ids of rules and clauses.
pub struct Tables<'f> {
    found: &'f Found<'f>,
    project: usize,
    asked: &'f Asked<'f>,
    against: BTreeMap<&'f str, Vec<(&'f Component, Against)>>,
    evidence: BTreeMap<&'f str, Vec<&'f ReportedFinding>>,
    /// Rules that were asked.
    pub rules: Vec<&'f EnabledRule>,
}

/// Kinds of which every file may hold some: that there are none is a result, not a lack.
const ANYWHERE: &[&str] = &["File", "text", "Secret", "Diagnostic"];

impl<'f> Tables<'f> {
    /// Sorts what a run found in its project with this index.
    pub fn new(found: &'f Found<'f>, project: usize, asked: &'f Asked<'f>) -> Tables<'f> {
        let here = |finding: &&ReportedFinding| finding.project == project;
        let mut against: BTreeMap<&str, Vec<(&Component, Against)>> = BTreeMap::new();
        let mut add = |finding: &'f ReportedFinding, accepted: Option<String>, only_overview| {
            let found = Against {
                rule: finding.rule.id.clone(),
                severity: finding.severity,
                line: line(finding),
                accepted,
                only_overview,
            };
            // It speaks against whatever the rules that yield to it speak against.
            let rules = std::iter::once(&finding.rule.id).chain(&finding.instead_of);
            for rule in rules {
                against.entry(rule).or_default().push((&finding.component, found.clone()));
            }
        };
        for finding in found.report.findings.iter().filter(here) {
            add(finding, None, false);
        }
        for finding in found.asked.iter().filter(here) {
            add(finding, None, true);
        }
        for entry in &found.report.register {
            for finding in entry.hides.iter().filter(here) {
                add(finding, Some(excepted(entry)), false);
            }
        }
        for (path, finding) in found.baselined.iter().filter(|(_, one)| here(&one)) {
            add(finding, Some(format!("in the baseline {path}")), false);
        }
        let mut evidence: BTreeMap<&str, Vec<&ReportedFinding>> = BTreeMap::new();
        for one in found.evidence.iter().filter(here) {
            evidence.entry(&one.rule.id).or_default().push(one);
        }
        let judging = |one: &&EnabledRule| one.purpose != Purpose::Evidence;
        let rules = asked.rules.iter().copied().filter(judging).collect();
        Tables { found, project, asked, against, evidence, rules }
    }

    /// The baseline that the config holds settings against in the place of the standard one.
    pub fn baseline(&self) -> Option<&'f OwnBaseline<'f>> {
        self.asked.baseline.as_ref()
    }

    /// What speaks for the clause with this id.
    pub fn lines(&self, clause: &str) -> Vec<Line> {
        let found = self.evidence.get(clause).into_iter().flatten();
        found.map(|finding| line(finding)).collect()
    }

    /// What speaks against something, open and accepted, by the rules that judge it.
    pub fn against(&self, rules: &[&EnabledRule]) -> (Vec<Against>, Vec<Against>) {
        self.against_where(rules, &|_| true)
    }

    /// The same of some components only.
    fn against_where(
        &self,
        rules: &[&EnabledRule],
        counts: &dyn Fn(&Component) -> bool,
    ) -> (Vec<Against>, Vec<Against>) {
        let of = rules.iter().filter_map(|one| self.against.get(one.rule.id.as_str()));
        let mut seen = HashSet::new();
        let of = of.flatten().filter(|(component, _)| counts(component)).map(|(_, one)| one);
        let each_once = of.filter(|one| {
            let Location { file, span, .. } = &one.line.location;
            seen.insert((&one.rule, *file, *span, &one.line.text))
        });
        let mut all: Vec<Against> = each_once.cloned().collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.severity));
        all.into_iter().partition(|one| one.accepted.is_none())
    }

    /// Whether a control is about this component: a rule that maps to a control may look at more of the kind than that.
    fn is_subject(&self, subject: &Rule, component: &Component) -> bool {
        let of_kind = |kind: &str| {
            let sources = record_kind(kind).map_or(&[][..], |kind| kind.sources);
            kind == component.kind || sources.contains(&component.kind)
        };
        let mut subjects = self.evidence.get(subject.id.as_str()).into_iter().flatten();
        !subject.matching.kinds.iter().any(|kind| of_kind(kind.name()))
            || subjects.any(|one| one.component == *component)
    }

    /// Whether the project is of a kind that a rule is for.
    pub fn applies(&self, rule: &Rule) -> bool {
        is_for(rule, self.asked.kind)
    }

    /// What the rules looked at.
    fn looked_at(&self, rules: &[&EnabledRule]) -> LookedAt {
        let mut looked_at = LookedAt::default();
        let asked = rules.iter().filter(|one| self.applies(&one.rule));
        let kinds: BTreeSet<&str> =
            asked.flat_map(|one| &one.rule.matching.kinds).map(|kind| kind.name()).collect();
        let facts = self.found.facts.get(self.project);
        for kind in kinds {
            if ANYWHERE.contains(&kind) {
                looked_at.files = self.found.report.summary.files_read;
            } else {
                looked_at.components +=
                    facts.and_then(|facts| facts.looked_at.get(kind)).unwrap_or(&0);
            }
        }
        looked_at
    }

    /// Answers an item of a list.
    pub fn judge(&self, list: &Checklist, item: &Item) -> Judged {
        let judges = |rule: &Rule| {
            item.rules.iter().any(|(id, _)| covers(rule, id))
                || list.by_maps && rule.maps.contains(&item.id)
        };
        let rules: Vec<&EnabledRule> =
            self.rules.iter().copied().filter(|one| judges(&one.rule)).collect();
        let subjects = item.subject.as_ref().filter(|_| list.by_maps);
        let (against, accepted) = match subjects {
            Some(subject) => self.against_where(&rules, &|one| self.is_subject(subject, one)),
            None => self.against(&rules),
        };
        let evidence = self.evidence_of(item, &against, &accepted);
        let looked_at = match &item.subject {
            Some(subject) => LookedAt {
                components: self.evidence.get(subject.id.as_str()).map_or(0, Vec::len),
                files: 0,
            },
            None => self.looked_at(&rules),
        };
        // What maps to a control looks at a part of it, and says so by finding nothing; what an item of ours names does not
        // answer what no file tells.
        let silence_says_nothing = item.not_checkable.is_some() && !list.by_maps;
        let nothing = item.subject.is_some() && !looked_at.any();
        let open = self.not_judged(&rules);
        // A control is one of orgs, whatever the rules are for that look at a part of it.
        let applies = rules.is_empty()
            || list.by_maps && self.asked.kind == ProjectKind::Org
            || rules.iter().any(|one| self.applies(&one.rule));
        let status = if !against.is_empty() {
            Status::Fail
        } else if !accepted.is_empty() {
            Status::Accepted
        } else if nothing {
            Status::NotApplicable
        } else if !evidence.is_empty() {
            Status::Pass
        } else if open.is_some() {
            Status::NotCheckable
        } else if looked_at.any() && !rules.is_empty() && !silence_says_nothing {
            Status::NoFinding
        } else if item.not_checkable.is_some() && applies {
            Status::NotCheckable
        } else {
            Status::NotApplicable
        };
        let remark = match status {
            Status::NotApplicable if !applies => Some(only_for(&rules)),
            Status::NotApplicable => Some("there is nothing of the kind in the project".to_owned()),
            Status::NotCheckable if open.is_some() => open,
            _ => item.not_checkable.clone().or(open),
        };
        Judged {
            id: item.id.clone(),
            section: item.section.clone(),
            title: item.title.clone(),
            status,
            against,
            accepted,
            evidence,
            remark,
            rules: rules.iter().map(|one| one.rule.id.clone()).collect(),
            looked_at,
        }
    }

    /// What speaks for an item. A component that has a finding speaks for nothing, even where it is partly right; what one
    /// file of settings says of one thing is not changed by what it says of another.
    fn evidence_of(&self, item: &Item, against: &[Against], accepted: &[Against]) -> Vec<Line> {
        let wrong: BTreeSet<&str> =
            against.iter().chain(accepted).map(|one| one.line.location.path.as_str()).collect();
        let one_of_many = |found: &ReportedFinding| {
            let kind = found.component.kind;
            kind.ends_with("Settings") || kind == "Repository"
        };
        let clauses = item.evidence.iter();
        let found = clauses.flat_map(|clause| self.evidence.get(clause.id.as_str()));
        let own = self.baseline().filter(|_| item.own_baseline);
        let mut lines: Vec<Line> = own.into_iter().map(OwnBaseline::line).collect();
        for finding in found.flatten() {
            if wrong.contains(finding.location.path.as_str()) && !one_of_many(finding) {
                continue;
            }
            let line = line(finding);
            let same =
                |known: &Line| known.text == line.text && known.location.path == line.location.path;
            if !lines.last().is_some_and(same) {
                lines.push(line);
            }
        }
        lines
    }

    /// What rules could not decide, in a few words.
    fn not_judged(&self, rules: &[&EnabledRule]) -> Option<String> {
        let of = |one: &&NotJudged| rules.iter().any(|rule| rule.rule.id == one.rule);
        let mut whys: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for one in self.found.report.summary.not_judged.iter().filter(of) {
            whys.entry(&one.why).or_default().insert(&one.component);
        }
        let texts: Vec<String> = whys
            .iter()
            .map(|(why, components)| {
                let components: Vec<&str> = components.iter().copied().collect();
                format!("{why} (for {})", some(&components))
            })
            .collect();
        (!texts.is_empty()).then(|| format!("not judged: {}", texts.join("; ")))
    }
}

/// How many names a remark lists.
const NAMES: usize = 3;

fn some(names: &[&str]) -> String {
    let mut text = names.iter().take(NAMES).copied().collect::<Vec<_>>().join(", ");
    if names.len() > NAMES {
        text.push_str(&format!(" and {} more", names.len() - NAMES));
    }
    text
}

fn is_for(rule: &Rule, kind: ProjectKind) -> bool {
    rule.projects.is_empty() || rule.projects.contains(&kind)
}

/// Which projects the rules are for.
pub fn only_for(rules: &[&EnabledRule]) -> String {
    let kinds: BTreeSet<&str> =
        rules.iter().flat_map(|one| &one.rule.projects).map(|kind| kind.word()).collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    format!("asked of projects of kind {} only", kinds.join(" or "))
}

fn excepted(entry: &RegisterEntry) -> String {
    let Location { path, region, .. } = &entry.location;
    let owner = entry.owner.as_deref().map(|owner| format!(", {owner}")).unwrap_or_default();
    format!("{} ({path}:{}{owner})", entry.reason, region.start.line)
}

/// A finding as a sentence about its place.
fn line(finding: &ReportedFinding) -> Line {
    Line { text: finding.message.clone(), location: finding.location.clone() }
}

impl OwnBaseline<'_> {
    /// That it is there, as a sentence about its file.
    fn line(&self) -> Line {
        let name = match self.file.name.as_str() {
            "" => String::new(),
            name => format!(" \u{201c}{name}\u{201d}"),
        };
        Line {
            text: format!("settings are held against the baseline{name} of the org itself"),
            location: Location {
                // It is no file of the run; nothing reads it again.
                file: FileId(u32::MAX),
                path: self.path.clone(),
                region: Region::FILE,
                span: Span { start: 0, end: 0 },
            },
        }
    }
}
