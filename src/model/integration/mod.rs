//! Integrations: which profiles, permission sets and groups stand for a program instead of a person, by what signal, and
//! what the team's contracts say of them.
//!
//! A strong signal is one of: a contract in the config names it; its licence is the one for integrations; it grants
//! `ApiUserOnly`; an app that logs in as itself hands it out. A weak one is its name. Never an integration is what
//! Salesforce ships (everybody's standard profile does not become one because a mail client is assigned to it), what is
//! for guests or people outside the company, and what the config says is none.

mod comparison;
pub mod contract;
pub mod identity;
mod signal;

pub use signal::{Facts, Known, Signal, Signals};

use std::collections::HashSet;

use globset::GlobSet;

use self::contract::Contract;
use crate::model::record::{Data, Place, Value};
use crate::value::name;

/// What the config and the lists say about integrations.
#[derive(Debug, Default)]
pub struct Integrations {
    /// Words, in lower case, that name an integration.
    pub words: HashSet<String>,
    /// Words, in lower case, that say that people are meant.
    pub people: HashSet<String>,
    /// Names that are none, whatever the signals; compared without case.
    pub ignore: GlobSet,
    /// The contracts of the config, in its order.
    pub contracts: Vec<Contract>,
    /// What the small files of the project say.
    pub known: Known,
}

impl Integrations {
    /// Whether a name holds one of the words, and none that means people.
    pub fn is_named(&self, text: &str) -> bool {
        !self.words.is_empty()
            && name::words(text).any(|word| self.words.contains(&word))
            && !name::words(text).any(|word| self.people.contains(&word))
    }

    /// Whether the config says that a component of this name is none.
    pub fn is_ignored(&self, written: &str) -> bool {
        !self.ignore.is_empty() && self.ignore.is_match(name::decode(written).to_lowercase())
    }

    /// The contracts that name a component of this type and canonical name, themselves or by their app.
    pub fn contracts_with<'a>(
        &'a self,
        copy: &'a str,
        kind: &'a str,
        canonical: &'a str,
    ) -> impl Iterator<Item = &'a Contract> {
        self.contracts.iter().filter(move |contract| {
            if contract.principals.is_empty() {
                return contract.app.as_ref().is_some_and(|app| {
                    self.known.is_handed_out(copy, kind, canonical, &app.canonical)
                });
            }
            contract.principals.iter().any(|one| one.means(kind, canonical))
        })
    }
}

fn value(canonical: &str, written: &str, place: Option<Place>) -> Value {
    Value { data: Data::Text(canonical.into()), written: written.into(), place }
}
