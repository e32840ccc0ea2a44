//! `Misfit`: elements and values that a metadata type does not have. In a file that decides about security they are worse
//! than a failed deploy: what the author believes to be on is not, and no other rule can say so, because nothing is
//! concluded from them.
//!
//! The table of metadata types is never complete: a release adds elements, and orgs return some that no release
//! documents. So the `nature` of a misfit says how sure it is. What is nearly an element of the same place, stands at
//! another place of the same type or belongs to a related type is a mistake; what is like nothing may be new.

mod shape;

use std::collections::{HashMap, HashSet};

use self::shape::{Holds, Part, Shape};
use crate::document::Span;
use crate::model::builder::RecordBuilder;
use crate::model::node::{Doubt, Node, truth};
use crate::model::record::{Component, Leaf, Place, Record};
use crate::schema::near_miss;

/// How a misfit came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Nearly one that exists at this place.
    Misspelt,
    /// Exists elsewhere in the metadata type.
    Misplaced,
    /// Exists in a related metadata type.
    Foreign,
    /// A value that is no truth value, no number, or not of the documented form.
    Format,
    /// Like nothing that is known.
    Unlisted,
}

words!(Nature {
    Misspelt = "misspelt",
    Misplaced = "misplaced",
    Foreign = "foreign",
    Format = "format",
    Unlisted = "unlisted",
});

/// The metadata types that decide about security by what each element says. Types of code and data are left out.
pub const CHECKED: &[&str] = &[
    "ApexSettings",
    "AuthProvider",
    "Certificate",
    "CommunitiesSettings",
    "ConnectedApp",
    "ConnectedAppSettings",
    "CorsWhitelistOrigin",
    "CspTrustedSite",
    "CustomPermission",
    "CustomSite",
    "DelegateGroup",
    "EventSettings",
    "ExternalAuthIdentityProvider",
    "ExternalClientAppSettings",
    "ExternalClientApplication",
    "ExternalCredential",
    "ExternalDataSource",
    "ExtlClntAppCanvasSettings",
    "ExtlClntAppConfigurablePolicies",
    "ExtlClntAppGlobalOauthSettings",
    "ExtlClntAppMobileConfigurablePolicies",
    "ExtlClntAppMobileSettings",
    "ExtlClntAppNotificationSettings",
    "ExtlClntAppOauthConfigurablePolicies",
    "ExtlClntAppOauthSecuritySettings",
    "ExtlClntAppOauthSettings",
    "ExtlClntAppPushConfigurablePolicies",
    "ExtlClntAppPushSettings",
    "ExtlClntAppSamlConfigurablePolicies",
    "FileUploadAndDownloadSecuritySettings",
    "IdentityProviderSettings",
    "IframeWhiteListUrlSettings",
    "MutingPermissionSet",
    "MyDomainSettings",
    "NamedCredential",
    "Network",
    "OauthCustomScope",
    "OauthOidcSettings",
    "OauthTokenExchangeHandler",
    "PermissionSet",
    "PermissionSetGroup",
    "Profile",
    "ProfilePasswordPolicy",
    "ProfileSessionSetting",
    "RedirectWhitelistUrl",
    "RemoteSiteSetting",
    "SamlSsoConfig",
    "SecuritySettings",
    "SharingRules",
    "SharingSet",
    "SharingSettings",
    "TransactionSecurityPolicy",
    "UserManagementSettings",
];

/// Longer values are cut in messages.
const SHOWN: usize = 40;

/// A file with more than this is no mistake but another language; what is said of each costs time.
const MOST: usize = 50;

/// One thing that does not fit, before it becomes a record.
struct Found {
    place: Place,
    path: String,
    element: String,
    value: Option<String>,
    nature: Nature,
    meant: String,
    expected: String,
}

/// Everything in a file that its metadata type does not have. `doubts` are values of the same file that a reader could not
/// make sense of.
pub fn misfits(
    root: Node<'_>,
    metadata_type: &str,
    component: &Component,
    doubts: &[Doubt],
    newer: bool,
) -> Vec<Record> {
    let Some(shape) = Shape::of(metadata_type) else { return Vec::new() };
    let mut found = Vec::new();
    compare(root, shape, &mut found);
    add_doubts(root, doubts, &mut found);
    found.iter().filter_map(|one| record(one, metadata_type, component, newer)).collect()
}

