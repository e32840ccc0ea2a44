//! Values behind names of credentials, in every writing that assigns one.

use super::names::{common, is_credential};
use super::surroundings::Surroundings;
use super::values::{LONGEST, may_be_value, quoted_value, shell_value};
use super::{Hit, Language, SecretKind, calls};

/// Nor one that stands as a default in a shell expression.
const LONGEST_DEFAULT: usize = 400;
/// No name is longer.
const LONGEST_NAME: usize = 120;

/// Finds assignments at the names that are met on the way through a text.
pub(super) struct Names<'a> {
    text: &'a str,
    bytes: &'a [u8],
    language: Language,
    around: &'a Surroundings<'a>,
    /// The end of the last name or value: nothing is read twice.
    done: usize,
}

/// What stands between a name and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    /// `=`, `:=`, `+=`.
    Equals,
    /// `:`, `=>`.
    Colon,
    /// `>` of a start tag.
    Tag,
    /// A blank: `ENV NAME value`, `--name value`.
    Blank,
    /// `||`, `??`, or the comma of a call: only a literal counts.
    Literal,
    /// `${NAME:-value}`.
    Default,
}

impl<'a> Names<'a> {
    pub(super) fn new(around: &'a Surroundings<'a>, language: Language) -> Names<'a> {
        Names { text: around.text, bytes: around.text.as_bytes(), language, around, done: 0 }
    }

    /// The assignment whose name holds the literal at `at`.
    pub(super) fn at(&mut self, at: usize) -> Option<Hit> {
        if at < self.done {
            return None;
        }
        let (start, end) = self.name(at);
        self.done = end;
        if end - start > LONGEST_NAME {
            return None;
        }
        let mut name = self.text.get(start..end)?;
        if let Some(call) = calls::set_password(self.text, name, end) {
            self.done = call.value.1;
            return Some(call);
        }
        // What ends or closes something assigns nothing; in metadata this is what most names are.
        let closed = matches!(self.byte(end), Some(b'<' | b'/' | b'(' | b')' | b';'))
            || self.bytes.get(start.saturating_sub(2)..start) == Some(b"</");
        if closed {
            return None;
        }
        // `-DSF_PASSWORD=…`, `process.env.SF_PASSWORD`, `--sf-password`.
        let dashes = name.len() - name.trim_start_matches('-').len();
        let is_option = dashes == 2;
        let define =
            if dashes == 1 && name.get(1..2).is_some_and(|d| d == "D") { 2 } else { dashes };
        name = name.get(define..)?;
        let common = match name.rsplit_once('.') {
            Some((_, member)) if is_credential(member) => {
                name = member;
                None
            }
            _ if is_credential(name) => None,
            parts => {
                name = parts.map_or(name, |(_, member)| member);
                Some(common(name)?)
            }
        };
        let start = end - name.len();
        let (sign, from, quoted) = self.sign(start, end, is_option)?;
        let (value_start, value_end) = self.value(sign, from, start, quoted)?;
        let value = self.text.get(value_start..value_end)?;
        if value.len() > LONGEST {
            self.done = value_end;
        }
        if !may_be_value(value) {
            return None;
        }
        self.done = value_end;
        let name = (start, start + name.len());
        let kind = match common {
            None => SecretKind::Assignment,
            Some(common) => self.around.kind(common, name, (value_start, value_end))?,
        };
        Some(Hit { kind, name: Some(name), value: (value_start, value_end), host: None })
    }

    /// The whole name around a literal.
    fn name(&self, at: usize) -> (usize, usize) {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-".contains(byte);
        let before = self.bytes.get(self.done..at).unwrap_or_default();
        let start = at - before.iter().rev().take_while(|byte| is_name(byte)).count();
        let rest = self.bytes.get(at..).unwrap_or_default();
        let mut end = at + rest.iter().take_while(|byte| is_name(byte)).count();
        // The dash of `${NAME-value}` and the dots of a sentence are not part of it.
        while end > at && self.byte(end - 1).is_some_and(|byte| b".-".contains(&byte)) {
            end -= 1;
        }
        // An escape before a name: `\nSF_PASSWORD=`.
        let escaped = start > 0
            && self.byte(start - 1) == Some(b'\\')
            && self.byte(start).is_some_and(|byte| b"nrt".contains(&byte));
        (start + usize::from(escaped), end)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn starts(&self, at: usize, prefix: &str) -> bool {
        self.bytes.get(at..).is_some_and(|rest| rest.starts_with(prefix.as_bytes()))
    }

    fn skip(&self, at: usize, pass: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        at + rest.iter().take(LONGEST).take_while(|byte| pass(**byte)).count()
    }

    fn blanks(&self, at: usize) -> usize {
        self.skip(at, |byte| byte == b' ' || byte == b'\t')
    }

    /// The text of the line before a place, at most a few hundred bytes of it.
    fn line_before(&self, at: usize) -> &'a str {
        let from = self.text.floor_char_boundary(at.saturating_sub(200));
        let before = self.text.get(from..at).unwrap_or_default();
        before.rsplit(['\n', '\r']).next().unwrap_or_default()
    }

    /// What stands behind the name, where the value may begin, and whether the name was in quotes.
    fn sign(&self, start: usize, end: usize, is_option: bool) -> Option<(Sign, usize, bool)> {
        let default = start >= 2 && self.bytes.get(start - 2..start) == Some(b"${");
        if default {
            let at = [":-", ":=", "-", "="].iter().find(|sign| self.starts(end, sign))?;
            return Some((Sign::Default, end + at.len(), false));
        }
        let (mut at, quoted) = self.closing_quote(start, end);
        let in_tag = self.in_tag(start);
        if !quoted && in_tag == Some(true) {
            // An end tag assigns nothing.
            return None;
        }
        if in_tag.is_some() || quoted {
            if self.byte(at) == Some(b'>') {
                return Some((Sign::Tag, at + 1, quoted));
            }
            if in_tag == Some(false) && !quoted {
                // Attributes of an element that is called like a credential.
                let close = self.skip(at, |byte| byte != b'>' && byte != b'<');
                if self.byte(at).is_some_and(|byte| byte.is_ascii_whitespace())
                    && self.byte(close) == Some(b'>')
                    && self.byte(close - 1) != Some(b'/')
                {
                    return Some((Sign::Tag, close + 1, quoted));
                }
            }
        }
        at = self.skip(at, |byte| matches!(byte, b']' | b'?'));
        if let Some(value) = self.pair(at) {
            return Some((value.0, value.1, true));
        }
        let after = self.blanks(at);
        let sign = |text: &str, sign: Sign| {
            self.starts(after, text).then_some((sign, after + text.len(), quoted))
        };
        if self.starts(after, "==")
            || self.starts(after, "=~")
            || self.starts(after, "::") && !self.starts(after, "::=")
        {
            return None;
        }
        let found = sign("=>", Sign::Colon)
            .or_else(|| sign("=", Sign::Equals))
            .or_else(|| sign("%3D", Sign::Equals))
            .or_else(|| sign("%3d", Sign::Equals))
            .or_else(|| sign("::=", Sign::Equals))
            .or_else(|| sign(":=", Sign::Equals))
            .or_else(|| sign("+=", Sign::Equals))
            .or_else(|| sign("?=", Sign::Equals))
            .or_else(|| sign("||", Sign::Literal))
            .or_else(|| sign("??", Sign::Literal));
        if found.is_some() {
            return found;
        }
        if self.byte(after) == Some(b':') {
            return self.annotated(after + 1).or(Some((Sign::Colon, after + 1, quoted)));
        }
        if quoted && self.byte(after) == Some(b',') && self.is_call(start) {
            return Some((Sign::Literal, after + 1, quoted));
        }
        let blank = after > at && (is_option || self.is_command(start));
        blank.then_some((Sign::Blank, after, quoted))
    }

    /// `let sf_password: string = 'x'`.
    fn annotated(&self, at: usize) -> Option<(Sign, usize, bool)> {
        if !self.language.is_code() {
            return None;
        }
        let word = self.blanks(at);
        let end = self.skip(word, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let sign = self.blanks(end);
        let assigns =
            end > word && self.byte(sign) == Some(b'=') && self.byte(sign + 1) != Some(b'>');
        assigns.then_some((Sign::Equals, sign + 1, false))
    }

    /// The end of a name in quotes, escaped or not, when it was opened too.
    fn closing_quote(&self, start: usize, end: usize) -> (usize, bool) {
        let slash = self.skip(end, |byte| byte == b'\\');
        let closes = self.byte(slash).filter(|byte| b"\"'`".contains(byte));
        match closes {
            Some(quote) if start > 0 && self.byte(start - 1) == Some(quote) => (slash + 1, true),
            _ if self.starts(end, "&quot;") => (end + 6, true),
            _ => (end, false),
        }
    }

    /// Whether the name is that of an XML element: of a start tag (`false`) or of an end tag (`true`).
    fn in_tag(&self, start: usize) -> Option<bool> {
        match start.checked_sub(1).and_then(|at| self.byte(at))? {
            b'<' => Some(false),
            b'/' if start >= 2 && self.byte(start - 2) == Some(b'<') => Some(true),
            b':' => {
                let prefix = self.line_before(start - 1);
                let name = prefix.trim_end_matches(|c: char| c.is_ascii_alphanumeric());
                match (name.ends_with("</"), name.ends_with('<')) {
                    (true, _) => Some(true),
                    (_, true) => Some(false),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// `name: SF_PASSWORD` and `value: x` as members of one thing, in YAML, JSON or as attributes.
    fn pair(&self, at: usize) -> Option<(Sign, usize)> {
        let mut word =
            self.skip(at, |byte| byte == b',' || byte == b';' || byte.is_ascii_whitespace());
        if word == at || word - at > 80 {
            return None;
        }
        let quote = self.byte(word).filter(|byte| b"\"'\\".contains(byte)).is_some();
        word = self.skip(word, |byte| b"\"'\\".contains(&byte));
        let rest = self.bytes.get(word..word + 5)?;
        if !rest.eq_ignore_ascii_case(b"value") {
            return None;
        }
        let mut end = word + 5;
        if quote {
            end = self.skip(end, |byte| b"\"'\\".contains(&byte));
        }
        let sign = self.blanks(end);
        match self.byte(sign)? {
            b'=' => Some((Sign::Equals, sign + 1)),
            b':' => Some((Sign::Colon, sign + 1)),
            _ => None,
        }
    }

    /// `setenv("NAME", "value")`: a bracket opens before the name.
    fn is_call(&self, start: usize) -> bool {
        let before = self.line_before(start).trim_end_matches(['"', '\'', '`', '\\']);
        before.trim_end().ends_with('(')
    }

    /// `ENV NAME value` and the like.
    fn is_command(&self, start: usize) -> bool {
        let word =
            self.line_before(start).trim_end().rsplit([' ', '\t']).next().unwrap_or_default();
        let commands = ["env", "arg", "setx", "setenv", "-x", "-gx", "-xg", "-ux", "-xu"];
        commands.contains(&word.to_ascii_lowercase().as_str())
    }

    fn value(&self, sign: Sign, from: usize, name: usize, quoted: bool) -> Option<(usize, usize)> {
        match sign {
            Sign::Tag => return self.element_text(from),
            Sign::Default => {
                let near = self.bytes.get(from..)?.iter().take(LONGEST_DEFAULT);
                let end = from + near.take_while(|byte| !b"}\n".contains(byte)).count();
                return (self.byte(end) == Some(b'}')).then_some((from, end));
            }
            _ => {}
        }
        let mut at = self.blanks(from);
        let before = self.line_before(name);
        // `"SF_PASSWORD=" + password`: the quote ends the text that the name stands in.
        let inside = if quoted { None } else { open_quote(before) };
        if inside.is_some() && self.byte(at) == inside {
            return None;
        }
        let breaks = matches!(self.byte(at), Some(b'\n' | b'\r'));
        if breaks
            && (self.language == Language::Json || self.language.is_code())
            && sign != Sign::Blank
        {
            at = self.skip(at, |byte| byte.is_ascii_whitespace());
        }
        // Elsewhere what stands in backquotes is run, or is code in prose.
        if self.byte(at) == Some(b'`') && !self.language.is_code() && self.language != Language::Env
        {
            return None;
        }
        if let Some(value) = quoted_value(self.text, at) {
            return Some(value);
        }
        let comment = is_comment(before);
        let equals = matches!(sign, Sign::Equals | Sign::Blank);
        match self.language {
            _ if sign == Sign::Literal => None,
            Language::Env | Language::Properties => self.line_value(at),
            Language::Yaml if sign == Sign::Colon && inside.is_none() => {
                let expression = self.byte(at).is_some_and(|byte| b"|>&*![{%@`".contains(&byte));
                if expression { None } else { self.line_value(at) }
            }
            _ if self.language.is_code() && !comment && inside.is_none() => None,
            Language::Json if inside.is_none() => None,
            _ if equals => shell_value(self.text, at),
            Language::Json => None,
            _ => self.only_word(at),
        }
    }

    /// The text of an element: to the next tag, or the content of a CDATA section.
    fn element_text(&self, from: usize) -> Option<(usize, usize)> {
        const CDATA: &str = "<![CDATA[";
        let start = self.skip(from, |byte| byte.is_ascii_whitespace());
        if self.starts(start, CDATA) {
            let inner = start + CDATA.len();
            let rest = self.bytes.get(inner..)?;
            let rest = rest.get(..LONGEST).unwrap_or(rest);
            return Some((inner, inner + memchr::memmem::find(rest, b"]]>")?));
        }
        let mut end = self.skip(start, |byte| byte != b'<');
        if self.byte(end) != Some(b'<') {
            return None;
        }
        while end > start && self.byte(end - 1).is_some_and(|byte| byte.is_ascii_whitespace()) {
            end -= 1;
        }
        (end > start).then_some((start, end))
    }

    /// To the end of the line, without a comment.
    fn line_value(&self, at: usize) -> Option<(usize, usize)> {
        let line_end = self.skip(at, |byte| byte != b'\n' && byte != b'\r');
        let line = self.bytes.get(at..line_end)?;
        let comment = memchr::memchr_iter(b'#', line).find(|found| {
            found.checked_sub(1).and_then(|at| line.get(at)).is_some_and(u8::is_ascii_whitespace)
        });
        let value = line.get(..comment.unwrap_or(line.len()))?.trim_ascii_end();
        Some((at, at + value.len()))
    }

    /// One word, and nothing else on its line.
    fn only_word(&self, at: usize) -> Option<(usize, usize)> {
        let (start, end) = shell_value(self.text, at)?;
        let rest =
            self.skip(end, |byte| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'`' | b',' | b';'));
        let ends = match self.byte(rest) {
            None | Some(b'\n' | b'\r') => true,
            _ => self.starts(rest, "-->") || self.starts(rest, "*/") || self.starts(rest, "</"),
        };
        ends.then_some((start, end))
    }
}

/// The quote that is open at the end of a piece of a line.
fn open_quote(before: &str) -> Option<u8> {
    let mut open = None;
    let mut escaped = false;
    for byte in before.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' | b'\'' | b'`' => match open {
                None => open = Some(byte),
                Some(quote) if quote == byte => open = None,
                Some(_) => {}
            },
            _ => {}
        }
    }
    open
}

/// Whether a piece of a line is, or ends in, the beginning of a comment.
fn is_comment(before: &str) -> bool {
    let start = before.trim_start();
    ["//", "#", "/*", "*", "--", "<!--", ";", "rem ", "REM "]
        .iter()
        .any(|mark| start.starts_with(mark))
        || [" //", "\t//", "/*", "<!--", " #"].iter().any(|mark| before.contains(mark))
}
