//! The config and the rules of each project of a run.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::{CheckRequest, Error};
use crate::config::catalogue::Catalogue;
use crate::config::checklists::Checklists;
use crate::config::extends::read_chain;
use crate::config::needed::{self, Need, Present};
use crate::config::origin::Origin;
use crate::config::path_glob::PathGlobs;
use crate::config::select::{Selection, config_errors, enabled_rules};
use crate::config::{Config, FILE_NAME};
use crate::engine::matcher::Options;
use crate::engine::message::{fill, option_text};
use crate::engine::plan::{Plan, Purpose};
use crate::overview::questions::Questions;
use crate::project::Discovery;
use crate::project::file_tree::FileTree;
use crate::rule::Rule;
use crate::rule::lists::Lists;
use crate::rule::load::RuleError;
use crate::rule::shipped::{self, Shipped};
use crate::settle::report::ReportedRule;
use crate::value::date::Date;

/// A config with the plan made from it.
pub struct LoadedRules {
    /// The config.
    pub config: Config,
    /// The plan.
    pub plan: Plan,
    /// The lists that rules share.
    pub lists: Lists,
    /// Rules that are on and were not loaded, because the run has nothing of their kind.
    pub without_anything: usize,
    /// Files that the config excludes.
    pub exclude: PathGlobs,
    /// An overview is made: rules that the config turns off, and that are asked all the same.
    pub off: Option<Vec<(Arc<Rule>, Origin)>>,
}

impl LoadedRules {
    /// Loads the rules that a config asks for.
    ///
    /// # Errors
    /// All mistakes in the config and in rule files.
    pub fn new(
        config: Config,
        selection: &Selection,
        present: &Present,
        today: Date,
        asked: Option<&BTreeSet<String>>,
        list_rules: bool,
        policy: &dyn FileTree,
    ) -> Result<LoadedRules, Error> {
        let need = |rule: &Shipped| needed::need(rule, &config, selection, present);
        let is_asked = |id: &str| asked.is_none_or(|asked| asked.contains(id));
        let needed = |rule: &Shipped| match need(rule) {
            Need::Load => true,
            Need::NothingToSay => list_rules,
            Need::Off => false,
        };
        let left_out = |rule: &&Shipped| need(rule) == Need::NothingToSay && !needed(rule);
        let without_anything = shipped::rules().filter(left_out).count();
        let catalogue = Catalogue::with_needed(needed, policy, config.rules_dir.as_deref())?;
        let mut enabled = match enabled_rules(&catalogue, &config, selection) {
            Ok(enabled) => enabled,
            // What was meant may be a rule that was not loaded.
            Err(_) => enabled_rules(&catalogue_of(policy, &config)?, &config, selection)?,
        };
        enabled.retain(|one| is_asked(&one.rule.id));
        let plan = Plan::new(enabled, &config.lists, &catalogue.lists, today);
        let exclude = PathGlobs::new(&config.exclude);
        let lists = catalogue.lists;
        Ok(LoadedRules { config, plan, lists, without_anything, exclude, off: None })
    }

    /// All rules that a config asks for, and what an overview asks beyond them.
    fn for_overview(
        config: Config,
        selection: &Selection,
        today: Date,
        policy: &dyn FileTree,
        checklists: &Checklists,
    ) -> Result<LoadedRules, Error> {
        let catalogue = catalogue_of(policy, &config)?;
        let mut enabled = enabled_rules(&catalogue, &config, selection)?;
        let questions = Questions::new(checklists, &catalogue, &config, &enabled);
        enabled.extend(questions.more);
        let plan = Plan::new(enabled, &config.lists, &catalogue.lists, today);
        let exclude = PathGlobs::new(&config.exclude);
        let (lists, off) = (catalogue.lists, Some(questions.off));
        Ok(LoadedRules { config, plan, lists, without_anything: 0, exclude, off })
    }

    /// The number of rules that are on.
    pub fn rules_on(&self) -> usize {
        self.plan.findings_rules() + self.without_anything
    }
}

/// The rules that are on in any project, by id, with the severity that they have where they matter most.
pub(super) fn rules_on<'p>(plans: impl Iterator<Item = &'p Plan>) -> Vec<ReportedRule> {
    let mut on: BTreeMap<&str, ReportedRule> = BTreeMap::new();
    let planned = plans.flat_map(|plan| &plan.rules);
    for enabled in planned.map(|planned| &planned.enabled) {
        let (rule, severity) = (&enabled.rule, enabled.severity);
        if enabled.purpose == Purpose::Findings {
            let known = on.entry(&rule.id).or_insert_with(|| ReportedRule {
                rule: Arc::clone(rule),
                severity,
                help: rule.fix.help.as_deref().map(|help| general(help, &enabled.options)),
            });
            known.severity = known.severity.max(severity);
        }
    }
    on.into_values().collect()
}

