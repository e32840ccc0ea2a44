//! One line of an ignore file, and whether a path fits it: what `dir.c` and `wildmatch.c` of git do, on bytes.
//!
//! The `ignore` crate reads another language: there `{a,b}` is a choice, `[[:alpha:]]` a set of six characters, a tab
//! at the end of a line is dropped, a set that is not closed is text, and what is no UTF-8 cannot be written. Whether
//! a key is kept out must not depend on that. A match takes time proportional to pattern times path, whatever either holds.

/// A line that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// `!`: what fits is not ignored.
    pub negated: bool,
    /// The line of the file, from 0.
    pub line: u32,
    directory_only: bool,
    /// Without a slash: only the last name of a path is looked at.
    last_name_only: bool,
    form: Form,
}

/// The name that an [`Pattern`] is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Relative to the folder of the ignore file, `/` between names.
    pub path: &'a [u8],
    /// It is a folder.
    pub directory: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    Literal(Vec<u8>),
    /// `*.key`
    Ending(Vec<u8>),
    Tokens(Vec<Token>),
    /// A set that is not closed, a `\` with nothing behind it.
    Never,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Byte(u8),
    /// `?`, `[…]`: bytes by their value.
    Set(Box<[bool; 256]>),
    /// `*`: anything within a name.
    Star,
    /// `**`: anything.
    Anything,
    /// `**/`: nothing, or anything that ends with a slash.
    Folders,
}

impl Pattern {
    /// Reads a line without its end; `None` for comments and empty lines.
    pub fn parse(line: &[u8], number: u32) -> Option<Pattern> {
        if line.is_empty() || line.first() == Some(&b'#') {
            return None;
        }
        // For git a line is a text of C.
        let line = line.split(|byte| *byte == 0).next().unwrap_or_default();
        let mut text = without_trailing_blanks(line);
        let negated = text.first() == Some(&b'!');
        if negated {
            text = text.get(1..).unwrap_or_default();
        }
        let directory_only = text.last() == Some(&b'/');
        if directory_only {
            text = text.get(..text.len() - 1).unwrap_or_default();
        }
        let last_name_only = !text.contains(&b'/');
        let text = text.strip_prefix(b"/").unwrap_or(text);
        if text.is_empty() {
            return None;
        }
        let form = form(text, !last_name_only);
        Some(Pattern { negated, line: number, directory_only, last_name_only, form })
    }

    /// Whether the path itself fits; what lies in a folder that fits is not asked here.
    pub fn fits(&self, candidate: Candidate<'_>) -> bool {
        if self.directory_only && !candidate.directory {
            return false;
        }
        let path = if self.last_name_only {
            candidate.path.rsplit(|byte| *byte == b'/').next().unwrap_or_default()
        } else {
            candidate.path
        };
        match &self.form {
            Form::Literal(text) => path == text,
            Form::Ending(text) => path.ends_with(text),
            Form::Tokens(tokens) => fits(tokens, path),
            Form::Never => false,
        }
    }
}

/// Blanks at the end do not count, but for one that follows a `\`.
fn without_trailing_blanks(line: &[u8]) -> &[u8] {
    let mut end = 0;
    let mut at = 0;
    while let Some(byte) = line.get(at) {
        match byte {
            b' ' => {}
            b'\\' => {
                at += 1;
                if at >= line.len() {
                    return line;
                }
                end = at + 1;
            }
            _ => end = at + 1,
        }
        at += 1;
    }
    line.get(..end).unwrap_or(line)
}

fn is_special(byte: u8) -> bool {
    matches!(byte, b'*' | b'?' | b'[' | b'\\')
}

/// `whole`: the pattern speaks about whole paths.
fn form(text: &[u8], whole: bool) -> Form {
    let Some(first) = text.iter().position(|byte| is_special(*byte)) else {
        return Form::Literal(text.to_vec());
    };
    if !whole
        && let Some(rest) = text.strip_prefix(b"*")
        && !rest.iter().copied().any(is_special)
    {
        return Form::Ending(rest.to_vec());
    }
    tokens(text, first, whole).map_or(Form::Never, Form::Tokens)
}

