//! What can be granted, in few bytes: a profile of a large org grants tens of thousands of fields.

use super::change::What;
use super::names::NameId;
use crate::model::record::Place;
use crate::model::vocabulary::{FIELD_RIGHTS, OBJECT_RIGHTS};

/// Kinds of grants: the children of a `Principal` that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum GrantKind {
    Permission,
    Object,
    Field,
    ApexClass,
    Page,
    Flow,
    ExternalCredential,
    CustomPermission,
    CustomSetting,
    CustomMetadata,
}

/// Each with the name of the children, and the element of a profile that states it.
pub const GRANT_KINDS: &[(GrantKind, &str, &str)] = &[
    (GrantKind::Permission, "userPermission", "userPermissions"),
    (GrantKind::Object, "object", "objectPermissions"),
    (GrantKind::Field, "field", "fieldPermissions"),
    (GrantKind::ApexClass, "apexClass", "classAccesses"),
    (GrantKind::Page, "page", "pageAccesses"),
    (GrantKind::Flow, "flow", "flowAccesses"),
    (GrantKind::ExternalCredential, "externalCredential", "externalCredentialPrincipalAccesses"),
    (GrantKind::CustomPermission, "customPermission", "customPermissions"),
    (GrantKind::CustomSetting, "customSetting", "customSettingAccesses"),
    (GrantKind::CustomMetadata, "customMetadata", "customMetadataTypeAccesses"),
];

impl GrantKind {
    /// What a change of it is.
    pub fn what(self) -> What {
        match self {
            GrantKind::Permission => What::UserPermission,
            GrantKind::Object => What::Object,
            GrantKind::Field => What::Field,
            GrantKind::ApexClass => What::ApexClass,
            GrantKind::Page => What::Page,
            GrantKind::Flow => What::Flow,
            GrantKind::ExternalCredential => What::ExternalCredential,
            GrantKind::CustomPermission => What::CustomPermission,
            GrantKind::CustomSetting => What::CustomSetting,
            GrantKind::CustomMetadata => What::CustomMetadata,
        }
    }

    /// The rights that there are on one of them, by bit; none where it is granted or not.
    pub fn rights(self) -> &'static [&'static str] {
        match self {
            GrantKind::Object => OBJECT_RIGHTS,
            GrantKind::Field => FIELD_RIGHTS,
            _ => &[],
        }
    }
}

/// Rights as bits, by position in the list of the kind; bit 0 alone where a thing is granted or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rights(pub u8);

impl Rights {
    /// That it is granted.
    pub const GRANTED: Rights = Rights(1);

    /// The right with this word.
    pub fn of(kind: GrantKind, word: &str) -> Rights {
        let at = kind.rights().iter().position(|known| *known == word);
        Rights(at.map_or(0, |at| 1 << at))
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether any of these is among them.
    pub fn any(self, of: Rights) -> bool {
        self.0 & of.0 != 0
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Rights) -> Rights {
        Rights(self.0 | other.0)
    }

    /// These without others.
    #[must_use]
    pub fn without(self, other: Rights) -> Rights {
        Rights(self.0 & !other.0)
    }

    /// Those in both.
    #[must_use]
    pub fn common(self, other: Rights) -> Rights {
        Rights(self.0 & other.0)
    }

    /// Each by itself.
    pub fn each(self) -> impl Iterator<Item = Rights> {
        (0..8).map(|bit| Rights(1 << bit)).filter(move |one| self.any(*one))
    }

    /// The words of the rights, for programs.
    pub fn words(self, kind: GrantKind) -> Vec<String> {
        let rights = kind.rights().iter().enumerate();
        let own = rights.filter(|(at, _)| self.0 & (1 << at) != 0);
        own.map(|(_, word)| (*word).to_owned()).collect()
    }
}

/// One grant of a profile, a set or a group.
#[derive(Clone, Copy, Debug)]
pub struct Grant {
    /// What is granted.
    pub kind: GrantKind,
    /// Its name.
    pub name: NameId,
    /// The rights on it.
    pub rights: Rights,
    /// In a group: the set that it comes from.
    pub from: Option<NameId>,
    /// Where it is written.
    pub place: Option<Place>,
}

/// All grants of one thing together.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// What is granted.
    pub kind: GrantKind,
    /// Its name.
    pub name: NameId,
    /// The union of the rights.
    pub rights: Rights,
}

/// Takes the grants of one thing together; they are sorted by kind and name.
pub fn held(grants: &[Grant]) -> Vec<Held> {
    let mut all: Vec<Held> = Vec::with_capacity(grants.len());
    for grant in grants {
        match all.last_mut() {
            Some(last) if (last.kind, last.name) == (grant.kind, grant.name) => {
                last.rights = last.rights.and(grant.rights);
            }
            _ => all.push(Held { kind: grant.kind, name: grant.name, rights: grant.rights }),
        }
    }
    all
}
