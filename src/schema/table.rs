//! The two tables as text, and how a line is found in them.
//!
//! `metadata.txt` is sorted by the bytes of the type names, so a name is found by
//! bisecting the text itself: nothing is parsed or allocated at start-up.
//! The form of a line is described in `scripts/metadata_schema.py`.

use std::cmp::Ordering;

use memchr::{memchr, memmem, memrchr};

/// What the Metadata API's types package says.
pub(super) const TABLE: &str = include_str!("metadata.txt");
/// What it leaves out, kept by hand.
pub(super) const SUPPLEMENT: &str = include_str!("supplement.txt");

/// What a line declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A complex type that can be the root element of a file.
    Root,
    /// A complex type that only occurs inside others.
    Complex,
    /// An enumeration.
    Enumeration,
}

/// One line of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub name: &'a str,
    pub kind: Kind,
    /// Elements or values, separated by blanks.
    pub body: &'a str,
}

impl<'a> Line<'a> {
    /// `None` for comments and empty lines.
    fn parse(line: &'a str) -> Option<Self> {
        let mut fields = line.trim_end_matches('\r').splitn(3, '\t');
        let name = fields.next()?;
        let kind = match fields.next()? {
            "root" => Kind::Root,
            "complex" => Kind::Complex,
            "enum" => Kind::Enumeration,
            _ => return None,
        };
        let body = fields.next()?;
        Some(Self { name, kind, body })
    }
}

/// All declarations of a table, in its order.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    text.lines().filter_map(Line::parse)
}

/// The declaration of a type in a table of any order, by searching its text.
pub(super) fn scan<'a>(text: &'a str, name: &str) -> Option<Line<'a>> {
    memmem::find_iter(text.as_bytes(), name).find_map(|at| {
        let (before, line) = text.split_at_checked(at)?;
        if !before.is_empty() && !before.ends_with('\n') {
            return None;
        }
        Line::parse(line.lines().next()?).filter(|line| line.name == name)
    })
}

/// The declaration of a type in a sorted table.
///
/// Comments at the top do no harm: `#` sorts before every name.
pub(super) fn find<'a>(text: &'a str, name: &str) -> Option<Line<'a>> {
    let (mut low, mut high) = (0, text.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let bytes = text.as_bytes();
        let start = memrchr(b'\n', bytes.get(low..middle)?).map_or(low, |at| low + at + 1);
        let end = memchr(b'\n', bytes.get(middle..)?).map_or(text.len(), |at| middle + at);
        let line = text.get(start..end)?;
        let key = line.split_once('\t').map_or(line, |(key, _)| key);
        match key.cmp(name) {
            Ordering::Less => low = end + 1,
            Ordering::Greater => high = start,
            Ordering::Equal => return Line::parse(line),
        }
    }
    None
}

/// The value of a `# key: value` line at the top of `metadata.txt`; empty if there is none.
fn header(key: &str) -> &'static str {
    TABLE
        .lines()
        .map_while(|line| line.strip_prefix('#'))
        .filter_map(|line| line.trim().split_once(": "))
        .find_map(|(written, value)| (written == key).then_some(value))
        .unwrap_or_default()
}

/// Where the schema comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// Name of the npm package.
    pub package: &'static str,
    /// Its version.
    pub version: &'static str,
    /// SPDX identifier its manifest states.
    pub licence: &'static str,
    /// First line of its licence file, which need not agree with the manifest.
    pub licence_file: &'static str,
    /// Copyright line of its licence file.
    pub copyright: &'static str,
}

/// The API version of the package: Winter '27, the release before its publication in October 2026.
const API_VERSION: f64 = 68.0;

/// Whether an API version, as `sfdx-project.json` writes it, has elements that the built-in schema may lack.
pub fn is_newer(version: Option<&str>) -> bool {
    version
        .and_then(|version| version.trim().parse::<f64>().ok())
        .is_some_and(|one| one > API_VERSION)
}

