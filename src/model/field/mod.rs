//! `Field`: a field with its classification, and with what its object says. In source format every field is a file of its
//! own; in metadata format the fields stand in the file of their object.

mod object;
mod sensitivity;

pub use object::{ObjectFile, ObjectKind, object_file};
pub use sensitivity::Sensitivity;

use self::object::kind_by_name;
use crate::model::builder::RecordBuilder;
use crate::model::node::{Node, ValueReader, stated_or_unknown};
use crate::model::record::{Component, Data, Leaf, Place, Record, State, Value};
use crate::value::name;

/// The fields of a file: itself, or those inline in the file of an object.
pub fn fields(
    root: Node<'_>,
    component: &Component,
    sensitivity: &Sensitivity,
    read: &mut ValueReader,
) -> Vec<Record> {
    let of = |object: &str, own: &str| Component {
        copy: component.copy.clone(),
        kind: "CustomField",
        name: format!("{object}.{own}"),
    };
    if root.element.name() == "CustomField" {
        let Some((object, own)) = component.name.split_once('.') else {
            return Vec::new();
        };
        return field(root, of(object, own), sensitivity, read).into_iter().collect();
    }
    let object = &component.name;
    root.all("fields")
        .filter_map(|inline| {
            let own = inline.all("fullName").next()?.text();
            field(inline, of(object, &own), sensitivity, read)
        })
        .collect()
}

fn field(
    node: Node<'_>,
    component: Component,
    sensitivity: &Sensitivity,
    read: &mut ValueReader,
) -> Option<Record> {
    let here = [node];
    let full_name = component.name.clone();
    let (object, own) = full_name.split_once('.')?;
    let mut record = RecordBuilder::new("Field", component, Some(node.start_tag()))?;
    let labels = read.texts(&here, &["label"]);
    let types = read.texts(&here, &["type"]);
    let classification = read.texts(&here, &["securityClassification"]);
    let groups = compliance_groups(node);
    let marks = sensitivity.marks(&classification, &groups);
    let marked_at = marks.first().and_then(|value| value.place);
    let sensitive = Leaf::derived(!marks.is_empty(), marked_at);
    let words: Vec<&str> = marks.iter().map(|value| &*value.written).collect();
    let words = words.join(", ");
    let encrypted = encrypted_at(node, &types, read);
    let mut own_name_and_label = Leaf::text(own, None).values;
    own_name_and_label.extend(labels.iter().cloned());
    let kind = kind_by_name(object);
    record
        .set("name", Leaf::text_reference(&full_name))
        .set("names", names(object, own))
        .set("object", Leaf::text_reference(object))
        .set(
            "namespace",
            name::namespace(&full_name).map_or(Leaf::NONE, |found| Leaf::text(&found, None)),
        )
        .set("label", Leaf::stated_or(labels, Leaf::NONE))
        .set("nameOrLabel", Leaf { values: own_name_and_label, ..Leaf::NONE })
        .set("classification", Leaf::stated_or(classification, Leaf::NONE))
        .set("complianceGroup", Leaf::stated_or(groups, Leaf::NONE))
        .set("sensitive", sensitive)
        .set(
            "sensitivity",
            if words.is_empty() { Leaf::NONE } else { Leaf::text(&words, marked_at) },
        )
        .set("encrypted", Leaf::derived(encrypted.is_some(), encrypted.flatten()))
        .set("trackHistory", stated_or_unknown(read.bools(&here, &["trackHistory"])))
        .set("historyTrackable", trackable(node, &types, kind))
        .set("type", Leaf::stated_or(types, Leaf::NONE));
    if let Some(kind) = kind {
        record.set("objectKind", Leaf::text(kind.word(), None));
        if !kind.has_values_of_its_own() {
            record.set("objectVisibility", Leaf::NONE);
        }
    }
    let mut record = record.finish();
    tracked(&mut record);
    Some(record)
}

/// What the object of a field says, added to the field.
pub fn with_object(record: &mut Record, object: &ObjectFile) {
    let mut set = |leaf: &str, value: Leaf| {
        if let Some(slot) = record.leaf_mut(leaf) {
            *slot = value;
        }
    };
    set("objectHistory", object.history.clone());
    set("objectKind", Leaf::text(object.kind.word(), object.kind_at));
    if object.kind.has_values_of_its_own() {
        set("objectVisibility", object.visibility.clone());
    } else {
        set("objectVisibility", Leaf::NONE);
    }
    let open = |leaf: Option<&Leaf>| leaf.is_some_and(|leaf| leaf.state == State::Unknown);
    if !object.kind.keeps_history() {
        set("historyTrackable", Leaf::derived(false, None));
    } else if open(record.leaf("historyTrackable"))
        && let Some(slot) = record.leaf_mut("historyTrackable")
    {
        *slot = Leaf::derived(true, None);
    }
    tracked(record);
}

