//! Matching: the plan against the records of one project.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::engine::clause::{CompiledClause, CompiledCondition, LeafAt, OwnerTruth};
use crate::engine::finding::{Finding, NotJudged};
use crate::engine::matcher::{LeafView, Truth, ViewValue};
use crate::engine::message::{canonical_text, fill, shown};
use crate::engine::plan::{ClauseId, Plan, PlannedRule};
use crate::model::record::{Block, Data, Place, Record, State};
use crate::model::resolve::Records;
use crate::model::vocabulary::{LeafType, Part};
use crate::rule::{Confidence, LeafPath, OptionValue, ProjectKind, Severity, Side};

/// What matching one project gave.
#[derive(Default)]
pub struct Evaluation {
    /// Findings, in no particular order.
    pub findings: Vec<Finding>,
    /// What could not be decided.
    pub not_judged: BTreeSet<NotJudged>,
}

/// A block that fits the second clause of a rule.
#[derive(Clone, Copy)]
struct Partner<'r> {
    record: &'r Record,
    block: &'r Block,
    lowers_confidence: bool,
}

/// The partners of a rule by copy and key; and every key that exists, whether or not it fits.
#[derive(Default)]
struct Partners<'r> {
    fitting: HashMap<(&'r str, String), Vec<Partner<'r>>>,
    known: HashSet<(&'r str, String)>,
}

/// Matches the records of a project of this kind.
pub fn evaluate(plan: &Plan, records: &Records, kind: ProjectKind) -> Evaluation {
    let mut run = Run { plan, kind, partners: HashMap::new(), out: Evaluation::default() };
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
                let mut owners: HashMap<ClauseId, OwnerTruth> = HashMap::new();
                let mut attempt = |run: &mut Self, id: ClauseId, block: &'r Block| {
                    let Some(clause) = plan.clause(id) else { return };
                    let owner =
                        owners.entry(id).or_insert_with(|| clause.owner(record, plan.today));
                    call(run, id, Tried { record, block, owner });
                };
                for id in kind_plan.own.iter().filter(|id| id.partner == partner) {
                    attempt(self, *id, &record.block);
                }
                for (child, child_plan) in &kind_plan.children {
                    for block in record.children.get(*child).into_iter().flatten() {
                        for id in child_plan.candidates(block).filter(|id| id.partner == partner) {
                            attempt(self, id, block);
                        }
                    }
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
                found.extend(
                    partners.fitting.get(&(copy, key.clone())).into_iter().flatten().copied(),
                );
            }
            if join.negated != found.is_empty() {
                let nobody = !join.negated && join.clause.key.is_some();
                if nobody && !keys.iter().any(|key| partners.known.contains(&(copy, key.clone()))) {
                    let why = format!(
                        "{} is not in the project",
                        subject_of(clause, record, block, self.plan)
                    );
                    self.not_judged(planned, record, why);
                }
                return;
            }
        }
        let matched = Match { plan: self.plan, planned, clause, record, block, owner, alternative };
        self.out.findings.extend(matched.finding(&found));
    }

    fn not_judged(&mut self, planned: &PlannedRule, record: &Record, why: String) {
        self.out.not_judged.insert(NotJudged {
            rule: planned.enabled.rule.id.clone(),
            component: record.component.to_string(),
            why,
            file: record.block.place.map(|place| place.file),
        });
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

/// A clause that holds for a block.
struct Match<'a> {
    plan: &'a Plan,
    planned: &'a PlannedRule,
    clause: &'a CompiledClause,
    record: &'a Record,
    block: &'a Block,
    owner: &'a OwnerTruth,
    alternative: Option<usize>,
}

