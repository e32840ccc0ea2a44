//! The few members of the X.509 structures that rules ask for.

use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, UintRef};
use der::{Decode, Header, Reader, SliceReader, Tag, Tagged};

use super::{CertificateParts, Form, KeyType};
use crate::value::date::Date;

/// Reads a DER certificate (RFC 5280 §4.1); bytes after it are ignored, as some
/// tools append trust settings.
pub(super) fn certificate(der: &[u8]) -> Option<CertificateParts> {
    let mut signed = Sequence::open(der)?;
    let mut body = Sequence::open(signed.next()?)?;
    let algorithm = Sequence::open(signed.next()?)?;
    if body.peek_tag()?.is_context_specific() {
        body.next()?; // version
    }
    body.next_tagged(Tag::Integer)?; // serial number
    body.next_tagged(Tag::Sequence)?; // signature, the same as `algorithm`
    let issuer = body.next_tagged(Tag::Sequence)?;
    let mut validity = Sequence::open(body.next()?)?;
    let not_before = time(validity.next()?);
    let not_after = time(validity.next()?);
    let subject = body.next_tagged(Tag::Sequence)?;
    let (key_type, key_bits) = public_key(body.next()?)?;
    Some(CertificateParts {
        form: Form::Der,
        not_before,
        not_after,
        key_type: Some(key_type),
        key_bits,
        signature: signature(algorithm),
        ca_signed: issuer != subject,
        ..CertificateParts::unparsable()
    })
}

/// Reads a DER certification request (RFC 2986 §4).
pub(super) fn request(der: &[u8]) -> Option<CertificateParts> {
    let mut signed = Sequence::open(der)?;
    let mut body = Sequence::open(signed.next()?)?;
    let algorithm = Sequence::open(signed.next()?)?;
    body.next_tagged(Tag::Integer)?; // version
    body.next_tagged(Tag::Sequence)?; // subject
    let (key_type, key_bits) = public_key(body.next()?)?;
    Some(CertificateParts {
        form: Form::Csr,
        key_type: Some(key_type),
        key_bits,
        signature: signature(algorithm),
        ..CertificateParts::unparsable()
    })
}

/// Whether this is a DER private key: PKCS #1 (numbers only), SEC 1 (a number
/// and an octet string) or PKCS #8 (a number, an algorithm, an octet string).
pub(super) fn is_private_key(der: &[u8]) -> bool {
    let parts = || {
        let mut key = Sequence::open(der).filter(|key| key.is_all_of(der))?;
        key.next_tagged(Tag::Integer)?;
        let second = key.peek_tag()?;
        key.next()?;
        Some(match second {
            Tag::OctetString => true,
            Tag::Sequence => key.peek_tag() == Some(Tag::OctetString),
            Tag::Integer => key.remaining_integers() >= 3,
            _ => false,
        })
    };
    parts().unwrap_or(false)
}

/// The members of a DER SEQUENCE, each with its header.
struct Sequence<'a> {
    reader: SliceReader<'a>,
}

impl<'a> Sequence<'a> {
    /// Opens the SEQUENCE at the start of `der`.
    fn open(der: &'a [u8]) -> Option<Sequence<'a>> {
        let mut reader = SliceReader::new(der).ok()?;
        let header = Header::decode(&mut reader).ok()?;
        if header.tag() != Tag::Sequence {
            return None;
        }
        let body = reader.read_slice(header.length()).ok()?;
        Some(Sequence { reader: SliceReader::new(body).ok()? })
    }

    /// Whether nothing follows it in `der`.
    fn is_all_of(&self, der: &[u8]) -> bool {
        let mut reader = match SliceReader::new(der) {
            Ok(reader) => reader,
            Err(_) => return false,
        };
        reader.tlv_bytes().is_ok() && reader.is_finished()
    }

    fn peek_tag(&self) -> Option<Tag> {
        Tag::peek(&self.reader).ok()
    }

    fn next(&mut self) -> Option<&'a [u8]> {
        self.reader.tlv_bytes().ok()
    }

    fn next_tagged(&mut self, tag: Tag) -> Option<&'a [u8]> {
        (self.peek_tag()? == tag).then(|| self.next()).flatten()
    }

    fn remaining_integers(&mut self) -> usize {
        let mut count = 0;
        while self.next_tagged(Tag::Integer).is_some() {
            count += 1;
        }
        count
    }
}

/// `UTCTime` or `GeneralizedTime`, as its day in UTC. RFC 5280 §4.1.2.5: years of
/// two digits from 50 on are of the last century.
fn time(der: &[u8]) -> Option<Date> {
    let value = AnyRef::from_der(der).ok()?;
    let text = std::str::from_utf8(value.value()).ok()?;
    let (year, rest) = match value.tag() {
        Tag::UtcTime => {
            let (year, rest) = text.split_at_checked(2)?;
            let century = if year >= "50" { "19" } else { "20" };
            (format!("{century}{year}"), rest)
        }
        Tag::GeneralizedTime => {
            let (year, rest) = text.split_at_checked(4)?;
            (year.to_string(), rest)
        }
        _ => return None,
    };
    let (month, rest) = rest.split_at_checked(2)?;
    let (day, rest) = rest.split_at_checked(2)?;
    let (hour, rest) = rest.split_at_checked(2)?;
    let (minute, rest) = rest.split_at_checked(2)?;
    let colon = if rest.starts_with(|next: char| next.is_ascii_digit()) { ":" } else { "" };
    Date::parse(&format!("{year}-{month}-{day}T{hour}:{minute}{colon}{rest}"))
}

