//! The final report: what every output format prints.

use std::path::PathBuf;
use std::sync::Arc;

use crate::document::{Columns, Position};
use crate::engine::finding::NotJudged;
use crate::engine::proposal::Proposal;
use crate::model::record::{Component, FileId};
use crate::rule::{Confidence, ProjectKind, Rule, Severity};
use crate::settle::register::RegisterEntry;
use crate::value::date::Date;

/// A range in a file as people and machines read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region {
    /// First line and column, 1-based.
    pub start: Position,
    /// Line and column after the last character.
    pub end: Position,
    /// The first column in the units of other formats.
    pub start_columns: Columns,
    /// The column after the last character in the units of other formats.
    pub end_columns: Columns,
    /// First byte in the stored file.
    pub start_offset: u64,
    /// Byte after the last one.
    pub end_offset: u64,
}

impl Region {
    /// A whole file: its beginning, without width.
    pub const FILE: Region = Region {
        start: Position { line: 1, column: 1 },
        end: Position { line: 1, column: 1 },
        start_columns: Columns { utf16: 1, utf8: 1 },
        end_columns: Columns { utf16: 1, utf8: 1 },
        start_offset: 0,
        end_offset: 0,
    };

    /// The last line that holds something of the range, from 1: a range that ends with a line break does not reach into
    /// the next line.
    pub fn last_line(&self) -> u32 {
        let into_next = self.end.column == 1 && self.end.line > self.start.line;
        self.end.line - u32::from(into_next)
    }

    /// Whether it names a whole file and no place in it.
    pub fn is_file(&self) -> bool {
        self.end_offset == 0
    }
}

/// A place in the report.
#[derive(Clone, Debug)]
pub struct Location {
    /// The file, for reports that show its text.
    pub file: FileId,
    /// Its path, relative to the run's root.
    pub path: String,
    /// The range.
    pub region: Region,
    /// The same range in the decoded text.
    pub span: crate::document::Span,
}

/// A finding in its final form.
#[derive(Clone, Debug)]
pub struct ReportedFinding {
    /// The rule.
    pub rule: Arc<Rule>,
    /// How much it matters in this run.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where to look.
    pub location: Location,
    /// Further places with what stands there.
    pub related: Vec<(Location, String)>,
    /// Whose finding it is.
    pub component: Component,
    /// What tells it apart within the component.
    pub key: String,
    /// The same for lists that people read.
    pub subject: String,
    /// The tested leaves with their values.
    pub values: Vec<(String, String)>,
    /// Its identity.
    pub fingerprint: String,
    /// The component is deployed.
    pub deployed: bool,
    /// It speaks about a credential.
    pub about_secret: bool,
    /// Ids of rules that found the same, and leave it to this one.
    pub instead_of: Vec<String>,
    /// What its fix would change.
    pub proposal: Option<Box<Proposal>>,
    /// Index of its project.
    pub project: usize,
}

/// A rule that is on.
#[derive(Clone, Debug)]
pub struct ReportedRule {
    /// The rule.
    pub rule: Arc<Rule>,
    /// How much its findings matter in this run; the most where projects differ.
    pub severity: Severity,
    /// What to do, without the names of one finding.
    pub help: Option<String>,
}

/// A project of the run.
#[derive(Clone, Debug)]
pub struct ProjectSummary {
    /// Its folder, relative to the run's root.
    pub path: String,
    /// What it is for.
    pub kind: ProjectKind,
    /// Why sflint thinks so; `None` when the config says it.
    pub guessed_from: Option<String>,
    /// The preset.
    pub preset: String,
    /// The severity from which on a finding fails the run.
    pub fail_on: Severity,
}

/// A file that was not looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SkippedFile {
    /// Its path.
    pub path: String,
    /// Why.
    pub why: String,
}

/// Findings of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BySeverity {
    /// Of severity error.
    pub error: usize,
    /// Of severity warning.
    pub warning: usize,
    /// Of severity note.
    pub note: usize,
}

