//! Where a value ends, and whether it can be one.

/// Fewer characters are a word or a number, not a credential.
const SHORTEST: usize = 6;
/// No credential is longer; a key in armour is found by its armour.
pub(super) const LONGEST: usize = 4_096;

/// Whether a text is of a length that credentials have, and not the place of one.
pub(super) fn may_be_value(value: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&value.len()) && !points_elsewhere(value)
}

/// The inside of a literal in quotes at a place: escaped quotes (`\"`), entities (`&quot;`), prefixes (`f"`, `$'`, `@"`).
pub(super) fn quoted_value(text: &str, at: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied();
    let mut start = at;
    let is_prefix = byte(start).is_some_and(|byte| b"fFrRbBuU$@".contains(&byte));
    if is_prefix && byte(start + 1).is_some_and(|byte| b"\"'`".contains(&byte)) {
        start += 1;
    }
    let rest = bytes.get(start..)?;
    for entity in ["&quot;", "&apos;", "&#34;", "&#39;"] {
        if rest.starts_with(entity.as_bytes()) {
            let inner = rest.get(entity.len()..)?;
            let inner = inner.get(..LONGEST).unwrap_or(inner);
            let length = memchr::memmem::find(inner, entity.as_bytes())?;
            let from = start + entity.len();
            return Some((from, from + length));
        }
    }
    let slashes = rest.iter().take_while(|byte| **byte == b'\\').count();
    let quote = rest.get(slashes).copied().filter(|byte| b"\"'`".contains(byte))?;
    let mut from = start + slashes + 1;
    // `"""` of Python.
    if slashes == 0 && byte(from) == Some(quote) && byte(from + 1) == Some(quote) {
        from += 2;
    }
    let mut end = from;
    let mut escapes = 0;
    while let Some(byte) = byte(end) {
        if end - from > LONGEST || (matches!(byte, b'\n' | b'\r') && quote != b'`') {
            return None;
        }
        if byte == b'\\' && (quote != b'\'' || slashes > 0) {
            escapes += 1;
        } else {
            let closes =
                byte == quote && if slashes == 0 { escapes % 2 == 0 } else { escapes <= slashes };
            if closes {
                let end = if slashes == 0 { end } else { end - escapes };
                return Some((from, end));
            }
            escapes = 0;
        }
        end += 1;
    }
    None
}

/// A word as a shell takes it.
pub(super) fn shell_value(text: &str, at: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let rest = bytes.get(at..)?;
    // A call or a substitution gives the value; a template is read whole.
    if rest.starts_with(b"$(") || rest.starts_with(b"`") || rest.starts_with(b"(") {
        return None;
    }
    let template =
        ["${{", "{{", "<<", "${", "<"].iter().find(|open| rest.starts_with(open.as_bytes()));
    if let Some(open) = template {
        let close: &[u8] = match *open {
            "${{" | "{{" => b"}}",
            "<<" => b">>",
            "<" => b">",
            _ => b"}",
        };
        let near = rest.get(..400).unwrap_or(rest);
        let end = memchr::memmem::find(near, close)? + close.len();
        return Some((at, at + end));
    }
    let ends = |byte: u8| byte.is_ascii_whitespace() || b"\"'`;&|<>)".contains(&byte);
    let mut length = 0;
    while let Some(byte) = rest.get(length).copied() {
        let escape = byte == b'\\'
            && rest
                .get(length + 1)
                .is_none_or(|next| b"\"'nrt`".contains(next) || next.is_ascii_whitespace());
        if ends(byte) || escape || length > LONGEST {
            break;
        }
        length += 1;
    }
    let word = rest.get(..length)?;
    let trimmed = word.len() - word.iter().rev().take_while(|byte| b",}]".contains(byte)).count();
    (trimmed > 0).then_some((at, at + trimmed))
}

