//! sflint: a static security linter for Salesforce metadata.
//!
//! A run is one story, told by [`check`](mod@check):
//!
//! 1. [`project`] turns the command line into projects and files, each with its kind, chosen by its name;
//! 2. [`document`] reads a file as text and elements that know where they stand;
//! 3. [`model`] puts the files together to records: what they mean, whatever way it is written;
//! 4. [`engine`] matches the compiled [`rule`]s against the records;
//! 5. [`settle`] makes the final, sorted report with identities and counts;
//! 6. [`overview`] answers an auditor's questions, when somebody asks;
//! 7. [`report`] prints it.
//!
//! [`fix`] turns findings into edits of their files, and [`lsp`] tells all of it to an editor.
//! [`mod@diff`] compares two states of a project by what their records say of access.
//!
//! [`config`] says which rules are on, [`value`], [`secret`] and [`schema`] know about single values and
//! metadata types, and a command in [`commands`] is a short file that calls all this.

#[macro_use]
pub mod words;

pub mod check;
pub mod cli;
pub mod commands;
pub mod config;
pub mod diff;
pub mod document;
pub mod engine;
pub mod fix;
pub mod lsp;
pub mod model;
pub mod overview;
pub mod project;
pub mod report;
pub mod rule;
pub mod run;
pub mod schema;
pub mod secret;
pub mod settle;
pub mod trial;
pub mod value;
