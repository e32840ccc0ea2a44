//! Placeholders in the texts of a rule: `{name}`, `{of.url.host}`, `{because}`, `{$days}`.

use std::borrow::Cow;
use std::ops::Range;

use toml_span::Value;

use super::Loader;
use super::reader::suggestion;
use super::scope::{NoLeaf, Scope};
use crate::model::vocabulary::{LeafType, Part};
use crate::rule::lists::{List, Lists};
use crate::rule::{
    Alternative, Clause, Condition, Join, LeafPath, ListName, Matcher, Operator, Rule,
};

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment<'t> {
    /// Shown as it is.
    Literal(Cow<'t, str>),
    /// Replaced by what it stands for.
    Placeholder {
        /// What stands between the braces.
        name: &'t str,
        /// Where it stands in the text, with its braces.
        range: Range<usize>,
    },
}

/// A brace has no partner, or there is nothing between the two. `{{` and `}}` are literal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unbalanced brace")]
pub struct Unbalanced {
    /// Where the brace stands in the text.
    pub range: Range<usize>,
}

/// Splits a text at its placeholders.
///
/// # Errors
///
/// [`Unbalanced`] for the first brace without a partner.
pub fn segments(text: &str) -> Result<Vec<Segment<'_>>, Unbalanced> {
    let mut segments = Vec::new();
    let mut literal = String::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(found) = rest.find(['{', '}']) else {
            literal.push_str(rest);
            break;
        };
        literal.push_str(rest.get(..found).unwrap_or_default());
        let start = at + found;
        let rest = rest.get(found..).unwrap_or_default();
        if rest.starts_with("{{") || rest.starts_with("}}") {
            literal.push_str(rest.get(..1).unwrap_or_default());
            at = start + 2;
            continue;
        }
        let end = rest.get(1..).and_then(|inner| inner.find(['{', '}'])).map(|end| end + 1);
        let name = end
            .filter(|&end| rest.starts_with('{') && rest.as_bytes().get(end) == Some(&b'}'))
            .and_then(|end| rest.get(1..end))
            .filter(|name| !name.is_empty());
        let Some(name) = name else {
            return Err(Unbalanced { range: start..start + 1 });
        };
        if !literal.is_empty() {
            segments.push(Segment::Literal(Cow::Owned(std::mem::take(&mut literal))));
        }
        at = start + name.len() + 2;
        segments.push(Segment::Placeholder { name, range: start..at });
    }
    if !literal.is_empty() {
        segments.push(Segment::Literal(Cow::Owned(literal)));
    }
    Ok(segments)
}

/// What a placeholder stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A leaf of the block or of its owner.
    Leaf(LeafPath),
    /// A leaf of the partner of a `[with]`.
    Partner(LeafPath),
    /// The reason that the alternative or the entry of a list gives.
    Because,
    /// A further column of the entry of a list that an `in` matched.
    Column(String),
    /// The value of an option.
    Option(String),
}

/// The names that placeholders of a rule can have.
///
/// A name is looked for among `because`, the options (`$…`), the partner (`with.…`), the
/// leaves, and then the columns of lists.
#[derive(Debug)]
pub struct Names<'r> {
    block: Scope,
    partner: Option<Scope>,
    options: Vec<&'r str>,
    /// Columns that an entry surely has, whichever way the rule matched.
    columns: Vec<String>,
    because: bool,
    /// Leaves that hold credentials in spite of their type: a `check` looks for them.
    checked: Vec<LeafPath>,
    find: bool,
}

impl<'r> Names<'r> {
    /// The names of a rule whose lists are its own and these.
    pub fn of(rule: &'r Rule, shared: &Lists) -> Self {
        let options = rule.options.iter().map(|(name, _)| name.as_str()).collect();
        let find = |name: &str| {
            rule.lists.iter().find(|list| list.name == name).or_else(|| shared.get(name))
        };
        Self::new(&rule.matching, rule.join.as_ref(), options, &find)
    }

