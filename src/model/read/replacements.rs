//! `replacements` of `sfdx-project.json`: what stands in a file is not what is deployed.

use globset::{Glob, GlobMatcher};
use regex::{Regex, RegexBuilder};
use serde_json::Value as Json;

use super::{Context, Reading, Scratch};
use crate::document::Span;
use crate::model::record::{Data, FileId, Place};
use crate::project::path::relative;
use crate::project::store::FileEntry;

/// Ranges of one file that are overwritten when it is deployed.
#[derive(Default)]
pub(super) struct Replacements {
    ranges: Vec<(usize, usize)>,
}

impl Replacements {
    /// What the nearest project file above says about a file of this text.
    pub(super) fn of(path: &str, text: &str, context: &Context<'_>) -> Replacements {
        let Some((folder, project)) = project_file(path, context.files) else {
            return Replacements::default();
        };
        let Ok(bytes) = context.store.bytes(project, Vec::new()) else {
            return Replacements::default();
        };
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        let Ok(json) = serde_json::from_slice::<Json>(bytes) else {
            return Replacements::default();
        };
        let below = relative(path, folder).unwrap_or_else(|| path.to_owned());
        let mut ranges = Vec::new();
        for one in json.get("replacements").and_then(Json::as_array).into_iter().flatten() {
            // Looking for a text costs less than reading a pattern.
            let literal = one.get("stringToReplace").and_then(Json::as_str);
            let occurs = literal.is_none_or(|literal| text.contains(literal));
            if occurs && applies(one, &below) {
                add_ranges(one, text, &mut ranges);
            }
        }
        Replacements { ranges }
    }

    /// Whether what is overwritten leaves nothing of a value but a few characters.
    pub(super) fn cover(&self, span: Span) -> bool {
        const LEFT_OVER: usize = 3;
        let (start, end) = (span.start as usize, span.end as usize);
        let covered: usize = self
            .ranges
            .iter()
            .map(|(from, to)| end.min(*to).saturating_sub(start.max(*from)))
            .sum();
        covered > 0 && covered + LEFT_OVER >= end.saturating_sub(start)
    }
}

/// The nearest `sfdx-project.json` above a path, with its folder.
fn project_file<'a>(path: &'a str, files: &'a [FileEntry]) -> Option<(&'a str, &'a FileEntry)> {
    const NAME: &str = "sfdx-project.json";
    files
        .iter()
        .filter_map(|file| {
            let folder = file.path.strip_suffix(NAME)?.trim_end_matches('/');
            let above = folder.is_empty()
                || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
            let own = folder.is_empty() || file.path.len() > folder.len() + NAME.len();
            (above && own).then_some((if folder.is_empty() { "." } else { folder }, file))
        })
        .max_by_key(|(folder, _)| folder.len())
}

/// `filename` fits the end of a path, `glob` at any depth (source-deploy-retrieve, `replacements.ts`).
fn applies(replacement: &Json, path: &str) -> bool {
    let text = |key: &str| replacement.get(key).and_then(Json::as_str);
    let file = text("filename").is_some_and(|name| {
        let name = name.replace('\\', "/");
        let name = name.trim_start_matches("./");
        path == name || path.ends_with(&format!("/{name}"))
    });
    let glob = || -> Option<GlobMatcher> {
        let pattern = text("glob")?.replace('\\', "/");
        Glob::new(&format!("**/{}", pattern.trim_start_matches("./")))
            .ok()
            .map(|glob| glob.compile_matcher())
    };
    file || glob().is_some_and(|glob| glob.is_match(path))
}

fn add_ranges(replacement: &Json, text: &str, ranges: &mut Vec<(usize, usize)>) {
    if let Some(literal) =
        replacement.get("stringToReplace").and_then(Json::as_str).filter(|text| !text.is_empty())
    {
        ranges.extend(text.match_indices(literal).map(|(at, found)| (at, at + found.len())));
    }
    let regex = replacement.get("regexToReplace").and_then(Json::as_str).and_then(regex);
    if let Some(regex) = regex {
        ranges.extend(regex.find_iter(text).map(|found| (found.start(), found.end())));
    }
}

/// JavaScript's syntax is close enough; what is not understood replaces nothing.
fn regex(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).size_limit(1 << 20).dfa_size_limit(1 << 20).build().ok()
}

/// The kinds of records that are told what a deployment replaces in them.
pub const MAY_BE_REPLACED: [&str; 3] = ["OauthApp", "InlineSecret", "Misfit"];

/// Marks the credentials of records that are overwritten, and drops what does not fit but is overwritten.
pub(super) fn mark_replaced(scratch: &Scratch, context: &Context<'_>, out: &mut Reading) {
    let mut known: Vec<(FileId, Replacements)> = Vec::new();
    let mut is_covered = |place: Place| {
        let at = known.iter().position(|(file, _)| *file == place.file);
        let at = at.unwrap_or_else(|| {
            let path = context.files.get(place.file.0 as usize).map_or("", |file| &file.path);
            let text = scratch.text_of(place.file).unwrap_or_default();
            known.push((place.file, Replacements::of(path, text, context)));
            known.len() - 1
        });
        known.get(at).is_some_and(|(_, replacements)| replacements.cover(place.span))
    };
    out.records.retain(|record| {
        record.kind != "Misfit" || !record.block.place.is_some_and(&mut is_covered)
    });
    let kinds = ["OauthApp", "InlineSecret"];
    for record in out.records.iter_mut().filter(|record| kinds.contains(&record.kind)) {
        for value in record.block.leaves.iter_mut().flat_map(|leaf| &mut leaf.values) {
            let (Data::Secret(secret), Some(place)) = (&mut value.data, value.place) else {
                continue;
            };
            if is_covered(place) {
                *secret = secret.clone().replaced();
            }
        }
    }
}
