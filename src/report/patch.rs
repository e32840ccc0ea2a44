//! `--diff`: what fixes would change, as a patch that people read and `git apply` takes.

use similar::{ChangeTag, TextDiff};

use crate::document::SourceText;
use crate::model::secrets::hidden_spans;
use crate::report::safe;
use crate::secret::{MASK, mask_spans};

/// Lines around a change.
const CONTEXT: usize = 3;

/// Unified diffs.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    /// The text.
    pub text: String,
    /// A credential is blanked in it, so it is for reading alone.
    pub masked: bool,
}

impl Patch {
    /// One patch more.
    pub fn extend(&mut self, other: Patch) {
        self.text.push_str(&other.text);
        self.masked |= other.masked;
    }

    /// The difference of one file, with every credential blanked. `before` is `None` for a file that is created.
    pub fn of(path: &str, before: Option<&SourceText>, after: &SourceText) -> Patch {
        let shown = |source: &SourceText| {
            let spans = hidden_spans(path, source).into_iter().map(|span| (span.start, span.end));
            mask_spans(source.text(), &spans.collect::<Vec<_>>())
        };
        let (old, new) = (before.map(shown).unwrap_or_default(), shown(after));
        let diff = TextDiff::from_lines(&old, &new);
        let mut text = String::new();
        let path = safe::line(path);
        let from = if before.is_some() { format!("a/{path}") } else { "/dev/null".to_owned() };
        text.push_str(&format!("--- {from}\n+++ b/{path}\n"));
        let mut masked = false;
        for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
            text.push_str(&format!("{}\n", hunk.header()));
            for change in hunk.iter_changes() {
                let sign = match change.tag() {
                    ChangeTag::Delete => '-',
                    ChangeTag::Insert => '+',
                    ChangeTag::Equal => ' ',
                };
                let line = change.value();
                masked |= line.contains(MASK);
                let (content, end) =
                    line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
                text.push(sign);
                // Tabs, and the carriage return before the end of a line, belong to the file and do no harm.
                let (content, end_of_line) =
                    content.strip_suffix('\r').map_or((content, ""), |content| (content, "\r"));
                let cells: Vec<_> = content.split('\t').map(safe::line).collect();
                text.push_str(&cells.join("\t"));
                text.push_str(end_of_line);
                text.push_str(if end.is_empty() {
                    "\n\\ No newline at end of file\n"
                } else {
                    "\n"
                });
            }
        }
        Patch { text, masked }
    }
}
