//! The leaves of files that are read as such, and of problems with files.

use super::LeafType::{Bool, Enum, Number, OpenEnum, Secret, Text};
use super::{ChildDefinition, LeafDefinition, RecordKind, leaf};
use crate::document;
use crate::model::config_problem::POLICY_CHANGED;
use crate::model::key_file::KeyFormat;
use crate::project::FileClass;

/// What can be wrong with what a config says, beside the mistakes that stop a run.
pub const CONFIG_CODES: &[&str] = &["expired-exception", POLICY_CHANGED, "unused-exception"];

/// A problem with a file.
pub(super) const DIAGNOSTIC: RecordKind = RecordKind {
    name: "Diagnostic",
    about: "A problem that sflint met: a file that could not be read as what it claims to be, an entry of the config that no longer holds",
    sources: &[],
    leaves: &[
        leaf(
            "code",
            Enum(document::CAUSE_CODES),
            "why a file could not be read; none for the config",
        ),
        leaf(
            "config",
            Enum(CONFIG_CODES),
            "what is wrong in the config; none for a file that could not be read",
        ),
        leaf("about", Text, "the entry of the config; none for a file that could not be read"),
        leaf(
            "level",
            Enum(&["error", "warning", "note"]),
            "how much it matters; a finding is never more severe than this",
        ),
        leaf("path", Text, "file"),
        leaf("at", Text, "where in the file"),
        leaf("text", Text, "what is wrong and what to do"),
    ],
    children: &[],
};

/// A file by its name.
pub(super) const FILE: RecordKind = RecordKind {
    name: "File",
    about: "Any file of the project, by its name",
    sources: &[],
    leaves: FILE_LEAVES_WITH_FORMAT,
    children: &[],
};

/// A file as text.
pub(super) const TEXT: RecordKind = RecordKind {
    name: "text",
    about: "A readable file; with `find`, each hit is one block and named groups are leaves",
    sources: &[],
    leaves: FILE_LEAVES,
    children: &[ChildDefinition {
        name: "find",
        named_by: "line",
        leaves: &[
            leaf("match", Text, "the text that `find` hit"),
            leaf(
                "line",
                Text,
                "the line it stands in; of a long one about 1,000 bytes to both sides",
            ),
            leaf(
                "commented",
                Bool,
                "derived: it begins in a comment; Apex, JavaScript, TypeScript, Python, shell, YAML, XML and their like",
            ),
            leaf("quoted", Bool, "derived: it begins in a string; the same languages but XML"),
        ],
        about: "one hit of `find`",
    }],
};

/// A file of variables.
pub(super) const ENV: RecordKind = RecordKind {
    name: "env",
    about: "A file of environment variables (`.env` and its relatives)",
    sources: &[],
    leaves: FILE_LEAVES,
    children: &[ChildDefinition {
        name: "entry",
        named_by: "key",
        leaves: &[
            leaf("key", Text, "name of the variable"),
            leaf("value", Secret, "its value, never shown"),
        ],
        about: "one assignment",
    }],
};

/// A JSON file.
pub(super) const JSON: RecordKind = RecordKind {
    name: "json",
    about: "A JSON file",
    sources: &[],
    leaves: FILE_LEAVES,
    children: &[ChildDefinition {
        name: "entry",
        named_by: "key",
        leaves: &[
            leaf("key", Text, "dotted path of the member, array positions as numbers"),
            leaf("value", Text, "its value as text"),
        ],
        about: "one scalar member at any depth",
    }],
};

/// The leaves of all kinds of files; `format` comes last, and only `File` has it.
const FILE_LEAVES_WITH_FORMAT: &[LeafDefinition] = &[
    leaf("path", Text, "path in the project"),
    leaf("name", Text, "file name"),
    leaf("ext", Text, "last extension, lower case"),
    leaf("bytes", Number, "size in bytes"),
    leaf("class", Enum(FileClass::SPELLINGS), "derived: what the file is for, by its path"),
    leaf(
        "metadataType",
        OpenEnum,
        "derived: the metadata type, by its name and folder; none for other files",
    ),
    leaf("tracked", Bool, "git tracks it; nothing where there is no repository"),
    leaf("ignored", Bool, "derived: the ignore files of the repository keep it out"),
    leaf("exposed", Bool, "derived: tracked, or nothing keeps it out of the next commit"),
    leaf(
        "format",
        Enum(KeyFormat::SPELLINGS),
        "derived: what a file with the name of a key holds, by its content; unknown for other names",
    ),
];

pub(super) const FILE_LEAVES: &[LeafDefinition] = match FILE_LEAVES_WITH_FORMAT.split_last() {
    Some((_, leaves)) => leaves,
    None => FILE_LEAVES_WITH_FORMAT,
};
