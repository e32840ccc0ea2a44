//! `Integration`: one program with the union of what it is granted, held against its contract.

use std::collections::BTreeSet;

use super::contract::{Allowance, Contract, PARTS};
use super::{Integrations, Signal};
use crate::model::builder::{ChildBuilder, RecordBuilder, one};
use crate::model::record::{Block, Component, Data, Leaf, Place, Record, State, Value};
use crate::model::vocabulary::{RecordKind, record_kind};
use crate::value::name;

/// What the records of the `Integration` kind are made of.
struct World<'r> {
    principals: &'r [Record],
    apps: &'r [Record],
    principal: &'static RecordKind,
    app: &'static RecordKind,
}

/// One program while it is put together.
struct Identity<'r> {
    name: String,
    copy: String,
    app: Option<&'r Record>,
    principals: Vec<&'r Record>,
    contract: Option<&'r Contract>,
    /// Every principal that is named is in the project.
    complete: bool,
}

/// The integrations of a project: those with a contract, then those of apps that log in as themselves, then every other
/// principal that is one by itself.
pub fn identities(
    principals: &[Record],
    apps: &[Record],
    integrations: &Integrations,
) -> Vec<Record> {
    let (Some(principal), Some(app)) = (record_kind("Principal"), record_kind("OauthApp")) else {
        return Vec::new();
    };
    let world = World { principals, apps, principal, app };
    let mut found: Vec<Identity<'_>> = Vec::new();
    for contract in &integrations.contracts {
        found.extend(world.of_contract(contract));
    }
    let contracted = |app: &Record| {
        let own = name::canonical(&app.component.name);
        let named =
            |contract: &Contract| contract.app.as_ref().is_some_and(|term| term.canonical == own);
        integrations.contracts.iter().any(named)
    };
    for app in apps.iter().filter(|app| world.flag(app, "serverToServer") && !contracted(app)) {
        found.extend(world.of_app(app));
    }
    let known: BTreeSet<&Component> =
        found.iter().flat_map(|one| &one.principals).map(|record| &record.component).collect();
    let alone: Vec<Identity<'_>> = principals
        .iter()
        .filter(|record| world.is_integration(record) && !known.contains(&record.component))
        .map(|record| Identity {
            name: record.component.name.clone(),
            copy: record.component.copy.clone(),
            app: None,
            principals: vec![record],
            contract: None,
            complete: true,
        })
        .collect();
    found.extend(alone);
    found.iter().filter_map(|identity| world.record(identity)).collect()
}

impl<'r> World<'r> {
    fn flag(&self, record: &Record, leaf: &str) -> bool {
        let table = if record.kind == "OauthApp" { self.app } else { self.principal };
        leaf_of(table, record, leaf).is_some_and(|leaf| leaf.is(true))
    }

    fn is_integration(&self, record: &Record) -> bool {
        self.flag(record, "integration")
    }

