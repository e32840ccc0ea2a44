//! Credentials that their shape tells, held to more than hiding asks for: what is only talked about is none.

use std::borrow::Cow;

use base64ct::{Base64UrlUnpadded, Encoding};

use super::{Hit, SecretKind, metadata};
use crate::secret::shapes;

/// Fewer characters behind the mark are not a token that works.
const SHORTEST_TOKEN: usize = 20;
/// Fewer base64 characters are no key.
const SHORTEST_KEY: usize = 40;

/// Which shapes may be in the text at all.
#[derive(Clone, Copy, Default)]
pub(super) struct Wanted {
    pub(super) access_tokens: bool,
    pub(super) refresh_tokens: bool,
    pub(super) auth_urls: bool,
    pub(super) private_keys: bool,
    pub(super) json_web_tokens: bool,
}

/// Adds the hits of the wanted shapes.
pub(super) fn add(text: &str, wanted: Wanted, found: &mut Vec<Hit>) {
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    if wanted.access_tokens {
        shapes::access_tokens(bytes, &mut spans);
        for (start, end) in spans.drain(..) {
            let hidden = bytes.get(start..end).unwrap_or_default();
            let end = start + without_trailing_marks(hidden);
            // The organization's id and the mark stand before the token itself.
            if end.saturating_sub(start) >= 13 + SHORTEST_TOKEN {
                found.push(hit(SecretKind::AccessToken, (start.saturating_sub(3), end)));
            }
        }
    }
    if wanted.refresh_tokens {
        shapes::refresh_tokens(bytes, &mut spans);
        for (start, end) in spans.drain(..) {
            if end - start >= SHORTEST_TOKEN {
                found.push(hit(SecretKind::RefreshToken, (start.saturating_sub(7), end)));
            }
        }
    }
    if wanted.auth_urls {
        shapes::force_urls(bytes, &mut spans);
        for (start, end) in spans.drain(..) {
            found.extend(auth_url(text, start, end));
        }
    }
    if wanted.json_web_tokens {
        shapes::json_web_tokens(bytes, &mut spans);
        for (start, end) in spans.drain(..) {
            found.extend(json_web_token(text, start.saturating_sub(3), end));
        }
    }
    if wanted.private_keys {
        shapes::private_keys(bytes, &mut spans);
        join_lines(bytes, &mut spans);
        for (start, end) in spans.drain(..) {
            found.extend(private_key(bytes, start, end));
        }
    }
}

fn hit(kind: SecretKind, value: (usize, usize)) -> Hit {
    Hit { kind, name: None, value, host: None }
}

/// A sentence may end behind a token.
fn without_trailing_marks(token: &[u8]) -> usize {
    let marks = token.iter().rev().take_while(|byte| b".-~/+".contains(byte)).count();
    token.len() - marks
}

/// `start` is behind the scheme.
fn auth_url(text: &str, start: usize, end: usize) -> Option<Hit> {
    let rest = text.get(start..end)?;
    let (login, host) = rest.rsplit_once('@')?;
    // `clientId:clientSecret:refreshToken`, of which the secret may be empty.
    if login.matches(':').count() != 2 || login.ends_with(':') {
        return None;
    }
    let allowed = |character: char| character.is_ascii_alphanumeric() || ".-_:".contains(character);
    let host: String = host.chars().take_while(|character| allowed(*character)).collect();
    let length = login.len() + 1 + host.len();
    let before = text.get(..start)?;
    let scheme =
        before.len() - before.bytes().rev().take(14).position(|b| b == b'f' || b == b'F')? - 1;
    Some(Hit {
        kind: SecretKind::AuthUrl,
        name: None,
        value: (scheme, start + length),
        host: Some(host),
    })
}

