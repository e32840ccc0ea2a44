//! What is listed, what is skipped, and each file's place.

use super::*;
use crate::project::Role;

#[test]
fn folders_and_files_of_tools_are_not_walked() {
    let tree = Tree::git(&[
        ".git/profiles/A.profile",
        ".hg/profiles/A.profile",
        ".sf/profiles/A.profile",
        ".sfdx/profiles/A.profile",
        ".sfdx/tools/a.json",
        ".x/profiles/A.profile",
        "node_modules/profiles/A.profile",
        "profiles/A.profile.dup",
        "old.dup/profiles/A.profile",
        ".localdevserver/A.profile-meta.xml",
        "coverage/profiles/C.profile",
        "package2-descriptor.json",
        ".github/workflows/ci.yml",
        ".github/profiles/A.profile",
        ".env",
        "README.md",
    ]);
    assert_eq!(summary(&tree.discover(&["."])), [".: coverage/profiles/C.profile"]);
    let all = tree.discover_with(&["."], &[], true).expect("discovery");
    assert_eq!(
        summary(&all),
        [
            ".: .env .github/profiles/A.profile .github/workflows/ci.yml .sf/profiles/A.profile .sfdx/profiles/A.profile README.md coverage/profiles/C.profile"
        ]
    );
    assert!(
        only(&all)
            .files
            .iter()
            .all(|file| file.kind.is_some() == (file.path == "coverage/profiles/C.profile"))
    );
    assert!(all.skipped.is_empty());
}

#[test]
fn named_paths_below_such_folders_are_read() {
    let tree =
        Tree::git(&[".sf/a/profiles/A.profile", ".sf/a/profiles/B.profile", "profiles/C.profile"]);
    tree.sfdx("sfdx-project.json", &["profiles"]).write(".sf/a/.forceignore", "*B.profile");
    let discovery = tree.discover(&[".sf/a"]);
    assert_eq!(
        summary(&discovery),
        [".: .sf/a/profiles/A.profile .sf/a/profiles/B.profile (profiles/C.profile)"]
    );
    let discovery = tree.discover(&[".sf/a/profiles/B.profile"]);
    assert_eq!(summary(&discovery), [".: .sf/a/profiles/B.profile (profiles/C.profile)"]);
    assert!(!file(only(&discovery), ".sf/a/profiles/B.profile").deployed);
}

#[test]
fn hidden_package_directories_are_deployed_and_read() {
    let tree = Tree::git(&[
        ".hidden/profiles/A.profile",
        "node_modules/x/profiles/B.profile",
        "node_modules/y/C.crt",
    ]);
    tree.sfdx("sfdx-project.json", &[".hidden", "node_modules\\x\\", "absent"]);
    let discovery = tree.discover(&["."]);
    assert_eq!(
        summary(&discovery),
        [".: .hidden/profiles/A.profile node_modules/x/profiles/B.profile"]
    );
    assert_eq!(
        file(only(&discovery), "node_modules/x/profiles/B.profile").package_directory,
        Some(1)
    );
}

#[test]
fn what_a_package_directory_hides_is_deployed() {
    let tree = Tree::git(&[
        ".hidden/profiles/A.profile",
        "node_modules/profiles/A.profile",
        "force-app/.a/.b/profiles/B.profile",
        "force-app/.c/profiles/C.profile",
        "force-app/node_modules/x/node_modules/profiles/D.profile",
        "force-app/old.dup/profiles/E.profile",
        "force-app/.sfdx/profiles/F.profile",
        "force-app/.a/.git/profiles/F.profile",
    ]);
    tree.sfdx("sfdx-project.json", &["force-app"]);
    let deployed = |discovery: &Discovery| -> Vec<(String, bool)> {
        only(discovery).files.iter().map(|file| (file.component.clone(), file.deployed)).collect()
    };
    let expected = |deployed: [bool; 4]| -> Vec<(String, bool)> {
        ["B", "C", "D", "E"].map(str::to_owned).into_iter().zip(deployed).collect()
    };
    assert_eq!(deployed(&tree.discover(&["."])), expected([true; 4]));
    // With a `.forceignore` they are left out, unless it takes them back in.
    tree.write(".forceignore", "!**/.c\n");
    assert_eq!(deployed(&tree.discover(&["."])), expected([false, true, true, false]));
    // The whole project holds the tools of the project as well.
    tree.sfdx("sfdx-project.json", &["."]);
    let discovery = tree.discover(&["."]);
    let paths: Vec<&str> = only(&discovery).files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            ".hidden/profiles/A.profile",
            "force-app/.a/.b/profiles/B.profile",
            "force-app/.c/profiles/C.profile",
            "force-app/old.dup/profiles/E.profile"
        ]
    );
}

