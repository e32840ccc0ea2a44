//! The table of metadata types by file suffix: `types.tsv`, read at build time.

use std::cmp::Ordering;

/// One metadata type, or one part of a decomposed type, as the metadata registry names it.
#[derive(Debug, PartialEq, Eq)]
pub struct TypeRow {
    /// File suffix without the dot; empty for bundles known by their folder alone.
    pub suffix: &'static str,
    /// Metadata type, e.g. `Profile`.
    pub name: &'static str,
    /// Folder the registry files the type under, e.g. `profiles`.
    pub directory: &'static str,
    /// Has a content file beside its `-meta.xml`.
    pub content: bool,
    /// Files of any name below the directory belong to it.
    pub bundle: bool,
    /// The full name starts with the folder's name.
    pub in_folder: bool,
    /// Without `-meta.xml` the suffix counts only below the directory.
    pub needs_directory: bool,
    /// Read only when an enabled rule needs it.
    pub large: bool,
    /// How it belongs to a parent component, if it does.
    pub child: Option<Child>,
    /// The type when several share the suffix and no folder tells.
    pub default: bool,
}

/// A part of a decomposed component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Child {
    /// Below `objects/<Object>/`, named `Object.Name`.
    OfObject,
    /// Named after its parent's folder and itself.
    OfFolder,
    /// Named by itself.
    Alone,
}

/// The rows of `types.tsv` in its order, by suffix without regard to ASCII case; written by `build.rs`.
static ROWS: &[TypeRow] = include!(concat!(env!("OUT_DIR"), "/types.rs"));

/// The directories of all types, in lower case and sorted; written by `build.rs`.
static DIRECTORIES: &[&str] = include!(concat!(env!("OUT_DIR"), "/directories.rs"));

/// The names of all types, sorted, with the position of the row; written by `build.rs`.
static NAMES: &[(&str, usize)] = include!(concat!(env!("OUT_DIR"), "/names.rs"));

/// The rows that share a suffix (without the dot), ASCII case ignored; several where registry types clash.
pub fn by_suffix(suffix: &str) -> &'static [TypeRow] {
    let order = |row: &TypeRow| compare_ignoring_case(row.suffix, suffix);
    let start = ROWS.partition_point(|row| order(row).is_lt());
    let rest = ROWS.get(start..).unwrap_or_default();
    let count = rest.iter().take_while(|row| order(row).is_eq()).count();
    rest.get(..count).unwrap_or_default()
}

/// The name of every file of a run is looked up, so nothing is allocated.
fn compare_ignoring_case(a: &str, b: &str) -> Ordering {
    let lower = |text: &str, at: usize| text.as_bytes().get(at).map(u8::to_ascii_lowercase);
    let same = (0..a.len().min(b.len())).find(|at| lower(a, *at) != lower(b, *at));
    match same {
        Some(at) => lower(a, at).cmp(&lower(b, at)),
        None => a.len().cmp(&b.len()),
    }
}

/// The row of a metadata type by its exact name; of several the first in the file's order.
pub fn by_name(name: &str) -> Option<&'static TypeRow> {
    let at = NAMES.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
    NAMES.get(at).and_then(|(_, row)| ROWS.get(*row))
}

/// True if a folder of this name (ASCII case ignored) is the directory of some metadata type.
pub fn is_type_directory(folder: &str) -> bool {
    DIRECTORIES.binary_search_by(|known| compare_ignoring_case(known, folder)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_row() {
        let lines = include_str!("types.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(ROWS.len(), lines);
        assert!(lines > 550);
        assert!(ROWS.is_sorted_by_key(|row| row.suffix.to_ascii_lowercase()));
        for row in ROWS {
            assert!(!row.name.is_empty() && !row.directory.is_empty(), "{row:?}");
            assert!(!row.suffix.is_empty() || row.bundle, "{row:?}");
            assert!(by_suffix(row.suffix).contains(row), "{row:?}");
            assert_eq!(by_name(row.name).map(|found| found.name), Some(row.name));
        }
    }

    #[test]
    fn a_shared_suffix_has_at_most_one_default() {
        for row in ROWS.iter().filter(|row| !row.suffix.is_empty()) {
            let rows = by_suffix(row.suffix);
            let defaults = rows.iter().filter(|row| row.default).count();
            assert_eq!(defaults, usize::from(rows.len() > 1), "{}", row.suffix);
        }
    }

    #[test]
    fn looks_up_without_regard_to_case() {
        assert_eq!(
            by_suffix("ECAGLBLOAUTH").first().map(|row| row.name),
            Some("ExtlClntAppGlobalOauthSettings")
        );
        assert!(by_suffix("nothing").is_empty());
        assert!(by_name("profile").is_none());
        assert!(is_type_directory("CORSWHITELISTORIGINS") && !is_type_directory("main"));
    }
}
