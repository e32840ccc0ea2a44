//! What a file with the name of a key holds, by its first bytes and its armour.

use crate::project::path::file_name;
use crate::value::certificate::is_bare_private_key;

/// What such a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyFormat {
    /// A private key as text: PEM, OpenSSH or PGP, with or without a passphrase.
    PemPrivateKey,
    /// A private key of PuTTY.
    PuttyPrivateKey,
    /// A private key in DER, or the base64 of one without armour.
    DerPrivateKey,
    /// A PKCS #12 store: keys with their certificates.
    Pkcs12,
    /// A key store of Java, JKS or JCEKS.
    Jks,
    /// Certificates and no key.
    Certificate,
    /// A public key and no private one.
    PublicKey,
    /// Encrypted as a whole, to be committed: openssl, PGP, age, git-crypt, Ansible Vault.
    Encrypted,
    /// A ZIP archive: Apple Keynote calls its presentations `.key`.
    Zip,
    /// Anything else.
    Other,
}

words!(KeyFormat {
    PemPrivateKey = "pem-private-key",
    PuttyPrivateKey = "putty-private-key",
    DerPrivateKey = "der-private-key",
    Pkcs12 = "pkcs12",
    Jks = "jks",
    Certificate = "certificate",
    PublicKey = "public-key",
    Encrypted = "encrypted",
    Zip = "zip",
    Other = "other",
});

/// Files beyond this are no keys.
pub const LARGEST_KEY: u64 = 1 << 20;

/// Extensions of keys and key stores, and names of OpenSSH keys.
const EXTENSIONS: [&str; 10] =
    ["der", "jceks", "jks", "key", "keystore", "p12", "p8", "pem", "pfx", "ppk"];
const NAMES: [&str; 4] = ["id_dsa", "id_ecdsa", "id_ed25519", "id_rsa"];

/// Whether a file could be a key, by its name.
pub fn may_be_key(path: &str) -> bool {
    let name = file_name(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let any = |known: &[&str], text: &str| known.iter().any(|one| one.eq_ignore_ascii_case(text));
    any(&EXTENSIONS, extension) || any(&NAMES, name)
}

/// The format of a content.
pub fn format_of(content: &[u8]) -> KeyFormat {
    const STARTS: [(&[u8], KeyFormat); 9] = [
        (b"PK\x03\x04", KeyFormat::Zip),
        (b"\xFE\xED\xFE\xED", KeyFormat::Jks),
        (b"\xCE\xCE\xCE\xCE", KeyFormat::Jks),
        (b"Salted__", KeyFormat::Encrypted),
        (b"U2FsdGVkX1", KeyFormat::Encrypted),
        (b"\0GITCRYPT\0", KeyFormat::Encrypted),
        (b"age-encryption.org/", KeyFormat::Encrypted),
        (b"$ANSIBLE_VAULT;", KeyFormat::Encrypted),
        (b"PuTTY-User-Key-File-", KeyFormat::PuttyPrivateKey),
    ];
    let start = STARTS.iter().find(|(start, _)| content.starts_with(start));
    if let Some((_, format)) = start {
        return *format;
    }
    if let Some(version) = der_version(content) {
        // RFC 7292 (version 3); RFC 8017, RFC 5958 and RFC 5915 (0 and 1). A certificate begins with a sequence.
        return if version == 3 { KeyFormat::Pkcs12 } else { KeyFormat::DerPrivateKey };
    }
    match armour(content) {
        KeyFormat::Other if std::str::from_utf8(content).is_ok_and(is_bare_private_key) => {
            KeyFormat::DerPrivateKey
        }
        known => known,
    }
}

/// The number that a DER sequence begins with.
fn der_version(content: &[u8]) -> Option<u8> {
    let rest = content.strip_prefix(&[0x30])?;
    let (length, rest) = rest.split_first()?;
    let more = if *length < 0x80 { 0 } else { usize::from(*length & 0x7F) };
    match rest.get(more..)? {
        [0x02, 0x01, version @ (0 | 1 | 3), ..] => Some(*version),
        _ => None,
    }
}

/// What stands between `-----BEGIN ` and `-----`.
fn armour(content: &[u8]) -> KeyFormat {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let mut format = KeyFormat::Other;
    for at in memchr::memmem::find_iter(content, BEGIN) {
        let label = content.get(at + BEGIN.len()..).unwrap_or_default();
        let label = label.get(..label.len().min(64)).unwrap_or(label);
        let Some(end) = memchr::memmem::find(label, b"-----") else { continue };
        let label = label.get(..end).unwrap_or_default();
        format = if label.ends_with(b"PRIVATE KEY") || label == b"PGP PRIVATE KEY BLOCK" {
            return KeyFormat::PemPrivateKey;
        } else if label.ends_with(b"CERTIFICATE") || label == b"PKCS7" {
            KeyFormat::Certificate
        } else if label.ends_with(b"PUBLIC KEY") {
            KeyFormat::PublicKey
        } else if label == b"PGP MESSAGE" || label == b"AGE ENCRYPTED FILE" {
            KeyFormat::Encrypted
        } else {
            continue;
        };
    }
    format
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for path in ["server.key", "a/SERVER.KEY", "x.p12", ".ssh/id_rsa", "certs/a.pem"] {
            assert!(may_be_key(path), "{path}");
        }
        for path in ["server.key.enc", "keys.json", "monkey", "id_rsa.pub", "a.crt"] {
            assert!(!may_be_key(path), "{path}");
        }
    }

    #[test]
    fn formats() {
        let armoured =
            |label: &str| format!("-----BEGIN {label}-----\nMII\n-----END {label}-----\n");
        for label in ["RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY"] {
            let both = armoured("CERTIFICATE") + &armoured(label);
            assert_eq!(format_of(both.as_bytes()), KeyFormat::PemPrivateKey, "{label}");
        }
        for (label, format) in [
            ("CERTIFICATE", KeyFormat::Certificate),
            ("PUBLIC KEY", KeyFormat::PublicKey),
            ("PGP MESSAGE", KeyFormat::Encrypted),
            ("DH PARAMETERS", KeyFormat::Other),
        ] {
            assert_eq!(format_of(armoured(label).as_bytes()), format, "{label}");
        }
        for (content, format) in [
            (&b"\x30\x82\x04\xA4\x02\x01\x00\x02"[..], KeyFormat::DerPrivateKey),
            (b"\x30\x82\x0A\x00\x02\x01\x03\x30", KeyFormat::Pkcs12),
            (b"\x30\x82\x03\x00\x30\x82", KeyFormat::Other),
            (b"\xFE\xED\xFE\xED\0\0\0\x02", KeyFormat::Jks),
            (b"PK\x03\x04rest", KeyFormat::Zip),
            (b"Salted__12345678", KeyFormat::Encrypted),
            (b"\x30\xFF", KeyFormat::Other),
            // SEC 1 in small, as base64.
            (b"MAcCAQEEAqvN\n", KeyFormat::DerPrivateKey),
            (b"MAcCAQEEAqvN and more", KeyFormat::Other),
            (b"-----BEGIN ", KeyFormat::Other),
            (b"", KeyFormat::Other),
        ] {
            assert_eq!(format_of(content), format, "{}", content.escape_ascii());
        }
    }
}
