//! The one way in which source text reaches a reader: only the lines around labels, with every
//! credential of the file blanked and every dangerous character replaced.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::document::{LineIndex, Span};
use crate::secret::MASK;
use crate::value::character::is_dangerous;

/// Lines around a label.
const CONTEXT: u32 = 1;
/// Characters of a line; longer ones (minified files, certificates) are cut around the label.
const LINE_WIDTH: usize = 200;

/// Windows of a file around some labels.
#[derive(Debug)]
pub struct Excerpt {
    name: String,
    text: String,
    windows: Vec<Window>,
}

#[derive(Debug)]
struct Window {
    /// Range in the excerpt's text.
    start: usize,
    end: usize,
    /// Line of the file, counted from 0.
    first_line: usize,
}

impl Excerpt {
    /// Cuts the windows for these labels out of a file, and translates the labels.
    /// `secrets` are the spans of the file's credentials.
    pub fn new(
        name: &str,
        text: &str,
        secrets: &[Span],
        labels: &[Span],
    ) -> (Excerpt, Vec<SourceSpan>) {
        let lines = LineIndex::new(text);
        let mut excerpt =
            Excerpt { name: name.to_owned(), text: String::new(), windows: Vec::new() };
        let mut translated = vec![SourceSpan::new(0.into(), 0); labels.len()];
        let last = lines.position(text, text.len() as u32).line;
        // Labels in order of lines, joined into windows that do not touch.
        let mut order: Vec<usize> = (0..labels.len()).collect();
        order.sort_by_key(|at| labels.get(*at).map(|span| span.start));
        let mut groups: Vec<(u32, u32, Vec<usize>)> = Vec::new();
        for at in order {
            let Some(span) = labels.get(at) else { continue };
            let first = lines.position(text, span.start).line.saturating_sub(CONTEXT).max(1);
            let end =
                lines.position(text, last_character(*span)).line.saturating_add(CONTEXT).min(last);
            match groups.last_mut() {
                Some((_, known, members)) if first <= *known + 1 => {
                    *known = (*known).max(end);
                    members.push(at);
                }
                _ => groups.push((first, end, vec![at])),
            }
        }
        for (first, end, members) in groups {
            let mut wanted: Vec<(usize, Span)> =
                members.iter().filter_map(|at| Some((*at, *labels.get(*at)?))).collect();
            wanted.sort_by_key(|(_, span)| span.start);
            let start = excerpt.text.len();
            for line in first..=end {
                let Some(range) = lines.line_span(text, line) else {
                    continue;
                };
                let shown = Line::new(text, range, secrets, &wanted);
                let base = excerpt.text.len();
                for (at, span) in &wanted {
                    let Some(slot) = translated.get_mut(*at) else {
                        continue;
                    };
                    if span.start >= range.start && span.start <= range.end {
                        let from = base + shown.translate(span.start);
                        // A label that goes on over lines is shown on its first one.
                        let to = base + shown.translate(span.end.min(range.end));
                        *slot = SourceSpan::new(from.into(), to.saturating_sub(from));
                    }
                }
                excerpt.text.push_str(&shown.text);
                excerpt.text.push('\n');
            }
            let end = excerpt.text.len();
            excerpt.windows.push(Window {
                start,
                end,
                first_line: first.saturating_sub(1) as usize,
            });
        }
        (excerpt, translated)
    }
}

fn last_character(span: Span) -> u32 {
    if span.end > span.start { span.end - 1 } else { span.start }
}

/// One line as it is shown, with the positions of the original.
struct Line {
    text: String,
    /// Original offset, offset in `text`; ascending.
    map: Vec<(u32, usize)>,
}

impl Line {
    fn new(text: &str, range: Span, secrets: &[Span], labels: &[(usize, Span)]) -> Line {
        let mut line = Line { text: String::new(), map: Vec::new() };
        let (from, to) = cut(text, range, labels);
        if from > range.start {
            line.text.push('…');
        }
        let mut offset = from;
        while offset < to {
            line.map.push((offset, line.text.len()));
            let hidden = secrets
                .iter()
                .filter(|span| span.start <= offset && offset < span.end)
                .map(|span| span.end)
                .max();
            if let Some(end) = hidden {
                if !line.text.ends_with(MASK) {
                    line.text.push_str(MASK);
                }
                offset = end;
                continue;
            }
            let Some(character) = text.get(offset as usize..).and_then(|rest| rest.chars().next())
            else {
                break;
            };
            match character {
                '\t' => line.text.push_str("    "),
                '\u{feff}' if offset == 0 => {}
                _ if is_dangerous(character) => {
                    line.text.push_str(&format!("\\u{{{:x}}}", u32::from(character)));
                }
                _ => line.text.push(character),
            }
            offset += character.len_utf8() as u32;
        }
        line.map.push((to, line.text.len()));
        if to < range.end {
            line.text.push('…');
        }
        line
    }

