//! All rules of a run compiled into one plan: which files are worth opening, which children are worth
//! keeping, and for each kind which clauses to try on which block.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::engine::clause::CompiledClause;
use crate::engine::join::{PartnerHope, PartnerKeys};
use crate::engine::matcher::{Options, Setting, folded};
use crate::model::read::Reading;
use crate::model::record::{Block, Data, Record, Value};
use crate::model::wanted::{RawChild, RawShape, RuledOut, TextFind, Wanted};
use crate::rule::lists::Lists;
use crate::rule::load::scope::named_groups;
use crate::rule::{Clause, Kind, Rule, Severity, Side};
use crate::value::date::Date;

/// A rule that is on, with what the config says about it.
#[derive(Clone, Debug)]
pub struct EnabledRule {
    /// The rule.
    pub rule: Arc<Rule>,
    /// Its severity in this run.
    pub severity: Severity,
    /// Its options in this run.
    pub options: Options,
    /// What its matches are.
    pub purpose: Purpose,
}

/// What the matches of a rule are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Findings, because the config turns the rule on.
    Findings,
    /// Findings that the config does not ask for, and an overview does.
    Overview,
    /// What speaks for something: no findings.
    Evidence,
}

/// The compiled rules of a run. Its tables are keyed by what rules say, never by what a file says, so a fast hash is enough.
pub struct Plan {
    /// The rules, in the order of their ids.
    pub rules: Vec<PlannedRule>,
    /// The day from which certificates are judged.
    pub today: Date,
    kinds: FxHashMap<&'static str, KindPlan>,
    raw: FxHashMap<&'static str, RawShape>,
    finds: Vec<TextFind>,
}

/// One compiled rule.
pub struct PlannedRule {
    /// The rule and its settings.
    pub enabled: EnabledRule,
    /// What it matches, once for each kind.
    pub clauses: Vec<CompiledClause>,
    /// What it joins, once for each kind.
    pub partners: Vec<CompiledClause>,
}

impl PlannedRule {
    /// Whether a partner clears the finding instead of completing it.
    pub fn clears(&self) -> bool {
        self.enabled.rule.join.as_ref().is_some_and(|join| join.negated)
    }
}

/// Points at a compiled clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClauseId {
    /// Index of the rule.
    pub rule: usize,
    /// The clause is a partner, not the match.
    pub partner: bool,
    /// Index among the rule's clauses.
    pub clause: usize,
    /// Its number among all clauses of the plan.
    pub(super) number: usize,
}

/// What is tried on the records of one kind.
#[derive(Default)]
pub struct KindPlan {
    /// Clauses on the record itself.
    pub own: Vec<ClauseId>,
    /// Clauses on children, by position of the children.
    pub children: BTreeMap<usize, ChildPlan>,
}

/// What is tried on the children of one kind.
#[derive(Default)]
pub struct ChildPlan {
    /// By the name that the clause asks for.
    by_name: FxHashMap<Box<str>, Vec<ClauseId>>,
    /// Clauses that do not ask for names.
    always: Vec<ClauseId>,
    /// Clauses that look at all children together.
    together: Vec<ClauseId>,
    /// All of these, each once.
    all: Vec<ClauseId>,
}

impl ChildPlan {
    /// Every clause that looks at these children.
    pub(super) fn clauses(&self) -> impl Iterator<Item = ClauseId> + '_ {
        self.all.iter().copied()
    }

    /// The clauses worth trying on a child.
    pub fn candidates(&self, block: &Block) -> impl Iterator<Item = ClauseId> + '_ {
        let asked = |value: &Value| match &value.data {
            Data::Text(text) => self.by_name.get(&*folded(text)).map_or(&[][..], Vec::as_slice),
            _ => &[],
        };
        let values = match block.leaves.first() {
            Some(leaf) if !self.by_name.is_empty() => leaf.values.as_slice(),
            _ => &[],
        };
        // Nearly every child has one name.
        let named: Cow<'_, [ClauseId]> = match values {
            [] => Cow::Borrowed(&[]),
            [one] => Cow::Borrowed(asked(one)),
            several => {
                let mut all: Vec<ClauseId> = several.iter().flat_map(asked).copied().collect();
                all.sort_unstable();
                all.dedup();
                Cow::Owned(all)
            }
        };
        let named = (0..named.len()).filter_map(move |at| named.get(at).copied());
        named.chain(self.always.iter().copied())
    }
}

