//! Formats for hosts on names that mean something to them, and `--output`.
#![allow(clippy::unwrap_used)] // A helper that fails fails the test.

#[path = "common/formats.rs"]
mod all_formats;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use self::all_formats::formats;

/// Names that the file systems of all systems take.
const NAMES: &[&str] = &[
    "with space",
    "50%25 off",
    "##[error]boo",
    "##vso[task.complete]",
    "##VSO[task.complete]",
    "semi;colon]bracket,comma",
    "quote'&",
    "bidi\u{202e}txt",
    "zero\u{200b}width",
    "not\u{fffe}characters\u{ffff}",
    "](https:example)",
    "日本 😀",
];
/// And those that some do not.
#[cfg(unix)]
const MORE: &[&str] = &["::error::boo", "esc\u{1b}[31m\u{7}", "two\n::error::lines", "<\">"];
#[cfg(not(unix))]
const MORE: &[&str] = &[];

fn permission_set(place: &str) -> String {
    format!(
        "<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<!-- é😀 -->{place}<userPermissions><enabled>true</enabled><name>ModifyAllData</name></userPermissions>\n</PermissionSet>\n"
    )
}

fn project(names: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let sets = folder.path().join("force-app/permissionsets");
    fs::create_dir_all(&sets).unwrap();
    let write = |path: &Path, text: &str| fs::write(path, text).unwrap();
    write(
        &folder.path().join("sfdx-project.json"),
        r#"{"packageDirectories":[{"path":"force-app"}]}"#,
    );
    for name in names {
        write(&sets.join(format!("{name}.permissionset-meta.xml")), &permission_set(""));
    }
    folder
}

fn sflint(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sflint"));
    command.current_dir(folder).args(["check", ".", "--today", "2026-11-23"]);
    command.args(arguments).output().unwrap()
}

fn printed(folder: &Path, arguments: &[&str]) -> String {
    String::from_utf8(sflint(folder, arguments).stdout).unwrap()
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(folder, arguments)).unwrap()
}

fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = sflint(folder, arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn no_format_lets_a_name_of_a_file_speak_to_the_host() {
    let names: Vec<&str> = NAMES.iter().chain(MORE).copied().collect();
    let folder = project(&names);
    let hidden = ['\u{202e}', '\u{200b}', '\u{fffe}', '\u{ffff}', '\u{1b}', '\u{7}'];
    for format in formats().iter().map(String::as_str) {
        let text = printed(folder.path(), &["--format", format, "--all"]);
        assert!(text.contains("ModifyAllData"), "{format}: {text}");
        let xml = ["junit", "checkstyle"].contains(&format);
        let raw = |c: char| c != '\n' && (c.is_control() || hidden[..2].contains(&c));
        assert_eq!(text.chars().find(|c| raw(*c)), None, "{format}");
        assert!(!xml || !text.contains(hidden), "{format}");
        for line in text.lines() {
            let ours = match format {
                "github" => ["::error ", "::warning ", "::notice "]
                    .iter()
                    .any(|command| line.starts_with(command)),
                "azure" => line.starts_with("##vso[task.logissue "),
                _ => false,
            };
            assert!(ours || !line.trim_start().starts_with("::"), "{format}: {line}");
            let lower = line.to_lowercase();
            let hashes = lower.matches("##[").count() + lower.matches("##vso[").count();
            assert_eq!(hashes, usize::from(ours && format == "azure"), "{format}: {line}");
        }
    }
}

#[test]
fn documents_are_well_formed_whatever_names_hold() {
    let names: Vec<&str> = NAMES.iter().chain(MORE).copied().collect();
    let folder = project(&names);
    for format in ["junit", "checkstyle"] {
        let text = printed(folder.path(), &["--format", format]);
        let document = roxmltree::Document::parse(&text).unwrap();
        let elements = document
            .descendants()
            .filter(|node| node.has_tag_name("testcase") || node.has_tag_name("error"));
        assert_eq!(
            elements.count(),
            json(folder.path(), &["--format", "json"])["findings"].as_array().unwrap().len()
        );
    }
}

#[test]
fn columns_are_counted_as_each_format_counts() {
    let folder = project(&["Set"]);
    let start = |format: &str, path: &str| {
        json(folder.path(), &["--select", "dangerous-permission", "--format", format])
            .pointer(path)
            .and_then(Value::as_u64)
    };
    // Behind `<!-- é😀 -->` and three tags.
    let before = "<!--  --><userPermissions><enabled>true</enabled><name>".len() as u64 + 1;
    let region = "/runs/0/results/0/locations/0/physicalLocation/region/startColumn";
    assert_eq!(start("json", "/findings/0/start/column"), Some(before + 2));
    assert_eq!(start("sarif", region), Some(before + 3));
    assert_eq!(start("rdjson", "/diagnostics/0/location/range/start/column"), Some(before + 6));
}

#[test]
fn sarif_describes_every_rule_that_is_on_and_asking_for_it_changes_nothing() {
    let folder = project(&["Set"]);
    let plain = json(folder.path(), &["--format", "json"]);
    let beside = json(folder.path(), &["--format", "json", "--output", "sarif=report.sarif"]);
    fs::remove_file(folder.path().join("report.sarif")).unwrap();
    assert_eq!(plain, beside);
    let sarif = json(folder.path(), &["--format", "sarif"]);
    let rules = sarif.pointer("/runs/0/tool/driver/rules").unwrap().as_array().unwrap();
    assert_eq!(Some(rules.len() as u64), plain["summary"]["rules"].as_u64());
    let ids: Vec<&str> = rules.iter().filter_map(|rule| rule["id"].as_str()).collect();
    assert!(ids.is_sorted() && ids.contains(&"certificate-expired"), "{ids:?}");
    let off = json(folder.path(), &["--format", "sarif", "--ignore", "certificates"]);
    assert!(!off.to_string().contains("certificate-expired"));
}

#[test]
fn the_last_annotation_of_a_kind_counts_the_rest() {
    let names: Vec<String> = (10..22).map(|number| format!("Set{number}")).collect();
    let folder = project(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let only = ["--select", "dangerous-permission", "--quiet"];
    let text = printed(folder.path(), &[&only[..], &["--format", "github"]].concat());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 9 + 1 + 3, "{text}");
    assert!(lines[..9].iter().all(|line| line.starts_with("::warning title=")), "{text}");
    assert_eq!(lines[9], "::warning title=sflint::3 more warnings in the log of this step");
    assert!(lines[10].starts_with("force-app/permissionsets/Set19.permissionset-meta.xml:2:"));
    let text = printed(folder.path(), &[&only[..], &["--format", "azure"]].concat());
    let issues = text.lines().filter(|line| line.starts_with("##vso[task.logissue type=warning;"));
    assert_eq!(issues.count(), 10, "{text}");
    assert!(
        text.contains("##vso[task.logissue type=warning;]3 more warnings in the log"),
        "{text}"
    );
}

#[test]
fn findings_of_copies_have_identities_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    for copy in ["a", "b"] {
        let sets = folder.path().join(copy).join("force-app/permissionsets");
        fs::create_dir_all(&sets).unwrap();
        let project = r#"{"packageDirectories":[{"path":"force-app"}]}"#;
        fs::write(folder.path().join(copy).join("sfdx-project.json"), project).unwrap();
        fs::write(sets.join("Set.permissionset-meta.xml"), permission_set("")).unwrap();
    }
    let report = json(
        folder.path(),
        &["--format", "gitlab-code-quality", "--select", "dangerous-permission"],
    );
    let identity = |at: usize| report[at]["fingerprint"].as_str().unwrap().to_owned();
    assert_eq!(identity(1), format!("{}-2", identity(0)));
}

#[test]
fn a_clean_run_is_a_test_that_passed() {
    let folder = project(&[]);
    let text = printed(folder.path(), &["--select", "oauth", "--format", "junit"]);
    assert!(text.contains("tests=\"1\" failures=\"0\""), "{text}");
    assert!(text.contains("<testcase name=\"no findings\""), "{text}");
}

