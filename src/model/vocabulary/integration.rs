//! The leaves of integrations: all that one program may do, wherever it is granted.

use super::LeafType::{Bool, Enum, Reference, Text};
use super::principal::{FIELD_RIGHTS, OBJECT_RIGHTS};
use super::{ChildDefinition, RecordKind, leaf, list};
use crate::model::integration::{Signal, contract::PARTS};

/// One program with the union of what it is granted.
pub(super) const INTEGRATION: RecordKind = RecordKind {
    name: "Integration",
    about: "One program that logs in: the union of the profiles, permission sets and groups that stand for it, and its contract in the config",
    sources: &["Profile", "PermissionSet", "PermissionSetGroup"],
    leaves: &[
        leaf(
            "name",
            Reference,
            "the contract's key, the app's name, or that of the only principal",
        ),
        leaf("app", Reference, "the app it logs in with"),
        list("principals", Reference, "profiles, permission sets and groups that stand for it"),
        list("license", Text, "their licences; `any` for a set without one"),
        list(
            "how",
            Enum(Signal::SPELLINGS),
            "what tells that it is an integration, strongest first",
        ),
        leaf("signal", Text, "the strongest signal in words, for messages"),
        leaf("contract", Bool, "a contract in the config says what it may do"),
        leaf("hasProfile", Bool, "a profile is among its principals"),
        leaf("complete", Bool, "every principal that its contract or app names is in the project"),
    ],
    children: &[
        ChildDefinition {
            name: "userPermission",
            named_by: "name",
            leaves: &[
                leaf("name", Reference, "API name of the user permission"),
                leaf("principal", Reference, "who holds it"),
            ],
            about: "one user permission of one of its principals",
        },
        ChildDefinition {
            name: "object",
            named_by: "name",
            leaves: &[
                leaf("name", Reference, "object"),
                list("rights", Enum(OBJECT_RIGHTS), "rights as written, nothing implied"),
                leaf("principal", Reference, "who holds them"),
            ],
            about: "one object of one of its principals",
        },
        ChildDefinition {
            name: "field",
            named_by: "name",
            leaves: &[
                leaf("name", Reference, "Object.Field"),
                list("rights", Enum(FIELD_RIGHTS), "rights as written"),
                leaf("principal", Reference, "who holds them"),
                leaf(
                    "declared",
                    Bool,
                    "derived: its contract lists the field to be read; false without a contract",
                ),
            ],
            about: "one field of one of its principals",
        },
        ChildDefinition {
            name: "beyond",
            named_by: "name",
            leaves: &[
                leaf(
                    "part",
                    Enum(&["scope", "permission", "object", "field", "principal"]),
                    "what is granted",
                ),
                leaf("name", Reference, "scope, user permission, object or field"),
                list("rights", Text, "rights on it that the contract does not give"),
                leaf("what", Text, "the grant in words, for messages"),
                leaf("principal", Reference, "who holds it; the app for scopes"),
            ],
            about: "one grant beyond the contract",
        },
        ChildDefinition {
            name: "missing",
            named_by: "name",
            leaves: &[
                leaf("part", Enum(&PARTS), "what is not granted"),
                leaf("name", Reference, "scope, user permission, object or field"),
                list("rights", Text, "rights on it that nobody grants"),
                leaf("what", Text, "the same in words, for messages"),
            ],
            about: "one thing that the contract gives and nothing grants",
        },
        ChildDefinition {
            name: "unknown",
            named_by: "name",
            leaves: &[
                leaf("part", Enum(&["app", "principal"]), "what it would be"),
                leaf("name", Text, "the name in the contract"),
            ],
            about: "one name in the contract that nothing in the project has",
        },
    ],
};
