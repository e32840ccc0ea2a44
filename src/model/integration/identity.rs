//! `Integration`: one program with the union of what it is granted, held against its contract.

use std::collections::BTreeSet;

use super::comparison::{beyond, missing, unknown};
use super::contract::Contract;
use super::{Integrations, Signal};
use crate::model::builder::{ChildBuilder, RecordBuilder, one};
use crate::model::by_name::Child;
use crate::model::oauth_app::grantees;
use crate::model::record::{Block, Component, Leaf, Place, Record, State, Value};
use crate::value::name;

/// One program while it is put together.
pub(super) struct Identity<'r> {
    name: String,
    copy: String,
    /// The app that it logs in with.
    pub app: Option<&'r Record>,
    /// Those who hold its rights.
    pub principals: Vec<&'r Record>,
    contract: Option<&'r Contract>,
    /// Every principal that is named is in the project.
    pub complete: bool,
}

/// The integrations of a project: those with a contract, then those of apps that log in as themselves, then every other
/// principal that is one by itself.
pub fn identities(
    principals: &[Record],
    apps: &[Record],
    integrations: &Integrations,
) -> Vec<Record> {
    let world = World { principals, apps };
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
    for app in apps.iter().filter(|app| app.is("serverToServer") && !contracted(app)) {
        found.extend(world.of_app(app));
    }
    let known: BTreeSet<&Component> =
        found.iter().flat_map(|one| &one.principals).map(|record| &record.component).collect();
    let alone: Vec<Identity<'_>> = principals
        .iter()
        .filter(|record| record.is("integration") && !known.contains(&record.component))
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
    found.iter().filter_map(Identity::record).collect()
}

/// What the records of the `Integration` kind are made of.
struct World<'r> {
    principals: &'r [Record],
    apps: &'r [Record],
}

