//! Fields: what says that one must be protected, what protects it, and who can read it.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::change::{Change, Danger, Direction, What};
use super::side::{Side, Subjects};
use super::wording::some;
use crate::model::record::{Leaf, Place, Record, Value};

/// What is compared of a field.
#[derive(Clone, Debug)]
pub struct FieldFacts {
    /// The folder of a separate copy of the org.
    copy: String,
    /// Every name that a permission may call it by, in the form in which names are compared; its own first.
    names: Vec<String>,
    /// Its own name.
    shown: String,
    label: Option<String>,
    classification: Vec<String>,
    groups: Vec<String>,
    sensitive: bool,
    encrypted: bool,
    marked_at: Option<Place>,
    encrypted_at: Option<Place>,
    place: Option<Place>,
}

impl FieldFacts {
    /// Takes what is compared of a record of kind `Field`.
    pub fn new(record: &Record) -> Option<FieldFacts> {
        let texts = |leaf: &str| -> Vec<String> {
            let values = record.leaf(leaf).into_iter().flat_map(|leaf| &leaf.values);
            values.map(|value| value.written.to_string()).collect()
        };
        let sorted = |leaf: &str| {
            let mut texts = texts(leaf);
            texts.sort();
            texts.dedup();
            texts
        };
        let place = |leaf: &str| record.leaf(leaf).and_then(Leaf::place);
        let own = record.canonical_name()?.to_owned();
        let others = record.leaf("names").into_iter().flat_map(|leaf| &leaf.values);
        let others = others.filter_map(Value::text).map(str::to_owned);
        let mut names = vec![own.clone()];
        names.extend(others.filter(|name| *name != own));
        Some(FieldFacts {
            copy: record.component.copy.clone(),
            names,
            shown: record.component.name.clone(),
            label: texts("label").into_iter().next(),
            classification: sorted("classification"),
            groups: sorted("complianceGroup"),
            sensitive: record.is("sensitive"),
            encrypted: record.is("encrypted"),
            marked_at: place("classification").or_else(|| place("complianceGroup")),
            encrypted_at: place("encrypted"),
            place: record.block.place,
        })
    }

    fn key(&self) -> (&str, &str) {
        (&self.copy, self.names.first().map_or("", String::as_str))
    }
}

/// The fields that must be protected, on either side: copy of the org, and a name that a permission may call one by.
#[derive(Debug, Default)]
pub struct Sensitive(HashSet<(String, String)>);

impl Sensitive {
    /// Those of both sides.
    pub fn new(sides: [&Side<'_>; 2]) -> Sensitive {
        let fields = sides.into_iter().flat_map(|side| &side.snapshot.fields);
        let names = fields
            .filter(|field| field.sensitive)
            .flat_map(|field| field.names.iter().map(|name| (field.copy.clone(), name.clone())));
        Sensitive(names.collect())
    }

    /// Whether a field is one.
    pub fn holds(&self, copy: &str, canonical: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&(copy.to_owned(), canonical.to_owned()))
    }
}

/// Compares the fields that are on both sides. `readers` are those who gained to read a sensitive field, by copy of the org and
/// name of the field.
pub fn fields(
    base: &Side<'_>,
    head: &Side<'_>,
    readers: &BTreeMap<(String, String), Vec<String>>,
    out: &mut Subjects,
) {
    let before: HashMap<(&str, &str), &FieldFacts> =
        base.snapshot.fields.iter().map(|field| (field.key(), field)).collect();
    for after in &head.snapshot.fields {
        let mut changes = Vec::new();
        if let Some(before) = before.get(&after.key()) {
            changes.extend(classification(before, after, base, head));
            changes.extend(encryption(before, after, base, head));
        }
        changes.extend(more_readers(after, readers, head));
        out.add_field(&after.copy, &after.shown, after.label.as_deref(), changes);
    }
}

fn classification(
    before: &FieldFacts,
    after: &FieldFacts,
    base: &Side<'_>,
    head: &Side<'_>,
) -> Option<Change> {
    if (&before.classification, &before.groups) == (&after.classification, &after.groups) {
        return None;
    }
    let marks = |field: &FieldFacts| -> Vec<String> {
        field.classification.iter().chain(&field.groups).cloned().collect()
    };
    let words = |field: &FieldFacts| match marks(field) {
        none if none.is_empty() => "none".to_owned(),
        some => some.join(", "),
    };
    let (direction, danger, text) = match (before.sensitive, after.sensitive) {
        (true, false) => (
            Direction::Widens,
            Danger::High,
            format!("no longer counts as sensitive: {} became {}", words(before), words(after)),
        ),
        (false, true) => (
            Direction::Narrows,
            Danger::Low,
            format!("counts as sensitive now: {} became {}", words(before), words(after)),
        ),
        _ => (
            Direction::Changes,
            Danger::Low,
            format!("is classified differently: {} became {}", words(before), words(after)),
        ),
    };
    let spot = head
        .spot(after.marked_at)
        .or_else(|| base.spot(before.marked_at))
        .or_else(|| head.spot(after.place));
    Some(
        Change::new(What::Classification, direction, danger, text)
            .with_values(marks(before), marks(after))
            .at(spot),
    )
}

fn encryption(
    before: &FieldFacts,
    after: &FieldFacts,
    base: &Side<'_>,
    head: &Side<'_>,
) -> Option<Change> {
    let (direction, text, spot) = match (before.encrypted, after.encrypted) {
        (true, false) => {
            let spot = base.spot(before.encrypted_at).or_else(|| head.spot(after.place));
            (Direction::Widens, "is no longer encrypted", spot)
        }
        (false, true) => (Direction::Narrows, "is encrypted now", head.spot(after.encrypted_at)),
        _ => return None,
    };
    let values = |encrypted: bool| vec![encrypted.to_string()];
    Some(
        Change::new(What::Encryption, direction, Danger::High, text.to_owned())
            .with_values(values(before.encrypted), values(after.encrypted))
            .at(spot),
    )
}

/// A sensitive field that several gained to read: each has a line of its own, and this one tells that they are many.
fn more_readers(
    field: &FieldFacts,
    readers: &BTreeMap<(String, String), Vec<String>>,
    head: &Side<'_>,
) -> Option<Change> {
    let of = |name: &String| readers.get(&(field.copy.clone(), name.clone()));
    let mut who: Vec<String> = field.names.iter().filter_map(of).flatten().cloned().collect();
    who.sort();
    who.dedup();
    if who.len() < 2 {
        return None;
    }
    let text = format!("is sensitive, and {} more can read it: {}", who.len(), some(&who));
    let spot = head.spot(field.marked_at.or(field.place));
    Some(
        Change::new(What::Readers, Direction::Widens, Danger::High, text)
            .with_values(Vec::new(), who)
            .at(spot),
    )
}
