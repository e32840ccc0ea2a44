//! Delegated administration groups: people who may assign some profiles and permission sets to others, and so to a user of
//! their own.

use crate::model::node::{Node, ValueReader};
use crate::model::record::{Component, Data, Place, Value};
use crate::value::name;

/// What a delegated administration group may assign.
#[derive(Clone, Debug)]
pub struct DelegateFile {
    /// The group.
    pub component: Component,
    /// Start tag of its root.
    pub place: Place,
    /// Metadata type of what may be assigned, with its name as it stands there.
    pub assigns: Vec<(&'static str, Value)>,
    /// Whether the file is deployed.
    pub deployed: bool,
}

/// Reads a delegated administration group.
pub fn delegate_file(root: Node<'_>, component: Component, read: &mut ValueReader) -> DelegateFile {
    let roots = [root];
    let mut assigns: Vec<(&'static str, Value)> = Vec::new();
    for (element, kind) in
        [("permissionSets", "PermissionSet"), ("permissionSetGroups", "PermissionSetGroup")]
    {
        assigns.extend(read.references(&roots, &[element]).into_iter().map(|value| (kind, value)));
    }
    for value in read.texts(&roots, &["profiles"]) {
        let data = Data::Text(name::canonical_profile(&value.written).into());
        assigns.push(("Profile", Value { data, ..value }));
    }
    DelegateFile { component, place: root.start_tag(), assigns, deployed: true }
}
