//! What an editor offers at a finding: its fix, to accept the risk, to read about the rule; and all safe fixes of a document.

use std::path::{Path, PathBuf};

use gen_lsp_types::{
    CodeAction, CodeActionKind, Command, CreateFile, CreateFileOptions, DocumentChange, Edit,
    OptionalVersionedTextDocumentIdentifier, Position, Range, TextDocumentEdit,
    TextDocumentIdentifier, TextEdit, WorkspaceEdit,
};
use serde_json::json;

use super::diagnostics::{Shown, now};
use super::position::Lines;
use super::runs::{Outcome, contents};
use super::session::Session;
use crate::check::nearest_config;
use crate::config::FILE_NAME;
use crate::document::{MAX_FILE_BYTES, SourceText, Span};
use crate::fix::merge::merge;
use crate::fix::{FileEdit, Fix, Fixes};
use crate::project::buffers::Buffers;
use crate::project::file_tree::FileTree;
use crate::project::store::Disk;
use crate::report::{exceptions, safe};
use crate::rule::Safety;
use crate::settle::report::ReportedFinding;

/// The command that shows the page of a rule; its argument is the rule's id, its result the page in Markdown.
pub const EXPLAIN: &str = "sflint.explain";
/// The kind of the action that makes all safe fixes of a document.
pub const FIX_ALL: &str = "source.fixAll.sflint";

/// The actions for a range of an open document.
pub fn actions(
    session: &Session,
    path: &Path,
    range: Range,
    only: Option<&[CodeActionKind]>,
) -> Vec<CodeAction> {
    let wants = |kind: &str| {
        let hold = |only: &CodeActionKind| {
            let only = String::from(only.clone());
            kind == only || kind.strip_prefix(&*only).is_some_and(|rest| rest.starts_with('.'))
        };
        only.is_none_or(|only| only.iter().any(hold))
    };
    let mut actions = Vec::new();
    if wants("quickfix") {
        for (finding, outcome) in session.findings(path) {
            actions.extend(Offer { session, finding, outcome }.quick_fixes(range));
        }
    }
    // Only for who asks: a menu for a line is no place for what changes the document.
    if only.is_some() && wants(FIX_ALL) {
        actions.extend(fix_all(session, path));
    }
    actions
}

/// What is offered at one finding.
struct Offer<'a> {
    session: &'a Session,
    finding: &'a ReportedFinding,
    outcome: &'a Outcome,
}

