use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::config::catalogue::Catalogue;
use crate::project::store::Disk;
use crate::rule::shipped;

fn components() -> Vec<(String, String)> {
    [("OauthApp", "Order Sync"), ("Profile", "Admin")]
        .map(|(kind, name)| (kind.into(), name.into()))
        .to_vec()
}

/// One document of a file of cases.
struct Case {
    title: String,
    text: String,
    cursor: usize,
    expected: Vec<(String, String)>,
}

fn cases(name: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/authoring").join(name);
    let file = fs::read_to_string(path).unwrap();
    let words = ["offers", "among", "never", "inserts", "hover", "nothing"];
    let case = |text: &str| {
        let (title, body) = text.split_once('\n').unwrap();
        let is_expected = |line: &&str| words.contains(&line.split(' ').next().unwrap());
        let document: Vec<&str> =
            body.trim_end().lines().filter(|line| !is_expected(line)).collect();
        let expected = body.lines().filter(is_expected).map(|line| {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            (word.to_owned(), rest.to_owned())
        });
        let document = document.join("\n");
        let cursor = document.find('|').unwrap_or_else(|| panic!("{title}: no cursor"));
        let text = document.replacen('|', "", 1);
        Case { title: title.to_owned(), text, cursor, expected: expected.collect() }
    };
    file.split("\n== ")
        .flat_map(|text| text.strip_prefix("== ").or(Some(text)))
        .filter(|text| !text.starts_with('#'))
        .map(case)
        .collect()
}

