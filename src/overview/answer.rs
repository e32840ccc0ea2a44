//! Answers: findings speak against an item, evidence speaks for it, and neither is said to be neither.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::Found;
use crate::config::select::covers;
use crate::engine::finding::NotJudged;
use crate::engine::plan::{EnabledRule, Purpose};
use crate::rule::checklist::{Checklist, Item, Row as Question};
use crate::rule::{ProjectKind, Rule, Severity};
use crate::settle::register::RegisterEntry;
use crate::settle::report::{Location, ReportedFinding};

/// What is known of an item, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Something was found.
    Fail,
    /// Something was found, and all of it is accepted or in a baseline.
    Accepted,
    /// Nothing was found, and something in a file speaks for it.
    Pass,
    /// Of a question: some of its items pass, and nothing is known of others.
    PassInPart,
    /// Rules looked and found nothing; nothing speaks for it either.
    NoFinding,
    /// Files cannot tell, or those at hand do not.
    NotCheckable,
    /// There is nothing of the kind in the project.
    NotApplicable,
}
words!(Status {
    Fail = "fail",
    Accepted = "accepted",
    Pass = "pass",
    PassInPart = "pass in part",
    NoFinding = "no finding",
    NotCheckable = "not checkable",
    NotApplicable = "not applicable",
});

/// A sentence about a place.
#[derive(Clone, Debug)]
pub struct Line {
    /// What is there.
    pub text: String,
    /// The place.
    pub location: Location,
}

/// A finding that speaks against an item.
#[derive(Clone, Debug)]
pub struct Against {
    /// The rule.
    pub rule: String,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, and where.
    pub line: Line,
    /// Why it does not count: the exception or the baseline that accepts it.
    pub accepted: Option<String>,
    /// The config does not ask for this rule.
    pub only_overview: bool,
}

/// An item with its answer.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Its id.
    pub id: String,
    /// The heading it stands below.
    pub section: String,
    /// What is so when all is well.
    pub title: String,
    /// The answer.
    pub status: Status,
    /// Findings that are open, worst first.
    pub against: Vec<Against>,
    /// Findings that somebody accepts.
    pub accepted: Vec<Against>,
    /// What speaks for it.
    pub evidence: Vec<Line>,
    /// What it rests on: the reason why files do not tell, or what they leave open.
    pub remark: Option<String>,
    /// The rules that were asked.
    pub rules: Vec<String>,
    /// How many components those rules looked at, in words.
    pub looked_at: String,
}

/// A question with the items that answer it.
#[derive(Clone, Debug)]
pub struct Row {
    /// What is so when all is well.
    pub title: String,
    /// The answer: the first of the items' in the order of [`Status`]; a pass only when none is open.
    pub status: Status,
    /// Ids of the items.
    pub items: Vec<(String, Status)>,
}

/// The answer to a question.
pub fn row(question: &Question, judged: &[Judged]) -> Row {
    let items: Vec<(String, Status)> = judged
        .iter()
        .filter(|one| question.items.contains(&one.id))
        .map(|one| (one.id.clone(), one.status))
        .collect();
    let worst = items.iter().map(|(_, status)| *status).min().unwrap_or(Status::NotApplicable);
    let known =
        |(_, status): &(String, Status)| matches!(status, Status::Pass | Status::NotApplicable);
    let in_part = worst == Status::Pass && !items.iter().all(known);
    let status = if in_part { Status::PassInPart } else { worst };
    Row { title: question.title.clone(), status, items }
}

/// All that can answer an item, by the ids of rules and clauses.
pub struct Tables<'f> {
    found: &'f Found<'f>,
    against: BTreeMap<&'f str, Vec<Against>>,
    evidence: BTreeMap<&'f str, Vec<&'f ReportedFinding>>,
    /// Rules that were asked, each once.
    pub rules: Vec<&'f EnabledRule>,
}

/// Kinds of which every file may hold some: that there are none is a result, not a lack.
const ANYWHERE: &[&str] = &["File", "text", "Secret", "Diagnostic"];