impl Plan {
    /// Compiles rules.
    pub fn new(rules: Vec<EnabledRule>, overrides: &Lists, lists: &Lists, today: Date) -> Plan {
        let mut shapes = Shapes::default();
        for enabled in &rules {
            shapes.collect(&enabled.rule);
        }
        let mut planned = Vec::with_capacity(rules.len());
        for enabled in rules {
            let rule = Arc::clone(&enabled.rule);
            let setting = Setting { rule: &rule, options: &enabled.options, overrides, lists };
            let compile = |clause: &Clause| -> Vec<CompiledClause> {
                clause
                    .kinds
                    .iter()
                    .filter_map(|kind| CompiledClause::new(clause, *kind, &shapes, &setting))
                    .collect()
            };
            let clauses = compile(&rule.matching);
            let partners = rule.join.as_ref().map(|join| compile(&join.clause)).unwrap_or_default();
            planned.push(PlannedRule { enabled, clauses, partners });
        }
        let mut plan = Plan {
            rules: planned,
            today,
            kinds: FxHashMap::default(),
            raw: shapes.raw,
            finds: shapes.finds,
        };
        plan.index();
        plan
    }

    fn index(&mut self) {
        let mut number = 0;
        for (rule, planned) in self.rules.iter().enumerate() {
            let both = [(false, &planned.clauses), (true, &planned.partners)];
            for (partner, clauses) in both {
                for (clause, compiled) in clauses.iter().enumerate() {
                    let id = ClauseId { rule, partner, clause, number };
                    number += 1;
                    let kind = self.kinds.entry(compiled.kind).or_default();
                    for child in &compiled.children_as_leaves {
                        let child = kind.children.entry(*child).or_default();
                        child.together.push(id);
                        if child.all.last() != Some(&id) {
                            child.all.push(id);
                        }
                    }
                    let Some(child) = compiled.child else {
                        kind.own.push(id);
                        continue;
                    };
                    let child = kind.children.entry(child).or_default();
                    if child.all.last() != Some(&id) {
                        child.all.push(id);
                    }
                    match compiled.asks_for_names() {
                        Some(names) => {
                            for name in names {
                                child.by_name.entry(name.into()).or_default().push(id);
                            }
                        }
                        None => child.always.push(id),
                    }
                }
            }
        }
    }

    /// How many rules give the findings that the config asks for.
    pub fn findings_rules(&self) -> usize {
        let purposes = self.rules.iter().map(|planned| planned.enabled.purpose);
        purposes.filter(|purpose| *purpose == Purpose::Findings).count()
    }

    /// What is tried on records of a kind.
    pub fn kind(&self, kind: &str) -> Option<&KindPlan> {
        self.kinds.get(kind)
    }

    /// Whether any rule looks at files that are not metadata.
    pub fn wants_plain_files(&self) -> bool {
        crate::model::unit::wants_plain(self) || self.record("Secret") || self.record("Repository")
    }

