//! A clause compiled for one kind: where its leaves are, and its matchers.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::engine::matcher::{CompiledMatcher, Setting, Truth};
use crate::engine::plan::Shapes;
use crate::engine::view::{LeafView, ViewValue, ViewValues};
use crate::model::record::{Block, Data, Leaf, Record, State};
use crate::model::vocabulary::LeafType;
use crate::rule::{Alternative, Clause, Condition, Kind, LeafPath, Rule, Side};
use crate::value::date::Date;

/// Where a leaf is.
#[derive(Clone, Debug)]
pub struct LeafAt {
    /// The path as the rule writes it.
    pub path: LeafPath,
    source: Source,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    /// Position among the leaves of the block or its owner.
    Leaf(usize),
    /// Position of the children, and of the leaf that names them.
    Children(usize, usize),
}

/// A condition, ready to run.
#[derive(Debug)]
pub struct CompiledCondition {
    /// The leaf.
    pub leaf: LeafAt,
    /// What must hold.
    pub matcher: CompiledMatcher,
    /// It costs more than most to find out whether it holds.
    costly: bool,
}

/// One of several ways to match.
#[derive(Debug)]
pub struct CompiledAlternative {
    /// All must hold.
    pub conditions: Vec<CompiledCondition>,
    /// What `{because}` says.
    pub because: Option<String>,
}

/// A clause compiled for one kind.
#[derive(Debug)]
pub struct CompiledClause {
    /// The kind's name.
    pub kind: &'static str,
    /// Position of the children whose blocks are matched; `None`: the record itself.
    pub child: Option<usize>,
    /// All must hold.
    pub conditions: Vec<CompiledCondition>,
    /// If there are any, one must hold.
    pub alternatives: Vec<CompiledAlternative>,
    /// Identity, and what clauses are joined on.
    pub key: Option<LeafAt>,
    /// Children that a condition looks at together.
    pub children_as_leaves: Vec<usize>,
    resolver: Resolver,
}

/// Leaves with the values that matched.
pub type Values = Rc<[(String, String)]>;

/// What the conditions of a clause on the owner say.
#[derive(Debug)]
pub struct OwnerTruth {
    all: Truth,
    alternatives: Vec<Truth>,
    /// By alternative.
    values: RefCell<HashMap<Option<usize>, Values>>,
}

impl OwnerTruth {
    /// What the owner contributes to a finding's identity, made when it is asked for first.
    pub fn values(
        &self,
        alternative: Option<usize>,
        make: impl FnOnce() -> Vec<(String, String)>,
    ) -> Values {
        Rc::clone(self.values.borrow_mut().entry(alternative).or_insert_with(|| make().into()))
    }
}

/// Finds leaves by name, for conditions and placeholders.
#[derive(Clone, Debug)]
struct Resolver {
    kind: Kind,
    each: Option<String>,
    child: Option<usize>,
    raw: Vec<(Side, String, usize)>,
    groups: Vec<String>,
}

/// Every path that a clause and the texts of its rule mention.
pub fn paths(clause: &Clause, rule: &Rule) -> Vec<LeafPath> {
    let mut found: Vec<LeafPath> =
        clause.conditions.iter().map(|condition| condition.path.clone()).collect();
    for alternative in &clause.alternatives {
        found.extend(alternative.conditions.iter().map(|condition| condition.path.clone()));
    }
    found.extend(clause.key.clone());
    if std::ptr::eq(clause, &rule.matching) {
        found.extend(rule.report.point_at.clone());
        for text in crate::engine::message::texts(rule) {
            for name in crate::engine::message::leaf_placeholders(text) {
                let (side, leaf) = match name.strip_prefix("of.") {
                    Some(leaf) => (Side::Owner, leaf),
                    None => (Side::Block, name.as_str()),
                };
                found.push(LeafPath {
                    side,
                    leaf: leaf.to_owned(),
                    part: None,
                    leaf_type: LeafType::Text,
                    repeated: true,
                });
            }
        }
    }
    found
}