#[test]
fn named_files_that_are_not_read_are_told() {
    let tree = Tree::git(&[
        "a.txt",
        "b.ZIP",
        "profiles/A.profile",
        "vendor/B.crt",
        "staticresources/s.zip",
    ]);
    let inputs = ["a.txt", "b.ZIP", "vendor/B.crt", "profiles/A.profile", "staticresources/s.zip"];
    let discovery = tree.discover_with(&inputs, &["vendor/**"], false).expect("discovery");
    assert_eq!(
        skipped(&discovery),
        [
            ("a.txt", &SkipReason::UnknownKind),
            ("b.ZIP", &SkipReason::Archive),
            ("staticresources/s.zip", &SkipReason::Archive),
            ("vendor/B.crt", &SkipReason::Excluded),
        ]
    );
    assert_eq!(summary(&discovery), [".: profiles/A.profile"]);
    // With plain files asked for, a named text is a target.
    let all = tree.discover_with(&["a.txt"], &[], true).expect("discovery");
    assert_eq!(summary(&all), [".: a.txt (b.ZIP)"]);
}

#[test]
fn exclude() {
    let tree = Tree::git(&[
        "a/profiles/A.profile",
        "vendor/profiles/B.profile",
        "vendor/x.txt",
        "keep/profiles/C.profile",
    ]);
    let run = |exclude: &[&str], inputs: &[&str]| {
        tree.discover_with(inputs, exclude, false).expect("discovery")
    };
    let discovery = run(&["vendor", "**/C.profile"], &["."]);
    assert_eq!(summary(&discovery), [".: a/profiles/A.profile"]);
    assert_eq!(
        skipped(&discovery),
        [("keep/profiles/C.profile", &SkipReason::Excluded), ("vendor", &SkipReason::Excluded)]
    );
    let discovery = run(&["vendor/**"], &["."]);
    assert_eq!(skipped(&discovery), [("vendor/profiles", &SkipReason::Excluded)]);
    let discovery = run(&["vendor"], &["vendor/profiles", "vendor/profiles/B.profile"]);
    assert!(discovery.projects.is_empty(), "{:?}", summary(&discovery));
    assert_eq!(
        skipped(&discovery),
        [
            ("vendor/profiles", &SkipReason::Excluded),
            ("vendor/profiles/B.profile", &SkipReason::Excluded)
        ]
    );
}

#[test]
fn package_directories_nest_and_order() {
    let tree = Tree::git(&[
        "force-app/profiles/A.profile",
        "force-app/core/profiles/A.profile",
        "ops/sites/S.site",
        "README.md",
    ]);
    tree.sfdx("sfdx-project.json", &["./force-app/", "force-app\\core", "missing"]);
    let discovery = tree.discover_with(&["."], &[], true).expect("discovery");
    let project = only(&discovery);
    let place = |path: &str| {
        let file = file(project, path);
        (file.package_directory, file.copy.as_str(), file.component.as_str())
    };
    assert_eq!(place("force-app/profiles/A.profile"), (Some(0), "", "A"));
    assert_eq!(place("force-app/core/profiles/A.profile"), (Some(1), "", "A"));
    assert_eq!(place("ops/sites/S.site"), (None, "ops", "S"));
    assert_eq!(place("README.md"), (None, "", ""));
}

