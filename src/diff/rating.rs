//! How dangerous a grant is, by the lists that rules use as well.

use std::collections::HashMap;

use super::change::Danger;
use super::grant::{GrantKind, Rights};
use super::holder::Holder;
use super::names::Names;
use crate::rule::lists::Lists;
use crate::value::name;

/// What the lists say about user permissions.
pub struct Ratings {
    by_name: HashMap<String, Listed>,
}

/// A user permission of a list.
pub struct Listed {
    danger: Danger,
    /// Its label in Setup.
    pub label: Option<String>,
    /// What its holder can do: continues a sentence that begins with "it".
    pub because: Option<String>,
}

/// The lists of permissions, with what being in one means.
const TIERS: [(&str, Danger); 2] = [("tier0", Danger::Critical), ("tier1", Danger::High)];

/// Permissions, in canonical form, that hold back instead of giving: to gain one is no danger.
const PROTECTIVE: &[&str] = &["apiuseronly", "forcetwofactor", "twofactorapi", "mustusesso"];

impl Ratings {
    /// Reads the lists; the first that has one of the name wins.
    pub fn new(lists: [&Lists; 2]) -> Ratings {
        let mut by_name = HashMap::new();
        for (list, danger) in TIERS {
            let found = lists.iter().find_map(|lists| lists.get(list));
            for entry in found.into_iter().flat_map(|list| &list.entries) {
                let column = |name: &str| entry.column(name).map(str::to_owned);
                let listed = Listed { danger, label: column("label"), because: column("because") };
                by_name.entry(name::canonical(&entry.value)).or_insert(listed);
            }
        }
        Ratings { by_name }
    }

    /// What the lists say about a permission.
    pub fn permission(&self, canonical: &str) -> Option<&Listed> {
        self.by_name.get(canonical)
    }

    /// How dangerous it is that a holder gains these rights. `sensitive` is asked of fields.
    pub fn of(
        &self,
        holder: &Holder,
        kind: GrantKind,
        canonical: &str,
        rights: Rights,
        sensitive: bool,
    ) -> Danger {
        let plain = self.plain(kind, canonical, rights, sensitive);
        if is_protective(kind, canonical) {
            return plain;
        }
        if holder.guest && reaches_data(kind) {
            return Danger::Critical;
        }
        if holder.guest || holder.external { plain.raised() } else { plain }
    }

    fn plain(&self, kind: GrantKind, canonical: &str, rights: Rights, sensitive: bool) -> Danger {
        let has = |words: &[&str]| words.iter().any(|word| rights.any(Rights::of(kind, word)));
        match kind {
            GrantKind::Permission => {
                self.permission(canonical).map_or(Danger::Low, |one| one.danger)
            }
            GrantKind::Object if has(&["modifyAll"]) => Danger::Critical,
            GrantKind::Object if has(&["viewAll", "viewAllFields", "delete"]) => Danger::High,
            GrantKind::Object if has(&["create", "edit"]) => Danger::Medium,
            GrantKind::Field if sensitive => Danger::High,
            GrantKind::Field if has(&["edit"]) => Danger::Medium,
            GrantKind::ApexClass | GrantKind::Flow | GrantKind::ExternalCredential => {
                Danger::Medium
            }
            _ => Danger::Low,
        }
    }
}

/// Whether a user permission holds back instead of giving.
pub fn is_protective(kind: GrantKind, canonical: &str) -> bool {
    kind == GrantKind::Permission && PROTECTIVE.contains(&canonical)
}

fn reaches_data(kind: GrantKind) -> bool {
    matches!(
        kind,
        GrantKind::Object
            | GrantKind::Field
            | GrantKind::ApexClass
            | GrantKind::Flow
            | GrantKind::ExternalCredential
    )
}

/// The label of the permission over all records that gives these rights on an object already, if the holder had it before.
pub fn covered(
    before: &Holder,
    kind: GrantKind,
    rights: Rights,
    names: &Names,
) -> Option<&'static str> {
    if kind != GrantKind::Object {
        return None;
    }
    let only = |words: &[&str]| {
        let given =
            words.iter().fold(Rights::default(), |all, word| all.and(Rights::of(kind, word)));
        rights.without(given).is_empty()
    };
    if before.permits("modifyalldata", names)
        && only(&["read", "create", "edit", "delete", "viewAll", "modifyAll"])
    {
        return Some("Modify All Data");
    }
    (before.permits("viewalldata", names) && only(&["read", "viewAll"])).then_some("View All Data")
}