    /// A contract is about every copy of the org that has anything of what it names; about the first, if none has.
    fn of_contract(&self, contract: &'r Contract) -> Vec<Identity<'r>> {
        let means = |record: &Record| {
            let canonical = text_of(self.principal, record, "name").unwrap_or_default();
            contract.principals.iter().any(|one| one.means(record.component.kind, canonical))
        };
        let app_of = |copy: &str| {
            let wanted = contract.app.as_ref()?;
            self.apps.iter().find(|app| {
                app.component.copy == copy
                    && name::canonical(&app.component.name) == wanted.canonical
            })
        };
        let copies: BTreeSet<&str> = self
            .principals
            .iter()
            .chain(self.apps)
            .map(|record| record.component.copy.as_str())
            .collect();
        let mut found: Vec<Identity<'r>> = Vec::new();
        for copy in copies {
            let app = app_of(copy);
            let in_copy = |record: &&Record| record.component.copy == copy;
            let (principals, complete) = if contract.principals.is_empty() {
                app.map_or_else(|| (Vec::new(), false), |app| self.grantees(app))
            } else {
                let named: Vec<&Record> =
                    self.principals.iter().filter(in_copy).filter(|one| means(one)).collect();
                let all = contract.principals.iter().all(|term| {
                    named.iter().any(|record| {
                        let canonical = text_of(self.principal, record, "name").unwrap_or_default();
                        term.means(record.component.kind, canonical)
                    })
                });
                (named, all)
            };
            if app.is_some() || !principals.is_empty() {
                found.push(Identity {
                    name: contract.name.written.clone(),
                    copy: copy.to_owned(),
                    app,
                    principals,
                    contract: Some(contract),
                    complete,
                });
            }
        }
        if found.is_empty() {
            found.push(Identity {
                name: contract.name.written.clone(),
                copy: String::new(),
                app: None,
                principals: Vec::new(),
                contract: Some(contract),
                complete: false,
            });
        }
        found
    }

    fn of_app(&self, app: &'r Record) -> Option<Identity<'r>> {
        let (principals, complete) = self.grantees(app);
        let principals: Vec<&Record> =
            principals.into_iter().filter(|record| self.is_integration(record)).collect();
        (!principals.is_empty()).then(|| Identity {
            name: app.component.name.clone(),
            copy: app.component.copy.clone(),
            app: Some(app),
            principals,
            contract: None,
            complete,
        })
    }

    /// The principals that an app hands out, and whether all of them are in the project.
    fn grantees(&self, app: &Record) -> (Vec<&'r Record>, bool) {
        let Some((at, child)) = self.app.child("grantee") else { return (Vec::new(), false) };
        let mut found = Vec::new();
        let mut complete = true;
        for block in app.children.get(at).into_iter().flatten() {
            let value = |leaf: &str| {
                let (at, _) = child.leaf(leaf)?;
                block_text(block, at)
            };
            let wanted = value("name").zip(value("kind"));
            let record = wanted.and_then(|(canonical, kind)| {
                self.principals.iter().find(|record| {
                    record.component.copy == app.component.copy
                        && record.component.kind.eq_ignore_ascii_case(kind)
                        && text_of(self.principal, record, "name") == Some(canonical)
                })
            });
            complete &= record.is_some();
            found.extend(record);
        }
        (found, complete)
    }

    fn record(&self, identity: &Identity<'_>) -> Option<Record> {
        let component = Component {
            copy: identity.copy.clone(),
            kind: "Integration",
            name: identity.name.clone(),
        };
        let first = identity.principals.first().and_then(|record| record.block.place);
        let place = first
            .or_else(|| identity.app.and_then(|app| app.block.place))
            .or_else(|| identity.contract.map(|contract| contract.name.place));
        let mut record = RecordBuilder::new("Integration", component, place)?;
        let names = identity.principals.iter().map(|one| reference(&one.component.name, None));
        let merged = |leaf: &str| {
            let mut values: Vec<Value> = Vec::new();
            for value in identity
                .principals
                .iter()
                .filter_map(|one| leaf_of(self.principal, one, leaf))
                .flat_map(|leaf| &leaf.values)
            {
                if !values.iter().any(|known| known.written == value.written) {
                    values.push(value.clone());
                }
            }
            values
        };
        let unknown_license = identity.principals.iter().any(|one| {
            leaf_of(self.principal, one, "license").is_none_or(|leaf| leaf.state == State::Unknown)
        });
        let license = if unknown_license {
            Leaf::UNKNOWN
        } else {
            Leaf::stated_or(merged("license"), Leaf::NONE)
        };
        let has_profile = identity.principals.iter().any(|one| one.component.kind == "Profile");
        let guess = identity.contract.is_none() && identity.app.is_none() && {
            let how = merged("how");
            how.iter().all(|value| &*value.written == Signal::Name.word())
        };
        let app = identity.app.map_or(Leaf::NONE, |app| one(reference(&app.component.name, None)));
        let signal = identity
            .principals
            .first()
            .and_then(|first| leaf_of(self.principal, first, "signal"))
            .cloned();
        record
            .set("name", Leaf { heuristic: guess, ..one(reference(&identity.name, None)) })
            .set("app", app)
            .set("principals", Leaf::stated_or(names.collect(), Leaf::NONE))
            .set("license", license)
            .set("how", Leaf { heuristic: guess, ..Leaf::stated_or(merged("how"), Leaf::NONE) })
            .set("signal", signal.unwrap_or(Leaf::NONE))
            .set("contract", Leaf::derived(identity.contract.is_some(), None))
            .set("hasProfile", Leaf::derived(has_profile, None))
            .set("complete", Leaf::derived(identity.complete, None));
        for child in ["userPermission", "object", "field"] {
            record.children(child, self.union(identity, child));
        }
        if let Some(contract) = identity.contract {
            record.children("beyond", self.beyond(identity, contract));
            record.children("missing", self.missing(identity, contract));
            record.children("unknown", self.unknown(identity, contract));
        }
        let mut record = record.finish();
        let mut all = identity.principals.iter().copied().chain(identity.app);
        record.deployed = identity.principals.is_empty() || all.any(|one| one.deployed);
        Some(record)
    }

    /// The grants of all principals.
    fn union(&self, identity: &Identity<'_>, child: &str) -> Vec<Block> {
        let Some(builder) = ChildBuilder::new("Integration", child) else { return Vec::new() };
        let with_rights = child != "userPermission";
        self.grants(identity, child)
            .map(|(holder, block)| {
                let mut leaves = vec![
                    ("name", block.leaves.first().cloned().unwrap_or(Leaf::NONE)),
                    ("principal", one(reference(&holder.component.name, None))),
                ];
                if with_rights {
                    leaves.push(("rights", self.rights(child, block)));
                }
                Block { related: block.related.clone(), ..builder.block(block.place, leaves) }
            })
            .collect()
    }

    fn grants<'i>(
        &'i self,
        identity: &'i Identity<'r>,
        child: &str,
    ) -> impl Iterator<Item = (&'r Record, &'r Block)> + use<'i, 'r> {
        let at = self.principal.child(child).map(|(at, _)| at);
        identity.principals.iter().flat_map(move |holder| {
            let blocks = at.and_then(|at| holder.children.get(at)).into_iter().flatten();
            blocks.map(move |block| (*holder, block))
        })
    }

    fn rights(&self, child: &str, block: &Block) -> Leaf {
        let rights = self.principal.child(child).and_then(|(_, child)| child.leaf("rights"));
        rights.and_then(|(at, _)| block.leaves.get(at)).cloned().unwrap_or(Leaf::NONE)
    }

    /// What is granted although the contract does not say so.
    fn beyond(&self, identity: &Identity<'_>, contract: &Contract) -> Vec<Block> {
        let Some(builder) = ChildBuilder::new("Integration", "beyond") else { return Vec::new() };
        let mut found = Vec::new();
        for part in PARTS {
            let Some(allowed) = contract.part(part) else { continue };
            for grant in self.of_part(identity, part) {
                let allowance = allowed.iter().find(|one| grant.name.is(&one.name.canonical));
                let beyond = grant.beyond(allowance);
                let Some(rights) = beyond else { continue };
                let place = rights.place().or(grant.name.value.place);
                let (line, text) = match allowance {
                    Some(one) => (one.name.place, "the contract says less"),
                    None => (contract.name.place, "the contract does not list it"),
                };
                let mut block = builder.block(
                    place,
                    vec![
                        ("part", Leaf::text(part, None)),
                        ("name", one(grant.name.value.clone())),
                        ("what", in_words(part, &grant.name.value.written, &rights.values)),
                        ("rights", rights),
                        ("principal", one(reference(grant.holder, None))),
                    ],
                );
                block.related.clone_from(&grant.related);
                block.related.push((line, text.into()));
                found.push(block);
            }
        }
        found.extend(self.further_grantees(identity, contract, &builder));
        found
    }

    /// Those that the app hands out although the contract lists others.
    fn further_grantees(
        &self,
        identity: &Identity<'_>,
        contract: &Contract,
        builder: &ChildBuilder,
    ) -> Vec<Block> {
        let Some(((at, child), app)) = self.app.child("grantee").zip(identity.app) else {
            return Vec::new();
        };
        if contract.principals.is_empty() {
            return Vec::new();
        }
        let leaf = |block: &'_ Block, name: &str| {
            child.leaf(name).and_then(|(at, _)| block.leaves.get(at)).cloned()
        };
        let mut found = Vec::new();
        for block in app.children.get(at).into_iter().flatten() {
            let (Some(name), Some(kind)) = (leaf(block, "name"), leaf(block, "kind")) else {
                continue;
            };
            let Some((named, kind)) = name.values.first().zip(kind.values.first()) else {
                continue;
            };
            let Data::Text(canonical) = &named.data else { continue };
            if contract.principals.iter().any(|term| term.means(&kind.written, canonical)) {
                continue;
            }
            let mut block = builder.block(
                named.place,
                vec![
                    ("part", Leaf::text("principal", None)),
                    ("name", one(named.clone())),
                    ("what", Leaf::text(&format!("all of {}", named.written), None)),
                    ("principal", one(reference(&app.component.name, None))),
                ],
            );
            block.related.push((contract.name.place, "the contract does not list it".into()));
            found.push(block);
        }
        found
    }

