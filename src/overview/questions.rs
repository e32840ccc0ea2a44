//! What an overview asks beside what the config turns on: rules that its tables need, and clauses that give evidence.

use std::sync::Arc;

use crate::config::Config;
use crate::config::catalogue::Catalogue;
use crate::config::checklists::Checklists;
use crate::config::origin::Origin;
use crate::config::select::{covers, set_up};
use crate::engine::plan::{EnabledRule, Purpose};
use crate::rule::{Condition, Fix, LeafPath, ListName, Matcher, Operator, Rule, Scalar, Side};

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
            let mut of = checklists.settings.iter().filter(|one| one.is_judged_by(rule));
            if of.any(|setting| setting.shown.is_empty()) {
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
        let shown = checklists.settings.iter().flat_map(|setting| &setting.shown);
        questions
            .more
            .extend(shown.map(|rule| set_up(rule, config, &config.preset, Purpose::Evidence)));
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

/// The option of a rule that holds the value of the baseline.
pub const COMPLIANT: &str = "compliant";

/// A clause that shows the value of the leaf that a rule about a setting judges, whether or not it is good: the rule's own
/// clause with `present = true` in the place of its test. Conditions on other leaves say which blocks are meant, and stay.
/// Where elements are counted, each is shown.
fn value_of(rule: &Arc<Rule>, config: &Config) -> Option<EnabledRule> {
    let judged = judged(rule)?;
    let mut path = judged.path.clone();
    path.part = None;
    let counted = judged.matcher.operators.iter().any(|one| matches!(one, Operator::Count(_)));
    let mut asked = Rule::clone(rule);
    let clause = &mut asked.matching;
    clause.alternatives.clear();
    if counted && clause.each.is_none() {
        clause.each = Some(path.leaf.clone());
        clause.conditions.clear();
        let element = path.leaf.rsplit('.').next().unwrap_or_default();
        asked.report.message = element.to_owned();
        asked.report.point_at = None;
    } else {
        let same = |other: &LeafPath| other.side == path.side && other.leaf == path.leaf;
        clause.conditions.retain(|condition| !same(&condition.path));
        clause.conditions.push(Condition {
            path: path.clone(),
            matcher: Matcher { operators: vec![Operator::Present(true)] },
            span: 0..0,
        });
        let of = if path.side == Side::Owner { "of." } else { "" };
        asked.report.message = format!("{{{of}{}}}", path.leaf);
        asked.report.point_at = Some(path);
    }
    asked.report.label_with = None;
    asked.id = format!("{VALUE}{}", rule.id);
    asked.fix = Fix::default();
    asked.join = None;
    asked.yields_to.clear();
    // The options are those of the rule itself.
    let own = set_up(rule, config, &config.preset, Purpose::Evidence);
    Some(EnabledRule { rule: Arc::new(asked), ..own })
}

/// The condition that holds the value against the baseline, else the one that a finding points at, else the first.
fn judged(rule: &Rule) -> Option<&Condition> {
    let clause = &rule.matching;
    let alternatives = clause.alternatives.iter().flat_map(|one| &one.conditions);
    let conditions: Vec<&Condition> = clause.conditions.iter().chain(alternatives).collect();
    let pointed = |one: &Condition| {
        let at = rule.report.point_at.as_ref();
        at.is_some_and(|at| at.side == one.path.side && at.leaf == one.path.leaf)
    };
    let find = |test: &dyn Fn(&Condition) -> bool| conditions.iter().find(|one| test(one)).copied();
    find(&|one| names_baseline(&one.matcher))
        .or_else(|| find(&pointed))
        .or_else(|| find(&|one| one.path.side == Side::Block))
}

/// Whether a test refers to the value of the baseline.
fn names_baseline(matcher: &Matcher) -> bool {
    let scalar = |one: &Scalar| matches!(one, Scalar::Option(name) if name == COMPLIANT);
    let list = |one: &ListName| matches!(one, ListName::Option(name) if name == COMPLIANT);
    let plain = |operator: &Operator| match operator {
        Operator::Is(all) | Operator::All(all) | Operator::Glob(all) | Operator::Contains(all) => {
            all.iter().any(scalar)
        }
        Operator::In(all) => all.iter().any(list),
        Operator::Over(one) | Operator::Under(one) => scalar(one),
        _ => false,
    };
    matcher.operators.iter().any(|operator| match operator {
        Operator::Not(inner) | Operator::Count(inner) => inner.operators.iter().any(plain),
        operator => plain(operator),
    })
}
