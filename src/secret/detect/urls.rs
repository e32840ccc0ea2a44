//! Passwords in URLs: `postgres://user:password@host/name`.

use super::values::is_weak;
use super::{Hit, SecretKind};

/// Fewer characters are no password that anything accepts.
const SHORTEST: usize = 6;
/// No authority is longer.
const LONGEST: usize = 400;

/// Adds the passwords of all URLs of a text. The sign between a login and its host is much rarer than the one behind a
/// scheme, and mostly nothing stands before it.
pub(super) fn add(text: &str, found: &mut Vec<Hit>) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for sign in memchr::memchr_iter(b'@', bytes) {
        let Some(start) = authority(bytes, sign).filter(|start| *start >= done) else { continue };
        if let Some(hit) = password(text, start) {
            found.push(hit);
            done = sign;
        }
    }
}

/// Where the authority begins that a sign stands in.
fn authority(bytes: &[u8], sign: usize) -> Option<usize> {
    let from = sign.saturating_sub(LONGEST);
    let before = bytes.get(from..sign)?;
    let length = before.iter().rev().take_while(|byte| !ends(byte)).count();
    let login = before.get(before.len() - length..)?;
    memchr::memchr(b':', login)?;
    let outside = bytes.get(..sign - length)?;
    let scheme = outside.strip_suffix(b"://").or_else(|| outside.strip_suffix(b":\\/\\/"));
    let (scheme, start) = match scheme {
        Some(scheme) => (scheme, sign - length),
        None => {
            // The whole URL may be encoded as the parameter of another one.
            let marks: [&[u8]; 2] = [b"%3A%2F%2F", b"%3a%2f%2f"];
            let mark = marks.iter().find_map(|mark| memchr::memmem::find(login, mark))?;
            let start = sign - length + mark + "%3A%2F%2F".len();
            (bytes.get(..sign - length + mark)?, start)
        }
    };
    let is_force = scheme.len().checked_sub(5).and_then(|at| scheme.get(at..));
    let is_force = is_force.is_some_and(|word| word.eq_ignore_ascii_case(b"force"));
    (!is_force && scheme.last().is_some_and(u8::is_ascii_alphanumeric)).then_some(start)
}

/// Whether no authority goes on here.
fn ends(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || b"/?#\"'`<>\\()".contains(byte)
}

/// The password of the URL whose authority begins at a place.
///
/// A host without a dot is one of a network of containers, and on the machine itself everything is made up: there a
/// password counts only if nobody would have typed it.
fn password(text: &str, start: usize) -> Option<Hit> {
    let bytes = text.as_bytes();
    let length = bytes.get(start..)?.iter().take(LONGEST).take_while(|byte| !ends(byte)).count();
    let authority = text.get(start..start + length)?;
    let (login, host) = authority.rsplit_once('@')?;
    let (user, password) = login.split_once(':')?;
    let host = host.split([':', ',', ';', '&', '|']).next().unwrap_or_default();
    let named = host.contains('.') && !is_local(host) && !is_example(host);
    let is_mixed = password.bytes().any(|byte| byte.is_ascii_digit())
        && password.bytes().any(|byte| byte.is_ascii_alphabetic())
        && password.len() >= 12;
    // A word in small letters is what anonymous users and everybody else are given, also behind a method (`:pserver:`).
    let word = password.rsplit(':').next().unwrap_or_default();
    let is_word = word.len() < 12 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let real = password.len() >= SHORTEST
        && !is_word
        && !host.is_empty()
        && !password.starts_with(['$', '{', '<', '%', '*', '['])
        && !password.contains(['{', '}'])
        && !user.starts_with(['<', '{'])
        && !is_weak(password)
        && !password.eq_ignore_ascii_case(user)
        && (named || is_mixed && !is_example(host));
    if !real {
        return None;
    }
    let from = start + user.len() + 1;
    Some(Hit {
        kind: SecretKind::UrlPassword,
        name: None,
        value: (from, from + password.len()),
        host: Some(host.to_owned()),
    })
}

fn is_local(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.ends_with(".internal")
        || host.starts_with("127.")
        || host == "0.0.0.0"
}

/// Names that are reserved for documentation (RFC 2606), and those that people take for it.
fn is_example(host: &str) -> bool {
    host.split('.').any(|label| {
        let label = label.to_ascii_lowercase();
        ["example", "test", "invalid", "host", "hostname", "domain", "server", "yourdomain"]
            .contains(&label.as_str())
    })
}
