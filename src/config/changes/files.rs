//! What other files that decide about a run say less strictly than before: baseline, `.forceignore`, `sfdx-project.json` and
//! a team's own rules.

use std::collections::HashMap;
use std::ops::Range;

use super::Change;
use crate::project::path::{file_name, parent};
use crate::project::sfdx_project::SfdxProject;
use crate::rule::RuleSource;
use crate::words::{count, some};

/// The lines of a text with their places, without those that say nothing: blank ones and comments.
fn lines(text: &str) -> impl Iterator<Item = (usize, Range<usize>, &str)> {
    let mut start = 0;
    let numbered = text.split('\n').enumerate().map(move |(number, line)| {
        let span = start..start + line.trim_end_matches('\r').len();
        start += line.len() + 1;
        (number, span, line.trim_start_matches('\u{feff}').trim())
    });
    numbered.filter(|(_, _, line)| !line.is_empty() && !line.starts_with('#'))
}

/// The lines of a baseline that the one before it did not have; those that stand together are one change.
pub fn new_lines(path: &str, before: Option<&str>, after: &str) -> Vec<Change> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (_, _, line) in lines(before.unwrap_or_default()) {
        *known.entry(line).or_default() += 1;
    }
    let mut blocks: Vec<(usize, Range<usize>, Vec<&str>)> = Vec::new();
    for (number, span, line) in lines(after) {
        if let Some(left) = known.get_mut(line).filter(|left| **left > 0) {
            *left -= 1;
            continue;
        }
        match blocks.last_mut() {
            Some((last, _, block)) if *last + 1 == number => {
                *last = number;
                block.push(line);
            }
            _ => blocks.push((number, span, vec![line])),
        }
    }
    let change = |(_, span, block): (usize, Range<usize>, Vec<&str>)| {
        let about: Vec<&str> =
            block.iter().map(|line| line.split('\t').next().unwrap_or(line)).collect();
        let text = format!("the baseline hides {} more", count(block.len(), "finding"));
        Change { path: path.to_owned(), span, about: about.join(" "), text }
    };
    blocks.into_iter().map(change).collect()
}

/// The patterns of a `.forceignore` that keep more from being deployed: new ones, and exceptions that are gone. What is
/// not deployed is no more than a note.
pub fn forceignore(path: &str, before: Option<&str>, after: &str) -> Vec<Change> {
    let patterns = |text: &str| -> Vec<(Range<usize>, String)> {
        lines(text).map(|(_, span, line)| (span, line.to_owned())).collect()
    };
    let (was, is) = (patterns(before.unwrap_or_default()), patterns(after));
    let missing_in =
        |list: &[(Range<usize>, String)], line: &str| !list.iter().any(|(_, known)| known == line);
    let new = is.iter().filter(|(_, line)| !line.starts_with('!') && missing_in(&was, line));
    let mut changes: Vec<Change> = new
        .map(|(span, line)| Change {
            path: path.to_owned(),
            span: span.clone(),
            about: line.clone(),
            text: format!("what fits {line} counts as not deployed: its findings are notes"),
        })
        .collect();
    let gone = was.iter().filter(|(_, line)| line.starts_with('!') && missing_in(&is, line));
    changes.extend(gone.map(|(_, line)| Change {
        path: path.to_owned(),
        span: 0..0,
        about: line.clone(),
        text: format!("{line} is gone: more counts as not deployed, and its findings are notes"),
    }));
    changes
}

/// The parts of `sfdx-project.json` that decide what is read as what.
pub fn project_file(
    path: &str,
    before: &SfdxProject,
    after: &SfdxProject,
    text: &str,
) -> Vec<Change> {
    let place = |key: &str| {
        let quoted = format!("\"{key}\"");
        text.find(&quoted).map_or(0..0, |start| start..start + quoted.len())
    };
    let mut changes = Vec::new();
    let mut add = |key: &str, text: String| {
        let (path, about) = (path.to_owned(), key.to_owned());
        changes.push(Change { path, span: place(key), about, text });
    };
    let gone: Vec<&str> = before
        .package_directories
        .iter()
        .filter(|directory| !after.package_directories.contains(directory))
        .map(String::as_str)
        .collect();
    if !gone.is_empty() {
        add("packageDirectories", format!("package directories are gone: {}", some(&gone)));
    }
    if (before.packages, before.versioned_packages) != (after.packages, after.versioned_packages) {
        add("package", "the project is taken for another kind: other rules apply".to_owned());
    }
    if before.namespace != after.namespace {
        add("namespace", "the namespace is another one: names mean other things".to_owned());
    }
    changes
}

