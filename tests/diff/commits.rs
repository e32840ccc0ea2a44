//! Commits, and the work tree.

use std::path::Path;

use tempfile::TempDir;

use super::git_command::git;
use super::{sflint, write};

const SET: &str = "force-app/permissionsets/Orders.permissionset-meta.xml";
const CONFIG: &str =
    "[[lists.tier0]]\nvalue = \"Nothing\"\nlabel = \"Nothing\"\nbecause = \"is nothing\"\n";

fn set(permissions: &[&str]) -> String {
    let right = |name: &&str| {
        format!("<userPermissions><enabled>true</enabled><name>{name}</name></userPermissions>")
    };
    let rights: String = permissions.iter().map(right).collect();
    format!("<PermissionSet><label>Orders</label>{rights}</PermissionSet>")
}

fn commit(folder: &Path) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", "A state"]);
}

/// `first`, then `main` with a right more, and `change`, which parted at `first` and has another one.
fn repository() -> TempDir {
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    git(root, &["init", "-q", "-b", "main"]);
    write(root, "README.md", "Nothing to read yet\n");
    commit(root);
    git(root, &["tag", "empty"]);
    let project = r#"{"packageDirectories": [{"path": "force-app", "default": true}]}"#;
    write(root, "sfdx-project.json", project);
    write(root, SET, &set(&[]));
    commit(root);
    git(root, &["tag", "first"]);
    git(root, &["checkout", "-q", "-b", "change"]);
    write(root, SET, &set(&["ModifyAllData"]));
    write(root, "sflint.toml", CONFIG);
    commit(root);
    git(root, &["checkout", "-q", "main"]);
    write(root, SET, &set(&["ViewSetup"]));
    commit(root);
    folder
}

fn told(folder: &Path, range: &str) -> String {
    let run = sflint(folder, &["diff", range]);
    let errors = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(0), "{errors}");
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn a_range_compares_two_commits_whatever_lies_in_the_work_tree() {
    let folder = repository();
    write(folder.path(), SET, "<PermissionSet");
    let text = told(folder.path(), "first..main");
    assert!(text.starts_with("Access from first ("), "{text}");
    assert!(text.contains("gains View Setup and Configuration"), "{text}");
    assert!(text.contains(&format!("{SET}:1")), "{text}");
    assert!(told(folder.path(), "main..main").contains("No change of access."));
}

#[test]
fn three_dots_tell_what_the_branch_brings_and_two_what_differs() {
    let folder = repository();
    let parting = told(folder.path(), "main...change");
    assert!(parting.contains("gains Modify All Data") && !parting.contains("loses"), "{parting}");
    let between = told(folder.path(), "main..change");
    assert!(between.contains("loses View Setup and Configuration"), "{between}");
}

#[test]
fn a_change_does_not_decide_how_it_is_told() {
    // The branch brings a list in which Modify All Data is no danger any more.
    let text = told(repository().path(), "main...change");
    assert!(text.contains("critical  gains Modify All Data"), "{text}");
}

#[test]
fn one_revision_is_compared_with_the_work_tree() {
    let folder = repository();
    write(folder.path(), SET, &set(&["ViewSetup", "ViewAllData"]));
    write(
        folder.path(),
        "force-app/permissionsets/New.permissionset-meta.xml",
        &set(&["AuthorApex"]),
    );
    let text = told(folder.path(), "main");
    assert!(text.contains("to the work tree\n"), "{text}");
    assert!(
        text.contains("gains View All Data") && text.contains("is new; it gives Author Apex"),
        "{text}"
    );
}

#[test]
fn a_project_that_was_not_there_is_all_new() {
    let folder = repository();
    let text = told(folder.path(), "empty..main");
    assert!(text.contains("is new; it gives View Setup and Configuration"), "{text}");
    let back = told(folder.path(), "main..empty");
    assert!(back.contains("is no longer in the project"), "{back}");
}

#[test]
fn what_git_does_not_know_is_a_mistake_with_a_way_out() {
    let folder = repository();
    for (range, part) in [("nowhere..main", "does not know"), ("main..nowhere", "does not know")] {
        let run = sflint(folder.path(), &["diff", range]);
        let errors = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(2), "{errors}");
        assert!(errors.contains(part), "{errors}");
    }
    let outside = TempDir::new().unwrap();
    let run = sflint(outside.path(), &["diff", "main"]);
    assert!(String::from_utf8(run.stderr).unwrap().contains("no work tree of git"));
}
