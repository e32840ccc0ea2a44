//! What the shipped JSON Schemas say of a place: its keys, its values, what it is for.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::{Map, Value};

const RULE: &str = include_str!("../../../schemas/rule.schema.json");
const CONFIG: &str = include_str!("../../../schemas/config.schema.json");

/// The schema of rule files.
pub fn of_rules() -> Shape<'static> {
    static READ: OnceLock<Value> = OnceLock::new();
    Shape::read(&READ, RULE)
}

/// The schema of `sflint.toml`.
pub fn of_config() -> Shape<'static> {
    static READ: OnceLock<Value> = OnceLock::new();
    Shape::read(&READ, CONFIG)
}

/// A key that a schema names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Property<'s> {
    /// Its name.
    pub name: &'s str,
    /// What it is for; may be empty.
    pub about: &'s str,
    /// It holds a table, or an array of tables.
    pub form: Form,
    /// Something in its table is an array of tables: `[[name.inner]]`.
    pub holds_tables: bool,
}

/// What a key holds, as far as headers are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A table: `[name]`.
    Table,
    /// An array of tables: `[[name]]`.
    Tables,
    /// Anything else.
    Value,
}

/// A word that a schema allows as a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As it is.
    pub text: String,
    /// It is text, and stands in quotes.
    pub quoted: bool,
    /// It holds when nothing is stated.
    pub default: bool,
}

/// A place in a schema: all alternatives that hold there.
#[derive(Clone, Debug)]
pub struct Shape<'s> {
    root: &'s Value,
    nodes: Vec<&'s Value>,
}

impl<'s> Shape<'s> {
    fn read(place: &'static OnceLock<Value>, text: &str) -> Shape<'static> {
        let root = place.get_or_init(|| serde_json::from_str(text).unwrap_or_default());
        Shape { root, nodes: vec![root] }.expanded()
    }

    /// The place below these keys; arrays are no step.
    pub fn at<T: AsRef<str>>(&self, path: &[T]) -> Shape<'s> {
        let mut shape = self.clone();
        for name in path {
            let nodes = shape.nodes.iter();
            let nodes = nodes.filter_map(|node| below(node, name.as_ref())).collect();
            shape = Shape { root: shape.root, nodes }.expanded();
        }
        shape
    }

    /// With all references, alternatives and items of arrays.
    fn expanded(self) -> Shape<'s> {
        self.with(true)
    }

    fn with(self, items: bool) -> Shape<'s> {
        let mut seen: BTreeSet<*const Value> = BTreeSet::new();
        let mut nodes = Vec::new();
        let mut open = self.nodes;
        open.reverse();
        while let Some(node) = open.pop() {
            if !seen.insert(std::ptr::from_ref(node)) {
                continue;
            }
            nodes.push(node);
            let reference = node.get("$ref").and_then(Value::as_str);
            let referred = reference.and_then(|at| self.root.pointer(at.strip_prefix('#')?));
            let mut inner: Vec<&Value> = referred.into_iter().collect();
            inner.extend(node.get("items").filter(|_| items));
            for several in ["anyOf", "oneOf", "allOf"] {
                inner.extend(node.get(several).and_then(Value::as_array).into_iter().flatten());
            }
            open.extend(inner.into_iter().rev());
        }
        Shape { root: self.root, nodes }
    }

    /// The keys that have a name, in the order of the schema.
    pub fn properties(&self) -> Vec<Property<'s>> {
        let mut found: Vec<Property<'s>> = Vec::new();
        let mut add = |name: &'s str, node: &'s Value| {
            if !found.iter().any(|known| known.name == name) {
                let shape = Shape { root: self.root, nodes: vec![node] }.expanded();
                let (about, form, holds_tables) =
                    (shape.about(), shape.form(), shape.holds_tables());
                found.push(Property { name, about, form, holds_tables });
            }
        };
        for node in &self.nodes {
            for (name, inner) in object(node, "properties") {
                add(name, inner);
            }
            for (pattern, inner) in object(node, "patternProperties") {
                alternatives(pattern).into_iter().for_each(|name| add(name, inner));
            }
        }
        found
    }

    /// What the place is for: what is said nearest to it.
    pub fn about(&self) -> &'s str {
        let said = |node: &&'s Value| node.get("description").and_then(Value::as_str);
        self.nodes.iter().find_map(said).unwrap_or_default()
    }

    fn holds_tables(&self) -> bool {
        let named =
            self.nodes.iter().flat_map(|node| object(node, "properties").map(|(_, inner)| inner));
        let other = self.nodes.iter().filter_map(|node| node.get("additionalProperties"));
        let is_tables =
            |node| Shape { root: self.root, nodes: vec![node] }.expanded().form() == Form::Tables;
        self.form() == Form::Table && named.chain(other).any(is_tables)
    }

    /// What holds at one node, without what is in its arrays.
    fn form(&self) -> Form {
        let of = |node: &'s Value| Shape { root: self.root, nodes: vec![node] }.with(false);
        let is = |node: &Value, form: &str| node.get("type").and_then(Value::as_str) == Some(form);
        let here = self.nodes.first().map(|node| of(node).nodes).unwrap_or_default();
        let items =
            here.iter().filter(|node| is(node, "array")).filter_map(|node| node.get("items"));
        if here.iter().any(|node| is(node, "object")) {
            Form::Table
        } else if items.into_iter().any(|node| of(node).nodes.iter().any(|node| is(node, "object")))
        {
            Form::Tables
        } else {
            Form::Value
        }
    }

    /// The words that may be its value.
    pub fn words(&self) -> Vec<Word> {
        let default = self.nodes.iter().find_map(|node| node.get("default"));
        let mut found: Vec<Word> = Vec::new();
        let mut add = |value: &Value| {
            let word = match value {
                Value::String(text) => (text.clone(), true),
                Value::Bool(_) | Value::Number(_) => (value.to_string(), false),
                _ => return,
            };
            let (text, quoted) = word;
            if !found.iter().any(|known| known.text == text) {
                let is_default = |it: &Value| {
                    it == value || it.as_array().is_some_and(|all| all.contains(value))
                };
                found.push(Word { text, quoted, default: default.is_some_and(is_default) });
            }
        };
        for node in &self.nodes {
            let listed = node.get("enum").and_then(Value::as_array).into_iter().flatten();
            listed
                .flat_map(|one| one.as_array().map_or(vec![one], |all| all.iter().collect()))
                .for_each(&mut add);
            if node.get("type").and_then(Value::as_str) == Some("boolean") {
                [Value::Bool(true), Value::Bool(false)].iter().for_each(&mut add);
            }
        }
        found
    }
}

