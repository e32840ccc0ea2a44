//! Checklists as data: what an auditor asks, which rules speak against it, and what in the files speaks for it.

use std::ops::Range;
use std::sync::Arc;

use super::{Rule, RuleSource};

/// One checklist file.
#[derive(Clone, Debug)]
pub struct Checklist {
    /// Equal to the file's name without `.toml`.
    pub id: String,
    /// The file.
    pub source: RuleSource,
    /// What it is a list of.
    pub title: String,
    /// The rules of an item are those that map to its id, beside those it names.
    pub by_maps: bool,
    /// In the order of the file.
    pub items: Vec<Item>,
    /// Questions that several items answer together, in the order of the file.
    pub rows: Vec<Row>,
}

/// One thing to check.
#[derive(Clone, Debug)]
pub struct Item {
    /// Unique in its list.
    pub id: String,
    /// The heading it stands below.
    pub section: String,
    /// What is so when all is well, in a few words.
    pub title: String,
    /// Rules or families whose findings speak against it, with their places in the file.
    pub rules: Vec<(String, Range<usize>)>,
    /// What it is about: when nothing matches, the item is not applicable.
    pub subject: Option<Arc<Rule>>,
    /// What speaks for it: clauses as rules have them, whose matches are shown with their places.
    pub evidence: Vec<Arc<Rule>>,
    /// A Health Check baseline that the config names speaks for it.
    pub own_baseline: bool,
    /// What of it no file tells: the answer where nothing speaks against it or for it. Where the rules are those that map
    /// to the id, it is that only when they had nothing to look at, and else a remark.
    pub not_checkable: Option<String>,
}

/// A question that several items answer together.
#[derive(Clone, Debug)]
pub struct Row {
    /// What is so when all is well.
    pub title: String,
    /// Ids of the items.
    pub items: Vec<String>,
}
