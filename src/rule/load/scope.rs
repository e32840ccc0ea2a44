//! The leaves that a clause sees: those of its blocks and those of their owners.

use crate::model::vocabulary::{ChildDefinition, LeafDefinition, LeafType, Part, RecordKind};
use crate::rule::load::reader::suggestion;
use crate::rule::{Clause, Kind, LeafPath, Side};
use crate::schema::{ElementType, Enumeration, MetadataType};

/// The name that every component of a raw kind has, unless the type has an element of that name.
const NAME: &str = "name";

/// The leaves of a clause.
#[derive(Debug)]
pub struct Scope {
    block: Vec<Level>,
    owner: Vec<Level>,
    /// Named groups of `find`.
    groups: Vec<String>,
    /// Owner and block differ.
    nested: bool,
}

/// Where leaves are looked up for one of the kinds.
#[derive(Clone, Copy, Debug)]
enum Level {
    Record(&'static RecordKind),
    Child(&'static RecordKind, &'static ChildDefinition),
    /// A type, and whether it is the kind itself.
    Raw(MetadataType, bool),
}

/// A leaf, and what the schema knows of it beyond its path.
#[derive(Clone, Debug)]
pub struct Found {
    /// The path.
    pub path: LeafPath,
    /// A rule may write it.
    pub settable: bool,
    /// Raw kinds: the values it may have.
    pub values: Option<Enumeration>,
    /// Raw kinds: it holds elements.
    pub complex: Option<MetadataType>,
    /// Raw kinds: metadata types declare some numbers as texts.
    pub may_be_number: bool,
}

/// A path leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoLeaf {
    /// What is wrong.
    pub message: String,
    /// What was probably meant, or what there is; may be empty.
    pub help: String,
}

impl Scope {
    /// The leaves of a clause. A kind that lacks what `each` names adds none.
    pub fn of(clause: &Clause) -> Self {
        Self::new(&clause.kinds, clause.each.as_deref(), clause.find.as_deref())
    }

    pub(crate) fn new(kinds: &[Kind], each: Option<&str>, find: Option<&str>) -> Self {
        let owner = kinds.iter().map(|kind| match kind {
            Kind::Record(kind) => Level::Record(kind),
            Kind::Raw(kind) => Level::Raw(*kind, true),
        });
        let owner: Vec<Level> = owner.collect();
        let nested = each.is_some() || find.is_some();
        let block = match (each, find) {
            (Some(each), _) => owner.iter().filter_map(|level| level.inner(each)).collect(),
            (None, Some(_)) => owner.iter().filter_map(|level| level.inner("find")).collect(),
            (None, None) => owner.clone(),
        };
        Self { block, owner, groups: find.map(named_groups).unwrap_or_default(), nested }
    }

    /// The leaf with a path as text: `name`, `url.host`, `of.name`.
    ///
    /// # Errors
    ///
    /// [`NoLeaf`] if any of the kinds has no such leaf.
    pub fn find(&self, path: &str) -> Result<Found, NoLeaf> {
        let mut names: Vec<&str> = path.split('.').collect();
        if names.contains(&"") {
            return Err(NoLeaf {
                message: format!("`{path}` is not the name of a leaf"),
                help: String::new(),
            });
        }
        if names.len() > 1 && names.first() == Some(&"of") {
            names.remove(0);
            return self.find_in(Side::Owner, &names);
        }
        self.find_in(Side::Block, &names)
    }

    pub(crate) fn find_in(&self, side: Side, names: &[&str]) -> Result<Found, NoLeaf> {
        let mut first: Option<(Level, Found)> = None;
        for level in self.levels(side) {
            let found = self.leaf(*level, side, names)?;
            match &first {
                None => first = Some((*level, found)),
                Some((other, known)) => {
                    if !same_type(known.path.leaf_type, found.path.leaf_type)
                        || known.path.repeated != found.path.repeated
                    {
                        return Err(NoLeaf {
                            message: format!(
                                "`{}` is not the same in {} and {}",
                                names.join("."),
                                other.title(),
                                level.title()
                            ),
                            help: "write one rule a kind".into(),
                        });
                    }
                }
            }
        }
        first.map(|(_, found)| found).ok_or_else(|| NoLeaf {
            message: format!("there is no leaf `{}`", names.join(".")),
            help: String::new(),
        })
    }

    fn levels(&self, side: Side) -> &[Level] {
        match side {
            Side::Block => &self.block,
            Side::Owner => &self.owner,
        }
    }

