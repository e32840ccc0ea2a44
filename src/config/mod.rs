//! `sflint.toml`: what a team says about a run.

pub mod catalogue;
pub mod changes;
pub mod checklists;
pub mod contract;
pub mod effective;
pub mod exception;
pub mod extends;
mod file;
pub mod health_check;
mod hosts;
pub mod needed;
pub mod origin;
pub mod path_glob;
pub mod select;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use self::contract::Contract;
use self::exception::Exception;
use self::extends::{Chain, chain_of_text};
use self::health_check::baseline::HealthCheckBaseline;
use self::origin::Origin;
use self::path_glob::PathGlob;
use crate::project::file_tree::FileTree;
use crate::project::store::Disk;
use crate::rule::lists::Lists;
use crate::rule::load::RuleError;
use crate::rule::load::reader::Reader;
use crate::rule::{OptionValue, ProjectKind, RuleSource, Severity};

/// The file's name.
pub const FILE_NAME: &str = "sflint.toml";

/// What a config file says of one rule.
#[derive(Clone, Debug)]
pub struct RuleSetting {
    /// The file.
    pub source: RuleSource,
    /// `Some(None)` turns the rule off; `Some(Some(severity))` turns it on with that severity.
    pub severity: Option<Option<Severity>>,
    /// Where the severity stands.
    pub severity_span: Range<usize>,
    /// Options with the place of each; what replaces a list comes before what extends it.
    pub options: Vec<(String, OptionValue, Range<usize>)>,
    /// Where the rule is named.
    pub span: Range<usize>,
}

/// What a config file and those that it extends say together; or what holds without any.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file, with its text for messages; `None` when there is none.
    pub source: Option<RuleSource>,
    /// All files, those that are extended first.
    pub files: Vec<RuleSource>,
    /// The folder it lies in.
    pub folder: PathBuf,
    /// Which rules are on; `recommended` when not stated.
    pub preset: String,
    /// What the project is for; guessed when not stated.
    pub kind: Option<ProjectKind>,
    /// The severity that fails a run.
    pub fail_on: Option<Severity>,
    /// Files that are not looked at.
    pub exclude: Vec<PathGlob>,
    /// What settings are held against, instead of the standard baseline of Health Check.
    pub health_check: Option<HealthCheckBaseline>,
    /// Folder of the team's own rules.
    pub rules_dir: Option<PathBuf>,
    /// Settings of single rules in the order in which they are made; a later one wins.
    pub rules: Vec<(String, RuleSetting)>,
    /// Lists that replace those of the same name.
    pub lists: Lists,
    /// What integrations are and may do, in the order of the files.
    pub integrations: Vec<Contract>,
    /// Globs of names that are no integrations, whatever they are called.
    pub integrations_ignore: Vec<String>,
    /// What is accepted, in the order of the files.
    pub exceptions: Vec<Exception>,
    /// Where `preset`, `kind`, `fail-on`, `health-check-baseline`, `rules-dir`, `lists.<name>` and `integrations-ignore.<glob>` stand.
    pub origins: BTreeMap<String, Origin>,
}

impl Config {
    /// What holds without a config file.
    pub fn none(folder: &Path) -> Config {
        Config {
            source: None,
            files: Vec::new(),
            folder: folder.to_owned(),
            preset: "recommended".to_owned(),
            kind: None,
            fail_on: None,
            exclude: Vec::new(),
            health_check: None,
            rules_dir: None,
            rules: Vec::new(),
            lists: Lists::default(),
            integrations: Vec::new(),
            integrations_ignore: Vec::new(),
            exceptions: Vec::new(),
            origins: BTreeMap::new(),
        }
    }

    /// Reads the text of a config file that extends nothing.
    ///
    /// # Errors
    /// All mistakes of the file, each with its place.
    pub fn parse(path: &str, text: &str, folder: &Path) -> Result<Config, Vec<RuleError>> {
        let (config, errors) = Config::of_chain(chain_of_text(path, text, folder), &Disk);
        if errors.is_empty() { Ok(config) } else { Err(errors) }
    }

    /// Puts the files of a config together, read from a tree that has all else they name, and gives all that is wrong with them. What is wrong is left out, so that
    /// the rest can be judged in the same run.
    pub fn of_chain(chain: Chain, tree: &dyn FileTree) -> (Config, Vec<RuleError>) {
        let last = chain.files.last();
        let folder = last.map_or_else(PathBuf::new, |file| file.folder.clone());
        let source = last.map(|file| file.source.clone());
        let mut config = Config { source, ..Config::none(&folder) };
        let mut errors = chain.errors;
        for file in chain.files {
            let mut reader = Reader::new(&file.source);
            let parsed = reader.parse(&file.source.text);
            if let Some(root) = parsed.as_ref().and_then(|value| value.as_table()) {
                config.read(root, &mut reader, &file.folder, tree);
            }
            errors.extend(reader.into_errors());
            config.files.push(file.source);
        }
        config.sort(&mut errors);
        (config, errors)
    }

    /// Mistakes of the config's files in their order, then those of rule files; within a file in its order.
    pub fn sort(&self, errors: &mut [RuleError]) {
        let rank = |error: &RuleError| {
            let known = self.files.iter().position(|file| file.path == error.path());
            (known.unwrap_or(usize::MAX), error.span().start, error.span().end)
        };
        errors.sort_by_key(rank);
    }
}
