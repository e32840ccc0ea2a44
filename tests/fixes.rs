//! `check --fix` and `check --diff` on projects on disk.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A helper that fails fails the test.

#[path = "common/git.rs"]
mod git_command;
#[path = "common/run.rs"]
mod run;

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use self::git_command::git;
use self::run::{sflint, write};

const APP: &str = "force-app/main/default/connectedApps/Sync.connectedApp-meta.xml";
const IGNORED: &str = ".env\n.env.local\n.env.*.local\n.sf/\n.sfdx/\n*.key\n*.pem\n";

/// A connected app that any user may authorise, without PKCE, and whose refresh tokens never end.
fn app(more: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    \
         <contactEmail>a@example.com</contactEmail>\n    <label>Sync</label>\n    <oauthConfig>\n        \
         <callbackUrl>https://sync.example.com/cb</callbackUrl>\n{more}        <isAdminApproved>false</isAdminApproved>\n        \
         <isSecretRequiredForRefreshToken>true</isSecretRequiredForRefreshToken>\n        <scopes>Api</scopes>\n        \
         <scopes>RefreshToken</scopes>\n    </oauthConfig>\n    <oauthPolicy>\n        <ipRelaxation>ENFORCE</ipRelaxation>\n        \
         <refreshTokenPolicy>infinite</refreshTokenPolicy>\n    </oauthPolicy>\n</ConnectedApp>\n"
    )
}

fn fixed_app() -> String {
    app("")
        .replace("<isAdminApproved>false<", "<isAdminApproved>true<")
        .replace(
            "        <isSecretRequired",
            "        <isPkceRequired>true</isPkceRequired>\n        <isSecretRequired",
        )
        .replace(">infinite<", ">specific_inactivity:30:DAYS<")
}

/// A project without anything that a safe fix is for.
fn project(folder: &Path) {
    write(
        folder,
        "sfdx-project.json",
        "{\"packageDirectories\":[{\"path\":\"force-app\",\"default\":true}]}",
    );
    write(folder, "sflint.toml", "kind = \"org\"\n");
    write(folder, ".gitignore", IGNORED);
    write(folder, APP, &app(""));
}

fn repository() -> TempDir {
    let temp = tempfile::tempdir().unwrap();
    project(temp.path());
    git(temp.path(), &["init", "-q", "-b", "main"]);
    git(temp.path(), &["add", "-A"]);
    git(temp.path(), &["commit", "-q", "-m", "The project"]);
    temp
}

/// Exit code, standard output and standard error.
fn check(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let run = sflint(folder, &[&["check"], arguments].concat());
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (run.status.code().unwrap(), text(&run.stdout), text(&run.stderr))
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap()
}

#[test]
fn safe_fixes_are_made_and_told() {
    let temp = repository();
    let folder = temp.path();
    write(folder, ".gitignore", "node_modules/\n.sfdx/");
    let (code, out, err) = check(folder, &["--fix", "--format", "concise"]);
    assert_eq!(code, 0, "{out}{err}");
    let ignored = read(folder, ".gitignore");
    assert!(ignored.starts_with("node_modules/\n.sfdx/\n"), "{ignored:?}");
    assert!(ignored.contains("\n.sf/") && !ignored.ends_with('\n'), "{ignored:?}");
    assert!(!out.contains("gitignore"), "{out}");
    assert!(err.contains("sflint: fixed ") && err.contains(" in 1 file\n"), "{err}");
    assert!(err.contains("findings can be fixed") && err.contains("--fix=all --diff"), "{err}");
    assert_eq!(read(folder, APP), app(""));
    // A second time there is nothing left to do.
    let (_, _, err) = check(folder, &["--fix", "--format", "concise"]);
    assert!(!err.contains("sflint: fixed"), "{err}");
    assert_eq!(read(folder, ".gitignore"), ignored);
}

#[test]
fn a_file_that_is_missing_is_made() {
    let temp = repository();
    fs::remove_file(temp.path().join(".gitignore")).unwrap();
    let (_, _, err) = check(temp.path(), &["--fix"]);
    assert!(err.contains(" in 1 file\n"), "{err}");
    assert!(read(temp.path(), ".gitignore").contains(".sf/\n"));
}

#[test]
fn all_fixes_change_the_elements_and_nothing_else() {
    let temp = repository();
    let (code, out, err) = check(temp.path(), &["--fix=all", "--format", "concise"]);
    assert_eq!((code, read(temp.path(), APP)), (0, fixed_app()), "{out}{err}");
    assert!(err.contains("sflint: fixed 3 findings in 1 file\n"), "{err}");
    for rule in ["oauth-self-authorize", "oauth-pkce-missing", "oauth-refresh-token-unbounded"] {
        assert!(!out.contains(rule), "{out}");
    }
}

#[test]
fn what_git_could_not_bring_back_is_changed_on_request_alone() {
    let temp = repository();
    let changed = app("        <!-- mine -->\n");
    write(temp.path(), APP, &changed);
    let refused = |folder: &Path| {
        let (code, _, err) = check(folder, &["--fix=all"]);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains(APP) && err.contains("--allow-dirty"), "{err}");
    };
    refused(temp.path());
    assert_eq!(read(temp.path(), APP), changed);
    let (code, ..) = check(temp.path(), &["--fix=all", "--allow-dirty"]);
    assert_eq!(code, 0);
    assert!(read(temp.path(), APP).contains("<!-- mine -->"));

    let outside = tempfile::tempdir().unwrap();
    project(outside.path());
    refused(outside.path());
    assert_eq!(read(outside.path(), APP), app(""));

    // A file that was never committed.
    let untracked = repository();
    git(untracked.path(), &["rm", "-q", "--cached", APP]);
    git(untracked.path(), &["commit", "-q", "-m", "Forgotten"]);
    refused(untracked.path());
}

