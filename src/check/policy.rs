//! `--policy-from`: what the checked tree says about a run, and the revision that decides does not.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::rules::{catalogue_of, nearest};
use super::run::Run;
use super::{CheckRequest, Error, baseline, found_config, named_config, nearest_config};
use crate::config::catalogue::read_folder;
use crate::config::changes::{self, Change, Policy};
use crate::config::{Config, FILE_NAME};
use crate::document::SourceText;
use crate::model::config_problem::{ConfigProblem, POLICY_CHANGED};
use crate::model::record::Place;
use crate::project::Discovery;
use crate::project::file_tree::{EntryKind, FileTree};
use crate::project::overlay::SHAPING;
use crate::project::path::{normalise, seen_from};
use crate::project::{forceignore, sfdx_project};
use crate::rule::RuleSource;
use crate::settle::baseline::FILE_NAME as BASELINE;

/// What decides about a run, taken from a revision.
#[derive(Clone, Copy, Debug)]
pub struct PolicyFrom<'a> {
    /// The tree of the revision.
    pub tree: &'a dyn FileTree,
    /// The revision, for people.
    pub name: &'a str,
    /// The checked tree with its own files, which are held against the revision.
    pub own: Option<&'a dyn FileTree>,
}

/// The two trees that are held against each other.
#[derive(Clone, Copy)]
struct Trees<'a> {
    own: &'a dyn FileTree,
    tree: &'a dyn FileTree,
    name: &'a str,
}

/// Folders in which no project lies.
const NEVER: [&str; 2] = [".git", "node_modules"];
/// Larger files are cut off: what stands there is no line of a policy.
const MOST: u64 = 16 << 20;

/// What the checked tree would hide or lower, each told once, in the first project that it is about.
pub(super) fn changes_of_policy(
    request: &CheckRequest,
    discovery: &Discovery,
    policy: PolicyFrom<'_>,
    run: &mut Run<'_>,
) -> Result<Vec<(usize, ConfigProblem)>, Error> {
    let Some(own) = policy.own else { return Ok(Vec::new()) };
    let policy = Trees { own, tree: policy.tree, name: policy.name };
    let mut told: BTreeSet<(String, usize, String)> = BTreeSet::new();
    let mut problems = Vec::new();
    for (at, project) in discovery.projects.iter().enumerate() {
        let folder = discovery.root.join(&project.path);
        let folder = folder.components().collect::<PathBuf>();
        let mut all = config_changes(request, &folder, policy)?;
        all.extend(baseline_changes(request, &folder, policy)?);
        all.extend(shape_changes(&folder, policy));
        for change in all {
            if told.insert((change.path.clone(), change.span.start, change.about.clone())) {
                let place = run.own_place(&change.path, change.span.clone());
                problems.push((at, problem(change, place, &discovery.root, policy.name)));
            }
        }
    }
    Ok(problems)
}

fn problem(change: Change, place: Place, root: &Path, name: &str) -> ConfigProblem {
    ConfigProblem {
        code: POLICY_CHANGED,
        place,
        path: seen_from(&change.path, &normalise(&root.to_string_lossy())),
        about: change.about,
        text: format!("{}; not so in {name}, which decides", change.text),
    }
}

fn shown(path: &Path) -> String {
    normalise(&path.to_string_lossy())
}

/// A text of a file, if there is one that can be read.
fn text(tree: &dyn FileTree, path: &Path) -> Option<String> {
    let source = SourceText::decode(tree.read(path, MOST).ok()?).ok()?;
    Some(source.text().to_owned())
}

fn config_changes(
    request: &CheckRequest,
    folder: &Path,
    policy: Trees<'_>,
) -> Result<Vec<Change>, Error> {
    let named = request.config.as_ref().map(|path| request.current_dir.join(path));
    let read = |tree: &dyn FileTree| match &named {
        Some(path) => named_config(tree, path).map(Some),
        None => nearest_config(tree, folder).map(|path| found_config(tree, &path)).transpose(),
    };
    let of_none = || Config::none(folder);
    let before = read(policy.tree)?;
    // Where the config is, or was.
    let place = nearest_config(policy.own, folder).or_else(|| nearest_config(policy.tree, folder));
    let place = named.clone().or(place).unwrap_or_else(|| folder.join(FILE_NAME));
    let mut after = match read(policy.own) {
        Ok(after) => after.unwrap_or_else(of_none),
        Err(Error::Invalid(mistakes)) => {
            let first = mistakes.first();
            return Ok(vec![Change {
                path: first.map_or_else(|| shown(&place), |one| one.path().to_owned()),
                span: first.map_or(0..0, crate::rule::load::RuleError::span),
                about: "mistakes".to_owned(),
                text: mistake(first.map_or("", |one| one.message())),
            }]);
        }
        Err(error) => {
            let (about, text) = ("not readable".to_owned(), error.to_string());
            return Ok(vec![Change { path: shown(&place), span: 0..0, about, text }]);
        }
    };
    let mut before = before.unwrap_or_else(of_none);
    if let Some(rules) = &request.rules_dir {
        let rules = request.current_dir.join(rules);
        before.rules_dir = Some(rules.clone());
        after.rules_dir = Some(rules);
    }
    let folders = (before.rules_dir.clone(), after.rules_dir.clone());
    let own_rules = |tree: &dyn FileTree, folder: &Option<PathBuf>| {
        folder
            .as_ref()
            .map(|folder| read_folder(tree, folder))
            .transpose()
            .map(Option::unwrap_or_default)
    };
    let was = own_rules(policy.tree, &folders.0)?;
    let mut found = match own_rules(policy.own, &folders.1) {
        Ok(is) if same_texts(&before, &after) && same_rules(&was, &is) => return Ok(Vec::new()),
        Ok(is) => changes::rule_files(&was, &is, &shown(&place)),
        Err(_) => changes::rule_files(&was, &[], &shown(&place)),
    };
    let known = catalogue_of(policy.tree, &before)?;
    // Own rules that are wrong leave the shipped ones.
    let own = catalogue_of(policy.own, &after).or_else(|_| {
        after.rules_dir = None;
        catalogue_of(policy.own, &after)
    })?;
    let settings = changes::settings(
        Policy { config: &before, catalogue: &known },
        Policy { config: &after, catalogue: &own },
        &request.selection,
        &shown(&place),
    );
    match settings {
        Ok(settings) => found.extend(settings),
        Err(mistakes) => found.extend(mistakes.first().map(|one| Change {
            path: one.path().to_owned(),
            span: one.span(),
            about: "mistakes".to_owned(),
            text: mistake(one.message()),
        })),
    }
    Ok(found)
}

