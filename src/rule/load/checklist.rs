//! Checklist files. An evidence clause is a rule without severity: it is read by what reads rules.

use std::ops::Range;
use std::sync::Arc;

use toml_span::Value;
use toml_span::value::Table;

use super::clause::Role;
use super::placeholder::Names;
use super::reader::is_kebab_case;
use super::{Loader, RuleError, family_of, id_of};
use crate::rule::checklist::{Checklist, Item, Row};
use crate::rule::lists::Lists;
use crate::rule::{Confidence, Fix, Join, Report, Rule, RuleSource, Severity};

const TOP_LEVEL: &[&str] = &["title", "by_maps", "item", "row"];
const ITEM: &[&str] =
    &["id", "section", "title", "rules", "subject", "evidence", "own_baseline", "not_checkable"];
/// Where the clauses of a setting stand that show its values.
const SHOWN: &str = "shown";
const ROW: &[&str] = &["title", "items"];

/// Reads a checklist.
///
/// # Errors
///
/// All mistakes of the file, in its order.
pub fn load_checklist(source: &RuleSource, lists: &Lists) -> Result<Checklist, Vec<RuleError>> {
    let mut loader = Loader::new(source, lists, !source.builtin);
    let root = loader.reader.parse(&source.text);
    let list = root.as_ref().and_then(Value::as_table).and_then(|table| loader.checklist(table));
    match list {
        Some(list) if loader.reader.errors.is_empty() => Ok(list),
        _ => Err(loader.reader.into_errors()),
    }
}

/// Reads the clauses that show the value of a Health Check setting, `[[setting.shown]]`; they are called after its key.
///
/// # Errors
///
/// All their mistakes.
pub fn load_shown(
    source: &RuleSource,
    lists: &Lists,
    setting: &Table<'_>,
    key: &str,
) -> Result<Vec<Arc<Rule>>, Vec<RuleError>> {
    let mut loader = Loader::new(source, lists, !source.builtin);
    let mut shown = Vec::new();
    for (at, value) in loader.entries(setting, SHOWN).iter().enumerate() {
        shown.extend(loader.evidence(value, format!("{SHOWN}/{key}/{at}"), true).map(Arc::new));
    }
    if loader.reader.errors.is_empty() { Ok(shown) } else { Err(loader.reader.into_errors()) }
}

