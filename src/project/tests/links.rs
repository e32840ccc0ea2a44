//! Symlinks.
#![cfg(unix)]

use std::os::unix::fs::symlink;

use super::*;

fn link(tree: &Tree, target: &str, at: &str) {
    let at = tree.root().join(at);
    fs::create_dir_all(at.parent().expect("has a parent")).expect("create");
    symlink(target, at).expect("symlink");
}

#[test]
fn links_within_the_root_are_followed() {
    let tree = Tree::git(&[
        "app/sites/S.site",
        "shared/profiles/A.profile",
        ".hidden/B.txt",
        "real/Very long name.crt",
    ]);
    tree.sfdx("app/sfdx-project.json", &["."]);
    link(&tree, "../shared/profiles", "app/profiles");
    link(&tree, "../../.hidden/B.txt", "app/profiles2/B.profile-meta.xml");
    link(&tree, "../real/Very long name.crt", "app/C.crt");
    let discovery = tree.discover(&["app"]);
    assert_eq!(
        summary(&discovery),
        ["app: app/C.crt app/profiles/A.profile app/profiles2/B.profile-meta.xml app/sites/S.site"]
    );
    assert!(discovery.skipped.is_empty(), "{:?}", discovery.skipped);
    let linked = file(only(&discovery), "app/profiles/A.profile");
    assert!(exists(&linked.absolute));
}

#[test]
fn a_real_file_is_read_once_a_project() {
    let tree = Tree::git(&["zz/profiles/A.profile", "shared/profiles/B.profile"]);
    link(&tree, "zz", "a");
    link(&tree, "a", "b");
    link(&tree, "../zz/profiles/A.profile", "long/Linked.profile-meta.xml");
    assert_eq!(
        summary(&tree.discover(&["."])),
        [".: long/Linked.profile-meta.xml shared/profiles/B.profile zz/profiles/A.profile"]
    );
    // The path in a package directory is the one that is deployed.
    tree.sfdx("sfdx-project.json", &["force-app"]);
    link(&tree, "../../shared/profiles", "force-app/main/profiles");
    let discovery = tree.discover(&["."]);
    let linked = file(only(&discovery), "force-app/main/profiles/B.profile");
    assert_eq!((linked.package_directory, linked.copy.as_str()), (Some(0), ""));
    assert_eq!(only(&discovery).files.len(), 3);
    // Naming the real file makes the one that stands for it a target.
    let discovery = tree.discover(&["shared/profiles/B.profile"]);
    assert!(file(only(&discovery), "force-app/main/profiles/B.profile").target);
    assert_eq!(only(&discovery).files.iter().filter(|file| file.target).count(), 1);
}

#[test]
fn projects_that_share_a_folder_each_have_it() {
    let tree = Tree::git(&["common/profiles/A.profile"]);
    tree.sfdx("a/sfdx-project.json", &["."]).sfdx("b/sfdx-project.json", &["."]);
    link(&tree, "../common/profiles", "a/profiles");
    link(&tree, "../common/profiles", "b/profiles");
    assert_eq!(
        summary(&tree.discover(&["."])),
        [".: common/profiles/A.profile", "a: a/profiles/A.profile", "b: b/profiles/A.profile"]
    );
}

#[test]
fn a_link_to_a_project_adds_nothing() {
    let tree = Tree::git(&["packages/a/profiles/A.profile"]);
    tree.sfdx("packages/a/sfdx-project.json", &["."]).sfdx("sfdx-project.json", &["x"]);
    link(&tree, "packages/a", "current");
    assert_eq!(
        summary(&tree.discover(&["."])),
        [".: ", "packages/a: packages/a/profiles/A.profile"]
    );
}

#[test]
fn a_package_directory_deploys_a_linked_project() {
    let tree = Tree::git(&["store/profiles/A.profile", "shared/profiles/B.profile"]);
    tree.sfdx("store/sfdx-project.json", &["."]).sfdx("sfdx-project.json", &["force-app"]);
    link(&tree, "../store/profiles", "force-app/profiles");
    link(&tree, "../store", "force-app/.linked");
    // Followed outside of the package directories first, and yet for them again.
    link(&tree, "shared", "again");
    link(&tree, "../shared", "force-app/shared");
    let discovery = tree.discover(&["."]);
    assert_eq!(
        summary(&discovery),
        [
            ".: force-app/profiles/A.profile force-app/shared/profiles/B.profile",
            "store: store/profiles/A.profile"
        ]
    );
}

