//! X.509 certificates (RFC 5280) and signing requests (RFC 2986) in whatever
//! form metadata and `.crt` files hold them.
//!
//! Only what rules ask for is read, and the rest of a certificate is stepped
//! over, so that one with a broken extension or an odd name still has a date.

mod armour;
mod x509;

use crate::value::date::Date;
use armour::Block;

/// How a certificate was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Base64 between `-----BEGIN CERTIFICATE-----` and its end.
    Pem,
    /// The bytes themselves.
    Der,
    /// Base64 without the two lines around it.
    Bare,
    /// A certificate signing request, in any of these forms: it has a key, but
    /// nobody has signed it and it has no dates.
    Csr,
    /// None of these.
    Unparsable,
}

impl Form {
    /// The lower-case name that rules compare with.
    pub fn name(self) -> &'static str {
        match self {
            Form::Pem => "pem",
            Form::Der => "der",
            Form::Bare => "bare",
            Form::Csr => "csr",
            Form::Unparsable => "unparsable",
        }
    }
}

/// The kind of a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// RSA.
    Rsa,
    /// An elliptic curve.
    Ec,
    /// Ed25519.
    Ed25519,
    /// Anything else.
    Other,
}

impl KeyType {
    /// The lower-case name that rules compare with.
    pub fn name(self) -> &'static str {
        match self {
            KeyType::Rsa => "rsa",
            KeyType::Ec => "ec",
            KeyType::Ed25519 => "ed25519",
            KeyType::Other => "other",
        }
    }
}

/// What one certificate says. Only the first two members of an unparsable one
/// have a meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateParts {
    /// How it is written.
    pub form: Form,
    /// Its place among all that were found, from 0.
    pub chain_index: usize,
    /// The first day of its validity, in UTC.
    pub not_before: Option<Date>,
    /// The last day.
    pub not_after: Option<Date>,
    /// The kind of key.
    pub key_type: Option<KeyType>,
    /// Bits of the RSA or DSA modulus, or of the curve.
    pub key_bits: Option<u32>,
    /// The hash of the signature: `md2`, `md5`, `sha1`, `sha224` … `sha512`; or
    /// the whole algorithm where the hash is part of it: `ed25519`, `ed448`.
    pub signature: Option<&'static str>,
    /// The issuer is another one than the subject. False for a request.
    pub ca_signed: bool,
    /// The text or bytes that this was found in also hold a private key.
    pub contains_private_key: bool,
}

impl CertificateParts {
    fn unparsable() -> CertificateParts {
        CertificateParts {
            form: Form::Unparsable,
            chain_index: 0,
            not_before: None,
            not_after: None,
            key_type: None,
            key_bits: None,
            signature: None,
            ca_signed: false,
            contains_private_key: false,
        }
    }
}

/// Reads every certificate and signing request of a text (PEM, one or a chain;
/// or base64 alone) or of DER bytes. What holds none is one entry with the form
/// `Unparsable`; so is a block of a chain that cannot be read. Nothing but
/// blanks is an empty list.
pub fn certificates(text_or_bytes: &[u8]) -> Vec<CertificateParts> {
    let bytes = text_or_bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text_or_bytes);
    if bytes.trim_ascii().is_empty() {
        return Vec::new();
    }
    let mut found: Vec<CertificateParts> = Vec::new();
    let mut private_key = false;
    match armour::blocks(bytes) {
        blocks if !blocks.is_empty() => {
            for block in blocks {
                match block {
                    Block::PrivateKey => private_key = true,
                    Block::Certificate(der) => {
                        found.push(read(der.as_deref(), Form::Pem));
                    }
                    Block::Other => {}
                }
            }
        }
        _ => {
            let bare = armour::bare_base64(bytes);
            let (der, form) = match &bare {
                Some(der) => (der.as_slice(), Form::Bare),
                None => (bytes, Form::Der),
            };
            private_key = x509::is_private_key(der);
            if !private_key {
                found.push(read(Some(der), form));
            }
        }
    }
    if found.is_empty() {
        found.push(CertificateParts::unparsable());
    }
    for (index, parts) in found.iter_mut().enumerate() {
        parts.chain_index = index;
        parts.contains_private_key = private_key;
    }
    found
}

/// Whether a text is the base64 of a private key in DER (PKCS #1, PKCS #8 or SEC 1) and nothing else: a key without its armour.
pub fn is_bare_private_key(text: &str) -> bool {
    /// More than the base64 of an RSA key of 16,384 bits.
    const LONGEST: usize = 1 << 15;
    let text = text.trim_start_matches('\u{feff}').trim();
    // A SEQUENCE of any length begins so.
    text.starts_with('M')
        && text.len() <= LONGEST
        && armour::bare_base64(text.as_bytes()).is_some_and(|der| x509::is_private_key(&der))
}