impl BySeverity {
    /// Counts one more.
    pub fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.error += 1,
            Severity::Warning => self.warning += 1,
            Severity::Note => self.note += 1,
        }
    }

    /// All of them.
    pub fn total(&self) -> usize {
        self.error + self.warning + self.note
    }
}

/// What the baselines of a run did.
#[derive(Clone, Debug, Default)]
pub struct BaselineSummary {
    /// The files, as reports show paths.
    pub files: Vec<String>,
    /// Findings that they hide.
    pub hidden: BySeverity,
    /// Lines that no finding fits any more; `None` when not everything they are about was read.
    pub stale: Option<usize>,
}

/// The counts of a run: nothing is silent.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Findings of severity error.
    pub error: usize,
    /// Findings of severity warning.
    pub warning: usize,
    /// Findings of severity note.
    pub note: usize,
    /// Findings that somebody accepts with a reason.
    pub excepted: usize,
    /// What was checked, for people; `None` for the work tree.
    pub revision: Option<String>,
    /// What decided, for people; `None` for the checked tree itself.
    pub policy_from: Option<String>,
    /// What the change is held against; `None` when everything is reported.
    pub since: Option<Since>,
    /// What the baselines did; `None` when there is none.
    pub baseline: Option<BaselineSummary>,
    /// Findings below the severity that fails their project.
    pub below_threshold: usize,
    /// Files that were read.
    pub files_read: usize,
    /// Metadata files that no enabled rule asks about.
    pub files_without_rule: usize,
    /// Files that were not looked at, and why.
    pub files_skipped: Vec<SkippedFile>,
    /// What could not be decided.
    pub not_judged: Vec<NotJudged>,
    /// Profiles and sets that Salesforce or a package owns; their rights are not listed.
    pub owned_by_salesforce: usize,
    /// Rules that are on.
    pub rules: usize,
    /// Remarks about the project files.
    pub remarks: Vec<String>,
}

/// The earlier state that findings are held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// The revision, for people.
    pub revision: String,
    /// Findings that were there already.
    pub known: usize,
}

/// Everything a run has to say.
#[derive(Clone, Debug)]
pub struct Report {
    /// The folder that paths are relative to.
    pub root: PathBuf,
    /// Its projects.
    pub projects: Vec<ProjectSummary>,
    /// Only some files of a project were targets.
    pub partial: bool,
    /// The day of the run.
    pub today: Date,
    /// In order of path, offset, rule and key.
    pub findings: Vec<ReportedFinding>,
    /// The rules that are on, by id; empty unless the request asks for them.
    pub rules: Vec<ReportedRule>,
    /// Every exception with what it hides.
    pub register: Vec<RegisterEntry>,
    /// The counts.
    pub summary: Summary,
}

impl Report {
    /// Counts the findings.
    pub fn count(&mut self) {
        let of = |severity: Severity| {
            self.findings.iter().filter(|finding| finding.severity == severity).count()
        };
        let (error, warning, note) =
            (of(Severity::Error), of(Severity::Warning), of(Severity::Note));
        let is_below = |finding: &&ReportedFinding| {
            let project = self.projects.get(finding.project);
            project.is_some_and(|project| finding.severity < project.fail_on)
        };
        let below_threshold = self.findings.iter().filter(is_below).count();
        self.summary =
            Summary { error, warning, note, below_threshold, ..std::mem::take(&mut self.summary) };
    }

    /// Whether any finding is at or above the severity that fails its project.
    pub fn fails(&self) -> bool {
        self.findings.iter().any(|finding| self.is_failure(finding))
    }

    /// Whether a finding is at or above the severity that fails its project.
    pub fn is_failure(&self, finding: &ReportedFinding) -> bool {
        let project = self.projects.get(finding.project);
        project.is_none_or(|project| finding.severity >= project.fail_on)
    }
}
