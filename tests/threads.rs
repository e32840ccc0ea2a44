//! The number of threads never shows in the output.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

fn profile(number: usize) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Profile xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    <custom>true</custom>\n",
    );
    for field in 0..(number % 7) * 150 {
        let _ = writeln!(
            text,
            "    <fieldPermissions>\n        <editable>true</editable>\n        <field>Account.F{field}__c</field>\n        <readable>true</readable>\n    </fieldPermissions>"
        );
    }
    text.push_str("    <userLicense>Salesforce</userLicense>\n");
    for name in ["ApiEnabled", "ModifyAllData", "ManageUsers"].iter().take(1 + number % 3) {
        let _ = writeln!(
            text,
            "    <userPermissions>\n        <enabled>true</enabled>\n        <name>{name}</name>\n    </userPermissions>"
        );
    }
    text.push_str("</Profile>\n");
    text
}

fn output(folder: &Path, format: &str, threads: &str) -> Vec<u8> {
    let run = Command::new(env!("CARGO_BIN_EXE_sflint"))
        .args(["check", "--all", "--today", "2026-11-23", "--format", format, "--threads", threads])
        .arg(folder)
        .output();
    run.map(|run| run.stdout).unwrap_or_default()
}

#[test]
fn one_and_eight_threads_print_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("sfdx-project.json"),
        r#"{"packageDirectories":[{"path":"a"},{"path":"b"}]}"#,
    )
    .unwrap();
    for number in 0..60 {
        let package = if number % 4 == 0 { "b" } else { "a" };
        let profiles = folder.path().join(package).join("profiles");
        std::fs::create_dir_all(&profiles).unwrap();
        // Every fourth profile overlays one of the other package directory.
        let name = if number % 4 == 0 { number + 1 } else { number };
        std::fs::write(profiles.join(format!("P{name}.profile-meta.xml")), profile(number))
            .unwrap();
    }
    std::fs::write(folder.path().join("a/profiles/Broken.profile-meta.xml"), "<Profile>").unwrap();
    for format in ["json", "concise", "human", "sarif", "github", "bitbucket"] {
        let one = output(folder.path(), format, "1");
        assert!(one.len() > 1000, "{}", String::from_utf8_lossy(&one));
        for _ in 0..3 {
            assert!(one == output(folder.path(), format, "8"), "{format}");
        }
    }
}
