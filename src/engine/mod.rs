//! Matching rules against records: a plan compiled from all enabled rules, evaluated in one pass.

pub mod clause;
pub mod evaluate;
pub mod finding;
mod glob_gate;
mod host_list;
pub mod join;
mod listed;
mod matched;
pub mod matcher;
pub mod message;
pub mod plan;
pub mod proposal;
pub mod view;
