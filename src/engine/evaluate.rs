//! Matching: the plan against the records of one project.

use std::collections::{BTreeSet, HashMap, HashSet};

use rustc_hash::FxHashMap;

use crate::engine::clause::{CompiledClause, OwnerTruth};
use crate::engine::finding::{Finding, NotJudged};
use crate::engine::matched::{Match, Partner};
use crate::engine::matcher::Truth;
use crate::engine::message::shown;
use crate::engine::plan::{ClauseId, Plan, PlannedRule, Purpose};
use crate::model::record::{Block, Record, State};
use crate::model::resolve::Records;
use crate::rule::ProjectKind;

/// What matching one project gave.
#[derive(Default)]
pub struct Evaluation {
    /// Findings, in no particular order.
    pub findings: Vec<Finding>,
    /// Matches of rules that give evidence.
    pub evidence: Vec<Finding>,
    /// What could not be decided.
    pub not_judged: BTreeSet<NotJudged>,
}

/// So many partners of a finding are places that belong to it. Where a rule joins whatever there is, each finding has all of
/// them: a thousand objects and a thousand sites would be a million places.
const MOST_PARTNERS: usize = 100;

/// The partners of a rule by copy and key; and every key that exists, whether or not it fits.
#[derive(Default)]
struct Partners<'r> {
    fitting: HashMap<(&'r str, String), Vec<Partner<'r>>>,
    known: HashSet<(&'r str, String)>,
}

/// Matches the records of a project of this kind.
pub fn evaluate(plan: &Plan, records: &Records, kind: ProjectKind) -> Evaluation {
    let left_out = &records.fields_left_out;
    let mut run =
        Run { plan, kind, left_out, partners: HashMap::new(), out: Evaluation::default() };
    run.know_owners(records);
    run.each_block(records, true, Run::try_partner);
    run.each_block(records, false, Run::try_match);
    run.out
}

/// A block that a clause is tried on, with what the clause says of its owner.
struct Tried<'r, 'o> {
    record: &'r Record,
    block: &'r Block,
    owner: &'o OwnerTruth,
}

struct Run<'p, 'r> {
    plan: &'p Plan,
    kind: ProjectKind,
    /// Fields that no rule can be about: that they are in the project is known all the same.
    left_out: &'r HashSet<(String, String)>,
    partners: HashMap<usize, Partners<'r>>,
    out: Evaluation,
}

impl<'p, 'r> Run<'p, 'r> {
    /// Calls back for every clause worth trying on every block.
    fn each_block(
        &mut self,
        records: &'r Records,
        partner: bool,
        mut call: impl FnMut(&mut Self, ClauseId, Tried<'r, '_>),
    ) {
        let plan = self.plan;
        for (kind, list) in &records.by_kind {
            let Some(kind_plan) = plan.kind(kind) else { continue };
            for record in list {
                for id in kind_plan.own.iter().filter(|id| id.partner == partner) {
                    let Some(clause) = plan.clause(*id) else { continue };
                    let owner = &clause.owner(record, plan.today);
                    call(self, *id, Tried { record, block: &record.block, owner });
                }
                let mut owners: FxHashMap<ClauseId, OwnerTruth> = FxHashMap::default();
                for (child, child_plan) in &kind_plan.children {
                    for block in record.children.get(*child).into_iter().flatten() {
                        for id in child_plan.candidates(block).filter(|id| id.partner == partner) {
                            let Some(clause) = plan.clause(id) else { continue };
                            let of_owner = || clause.owner(record, plan.today);
                            let owner = owners.entry(id).or_insert_with(of_owner);
                            call(self, id, Tried { record, block, owner });
                        }
                    }
                }
            }
        }
    }

    /// A partner that is looked for among the children of a record is in the project if that record is, whether or not it
    /// has such children.
    fn know_owners(&mut self, records: &'r Records) {
        for (rule, planned) in self.plan.rules.iter().enumerate() {
            for clause in planned.partners.iter().filter(|clause| clause.is_keyed_by_owner()) {
                let partners = self.partners.entry(rule).or_default();
                for record in records.of(clause.kind) {
                    let keys = clause.key_texts(record, &record.block, self.plan.today);
                    let copy = record.component.copy.as_str();
                    partners.known.extend(keys.into_iter().map(|key| (copy, key)));
                }
            }
        }
    }

    fn try_partner(&mut self, id: ClauseId, tried: Tried<'r, '_>) {
        let Tried { record, block, owner } = tried;
        let Some(clause) = self.plan.clause(id) else { return };
        let keys = clause.key_texts(record, block, self.plan.today);
        let copy = record.component.copy.as_str();
        let partners = self.partners.entry(id.rule).or_default();
        partners.known.extend(keys.iter().map(|key| (copy, key.clone())));
        let (truth, alternative) = clause.holds(record, block, owner, self.plan.today);
        if truth != Truth::Yes {
            return;
        }
        let clears = self.plan.rules.get(id.rule).is_some_and(|rule| rule.clears());
        if clears
            && !(record.deployed && clause.holds_for_every_value(record, block, self.plan.today))
        {
            return;
        }
        let lowers_confidence = clause.rests_on_absence_in_profile(record, alternative);
        for key in keys {
            partners.fitting.entry((copy, key)).or_default().push(Partner {
                record,
                block,
                lowers_confidence,
            });
        }
    }

    fn try_match(&mut self, id: ClauseId, tried: Tried<'r, '_>) {
        let Tried { record, block, owner } = tried;
        let today = self.plan.today;
        let (Some(clause), Some(planned)) = (self.plan.clause(id), self.plan.rules.get(id.rule))
        else {
            return;
        };
        let rule = &planned.enabled.rule;
        if !rule.projects.is_empty() && !rule.projects.contains(&self.kind) {
            return;
        }
        let (truth, alternative) = clause.holds(record, block, owner, today);
        match truth {
            Truth::No => return,
            Truth::Unknown => {
                self.not_judged(planned, record, unknown_leaves(clause, record, block, self.plan));
                return;
            }
            Truth::Yes => {}
        }
        let mut found = Vec::new();
        if let Some(join) = &rule.join {
            let empty = Partners::default();
            let partners = self.partners.get(&id.rule).unwrap_or(&empty);
            let copy = record.component.copy.as_str();
            let keys = if join.clause.key.is_some() {
                clause.key_texts(record, block, today)
            } else {
                vec![String::new()]
            };
            for key in &keys {
                let fitting = partners.fitting.get(&(copy, key.clone())).into_iter().flatten();
                found.extend(fitting.copied().take(MOST_PARTNERS));
            }
            if join.negated != found.is_empty() {
                let nobody = !join.negated && join.clause.key.is_some();
                let known = |key: &String| {
                    partners.known.contains(&(copy, key.clone()))
                        || self.left_out.contains(&(copy.to_owned(), key.clone()))
                };
                if nobody && !keys.iter().any(known) {
                    let why = match planned.partners.first().and_then(|one| many(one.kind)) {
                        Some(many) => format!("{many} that are not in the project"),
                        None => format!(
                            "{} is not in the project",
                            subject_of(clause, record, block, self.plan)
                        ),
                    };
                    self.not_judged(planned, record, why);
                }
                return;
            }
        }
        let matched = Match {
            rule: id.rule,
            plan: self.plan,
            planned,
            clause,
            record,
            block,
            owner,
            alternative,
        };
        let list = match planned.enabled.purpose {
            Purpose::Evidence => &mut self.out.evidence,
            Purpose::Findings | Purpose::Overview => &mut self.out.findings,
        };
        list.extend(matched.finding(&found));
    }

    fn not_judged(&mut self, planned: &PlannedRule, record: &Record, why: String) {
        if planned.enabled.purpose == Purpose::Evidence {
            return;
        }
        self.out.not_judged.insert(NotJudged {
            rule: planned.enabled.rule.id.clone(),
            component: record.component.to_string(),
            why,
            file: record.block.place.map(|place| place.file),
        });
    }
}

/// Things of which a principal names more than anybody wants to read one by one.
fn many(kind: &str) -> Option<&'static str> {
    match kind {
        "Field" => Some("fields"),
        "ApexClass" => Some("Apex classes"),
        "Flow" => Some("flows"),
        _ => None,
    }
}

fn unknown_leaves(clause: &CompiledClause, record: &Record, block: &Block, plan: &Plan) -> String {
    let mut names: Vec<&str> = clause
        .conditions
        .iter()
        .chain(clause.alternatives.iter().flat_map(|one| &one.conditions))
        .filter(|condition| {
            condition.leaf.view(block, Some(record), plan.today).state == State::Unknown
        })
        .map(|condition| condition.leaf.path.leaf.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    format!("{} not stated", names.join(", "))
}

fn subject_of(clause: &CompiledClause, record: &Record, block: &Block, plan: &Plan) -> String {
    clause
        .key
        .as_ref()
        .map(|key| {
            let values = key.view(block, Some(record), plan.today).values;
            values.iter().map(|value| shown(value.value)).collect::<Vec<_>>().join(", ")
        })
        .unwrap_or_default()
}
