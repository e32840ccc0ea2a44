//! Marks such as `@@consumer-secret@@` that stand for credentials in examples and test data, so
//! that nothing that looks like a secret is committed. What they become is computed, always the
//! same for the same mark and day, and valid nowhere.

use std::fmt;
use std::ops::Range;

use crate::schema::did_you_mean;
use crate::value::certificate_fixture::{make_certificate, pem};
use crate::value::date::Date;

const DELIMITER: &str = "@@";
/// After a certificate: with armour, not as bare base64.
const ARMOURED: &str = ":pem";

type Make = fn(&mut Random, Date) -> String;

/// The marks, without `:pem`.
const MARKS: &[(&str, Make)] = &[
    ("access-token", access_token),
    ("refresh-token", refresh_token),
    ("auth-url", auth_url),
    ("consumer-secret", consumer_secret),
    ("consumer-key", consumer_key),
    ("password", password),
    ("security-token", |random, _| random.text(ALPHANUMERIC, 24)),
    ("bearer-token", |random, _| random.text(ALPHANUMERIC, 40)),
    ("basic-login", basic_login),
    ("jwt", jwt),
    ("private-key:rsa", |random, _| private_key(random, "RSA", 1_190)),
    ("private-key:ec", |random, _| private_key(random, "EC", 118)),
    ("private-key:bare", bare_private_key),
    ("certificate", |_, today| certificate(today, -100, 900, 2_048)),
    ("certificate:expired", |_, today| certificate(today, -700, -30, 2_048)),
    ("certificate:expiring", |_, today| certificate(today, -345, 20, 2_048)),
    ("certificate:old", |_, today| certificate(today, -900, 2_750, 2_048)),
    ("certificate:weak", |_, today| certificate(today, -100, 900, 1_024)),
];

/// A mark that stands for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownMarker {
    /// What stands between the `@@`.
    pub mark: String,
    /// Where it stands in the text, with the `@@`.
    pub range: Range<usize>,
}

impl UnknownMarker {
    /// The mark that was probably meant.
    pub fn meant(&self) -> Option<&'static str> {
        did_you_mean(&self.mark, MARKS.iter().map(|(name, _)| *name))
    }
}

impl fmt::Display for UnknownMarker {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "there is no mark `{DELIMITER}{}{DELIMITER}`", self.mark)
    }
}

impl std::error::Error for UnknownMarker {}

/// Replaces the marks of a text. Days of certificates count from `today`.
///
/// # Errors
///
/// [`UnknownMarker`] for the first mark that is not known. `@@` around anything but letters,
/// digits, `:`, `-` and `_` is no mark.
pub fn expand(text: &str, today: Date) -> Result<String, UnknownMarker> {
    let mut expanded = String::with_capacity(text.len());
    let mut copied = 0;
    for (mark, range) in marks(text) {
        let value = value_of(mark, today)
            .ok_or_else(|| UnknownMarker { mark: mark.to_owned(), range: range.clone() })?;
        expanded.push_str(text.get(copied..range.start).unwrap_or_default());
        expanded.push_str(&value);
        copied = range.end;
    }
    expanded.push_str(text.get(copied..).unwrap_or_default());
    Ok(expanded)
}

/// Checks that all marks of a text are known.
///
/// # Errors
///
/// [`UnknownMarker`] for the first that is not.
pub fn check(text: &str) -> Result<(), UnknownMarker> {
    match marks(text).find(|(mark, _)| maker(mark).is_none()) {
        Some((mark, range)) => Err(UnknownMarker { mark: mark.to_owned(), range }),
        None => Ok(()),
    }
}

/// The marks of a text and where they stand.
fn marks(text: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text.get(at..)?.find(DELIMITER)?;
            let inner = start + DELIMITER.len();
            let rest = text.get(inner..)?;
            let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b":-_".contains(&byte);
            let length = rest.bytes().take_while(|byte| is_name(*byte)).count();
            let closed = rest.get(length..).is_some_and(|rest| rest.starts_with(DELIMITER));
            if length > 0 && closed {
                at = inner + length + DELIMITER.len();
                return Some((rest.get(..length)?, start..at));
            }
            at = start + 1;
        }
    })
}

/// How to make the value of a mark, and whether it keeps its armour.
fn maker(mark: &str) -> Option<(Make, bool)> {
    let find = |name: &str| MARKS.iter().find(|(known, _)| *known == name).map(|(_, make)| *make);
    match mark.strip_suffix(ARMOURED) {
        Some(name) if name.starts_with("certificate") => find(name).map(|make| (make, true)),
        _ => find(mark).map(|make| (make, !mark.starts_with("certificate"))),
    }
}

