//! The one pass over a text: literals without which there is nothing to find.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Input, MatchKind, Span, packed};

/// What a literal may begin or be part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    AccessToken,
    RefreshToken,
    JsonWebToken,
    AuthUrl,
    Key,
    Name,
    Option,
    /// `login(`.
    Login,
    /// `Bearer ` or `Basic `; the place is where the credential begins.
    Authorization,
}

/// Three letters at least, and few of them: this is what a vectorised search can look for all at once, up to 64 of them.
///
/// Of names only a part is searched, in the cases that people write: `SF_`, the ends of `SFDX_`, `SFDC_` and
/// `salesforce` (and of `force://`), and the middle of the words that say what is held.
const LITERALS: [&str; 54] = [
    "00D",
    "5Aep",
    "-----BEGIN",
    "eyJ",
    "orce",
    "ORCE",
    "sf_",
    "sF_",
    "Sf_",
    "SF_",
    "dx_",
    "DX_",
    "dc_",
    "DC_",
    "sf.",
    "sf-",
    "SF.",
    "SF-",
    "dc.",
    "dc-",
    "dx.",
    "dx-",
    "sfP",
    "dcP",
    "sfA",
    "dcA",
    "fTok",
    "cTok",
    "assword",
    "ASSWORD",
    "asswd",
    "ASSWD",
    "ecret",
    "ECRET",
    "ityTok",
    "ity_tok",
    "ITY_TOK",
    "piKey",
    "pi_key",
    "PI_KEY",
    "login(",
    "Basic ",
    "earer ",
    "--pass",
    "--clie",
    "--sfdx",
    "--inst",
    "--acce",
    "--secu",
    "--cons",
    " -p ",
    " -k ",
    " -K ",
    " -pass",
];

/// How the literals are searched: with vector instructions where the processor has them.
enum Search {
    Packed(packed::Searcher),
    Automaton(AhoCorasick),
}

static SEARCH: LazyLock<Option<Search>> = LazyLock::new(|| {
    let packed = packed::Config::new().builder().extend(LITERALS).build();
    packed.map(Search::Packed).or_else(|| {
        let kind = MatchKind::LeftmostFirst;
        AhoCorasick::builder().match_kind(kind).build(LITERALS).ok().map(Search::Automaton)
    })
});

/// The first literal from a place on.
fn next(search: &Search, bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let found = match search {
        Search::Packed(searcher) => searcher.find_in(bytes, Span { start: from, end: bytes.len() }),
        Search::Automaton(automaton) => automaton.find(Input::new(bytes).range(from..)),
    };
    found.map(|found| (found.start(), found.end()))
}

/// Calls back for each literal with its place.
pub(super) fn each(bytes: &[u8], mut call: impl FnMut(Literal, usize)) {
    let Some(search) = SEARCH.as_ref() else { return };
    let mut from = 0;
    while let Some((start, end)) = next(search, bytes, from) {
        from = end;
        if let Some((literal, at)) = literal(bytes, start, end) {
            call(literal, at);
        }
    }
}

/// What a literal is at its place, if it is worth a look there: most are ruled out by a byte or two beside them.
fn literal(bytes: &[u8], start: usize, end: usize) -> Option<(Literal, usize)> {
    let found = bytes.get(start..end)?;
    Some(match found {
        b"00D" => (Literal::AccessToken, start),
        b"5Aep" => (Literal::RefreshToken, start),
        b"eyJ" => (Literal::JsonWebToken, start),
        b"-----BEGIN" => (Literal::Key, start),
        [b'-', b'-', ..] | [b' ', ..] => (Literal::Option, start),
        b"orce" | b"ORCE" => match bytes.get(end)? {
            b':' | b'%' => (Literal::AuthUrl, start),
            _ if follows(bytes, start, b"salesf") && goes_on(bytes, end) => (Literal::Name, start),
            _ => return None,
        },
        b"login(" => (Literal::Login, start),
        b"Basic " | b"earer " => (Literal::Authorization, end),
        // Most words that end so are no product of Salesforce: nothing else is asked of them.
        [b'd' | b'D', ..] if !follows(bytes, start, b"sf") => return None,
        [b'c', b'T', ..] if !follows(bytes, start, b"sfd") => return None,
        _ => (Literal::Name, start),
    })
}

fn follows(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    at.checked_sub(word.len())
        .and_then(|from| bytes.get(from..at))
        .is_some_and(|before| before.eq_ignore_ascii_case(word))
}

/// Whether a name goes on behind `salesforce`, other than to a host.
fn goes_on(bytes: &[u8], end: usize) -> bool {
    let rest = bytes.get(end..).unwrap_or_default();
    match rest.first() {
        Some(b'_') => true,
        Some(b'.' | b'-') => {
            rest.get(1).is_some_and(u8::is_ascii_alphabetic) && !rest.starts_with(b".com")
        }
        Some(next) => next.is_ascii_uppercase(),
        None => false,
    }
}

/// Whether there is any of them.
pub(super) fn any(bytes: &[u8]) -> bool {
    let Some(search) = SEARCH.as_ref() else { return false };
    let mut from = 0;
    while let Some((start, end)) = next(search, bytes, from) {
        if literal(bytes, start, end).is_some() {
            return true;
        }
        from = end;
    }
    false
}
