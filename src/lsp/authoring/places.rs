//! What is common to both kinds of documents.

use super::item::{Item, ItemKind};
use super::scan::Place;
use super::shape::{Form, Property, Shape};
use crate::config::catalogue::Catalogue;

/// What is known around a document.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// The rules and lists that there are.
    pub catalogue: &'a Catalogue,
    /// Components of the project, each with its type.
    pub components: &'a [(String, String)],
}

/// What a schema allows at a place.
pub fn of_shape(shape: &Shape<'_>, place: Place, path: &[&str]) -> Vec<Item> {
    let at = shape.at(path);
    let keys = |fits: &dyn Fn(&Property<'_>) -> bool| {
        let fitting = at.properties().into_iter().filter(fits);
        fitting.map(|one| Item::new(one.name, ItemKind::Key).about(one.about)).collect()
    };
    match place {
        Place::Header { array: true } => keys(&|one| one.form == Form::Tables || one.holds_tables),
        // What is within an array of tables has the array in its header as well.
        Place::Header { array: false } => keys(&|one| one.form != Form::Value),
        Place::Key => keys(&|_| true),
        Place::Value | Place::Text => {
            let words = at.words().into_iter();
            let item = |word: super::shape::Word| {
                let detail = if word.default { "default" } else { "" };
                let item = Item::new(word.text, ItemKind::Word).detail(detail);
                if word.quoted { item } else { item.bare() }
            };
            words.map(item).collect()
        }
        Place::Nowhere => Vec::new(),
    }
}
