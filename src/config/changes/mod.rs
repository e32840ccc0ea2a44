//! What a change of the policy hides or lowers: the config against the one that it is held against.
//!
//! What makes a run stricter is no matter. Where nobody can say which way a change goes, as with the value of an option or
//! a list, it counts.

mod accepted;
mod files;
mod rules;

use std::collections::HashMap;
use std::ops::Range;

pub use files::{forceignore, new_lines, project_file, rule_files};

use crate::config::Config;
use crate::config::catalogue::Catalogue;
use crate::config::effective::{From, Setting, effective};
use crate::config::origin::Origin;
use crate::config::select::Selection;
use crate::rule::load::RuleError;
use crate::rule::{OptionValue, RuleSource, Severity};

/// One difference that hides or lowers something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Path of the file that has it.
    pub path: String,
    /// Bytes of its decoded text.
    pub span: Range<usize>,
    /// What was changed, in a few words: its identity within the file.
    pub about: String,
    /// What it does, as a sentence.
    pub text: String,
}

impl Change {
    fn at(origin: &Origin, about: impl Into<String>, text: impl Into<String>) -> Change {
        Change {
            path: origin.source.path.clone(),
            span: origin.span.clone(),
            about: about.into(),
            text: text.into(),
        }
    }
}

/// A config with the rules that there are for it.
#[derive(Clone, Copy)]
pub struct Policy<'p> {
    /// The config.
    pub config: &'p Config,
    /// Its rules.
    pub catalogue: &'p Catalogue,
}

/// The settings of a config that hide or lower what the one before it does not. `path` is where a config would stand if
/// there is none any more.
///
/// # Errors
/// What either config says of rules that are not there.
pub fn settings(
    before: Policy<'_>,
    after: Policy<'_>,
    selection: &Selection,
    path: &str,
) -> Result<Vec<Change>, Vec<RuleError>> {
    let start = || {
        let own = after.config.source.clone();
        let source = own.unwrap_or_else(|| RuleSource::read(path.to_owned(), ""));
        Origin { source, span: 0..0 }
    };
    let place = Places { config: after.config, start: start() };
    let mut changes = rules::rules(before, after, selection, &place)?;
    changes.extend(fail_on(before.config, after.config, &place));
    changes.extend(kind(before.config, after.config, &place));
    changes.extend(accepted::excludes(before.config, after.config));
    changes.extend(accepted::exceptions(before.config, after.config));
    changes.extend(accepted::no_integrations(before.config, after.config, &place));
    let (was, is) = (
        effective(before.config, before.catalogue, selection, None)?,
        effective(after.config, after.catalogue, selection, None)?,
    );
    changes.extend(stated(&was.settings, &is.settings, &place));
    changes.extend(health_check(before.config, after.config, &place));
    Ok(changes)
}

/// Where settings stand.
struct Places<'c> {
    config: &'c Config,
    /// The beginning of the config: where what was taken out is told.
    start: Origin,
}

impl Places<'_> {
    fn of(&self, key: &str) -> &Origin {
        self.config.origins.get(key).unwrap_or(&self.start)
    }
}

fn fail_on(before: &Config, after: &Config, place: &Places<'_>) -> Option<Change> {
    let of = |config: &Config| config.fail_on.unwrap_or(Severity::Error);
    let (was, is) = (of(before), of(after));
    let text = format!("fail-on is {is} and was {was}: findings below {is} no longer fail a run");
    (is > was).then(|| Change::at(place.of("fail-on"), "fail-on", text))
}

fn kind(before: &Config, after: &Config, place: &Places<'_>) -> Option<Change> {
    let word = |config: &Config| config.kind.map_or("guessed", |kind| kind.word());
    let (was, is) = (word(before), word(after));
    let text = format!("the kind of the project is {is} and was {was}: other rules apply");
    (is != was).then(|| Change::at(place.of("kind"), "kind", text))
}

fn health_check(before: &Config, after: &Config, place: &Places<'_>) -> Option<Change> {
    let settings = |config: &Config| config.health_check.as_ref().map(|one| one.settings.clone());
    let key = "health-check-baseline";
    let text = "settings are held against another Health Check baseline";
    (settings(before) != settings(after)).then(|| Change::at(place.of(key), key, text))
}

/// Lists and contracts: nobody can say whether another one is stricter.
fn stated(before: &[Setting], after: &[Setting], place: &Places<'_>) -> Vec<Change> {
    let counts = |key: &str| key.starts_with("lists.") || key.starts_with("integrations.");
    let by_key = |settings: &[Setting]| -> HashMap<String, Option<OptionValue>> {
        let counting = settings.iter().filter(|setting| counts(&setting.key));
        counting.map(|setting| (setting.key.clone(), setting.value.clone())).collect()
    };
    let (was, is) = (by_key(before), by_key(after));
    let mut changes: Vec<Change> = after
        .iter()
        .filter(|setting| counts(&setting.key) && was.get(&setting.key) != Some(&setting.value))
        .map(|setting| {
            let what = if was.contains_key(&setting.key) { "has another value" } else { "is new" };
            let origin = match &setting.from {
                From::File(origin) => origin,
                From::Default | From::CommandLine => &place.start,
            };
            Change::at(origin, &setting.key, format!("{} {what}", setting.key))
        })
        .collect();
    let gone = before.iter().filter(|one| counts(&one.key) && !is.contains_key(&one.key));
    changes
        .extend(gone.map(|one| Change::at(&place.start, &one.key, format!("{} is gone", one.key))));
    changes
}
