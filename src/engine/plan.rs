//! All rules of a run compiled into one plan: which files are worth opening, which children are worth
//! keeping, and for each kind which clauses to try on which block.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::engine::clause::CompiledClause;
use crate::engine::matcher::{Options, Setting, folded};
use crate::model::record::{Block, Data, Record};
use crate::model::vocabulary::record_kind;
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

/// The compiled rules of a run.
pub struct Plan {
    /// The rules, in the order of their ids.
    pub rules: Vec<PlannedRule>,
    /// The day from which certificates are judged.
    pub today: Date,
    kinds: HashMap<&'static str, KindPlan>,
    raw: BTreeMap<&'static str, RawShape>,
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
}

impl ClauseId {
    fn number(self) -> (usize, bool, usize) {
        (self.rule, self.partner, self.clause)
    }
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
    by_name: HashMap<Box<str>, Vec<ClauseId>>,
    /// Clauses that do not ask for names.
    always: Vec<ClauseId>,
    /// Clauses that look at all children together.
    together: Vec<ClauseId>,
}

impl ChildPlan {
    /// Every clause that looks at these children.
    fn clauses(&self) -> impl Iterator<Item = ClauseId> + '_ {
        self.by_name.values().flatten().chain(&self.always).chain(&self.together).copied()
    }

    /// The clauses worth trying on a child.
    pub fn candidates(&self, block: &Block) -> impl Iterator<Item = ClauseId> + '_ {
        let mut named: Vec<ClauseId> = Vec::new();
        if !self.by_name.is_empty() {
            for value in block.leaves.first().map_or(&[][..], |leaf| &leaf.values) {
                if let Data::Text(text) = &value.data {
                    named.extend(self.by_name.get(&*folded(text)).into_iter().flatten());
                }
            }
            named.sort_unstable();
            named.dedup();
        }
        named.into_iter().chain(self.always.iter().copied())
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
            kinds: HashMap::new(),
            raw: shapes.raw,
            finds: shapes.finds,
        };
        plan.index();
        plan
    }

    fn index(&mut self) {
        for (rule, planned) in self.rules.iter().enumerate() {
            let both = [(false, &planned.clauses), (true, &planned.partners)];
            for (partner, clauses) in both {
                for (clause, compiled) in clauses.iter().enumerate() {
                    let id = ClauseId { rule, partner, clause };
                    let kind = self.kinds.entry(compiled.kind).or_default();
                    for child in &compiled.children_as_leaves {
                        kind.children.entry(*child).or_default().together.push(id);
                    }
                    let Some(child) = compiled.child else {
                        kind.own.push(id);
                        continue;
                    };
                    let child = kind.children.entry(child).or_default();
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
        crate::model::unit::wants_plain(self) || self.record("Secret")
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

    /// Whether any rule joins apps to the principals that they name.
    pub fn joins_grantees(&self) -> bool {
        self.rules.iter().any(joins_only_grantees)
    }

    /// The kinds that rules join in any other way: nothing tells which of their records will be needed.
    pub fn joined_kinds(&self) -> BTreeSet<&'static str> {
        let joining = |rule: &&PlannedRule| !rule.partners.is_empty() && !joins_only_grantees(rule);
        let rules = self.rules.iter().filter(joining);
        rules
            .flat_map(|rule| rule.clauses.iter().chain(&rule.partners))
            .map(|one| one.kind)
            .collect()
    }

    /// A compiled clause.
    pub fn clause(&self, id: ClauseId) -> Option<&CompiledClause> {
        let rule = self.rules.get(id.rule)?;
        if id.partner { rule.partners.get(id.clause) } else { rule.clauses.get(id.clause) }
    }
}

/// Whether a rule joins nothing but the grantees of apps to principals, by their name.
fn joins_only_grantees(rule: &PlannedRule) -> bool {
    let grantee = record_kind("OauthApp").and_then(|kind| kind.child("grantee"));
    let by_name = |clause: &CompiledClause, side: Side| {
        clause.key.as_ref().is_some_and(|key| key.path.leaf == "name" && key.path.side == side)
    };
    // The name of a principal belongs to the owner of what it grants.
    let owner = |clause: &CompiledClause| match clause.child {
        Some(_) => Side::Owner,
        None => Side::Block,
    };
    !rule.partners.is_empty()
        && rule
            .partners
            .iter()
            .all(|clause| clause.kind == "Principal" && by_name(clause, owner(clause)))
        && rule.clauses.iter().all(|clause| {
            clause.kind == "OauthApp"
                && clause.child == grantee.map(|(at, _)| at)
                && by_name(clause, Side::Block)
        })
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
        plan.is_some_and(|plan| plan.clauses().any(|id| !ruled_out.0.contains(&id.number())))
    }

    fn keeps(&self, kind: &str, child: usize, block: &Block, ruled_out: &RuledOut) -> bool {
        let Some(plan) = self.kinds.get(kind).and_then(|plan| plan.children.get(&child)) else {
            return false;
        };
        let possible = |id: &ClauseId| !ruled_out.0.contains(&id.number());
        plan.together.iter().any(possible)
            || plan
                .candidates(block)
                .filter(possible)
                .filter_map(|id| self.clause(id))
                .any(|clause| clause.may_match_block(block, self.today))
    }

    fn ruled_out(&self, owner: &Record) -> RuledOut {
        let Some(plan) = self.kinds.get(owner.kind) else {
            return RuledOut::default();
        };
        let of_children = plan.children.values().flat_map(ChildPlan::clauses);
        let all = of_children.filter(|id| {
            self.clause(*id).is_some_and(|clause| !clause.may_match_owner(owner, self.today))
        });
        RuledOut(all.map(|id| id.number()).collect())
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
    raw: BTreeMap<&'static str, RawShape>,
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
                // Compiling the expression for their names would cost more than all else that a small run does.
                let groups = named_groups(pattern);
                self.finds.push(TextFind::new(pattern, groups));
            }
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

    /// The position and the groups of a `find`.
    pub fn find(&self, pattern: &str) -> Option<(usize, &TextFind)> {
        self.finds.iter().enumerate().find(|(_, find)| find.pattern == pattern)
    }
}
