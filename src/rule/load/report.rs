//! `[report]` and `[fix]`: what a rule says, and what it does about it.

use toml_span::Value;
use toml_span::value::{Key, Table};

use super::Loader;
use super::placeholder::Names;
use super::reader::{Entry, MOST, in_order, suggestion};
use super::scope::{Found, Scope};
use crate::rule::{Edit, EditValue, Fix, Report, Safety, Side};

/// The leaf whose edits are periods.
const REFRESH_DAYS: &str = "refreshTokenDays";

impl Loader<'_> {
    /// Reads `[report]`.
    pub(crate) fn report(
        &mut self,
        value: &Value<'_>,
        scope: &Scope,
        names: &Names<'_>,
        has_partner: bool,
    ) -> Option<Report> {
        let table = self.reader.table("report", value)?;
        self.reader.known_keys(table, &["message", "point_at", "group", "label"], "`[report]`");
        let message = self.reader.text_of(table, "message").map(str::to_owned);
        match table.get("message") {
            Some(message) => self.template(names, message),
            None => self.reader.missing(
                self.reader.start_of(value),
                "message",
                "one sentence that names the thing",
            ),
        }
        let point_at = table.get("point_at").and_then(|value| self.leaf(scope, "point_at", value));
        let group = self.reader.text_of(table, "group").map(str::to_owned);
        if let (Some(group), Some(value)) = (&group, table.get("group"))
            && !["component", "object"].contains(&group.as_str())
        {
            self.reader.report(
                value.span,
                format!("findings cannot be grouped by `{group}`"),
                "not known",
                "it is `component`, or `object` for the fields of an object",
            );
        }
        let label = table.get("label").and_then(|value| self.label(value, names, has_partner));
        Some(Report {
            message: message?,
            point_at: point_at.map(|found| found.path),
            group_by_object: group.as_deref() == Some("object"),
            group_by_component: group.is_some(),
            label_with: label,
        })
    }

    fn label(&mut self, value: &Value<'_>, names: &Names<'_>, has_partner: bool) -> Option<String> {
        let table = self.reader.table("label", value)?;
        self.reader.known_keys(table, &["with"], "`label`");
        let with = table.get("with")?;
        let text = self.reader.text("label.with", with)?;
        if !has_partner {
            self.reader.report(
                with.span,
                "`label.with` needs a `[with]`",
                "no partner to label",
                "only a partner that must be there can be shown",
            );
            return None;
        }
        self.template(names, with);
        Some(text.to_owned())
    }

    /// Reads `[fix]`.
    pub(crate) fn fix(&mut self, value: &Value<'_>, scope: &Scope, names: &Names<'_>) -> Fix {
        let Some(table) = self.reader.table("fix", value) else {
            return Fix::default();
        };
        let known = ["help", "set", "remove", "append", "safety"];
        self.reader.known_keys(table, &known, "`[fix]`");
        let help = self.reader.text_of(table, "help").map(str::to_owned);
        if let Some(help) = table.get("help") {
            self.template(names, help);
        }
        let mut edits = Vec::new();
        if let Some(set) = table.get("set")
            && let Some(inner) = self.reader.table("set", set)
        {
            self.set(scope, inner, &mut edits);
        }
        if let Some(remove) = table.get("remove") {
            edits.extend(self.remove(scope, remove));
        }
        if let Some(append) = table.get("append") {
            edits.extend(self.append(append, names));
        }
        let safety = self.safety(table);
        let edit =
            ["set", "remove", "append"].into_iter().find_map(|name| table.get_key_value(name));
        match (edit, table.get_key_value("safety")) {
            (Some((key, _)), None) => self.reader.missing(
                key.span,
                "safety",
                "\"safe\" if nothing can break, \"unsafe\" if a person must decide",
            ),
            (None, Some((key, _))) => self.reader.report(
                key.span,
                "`safety` without an edit says nothing",
                "nothing to apply",
                "an edit is `set`, `remove` or `append`",
            ),
            _ => {}
        }
        Fix { help, edits, safety }
    }

    fn safety(&mut self, table: &Table<'_>) -> Option<Safety> {
        let word = self.reader.text_of(table, "safety")?;
        let safety = Safety::from_word(word);
        if let (None, Some(value)) = (safety, table.get("safety")) {
            let words = Safety::WORDS.iter().map(|(word, _)| *word);
            self.reader.report(
                value.span,
                format!("there is no safety `{word}`"),
                "not known",
                suggestion(word, words, "it is one of"),
            );
        }
        safety
    }

    /// `set.<leaf> = value`; the leaf of a raw kind is a path of nested keys.
    fn set(&mut self, scope: &Scope, table: &Table<'_>, edits: &mut Vec<Edit>) {
        let mut open: Vec<(Vec<&str>, Vec<Entry<'_, '_>>)> = vec![(Vec::new(), in_order(table))];
        while let Some((prefix, entries)) = open.pop() {
            for (key, value) in entries {
                let mut path = prefix.clone();
                path.push(&key.name);
                let found = match scope.find_in(Side::Block, &path) {
                    Ok(found) => found,
                    Err(error) => {
                        self.reader.report(key.span, error.message, "not known", error.help);
                        continue;
                    }
                };
                if let (Some(_), Some(inner)) = (found.complex, value.as_table()) {
                    open.push((path, in_order(inner)));
                } else {
                    edits.extend(self.set_leaf(&found, &path.join("."), key, value));
                }
            }
        }
    }

    fn set_leaf(
        &mut self,
        found: &Found,
        name: &str,
        key: &Key<'_>,
        value: &Value<'_>,
    ) -> Option<Edit> {
        if !found.settable {
            self.reader.report(
                key.span,
                format!("`{name}` cannot be set"),
                "not settable",
                "a rule sets leaves that stand in one element; say the rest in `help`",
            );
            return None;
        }
        let is_period = name == REFRESH_DAYS;
        let edit = match value.as_table() {
            Some(table) if is_period => self.period(table, value)?,
            None if is_period && value.as_str().is_none() => {
                self.reader.report(
                    value.span,
                    format!("`{name}` needs to know what the days count from"),
                    "days of what",
                    "write { inactivity = 30 } or { lifetime = 30 }",
                );
                return None;
            }
            _ => EditValue::Scalar(self.scalar(found, name, value, false)?),
        };
        Some(Edit::Set(found.path.clone(), edit))
    }

    fn period(&mut self, table: &Table<'_>, value: &Value<'_>) -> Option<EditValue> {
        self.reader.known_keys(table, &["inactivity", "lifetime"], "`refreshTokenDays`");
        let entries = in_order(table);
        let [(key, days)] = entries.as_slice() else {
            self.reader.report(
                value.span,
                "the period is one of `inactivity` and `lifetime`",
                "not one of the two",
                "write { inactivity = 30 } or { lifetime = 30 }",
            );
            return None;
        };
        let number = self.reader.count(&key.name, days)?;
        if number == 0 {
            let message = format!("`{}` is a number of days from 1 to {MOST}", key.name);
            self.reader.report(days.span, message, "no period", "");
            return None;
        }
        Some(EditValue::RefreshPolicy { inactivity: key.name == "inactivity", days: number as f64 })
    }

    fn remove(&mut self, scope: &Scope, value: &Value<'_>) -> Option<Edit> {
        if value.as_str() == Some("block") {
            return Some(Edit::RemoveBlock);
        }
        let found = self.leaf(scope, "remove", value)?;
        if found.path.part.is_some() {
            self.reader.report(
                value.span,
                format!("a part of `{}` cannot be removed", found.path.leaf),
                "a part",
                format!("remove `{}`", found.path.leaf),
            );
            return None;
        }
        Some(Edit::RemoveLeaf(found.path))
    }

    fn append(&mut self, value: &Value<'_>, names: &Names<'_>) -> Option<Edit> {
        let line = self.reader.text("append", value)?;
        if line.contains(['\n', '\r']) {
            self.reader.report(value.span, "`append` is one line", "several lines", "");
            return None;
        }
        self.template(names, value);
        Some(Edit::Append(line.to_owned()))
    }
}