/// A text of a rule that speaks of no finding: with the values of options, and an ellipsis for names.
fn general(template: &str, options: &Options) -> String {
    fill(template, &mut |name| {
        let option = name.strip_prefix('$').and_then(|option| options.get(option));
        Some(option.map_or_else(|| "…".to_owned(), option_text))
    })
}

/// The rules that exist for a config.
pub(super) fn catalogue_of(
    policy: &dyn FileTree,
    config: &Config,
) -> Result<Catalogue, Vec<RuleError>> {
    match &config.rules_dir {
        Some(folder) => Catalogue::with_folder(policy, folder),
        None => Catalogue::builtin(),
    }
}

/// Finds and reads the config files of a run.
pub(super) struct Configs<'c> {
    policy: &'c dyn FileTree,
    /// What an overview asks; `None` when none is made.
    checklists: Option<&'c Checklists>,
    given: Option<Config>,
    /// By the path of the config; `None` for projects without one, or for the given one.
    loaded: HashMap<Option<PathBuf>, Rc<LoadedRules>>,
}

impl<'c> Configs<'c> {
    pub(super) fn new(
        request: &CheckRequest,
        policy: &'c dyn FileTree,
        checklists: Option<&'c Checklists>,
    ) -> Result<Configs<'c>, Error> {
        let given = match &request.config {
            Some(path) => Some(named_config(policy, &request.current_dir.join(path))?),
            None => None,
        };
        Ok(Configs { policy, checklists, given, loaded: HashMap::new() })
    }

    /// The rules of each project; projects with the same config share them.
    pub(super) fn of_projects(
        &mut self,
        discovery: &Discovery,
        request: &CheckRequest,
    ) -> Result<Vec<Rc<LoadedRules>>, Error> {
        let present = Present::in_run(discovery);
        let folders = discovery.projects.iter().map(|project| discovery.root.join(&project.path));
        folders.map(|folder| self.of(&folder, &present, request)).collect()
    }

    fn of(
        &mut self,
        project: &Path,
        present: &Present,
        request: &CheckRequest,
    ) -> Result<Rc<LoadedRules>, Error> {
        let policy = self.policy;
        let path = if self.given.is_some() { None } else { nearest_config(policy, project) };
        if let Some(known) = self.loaded.get(&path) {
            return Ok(Rc::clone(known));
        }
        let mut config = match (&self.given, &path) {
            (Some(config), _) => config.clone(),
            (None, Some(path)) => found_config(policy, path)?,
            (None, None) => Config::none(project),
        };
        if let Some(folder) = &request.rules_dir {
            config.rules_dir = Some(request.current_dir.join(folder));
        }
        let (selection, today) = (&request.selection, request.today);
        let rules = Rc::new(match self.checklists {
            Some(checklists) => {
                LoadedRules::for_overview(config, selection, today, policy, checklists)?
            }
            None => {
                let asked = request.asked.as_ref();
                LoadedRules::new(
                    config,
                    selection,
                    present,
                    today,
                    asked,
                    request.list_rules,
                    policy,
                )?
            }
        });
        self.loaded.insert(path, Rc::clone(&rules));
        Ok(rules)
    }
}

/// The nearest `sflint.toml` upward of a folder, not above the git work tree.
pub fn nearest_config(policy: &dyn FileTree, folder: &Path) -> Option<PathBuf> {
    nearest(policy, folder, FILE_NAME)
}

/// The nearest file of a name upward of a folder, not above the git work tree.
pub(super) fn nearest(policy: &dyn FileTree, folder: &Path, name: &str) -> Option<PathBuf> {
    for ancestor in folder.ancestors() {
        let candidate = ancestor.join(name);
        if policy.is_file(&candidate) {
            return Some(candidate);
        }
        if policy.exists(&ancestor.join(".git")) {
            return None;
        }
    }
    None
}

/// Reads a config file that somebody names, with all that it extends.
///
/// # Errors
/// When it cannot be read, and all mistakes in it.
pub fn named_config(policy: &dyn FileTree, path: &Path) -> Result<Config, Error> {
    read_config(policy, path, true)
}

/// Reads a config file that was found in a project, with all that it extends.
///
/// # Errors
/// When it cannot be read, and all mistakes in it.
pub fn found_config(policy: &dyn FileTree, path: &Path) -> Result<Config, Error> {
    read_config(policy, path, false)
}

fn read_config(policy: &dyn FileTree, path: &Path, named: bool) -> Result<Config, Error> {
    let chain = read_chain(policy, path, named)
        .map_err(|failure| Error::Unreadable { path: failure.path, why: failure.why })?;
    let (config, mut errors) = Config::of_chain(chain, policy);
    if errors.is_empty() {
        return Ok(config);
    }
    // Whoever corrects a config wants to see everything at once, also what only the rules can tell.
    match catalogue_of(policy, &config) {
        Ok(catalogue) => errors.extend(config_errors(&catalogue, &config)),
        Err(mistakes) => errors.extend(mistakes),
    }
    config.sort(&mut errors);
    Err(Error::Invalid(errors))
}
