//! A grant must not hide, and what is harmless must stay silent.
//!
//! Each folder of `testdata/evasion` is a project with a trick in it and an `EXPECT` that says what
//! must be found, one line a finding: rule, severity, path:line:column, component, key, with tabs
//! between. What git cannot hold (pipes, links out of the project, huge and deep files) is made here.

// Helpers of tests may fail as tests do.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use sflint::check::{CheckRequest, Checked, Sources, check};
use sflint::config::select::Selection;
use sflint::project::store::Disk;
use sflint::report::{concise, json};
use sflint::rule::markers;
use sflint::trial::EXAMPLE_DAY;
use sflint::value::date::Date;
use tempfile::TempDir;

const EXPECT: &str = "EXPECT";
/// What takes longer hangs, as far as a person before a commit is concerned.
const PATIENCE: Duration = Duration::from_secs(20);

fn today() -> Date {
    Date::parse(EXAMPLE_DAY).unwrap()
}

fn run(root: &Path, threads: usize) -> Result<Checked, String> {
    let request = CheckRequest {
        inputs: vec![".".into()],
        current_dir: root.to_owned(),
        config: None,
        rules_dir: None,
        selection: Selection { preset: Some("strict".to_owned()), ..Selection::default() },
        fail_on: None,
        baseline: sflint::check::BaselineChoice::default(),
        today: today(),
        threads,
        asked: None,
        list_rules: false,
    };
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let checked = check(&request, Sources::DISK, None).map_err(|error| error.to_string());
        // Nobody listens any more when it took too long.
        let _ = send.send(checked);
    });
    receive
        .recv_timeout(PATIENCE)
        .unwrap_or_else(|error| Err(format!("{error} within {PATIENCE:?}")))
}

/// The findings as `EXPECT` writes them, sorted.
fn found(checked: &Checked) -> Vec<String> {
    let mut lines: Vec<String> = checked
        .report
        .findings
        .iter()
        .map(|finding| {
            let start = finding.location.region.start;
            format!(
                "{}\t{}\t{}:{}:{}\t{}\t{}",
                finding.rule.id,
                finding.severity,
                finding.location.path,
                start.line,
                start.column,
                finding.component,
                finding.key
            )
        })
        .collect();
    lines.sort();
    lines
}

