//! The config and the rules of each project of a run.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::{CheckRequest, Error};
use crate::config::catalogue::Catalogue;
use crate::config::select::{Selection, enabled_rules};
use crate::config::{Config, FILE_NAME};
use crate::engine::plan::Plan;
use crate::project::Discovery;
use crate::rule::lists::Lists;
use crate::value::date::Date;

/// A config with the plan made from it.
pub struct LoadedRules {
    /// The config.
    pub config: Config,
    /// The plan.
    pub plan: Plan,
    /// The lists that rules share.
    pub lists: Lists,
    /// Files that the config excludes, relative to its folder.
    pub exclude: GlobSet,
}

impl LoadedRules {
    /// Loads the rules that a config asks for.
    ///
    /// # Errors
    /// All mistakes in the config and in rule files.
    pub fn new(config: Config, selection: &Selection, today: Date) -> Result<LoadedRules, Error> {
        let catalogue = match &config.rules_dir {
            Some(folder) => Catalogue::with_folder(folder)?,
            None => Catalogue::builtin()?,
        };
        LoadedRules::with_catalogue(config, &catalogue, selection, today)
    }

    /// The same with rules that are loaded already.
    ///
    /// # Errors
    /// All mistakes in the config.
    pub fn with_catalogue(
        config: Config,
        catalogue: &Catalogue,
        selection: &Selection,
        today: Date,
    ) -> Result<LoadedRules, Error> {
        let enabled = enabled_rules(catalogue, &config, selection)?;
        let plan = Plan::new(enabled, &config.lists, &catalogue.lists, today);
        let mut globs = GlobSetBuilder::new();
        for pattern in &config.exclude {
            if let Ok(glob) = Glob::new(pattern) {
                globs.add(glob);
            }
        }
        let exclude = globs.build().unwrap_or_else(|_| GlobSet::empty());
        Ok(LoadedRules { config, plan, lists: catalogue.lists.clone(), exclude })
    }
}

/// Finds and reads the config files of a run.
pub(super) struct Configs {
    given: Option<Config>,
    /// By the path of the config; `None` for projects without one, or for the given one.
    loaded: HashMap<Option<PathBuf>, Rc<LoadedRules>>,
}

impl Configs {
    pub(super) fn new(request: &CheckRequest) -> Result<Configs, Error> {
        let given = match &request.config {
            Some(path) => Some(read_config(&request.current_dir.join(path))?),
            None => None,
        };
        Ok(Configs { given, loaded: HashMap::new() })
    }

    /// The rules of each project; projects with the same config share them.
    pub(super) fn of_projects(
        &mut self,
        discovery: &Discovery,
        request: &CheckRequest,
    ) -> Result<Vec<Rc<LoadedRules>>, Error> {
        let folders = discovery.projects.iter().map(|project| discovery.root.join(&project.path));
        folders.map(|folder| self.of(&folder, request)).collect()
    }

    fn of(&mut self, project: &Path, request: &CheckRequest) -> Result<Rc<LoadedRules>, Error> {
        let path = if self.given.is_some() { None } else { nearest_config(project) };
        if let Some(known) = self.loaded.get(&path) {
            return Ok(Rc::clone(known));
        }
        let mut config = match (&self.given, &path) {
            (Some(config), _) => config.clone(),
            (None, Some(path)) => read_config(path)?,
            (None, None) => Config::none(project),
        };
        if let Some(folder) = &request.rules_dir {
            config.rules_dir = Some(request.current_dir.join(folder));
        }
        let rules = Rc::new(LoadedRules::new(config, &request.selection, request.today)?);
        self.loaded.insert(path, Rc::clone(&rules));
        Ok(rules)
    }
}

/// The nearest `sflint.toml` upward of a folder, not above the git work tree.
pub fn nearest_config(folder: &Path) -> Option<PathBuf> {
    for ancestor in folder.ancestors() {
        let candidate = ancestor.join(FILE_NAME);
        if candidate.is_file() {
            return Some(candidate);
        }
        if ancestor.join(".git").exists() {
            return None;
        }
    }
    None
}

/// Reads a config file.
///
/// # Errors
/// When it cannot be read, and all mistakes in it.
pub fn read_config(path: &Path) -> Result<Config, Error> {
    let shown = crate::project::path::normalise(&path.to_string_lossy());
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::Unreadable { path: shown.clone(), why: error.to_string() })?;
    let folder = path.parent().unwrap_or(Path::new("."));
    Ok(Config::parse(&shown, &text, folder)?)
}
