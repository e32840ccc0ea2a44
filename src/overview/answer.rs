//! Answers: findings speak against an item, evidence speaks for it, and neither is said to be neither.

use std::collections::BTreeSet;

use crate::rule::Severity;
use crate::rule::checklist::Row as Question;
use crate::settle::report::Location;

/// What is known of an item, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Something was found.
    Fail,
    /// Something was found, and all of it is accepted or in a baseline.
    Accepted,
    /// Nothing was found, and something in a file speaks for it.
    Pass,
    /// Of a question, or of several projects: some items or projects pass, and nothing is known of others.
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
    /// What those rules looked at.
    pub looked_at: LookedAt,
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
    let status = together(items.iter().map(|(_, status)| *status));
    Row { title: question.title.clone(), status, items }
}

/// Several answers as one: the first of them in the order of [`Status`]; a pass only when none is open.
fn together(all: impl Iterator<Item = Status> + Clone) -> Status {
    let worst = all.clone().min().unwrap_or(Status::NotApplicable);
    let known = |status: Status| matches!(status, Status::Pass | Status::NotApplicable);
    if worst == Status::Pass && !all.clone().all(known) { Status::PassInPart } else { worst }
}

impl Judged {
    /// The answers that several projects give to one item, as one.
    pub fn of_all(mut answers: Vec<Judged>) -> Option<Judged> {
        if answers.len() < 2 {
            return answers.pop();
        }
        let status = together(answers.iter().map(|one| one.status));
        // What the projects say whose answer it is; what a pass leaves open says the others.
        let mut remarks: Vec<String> = Vec::new();
        for one in &answers {
            let says = one.status == status
                || status == Status::PassInPart && one.status != Status::NotApplicable;
            let new = one.remark.iter().filter(|new| says && !remarks.contains(new));
            let new: Vec<String> = new.cloned().collect();
            remarks.extend(new);
        }
        let mut rules: BTreeSet<String> = BTreeSet::new();
        let mut looked_at = LookedAt::default();
        for one in &mut answers {
            rules.extend(std::mem::take(&mut one.rules));
            looked_at.components += one.looked_at.components;
            looked_at.files = looked_at.files.max(one.looked_at.files);
        }
        let mut answers = answers.into_iter();
        let mut all = answers.next()?;
        for one in answers {
            all.against.extend(one.against);
            all.accepted.extend(one.accepted);
            all.evidence.extend(one.evidence);
        }
        all.against.sort_by_key(|one| std::cmp::Reverse(one.severity));
        all.accepted.sort_by_key(|one| std::cmp::Reverse(one.severity));
        let remark = (!remarks.is_empty()).then(|| remarks.join("; "));
        Some(Judged { status, remark, rules: rules.into_iter().collect(), looked_at, ..all })
    }
}

/// What rules looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LookedAt {
    /// Records of the kinds that they ask about.
    pub components: usize,
    /// All files of the run, when any of them may hold what they look for.
    pub files: usize,
}

impl LookedAt {
    /// Whether there was anything to look at.
    pub fn any(&self) -> bool {
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
