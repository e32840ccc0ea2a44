//! `.forceignore`: which files are not deployed.
//!
//! The syntax is that of `.gitignore`, read the way the Salesforce CLI does it: with the npm package `ignore`, thus
//! without regard to case, and only the nearest file upward counts (Salesforce DX Developer Guide, "How to Exclude
//! Source When Syncing").

use std::io;
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::file_tree::FileTree;

/// The file's name.
pub const FILE_NAME: &str = ".forceignore";
/// More than any real ignore file.
const MAX_BYTES: u64 = 4 << 20;
/// Salesforce writes full names percent-encoded, and patterns must be written so; blanks stay.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b' ').remove(b'-').remove(b'_').remove(b'.').remove(b'/').remove(b'%');

/// What the CLI puts before the patterns of every `.forceignore`, as far as it concerns folders.
const HIDDEN: [&str; 2] = ["**/.*/", "**/*.dup/"];

/// The patterns of one `.forceignore`.
#[derive(Debug)]
pub struct Forceignore {
    patterns: Gitignore,
}

/// Reads the text of the file; what is no UTF-8 in it is replaced.
pub fn read(tree: &dyn FileTree, path: &Path) -> io::Result<String> {
    let bytes = tree.read(path, MAX_BYTES)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl Forceignore {
    /// Parses the text; also returns the lines that are no patterns, as sentences.
    pub fn parse(text: &str) -> (Self, Vec<String>) {
        let mut builder = GitignoreBuilder::new("");
        let mut problems = Vec::new();
        // Setting the option cannot fail; if it ever does the patterns are merely stricter.
        let _ = builder.case_insensitive(true);
        for line in HIDDEN {
            // Marked, to be told from the file's own. They cannot fail; without one, more is deployed.
            let _ = builder.add_line(Some(PathBuf::new()), line);
        }
        for (number, line) in text.trim_start_matches('\u{FEFF}').lines().enumerate() {
            if let Err(error) = builder.add_line(None, line) {
                problems.push(format!("line {}: {error}", number + 1));
            }
        }
        let patterns = builder.build().unwrap_or_else(|error| {
            problems.push(error.to_string());
            Gitignore::empty()
        });
        (Self { patterns }, problems)
    }

    /// True if the folder itself is ignored. `folder` is relative to the `.forceignore`, `/` separated. What lies in an
    /// ignored folder is ignored, and cannot be brought back by a `!` pattern: ask from the top down.
    /// `hidden` asks for folders that are ignored for their name alone, too: `.name` and `name.dup`.
    pub fn ignores_folder(&self, folder: &str, hidden: bool) -> bool {
        self.ignores(folder, true, hidden)
    }

    /// True if the file is ignored by itself; see [`ignores_folder`](Self::ignores_folder) for its folders.
    pub fn ignores_file(&self, file: &str) -> bool {
        self.ignores(file, false, false)
    }

    fn ignores(&self, path: &str, is_folder: bool, hidden: bool) -> bool {
        if self.patterns.len() <= HIDDEN.len() && !hidden {
            return false;
        }
        let ignores = |path: &str| match self.patterns.matched(path, is_folder) {
            Match::Ignore(pattern) => hidden || pattern.from().is_none(),
            Match::None | Match::Whitelist(_) => false,
        };
        if ignores(path) {
            return true;
        }
        let needs_encoding = |byte: u8| {
            byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b" -_./%".contains(&byte)
        };
        path.bytes().any(needs_encoding) && ignores(&percent_encode_ascii(path))
    }
}

/// Encodes ASCII marks only: letters of other scripts stand for themselves in file names.
fn percent_encode_ascii(path: &str) -> String {
    path.split_inclusive(|c: char| !c.is_ascii())
        .map(|piece| {
            let ascii = piece.trim_end_matches(|c: char| !c.is_ascii());
            let rest = piece.get(ascii.len()..).unwrap_or("");
            format!("{}{rest}", percent_encode(ascii.as_bytes(), ENCODED))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignored(text: &str, path: &str) -> bool {
        let (forceignore, problems) = Forceignore::parse(text);
        assert!(problems.is_empty(), "{problems:?}");
        let mut folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        folders.any(|folder| forceignore.ignores_folder(folder, false))
            || forceignore.ignores_file(path)
    }

    #[test]
    fn gitignore_syntax() {
        for (text, path, expected) in [
            ("", "a/b", false),
            (
                "# comment\r\n**/profiles/**\r\n",
                "force-app/main/profiles/Admin.profile-meta.xml",
                true,
            ),
            ("\u{FEFF}*.profile-meta.xml", "a/Admin.profile-meta.xml", true),
            ("force-app/main", "force-app/main/x/y.xml", true),
            ("/main", "force-app/main/y.xml", false),
            ("profiles/", "a/profiles/b.profile", true),
            ("*.profile\n!Admin.profile", "a/Admin.profile", false),
            ("a\n!a/Admin.profile", "a/Admin.profile", true),
            ("PROFILES", "a/profiles/b", true),
            ("**/Custom%3A Sales.profile", "p/Custom: Sales.profile", true),
            ("**/Custom%3A Sales.profile", "p/Custom%3A Sales.profile", true),
            ("**/\u{e9}%28x%29.profile", "p/\u{e9}(x).profile", true),
            ("**/Custom: Sales.profile", "p/Custom%3A Sales.profile", false),
        ] {
            assert_eq!(ignored(text, path), expected, "{text:?} {path}");
        }
    }

    #[test]
    fn hidden_folders_unless_taken_back() {
        for (text, folder, expected) in [
            ("", "a/.hidden", true),
            ("", ".hidden", true),
            ("", "a/old.dup", true),
            ("", "a/plain", false),
            ("!**/.hidden", "a/.hidden", false),
            ("!**/.hidden\n.hidden", "a/.hidden", true),
        ] {
            let (forceignore, _) = Forceignore::parse(text);
            assert_eq!(forceignore.ignores_folder(folder, true), expected, "{text:?} {folder}");
        }
        let (forceignore, _) = Forceignore::parse("x");
        assert!(!forceignore.ignores_folder("a/.hidden", false));
        assert!(!forceignore.ignores_file("a/.hidden"));
    }

    #[test]
    fn bad_lines_are_told_and_the_others_count() {
        let (forceignore, problems) = Forceignore::parse("[z-a]\n*.profile\n");
        assert_eq!(problems.len(), 1);
        assert!(problems[0].starts_with("line 1: "), "{problems:?}");
        assert!(forceignore.ignores_file("x/A.profile"));
    }
}
