//! Where a setting stands.

use std::ops::Range;

use crate::rule::RuleSource;

/// A place in a config file.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The file.
    pub source: RuleSource,
    /// Bytes of its text.
    pub span: Range<usize>,
}

impl Origin {
    /// The line, from 1.
    pub fn line(&self) -> usize {
        let before = self.source.text.as_bytes().get(..self.span.start).unwrap_or_default();
        1 + memchr::memchr_iter(b'\n', before).count()
    }
}
