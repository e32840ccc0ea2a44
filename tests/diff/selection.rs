//! Knowing which files differ changes what is read, never what is told.

use std::collections::BTreeSet;
use std::path::Path;

use sflint::check::{AccessRequest, AccessSide, access_diff, differing_files, prepare};
use sflint::project::store::Disk;
use sflint::report::diff::write_text;
use sflint::value::date::Date;

use super::{cases, sflint, sides, write};

/// The text, and how many holders were read for it.
fn told(folder: &Path, selected: bool) -> (String, usize) {
    let prepared = |side: &str| prepare(&[folder.join(side)], folder).unwrap();
    let (old, new) = (prepared("base"), prepared("head"));
    let side = |prepared, name: &str| AccessSide {
        prepared,
        tree: &Disk,
        folder: String::new(),
        name: name.to_owned(),
    };
    let (base, head) = (side(&old, "base"), side(&new, "head"));
    let differing: BTreeSet<String> = differing_files(&base, &head, None);
    let request = AccessRequest {
        base,
        head,
        changed: selected.then_some(&differing),
        config: None,
        today: Date::parse("2026-11-23").unwrap(),
        threads: 1,
    };
    let diff = access_diff(&request).unwrap();
    let mut text = Vec::new();
    write_text(&diff, &mut text).unwrap();
    (String::from_utf8(text).unwrap(), diff.compared.holders)
}

/// The counts of what was compared are the only difference.
fn without_counts(text: &str) -> String {
    text.lines()
        .filter(|line| !line.starts_with("No change"))
        .map(|line| format!("{line}\n"))
        .collect()
}

#[test]
fn every_case_is_told_the_same_when_everything_is_read() {
    for entry in std::fs::read_dir("testdata/diff").unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let case = cases::read(&text);
        let files: Vec<(&str, &str, &str)> =
            case.files.iter().map(|(side, path, text)| (*side, *path, text.as_str())).collect();
        let folder = sides(&files);
        let (some, all) = (told(folder.path(), true), told(folder.path(), false));
        assert_eq!(without_counts(&some.0), without_counts(&all.0));
        assert!(some.1 <= all.1);
    }
}

#[test]
fn what_is_the_same_is_not_read() {
    let set = |name: &str, inner: &str| {
        let text = format!("<PermissionSet><label>{name}</label>{inner}</PermissionSet>");
        (format!("permissionsets/{name}.permissionset-meta.xml"), text)
    };
    let right = "<objectPermissions><allowRead>true</allowRead><object>Account</object></objectPermissions>";
    let same: Vec<(String, String)> = (0..20).map(|at| set(&format!("Set_{at}"), right)).collect();
    let (changed, before) = set("Changed", "");
    let (_, after) = set("Changed", right);
    let group = "<PermissionSetGroup><label>Team</label><permissionSets>Changed</permissionSets>\
                 <permissionSets>Set_1</permissionSets></PermissionSetGroup>";
    let mut files: Vec<(&str, &str, &str)> =
        same.iter().map(|(path, text)| ("both", path.as_str(), text.as_str())).collect();
    files.push(("both", "permissionsetgroups/Team.permissionsetgroup-meta.xml", group));
    files.push(("base", &changed, &before));
    files.push(("head", &changed, &after));
    let folder = sides(&files);
    let (text, read) = told(folder.path(), true);
    // The set, its group, and the other set of the group, which has the right already.
    assert_eq!(read, 3, "{text}");
    assert!(text.contains("gains Read on Account\n"), "{text}");
    assert_eq!(told(folder.path(), false).1, 22);
}

#[test]
fn two_snapshots_in_one_repository_are_two_states_of_one_org() {
    let set = |inner: &str| format!("<PermissionSet><label>X</label>{inner}</PermissionSet>");
    let right =
        "<userPermissions><enabled>true</enabled><name>ModifyAllData</name></userPermissions>";
    let folder = tempfile::TempDir::new().unwrap();
    let project = r#"{"packageDirectories": [{"path": "force-app", "default": true}]}"#;
    write(folder.path(), "sfdx-project.json", project);
    let path = |org: &str| format!("{org}/permissionsets/X.permissionset-meta.xml");
    write(folder.path(), &path("force-app"), &set(""));
    write(folder.path(), &path("orgs/old"), &set(""));
    write(folder.path(), &path("orgs/new"), &set(right));
    let told = |base: &str, head: &str| {
        let run = sflint(folder.path(), &["diff", "--folders", base, head]);
        String::from_utf8(run.stdout).unwrap()
    };
    for base in ["orgs/old", "force-app"] {
        let text = told(base, "orgs/new");
        assert!(text.contains("1 change: 1 widens access; 1 critical"), "{text}");
        assert!(text.contains("Permission set X\n  critical  gains Modify All Data"), "{text}");
        assert!(text.contains("orgs/new/permissionsets/X.permissionset-meta.xml:1"), "{text}");
    }
    assert!(told("orgs/old", "orgs/old").contains("No change of access"));
}
