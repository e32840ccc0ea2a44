//! The leaves of policies that one profile has instead of the org's.

use super::LeafType::{Bool, Enum, Reference, Text};
use super::{ChildDefinition, RecordKind, leaf};
use crate::model::password_override::{SETTING_NAMES, SETTINGS};

const _: () = assert!(SETTINGS.len() == SETTING_NAMES.len());

/// The password or session policy of one profile.
pub(super) const PASSWORD_OVERRIDE: RecordKind = RecordKind {
    name: "PasswordOverride",
    about: "The password or session policy of one profile, held against that of the org",
    sources: &["ProfilePasswordPolicy", "ProfileSessionSetting", "SecuritySettings"],
    leaves: &[
        leaf("profile", Reference, "profile whose users have this policy instead of the org's"),
        leaf("use", Enum(&["password", "session"]), "what the policy is about"),
        leaf("disabled", Bool, "the policy is switched off (isDisabled); false when not stated"),
    ],
    children: &[ChildDefinition {
        name: "setting",
        named_by: "name",
        leaves: &[
            leaf("name", Enum(SETTING_NAMES), "element"),
            leaf("value", Text, "its value in words"),
            leaf("baseline", Text, "the org's value in words"),
            leaf(
                "against",
                Enum(&["org", "default"]),
                "whose value `baseline` is: stated in the SecuritySettings of the project, or documented as the platform's",
            ),
            leaf("weaker", Bool, "derived: weaker than `baseline`; unlike but equal is not weaker"),
            leaf(
                "belowHealthCheck",
                Bool,
                "derived: weaker than what Salesforce's Health Check asks of the org",
            ),
            leaf("healthCheck", Text, "what the Health Check asks of the org, in words"),
        ],
        about: "one setting of the policy that is stated",
    }],
};