fn read(der: Option<&[u8]>, form: Form) -> CertificateParts {
    let Some(der) = der else {
        return CertificateParts::unparsable();
    };
    let mut parts = match x509::certificate(der) {
        Some(parts) => parts,
        None => {
            return x509::request(der).unwrap_or_else(CertificateParts::unparsable);
        }
    };
    parts.form = form;
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::certificate_fixture::{make_certificate, pem};
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn der() -> Vec<u8> {
        make_certificate(date("2024-02-29"), date("2026-03-01"), 2048)
    }

    fn assert_is_the_certificate(parts: &CertificateParts, form: Form) {
        assert_eq!(parts.form, form);
        assert_eq!(parts.not_before, Some(date("2024-02-29")));
        assert_eq!(parts.not_after, Some(date("2026-03-01")));
        assert_eq!(parts.key_type, Some(KeyType::Rsa));
        assert_eq!(parts.key_bits, Some(2048));
        assert_eq!(parts.signature, Some("sha256"));
        assert!(!parts.ca_signed && !parts.contains_private_key);
    }

    #[test]
    fn every_form_of_one_certificate() {
        let text = pem(&der(), "CERTIFICATE");
        let body: String =
            text.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().join("\n   ");
        for (written, form) in [
            (der(), Form::Der),
            (text.clone().into_bytes(), Form::Pem),
            (format!("\u{feff}\n  {text}").into_bytes(), Form::Pem),
            (text.replace('\n', "\r\n\t").into_bytes(), Form::Pem),
            (text.replace('\n', " ").into_bytes(), Form::Pem),
            (text.replace('\n', "\\n").into_bytes(), Form::Pem),
            (text.replace("CERTIFICATE", "X509 CERTIFICATE").into_bytes(), Form::Pem),
            (body.clone().into_bytes(), Form::Bare),
            (body.replace(['=', '\n'], "").into_bytes(), Form::Bare),
        ] {
            let found = certificates(&written);
            assert_eq!(found.len(), 1);
            assert_is_the_certificate(&found[0], form);
        }
    }

    #[test]
    fn a_chain_is_read_link_by_link() {
        let old = make_certificate(date("1999-01-01"), date("2060-12-31"), 1024);
        let chain = format!(
            "subject=a\n{}junk\n{}{}",
            pem(&der(), "CERTIFICATE"),
            pem(&old, "CERTIFICATE"),
            pem(b"no certificate", "CERTIFICATE"),
        );
        let found = certificates(chain.as_bytes());
        assert_eq!(found.len(), 3);
        assert_is_the_certificate(&found[0], Form::Pem);
        assert_eq!(found[1].chain_index, 1);
        assert_eq!(found[1].not_after, Some(date("2060-12-31")));
        assert_eq!(found[1].key_bits, Some(1024));
        assert_eq!(found[2].form, Form::Unparsable);
        assert_eq!(found[2].chain_index, 2);
    }

    #[test]
    fn a_private_key_beside_it_is_noticed() {
        let label = ["RSA PRIVATE", "KEY"].join(" ");
        let both = pem(&der(), "CERTIFICATE") + &pem(b"any bytes", &label);
        let found = certificates(both.as_bytes());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].form, Form::Pem);
        assert!(found[0].contains_private_key);
        let alone = certificates(pem(b"any bytes", &label).as_bytes());
        assert_eq!(alone[0].form, Form::Unparsable);
        assert!(alone[0].contains_private_key);
        // PrivateKeyInfo: version 0, an algorithm, an octet string.
        let pkcs8 = b"\x30\x0e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x02\x04\x00";
        assert!(certificates(pkcs8)[0].contains_private_key);
    }

    #[test]
    fn a_private_key_without_armour() {
        let bare = |der: &[u8]| {
            pem(der, "X")
                .lines()
                .filter(|line| !line.starts_with('-'))
                .collect::<Vec<_>>()
                .join("\n")
        };
        // PKCS #8, PKCS #1 in small, SEC 1.
        let keys: [&[u8]; 3] = [
            b"\x30\x0e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x02\x04\x00",
            b"\x30\x0f\x02\x01\x00\x02\x01\x0f\x02\x01\x03\x02\x01\x05\x02\x01\x07",
            b"\x30\x07\x02\x01\x01\x04\x02\xab\xcd",
        ];
        for key in keys {
            let text = bare(key);
            assert!(is_bare_private_key(&text), "{text}");
            assert!(is_bare_private_key(&format!("\u{feff}{text}\r\n")), "{text}");
            assert!(!is_bare_private_key(&format!("key: {text}")), "{text}");
            assert!(!is_bare_private_key(text.get(..text.len() - 5).unwrap()), "{text}");
        }
        let others: [&[u8]; 4] = [
            &der(),
            // Two numbers are a public key or a signature.
            b"\x30\x06\x02\x01\x00\x02\x01\x0f",
            // Something follows.
            b"\x30\x07\x02\x01\x01\x04\x02\xab\xcd\x00",
            b"\x30\x03\x02\x01\x00",
        ];
        for other in others {
            assert!(!is_bare_private_key(&bare(other)));
        }
        for text in ["", "M", "MII", "Many words", "MIIEXAMPLEexampleEXAMPLEexample"] {
            assert!(!is_bare_private_key(text), "{text}");
        }
    }

    #[test]
    fn garbage_is_one_unparsable_entry() {
        for garbage in [
            "garbage",
            "{{CertificateName}}",
            "-----BEGIN CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----",
            "-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----",
            "MIIC",
        ] {
            let found = certificates(garbage.as_bytes());
            assert_eq!(found.len(), 1, "{garbage}");
            assert_eq!(found[0].form, Form::Unparsable, "{garbage}");
            assert!(!found[0].contains_private_key, "{garbage}");
        }
        assert_eq!(certificates(b" \n"), Vec::new());
    }

    proptest! {
        #[test]
        fn any_bytes_have_an_answer(bytes in any::<Vec<u8>>()) {
            let _ = certificates(&bytes);
        }

        #[test]
        fn a_damaged_certificate_has_an_answer(at in 0_usize..700, byte in any::<u8>(), cut in 0_usize..900) {
            let mut bytes = der();
            bytes.truncate(cut);
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            prop_assert_eq!(certificates(&bytes).len(), usize::from(!bytes.trim_ascii().is_empty()));
        }
    }
}
