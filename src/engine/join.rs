//! Joins while files are read: what small files say about the partners of a rule decides what of the large ones is worth
//! keeping, and which large files of the context are worth reading. Memory follows the partners, not the files.

use std::collections::{BTreeSet, HashMap, HashSet};

use rustc_hash::FxHashMap;

use crate::engine::clause::CompiledClause;
use crate::engine::plan::{ChildPlan, ClauseId, Plan, PlannedRule};
use crate::model::read::Reading;
use crate::model::record::{Block, Record};
use crate::model::vocabulary::record_kind;
use crate::model::wanted::{RawShape, RuledOut, TextFind, Wanted};
use crate::project::types;
use crate::rule::Side;
use crate::value::name;

/// What the files that are read first say of the partners of rules.
#[derive(Debug, Default)]
pub struct PartnerKeys {
    /// The keys of partners that fit, by the rule's position; rules whose partners are not all known yet have none.
    fitting: FxHashMap<usize, HashSet<String>>,
    /// The keys of everything that could be a partner, whether or not it fits, by the kind of the partner.
    known: HashMap<&'static str, HashSet<String>>,
    /// The owners that they name, by the position of a rule whose partners are children of what it names.
    owners: HashMap<usize, HashSet<String>>,
}

/// What is known of the partner of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartnerHope {
    /// It may have one.
    Possible,
    /// It has none: what it names is in the project and does not fit.
    None,
    /// What it names is not in the project.
    Unknown,
}

impl PartnerKeys {
    /// Whether a block that a clause matches may have a partner.
    pub fn of(
        &self,
        id: ClauseId,
        clause: &CompiledClause,
        block: &Block,
        plan: &Plan,
    ) -> PartnerHope {
        let fitting = self.fitting.get(&id.rule).filter(|_| !id.partner);
        let (Some(fitting), Some(texts)) = (fitting, clause.own_key_texts(block, plan.today))
        else {
            return PartnerHope::Possible;
        };
        if texts.iter().any(|text| fitting.contains(text)) {
            return PartnerHope::Possible;
        }
        let partners = plan.rules.get(id.rule).map_or(&[][..], |rule| &rule.partners);
        let is_known = |text: &String| {
            let mut kinds = partners.iter().filter_map(|partner| self.known.get(partner.kind));
            kinds.any(|known| known.contains(text))
        };
        if texts.iter().any(is_known) { PartnerHope::None } else { PartnerHope::Unknown }
    }
}

/// A plan together with the partners that were read first.
struct Joined<'p> {
    plan: &'p Plan,
    keys: PartnerKeys,
}

impl Plan {
    /// Wants what the plan wants, but no children that lack their partner in what was read: all small files, and all
    /// files of the `complete` kinds. `None` if that makes no difference.
    pub(super) fn with_partners<'p>(
        &'p self,
        read: &[Reading],
        complete: &[&str],
    ) -> Option<Box<dyn Wanted + 'p>> {
        let all_read = |kind: &str| is_small(kind) || complete.contains(&kind);
        let mut keys: FxHashMap<usize, HashSet<String>> = FxHashMap::default();
        for (at, rule) in self.rules.iter().enumerate() {
            let keyed = rule.partners.iter().all(|clause| clause.key.is_some());
            let known = rule.partners.iter().all(|clause| all_read(clause.kind));
            let children = rule.clauses.iter().any(|clause| clause.child.is_some());
            if !rule.partners.is_empty() && !rule.clears() && keyed && known && children {
                keys.insert(at, HashSet::new());
            }
        }
        let owners = self.owners_named_by(read, &all_read);
        if keys.is_empty() && owners.is_empty() {
            return None;
        }
        let mut known: HashMap<&'static str, HashSet<String>> = HashMap::new();
        for record in read.iter().flat_map(|reading| &reading.records) {
            for (rule, keys) in &mut keys {
                let partners = self.rules.get(*rule).map_or(&[][..], |rule| &rule.partners);
                for clause in partners.iter().filter(|clause| clause.kind == record.kind) {
                    for block in clause.blocks_that_may_match(record, self.today) {
                        keys.extend(clause.key_texts(record, block, self.today));
                    }
                    let all = clause.blocks(record);
                    let texts = all.flat_map(|block| clause.key_texts(record, block, self.today));
                    known.entry(clause.kind).or_default().extend(texts);
                }
            }
        }
        let left_out = read.iter().flat_map(|reading| &reading.fields_left_out);
        let names = left_out.map(|field| name::canonical(&field.name));
        known.entry("Field").or_default().extend(names);
        Some(Box::new(Joined { plan: self, keys: PartnerKeys { fitting: keys, known, owners } }))
    }

    /// For each rule from something that was read to children of what it names: the names.
    fn owners_named_by(
        &self,
        read: &[Reading],
        all_read: &dyn Fn(&str) -> bool,
    ) -> HashMap<usize, HashSet<String>> {
        let joins_owners = |rule: &PlannedRule| {
            !rule.partners.is_empty()
                && rule.partners.iter().all(CompiledClause::is_keyed_by_owner)
                && rule.clauses.iter().all(|clause| clause.key.is_some() && all_read(clause.kind))
        };
        let rules = self.rules.iter().enumerate().filter(|(_, rule)| joins_owners(rule));
        let named = |rule: &PlannedRule| {
            let mut names = HashSet::new();
            for record in read.iter().flat_map(|reading| &reading.records) {
                for clause in rule.clauses.iter().filter(|clause| clause.kind == record.kind) {
                    for block in clause.blocks_that_may_match(record, self.today) {
                        names.extend(clause.key_texts(record, block, self.today));
                    }
                }
            }
            names
        };
        rules.map(|(at, rule)| (at, named(rule))).collect()
    }

    /// The kinds whose records are worth reading from large context: those that a rule joins to something that a target
    /// says. `fed` tells whether a target feeds a kind, `open` whether records of it are made later from what was read;
    /// `records` is what was read so far, the targets among it.
    pub fn context_kinds(
        &self,
        fed: &dyn Fn(&str) -> bool,
        open: &dyn Fn(&str) -> bool,
        records: &[&Record],
    ) -> BTreeSet<&'static str> {
        let named = |clauses: &[CompiledClause]| {
            clauses.iter().filter(|one| fed(one.kind)).any(|clause| {
                let mut own = records.iter().filter(|record| record.kind == clause.kind);
                open(clause.kind)
                    || own.any(|record| {
                        clause.blocks_that_may_match(record, self.today).next().is_some()
                    })
            })
        };
        let mut kinds = BTreeSet::new();
        for rule in self.rules.iter().filter(|rule| !rule.partners.is_empty()) {
            if joins_only_grantees(rule) {
                continue;
            }
            if named(&rule.clauses) {
                kinds.extend(rule.partners.iter().map(|one| one.kind));
            }
            if !rule.clears() && named(&rule.partners) {
                kinds.extend(rule.clauses.iter().map(|one| one.kind));
            }
        }
        kinds
    }

    /// Whether any rule joins apps to the principals that they name.
    pub fn joins_grantees(&self) -> bool {
        self.rules.iter().any(joins_only_grantees)
    }
}

