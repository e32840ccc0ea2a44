//! Clauses: `[match]`, `[with]`, `[without]`.

use std::ops::Range;

use toml_span::Value;
use toml_span::value::{Key, Table};

use super::Loader;
use super::matcher::OPERATORS;
use super::reader::{Entry, in_order, suggestion};
use super::scope::{Found, Scope};
use crate::model::vocabulary::{LeafType, Part, record_kind, record_kinds};
use crate::rule::{Alternative, Clause, Condition, Kind, Side};
use crate::schema::{self, ElementType, MetadataType};

/// The keys of a clause; the last three are for `[match]`.
const KEYS: &[&str] = &["kind", "each", "of", "where", "key", "find", "also", "any"];

/// Which clause is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// `[match]`.
    Match,
    /// `[with]` or `[without]`.
    Partner,
    /// `[[item.evidence]]` of a checklist: a match that also says what it shows.
    Evidence,
}

/// What an evidence clause holds beside the keys of a clause.
const EVIDENCE_KEYS: &[&str] = &["with", "without", "message", "point_at", "projects"];

/// A clause and the leaves that it sees.
pub(crate) struct ReadClause {
    pub clause: Clause,
    pub scope: Scope,
    /// Where its `key` stands, if it has one.
    pub key_span: Option<Range<usize>>,
}

