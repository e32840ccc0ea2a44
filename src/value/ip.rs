//! Ranges of IP addresses, and what several of them cover together.

mod union;

pub use union::{Union, union};

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range as metadata states it: first and last address, both included. Each
/// end is `None` if it could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first address, if it is one.
    pub start: Option<IpAddr>,
    /// The last address, if it is one.
    pub end: Option<IpAddr>,
    /// Why the range allows nothing; such a range is left out of a [`union()`].
    pub defect: Option<Defect>,
    /// Set if every address of the range is in one such block.
    pub reserved: Option<Reserved>,
}

/// Why a range is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// The start is after the end.
    Inverted,
    /// One end is IPv4, the other IPv6.
    Mixed,
    /// An end is no address.
    Unparsable,
}

impl Defect {
    /// The lower-case name that rules compare with.
    pub fn name(self) -> &'static str {
        match self {
            Defect::Inverted => "inverted",
            Defect::Mixed => "mixed",
            Defect::Unparsable => "unparsable",
        }
    }
}

/// Blocks that no host on the internet has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// RFC 1918, RFC 6598 (shared), link-local and unique local addresses.
    Private,
    /// RFC 5737, RFC 3849 and RFC 9637.
    Documentation,
    /// Addresses of the machine itself.
    Loopback,
}

impl Reserved {
    /// The lower-case name that rules compare with.
    pub fn name(self) -> &'static str {
        match self {
            Reserved::Private => "private",
            Reserved::Documentation => "documentation",
            Reserved::Loopback => "loopback",
        }
    }
}

/// The reserved blocks as network and prefix length. None touches another of
/// its kind, so a range is reserved only if it lies within a single block.
const RESERVED_V4: [(Ipv4Addr, u8, Reserved); 9] = [
    (Ipv4Addr::new(10, 0, 0, 0), 8, Reserved::Private),
    (Ipv4Addr::new(172, 16, 0, 0), 12, Reserved::Private),
    (Ipv4Addr::new(192, 168, 0, 0), 16, Reserved::Private),
    (Ipv4Addr::new(169, 254, 0, 0), 16, Reserved::Private),
    (Ipv4Addr::new(100, 64, 0, 0), 10, Reserved::Private),
    (Ipv4Addr::new(127, 0, 0, 0), 8, Reserved::Loopback),
    (Ipv4Addr::new(192, 0, 2, 0), 24, Reserved::Documentation),
    (Ipv4Addr::new(198, 51, 100, 0), 24, Reserved::Documentation),
    (Ipv4Addr::new(203, 0, 113, 0), 24, Reserved::Documentation),
];
const RESERVED_V6: [(Ipv6Addr, u8, Reserved); 5] = [
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, Reserved::Private),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, Reserved::Private),
    (Ipv6Addr::LOCALHOST, 128, Reserved::Loopback),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, Reserved::Documentation),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, Reserved::Documentation),
];

/// The block an address is in, if it is reserved.
pub fn reserved(address: IpAddr) -> Option<Reserved> {
    reserved_range(address, address)
}

fn reserved_range(start: IpAddr, end: IpAddr) -> Option<Reserved> {
    match (start, end) {
        (IpAddr::V4(start), IpAddr::V4(end)) => RESERVED_V4
            .iter()
            .find(|(network, prefix, _)| {
                let shift = 32 - u32::from(*prefix);
                let block = network.to_bits() >> shift;
                start.to_bits() >> shift == block && end.to_bits() >> shift == block
            })
            .map(|(_, _, reserved)| *reserved),
        (IpAddr::V6(start), IpAddr::V6(end)) => RESERVED_V6
            .iter()
            .find(|(network, prefix, _)| {
                let shift = 128 - u32::from(*prefix);
                let block = network.to_bits() >> shift;
                start.to_bits() >> shift == block && end.to_bits() >> shift == block
            })
            .map(|(_, _, reserved)| *reserved),
        _ => None,
    }
}

