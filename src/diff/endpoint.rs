//! Compares addresses that the org calls, trusts, or is reached from.

use std::collections::BTreeMap;

use super::change::{Change, Danger, Direction, SubjectKind, What};
use super::side::{Side, Subjects};
use crate::model::record::{Data, Leaf, Record};
use crate::value::name;
use crate::value::url::{Url, Wildcard};

/// Addresses of apps that are told with the app, or lead nobody anywhere.
const ELSEWHERE: &[&str] = &["callback", "info", "logo"];

/// Components by their type as people know it.
const TITLES: &[(&str, &str)] = &[
    ("RemoteSiteSetting", "Remote site"),
    ("CspTrustedSite", "Trusted URL"),
    ("CorsWhitelistOrigin", "CORS origin"),
    ("RedirectWhitelistUrl", "Trusted redirect"),
    ("IframeWhiteListUrlSettings", "Trusted frame hosts"),
    ("CustomSite", "Site"),
    ("NamedCredential", "Named credential"),
    ("ExternalCredential", "External credential"),
    ("ExternalDataSource", "External data source"),
    ("AuthProvider", "Authentication provider"),
    ("ExternalAuthIdentityProvider", "Identity provider"),
    ("SamlSsoConfig", "Single sign-on"),
    ("ExternalServiceRegistration", "External service"),
    ("PublicKeyCertificateSet", "Public keys"),
    ("Workflow", "Outbound message"),
    ("WorkflowOutboundMessage", "Outbound message"),
    ("ConnectedApp", "Connected app"),
];

fn title(metadata_type: &str) -> &str {
    let known = TITLES.iter().find(|(known, _)| *known == metadata_type);
    known.map_or(metadata_type, |(_, title)| title)
}

/// The addresses of one element of one component.
type Group<'s> = BTreeMap<(String, &'static str, String, String), [Vec<&'s Record>; 2]>;

/// Compares all addresses.
pub fn endpoints(base: Side<'_>, head: Side<'_>, out: &mut Subjects) {
    let mut groups: Group<'_> = BTreeMap::new();
    for (at, side) in [base, head].into_iter().enumerate() {
        let unreadable = |record: &Record| {
            [base, head].iter().any(|side| side.snapshot.is_unreadable(&record.component))
        };
        for record in side.snapshot.endpoints.iter().filter(|one| !unreadable(one)) {
            if text(record, "use").is_some_and(|usage| ELSEWHERE.contains(&usage)) {
                continue;
            }
            let key = (
                record.component.copy.clone(),
                record.component.kind,
                name::canonical(&record.component.name),
                text(record, "element").unwrap_or_default().to_owned(),
            );
            if let Some(list) = groups.entry(key).or_default().get_mut(at) {
                list.push(record);
            }
        }
    }
    for [before, after] in groups.into_values() {
        group(before, after, base, head, out);
    }
}

fn group(
    mut before: Vec<&Record>,
    after: Vec<&Record>,
    base: Side<'_>,
    head: Side<'_>,
    out: &mut Subjects,
) {
    let mut add = |record: &Record, changes: Vec<Change>| {
        out.add_component(record, SubjectKind::Endpoint, title(record.component.kind), changes);
    };
    let mut fresh = Vec::new();
    for record in after {
        match before.iter().position(|old| written(old) == written(record)) {
            Some(at) => {
                let old = before.remove(at);
                add(record, details(old, record, head));
            }
            None => fresh.push(record),
        }
    }
    // The same address is not two, and one that goes while one comes is another address in its place.
    if let (&[old], &[new]) = (&*before, &*fresh) {
        let mut changes = vec![replaced(old, new, head)];
        changes.extend(details(old, new, head));
        add(new, changes);
        return;
    }
    for new in fresh {
        let (danger, remark) = danger(new);
        let text = format!("{} {} added{remark}", usage(new), written(new));
        let change = Change::new(What::Address, Direction::Widens, danger, text);
        let change = change.with_values(Vec::new(), vec![written(new).to_owned()]);
        add(new, vec![change.at(head.spot(place(new)))]);
    }
    for old in before {
        let text = format!("{} {} removed", usage(old), written(old));
        let change = Change::new(What::Address, Direction::Narrows, Danger::Low, text);
        let change = change.with_values(vec![written(old).to_owned()], Vec::new());
        add(old, vec![change.at(base.spot(place(old)))]);
    }
}

fn url(record: &Record) -> Option<&Url> {
    match &record.leaf("url")?.values.first()?.data {
        Data::Url(url) => Some(url),
        _ => None,
    }
}

fn written(record: &Record) -> &str {
    url(record).map_or("", |url| &url.written)
}

fn place(record: &Record) -> Option<crate::model::record::Place> {
    record.leaf("url").and_then(Leaf::place).or(record.block.place)
}

fn text<'r>(record: &'r Record, leaf: &str) -> Option<&'r str> {
    record.leaf(leaf)?.first_text()
}

/// What an address is for, in front of it.
fn usage(record: &Record) -> &'static str {
    match text(record, "use").unwrap_or_default() {
        "logout" => "logout address",
        "error" => "error address",
        "start" => "start address",
        "saml" => "SAML address",
        "key-set" => "key address",
        "cors" | "csp" | "redirect" | "iframe" => "trust in",
        _ => "address",
    }
}

