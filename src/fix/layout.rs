//! How a file is laid out, so that what is added looks as if it had always been there.

use crate::document::{Element, Span};

/// What ends the lines of a text; LF when it has only one.
pub(super) fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if at > 0 && text.as_bytes().get(at - 1) == Some(&b'\r') => "\r\n",
        _ => "\n",
    }
}

/// The white space before an element when it is the first thing on its line; `None` when something stands before it.
pub(super) fn indentation<'t>(text: &'t str, element: Element<'_>) -> Option<&'t str> {
    let before = text.get(..element.span().start as usize)?;
    let line = before.get(before.rfind('\n')? + 1..)?;
    line.chars().all(is_blank).then_some(line)
}

/// What one level is indented by: as far as a child is from its parent, or four spaces as Salesforce writes.
pub(super) fn unit<'t>(text: &'t str, chain: &[Element<'_>]) -> &'t str {
    let deeper = chain.windows(2).find_map(|pair| {
        let [parent, child] = pair else { return None };
        let (parent, child) = (indentation(text, *parent), indentation(text, *child)?);
        child.strip_prefix(parent.unwrap_or_default()).filter(|unit| !unit.is_empty())
    });
    deeper.unwrap_or("    ")
}

/// The place behind an element for another one: past a comment that stands behind it on the same line.
pub(super) fn behind(text: &str, element: Element<'_>) -> u32 {
    let end = element.span().end as usize;
    let line = text.get(end..).and_then(|rest| rest.split('\n').next()).unwrap_or_default();
    let mut at = 0;
    loop {
        let rest = line.get(at..).unwrap_or_default();
        let comment = rest.trim_start_matches(is_blank);
        let Some(closed) = comment.strip_prefix("<!--").and_then(|inner| inner.find("-->")) else {
            let only_comments = comment.trim_end_matches('\r').is_empty() && at > 0;
            return (if only_comments { end + at } else { end }) as u32;
        };
        at += rest.len() - comment.len() + "<!--".len() + closed + "-->".len();
    }
}

/// The element with its whole lines when it has them for itself; else the element alone.
pub(super) fn with_its_lines(text: &str, element: Element<'_>) -> Span {
    let span = element.span();
    let (start, end) = (span.start as usize, span.end as usize);
    let before = text.get(..start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let after = text.get(end..).unwrap_or_default();
    let rest = after.find('\n').map_or(after.len(), |at| at + 1);
    let alone = before.get(line_start..).is_some_and(|blank| blank.chars().all(is_blank))
        && after.get(..rest).is_some_and(|blank| blank.trim().is_empty() && blank.ends_with('\n'));
    if alone { Span::new(line_start as u32, (end + rest) as u32) } else { span }
}

/// A text as XML writes it in an element.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn is_blank(character: char) -> bool {
    character == ' ' || character == '\t'
}
