//! Arithmetic over several ranges.

use std::net::IpAddr;

use super::{Range, Reserved};

/// What ranges cover together. Ranges with a defect cover nothing.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Union {
    /// How many IPv4 addresses: 0 to 2^32.
    pub v4_addresses: u64,
    /// How many IPv6 addresses; `u128::MAX` stands for all 2^128, and then
    /// `v6_exact` is false.
    pub v6_addresses: u128,
    /// Whether `v6_addresses` is the exact number.
    pub v6_exact: bool,
    /// The prefix length of a block this large, rounded up to the next larger
    /// block: 32 − ⌊log2 of the number of addresses⌋. `None` without addresses.
    pub v4_prefix: Option<u8>,
    /// The same of 128.
    pub v6_prefix: Option<u8>,
    /// Every IPv4 address is covered.
    pub v4_whole: bool,
    /// Every IPv6 address is covered.
    pub v6_whole: bool,
    /// There is a range, and all of them are private or loopback.
    pub private_only: bool,
}

/// Merges overlapping and adjacent ranges and counts what they cover, so that
/// two halves of a space are the whole of it.
pub fn union(ranges: &[Range]) -> Union {
    let mut v4 = Vec::new();
    let mut v6 = Vec::new();
    let mut sound = 0_usize;
    let mut private = 0_usize;
    for range in ranges.iter().filter(|range| range.defect.is_none()) {
        match (range.start, range.end) {
            (Some(IpAddr::V4(start)), Some(IpAddr::V4(end))) => {
                v4.push((u128::from(start.to_bits()), u128::from(end.to_bits())));
            }
            (Some(IpAddr::V6(start)), Some(IpAddr::V6(end))) => {
                v6.push((start.to_bits(), end.to_bits()));
                // A range over the IPv4-mapped block allows IPv4 as well.
                if start.to_bits() < MAPPED && end.to_bits() > MAPPED | u128::from(u32::MAX) {
                    v4.push((0, u128::from(u32::MAX)));
                }
            }
            _ => continue,
        }
        sound += 1;
        let inside = matches!(range.reserved, Some(Reserved::Private | Reserved::Loopback));
        private += usize::from(inside);
    }
    let v4_addresses = u64::try_from(covered(v4).unwrap_or(0)).unwrap_or(u64::MAX);
    let v6_covered = covered(v6);
    let v6_addresses = v6_covered.unwrap_or(u128::MAX);
    Union {
        v4_addresses,
        v6_addresses,
        v6_exact: v6_covered.is_some(),
        v4_prefix: prefix(32, u128::from(v4_addresses)),
        v6_prefix: match v6_covered {
            Some(addresses) => prefix(128, addresses),
            None => Some(0),
        },
        v4_whole: v4_addresses == 1 << 32,
        v6_whole: v6_covered.is_none(),
        private_only: sound > 0 && sound == private,
    }
}

/// `::ffff:0.0.0.0`
const MAPPED: u128 = 0xffff_0000_0000;

/// How many numbers the intervals cover (ends included); `None` is all 2^128.
fn covered(mut intervals: Vec<(u128, u128)>) -> Option<u128> {
    intervals.sort_unstable();
    let mut total = 0_u128;
    // The first number that is not counted yet; `None` is beyond the last one.
    let mut next = Some(0_u128);
    for (start, end) in intervals {
        let Some(free) = next else { break };
        let from = start.max(free);
        if end >= from {
            total = total.checked_add((end - from).checked_add(1)?)?;
            next = end.checked_add(1);
        }
    }
    Some(total)
}

fn prefix(width: u8, addresses: u128) -> Option<u8> {
    let log2 = u8::try_from(addresses.checked_ilog2()?).ok()?;
    Some(width.saturating_sub(log2))
}

impl Union {
    /// How many addresses, for people: `4,294,967,296`, `2^96`, `about 2^97`,
    /// `256 IPv4 and 2^64 IPv6`, `0`.
    pub fn addresses_text(&self) -> String {
        let v6 = if self.v6_exact || self.v6_addresses == 0 {
            count_text(self.v6_addresses)
        } else {
            "2^128".to_string()
        };
        match (self.v4_addresses, self.v6_addresses) {
            (v4, 0) => count_text(u128::from(v4)),
            (0, _) => v6,
            (v4, _) => format!("{} IPv4 and {v6} IPv6", count_text(u128::from(v4))),
        }
    }
}

