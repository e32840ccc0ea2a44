//! How leaves are written: the way back from what a record says to the elements that say it.
//!
//! Element names and words are those that [`oauth_app`](crate::model::oauth_app) and [`field`](crate::model::field) read;
//! a test holds the two together.

use crate::model::record::number_text;

/// A value that a fix writes.
#[derive(Clone, Debug, PartialEq)]
pub enum NewValue {
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text, in the vocabulary's spelling.
    Text(String),
    /// A period after which refresh tokens end.
    RefreshPolicy {
        /// Counted from the last use, not from the issue.
        inactivity: bool,
        /// Days.
        days: f64,
    },
}

impl NewValue {
    /// As elements of a metadata type write it; `None` for what takes more than one text.
    pub fn plain(&self) -> Option<String> {
        Some(match self {
            NewValue::Bool(value) => value.to_string(),
            NewValue::Number(value) => number_text(*value),
            NewValue::Text(value) => value.clone(),
            NewValue::RefreshPolicy { .. } => return None,
        })
    }
}

/// How a leaf is written inside of one kind of element.
#[derive(Clone, Debug, PartialEq)]
pub struct Spelling {
    /// The local name of that element; `None` for the element whose start tag is meant.
    pub inside: Option<&'static str>,
    /// Paths of elements below it, each with its text.
    pub elements: Vec<(Vec<String>, String)>,
}

const CONFIG: &str = "oauthConfig";
const POLICY: &str = "oauthPolicy";
const GLOBAL: &str = "ExtlClntAppGlobalOauthSettings";
const EXTERNAL_POLICY: &str = "ExtlClntAppOauthConfigurablePolicies";

/// Truth values that a connected app and an external client app name alike.
const ALIKE: &[(&str, &str)] = &[
    ("pkceRequired", "isPkceRequired"),
    ("secretOptional", "isConsumerSecretOptional"),
    ("secretRequiredForRefresh", "isSecretRequiredForRefreshToken"),
    ("secretRequiredForTokenExchange", "isSecretRequiredForTokenExchange"),
    ("refreshRotation", "isRefreshTokenRotationEnabled"),
    ("idleLimit", "isEnforceRefreshTokenTTL"),
    ("deviceFlow", "isDeviceFlowEnabled"),
];

/// The words of `ipRelaxation`: in rules, in connected apps, in external client apps.
const IP_RELAXATION: &[(&str, &str, &str)] = &[
    ("enforce", "ENFORCE", "Enforce"),
    ("bypass", "BYPASS", "Bypass"),
    ("bypass-2factor", "BYPASS_2FACTOR", "Bypass_2factor"),
    ("enforce-relax-refresh", "ENFORCE_RELAXREFRESH", "Enforce_RelaxRefresh"),
];

/// All ways to write a value of a settable leaf of a record kind; empty when there is none.
pub fn spellings(kind: &str, leaf: &str, value: &NewValue) -> Vec<Spelling> {
    match kind {
        "OauthApp" => of_app(leaf, value),
        "Field" if leaf == "trackHistory" => {
            let text = value.plain();
            let inside = ["CustomField", "fields"].into_iter();
            inside.flat_map(|inside| Some(one(inside, "trackHistory", text.clone()?))).collect()
        }
        _ => Vec::new(),
    }
}