/// `first` is where the literal beginning of the pattern ends.
fn tokens(text: &[u8], first: usize, whole: bool) -> Option<Vec<Token>> {
    let mut tokens = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'*' => {
                let start = at;
                while text.get(at) == Some(&b'*') {
                    at += 1;
                }
                // git compares the literal beginning first and matches the rest on its own, so a `**` directly behind
                // it counts as one that stands at the beginning: `a**/b` fits `a/b`, `ax/y/b`, and even `ab`.
                let opens = start == first
                    || start.checked_sub(1).and_then(|before| text.get(before)) == Some(&b'/');
                let rest = text.get(at..).unwrap_or_default();
                let closes = rest.is_empty() || rest.starts_with(b"/") || rest.starts_with(b"\\/");
                if at - start < 2 || !whole || !opens || !closes {
                    tokens.push(Token::Star);
                } else if rest.starts_with(b"/") {
                    tokens.push(Token::Folders);
                    at += 1;
                } else {
                    tokens.push(Token::Anything);
                }
                continue;
            }
            b'?' => tokens
                .push(Token::Set(Box::new(std::array::from_fn(|byte| byte != usize::from(b'/'))))),
            b'[' => {
                let (set, end) = set(text, at + 1)?;
                tokens.push(Token::Set(set));
                at = end;
            }
            b'\\' => {
                at += 1;
                tokens.push(Token::Byte(*text.get(at)?));
            }
            other => tokens.push(Token::Byte(*other)),
        }
        at += 1;
    }
    Some(tokens)
}

/// Reads a set whose `[` stands before `start`: its bytes, and where its `]` stands.
fn set(text: &[u8], start: usize) -> Option<(Box<[bool; 256]>, usize)> {
    let mut set = Box::new([false; 256]);
    let mut add = |byte: u8| {
        if let Some(slot) = set.get_mut(usize::from(byte)) {
            *slot = true;
        }
    };
    let mut at = start;
    let negated = matches!(text.get(at), Some(b'!' | b'^'));
    if negated {
        at += 1;
    }
    // The beginning of a range, if the last thing was a single byte.
    let mut before: Option<u8> = None;
    loop {
        let byte = *text.get(at)?;
        let after = text.get(at + 1).copied();
        let ends_range = after.is_some_and(|after| after != b']');
        if byte == b'\\' {
            at += 1;
            let escaped = *text.get(at)?;
            add(escaped);
            before = Some(escaped);
        } else if let (b'-', Some(from), true) = (byte, before, ends_range) {
            at += 1;
            if text.get(at) == Some(&b'\\') {
                at += 1;
            }
            (from..=*text.get(at)?).for_each(&mut add);
            before = None;
        } else if byte == b'[' && after == Some(b':') {
            let name = at + 2;
            let close = name + text.get(name..)?.iter().position(|byte| *byte == b']')?;
            if close > name && text.get(close - 1) == Some(&b':') {
                let member = class(text.get(name..close - 1)?)?;
                (0..=u8::MAX).filter(|byte| member(*byte)).for_each(&mut add);
                at = close;
                before = None;
            } else {
                add(b'[');
                before = Some(b'[');
            }
        } else {
            add(byte);
            before = Some(byte);
        }
        at += 1;
        if *text.get(at)? == b']' {
            break;
        }
    }
    if negated {
        set.iter_mut().for_each(|member| *member = !*member);
    }
    if let Some(slash) = set.get_mut(usize::from(b'/')) {
        *slash = false;
    }
    Some((set, at))
}

/// The classes of bytes that git knows, by its own tables: nothing beyond ASCII, and four blanks.
fn class(name: &[u8]) -> Option<fn(u8) -> bool> {
    let is_space = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    Some(match name {
        b"alnum" => |byte| byte.is_ascii_alphanumeric(),
        b"alpha" => |byte| byte.is_ascii_alphabetic(),
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"cntrl" => |byte| byte.is_ascii_control(),
        b"digit" => |byte| byte.is_ascii_digit(),
        b"graph" => |byte| byte.is_ascii_graphic(),
        b"lower" => |byte| byte.is_ascii_lowercase(),
        b"print" => |byte| byte.is_ascii_graphic() || byte == b' ',
        b"punct" => |byte| byte.is_ascii_punctuation(),
        b"space" => is_space,
        b"upper" => |byte| byte.is_ascii_uppercase(),
        b"xdigit" => |byte| byte.is_ascii_hexdigit(),
        _ => return None,
    })
}