/// Up to 2^32 in full, beyond that as a power of two.
fn count_text(addresses: u128) -> String {
    if addresses <= 1 << 32 {
        let digits = addresses.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        return text;
    }
    let power = addresses.ilog2();
    let about = if addresses.is_power_of_two() { "" } else { "about " };
    format!("{about}2^{power}")
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use proptest::prelude::*;

    fn union_of(pairs: &[(&str, &str)]) -> Union {
        let ranges: Vec<Range> =
            pairs.iter().map(|(start, end)| Range::parse(start, end)).collect();
        union(&ranges)
    }

    #[test]
    fn the_whole_space_in_one_or_in_pieces() {
        let one = union_of(&[("0.0.0.0", "255.255.255.255")]);
        assert!(one.v4_whole && !one.v6_whole && !one.private_only);
        assert_eq!((one.v4_addresses, one.v4_prefix), (1 << 32, Some(0)));
        assert_eq!(one.addresses_text(), "4,294,967,296");
        let pieces = union_of(&[
            ("128.0.0.0", "255.255.255.255"),
            ("64.0.0.0", "127.255.255.255"),
            ("0.0.0.0", "63.255.255.255"),
            ("1.2.3.4", "1.2.3.4"),
        ]);
        assert_eq!(one, pieces);
        let almost = union_of(&[("1.1.1.1", "255.255.255.255")]);
        assert!(!almost.v4_whole);
        assert_eq!(almost.v4_prefix, Some(1));
        assert_eq!(almost.v4_addresses, (1 << 32) - 0x0101_0101);
    }

    #[test]
    fn ipv6_spaces() {
        let whole = union_of(&[("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]);
        assert!(whole.v6_whole && whole.v4_whole && !whole.v6_exact);
        assert_eq!((whole.v6_addresses, whole.v6_prefix), (u128::MAX, Some(0)));
        assert_eq!(whole.addresses_text(), "4,294,967,296 IPv4 and 2^128 IPv6");
        let halves = union_of(&[
            ("8000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("::", "7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ]);
        assert_eq!(whole, halves);
        let network = union_of(&[("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")]);
        assert_eq!(network.v6_prefix, Some(32));
        assert_eq!(network.addresses_text(), "2^96");
        assert!(network.v6_exact && network.v4_prefix.is_none());
        let odd = union_of(&[("2001:db8::", "2001:db9::")]);
        assert_eq!(odd.addresses_text(), "about 2^96");
        let last = union_of(&[(
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        )]);
        assert_eq!(last.v6_addresses, 2);
    }

    #[test]
    fn mixed_unions_and_empty_ones() {
        let both = union_of(&[("10.0.0.0", "10.0.0.255"), ("fd00::", "fd00::ffff:ffff:ffff:ffff")]);
        assert_eq!(both.addresses_text(), "256 IPv4 and 2^64 IPv6");
        assert!(both.private_only);
        let none = union_of(&[("10.0.0.9", "10.0.0.1"), ("x", "y")]);
        assert_eq!(none, union(&[]));
        assert_eq!(none.addresses_text(), "0");
        assert!(none.v6_exact && !none.private_only);
        assert!(!union_of(&[("10.0.0.0", "10.0.0.9"), ("8.8.8.8", "8.8.8.8")]).private_only);
        assert_eq!(union_of(&[("8.8.0.0", "8.8.4.0")]).addresses_text(), "1,025");
    }

    proptest! {
        #[test]
        fn union_counts_what_a_list_of_all_addresses_counts(
            pairs in proptest::collection::vec((0_u32..300, 0_u32..300), 0..8),
            high in any::<bool>(),
        ) {
            // Near the end of the space as well, where an end plus one overflows.
            let base = if high { u32::MAX - 299 } else { 0 };
            let text = |number: u32| Ipv4Addr::from_bits(base + number).to_string();
            let ranges: Vec<Range> = pairs
                .iter()
                .map(|(start, end)| Range::parse(&text(*start), &text(*end)))
                .collect();
            let expected = (0..300)
                .filter(|number| pairs.iter().any(|(start, end)| (start..=end).contains(&number)))
                .count() as u64;
            let union = union(&ranges);
            prop_assert_eq!(union.v4_addresses, expected);
            match union.v4_prefix {
                None => prop_assert_eq!(expected, 0),
                Some(prefix) => {
                    let block = 1_u64 << (32 - prefix);
                    prop_assert!(block <= expected && expected < 2 * block);
                }
            }
        }

        #[test]
        fn ipv6_counts_the_same_way(
            pairs in proptest::collection::vec((0_u16..200, 0_u16..200), 0..8),
        ) {
            let text = |number: u16| format!("ffff:ffff:ffff:ffff:ffff:ffff:ffff:{:x}", u16::MAX - number);
            let ranges: Vec<Range> = pairs
                .iter()
                .map(|(start, end)| Range::parse(&text(*start), &text(*end)))
                .collect();
            let expected = (0..200)
                .filter(|number| pairs.iter().any(|(start, end)| (end..=start).contains(&number)))
                .count() as u128;
            prop_assert_eq!(union(&ranges).v6_addresses, expected);
        }
    }
}
