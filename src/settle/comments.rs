//! `sflint: allow <rule>: reason` in files that are not metadata: code, CI files, scripts, environment files.
//!
//! A retrieve drops the comments of metadata, so there only the config accepts a finding.

use std::collections::{BTreeMap, HashMap};

use crate::document::{LineIndex, SourceText, Span};
use crate::model::config_problem::{ConfigProblem, POLICY_CHANGED};
use crate::model::record::{FileId, Place};
use crate::project::store::{FileEntry, Store};
use crate::project::{FileClass, file_class};
use crate::settle::region;
use crate::settle::register::{RegisterEntry, of_comment};
use crate::settle::report::{Location, ReportedFinding};

/// What begins a comment in one of the languages; longer ones first.
const MARKERS: [&str; 6] = ["<!--", "//", "--", "/*", "#", ";"];
const WORDS: &str = "sflint:";
/// What the related place of a finding says.
const NO_REASON: &str =
    "this comment gives no reason, so it does not count: `sflint: allow RULE: why`";

/// A comment that allows a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Allowance<'t> {
    rule: &'t str,
    reason: &'t str,
    /// Bytes of the line: from the marker on.
    start: usize,
    /// Nothing but the comment stands on the line.
    alone: bool,
}

impl Allowance<'_> {
    fn says_the_same(&self, other: &Allowance<'_>) -> bool {
        (self.rule, self.reason) == (other.rule, other.reason)
    }
}

/// The comment of a line that allows a rule, if there is one. The last marker that fits counts: what stands before it
/// may be part of a value.
fn allowance(line: &str) -> Option<Allowance<'_>> {
    for (at, _) in line.rmatch_indices(WORDS) {
        let (before, words) = line.split_at(at);
        let trimmed = before.trim_end();
        let Some(marker) = MARKERS.iter().find(|marker| trimmed.ends_with(**marker)) else {
            continue;
        };
        let rest = words.get(WORDS.len()..)?.trim_start();
        let Some(rest) = rest.strip_prefix("allow").filter(|rest| rest.starts_with([' ', '\t']))
        else {
            continue;
        };
        let (rule, reason) = rest.split_once(':').unwrap_or((rest, ""));
        let (rule, reason) = (without_end(rule), without_end(reason));
        let start = trimmed.len() - marker.len();
        let alone = line.get(..start).is_some_and(|before| before.trim().is_empty());
        return Some(Allowance { rule, reason, start, alone });
    }
    None
}

/// A text without blanks and without the end of a comment.
fn without_end(text: &str) -> &str {
    let text = text.trim();
    text.strip_suffix("-->").or_else(|| text.strip_suffix("*/")).unwrap_or(text).trim()
}

/// Whether comments of the finding's file can accept it.
fn is_open_to_comments(finding: &ReportedFinding) -> bool {
    finding.component.kind == "File"
        && !finding.rule.id.starts_with(crate::config::select::ABOUT_EXCEPTIONS)
        && file_class(&finding.location.path) != FileClass::Metadata
}

/// Where comments are read.
#[derive(Clone, Copy)]
pub(super) struct Stores<'a> {
    pub files: &'a [FileEntry],
    pub store: &'a dyn Store,
    /// Where a comment must stand as well to count.
    pub policy: Option<&'a dyn Store>,
}

