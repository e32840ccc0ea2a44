//! By what a principal is known to be an integration.

use std::collections::{HashMap, HashSet};

use super::Integrations;
use crate::model::oauth_app::grantees;
use crate::model::read::Reading;
use crate::model::record::{Data, Leaf, Record, Value};
use crate::value::name;

/// What tells an integration, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// A contract in the config names it.
    Config,
    /// Its licence is the one for integrations.
    License,
    /// It grants `ApiUserOnly`.
    ApiOnly,
    /// An app that logs in as itself hands it out.
    App,
    /// Its name says so.
    Name,
}

words!(Signal {
    Config = "config",
    License = "license",
    ApiOnly = "api-only",
    App = "app",
    Name = "name",
});

/// What a principal says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The copy of the org.
    pub copy: &'a str,
    /// Metadata type.
    pub kind: &'a str,
    /// Name for comparison.
    pub canonical: &'a str,
    /// Decoded name.
    pub name: &'a str,
    /// Labels.
    pub labels: &'a [Value],
    /// Licences.
    pub licenses: &'a [Value],
    /// It grants `ApiUserOnly`.
    pub api_only: bool,
    /// Salesforce or a package ships it, or it is for guests or people outside.
    pub never: bool,
}

/// The signals of a principal, strongest first; none for what is no integration.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    found: Vec<(Signal, String)>,
    /// A contract says that it deploys metadata.
    pub deployment: bool,
    /// A contract names it.
    pub contracted: bool,
}

impl Signals {
    /// What makes this principal an integration.
    pub fn of(facts: &Facts<'_>, integrations: &Integrations) -> Signals {
        let mut signals = Signals::default();
        if facts.never || integrations.is_ignored(facts.name) {
            return signals;
        }
        let contracts = integrations.contracts_with(facts.copy, facts.kind, facts.canonical);
        for contract in contracts {
            let name = &contract.name.written;
            signals.add(Signal::Config, format!("the contract integrations.{name} names it"));
            signals.deployment |= contract.deployment;
            signals.contracted = true;
        }
        let licensed =
            facts.licenses.iter().find(|value| name::is_integration_license(&value.written));
        if let Some(license) = licensed {
            signals.add(Signal::License, format!("its licence is {}", license.written));
        }
        if facts.api_only {
            signals.add(Signal::ApiOnly, "it is API only".to_owned());
        }
        if let Some(app) = integrations.known.server_app(facts.copy, facts.kind, facts.canonical) {
            signals.add(Signal::App, format!("the app {app} hands it out"));
        }
        let named = integrations.is_named(facts.name)
            || facts.labels.iter().any(|label| integrations.is_named(&label.written));
        if named {
            signals.add(Signal::Name, "its name says so".to_owned());
        }
        signals
    }

    fn add(&mut self, signal: Signal, text: String) {
        self.found.push((signal, text));
    }

    /// Whether there is any.
    pub fn any(&self) -> bool {
        !self.found.is_empty()
    }

    /// The leaf `integration`; what only a name tells is a guess.
    pub fn integration(&self) -> Leaf {
        let mut leaf = Leaf::derived(self.any(), None);
        leaf.heuristic = self.found.iter().all(|(signal, _)| *signal == Signal::Name);
        leaf
    }

    /// The leaf `how`: all signals, strongest first.
    pub fn how(&self) -> Leaf {
        let values = self.found.iter().map(|(signal, _)| Value {
            data: Data::Text(signal.word().into()),
            written: signal.word().into(),
            place: None,
        });
        Leaf { values: values.collect(), ..Leaf::NONE }
    }

    /// The leaf `signal`: the strongest signal in words.
    pub fn signal(&self) -> Leaf {
        self.found.first().map_or(Leaf::NONE, |(_, text)| Leaf::text(text, None))
    }
}

/// Copy of the org, metadata type and canonical name of a principal.
type Name = (String, String, String);

/// What the small files of a project say about principals, known before the large ones are read.
#[derive(Debug, Default)]
pub struct Known {
    /// The apps that hand a principal out: canonical name, shown name, whether the app logs in as itself.
    handed_out: HashMap<Name, Vec<(String, String, bool)>>,
    /// Permission sets that are in a group: what they grant is needed for the group, whatever they are themselves.
    grouped: HashSet<(String, String)>,
    /// Profiles that sites name as their guest profile: copy of the org, canonical name.
    guests: HashSet<(String, String)>,
    /// The same by convention: they are called after a site.
    guests_by_name: HashSet<(String, String)>,
}

impl Known {
    /// What these readings say.
    pub fn of(readings: &[Reading]) -> Known {
        let mut known = Known::default();
        for reading in readings {
            known.guests.extend(reading.guest_profiles.iter().cloned());
            known.guests_by_name.extend(reading.site_profiles.iter().cloned());
            for app in reading.records.iter().filter(|record| record.kind == "OauthApp") {
                known.add_app(app);
            }
            for group in &reading.groups {
                for member in &group.members {
                    if let Some(canonical) = member.text() {
                        known.grouped.insert((group.component.copy.clone(), canonical.to_owned()));
                    }
                }
            }
        }
        known
    }

    fn add_app(&mut self, app: &Record) {
        let disabled = app.leaf("enabled").is_some_and(|leaf| leaf.is(false));
        let serves_itself = app.is("serverToServer") && !disabled;
        for grantee in grantees(app) {
            let copy = app.component.copy.clone();
            let of = (copy, grantee.kind.to_owned(), grantee.canonical.to_owned());
            self.handed_out.entry(of).or_default().push((
                name::canonical(&app.component.name),
                app.component.name.clone(),
                serves_itself,
            ));
        }
    }

    /// The app that logs in as itself and hands this principal out.
    pub fn server_app(&self, copy: &str, kind: &str, canonical: &str) -> Option<&str> {
        let mut apps = self.apps(copy, kind, canonical);
        apps.find(|(.., serves_itself)| *serves_itself).map(|(_, shown, _)| shown.as_str())
    }

    /// Whether this app hands this principal out.
    pub fn is_handed_out(&self, copy: &str, kind: &str, canonical: &str, app: &str) -> bool {
        self.apps(copy, kind, canonical).any(|(name, ..)| name == app)
    }

    /// Whether a profile is that of a site's guests. A site names it; by convention it is called after the site, which the
    /// licence overrules where it is known.
    pub fn is_guest(&self, copy: &str, canonical: &str, license_known: bool) -> bool {
        let profile = (copy.to_owned(), canonical.to_owned());
        self.guests.contains(&profile) || !license_known && self.guests_by_name.contains(&profile)
    }

    /// Whether a permission set is in a group.
    pub fn is_grouped(&self, copy: &str, canonical: &str) -> bool {
        self.grouped.contains(&(copy.to_owned(), canonical.to_owned()))
    }

    fn apps(
        &self,
        copy: &str,
        kind: &str,
        canonical: &str,
    ) -> impl Iterator<Item = &(String, String, bool)> {
        let name = (copy.to_owned(), kind.to_owned(), canonical.to_owned());
        self.handed_out.get(&name).into_iter().flatten()
    }
}
