//! What reading a unit gives, and what could not be read.

use crate::document::{Cause, Span, Unreadable};
use crate::model::escalation::DelegateFile;
use crate::model::field::ObjectFile;
use crate::model::node::{Doubt, Node};
use crate::model::password_override::{OrgPolicy, OverrideFile};
use crate::model::principal::GroupFile;
use crate::model::record::{Component, Data, FileId, Record};
use crate::model::unit::Unit;

/// What one unit gave.
#[derive(Default)]
pub struct Reading {
    /// Finished records.
    pub records: Vec<Record>,
    /// Groups, to be resolved when all sets are known.
    pub groups: Vec<GroupFile>,
    /// Muting sets: rights that groups lose.
    pub muting: Vec<Record>,
    /// Profiles that are a site's guest profile: copy of the org, canonical name.
    pub guest_profiles: Vec<(String, String)>,
    /// The same by convention.
    pub site_profiles: Vec<(String, String)>,
    /// Delegated administration groups, to be resolved when all principals are known.
    pub delegates: Vec<DelegateFile>,
    /// Policies of profiles, to be held against those of the org.
    pub overrides: Vec<OverrideFile>,
    /// Policies of the org.
    pub policies: Vec<OrgPolicy>,
    /// What objects say about their fields, to be joined when all files of the project are read.
    pub objects: Vec<ObjectFile>,
    /// Fields that no rule can be about: that they are in the project is all that is kept of them.
    pub fields_left_out: Vec<Component>,
    /// Files that could not be read as what they claim to be.
    pub problems: Vec<Problem>,
    /// Values nothing was concluded from.
    pub doubts: Vec<Doubt>,
    /// Files that were read.
    pub files_read: usize,
    /// Files that were not searched for credentials: too large, or not readable.
    pub not_searched: Vec<(FileId, String)>,
}

impl Reading {
    /// The permission sets and muting sets that groups name: metadata type and canonical name.
    pub fn members(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.groups.iter().flat_map(|group| {
            let lists = [("PermissionSet", &group.members), ("MutingPermissionSet", &group.muting)];
            lists.into_iter().flat_map(|(kind, references)| {
                references.iter().filter_map(move |value| match &value.data {
                    Data::Text(name) => Some((kind, name.to_string())),
                    _ => None,
                })
            })
        })
    }

    /// What other units need to know of this one: apps with their grantees.
    #[must_use]
    pub fn references(&self) -> Reading {
        let apps = self.records.iter().filter(|record| record.kind == "OauthApp");
        Reading { records: apps.cloned().collect(), ..Reading::default() }
    }
}

/// A file that could not be read as what it claims to be.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The file.
    pub file: FileId,
    /// The component it would have been.
    pub component: Component,
    /// Why.
    pub cause: Cause,
    /// Where in the file.
    pub span: Span,
    /// Details for people.
    pub detail: String,
}

pub(super) fn problem(file: FileId, component: Component, unreadable: Unreadable) -> Problem {
    Problem {
        file,
        component,
        cause: unreadable.cause,
        span: unreadable.span,
        detail: unreadable.detail,
    }
}

/// Kinds are chosen by name and confirmed by root element.
pub(super) fn confirmed<'a>(
    roots: &[Node<'a>],
    expected: &str,
    unit: &Unit,
    out: &mut Reading,
) -> Vec<Node<'a>> {
    roots
        .iter()
        .filter(|root| {
            let fits = root.element.name() == expected;
            if !fits {
                out.problems.push(unexpected_root(**root, expected, &unit.component));
            }
            fits
        })
        .copied()
        .collect()
}

pub(super) fn unexpected_root(root: Node<'_>, expected: &str, component: &Component) -> Problem {
    Problem {
        file: root.file,
        component: component.clone(),
        cause: Cause::UnexpectedRoot,
        span: root.element.start_tag(),
        detail: format!("<{}> in a file named as {expected}", root.element.name()),
    }
}