fn of_app(leaf: &str, value: &NewValue) -> Vec<Spelling> {
    if let (Some((_, element)), NewValue::Bool(value)) =
        (ALIKE.iter().find(|(name, _)| *name == leaf), value)
    {
        return [CONFIG, GLOBAL].map(|inside| one(inside, element, value.to_string())).into();
    }
    match (leaf, value) {
        ("selfAuthorize", NewValue::Bool(value)) => {
            let permitted = if *value { "AllSelfAuthorized" } else { "AdminApprovedPreAuthorized" };
            vec![
                one(CONFIG, "isAdminApproved", (!value).to_string()),
                one(EXTERNAL_POLICY, "permittedUsersPolicyType", permitted.to_owned()),
            ]
        }
        ("clientCredentials", NewValue::Bool(value)) => vec![
            one(CONFIG, "isClientCredentialEnabled", value.to_string()),
            one(GLOBAL, "isClientCredentialsFlowEnabled", value.to_string()),
            one(EXTERNAL_POLICY, "isClientCredentialsFlowEnabled", value.to_string()),
        ],
        ("ipRelaxation", NewValue::Text(word)) => {
            let known = IP_RELAXATION.iter().find(|(name, ..)| name == word);
            known.map_or_else(Vec::new, |(_, connected, external)| {
                vec![
                    one(POLICY, "ipRelaxation", (*connected).to_owned()),
                    one(EXTERNAL_POLICY, "ipRelaxationPolicyType", (*external).to_owned()),
                ]
            })
        }
        ("refreshTokenDays", NewValue::RefreshPolicy { inactivity, days }) => {
            let (connected, external) = if *inactivity {
                ("specific_inactivity", "SpecificInactivity")
            } else {
                ("specific_lifetime", "SpecificLifetime")
            };
            let days = number_text(*days);
            let period = [
                ("refreshTokenPolicyType", external.to_owned()),
                ("refreshTokenValidityPeriod", days.clone()),
                ("refreshTokenValidityUnit", "Days".to_owned()),
            ];
            vec![
                one(POLICY, "refreshTokenPolicy", format!("{connected}:{days}:DAYS")),
                several(EXTERNAL_POLICY, period),
            ]
        }
        ("refreshTokenDays", NewValue::Text(infinite)) if infinite == "infinite" => vec![
            one(POLICY, "refreshTokenPolicy", "infinite".to_owned()),
            one(EXTERNAL_POLICY, "refreshTokenPolicyType", "Infinite".to_owned()),
        ],
        _ => Vec::new(),
    }
}

fn one(inside: &'static str, element: &str, text: String) -> Spelling {
    several(inside, [(element, text)])
}

fn several<const N: usize>(inside: &'static str, elements: [(&str, String); N]) -> Spelling {
    let elements = elements.map(|(element, text)| (vec![element.to_owned()], text));
    Spelling { inside: Some(inside), elements: elements.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::vocabulary::{LeafType, record_kinds};
    use crate::schema::{self, ElementType};

    /// A value of the type that a leaf has.
    fn some_value(leaf: &str, leaf_type: LeafType) -> NewValue {
        match leaf_type {
            LeafType::Bool => NewValue::Bool(true),
            LeafType::Enum([first, ..]) => NewValue::Text((*first).to_owned()),
            LeafType::Number if leaf == "refreshTokenDays" => {
                NewValue::RefreshPolicy { inactivity: true, days: 30.0 }
            }
            other => panic!("{leaf} holds {other:?}"),
        }
    }

    #[test]
    fn whatever_a_rule_may_set_can_be_written_and_is_in_the_schema() {
        let holder = |inside: &str| {
            let of_app = schema::root("ConnectedApp").and_then(|app| app.element(inside));
            match (inside, of_app.map(|element| element.ty)) {
                (_, Some(ElementType::Complex(ty))) => ty,
                ("fields", _) => schema::root("CustomField").unwrap(),
                (root, _) => schema::root(root).unwrap(),
            }
        };
        let mut written = 0;
        for kind in record_kinds() {
            for leaf in kind.leaves.iter().filter(|leaf| leaf.settable) {
                let all = spellings(kind.name, leaf.name, &some_value(leaf.name, leaf.leaf_type));
                assert!(!all.is_empty(), "{}.{}", kind.name, leaf.name);
                for spelling in all {
                    let ty = holder(spelling.inside.unwrap());
                    for (path, text) in &spelling.elements {
                        let element = ty.element(&path[0]).unwrap_or_else(|| {
                            panic!("{} has no {}", ty.name(), path[0]);
                        });
                        if let ElementType::Enum(values) = element.ty {
                            assert!(values.values().any(|value| value == text), "{text}");
                        }
                        written += 1;
                    }
                }
            }
        }
        assert!(written > 20, "{written}");
    }
}
