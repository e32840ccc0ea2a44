//! The host of a URL: a name or an address.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use unicode_normalization::UnicodeNormalization;

use crate::value::ip::{Reserved, reserved};
use crate::value::name::percent_decode;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// In lower case, without a trailing dot, never empty. It may hold `*`.
    Name(String),
    /// An IPv4-mapped IPv6 address is kept as it is.
    Address(IpAddr),
}

impl fmt::Display for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Name(name) => formatter.write_str(name),
            Host::Address(address) => address.fmt(formatter),
        }
    }
}

/// Reads a host without its port, in brackets or not. `None` if it is empty or
/// holds a character that no host may have (WHATWG URL, "forbidden host code
/// point", and `{` `}` `$` of templates).
pub(super) fn read(text: &str) -> Option<Host> {
    if let Some(inner) = text.strip_prefix('[') {
        return ipv6(inner.strip_suffix(']')?).map(Host::Address);
    }
    if let Some(address) = ipv6(text) {
        return Some(Host::Address(address));
    }
    let decoded = percent_decode(text);
    let mut name = mapped(decoded.as_deref().unwrap_or(text));
    if let Some(shorter) = name.strip_suffix('.') {
        name.truncate(shorter.len());
    }
    if name.is_empty() || name.chars().any(is_forbidden) {
        return None;
    }
    Some(ipv4(&name).map_or(Host::Name(name), |address| Host::Address(IpAddr::V4(address))))
}

/// What browsers do to a name before they look it up (UTS 46, in short):
/// compatibility forms, case and invisible characters do not count.
fn mapped(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let ignored = |character: &char| {
        !matches!(
            character,
            '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}'
        )
    };
    let name = text
        .chars()
        .filter(ignored)
        .nfkc()
        // Two rounds: a capital may have a lower case of several characters.
        .flat_map(char::to_lowercase)
        .nfkc()
        .collect::<String>();
    name.replace('。', ".")
}

fn is_forbidden(character: char) -> bool {
    character.is_control()
        || character.is_whitespace()
        || matches!(
            character,
            '#' | '/' | ':' | '<' | '>' | '?' | '@' | '[' | '\\' | ']' | '^' | '|' | '%'
        )
        || matches!(character, '{' | '}' | '$' | '"' | '`' | '(' | ')' | '!' | ',' | ';')
}

/// An IPv6 address; a zone (`%25eth0`, `%eth0`) is dropped.
fn ipv6(text: &str) -> Option<IpAddr> {
    let address = text.split_once('%').map_or(text, |(address, _)| address);
    address.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
}

/// An IPv4 address as browsers read it: one to four numbers, decimal, octal
/// (`0…`) or hexadecimal (`0x…`), of which the last fills the bytes that are
/// left (WHATWG URL, "IPv4 parser").
fn ipv4(name: &str) -> Option<Ipv4Addr> {
    let mut bits = 0_u64;
    let mut parts = name.split('.').peekable();
    for place in 0..4_u32 {
        let number = number(parts.next()?)?;
        let left = 8 * (4 - place);
        if parts.peek().is_none() {
            let fits = number < 1 << left;
            return fits
                .then(|| u32::try_from(bits | number).ok())
                .flatten()
                .map(Ipv4Addr::from_bits);
        }
        if number > 255 {
            return None;
        }
        bits |= number << (left - 8);
    }
    None
}

fn number(part: &str) -> Option<u64> {
    let (digits, radix) = if let Some(digits) = part.strip_prefix("0x") {
        (digits, 16)
    } else if part.len() > 1 && part.starts_with('0') {
        (part, 8)
    } else {
        (part, 10)
    };
    if digits.is_empty() {
        return (radix == 16).then_some(0);
    }
    if !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    // Enough zeros could be in front of a small number; too large is no address.
    let significant = digits.trim_start_matches('0');
    if significant.len() > 11 {
        return None;
    }
    if significant.is_empty() {
        return Some(0);
    }
    u64::from_str_radix(significant, radix).ok()
}