impl<'r> World<'r> {
    /// A contract is about every copy of the org that has anything of what it names; about the first, if none has.
    fn of_contract(&self, contract: &'r Contract) -> Vec<Identity<'r>> {
        let identity = |copy: &str, app, principals, complete| Identity {
            name: contract.name.written.clone(),
            copy: copy.to_owned(),
            app,
            principals,
            contract: Some(contract),
            complete,
        };
        let records = self.principals.iter().chain(self.apps);
        let copies: BTreeSet<&str> = records.map(|record| record.component.copy.as_str()).collect();
        let mut found: Vec<Identity<'r>> = Vec::new();
        for copy in copies {
            let app = contract.app.as_ref().and_then(|wanted| {
                self.apps.iter().find(|app| {
                    app.component.copy == copy
                        && name::canonical(&app.component.name) == wanted.canonical
                })
            });
            let (principals, complete) = if contract.principals.is_empty() {
                app.map_or_else(|| (Vec::new(), false), |app| self.grantees(app))
            } else {
                let own = self.principals.iter().filter(|record| record.component.copy == copy);
                let named: Vec<&Record> = own
                    .filter(|record| contract.principals.iter().any(|term| term.is(record)))
                    .collect();
                let all = contract
                    .principals
                    .iter()
                    .all(|term| named.iter().any(|record| term.is(record)));
                (named, all)
            };
            if app.is_some() || !principals.is_empty() {
                found.push(identity(copy, app, principals, complete));
            }
        }
        if found.is_empty() {
            found.push(identity("", None, Vec::new(), false));
        }
        found
    }

    fn of_app(&self, app: &'r Record) -> Option<Identity<'r>> {
        let (principals, complete) = self.grantees(app);
        let principals: Vec<&Record> =
            principals.into_iter().filter(|record| record.is("integration")).collect();
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
        let mut found = Vec::new();
        let mut complete = true;
        for grantee in grantees(app) {
            let record = self.principals.iter().find(|record| {
                record.component.copy == app.component.copy
                    && record.component.kind == grantee.kind
                    && record.canonical_name() == Some(grantee.canonical)
            });
            complete &= record.is_some();
            found.extend(record);
        }
        (found, complete)
    }
}

impl<'r> Identity<'r> {
    /// All that its principals are granted of a kind, each with its holder.
    pub(super) fn grants(
        &self,
        child: &'static str,
    ) -> impl Iterator<Item = (&'r Record, Child<'r>)> {
        self.principals
            .iter()
            .flat_map(move |holder| holder.children_of(child).map(move |grant| (*holder, grant)))
    }

    fn record(&self) -> Option<Record> {
        let component =
            Component { copy: self.copy.clone(), kind: "Integration", name: self.name.clone() };
        let first = self.principals.first().and_then(|record| record.block.place);
        let place = first
            .or_else(|| self.app.and_then(|app| app.block.place))
            .or_else(|| self.contract.map(|contract| contract.name.place));
        let mut record = RecordBuilder::new("Integration", component, place)?;
        let names = self.principals.iter().map(|one| reference(&one.component.name));
        let unknown_license = self
            .principals
            .iter()
            .any(|one| one.leaf("license").is_none_or(|license| license.state == State::Unknown));
        let license = if unknown_license {
            Leaf::UNKNOWN
        } else {
            Leaf::stated_or(self.merged("license"), Leaf::NONE)
        };
        let has_profile = self.principals.iter().any(|one| one.component.kind == "Profile");
        let how = self.merged("how");
        let guess = self.contract.is_none()
            && self.app.is_none()
            && how.iter().all(|value| &*value.written == Signal::Name.word());
        let app = self.app.map_or(Leaf::NONE, |app| one(reference(&app.component.name)));
        let signal = self.principals.first().and_then(|first| first.leaf("signal")).cloned();
        record
            .set("name", Leaf { heuristic: guess, ..one(reference(&self.name)) })
            .set("app", app)
            .set("principals", Leaf::stated_or(names.collect(), Leaf::NONE))
            .set("license", license)
            .set("how", Leaf { heuristic: guess, ..Leaf::stated_or(how, Leaf::NONE) })
            .set("signal", signal.unwrap_or(Leaf::NONE))
            .set("contract", Leaf::derived(self.contract.is_some(), None))
            .set("hasProfile", Leaf::derived(has_profile, None))
            .set("complete", Leaf::derived(self.complete, None));
        for child in ["userPermission", "object", "field"] {
            record.children(child, self.union(child));
        }
        if let Some(contract) = self.contract {
            record.children("beyond", beyond(self, contract));
            record.children("missing", missing(self, contract));
            record.children("unknown", unknown(self, contract));
        }
        let mut record = record.finish();
        let mut all = self.principals.iter().copied().chain(self.app);
        record.deployed = self.principals.is_empty() || all.any(|one| one.deployed);
        Some(record)
    }

    /// The values of a leaf of all principals, each once.
    fn merged(&self, leaf: &str) -> Vec<Value> {
        let mut values: Vec<Value> = Vec::new();
        for value in
            self.principals.iter().filter_map(|one| one.leaf(leaf)).flat_map(|leaf| &leaf.values)
        {
            if !values.iter().any(|known| known.written == value.written) {
                values.push(value.clone());
            }
        }
        values
    }

    /// The grants of all principals.
    fn union(&self, child: &'static str) -> Vec<Block> {
        let Some(builder) = ChildBuilder::new("Integration", child) else { return Vec::new() };
        self.grants(child)
            .map(|(holder, grant)| {
                let mut leaves = vec![
                    ("name", grant.leaf("name").cloned().unwrap_or(Leaf::NONE)),
                    ("principal", one(reference(&holder.component.name))),
                ];
                leaves.extend(grant.leaf("rights").map(|rights| ("rights", rights.clone())));
                if child == "field" {
                    let listed = self.contract.and_then(|contract| lists(contract, &grant));
                    leaves.push(("declared", Leaf::derived(listed.is_some(), listed)));
                }
                let block = builder.block(grant.block.place, leaves);
                Block { related: grant.block.related.clone(), ..block }
            })
            .collect()
    }
}

/// Where a contract lists a field to be read.
fn lists(contract: &Contract, grant: &Child<'_>) -> Option<Place> {
    let name = grant.block.canonical_name()?;
    let allowance = contract.part("field")?.iter().find(|one| one.name.canonical == name)?;
    let read = allowance.rights.iter().find(|right| right.canonical == "read")?;
    Some(read.place)
}

/// The name of a component as a value.
pub(super) fn reference(written: &str) -> Value {
    super::value(&name::canonical(written), written, None)
}
