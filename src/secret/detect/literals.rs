//! The one pass over a text: literals without which there is nothing to find.

use std::sync::LazyLock;

use regex::bytes::Regex;

/// What a literal may begin or be part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    AccessToken,
    RefreshToken,
    AuthUrl,
    Key,
    Name,
    Option,
}

/// Three letters at least, and few of them: this is what a vectorised search can look for all at once.
///
/// Of `SF_`, `SFDX_`, `SFDC_` and `SALESFORCE_` only the ends are searched, in every case.
static LITERALS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        "(?-u)00D|5Aep|-----BEGIN|",
        "[cC][eE]:/|[cC][eE]:\\\\|ce%3|CE%3|",
        "[sS][fF]_|[dD][xXcC]_|[cC][eE]_|",
        "sf[.-]|SF[.-]|ce[.-]pa|ce[.-]se|ce[.-]to|ce[.-]cl|dc[.-]|dx[.-]|",
        "--pass|--clie|--sfdx|--inst|--acce|--secu|--cons| -p | -k "
    ))
    .ok()
});

/// Calls back for each literal with its place.
pub(super) fn each(bytes: &[u8], mut call: impl FnMut(Literal, usize)) {
    let Some(literals) = LITERALS.as_ref() else { return };
    for found in literals.find_iter(bytes) {
        let literal = match found.as_bytes() {
            b"00D" => Literal::AccessToken,
            b"5Aep" => Literal::RefreshToken,
            b"-----BEGIN" => Literal::Key,
            [b'-', b'-', ..] | [b' ', ..] => Literal::Option,
            [b'c' | b'C', _, b':' | b'%', ..] => Literal::AuthUrl,
            // Most words that end so are no product of Salesforce: nothing else is asked of them.
            [b'c' | b'C', ..] if !follows(bytes, found.start(), b"salesfor") => continue,
            [b'd' | b'D', ..] if !follows(bytes, found.start(), b"sf") => continue,
            _ => Literal::Name,
        };
        call(literal, found.start());
    }
}

fn follows(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    at.checked_sub(word.len())
        .and_then(|from| bytes.get(from..at))
        .is_some_and(|before| before.eq_ignore_ascii_case(word))
}

/// Whether there is any of them.
pub(super) fn any(bytes: &[u8]) -> bool {
    LITERALS.as_ref().is_some_and(|literals| literals.is_match(bytes))
}