/// A team's own rules that are gone or not what they were, and lists that are new: a list replaces the shipped one.
pub fn rule_files(before: &[RuleSource], after: &[RuleSource], config: &str) -> Vec<Change> {
    let name = |source: &RuleSource| file_name(&source.path).to_owned();
    let find = |list: &[RuleSource], wanted: &str| -> Option<RuleSource> {
        list.iter().find(|one| name(one) == wanted).cloned()
    };
    let mut changes = Vec::new();
    for old in before {
        let name = name(old);
        let (path, span, text) = match find(after, &name) {
            None => (config.to_owned(), 0..0, format!("the own rule file {name} is gone")),
            Some(new) if *new.text != *old.text => {
                let at = first_difference(&old.text, &new.text);
                (new.path, at, format!("the own rule file {name} says something else"))
            }
            Some(_) => continue,
        };
        changes.push(Change { path, span, about: name, text });
    }
    for new in after {
        let name = name(new);
        if file_name(parent(&new.path)) == "lists" && find(before, &name).is_none() {
            let text = format!("the lists of {name} replace those of the same name");
            changes.push(Change { path: new.path.clone(), span: 0..0, about: name, text });
        }
    }
    changes
}

/// The line in which a text begins to differ from another one.
fn first_difference(old: &str, new: &str) -> Range<usize> {
    let same = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    let start = new.as_bytes().get(..same).and_then(|same| memchr::memrchr(b'\n', same));
    let start = start.map_or(0, |newline| newline + 1);
    let rest = new.as_bytes().get(start..).unwrap_or_default();
    start..start + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(changes: &[Change]) -> Vec<&str> {
        changes.iter().map(|change| change.text.as_str()).collect()
    }

    #[test]
    fn lines_that_stand_together_are_one_change() {
        let before = "# head\na\tx\nb\ty\n";
        let after = "# another head\r\na\tx\r\nn\t1\r\nm\t2\r\nb\ty\r\no\t3\r\n";
        let changes = new_lines("sflint.baseline", Some(before), after);
        assert_eq!(
            texts(&changes),
            ["the baseline hides 2 findings more", "the baseline hides 1 finding more"]
        );
        assert_eq!(after.get(changes[0].span.clone()), Some("n\t1"));
        assert_eq!(changes[0].about, "n m");
        assert!(new_lines("sflint.baseline", Some(after), before).is_empty());
        assert_eq!(new_lines("sflint.baseline", None, before).len(), 1);
        // The same line twice hides two.
        assert_eq!(new_lines("sflint.baseline", Some("a\n"), "a\na\n").len(), 1);
    }

    #[test]
    fn ignoring_more() {
        let before = "# why\n**/jsconfig.json\n!keep/**\n";
        assert!(forceignore(".forceignore", Some(before), "!keep/**\n!new/**\n").is_empty());
        let changes =
            forceignore(".forceignore", Some(before), "# x\nprofiles/\n**/jsconfig.json\n");
        assert_eq!(
            changes.iter().map(|change| change.about.as_str()).collect::<Vec<_>>(),
            ["profiles/", "!keep/**"]
        );
    }

    #[test]
    fn projects() {
        let of = |directories: &[&str], namespace: Option<&str>| SfdxProject {
            package_directories: directories.iter().map(|one| (*one).to_owned()).collect(),
            namespace: namespace.map(str::to_owned),
            ..SfdxProject::default()
        };
        let text = r#"{ "packageDirectories": [], "namespace": "n" }"#;
        let changes = project_file(
            "sfdx-project.json",
            &of(&["a", "b"], None),
            &of(&["b", "c"], Some("n")),
            text,
        );
        let places: Vec<_> =
            changes.iter().filter_map(|change| text.get(change.span.clone())).collect();
        assert_eq!(places, ["\"packageDirectories\"", "\"namespace\""]);
        let more =
            project_file("sfdx-project.json", &of(&["a"], None), &of(&["a", "b"], None), text);
        assert!(more.is_empty());
    }

    #[test]
    fn own_rules() {
        let file = |path: &str, text: &str| RuleSource::read(path.to_owned(), text);
        let before = [file("r/a.toml", "x\ny\n"), file("r/b.toml", "x\n")];
        let after = [file("r/a.toml", "x\nz\n"), file("r/c.toml", ""), file("r/lists/l.toml", "")];
        let changes = rule_files(&before, &after, "sflint.toml");
        assert_eq!(
            changes.iter().map(|one| (one.path.as_str(), one.about.as_str())).collect::<Vec<_>>(),
            [("r/a.toml", "a.toml"), ("sflint.toml", "b.toml"), ("r/lists/l.toml", "l.toml")]
        );
        assert_eq!(changes[0].span, 2..3);
    }
}
