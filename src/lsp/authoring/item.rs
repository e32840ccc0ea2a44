//! What can be offered at a place.

use crate::config::catalogue::Catalogue;
use crate::rule::Rule;
use crate::rule::lists::List;

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// A key of the document.
    Key,
    /// A word that a schema allows.
    Word,
    /// A kind of records, or a metadata type.
    Kind,
    /// A leaf, a part of one, an element or a kind of children.
    Leaf,
    /// A rule.
    Rule,
    /// A list.
    List,
    /// An option of a rule.
    Setting,
    /// A component of the project.
    Component,
}

/// One thing that may stand at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// As it is written, without quotes.
    pub label: String,
    /// What it is.
    pub kind: ItemKind,
    /// A few words beside it.
    pub detail: String,
    /// What it is for; plain text, may be empty.
    pub about: String,
    /// As a value it stands in quotes.
    pub quoted: bool,
}

impl Item {
    /// An item that stands in quotes as a value.
    pub fn new(label: impl Into<String>, kind: ItemKind) -> Item {
        Item {
            label: label.into(),
            kind,
            detail: String::new(),
            about: String::new(),
            quoted: true,
        }
    }

    /// With words beside it.
    pub fn detail(self, detail: impl Into<String>) -> Item {
        Item { detail: detail.into(), ..self }
    }

    /// With what it is for.
    pub fn about(self, about: impl Into<String>) -> Item {
        Item { about: about.into(), ..self }
    }

    /// Without quotes.
    pub fn bare(self) -> Item {
        Item { quoted: false, ..self }
    }
}

/// The rules of a catalogue.
pub fn rules(catalogue: &Catalogue) -> Vec<Item> {
    catalogue.rules.iter().map(|rule| of_rule(rule)).collect()
}

fn of_rule(rule: &Rule) -> Item {
    Item::new(&rule.id, ItemKind::Rule).detail(rule.severity.word()).about(&rule.title)
}

/// A list: its name with what stands in it.
pub fn of_list(name: &str, list: Option<&List>) -> Item {
    const SHOWN: usize = 10;
    let item = Item::new(name, ItemKind::List);
    let Some(list) = list else { return item };
    let shown: Vec<&str> =
        list.entries.iter().take(SHOWN).map(|entry| entry.value.as_str()).collect();
    let more = if list.entries.len() > SHOWN { ", …" } else { "" };
    item.detail(format!("{} entries", list.entries.len()))
        .about(format!("{}{more}", shown.join(", ")))
}
