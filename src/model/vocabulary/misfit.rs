//! The leaves of what a metadata type does not have.

use super::LeafType::{Bool, Enum, Reference, Text};
use super::{RecordKind, leaf};
use crate::model::misfit::{CHECKED, Nature};

/// An element or value that its metadata type does not have.
pub(super) const MISFIT: RecordKind = RecordKind {
    name: "Misfit",
    about: "An element or a value in a file that decides about security, and that its metadata type does not have: the platform rejects or ignores it",
    sources: CHECKED,
    leaves: &[
        leaf("what", Enum(&["element", "value"]), "what does not fit"),
        leaf("type", Text, "metadata type"),
        leaf(
            "settings",
            Bool,
            "derived: the type is one of settings, of which orgs return many elements that no release documents",
        ),
        leaf("owner", Reference, "component"),
        leaf("path", Text, "path of the element below the root"),
        leaf("element", Text, "name of the element"),
        leaf(
            "subject",
            Text,
            "derived: the element by its path, or the value and its element, for messages",
        ),
        leaf("value", Text, "the value that does not fit; none for an element"),
        leaf(
            "nature",
            Enum(Nature::SPELLINGS),
            "derived: misspelt (nearly one that exists there), misplaced (exists elsewhere in the type), foreign (an element of a related type), format (no truth value, number, date, or not of the documented form), unlisted (like nothing)",
        ),
        leaf("meant", Text, "what was probably meant: an element, a path, a type or a value"),
        leaf("expected", Text, "values: what would fit"),
        leaf(
            "newer",
            Bool,
            "the project is of a later API version than the table of metadata types, which may lack what is new",
        ),
    ],
    children: &[],
};
