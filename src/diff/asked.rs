//! What a comparison asks the readers for.

use crate::model::record::Block;
use crate::model::vocabulary::record_kind;
use crate::model::wanted::{RawChild, RawShape, RuledOut, Wanted};

/// Kinds with the children that are compared of them.
const ASKED: &[(&str, &[&str])] = &[
    (
        "Principal",
        &[
            "userPermission",
            "object",
            "field",
            "apexClass",
            "page",
            "flow",
            "externalCredential",
            "customPermission",
            "customSetting",
            "customMetadata",
        ],
    ),
    ("OauthApp", &["callback", "grantee"]),
    ("IpAllowList", &["range"]),
    ("Endpoint", &[]),
    ("Field", &[]),
];

/// Elements of a profile that can also take something away, with the element that names it and those that switch it.
pub const DENIABLE: &[(&str, &str, &[&str])] = &[
    ("userPermissions", "name", &["enabled"]),
    (
        "objectPermissions",
        "object",
        &[
            "allowRead",
            "allowCreate",
            "allowEdit",
            "allowDelete",
            "viewAllRecords",
            "modifyAllRecords",
            "viewAllFields",
        ],
    ),
    ("fieldPermissions", "field", &["readable", "editable"]),
    ("classAccesses", "apexClass", &["enabled"]),
    ("pageAccesses", "apexPage", &["enabled"]),
    ("flowAccesses", "flow", &["enabled"]),
    ("customPermissions", "name", &["enabled"]),
    ("customSettingAccesses", "name", &["enabled"]),
    ("customMetadataTypeAccesses", "name", &["enabled"]),
];

/// Everything that is compared.
pub struct Asked;

/// Profiles as they are written: what one states as false it takes away, what it does not state it leaves as it is. That is asked
/// of those only that lost something.
pub struct Denied(RawShape);

impl Default for Denied {
    fn default() -> Denied {
        let children = DENIABLE.iter().map(|(path, named_by, switches)| RawChild {
            path: (*path).to_owned(),
            leaves: std::iter::once(named_by)
                .chain(*switches)
                .map(|one| (*one).to_owned())
                .collect(),
        });
        Denied(RawShape {
            metadata_type: "Profile",
            children: children.collect(),
            ..RawShape::default()
        })
    }
}

impl Wanted for Denied {
    fn record(&self, _kind: &str) -> bool {
        false
    }
    fn raw(&self, metadata_type: &str) -> Option<&RawShape> {
        (metadata_type == self.0.metadata_type).then_some(&self.0)
    }
}

fn is_asked(kind: &str, child: usize) -> bool {
    let children = ASKED.iter().find(|(known, _)| *known == kind).map(|(_, children)| *children);
    let name = record_kind(kind).and_then(|kind| kind.children.get(child)).map(|child| child.name);
    children.zip(name).is_some_and(|(children, name)| children.contains(&name))
}

impl Wanted for Asked {
    fn record(&self, kind: &str) -> bool {
        ASKED.iter().any(|(known, _)| *known == kind)
    }
    fn child(&self, kind: &str, child: usize) -> bool {
        is_asked(kind, child)
    }
    fn child_of(&self, kind: &str, child: usize, _ruled_out: &RuledOut) -> bool {
        is_asked(kind, child)
    }
    fn keeps(&self, kind: &str, child: usize, _block: &Block, _ruled_out: &RuledOut) -> bool {
        is_asked(kind, child)
    }
}
