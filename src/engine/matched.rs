//! From a clause that holds to a finding: message, place, identity.

use crate::engine::clause::{CompiledClause, CompiledCondition, LeafAt, OwnerTruth};
use crate::engine::finding::Finding;
use crate::engine::message::{canonical_text, fill, option_text, shown};
use crate::engine::plan::{Plan, PlannedRule};
use crate::engine::proposal::{Matched, Proposal};
use crate::engine::view::{LeafView, ViewValue};
use crate::model::record::{Block, Data, Place, Record};
use crate::model::vocabulary::{LeafType, Part};
use crate::rule::{Confidence, LeafPath, Severity, Side};

/// How many partners a message names before it only counts; each of them is a related place.
const PARTNERS: usize = 5;

/// A block that fits the second clause of a rule.
#[derive(Clone, Copy)]
pub(super) struct Partner<'r> {
    pub(super) record: &'r Record,
    pub(super) block: &'r Block,
    pub(super) lowers_confidence: bool,
}

/// A clause that holds for a block.
pub(super) struct Match<'a> {
    /// Index of the rule in the plan.
    pub(super) rule: usize,
    pub(super) plan: &'a Plan,
    pub(super) planned: &'a PlannedRule,
    pub(super) clause: &'a CompiledClause,
    pub(super) record: &'a Record,
    pub(super) block: &'a Block,
    pub(super) owner: &'a OwnerTruth,
    pub(super) alternative: Option<usize>,
}

impl Match<'_> {
    pub(super) fn finding(&self, partners: &[Partner<'_>]) -> Option<Finding> {
        let rule = &self.planned.enabled.rule;
        let because = self.because(partners);
        let because = because.as_deref();
        let mut answer = |name: &str| self.answer(name, because, partners);
        let message = fill(&rule.report.message, &mut answer);
        let help = rule.fix.help.as_deref().map(|help| fill(help, &mut answer));
        let primary = self.primary()?;
        let mut related: Vec<(Place, String)> =
            self.block.related.iter().map(|(place, text)| (*place, text.to_string())).collect();
        for partner in partners {
            let text = rule.report.label_with.as_deref().unwrap_or("together with this");
            if let Some(place) = partner.block.place.or(partner.record.block.place) {
                // What stands at a partner speaks of that one.
                let mut answer = |name: &str| self.answer(name, because, &[*partner]);
                related.push((place, fill(text, &mut answer)));
            }
        }
        let lowered = self.clause.rests_on_absence_in_profile(self.record, self.alternative)
            || self.clause.rests_on_heuristic(self.record, self.block, self.alternative)
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
            rule: self.rule,
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
            instead_of: Vec::new(),
            proposal: self.proposal(),
        })
    }

    /// What the fix of the rule would change here; nothing unless it can be done as a whole.
    fn proposal(&self) -> Option<Box<Proposal>> {
        let rule = &self.planned.enabled.rule;
        let safety = rule.fix.safety.filter(|_| !rule.fix.edits.is_empty())?;
        let matched = Matched { clause: self.clause, record: self.record, block: self.block };
        let option = |name: &str| self.planned.enabled.options.get(name).cloned();
        let changes = rule.fix.edits.iter().map(|edit| {
            let line = |text: &str| fill(text, &mut |name| self.answer(name, None, &[]));
            matched.change(edit, option, line)
        });
        Some(Box::new(Proposal { safety, changes: changes.collect::<Option<Vec<_>>>()? }))
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
                condition.matcher.matching(view).collect()
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
            for value in condition.matcher.matching(&view) {
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
        let mut texts: Vec<String> = Vec::new();
        let mut more = 0;
        for partner in partners {
            let view = at.view(partner.block, Some(partner.record), self.plan.today);
            for text in view.values.iter().map(|value| shown(value.value)) {
                if texts.contains(&text) {
                    continue;
                }
                if texts.len() < PARTNERS {
                    texts.push(text);
                } else {
                    more += 1;
                }
            }
        }
        let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
        Some(texts.join(", ") + &rest)
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
            condition.matcher.matching(&view).map(text).collect()
        } else if leaf.path.repeated {
            // What is not among several says nothing about the others.
            vec!["matched".to_owned()]
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

fn one_step_lower(confidence: Confidence) -> Confidence {
    match confidence {
        Confidence::High => Confidence::Medium,
        _ => Confidence::Low,
    }
}
