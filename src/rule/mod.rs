//! Rules as data: what a rule file says, after it has been read and validated.

pub mod checklist;
pub mod examples;
pub mod lists;
pub mod load;
pub mod markers;
pub mod shipped;

use std::ops::Range;
use std::sync::Arc;

use crate::model::vocabulary::{LeafType, Part, RecordKind};
pub use crate::project::ProjectKind;
use crate::schema::MetadataType;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Weaker than the vendor's or an RFC's advice, with a real attack behind it.
    Warning,
    /// An exposed secret, anonymous access, no legitimate use.
    Error,
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// Rests on something that may not be in the files.
    Low,
    /// Rests on a heuristic.
    Medium,
    /// Follows from what is written.
    High,
}

words!(Severity { Error = "error", Warning = "warning", Note = "note" });
words!(Confidence { High = "high", Medium = "medium", Low = "low" });
words!(Safety { Safe = "safe", Unsafe = "unsafe" });

/// Where a rule was read.
#[derive(Clone, Debug)]
pub struct RuleSource {
    /// Path of the file, for messages (`rules/oauth/oauth-full-scope.toml`).
    pub path: String,
    /// The whole text of the file.
    pub text: SharedText,
    /// Ships with sflint.
    pub builtin: bool,
    /// What `build.rs` read of the text; only for files that ship with sflint.
    pub compiled: Option<Compiled>,
}

impl RuleSource {
    /// A file that was read at run time.
    pub fn read(path: impl Into<String>, text: &str) -> RuleSource {
        let text = SharedText::Read(Arc::from(text));
        RuleSource { path: path.into(), text, builtin: false, compiled: None }
    }

    /// The text before the examples.
    pub fn head(&self) -> &str {
        match self.compiled {
            Some(compiled) => self.text.get(..compiled.head).unwrap_or(&self.text),
            None => load::without_examples(&self.text),
        }
    }
}

/// What `build.rs` knows of a file.
#[derive(Clone, Copy, Debug)]
pub struct Compiled {
    /// What the TOML before the examples says; see `load::compiled`.
    pub toml: &'static [u8],
    /// Bytes before the examples.
    pub head: usize,
}

/// A text that many refer to.
#[derive(Clone, Debug)]
pub enum SharedText {
    /// Embedded in the program.
    Embedded(&'static str),
    /// Read at run time.
    Read(Arc<str>),
}

impl SharedText {
    /// One more reference to it; an embedded text is copied for that.
    pub fn shared(&self) -> Arc<str> {
        match self {
            SharedText::Embedded(text) => Arc::from(*text),
            SharedText::Read(text) => Arc::clone(text),
        }
    }
}

impl std::ops::Deref for SharedText {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            SharedText::Embedded(text) => text,
            SharedText::Read(text) => text,
        }
    }
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Equal to the file's name without `.toml`.
    pub id: String,
    /// The file.
    pub source: RuleSource,
    /// The folder it lies in: `oauth`, `privilege`, …
    pub family: String,
    /// What is wrong, in a few words without names.
    pub title: String,
    /// How much a finding matters.
    pub severity: Severity,
    /// The same in some presets.
    pub severity_in: Vec<(String, Severity)>,
    /// How sure it is.
    pub confidence: Confidence,
    /// Presets that its file names; `recommended` unless the file says otherwise. See [`Rule::in_preset`].
    pub presets: Vec<String>,
    /// Kinds of project it applies to; empty for all.
    pub projects: Vec<ProjectKind>,
    /// Rules that say the same of the same block better.
    pub yields_to: Vec<String>,
    /// Rows of the rule catalogue that it covers.
    pub serves: Vec<String>,
    /// Why it matters: one or more paragraphs.
    pub why: String,
    /// Where it is known to fire, or may fire, without anything being wrong.
    pub false_positives: Option<String>,
    /// Why it is right although it fires in many projects.
    pub common: Option<String>,
    /// Standards it maps to: `SBS-OAUTH-002`, `CWE-250`, `RFC 9700 2.3`.
    pub maps: Vec<String>,
    /// Version of sflint that brought it.
    pub since: String,
    /// Former ids.
    pub was: Vec<String>,
    /// Options with their defaults, in the order of the file.
    pub options: Vec<(String, OptionValue)>,
    /// Lists that the rule brings along.
    pub lists: Vec<lists::List>,
    /// What it looks for.
    pub matching: Clause,
    /// What must, or must not, stand elsewhere.
    pub join: Option<Join>,
    /// What it says.
    pub report: Report,
    /// What to do.
    pub fix: Fix,
}