impl CompiledClause {
    /// Compiles a clause for one of its kinds; `None` if a leaf is not in the vocabulary.
    pub fn new(
        clause: &Clause,
        kind: Kind,
        shapes: &Shapes,
        setting: &Setting<'_>,
    ) -> Option<CompiledClause> {
        let mut resolver = Resolver::new(clause, kind, shapes, setting.rule)?;
        if let Some((_, find)) = shapes.find(clause) {
            resolver.groups = find.groups.clone();
        }
        let condition = |condition: &Condition| -> Option<CompiledCondition> {
            let leaf_type = condition.path.leaf_type;
            let matcher = CompiledMatcher::new(&condition.matcher, leaf_type, setting);
            let costly = matcher.searches_texts();
            Some(CompiledCondition { leaf: resolver.leaf(&condition.path)?, matcher, costly })
        };
        let conditions =
            clause.conditions.iter().map(condition).collect::<Option<Vec<CompiledCondition>>>()?;
        let alternatives = clause
            .alternatives
            .iter()
            .map(|alternative: &Alternative| {
                let conditions =
                    alternative.conditions.iter().map(condition).collect::<Option<Vec<_>>>()?;
                Some(CompiledAlternative { conditions, because: alternative.because.clone() })
            })
            .collect::<Option<Vec<CompiledAlternative>>>()?;
        let key = match &clause.key {
            Some(path) => Some(resolver.leaf(path)?),
            None => None,
        };
        let mut children_as_leaves: Vec<usize> = conditions
            .iter()
            .chain(alternatives.iter().flat_map(|alternative| &alternative.conditions))
            .filter_map(|condition| match condition.leaf.source {
                Source::Children(at, _) => Some(at),
                Source::Leaf(_) => None,
            })
            .collect();
        if let Some(LeafAt { source: Source::Children(at, _), .. }) = key {
            children_as_leaves.push(at);
        }
        Some(CompiledClause {
            kind: kind.name(),
            child: resolver.child,
            conditions,
            alternatives,
            key,
            children_as_leaves,
            resolver,
        })
    }

    /// The names that a matching child must have, when the clause asks for some.
    pub fn asks_for_names(&self) -> Option<Vec<String>> {
        self.conditions.iter().find_map(|condition| {
            let first = matches!(condition.leaf.source, Source::Leaf(0))
                && condition.leaf.path.side == Side::Block
                && condition.leaf.path.part.is_none()
                && condition.leaf.path.leaf_type == LeafType::Reference;
            if !first {
                return None;
            }
            Some(condition.matcher.words()?.into_iter().map(str::to_owned).collect())
        })
    }

    /// Whether the clause may match a child, whatever its owner is.
    pub fn may_match_block(&self, block: &Block, today: Date) -> bool {
        let holds = |conditions: &[CompiledCondition]| {
            cheap_first(conditions)
                .filter(|condition| condition.leaf.path.side == Side::Block)
                .all(|condition| condition.holds(block, None, today) != Truth::No)
        };
        holds(&self.conditions)
            && (self.alternatives.is_empty()
                || self.alternatives.iter().any(|alternative| holds(&alternative.conditions)))
    }

    /// Whether the clause may hold for a record or any of its children, as far as the record's own leaves tell.
    pub fn may_match_owner(&self, record: &Record, today: Date) -> bool {
        let owner = if self.child.is_some() { Side::Owner } else { Side::Block };
        let holds = |conditions: &[CompiledCondition]| {
            cheap_first(conditions)
                .filter(|one| one.leaf.path.side == owner)
                .filter(|one| matches!(one.leaf.source, Source::Leaf(_)))
                .all(|one| one.holds(&record.block, Some(record), today) != Truth::No)
        };
        holds(&self.conditions)
            && (self.alternatives.is_empty()
                || self.alternatives.iter().any(|alternative| holds(&alternative.conditions)))
    }

