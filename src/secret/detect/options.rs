//! Options of the command lines of Salesforce tools that take a credential: `sf … --password x`.

use super::values::{quoted_value, shell_value};
use super::{Hit, SecretKind};

/// Programs whose options these are.
const TOOLS: [&str; 9] =
    ["sf", "sfdx", "cci", "jsforce", "sfdmu", "sfp", "sfpowerscripts", "sfpowerkit", "vlocity"];

/// Options that take a credential, whichever of the tools runs.
const OPTIONS: [&str; 13] = [
    "--password",
    "--passphrase",
    "--client-secret",
    "--clientsecret",
    "--consumer-secret",
    "--sfdx-url",
    "--sfdx-auth-url",
    "--sfdxurl",
    "--installation-key",
    "--installationkey",
    "--access-token",
    "--accesstoken",
    "--security-token",
];

/// Fewer characters are a number or a flag.
const SHORTEST: usize = 4;
/// How far back the name of the program is looked for.
const FARTHEST: usize = 500;

pub(super) struct Options<'a> {
    text: &'a str,
    done: usize,
}

impl<'a> Options<'a> {
    pub(super) fn new(text: &'a str) -> Options<'a> {
        Options { text, done: 0 }
    }

    /// The option at a literal.
    pub(super) fn at(&mut self, at: usize) -> Option<Hit> {
        if at < self.done {
            return None;
        }
        let bytes = self.text.as_bytes();
        let start = at + usize::from(bytes.get(at) == Some(&b' '));
        let rest = bytes.get(start..)?;
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        let length = rest.iter().take(40).take_while(|byte| is_name(byte)).count();
        let end = start + length;
        self.done = end;
        let name = self.text.get(start..end)?;
        let command = self.command(start);
        let lower = name.to_ascii_lowercase();
        let takes_secret = match lower.as_str() {
            // A path or a package for all others.
            "-p" => has_word(command, &["jsforce", "cci"]),
            // `openssl enc -d -K <key>`, and the passphrase of a key.
            "-k" if name == "-K" => has_word(command, &["openssl"]),
            "-pass" | "-passin" | "-passout" => has_word(command, &["openssl"]),
            "-k" => {
                has_word(command, &["openssl"])
                    || has_word(command, &["install", "package", "create"])
                        && has_word(command, &TOOLS)
            }
            other => OPTIONS.contains(&other) && has_word(command, &TOOLS),
        };
        if !takes_secret {
            return None;
        }
        let (mut from, to) = self.value(end)?;
        if lower.starts_with("-pass") {
            // `env:NAME` and `file:path` say where it is.
            from += self.text.get(from..to)?.strip_prefix("pass:").map(|_| "pass:".len())?;
        }
        if to - from < SHORTEST || bytes.get(from) == Some(&b'-') {
            return None;
        }
        self.done = to;
        Some(Hit {
            kind: SecretKind::Option,
            name: Some((start, end)),
            value: (from, to),
            host: None,
        })
    }

    /// `--option value`, `--option=value`, `"--option", "value"`.
    fn value(&self, end: usize) -> Option<(usize, usize)> {
        let bytes = self.text.as_bytes();
        let mut at = end;
        match bytes.get(at)? {
            b'=' => at += 1,
            b' ' | b'\t' => {}
            b'"' | b'\'' => {
                at += 1;
                at += blanks(bytes, at);
                if bytes.get(at) != Some(&b',') {
                    return None;
                }
                at += 1;
                at += bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                return quoted_value(self.text, at);
            }
            _ => return None,
        }
        at += blanks(bytes, at);
        quoted_value(self.text, at).or_else(|| shell_value(self.text, at))
    }

    /// The command line before an option, with the lines that it continues.
    fn command(&self, option: usize) -> &'a str {
        let from = self.text.floor_char_boundary(option.saturating_sub(FARTHEST));
        let before = self.text.get(from..option).unwrap_or_default();
        let mut start = before.len();
        loop {
            let line = before.get(..start).unwrap_or_default();
            let Some(line_end) = line.rfind('\n') else { return before };
            let this = before.get(line_end + 1..start).unwrap_or_default();
            let above = before.get(..line_end).unwrap_or_default().trim_end_matches('\r');
            let continues = above.trim_end().ends_with(['\\', '`', '^'])
                || this.trim().is_empty()
                || this.trim_start().starts_with('-');
            if !continues {
                return before.get(line_end + 1..).unwrap_or_default();
            }
            start = line_end;
        }
    }
}

fn blanks(bytes: &[u8], at: usize) -> usize {
    bytes
        .get(at..)
        .unwrap_or_default()
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

/// Whether any of these words stands in a text.
fn has_word(text: &str, words: &[&str]) -> bool {
    text.split(|character: char| !(character.is_ascii_alphanumeric() || character == '_'))
        .any(|word| words.contains(&word))
}