fn value_of(mark: &str, today: Date) -> Option<String> {
    let (make, armoured) = maker(mark)?;
    let value = make(&mut Random::seeded(mark), today);
    Some(if armoured { value } else { bare(&value) })
}

/// The org's 15-character id, an exclamation mark, and the session itself.
fn access_token(random: &mut Random, _: Date) -> String {
    format!("00D{}!{}", random.text(ALPHANUMERIC, 12), random.text(TOKEN, 92))
}

fn refresh_token(random: &mut Random, _: Date) -> String {
    format!("5Aep861{}", random.text(TOKEN, 80))
}

/// As `sf org display --verbose` prints it.
fn auth_url(random: &mut Random, today: Date) -> String {
    let host = random.text(b"abcdefghijklmnopqrstuvwxyz", 9);
    format!("force://PlatformCLI::{}@{host}.my.salesforce.com", refresh_token(random, today))
}

fn consumer_secret(random: &mut Random, _: Date) -> String {
    random.text(b"0123456789ABCDEF", 64)
}

fn consumer_key(random: &mut Random, _: Date) -> String {
    format!("3MVG9{}", random.text(TOKEN, 80))
}

/// Letters of both cases, digits and a hyphen: it needs no escape in XML, JSON or a shell.
fn password(random: &mut Random, _: Date) -> String {
    let mut word = |letters: &[u8], length| random.text(letters, length);
    let (upper, lower) = (b"ABCDEFGHJKMNPQRSTVWXYZ", b"abcdefghjkmnpqrstvwxyz");
    format!(
        "{}{}{}-{}",
        word(upper, 2),
        word(lower, 5),
        word(b"23456789", 3),
        word(ALPHANUMERIC, 6)
    )
}

/// A user and a password as RFC 7617 sends them.
fn basic_login(random: &mut Random, today: Date) -> String {
    bare(&pem(format!("sync:{}", password(random, today)).as_bytes(), "DATA"))
}