    /// The blocks of a record that the clause looks at.
    pub fn blocks<'r>(&self, record: &'r Record) -> impl Iterator<Item = &'r Block> + use<'r> {
        let blocks: &[Block] = match self.child {
            Some(child) => record.children.get(child).map_or(&[], Vec::as_slice),
            None => std::slice::from_ref(&record.block),
        };
        blocks.iter()
    }

    /// The blocks of a record that the clause may match, as far as is known.
    pub fn blocks_that_may_match<'r>(
        &'r self,
        record: &'r Record,
        today: Date,
    ) -> impl Iterator<Item = &'r Block> {
        let possible = record.kind == self.kind && self.may_match_owner(record, today);
        let nested = self.child.is_some();
        self.blocks(record)
            .filter(move |block| possible && (!nested || self.may_match_block(block, today)))
    }

    /// The texts of the key, when they do not depend on the owner.
    pub fn own_key_texts(&self, block: &Block, today: Date) -> Option<Vec<String>> {
        let key = self
            .key
            .as_ref()
            .filter(|key| key.path.side == Side::Block && matches!(key.source, Source::Leaf(_)))?;
        let view = key.view(block, None, today);
        let known = view.state != State::Unknown;
        let texts = view.values.iter().map(|one| join_text(one.data()));
        known.then(|| texts.collect())
    }

    /// Whether a condition that made the clause hold rests on a guess.
    pub fn rests_on_heuristic(
        &self,
        record: &Record,
        block: &Block,
        alternative: Option<usize>,
    ) -> bool {
        self.tested(alternative)
            .filter_map(|condition| condition.leaf.leaf(block, record))
            .any(|leaf| leaf.heuristic)
    }

    /// What the conditions on the owner say: the same for all of its blocks, so it is asked once.
    pub fn owner(&self, record: &Record, today: Date) -> OwnerTruth {
        let of = |conditions: &[CompiledCondition]| {
            conditions
                .iter()
                .filter(|condition| condition.leaf.path.side == Side::Owner)
                .map(|condition| condition.holds(&record.block, Some(record), today))
                .fold(Truth::Yes, Truth::and)
        };
        OwnerTruth {
            all: of(&self.conditions),
            alternatives: self.alternatives.iter().map(|one| of(&one.conditions)).collect(),
            values: RefCell::default(),
        }
    }

    /// Whether the clause holds for a block, and which alternative did.
    pub fn holds(
        &self,
        record: &Record,
        block: &Block,
        owner: &OwnerTruth,
        today: Date,
    ) -> (Truth, Option<usize>) {
        let of_block = |conditions: &[CompiledCondition]| {
            let mut truth = Truth::Yes;
            for condition in cheap_first(conditions).filter(|one| one.leaf.path.side == Side::Block)
            {
                truth = truth.and(condition.holds(block, Some(record), today));
                if truth == Truth::No {
                    break;
                }
            }
            truth
        };
        let truth = match owner.all {
            Truth::No => return (Truth::No, None),
            truth => truth.and(of_block(&self.conditions)),
        };
        if truth == Truth::No || self.alternatives.is_empty() {
            return (truth, None);
        }
        let mut best = (Truth::No, None);
        for (at, alternative) in self.alternatives.iter().enumerate() {
            let owner = owner.alternatives.get(at).copied().unwrap_or(Truth::Yes);
            let all = match owner {
                Truth::No => Truth::No,
                owner => owner.and(of_block(&alternative.conditions)),
            };
            match all {
                Truth::Yes => return (truth, Some(at)),
                Truth::Unknown => best = (Truth::Unknown, None),
                Truth::No => {}
            }
        }
        (truth.and(best.0), best.1)
    }

    /// Whether the clause holds whichever of several values counts: what clears a finding must not be contradicted.
    pub fn holds_for_every_value(&self, record: &Record, block: &Block, today: Date) -> bool {
        self.conditions.iter().all(|condition| {
            let view = condition.leaf.view(block, Some(record), today);
            !condition.matcher.tests_values()
                || condition.matcher.matching(&view).count() == view.values.len()
        })
    }

    /// The conditions that made the clause hold.
    pub fn tested(&self, alternative: Option<usize>) -> impl Iterator<Item = &CompiledCondition> {
        let more = alternative.and_then(|at| self.alternatives.get(at));
        self.conditions.iter().chain(more.into_iter().flat_map(|one| &one.conditions))
    }

    /// Whether the clause rests on what a profile does not say: profiles are retrieved in part.
    pub fn rests_on_absence_in_profile(&self, record: &Record, alternative: Option<usize>) -> bool {
        record.component.kind == "Profile"
            && self.tested(alternative).any(|condition| {
                matches!(condition.leaf.source, Source::Children(..))
                    && condition.matcher.is_negative()
            })
    }

    /// The leaf of a placeholder or `point_at`.
    pub fn leaf(&self, path: &LeafPath) -> Option<LeafAt> {
        self.resolver.leaf(path)
    }

    /// Whether blocks are children that are joined on a leaf of their owner.
    pub fn is_keyed_by_owner(&self) -> bool {
        self.child.is_some() && self.key.as_ref().is_some_and(|key| key.path.side == Side::Owner)
    }

    /// The texts by which partners are found, one for each value: names are the same whatever their case.
    pub fn key_texts(&self, record: &Record, block: &Block, today: Date) -> Vec<String> {
        let Some(key) = &self.key else {
            return vec![String::new()];
        };
        key.view(block, Some(record), today)
            .values
            .iter()
            .map(|value| join_text(value.data()))
            .collect()
    }
}

/// A value as it is compared in joins.
fn join_text(data: &Data) -> String {
    let text = crate::engine::message::canonical_text(data);
    if matches!(data, Data::Text(_)) { text.to_ascii_lowercase() } else { text }
}

