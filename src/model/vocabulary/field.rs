//! The leaves of fields, with what their objects say about them.

use super::LeafType::{Bool, Enum, OpenEnum, Reference, Text};
use super::{RecordKind, leaf, list, settable};
use crate::model::field::ObjectKind;

/// A field together with its object.
pub(super) const FIELD: RecordKind = RecordKind {
    name: "Field",
    about: "A field with its classification, and what its object says: a file of its own, or inline in the file of its object",
    sources: &["CustomField", "CustomObject"],
    leaves: &[
        leaf("name", Reference, "Object.Field"),
        list(
            "names",
            Reference,
            "derived: every name that a permission may call it by (activities are Task and Event, a person's field is Account's)",
        ),
        leaf("object", Reference, "object"),
        leaf("namespace", Text, "namespace of the package that the field comes from"),
        leaf("label", Text, "label; none for a standard field"),
        list("nameOrLabel", Text, "derived: the field's own name, and its label"),
        leaf("type", OpenEnum, "type; none for a standard field, whose file does not say it"),
        leaf("classification", OpenEnum, "securityClassification; none when absent"),
        list(
            "complianceGroup",
            OpenEnum,
            "complianceGroup, taken apart; none when absent or `None`",
        ),
        leaf(
            "sensitive",
            Bool,
            "derived: its classification or a compliance group stands in the lists sensitive-classifications and compliance-groups",
        ),
        leaf("sensitivity", Text, "derived: what makes it sensitive, for messages"),
        leaf(
            "encrypted",
            Bool,
            "derived: an encryptionScheme other than None, `encrypted`, or the type EncryptedText; false when none is stated",
        ),
        settable(leaf("trackHistory", Bool, "its history is tracked; unknown when not stated")),
        leaf("objectHistory", Bool, "the object keeps history; unknown without the object's file"),
        leaf(
            "historyTracked",
            Bool,
            "derived: both; a sensitive field that does not state it is not tracked",
        ),
        leaf(
            "historyTrackable",
            Bool,
            "derived: no formula, roll-up or automatic number, on an object that can keep history",
        ),
        leaf(
            "objectKind",
            Enum(ObjectKind::SPELLINGS),
            "derived: by the suffix of the object's name and its file; unknown for a custom object without its file",
        ),
        leaf(
            "objectVisibility",
            OpenEnum,
            "custom settings and metadata types: who sees their values; Public when not stated, unknown without the object's file",
        ),
    ],
    children: &[],
};
