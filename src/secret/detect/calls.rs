//! Credentials that are handed over by a call: `System.setPassword(id, 'x')`, `connection.login('me', 'x')`, and in an
//! `Authorization` header.

use base64ct::{Base64Unpadded, Encoding};

use super::surroundings::Surroundings;
use super::values::{is_strong, is_weak, may_be_value, quoted_value};
use super::{Hit, SecretKind};
use crate::secret::placeholder::entropy;

/// No argument is longer.
const LONGEST: usize = 400;

/// `System.setPassword(userId, 'password')` of Apex. `name_end` is behind the name.
pub(super) fn set_password(text: &str, name: &str, name_end: usize) -> Option<Hit> {
    if !name.eq_ignore_ascii_case("System.setPassword") {
        return None;
    }
    let open = skip_blanks(text, name_end);
    let first = text.as_bytes().get(open).filter(|byte| **byte == b'(').map(|_| open + 1)?;
    let second = skip_blanks(text, argument_end(text, first)? + 1);
    let value = quoted_value(text, second)?;
    let closes = text.as_bytes().get(skip_blanks(text, value.1 + 1)) == Some(&b')');
    let fits = closes && may_be_value(text.get(value.0..value.1)?);
    fits.then_some(Hit {
        kind: SecretKind::SetPassword,
        name: Some((name_end - name.len(), name_end)),
        value,
        host: None,
    })
}

/// `.login(user, 'password')` of jsforce and its like; `at` is where `login(` begins.
pub(super) fn login(around: &Surroundings<'_>, at: usize) -> Option<Hit> {
    let text = around.text;
    const NAME: usize = "login".len();
    let bytes = text.as_bytes();
    if at.checked_sub(1).and_then(|at| bytes.get(at)) != Some(&b'.') {
        return None;
    }
    let second = skip_blanks(text, argument_end(text, at + NAME + 1)? + 1);
    let value = quoted_value(text, second)?;
    if !is_strong(text.get(value.0..value.1)?) || !around.speaks() {
        return None;
    }
    Some(Hit { kind: SecretKind::Login, name: Some((at, at + NAME)), value, host: None })
}

/// What stands behind `Basic ` or `Bearer `.
pub(super) fn authorization(text: &str, start: usize) -> Option<Hit> {
    /// Fewer characters are a word of a sentence.
    const SHORTEST: usize = 8;
    /// A token that a machine made is longer, and mixed.
    const SHORTEST_BEARER: usize = 24;
    const MIXED: f64 = 3.5;
    let bytes = text.as_bytes();
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte);
    let length = bytes.get(start..)?.iter().take(4_096).take_while(|byte| is_token(byte)).count();
    let token = text.get(start..start + length)?;
    // These are found by their shape.
    if ["00D", "5Aep", "eyJ"].iter().any(|shape| token.starts_with(shape)) {
        return None;
    }
    let is_basic = text.get(..start)?.ends_with("Basic ");
    let real = if is_basic {
        length >= SHORTEST && is_login(token)
    } else {
        let has = |class: fn(&u8) -> bool| token.as_bytes().iter().any(class);
        length >= SHORTEST_BEARER
            && has(u8::is_ascii_digit)
            && (has(u8::is_ascii_lowercase) || has(u8::is_ascii_uppercase))
            && entropy(token) >= MIXED
    };
    real.then_some(Hit {
        kind: SecretKind::Authorization,
        name: None,
        value: (start, start + length),
        host: None,
    })
}

/// Whether a token is the base64 of a user and a password that was not made up.
fn is_login(token: &str) -> bool {
    let Ok(decoded) = Base64Unpadded::decode_vec(token.trim_end_matches('=')) else { return false };
    let Ok(login) = String::from_utf8(decoded) else { return false };
    let Some((user, password)) = login.split_once(':') else { return false };
    !user.is_empty()
        && !login.contains(char::is_control)
        && password.len() >= 6
        && !is_weak(password)
        && !password.eq_ignore_ascii_case(user)
}

/// Where the comma behind an argument stands; strings and brackets are passed over.
fn argument_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut quote = None;
    let mut at = start;
    while at < start + LONGEST {
        let byte = *bytes.get(at)?;
        match (quote, byte) {
            (Some(_), b'\\') => at += 1,
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, b'(' | b'[' | b'{') => depth += 1,
            (None, b')' | b']' | b'}') => depth = depth.checked_sub(1)?,
            (None, b',') if depth == 0 => return Some(at),
            (None, b';') => return None,
            _ => {}
        }
        at += 1;
    }
    None
}

fn skip_blanks(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    at + rest.iter().take(LONGEST).take_while(|byte| byte.is_ascii_whitespace()).count()
}
