//! The root, projects, targets and context.

use super::*;
use crate::project::{Marker, ProjectKind, detect_kind};

#[test]
fn root_is_the_work_tree_or_the_common_folder() {
    let git = Tree::git(&["a/profiles/A.profile", "b/profiles/B.profile"]);
    assert_eq!(git.discover(&["a"]).root, git.root());
    assert_eq!(git.discover(&["a", "b/profiles/B.profile"]).root, git.root());
    let absolute = git.root().join("a");
    assert_eq!(git.discover(&[absolute.to_str().expect("text")]).root, git.root());

    let plain = Tree::new(&["x/a/profiles/A.profile", "x/b/profiles/B.profile"]);
    assert_eq!(plain.discover(&["x/a"]).root, plain.root().join("x/a"));
    assert_eq!(plain.discover(&["x/a", "x/b/profiles/B.profile"]).root, plain.root().join("x"));
    assert_eq!(plain.discover(&["x/b/profiles/B.profile"]).root, plain.root().join("x/b"));
    assert_eq!(plain.discover(&["x/a/../b/."]).root, plain.root().join("x/b"));
}

#[test]
fn a_worktree_file_and_a_submodule_count_as_git() {
    let tree = Tree::git(&["sub/profiles/A.profile", "profiles/B.profile"]);
    tree.write("sub/.git", "gitdir: ../.git/modules/sub\n");
    assert_eq!(tree.discover(&["sub"]).root, tree.root().join("sub"));
    assert_eq!(tree.discover(&["sub", "profiles"]).root, tree.root());
}

#[test]
fn outside_git_the_project_within_the_current_folder_is_the_root() {
    let tree = Tree::new(&["p/force-app/profiles/A.profile", "p/force-app/sites/S.site"]);
    tree.sfdx("p/sfdx-project.json", &["force-app"]);
    let discovery = tree.discover(&["p/force-app/profiles/A.profile"]);
    assert_eq!(discovery.root, tree.root().join("p"));
    assert_eq!(summary(&discovery), [".: force-app/profiles/A.profile (force-app/sites/S.site)"]);
    // Above the current folder nothing is looked at.
    let inputs = [PathBuf::from("profiles/A.profile")];
    let current_dir = tree.root().join("p/force-app");
    let request = Request {
        tree: &Disk,
        inputs: &inputs,
        current_dir: &current_dir,
        exclude: &GlobSet::empty(),
        other_files: false,
    };
    let discovery = discover(&request).expect("discovery");
    assert_eq!(discovery.root, current_dir);
}

#[test]
fn inputs_may_repeat_and_nest() {
    let tree = Tree::git(&["a/profiles/A.profile", "a/profiles/B.profile"]);
    let discovery = tree.discover(&[
        "a",
        "a/profiles",
        "./a/",
        "a/profiles/A.profile",
        "a/../a/profiles/A.profile",
    ]);
    assert_eq!(summary(&discovery), ["a: a/profiles/A.profile a/profiles/B.profile"]);
}

#[test]
fn the_project_around_a_file_is_context() {
    let tree = Tree::git(&[
        "app/force-app/profiles/A.profile",
        "app/force-app/profiles/B.profile",
        "app/x/C.crt",
        "other/D.crt",
    ]);
    tree.sfdx("app/sfdx-project.json", &["force-app"]);
    let discovery = tree.discover(&["app/force-app/profiles/A.profile"]);
    assert_eq!(
        summary(&discovery),
        ["app: app/force-app/profiles/A.profile (app/force-app/profiles/B.profile) (app/x/C.crt)"]
    );
    assert_eq!(only(&discovery).marker, Marker::SfdxProject);
    let discovery = tree.discover(&["app/x"]);
    assert_eq!(
        summary(&discovery),
        ["app: (app/force-app/profiles/A.profile) (app/force-app/profiles/B.profile) app/x/C.crt"]
    );
}

#[test]
fn a_package_xml_makes_a_project_only_outside_of_sfdx_projects() {
    let tree = Tree::git(&[
        "src/package.xml",
        "src/profiles/A.profile",
        "README.md",
        "src/x/package.xml",
        "src/x/profiles/B.profile",
    ]);
    let discovery = tree.discover(&["src/profiles/A.profile"]);
    assert_eq!(summary(&discovery), ["src: src/profiles/A.profile"]);
    assert_eq!(only(&discovery).marker, Marker::PackageXml);
    assert_eq!(
        summary(&tree.discover(&["."])),
        ["src: src/profiles/A.profile", "src/x: src/x/profiles/B.profile"]
    );

    tree.sfdx("sfdx-project.json", &["src"]);
    let discovery = tree.discover(&["src/x"]);
    assert_eq!(summary(&discovery), [".: (src/profiles/A.profile) src/x/profiles/B.profile"]);
}