#[test]
fn the_patch_is_what_would_be_written() {
    let temp = repository();
    let folder = temp.path();
    let (code, patch, err) = check(folder, &["--fix=all", "--diff"]);
    assert_eq!(code, 1);
    assert!(err.contains("sflint: would fix 3 findings in 1 file\n"), "{err}");
    assert_eq!(read(folder, APP), app(""), "nothing is written");
    write(folder, "fixes.patch", &patch);
    git(folder, &["apply", "fixes.patch"]);
    assert_eq!(read(folder, APP), fixed_app());
    fs::remove_file(folder.join("fixes.patch")).unwrap();
    let (code, patch, err) = check(folder, &["--fix=all", "--diff"]);
    assert_eq!((code, patch.as_str()), (0, ""), "{err}");
    assert!(err.contains("nothing to fix"), "{err}");
}

#[test]
fn a_patch_shows_no_credential() {
    let temp = repository();
    let secret = "80A9B29962C86C1642A1151E3E5B73D5".repeat(2);
    let more = format!("        <consumerSecret>{secret}</consumerSecret>\n");
    write(temp.path(), APP, &app(&more));
    let (_, patch, err) = check(temp.path(), &["--fix=all", "--diff"]);
    assert!(patch.contains("-        <consumerSecret>"), "{patch}");
    assert!(!patch.contains(&secret) && !err.contains(&secret), "{patch}");
    assert!(err.contains("for reading alone"), "{err}");
    check(temp.path(), &["--fix=all", "--allow-dirty"]);
    assert_eq!(read(temp.path(), APP), fixed_app());
}

#[test]
fn a_file_keeps_its_bytes_and_permissions() {
    let temp = repository();
    let path = temp.path().join(APP);
    let form = |text: String| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    fs::write(&path, form(app(""))).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
    check(temp.path(), &["--fix=all", "--allow-dirty"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), form(fixed_app()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
    let left: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing is left beside it");
}

#[cfg(unix)]
#[test]
fn a_link_is_left_alone() {
    let temp = repository();
    let elsewhere = temp.path().join("shared.xml");
    fs::rename(temp.path().join(APP), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, temp.path().join(APP)).unwrap();
    let before = fs::read(&elsewhere).unwrap();
    check(temp.path(), &["--fix=all", "--allow-dirty"]);
    assert_eq!(fs::read(&elsewhere).unwrap(), before);
    assert!(fs::symlink_metadata(temp.path().join(APP)).unwrap().file_type().is_symlink());
}

#[test]
fn a_fix_of_what_is_staged_stops_the_commit() {
    let temp = repository();
    let folder = temp.path();
    write(folder, APP, &app("").replace("<label>Sync", "<label>Sync 2"));
    git(folder, &["add", APP]);
    let run = ["--staged", "--fix=all", "--allow-dirty"];
    let (code, out, err) = check(folder, &run);
    assert_eq!(code, 1, "{out}{err}");
    assert!(err.contains("stage them and commit again"), "{err}");
    assert_eq!(read(folder, APP), fixed_app().replace("<label>Sync", "<label>Sync 2"));

    // What lies there is not what is staged.
    write(folder, APP, &app("        <!-- later -->\n"));
    let (_, _, err) = check(folder, &run);
    assert!(err.contains("was left alone: it is not what was checked"), "{err}");
    assert_eq!(read(folder, APP), app("        <!-- later -->\n"));
}

#[test]
fn a_commit_is_not_fixed() {
    let temp = repository();
    for arguments in
        [&["--fix", "--rev", "HEAD"][..], &["--allow-dirty"], &["--diff", "--format", "json"]]
    {
        let (code, _, err) = check(temp.path(), arguments);
        assert_eq!(code, 2, "{arguments:?} {err}");
    }
    // But shown what would be.
    let (code, patch, _) = check(temp.path(), &["--rev", "HEAD", "--diff"]);
    assert_eq!((code, patch.as_str()), (0, ""));
}

#[test]
fn what_is_accepted_or_was_there_before_is_not_fixed() {
    let temp = repository();
    let folder = temp.path();
    let (code, patch, _) = check(folder, &["--fix=all", "--diff", "--since", "HEAD"]);
    assert_eq!((code, patch.as_str()), (0, ""));
    write(
        folder,
        "sflint.toml",
        "kind = \"org\"\n[[exceptions]]\nrule = \"oauth-pkce-missing\"\nin = \"OauthApp:Sync\"\n\
         reason = \"The vendor cannot do it before spring.\"\nowner = \"security@example.com\"\n",
    );
    let (_, patch, err) = check(folder, &["--fix=all", "--diff"]);
    assert!(
        patch.contains("isAdminApproved") && !patch.contains("isPkceRequired>true"),
        "{patch}{err}"
    );
}