impl Offer<'_> {
    fn shown(&self) -> Shown<'_> {
        Shown { documents: &self.session.documents, encoding: self.session.client.encoding }
    }

    fn quick_fixes(&self, range: Range) -> Vec<CodeAction> {
        let Some(diagnostic) = self.shown().diagnostic(self.finding, self.outcome) else {
            return Vec::new();
        };
        let (start, end) = (diagnostic.range.start, diagnostic.range.end);
        if end < range.start || range.end < start {
            return Vec::new();
        }
        let mut actions = Vec::new();
        if let Some((fix, edit)) = self.fix() {
            let doubt = match fix.safety {
                Safety::Safe => "",
                Safety::Unsafe => " (changes what somebody may rely on)",
            };
            actions.push(CodeAction {
                title: format!("{}{doubt}", safe::line(&fix.title)),
                kind: Some(CodeActionKind::QuickFix),
                diagnostics: Some(vec![diagnostic.clone()]),
                is_preferred: (fix.safety == Safety::Safe).then_some(true),
                edit: Some(edit),
                ..CodeAction::default()
            });
        }
        if let Some((title, edit)) = self.accept() {
            actions.push(CodeAction {
                title,
                kind: Some(CodeActionKind::QuickFix),
                diagnostics: Some(vec![diagnostic.clone()]),
                edit: Some(edit),
                ..CodeAction::default()
            });
        }
        let title = format!("Explain {}", self.finding.rule.id);
        actions.push(CodeAction {
            title: title.clone(),
            kind: Some(CodeActionKind::QuickFix),
            diagnostics: Some(vec![diagnostic]),
            command: Some(Command {
                title,
                tooltip: None,
                command: EXPLAIN.to_owned(),
                arguments: Some(vec![json!(self.finding.rule.id)]),
            }),
            ..CodeAction::default()
        });
        actions
    }

    /// The fix, when all files that it is for are as the run saw them.
    fn fix(&self) -> Option<(Fix, WorkspaceEdit)> {
        let tree = Buffers::new(&Disk, contents(&self.outcome.texts));
        let fix = Fixes::new(&self.outcome.checked.files, &tree).of(self.finding)?;
        let edit = self.workspace_edit(&fix.edits, &tree)?;
        Some((fix, edit))
    }

    fn workspace_edit(&self, edits: &[FileEdit], tree: &Buffers<'_>) -> Option<WorkspaceEdit> {
        let mut made = Edits { session: self.session, changes: Vec::new() };
        for edit in edits {
            let path = match edit.file {
                Some(file) => self.outcome.checked.files.get(file.0 as usize)?.absolute.clone(),
                None => self.outcome.checked.report.root.join(&edit.path),
            };
            let range = if edit.file.is_some() {
                seen_range(self.session, &path, edit.span, tree)?
            } else {
                made.create(&path)?;
                Range::default()
            };
            made.edit(&path, TextEdit { range, new_text: edit.text.clone() });
        }
        Some(made.finish())
    }

    /// An entry in the config that accepts the finding, its reason left to be filled in.
    fn accept(&self) -> Option<(String, WorkspaceEdit)> {
        let entry = exceptions::entry(self.finding)?;
        let report = &self.outcome.checked.report;
        let project = report.root.join(&report.projects.get(self.finding.project)?.path);
        // The path of a project that is the root itself is a dot.
        let project: PathBuf = project.components().collect();
        let config = match &self.session.client.options.config {
            Some(config) => Some(report.root.join(config)),
            None => nearest_config(&Disk, &project),
        };
        let mut made = Edits { session: self.session, changes: Vec::new() };
        let path = match config {
            Some(path) => path.canonicalize().unwrap_or(path),
            None => {
                let path = project.join(FILE_NAME);
                if self.session.documents.get(&path).is_none() {
                    made.create(&path)?;
                }
                path
            }
        };
        let text = match self.session.documents.get(&path) {
            Some(document) => document.text.to_string(),
            None => std::fs::read_to_string(&path).unwrap_or_default(),
        };
        let lines = Lines::new(&text);
        let end = lines.position(&text, text.len() as u32, self.session.client.encoding);
        let before = match text.as_str() {
            "" => "",
            text if text.ends_with('\n') => "\n",
            _ => "\n\n",
        };
        let at = Range { start: end, end };
        made.edit(&path, TextEdit { range: at, new_text: format!("{before}{entry}") });
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned())?;
        Some((format!("Accept this risk: say why in {}", safe::line(&name)), made.finish()))
    }
}

/// The range of a span of the text that a run saw, when that is what the editor has now.
fn seen_range(session: &Session, path: &Path, span: Span, tree: &Buffers<'_>) -> Option<Range> {
    let source = SourceText::decode(tree.read(path, MAX_FILE_BYTES).ok()?).ok()?;
    // Editors do not count a byte order mark.
    let mark = if source.text().starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let text = source.text().get(mark..)?;
    let without = |at: u32| at.checked_sub(mark as u32);
    let span = Span::new(without(span.start)?, without(span.end)?);
    let encoding = session.client.encoding;
    match session.documents.get(path) {
        Some(document) if *document.text == *text => Some(document.range(span, encoding)),
        Some(_) => None,
        None => Some(Lines::new(text).range(text, span, encoding)),
    }
}

