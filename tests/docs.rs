//! The documentation tells the truth: its commands are run, its files are used, its lists are complete.
//! `BLESS=1 cargo test --test docs` writes down what is true instead of comparing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A helper that fails fails the test.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use sflint::config::catalogue::Catalogue;
use sflint::report::rule_page::{self, prose, standard};
use sflint::rule::examples::{Expectation, parse_examples};

/// Pages whose fenced blocks are checked.
const PAGES: [&str; 2] = ["README.md", "CONTRIBUTING.md"];
/// Last line of an excerpt: the output goes on.
const GOES_ON: &str = "...";
/// Families of rules and rooms of the house are listed with these headings.
const FAMILIES: &str = "| family |";
const ROOMS: &str = "| room |";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap().replace("\r\n", "\n")
}

fn blessing() -> bool {
    std::env::var_os("BLESS").is_some_and(|value| !value.is_empty())
}

/// A fenced block: its language and its lines.
struct Block {
    language: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => {
                open = Some(Block { language: language.trim().to_owned(), text: String::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fenced block is not closed");
    blocks
}

/// Files that a page shows: blocks whose first line is a comment with a path.
fn shown_files(blocks: &[Block]) -> Vec<(String, String)> {
    let named = |block: &Block| {
        let path = block.text.lines().next()?.strip_prefix("# ")?;
        path.ends_with(".toml").then(|| (path.to_owned(), block.text.clone()))
    };
    blocks.iter().filter(|block| block.language == "toml").filter_map(named).collect()
}

fn write_files(folder: &Path, files: &[(String, String)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// The command itself, where nothing but the arguments decides.
fn sflint(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sflint"));
    command.current_dir(folder).env_remove("COLUMNS").env_remove("NO_COLOR");
    command
}

/// What a command line prints, in this folder.
fn output(line: &str, folder: &Path) -> String {
    let arguments = line.strip_prefix("$ sflint").unwrap().split_whitespace();
    let output = sflint(folder).args(arguments).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.is_empty(), "{line}: {errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    let text: String = text.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    format!("{}\n", text.trim_end())
}

/// Paragraphs of an excerpt, as many as it shows now.
fn excerpt(shown: &str, real: &str) -> String {
    let count = |text: &str| text.split("\n\n").count();
    let wanted = shown.strip_suffix(&format!("\n{GOES_ON}\n")).map_or(usize::MAX, count);
    if wanted >= count(real) {
        return real.to_owned();
    }
    let paragraphs: Vec<&str> = real.split("\n\n").take(wanted).collect();
    format!("{}\n\n{GOES_ON}\n", paragraphs.join("\n\n").trim_end())
}

#[test]
fn commands_print_what_the_pages_say() {
    for name in PAGES {
        let mut text = page(name);
        let blocks = blocks(&text);
        let scratch = tempfile::tempdir().unwrap();
        let files = shown_files(&blocks);
        write_files(scratch.path(), &files);
        let folders: Vec<&str> =
            files.iter().filter_map(|(path, _)| Some(path.split_once('/')?.0)).collect();
        for block in blocks.iter().filter(|block| block.language == "console") {
            let line = block.text.lines().next().unwrap();
            assert!(line.starts_with("$ sflint "), "{name}: {line}");
            let own = line.split(' ').any(|word| folders.contains(&word));
            let real = output(line, if own { scratch.path() } else { root() });
            let shown = block.text.split_once('\n').unwrap().1;
            let real = excerpt(shown, &real);
            if blessing() {
                let block_now = format!("```console\n{}```", block.text);
                text = text.replace(&block_now, &format!("```console\n{line}\n{real}```"));
            } else {
                assert_eq!(shown, real, "{name}: `{line}` prints something else now");
            }
        }
        if blessing() {
            fs::write(root().join(name), text).unwrap();
        }
    }
}

#[test]
fn rules_and_config_of_the_readme_work_together() {
    let files = shown_files(&blocks(&page("README.md")));
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["sflint-rules/app-contact-outside.toml", "sflint.toml"]);
    let scratch = tempfile::tempdir().unwrap();
    write_files(scratch.path(), &files);
    let acme = root().join("testdata/acme");
    let run = |extra: &[&str]| {
        let mut command = sflint(scratch.path());
        command.arg("check").arg(&acme).args(["--select", "app-contact-outside"]);
        let output = command.args(["--format", "concise"]).args(extra).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, shown) = run(&["--rules-dir", "sflint-rules"]);
    assert!(shown.contains("warning[app-contact-outside] the contact of "), "{shown}");
    assert_eq!(code, Some(0), "warnings do not fail a run");
    let (code, shown) = run(&["--config", "sflint.toml"]);
    assert!(!shown.contains("app-contact-outside"), "the option accepts the contacts: {shown}");
    assert_eq!(code, Some(0));
}

/// What a config may name as the Health Check baseline of the org.
const BASELINE: &str = "<baseline name=\"Own\">\n<highRiskSecuritySettings>\n\
    <booleanSetting name=\"SessionSettings.csrfGet\" compliant=\"true\"/>\n</highRiskSecuritySettings>\n</baseline>\n";

#[test]
fn parts_of_configs_in_the_readme_are_read() {
    let blocks = blocks(&page("README.md"));
    let named: Vec<String> = shown_files(&blocks).into_iter().map(|(_, text)| text).collect();
    let parts = blocks.iter().filter(|one| one.language == "toml" && !named.contains(&one.text));
    let mut tried = 0;
    for part in parts {
        let scratch = tempfile::tempdir().unwrap();
        let project = "{\"packageDirectories\": [{\"path\": \"force-app\"}]}";
        let files = [
            ("sfdx-project.json", project),
            ("config/baseline.xml", BASELINE),
            ("sflint.toml", part.text.as_str()),
        ];
        write_files(scratch.path(), &files.map(|(path, text)| (path.to_owned(), text.to_owned())));
        let output = sflint(scratch.path()).arg("check").output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_ne!(output.status.code(), Some(2), "{}\n{errors}", part.text);
        tried += 1;
    }
    assert!(tried >= 2, "contracts and exceptions are shown as parts of a config");
}

/// First cells of the table whose heading begins like this.
fn first_cells(page: &str, heading: &str) -> Vec<String> {
    page.lines()
        .skip_while(|line| !line.starts_with(heading))
        .skip(2)
        .map_while(|line| line.strip_prefix("| "))
        .map(|line| line.split(" |").next().unwrap_or("").trim_matches('`').to_owned())
        .collect()
}

#[test]
fn every_family_is_in_the_readme() {
    let catalogue = Catalogue::builtin().unwrap();
    let mut families: Vec<String> =
        catalogue.rules.iter().map(|rule| rule.family.clone()).collect();
    families.sort();
    families.dedup();
    assert_eq!(first_cells(&page("README.md"), FAMILIES), families);
}

#[test]
fn every_room_is_in_contributing() {
    let mut rooms: Vec<String> = fs::read_dir(root().join("src"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    let mut told = first_cells(&page("CONTRIBUTING.md"), ROOMS);
    rooms.sort();
    told.sort();
    assert_eq!(told, rooms);
}

/// Rooms that the files of a room name, in code and in comments alike.
fn used_rooms(room: &str, rooms: &[String]) -> BTreeSet<String> {
    let source = root().join("src");
    let mut folders = vec![source.join(room)];
    let mut files = vec![source.join(format!("{room}.rs"))];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    let mut used = BTreeSet::new();
    for text in files.iter().filter_map(|file| fs::read_to_string(file).ok()) {
        for rest in text.split("crate::").skip(1) {
            let word = |c: char| !c.is_ascii_alphanumeric() && c != '_';
            used.extend(rooms.iter().filter(|room| rest.split(word).next() == Some(room)).cloned());
        }
    }
    used.remove(room);
    used
}

#[test]
fn a_room_uses_only_rooms_above_it() {
    let rooms = first_cells(&page("CONTRIBUTING.md"), ROOMS);
    for (at, room) in rooms.iter().enumerate() {
        let above: BTreeSet<String> = rooms[..at].iter().cloned().collect();
        let below: Vec<String> = used_rooms(room, &rooms).difference(&above).cloned().collect();
        assert!(below.is_empty(), "`{room}` uses {below:?}");
    }
}

#[test]
fn formats_and_presets_of_the_readme_are_those_of_the_command() {
    let text = page("README.md");
    let help = sflint(root()).args(["check", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let formats: Vec<&str> = help
        .lines()
        .skip_while(|line| !line.contains("--format"))
        .skip(1)
        .take_while(|line| !line.trim_start().starts_with("--"))
        .filter_map(|line| Some(line.trim_start().strip_prefix("- ")?.split_once(':')?.0))
        .collect();
    assert_eq!(first_cells(&text, "| `--format` |"), formats);
    let presets = sflint::rule::load::PRESETS.join(", ");
    assert!(text.contains(&presets.replacen(", ", " (the default), ", 1)), "presets: {presets}");
}

#[test]
fn links_lead_somewhere() {
    for name in [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/ci.md",
        "docs/formats.md",
        "docs/rules.md",
        "docs/noise.md",
    ] {
        let text = page(name);
        let folder = root().join(name).parent().unwrap().to_owned();
        for link in text.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0)) {
            if link.starts_with("https://") || link.starts_with('#') {
                continue;
            }
            assert!(folder.join(link).exists(), "{name} links to {link}, which is not there");
        }
    }
}

/// A row of the table of what other tools check: its number, what it is, our rules, and why there are none.
struct OtherTool {
    about: String,
    rules: Vec<String>,
    reason: String,
}

fn other_tools() -> Vec<OtherTool> {
    let text = page("docs/other-tools.tsv");
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [about, rules, reason] = columns.as_slice() else { panic!("three columns: {line}") };
        OtherTool {
            about: (*about).to_owned(),
            rules: rules.split_whitespace().map(str::to_owned).collect(),
            reason: (*reason).to_owned(),
        }
    })
    .collect()
}

fn linked<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    let links: Vec<String> = ids.into_iter().map(|id| format!("[{id}](rules/{id}.md)")).collect();
    links.join(", ")
}

/// The index of rules, from the rules.
fn index(catalogue: &Catalogue) -> String {
    let mut families: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    let mut standards: BTreeMap<(usize, &str), Vec<&str>> = BTreeMap::new();
    for rule in &catalogue.rules {
        families.entry(&rule.family).or_default().push(rule);
        for map in &rule.maps {
            // Numbers in their order: CWE-250 before CWE-1021.
            standards.entry((map.len(), map)).or_default().push(&rule.id);
        }
    }
    let mut text = format!(
        "# Rules\n\nWritten by `BLESS=1 cargo test --test docs`. {} rules; `sflint explain RULE` shows one in the terminal.\n\
         `strict` holds everything that is `recommended`; [noise.md](noise.md) tells how often each fires.\n\n\
         [By family](#by-family) · [By standard](#by-standard) · [What other tools check](#what-other-tools-check)\n\n\
         # By family\n",
        catalogue.rules.len()
    );
    for (family, rules) in families {
        text.push_str(&format!(
            "\n## {family}\n\n| rule | severity | finds | presets |\n|---|---|---|---|\n"
        ));
        for rule in rules {
            text.push_str(&format!(
                "| [{}](rules/{}.md) | {} | {} | {} |\n",
                rule.id,
                rule.id,
                rule.severity,
                prose(&rule.title).replace('|', "\\|"),
                rule.all_presets().join(", "),
            ));
        }
    }
    text.push_str("\n# By standard\n");
    let mut all: Vec<(&str, &Vec<&str>)> =
        standards.iter().map(|((_, map), ids)| (*map, ids)).collect();
    let group = |map: &str| map.split(['-', ' ']).next().unwrap_or_default().to_owned();
    all.sort_by_key(|(map, _)| group(map));
    let mut current = String::new();
    for (map, ids) in all {
        if group(map) != current {
            current = group(map);
            text.push_str("\n| standard | rules |\n|---|---|\n");
        }
        text.push_str(&format!("| {} | {} |\n", standard(map), linked(ids.iter().copied())));
    }
    text.push_str("\n# What other tools check\n\n| what | rules here |\n|---|---|\n");
    for row in other_tools() {
        let mut cell = linked(row.rules.iter().map(String::as_str));
        if !row.reason.is_empty() {
            let gap = if cell.is_empty() { "" } else { "; " };
            cell.push_str(&format!("{gap}{}", prose(&row.reason)));
        }
        text.push_str(&format!("| {} | {cell} |\n", prose(&row.about)));
    }
    text
}

/// Every generated page below `docs`, by its path.
fn generated() -> BTreeMap<String, String> {
    let catalogue = Catalogue::builtin().unwrap();
    let mut pages = BTreeMap::from([("docs/rules.md".to_owned(), index(&catalogue))]);
    for rule in &catalogue.rules {
        let examples = parse_examples(rule).unwrap();
        pages.insert(format!("docs/rules/{}.md", rule.id), rule_page::markdown(rule, &examples));
    }
    pages
}

#[test]
fn the_pages_of_rules_are_fresh() {
    let folder = root().join("docs/rules");
    let pages = generated();
    if blessing() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (path, text) in &pages {
            fs::write(root().join(path), text).unwrap();
        }
        return;
    }
    for (path, text) in &pages {
        let there = fs::read_to_string(root().join(path)).unwrap_or_default().replace("\r\n", "\n");
        assert!(there == *text, "{path} is not fresh: run `BLESS=1 cargo test --test docs`");
    }
    let there = fs::read_dir(folder).unwrap().count();
    assert_eq!(there + 1, pages.len(), "a page of a rule that is gone");
}

#[test]
fn what_other_tools_check_is_here_or_has_a_reason() {
    let catalogue = Catalogue::builtin().unwrap();
    let rows = other_tools();
    assert_eq!(rows.len(), 63);
    for row in rows {
        assert!(!row.rules.is_empty() || !row.reason.is_empty(), "{}", row.about);
        for id in &row.rules {
            assert!(catalogue.rule(id).is_some_and(|rule| rule.id == *id), "{}: {id}", row.about);
        }
    }
}

#[test]
fn every_rule_says_where_it_may_be_wrong_and_has_examples_enough() {
    let mut wrong = String::new();
    for rule in &Catalogue::builtin().unwrap().rules {
        let examples = parse_examples(rule).unwrap();
        let number = |expectation| {
            examples.iter().filter(|example| example.expectation == expectation).count()
        };
        let (bad, good) = (number(Expectation::Bad), number(Expectation::Good));
        if rule.false_positives.is_none() || bad < 2 || good < 2 {
            wrong.push_str(&format!("{}: {bad} bad, {good} good\n", rule.id));
        }
    }
    assert!(wrong.is_empty(), "two bad, two good, and `false_positives`:\n{wrong}");
}

/// The projects that a rule may fire in without a reason on its page: a third.
const COMMON: (usize, usize) = (1, 3);

#[test]
fn the_table_of_noise_is_fresh_and_noise_has_a_reason() {
    let table = page("docs/noise.tsv");
    let mut lines = table.lines();
    let projects = lines.next().unwrap().split('\t').filter(|name| name.starts_with('P')).count();
    let rows: BTreeMap<&str, Vec<&str>> = lines
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .map(|columns| (columns[0], columns[1..].to_vec()))
        .collect();
    let catalogue = Catalogue::builtin().unwrap();
    let ids: BTreeSet<&str> = catalogue.rules.iter().map(|rule| rule.id.as_str()).collect();
    let listed: BTreeSet<&str> = rows.keys().copied().collect();
    let run = "run scripts/noise.py on the corpus";
    assert_eq!(ids.symmetric_difference(&listed).collect::<Vec<_>>(), Vec::<&&str>::new(), "{run}");
    for rule in &catalogue.rules {
        let row = &rows[rule.id.as_str()];
        let recommended = if rule.in_preset("recommended") { "yes" } else { "no" };
        assert_eq!(row[..2], [rule.severity.word(), recommended], "{}: {run}", rule.id);
        let fires: usize = row[2].parse().unwrap();
        let often = fires * COMMON.1 > projects * COMMON.0;
        assert!(
            !often || rule.common.is_some() || recommended == "no",
            "{} fires in {fires} of {projects} projects: narrow it, or say in `common` why that is right",
            rule.id
        );
    }
}