/// Package, version and licence the built-in schema was derived from.
pub fn provenance() -> Provenance {
    Provenance {
        package: header("package"),
        version: header("version"),
        licence: header("licence"),
        licence_file: header("licence file"),
        copyright: header("copyright"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn lines_are_sorted_and_unique() {
        for text in [TABLE, SUPPLEMENT] {
            let names: Vec<&str> = lines(text).map(|line| line.name).collect();
            assert!(!names.is_empty());
            assert!(names.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }

    #[test]
    fn every_line_is_a_comment_or_a_declaration() {
        for text in [TABLE, SUPPLEMENT] {
            for line in text.lines().filter(|line| !line.is_empty()) {
                assert!(line.starts_with('#') || Line::parse(line).is_some(), "{line}");
            }
        }
    }

    #[test]
    fn every_declaration_is_found_by_its_name() {
        for line in lines(TABLE) {
            assert_eq!(find(TABLE, line.name), Some(line));
        }
        for line in lines(SUPPLEMENT) {
            assert_eq!(scan(SUPPLEMENT, line.name), Some(line));
        }
    }

    #[test]
    fn other_names_are_not_found() {
        let declared: BTreeSet<&str> = lines(TABLE).map(|line| line.name).collect();
        for name in &declared {
            let shorter = &name[..name.len() - 1];
            for near in [format!("{name}A"), name.to_lowercase(), shorter.to_owned()] {
                let found = find(TABLE, &near).is_some();
                assert_eq!(found, declared.contains(near.as_str()), "{near}");
            }
        }
        for name in [
            "",
            "#",
            "# package: @salesforce/types",
            "\n",
            "\t",
            "ConnectedApp\troot",
            "\u{10ffff}",
            "é",
        ] {
            assert_eq!(find(TABLE, name), None, "{name:?}");
            assert_eq!(scan(SUPPLEMENT, name), None, "{name:?}");
        }
    }

    #[test]
    fn small_and_broken_tables_are_searched_safely() {
        let one = "A\troot\tx:text";
        assert_eq!(find(one, "A").map(|line| line.body), Some("x:text"));
        assert_eq!(find("A\troot\t\r\n", "A").map(|line| line.body), Some(""));
        for text in
            ["", "\n", "\n\n\n", "A", "A\t", "A\troot", "A\tother\tx", "é\n\u{10ffff}", "# A\n"]
        {
            assert_eq!(find(text, "A"), None, "{text:?}");
        }
    }

    #[test]
    fn each_entry_of_the_supplement_names_its_source() {
        let mut before = "";
        for line in SUPPLEMENT.lines() {
            if let Some(entry) = Line::parse(line) {
                let sources = ["# Metadata API Developer Guide v67, ", "# As orgs return them, "];
                assert!(sources.iter().any(|source| before.starts_with(source)), "{}", entry.name);
            }
            before = line;
        }
    }

    #[test]
    fn the_supplement_only_adds() {
        for added in lines(SUPPLEMENT) {
            let Some(stated) = find(TABLE, added.name) else {
                continue;
            };
            assert_eq!(added.kind, stated.kind, "{}", added.name);
            let name = |word: &'static str| word.split(':').next();
            for word in added.body.split(' ') {
                let again = stated.body.split(' ').any(|known| name(known) == name(word));
                assert!(!again, "{}: {word}", added.name);
            }
        }
    }

    #[test]
    fn only_later_versions_are_newer() {
        for (version, newer) in [("69.0", true), ("68.0", false), ("9.0", false), ("x", false)] {
            assert_eq!(is_newer(Some(version)), newer, "{version}");
        }
        assert!(!is_newer(None));
    }

    #[test]
    fn provenance_is_recorded() {
        let provenance = provenance();
        assert_eq!(provenance.package, "@salesforce/types");
        assert_eq!(provenance.licence, "BSD-3-Clause");
        assert!(provenance.copyright.starts_with("Copyright"));
        assert!(provenance.version.split('.').all(|part| part.parse::<u32>().is_ok()));
        assert!(!provenance.licence_file.is_empty());
    }
}