/// Reads one address. Blanks around it are dropped. An IPv4 octet has one to
/// three decimal digits; leading zeros are read as decimal, as the platform's
/// Java does, so that `000.000.000.000` cannot hide a range over everything. An
/// IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is the IPv4 address: ranges
/// treat the two spaces as one (Salesforce Help, "Restrict Login IP Addresses").
/// No prefix lengths, ports, zones or brackets.
pub fn parse_address(written: &str) -> Option<IpAddr> {
    let text = written.trim();
    if text.contains(':') {
        let address: Ipv6Addr = text.parse().ok()?;
        return Some(IpAddr::V6(address).to_canonical());
    }
    let mut octets = text.split('.').map(|octet| {
        let plain = (1..=3).contains(&octet.len()) && octet.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| octet.parse::<u8>().ok()).flatten()
    });
    let mut next = || octets.next().flatten();
    let address = Ipv4Addr::new(next()?, next()?, next()?, next()?);
    octets.next().is_none().then_some(IpAddr::V4(address))
}

impl Range {
    /// Reads both ends. Never fails: what is wrong is the `defect`.
    pub fn parse(start: &str, end: &str) -> Range {
        let (start, end) = (parse_address(start), parse_address(end));
        let mut range = Range { start, end, defect: None, reserved: None };
        let (Some(start), Some(end)) = (start, end) else {
            range.defect = Some(Defect::Unparsable);
            return range;
        };
        if start.is_ipv4() != end.is_ipv4() {
            range.defect = Some(Defect::Mixed);
        } else if start > end {
            range.defect = Some(Defect::Inverted);
        } else {
            range.reserved = reserved_range(start, end);
        }
        range
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses() {
        for (written, address) in [
            ("10.0.0.1", Some("10.0.0.1")),
            (" 10.0.0.1\n", Some("10.0.0.1")),
            ("010.000.000.001", Some("10.0.0.1")),
            ("000.000.000.000", Some("0.0.0.0")),
            ("::FFFF:10.0.0.1", Some("10.0.0.1")),
            ("::ffff:a00:1", Some("10.0.0.1")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("::", Some("::")),
            ("", None),
            ("10.0.0", None),
            ("10.0.0.1.2", None),
            ("10.0.0.256", None),
            ("10.0.0.0001", None),
            ("10.0.0.+1", None),
            ("0x0a.0.0.1", None),
            ("10.0.0.0/8", None),
            ("[::1]", None),
            ("fe80::1%eth0", None),
            ("10.0.0.1:80", None),
            ("{{START}}", None),
        ] {
            let expected = address.map(|text| text.parse().unwrap());
            assert_eq!(parse_address(written), expected, "{written}");
        }
    }

    #[test]
    fn defects() {
        let defect = |start, end| Range::parse(start, end).defect;
        assert_eq!(defect("10.0.0.1", "10.0.0.1"), None);
        assert_eq!(defect("10.0.0.2", "10.0.0.1"), Some(Defect::Inverted));
        assert_eq!(defect("9.0.0.0", "10.0.0.0"), None);
        assert_eq!(defect("10.0.0.1", "::1"), Some(Defect::Mixed));
        assert_eq!(defect("10.0.0.1", "::ffff:10.0.0.2"), None);
        assert_eq!(defect("10.0.0.1", ""), Some(Defect::Unparsable));
    }

    #[test]
    fn reserved_blocks() {
        use Reserved::{Documentation, Loopback, Private};
        for (start, end, expected) in [
            ("10.0.0.0", "10.255.255.255", Some(Private)),
            ("10.0.0.0", "11.0.0.0", None),
            ("172.16.0.0", "172.31.255.255", Some(Private)),
            ("172.32.0.0", "172.32.0.1", None),
            ("192.168.1.1", "192.168.1.9", Some(Private)),
            ("100.64.0.0", "100.127.255.255", Some(Private)),
            ("169.254.169.254", "169.254.169.254", Some(Private)),
            ("127.0.0.1", "127.0.0.1", Some(Loopback)),
            ("::1", "::1", Some(Loopback)),
            ("203.0.113.0", "203.0.113.255", Some(Documentation)),
            ("2001:db8::", "2001:db8::ff", Some(Documentation)),
            ("fd00::", "fd00::ff", Some(Private)),
            ("8.8.8.8", "8.8.8.8", None),
            ("0.0.0.0", "255.255.255.255", None),
        ] {
            assert_eq!(Range::parse(start, end).reserved, expected, "{start}-{end}");
        }
    }

    proptest! {
        #[test]
        fn any_text_has_an_answer(start in any::<String>(), end in "[0-9a-f.:/ ]*") {
            let range = Range::parse(&start, &end);
            prop_assert_eq!(range.defect == Some(Defect::Unparsable), range.start.is_none() || range.end.is_none());
            let _ = union(&[range]).addresses_text();
        }
    }
}
