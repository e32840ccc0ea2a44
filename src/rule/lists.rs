//! Named lists: values with the reason why each of them matters.

use std::collections::{BTreeMap, HashSet};

use toml_span::Value;
use toml_span::value::Key;

use super::load::RuleError;
use super::load::reader::{Reader, in_order, is_kebab_case};
use super::{RuleSource, shipped};

/// A list that conditions refer to with `in`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Its name: words joined by hyphens.
    pub name: String,
    /// At least one; all have the same columns.
    pub entries: Vec<Entry>,
}

/// One value of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What the value of a leaf is compared with.
    pub value: String,
    /// Names and texts of the columns, `because` first; a placeholder shows each.
    pub columns: Vec<(String, String)>,
}

impl List {
    /// Whether the entries have this column.
    pub fn has_column(&self, name: &str) -> bool {
        self.entries.iter().all(|entry| entry.column(name).is_some())
    }
}

impl Entry {
    /// The text of a column.
    pub fn column(&self, name: &str) -> Option<&str> {
        self.columns.iter().find(|(column, _)| column == name).map(|(_, text)| text.as_str())
    }
}

/// Lists by their names.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    own: BTreeMap<String, List>,
    /// Those that ship with sflint are among them, where no own one has the name.
    shipped: bool,
}

impl Lists {
    /// The lists that ship with sflint; each is read when it is asked for.
    pub fn shipped() -> Lists {
        Lists { own: BTreeMap::new(), shipped: true }
    }

    /// The list with this name.
    pub fn get(&self, name: &str) -> Option<&List> {
        let shipped = || if self.shipped { shipped::list(name) } else { None };
        self.own.get(name).or_else(shipped)
    }

    /// The list with this name, unless it is one that ships with sflint.
    pub fn own(&self, name: &str) -> Option<&List> {
        self.own.get(name)
    }

    /// Whether a list with this name ships with sflint, and those are among these.
    pub fn is_shipped(&self, name: &str) -> bool {
        self.shipped && shipped::list_names().any(|known| known == name)
    }

    /// Adds a list; one of the same name is replaced.
    pub fn insert(&mut self, list: List) {
        self.own.insert(list.name.clone(), list);
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        let mut names: Vec<&str> = self.own.keys().map(String::as_str).collect();
        for name in shipped::list_names().filter(|_| self.shipped) {
            names.push(name);
        }
        names.sort_unstable();
        names.dedup();
        names.into_iter()
    }
}

/// Reads a file of lists: `[[<name>]]` with `value`, `because` and further columns.
///
/// # Errors
///
/// All mistakes of the file.
pub fn parse_lists(source: &RuleSource) -> Result<Vec<List>, Vec<RuleError>> {
    let mut reader = Reader::new(source);
    let mut lists = Vec::new();
    if let Some(root) = reader.parse_rule(source.head()) {
        for (key, value) in root.as_table().map(in_order).unwrap_or_default() {
            lists.extend(read_list(&mut reader, key, value));
        }
    }
    if reader.errors.is_empty() { Ok(lists) } else { Err(reader.into_errors()) }
}

/// Reads the entries of one list.
pub(crate) fn read_list(reader: &mut Reader<'_>, key: &Key<'_>, value: &Value<'_>) -> Option<List> {
    let name = key.name.as_ref();
    if !is_kebab_case(name) {
        reader.report(
            key.span,
            format!("`{name}` cannot name a list"),
            "not kebab-case",
            "a name is lower-case words joined by hyphens: `shared-hosts`",
        );
    }
    let Some(items) = value.as_array() else {
        reader.wrong_form(name, value, &format!("a list of entries, `[[{name}]]`"));
        return None;
    };
    let mut entries: Vec<Entry> = Vec::with_capacity(items.len());
    let mut values = HashSet::new();
    for item in items {
        let Some(entry) = read_entry(reader, name, item) else {
            continue;
        };
        if !values.insert(entry.value.to_ascii_lowercase()) {
            reader.report(
                reader.start_of(item),
                format!("`{}` stands twice in `{name}`", entry.value),
                "again",
                "",
            );
        }
        let same_columns = |first: &Entry| {
            first.columns.len() == entry.columns.len()
                && first.columns.iter().all(|(name, _)| entry.column(name).is_some())
        };
        if let Some(first) = entries.first().filter(|first| !same_columns(first)) {
            let names = |entry: &Entry| -> HashSet<String> {
                entry.columns.iter().map(|(name, _)| name.clone()).collect()
            };
            let (expected, found) = (names(first), names(&entry));
            for column in expected.symmetric_difference(&found) {
                reader.report(
                    reader.start_of(item),
                    format!("`{column}` stands in some entries of `{name}` only"),
                    "differs from the first entry",
                    "all entries of a list have the same columns",
                );
            }
        }
        entries.push(entry);
    }
    if items.is_empty() {
        reader.report(key.span, format!("the list `{name}` is empty"), "no entries", "");
    }
    Some(List { name: name.to_owned(), entries })
}

