//! What the config and the lists say about integrations and sensitive fields, in the terms of the model.

use std::collections::HashSet;
use std::ops::Range;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::config::Config;
use crate::config::contract::{Contract as Written, Granted, Named};
use crate::model::field::Sensitivity;
use crate::model::integration::Integrations;
use crate::model::integration::contract::{Allowance, Contract, PrincipalTerm, Term};
use crate::model::record::Place;
use crate::rule::RuleSource;
use crate::rule::lists::Lists;
use crate::value::name;

/// The list of words that name an integration, and of those that say that people are meant.
const WORDS: &str = "integration-words";
const PEOPLE: &str = "people-words";

/// The lists that say when a field is sensitive.
const CLASSIFICATIONS: &str = "sensitive-classifications";
const COMPLIANCE_GROUPS: &str = "compliance-groups";

/// The values of a list in lower case; a list of the config replaces that of the catalogue.
fn lower_case(config: &Config, lists: &Lists, name: &str) -> HashSet<String> {
    let list = config.lists.get(name).or_else(|| lists.get(name));
    let entries = list.into_iter().flat_map(|list| &list.entries);
    entries.map(|entry| entry.value.to_lowercase()).collect()
}

/// When a field counts as sensitive.
pub fn sensitivity(config: &Config, lists: &Lists) -> Sensitivity {
    Sensitivity {
        classifications: lower_case(config, lists, CLASSIFICATIONS),
        groups: lower_case(config, lists, COMPLIANCE_GROUPS),
    }
}

/// What a config says about integrations; `place` tells where something stands in a config file.
pub fn integrations(
    config: &Config,
    lists: &Lists,
    place: &mut dyn FnMut(&RuleSource, Range<usize>) -> Place,
) -> Integrations {
    Integrations {
        words: lower_case(config, lists, WORDS),
        people: lower_case(config, lists, PEOPLE),
        ignore: ignored(&config.integrations_ignore),
        contracts: config.integrations.iter().map(|one| contract(one, place)).collect(),
        ..Integrations::default()
    }
}

/// Names are compared in lower case, so the globs are too; those that cannot be read were reported with the config.
fn ignored(globs: &[String]) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        if let Ok(glob) = GlobBuilder::new(glob).case_insensitive(true).build() {
            builder.add(glob);
        }
    }
    builder.build().unwrap_or_else(|_| GlobSet::empty())
}

fn contract(
    written: &Written,
    place: &mut dyn FnMut(&RuleSource, Range<usize>) -> Place,
) -> Contract {
    let mut term = |named: &Named| Term {
        canonical: name::canonical(&named.text),
        written: named.text.clone(),
        place: place(&written.source, named.span.clone()),
    };
    let name = term(&written.name);
    let app = written.app.as_ref().map(&mut term);
    let principals = written
        .principals
        .iter()
        .map(|(kind, named)| PrincipalTerm {
            kind: *kind,
            name: term(named),
            canonical_profile: name::canonical_profile(&named.text),
        })
        .collect();
    let plain = |names: &Option<Vec<Named>>, term: &mut dyn FnMut(&Named) -> Term| {
        names.as_ref().map(|names| {
            let allowances =
                names.iter().map(|one| Allowance { name: term(one), rights: Vec::new() });
            allowances.collect::<Vec<_>>()
        })
    };
    let with_rights = |granted: &Option<Vec<Granted>>, term: &mut dyn FnMut(&Named) -> Term| {
        granted.as_ref().map(|granted| {
            let allowances = granted.iter().map(|one| Allowance {
                name: term(&one.name),
                rights: one.rights.iter().map(&mut *term).collect(),
            });
            allowances.collect::<Vec<_>>()
        })
    };
    let parts = [
        plain(&written.scopes, &mut term),
        plain(&written.permissions, &mut term),
        with_rights(&written.objects, &mut term),
        with_rights(&written.fields, &mut term),
    ];
    Contract { name, app, principals, parts, deployment: written.deployment }
}
