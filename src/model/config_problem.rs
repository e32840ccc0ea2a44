//! Problems with what a config says, as records: they have rules like any other problem.

use crate::model::builder::{RecordBuilder, stated_text};
use crate::model::record::{Component, Leaf, Place, Record};

/// The code of what a change loosens in what decides about it.
pub const POLICY_CHANGED: &str = "policy-changed";

/// A problem with an entry of a config.
#[derive(Clone, Debug)]
pub struct ConfigProblem {
    /// One of [`CONFIG_CODES`](crate::model::vocabulary::CONFIG_CODES).
    pub code: &'static str,
    /// Where in the config.
    pub place: Place,
    /// The config file, as seen from its project.
    pub path: String,
    /// The entry in a few words: its identity within the file.
    pub about: String,
    /// What is wrong, as a sentence.
    pub text: String,
}

impl ConfigProblem {
    /// The record of kind `Diagnostic`; `None` when the vocabulary has no such kind.
    pub fn record(&self) -> Option<Record> {
        let component = Component { copy: String::new(), kind: "File", name: self.path.clone() };
        let stated = |text: &str| stated_text(text, text, self.place);
        let mut record = RecordBuilder::new("Diagnostic", component, Some(self.place))?;
        record
            .set("code", Leaf::NONE)
            .set("config", stated(self.code))
            .set("about", stated(&self.about))
            // The rule says how much it matters.
            .set("level", stated("error"))
            .set("path", stated(&self.path))
            .set("text", stated(&self.text))
            .set("at", stated(""));
        Some(record.finish())
    }
}