impl Host {
    pub(super) fn is_loopback(&self) -> bool {
        match self {
            Host::Name(name) => is_under(name, "localhost"),
            Host::Address(address) => reserved(address.to_canonical()) == Some(Reserved::Loopback),
        }
    }

    pub(super) fn is_private(&self) -> bool {
        match self {
            Host::Name(name) => is_private_name(name),
            Host::Address(address) => match address.to_canonical() {
                // 0.0.0.0/8 is "this network" (RFC 1122 §3.2.1.3).
                IpAddr::V4(v4) if v4.octets()[0] == 0 => true,
                IpAddr::V6(v6) if v6.is_unspecified() => true,
                canonical => reserved(canonical) == Some(Reserved::Private),
            },
        }
    }
}

/// A name that only a local network resolves: `.local` (RFC 6762), `.internal`
/// (reserved by ICANN in 2024), `.home.arpa` (RFC 8375), and `.lan`, which
/// routers use.
pub(super) fn is_private_name(name: &str) -> bool {
    ["local", "internal", "lan", "home.arpa"].iter().any(|suffix| is_under(name, suffix))
}

/// Whether `name` is `domain` or below it.
pub(super) fn is_under(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        read(text).map(|host| host.to_string())
    }

    #[test]
    fn addresses_in_every_spelling() {
        for (text, address) in [
            ("127.0.0.1", "127.0.0.1"),
            ("2130706433", "127.0.0.1"),
            ("0x7f000001", "127.0.0.1"),
            ("0x7F.1", "127.0.0.1"),
            ("017700000001", "127.0.0.1"),
            ("0177.0.0.01", "127.0.0.1"),
            ("127.1", "127.0.0.1"),
            ("127.0.1", "127.0.0.1"),
            ("127.0.0.1.", "127.0.0.1"),
            ("00000000000000000127.1", "87.0.0.1"),
            ("127%2e0%2e0%2e1", "127.0.0.1"),
            ("１２７.0.0.1", "127.0.0.1"),
            ("0x", "0.0.0.0"),
            ("4294967295", "255.255.255.255"),
            ("[::1]", "::1"),
            ("[0:0:0:0:0:0:0:1]", "::1"),
            ("[fe80::1%25eth0]", "fe80::1"),
            ("[::ffff:127.0.0.1]", "::ffff:127.0.0.1"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(address), "{text}");
            assert!(matches!(read(text), Some(Host::Address(_))), "{text}");
        }
        for text in ["4294967296", "256.0.0.1", "1.2.3.4.5", "08.0.0.1", "1..2", "127.0.0.1x"] {
            assert!(matches!(read(text), Some(Host::Name(_))), "{text}");
        }
    }

    #[test]
    fn loopback() {
        for text in [
            "localhost",
            "LOCALHOST.",
            "app.localhost",
            "127.0.0.1",
            "127.255.255.254",
            "2130706433",
            "0x7f.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "ｌocalhost",
        ] {
            let host = read(text).unwrap();
            assert!(host.is_loopback() && !host.is_private(), "{text}");
        }
        for text in ["notlocalhost", "localhost.example", "128.0.0.1", "127.0.0.1.example", "[::2]"]
        {
            assert!(!read(text).unwrap().is_loopback(), "{text}");
        }
    }

    #[test]
    fn private() {
        for text in [
            "10.1.2.3",
            "172.31.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "[::]",
            "[fd00::1]",
            "[fe80::1]",
            "[::ffff:10.0.0.1]",
            "printer.local",
            "vault.internal",
            "nas.lan",
        ] {
            assert!(read(text).unwrap().is_private(), "{text}");
        }
        for text in ["8.8.8.8", "172.32.0.1", "local.example", "mylocal", "[2001:db8::1]"] {
            assert!(!read(text).unwrap().is_private(), "{text}");
        }
    }

    #[test]
    fn international_names_are_kept() {
        assert_eq!(shown("MÜNCHEN.de").as_deref(), Some("münchen.de"));
        assert_eq!(shown("xn--mnchen-3ya.de").as_deref(), Some("xn--mnchen-3ya.de"));
        assert_eq!(shown("m%C3%BCnchen.de").as_deref(), Some("münchen.de"));
    }
}