/// How the maps of a rule begin that make it a part of a preset.
const MAPPED_PRESETS: &[(&str, &str)] = &[("sbs", "SBS-"), ("health-check", "Health Check ")];

/// Whether a preset holds a rule whose file names these presets and maps.
fn presets_hold<'a>(
    preset: &str,
    mut named: impl Iterator<Item = &'a str>,
    mut maps: impl Iterator<Item = &'a str>,
) -> bool {
    named.any(|one| one == preset || preset == "strict" && one == "recommended")
        || MAPPED_PRESETS
            .iter()
            .filter(|(name, _)| *name == preset)
            .any(|(_, prefix)| maps.any(|map| map.starts_with(prefix)))
}

impl Rule {
    /// Whether a preset turns it on. `strict` holds all that is recommended; `sbs` and `health-check` hold what maps to
    /// a control of the one or a setting of the other, without a second list.
    pub fn in_preset(&self, preset: &str) -> bool {
        let (presets, maps) = (self.presets.iter(), self.maps.iter());
        presets_hold(preset, presets.map(String::as_str), maps.map(String::as_str))
    }

    /// The presets that turn it on.
    pub fn all_presets(&self) -> Vec<&'static str> {
        load::PRESETS.iter().copied().filter(|preset| self.in_preset(preset)).collect()
    }

    /// How much a finding matters in a preset.
    pub fn severity_in(&self, preset: &str) -> Severity {
        let own = self.severity_in.iter().find(|(name, _)| name == preset);
        own.map_or(self.severity, |(_, severity)| *severity)
    }

    /// Whether this is its id, now or formerly.
    pub fn goes_by(&self, id: &str) -> bool {
        self.id == id || self.was.iter().any(|old| old == id)
    }
}

/// The default of an option.
#[derive(Clone, Debug, PartialEq)]
pub enum OptionValue {
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
}

/// A kind that a rule matches.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A record, or one of the file kinds `File`, `text`, `env`, `json`.
    Record(&'static RecordKind),
    /// A metadata type as it is written.
    Raw(MetadataType),
}

impl Kind {
    /// Its name in rule files.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Record(kind) => kind.name,
            Kind::Raw(kind) => kind.name(),
        }
    }
}

/// What a rule looks for in one block.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Kinds of which any will do; leaves exist in all of them.
    pub kinds: Vec<Kind>,
    /// Child of a record, or dotted element path of a raw kind; `None`: the record itself.
    pub each: Option<String>,
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// If there are any: the first that holds gives `{because}`; one must hold.
    pub alternatives: Vec<Alternative>,
    /// Kind `text`: a regular expression whose hits are the blocks.
    pub find: Option<String>,
    /// With `find`: a regular expression that the same file must hold a hit of as well.
    pub also: Option<String>,
    /// The leaf that tells blocks of one component apart, and on which clauses are joined.
    pub key: Option<LeafPath>,
}

impl Clause {
    /// Whether any condition is about the value of a credential.
    pub fn is_about_credentials(&self) -> bool {
        let of_alternatives = self.alternatives.iter().flat_map(|one| &one.conditions);
        let mut all = self.conditions.iter().chain(of_alternatives);
        all.any(|condition| condition.path.leaf_type == LeafType::Secret)
    }
}

/// Which block a condition or placeholder looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The block itself: `where`.
    Block,
    /// The record that owns the block: `of`. Without `each` the two are the same.
    Owner,
}

