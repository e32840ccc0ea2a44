//! A line for an ignore file.

use crate::document::Span;
use crate::model::record::FileId;
use crate::project::git::ignoring::GITIGNORE;
use crate::project::path::file_name;

use super::layout::line_end;

/// The ignore file that a line goes to: the file itself, or a new one in the same folder.
pub(super) fn target(path: &str, file: FileId) -> (String, Option<FileId>) {
    let name = file_name(path);
    if name == GITIGNORE {
        return (path.to_owned(), Some(file));
    }
    let folder = path.strip_suffix(name).unwrap_or_default();
    (format!("{folder}{GITIGNORE}"), None)
}

/// Where the line goes in a text, and with which line end. Whether the last line has an end stays as it is.
pub(super) fn line(text: &str, line: &str) -> (Span, String) {
    let end = text.len() as u32;
    let ended = text.is_empty() || text.ends_with('\n');
    let line_end = line_end(text);
    let text = if ended { format!("{line}{line_end}") } else { format!("{line_end}{line}") };
    (Span::new(end, end), text)
}

pub(super) fn title(line: &str) -> String {
    format!("add `{line}` to {GITIGNORE}")
}