    /// What the contract gives and nothing grants. Nothing is missing as long as not all principals are known.
    fn missing(&self, identity: &Identity<'_>, contract: &Contract) -> Vec<Block> {
        let Some(builder) = ChildBuilder::new("Integration", "missing") else { return Vec::new() };
        let mut found = Vec::new();
        for part in PARTS {
            let known = if part == "scope" { identity.app.is_some() } else { identity.complete };
            let granted = self.of_part(identity, part);
            for allowance in contract.part(part).filter(|_| known).unwrap_or_default() {
                let own: Vec<&Grant<'_>> =
                    granted.iter().filter(|one| one.name.is(&allowance.name.canonical)).collect();
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
    fn unknown(&self, identity: &Identity<'_>, contract: &Contract) -> Vec<Block> {
        let Some(builder) = ChildBuilder::new("Integration", "unknown") else { return Vec::new() };
        let app = contract.app.iter().filter(|_| identity.app.is_none()).map(|app| ("app", app));
        let principals = contract.principals.iter().filter(|term| {
            !identity.principals.iter().any(|record| {
                let canonical = text_of(self.principal, record, "name").unwrap_or_default();
                term.means(record.component.kind, canonical)
            })
        });
        app.chain(principals.map(|term| ("principal", &term.name)))
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

    /// What an identity is granted of a part.
    fn of_part<'a>(&'a self, identity: &'a Identity<'r>, part: &str) -> Vec<Grant<'a>> {
        let child = match part {
            "scope" => {
                let scopes =
                    identity.app.and_then(|app| Some((app, leaf_of(self.app, app, "scopes")?)));
                return scopes
                    .into_iter()
                    .flat_map(|(app, leaf)| {
                        leaf.values.iter().map(|value| Grant {
                            name: Name { value },
                            rights: Leaf::NONE,
                            holder: &app.component.name,
                            related: Vec::new(),
                        })
                    })
                    .collect();
            }
            "permission" => "userPermission",
            other => other,
        };
        self.grants(identity, child)
            .filter_map(|(holder, block)| {
                Some(Grant {
                    name: Name { value: block.leaves.first()?.values.first()? },
                    rights: self.rights(child, block),
                    holder: &holder.component.name,
                    related: block.related.clone(),
                })
            })
            .collect()
    }
}

/// One thing that is granted.
struct Grant<'a> {
    name: Name<'a>,
    rights: Leaf,
    holder: &'a str,
    related: Vec<(Place, Box<str>)>,
}

struct Name<'a> {
    value: &'a Value,
}

