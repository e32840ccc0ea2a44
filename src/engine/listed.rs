//! The lists that a condition compares with: shipped ones are read when a value is tested for the first time.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::engine::host_list::HostList;
use crate::engine::matcher::{folded, spellings};
use crate::model::vocabulary::LeafType;
use crate::rule::lists::Entry;
use crate::rule::shipped;

/// Where entries come from.
#[derive(Debug)]
pub(super) enum Source {
    /// A rule, a config or an option says them.
    Stated(Vec<Entry>),
    /// A list that ships with sflint.
    Shipped(String),
}

/// The entries of some lists.
#[derive(Debug)]
pub(super) struct Listed {
    sources: Vec<Source>,
    leaf_type: LeafType,
    indexed: OnceLock<Index>,
}

#[derive(Debug)]
enum Index {
    Words(FxHashMap<Box<str>, Entry>),
    Hosts(HostList),
}

impl Listed {
    /// Of two entries with the same value the first counts.
    pub fn new(sources: Vec<Source>, leaf_type: LeafType) -> Listed {
        Listed { sources, leaf_type, indexed: OnceLock::new() }
    }

    /// The entry that a text stands for.
    pub fn entry(&self, text: &str) -> Option<&Entry> {
        match self.index() {
            Index::Words(words) => words.get(&*folded(text)),
            Index::Hosts(hosts) => hosts.entry(text),
        }
    }

    /// The words in the form in which they are compared; `None` for hosts, which stand for more than themselves.
    pub fn words(&self) -> Option<impl Iterator<Item = &str>> {
        match self.index() {
            Index::Words(words) => Some(words.keys().map(|word| &**word)),
            Index::Hosts(_) => None,
        }
    }

    /// The values as they are written.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.entries().map(|entry| entry.value.as_str())
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.sources.iter().flat_map(|source| match source {
            Source::Stated(entries) => entries.as_slice(),
            Source::Shipped(name) => {
                shipped::list(name).map_or(&[][..], |list| list.entries.as_slice())
            }
        })
    }

    fn index(&self) -> &Index {
        self.indexed.get_or_init(|| {
            if self.leaf_type == LeafType::Host {
                return Index::Hosts(HostList::new(self.entries().cloned().collect()));
            }
            let mut words = FxHashMap::default();
            for entry in self.entries() {
                for form in spellings(&entry.value, self.leaf_type) {
                    words.entry(form).or_insert_with(|| entry.clone());
                }
            }
            Index::Words(words)
        })
    }
}