/// Follows all ways through the tokens at once.
fn fits(tokens: &[Token], path: &[u8]) -> bool {
    let mut now = vec![false; tokens.len() + 1];
    let mut next = now.clone();
    enter(&mut now, tokens, 0);
    for byte in path {
        next.fill(false);
        let mut any = false;
        for (at, token) in tokens.iter().enumerate() {
            if now.get(at) != Some(&true) {
                continue;
            }
            let (stays, goes) = match token {
                Token::Byte(wanted) => (false, wanted == byte),
                Token::Set(set) => (false, set.get(usize::from(*byte)) == Some(&true)),
                Token::Star => (*byte != b'/', false),
                Token::Anything => (true, false),
                Token::Folders => (true, *byte == b'/'),
            };
            if stays && let Some(slot) = next.get_mut(at) {
                // Not entered: leaving `**/` takes a slash.
                *slot = true;
                if !matches!(token, Token::Folders) {
                    enter(&mut next, tokens, at + 1);
                }
            }
            if goes {
                enter(&mut next, tokens, at + 1);
            }
            any |= stays || goes;
        }
        if !any {
            return false;
        }
        std::mem::swap(&mut now, &mut next);
    }
    now.last() == Some(&true)
}

/// Takes a place among the tokens, and those behind it that may stand for nothing.
fn enter(places: &mut [bool], tokens: &[Token], at: usize) {
    let mut at = at;
    while let Some(place) = places.get_mut(at) {
        if *place && !matches!(tokens.get(at), Some(Token::Folders)) {
            return;
        }
        *place = true;
        if !matches!(tokens.get(at), Some(Token::Star | Token::Anything | Token::Folders)) {
            return;
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(line: &str, path: &str) -> bool {
        let directory = path.ends_with('/');
        let path = path.trim_end_matches('/').as_bytes();
        Pattern::parse(line.as_bytes(), 0)
            .is_some_and(|pattern| pattern.fits(Candidate { path, directory }))
    }

    #[test]
    fn lines() {
        for (line, fitting, others) in [
            (".env", &[".env", "a/.env"][..], &[".envrc", "a.env", ".ENV"][..]),
            ("/.env", &[".env"], &["a/.env"]),
            ("a/.env", &["a/.env"], &["b/a/.env", ".env"]),
            ("*.key", &["server.key", "a/b.key", ".key"], &["server.key.enc"]),
            (".sfdx/", &[".sfdx/", "a/.sfdx/"], &[".sfdx"]),
            ("**/keys", &["keys", "a/b/keys"], &["mykeys"]),
            ("a/**/b", &["a/b", "a/x/y/b"], &["ab", "a/xb"]),
            ("a**/b", &["a/b", "ax/y/b", "ab"], &["a/c"]),
            ("a/**", &["a/b", "a/b/c"], &["a", "b/a/c"]),
            ("x/a*", &["x/ab"], &["x/ab/c"]),
            ("{a,b}", &["{a,b}"], &["a", "b"]),
            ("[[:digit:]x-z]", &["7", "y"], &["a", "["]),
            ("[!a-c]", &["d"], &["b"]),
            ("[]-]", &["]", "-"], &["a"]),
            ("[A-\\]x]", &["]", "x", "\\"], &["-", "a"]),
            ("\\#a\\ ", &["#a "], &["#a"]),
            ("a  ", &["a"], &["a  "]),
            ("a\t", &["a\t"], &["a"]),
            ("?", &["x"], &["xy", "é"]),
        ] {
            for path in fitting {
                assert!(fits(line, path), "{line} should fit {path}");
            }
            for path in others {
                assert!(!fits(line, path), "{line} should not fit {path}");
            }
        }
        for never in ["[a", "a\\", "[[:nothing:]]", "#a", "", "/", "!", "//"] {
            for path in ["a", "[a", "a\\", "#a"] {
                assert!(!fits(never, path), "{never} should not fit {path}");
            }
        }
    }

    /// Doubling the pattern and the path multiplies the work by four, not by itself.
    #[test]
    fn no_pattern_is_slow() {
        let pattern = "a*".repeat(500) + "b";
        assert!(!fits(&format!("/x/{pattern}"), &format!("x/{}", "a".repeat(4_000))));
        let deep = "**/a/".repeat(200) + "b";
        assert!(!fits(&deep, &"a/".repeat(1_000)));
    }
}
