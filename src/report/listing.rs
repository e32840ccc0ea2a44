//! What the formats for hosts share: findings worst first, each with an identity that no other has in the document, and
//! texts that are safe to print and no longer than a host takes.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::report::safe;
use crate::settle::report::{Report, ReportedFinding};

/// A finding as a host lists it.
pub(super) struct Listed<'r> {
    /// The finding.
    pub finding: &'r ReportedFinding,
    /// Its fingerprint. Where projects of one run hold the same component, from the second one on with a number: hosts
    /// show findings with the same identity once.
    pub id: String,
}

/// All findings: by severity, then by confidence, then in the order of the report. What a host cuts off is the least.
pub(super) fn worst_first(report: &Report) -> Vec<Listed<'_>> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut listed: Vec<Listed<'_>> = report
        .findings
        .iter()
        .map(|finding| {
            let before = seen.entry(&finding.fingerprint).or_default();
            *before += 1;
            let id = match *before {
                1 => finding.fingerprint.clone(),
                nth => format!("{}-{nth}", finding.fingerprint),
            };
            Listed { finding, id }
        })
        .collect();
    listed.sort_by_key(|one| (Reverse(one.finding.severity), Reverse(one.finding.confidence)));
    listed
}

/// A text on one line, safe to print anywhere.
pub(super) fn text(text: &str) -> String {
    safe::line(text).into_owned()
}

/// What is wrong and what to do, each on a line of its own.
pub(super) fn advice(finding: &ReportedFinding) -> String {
    let message = text(&finding.message);
    match &finding.help {
        Some(help) => format!("{message}\n{}", safe::lines(help)),
        None => message,
    }
}

/// A text of at most so many characters; an ellipsis says that there was more.
pub(super) fn clipped(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(characters.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// The CWE numbers among the standards of a rule.
pub(super) fn cwes(maps: &[String]) -> impl Iterator<Item = &str> {
    maps.iter().filter_map(|map| map.strip_prefix("CWE-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clipped_text_says_that_there_was_more() {
        assert_eq!(clipped("abc", 3), "abc");
        assert_eq!(clipped("äbcd", 3), "äb…");
        assert_eq!(clipped("a bcd", 3), "a…");
        assert_eq!(clipped("abc", 0), "…");
    }

    #[test]
    fn only_numbers_of_weaknesses_are_taken() {
        let maps = ["SBS-OAUTH-002".to_owned(), "CWE-250".to_owned(), "RFC 9700 2.3".to_owned()];
        assert_eq!(cwes(&maps).collect::<Vec<_>>(), ["250"]);
    }
}