impl Loader<'_> {
    /// Reads a clause. `None` if nothing can be said about its leaves.
    pub(crate) fn clause(
        &mut self,
        place: &str,
        value: &Value<'_>,
        role: Role,
    ) -> Option<ReadClause> {
        let table = self.reader.table(place, value)?;
        for (key, _) in in_order(table) {
            match (role, key.name.as_ref()) {
                (Role::Partner, name @ ("find" | "also" | "any")) => {
                    let message = format!("`{name}` stands in `[match]` only");
                    self.reader.report(key.span, message, "not possible here", "");
                }
                (_, name) if KEYS.contains(&name) => {}
                (Role::Evidence, name) if EVIDENCE_KEYS.contains(&name) => {}
                _ => self.reader.unknown_key(key, KEYS, &format!("`[{place}]`")),
            }
        }
        let Some(kind) = table.get("kind") else {
            self.reader.missing(
                self.reader.start_of(value),
                "kind",
                "the record or metadata type to look at",
            );
            return None;
        };
        let kinds = self.kinds(kind)?;
        let each = match table.get("each") {
            Some(each) => Some(self.each(&kinds, each)?),
            None => None,
        };
        let find = match table.get("find").filter(|_| role != Role::Partner) {
            Some(find) => Some(self.find(&kinds, each.as_deref(), find)?),
            None => None,
        };
        let also = match table.get("also").filter(|_| role != Role::Partner) {
            Some(also) => Some(self.also(find.is_some(), also)?),
            None => None,
        };
        let text_hits = each.as_deref() == Some("find");
        if text_hits && find.is_none() {
            self.reader.report(
                table.get("each").map_or(value.span, |each| each.span),
                "the hits of `find` are blocks without `each`",
                "not needed",
                "write `find = '''…'''` and no `each`",
            );
            return None;
        }
        let scope = Scope::new(&kinds, each.as_deref(), find.as_deref());
        let conditions = self.all_conditions(&scope, table);
        let alternatives = match table.get("any").filter(|_| role != Role::Partner) {
            Some(any) => self.alternatives(&scope, any),
            None => Vec::new(),
        };
        let key = table.get("key");
        let path = key.and_then(|key| self.leaf(&scope, "key", key)).map(|found| found.path);
        if let (Some(path), Some(value)) = (&path, key)
            && matches!(path.leaf_type, LeafType::Secret | LeafType::Certificate)
        {
            self.reader.report(
                value.span,
                format!("`{}` cannot be a key", path.leaf),
                "not comparable",
                "",
            );
        }
        let clause = Clause { kinds, each, conditions, alternatives, find, also, key: path };
        Some(ReadClause { clause, scope, key_span: key.map(|key| key.span.start..key.span.end) })
    }

    fn kinds(&mut self, value: &Value<'_>) -> Option<Vec<Kind>> {
        let items = match value.as_array() {
            Some(items) if items.is_empty() => {
                self.reader.report(value.span, "an empty list matches nothing", "empty", "");
                return None;
            }
            Some(items) => items.as_slice(),
            None => std::slice::from_ref(value),
        };
        let mut kinds: Vec<Kind> = Vec::with_capacity(items.len());
        let mut complete = true;
        for item in items {
            match self.kind(item) {
                Some(kind) if kinds.iter().any(|known| known.name() == kind.name()) => {
                    let message = format!("`{}` stands twice in `kind`", kind.name());
                    self.reader.report(item.span, message, "again", "");
                }
                Some(kind) => kinds.push(kind),
                None => complete = false,
            }
        }
        complete.then_some(kinds)
    }

    fn kind(&mut self, value: &Value<'_>) -> Option<Kind> {
        let name = self.reader.text("kind", value)?;
        let kind =
            record_kind(name).map(Kind::Record).or_else(|| schema::root(name).map(Kind::Raw));
        if kind.is_none() {
            let records = || record_kinds().iter().map(|kind| kind.name);
            let roots: Vec<&str> = schema::roots().map(|root| root.name()).collect();
            let meant = schema::did_you_mean(name, records().chain(roots));
            let help = match meant {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!(
                    "a kind is a metadata type such as `SecuritySettings`, or one of: {}",
                    records().collect::<Vec<_>>().join(", ")
                ),
            };
            self.reader.report(value.span, format!("there is no kind `{name}`"), "not known", help);
        }
        kind
    }

    fn each(&mut self, kinds: &[Kind], value: &Value<'_>) -> Option<String> {
        let each = self.reader.text("each", value)?;
        for kind in kinds {
            match kind {
                Kind::Record(kind) => {
                    if kind.child(each).is_none() {
                        let children = kind.children.iter().map(|child| child.name);
                        let message = format!("`{}` has no children `{each}`", kind.name);
                        let help = suggestion(each, children, "its children are");
                        self.reader.report(value.span, message, "not known", help);
                        return None;
                    }
                }
                Kind::Raw(kind) => self.each_element(*kind, each, value)?,
            }
        }
        Some(each.to_owned())
    }

    fn each_element(&mut self, kind: MetadataType, each: &str, value: &Value<'_>) -> Option<()> {
        let mut at = kind;
        let mut repeated = false;
        let mut start = 0;
        for name in each.split('.') {
            let span = self.reader.within(value, start..start + name.len());
            let Some(element) = at.element(name) else {
                let names: Vec<&str> = at.element_names().collect();
                self.reader.report(
                    span,
                    format!("`{}` has no element `{name}`", at.name()),
                    "not known",
                    suggestion(name, names.into_iter(), "its elements are"),
                );
                return None;
            };
            let ElementType::Complex(inner) = element.ty else {
                self.reader.report(
                    span,
                    format!("`{name}` holds no elements, so it cannot be a block"),
                    "a value",
                    format!("test it as a leaf: where.{each} = …"),
                );
                return None;
            };
            repeated |= element.repeated;
            at = inner;
            start += name.len() + 1;
        }
        if !repeated {
            self.reader.report(
                value.span,
                format!("`{each}` stands once in `{}`, so there is no each", kind.name()),
                "not repeated",
                format!("test what it holds by its path: where.{each}.… = …"),
            );
            return None;
        }
        Some(())
    }

    fn find(&mut self, kinds: &[Kind], each: Option<&str>, value: &Value<'_>) -> Option<String> {
        let pattern = self.reader.text("find", value)?;
        let text = kinds.iter().all(|kind| kind.name() == "text");
        if !text || each.is_some() {
            let message = if text {
                "`find` and `each` exclude each other"
            } else {
                "`find` is for kind `text` only"
            };
            self.reader.report(value.span, message, "not possible here", "");
            return None;
        }
        self.valid_regex(pattern, value).then(|| pattern.to_owned())
    }

    fn also(&mut self, finds: bool, value: &Value<'_>) -> Option<String> {
        let pattern = self.reader.text("also", value)?;
        if !finds {
            let message = "`also` says what a file must hold beside a hit of `find`";
            self.reader.report(value.span, message, "without `find`", "");
            return None;
        }
        self.valid_regex(pattern, value).then(|| pattern.to_owned())
    }

    /// Conditions of `where` and `of`, in the order of the file.
    fn all_conditions(&mut self, scope: &Scope, table: &Table<'_>) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for (name, side) in [("where", Side::Block), ("of", Side::Owner)] {
            let Some(value) = table.get(name) else {
                continue;
            };
            if let Some(inner) = self.reader.table(name, value) {
                if inner.is_empty() {
                    self.reader.report(
                        value.span,
                        format!("`{name}` is empty"),
                        "says nothing",
                        "",
                    );
                }
                self.conditions(scope, side, inner, &mut conditions);
            }
        }
        conditions.sort_by_key(|condition| condition.span.start);
        conditions
    }

    fn conditions(
        &mut self,
        scope: &Scope,
        side: Side,
        table: &Table<'_>,
        read: &mut Vec<Condition>,
    ) {
        let mut open: Vec<(Vec<&str>, Vec<Entry<'_, '_>>)> = vec![(Vec::new(), in_order(table))];
        while let Some((prefix, entries)) = open.pop() {
            for (key, value) in entries {
                let mut path = prefix.clone();
                path.push(&key.name);
                let found = match scope.find_in(side, &path) {
                    Ok(found) => found,
                    Err(error) => {
                        self.reader.report(key.span, error.message, "not known", error.help);
                        continue;
                    }
                };
                let (operators, inner) = split(&found, value);
                if found.complex.is_some() && value.as_table().is_none() {
                    self.reader.report(
                        value.span,
                        format!("`{}` holds elements, not a value", path.join(".")),
                        "a value cannot stand here",
                        "name one of its elements, or write { present = true }",
                    );
                    continue;
                }
                if !operators.is_empty() || inner.is_empty() {
                    let name = path.join(".");
                    let matcher = match value.as_table() {
                        Some(_) => self.operators(&found, &name, value.span, &operators, true),
                        None => self.matcher(&found, &name, value),
                    };
                    read.push(Condition { path: found.path, matcher, span: span_of(key, value) });
                }
                if !inner.is_empty() {
                    open.push((path, inner));
                }
            }
        }
    }

    fn alternatives(&mut self, scope: &Scope, value: &Value<'_>) -> Vec<Alternative> {
        let Some(items) = value.as_array() else {
            self.reader.wrong_form("any", value, "a list of alternatives, `[[match.any]]`");
            return Vec::new();
        };
        if items.len() < 2 {
            self.reader.report(
                value.span,
                "one alternative is no choice",
                "the only one",
                "write its conditions in `[match]`, or add another `[[match.any]]`",
            );
        }
        let mut alternatives = Vec::with_capacity(items.len());
        for item in items {
            let Some(table) = self.reader.table("any", item) else {
                continue;
            };
            self.reader.known_keys(table, &["of", "where", "because"], "`[[match.any]]`");
            let conditions = self.all_conditions(scope, table);
            if !table.contains_key("where") && !table.contains_key("of") {
                self.reader.report(
                    self.reader.start_of(item),
                    "an alternative without conditions always holds",
                    "no `where`, no `of`",
                    "",
                );
            }
            let because = self.reader.text_of(table, "because").map(str::to_owned);
            alternatives.push(Alternative { conditions, because });
        }
        alternatives
    }

    /// The leaf that a text names.
    pub(crate) fn leaf(&mut self, scope: &Scope, name: &str, value: &Value<'_>) -> Option<Found> {
        let path = self.reader.text(name, value)?;
        match scope.find(path) {
            Ok(found) => Some(found),
            Err(error) => {
                self.reader.report(value.span, error.message, "not known", error.help);
                None
            }
        }
    }
}

/// The operators of a table, and the entries that lead to parts or elements.
fn split<'v, 'd>(found: &Found, value: &'v Value<'d>) -> (Vec<Entry<'v, 'd>>, Vec<Entry<'v, 'd>>) {
    let Some(table) = value.as_table() else {
        return (Vec::new(), Vec::new());
    };
    let parts = Part::of(found.path.leaf_type);
    in_order(table).into_iter().partition(|(key, _)| {
        let name = key.name.as_ref();
        match found.complex {
            Some(complex) => OPERATORS.contains(&name) && complex.element(name).is_none(),
            None if found.path.part.is_some() || parts.is_empty() => true,
            None if parts.iter().any(|(part, ..)| *part == name) => false,
            None => {
                let parts = parts.iter().map(|(part, ..)| *part);
                let all = OPERATORS.iter().copied().chain(parts);
                schema::did_you_mean(name, all).is_some_and(|meant| OPERATORS.contains(&meant))
            }
        }
    })
}

/// From the key to the end of the value, with the quote that closes a text.
fn span_of(key: &Key<'_>, value: &Value<'_>) -> Range<usize> {
    let end = value.span.end + usize::from(value.as_str().is_some());
    key.span.start..end.max(key.span.end)
}
