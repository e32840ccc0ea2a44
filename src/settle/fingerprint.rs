//! The identity of a finding: it survives moving, reformatting and reordering, and ends when the tested values change.

use sha2::{Digest, Sha256};

use crate::model::record::Component;

/// What identifies a finding within its project.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity<'a> {
    /// The rule's id.
    pub rule: &'a str,
    /// The component, without any path.
    pub component: &'a Component,
    /// What tells the block apart within the component.
    pub key: &'a str,
    /// The tested leaves with their values.
    pub values: &'a [(String, String)],
}

/// `v1:` and the first 16 bytes of SHA-256 over the length-prefixed parts of the identity.
/// `occurrence` counts findings that are otherwise the same.
pub fn fingerprint(identity: &Identity<'_>, occurrence: u32) -> String {
    let mut hash = Sha256::new();
    let mut field = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    field(identity.rule.as_bytes());
    field(identity.component.to_string().as_bytes());
    field(identity.key.as_bytes());
    field(&(identity.values.len() as u64).to_be_bytes());
    for (leaf, value) in identity.values {
        field(leaf.as_bytes());
        field(value.as_bytes());
    }
    field(&occurrence.to_be_bytes());
    let digest = hash.finalize();
    let mut text = String::from("v1:");
    for byte in digest.iter().take(16) {
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity<'a>(
        component: &'a Component,
        key: &'a str,
        values: &'a [(String, String)],
    ) -> Identity<'a> {
        Identity { rule: "oauth-full-scope", component, key, values }
    }

    #[test]
    fn every_part_counts_and_borders_do_not_move() {
        let component = |copy: &str, name: &str| Component {
            copy: copy.into(),
            kind: "OauthApp",
            name: name.into(),
        };
        let values = vec![("scopes".to_owned(), "Full".to_owned())];
        let base = component("", "A");
        let all = [
            fingerprint(&identity(&base, "", &values), 0),
            fingerprint(&identity(&base, "", &values), 1),
            fingerprint(&identity(&base, "k", &values), 0),
            fingerprint(&identity(&base, "", &[]), 0),
            fingerprint(&identity(&component("", "B"), "", &values), 0),
            fingerprint(&identity(&component("orgs/prod", "A"), "", &values), 0),
            fingerprint(&identity(&base, "", &[("scope".into(), "sFull".into())]), 0),
        ];
        let distinct: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(all[0].len(), "v1:".len() + 32);
        assert_eq!(all[0], fingerprint(&identity(&base, "", &values), 0));
    }
}
