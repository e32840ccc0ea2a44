//! When a field counts as sensitive: the lists of the catalogue, or those of the config that replace them.

use std::collections::HashSet;

use crate::model::record::Value;

/// The classifications and compliance groups that make a field sensitive, in lower case. `*` stands for any.
#[derive(Clone, Debug, Default)]
pub struct Sensitivity {
    /// Values of `securityClassification`.
    pub classifications: HashSet<String>,
    /// Values of `complianceGroup`.
    pub groups: HashSet<String>,
}

impl Sensitivity {
    /// The values that make a field sensitive, in the order of the file.
    pub(super) fn marks<'v>(
        &self,
        classification: &'v [Value],
        groups: &'v [Value],
    ) -> Vec<&'v Value> {
        let counts = |list: &HashSet<String>, value: &Value| {
            list.contains(&value.written.to_lowercase()) || list.contains("*")
        };
        let classified = classification.iter().filter(|one| counts(&self.classifications, one));
        classified.chain(groups.iter().filter(|one| counts(&self.groups, one))).collect()
    }
}
