//! Pairs of small projects with the text that is told of them, one file a case in testdata/diff. `BLESS=1` writes the texts anew.

use std::path::Path;

use super::{diff, sides};

/// A line that begins a part of a case: a file of `base`, `head` or `both`, or the text at the end.
const MARK: &str = "=== ";

pub struct Case<'t> {
    pub files: Vec<(&'t str, &'t str, String)>,
    /// Everything before the expected text.
    given: &'t str,
    expected: &'t str,
}

pub fn read(text: &str) -> Case<'_> {
    let (given, expected) = text.split_once("=== text\n").unwrap();
    let mut files: Vec<(&str, &str, String)> = Vec::new();
    for line in given.lines() {
        if let Some(head) = line.strip_prefix(MARK) {
            let (side, path) = head.split_once(' ').unwrap();
            assert!(["base", "head", "both"].contains(&side), "{line}");
            files.push((side, path, String::new()));
        } else if let Some((.., text)) = files.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    Case { files, given, expected }
}

#[test]
fn each_pair_of_projects_is_told_as_written() {
    let mut names: Vec<_> =
        std::fs::read_dir("testdata/diff").unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 20, "{}", names.len());
    let mut wrong = Vec::new();
    for path in names {
        let text = std::fs::read_to_string(&path).unwrap();
        let case = read(&text);
        let files: Vec<(&str, &str, &str)> =
            case.files.iter().map(|(side, path, text)| (*side, *path, text.as_str())).collect();
        let folder = sides(&files);
        let told = diff(folder.path(), &[]);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, format!("{}=== text\n{told}", case.given)).unwrap();
        } else if told != case.expected {
            wrong.push(format!(
                "{}\n--- expected\n{}--- told\n{told}",
                shown(&path),
                case.expected
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