    fn leaf(&self, level: Level, side: Side, names: &[&str]) -> Result<Found, NoLeaf> {
        let (mut found, used) = match level {
            Level::Record(kind) => (record_leaf(kind, side, names.first()), 1),
            Level::Child(_, child) => {
                let found = names.first().and_then(|name| match child.leaf(name) {
                    Some((_, leaf)) => Some(simple(side, leaf)),
                    None => self.group(name),
                });
                (found, 1)
            }
            Level::Raw(kind, is_root) => raw_leaf(kind, is_root, side, names),
        };
        let missing = names.get(used.saturating_sub(1)).copied().unwrap_or_default();
        let Some(leaf) = found.as_mut() else {
            return Err(self.no_leaf(level, side, names, used));
        };
        match names.get(used..).unwrap_or_default() {
            [] => {}
            [part] if leaf.complex.is_none() => {
                let parts = Part::of(leaf.path.leaf_type);
                let Some((_, part, leaf_type)) = parts.iter().find(|(name, ..)| name == part)
                else {
                    let names = parts.iter().map(|(name, ..)| *name);
                    return Err(NoLeaf {
                        message: format!("`{missing}` has no part `{part}`"),
                        help: suggestion(part, names, "its parts are"),
                    });
                };
                leaf.path.part = Some(*part);
                leaf.path.leaf_type = *leaf_type;
                leaf.settable = false;
                leaf.values = None;
            }
            [part, ..] => {
                return Err(NoLeaf {
                    message: format!("`{missing}` has no part `{part}`"),
                    help: String::new(),
                });
            }
        }
        found.ok_or_else(|| self.no_leaf(level, side, names, used))
    }

    fn group(&self, name: &str) -> Option<Found> {
        self.groups.iter().any(|group| group == name).then(|| {
            let leaf_type = if name == "url" { LeafType::Url } else { LeafType::Text };
            found(Side::Block, name, leaf_type, false)
        })
    }

    fn no_leaf(&self, level: Level, side: Side, names: &[&str], used: usize) -> NoLeaf {
        let name = names.get(used.saturating_sub(1)).copied().unwrap_or_default();
        let (title, what, mut candidates) = level.at(names.get(..used.saturating_sub(1)));
        if matches!(level, Level::Child(..)) {
            candidates.extend(self.groups.iter().map(String::as_str));
        }
        let message = format!("{title} has no {what} `{name}`");
        if self.nested && side == Side::Block && self.find_in(Side::Owner, names).is_ok() {
            return NoLeaf { message, help: format!("did you mean `of.{}`?", names.join(".")) };
        }
        let there_is = format!("its {} are", if what == "leaf" { "leaves" } else { "elements" });
        NoLeaf { message, help: suggestion(name, candidates.into_iter(), &there_is) }
    }
}

impl Level {
    /// The children, or the elements of a repeated complex element.
    fn inner(self, each: &str) -> Option<Level> {
        match self {
            Level::Record(kind) => kind.child(each).map(|(_, child)| Level::Child(kind, child)),
            Level::Child(..) => None,
            Level::Raw(kind, _) => {
                let mut at = kind;
                for name in each.split('.') {
                    let ElementType::Complex(inner) = at.element(name)?.ty else {
                        return None;
                    };
                    at = inner;
                }
                Some(Level::Raw(at, false))
            }
        }
    }

    fn title(self) -> String {
        match self {
            Level::Record(kind) => format!("`{}`", kind.name),
            Level::Child(kind, child) => format!("`{}` of `{}`", child.name, kind.name),
            Level::Raw(kind, _) => format!("`{}`", kind.name()),
        }
    }

    /// What stands after these names: its title, what it is made of, and their names.
    fn at<'a>(self, names: Option<&[&str]>) -> (String, &'static str, Vec<&'a str>) {
        match self {
            Level::Record(kind) => {
                let leaves = kind.leaves.iter().map(|leaf| leaf.name);
                let children = kind.children.iter().map(|child| child.name);
                (self.title(), "leaf", leaves.chain(children).collect())
            }
            Level::Child(_, child) => {
                (self.title(), "leaf", child.leaves.iter().map(|leaf| leaf.name).collect())
            }
            Level::Raw(kind, _) => {
                let mut at = kind;
                for name in names.unwrap_or_default() {
                    if let Some(ElementType::Complex(inner)) =
                        at.element(name).map(|found| found.ty)
                    {
                        at = inner;
                    }
                }
                (format!("`{}`", at.name()), "element", at.element_names().collect())
            }
        }
    }
}

fn record_leaf(kind: &'static RecordKind, side: Side, name: Option<&&str>) -> Option<Found> {
    let name = name?;
    match kind.leaf(name) {
        Some((_, leaf)) => Some(simple(side, leaf)),
        None => kind.child(name).map(|(_, child)| found(side, child.name, LeafType::Child, true)),
    }
}