/// Compares the elements of a file with those of its type. What is not known is not looked into; an element that is like
/// nothing is told once for each place of the type, for what is to be done about it is the same everywhere.
fn compare(root: Node<'_>, shape: &'static Shape, found: &mut Vec<Found>) {
    let mut open = vec![(root, 0_usize)];
    let mut unlisted: HashSet<(usize, String)> = HashSet::new();
    while let Some((node, at)) = open.pop() {
        let Some(part) = shape.parts.get(at) else { continue };
        // Most files have their elements in the order of the table, or many of one kind.
        let mut last = 0;
        for element in node.element.children() {
            if found.len() >= MOST {
                return;
            }
            let name = element.name();
            let child = Node { file: node.file, element };
            let Some((position, holds)) = part.position(name, last) else {
                if unlisted.is_empty() || !unlisted.contains(&(at, name.to_owned())) {
                    let one = unknown_element(root, child, part, shape);
                    if one.nature == Nature::Unlisted {
                        unlisted.insert((at, name.to_owned()));
                    }
                    found.push(one);
                }
                continue;
            };
            last = position;
            match holds {
                Holds::Children(inner) if element.has_children() => open.push((child, inner)),
                Holds::Children(_) | Holds::Anything => {}
                Holds::Boolean => {
                    let text = element.text();
                    if truth(&text).is_none() && !text.is_empty() {
                        found.extend(format_error(root, child, "true or false"));
                    }
                }
                Holds::Number => {
                    let text = element.text();
                    if !text.is_empty() && text.parse::<f64>().is_err() {
                        found.extend(format_error(root, child, "a number"));
                    }
                }
                Holds::Enum(enumeration) => {
                    let text = element.text();
                    if !text.is_empty() && !enumeration.contains_ignore_case(&text) {
                        let values: Vec<&str> = enumeration.values().collect();
                        found.extend(unknown_value(root, child, &values));
                    }
                }
            }
        }
    }
}

fn unknown_element(root: Node<'_>, node: Node<'_>, part: &Part, shape: &Shape) -> Found {
    let name = node.element.name();
    let siblings = part.elements.iter().map(|(known, _)| *known);
    let (nature, meant) = match near_miss(name, siblings) {
        Some(sibling) => (Nature::Misspelt, sibling.to_owned()),
        None => match shape.paths_to(name).into_iter().next() {
            Some(path) if is_telling(name) => (Nature::Misplaced, path),
            _ => match relative_with(name) {
                Some(other) => (Nature::Foreign, other),
                None => (Nature::Unlisted, part.of.name().to_owned()),
            },
        },
    };
    Found {
        place: node.start_tag(),
        path: path_to(root, node),
        element: name.to_owned(),
        value: None,
        nature,
        meant,
        expected: String::new(),
    }
}

/// Names of one word, such as `type` or `label`, are in every second type and say nothing.
fn is_telling(name: &str) -> bool {
    name.chars().any(char::is_uppercase)
}

/// The checked type that has an element of this name.
fn relative_with(name: &str) -> Option<String> {
    if !is_telling(name) {
        return None;
    }
    let shapes = CHECKED.iter().filter_map(|other| Some((other, Shape::of(other)?)));
    let mut found = shapes.filter_map(|(other, shape)| {
        let path = shape.paths_to(name).into_iter().next()?;
        Some((path.matches('.').count(), format!("{other}.{path}")))
    });
    let first = found.next()?;
    Some(found.fold(first, |known, next| if next.0 < known.0 { next } else { known }).1)
}