#[test]
fn without_a_marker_the_folder_above_the_type_directory_is_the_project() {
    let tree = Tree::git(&[
        "x/src/objects/A/fields/F.field-meta.xml",
        "x/src/profiles/P.profile",
        "x/y/Q.profile-meta.xml",
        "x/y/R.crt",
        "x/y/z/S.crt",
    ]);
    let discovery = tree.discover(&["x/src/objects/A/fields/F.field-meta.xml"]);
    assert_eq!(
        summary(&discovery),
        ["x/src: x/src/objects/A/fields/F.field-meta.xml (x/src/profiles/P.profile)"]
    );
    assert_eq!(only(&discovery).marker, Marker::Folder);
    // No type directory: the neighbours are the context.
    assert_eq!(
        summary(&tree.discover(&["x/y/Q.profile-meta.xml"])),
        ["x/y: x/y/Q.profile-meta.xml (x/y/R.crt)"]
    );
}

#[test]
fn the_marker_search_stops_at_the_root() {
    let tree = Tree::new(&["repo/profiles/A.profile"]);
    tree.sfdx("sfdx-project.json", &["."]);
    fs::create_dir(tree.root().join("repo/.git")).expect("create");
    let discovery = tree.discover(&["repo/profiles"]);
    assert_eq!(discovery.root, tree.root().join("repo"));
    assert_eq!(only(&discovery).marker, Marker::Folder);
    assert_eq!(only(&discovery).path, "profiles");
}

#[test]
fn every_project_below_a_folder_is_its_own() {
    let tree = Tree::new(&[
        "a/force-app/profiles/A.profile",
        "b/src/package.xml",
        "b/src/profiles/B.profile",
        "loose/profiles/C.profile",
        "a/inner/profiles/D.profile",
    ]);
    tree.sfdx("a/sfdx-project.json", &["force-app"])
        .sfdx("a/inner/sfdx-project.json", &["."])
        .sfdx("empty/sfdx-project.json", &["."]);
    fs::create_dir(tree.root().join("a/.git")).expect("create");
    let discovery = tree.discover(&["."]);
    assert_eq!(
        summary(&discovery),
        [
            ".: loose/profiles/C.profile",
            "a: a/force-app/profiles/A.profile",
            "a/inner: a/inner/profiles/D.profile",
            "b/src: b/src/profiles/B.profile",
            "empty: ",
        ]
    );
    // A project without targets is no part of the run.
    assert_eq!(summary(&tree.discover(&["a/force-app"])), [".: force-app/profiles/A.profile"]);
}

#[test]
fn what_a_project_deploys_belongs_to_no_other() {
    let tree = Tree::git(&[
        "force-app/profiles/A.profile",
        "force-app/inner/profiles/B.profile",
        "app/src/profiles/C.profile",
        "app/x/profiles/D.profile",
        "app/src/own/profiles/E.profile",
    ]);
    tree.sfdx("sfdx-project.json", &["force-app", "app/src/own", "../out", "app/src"])
        .sfdx("force-app/inner/sfdx-project.json", &["."])
        .sfdx("force-app/profiles/sfdx-project.json", &[])
        // Not in a package directory itself, but around one.
        .sfdx("app/sfdx-project.json", &["src", "x"])
        .write(".forceignore", "C.profile")
        .write("app/.forceignore", "*");
    let expected = |inner: &str, own: &str| {
        vec![
            format!(
                ".: app/src/own/profiles/E.profile app/src/profiles/C.profile {inner} force-app/profiles/A.profile"
            ),
            own.to_owned(),
        ]
    };
    let discovery = tree.discover(&["."]);
    assert_eq!(
        summary(&discovery),
        expected("force-app/inner/profiles/B.profile", "app: app/x/profiles/D.profile")
    );
    let deployed = |path: &str| file(&discovery.projects[0], path).deployed;
    // The nearest file within the project that deploys it.
    assert!(!deployed("app/src/profiles/C.profile") && deployed("force-app/profiles/A.profile"));
    assert_eq!(
        file(&discovery.projects[0], "app/src/own/profiles/E.profile").package_directory,
        Some(1)
    );
    let discovery = tree.discover(&["force-app/inner"]);
    assert_eq!(
        summary(&discovery),
        [
            ".: (app/src/own/profiles/E.profile) (app/src/profiles/C.profile) force-app/inner/profiles/B.profile (force-app/profiles/A.profile)"
        ]
    );
}

