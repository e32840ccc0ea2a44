//! Entries of lists of hosts.

use super::host::{self, Host};

/// One host, or every host below a domain: what an entry of a list of hosts stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostPattern {
    /// `example.com`: this host and no other. In the form of [`Url::host`](super::Url::host).
    Exactly(String),
    /// `*.example.com`: any host below this domain, however many labels it adds. The domain itself is none of them.
    Below(String),
}

impl HostPattern {
    /// Reads an entry. `None` if it is neither a host nor `*.` before the name of one: a URL, a host with a port, a `*`
    /// anywhere else.
    pub fn read(text: &str) -> Option<HostPattern> {
        let (below, name) = text.strip_prefix("*.").map_or((false, text), |domain| (true, domain));
        let host = host::read(name)?;
        let written = host.to_string();
        match host {
            Host::Name(_) if written.contains('*') => None,
            Host::Name(_) if below => Some(HostPattern::Below(written)),
            Host::Address(_) if below => None,
            _ => Some(HostPattern::Exactly(written)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries() {
        let exactly = |host: &str| Some(HostPattern::Exactly(host.into()));
        let below = |domain: &str| Some(HostPattern::Below(domain.into()));
        for (written, expected) in [
            ("example.com", exactly("example.com")),
            ("Example.COM.", exactly("example.com")),
            ("0x7f.1", exactly("127.0.0.1")),
            ("*.example.com", below("example.com")),
            ("*.MÜNCHEN.example", below("münchen.example")),
            ("*.example", below("example")),
            ("", None),
            ("*", None),
            ("*.", None),
            ("*.*.example.com", None),
            ("app-*.example.com", None),
            ("*example.com", None),
            ("*.10.0.0.1", None),
            ("https://example.com", None),
            ("example.com:443", None),
            ("example.com/path", None),
        ] {
            assert_eq!(HostPattern::read(written), expected, "{written}");
        }
    }
}