fn read_entry(reader: &mut Reader<'_>, name: &str, item: &Value<'_>) -> Option<Entry> {
    let table = reader.table(name, item)?;
    let at = reader.start_of(item);
    let mut columns = Vec::with_capacity(table.len());
    for required in ["value", "because"] {
        if !table.contains_key(required) {
            let about = if required == "value" {
                "what a leaf is compared with"
            } else {
                "why it matters, as `{because}` shows it"
            };
            reader.missing(at.clone(), required, about);
        }
    }
    if let Some(because) = reader.text_of(table, "because") {
        columns.push(("because".to_owned(), because.to_owned()));
    }
    for (key, value) in in_order(table) {
        if key.name != "value"
            && key.name != "because"
            && let Some(text) = reader.text(&key.name, value)
        {
            columns.push((key.name.to_string(), text.to_owned()));
        }
    }
    let value = reader.text_of(table, "value")?.to_owned();
    Some(Entry { value, columns })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> RuleSource {
        RuleSource { builtin: true, ..RuleSource::read("rules/lists/permissions.toml", text) }
    }

    #[test]
    fn a_file_holds_several_lists() {
        let lists = parse_lists(&source(
            "[[tier0]]\nvalue = \"ModifyAllData\"\nkind = \"data\"\nbecause = \"writes everything\"\n\
             [[tier1]]\nvalue = \"ViewAllData\"\nbecause = \"reads everything\"\n\
             [[tier1]]\nvalue = \"ManageUsers\"\nbecause = \"makes users\"\n",
        ))
        .unwrap();
        let [tier0, tier1] = lists.as_slice() else { panic!("{lists:?}") };
        assert_eq!((tier0.name.as_str(), tier1.entries.len()), ("tier0", 2));
        assert_eq!(tier0.entries[0].columns[0], ("because".into(), "writes everything".into()));
        assert!(tier0.has_column("kind") && !tier1.has_column("kind"));
        let mut all = Lists::default();
        lists.into_iter().for_each(|list| all.insert(list));
        assert_eq!(all.names().collect::<Vec<_>>(), ["tier0", "tier1"]);
        assert_eq!(all.get("tier1").unwrap().entries[1].column("because"), Some("makes users"));
    }

    #[test]
    fn all_mistakes_are_told() {
        let text = "[[a]]\nvalue = \"x\"\n[[a]]\nvalue = \"X\"\nbecause = \"b\"\n\
                    [[B]]\nvalue = 1\nbecause = \"\"\n[c]\nvalue = \"x\"\n";
        let errors = parse_lists(&source(text)).unwrap_err();
        let told: Vec<_> = errors.iter().map(|error| (error.message(), error.spanned())).collect();
        for expected in [
            ("`because` is missing", "[[a]]"),
            ("`X` stands twice in `a`", "[[a]]"),
            ("`because` stands in some entries of `a` only", "[[a]]"),
            ("`B` cannot name a list", "B"),
            ("`value` is text, not a number", "1"),
            ("`because` is empty", "\""),
        ] {
            assert!(told.contains(&expected), "{expected:?} not in {told:#?}");
        }
        assert!(told.iter().any(|(message, _)| message.starts_with("`c` is a list of entries")));
    }
}