/// Whether records of a kind are read from small files alone, all of which are read before the first large one.
fn is_small(kind: &str) -> bool {
    let small = |name: &str| types::by_name(name).is_some_and(|row| !row.large);
    match record_kind(kind) {
        Some(record) => !record.sources.is_empty() && record.sources.iter().all(|one| small(one)),
        None => small(kind),
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

impl Wanted for Joined<'_> {
    fn record(&self, kind: &str) -> bool {
        self.plan.record(kind)
    }
    fn child(&self, kind: &str, child: usize) -> bool {
        self.plan.child(kind, child)
    }
    fn child_of(&self, kind: &str, child: usize, ruled_out: &RuledOut) -> bool {
        self.plan.child_of(kind, child, ruled_out)
    }
    fn keeps(&self, kind: &str, child: usize, block: &Block, ruled_out: &RuledOut) -> bool {
        self.plan.keeps_with(kind, child, block, ruled_out, &self.keys)
    }
    fn may_keep(&self, kind: &str, child: usize, block: &Block, ruled_out: &RuledOut) -> bool {
        self.plan.may_keep(kind, child, block, ruled_out)
    }
    fn joins_child(&self, kind: &str, child: usize, ruled_out: &RuledOut) -> bool {
        let plan = self.plan.kind(kind).and_then(|plan| plan.children.get(&child));
        plan.is_some_and(|plan| {
            let mut open = plan.clauses().filter(|id| !ruled_out.contains(id.number));
            open.any(|id| !id.partner && self.keys.fitting.contains_key(&id.rule))
        })
    }
    fn lacks_known_partner(
        &self,
        kind: &str,
        child: usize,
        block: &Block,
        ruled_out: &RuledOut,
    ) -> bool {
        self.plan
            .hopes(kind, child, block, ruled_out, &self.keys)
            .any(|one| one == PartnerHope::Unknown)
    }
    fn ruled_out(&self, owner: &Record) -> RuledOut {
        let mut ruled_out = self.plan.ruled_out(owner);
        let plan = self.plan.kind(owner.kind);
        let of_children = plan.into_iter().flat_map(|plan| plan.children.values());
        for id in of_children.flat_map(ChildPlan::clauses).filter(|id| id.partner) {
            let (Some(names), Some(clause)) =
                (self.keys.owners.get(&id.rule), self.plan.clause(id))
            else {
                continue;
            };
            let own = clause.key_texts(owner, &owner.block, self.plan.today);
            // A name that is not known yet may be any, and an app may name a set by its label.
            let labels = owner.leaf("label").map_or(&[][..], |label| &label.values);
            let labels = labels.iter().map(|label| name::canonical(&label.written));
            let unnamed =
                !own.is_empty() && !own.into_iter().chain(labels).any(|one| names.contains(&one));
            if clause.is_keyed_by_owner() && unnamed {
                ruled_out.insert(id.number);
            }
        }
        ruled_out
    }
    fn keeps_record(&self, kind: &str, block: &Block) -> bool {
        self.plan.keeps_record(kind, block)
    }
    fn raw(&self, metadata_type: &str) -> Option<&RawShape> {
        self.plan.raw(metadata_type)
    }
    fn raw_settings(&self) -> bool {
        self.plan.raw_settings()
    }
    fn text_finds(&self) -> &[TextFind] {
        self.plan.text_finds()
    }
}