    pub(crate) fn new<'l>(
        matching: &Clause,
        join: Option<&Join>,
        options: Vec<&'r str>,
        list: &dyn Fn(&str) -> Option<&'l List>,
    ) -> Self {
        let mut columns = columns(&matching.conditions, list);
        let inner = |alternative: &Alternative| columns_of(alternative, list);
        let mut because = columns.iter().any(|column| column == "because");
        if let Some((first, others)) = matching.alternatives.split_first() {
            // A name must be there whichever alternative holds.
            let mut common = inner(first);
            for other in others {
                let other = inner(other);
                common.retain(|column| other.contains(column));
            }
            because |= common.iter().any(|column| column == "because");
            columns.extend(common);
        }
        let checked = matching
            .conditions
            .iter()
            .chain(matching.alternatives.iter().flat_map(|one| &one.conditions))
            .filter(|condition| checks(&condition.matcher))
            .map(|condition| condition.path.clone())
            .collect();
        Self {
            block: Scope::of(matching),
            partner: join.filter(|join| !join.negated).map(|join| Scope::of(&join.clause)),
            options,
            columns,
            because,
            checked,
            find: matching.find.is_some(),
        }
    }

    /// What a name stands for.
    ///
    /// # Errors
    ///
    /// [`NoLeaf`] if it stands for nothing, or for what is never shown.
    pub fn resolve(&self, name: &str) -> Result<Target, NoLeaf> {
        if let Some(option) = name.strip_prefix('$') {
            if self.options.contains(&option) {
                return Ok(Target::Option(option.to_owned()));
            }
            return Err(NoLeaf {
                message: format!("there is no option `{option}`"),
                help: suggestion(option, self.options.iter().copied(), "the options are"),
            });
        }
        if name == "because" && self.because {
            return Ok(Target::Because);
        }
        if let Some(path) = name.strip_prefix("with.") {
            let Some(partner) = &self.partner else {
                return Err(NoLeaf {
                    message: format!("`{name}` needs a `[with]`"),
                    help: "only a partner that must be there has leaves".into(),
                });
            };
            let found = partner.find(path)?;
            showable(&found.path, found.complex.is_some())?;
            return Ok(Target::Partner(found.path));
        }
        match self.block.find(name) {
            Ok(found) => {
                showable(&found.path, found.complex.is_some())?;
                self.not_checked(&found.path)?;
                Ok(Target::Leaf(found.path))
            }
            Err(_) if self.columns.iter().any(|column| column == name) => {
                Ok(Target::Column(name.to_owned()))
            }
            Err(_) if name == "because" => Err(NoLeaf {
                message: "nothing gives `{because}`".into(),
                help: "give every `[[match.any]]` a `because`, or match a list with `in`".into(),
            }),
            Err(error) => Err(error),
        }
    }

    fn not_checked(&self, path: &LeafPath) -> Result<(), NoLeaf> {
        let around = self.find && matches!(path.leaf.as_str(), "match" | "line");
        let checked = |known: &LeafPath| {
            known.side == path.side && (known.leaf == path.leaf || (self.find && around))
        };
        if self.checked.iter().any(checked) {
            return Err(secret(&path.leaf));
        }
        Ok(())
    }
}

fn showable(path: &LeafPath, complex: bool) -> Result<(), NoLeaf> {
    match path.leaf_type {
        LeafType::Secret => Err(secret(&path.leaf)),
        LeafType::Certificate => {
            let parts = Part::of(LeafType::Certificate).iter().map(|(name, ..)| *name);
            Err(NoLeaf {
                message: format!("`{}` is a certificate, which cannot be shown", path.leaf),
                help: super::reader::listing(parts, "its parts are"),
            })
        }
        _ if complex => Err(NoLeaf {
            message: format!("`{}` holds elements, which cannot be shown", path.leaf),
            help: "name one of its elements".into(),
        }),
        _ => Ok(()),
    }
}

fn secret(leaf: &str) -> NoLeaf {
    NoLeaf {
        message: format!("`{leaf}` may hold a secret, which is never shown"),
        help: "say where it is, not what it is".into(),
    }
}

