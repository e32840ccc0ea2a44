//! Passwords in URLs: `postgres://user:password@host/name`.

use super::values::is_weak;
use super::{Hit, SecretKind};

/// Fewer characters are no password that anything accepts.
const SHORTEST: usize = 6;
/// No authority is longer.
const LONGEST: usize = 400;

/// The password of the URL whose authority begins at a place.
///
/// A host without a dot is one of a network of containers, and on the machine itself everything is made up: there a
/// password counts only if nobody would have typed it.
pub(super) fn password(text: &str, start: usize) -> Option<Hit> {
    let bytes = text.as_bytes();
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"/?#\"'`<>\\()".contains(byte);
    let length = bytes.get(start..)?.iter().take(LONGEST).take_while(|byte| !ends(byte)).count();
    let authority = text.get(start..start + length)?;
    let (login, host) = authority.rsplit_once('@')?;
    let (user, password) = login.split_once(':')?;
    let host = host.split([':', ',', ';', '&', '|']).next().unwrap_or_default();
    let named = host.contains('.') && !is_local(host) && !is_example(host);
    let is_mixed = password.bytes().any(|byte| byte.is_ascii_digit())
        && password.bytes().any(|byte| byte.is_ascii_alphabetic())
        && password.len() >= 12;
    let real = password.len() >= SHORTEST
        && !host.is_empty()
        && !password.starts_with(['$', '{', '<', '%', '*', '['])
        && !password.contains(['{', '}', '$'])
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