#[test]
fn metadata_of_tests_is_not_deployed() {
    let tree = Tree::git(&[
        "test/fixtures/profiles/A.profile",
        "test/key.pem",
        "app/permissionsets/Test/Test.permissionset-meta.xml",
        "src/Tests/main/profiles/B.profile",
        "e2e/app/profiles/C.profile",
    ]);
    tree.sfdx("sfdx-project.json", &["app", "src/Tests"]);
    let discovery = tree.discover_with(&["."], &[], true).unwrap();
    let deployed = |path: &str| file(&discovery.projects[0], path).deployed;
    assert!(
        !deployed("test/fixtures/profiles/A.profile") && !deployed("e2e/app/profiles/C.profile")
    );
    // Named as a package directory, not metadata, or the name of a component.
    assert!(deployed("src/Tests/main/profiles/B.profile") && deployed("test/key.pem"));
    assert!(deployed("app/permissionsets/Test/Test.permissionset-meta.xml"));
}

#[test]
fn many_package_directories_are_read_in_no_time() {
    let names: Vec<String> = (0..50_000).map(|number| format!(".p{number}")).collect();
    let mut directories: Vec<&str> = names.iter().map(String::as_str).collect();
    directories.push("force-app");
    let tree = Tree::git(&[]);
    for number in 0..300 {
        tree.write(&format!("force-app/f{number}/profiles/A{number}.profile"), "");
        tree.write(&format!(".p{number}/profiles/B{number}.profile"), "");
    }
    tree.sfdx("sfdx-project.json", &directories);
    let start = std::time::Instant::now();
    let discovery = tree.discover(&["."]);
    assert_eq!(only(&discovery).files.len(), 600);
    assert_eq!(
        file(only(&discovery), "force-app/f7/profiles/A7.profile").package_directory,
        Some(50_000)
    );
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

#[test]
fn a_folder_with_nothing_to_read_is_a_project_without_files() {
    let tree = Tree::git(&["a/x.txt"]);
    assert_eq!(summary(&tree.discover(&["a"])), ["a: "]);
}

#[test]
fn a_project_file_may_have_a_mark_or_be_broken() {
    let tree = Tree::git(&["force-app/profiles/A.profile"]);
    tree.write(
        "sfdx-project.json",
        "\u{FEFF}{\"packageDirectories\":[{\"path\":\"./force-app\",\"package\":\"P\",\"versionNumber\":\"1.0.0.NEXT\"},{\"path\":\"../out\"},{\"path\":\"absent\"}],\
         \"namespace\":\"ns\",\"sourceApiVersion\":\"63.0\"}",
    );
    let discovery = tree.discover(&["."]);
    let project = only(&discovery);
    assert_eq!(project.package_directories, ["force-app", "../out", "absent"]);
    assert_eq!(
        (project.namespace.as_deref(), project.source_api_version.as_deref()),
        (Some("ns"), Some("63.0"))
    );
    assert!(project.packages && project.versioned_packages);
    assert_eq!(detect_kind(project).0, ProjectKind::Package);
    assert_eq!(skipped(&discovery), [("../out", &SkipReason::OutsideRoot)]);
    assert!(discovery.notes[0].message.contains("`../out` lies outside"), "{:?}", discovery.notes);

    tree.write("sfdx-project.json", "{\"packageDirectories\": [");
    let discovery = tree.discover(&["."]);
    assert_eq!(only(&discovery).files.len(), 1);
    assert!(only(&discovery).package_directories.is_empty());
    assert_eq!(discovery.notes.len(), 1);
    assert_eq!(discovery.notes[0].path, "sfdx-project.json");
    assert!(
        discovery.notes[0].message.contains("not valid JSON: EOF while parsing"),
        "{:?}",
        discovery.notes
    );
}

#[test]
fn kinds_of_projects() {
    let tree = Tree::git(&["org/settings/S.settings", "few/profiles/A.profile"]);
    for name in ["A", "B", "C", "D", "E"] {
        tree.write(&format!("many/profiles/{name}.profile"), "");
    }
    for (folder, kind, reason) in [
        ("org", ProjectKind::Org, "org settings (org/settings/S.settings)"),
        ("many", ProjectKind::Org, "5 profiles"),
        ("few", ProjectKind::App, "few profiles"),
    ] {
        let discovery = tree.discover(&[folder]);
        let (detected, why) = detect_kind(only(&discovery));
        assert_eq!(detected, kind, "{folder}");
        assert!(why.contains(reason), "{why}");
    }
}