/// A token that is signed: header and payload are JSON objects, the signature is that of an algorithm. `start` is that of
/// its first part.
fn json_web_token(text: &str, start: usize, end: usize) -> Option<Hit> {
    /// HS256, the shortest, signs with 32 bytes.
    const SHORTEST_SIGNATURE: usize = 43;
    let token = text.get(start..end)?;
    let mut parts = token.split('.');
    let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let object = |part: &str| {
        let bytes = Base64UrlUnpadded::decode_vec(part.trim_end_matches('=')).ok()?;
        serde_json::from_slice::<serde_json::Value>(&bytes)
            .ok()
            .filter(serde_json::Value::is_object)
    };
    let (header, payload) = (object(header)?, object(payload)?);
    header.get("alg")?.as_str().filter(|algorithm| !algorithm.eq_ignore_ascii_case("none"))?;
    // The key that a browser is given, and the subject of the samples of jwt.io.
    let is = |member: &str, value: &str| payload.get(member).is_some_and(|held| held == value);
    let public = is("role", "anon") || is("sub", "1234567890");
    // A sentence may end behind it.
    let second_dot = token.match_indices('.').nth(1).map_or(0, |(at, _)| at);
    let end = start + second_dot + 1 + signature.len();
    (!public && signature.len() >= SHORTEST_SIGNATURE)
        .then(|| hit(SecretKind::JsonWebToken, (start, end)))
}

/// A key whose end is missing is hidden line by line; it is one key.
fn join_lines(bytes: &[u8], spans: &mut Vec<(usize, usize)>) {
    let mut joined: Vec<(usize, usize)> = Vec::with_capacity(spans.len());
    for (start, end) in spans.drain(..) {
        let continues = joined.last().is_some_and(|(_, last)| {
            start - last < 80
                && memchr::memmem::find(bytes.get(*last..start).unwrap_or_default(), b"-----")
                    .is_none()
        });
        match joined.last_mut() {
            Some(last) if continues => last.1 = end,
            _ => joined.push((start, end)),
        }
    }
    *spans = joined;
}

/// The label of the key stands before its body.
fn private_key(bytes: &[u8], start: usize, end: usize) -> Option<Hit> {
    let body = bytes.get(start..end)?;
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    let longest = body.split(|byte| !base64(byte)).map(<[u8]>::len).max().unwrap_or(0);
    let all = body.iter().filter(|byte| base64(byte)).count();
    if all < SHORTEST_KEY || longest < 16 {
        return None;
    }
    const BEGIN: &[u8] = b"-----BEGIN ";
    let from = start.saturating_sub(400);
    let before = bytes.get(from..start)?;
    let label = from + memchr::memmem::rfind(before, BEGIN)? + BEGIN.len();
    let length = memchr::memmem::find(bytes.get(label..start)?, b"-----")?;
    Some(Hit { name: Some((label, label + length)), ..hit(SecretKind::PrivateKey, (start, end)) })
}

/// The value as the one that reads it would have it, so that one value has one identity however it is escaped.
pub(super) fn decoded(kind: SecretKind, written: &str) -> String {
    match kind {
        SecretKind::AccessToken => {
            let mut token = Cow::Borrowed(written);
            for mark in ["\\!", "%21", "&#33;", "&#x21;", "\\u0021"] {
                if token.contains(mark) {
                    token = Cow::Owned(token.replacen(mark, "!", 1));
                    break;
                }
            }
            token.into_owned()
        }
        SecretKind::AuthUrl => written
            .replace("\\/", "/")
            .replace("%3A", ":")
            .replace("%3a", ":")
            .replace("%2F", "/")
            .replace("%2f", "/"),
        // Line breaks, indents and the quotes of string literals are no part of a key.
        SecretKind::PrivateKey => written
            .replace("\\r", "")
            .replace("\\n", "")
            .chars()
            .filter(|character| !character.is_whitespace() && !"\"'`\\,".contains(*character))
            .collect(),
        SecretKind::CustomValue => metadata::joined(written).trim().to_owned(),
        _ => written.to_owned(),
    }
}