fn is_off(record: &Record) -> bool {
    record.leaf("active").is_some_and(|leaf| leaf.is(false) && !leaf.is(true))
}

fn is_clear(url: &Url) -> bool {
    matches!(url.scheme.as_deref(), Some("http" | "ftp" | "ldap" | "ws")) && !url.loopback
}

/// How dangerous it is that an address is named.
fn danger(record: &Record) -> (Danger, &'static str) {
    let Some(url) = url(record) else { return (Danger::Medium, "") };
    if is_off(record) {
        (Danger::Low, ", switched off")
    } else if url.wildcard == Wildcard::All {
        (Danger::Critical, ", which is every host")
    } else if is_clear(url) {
        (Danger::High, ", in clear text")
    } else if url.wildcard == Wildcard::Suffix {
        (Danger::High, ", which hosts of anybody fit")
    } else if url.wildcard == Wildcard::Domain {
        (Danger::Medium, ", which is every host of the domain")
    } else if record.is("sendsCredential") {
        (Danger::Medium, ", with a stored credential")
    } else {
        (Danger::Medium, "")
    }
}

/// Another address in the place of one.
fn replaced(old: &Record, new: &Record, head: Side<'_>) -> Change {
    let (before, after) = (url(old), url(new));
    let host = |url: Option<&Url>| url.and_then(|url| url.host.clone());
    let clear = |url: Option<&Url>| url.is_some_and(is_clear);
    let (plain, remark) = danger(new);
    let (direction, danger, remark) = if clear(after) && !clear(before) {
        let remark = if new.is("sendsCredential") {
            ": a stored credential goes in clear text now"
        } else {
            ": clear text now"
        };
        (Direction::Widens, if is_off(new) { Danger::Low } else { Danger::High }, remark)
    } else if host(before) != host(after) {
        let remark = if remark.is_empty() { ": another host" } else { remark };
        (Direction::Widens, plain, remark)
    } else if clear(before) && !clear(after) {
        (Direction::Narrows, Danger::Low, ": no longer clear text")
    } else {
        (Direction::Changes, Danger::Low, "")
    };
    let text = format!("{} is {} instead of {}{remark}", usage(new), written(new), written(old));
    Change::new(What::Address, direction, danger, text)
        .with_values(vec![written(old).to_owned()], vec![written(new).to_owned()])
        .at(head.spot(place(new)))
}

/// What else is said of an address.
fn details(old: &Record, new: &Record, head: Side<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    let address = written(new);
    let mut tell = |leaf: &str,
                    direction: Direction,
                    danger: Danger,
                    text: String,
                    values: [Vec<String>; 2]| {
        let spot = head.spot(new.leaf(leaf).and_then(Leaf::place).or_else(|| place(new)));
        let danger = if is_off(new) { Danger::Low } else { danger };
        let [before, after] = values;
        changes.push(
            Change::new(What::Address, direction, danger, text).with_values(before, after).at(spot),
        );
    };
    let flags: [(&str, Danger, &str, &str); 4] = [
        ("active", Danger::Medium, "is switched on now", "is switched off now"),
        (
            "protocolSecurityOff",
            Danger::High,
            "may be called over http from https sessions now",
            "may no longer be called over http from https sessions",
        ),
        (
            "sendsCredential",
            Danger::Medium,
            "is called with a stored credential now",
            "is called without a stored credential now",
        ),
        (
            "includeSessionId",
            Danger::High,
            "is sent a session id now",
            "is sent no session id any more",
        ),
    ];
    for (leaf, danger, on, off) in flags {
        let (before, after) = (old.is(leaf), new.is(leaf));
        if before == after || is_unknown(old, leaf) || is_unknown(new, leaf) {
            continue;
        }
        let direction = if after { Direction::Widens } else { Direction::Narrows };
        let text = format!("{address} {}", if after { on } else { off });
        tell(leaf, direction, danger, text, [vec![before.to_string()], vec![after.to_string()]]);
    }
    for (leaf, words) in [("directives", "may load"), ("context", "is trusted in")] {
        let values = |record: &Record| -> Vec<String> {
            let values = record.leaf(leaf).into_iter().flat_map(|leaf| &leaf.values);
            let mut all: Vec<String> = values.map(|value| value.written.to_string()).collect();
            all.sort();
            all.dedup();
            all
        };
        let (before, after) = (values(old), values(new));
        if before == after {
            continue;
        }
        let more = after.iter().any(|one| !before.contains(one));
        let direction = if more { Direction::Widens } else { Direction::Narrows };
        let list = |values: &[String]| match values {
            [] => "nothing stated".to_owned(),
            some => some.join(", "),
        };
        let text = format!("{address} {words} {} instead of {}", list(&after), list(&before));
        tell(leaf, direction, Danger::Medium, text, [before, after]);
    }
    changes
}

fn is_unknown(record: &Record, leaf: &str) -> bool {
    record.leaf(leaf).is_none_or(|leaf| leaf.values.is_empty())
}
