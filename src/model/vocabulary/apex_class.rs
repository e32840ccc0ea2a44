//! The leaves of Apex classes.

use super::LeafType::{Bool, Enum, Number, OpenEnum, Reference, Text};
use super::{RecordKind, leaf, list};
use crate::model::apex_class::{EntryPoint, Sharing};

/// A class by its declarations; its statements are not analysed.
pub(super) const APEX_CLASS: RecordKind = RecordKind {
    name: "ApexClass",
    about: "An Apex class by its declarations: how it shares, and how it is reached from outside; comments and strings are skipped",
    sources: &["ApexClass"],
    leaves: &[
        leaf("name", Reference, "class, with the namespace of a package"),
        leaf("apiVersion", Number, "API version; unknown without its metadata file"),
        leaf(
            "sharing",
            Enum(Sharing::SPELLINGS),
            "sharing keyword of the outer class; nothing for interfaces and enums",
        ),
        leaf("extends", Reference, "class that it extends"),
        leaf(
            "effectiveSharing",
            Enum(&["with", "without"]),
            "derived: without a keyword what it extends says, else `without` below API 67 and `with` from 67 on; unknown without its metadata file or what it extends",
        ),
        list(
            "entryPoints",
            Enum(EntryPoint::SPELLINGS),
            "derived: what lets callers outside of Apex in, each once",
        ),
        leaf("test", Bool, "derived: marked @isTest"),
        leaf("namespace", Text, "namespace of the package it comes from"),
        leaf("status", OpenEnum, "Active, Inactive, Deleted; Active when not stated"),
    ],
    children: &[],
};
