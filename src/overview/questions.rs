//! What an overview asks beside what the config turns on: rules that its tables need, and clauses that give evidence.

use std::sync::Arc;

use crate::config::Config;
use crate::config::catalogue::Catalogue;
use crate::config::checklists::Checklists;
use crate::config::health_check::MAP;
use crate::config::origin::Origin;
use crate::config::select::{covers, set_up};
use crate::engine::plan::{EnabledRule, Purpose};
use crate::rule::{Condition, Fix, LeafPath, Matcher, Operator, Report, Rule, Side};

/// What an overview asks of one config.
pub struct Questions {
    /// Rules and clauses that the config does not ask for.
    pub more: Vec<EnabledRule>,
    /// Rules that the config turns off although the overview needs them, with the place.
    pub off: Vec<(Arc<Rule>, Origin)>,
}

impl Questions {
    /// What the tables need that is not enabled.
    pub fn new(
        checklists: &Checklists,
        catalogue: &Catalogue,
        config: &Config,
        enabled: &[EnabledRule],
    ) -> Questions {
        let mut questions = Questions { more: Vec::new(), off: Vec::new() };
        for rule in catalogue.rules.iter().filter(|rule| is_needed(rule, checklists)) {
            if rule.maps.iter().any(|map| map.starts_with(MAP)) {
                questions.more.extend(value_of(rule, config));
            }
            if enabled.iter().any(|one| one.rule.id == rule.id) {
                continue;
            }
            questions.more.push(set_up(rule, config, &config.preset, Purpose::Overview));
            let mut settings = config.rules.iter().filter(|(id, _)| rule.goes_by(id));
            let last = settings.rfind(|(_, setting)| setting.severity.is_some());
            if let Some((_, setting)) = last {
                let (source, span) = (setting.source.clone(), setting.severity_span.clone());
                questions.off.push((Arc::clone(rule), Origin { source, span }));
            }
        }
        for list in [&checklists.basics, &checklists.benchmark] {
            let clauses =
                list.items.iter().flat_map(|item| item.subject.iter().chain(&item.evidence));
            questions.more.extend(
                clauses.map(|rule| set_up(rule, config, &config.preset, Purpose::Evidence)),
            );
        }
        questions
    }
}

fn is_needed(rule: &Rule, checklists: &Checklists) -> bool {
    let named = |id: &String| covers(rule, id);
    checklists.basics.items.iter().flat_map(|item| &item.rules).any(|(id, _)| named(id))
        || checklists.benchmark.items.iter().any(|item| rule.maps.contains(&item.id))
        || checklists.settings.iter().any(|setting| setting.is_judged_by(rule))
}

/// How the id of a clause begins that asks for the value that a rule judges; the id of the rule follows.
pub const VALUE: &str = "value/";

/// A clause that shows the value of the leaf that a rule about a setting judges, whether or not it is good: the rule's own
/// clause with `present = true` in the place of its test. Conditions on other leaves say which blocks are meant, and stay.
fn value_of(rule: &Arc<Rule>, config: &Config) -> Option<EnabledRule> {
    let mut asked = Rule::clone(rule);
    let clause = &mut asked.matching;
    let tested = clause.conditions.iter().map(|one| &one.path);
    let alternatives = clause.alternatives.iter().flat_map(|one| &one.conditions);
    let mut tested = tested.chain(alternatives.map(|one| &one.path));
    let path = match rule.report.point_at.clone() {
        Some(path) => path,
        None => tested.find(|path| path.side == Side::Block).cloned()?,
    };
    let same = |other: &LeafPath| other.side == path.side && other.leaf == path.leaf;
    clause.conditions.retain(|condition| !same(&condition.path));
    clause.alternatives.clear();
    clause.conditions.push(Condition {
        path: LeafPath { part: None, ..path.clone() },
        matcher: Matcher { operators: vec![Operator::Present(true)] },
        span: 0..0,
    });
    let of = if path.side == Side::Owner { "of." } else { "" };
    asked.report = Report {
        message: format!("{{{of}{}}}", path.leaf),
        point_at: Some(path),
        group_by_component: false,
        label_with: None,
    };
    asked.id = format!("{VALUE}{}", rule.id);
    asked.fix = Fix::default();
    asked.join = None;
    asked.yields_to.clear();
    // The options are those of the rule itself.
    let own = set_up(rule, config, &config.preset, Purpose::Evidence);
    Some(EnabledRule { rule: Arc::new(asked), ..own })
}
