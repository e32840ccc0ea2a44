//! What may stand at a place of a rule file.

use super::facts::{ClauseFacts, Facts};
use super::item::{Item, ItemKind, of_list, rules};
use super::leaves::{Leaf, Side, children, kinds, leaf, leaves, paths};
use super::places::{Around, of_shape};
use super::scan::{Cursor, Place};
use super::shape::of_rules;

const OPERATORS: [&str; 12] = [
    "is", "not", "all", "in", "glob", "regex", "contains", "present", "over", "under", "count",
    "check",
];
/// Keys whose texts may hold placeholders.
const TEMPLATES: [&str; 5] = ["message", "because", "help", "append", "with"];

/// A place among conditions.
struct Condition<'p> {
    clause: &'p str,
    side: Side,
    /// The leaf, with its parts and elements.
    names: &'p [&'p str],
    /// The operators behind it.
    operators: &'p [&'p str],
}

impl<'p> Condition<'p> {
    fn at(path: &'p [&'p str]) -> Option<Condition<'p>> {
        let (clause, rest) = path.split_first()?;
        if !matches!(*clause, "match" | "with" | "without") {
            return None;
        }
        let rest = rest.strip_prefix(&["any"]).unwrap_or(rest);
        let (side, rest) = match rest.split_first()? {
            (&"where", rest) => (Side::Block, rest),
            (&"of", rest) => (Side::Owner, rest),
            _ => return None,
        };
        let end = rest.iter().position(|name| OPERATORS.contains(name)).unwrap_or(rest.len());
        let (names, operators) = rest.split_at(end);
        Some(Condition { clause, side, names, operators })
    }
}

/// Everything that may stand there. `lists` says that the file is one of lists, as `[lists]` of a rule without its head.
pub fn items(cursor: &Cursor, facts: &Facts, around: &Around<'_>, lists: bool) -> Vec<Item> {
    let path: Vec<&str> = lists
        .then_some("lists")
        .into_iter()
        .chain(cursor.path.iter().map(String::as_str))
        .collect();
    let rule = RuleFile { facts, around };
    let mut found = match cursor.place {
        Place::Key | Place::Header { .. } => rule.keys(&path),
        Place::Value | Place::Text => rule.values(&path),
        Place::Nowhere => Vec::new(),
    };
    found.extend(of_shape(&of_rules(), cursor.place, &path));
    found
}

/// The names that placeholders can have.
pub fn placeholders(cursor: &Cursor, facts: &Facts, around: &Around<'_>) -> Vec<Item> {
    if !cursor.path.last().is_some_and(|last| TEMPLATES.contains(&last.as_str())) {
        return Vec::new();
    }
    RuleFile { facts, around }.placeholders()
}

struct RuleFile<'r> {
    facts: &'r Facts,
    around: &'r Around<'r>,
}

impl RuleFile<'_> {
    fn clause(&self, name: &str) -> ClauseFacts {
        self.facts.clauses.get(name).cloned().unwrap_or_default()
    }

    fn keys(&self, path: &[&str]) -> Vec<Item> {
        if let Some(condition) = Condition::at(path) {
            if !condition.operators.is_empty() {
                return Vec::new();
            }
            let clause = self.clause(condition.clause);
            return as_items(leaves(&clause, condition.side, condition.names));
        }
        match path {
            ["fix", "set", names @ ..] => {
                let all = leaves(&self.clause("match"), Side::Block, names).into_iter();
                as_items(all.filter(|leaf| leaf.settable || leaf.holds_others).collect())
            }
            ["bad" | "good", "options"] => self.options().collect(),
            _ => Vec::new(),
        }
    }

    fn options(&self) -> impl Iterator<Item = Item> {
        let names = self.facts.options.iter();
        names.map(|name| Item::new(name, ItemKind::Setting).detail("option"))
    }

    fn dollars(&self) -> impl Iterator<Item = Item> {
        self.options().map(|item| Item { label: format!("${}", item.label), ..item })
    }

    fn values(&self, path: &[&str]) -> Vec<Item> {
        if let Some(condition) = Condition::at(path) {
            return self.condition(&condition);
        }
        match path {
            [_, "kind"] => kinds(),
            [clause @ ("match" | "with" | "without"), "each"] => {
                as_items(children(&self.clause(clause)))
            }
            [clause @ ("match" | "with" | "without"), "key"] => {
                as_items(paths(&self.clause(clause), Side::Block))
            }
            ["report", "point_at"] | ["fix", "remove"] => self.paths_with_owner(),
            ["yields_to"] => rules(self.around.catalogue),
            ["fix", "set", names @ ..] => leaf(&self.clause("match"), Side::Block, names)
                .map(|leaf| of_leaf(&leaf))
                .unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    fn paths_with_owner(&self) -> Vec<Item> {
        let clause = self.clause("match");
        let mut found = as_items(paths(&clause, Side::Block));
        if clause.each.is_some() || clause.find.is_some() {
            let owners = as_items(paths(&clause, Side::Owner)).into_iter();
            found.extend(owners.map(|item| Item { label: format!("of.{}", item.label), ..item }));
        }
        found
    }

    fn condition(&self, condition: &Condition<'_>) -> Vec<Item> {
        match condition.operators.last().copied() {
            None | Some("is" | "not" | "all") => {
                let clause = self.clause(condition.clause);
                let leaf = leaf(&clause, condition.side, condition.names);
                let mut found = leaf.map(|leaf| of_leaf(&leaf)).unwrap_or_default();
                found.extend(self.dollars());
                found
            }
            Some("in") => {
                let own = self
                    .facts
                    .lists
                    .keys()
                    .map(|name| of_list(name, None).detail("list of this rule"));
                let lists = &self.around.catalogue.lists;
                let shared = lists.names().map(|name| of_list(name, lists.get(name)));
                own.chain(shared).chain(self.dollars()).collect()
            }
            Some("over" | "under" | "count") => self.dollars().collect(),
            Some(_) => Vec::new(),
        }
    }

    fn placeholders(&self) -> Vec<Item> {
        let mut found = self.paths_with_owner();
        if self.facts.clauses.contains_key("with") {
            let partner = as_items(paths(&self.clause("with"), Side::Block)).into_iter();
            found
                .extend(partner.map(|item| Item { label: format!("with.{}", item.label), ..item }));
        }
        found.push(
            Item::new("because", ItemKind::Word)
                .about("The reason that the alternative or the entry of a list gives."),
        );
        found.extend(self.dollars());
        for name in &self.facts.listed {
            let own = self.facts.lists.get(name).cloned();
            let shared = || {
                let entry = self.around.catalogue.lists.get(name)?.entries.first()?;
                Some(entry.columns.iter().map(|(column, _)| column.clone()).collect())
            };
            for column in own.or_else(shared).unwrap_or_default() {
                if !found.iter().any(|item| item.label == column) {
                    found.push(
                        Item::new(column, ItemKind::Word).detail(format!("column of {name}")),
                    );
                }
            }
        }
        found
    }
}

fn as_items(leaves: Vec<Leaf>) -> Vec<Item> {
    leaves.iter().map(Leaf::item).collect()
}

/// The values that a leaf can have.
fn of_leaf(leaf: &Leaf) -> Vec<Item> {
    if leaf.is_bool {
        return ["true", "false"].map(|word| Item::new(word, ItemKind::Word).bare()).to_vec();
    }
    leaf.values.iter().map(|value| Item::new(*value, ItemKind::Word).detail(&leaf.form)).collect()
}
