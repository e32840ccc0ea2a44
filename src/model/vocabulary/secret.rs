//! The leaves of credentials: found in any file, and in elements that are made for one.

use super::LeafType::{Bool, Enum, Reference, Secret, Text};
use super::files::FILE_LEAVES;
use super::{LeafDefinition, RecordKind, leaf};
use crate::secret::SecretKind;

/// One credential of Salesforce in a file.
pub(super) const SECRET: RecordKind = RecordKind {
    name: "Secret",
    about: "One credential of Salesforce that stands in a file of any kind, metadata included, or something that stands for one",
    sources: &[],
    leaves: &SECRET_LEAVES,
    children: &[],
};

const OWN_LEAVES: [LeafDefinition; 4] = [
    leaf("kind", Enum(SecretKind::SPELLINGS), "derived: what it is, by its shape or by its name"),
    leaf(
        "variable",
        Text,
        "the variable, member or option that holds it; of a private key its label",
    ),
    leaf("value", Secret, "the credential, never shown"),
    leaf("host", Text, "the host of an auth URL, or of another URL with a password"),
];

static SECRET_LEAVES: [LeafDefinition; FILE_LEAVES.len() + OWN_LEAVES.len()] = {
    let mut all = [OWN_LEAVES[0]; FILE_LEAVES.len() + OWN_LEAVES.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < FILE_LEAVES.len() {
            FILE_LEAVES[at]
        } else {
            OWN_LEAVES[at - FILE_LEAVES.len()]
        };
        at += 1;
    }
    all
};

/// One credential in an element of metadata that can hold one.
pub(super) const INLINE_SECRET: RecordKind = RecordKind {
    name: "InlineSecret",
    about: "The value of an element of metadata that can hold a credential, whatever it looks like",
    sources: &[
        "ConnectedApp",
        "ExtlClntAppGlobalOauthSettings",
        "ExtlClntAppPushSettings",
        "AuthProvider",
        "NamedCredential",
        "ExternalCredential",
        "ExternalDataSource",
        "ExternalAuthIdentityProvider",
        "InstalledPackage",
        "Network",
    ],
    leaves: &[
        leaf("holder", Text, "the metadata type"),
        leaf("owner", Reference, "the component"),
        leaf("name", Text, "the parameter or header, where the element is the value of one"),
        leaf("element", Text, "path of the element below the root"),
        leaf("value", Secret, "the credential, never shown"),
        leaf("encrypted", Bool, "derived: encrypted by the org it was retrieved from (`++…++`)"),
    ],
    children: &[],
};