/// Every name that a permission may call the field by. A custom field of an activity is one of tasks and of events; one of
/// a contact is also one of the account of a person (Salesforce Help, "Person Account Fields").
fn names(object: &str, own: &str) -> Leaf {
    let mut all = vec![format!("{object}.{own}")];
    if object.eq_ignore_ascii_case("Activity") {
        all.extend(["Task", "Event"].map(|object| format!("{object}.{own}")));
    }
    let ends_in_c = own.len() > 3
        && own.get(own.len() - 3..).is_some_and(|end| end.eq_ignore_ascii_case("__c"));
    if object.eq_ignore_ascii_case("Contact") && ends_in_c {
        all.push(format!("Account.{}__pc", own.get(..own.len() - 3).unwrap_or(own)));
    }
    let values = all.iter().flat_map(|one| Leaf::text_reference(one).values).collect();
    Leaf { values, ..Leaf::NONE }
}

/// The compliance groups: several stand in one element with semicolons between them. `None`, which Setup writes for a field
/// that was looked at, is no group.
fn compliance_groups(node: Node<'_>) -> Vec<Value> {
    node.all("complianceGroup")
        .flat_map(|element| {
            element.element.pieces(';').map(move |(item, span)| Value {
                data: Data::Text(item.as_ref().into()),
                written: item.as_ref().into(),
                place: Some(element.place(span)),
            })
        })
        .filter(|value| !value.written.is_empty() && !value.written.eq_ignore_ascii_case("None"))
        .collect()
}

/// What says that the field is encrypted: Shield (`encryptionScheme` since API 44, `encrypted` before), or classic
/// encryption, which is a type of its own. `None`: nothing does.
fn encrypted_at(node: Node<'_>, types: &[Value], read: &mut ValueReader) -> Option<Option<Place>> {
    let here = [node];
    let scheme = read.texts(&here, &["encryptionScheme"]);
    let by_scheme = scheme.into_iter().find(|value| !value.written.eq_ignore_ascii_case("None"));
    let by_flag = || {
        let flags = read.bools(&here, &["encrypted"]);
        flags.into_iter().find(|value| matches!(value.data, Data::Bool(true)))
    };
    let by_type = || types.iter().find(|value| value.written.eq_ignore_ascii_case("EncryptedText"));
    by_scheme.or_else(by_flag).or_else(|| by_type().cloned()).map(|value| value.place)
}

/// Whether the platform can track changes of a field: not of formulas, roll-up summaries and automatic numbers (Salesforce
/// Help, "Field History Tracking"), and only on objects that keep history. Unknown as long as the object is.
fn trackable(node: Node<'_>, types: &[Value], kind: Option<ObjectKind>) -> Leaf {
    let never = |value: &Value| {
        ["Summary", "AutoNumber"].iter().any(|never| value.written.eq_ignore_ascii_case(never))
    };
    if node.all("formula").next().is_some() || types.iter().any(never) {
        return Leaf::derived(false, None);
    }
    kind.map_or(Leaf::UNKNOWN, |kind| Leaf::derived(kind.keeps_history(), None))
}

/// `historyTracked`: the object keeps history and the field is part of it. A retrieve leaves `trackHistory` out where the
/// object keeps none, so a sensitive field that says nothing is not tracked.
fn tracked(record: &mut Record) {
    let says = |leaf: &str| {
        let leaf = record.leaf(leaf)?;
        (leaf.state != State::Unknown).then(|| (leaf.is_only(true), leaf.place()))
    };
    let of_field = says("trackHistory");
    let of_object = says("objectHistory");
    let tracked = match (of_field, of_object) {
        (Some((false, place)), _) => Leaf::derived(false, place),
        (_, Some((false, place))) => Leaf::derived(false, place),
        (None, _) if record.is("sensitive") => Leaf::derived(false, None),
        (Some((true, place)), Some((true, _))) => Leaf::derived(true, place),
        _ => Leaf::UNKNOWN,
    };
    if let Some(slot) = record.leaf_mut("historyTracked") {
        *slot = tracked;
    }
}
