//! What an integration is granted against what its contract says.

use super::contract::{Allowance, Contract, PARTS};
use super::identity::{Identity, reference};
use super::value;
use crate::model::builder::{ChildBuilder, one};
use crate::model::oauth_app::grantees;
use crate::model::record::{Block, Leaf, Place, Value};

/// One thing that is granted.
struct Grant<'a> {
    name: &'a Value,
    rights: Leaf,
    holder: &'a str,
    related: Vec<(Place, Box<str>)>,
}

/// What an identity is granted of a part of [`PARTS`].
fn granted<'r>(identity: &Identity<'r>, part: &str) -> Vec<Grant<'r>> {
    let child = match part {
        "scope" => {
            let scopes = identity.app.and_then(|app| Some((app, app.leaf("scopes")?)));
            let grants = scopes.into_iter().flat_map(|(app, leaf)| {
                leaf.values.iter().map(|value| Grant {
                    name: value,
                    rights: Leaf::NONE,
                    holder: &app.component.name,
                    related: Vec::new(),
                })
            });
            return grants.collect();
        }
        "permission" => "userPermission",
        "object" => "object",
        _ => "field",
    };
    identity
        .grants(child)
        .filter_map(|(holder, grant)| {
            Some(Grant {
                name: grant.values("name").first()?,
                rights: grant.leaf("rights").cloned().unwrap_or(Leaf::NONE),
                holder: &holder.component.name,
                related: grant.block.related.clone(),
            })
        })
        .collect()
}

impl Grant<'_> {
    fn is_of(&self, allowance: &Allowance) -> bool {
        is(self.name, &allowance.name.canonical)
    }

    fn has(&self, right: &str) -> bool {
        self.rights.values.iter().any(|value| is(value, right))
    }

    /// The rights that an allowance does not give; `None` if it gives all.
    fn beyond(&self, allowance: Option<&Allowance>) -> Option<Leaf> {
        let Some(allowance) = allowance else {
            return Some(self.rights.clone());
        };
        let given = |right: &Value| allowance.rights.iter().any(|one| is(right, &one.canonical));
        let rights = self.rights.values.iter().filter(|right| right.text().is_some());
        let left: Vec<Value> = rights.filter(|right| !given(right)).cloned().collect();
        (!left.is_empty()).then(|| Leaf::stated(left))
    }
}

fn is(value: &Value, canonical: &str) -> bool {
    value.text().is_some_and(|text| text.eq_ignore_ascii_case(canonical))
}

/// What is granted although the contract does not say so.
pub(super) fn beyond(identity: &Identity<'_>, contract: &Contract) -> Vec<Block> {
    let Some(builder) = ChildBuilder::new("Integration", "beyond") else { return Vec::new() };
    let mut found = Vec::new();
    for part in PARTS {
        let Some(allowed) = contract.part(part) else { continue };
        for grant in granted(identity, part) {
            let allowance = allowed.iter().find(|one| grant.is_of(one));
            let Some(rights) = grant.beyond(allowance) else { continue };
            let place = rights.place().or(grant.name.place);
            let (line, text) = match allowance {
                Some(one) => (one.name.place, "the contract says less"),
                None => (contract.name.place, "the contract does not list it"),
            };
            let mut block = builder.block(
                place,
                vec![
                    ("part", Leaf::text(part, None)),
                    ("name", one(grant.name.clone())),
                    ("what", in_words(part, &grant.name.written, &rights.values)),
                    ("rights", rights),
                    ("principal", one(reference(grant.holder))),
                ],
            );
            block.related = grant.related;
            block.related.push((line, text.into()));
            found.push(block);
        }
    }
    found.extend(further_grantees(identity, contract, &builder));
    found
}

/// Those that the app hands out although the contract lists others.
fn further_grantees(
    identity: &Identity<'_>,
    contract: &Contract,
    builder: &ChildBuilder,
) -> Vec<Block> {
    let Some(app) = identity.app.filter(|_| !contract.principals.is_empty()) else {
        return Vec::new();
    };
    let listed = |kind: &str, canonical: &str| {
        contract.principals.iter().any(|term| term.means(kind, canonical))
    };
    grantees(app)
        .filter(|grantee| !listed(grantee.kind, grantee.canonical))
        .map(|grantee| {
            let mut block = builder.block(
                grantee.name.place,
                vec![
                    ("part", Leaf::text("principal", None)),
                    ("name", one(grantee.name.clone())),
                    ("what", Leaf::text(&format!("all of {}", grantee.name.written), None)),
                    ("principal", one(reference(&app.component.name))),
                ],
            );
            block.related.push((contract.name.place, "the contract does not list it".into()));
            block
        })
        .collect()
}

/// What the contract gives and nothing grants. Nothing is missing as long as not all principals are known.
pub(super) fn missing(identity: &Identity<'_>, contract: &Contract) -> Vec<Block> {
    let Some(builder) = ChildBuilder::new("Integration", "missing") else { return Vec::new() };
    let mut found = Vec::new();
    for part in PARTS {
        let known = if part == "scope" { identity.app.is_some() } else { identity.complete };
        let granted = granted(identity, part);
        for allowance in contract.part(part).filter(|_| known).unwrap_or_default() {
            let own: Vec<&Grant<'_>> = granted.iter().filter(|one| one.is_of(allowance)).collect();
            let has = |right: &str| own.iter().any(|grant| grant.has(right));
            let rights: Vec<Value> = allowance
                .rights
                .iter()
                .filter(|right| !has(&right.canonical))
                .map(|right| value(&right.canonical, &right.written, Some(right.place)))
                .collect();
            let nothing =
                if allowance.rights.is_empty() { own.is_empty() } else { !rights.is_empty() };
            if nothing {
                let term = &allowance.name;
                found.push(builder.block(
                    Some(term.place),
                    vec![
                        ("part", Leaf::text(part, None)),
                        ("name", one(value(&term.canonical, &term.written, Some(term.place)))),
                        ("what", in_words(part, &term.written, &rights)),
                        ("rights", Leaf::stated_or(rights, Leaf::NONE)),
                    ],
                ));
            }
        }
    }
    found
}

/// Names in the contract that nothing has.
pub(super) fn unknown(identity: &Identity<'_>, contract: &Contract) -> Vec<Block> {
    let Some(builder) = ChildBuilder::new("Integration", "unknown") else { return Vec::new() };
    let app = contract.app.iter().filter(|_| identity.app.is_none()).map(|app| ("app", app));
    let absent = contract
        .principals
        .iter()
        .filter(|term| !identity.principals.iter().any(|record| term.is(record)));
    app.chain(absent.map(|term| ("principal", &term.name)))
        .map(|(part, term)| {
            builder.block(
                Some(term.place),
                vec![
                    ("part", Leaf::text(part, Some(term.place))),
                    ("name", Leaf::text(&term.written, Some(term.place))),
                ],
            )
        })
        .collect()
}

/// `delete on Account`, `the scope Web`, `ViewSetup`.
fn in_words(part: &str, name: &str, rights: &[Value]) -> Leaf {
    let rights: Vec<&str> = rights.iter().map(|right| &*right.written).collect();
    let text = match (part, rights.as_slice()) {
        ("scope", _) => format!("the scope {name}"),
        (_, []) => name.to_owned(),
        (_, rights) => format!("{} on {name}", rights.join(", ")),
    };
    Leaf::text(&text, None)
}
