//! What a rule found, before the run's settings are applied.

use crate::engine::proposal::Proposal;
use crate::model::record::{Component, FileId, Place};
use crate::rule::{Confidence, Severity};

/// One finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Index of the rule in the plan.
    pub rule: usize,
    /// How much it matters.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// One sentence; still to be made safe for the terminal by the report that shows it.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where to look.
    pub primary: Place,
    /// Further places, with what stands there.
    pub related: Vec<(Place, String)>,
    /// Whose finding it is.
    pub component: Component,
    /// What tells it apart from other findings of the component.
    pub key: String,
    /// The same, as people read it in a list.
    pub subject: String,
    /// The tested leaves with the values that matched, for identity and for narrowing exceptions.
    pub values: Vec<(String, String)>,
    /// The component is deployed.
    pub deployed: bool,
    /// It speaks about a credential, so nothing lowers it.
    pub about_secret: bool,
    /// Ids of rules that found the same, and leave it to this one.
    pub instead_of: Vec<String>,
    /// What its fix would change.
    pub proposal: Option<Box<Proposal>>,
}

/// Something a rule could not decide, because the project does not say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotJudged {
    /// The rule's id.
    pub rule: String,
    /// The component.
    pub component: String,
    /// What is not known.
    pub why: String,
    /// A file of the component.
    pub file: Option<FileId>,
}
