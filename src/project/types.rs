//! The table of metadata types by file suffix, read once from `types.tsv`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

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

struct Table {
    rows: Vec<TypeRow>,
    /// Slots of the open-addressed table of suffixes: the first row and how many share the suffix; 0 rows are free.
    suffixes: Vec<(u16, u16)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("types.tsv")));

/// Rows by the name of their type. Of rows of one name the first in the file's order counts.
static BY_NAME: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
    TABLE.rows.iter().enumerate().rev().map(|(index, row)| (row.name, index)).collect()
});

/// The directories of all types, in lower case.
static DIRECTORIES: LazyLock<HashSet<String>> =
    LazyLock::new(|| TABLE.rows.iter().map(|row| row.directory.to_ascii_lowercase()).collect());

impl Table {
    fn read(text: &'static str) -> Self {
        // The file is sorted by suffix.
        let rows: Vec<TypeRow> =
            text.lines().filter(|line| !line.starts_with('#')).filter_map(read_row).collect();
        let mut suffixes = vec![(0, 0); SLOTS];
        let mut start = 0;
        for same in rows.chunk_by(|a, b| a.suffix.eq_ignore_ascii_case(b.suffix)) {
            let suffix = same.first().map_or("", |row| row.suffix);
            let mut slots = slots_of(suffix);
            if let Some(free) = slots.find(|slot| matches!(suffixes.get(*slot), Some((_, 0))))
                && let Some(slot) = suffixes.get_mut(free)
            {
                *slot = (start as u16, same.len() as u16);
            }
            start += same.len();
        }
        Self { rows, suffixes }
    }
}

/// A power of two, about four times the number of suffixes.
const SLOTS: usize = 2048;

/// Where to look for a suffix, first place first. The name of every file of a run is looked up, so no allocation and
/// no comparison but with the right row.
fn slots_of(suffix: &str) -> impl Iterator<Item = usize> {
    let hash = suffix.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3)
    });
    let first = (hash ^ (hash >> 32)) as usize;
    (0..SLOTS).map(move |step| first.wrapping_add(step) % SLOTS)
}

fn read_row(line: &'static str) -> Option<TypeRow> {
    let mut columns = line.trim_end_matches('\r').split('\t');
    let (suffix, name, directory) = (columns.next()?, columns.next()?, columns.next()?);
    let flags = columns.next().unwrap_or("");
    let has = |flag: &str| !flags.is_empty() && flags.split(',').any(|one| one == flag);
    let child = if has("object-child") {
        Some(Child::OfObject)
    } else if has("child") {
        Some(Child::OfFolder)
    } else if has("child-alone") {
        Some(Child::Alone)
    } else {
        None
    };
    Some(TypeRow {
        suffix,
        name,
        directory,
        content: has("content"),
        bundle: has("bundle") || has("mixed"),
        in_folder: has("folder"),
        needs_directory: has("generic") || has("strict") || child.is_some(),
        large: has("large"),
        child,
        default: has("default"),
    })
}

/// The rows that share a suffix (without the dot), ASCII case ignored; several where registry types clash.
pub fn by_suffix(suffix: &str) -> &'static [TypeRow] {
    let table = &*TABLE;
    for slot in slots_of(suffix) {
        let Some(&(start, count)) = table.suffixes.get(slot).filter(|(_, count)| *count > 0) else {
            break;
        };
        let (start, end) = (usize::from(start), usize::from(start) + usize::from(count));
        let rows = table.rows.get(start..end).unwrap_or_default();
        if rows.first().is_some_and(|row| row.suffix.eq_ignore_ascii_case(suffix)) {
            return rows;
        }
    }
    &[]
}

/// The row of a metadata type by its exact name.
pub fn by_name(name: &str) -> Option<&'static TypeRow> {
    BY_NAME.get(name).and_then(|index| TABLE.rows.get(*index))
}

/// True if a folder of this name (ASCII case ignored) is the directory of some metadata type.
pub fn is_type_directory(folder: &str) -> bool {
    DIRECTORIES.contains(&folder.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_row() {
        let lines = include_str!("types.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.rows.len(), lines);
        assert!(lines > 550);
        assert!(TABLE.rows.is_sorted_by_key(|row| row.suffix.to_ascii_lowercase()));
        for row in &TABLE.rows {
            assert!(!row.name.is_empty() && !row.directory.is_empty(), "{row:?}");
            assert!(!row.suffix.is_empty() || row.bundle, "{row:?}");
            assert!(by_suffix(row.suffix).contains(row), "{row:?}");
            assert_eq!(by_name(row.name).map(|found| found.name), Some(row.name));
        }
    }

    #[test]
    fn a_shared_suffix_has_at_most_one_default() {
        for row in TABLE.rows.iter().filter(|row| !row.suffix.is_empty()) {
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