impl Match<'_> {
    fn finding(&self, partners: &[Partner<'_>]) -> Option<Finding> {
        let rule = &self.planned.enabled.rule;
        let because = self.because(partners);
        let mut answer = |name: &str| self.answer(name, because.as_deref(), partners);
        let message = fill(&rule.report.message, &mut answer);
        let help = rule.fix.help.as_deref().map(|help| fill(help, &mut answer));
        let primary = self.primary()?;
        let mut related: Vec<(Place, String)> =
            self.block.related.iter().map(|(place, text)| (*place, text.to_string())).collect();
        for partner in partners {
            let text = rule.report.label_with.as_deref().unwrap_or("together with this");
            if let Some(place) = partner.block.place.or(partner.record.block.place) {
                related.push((place, fill(text, &mut answer)));
            }
        }
        let lowered = self.clause.rests_on_absence_in_profile(self.record, self.alternative)
            || partners.iter().any(|partner| partner.lowers_confidence);
        let (key, subject) = match &self.clause.key {
            Some(key) => {
                let view = key.view(self.block, Some(self.record), self.plan.today);
                let keys: Vec<String> =
                    view.values.iter().map(|value| canonical_text(value.data())).collect();
                let subjects: Vec<String> =
                    view.values.iter().map(|value| shown(value.value)).collect();
                (keys.join(","), subjects.join(", "))
            }
            None => (String::new(), String::new()),
        };
        Some(Finding {
            rule: self.index()?,
            severity: self.severity(),
            confidence: if lowered { one_step_lower(rule.confidence) } else { rule.confidence },
            message,
            help,
            primary,
            related,
            component: self.record.component.clone(),
            key,
            subject,
            values: self.values(),
            deployed: self.record.deployed,
            about_secret: self
                .clause
                .tested(self.alternative)
                .any(|condition| condition.leaf.path.leaf_type == LeafType::Secret),
        })
    }

    fn index(&self) -> Option<usize> {
        self.plan.rules.iter().position(|planned| std::ptr::eq(planned, self.planned))
    }

    /// A diagnostic is never more severe than its cause.
    fn severity(&self) -> Severity {
        let severity = self.planned.enabled.severity;
        let level = self.leaf_named("level").filter(|_| self.record.kind == "Diagnostic").and_then(
            |leaf| {
                let view = leaf.view(self.block, Some(self.record), self.plan.today);
                view.values.first().and_then(|value| Severity::from_word(value.text()?))
            },
        );
        level.map_or(severity, |level| severity.min(level))
    }

    fn leaf_named(&self, name: &str) -> Option<LeafAt> {
        let (side, leaf) = match name.strip_prefix("of.") {
            Some(leaf) => (Side::Owner, leaf),
            None => (Side::Block, name),
        };
        let path = |leaf: &str, part| LeafPath {
            side,
            leaf: leaf.to_owned(),
            part,
            leaf_type: LeafType::Text,
            repeated: true,
        };
        self.clause.leaf(&path(leaf, None)).or_else(|| {
            let (leaf, part) = leaf.rsplit_once('.')?;
            let part = [LeafType::Url, LeafType::Date, LeafType::Certificate]
                .iter()
                .flat_map(|leaf_type| Part::of(*leaf_type))
                .find(|(name, ..)| *name == part)?;
            self.clause.leaf(&path(leaf, Some(part.1)))
        })
    }

    /// The values of a leaf that made the rule fire, or all of them when it was not tested.
    fn telling<'v>(&'v self, leaf: &'v LeafAt, view: &'v LeafView<'v>) -> Vec<&'v ViewValue<'v>> {
        let tested = self.clause.tested(self.alternative).find(|condition| {
            condition.matcher.tests_values()
                && condition.leaf.path.leaf == leaf.path.leaf
                && condition.leaf.path.side == leaf.path.side
        });
        match tested {
            // Only a test of the same part speaks about these very values.
            Some(condition) if condition.leaf.path.part == leaf.path.part => {
                condition.matcher.matching(view, self.plan.today).collect()
            }
            _ => view.values.iter().collect(),
        }
    }

    fn answer(
        &self,
        name: &str,
        because: Option<&str>,
        partners: &[Partner<'_>],
    ) -> Option<String> {
        if name == "because" {
            return because.map(str::to_owned);
        }
        if let Some(option) = name.strip_prefix('$') {
            return self.planned.enabled.options.get(option).map(option_text);
        }
        if let Some(leaf) = name.strip_prefix("with.") {
            return self.partner_text(leaf, partners);
        }
        if let Some(leaf) = self.leaf_named(name) {
            let view = leaf.view(self.block, Some(self.record), self.plan.today);
            let mut texts: Vec<String> = self
                .telling(&leaf, &view)
                .into_iter()
                .map(|value| match leaf.path.part {
                    Some(_) if !matches!(value.data(), Data::Secret(_)) => {
                        canonical_text(value.data())
                    }
                    _ => shown(value.value),
                })
                .collect();
            texts.dedup();
            return Some(texts.join(", "));
        }
        self.column(name)
    }

    /// A column of the list entry that a tested value stands in.
    fn column(&self, name: &str) -> Option<String> {
        for condition in self.clause.tested(self.alternative) {
            let view = condition.leaf.view(self.block, Some(self.record), self.plan.today);
            for value in condition.matcher.matching(&view, self.plan.today) {
                if let Some(entry) = condition.matcher.entry(value)
                    && let Some((_, text)) = entry.columns.iter().find(|(column, _)| column == name)
                {
                    return Some(text.clone());
                }
            }
        }
        None
    }

    fn because(&self, partners: &[Partner<'_>]) -> Option<String> {
        let template = self
            .alternative
            .and_then(|at| self.clause.alternatives.get(at))
            .and_then(|alternative| alternative.because.as_deref());
        match template {
            Some(template) => Some(fill(template, &mut |name| self.answer(name, None, partners))),
            None => self.column("because"),
        }
    }

    fn partner_text(&self, leaf: &str, partners: &[Partner<'_>]) -> Option<String> {
        let clause = self.planned.partners.first()?;
        let path = LeafPath {
            side: Side::Block,
            leaf: leaf.to_owned(),
            part: None,
            leaf_type: LeafType::Text,
            repeated: true,
        };
        let at = clause.leaf(&path)?;
        let mut texts: Vec<String> = partners
            .iter()
            .flat_map(|partner| {
                let view = at.view(partner.block, Some(partner.record), self.plan.today);
                view.values.iter().map(|value| shown(value.value)).collect::<Vec<_>>()
            })
            .collect();
        texts.dedup();
        Some(texts.join(", "))
    }

    /// Where to look: the leaf the rule names, else the first tested one; a leaf that nobody wrote
    /// points at the start tag that should hold it.
    fn primary(&self) -> Option<Place> {
        let rule = &self.planned.enabled.rule;
        let named = rule.report.point_at.as_ref().and_then(|path| self.clause.leaf(path));
        let wanted: Vec<&LeafAt> = match &named {
            Some(leaf) => vec![leaf],
            None => self
                .clause
                .tested(self.alternative)
                .map(|condition| &condition.leaf)
                .filter(|leaf| leaf.path.side == Side::Block)
                .take(1)
                .collect(),
        };
        for leaf in wanted {
            let view = leaf.view(self.block, Some(self.record), self.plan.today);
            if let Some(place) =
                self.telling(leaf, &view).iter().find_map(|value| value.value.place)
            {
                return Some(place);
            }
            if let Some(home) = leaf.leaf(self.block, self.record).and_then(|leaf| leaf.home) {
                return Some(home);
            }
            if leaf.path.side == Side::Owner
                && let Some(place) = self.record.block.place
            {
                return Some(place);
            }
        }
        self.block.place.or(self.record.block.place)
    }

    /// The tested leaves as `leaf=value`: only what matched, parts by their class, nothing that moves with time.
    /// What the owner contributes is the same for all of its blocks.
    fn values(&self) -> Vec<(String, String)> {
        let of_owner = self.owner.values(self.alternative, || self.values_of(Side::Owner));
        let mut values = self.values_of(Side::Block);
        values.extend(of_owner.iter().cloned());
        values.sort_unstable();
        values.dedup();
        values
    }

    fn values_of(&self, side: Side) -> Vec<(String, String)> {
        let tested = self.clause.tested(self.alternative);
        tested
            .filter(|condition| condition.leaf.path.side == side)
            .map(|one| self.value(one))
            .collect()
    }

    fn value(&self, condition: &CompiledCondition) -> (String, String) {
        let leaf = &condition.leaf;
        let view = leaf.view(self.block, Some(self.record), self.plan.today);
        let moves = matches!(leaf.path.part, Some(Part::DaysLeft | Part::AgeDays))
            || matches!(leaf.path.leaf.as_str(), "daysLeft" | "ageDays");
        let name = match leaf.path.part {
            Some(part) => format!("{}.{}", leaf.path.leaf, part_name(part)),
            None => leaf.path.leaf.clone(),
        };
        let name = if leaf.path.side == Side::Owner { format!("of.{name}") } else { name };
        let text = |value: &ViewValue<'_>| canonical_text(value.data());
        let mut texts: Vec<String> = if moves {
            vec!["matched".to_owned()]
        } else if condition.matcher.tests_values() {
            condition.matcher.matching(&view, self.plan.today).map(text).collect()
        } else {
            view.values.iter().map(text).collect()
        };
        texts.sort_unstable();
        texts.dedup();
        (name, texts.join(","))
    }
}

fn part_name(part: Part) -> &'static str {
    [LeafType::Url, LeafType::Date, LeafType::Certificate]
        .iter()
        .flat_map(|leaf_type| Part::of(*leaf_type))
        .find(|(_, known, _)| *known == part)
        .map_or("", |(name, ..)| name)
}

fn option_text(value: &OptionValue) -> String {
    match value {
        OptionValue::Bool(value) => value.to_string(),
        OptionValue::Number(value) => crate::model::record::number_text(*value),
        OptionValue::Text(text) => text.clone(),
        OptionValue::List(list) => list.join(", "),
    }
}

fn one_step_lower(confidence: Confidence) -> Confidence {
    match confidence {
        Confidence::High => Confidence::Medium,
        _ => Confidence::Low,
    }
}