/// Type and size of a SubjectPublicKeyInfo.
fn public_key(der: &[u8]) -> Option<(KeyType, Option<u32>)> {
    let mut info = Sequence::open(der)?;
    let mut algorithm = Sequence::open(info.next()?)?;
    let identifier = dotted(algorithm.next()?);
    let parameters = algorithm.next();
    let key = BitStringRef::from_der(info.next()?).ok()?.raw_bytes();
    Some(match identifier.as_deref().unwrap_or_default() {
        // rsaEncryption, RSASSA-PSS
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => (KeyType::Rsa, first_integer(key)),
        "1.2.840.10045.2.1" => (KeyType::Ec, curve_bits(parameters, key)),
        "1.3.101.112" => (KeyType::Ed25519, Some(256)),
        "1.3.101.113" => (KeyType::Other, Some(456)),
        // DSA: the first parameter is the prime.
        "1.2.840.10040.4.1" => (KeyType::Other, parameters.and_then(first_integer)),
        _ => (KeyType::Other, None),
    })
}

/// The bits of the first INTEGER of a SEQUENCE.
fn first_integer(der: &[u8]) -> Option<u32> {
    let number = UintRef::from_der(Sequence::open(der)?.next()?).ok()?;
    let bytes = number.as_bytes();
    let (first, rest) = bytes.split_first()?;
    let rest = u32::try_from(rest.len()).ok()?.checked_mul(8)?;
    rest.checked_add(8 - first.leading_zeros())
}

fn curve_bits(parameters: Option<&[u8]>, point: &[u8]) -> Option<u32> {
    match parameters.and_then(dotted).as_deref() {
        // P-521 has one bit more than a whole number of bytes.
        Some("1.3.132.0.35") => Some(521),
        Some("1.2.840.10045.3.1.1") => Some(192),
        Some("1.3.132.0.33") => Some(224),
        Some("1.2.840.10045.3.1.7" | "1.3.132.0.10") => Some(256),
        Some("1.3.132.0.34") => Some(384),
        // An uncompressed point is 04 and two coordinates.
        _ => match point.split_first()? {
            (4, coordinates) => u32::try_from(coordinates.len() / 2).ok()?.checked_mul(8),
            (_, coordinate) => u32::try_from(coordinate.len()).ok()?.checked_mul(8),
        },
    }
}

/// The hash of a signature AlgorithmIdentifier.
fn signature(mut algorithm: Sequence<'_>) -> Option<&'static str> {
    match dotted(algorithm.next()?)?.as_str() {
        // RSASSA-PSS names its hash in [0] of its parameters; without it, SHA-1.
        "1.2.840.113549.1.1.10" => {
            let mut parameters = Sequence::open(algorithm.next()?)?;
            let Some(Tag::ContextSpecific { number, .. }) = parameters.peek_tag() else {
                return Some("sha1");
            };
            if number.value() != 0 {
                return Some("sha1");
            }
            let explicit = AnyRef::from_der(parameters.next()?).ok()?;
            let hash = Sequence::open(explicit.value())?.next()?;
            hash_name(&dotted(hash)?)
        }
        other => hash_name(other),
    }
}

/// An OBJECT IDENTIFIER in its usual form, `1.2.840…`.
fn dotted(der: &[u8]) -> Option<String> {
    let identifier: ObjectIdentifier = ObjectIdentifier::from_der(der).ok()?;
    Some(identifier.to_string())
}

fn hash_name(dotted: &str) -> Option<&'static str> {
    Some(match dotted {
        "1.2.840.113549.1.1.2" => "md2",
        "1.2.840.113549.1.1.4" => "md5",
        // with RSA, with ECDSA, with DSA, alone, and OIW's older name
        "1.2.840.113549.1.1.5"
        | "1.2.840.10045.4.1"
        | "1.2.840.10040.4.3"
        | "1.3.14.3.2.26"
        | "1.3.14.3.2.29" => "sha1",
        "1.2.840.113549.1.1.14"
        | "1.2.840.10045.4.3.1"
        | "2.16.840.1.101.3.4.3.1"
        | "2.16.840.1.101.3.4.2.4" => "sha224",
        "1.2.840.113549.1.1.11"
        | "1.2.840.10045.4.3.2"
        | "2.16.840.1.101.3.4.3.2"
        | "2.16.840.1.101.3.4.2.1" => "sha256",
        "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" | "2.16.840.1.101.3.4.2.2" => "sha384",
        "1.2.840.113549.1.1.13" | "1.2.840.10045.4.3.4" | "2.16.840.1.101.3.4.2.3" => "sha512",
        "1.3.101.112" => "ed25519",
        "1.3.101.113" => "ed448",
        _ => return None,
    })
}