impl<'f> Tables<'f> {
    /// Sorts what a run found.
    pub fn new(found: &'f Found<'f>) -> Tables<'f> {
        let mut against: BTreeMap<&str, Vec<Against>> = BTreeMap::new();
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
                against.entry(rule).or_default().push(found.clone());
            }
        };
        for finding in &found.report.findings {
            add(finding, None, false);
        }
        for finding in &found.asked {
            add(finding, None, true);
        }
        for entry in &found.report.register {
            for finding in &entry.hides {
                add(finding, Some(excepted(entry)), false);
            }
        }
        for (path, finding) in &found.baselined {
            add(finding, Some(format!("in the baseline {path}")), false);
        }
        let mut evidence: BTreeMap<&str, Vec<&ReportedFinding>> = BTreeMap::new();
        for one in &found.evidence {
            evidence.entry(&one.rule.id).or_default().push(one);
        }
        let mut seen = BTreeSet::new();
        let rules = found.rules.iter().flat_map(|(_, rules)| rules).copied();
        let rules = rules
            .filter(|one| one.enabled_for_findings() && seen.insert(one.rule.id.as_str()))
            .collect();
        Tables { found, against, evidence, rules }
    }

    /// How many rules were asked that no config turns on.
    pub fn beyond_preset(&self) -> usize {
        let beyond = self.rules.iter().filter(|one| one.purpose == Purpose::Overview);
        beyond.filter(|one| !self.found.off.iter().any(|(off, _)| off.id == one.rule.id)).count()
    }

    /// What speaks for the clause with this id.
    pub fn lines(&self, clause: &str) -> Vec<Line> {
        let found = self.evidence.get(clause).into_iter().flatten();
        found.map(|finding| line(finding)).collect()
    }

    /// What speaks against something, open and accepted, by the rules that judge it.
    pub fn against(&self, rules: &[&EnabledRule]) -> (Vec<Against>, Vec<Against>) {
        let of = rules.iter().filter_map(|one| self.against.get(one.rule.id.as_str()));
        let mut seen = HashSet::new();
        let each_once = of.flatten().filter(|one| {
            let Location { file, span, .. } = &one.line.location;
            seen.insert((&one.rule, *file, *span, &one.line.text))
        });
        let mut all: Vec<Against> = each_once.cloned().collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.severity));
        all.into_iter().partition(|one| one.accepted.is_none())
    }

    /// Whether any project is of a kind that a rule is for.
    pub fn applies(&self, rule: &Rule) -> bool {
        self.found.rules.iter().any(|(kind, _)| is_for(rule, *kind))
    }

    /// What the rules looked at.
    fn looked_at(&self, rules: &[&EnabledRule]) -> LookedAt {
        let mut looked_at = LookedAt::default();
        for ((kind, _), facts) in self.found.rules.iter().zip(&self.found.facts) {
            let asked = rules.iter().filter(|one| is_for(&one.rule, *kind));
            let kinds: BTreeSet<&str> =
                asked.flat_map(|one| &one.rule.matching.kinds).map(|kind| kind.name()).collect();
            for kind in kinds {
                if ANYWHERE.contains(&kind) {
                    looked_at.files = self.found.report.summary.files_read;
                } else {
                    looked_at.components += facts.looked_at.get(kind).unwrap_or(&0);
                }
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
        let (against, accepted) = self.against(&rules);
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
        let applies = rules.is_empty() || rules.iter().any(|one| self.applies(&one.rule));
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
            looked_at: looked_at.to_string(),
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
        let mut lines: Vec<Line> = Vec::new();
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

impl EnabledRule {
    fn enabled_for_findings(&self) -> bool {
        self.purpose != Purpose::Evidence
    }
}

/// What rules looked at.
#[derive(Default)]
struct LookedAt {
    /// Records of the kinds that they ask about.
    components: usize,
    /// All files, when any of them may hold what they look for.
    files: usize,
}

impl LookedAt {
    fn any(&self) -> bool {
        self.components + self.files > 0
    }
}

impl std::fmt::Display for LookedAt {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let several = |number: usize, noun: &str| {
            format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
        };
        if self.files > 0 {
            out.write_str(&several(self.files, "file"))
        } else {
            out.write_str(&several(self.components, "component"))
        }
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
