//! Certificates for the examples of rules and for tests, made when they run, so
//! that none has to be committed and none expires.

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

use crate::value::date::Date;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const UTF8_STRING: u8 = 0x0c;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;

/// sha256WithRSAEncryption and rsaEncryption, each with NULL parameters, and
/// the attribute type commonName.
const SHA256_WITH_RSA: [u8; 13] =
    [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00];
const RSA_ENCRYPTION: [u8; 13] =
    [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
const COMMON_NAME: [u8; 5] = [0x06, 0x03, 0x55, 0x04, 0x03];

/// A self-signed X.509 certificate in DER, valid from the start of the first day
/// to the end of the last, with an RSA key of this many bits (64 to 16384). It is
/// the same bytes for the same arguments. Nobody has its private key: modulus
/// and signature are made up.
pub fn make_certificate(not_before: Date, not_after: Date, key_bits: u32) -> Vec<u8> {
    let key_bits = key_bits.clamp(64, 16_384);
    let name = der(
        SEQUENCE,
        &[&der(SET, &[&der(SEQUENCE, &[&COMMON_NAME, &der(UTF8_STRING, &[b"sflint example"])])])],
    );
    let algorithm = der(SEQUENCE, &[&SHA256_WITH_RSA]);
    let modulus = modulus(key_bits);
    let key = der(SEQUENCE, &[&unsigned(&modulus), &unsigned(&[0x01, 0x00, 0x01])]);
    let to_be_signed = der(
        SEQUENCE,
        &[
            &der(0xa0, &[&der(INTEGER, &[&[2]])]), // version 3
            &der(INTEGER, &[&[1]]),
            &algorithm,
            &name,
            &der(SEQUENCE, &[&time(not_before, "000000Z"), &time(not_after, "235959Z")]),
            &name,
            &der(SEQUENCE, &[&der(SEQUENCE, &[&RSA_ENCRYPTION]), &der(BIT_STRING, &[&[0], &key])]),
        ],
    );
    let signature = made_up_bytes(b"signature", modulus.len());
    der(SEQUENCE, &[&to_be_signed, &algorithm, &der(BIT_STRING, &[&[0], &signature])])
}

/// The bytes as PEM (RFC 7468) between `-----BEGIN label-----` and its end.
pub fn pem(der: &[u8], label: &str) -> String {
    let base64 = Base64::encode_string(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    for (at, character) in base64.chars().enumerate() {
        if at > 0 && at.is_multiple_of(64) {
            text.push('\n');
        }
        text.push(character);
    }
    if !base64.is_empty() {
        text.push('\n');
    }
    text + &format!("-----END {label}-----\n")
}

/// One DER value.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut bytes = vec![tag];
    let length = content.len().to_be_bytes();
    let significant: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    match significant.as_slice() {
        [] => bytes.push(0),
        [short] if *short < 0x80 => bytes.push(*short),
        long => {
            // At most eight length bytes, so the sum stays below 0x89.
            bytes.push(0x80 | u8::try_from(long.len()).unwrap_or(0));
            bytes.extend(long);
        }
    }
    bytes.extend(content);
    bytes
}

/// An INTEGER that is not negative: a leading zero keeps the sign bit clear.
fn unsigned(number: &[u8]) -> Vec<u8> {
    match number.first() {
        Some(first) if *first >= 0x80 => der(INTEGER, &[&[0], number]),
        _ => der(INTEGER, &[number]),
    }
}

/// RFC 5280 §4.1.2.5: `UTCTime` from 1950 to 2049, else `GeneralizedTime`.
fn time(date: Date, clock: &str) -> Vec<u8> {
    let (year, month, day) = date.civil();
    let text = format!("{year:04}{month:02}{day:02}{clock}");
    match text.get(2..) {
        Some(short) if (1950..2050).contains(&year) => der(UTC_TIME, &[short.as_bytes()]),
        _ => der(GENERALIZED_TIME, &[text.as_bytes()]),
    }
}

/// An odd number of exactly this many bits.
fn modulus(bits: u32) -> Vec<u8> {
    let length = bits.div_ceil(8) as usize;
    let mut number = made_up_bytes(b"modulus", length);
    let top = (bits - 1) % 8;
    if let Some(first) = number.first_mut() {
        *first = *first & ((1 << top) - 1) | 1 << top;
    }
    if let Some(last) = number.last_mut() {
        *last |= 1;
    }
    number
}

/// Bytes that look random and are always the same.
fn made_up_bytes(seed: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length + 32);
    let mut block = Sha256::digest(seed);
    while bytes.len() < length {
        bytes.extend_from_slice(&block);
        block = Sha256::digest(block);
    }
    bytes.truncate(length);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::certificate::{Form, KeyType, certificates};

    #[test]
    fn what_is_made_is_read_back() {
        for (from, to, bits) in [
            ("2024-01-01", "2025-01-01", 2048),
            ("1949-12-31", "1950-01-01", 1024),
            ("2049-12-31", "2050-01-01", 4096),
            ("2000-02-29", "9999-12-31", 512),
            ("2020-01-01", "2030-01-01", 1023),
            ("2020-01-01", "2030-01-01", 2049),
        ] {
            let (from, to) = (Date::parse(from).unwrap(), Date::parse(to).unwrap());
            let der = make_certificate(from, to, bits);
            assert_eq!(der, make_certificate(from, to, bits));
            let found = certificates(&der);
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].form, Form::Der);
            assert_eq!(found[0].not_before, Some(from));
            assert_eq!(found[0].not_after, Some(to));
            assert_eq!(found[0].key_type, Some(KeyType::Rsa));
            assert_eq!(found[0].key_bits, Some(bits));
        }
    }

    #[test]
    fn pem_has_lines_of_64() {
        assert_eq!(
            pem(&[0; 49], "X"),
            format!("-----BEGIN X-----\n{}\nAA==\n-----END X-----\n", "A".repeat(64))
        );
        assert_eq!(pem(&[], "X"), "-----BEGIN X-----\n-----END X-----\n");
    }
}
