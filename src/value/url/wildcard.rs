//! How many hosts a pattern with `*` lets in.

use public_suffix::{DEFAULT_PROVIDER, EffectiveTLDProvider};

use super::host::{Host, is_private_name, is_under};

/// What the `*` of a host stands for, from nothing to everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wildcard {
    /// There is no `*` in the host.
    None,
    /// Part of a label, or hosts below a subdomain: `app-*.example.com`,
    /// `*.eu.example.com`.
    Label,
    /// Every host of a domain that one owner registered: `*.example.com`.
    Domain,
    /// Hosts of many owners, below a public suffix, the private section of the
    /// Public Suffix List included: `*.com`, `*.co.uk`, `*.herokuapp.com`,
    /// `app-*.herokuapp.com`, `example.*`.
    Suffix,
    /// Every host: `*`, `https://*`, `*://*`.
    All,
}

impl Wildcard {
    /// The lower-case name that rules compare with.
    pub fn name(self) -> &'static str {
        match self {
            Wildcard::None => "none",
            Wildcard::Label => "label",
            Wildcard::Domain => "domain",
            Wildcard::Suffix => "suffix",
            Wildcard::All => "all",
        }
    }

    pub(super) fn of(host: &Host) -> Wildcard {
        let Host::Name(name) = host else {
            return Wildcard::None;
        };
        // Only what follows the last `*` is sure; what is left of it can no
        // longer narrow who owns the host.
        let Some((before, after)) = name.rsplit_once('*') else {
            return Wildcard::None;
        };
        if name.chars().all(|character| matches!(character, '*' | '.')) {
            return Wildcard::All;
        }
        let whole_label = before.is_empty() || before.ends_with(['.', '*']);
        match after.strip_prefix('.') {
            Some(domain) if whole_label => below(domain),
            Some(domain) => part_of_label(domain),
            None if after.is_empty() && is_address_block(name) => Wildcard::Label,
            // `example.*` and `*example` leave the top level open.
            None => match after.split_once('.') {
                Some((_, domain)) => part_of_label(domain),
                None => Wildcard::Suffix,
            },
        }
    }
}

/// `*.domain`
fn below(domain: &str) -> Wildcard {
    if is_private_name(domain) || is_under(domain, "localhost") {
        return Wildcard::Domain;
    }
    if is_public_suffix(domain) {
        return Wildcard::Suffix;
    }
    match DEFAULT_PROVIDER.effective_tld_plus_one(domain) {
        Ok(registered) if registered == domain => Wildcard::Domain,
        _ => Wildcard::Label,
    }
}

/// `app-*.domain`: below a public suffix anyone can register such a name.
fn part_of_label(domain: &str) -> Wildcard {
    match below(domain) {
        Wildcard::Suffix => Wildcard::Suffix,
        _ => Wildcard::Label,
    }
}

/// Hosting platforms that joined the Public Suffix List after the table of the
/// `public-suffix` crate was made.
const NEWER_SUFFIXES: [&str; 3] = ["base44.app", "up.railway.app", "vercel.run"];

/// Whether the hosts below this name have different owners. The list holds
/// some suffixes by their children only (`*.kawasaki.jp`), so a child is asked
/// for too. Suffixes in Unicode are known only in their `xn--` form.
fn is_public_suffix(domain: &str) -> bool {
    NEWER_SUFFIXES.contains(&domain)
        || DEFAULT_PROVIDER.is_effective_tld(domain)
        || DEFAULT_PROVIDER.is_effective_tld(&format!("x.{domain}"))
}

/// `10.0.0.*`, `192.168.*.*`
fn is_address_block(name: &str) -> bool {
    let mut labels = name.split('.');
    let first_is_number = labels.next().is_some_and(|label| label.parse::<u8>().is_ok());
    first_is_number && labels.all(|label| label == "*" || label.parse::<u8>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::super::Url;
    use super::*;

    #[test]
    fn kinds() {
        use Wildcard::{All, Domain, Label, None, Suffix};
        for (written, expected) in [
            ("https://example.com", None),
            ("https://example.com/*", None),
            ("*://example.com/*", None),
            ("http://localhost:*", None),
            ("https://app-*.example.com", Label),
            ("https://*-app.example.co.uk", Label),
            ("https://*.eu.example.com", Label),
            ("https://*.my.salesforce.com", Label),
            ("https://*.*.eu.example.com", Label),
            ("https://10.0.0.*", Label),
            ("https://*.example.com", Domain),
            ("*.example.com", Domain),
            ("https://*.EXAMPLE.com.:443/x", Domain),
            ("https://*.*.example.com", Domain),
            ("https://**.example.com", Domain),
            ("https://%2a.example.com", Domain),
            ("https://*.example.co.uk", Domain),
            ("https://*.acme.herokuapp.com", Domain),
            ("https://*.corp.internal", Domain),
            ("https://*.localhost", Domain),
            ("https://*.münchen.de", Domain),
            ("https://*.com", Suffix),
            ("https://*.co.uk", Suffix),
            ("https://*.herokuapp.com", Suffix),
            ("https://app-*.herokuapp.com", Suffix),
            ("https://app-*.com", Suffix),
            ("https://*example.com", Suffix),
            ("https://*.foo.*.com", Suffix),
            ("https://example.*", Suffix),
            ("https://www.example.*", Suffix),
            ("https://*.up.railway.app", Suffix),
            ("https://*.ck", Suffix),
            ("https://*.kawasaki.jp", Suffix),
            ("*com", Suffix),
            ("*", All),
            ("https://*", All),
            ("https://*/path", All),
            ("https://*.*", All),
            ("*://*", All),
            ("*://*/*", All),
            ("https://*:443", All),
            ("*:*", All),
            ("myapp://*", None),
        ] {
            assert_eq!(Url::parse(written).wildcard, expected, "{written}");
        }
    }

    #[test]
    fn kinds_are_ordered_by_how_much_they_let_in() {
        assert!(Wildcard::None < Wildcard::Label && Wildcard::Suffix < Wildcard::All);
        assert_eq!(Wildcard::Domain.name(), "domain");
    }
}