/// All conditions, the costly ones last: mostly they need not be asked then. What they say together does not depend on
/// their order, only what a finding points at does.
fn cheap_first(conditions: &[CompiledCondition]) -> impl Iterator<Item = &CompiledCondition> {
    let costly = conditions.iter().filter(|one| one.costly);
    conditions.iter().filter(|one| !one.costly).chain(costly)
}

impl CompiledCondition {
    fn holds(&self, block: &Block, record: Option<&Record>, today: Date) -> Truth {
        self.matcher.holds(&self.leaf.view(block, record, today))
    }
}

impl LeafAt {
    /// The leaf's values in a block, or in the record that owns it.
    pub fn view<'a>(
        &'a self,
        block: &'a Block,
        record: Option<&'a Record>,
        today: Date,
    ) -> LeafView<'a> {
        match self.source {
            Source::Leaf(at) => {
                let leaf = self.holder(block, record).and_then(|holder| holder.leaves.get(at));
                leaf.map_or(LeafView { state: State::Unknown, values: ViewValues::None }, |leaf| {
                    LeafView::new(&self.path.leaf, leaf, self.path.part, today)
                })
            }
            Source::Children(at, named_by) => {
                let blocks = record.and_then(|record| record.children.get(at));
                let values = blocks
                    .into_iter()
                    .flatten()
                    .filter_map(|child| child.leaves.get(named_by))
                    .flat_map(|leaf| &leaf.values)
                    .map(|value| ViewValue::of(&self.path.leaf, value))
                    .collect();
                LeafView { state: State::Stated, values }
            }
        }
    }

    /// The leaf itself, when it is one.
    pub fn leaf<'a>(&self, block: &'a Block, record: &'a Record) -> Option<&'a Leaf> {
        match self.source {
            Source::Leaf(at) => self.holder(block, Some(record))?.leaves.get(at),
            Source::Children(..) => None,
        }
    }

    fn holder<'a>(&self, block: &'a Block, record: Option<&'a Record>) -> Option<&'a Block> {
        match self.path.side {
            Side::Block => Some(block),
            Side::Owner => record.map(|record| &record.block),
        }
    }
}

impl Resolver {
    fn new(clause: &Clause, kind: Kind, shapes: &Shapes, rule: &Rule) -> Option<Resolver> {
        let child = match (&clause.each, kind) {
            (None, Kind::Record(record)) if clause.find.is_some() && record.name == "text" => {
                Some(shapes.find(clause)?.0)
            }
            (None, _) => None,
            (Some(each), Kind::Record(record)) => Some(record.child(each)?.0),
            (Some(each), Kind::Raw(raw)) => Some(shapes.raw_child(raw.name(), each)?),
        };
        let mut raw = Vec::new();
        if let Kind::Raw(metadata_type) = kind {
            for path in paths(clause, rule) {
                let each = match path.side {
                    Side::Block => clause.each.as_deref(),
                    Side::Owner => None,
                };
                if let Some(at) = shapes.raw_leaf(metadata_type.name(), each, &path.leaf) {
                    raw.push((path.side, path.leaf, at));
                }
            }
        }
        Some(Resolver { kind, each: clause.each.clone(), child, raw, groups: Vec::new() })
    }

    fn leaf(&self, path: &LeafPath) -> Option<LeafAt> {
        let source = match self.kind {
            Kind::Raw(_) => Source::Leaf(
                self.raw.iter().find(|(side, leaf, _)| *side == path.side && *leaf == path.leaf)?.2,
            ),
            Kind::Record(record) => {
                let of_child = path.side == Side::Block && self.child.is_some();
                if of_child {
                    let child = match &self.each {
                        Some(each) => record.child(each)?.1,
                        None => record.child("find")?.1,
                    };
                    match child.leaf(&path.leaf) {
                        Some((at, _)) => Source::Leaf(at),
                        None => {
                            let group = self.groups.iter().position(|name| *name == path.leaf)?;
                            Source::Leaf(child.leaves.len() + group)
                        }
                    }
                } else if let Some((at, _)) = record.leaf(&path.leaf) {
                    Source::Leaf(at)
                } else {
                    let (at, child) = record.child(&path.leaf)?;
                    Source::Children(at, child.leaf(child.named_by)?.0)
                }
            }
        };
        let mut path = path.clone();
        if self.child.is_none() {
            // Without children the block is the record: `of` and `where` mean the same.
            path.side = Side::Block;
        }
        Some(LeafAt { path, source })
    }
}