/// A leaf, or a part of a typed leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafPath {
    /// The block or its owner.
    pub side: Side,
    /// Leaf of the record, or dotted element path of a raw kind.
    pub leaf: String,
    /// `url.host`: the part of a typed leaf.
    pub part: Option<Part>,
    /// What the leaf (or the part) holds.
    pub leaf_type: LeafType,
    /// Whether it may hold several values by nature.
    pub repeated: bool,
}

/// A condition on one leaf.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The leaf.
    pub path: LeafPath,
    /// What must hold.
    pub matcher: Matcher,
    /// Where the condition stands in the rule file.
    pub span: Range<usize>,
}

/// One of several ways to match.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// What `{because}` says; may hold placeholders.
    pub because: Option<String>,
}

/// Operators that must all hold.
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    /// In the order of the file.
    pub operators: Vec<Operator>,
}

/// One operator.
#[derive(Clone, Debug)]
pub enum Operator {
    /// Any value is one of these.
    Is(Vec<Scalar>),
    /// No value matches this.
    Not(Box<Matcher>),
    /// Every one of these is a value.
    All(Vec<Scalar>),
    /// Any value stands in one of these lists.
    In(Vec<ListName>),
    /// Any value fits one of these globs (whole value, without regard to ASCII case).
    Glob(Vec<Scalar>),
    /// Any value fits this regular expression (whole value).
    Regex(String),
    /// Any value holds one of these texts.
    Contains(Vec<Scalar>),
    /// There is, or is no, value.
    Present(bool),
    /// Any value is greater.
    Over(Scalar),
    /// Any value is less.
    Under(Scalar),
    /// The number of values.
    Count(Box<Matcher>),
    /// A named check.
    Check(Check),
}

/// A literal, or a reference to an option.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// `true`, `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text; on a number, `infinite`.
    Text(String),
    /// `"$name"`: the value of an option.
    Option(String),
}

/// A named list, or an option that holds a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListName {
    /// A list of the rule, of `rules/lists/`, or of the config.
    Named(String),
    /// `"$name"`.
    Option(String),
}

/// Predicates that are written in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The value is a credential, not a placeholder or a documented sample.
    RealSecret,
}
words!(Check { RealSecret = "real-secret" });

/// The second clause of a rule.
#[derive(Clone, Debug)]
pub struct Join {
    /// `[without]`: no partner may exist.
    pub negated: bool,
    /// What the partner looks like. Its `key` equals the key of the match; without a key it must merely exist in the project.
    pub clause: Clause,
}

/// What a rule says.
#[derive(Clone, Debug)]
pub struct Report {
    /// One sentence with placeholders.
    pub message: String,
    /// The leaf to point at; `None`: the first tested leaf of the block.
    pub point_at: Option<LeafPath>,
    /// Findings of one component are shown as one with a list.
    pub group_by_component: bool,
    /// The same for all components of one object, such as its fields.
    pub group_by_object: bool,
    /// What stands at the partner of a join.
    pub label_with: Option<String>,
}

/// What to do about a finding.
#[derive(Clone, Debug, Default)]
pub struct Fix {
    /// The advice.
    pub help: Option<String>,
    /// Edits.
    pub edits: Vec<Edit>,
    /// Whether they may be applied without asking.
    pub safety: Option<Safety>,
}

/// Whether an edit changes behaviour that somebody may rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// May be applied without asking.
    Safe,
    /// A person decides.
    Unsafe,
}

/// One edit of a fix.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Write this value of a leaf.
    Set(LeafPath, EditValue),
    /// Remove the whole block.
    RemoveBlock,
    /// Remove the element of a leaf.
    RemoveLeaf(LeafPath),
    /// Append this line to the file.
    Append(String),
}

/// A value to write.
#[derive(Clone, Debug, PartialEq)]
pub enum EditValue {
    /// A literal or an option.
    Scalar(Scalar),
    /// `{ inactivity = 30 }`, `{ lifetime = 90 }`: a refresh token policy in days.
    RefreshPolicy {
        /// Counted from the last use, not from the issue.
        inactivity: bool,
        /// Days.
        days: f64,
    },
}