/// Nothing for a value that is filled in when the file is deployed.
fn unknown_value(root: Node<'_>, node: Node<'_>, values: &[&'static str]) -> Option<Found> {
    let text = node.text();
    let meant = near_miss(&text, values.iter().copied());
    let nature = if meant.is_some() { Nature::Misspelt } else { Nature::Unlisted };
    let (few, more) = values.split_at_checked(6).unwrap_or((values, &[]));
    let others = if more.is_empty() { "" } else { ", …" };
    let expected = format!("{}{others}", few.join(", "));
    value(root, node, nature, meant.unwrap_or_default(), expected)
}

fn format_error(root: Node<'_>, node: Node<'_>, expected: &str) -> Option<Found> {
    value(root, node, Nature::Format, "", expected.to_owned())
}

fn value(
    root: Node<'_>,
    node: Node<'_>,
    nature: Nature,
    meant: &str,
    expected: String,
) -> Option<Found> {
    let text = node.text();
    if is_placeholder(&text) {
        return None;
    }
    Some(Found {
        place: node.value_place(),
        path: path_to(root, node),
        element: node.element.name().to_owned(),
        value: Some(text.chars().take(SHOWN).collect()),
        nature,
        meant: meant.to_owned(),
        expected,
    })
}

/// Adds the doubts of readers, which know more of some formats than the table.
fn add_doubts(root: Node<'_>, doubts: &[Doubt], found: &mut Vec<Found>) {
    let known: HashSet<Place> = found.iter().map(|one| one.place).collect();
    let of_file = doubts.iter().filter(|doubt| doubt.place.file == root.file);
    let mut wanted: HashMap<Span, &'static str> = of_file
        .filter(|doubt| !known.contains(&doubt.place))
        .map(|doubt| (doubt.place.span, doubt.expected))
        .collect();
    let mut open = vec![root.element];
    while let Some(element) = open.pop() {
        if wanted.is_empty() || found.len() >= MOST {
            return;
        }
        if !element.has_children()
            && let Some(expected) = wanted.remove(&element.value_span())
        {
            found.extend(format_error(root, Node { file: root.file, element }, expected));
        }
        open.extend(element.children());
    }
}

/// `{{VALUE}}`, `${VALUE}`, `%%%VALUE%%%`, `__VALUE__`: a template, filled in by a script.
fn is_placeholder(text: &str) -> bool {
    ["{{", "${", "%%", "__", "<", "@@", "$("].iter().any(|mark| text.contains(mark))
}

/// The dotted path of an element below the root. Looked for only when there is something to say of it.
fn path_to(root: Node<'_>, node: Node<'_>) -> String {
    let wanted = node.element.span();
    let mut names = Vec::new();
    let mut at = root.element;
    while let Some(next) = at.children().find(|child| {
        let span = child.span();
        span.start <= wanted.start && wanted.end <= span.end
    }) {
        names.push(next.name());
        if next.span() == wanted {
            break;
        }
        at = next;
    }
    names.join(".")
}

fn record(
    found: &Found,
    metadata_type: &str,
    component: &Component,
    newer: bool,
) -> Option<Record> {
    let mut record = RecordBuilder::new("Misfit", component.clone(), Some(found.place))?;
    let or_none = |text: &str| if text.is_empty() { Leaf::NONE } else { Leaf::text(text, None) };
    let here = Some(found.place);
    let (what, subject) = match &found.value {
        Some(value) => ("value", format!("the value {value} of {}", found.path)),
        None => ("element", format!("the element {}", found.path)),
    };
    record
        .set("what", Leaf::text(what, None))
        .set("type", Leaf::text(metadata_type, None))
        .set("settings", Leaf::derived(metadata_type.ends_with("Settings"), None))
        .set("owner", Leaf::text_reference(&component.name))
        .set("path", Leaf::text(&found.path, None))
        .set("element", Leaf::text(&found.element, here))
        .set("subject", Leaf::text(&subject, None))
        .set("value", found.value.as_deref().map_or(Leaf::NONE, |text| Leaf::text(text, here)))
        .set("nature", Leaf::text(found.nature.word(), None))
        .set("meant", or_none(&found.meant))
        .set("expected", or_none(&found.expected))
        .set("newer", Leaf::derived(newer, None));
    Some(record.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, SourceText};
    use crate::model::record::FileId;

    fn found(text: &str, doubts: &[Doubt]) -> usize {
        let source = SourceText::decode(text.as_bytes().to_vec()).unwrap();
        let mut document = Document::new();
        document.parse(&source).unwrap();
        let element = document.root(&source).unwrap();
        let component = Component { copy: String::new(), kind: "Profile", name: "P".to_owned() };
        let root = Node { file: FileId(0), element };
        misfits(root, element.name(), &component, doubts, false).len()
    }

    #[test]
    fn every_checked_type_has_a_shape() {
        for name in CHECKED {
            assert!(Shape::of(name).is_some(), "{name}");
        }
        assert!(Shape::of("Flow").is_none());
    }

    #[test]
    fn a_file_in_another_language_takes_no_time() {
        let unknown =
            format!("<Profile>{}</Profile>", "<isPkceRequird>x</isPkceRequird>".repeat(50_000));
        assert_eq!(found(&unknown, &[]), 1);
        let misspelt =
            format!("<Profile>{}</Profile>", "<userPermission>x</userPermission>".repeat(50_000));
        assert_eq!(found(&misspelt, &[]), MOST);
        let text = format!("<Profile>{}</Profile>", "<custom>x</custom>".repeat(50_000));
        assert_eq!(found(&text, &[]), MOST);
    }

    #[test]
    fn a_doubt_is_told_once() {
        let text = "<Profile><custom>x</custom><description>y</description></Profile>";
        let doubt = |word: &str| {
            let start = text.find(word).unwrap() as u32 + 1;
            let span = Span { start, end: start + 1 };
            let place = Place { file: FileId(0), span };
            Doubt { place, element: "e".into(), expected: "something" }
        };
        assert_eq!(found(text, &[doubt(">x"), doubt(">y")]), 2);
    }
}