fn concise_text(checked: &Checked) -> String {
    let mut out = Vec::new();
    concise::write(&checked.report, false, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn json_text(checked: &Checked) -> String {
    let mut out = Vec::new();
    json::write(&checked.report, &checked.files, &Disk, &checked.report.root, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Whether a terminal or a reader could be led astray by a character.
fn misleads(character: char) -> bool {
    (character.is_control() && character != '\n')
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Runs a project with one thread and with eight; both must say the same, and safely.
fn run_both(root: &Path, problems: &mut String) -> Option<Checked> {
    let both = run(root, 1).and_then(|one| Ok((one, run(root, 8)?)));
    let (one, eight) = match both {
        Ok(both) => both,
        Err(error) => {
            let _ = writeln!(problems, "  {error}");
            return None;
        }
    };
    if found(&one) != found(&eight) || json_text(&one) != json_text(&eight) {
        problems.push_str("  differs between one thread and eight\n");
    }
    for (format, text) in [("concise", concise_text(&one)), ("json", json_text(&one))] {
        if let Some(character) = text.chars().find(|character| misleads(*character)) {
            let _ = writeln!(problems, "  {format} lets {character:?} through");
        }
    }
    Some(one)
}

/// What is missing and what is too much.
fn compare(expected: &[String], found: &[String], problems: &mut String) {
    let mut rest = found.to_vec();
    for line in expected {
        match rest.iter().position(|one| one == line) {
            Some(at) => {
                rest.remove(at);
            }
            None => {
                let _ = writeln!(problems, "  missing: {line}");
            }
        }
    }
    for line in rest {
        let _ = writeln!(problems, "  not expected: {line}");
    }
}

/// Copies a case; marks become what they stand for. False if the case cannot be had on this system.
fn copy(from: &Path, to: &Path) -> bool {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        let kind = entry.file_type().unwrap();
        if kind.is_symlink() {
            if !link(&fs::read_link(entry.path()).unwrap(), &target) {
                return false;
            }
        } else if kind.is_dir() {
            if !copy(&entry.path(), &target) {
                return false;
            }
        } else if entry.file_name() != EXPECT {
            let bytes = fs::read(entry.path()).unwrap();
            let bytes = match String::from_utf8(bytes) {
                Ok(text) => markers::expand(&text, today()).unwrap().into_bytes(),
                Err(error) => error.into_bytes(),
            };
            fs::write(target, bytes).unwrap();
        }
    }
    true
}

#[cfg(unix)]
fn link(target: &Path, at: &Path) -> bool {
    std::os::unix::fs::symlink(target, at).is_ok()
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> bool {
    false
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/evasion");
    let mut cases: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 30, "{} cases", cases.len());
    let mut failures = String::new();
    for case in &cases {
        let name = case.file_name().unwrap().to_string_lossy();
        let text = fs::read_to_string(case.join(EXPECT)).unwrap();
        let expected: Vec<String> = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty())
            .map(str::to_owned)
            .collect();
        let mut problems = String::new();
        if !expected.is_sorted() {
            problems.push_str("  EXPECT is not sorted\n");
        }
        let place = TempDir::new().unwrap();
        let root = place.path().join(&*name);
        if !copy(case, &root) {
            continue;
        }
        if let Some(checked) = run_both(&root, &mut problems) {
            compare(&expected, &found(&checked), &mut problems);
        }
        if !problems.is_empty() {
            let _ = writeln!(failures, "{name}:\n{problems}");
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// A project made here.
struct Made {
    place: TempDir,
}

impl Made {
    fn new() -> Made {
        let made = Made { place: TempDir::new().unwrap() };
        made.write(
            "sfdx-project.json",
            r#"{"packageDirectories":[{"path":"force-app","default":true}]}"#,
        );
        // Whatever else is in the project, this must be found.
        made.write(
            "force-app/permissionsets/Plain.permissionset-meta.xml",
            permission_set("ModifyAllData"),
        );
        made
    }

    fn root(&self) -> PathBuf {
        self.place.path().join("project")
    }

    fn path(&self, path: &str) -> PathBuf {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(path), content).unwrap();
    }

    /// Expects these findings beside the plain one.
    fn expect(&self, expected: &[&str]) {
        let mut expected: Vec<String> = expected.iter().map(|line| (*line).to_owned()).collect();
        expected.push(format!(
            "dangerous-permission\twarning\tforce-app/permissionsets/Plain.permissionset-meta.xml:{PLACE}\tPermissionSet:Plain\tmodifyalldata"
        ));
        let mut problems = String::new();
        let checked = run_both(&self.root(), &mut problems);
        let found = checked.as_ref().map(found).unwrap_or_default();
        compare(&expected, &found, &mut problems);
        assert!(problems.is_empty(), "\n{problems}");
    }
}

const HEAD: &str = "<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">";
/// Where the name stands in [`permission_set`].
const PLACE: &str = "2:47";

fn grant(name: &str) -> String {
    format!("<userPermissions><enabled>true</enabled><name>{name}</name></userPermissions>\n")
}

fn permission_set(name: &str) -> String {
    format!("{HEAD}\n{}</PermissionSet>\n", grant(name))
}

#[test]
fn a_grant_after_sixty_levels_of_unrelated_nesting() {
    let made = Made::new();
    let nested = |levels: usize| {
        format!(
            "{HEAD}\n{}{}\n{}</PermissionSet>",
            "<a>".repeat(levels),
            "</a>".repeat(levels),
            grant("ViewAllData")
        )
    };
    made.write("force-app/permissionsets/Deep.permissionset-meta.xml", nested(60));
    // The root is the first of 64 levels.
    made.write("force-app/permissionsets/Edge.permissionset-meta.xml", nested(63));
    made.write("force-app/permissionsets/Over.permissionset-meta.xml", nested(64));
    made.write("force-app/permissionsets/Abyss.permissionset-meta.xml", nested(100_000));
    made.expect(&[
        "dangerous-permission\twarning\tforce-app/permissionsets/Deep.permissionset-meta.xml:3:47\tPermissionSet:Deep\tviewalldata",
        "dangerous-permission\twarning\tforce-app/permissionsets/Edge.permissionset-meta.xml:3:47\tPermissionSet:Edge\tviewalldata",
        "unlisted-element\tnote\tforce-app/permissionsets/Deep.permissionset-meta.xml:2:1\tPermissionSet:Deep\ta",
        "unlisted-element\tnote\tforce-app/permissionsets/Edge.permissionset-meta.xml:2:1\tPermissionSet:Edge\ta",
        "unreadable-file\terror\tforce-app/permissionsets/Abyss.permissionset-meta.xml:2:190\tPermissionSet:Abyss\ttoo-deep",
        "unreadable-file\terror\tforce-app/permissionsets/Over.permissionset-meta.xml:2:190\tPermissionSet:Over\ttoo-deep",
    ]);
}

#[test]
fn a_grant_among_many_elements() {
    let made = Made::new();
    let mut text = format!("{HEAD}\n");
    for number in 0..30_000 {
        let _ = writeln!(
            text,
            "<fieldPermissions><editable>true</editable><field>Account.F{number}__c</field><readable>true</readable></fieldPermissions>"
        );
    }
    let line = text.lines().count() + 1;
    text.push_str(&grant("ViewAllData"));
    text.push_str("</PermissionSet>");
    made.write("force-app/permissionsets/Many.permissionset-meta.xml", &text);
    // The same on a single line, where every column is far from its beginning.
    let flat = text.replace('\n', " ");
    let column = flat[..flat.find("ViewAllData").unwrap()].chars().count() + 1;
    made.write("force-app/permissionsets/One.permissionset-meta.xml", &flat);
    made.expect(&[
        &format!("dangerous-permission\twarning\tforce-app/permissionsets/Many.permissionset-meta.xml:{line}:47\tPermissionSet:Many\tviewalldata"),
        &format!("dangerous-permission\twarning\tforce-app/permissionsets/One.permissionset-meta.xml:1:{column}\tPermissionSet:One\tviewalldata"),
    ]);
}

#[test]
fn a_file_above_the_size_limit_is_told() {
    let made = Made::new();
    let file = fs::File::create(made.path("force-app/permissionsets/Huge.permissionset-meta.xml"))
        .unwrap();
    file.set_len(64 * 1024 * 1024 + 1).unwrap();
    made.expect(&[
        "unreadable-file\terror\tforce-app/permissionsets/Huge.permissionset-meta.xml:1:1\tPermissionSet:Huge\ttoo-large",
    ]);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_told_and_does_not_block() {
    let made = Made::new();
    for path in [
        "force-app/permissionsets/Pipe.permissionset-meta.xml",
        "force-app/.forceignore",
        "force-app/nested/sfdx-project.json",
        "force-app/sflint.toml",
    ] {
        let status = std::process::Command::new("mkfifo").arg(made.path(path)).status();
        assert!(status.is_ok_and(|status| status.success()));
    }
    link(
        Path::new("/dev/zero"),
        &made.path("force-app/permissionsets/Endless.permissionset-meta.xml"),
    );
    made.expect(&[
        "unreadable-file\terror\tforce-app/permissionsets/Pipe.permissionset-meta.xml:1:1\tFile:force-app/permissionsets/Pipe.permissionset-meta.xml\tnot-regular",
        "unreadable-file\twarning\tforce-app/permissionsets/Endless.permissionset-meta.xml:1:1\tFile:force-app/permissionsets/Endless.permissionset-meta.xml\tleaves-root",
    ]);
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_or_nowhere() {
    let made = Made::new();
    let outside = made.place.path().join("outside/permissionsets");
    fs::create_dir_all(&outside).unwrap();
    fs::write(outside.join("Out.permissionset-meta.xml"), permission_set("AuthorApex")).unwrap();
    link(&outside, &made.path("force-app/more"));
    link(
        &outside.join("Out.permissionset-meta.xml"),
        &made.path("force-app/permissionsets/Out.permissionset-meta.xml"),
    );
    link(
        Path::new("Self.permissionset-meta.xml"),
        &made.path("force-app/permissionsets/Self.permissionset-meta.xml"),
    );
    link(Path::new(".."), &made.path("force-app/permissionsets/up"));
    link(Path::new("nowhere"), &made.path("force-app/permissionsets/Gone.permissionset-meta.xml"));
    made.expect(&[
        "unreadable-file\terror\tforce-app/permissionsets/Gone.permissionset-meta.xml:1:1\tFile:force-app/permissionsets/Gone.permissionset-meta.xml\tio",
        "unreadable-file\terror\tforce-app/permissionsets/Self.permissionset-meta.xml:1:1\tFile:force-app/permissionsets/Self.permissionset-meta.xml\tio",
        "unreadable-file\twarning\tforce-app/more:1:1\tFile:force-app/more\tleaves-root",
        "unreadable-file\twarning\tforce-app/permissionsets/Out.permissionset-meta.xml:1:1\tFile:force-app/permissionsets/Out.permissionset-meta.xml\tleaves-root",
    ]);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let made = Made::new();
    let path = "force-app/permissionsets/Locked.permissionset-meta.xml";
    made.write(path, permission_set("AuthorApex"));
    fs::set_permissions(made.path(path), fs::Permissions::from_mode(0o0)).unwrap();
    if fs::read(made.path(path)).is_ok() {
        // An administrator of the machine reads everything.
        return;
    }
    made.expect(&[
        "unreadable-file\terror\tforce-app/permissionsets/Locked.permissionset-meta.xml:1:1\tPermissionSet:Locked\tio",
    ]);
}

#[cfg(unix)]
#[test]
fn hostile_names_reach_no_output_raw() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let made = Made::new();
    let folder = made.path("force-app/permissionsets/x");
    let folder = folder.parent().unwrap();
    let names: [&[u8]; 5] = [
        b"\x1b[2J\x1b]0;x\x07.permissionset-meta.xml",
        "a\u{202e}lmx.b.permissionset-meta.xml".as_bytes(),
        b"::error::a\r\n::warning::b.permissionset-meta.xml",
        b"\xff\xfe.permissionset-meta.xml",
        "zero\u{200b}width\u{feff}.permissionset-meta.xml".as_bytes(),
    ];
    for name in names {
        fs::write(folder.join(OsStr::from_bytes(name)), permission_set("AuthorApex")).unwrap();
    }
    made.write(
        "force-app/permissionsets/Name.permissionset-meta.xml",
        permission_set("Modify\u{202e}AllData")
            .replace("</name>", "</name><name>AuthorApex</name>"),
    );
    fs::write(
        folder.join(OsStr::from_bytes(b"\x1b[8mbroken.permissionset-meta.xml")),
        "<a>\u{202e}</b\u{2066}>",
    )
    .unwrap();
    let mut problems = String::new();
    let checked = run_both(&made.root(), &mut problems);
    assert!(problems.is_empty(), "\n{problems}");
    let checked = checked.unwrap();
    // One for each name, the one with two names in it, and the plain one.
    assert_eq!(checked.report.findings.len(), names.len() + 3);
    let text = concise_text(&checked);
    assert!(text.lines().all(|line| !line.starts_with("::")), "{text}");
}

/// Small files must not become gigabytes: every start with every end would.
#[test]
fn ranges_with_many_bounds_are_not_multiplied() {
    let made = Made::new();
    let bounds = "<startAddress>1.1.1.1</startAddress><endAddress>1.1.1.1</endAddress>\n";
    made.write(
        "force-app/profiles/Desk.profile-meta.xml",
        format!(
            "<Profile>\n<loginIpRanges>\n{}<startAddress>0.0.0.0</startAddress><endAddress>255.255.255.255</endAddress>\n</loginIpRanges></Profile>",
            bounds.repeat(1_000)
        ),
    );
    made.expect(&[
        "profile-ip-range-too-broad\terror\tforce-app/profiles/Desk.profile-meta.xml:2:1\tProfile:Desk\t",
    ]);
}

#[test]
fn many_ranges_take_no_time() {
    let made = Made::new();
    let mut text = String::from("<Profile>\n");
    for number in 0..60_000_u32 {
        let address = std::net::Ipv4Addr::from_bits(0x0101_0100 + 2 * number);
        let _ = writeln!(
            text,
            "<loginIpRanges><startAddress>{address}</startAddress><endAddress>{address}</endAddress></loginIpRanges>"
        );
    }
    text.push_str("<loginIpRanges><startAddress>0.0.0.0</startAddress><endAddress>255.255.255.255</endAddress></loginIpRanges></Profile>");
    made.write("force-app/profiles/Desk.profile-meta.xml", text);
    made.expect(&[
        "profile-ip-range-too-broad\terror\tforce-app/profiles/Desk.profile-meta.xml:60002:1\tProfile:Desk\t",
    ]);
}

/// Each address is judged by the others of its app, but not each by each.
#[test]
fn many_callbacks_take_no_time() {
    let made = Made::new();
    let mut text = String::from(
        "<ConnectedApp><oauthConfig><isAdminApproved>true</isAdminApproved><isPkceRequired>true</isPkceRequired><callbackUrl>\n",
    );
    for number in 0..8_000 {
        let _ = writeln!(text, "http://localhost:9000/{number}");
    }
    text.push_str("https://portal.acme-corp.com/cb\n</callbackUrl></oauthConfig></ConnectedApp>");
    made.write("force-app/connectedApps/App.connectedApp-meta.xml", text);
    let expected: Vec<String> = (0..8_000)
        .map(|number| format!("oauth-callback-localhost\twarning\tforce-app/connectedApps/App.connectedApp-meta.xml:{}:1\tOauthApp:App\thttp://localhost:9000/{number}", number + 2))
        .collect();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    made.expect(&expected);
}

#[test]
fn many_package_directories_take_no_time() {
    let made = Made::new();
    let mut text = String::from(r#"{"packageDirectories":[{"path":"force-app"}"#);
    for number in 0..100_000 {
        let _ = write!(text, r#",{{"path":"p{number}"}}"#);
    }
    text.push_str("]}");
    made.write("sfdx-project.json", text);
    made.expect(&[]);
}

#[test]
fn many_patterns_to_ignore_take_no_time() {
    let made = Made::new();
    let mut text = String::new();
    for number in 0..20_000 {
        let _ = writeln!(text, "**/x?*{number}*.xml");
    }
    made.write(".forceignore", text);
    made.expect(&[]);
}

/// A set that a group names again and again is in it once.
#[test]
fn members_of_a_group_count_once() {
    let made = Made::new();
    made.write(
        "force-app/permissionsets/pkg__Set.permissionset-meta.xml",
        format!("{HEAD}\n{}</PermissionSet>", grant("AuthorApex").repeat(300)),
    );
    made.write(
        "force-app/permissionsetgroups/Group.permissionsetgroup-meta.xml",
        format!(
            "<PermissionSetGroup>\n<label>Group</label>\n{}</PermissionSetGroup>",
            "<permissionSets>pkg__Set</permissionSets>\n".repeat(300)
        ),
    );
    let mut problems = String::new();
    let checked = run_both(&made.root(), &mut problems);
    assert!(problems.is_empty(), "\n{problems}");
    let count = checked.unwrap().report.findings.len();
    assert!((2..=301).contains(&count), "{count} findings");
}

/// Neither is the line read once for each of its hits, nor is it kept with each of them.
#[test]
fn many_hits_in_one_line_take_no_time() {
    let made = Made::new();
    made.write(
        "scripts/fields.js",
        format!("const jsforce = 1; {}", "field.accessible; ".repeat(4_000)),
    );
    let mut problems = String::new();
    let checked = run_both(&made.root(), &mut problems);
    assert!(problems.is_empty(), "\n{problems}");
    assert_eq!(checked.unwrap().report.findings.len(), 4_001);
}
