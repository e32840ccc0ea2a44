//! Which documents these are.

use std::path::{Path, PathBuf};

use super::facts::Facts;
use crate::check::nearest_config;
use crate::config::extends::read_chain;
use crate::config::{Config, FILE_NAME};
use crate::project::file_tree::FileTree;

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// `sflint.toml`, or a file that one extends.
    Config,
    /// A rule.
    Rule,
    /// A file of lists.
    Lists,
}

/// A document of this kind, with the folder of own rules that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// What it is.
    pub kind: DocumentKind,
    /// The folder of own rules that counts for it.
    pub rules_dir: Option<PathBuf>,
}

/// What the document of a path is; `None` when it is no concern of sflint.
pub fn recognise(tree: &dyn FileTree, path: &Path, text: &str) -> Option<Recognised> {
    if path.extension().is_none_or(|extension| extension != "toml") {
        return None;
    }
    let folder = path.parent()?;
    if path.file_name().is_some_and(|name| name == FILE_NAME) {
        // While the document is broken its own word for the folder still counts.
        let own = || Some(folder.join(Facts::read(text).rules_dir?));
        let rules_dir = config_of(tree, path).and_then(|config| config.rules_dir).or_else(own);
        return Some(Recognised { kind: DocumentKind::Config, rules_dir });
    }
    let config = nearest_config(tree, folder).and_then(|config| config_of(tree, &config));
    let is_extended = |config: &Config| {
        let shown = crate::project::path::normalise(&path.to_string_lossy());
        config.files.iter().any(|file| file.path == shown)
    };
    if config.as_ref().is_some_and(is_extended) {
        let rules_dir = config.and_then(|config| config.rules_dir);
        return Some(Recognised { kind: DocumentKind::Config, rules_dir });
    }
    let rules_dir = config.and_then(|config| config.rules_dir);
    let rules_dir = rules_dir.map(|folder| tree.canonical(&folder).unwrap_or(folder));
    let is_own = rules_dir.as_ref().is_some_and(|rules| path.starts_with(rules));
    if is_own && folder.file_name().is_some_and(|name| name == "lists") {
        return Some(Recognised { kind: DocumentKind::Lists, rules_dir });
    }
    let rules_dir = rules_dir.filter(|_| is_own);
    (is_own || Facts::read(text).is_rule())
        .then_some(Recognised { kind: DocumentKind::Rule, rules_dir })
}

/// What a config says as far as it can be read.
fn config_of(tree: &dyn FileTree, path: &Path) -> Option<Config> {
    let chain = read_chain(tree, path, false).ok()?;
    Some(Config::of_chain(chain, tree).0)
}