/// A path, an address, a call or the name of another variable: not a value, but where one is.
fn points_elsewhere(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let file = [
        ".key", ".pem", ".crt", ".txt", ".json", ".p12", ".jks", ".enc", ".p8", ".cer", ".yml",
        ".yaml",
    ]
    .iter()
    .any(|ending| lower.ends_with(ending));
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-~".contains(character);
    let path = value.chars().all(plain)
        && (["./", "../", "~/"].iter().any(|start| value.starts_with(start))
            || value.strip_prefix('/').is_some_and(|rest| {
                rest.contains('/')
                    && rest.split('/').all(|part| {
                        part.chars().all(|c| {
                            c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c)
                        })
                    })
            }));
    let address =
        (lower.starts_with("http://") || lower.starts_with("https://")) && !value.contains('@');
    let call = value.split_once('(').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.".contains(c))
    }) && value.ends_with(')');
    let constant = value.contains('_')
        && value.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        && value.split('_').any(|word| {
            ["PASSWORD", "SECRET", "TOKEN", "KEY", "URL", "SF", "SFDX", "SFDC", "SALESFORCE", "PWD"]
                .contains(&word)
        });
    file || path || address || call || constant
}

/// Words that people make passwords of which open nothing, or everything that they were told to change.
const WEAK: [&str; 44] = [
    "abc",
    "admin",
    "administrator",
    "apex",
    "api",
    "bar",
    "baz",
    "change",
    "client",
    "consumer",
    "demo",
    "dev",
    "dummy",
    "fake",
    "foo",
    "guest",
    "key",
    "letmein",
    "local",
    "me",
    "mock",
    "my",
    "mysql",
    "old",
    "oauth",
    "pass",
    "passw",
    "passwd",
    "password",
    "postgres",
    "pw",
    "pwd",
    "qwerty",
    "root",
    "sample",
    "secret",
    "security",
    "some",
    "string",
    "super",
    "test",
    "token",
    "user",
    "value",
];

/// Whether nobody would miss a value: a word or two for a secret, for a user, for nothing at all, with a number behind or
/// figures for letters; one character over and over; the alphabet.
pub(super) fn is_weak(value: &str) -> bool {
    let plain: String = value
        .chars()
        .map(|character| match character {
            '@' => 'a',
            '0' => 'o',
            '$' => 's',
            other => other.to_ascii_lowercase(),
        })
        .collect();
    let weak = |text: &str| {
        let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        // What falls into more pieces than a person would write is hexadecimal or the like.
        words.by_ref().take(5).all(|word| is_made_of(word, 4)) && words.next().is_none()
    };
    let sequence = value.as_bytes().windows(2).all(|pair| {
        matches!(pair, [first, second] if first == second || first.checked_add(1) == Some(*second))
    });
    sequence || weak(&value.to_ascii_lowercase()) || weak(&plain)
}

/// Whether a word in lower case is one of the weak ones, or several of them written together.
fn is_made_of(word: &str, at_most: usize) -> bool {
    let first = word.chars().next();
    word.chars().all(|character| Some(character) == first)
        || at_most > 0
            && WEAK.iter().any(|weak| {
                word.strip_prefix(weak).is_some_and(|rest| is_made_of(rest, at_most - 1))
            })
}

/// Whether a value has the shape of a password or a key that means something, for places where not even the name is proof:
/// one word of some length with letters and figures or signs, no expression, no name of a field, and not weak.
pub(super) fn is_strong(value: &str) -> bool {
    const SHORTEST: usize = 8;
    const LONGEST_WORD: usize = 512;
    let has = |class: fn(&u8) -> bool| value.as_bytes().iter().any(class);
    let lower = has(u8::is_ascii_lowercase);
    let upper = has(u8::is_ascii_uppercase);
    let digit = has(u8::is_ascii_digit);
    let sign = has(|byte| b"!@#%^&*+=?~|;,:".contains(byte));
    let classes = [lower, upper, digit, sign].iter().filter(|class| **class).count();
    let lowered = value.to_ascii_lowercase();
    let field = ["__c", "__r", "__mdt", "__e"].iter().any(|end| lowered.ends_with(end));
    (SHORTEST..=LONGEST_WORD).contains(&value.len())
        && (digit && (lower || upper) || classes >= 3)
        && !value.contains(|c: char| c.is_whitespace() || "(){}[]<>\"'`\\".contains(c))
        && !value.starts_with(['$', '%', '@', '/', '.'])
        && !field
        && !points_elsewhere(value)
        && !is_weak(value)
}
