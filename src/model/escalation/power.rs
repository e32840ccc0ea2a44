//! What user permissions are worth to somebody who wants more of them.

use crate::model::record::{Block, Record};

/// How far a permission reaches. Larger is stronger; a holder is as strong as the strongest that it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Rank {
    /// Nothing that counts here.
    #[default]
    None,
    /// Weakens one control.
    Control,
    /// Hands out what others made: worth as much as what there is to hand out.
    Hands,
    /// All data to read, or the accounts of others.
    Broad,
    /// Makes rights, code or logins: everything, with some work.
    Makes,
    /// All data, without work.
    AllData,
    /// An administrator.
    Admin,
}

/// How a permission hands out what others made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Means {
    /// Assigns permission sets and groups.
    AssignSets,
    /// Creates users with any profile.
    CreateUsers,
    /// Changes connected apps: who they log in as, and with what certificate.
    ChangeConnectedApps,
    /// The same of external client apps.
    ChangeExternalApps,
}

/// Permissions in canonical form. The permissions are those of tier 0 of `rules/lists/permission-tiers.toml`; the means
/// are the edges that lead to something that is in files. What a permission makes of itself, `AuthorApex` say, leads to
/// no file: there is no path to show, and `dangerous-permission` says all about it.
const POWERS: &[(&str, Rank, Option<Means>)] = &[
    ("modifyalldata", Rank::AllData, None),
    ("authorapex", Rank::Makes, None),
    ("customizeapplication", Rank::Makes, None),
    ("modifymetadata", Rank::Makes, None),
    ("manageprofilespermissionsets", Rank::Makes, None),
    ("manageauthproviders", Rank::Makes, None),
    ("inboundmigrationtoolsuser", Rank::Makes, None),
    ("manageinteraction", Rank::Makes, None),
    ("candoactasuser", Rank::Broad, None),
    ("viewalldata", Rank::Broad, None),
    ("manageusers", Rank::Broad, Some(Means::CreateUsers)),
    ("manageinternalusers", Rank::Broad, Some(Means::CreateUsers)),
    ("assignpermissionsets", Rank::Hands, Some(Means::AssignSets)),
    ("manageremoteaccess", Rank::Hands, Some(Means::ChangeConnectedApps)),
    ("externalclientappadmin", Rank::Hands, Some(Means::ChangeExternalApps)),
    ("manageloginaccesspolicies", Rank::Control, None),
    ("canapproveuninstalledapps", Rank::Control, None),
    ("useanyapiclient", Rank::Control, None),
    ("viewclientsecret", Rank::Control, None),
    ("installpackaging", Rank::Control, None),
    ("installmultiforce", Rank::Control, None),
    ("externalclientappdeveloper", Rank::Control, None),
    ("managenamedcredentials", Rank::Control, None),
    ("manageexternalconnections", Rank::Control, None),
    ("managesharing", Rank::Control, None),
    ("manageroles", Rank::Control, None),
    ("bypassmfaforuilogins", Rank::Control, None),
    ("managetwofactor", Rank::Control, None),
    ("delegatedtwofactor", Rank::Control, None),
];

/// Whether a permission, in canonical form, counts.
pub fn is_power(canonical: &str) -> bool {
    POWERS.iter().any(|(name, ..)| *name == canonical)
}

/// What a principal holds of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Held<'r> {
    /// As strong as this.
    pub rank: Rank,
    /// The permission that makes it so; none for an administrator by name.
    pub strongest: Option<&'r Block>,
    /// Its means, each with the permission that gives it.
    pub means: Vec<(Means, &'r Block)>,
}

impl<'r> Held<'r> {
    pub fn of(principal: &'r Record) -> Held<'r> {
        let mut held = Held::default();
        for child in principal.children_of("userPermission") {
            let known = child
                .block
                .canonical_name()
                .and_then(|name| POWERS.iter().find(|(power, ..)| *power == name));
            let Some((_, rank, means)) = known else { continue };
            if *rank > held.rank {
                held.rank = *rank;
                held.strongest = Some(child.block);
            }
            if let Some(means) = means
                && !held.means.iter().any(|(has, _)| has == means)
            {
                held.means.push((*means, child.block));
            }
        }
        if principal.is("admin") {
            held.rank = Rank::Admin;
        }
        held
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::name::canonical;

    /// What a finding calls a way to administrator rights is one here as well.
    #[test]
    fn every_permission_of_the_first_tier_counts() {
        let text = include_str!("../../../rules/lists/permission-tiers.toml");
        let root = toml_span::parse(text).unwrap();
        let tier = root.as_table().unwrap().get("tier0").unwrap().as_array().unwrap();
        assert!(tier.len() > 20);
        for entry in tier {
            let name = entry.as_table().unwrap().get("value").unwrap().as_str().unwrap();
            assert!(is_power(&canonical(name)), "{name}");
        }
        assert_eq!(tier.len(), POWERS.len());
    }
}