    /// The entries of lists that rules ask for in the names of children of a kind, sorted.
    pub fn listed_names(&self, kind: &str) -> Vec<String> {
        let clauses = self.rules.iter().flat_map(|rule| rule.clauses.iter().chain(&rule.partners));
        let conditions = clauses
            .filter(|clause| clause.kind == kind && clause.child.is_some())
            .flat_map(|clause| &clause.conditions)
            .filter(|one| one.leaf.path.leaf == "name" && one.leaf.path.side == Side::Block);
        let names: BTreeSet<&str> = conditions.flat_map(|one| one.matcher.listed()).collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// Whether a child is worth keeping, as far as the partners of rules are known.
    pub(super) fn keeps_with(
        &self,
        kind: &str,
        child: usize,
        block: &Block,
        ruled_out: &RuledOut,
        partners: &PartnerKeys,
    ) -> bool {
        let children = self.kinds.get(kind).and_then(|plan| plan.children.get(&child));
        let together = children.into_iter().flat_map(|plan| &plan.together);
        let mut together = together.filter(|id| !ruled_out.contains(id.number));
        together.next().is_some()
            || self
                .hopes(kind, child, block, ruled_out, partners)
                .any(|hope| hope == PartnerHope::Possible)
    }

    /// For each clause that may match a child: whether the child may have the partner that the clause's rule asks for.
    pub(super) fn hopes<'a>(
        &'a self,
        kind: &str,
        child: usize,
        block: &'a Block,
        ruled_out: &'a RuledOut,
        partners: &'a PartnerKeys,
    ) -> impl Iterator<Item = PartnerHope> + 'a {
        let plan = self.kinds.get(kind).and_then(|plan| plan.children.get(&child));
        let candidates = plan.into_iter().flat_map(|plan| plan.candidates(block));
        candidates
            .filter(|id| !ruled_out.contains(id.number))
            .filter_map(|id| Some((id, self.clause(id)?)))
            .filter(|(_, clause)| clause.may_match_block(block, self.today))
            .map(|(id, clause)| partners.of(id, clause, block, self))
    }

    /// A compiled clause.
    pub fn clause(&self, id: ClauseId) -> Option<&CompiledClause> {
        let rule = self.rules.get(id.rule)?;
        if id.partner { rule.partners.get(id.clause) } else { rule.clauses.get(id.clause) }
    }
}

impl Wanted for Plan {
    fn record(&self, kind: &str) -> bool {
        self.kinds.contains_key(kind)
    }

    fn child(&self, kind: &str, child: usize) -> bool {
        self.kinds.get(kind).is_some_and(|plan| plan.children.contains_key(&child))
    }

    fn child_of(&self, kind: &str, child: usize, ruled_out: &RuledOut) -> bool {
        let plan = self.kinds.get(kind).and_then(|plan| plan.children.get(&child));
        plan.is_some_and(|plan| plan.clauses().any(|id| !ruled_out.contains(id.number)))
    }

    fn keeps(&self, kind: &str, child: usize, block: &Block, ruled_out: &RuledOut) -> bool {
        self.keeps_with(kind, child, block, ruled_out, &PartnerKeys::default())
    }

    fn may_keep(&self, kind: &str, child: usize, block: &Block, ruled_out: &RuledOut) -> bool {
        let plan = self.kinds.get(kind).and_then(|plan| plan.children.get(&child));
        let clauses = plan.into_iter().flat_map(ChildPlan::clauses);
        clauses
            .filter(|id| !ruled_out.contains(id.number))
            .filter_map(|id| self.clause(id))
            .any(|clause| clause.child != Some(child) || clause.may_match_block(block, self.today))
    }

    fn ruled_out(&self, owner: &Record) -> RuledOut {
        let Some(plan) = self.kinds.get(owner.kind) else {
            return RuledOut::default();
        };
        let of_children = plan.children.values().flat_map(ChildPlan::clauses);
        let mut ruled_out = RuledOut::default();
        for id in of_children {
            if self.clause(id).is_some_and(|clause| !clause.may_match_owner(owner, self.today)) {
                ruled_out.insert(id.number);
            }
        }
        ruled_out
    }

    fn keeps_record(&self, kind: &str, block: &Block) -> bool {
        self.kinds.get(kind).is_some_and(|plan| {
            !plan.children.is_empty()
                || plan
                    .own
                    .iter()
                    .filter_map(|id| self.clause(*id))
                    .any(|clause| clause.may_match_block(block, self.today))
        })
    }

