//! Writing `sflint.toml` and rule files: what is wrong with them, what can be written at a place, what a word means.
//!
//! Everything follows from what ships anyway: the JSON Schemas, the vocabulary, the schema of metadata, the rules. What is wrong
//! is told by the loaders; what can be written is found without parsing the whole, which is broken while somebody types.

mod facts;
mod in_config;
mod in_rule;
mod input;
mod item;
mod kind;
mod leaves;
mod offer;
mod places;
mod problems;
mod scan;
mod shape;

pub use item::{Item, ItemKind};
pub use kind::{DocumentKind, Recognised, recognise};
pub use offer::{Completion, complete, hover};
pub use places::Around;
pub use problems::{catalogue, problems};

#[cfg(test)]
mod tests;
