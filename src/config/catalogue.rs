//! The rules that exist: those that ship with sflint, and a team's own, on equal terms.

use std::path::Path;
use std::sync::Arc;

use crate::project::file_tree::{EntryKind, FileTree};
use crate::rule::lists::{Lists, parse_lists};
use crate::rule::load::{RuleError, load_rules};
use crate::rule::shipped::{self, Shipped};
use crate::rule::{Rule, RuleSource};

/// Largest rule file that is read, in bytes.
const MAX_RULE_FILE: u64 = 1 << 20;

/// All rules and the lists they share.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// In order of their ids.
    pub rules: Vec<Arc<Rule>>,
    /// Shared lists.
    pub lists: Lists,
}

impl Catalogue {
    /// The rules that ship with sflint.
    ///
    /// # Errors
    /// Mistakes in the shipped files: none, as their test shows.
    pub fn builtin() -> Result<Catalogue, Vec<RuleError>> {
        Catalogue::with_sources(Vec::new())
    }

    /// The shipped rules, and those of a folder.
    ///
    /// # Errors
    /// All mistakes in the folder's files, or that it cannot be read.
    pub fn with_folder(tree: &dyn FileTree, folder: &Path) -> Result<Catalogue, Vec<RuleError>> {
        Catalogue::with_sources(read_folder(tree, folder)?)
    }

    /// The shipped rules, and those of these files.
    ///
    /// # Errors
    /// All mistakes in these files.
    pub fn with_sources(own: Vec<RuleSource>) -> Result<Catalogue, Vec<RuleError>> {
        Catalogue::of(every_source().chain(own), Lists::shipped())
    }

    /// Those of the shipped rules that a run needs, and those of a folder. Rules that are left out cannot be asked for by name.
    ///
    /// # Errors
    /// All mistakes in the folder's files, or that it cannot be read.
    pub fn with_needed(
        needed: impl Fn(&Shipped) -> bool,
        tree: &dyn FileTree,
        own: Option<&Path>,
    ) -> Result<Catalogue, Vec<RuleError>> {
        let own = own.map(|folder| read_folder(tree, folder)).transpose()?.unwrap_or_default();
        let shipped = shipped::rules().filter(|rule| needed(rule)).map(Shipped::source);
        Catalogue::of(shipped.chain(own), Lists::shipped())
    }

    /// These files, and the shipped ones that have another name: rules that ship with sflint
    /// can be tried from a folder while they are written.
    ///
    /// # Errors
    /// All mistakes in these files.
    pub fn replacing(own: Vec<RuleSource>) -> Result<Catalogue, Vec<RuleError>> {
        use crate::project::path::file_name;
        let names: Vec<String> =
            own.iter().map(|source| file_name(&source.path).to_owned()).collect();
        let others = every_source()
            .filter(|source| !names.iter().any(|name| name == file_name(&source.path)));
        Catalogue::of(others.collect::<Vec<_>>().into_iter().chain(own), Lists::shipped())
    }

    fn of(
        sources: impl Iterator<Item = RuleSource>,
        mut lists: Lists,
    ) -> Result<Catalogue, Vec<RuleError>> {
        let (list_files, rule_files): (Vec<RuleSource>, Vec<RuleSource>) =
            sources.partition(|source| folder_name(&source.path) == "lists");
        let mut errors = Vec::new();
        for file in &list_files {
            match parse_lists(file) {
                Ok(read) => read.into_iter().for_each(|list| lists.insert(list)),
                Err(mistakes) => errors.extend(mistakes),
            }
        }
        let (mut rules, mistakes) = load_rules(&rule_files, &lists);
        errors.extend(mistakes);
        if !errors.is_empty() {
            return Err(errors);
        }
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Catalogue { rules: rules.into_iter().map(Arc::new).collect(), lists })
    }

    /// The rule with this id, now or formerly.
    pub fn rule(&self, id: &str) -> Option<&Arc<Rule>> {
        self.rules
            .iter()
            .find(|rule| rule.id == id)
            .or_else(|| self.rules.iter().find(|rule| rule.goes_by(id)))
    }
}

fn every_source() -> impl Iterator<Item = RuleSource> {
    shipped::rules().map(Shipped::source)
}

fn folder_name(path: &str) -> &str {
    crate::project::path::file_name(crate::project::path::parent(path))
}

/// The rule files of a folder, in order of their paths.
///
/// # Errors
/// When the folder or a file cannot be read.
pub fn read_folder(tree: &dyn FileTree, folder: &Path) -> Result<Vec<RuleSource>, Vec<RuleError>> {
    let mut sources = Vec::new();
    let mut errors = Vec::new();
    let mut failed = |path: &Path, why: &str| {
        let source = RuleSource::read(path.to_string_lossy().into_owned(), "");
        let message = format!("cannot read {}: {why}", path.display());
        errors.push(RuleError::new(
            &source,
            0..0,
            message,
            "",
            "name a folder of rule files (*.toml)",
        ));
    };
    let mut paths = Vec::new();
    for entry in tree.entries(folder, true) {
        match entry {
            Ok(entry) if entry.kind == EntryKind::File => paths.push(entry.path),
            Ok(_) => {}
            Err(place) => failed(&place.path, "it is not there, or not readable"),
        }
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort_unstable();
    for path in paths {
        let read = tree.read(&path, MAX_RULE_FILE + 1);
        if read.as_ref().is_ok_and(|bytes| bytes.len() as u64 > MAX_RULE_FILE) {
            failed(&path, "it is too large for a rule");
            continue;
        }
        match read.and_then(|bytes| String::from_utf8(bytes).map_err(std::io::Error::other)) {
            Ok(text) => sources.push(RuleSource::read(
                crate::project::path::normalise(&path.to_string_lossy()),
                text.as_str(),
            )),
            Err(error) => failed(&path, &error.to_string()),
        }
    }
    if errors.is_empty() { Ok(sources) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_rules_have_no_mistakes() {
        let catalogue = Catalogue::builtin().unwrap();
        assert!(catalogue.rules.len() > 20, "{}", catalogue.rules.len());
        assert!(catalogue.lists.get("tier0").is_some());
    }
}