    fn joined_with<'w>(
        &'w self,
        read: &[Reading],
        complete: &[&str],
    ) -> Option<Box<dyn Wanted + 'w>> {
        self.with_partners(read, complete)
    }

    fn raw(&self, metadata_type: &str) -> Option<&RawShape> {
        self.raw.get(metadata_type)
    }

    fn raw_settings(&self) -> bool {
        self.raw.keys().any(|name| name.ends_with("Settings"))
    }

    fn text_finds(&self) -> &[TextFind] {
        &self.finds
    }
}

/// The paths that all rules together ask of metadata types, and the positions they get.
#[derive(Default)]
pub struct Shapes {
    raw: FxHashMap<&'static str, RawShape>,
    finds: Vec<TextFind>,
}

impl Shapes {
    fn collect(&mut self, rule: &Rule) {
        let clauses =
            std::iter::once(&rule.matching).chain(rule.join.as_ref().map(|join| &join.clause));
        for clause in clauses {
            for kind in &clause.kinds {
                if let Kind::Raw(metadata_type) = kind {
                    self.collect_raw(clause, metadata_type.name(), rule);
                }
            }
            if let Some(pattern) = &clause.find {
                self.collect_find(clause, pattern, rule);
            }
        }
    }

    fn collect_find(&mut self, clause: &Clause, pattern: &str, rule: &Rule) {
        let known = self.find(clause).map(|(at, _)| at);
        let at = known.unwrap_or_else(|| {
            // Compiling the expression for their names would cost more than all else that a small run does.
            let groups = named_groups(pattern);
            self.finds.push(TextFind::new(pattern, groups, clause.also.as_deref()));
            self.finds.len() - 1
        });
        let asks_place = crate::engine::clause::paths(clause, rule)
            .iter()
            .any(|path| matches!(path.leaf.as_str(), "commented" | "quoted"));
        if let Some(find) = self.finds.get_mut(at) {
            find.asks_place |= asks_place;
        }
    }

    fn collect_raw(&mut self, clause: &Clause, name: &'static str, rule: &Rule) {
        let shape = self
            .raw
            .entry(name)
            .or_insert_with(|| RawShape { metadata_type: name, ..RawShape::default() });
        if let Some(each) = &clause.each
            && !shape.children.iter().any(|child| child.path == *each)
        {
            shape.children.push(RawChild { path: each.clone(), leaves: Vec::new() });
        }
        let mut add = |side: Side, leaf: &str| {
            let leaves = match (&clause.each, side) {
                (Some(each), Side::Block) => shape
                    .children
                    .iter_mut()
                    .find(|child| child.path == *each)
                    .map(|child| &mut child.leaves),
                _ => Some(&mut shape.leaves),
            };
            if let Some(leaves) = leaves
                && !leaves.iter().any(|known| known == leaf)
            {
                leaves.push(leaf.to_owned());
            }
        };
        for path in crate::engine::clause::paths(clause, rule) {
            add(path.side, &path.leaf);
        }
    }

    /// The position of a leaf of a metadata type.
    pub fn raw_leaf(&self, name: &str, each: Option<&str>, leaf: &str) -> Option<usize> {
        let shape = self.raw.get(name)?;
        let leaves = match each {
            Some(each) => &shape.children.iter().find(|child| child.path == each)?.leaves,
            None => &shape.leaves,
        };
        leaves.iter().position(|known| known == leaf)
    }

    /// The position of a repeated element of a metadata type.
    pub fn raw_child(&self, name: &str, each: &str) -> Option<usize> {
        self.raw.get(name)?.children.iter().position(|child| child.path == each)
    }

    /// The position and the groups of a clause's `find`.
    pub fn find(&self, clause: &Clause) -> Option<(usize, &TextFind)> {
        let pattern = clause.find.as_deref()?;
        let same = |find: &TextFind| find.pattern == pattern && find.also == clause.also;
        self.finds.iter().enumerate().find(|(_, find)| same(find))
    }
}
