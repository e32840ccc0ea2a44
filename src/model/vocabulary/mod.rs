//! The kinds that rules can match, with their leaves: the one table that the loader validates against,
//! the readers fill, and `sflint vocabulary` prints.

/// What a leaf holds, and with it which operators fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeafType {
    /// `true` or `false`.
    Bool,
    /// Free text, compared exactly after trimming.
    Text,
    /// One of a closed list, compared without regard to ASCII case.
    Enum(&'static [&'static str]),
    /// One of a list that the platform extends, compared without regard to ASCII case.
    OpenEnum,
    /// The name of a component, compared in canonical form.
    Reference,
    /// A number; `infinite` is over any number.
    Number,
    /// A remote address, with parts.
    Url,
    /// The host of a remote address: a list may hold whole domains (`*.example.com`).
    Host,
    /// A day, with parts that count from today.
    Date,
    /// An X.509 certificate, with parts.
    Certificate,
    /// A credential: only `check` and `present` fit.
    Secret,
    /// The names of a kind of children.
    Child,
}

impl LeafType {
    /// What it holds, in a word for people.
    pub fn word(self) -> &'static str {
        match self {
            LeafType::Bool => "true/false",
            LeafType::Text => "text",
            LeafType::Enum(_) | LeafType::OpenEnum => "word",
            LeafType::Reference => "name",
            LeafType::Number => "number",
            LeafType::Url => "url",
            LeafType::Host => "host",
            LeafType::Date => "date",
            LeafType::Certificate => "certificate",
            LeafType::Secret => "secret",
            LeafType::Child => "children",
        }
    }
}

/// A part of a typed leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Part {
    Scheme,
    Host,
    Port,
    Fragment,
    UserInfo,
    Loopback,
    Private,
    Wildcard,
    IsCli,
    DaysLeft,
    AgeDays,
    NotBefore,
    NotAfter,
    KeyBits,
    KeyType,
}

impl Part {
    /// The parts of a leaf type with the name and type of each.
    pub fn of(leaf_type: LeafType) -> &'static [(&'static str, Part, LeafType)] {
        match leaf_type {
            LeafType::Url => URL_PARTS,
            LeafType::Date => DATE_PARTS,
            LeafType::Certificate => CERTIFICATE_PARTS,
            _ => &[],
        }
    }
}

const URL_PARTS: &[(&str, Part, LeafType)] = &[
    ("scheme", Part::Scheme, LeafType::Text),
    ("host", Part::Host, LeafType::Host),
    ("port", Part::Port, LeafType::Number),
    ("fragment", Part::Fragment, LeafType::Text),
    ("userinfo", Part::UserInfo, LeafType::Bool),
    ("loopback", Part::Loopback, LeafType::Bool),
    ("private", Part::Private, LeafType::Bool),
    ("isCli", Part::IsCli, LeafType::Bool),
    ("wildcard", Part::Wildcard, LeafType::Enum(&["none", "label", "domain", "suffix", "all"])),
];
const DATE_PARTS: &[(&str, Part, LeafType)] =
    &[("daysLeft", Part::DaysLeft, LeafType::Number), ("ageDays", Part::AgeDays, LeafType::Number)];
const CERTIFICATE_PARTS: &[(&str, Part, LeafType)] = &[
    ("notBefore", Part::NotBefore, LeafType::Text),
    ("notAfter", Part::NotAfter, LeafType::Text),
    ("daysLeft", Part::DaysLeft, LeafType::Number),
    ("ageDays", Part::AgeDays, LeafType::Number),
    ("keyBits", Part::KeyBits, LeafType::Number),
    ("keyType", Part::KeyType, LeafType::Enum(&["rsa", "ec", "ed25519", "other"])),
];

/// One leaf of a kind.
#[derive(Clone, Copy, Debug)]
pub struct LeafDefinition {
    /// Its name in rule files.
    pub name: &'static str,
    /// What it holds.
    pub leaf_type: LeafType,
    /// Whether it may hold several values by nature.
    pub repeated: bool,
    /// Whether a rule may `set` it.
    pub settable: bool,
    /// One line: what it says, and its default.
    pub about: &'static str,
}