    fn translate(&self, offset: u32) -> usize {
        let at = self.map.partition_point(|(original, _)| *original < offset);
        match self.map.get(at) {
            Some((_, shown)) => *shown,
            None => self.text.len(),
        }
    }
}

/// The part of a line that is shown: all of it, or what lies around its first label.
fn cut(text: &str, range: Span, labels: &[(usize, Span)]) -> (u32, u32) {
    let width = LINE_WIDTH as u32;
    if range.end - range.start <= width {
        return (range.start, range.end);
    }
    let inside =
        labels.iter().find(|(_, span)| span.start >= range.start && span.start <= range.end);
    let middle = inside.map_or(range.start, |(_, span)| span.start);
    let boundary = |mut offset: u32| {
        while offset > range.start && !text.is_char_boundary(offset as usize) {
            offset -= 1;
        }
        offset
    };
    let from = boundary(middle.saturating_sub(width / 4).max(range.start));
    let to = boundary((from + width).min(range.end));
    (from, to)
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let window = self
            .windows
            .iter()
            .find(|window| window.start <= span.offset() && span.offset() <= window.end)
            .ok_or(MietteError::OutOfBounds)?;
        let text = self.text.get(window.start..window.end).ok_or(MietteError::OutOfBounds)?;
        let local = SourceSpan::new((span.offset() - window.start).into(), span.len());
        let contents = text.read_span(&local, before, after)?;
        let inner = contents.span();
        let data = self
            .text
            .as_bytes()
            .get(window.start + inner.offset()..window.start + inner.offset() + inner.len())
            .ok_or(MietteError::OutOfBounds)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data,
            SourceSpan::new((window.start + inner.offset()).into(), inner.len()),
            contents.line() + window.first_line,
            contents.column(),
            contents.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span_of(text: &str, part: &str) -> Span {
        let start = text.find(part).unwrap() as u32;
        Span { start, end: start + part.len() as u32 }
    }

    #[test]
    fn labels_are_translated_and_secrets_blanked() {
        let text = "<a>\n<secret>hunter22222</secret>\n<b>Full</b>\n</a>\n";
        let secret = span_of(text, "hunter22222");
        let labels = [span_of(text, "Full"), secret];
        let (excerpt, spans) = Excerpt::new("a.xml", text, &[secret], &labels);
        let shown = |span: &SourceSpan| &excerpt.text[span.offset()..span.offset() + span.len()];
        assert_eq!(shown(&spans[0]), "Full");
        assert_eq!(shown(&spans[1]), MASK);
        assert!(!excerpt.text.contains("hunter"));
    }

    #[test]
    fn windows_far_apart_keep_their_line_numbers() {
        let text: String = (1..=100).map(|line| format!("line {line} text\n")).collect();
        let labels = [span_of(&text, "line 5 "), span_of(&text, "line 90 ")];
        let (excerpt, spans) = Excerpt::new("a.xml", &text, &[], &labels);
        assert_eq!(excerpt.windows.len(), 2);
        let contents = excerpt.read_span(&spans[1], 1, 1).unwrap();
        assert_eq!(contents.line(), 88);
        assert!(std::str::from_utf8(contents.data()).unwrap().starts_with("line 89"));
    }

    #[test]
    fn long_lines_and_dangerous_characters() {
        let text = format!("{}<x>\u{202e}Full</x>{}", "y".repeat(5000), "z".repeat(5000));
        let (excerpt, spans) = Excerpt::new("a.xml", &text, &[], &[span_of(&text, "Full")]);
        assert!(excerpt.text.len() < 400);
        assert!(excerpt.text.contains("\\u{202e}"));
        assert_eq!(&excerpt.text[spans[0].offset()..spans[0].offset() + spans[0].len()], "Full");
    }
}