/// Takes out the findings that a comment with a reason accepts; one without a reason becomes a place of its finding.
pub(super) fn take(
    findings: Vec<ReportedFinding>,
    stores: Stores<'_>,
    register: &mut Vec<RegisterEntry>,
    problems: &mut Vec<(usize, ConfigProblem)>,
) -> Vec<ReportedFinding> {
    let mut rest = Vec::with_capacity(findings.len());
    let mut by_file: BTreeMap<FileId, Vec<ReportedFinding>> = BTreeMap::new();
    for finding in findings {
        if is_open_to_comments(&finding) {
            by_file.entry(finding.location.file).or_default().push(finding);
        } else {
            rest.push(finding);
        }
    }
    for (id, findings) in by_file {
        let read = |store: &dyn Store| {
            let bytes = store.bytes(stores.files.get(id.0 as usize)?, Vec::new()).ok()?;
            SourceText::decode(bytes).ok()
        };
        let Some(source) = read(stores.store) else {
            rest.extend(findings);
            continue;
        };
        let lines = LineIndex::new(source.text());
        let of_policy = stores.policy.map(read);
        let settled: Option<Vec<Allowance<'_>>> = of_policy.as_ref().map(|source| {
            let text = source.as_ref().map_or("", |source| source.text());
            text.lines().filter_map(allowance).collect()
        });
        let counts = |found: &Allowance<'_>| {
            settled
                .as_ref()
                .is_none_or(|settled| settled.iter().any(|one| one.says_the_same(found)))
        };
        let mut known = HashMap::new();
        for finding in findings {
            match judged(&finding, &source, &lines, &mut known) {
                Some((place, found)) if found.reason.is_empty() => {
                    let mut finding = finding;
                    finding.related.push((place, NO_REASON.to_owned()));
                    rest.push(finding);
                }
                Some((place, found)) if counts(&found) => {
                    let region = region(&source, &lines, place.span);
                    let rule = finding.rule.id.clone();
                    register.push(of_comment(&rule, found.reason, &place, region, finding));
                }
                Some((place, found)) => {
                    problems.push((finding.project, of_new_comment(&finding, &place, &found)));
                    rest.push(finding);
                }
                None => rest.push(finding),
            }
        }
    }
    rest
}

/// What the lines of a file allow, by their numbers, with where they lie. Many findings may stand in one long line.
type Known<'t> = HashMap<u32, Option<(Span, Allowance<'t>)>>;

/// The comment that speaks of a finding, with its place.
fn judged<'t>(
    finding: &ReportedFinding,
    source: &'t SourceText,
    lines: &LineIndex,
    known: &mut Known<'t>,
) -> Option<(Location, Allowance<'t>)> {
    let own = lines.position(source.text(), finding.location.span.start).line;
    let above = own.checked_sub(1).filter(|line| *line > 0);
    for line in std::iter::once(own).chain(above) {
        let read = || {
            let span = lines.line_span(source.text(), line)?;
            let text = source.text().get(span.start as usize..span.end as usize)?;
            Some((span, allowance(text)?))
        };
        let Some((span, found)) = *known.entry(line).or_insert_with(read) else { continue };
        // What stands behind another value speaks of that value.
        if !finding.rule.goes_by(found.rule) || line != own && !found.alone {
            continue;
        }
        let span = Span { start: span.start + found.start as u32, end: span.end };
        return Some((Location { span, ..finding.location.clone() }, found));
    }
    None
}

/// A comment that the revision that decides does not have.
fn of_new_comment(
    finding: &ReportedFinding,
    place: &Location,
    found: &Allowance<'_>,
) -> ConfigProblem {
    let rule = &finding.rule.id;
    ConfigProblem {
        code: POLICY_CHANGED,
        place: Place { file: place.file, span: place.span },
        path: place.path.clone(),
        about: format!("allow {rule} {}", finding.key),
        text: format!(
            "this comment allows {rule}: {}; the revision that decides does not have it",
            found.reason
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_of_all_languages() {
        for (line, rule, reason, alone) in [
            ("# sflint: allow a-b: test key", "a-b", "test key", true),
            ("KEY=1 # sflint: allow a-b: see https://x", "a-b", "see https://x", false),
            ("// sflint: allow a-b: r", "a-b", "r", true),
            ("  -- sflint:allow a-b : r", "a-b", "r", true),
            ("; sflint: allow a-b: r", "a-b", "r", true),
            ("<!-- sflint: allow a-b: r -->", "a-b", "r", true),
            ("/* sflint: allow a-b: r */", "a-b", "r", true),
            ("x; /* sflint: allow a-b */", "a-b", "", false),
            ("# sflint: allow a-b", "a-b", "", true),
            ("# sflint: allow a-b:  ", "a-b", "", true),
        ] {
            let found = allowance(line).unwrap();
            assert_eq!((found.rule, found.reason, found.alone), (rule, reason, alone), "{line}");
        }
    }

    #[test]
    fn what_is_no_such_comment() {
        for line in ["", "sflint: allow a: r", "# sflint: allowed a: r", "# sflint allow a: r"] {
            assert_eq!(allowance(line), None, "{line}");
        }
    }
}