fn object<'s>(node: &'s Value, name: &str) -> impl Iterator<Item = (&'s String, &'s Value)> {
    node.get(name).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

fn below<'s>(node: &'s Value, name: &str) -> Option<&'s Value> {
    let named = node.get("properties").and_then(|all| all.get(name));
    let fits = |(pattern, _): &(&String, &Value)| alternatives(pattern).contains(&name);
    named
        .or_else(|| object(node, "patternProperties").find(fits).map(|(_, inner)| inner))
        .or_else(|| node.get("additionalProperties").filter(|inner| inner.is_object()))
}

/// The words of a pattern that lists them, `^(a|b)$`.
fn alternatives(pattern: &str) -> Vec<&str> {
    let words = pattern.strip_prefix("^(").and_then(|rest| rest.strip_suffix(")$"));
    words.map(|words| words.split('|').collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(shape: &Shape<'_>) -> Vec<String> {
        shape.properties().iter().map(|one| one.name.to_owned()).collect()
    }

    fn words(shape: &Shape<'_>) -> Vec<String> {
        shape.words().iter().map(|one| one.text.clone()).collect()
    }

    #[test]
    fn keys_and_words_of_places() {
        let (rules, config) = (of_rules(), of_config());
        assert_eq!(names(&rules).first().map(String::as_str), Some("title"));
        assert_eq!(names(&rules.at(&["report"])), ["message", "point_at", "group", "label"]);
        assert_eq!(names(&rules.at(&["match", "any"])), ["of", "where", "because"]);
        assert_eq!(names(&rules.at(&["severity_in"])).len(), 5);
        assert!(names(&rules.at(&["match", "where", "name"])).contains(&"glob".to_owned()));
        let counted = rules.at(&["match", "where", "name", "count"]);
        assert_eq!(names(&counted), ["is", "over", "under"]);
        assert_eq!(words(&rules.at(&["severity_in", "strict"])), ["error", "warning", "note"]);
        assert_eq!(words(&rules.at(&["presets"])).len(), 5);
        assert_eq!(words(&config.at(&["rules", "x"])), ["off", "error", "warning", "note"]);
        assert_eq!(words(&config.at(&["integrations", "x", "deployment"])), ["true", "false"]);
        assert!(names(&config.at(&["exceptions", "rule", "deeper"])).is_empty());
        assert!(
            config
                .at(&["preset"])
                .words()
                .iter()
                .any(|one| one.default && one.text == "recommended")
        );
    }

    #[test]
    fn headers_know_tables() {
        let form = |shape: &Shape<'_>, name: &str| {
            shape.properties().iter().find(|one| one.name == name).unwrap().form
        };
        let (rules, config) = (of_rules(), of_config());
        assert_eq!(form(&rules, "match"), Form::Table);
        assert_eq!(form(&rules, "bad"), Form::Tables);
        assert_eq!(form(&rules.at(&["match"]), "any"), Form::Tables);
        assert_eq!(form(&rules, "title"), Form::Value);
        assert_eq!(form(&config, "exceptions"), Form::Tables);
        assert_eq!(form(&config, "rules"), Form::Table);
        assert!(!config.at(&["exceptions"]).about().is_empty());
    }
}
