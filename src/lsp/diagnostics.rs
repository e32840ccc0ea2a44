//! Findings as diagnostics.

use std::path::Path;

use gen_lsp_types::{
    Code, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Message, Position, Range,
    Uri,
};
use serde_json::json;

use super::documents::{Documents, OpenDocument};
use super::position::Encoding;
use super::runs::{Outcome, carried, stored};
use super::uri::uri_of;
use crate::document::{SourceText, Span};
use crate::report::safe;
use crate::rule::Severity;
use crate::rule::load::RuleError;
use crate::settle::report::{Location, Region, ReportedFinding};

/// What a client shows as the source.
pub const SOURCE: &str = "sflint";
/// Related places of a diagnostic at most.
const RELATED: usize = 20;

/// What diagnostics are made with.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The open documents.
    pub documents: &'a Documents,
    /// What positions are counted in.
    pub encoding: Encoding,
}

impl Shown<'_> {
    /// A finding of a run as a diagnostic of an open document. `None` when it is in a file without text.
    pub fn diagnostic(self, finding: &ReportedFinding, outcome: &Outcome) -> Option<Diagnostic> {
        let related = finding.related.iter().take(RELATED).filter_map(|(location, text)| {
            let message = safe::line(text).into_owned();
            let uri = self.uri(outcome.path_of(location)?);
            let range = self.range(location, outcome)?;
            let location = gen_lsp_types::Location { uri, range };
            Some(DiagnosticRelatedInformation { location, message })
        });
        let related: Vec<DiagnosticRelatedInformation> = related.collect();
        Some(Diagnostic {
            range: self.range(&finding.location, outcome)?,
            severity: Some(severity(finding.severity)),
            code: Some(Code::String(finding.rule.id.clone())),
            source: Some(SOURCE.to_owned()),
            message: Message::String(safe::line(&finding.message).into_owned()),
            related_information: (!related.is_empty()).then_some(related),
            data: Some(json!({ "fingerprint": finding.fingerprint })),
            ..Diagnostic::default()
        })
    }

    /// Where a place of a run is now: carried over what was edited since.
    pub fn range(self, location: &Location, outcome: &Outcome) -> Option<Range> {
        let path = outcome.path_of(location)?;
        let Some(document) = self.documents.get(path) else {
            return Some(range_of(&location.region, self.encoding));
        };
        Some(document.range(now(location.span, path, document, outcome)?, self.encoding))
    }

    /// The URI of a file, as the client writes it if it has it open.
    pub fn uri(self, path: &Path) -> Uri {
        match self.documents.get(path) {
            Some(document) => Uri(document.uri.clone()),
            None => Uri(uri_of(path)),
        }
    }
}

/// Where a span of a run is in an open document now; `None` when it was edited since.
pub fn now(span: Span, path: &Path, document: &OpenDocument, outcome: &Outcome) -> Option<Span> {
    if span == Span::default() {
        return Some(span);
    }
    match outcome.texts.get(path) {
        Some(seen) if **seen == *document.text => Some(span),
        Some(seen) => carried(span, seen, &document.text),
        // It was not open then; what is on disk is what was seen, unless that has changed too.
        None => {
            let stored = stored(path).and_then(|bytes| SourceText::decode(bytes).ok());
            carried(span, stored?.text(), &document.text)
        }
    }
}

/// A place in a file that is not open.
fn range_of(region: &Region, encoding: Encoding) -> Range {
    let column = |utf8: u32, utf16: u32, utf32: u32| match encoding {
        Encoding::Utf8 => utf8,
        Encoding::Utf16 => utf16,
        Encoding::Utf32 => utf32,
    };
    let position = |line: u32, column: u32| Position {
        line: line.saturating_sub(1),
        character: column.saturating_sub(1),
    };
    let (start, end) = (region.start_columns, region.end_columns);
    Range {
        start: position(region.start.line, column(start.utf8, start.utf16, region.start.column)),
        end: position(region.end.line, column(end.utf8, end.utf16, region.end.column)),
    }
}

/// A mistake in a config or a rule file.
pub fn mistake(error: &RuleError, encoding: Encoding) -> Diagnostic {
    let lines = super::position::Lines::new(error.text());
    let range = error.span();
    let span = Span::new(range.start as u32, range.end as u32);
    let help = error.help().map(|help| format!("\n{}", safe::line(help))).unwrap_or_default();
    Diagnostic {
        range: lines.range(error.text(), span, encoding),
        severity: Some(DiagnosticSeverity::Error),
        source: Some(SOURCE.to_owned()),
        message: Message::String(format!("{}{help}", safe::line(error.message()))),
        ..Diagnostic::default()
    }
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
        Severity::Note => DiagnosticSeverity::Information,
    }
}
