//! The leaves of a repository: what its ignore files keep out.

use super::LeafType::{Bool, Enum, Text};
use super::{ChildDefinition, RecordKind, leaf};
use crate::project::version_control::RepositoryKind;

/// A repository, or a project outside of one that has ignore files.
pub(super) const REPOSITORY: RecordKind = RecordKind {
    name: "Repository",
    about: "The git work tree around the project, or a project outside of git that has an ignore file",
    sources: &[],
    leaves: &[
        leaf("kind", Enum(RepositoryKind::SPELLINGS), "whether it is a git work tree"),
        leaf(
            "gitignore",
            Text,
            "its ignore file, at the top; without one, the file that marks the project",
        ),
    ],
    children: &[ChildDefinition {
        name: "path",
        named_by: "name",
        leaves: &[
            leaf(
                "name",
                Text,
                "a line that an ignore file could hold: every name that a rule asks for is probed",
            ),
            leaf(
                "ignored",
                Bool,
                "derived: the repository's own ignore files keep such a file out, at the top or in each of its projects",
            ),
            leaf("negated", Text, "the `!` line without which it would be ignored"),
            leaf(
                "used",
                Bool,
                "derived: the project works with such files (an example file, a dependency, a flag in a script)",
            ),
            leaf("evidence", Text, "derived: the file that shows it"),
            leaf(
                "machineOnly",
                Bool,
                "derived: only this machine ignores it (global excludes, `.git/info/exclude`)",
            ),
            leaf("status", Text, "derived: the same in words, for messages"),
        ],
        about: "one kind of file that should stay out of git",
    }],
};