#[test]
fn copies_without_package_directories() {
    let tree = Tree::git(&[
        "orgs/prod/src/profiles/A.profile",
        "orgs/prod/src/profiles/B.profile",
        "x/sites/S.site",
    ]);
    let copies = |discovery: &Discovery| -> Vec<String> {
        only(discovery).files.iter().map(|file| file.copy.clone()).collect()
    };
    assert_eq!(copies(&tree.discover(&["."])), ["", "", ""]);
    tree.write("orgs/dev/src/profiles/A.profile", "");
    assert_eq!(
        copies(&tree.discover(&["."])),
        ["orgs/dev/src", "orgs/prod/src", "orgs/prod/src", "x"]
    );
    // Relative to the project, not to the root.
    assert_eq!(copies(&tree.discover(&["orgs"])), ["dev/src", "prod/src", "prod/src"]);
}

#[test]
fn content_files_do_not_make_copies() {
    let tree = Tree::git(&["a/classes/A.cls", "b/classes/A.cls", "a/profiles/P.profile"]);
    assert!(only(&tree.discover(&["."])).files.iter().all(|file| file.copy.is_empty()));
}

#[test]
fn the_forceignore_that_the_cli_reads_decides() {
    let tree = Tree::git(&[
        "orgs/dev/profiles/E.profile",
        "orgs/prod/profiles/F.profile",
        "packages/core/profiles/A.profile",
        "force-app/profiles/A.profile",
        "force-app/profiles/Custom: Sales.profile",
        "force-app/inner/profiles/A.profile",
        "force-app/inner/profiles/C.profile",
        "old/profiles/D.profile",
    ]);
    tree.sfdx("sfdx-project.json", &["force-app", "packages/core"])
        .write("orgs/dev/.forceignore", "*")
        .write("packages/core/.forceignore", "nothing")
        // Below the directory of the type, and below the package directory.
        .write("orgs/prod/profiles/.forceignore", "*")
        .write(".forceignore", "\u{FEFF}# ours\r\n**/A.profile\r\n**/Custom%3A Sales.profile\r\nold\r\n!old/profiles/D.profile\r\n[z-a]\r\n")
        .write("force-app/inner/.forceignore", "C.profile\n");
    let discovery = tree.discover(&["."]);
    let project = only(&discovery);
    let deployed: Vec<(&str, bool)> =
        project.files.iter().map(|file| (file.path.as_str(), file.deployed)).collect();
    assert_eq!(
        deployed,
        [
            ("force-app/inner/profiles/A.profile", false),
            ("force-app/inner/profiles/C.profile", true),
            ("force-app/profiles/A.profile", false),
            ("force-app/profiles/Custom: Sales.profile", false),
            ("old/profiles/D.profile", false),
            ("orgs/dev/profiles/E.profile", false),
            ("orgs/prod/profiles/F.profile", true),
            ("packages/core/profiles/A.profile", true),
        ]
    );
    assert_eq!(discovery.notes.len(), 1);
    assert_eq!(discovery.notes[0].path, ".forceignore");
    assert!(discovery.notes[0].message.starts_with("line 6: "), "{:?}", discovery.notes);
}

#[test]
fn a_forceignore_above_the_project_does_not_count() {
    let tree = Tree::git(&["p/profiles/A.profile"]);
    tree.write(".forceignore", "*").sfdx("p/sfdx-project.json", &["."]);
    assert!(only(&tree.discover(&["."])).files.iter().all(|file| file.deployed));
}

