//! Lists that are compared with hosts: an entry is one host, or every host below a domain.

use std::collections::HashMap;
use std::iter::successors;

use crate::rule::lists::Entry;
use crate::value::url::HostPattern;

/// The longest domain that is looked up: no name in the DNS is longer (RFC 1035 §2.3.4), and a host of a megabyte must
/// not be hashed once for each of its dots.
const LONGEST_DOMAIN: usize = 253;

/// Entries by what they stand for. A host is looked up whole, then by each domain it lies below.
#[derive(Debug, Default)]
pub(super) struct HostList {
    exactly: HashMap<String, Entry>,
    below: HashMap<String, Entry>,
}

impl HostList {
    /// Of entries that stand for the same the first counts; what is no host is told when the rule is loaded, and
    /// matches nothing.
    pub fn new(entries: Vec<Entry>) -> HostList {
        let mut list = HostList::default();
        for entry in entries {
            match HostPattern::read(&entry.value) {
                Some(HostPattern::Exactly(host)) => list.exactly.entry(host).or_insert(entry),
                Some(HostPattern::Below(domain)) => list.below.entry(domain).or_insert(entry),
                None => continue,
            };
        }
        list
    }

    /// The entry that says most about a host: the one that names it, else the one with the longest domain. A host may
    /// itself be a pattern: `*.eu.example.com` lies below `example.com`.
    pub fn entry(&self, host: &str) -> Option<&Entry> {
        self.exactly.get(host).or_else(|| {
            successors(parent(host), |domain| parent(domain))
                .filter(|domain| domain.len() <= LONGEST_DOMAIN)
                .find_map(|domain| self.below.get(domain))
        })
    }
}

/// The domain that a name lies directly below.
fn parent(name: &str) -> Option<&str> {
    name.split_once('.').map(|(_, domain)| domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(values: &[&str]) -> HostList {
        let entry = |value: &&str| Entry { value: (*value).to_owned(), columns: Vec::new() };
        HostList::new(values.iter().map(entry).collect())
    }

    #[test]
    fn a_domain_stands_for_every_host_below_it() {
        let hosts = list(&["*.example.com", "Shop.Example.net", "*.eu.example.com", "https://x"]);
        let found = |host: &str| hosts.entry(host).map(|entry| entry.value.as_str());
        for (host, expected) in [
            ("a.example.com", Some("*.example.com")),
            ("a.b.example.com", Some("*.example.com")),
            ("a.eu.example.com", Some("*.eu.example.com")),
            ("eu.example.com", Some("*.example.com")),
            ("*.example.com", Some("*.example.com")),
            ("app-*.example.com", Some("*.example.com")),
            ("shop.example.net", Some("Shop.Example.net")),
            ("example.com", None),
            ("notexample.com", None),
            ("example.com.evil.example", None),
            ("a.shop.example.net", None),
            ("example.net", None),
            ("com", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(found(host), expected, "{host}");
        }
    }

    #[test]
    fn a_host_of_a_megabyte_takes_no_time() {
        let host = "a.".repeat(1 << 20) + "example.com";
        assert!(list(&["*.example.com"]).entry(&host).is_some());
    }
}