impl Loader<'_> {
    fn checklist(&mut self, table: &Table<'_>) -> Option<Checklist> {
        self.reader.known_keys(table, TOP_LEVEL, "a checklist");
        let title = self.reader.text_of(table, "title").map(str::to_owned);
        if !table.contains_key("title") {
            let head = self.reader.first_line();
            self.reader.missing(head, "title", "what it is a list of");
        }
        let by_maps = match table.get("by_maps") {
            Some(value) => self.truth("by_maps", value),
            None => false,
        };
        let mut items: Vec<Item> = Vec::new();
        for value in self.entries(table, "item") {
            let Some(item) = self.item(value, by_maps) else { continue };
            if items.iter().any(|known| known.id == item.id) {
                let start = self.reader.start_of(value);
                let message = format!("there are two items `{}`", item.id);
                self.reader.report(start, message, "the second one", "");
            }
            items.push(item);
        }
        let mut rows = Vec::new();
        for value in self.entries(table, "row") {
            rows.extend(self.row(value, &items));
        }
        Some(Checklist {
            id: id_of(&self.reader.source.path).to_owned(),
            source: self.reader.source.clone(),
            title: title?,
            by_maps,
            items,
            rows,
        })
    }

    fn entries<'v, 'd>(&mut self, table: &'v Table<'d>, name: &str) -> &'v [Value<'d>] {
        let Some(value) = table.get(name) else { return &[] };
        if value.as_array().is_none() {
            self.reader.wrong_form(name, value, &format!("a list, `[[{name}]]`"));
        }
        value.as_array().map_or(&[], Vec::as_slice)
    }

    fn truth(&mut self, name: &str, value: &Value<'_>) -> bool {
        if value.as_bool().is_none() {
            self.reader.wrong_form(name, value, "true or false");
        }
        value.as_bool().unwrap_or(false)
    }

    /// A text that an item or a row must have.
    fn needed(
        &mut self,
        value: &Value<'_>,
        table: &Table<'_>,
        name: &str,
        about: &str,
    ) -> Option<String> {
        if !table.contains_key(name) {
            let start = self.reader.start_of(value);
            self.reader.missing(start, name, about);
        }
        self.reader.text_of(table, name).map(str::to_owned)
    }

    fn item(&mut self, value: &Value<'_>, by_maps: bool) -> Option<Item> {
        let table = self.reader.table("item", value)?;
        self.reader.known_keys(table, ITEM, "`[[item]]`");
        let id = self.needed(value, table, "id", "a name that is unique in the list");
        let section = self.needed(value, table, "section", "the heading it stands below");
        let title = self.needed(value, table, "title", "what is so when all is well");
        let rules: Vec<(String, Range<usize>)> = self
            .reader
            .texts_of(table, "rules")
            .into_iter()
            .map(|(rule, span)| (rule, span.start..span.end))
            .collect();
        let wrong = id.as_deref().is_some_and(|id| !by_maps && !is_kebab_case(id));
        if let (true, Some(at)) = (wrong, table.get("id")) {
            let help = "an id is lower-case words joined by hyphens";
            self.reader.report(at.span, "this cannot be the id of an item", "not an id", help);
        }
        let list = id_of(&self.reader.source.path).to_owned();
        let base = format!("{list}/{}", id.as_deref().unwrap_or_default());
        let mut evidence = Vec::new();
        for (at, value) in self.entries(table, "evidence").iter().enumerate() {
            evidence.extend(self.evidence(value, format!("{base}/{at}"), true).map(Arc::new));
        }
        let subject = table.get("subject");
        let subject = subject
            .and_then(|value| self.evidence(value, format!("{base}/subject"), false))
            .map(Arc::new);
        let own_baseline = match table.get("own_baseline") {
            Some(value) => self.truth("own_baseline", value),
            None => false,
        };
        let not_checkable = self.reader.text_of(table, "not_checkable");
        let not_checkable = not_checkable.map(|text| text.trim().to_owned());
        let answers =
            ["rules", "evidence", "not_checkable"].into_iter().any(|key| table.contains_key(key));
        if !answers && !by_maps {
            let start = self.reader.start_of(value);
            self.reader.report(
                start,
                "nothing answers this item",
                "no answer",
                "name `rules`, give `[[item.evidence]]`, or say why files cannot tell: not_checkable = \"…\"",
            );
        }
        Some(Item {
            id: id?,
            section: section?,
            title: title?,
            rules,
            subject,
            evidence,
            own_baseline,
            not_checkable,
        })
    }

    fn row(&mut self, value: &Value<'_>, known: &[Item]) -> Option<Row> {
        let table = self.reader.table("row", value)?;
        self.reader.known_keys(table, ROW, "`[[row]]`");
        let title = self.needed(value, table, "title", "what is so when all is well");
        let items = self.reader.texts_of(table, "items");
        if items.is_empty() {
            let start = self.reader.start_of(value);
            self.reader.missing(start, "items", "the ids of the items that answer it");
        }
        for (item, span) in &items {
            if !known.iter().any(|one| one.id == *item) {
                let ids = known.iter().map(|one| one.id.as_str());
                let help = super::reader::suggestion(item, ids, "the items are");
                let message = format!("there is no item `{item}`");
                self.reader.report(*span, message, "not known", help);
            }
        }
        Some(Row { title: title?, items: items.into_iter().map(|(item, _)| item).collect() })
    }

    /// A clause with its message as a rule that nothing is wrong about. What an item is about has no message.
    fn evidence(&mut self, value: &Value<'_>, id: String, tells: bool) -> Option<Rule> {
        let (place, role) = match tells {
            true => ("item.evidence", Role::Evidence),
            false => ("item.subject", Role::Match),
        };
        let matching = self.clause(place, value, role)?;
        let table = value.as_table()?;
        let join = self.join(table);
        self.keys_agree(Some(&matching), join.as_ref());
        let join = join.map(|(negated, read)| Join { negated, clause: read.clause });
        let shared = self.shared;
        let list = |name: &str| shared.get(name);
        let names = Names::new(&matching.clause, join.as_ref(), Vec::new(), &list);
        let message = match tells {
            true => self.needed(value, table, "message", "what speaks for the item, with names"),
            false => Some(String::new()),
        };
        if let Some(message) = table.get("message") {
            self.template(&names, message);
        }
        let point_at =
            table.get("point_at").and_then(|value| self.leaf(&matching.scope, "point_at", value));
        let projects = self.projects(table);
        let source = self.reader.source.clone();
        Some(Rule {
            family: family_of(&source.path).to_owned(),
            source,
            id,
            title: String::new(),
            severity: Severity::Note,
            severity_in: Vec::new(),
            confidence: Confidence::High,
            presets: Vec::new(),
            projects,
            yields_to: Vec::new(),
            serves: Vec::new(),
            why: String::new(),
            false_positives: None,
            common: None,
            maps: Vec::new(),
            since: String::new(),
            was: Vec::new(),
            options: Vec::new(),
            lists: Vec::new(),
            matching: matching.clause,
            join,
            report: Report {
                message: message?,
                point_at: point_at.map(|found| found.path),
                group_by_component: false,
                group_by_object: false,
                label_with: None,
            },
            fix: Fix::default(),
        })
    }
}
