//! Which of the shipped rules a run needs to load. Loading is most of the work of a short run, and most rules are about
//! metadata that a project does not have.

use rustc_hash::FxHashSet;

use crate::config::Config;
use crate::config::select::Selection;
use crate::model::raw::{inline_in, whole_of};
use crate::model::vocabulary::record_kind;
use crate::project::{Discovery, ProjectFile};
use crate::rule::shipped::Shipped;

/// Files of settings are told apart by their root element only.
const SETTINGS: &str = "Settings";

/// The metadata types of which there is a file.
#[derive(Clone, Debug, Default)]
pub struct Present(FxHashSet<&'static str>);

impl Present {
    /// Those of all projects that were found.
    pub fn in_run(discovery: &Discovery) -> Present {
        Present::among(discovery.projects.iter().flat_map(|project| &project.files))
    }

    /// Those of some files.
    pub fn among<'f>(files: impl Iterator<Item = &'f ProjectFile>) -> Present {
        let types = files.filter_map(|file| Some(file.kind.as_ref()?.metadata_type));
        let with_whole = types.flat_map(|found| {
            let whole = whole_of(found).map(|(whole, _)| whole);
            let inline = inline_in(found).map(|(_, part)| part);
            std::iter::once(found).chain(whole).chain(inline)
        });
        Present(with_whole.collect())
    }

    /// Whether there can be a block of this kind. Records without sources are about files of any kind, or about the run
    /// itself; a contract in the config is a record even where nothing that it names is in the project.
    pub fn may_hold(&self, kind: &str, config: &Config) -> bool {
        match record_kind(kind) {
            Some(record) if record.sources.is_empty() => true,
            Some(record) if record.name == "Integration" && !config.integrations.is_empty() => true,
            Some(record) => record.sources.iter().any(|source| self.has(source)),
            None => self.has(kind),
        }
    }

    fn has(&self, metadata_type: &str) -> bool {
        self.0.contains(metadata_type)
            || metadata_type.ends_with(SETTINGS) && self.0.contains(SETTINGS)
    }
}

/// What a run does with a shipped rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It may have something to say, or somebody names it.
    Load,
    /// It is on, but nothing in the project is of its kind.
    NothingToSay,
    /// It is off.
    Off,
}

/// What a run does with a shipped rule.
pub fn need(rule: &Shipped, config: &Config, selection: &Selection, present: &Present) -> Need {
    let covers = |ids: &[String]| ids.iter().any(|id| rule.goes_by(id) || rule.family() == id);
    let named = config.rules.iter().any(|(id, _)| rule.goes_by(id))
        || config.exceptions.iter().any(|exception| rule.goes_by(&exception.rule.text))
        || covers(&selection.select)
        || covers(&selection.ignore);
    if named {
        return Need::Load;
    }
    let preset = selection.preset.as_deref().unwrap_or(&config.preset);
    if !selection.select.is_empty() || !rule.in_preset(preset) {
        Need::Off
    } else if rule.kinds.iter().any(|kind| present.may_hold(kind, config)) {
        Need::Load
    } else {
        Need::NothingToSay
    }
}
