//! Output safety: nothing from a file reaches a terminal or a log raw.
//!
//! Control, ANSI, bidirectional and invisible characters are shown as `\u{…}`, so they can neither
//! redraw a terminal nor hide text from a reader; workflow commands of CI systems are broken.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::secret::masked;
use crate::value::character::is_dangerous;

/// A text on one line, safe to print anywhere, without credentials.
pub fn line(text: &str) -> Cow<'_, str> {
    match masked(text) {
        Cow::Borrowed(text) => plain_line(text),
        Cow::Owned(text) => Cow::Owned(plain_line(&text).into_owned()),
    }
}

/// Texts that stand in a report again and again, such as those of rules: each is made safe once.
#[derive(Default)]
pub struct Repeated<'t>(HashMap<&'t str, String>);

impl<'t> Repeated<'t> {
    /// The same as [`line()`].
    pub fn line(&mut self, text: &'t str) -> String {
        self.0.entry(text).or_insert_with(|| line(text).into_owned()).clone()
    }
}

fn plain_line(text: &str) -> Cow<'_, str> {
    if text.is_ascii()
        && !text.bytes().any(|byte| byte < 0x20 || byte == 0x7f)
        && !looks_like_command(text)
    {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\t' => out.push(' '),
            '\n' | '\r' => out.push(' '),
            _ if is_dangerous(character) => {
                out.push_str(&format!("\\u{{{:x}}}", u32::from(character)))
            }
            _ => out.push(character),
        }
    }
    Cow::Owned(break_commands(&out))
}

fn looks_like_command(text: &str) -> bool {
    text.trim_start().starts_with("::") || hash_command(text).is_some()
}

/// Where `##[` or `##vso[` begins, in whatever case.
fn hash_command(text: &str) -> Option<usize> {
    let is_command = |at: &usize| {
        let rest = text.as_bytes().get(at + 1..).unwrap_or_default();
        let vso = rest.get(..5).is_some_and(|begin| begin.eq_ignore_ascii_case(b"#vso["));
        vso || rest.starts_with(b"#[")
    };
    text.match_indices('#').map(|(at, _)| at).find(is_command)
}

/// `::` at the beginning of a line, also behind blanks, `##[` and `##vso[` anywhere start commands of CI systems.
fn break_commands(text: &str) -> String {
    let mut broken = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = hash_command(rest).and_then(|at| rest.split_at_checked(at)) {
        broken.push_str(before);
        broken.push_str("#\\u{23}");
        rest = after.get(2..).unwrap_or_default();
    }
    broken.push_str(rest);
    let blanks = broken.len() - broken.trim_start().len();
    match broken.split_at(blanks) {
        (blanks, rest) if rest.starts_with("::") => {
            format!("{blanks}\\u{{3a}}{}", rest.get(1..).unwrap_or_default())
        }
        _ => broken,
    }
}

/// A rendered page: line breaks stay, and with colours the escape sequences that we wrote ourselves.
/// Commands are broken here again, for a renderer wraps lines where it likes.
pub fn keep_layout(text: &str, color: bool) -> String {
    let kept = |character: char| character == '\n' || color && character == '\u{1b}';
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_dangerous(character) && !kept(character) {
            out.push_str(&format!("\\u{{{:x}}}", u32::from(character)));
        } else {
            out.push(character);
        }
    }
    if !out.contains("::") && !out.contains("##") {
        return out;
    }
    out.split('\n').map(break_commands).collect::<Vec<_>>().join("\n")
}

/// Several lines, each safe.
pub fn lines(text: &str) -> String {
    let safe: Vec<Cow<'_, str>> =
        text.split('\n').map(|one| line(one.trim_end_matches('\r'))).collect();
    safe.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_dangerous_survives() {
        assert_eq!(line("plain text"), "plain text");
        assert_eq!(line("a\u{1b}[31mred"), "a\\u{1b}[31mred");
        assert_eq!(line("evil\u{202e}txt.exe"), "evil\\u{202e}txt.exe");
        assert_eq!(line("zero\u{200b}width"), "zero\\u{200b}width");
        assert_eq!(line("two\nlines"), "two lines");
        assert_eq!(line("::error::boo"), "\\u{3a}:error::boo");
        assert_eq!(line(" \u{3000}::error::boo"), " \u{3000}\\u{3a}:error::boo");
        assert_eq!(keep_layout("a\n  ::error::b", false), "a\n  \\u{3a}:error::b");
        assert_eq!(line("x ##[error] ##vso[task]"), "x #\\u{23}[error] #\\u{23}vso[task]");
        assert_eq!(line("###[a] ##VSO[b] # #[c]"), "##\\u{23}[a] #\\u{23}VSO[b] # #[c]");
        assert_eq!(line(&"##[".repeat(200_000)).len(), 200_000 * "#\\u{23}[".len());
        assert_eq!(line("Zürich 日本"), "Zürich 日本");
        assert_eq!(lines("a\n::b"), "a\n\\u{3a}:b");
    }

    #[test]
    fn what_repeats_is_as_safe_as_what_stands_once() {
        let mut repeated = Repeated::default();
        for text in ["a\u{1b}[31mred", "plain", "a\u{1b}[31mred", "pwd=abc123", "pwd=abc123"] {
            assert_eq!(repeated.line(text), line(text));
        }
    }

    #[test]
    fn every_control_character_is_escaped() {
        for code in (0..0x20).chain(0x7f..0xa0) {
            let character = char::from_u32(code).unwrap();
            let shown = line(&character.to_string()).into_owned();
            assert!(!shown.chars().any(|c| c.is_control()), "{code:x}");
        }
    }
}
