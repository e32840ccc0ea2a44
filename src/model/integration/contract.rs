//! A contract with the places of what it says: where a finding about it points.

use crate::model::record::{Place, Record};

/// A name in a contract.
#[derive(Clone, Debug)]
pub struct Term {
    /// For comparison.
    pub canonical: String,
    /// As it is written.
    pub written: String,
    /// Where it stands in the config.
    pub place: Place,
}

/// A profile, permission set or group in a contract.
#[derive(Clone, Debug)]
pub struct PrincipalTerm {
    /// The metadata type; `None` for any of the three.
    pub kind: Option<&'static str>,
    /// Its name, in canonical form as a permission set and as a profile (which answers to its label as well).
    pub name: Term,
    /// The canonical name of a profile that is called so.
    pub canonical_profile: String,
}

impl PrincipalTerm {
    /// Whether the component of this metadata type and canonical name is meant.
    pub fn means(&self, kind: &str, canonical: &str) -> bool {
        let own = if kind == "Profile" { &self.canonical_profile } else { &self.name.canonical };
        self.kind.is_none_or(|known| known == kind) && own == canonical
    }

    /// Whether this principal is meant.
    pub fn is(&self, record: &Record) -> bool {
        self.means(record.component.kind, record.canonical_name().unwrap_or_default())
    }
}

/// A thing with the rights that the contract gives on it.
#[derive(Clone, Debug)]
pub struct Allowance {
    /// Object, field, user permission or scope.
    pub name: Term,
    /// `read`, `edit`, …; empty for what has no rights of its own.
    pub rights: Vec<Term>,
}

/// What an integration is, and all that it may do. A part that is `None` is not judged.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The key below `integrations`.
    pub name: Term,
    /// Its OAuth app.
    pub app: Option<Term>,
    /// Those who hold its rights; those that its app names when empty.
    pub principals: Vec<PrincipalTerm>,
    /// Scopes, user permissions, objects and fields, in this order.
    pub parts: [Option<Vec<Allowance>>; 4],
    /// It deploys metadata.
    pub deployment: bool,
}

/// The parts of a contract, in the order of [`Contract::parts`].
pub const PARTS: [&str; 4] = ["scope", "permission", "object", "field"];

impl Contract {
    /// The contract's allowances of a part of [`PARTS`].
    pub fn part(&self, part: &str) -> Option<&[Allowance]> {
        let at = PARTS.iter().position(|known| *known == part)?;
        self.parts.get(at)?.as_deref()
    }
}