fn checks(matcher: &Matcher) -> bool {
    matcher.operators.iter().any(|operator| match operator {
        Operator::Check(_) => true,
        // There is no `not` inside a `not`.
        Operator::Not(inner) => {
            inner.operators.iter().any(|operator| matches!(operator, Operator::Check(_)))
        }
        _ => false,
    })
}

/// The columns that a matched entry has for sure.
fn columns<'l>(conditions: &[Condition], list: &dyn Fn(&str) -> Option<&'l List>) -> Vec<String> {
    let mut columns = Vec::new();
    for operator in conditions.iter().flat_map(|condition| &condition.matcher.operators) {
        let Operator::In(names) = operator else {
            continue;
        };
        let lists: Option<Vec<&List>> = names
            .iter()
            .map(|name| match name {
                ListName::Named(name) => list(name),
                ListName::Option(_) => None,
            })
            .collect();
        let Some((first, others)) = lists.as_deref().and_then(<[&List]>::split_first) else {
            continue;
        };
        let candidates = first.entries.first().map(|entry| entry.columns.as_slice());
        for (column, _) in candidates.unwrap_or_default() {
            if first.has_column(column) && others.iter().all(|other| other.has_column(column)) {
                columns.push(column.clone());
            }
        }
    }
    columns
}

fn columns_of<'l>(
    alternative: &Alternative,
    list: &dyn Fn(&str) -> Option<&'l List>,
) -> Vec<String> {
    let mut columns = columns(&alternative.conditions, list);
    if alternative.because.is_some() {
        columns.push("because".to_owned());
    }
    columns
}

impl Loader<'_> {
    /// Checks the placeholders of a text.
    pub(crate) fn template(&mut self, names: &Names<'_>, value: &Value<'_>) {
        let Some(text) = value.as_str().filter(|_| self.thorough) else { return };
        let segments = match segments(text) {
            Ok(segments) => segments,
            Err(unbalanced) => {
                self.reader.report(
                    self.reader.within(value, unbalanced.range),
                    "this brace has no partner",
                    "unbalanced",
                    "a placeholder is written {leaf}; a literal brace is written twice",
                );
                return;
            }
        };
        for segment in segments {
            let Segment::Placeholder { name, range } = segment else {
                continue;
            };
            let span = self.reader.within(value, range);
            match names.resolve(name) {
                Ok(Target::Option(option)) => self.mark_option(&option),
                Ok(_) => {}
                // What is wrong with the partner has been said.
                Err(_) if self.broken_partner && name.starts_with("with.") => {}
                Err(error) => {
                    self.reader.report(span, error.message, "stands for nothing", error.help);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        let segments = segments(text).unwrap_or_else(|_| panic!("{text}"));
        let placeholders = segments.iter().filter_map(|segment| match segment {
            Segment::Placeholder { name, range } => {
                assert_eq!(&text[range.clone()], format!("{{{name}}}"));
                Some(*name)
            }
            Segment::Literal(_) => None,
        });
        placeholders.collect()
    }

    #[test]
    fn texts_are_split_at_placeholders() {
        assert_eq!(names("{name} sends {url.host}{$days}"), ["name", "url.host", "$days"]);
        assert_eq!(names("no placeholder, {{name}} neither"), Vec::<&str>::new());
        assert_eq!(names(""), Vec::<&str>::new());
        assert_eq!(names("é{ü}"), ["ü"]);
        assert_eq!(
            segments("a {{b}} {c}").unwrap(),
            [Segment::Literal("a {b} ".into()), Segment::Placeholder { name: "c", range: 8..11 }]
        );
    }

    #[test]
    fn braces_are_balanced() {
        for (text, at) in
            [("{", 0), ("a}", 1), ("{a", 0), ("{}", 0), ("{a{b}}", 0), ("{a}}", 3), ("{{}", 2)]
        {
            assert_eq!(segments(text).unwrap_err().range.start, at, "{text}");
        }
    }
}
