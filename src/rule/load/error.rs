//! What is wrong with a rule file, and where.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

use crate::rule::RuleSource;

/// One mistake in a rule file or in a file of lists.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct RuleError {
    message: String,
    label: String,
    help: Option<String>,
    span: Range<usize>,
    path: String,
    code: NamedSource<Arc<str>>,
}

impl RuleError {
    /// A mistake at a range of bytes of a file. The range is narrowed to what the file holds
    /// and widened to whole characters. An empty `help` is none.
    pub fn new(
        source: &RuleSource,
        span: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let help = help.into();
        Self {
            message: message.into(),
            label: label.into(),
            help: (!help.is_empty()).then_some(help),
            span: whole_characters(&source.text, span),
            path: source.path.clone(),
            code: NamedSource::new(&source.path, source.text.shared()),
        }
    }

    /// The file.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text of the file.
    pub fn text(&self) -> &str {
        self.code.inner()
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// A few words for the place itself.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What was probably meant, or what is possible.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The bytes of the file that are wrong.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The text of these bytes.
    pub fn spanned(&self) -> &str {
        self.code.inner().get(self.span()).unwrap_or_default()
    }
}

impl Diagnostic for RuleError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.help.as_deref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.code)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new(Some(self.label.clone()), self.span.start, self.span.len());
        Some(Box::new(std::iter::once(label)))
    }
}

fn whole_characters(text: &str, span: Range<usize>) -> Range<usize> {
    let mut start = span.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = span.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, span: Range<usize>) -> RuleError {
        let source = RuleSource::read("rules/oauth/a.toml", text);
        RuleError::new(&source, span, "wrong", "this", "do better")
    }

    #[test]
    fn spans_never_leave_the_file_or_split_a_character() {
        let (start, end) = (1, 2);
        assert_eq!(at("é = 1", 0..1).spanned(), "é");
        assert_eq!(at("é = 1", start..end).spanned(), "é");
        assert_eq!(at("é", 7..9).spanned(), "");
        assert_eq!(at("", 0..1).span(), 0..0);
    }

    #[test]
    fn is_shown_with_its_file_line_and_help() {
        let handler =
            miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor());
        let mut shown = String::new();
        handler.render_report(&mut shown, &at("a = 1\nb = 2\n", 6..7)).unwrap();
        for part in ["wrong", "rules/oauth/a.toml:2:1", "b = 2", "this", "do better"] {
            assert!(shown.contains(part), "{shown}");
        }
    }
}
