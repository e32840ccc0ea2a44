//! The one pass over a text: literals without which there is nothing to find.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Input, MatchKind, Span, packed};

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
const LITERALS: [&str; 54] = [
    "00D",
    "5Aep",
    "-----BEGIN",
    "ce:/",
    "cE:/",
    "Ce:/",
    "CE:/",
    "ce:\\",
    "cE:\\",
    "Ce:\\",
    "CE:\\",
    "ce%3",
    "CE%3",
    "sf_",
    "sF_",
    "Sf_",
    "SF_",
    "dx_",
    "dX_",
    "Dx_",
    "DX_",
    "dc_",
    "dC_",
    "Dc_",
    "DC_",
    "ce_",
    "cE_",
    "Ce_",
    "CE_",
    "sf.",
    "sf-",
    "SF.",
    "SF-",
    "ce.pa",
    "ce-pa",
    "ce.se",
    "ce-se",
    "ce.to",
    "ce-to",
    "ce.cl",
    "ce-cl",
    "dc.",
    "dc-",
    "dx.",
    "dx-",
    "--pass",
    "--clie",
    "--sfdx",
    "--inst",
    "--acce",
    "--secu",
    "--cons",
    " -p ",
    " -k ",
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
        let literal = match bytes.get(start..end).unwrap_or_default() {
            b"00D" => Literal::AccessToken,
            b"5Aep" => Literal::RefreshToken,
            b"-----BEGIN" => Literal::Key,
            [b'-', b'-', ..] | [b' ', ..] => Literal::Option,
            [b'c' | b'C', _, b':' | b'%', ..] => Literal::AuthUrl,
            // Most words that end so are no product of Salesforce: nothing else is asked of them.
            [b'c' | b'C', ..] if !follows(bytes, start, b"salesfor") => continue,
            [b'd' | b'D', ..] if !follows(bytes, start, b"sf") => continue,
            _ => Literal::Name,
        };
        call(literal, start);
    }
}

fn follows(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    at.checked_sub(word.len())
        .and_then(|from| bytes.get(from..at))
        .is_some_and(|before| before.eq_ignore_ascii_case(word))
}

/// Whether there is any of them.
pub(super) fn any(bytes: &[u8]) -> bool {
    SEARCH.as_ref().is_some_and(|search| next(search, bytes, 0).is_some())
}