/// A kind of children of a record.
#[derive(Clone, Copy, Debug)]
pub struct ChildDefinition {
    /// Its name in rule files (`each = "…"`).
    pub name: &'static str,
    /// The leaf that names a child when the child is used as a leaf of its owner.
    pub named_by: &'static str,
    /// The leaves of one child.
    pub leaves: &'static [LeafDefinition],
    /// One line: what one child is.
    pub about: &'static str,
}

/// A kind of record: what several metadata types mean together.
#[derive(Debug)]
pub struct RecordKind {
    /// Its name in rule files.
    pub name: &'static str,
    /// What one record is.
    pub about: &'static str,
    /// The root elements it is read from.
    pub sources: &'static [&'static str],
    /// Its own leaves.
    pub leaves: &'static [LeafDefinition],
    /// Its children.
    pub children: &'static [ChildDefinition],
}

impl RecordKind {
    /// The position of a leaf in the table, and its definition.
    pub fn leaf(&self, name: &str) -> Option<(usize, &'static LeafDefinition)> {
        position(self.leaves, name)
    }

    /// The position of a kind of children, and its definition.
    pub fn child(&self, name: &str) -> Option<(usize, &'static ChildDefinition)> {
        self.children.iter().enumerate().find(|(_, child)| child.name == name)
    }
}

impl ChildDefinition {
    /// The position of a leaf in the table, and its definition.
    pub fn leaf(&self, name: &str) -> Option<(usize, &'static LeafDefinition)> {
        position(self.leaves, name)
    }
}

fn position(
    leaves: &'static [LeafDefinition],
    name: &str,
) -> Option<(usize, &'static LeafDefinition)> {
    leaves.iter().enumerate().find(|(_, leaf)| leaf.name == name)
}

/// All kinds of records, in the order in which they are documented.
pub fn record_kinds() -> &'static [RecordKind] {
    RECORD_KINDS
}

/// The kind of records with this name.
pub fn record_kind(name: &str) -> Option<&'static RecordKind> {
    RECORD_KINDS.iter().find(|kind| kind.name == name)
}

mod apex_class;
mod app;
mod escalation;
mod field;
mod files;
mod integration;
mod misfit;
mod network;
mod password_override;
mod principal;
mod repository;
mod secret;

pub use files::CONFIG_CODES;
pub use principal::{FIELD_RIGHTS, OBJECT_RIGHTS};

static RECORD_KINDS: &[RecordKind] = &[
    app::OAUTH_APP,
    principal::PRINCIPAL,
    integration::INTEGRATION,
    escalation::ESCALATION,
    password_override::PASSWORD_OVERRIDE,
    misfit::MISFIT,
    network::IP_ALLOW_LIST,
    network::CERTIFICATE,
    network::ENDPOINT,
    field::FIELD,
    apex_class::APEX_CLASS,
    secret::SECRET,
    secret::INLINE_SECRET,
    repository::REPOSITORY,
    files::DIAGNOSTIC,
    files::FILE,
    files::TEXT,
    files::ENV,
    files::JSON,
];

const fn leaf(name: &'static str, leaf_type: LeafType, about: &'static str) -> LeafDefinition {
    LeafDefinition { name, leaf_type, repeated: false, settable: false, about }
}

const fn list(name: &'static str, leaf_type: LeafType, about: &'static str) -> LeafDefinition {
    LeafDefinition { name, leaf_type, repeated: true, settable: false, about }
}

const fn settable(definition: LeafDefinition) -> LeafDefinition {
    LeafDefinition { settable: true, ..definition }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_children_are_named_by_a_leaf() {
        for kind in record_kinds() {
            let mut names: Vec<_> = kind.leaves.iter().map(|leaf| leaf.name).collect();
            names.extend(kind.children.iter().map(|child| child.name));
            names.sort_unstable();
            let all = names.len();
            names.dedup();
            assert_eq!(all, names.len(), "{}", kind.name);
            for child in kind.children {
                assert!(child.leaf(child.named_by).is_some(), "{}.{}", kind.name, child.name);
            }
        }
    }
}