impl Name<'_> {
    fn is(&self, canonical: &str) -> bool {
        matches!(&self.value.data, Data::Text(text) if text.eq_ignore_ascii_case(canonical))
    }
}

impl Grant<'_> {
    fn has(&self, right: &str) -> bool {
        let is = |value: &Value| matches!(&value.data, Data::Text(text) if text.eq_ignore_ascii_case(right));
        self.rights.values.iter().any(is)
    }

    /// The rights that an allowance does not give; `None` if it gives all.
    fn beyond(&self, allowance: Option<&Allowance>) -> Option<Leaf> {
        let Some(allowance) = allowance else {
            return Some(self.rights.clone());
        };
        let given = |value: &&Value| {
            let Data::Text(right) = &value.data else { return false };
            !allowance.rights.iter().any(|one| one.canonical.eq_ignore_ascii_case(right))
        };
        let left: Vec<Value> = self.rights.values.iter().filter(given).cloned().collect();
        (!left.is_empty()).then(|| Leaf::stated(left))
    }
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

fn value(canonical: &str, written: &str, place: Option<Place>) -> Value {
    Value { data: Data::Text(canonical.into()), written: written.into(), place }
}

fn reference(written: &str, place: Option<Place>) -> Value {
    value(&name::canonical(written), written, place)
}

fn leaf_of<'r>(table: &RecordKind, record: &'r Record, leaf: &str) -> Option<&'r Leaf> {
    table.leaf(leaf).and_then(|(at, _)| record.block.leaves.get(at))
}

fn text_of<'r>(table: &RecordKind, record: &'r Record, leaf: &str) -> Option<&'r str> {
    match &leaf_of(table, record, leaf)?.values.first()?.data {
        Data::Text(text) => Some(text),
        _ => None,
    }
}

fn block_text(block: &Block, at: usize) -> Option<&str> {
    match &block.leaves.get(at)?.values.first()?.data {
        Data::Text(text) => Some(text),
        _ => None,
    }
}