/// RFC 7519 with RS256.
fn jwt(random: &mut Random, today: Date) -> String {
    let expires = (today.days_since_epoch() + 1) * 86_400;
    let client = consumer_key(random, today);
    let header = r#"{"alg":"RS256","typ":"JWT"}"#;
    let payload = format!(r#"{{"iss":"{client}","exp":{expires}}}"#);
    let parts = [header.as_bytes().to_vec(), payload.into_bytes(), random.bytes(256)];
    let encoded = parts.map(|part| {
        let base64 = bare(&pem(&part, "DATA"));
        base64.trim_end_matches('=').replace('+', "-").replace('/', "_")
    });
    encoded.join(".")
}

/// A DER sequence of this many random bytes in the armour of RFC 7468.
fn private_key(random: &mut Random, kind: &str, length: u16) -> String {
    let mut der = match u8::try_from(length) {
        Ok(length) if length < 0x80 => vec![0x30, length],
        _ => [&[0x30, 0x82][..], &length.to_be_bytes()].concat(),
    };
    der.extend(random.bytes(usize::from(length)));
    pem(&der, &format!("{kind} PRIVATE KEY")).trim_end().to_owned()
}

/// The base64 of numbers in the order of PKCS #1 (RFC 8017): the structure of an RSA key of 1,024 bits, made of nothing.
fn bare_private_key(random: &mut Random, _: Date) -> String {
    let mut number = |head: &[u8], length: usize| {
        // Positive: the first bit is that of the sign.
        [head, &[0x5a], &random.bytes(length - 1)].concat()
    };
    let (long, half) = ([0x02, 0x81, 0x80], [0x02, 0x40]);
    let mut key = vec![0x02, 0x01, 0x00];
    key.extend(number(&long, 0x80));
    key.extend([0x02, 0x03, 0x01, 0x00, 0x01]);
    key.extend(number(&long, 0x80));
    for _ in 0..5 {
        key.extend(number(&half, 0x40));
    }
    let length = u16::try_from(key.len()).unwrap_or_default();
    let der = [&[0x30, 0x82][..], &length.to_be_bytes(), &key].concat();
    bare(&pem(&der, "DATA"))
}

/// A certificate in armour that is valid from and to these days from today.
fn certificate(today: Date, from: i64, to: i64, key_bits: u32) -> String {
    let day = |days: i64| {
        Date::from_days_since_epoch(today.days_since_epoch().saturating_add(days)).unwrap_or(today)
    };
    let der = make_certificate(day(from), day(to), key_bits);
    pem(&der, "CERTIFICATE").trim_end().to_owned()
}

/// The base64 of an armoured text, on one line.
fn bare(armoured: &str) -> String {
    armoured.lines().filter(|line| !line.starts_with('-')).collect()
}

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const TOKEN: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

/// SplitMix64: not for secrets, which is the point.
struct Random(u64);

impl Random {
    /// Starts from the FNV-1a hash of a name.
    fn seeded(name: &str) -> Self {
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn text(&mut self, letters: &[u8], length: usize) -> String {
        let count = letters.len().max(1) as u64;
        let letter = |number: u64| letters.get((number % count) as usize).copied();
        (0..length).filter_map(|_| letter(self.next()).map(char::from)).collect()
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| (self.next() >> 56) as u8).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        Date::from_civil(2026, 11, 23).unwrap()
    }

    fn expanded(text: &str) -> String {
        expand(text, today()).unwrap()
    }

    #[test]
    fn values_have_the_shape_of_the_real_ones() {
        let alike = |mark: &str, pattern: &str| {
            let value = expanded(&format!("{DELIMITER}{mark}{DELIMITER}"));
            let pattern = regex::Regex::new(&format!("^(?:{pattern})$")).unwrap();
            assert!(pattern.is_match(&value), "{mark}: {value}");
            assert!(value.bytes().collect::<std::collections::HashSet<_>>().len() > 9, "{value}");
        };
        let base64 = "[A-Za-z0-9+/]+={0,2}";
        alike("access-token", "00D[A-Za-z0-9]{12}![A-Za-z0-9._]{92}");
        alike("refresh-token", "5Aep861[A-Za-z0-9._]{80}");
        alike("auth-url", r"force://PlatformCLI::[A-Za-z0-9._]{87}@[a-z]{9}\.my\.salesforce\.com");
        alike("consumer-secret", "[0-9A-F]{64}");
        alike("consumer-key", "3MVG9[A-Za-z0-9._]{80}");
        alike("password", "[A-Z]{2}[a-z]{5}[0-9]{3}-[A-Za-z0-9]{6}");
        alike("security-token", "[A-Za-z0-9]{24}");
        alike("bearer-token", "[A-Za-z0-9]{40}");
        alike("basic-login", "c3luYzp[A-Za-z0-9+/]{23}==");
        alike("jwt", r"eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{342}");
        let armoured = |label: &str| {
            format!("-----BEGIN {label}-----\n([A-Za-z0-9+/=]+\n)+-----END {label}-----")
        };
        alike("private-key:rsa", &armoured("RSA PRIVATE KEY"));
        alike("private-key:ec", &armoured("EC PRIVATE KEY"));
        for mark in
            MARKS.iter().map(|(name, _)| *name).filter(|name| name.starts_with("certificate"))
        {
            alike(mark, base64);
            alike(&format!("{mark}:pem"), &armoured("CERTIFICATE"));
        }
    }

    #[test]
    fn expansion_is_deterministic_and_keeps_what_is_around() {
        let once = expanded("a @@password@@ b @@password@@ @@consumer-key@@");
        assert_eq!(once, expanded("a @@password@@ b @@password@@ @@consumer-key@@"));
        let words: Vec<&str> = once.split(' ').collect();
        assert_eq!((words[0], words[2]), ("a", "b"));
        assert_eq!(words[1], words[3]);
        let other = Date::from_civil(2020, 1, 1).unwrap();
        assert_ne!(expand("@@certificate@@", other).unwrap(), expanded("@@certificate@@"));
        assert_eq!(expand("@@password@@", other).unwrap(), expanded("@@password@@"));
    }

    #[test]
    fn what_is_no_mark_stays() {
        for text in ["", "a@@b", "@@ -1,2 +3 @@", "@@@@", "@@é@@", "user@@example.com"] {
            assert_eq!(expanded(text), text);
            assert_eq!(check(text), Ok(()));
        }
        assert_eq!(expanded("@@@password@@@").len(), expanded("@@password@@").len() + 2);
    }

    #[test]
    fn unknown_marks_are_told() {
        let error = expand("é @@acces-token@@", today()).unwrap_err();
        assert_eq!(error.to_string(), "there is no mark `@@acces-token@@`");
        assert_eq!((error.range.clone(), error.meant()), (3..18, Some("access-token")));
        assert_eq!(check("é @@acces-token@@"), Err(error));
        for text in ["@@password:pem@@", "@@certificate:pem:pem@@", "@@certificate:@@", "@@X@@"] {
            assert!(check(text).is_err(), "{text}");
        }
    }

    #[test]
    fn days_at_the_ends_of_the_calendar_do_not_overflow() {
        for day in [Date::from_civil(0, 1, 1).unwrap(), Date::from_civil(9999, 12, 31).unwrap()] {
            assert!(expand("@@certificate@@@@certificate:expired@@@@jwt@@", day).is_ok());
        }
    }
}
