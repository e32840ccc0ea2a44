//! Merge conflict markers, as git and other tools leave them.

use super::span::Span;
use super::unreadable::{Cause, Unreadable};

/// The first conflict marker of `text`, if it holds lines that begin with `<<<<<<<` and lines of another marker: a separator
/// `=======` or an end `>>>>>>>`.
pub(super) fn find(text: &str) -> Option<Span> {
    let start = markers(text, b"<<<<<<<").next()?;
    let other = markers(text, b"=======").chain(markers(text, b">>>>>>>")).next();
    other.map(|other| other.min(start))
}

/// What to report for a file with conflict markers.
pub(super) fn problem(span: Span) -> Unreadable {
    let detail = "";
    Unreadable::new(Cause::ConflictMarkers, span, detail)
}

/// Lines that are a marker, alone or, for `<` and `>`, followed by a space and a label.
fn markers<'a>(text: &'a str, marker: &'static [u8; 7]) -> impl Iterator<Item = Span> + 'a {
    let bytes = text.as_bytes();
    let body = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    memchr::memmem::find_iter(bytes, marker).filter_map(move |at| {
        let begins_line = at == body || bytes.get(at.wrapping_sub(1)) == Some(&b'\n');
        let ends_well = match bytes.get(at + marker.len()) {
            None | Some(b'\n' | b'\r') => true,
            Some(b' ') => marker[0] != b'=',
            Some(_) => false,
        };
        (begins_line && ends_well).then(|| Span::from_offsets(at, at + marker.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_at_the_first_marker() {
        let text = "<a>\n<<<<<<< HEAD\n<b/>\n=======\n<c/>\n>>>>>>> branch\n</a>";
        assert_eq!(find(text), Some(Span::new(4, 11)));
        assert_eq!(find(&text.replace('\n', "\r\n")), Some(Span::new(5, 12)));
        assert_eq!(find("\u{feff}<<<<<<< HEAD\n======="), Some(Span::new(3, 10)));
        assert_eq!(find(">>>>>>> x\n<<<<<<< y"), Some(Span::new(0, 7)));
    }

    #[test]
    fn one_kind_alone_is_no_conflict() {
        assert_eq!(find("=======\nTitle\n======="), None);
        assert_eq!(find("<<<<<<< HEAD\n"), None);
        assert_eq!(find("=======\n>>>>>>> x"), None);
    }

    #[test]
    fn markers_are_whole_lines() {
        assert_eq!(find("<<<<<<<< HEAD\n======="), None);
        assert_eq!(find("x<<<<<<< HEAD\n======="), None);
        assert_eq!(find("<<<<<<< HEAD\n======= x"), None);
        assert_eq!(find("<<<<<<< HEAD\n========"), None);
    }
}
