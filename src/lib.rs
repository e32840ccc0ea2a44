//! sflint: a static security linter for Salesforce metadata.

#[macro_use]
mod words;

pub mod check;
pub mod cli;
pub mod commands;
pub mod config;
pub mod document;
pub mod engine;
pub mod model;
pub mod project;
pub mod report;
pub mod rule;
pub mod run;
pub mod schema;
pub mod secret;
pub mod settle;
pub mod trial;
pub mod value;
