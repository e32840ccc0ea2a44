//! Who can do what: every profile, permission set and group with the rights that decide how much damage it can do.

use super::facts::{Source, text, texts};
use super::integrations::Grant;
use crate::model::record::Record;
use crate::settle::report::Location;

/// Those who hold rights, strongest first; those that the company made before those of Salesforce and of packages.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// With at least one of the rights.
    pub holders: Vec<Principal>,
    /// Names of those with none of them.
    pub without: Vec<String>,
    /// Names of groups of which nothing is known but sets that are not in the project.
    pub unknown: Vec<String>,
}

/// A profile, permission set or group.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Its name.
    pub name: String,
    /// The folder of a separate copy of the org, empty for the project itself.
    pub copy: String,
    /// `Profile`, `PermissionSet`, `PermissionSetGroup`.
    pub kind: &'static str,
    /// Its licences.
    pub licenses: Vec<String>,
    /// Shipped by Salesforce or a package.
    pub standard: bool,
    /// As strong as an administrator.
    pub admin: bool,
    /// For whoever has not logged in.
    pub guest: bool,
    /// For people outside of the company.
    pub external: bool,
    /// For a program.
    pub integration: bool,
    /// Only for the length of an activated session.
    pub session_activated: bool,
    /// A group with sets that are not in the project.
    pub partly_known: bool,
    /// Apps that hand it out.
    pub apps: Vec<String>,
    /// Groups that hold it.
    pub groups: Vec<String>,
    /// Rights by column.
    pub rights: [Vec<Grant>; COLUMNS.len()],
    /// Where it is.
    pub location: Option<Location>,
}

/// The rights of the matrix: key for programs, heading for people, and what it means.
pub const COLUMNS: [(&str, &str, &str); 5] = [
    (
        "administration",
        "Administrator's rights",
        "permissions that by themselves lead to the rights of an administrator",
    ),
    ("api", "API", "may call the API, with any client where it says so"),
    (
        "allRecords",
        "All records",
        "reads or changes every record, of the org or of the objects named",
    ),
    ("delete", "Delete", "objects whose records it may delete, and deletion past the recycle bin"),
    (
        "setup",
        "Setup and controls",
        "permissions that weaken a control, carry data out, or show Setup",
    ),
];

/// API names of user permissions by column.
const ALL_RECORDS: &[&str] = &["ViewAllData", "ModifyAllData"];
const API: &[&str] = &["ApiEnabled", "ApiUserOnly", "UseAnyApiClient"];
const DELETE: &[&str] = &["BulkApiHardDelete"];

/// The column of a user permission.
fn column(name: &str, source: &Source<'_>) -> Option<usize> {
    let is = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(name));
    if is(API) {
        Some(1)
    } else if is(ALL_RECORDS) {
        Some(2)
    } else if is(DELETE) {
        Some(3)
    } else if source.is_listed("tier0", name) {
        Some(0)
    } else if source.is_listed("tier1", name) {
        Some(4)
    } else {
        None
    }
}

impl Principal {
    /// Reads a record of the kind `Principal`.
    pub fn new(record: &Record, source: &Source<'_>) -> Principal {
        let mut rights: [Vec<Grant>; COLUMNS.len()] = Default::default();
        let mut add = |at: usize, grant: Grant| {
            if let Some(column) = rights.get_mut(at)
                && !column.iter().any(|known| known.name.eq_ignore_ascii_case(&grant.name))
            {
                column.push(grant);
            }
        };
        for child in record.children_of("userPermission") {
            let grant = Grant::new(&child, "name", "none", source);
            if let Some(at) = column(&grant.name, source) {
                add(at, grant);
            }
        }
        for child in record.children_of("object") {
            let grant = Grant::new(&child, "name", "rights", source);
            let has = |right: &str| grant.rights.iter().any(|known| known == right);
            let (view, modify, delete) = (has("viewAll"), has("modifyAll"), has("delete"));
            if view || modify {
                let rights = [("viewAll", view), ("modifyAll", modify)];
                let rights = rights.into_iter().filter(|(_, has)| *has);
                let rights = rights.map(|(right, _)| right.to_owned()).collect();
                add(2, Grant { rights, ..grant.clone() });
            }
            if delete || modify {
                add(3, Grant { rights: Vec::new(), ..grant });
            }
        }
        for column in &mut rights {
            column.sort_by_key(|grant| grant.name.to_lowercase());
        }
        Principal {
            name: text(record, "name").unwrap_or_else(|| record.component.name.clone()),
            copy: record.component.copy.clone(),
            kind: record.component.kind,
            licenses: each_once(texts(record.leaf("license"))),
            standard: record.is("standard"),
            admin: record.is("admin"),
            guest: record.is("guest"),
            external: record.is("external"),
            integration: record.is("integration"),
            session_activated: record.is("sessionActivated"),
            partly_known: false,
            apps: each_once(texts(record.leaf("apps"))),
            groups: each_once(texts(record.leaf("groups"))),
            rights,
            location: source.location(record.block.place),
        }
    }

    /// Every place that is to be shown with its line.
    pub fn locations(&mut self) -> impl Iterator<Item = &mut Location> {
        let grants = self.rights.iter_mut().flatten();
        grants.filter_map(|grant| grant.location.as_mut()).chain(self.location.as_mut())
    }

    fn is_worth_a_row(&self) -> bool {
        self.admin
            || self.guest
            || !self.apps.is_empty()
            || self.rights.iter().any(|one| !one.is_empty())
    }

    /// For sorting: the more of the first columns the stronger.
    fn strength(&self) -> (bool, usize, usize, usize) {
        let count = |at: usize| self.rights.get(at).map_or(0, Vec::len);
        (self.admin, count(0), count(2), count(3))
    }
}

fn each_once(mut names: Vec<String>) -> Vec<String> {
    names.sort_by_key(|name| name.to_lowercase());
    names.dedup();
    names
}

impl Access {
    /// Sorts those who hold rights.
    pub fn new(principals: Vec<Principal>) -> Access {
        let (mut holders, without): (Vec<Principal>, Vec<Principal>) =
            principals.into_iter().partition(Principal::is_worth_a_row);
        holders.sort_by(|a, b| {
            a.standard
                .cmp(&b.standard)
                .then_with(|| b.strength().cmp(&a.strength()))
                .then_with(|| (&a.name, &a.copy).cmp(&(&b.name, &b.copy)))
        });
        let (unknown, without): (Vec<Principal>, Vec<Principal>) =
            without.into_iter().partition(|one| one.partly_known);
        let names = |of: Vec<Principal>| each_once(of.into_iter().map(|one| one.name).collect());
        Access { holders, without: names(without), unknown: names(unknown) }
    }
}