#[test]
fn outputs_are_written_beside_the_text() {
    let (folder, elsewhere) = (project(&["Set"]), tempfile::tempdir().unwrap());
    let plain = sflint(folder.path(), &["--format", "concise"]);
    let reports = elsewhere.path().join("out put");
    fs::create_dir(&reports).unwrap();
    let (one, two) = (reports.join("a=b.json"), reports.join("report.txt"));
    let json = format!("--output=json={}", one.display());
    let human = format!("--output=human={}", two.display());
    let both = sflint(folder.path(), &["--format", "concise", &json, &human]);
    assert_eq!(both.status.code(), plain.status.code());
    assert_eq!(both.stdout, plain.stdout);
    let written = fs::read_to_string(one).unwrap();
    assert!(serde_json::from_str::<Value>(&written).is_ok());
    let text = fs::read_to_string(&two).unwrap();
    assert!(text.contains("ModifyAllData") && !text.contains('\u{1b}'), "{text}");
    // What was there before is replaced as a whole, and nothing else is left behind.
    fs::write(&two, "x".repeat(1 << 20)).unwrap();
    sflint(folder.path(), &[&human, "--color", "always"]);
    assert_eq!(fs::read_to_string(&two).unwrap(), text);
    assert_eq!(fs::read_dir(reports).unwrap().count(), 2);
}

#[test]
fn the_line_with_the_counts_is_the_one_that_is_documented() {
    const LINE: &str =
        r"^(\d+) errors?, (\d+) warnings?, (\d+) notes? in (\d+) files? \((\d+) rules? on\)$";
    assert!(fs::read_to_string("docs/formats.md").unwrap().contains(LINE));
    let line = regex::Regex::new(LINE).unwrap();
    for names in [&["Set"][..], &["Set", "Other"]] {
        let folder = project(names);
        let summary = &json(folder.path(), &["--format", "json"])["summary"];
        let counts = ["error", "warning", "note", "filesRead", "rules"]
            .map(|name| summary[name].to_string());
        for format in ["human", "concise"] {
            let text = printed(folder.path(), &["--format", format]);
            let found: Vec<_> = text.lines().filter_map(|text| line.captures(text)).collect();
            let [only] = found.as_slice() else { panic!("one line in {text}") };
            let groups = only.iter().skip(1).map(|group| group.unwrap().as_str());
            assert_eq!(groups.collect::<Vec<_>>(), counts);
        }
    }
}

#[test]
fn an_output_that_cannot_be_written_is_said_before_the_run() {
    let folder = project(&["Set"]);
    for (arguments, parts) in [
        (&["--output", "sarf=a"][..], &["there is no format `sarf`", "did you mean `sarif`"][..]),
        (&["--output", "nothing-like-it=a"], &["it can be human, concise", "bitbucket"]),
        (&["--output", "report.sarif"], &["sarif=report.sarif"]),
        (&["--output", "sarif="], &["a file must be named"]),
        (&["--output", "sarif=-"], &["--format"]),
        (&["--output", "sarif=no/where.sarif"], &["no/where.sarif", "no folder no", "make it"]),
        (&["--output", "sarif=force-app"], &["force-app", "it is a folder"]),
        (&["--output", "json=a", "--output", "junit=./a"], &["./a", "two reports"]),
        (&["--format", "sarf"], &["sarif"]),
    ] {
        let said = refused(folder.path(), arguments);
        for part in parts {
            assert!(said.contains(part), "{arguments:?}: `{part}` is not in {said}");
        }
    }
    let names = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(names, 2, "nothing was written");
}

/// The text is shown all the same, and the exit code says that something is missing.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_after_all_is_a_failure() {
    let folder = project(&["Set"]);
    std::os::unix::fs::symlink("/dev/full", folder.path().join("full")).unwrap();
    if fs::metadata("/dev/full").is_err() {
        return;
    }
    let ran = sflint(folder.path(), &["--output", "json=full", "--output", "junit=a.xml"]);
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8(ran.stdout).unwrap().contains("ModifyAllData"));
    let said = String::from_utf8(ran.stderr).unwrap();
    assert!(said.contains("cannot write the report") && said.contains("full"), "{said}");
    assert!(folder.path().join("a.xml").exists(), "the others are written");
}
