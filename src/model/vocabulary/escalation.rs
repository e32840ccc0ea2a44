//! The leaves of those who can become stronger than they are.

use super::LeafType::{Bool, Enum, Number, Reference, Text};
use super::{ChildDefinition, RecordKind, leaf};

/// Who can become stronger.
pub(super) const ESCALATION: RecordKind = RecordKind {
    name: "Escalation",
    about: "A profile, permission set, group or delegated administration group, neither an administrator's nor shipped by Salesforce, whose holders can give themselves the rights of something stronger in the same project",
    sources: &[
        "Profile",
        "PermissionSet",
        "PermissionSetGroup",
        "DelegateGroup",
        "ConnectedApp",
        "ExternalClientApplication",
    ],
    leaves: &[
        leaf("name", Reference, "decoded API name"),
        leaf(
            "kind",
            Enum(&["Profile", "PermissionSet", "PermissionSetGroup", "DelegateGroup"]),
            "what it is",
        ),
        leaf("guest", Bool, "as Principal"),
        leaf("external", Bool, "as Principal"),
        leaf("integration", Bool, "as Principal"),
    ],
    children: &[ChildDefinition {
        name: "path",
        named_by: "target",
        leaves: &[
            leaf("target", Reference, "what its holders can become"),
            leaf(
                "targetKind",
                Enum(&["Profile", "PermissionSet", "PermissionSetGroup"]),
                "what the target is",
            ),
            leaf("power", Text, "what makes the target stronger: a user permission, or `admin`"),
            leaf("steps", Number, "steps on the way; at most 4"),
            leaf("text", Text, "the way in words; continues a sentence that begins with `it`"),
            leaf(
                "grant",
                Text,
                "the permission that is the first step; of a delegated administration group what it may assign",
            ),
            leaf(
                "inherited",
                Bool,
                "groups: the first step comes from a permission set that has a way of its own",
            ),
        ],
        about: "the shortest way to the strongest target",
    }],
};
