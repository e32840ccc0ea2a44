//! The settings of Salesforce's Health Check: keys, risk classes and values of the standard baseline.

pub mod baseline;

use std::sync::Arc;

use toml_span::Value;
use toml_span::value::Table;

use crate::rule::lists::Lists;
use crate::rule::load::RuleError;
use crate::rule::load::checklist::load_shown;
use crate::rule::load::reader::{Reader, suggestion};
use crate::rule::{Rule, RuleSource};

/// How the map of a rule begins that judges a setting; its baseline key follows.
pub const MAP: &str = "Health Check ";

/// What Salesforce calls the risk of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// Counts most.
    High,
    /// Counts less.
    Medium,
    /// Counts least.
    Low,
    /// Does not count.
    Informational,
}
words!(Risk { High = "high", Medium = "medium", Low = "low", Informational = "informational" });

impl Risk {
    /// The weight in the estimate of the score. Salesforce says only that the first counts most and the last nothing; its
    /// formula is not public, these numbers are ours.
    pub fn weight(self) -> usize {
        match self {
            Risk::High => 3,
            Risk::Medium => 2,
            Risk::Low => 1,
            Risk::Informational => 0,
        }
    }
}

/// One setting.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The key in a baseline file: `SessionSettings.csrfGet`.
    pub key: String,
    /// Its risk class.
    pub risk: Risk,
    /// What it says, in a few words.
    pub title: String,
    /// The compliant value of the standard baseline, for people.
    pub baseline: String,
    /// What complies when the baseline has the opposite, where that is not the opposite of the word.
    pub otherwise: Option<String>,
    /// Clauses that show the value, where the clause of the rule would say little.
    pub shown: Vec<Arc<Rule>>,
    /// Why no file tells.
    pub not_checkable: Option<String>,
    /// Health Check counts something.
    pub counts: Option<Counts>,
}

/// What Health Check counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// What the rules find; so many are compliant.
    Findings(usize),
    /// What there is.
    Values,
}

impl Setting {
    /// Whether a rule judges it. What maps to several settings does not say which of them a finding is about.
    pub fn is_judged_by(&self, rule: &Rule) -> bool {
        let mut keys = rule.maps.iter().filter_map(|map| map.strip_prefix(MAP));
        keys.next() == Some(&self.key) && keys.next().is_none()
    }
}

/// Reads the table of settings.
///
/// # Errors
/// All mistakes of the file.
pub fn read_settings(source: &RuleSource, lists: &Lists) -> Result<Vec<Setting>, Vec<RuleError>> {
    let mut reader = Reader::new(source);
    let root = reader.parse(&source.text);
    let entries = root.as_ref().and_then(|root| root.as_table()?.get("setting")?.as_array());
    let mut settings = Vec::new();
    let mut wrong = Vec::new();
    for value in entries.into_iter().flatten() {
        let Some(table) = reader.table("setting", value) else { continue };
        let Some(read) = setting(&mut reader, value, table) else { continue };
        match load_shown(source, lists, table, &read.key) {
            Ok(shown) => settings.push(Setting { shown, ..read }),
            Err(errors) => wrong.extend(errors),
        }
    }
    let mut errors = reader.into_errors();
    errors.extend(wrong);
    if errors.is_empty() { Ok(settings) } else { Err(errors) }
}

fn setting(reader: &mut Reader<'_>, value: &Value<'_>, table: &Table<'_>) -> Option<Setting> {
    let keys = [
        "key",
        "risk",
        "title",
        "baseline",
        "otherwise",
        "shown",
        "not_checkable",
        "counts",
        "most",
    ];
    reader.known_keys(table, &keys, "`[[setting]]`");
    let mut text = |name: &str| {
        if !table.contains_key(name) && !["otherwise", "not_checkable", "counts"].contains(&name) {
            let start = reader.start_of(value);
            reader.missing(start, name, "a text");
        }
        reader.text_of(table, name).map(str::to_owned)
    };
    let (key, title, baseline) = (text("key"), text("title"), text("baseline"));
    let (not_checkable, counts) = (text("not_checkable"), text("counts"));
    let otherwise = text("otherwise");
    let word = text("risk");
    let risk = word.as_deref().and_then(Risk::from_word);
    if let (Some(word), None, Some(at)) = (word, risk, table.get("risk")) {
        let help = suggestion(&word, Risk::SPELLINGS.iter().copied(), "it is one of");
        reader.report(at.span, format!("`{word}` is no risk class"), "not known", help);
    }
    let most = table.get("most").and_then(|value| reader.count("most", value)).unwrap_or(0);
    let counts = match (counts.as_deref(), table.get("counts")) {
        (Some("findings"), _) => Some(Counts::Findings(most)),
        (Some("values"), _) => Some(Counts::Values),
        (Some(_), Some(value)) => {
            reader.report(value.span, "this cannot be counted", "not known", "findings or values");
            None
        }
        _ => None,
    };
    Some(Setting {
        key: key?,
        risk: risk?,
        title: title?,
        baseline: baseline?,
        otherwise,
        shown: Vec::new(),
        not_checkable,
        counts,
    })
}