#[test]
fn decomposed_sets_keep_their_name() {
    let tree = Tree::git(&[
        "permissionsets/P/P.permissionset-meta.xml",
        "permissionsets/P/objectSettings/A.objectSettings-meta.xml",
    ]);
    let discovery = tree.discover(&["."]);
    for file in &only(&discovery).files {
        assert_eq!(file.component, "P");
        assert_eq!(file.kind.map(|kind| kind.role), Some(Role::PermissionSetPart));
    }
}

#[test]
fn deep_nesting_is_walked() {
    let tree = Tree::git(&[]);
    let mut folder = tree.root();
    // As deep as one path can say on Linux, the temporary folder included.
    for _ in 0..1900 {
        folder.push("d");
    }
    if fs::create_dir_all(&folder).is_err() {
        // Platforms with shorter paths cannot hold such a tree at all.
        return;
    }
    fs::write(folder.join("A.crt"), "").expect("write");
    let discovery = tree.discover(&["."]);
    assert_eq!(only(&discovery).files.len(), 1);
    assert_eq!(only(&discovery).files[0].path.matches("d/").count(), 1900);
}

#[test]
fn the_result_does_not_depend_on_the_order_of_creation() {
    let paths =
        ["b/profiles/B.profile", "a/profiles/A.profile", "a-b/C.crt", "a/B.crt", "Z.crt", "a.crt"];
    let reversed: Vec<&str> = paths.iter().rev().copied().collect();
    let (one, two) = (Tree::git(&paths), Tree::git(&reversed));
    assert_eq!(summary(&one.discover(&["."])), summary(&two.discover(&["."])));
    let discovery = one.discover(&["."]);
    let listed: Vec<&String> = only(&discovery).files.iter().map(|file| &file.path).collect();
    assert!(listed.is_sorted());
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn names_that_are_no_utf8_stay_readable() {
        let tree = Tree::git(&["profiles/A.profile"]);
        let folder = tree.root().join(OsStr::from_bytes(b"odd\xFF"));
        let path = folder.join(OsStr::from_bytes(b"B\xFE.profile-meta.xml"));
        fs::create_dir(&folder).expect("create");
        fs::write(&path, "content").expect("write");
        let discovery = tree.discover(&["."]);
        let file = file(only(&discovery), "odd\u{FFFD}/B\u{FFFD}.profile-meta.xml");
        assert_eq!(fs::read(&file.absolute).expect("read"), b"content");
        assert_eq!(file.component, "B\u{FFFD}");
        let inputs = [PathBuf::from(path.strip_prefix(tree.root()).expect("below"))];
        let request = Request {
            tree: &Disk,
            inputs: &inputs,
            current_dir: &tree.root(),
            exclude: &GlobSet::empty(),
            other_files: false,
        };
        assert_eq!(only(&discover(&request).expect("discovery")).files.len(), 1);
    }

    #[test]
    fn sockets_are_no_files() {
        let tree = Tree::git(&["profiles/A.profile"]);
        let _socket =
            std::os::unix::net::UnixListener::bind(tree.root().join("B.crt")).expect("bind");
        let discovery = tree.discover(&["."]);
        assert_eq!(skipped(&discovery), [("B.crt", &SkipReason::NotRegular)]);
        assert_eq!(skipped(&tree.discover(&["B.crt"])), [("B.crt", &SkipReason::NotRegular)]);
    }

    #[test]
    fn unreadable_folders_are_told() {
        let tree = Tree::git(&["closed/A.crt", "open/B.crt"]);
        let closed = tree.root().join("closed");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("chmod");
        let is_enforced = fs::read_dir(&closed).is_err();
        let discovery = tree.discover(&["."]);
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).expect("chmod");
        // The superuser reads everything.
        if is_enforced {
            assert_eq!(summary(&discovery), [".: open/B.crt"]);
            assert!(matches!(skipped(&discovery)[..], [("closed", SkipReason::Io(_))]));
        } else {
            assert_eq!(summary(&discovery), [".: closed/A.crt open/B.crt"]);
        }
    }
}