#[test]
fn a_link_to_itself_with_the_name_of_a_file_cannot_be_read() {
    let tree = Tree::git(&["profiles/B.profile"]);
    link(&tree, "A.profile", "profiles/A.profile");
    link(&tree, "x", "profiles/x");
    for inputs in [&["."][..], &["profiles/A.profile", "profiles/x"]] {
        let discovery = tree.discover(inputs);
        assert!(
            matches!(
                skipped(&discovery)[..],
                [("profiles/A.profile", SkipReason::Io(why)), ("profiles/x", SkipReason::SymlinkLoop)]
                    if why.contains("leads to itself")
            ),
            "{:?}",
            discovery.skipped
        );
    }
}

#[test]
fn links_that_leave_the_root_are_never_followed() {
    let outside = Tree::new(&["profiles/A.profile", "B.crt"]);
    let tree = Tree::git(&["C.crt"]);
    let target = outside.root();
    link(&tree, target.join("profiles").to_str().expect("text"), "x/profiles");
    link(&tree, target.join("B.crt").to_str().expect("text"), "B.crt");
    let expected =
        [("B.crt", &SkipReason::SymlinkLeavesRoot), ("x/profiles", &SkipReason::SymlinkLeavesRoot)];
    let discovery = tree.discover(&["."]);
    assert_eq!(summary(&discovery), [".: C.crt"]);
    assert_eq!(skipped(&discovery), expected);
    let discovery = tree.discover(&["B.crt", "x/profiles", "x/profiles/A.profile"]);
    assert!(discovery.projects.iter().all(|project| project.files.iter().all(|file| !file.target)));
    let whys: Vec<&str> = skipped(&discovery).iter().map(|one| one.0).collect();
    assert_eq!(whys, ["B.crt", "x/profiles", "x/profiles/A.profile"]);
}

#[test]
fn loops_end() {
    let tree = Tree::git(&["a/b/C.crt"]);
    link(&tree, "..", "a/b/up");
    link(&tree, "self", "a/self");
    link(&tree, "gone", "a/broken.crt");
    link(&tree, "../y", "x/to-y");
    link(&tree, "../x", "y/to-x");
    let discovery = tree.discover(&["."]);
    assert_eq!(summary(&discovery), [".: a/b/C.crt"]);
    let loops: Vec<&str> = skipped(&discovery)
        .iter()
        .filter(|one| *one.1 == SkipReason::SymlinkLoop)
        .map(|one| one.0)
        .collect();
    assert_eq!(loops[..2], ["a/b/up", "a/self"]);
    assert!(
        matches!(skipped(&discovery)[1], ("a/broken.crt", SkipReason::Io(why)) if why.contains("broken link"))
    );
}

#[test]
fn a_farm_of_links_stays_small() {
    let tree = Tree::git(&[]);
    for folder in 0..12 {
        tree.write(&format!("f{folder}/C{folder}.crt"), "");
        for other in 0..12 {
            link(&tree, &format!("../f{other}"), &format!("f{folder}/to{other}"));
        }
    }
    let discovery = tree.discover(&["."]);
    assert_eq!(only(&discovery).files.len(), 12);
}

#[test]
fn a_named_link_to_a_file_is_a_target() {
    let tree = Tree::git(&["real/A.txt", "real/B.txt"]);
    link(&tree, "../real/A.txt", "app/A.crt");
    link(&tree, "../real/B.txt", "app/B.txt");
    let discovery = tree.discover(&["app/A.crt", "app/B.txt"]);
    assert_eq!(summary(&discovery), ["app: app/A.crt"]);
    assert_eq!(skipped(&discovery), [("app/B.txt", &SkipReason::UnknownKind)]);
}

#[test]
fn a_linked_project_file_counts_within_the_root() {
    let tree = Tree::git(&["force-app/profiles/A.profile"]);
    tree.sfdx("config/project.json", &["force-app"]);
    link(&tree, "config/project.json", "sfdx-project.json");
    let discovery = tree.discover(&["force-app"]);
    assert_eq!(only(&discovery).path, ".");
    assert_eq!(only(&discovery).package_directories, ["force-app"]);
}
