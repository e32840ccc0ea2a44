//! Grants in words: `Delete on Account`, `Edit on 14 fields of Contact, 2 of them sensitive: …`.

use super::change::Item;
use super::grant::{GrantKind, Rights};

/// How many of several names a sentence gives before it only counts.
pub const LISTED: usize = 5;

/// Names of rights in Setup, strongest first.
const RIGHTS: &[(&str, &str)] = &[
    ("modifyAll", "Modify All"),
    ("viewAll", "View All"),
    ("viewAllFields", "View All Fields"),
    ("delete", "Delete"),
    ("edit", "Edit"),
    ("create", "Create"),
    ("read", "Read"),
];

/// One and several of a kind, and what one does with it.
fn noun(kind: GrantKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        GrantKind::Permission => ("", "permissions", "use"),
        GrantKind::Object => ("", "objects", "use"),
        GrantKind::Field => ("", "fields", "use"),
        GrantKind::ApexClass => ("Apex class ", "Apex classes", "call"),
        GrantKind::Page => ("Visualforce page ", "Visualforce pages", "open"),
        GrantKind::Flow => ("flow ", "flows", "run"),
        GrantKind::ExternalCredential => {
            ("external credential ", "external credentials", "call out with")
        }
        GrantKind::CustomPermission => ("custom permission ", "custom permissions", "use"),
        GrantKind::CustomSetting => ("custom setting ", "custom settings", "read"),
        GrantKind::CustomMetadata => ("custom metadata type ", "custom metadata types", "read"),
    }
}

/// Names as a sentence lists them: `a`, `a and b`, `a, b and c`.
pub fn and(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// The first of several names, and how many there are more.
pub fn some(names: &[String]) -> String {
    match names.get(..LISTED) {
        Some(first) if names.len() > LISTED => {
            format!("{} and {} more", first.join(", "), names.len() - LISTED)
        }
        _ => and(names),
    }
}

/// The labels of rights, strongest first.
pub fn labels(kind: GrantKind, rights: Rights) -> Vec<String> {
    let own = RIGHTS.iter().filter(|(word, _)| rights.any(Rights::of(kind, word)));
    own.map(|(_, label)| (*label).to_owned()).collect()
}

/// What is granted, without the rights on it: `Account`, `14 fields of Contact, …`, `Apex class Orders`.
pub fn thing(kind: GrantKind, items: &[Item]) -> String {
    let (one, several, _) = noun(kind);
    let names: Vec<String> = items.iter().map(|item| item.name.clone()).collect();
    let sensitive = items.iter().filter(|item| item.sensitive).count();
    match (kind, items) {
        (GrantKind::Field, [field]) if field.sensitive => {
            format!("{}, a sensitive field", field.name)
        }
        (_, [single]) => format!("{one}{}", single.name),
        (GrantKind::Field, _) => {
            let split = |name: &String| {
                let (object, field) = name.split_once('.').unwrap_or(("", name));
                (object.to_owned(), field.to_owned())
            };
            let object = names.first().map(|name| split(name).0).unwrap_or_default();
            let fields: Vec<String> = names.iter().map(|name| split(name).1).collect();
            let marked = match sensitive {
                0 => String::new(),
                all if all == items.len() => ", all of them sensitive".to_owned(),
                some => format!(", {some} of them sensitive"),
            };
            format!("{} fields of {object}{marked}: {}", items.len(), some(&fields))
        }
        _ => format!("{} {several}: {}", items.len(), some(&names)),
    }
}

/// What is granted with the rights on it: `Delete on Account`.
pub fn phrase(kind: GrantKind, rights: Rights, items: &[Item]) -> String {
    let thing = thing(kind, items);
    match labels(kind, rights) {
        none if none.is_empty() => thing,
        some => format!("{} on {thing}", and(&some)),
    }
}

/// What somebody can do, for those who are not granted but just can: `read and edit Account`, `call Apex class Orders`.
pub fn ability(kind: GrantKind, rights: Rights, items: &[Item]) -> String {
    let thing = thing(kind, items);
    let verbs: Vec<String> = labels(kind, rights).iter().rev().map(|one| verb(one)).collect();
    match verbs {
        none if none.is_empty() && kind == GrantKind::Permission && items.len() == 1 => {
            format!("use the permission {thing}")
        }
        none if none.is_empty() => format!("{} {thing}", noun(kind).2),
        some => format!("{} {thing}", and(&some)),
    }
}

fn verb(label: &str) -> String {
    match label {
        "View All" => "view all records of".to_owned(),
        "Modify All" => "modify all records of".to_owned(),
        "View All Fields" => "view all fields of".to_owned(),
        other => other.to_lowercase(),
    }
}

/// How many there are: `1 field`, `3 fields`.
pub fn count(kind: GrantKind, number: usize) -> String {
    let (_, several, _) = noun(kind);
    if number == 1 {
        let one = several.strip_suffix("es").filter(|one| one.ends_with("ss"));
        return format!("1 {}", one.or(several.strip_suffix('s')).unwrap_or(several));
    }
    format!("{number} {several}")
}
