//! What is wrong with a document: the words of those who read it for good.

use std::path::Path;

use super::kind::{DocumentKind, Recognised};
use crate::check::{Error, found_config};
use crate::config::catalogue::{Catalogue, read_folder};
use crate::config::select::config_errors;
use crate::project::file_tree::FileTree;
use crate::project::path::normalise;
use crate::rule::lists::{Lists, parse_lists};
use crate::rule::load::{RuleError, check_rule};
use crate::rule::{Rule, RuleSource};
use crate::trial::try_rule;

/// Of a larger file a run says that it is too large.
const LARGEST: usize = 1 << 20;
/// The examples of a rule with more of them are tried by `sflint test` alone: an editor does not wait for them at each change.
const MOST_EXAMPLES: usize = 100;

/// The rules that there are for a document: own ones count when all of them can be read.
pub fn catalogue(tree: &dyn FileTree, recognised: &Recognised) -> Catalogue {
    let own = recognised.rules_dir.as_ref().map(|folder| Catalogue::with_folder(tree, folder));
    let shipped = || Catalogue::builtin().unwrap_or_default();
    own.and_then(Result::ok).unwrap_or_else(shipped)
}

/// Everything that is wrong with a document that the tree holds as the editor shows it.
pub fn problems(
    tree: &dyn FileTree,
    path: &Path,
    text: &str,
    recognised: &Recognised,
) -> Vec<RuleError> {
    if text.len() > LARGEST {
        return Vec::new();
    }
    let shown = normalise(&path.to_string_lossy());
    let all = match recognised.kind {
        DocumentKind::Config => of_config(tree, path),
        DocumentKind::Lists => {
            parse_lists(&RuleSource::read(shown.as_str(), text)).err().unwrap_or_default()
        }
        DocumentKind::Rule => of_rule(tree, RuleSource::read(shown.as_str(), text), recognised),
    };
    all.into_iter().filter(|error| error.path() == shown).collect()
}

/// What keeps a run from using a config.
fn of_config(tree: &dyn FileTree, path: &Path) -> Vec<RuleError> {
    match found_config(tree, path) {
        Err(Error::Invalid(errors)) => errors,
        // It lies on no disk, or is too large.
        Err(_) => Vec::new(),
        Ok(config) => {
            let own = config.rules_dir.as_ref();
            let catalogue =
                own.map_or_else(Catalogue::builtin, |folder| Catalogue::with_folder(tree, folder));
            catalogue.map(|catalogue| config_errors(&catalogue, &config)).unwrap_or_default()
        }
    }
}

/// Mistakes of a rule, or else what its examples say.
fn of_rule(tree: &dyn FileTree, source: RuleSource, recognised: &Recognised) -> Vec<RuleError> {
    let own = recognised.rules_dir.as_ref().and_then(|folder| read_folder(tree, folder).ok());
    let lists = lists_of(own.as_deref().unwrap_or_default());
    if let Err(errors) = check_rule(&source, &lists) {
        return errors;
    }
    let path = source.path.clone();
    let catalogue = match own.map(Catalogue::with_sources) {
        Some(Err(errors)) if errors.iter().any(|error| error.path() == path) => return errors,
        // Another file is wrong, and says so itself.
        Some(Err(_)) | None => match Catalogue::replacing(vec![source]) {
            Ok(catalogue) => catalogue,
            Err(errors) => return errors,
        },
        Some(Ok(catalogue)) => catalogue,
    };
    let rule = catalogue.rules.iter().find(|rule| rule.source.path == path);
    let many = |rule: &Rule| rule.source.text.matches("\n[[").count() > MOST_EXAMPLES;
    let rule = rule.filter(|rule| !many(rule));
    rule.and_then(|rule| try_rule(rule, &catalogue).err()).unwrap_or_default()
}

/// The lists that rules of these files can name.
fn lists_of(sources: &[RuleSource]) -> Lists {
    let mut lists = Lists::shipped();
    let is_list = |source: &&RuleSource| source.path.rsplit('/').nth(1) == Some("lists");
    let read = sources.iter().filter(is_list).filter_map(|source| parse_lists(source).ok());
    read.flatten().for_each(|list| lists.insert(list));
    lists
}