/// The leaf, and how many of the names lead to it (or to the one that is not there).
fn raw_leaf(
    kind: MetadataType,
    is_root: bool,
    side: Side,
    names: &[&str],
) -> (Option<Found>, usize) {
    let mut at = kind;
    let mut repeated = false;
    for (index, name) in names.iter().enumerate() {
        let used = index + 1;
        let Some(element) = at.element(name) else {
            let pseudo = is_root && index == 0 && *name == NAME;
            return (pseudo.then(|| found(side, NAME, LeafType::Reference, false)), used);
        };
        repeated |= element.repeated;
        let leaf_type = match element.ty {
            ElementType::Boolean => LeafType::Bool,
            ElementType::Number => LeafType::Number,
            ElementType::Date => LeafType::Date,
            ElementType::Text | ElementType::Any => LeafType::Text,
            ElementType::Enum(_) => LeafType::OpenEnum,
            ElementType::Complex(inner) if used < names.len() => {
                at = inner;
                continue;
            }
            ElementType::Complex(_) => LeafType::Child,
        };
        let mut leaf =
            found(side, &names.get(..used).unwrap_or_default().join("."), leaf_type, repeated);
        match element.ty {
            ElementType::Complex(inner) => leaf.complex = Some(inner),
            ElementType::Enum(values) => leaf.values = Some(values),
            ElementType::Text => leaf.may_be_number = true,
            _ => {}
        }
        leaf.settable = leaf.complex.is_none() && !repeated;
        return (Some(leaf), used);
    }
    (None, names.len())
}

fn simple(side: Side, leaf: &LeafDefinition) -> Found {
    Found { settable: leaf.settable, ..found(side, leaf.name, leaf.leaf_type, leaf.repeated) }
}

fn found(side: Side, leaf: &str, leaf_type: LeafType, repeated: bool) -> Found {
    let path = LeafPath { side, leaf: leaf.to_owned(), part: None, leaf_type, repeated };
    Found { path, settable: false, values: None, complex: None, may_be_number: false }
}

fn same_type(one: LeafType, other: LeafType) -> bool {
    std::mem::discriminant(&one) == std::mem::discriminant(&other)
}