/// All safe fixes of a document that stay in it.
fn fix_all(session: &Session, path: &Path) -> Option<CodeAction> {
    let mut fixes = Vec::new();
    // All that saw the present text saw the same.
    let mut seen = None;
    for (finding, outcome) in session.findings(path) {
        let tree = Buffers::new(&Disk, contents(&outcome.texts));
        let is_now = seen_range(session, path, Span::default(), &tree).is_some();
        let fix = Fixes::new(&outcome.checked.files, &tree).of(finding);
        let files = &outcome.checked.files;
        let is_here = |edit: &FileEdit| {
            let file = edit.file.and_then(|file| files.get(file.0 as usize));
            file.is_some_and(|file| file.absolute == path)
        };
        let fix = fix.filter(|fix| fix.safety == Safety::Safe && fix.edits.iter().all(is_here));
        if let Some(fix) = fix.filter(|_| is_now) {
            fixes.push(fix);
            seen = Some(outcome);
        }
    }
    let merged = merge(&fixes);
    let mut made = Edits { session, changes: Vec::new() };
    let tree = Buffers::new(&Disk, contents(&seen?.texts));
    for edit in merged.edits.values().flatten() {
        let range = seen_range(session, path, edit.span, &tree)?;
        made.edit(path, TextEdit { range, new_text: edit.text.clone() });
    }
    if made.changes.is_empty() {
        return None;
    }
    Some(CodeAction {
        title: "Make all safe fixes of sflint".to_owned(),
        kind: Some(CodeActionKind::from(FIX_ALL.to_owned())),
        edit: Some(made.finish()),
        ..CodeAction::default()
    })
}

/// A workspace edit that grows.
struct Edits<'a> {
    session: &'a Session,
    changes: Vec<(PathBuf, bool, Vec<TextEdit>)>,
}

impl Edits<'_> {
    /// A file is to be created first; `None` if the client cannot, or if it is there.
    fn create(&mut self, path: &Path) -> Option<()> {
        let known = self.changes.iter().any(|(one, created, _)| one == path && *created);
        if known {
            return Some(());
        }
        if !self.session.client.creates_files || path.exists() {
            return None;
        }
        self.changes.push((path.to_owned(), true, Vec::new()));
        Some(())
    }

    fn edit(&mut self, path: &Path, edit: TextEdit) {
        match self.changes.iter_mut().find(|(one, ..)| one == path) {
            Some((.., edits)) => edits.push(edit),
            None => self.changes.push((path.to_owned(), false, vec![edit])),
        }
    }

    fn finish(self) -> WorkspaceEdit {
        let client = &self.session.client;
        let shown = Shown { documents: &self.session.documents, encoding: client.encoding };
        if !client.creates_files {
            let changes =
                self.changes.into_iter().map(|(path, _, edits)| (shown.uri(&path), edits));
            return WorkspaceEdit { changes: Some(changes.collect()), ..WorkspaceEdit::default() };
        }
        let mut changes: Vec<DocumentChange> = Vec::new();
        for (path, created, edits) in self.changes {
            let uri = shown.uri(&path);
            if created {
                let options = CreateFileOptions::new(Some(false), Some(true));
                changes.push(CreateFile::new(uri.clone(), Some(options), None).into());
            }
            let version = self.session.documents.get(&path).map(|document| document.version);
            let document = OptionalVersionedTextDocumentIdentifier {
                version,
                text_document_identifier: TextDocumentIdentifier { uri },
            };
            let edits = edits.into_iter().map(Edit::TextEdit).collect();
            changes.push(TextDocumentEdit { text_document: document, edits }.into());
        }
        WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
    }
}

/// The findings at a position of an open document, for what is shown on hover.
pub fn findings_at<'s>(
    session: &'s Session,
    path: &Path,
    position: Position,
) -> Vec<(&'s ReportedFinding, Range)> {
    let Some(document) = session.documents.get(path) else { return Vec::new() };
    let found = session.findings(path).into_iter().filter_map(|(finding, outcome)| {
        let span = now(finding.location.span, path, document, outcome)?;
        Some((finding, document.range(span, session.client.encoding)))
    });
    found.filter(|(_, range)| range.start <= position && position <= range.end).collect()
}
