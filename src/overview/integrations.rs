//! The inventory of what stands for a program, and what each can do.

use super::facts::{Source, place_of, text, texts};
use crate::model::by_name::Child;
use crate::model::record::{Record, State};
use crate::settle::report::Location;
use crate::value::name;

/// One program.
#[derive(Clone, Debug)]
pub struct Integration {
    /// Its name.
    pub name: String,
    /// The folder of a separate copy of the org, empty for the project itself.
    pub copy: String,
    /// What tells that it is one, in words.
    pub signal: Option<String>,
    /// A contract says what it may do.
    pub contract: bool,
    /// Grants beyond the contract, and parts of the contract that nothing grants.
    pub beside_contract: (usize, usize),
    /// Every principal that its contract or app names is in the project.
    pub complete: bool,
    /// Profiles, permission sets and groups.
    pub principals: Vec<String>,
    /// Their licences.
    pub licenses: Vec<String>,
    /// The app that it logs in with.
    pub app: Option<App>,
    /// What its principals hold, by name.
    pub permissions: Vec<Grant>,
    /// Objects with the rights on them, by name.
    pub objects: Vec<Grant>,
    /// Ranges of addresses of its profiles; `None` without a profile in the project.
    pub ranges: Option<Vec<Grant>>,
    /// Hours a week in which its profiles may log in; `None` without a profile in the project.
    pub weekly_hours: Option<String>,
    /// Where it is.
    pub location: Option<Location>,
}

/// An app as far as it says what its user can do with it.
#[derive(Clone, Debug)]
pub struct App {
    /// Its name.
    pub name: String,
    /// Its scopes.
    pub scopes: Vec<String>,
    /// What it does with address ranges.
    pub ip_relaxation: Option<String>,
    /// When refresh tokens end, in words.
    pub refresh: Option<String>,
    /// Who may use it, in words.
    pub users: Option<&'static str>,
    /// Where it is.
    pub location: Option<Location>,
}

/// Something that is granted.
#[derive(Clone, Debug)]
pub struct Grant {
    /// What.
    pub name: String,
    /// What of it: rights on an object, the end of a range.
    pub rights: Vec<String>,
    /// Where it is granted.
    pub location: Option<Location>,
}

impl Grant {
    /// A child of a principal or of an integration.
    pub fn new(child: &Child<'_>, named_by: &str, rights: &str, source: &Source<'_>) -> Grant {
        let name = texts(child.leaf(named_by)).into_iter().next().unwrap_or_default();
        let rights = texts(child.leaf(rights));
        Grant { name, rights, location: source.location(place_of(child.block)) }
    }
}

impl Integration {
    /// Reads a record of the kind `Integration`.
    pub fn new(
        record: &Record,
        apps: &[Record],
        holders: &[Record],
        source: &Source<'_>,
    ) -> Integration {
        let copy = &record.component.copy;
        let in_copy = |one: &&Record| one.component.copy == *copy;
        let named = record.leaf("app").and_then(|leaf| leaf.first_text());
        let app = apps
            .iter()
            .filter(in_copy)
            .find(|app| named.is_some_and(|named| name::canonical(&app.component.name) == named));
        let own: Vec<&Record> = record
            .leaf("principals")
            .into_iter()
            .flat_map(|leaf| &leaf.values)
            .filter_map(|value| value.text())
            .flat_map(|wanted| {
                let holders = holders.iter().filter(in_copy);
                holders.filter(move |one| name::canonical(&one.component.name) == wanted)
            })
            .collect();
        let mut profiles =
            own.iter().filter(|one| one.component.kind == "Profile").copied().peekable();
        let has_profile = profiles.peek().is_some();
        let ranges = profiles.clone().flat_map(|profile| profile.children_of("loginIpRange"));
        let ranges = ranges.map(|child| Grant::new(&child, "start", "end", source)).collect();
        let hours = profiles.filter_map(|profile| text(profile, "weeklyLoginHours")).next();
        let children = |kind: &str, rights: &str| {
            let children = record.children_of(kind);
            merged(children.map(|child| Grant::new(&child, "name", rights, source)).collect())
        };
        Integration {
            name: crate::secret::masked(&record.component.name).into_owned(),
            copy: copy.clone(),
            signal: text(record, "signal"),
            contract: record.is("contract"),
            beside_contract: (
                record.children_of("beyond").count(),
                record.children_of("missing").count(),
            ),
            complete: record.is("complete"),
            principals: texts(record.leaf("principals")),
            licenses: texts(record.leaf("license")),
            app: app.map(|app| App::new(app, source)),
            permissions: children("userPermission", "none"),
            objects: children("object", "rights"),
            ranges: has_profile.then_some(ranges),
            weekly_hours: hours,
            location: source.location(record.block.place),
        }
    }

    /// Every place that is to be shown with its line.
    pub fn locations(&mut self) -> impl Iterator<Item = &mut Location> {
        let grants = self.permissions.iter_mut().chain(&mut self.objects);
        let grants = grants.chain(self.ranges.iter_mut().flatten());
        let app = self.app.iter_mut().filter_map(|app| app.location.as_mut());
        grants.filter_map(|grant| grant.location.as_mut()).chain(app).chain(self.location.as_mut())
    }
}

/// Grants of the same thing by several principals as one, in the order of their names.
fn merged(grants: Vec<Grant>) -> Vec<Grant> {
    let mut all: std::collections::BTreeMap<String, Grant> = std::collections::BTreeMap::new();
    for grant in grants {
        match all.entry(grant.name.to_lowercase()) {
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(grant);
            }
            std::collections::btree_map::Entry::Occupied(mut known) => {
                let known = &mut known.get_mut().rights;
                for right in grant.rights {
                    if !known.contains(&right) {
                        known.push(right);
                    }
                }
            }
        }
    }
    all.into_values().collect()
}

impl App {
    fn new(record: &Record, source: &Source<'_>) -> App {
        let refresh = match (text(record, "refreshTokenMode"), text(record, "refreshTokenDays")) {
            _ if !record.is("usesRefresh") => Some("none are asked for".to_owned()),
            (_, Some(days)) if days == "infinite" => Some("never end".to_owned()),
            (_, Some(days)) => Some(format!("end after {days} days")),
            (mode, None) => mode,
        };
        let users = record.leaf("selfAuthorize").filter(|leaf| leaf.state != State::Unknown);
        App {
            name: crate::secret::masked(&record.component.name).into_owned(),
            scopes: texts(record.leaf("scopes")),
            ip_relaxation: text(record, "ipRelaxation"),
            refresh,
            users: users.map(|leaf| {
                if leaf.is(true) { "anybody may authorise it" } else { "approved users only" }
            }),
            location: source.location(record.block.place),
        }
    }
}