/// The named groups of a regular expression, in its order: `(?<name>…)` and `(?P<name>…)`.
pub(crate) fn named_groups(pattern: &str) -> Vec<String> {
    let mut groups = Vec::new();
    let mut in_class = 0_usize;
    let mut rest = pattern;
    while let Some(character) = rest.chars().next() {
        let next = rest.get(character.len_utf8()..).unwrap_or_default();
        rest = match character {
            '\\' => next.get(next.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default(),
            '[' => {
                in_class += 1;
                // A `]` right after `[` or `[^` stands for itself.
                let next = next.strip_prefix('^').unwrap_or(next);
                next.strip_prefix(']').unwrap_or(next)
            }
            ']' => {
                in_class = in_class.saturating_sub(1);
                next
            }
            '(' if in_class == 0 => {
                let named = next.strip_prefix("?<").or_else(|| next.strip_prefix("?P<"));
                if let Some((name, _)) = named.and_then(|named| named.split_once('>')) {
                    groups.push(name.to_owned());
                }
                next
            }
            _ => next,
        };
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::vocabulary::record_kind;
    use crate::schema::root;

    fn record(name: &str, each: Option<&str>) -> Scope {
        Scope::new(&[Kind::Record(record_kind(name).unwrap())], each, None)
    }

    fn raw(name: &str, each: Option<&str>) -> Scope {
        Scope::new(&[Kind::Raw(root(name).unwrap())], each, None)
    }

    fn leaf_type(scope: &Scope, path: &str) -> LeafType {
        scope.find(path).unwrap_or_else(|error| panic!("{path}: {}", error.message)).path.leaf_type
    }

    #[test]
    fn records_have_leaves_children_and_parts() {
        let scope = record("OauthApp", Some("callback"));
        assert_eq!(leaf_type(&scope, "url"), LeafType::Url);
        assert_eq!(leaf_type(&scope, "url.loopback"), LeafType::Bool);
        assert_eq!(leaf_type(&scope, "of.grantee"), LeafType::Child);
        assert_eq!(scope.find("url.host").unwrap().path.part, Some(Part::Host));
        let error = scope.find("selfAuthorize").unwrap_err();
        assert_eq!(error.help, "did you mean `of.selfAuthorize`?");
        let error = scope.find("url.hots").unwrap_err();
        assert_eq!(error.message, "`url` has no part `hots`");
        assert_eq!(error.help, "did you mean `host`?");
        assert!(scope.find("of.name.host").is_err());
        assert!(scope.find("url.host.host").is_err());
        assert!(scope.find("").is_err());
        assert!(scope.find("of").is_err());
        assert!(scope.find(".").is_err());
    }

    #[test]
    fn raw_kinds_have_the_elements_of_the_schema() {
        let scope = raw("ConnectedApp", None);
        assert_eq!(leaf_type(&scope, "oauthConfig.scopes"), LeafType::OpenEnum);
        assert!(scope.find("oauthConfig.scopes").unwrap().values.is_some());
        assert!(scope.find("oauthConfig.scopes").unwrap().path.repeated);
        assert_eq!(leaf_type(&scope, "oauthConfig.isPkceRequired"), LeafType::Bool);
        assert_eq!(leaf_type(&scope, "oauthConfig"), LeafType::Child);
        assert_eq!(leaf_type(&scope, "name"), LeafType::Reference);
        assert!(scope.find("oauthConfig.name").is_err());
        assert!(scope.find("label.x").is_err());
        let error = scope.find("oauthPolicy.ipRelaxations").unwrap_err();
        assert_eq!(error.message, "`ConnectedAppOauthPolicy` has no element `ipRelaxations`");
        assert_eq!(error.help, "did you mean `ipRelaxation`?");
    }

    #[test]
    fn the_name_of_a_raw_component_belongs_to_its_root() {
        let scope = raw("SharingRules", Some("sharingGuestRules"));
        assert_eq!(leaf_type(&scope, "fullName"), LeafType::Text);
        assert_eq!(scope.find("of.name").unwrap().path.leaf, "name");
        assert_eq!(scope.find("name").unwrap_err().help, "did you mean `of.name`?");
    }

    #[test]
    fn raw_dates_have_parts() {
        let path = raw("Certificate", None).find("expirationDate.daysLeft").unwrap().path;
        assert_eq!((path.leaf.as_str(), path.part), ("expirationDate", Some(Part::DaysLeft)));
        assert_eq!(path.leaf_type, LeafType::Number);
    }

    #[test]
    fn a_leaf_of_several_kinds_is_the_same_in_all() {
        let kinds = ["Profile", "PermissionSet"].map(|name| Kind::Raw(root(name).unwrap()));
        let scope = Scope::new(&kinds, Some("userPermissions"), None);
        assert_eq!(leaf_type(&scope, "enabled"), LeafType::Bool);
        assert_eq!(
            scope.find("of.loginIpRanges").unwrap_err().message,
            "`PermissionSet` has no element `loginIpRanges`"
        );
        let kinds =
            ["OauthApp", "Certificate"].map(|name| Kind::Record(record_kind(name).unwrap()));
        let error = Scope::new(&kinds, None, None).find("certificate").unwrap_err();
        assert!(error.message.contains("`Certificate` has no leaf"), "{}", error.message);
        let kinds =
            ["Principal", "IpAllowList"].map(|name| Kind::Record(record_kind(name).unwrap()));
        let scope = Scope::new(&kinds, None, None);
        assert_eq!(leaf_type(&scope, "standard"), LeafType::Bool);
    }

    #[test]
    fn groups_of_find_are_leaves() {
        let text = Kind::Record(record_kind("text").unwrap());
        let scope = Scope::new(&[text], None, Some(r"(?<value>a)(?P<url>b)"));
        assert_eq!(leaf_type(&scope, "value"), LeafType::Text);
        assert_eq!(leaf_type(&scope, "url.scheme"), LeafType::Text);
        assert_eq!(leaf_type(&scope, "match"), LeafType::Text);
        assert_eq!(leaf_type(&scope, "of.path"), LeafType::Text);
        assert_eq!(scope.find("valeu").unwrap_err().help, "did you mean `value`?");
    }

    #[test]
    fn named_groups_are_those_of_the_regex_crate() {
        for pattern in [
            r"(?<a>x)(?:y)(?P<b>z)(q)",
            r"\((?<a>x)",
            r"[(?<no>](?<yes>x)",
            r"[]\](?<no>](?<yes>x)",
            r"[^](?<no>](?<yes>x)",
            r"[a[(?<no>]](?<yes>x)",
            r"\\(?<yes>(?<inner>x)|é)",
            r#"(?i)\b(?<name>(SF|SFDX)_(\w*_)?X)["']?\s*[:=]\s*["']?(?<value>[^\s"'#]{6,})"#,
        ] {
            let regex = regex::Regex::new(pattern).unwrap();
            let expected: Vec<_> = regex.capture_names().flatten().collect();
            assert_eq!(named_groups(pattern), expected, "{pattern}");
        }
        assert!(named_groups("(?<open").is_empty());
        assert!(named_groups("\\").is_empty());
    }
}