fn check(name: &str, kind: DocumentKind) {
    let (catalogue, components) = (Catalogue::builtin().unwrap(), components());
    let around = Around { catalogue: &catalogue, components: &components };
    let mut wrong = Vec::new();
    for case in cases(name) {
        let title = format!("{name}: {}", case.title);
        assert!(!case.expected.is_empty(), "{title} expects nothing");
        let found = complete(kind, &case.text, case.cursor, &around);
        let typed = found.as_ref().map_or("", |found| &case.text[found.replace.start..case.cursor]);
        let items = found.iter().flat_map(|found| &found.items);
        let fitting: Vec<&(Item, String)> =
            items.filter(|(item, _)| item.label.starts_with(typed)).collect();
        let labels: Vec<&str> = fitting.iter().map(|(item, _)| item.label.as_str()).collect();
        for (word, rest) in &case.expected {
            let wanted: Vec<String> = rest.split(' ').map(|word| word.replace('=', " ")).collect();
            let is_there = |word: &String| labels.contains(&word.as_str());
            let hover = || hover(kind, &case.text, case.cursor, &around).map(|found| found.text);
            let right = match word.as_str() {
                "offers" => labels == wanted,
                "among" => wanted.iter().all(is_there),
                "never" => !wanted.iter().any(is_there),
                "inserts" => fitting.first().is_some_and(|(_, text)| text == rest),
                "hover" => hover().is_some_and(|text| text.contains(rest.as_str())),
                "nothing" => labels.is_empty(),
                other => panic!("{title}: {other}"),
            };
            if !right {
                let told = if word == "hover" { hover() } else { None };
                let labels = labels.get(..20).unwrap_or(&labels);
                wrong.push(format!("{title}: {word} {rest}: {labels:?} {told:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn in_config_files() {
    check("config.txt", DocumentKind::Config);
}

#[test]
fn in_rule_files() {
    check("rule.txt", DocumentKind::Rule);
}

#[test]
fn in_files_of_lists() {
    check("lists.txt", DocumentKind::Lists);
}

/// The shipped rules, and the configs of the test data.
fn documents() -> Vec<(DocumentKind, String)> {
    let rules = shipped::rules().map(|rule| (DocumentKind::Rule, rule.source().text.to_string()));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let files = walkdir::WalkDir::new(root).into_iter().map(|entry| entry.unwrap().into_path());
    let tomls = files.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    let configs = tomls.map(|path| (DocumentKind::Config, fs::read_to_string(path).unwrap()));
    rules.chain(configs).collect()
}

#[test]
fn every_line_end_of_every_shipped_rule_has_an_answer() {
    let (catalogue, components) = (Catalogue::builtin().unwrap(), components());
    let around = Around { catalogue: &catalogue, components: &components };
    for (at, (kind, text)) in documents().into_iter().enumerate() {
        // Examples are prose for the most part.
        let head = crate::rule::load::without_examples(&text);
        for (end, _) in head.match_indices('\n').skip(at % 5).step_by(5) {
            let _ = complete(kind, &text[..end], end, &around);
            let _ = hover(kind, &text, end.saturating_sub(3), &around);
        }
        for (end, _) in text.match_indices('\n') {
            let _ = scan::cursor(&text[..end]);
        }
    }
}

#[test]
fn every_key_of_a_shipped_rule_is_offered_where_it_stands() {
    let (catalogue, components) = (Catalogue::builtin().unwrap(), components());
    let around = Around { catalogue: &catalogue, components: &components };
    let mut seen = 0;
    for rule in shipped::rules() {
        let text = rule.source().text.to_string();
        let head = crate::rule::load::without_examples(&text);
        let mut keys: Vec<(usize, String)> = Vec::new();
        scan::visit(head, &mut |path, range, token| {
            let free = matches!(path.first().map(AsRef::as_ref), Some("options" | "lists"));
            // Groups of a regular expression are leaves that no table knows.
            let is_group = head.contains("\nfind = ") && path.len() > 1;
            if token == scan::Token::Key && !free && !is_group {
                keys.push((range.end, path.last().unwrap().to_string()));
            }
        });
        for (end, name) in keys {
            let end = head[..end].trim_end().len();
            let found = complete(DocumentKind::Rule, &text, end, &around);
            let found = found.unwrap_or_else(|| panic!("{}: {name}: nothing", rule.path));
            let is_there = found.items.iter().any(|(item, _)| item.label == name);
            assert!(is_there, "{}: {name} at {end}", rule.path);
            seen += 1;
        }
    }
    assert!(seen > 2000, "{seen}");
}

#[test]
fn huge_and_deep_documents_take_no_time_that_grows_with_their_square() {
    let catalogue = Catalogue::builtin().unwrap();
    let around = Around { catalogue: &catalogue, components: &[] };
    let mega = 1 << 20;
    for (kind, text) in [
        (DocumentKind::Config, "[".repeat(mega)),
        (DocumentKind::Config, format!("a = {}", "[".repeat(mega))),
        (DocumentKind::Config, format!("a = {}", "{a=".repeat(mega / 3))),
        (DocumentKind::Rule, format!("a = {}", "[\n".repeat(mega / 2))),
        (DocumentKind::Rule, "a.".repeat(mega / 2)),
        (DocumentKind::Rule, "a = \"".to_owned() + &"{".repeat(mega)),
        (DocumentKind::Rule, "é".repeat(mega / 2)),
        (DocumentKind::Rule, format!("[report]\nmessage = \"\"\"{}", "x\n".repeat(mega / 2))),
        (DocumentKind::Rule, format!("[match]\nkind = \"{}\"", "x".repeat(mega))),
        (DocumentKind::Config, "\n".repeat(mega)),
    ] {
        let started = Instant::now();
        let at = text.floor_char_boundary(text.len() / 2);
        for offset in [0, at, text.len()] {
            let _ = complete(kind, &text, offset, &around);
            let _ = hover(kind, &text, offset, &around);
        }
        let took = started.elapsed();
        let begins: String = text.chars().take(12).collect();
        assert!(took < Duration::from_secs(60), "{begins}…: {took:?}");
    }
}

#[test]
fn offsets_that_are_no_place_have_no_answer() {
    let catalogue = Catalogue::builtin().unwrap();
    let around = Around { catalogue: &catalogue, components: &[] };
    assert_eq!(complete(DocumentKind::Config, "é", 1, &around), None);
    assert_eq!(complete(DocumentKind::Config, "a", 9, &around), None);
    assert_eq!(hover(DocumentKind::Config, "", 0, &around), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    #[test]
    fn nothing_that_is_typed_is_too_much(text in "([a-z.=\"'{}\\[\\],#\\\\ \né]|match|kind|where|\"\"\"|'''){0,60}") {
        let end = scan::cursor(&text);
        prop_assert!(text.is_char_boundary(end.start) && end.start <= text.len());
        for (at, _) in text.char_indices() {
            let end = scan::cursor(&text[..at]);
            prop_assert!(text.is_char_boundary(end.start) && end.start <= at);
        }
    }

    #[test]
    fn any_prefix_of_a_shipped_document_is_a_place(document in 0_usize..10_000, end in 0_usize..20_000) {
        let all = documents();
        let (kind, text) = &all[document % all.len()];
        let end = text.floor_char_boundary(end % text.len().max(1));
        let catalogue = Catalogue::default();
        let around = Around { catalogue: &catalogue, components: &[] };
        if let Some(found) = complete(*kind, &text[..end], end, &around) {
            prop_assert!(found.replace.start <= end && end <= found.replace.end);
            prop_assert!(!text[found.replace].contains('\n'));
        }
        let _ = hover(*kind, text, end, &around);
    }
}

fn recognised(path: &Path, text: &str) -> Option<DocumentKind> {
    recognise(&Disk, path, text).map(|found| found.kind)
}

fn told(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let recognised = recognise(&Disk, path, &text).unwrap();
    let all = problems(&Disk, path, &text, &recognised);
    all.iter()
        .map(|one| format!("{} at {}", one.message(), one.spanned().lines().next().unwrap_or("")))
        .collect()
}

fn write(folder: &Path, path: &str, text: &str) -> PathBuf {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn no_shipped_rule_has_a_problem() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().unwrap();
    for rule in shipped::rules() {
        assert_eq!(told(&folder.join(rule.path)), [""; 0], "{}", rule.path);
    }
}

#[test]
fn a_config_says_what_check_would_refuse() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().canonicalize().unwrap();
    fs::create_dir(folder.join(".git")).unwrap();
    let config = write(
        &folder,
        "app/sflint.toml",
        "extends = \"../base.toml\"\nkind = \"orgg\"\n[rules]\noauth-ful-scope = \"off\"\n[[exceptions]]\nrule = \"oauth-full-scope\"\nin = \"Profil:X\"\nreason = \" \"\n",
    );
    let base = write(&folder, "base.toml", "preset = \"strikt\"\n");
    let own = told(&config);
    assert_eq!(own.len(), 4, "{own:#?}");
    for (own, wanted) in own.iter().zip([
        "`kind` cannot be `orgg`",
        "there is no rule `oauth-ful-scope`",
        "no component has the type",
        "an exception needs a reason",
    ]) {
        assert!(own.starts_with(wanted), "{own} is not {wanted}");
    }
    assert_eq!(recognised(&base, ""), None);
    fs::rename(&config, folder.join("sflint.toml")).unwrap();
    let config = folder.join("sflint.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("../base", "base")).unwrap();
    assert_eq!(recognised(&base, ""), Some(DocumentKind::Config));
    assert_eq!(told(&base), ["`preset` cannot be `strikt` at strikt"]);
    fs::write(&config, "extends = \"../elsewhere.toml\"\n").unwrap();
    let own = told(&config);
    assert!(own[0].starts_with("`extends` leaves the repository"), "{own:?}");
}

const RULE: &str = "title = \"An app\"\nseverity = \"note\"\nwhy = \"because\"\n[match]\nkind = \"OauthApp\"\nwhere.name = \"Bad\"\n\
    [report]\nmessage = \"{name} is bad\"\n[[bad]]\ntext = '''\n<ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\"><label>x</label></ConnectedApp>\n'''\n\
    [[good]]\ntext = '''\n<ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\"><label>x</label></ConnectedApp>\n'''\n";

#[test]
fn own_rules_and_lists_are_recognised_and_their_examples_run() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().canonicalize().unwrap();
    fs::create_dir(folder.join(".git")).unwrap();
    write(&folder, "sflint.toml", "rules-dir = \"lint\"\n");
    let rule = write(&folder, "lint/own/own-rule.toml", RULE);
    let list = write(&folder, "lint/lists/own.toml", "[[own]]\nvalue = \"x\"\n");
    let other = write(&folder, "Cargo.toml", "[package]\nname = \"x\"\n");
    assert_eq!(recognised(&rule, ""), Some(DocumentKind::Rule));
    assert_eq!(recognised(&list, ""), Some(DocumentKind::Lists));
    assert_eq!(recognised(&other, "[package]\nname = \"x\"\n"), None);
    assert_eq!(recognised(&folder.join("notes.md"), RULE), None);
    assert_eq!(recognised(&folder.join("elsewhere.toml"), RULE), Some(DocumentKind::Rule));
    assert_eq!(told(&list), ["`because` is missing at [[own]]"]);
    // Another file is wrong; this one's example is all that is told here.
    assert_eq!(told(&rule), ["own-rule: a bad example does not fire at [[bad]]"]);
    fs::write(&list, "[[own]]\nvalue = \"x\"\nbecause = \"y\"\n").unwrap();
    assert_eq!(told(&rule), ["own-rule: a bad example does not fire at [[bad]]"]);
    // A rule with very many examples is not tried at each change, and a file that is too large not read.
    let good = RULE.find("[[good]]").unwrap();
    fs::write(&rule, RULE.to_owned() + &RULE[good..].repeat(100)).unwrap();
    assert_eq!(told(&rule), [""; 0]);
    fs::write(&rule, "x".repeat((1 << 20) + 1)).unwrap();
    assert_eq!(told(&rule), [""; 0]);
    fs::write(&rule, RULE.replace("where.name", "where.nam")).unwrap();
    let own = told(&rule);
    assert!(own[0].starts_with("`OauthApp` has no leaf `nam`"), "{own:?}");
}