fn mistake(message: &str) -> String {
    format!("the config has a mistake: {message}")
}

fn same_texts(before: &Config, after: &Config) -> bool {
    let texts = |config: &Config| -> Vec<(String, String)> {
        config.files.iter().map(|file| (file.path.clone(), file.text.to_string())).collect()
    };
    texts(before) == texts(after) && before.health_check == after.health_check
}

fn same_rules(before: &[RuleSource], after: &[RuleSource]) -> bool {
    before.len() == after.len()
        && before.iter().zip(after).all(|(a, b)| a.path == b.path && *a.text == *b.text)
}

fn baseline_changes(
    request: &CheckRequest,
    folder: &Path,
    policy: Trees<'_>,
) -> Result<Vec<Change>, Error> {
    let path = match &request.baseline {
        baseline::BaselineChoice::Ignore => None,
        baseline::BaselineChoice::File(path) => Some(request.current_dir.join(path)),
        baseline::BaselineChoice::Nearest => nearest(policy.own, folder, BASELINE),
    };
    let Some(path) = path else { return Ok(Vec::new()) };
    let Some(after) = text(policy.own, &path) else { return Ok(Vec::new()) };
    // One that is nearer than the one that decides hides as much as a new one.
    let before = match &request.baseline {
        baseline::BaselineChoice::File(_) => text(policy.tree, &path),
        _ => nearest(policy.tree, folder, BASELINE).and_then(|path| text(policy.tree, &path)),
    };
    Ok(changes::new_lines(&shown(&path), before.as_deref(), &after))
}

/// The files at and below a project's folder that shape it.
fn shape_changes(folder: &Path, policy: Trees<'_>) -> Vec<Change> {
    let mut paths: BTreeSet<PathBuf> = BTreeSet::new();
    for tree in [policy.own, policy.tree].into_iter().filter(|tree| tree.is_folder(folder)) {
        let mut entries = tree.entries(folder, true);
        while let Some(entry) = entries.next() {
            let Ok(entry) = entry else { continue };
            if entry.kind != EntryKind::Folder {
                let shapes = SHAPING.iter().any(|name| entry.name == *name);
                paths.extend(shapes.then_some(entry.path));
            } else if NEVER.iter().any(|name| entry.name == *name) {
                entries.skip_folder();
            }
        }
    }
    let above = folder.ancestors().skip(1).map(|folder| folder.join(forceignore::FILE_NAME));
    paths.extend(
        above.filter(|path| policy.own.is_file(path) && policy.tree.canonical(path).is_ok()),
    );
    paths.iter().flat_map(|path| shape_change(path, policy)).collect()
}

fn shape_change(path: &Path, policy: Trees<'_>) -> Vec<Change> {
    let (before, after) = (text(policy.tree, path), text(policy.own, path));
    if before == after {
        return Vec::new();
    }
    let place = shown(path);
    if path.file_name().is_some_and(|name| name == forceignore::FILE_NAME) {
        return changes::forceignore(
            &place,
            before.as_deref(),
            after.as_deref().unwrap_or_default(),
        );
    }
    let one = |span: Range<usize>, about: &str, text: &str| {
        vec![Change { path: place.clone(), span, about: about.to_owned(), text: text.to_owned() }]
    };
    let parse = |text: &str| sfdx_project::parse(text.as_bytes());
    match (before.as_deref().map(parse), after.as_deref().map(parse)) {
        (None, _) => one(
            0..0,
            "new project",
            "it makes its folder a project of its own, and nothing is joined across projects",
        ),
        (Some(_), None) => one(0..0, "no project", "the project file is gone"),
        (Some(Ok(before)), Some(Ok(now))) => {
            changes::project_file(&place, &before, &now, after.as_deref().unwrap_or_default())
        }
        (Some(_), Some(Err(why))) => one(0..0, "not readable", &format!("it {why}")),
        (Some(Err(_)), Some(Ok(_))) => Vec::new(),
    }
}
