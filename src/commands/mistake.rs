//! A mistake in a file, as it is shown: the file may hold credentials.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, SourceCode, SourceSpan};

use crate::document::Span;
use crate::report::excerpt::Excerpt;
use crate::rule::load::RuleError;
use crate::secret::masked;
use crate::secret::secret_spans_in_text;

/// What miette renders.
#[derive(Debug)]
pub(super) struct Mistake {
    message: String,
    help: Option<String>,
    label: String,
    span: Option<SourceSpan>,
    excerpt: Excerpt,
}

impl Mistake {
    pub(super) fn new(error: &RuleError) -> Mistake {
        let text = error.text();
        let secrets: Vec<Span> = secret_spans_in_text(text)
            .into_iter()
            .map(|(start, end)| Span { start, end })
            .collect();
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let span = Span { start: offset(error.span().start), end: offset(error.span().end) };
        let (excerpt, spans) = Excerpt::new(&masked(error.path()), text, &secrets, &[span]);
        Mistake {
            message: masked(error.message()).into_owned(),
            help: error.help().map(|help| masked(help).into_owned()),
            label: masked(error.label()).into_owned(),
            span: spans.first().copied(),
            excerpt,
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Mistake {}

impl Diagnostic for Mistake {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.help.as_deref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some(self.label.clone()), self.span?);
        Some(Box::new(std::iter::once(label)))
    }
}
