//! The leaves of those who hold rights.

use super::LeafType::{Bool, Enum, Number, Reference, Text};
use super::{ChildDefinition, LeafDefinition, RecordKind, leaf, list};
use crate::model::integration::Signal;

/// Profile, permission set or group.
pub(super) const PRINCIPAL: RecordKind = RecordKind {
    name: "Principal",
    about: "Who holds rights: a profile, a permission set (whole or decomposed), a group (its sets minus what is muted)",
    sources: &["Profile", "PermissionSet", "PermissionSetGroup"],
    leaves: &[
        leaf("name", Reference, "decoded API name; profiles also answer to their label"),
        leaf(
            "kind",
            Enum(&["Profile", "PermissionSet", "PermissionSetGroup"]),
            "which of the three",
        ),
        leaf("label", Text, "label"),
        list(
            "license",
            Text,
            "user licence; `any` for a set without one, unknown for a profile that does not state it",
        ),
        leaf(
            "standard",
            Bool,
            "derived: shipped by Salesforce or a package (custom=false, a standard name, a namespace)",
        ),
        leaf(
            "admin",
            Bool,
            "derived: the Admin profile, or ModifyAllData with ManageUsers and CustomizeApplication",
        ),
        leaf("guest", Bool, "derived: guest licence, or named as guest profile by a site"),
        leaf("external", Bool, "derived: a licence for people outside the company"),
        leaf(
            "integration",
            Bool,
            "derived: it stands for a program instead of a person (`how` says by what signal)",
        ),
        list(
            "how",
            Enum(Signal::SPELLINGS),
            "derived: what tells that it is an integration, strongest first",
        ),
        leaf("signal", Text, "derived: the strongest signal in words, for messages"),
        leaf("deployment", Bool, "a contract says that it deploys metadata; false when none does"),
        leaf(
            "sessionActivated",
            Bool,
            "only for the length of an activated session; false when not stated",
        ),
        list("groups", Reference, "derived: groups a permission set is in"),
        list("apps", Reference, "derived: apps that pre-authorise it"),
        leaf(
            "weeklyLoginHours",
            Number,
            "hours a week in which login is possible; 168 when not stated",
        ),
        leaf("namespace", Text, "namespace of the package it comes from"),
    ],
    children: &[
        ChildDefinition {
            name: "userPermission",
            named_by: "name",
            leaves: &[
                leaf("name", Reference, "API name of the user permission"),
                leaf("from", Reference, "groups: the permission set it comes from"),
                FROM_INTEGRATION,
            ],
            about: "one user permission that is enabled, and not muted",
        },
        ChildDefinition {
            name: "object",
            named_by: "name",
            leaves: &[
                leaf("name", Reference, "object"),
                list("rights", Enum(OBJECT_RIGHTS), "rights as written, nothing implied"),
                leaf("from", Reference, "groups: the permission set it comes from"),
                FROM_INTEGRATION,
            ],
            about: "one object with at least one right",
        },
        ChildDefinition {
            name: "field",
            named_by: "name",
            leaves: &[
                leaf("name", Reference, "Object.Field"),
                leaf("object", Reference, "object"),
                list("rights", Enum(FIELD_RIGHTS), "rights as written"),
                leaf("from", Reference, "groups: the permission set it comes from"),
            ],
            about: "one field that may be read or edited",
        },
        named_child("apexClass", "one Apex class that may be called"),
        named_child("page", "one Visualforce page that may be opened"),
        named_child("flow", "one flow that may be run"),
        named_child("externalCredential", "one external credential principal that may be used"),
        named_child("customPermission", "one custom permission"),
        named_child("customSetting", "one custom setting that may be read"),
        named_child("customMetadata", "one custom metadata type that may be read"),
        ChildDefinition {
            name: "loginIpRange",
            named_by: "start",
            leaves: &[
                leaf("start", Text, "first address"),
                leaf("end", Text, "last address"),
                leaf("description", Text, "description"),
            ],
            about: "one range of addresses from which a profile may log in",
        },
    ],
};

/// What can be granted on an object.
pub const OBJECT_RIGHTS: &[&str] =
    &["read", "create", "edit", "delete", "viewAll", "modifyAll", "viewAllFields"];
/// What can be granted on a field.
pub const FIELD_RIGHTS: &[&str] = &["read", "edit"];

const FROM_INTEGRATION: LeafDefinition = leaf(
    "fromIntegration",
    Bool,
    "groups: the permission set it comes from is an integration itself, and told by itself",
);

const fn named_child(name: &'static str, about: &'static str) -> ChildDefinition {
    ChildDefinition { name, named_by: "name", leaves: NAMED_LEAVES, about }
}

const NAMED_LEAVES: &[LeafDefinition] = &[
    leaf("name", Reference, "API name"),
    leaf("from", Reference, "groups: the permission set it comes from"),
];
