//! Secrets that can be told by their shape, anywhere in a text: in a value, in a
//! comment, in the middle of a URL or of escaped JSON.
//!
//! This is for hiding, so it takes more rather than less. Every scanner passes
//! over the text once.

use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

use super::detect;
use super::elements::element_values;
use super::named::named_values;

/// A literal that is searched in one short text after the other: what the search needs is made once, for that costs more
/// than to search.
type Mark = LazyLock<Finder<'static>>;

/// The secrets of a text as byte spans (end exclusive), sorted, none touching
/// another. The fixed marker before each stays outside its span: `00D`,
/// `force://`, `eyJ`, `5Aep861`, `-----BEGIN … PRIVATE KEY-----`, `scheme://user:`.
pub fn secret_spans_in_text(text: &str) -> Vec<(u32, u32)> {
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    private_keys(bytes, &mut spans);
    access_tokens(bytes, &mut spans);
    url_credentials(bytes, &mut spans);
    json_web_tokens(bytes, &mut spans);
    refresh_tokens(bytes, &mut spans);
    sent_tokens(bytes, &mut spans);
    spans.sort_unstable();
    named_values(bytes, &mut spans);
    detect::spans_to_hide(text, &mut spans);
    element_values(bytes, &mut spans);
    spans.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::with_capacity(spans.len());
    for (start, end) in spans {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    merged.into_iter().map(|(start, end)| (offset(start), offset(end))).collect()
}

pub(super) type Spans = Vec<(usize, usize)>;

fn tail(bytes: &[u8], at: usize) -> &[u8] {
    bytes.get(at..).unwrap_or_default()
}

fn run(bytes: &[u8], at: usize, accepts: impl Fn(u8) -> bool) -> usize {
    tail(bytes, at).iter().take_while(|byte| accepts(**byte)).count()
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-=+/~".contains(&byte)
}

/// A session id: the 15 or 18 characters of an organization's id, `!`, and the
/// rest. The mark may be escaped for a URL, a shell, XML or JSON.
pub(super) fn access_tokens(bytes: &[u8], spans: &mut Spans) {
    static ORGANIZATION: Mark = LazyLock::new(|| Finder::new("00D"));
    const BANGS: [&[u8]; 6] = [b"!", b"\\!", b"%21", b"&#33;", b"&#x21;", b"\\u0021"];
    // Where the characters after the last mark begin and end.
    let (mut body, mut done) = (0, 0);
    for at in ORGANIZATION.find_iter(bytes) {
        let start = at + ORGANIZATION.needle().len();
        if at < body {
            continue;
        }
        let id = tail(bytes, start)
            .iter()
            .take(16)
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        let after_id = tail(bytes, start + id);
        let Some(bang) = BANGS.iter().find(|bang| after_id.starts_with(bang)) else {
            continue;
        };
        let rest = run(bytes, start + id + bang.len(), is_token);
        if (12..=15).contains(&id) && rest > 0 {
            // The rest of one before this ends where this begins, which its characters do not tell.
            if at < done
                && let Some(before) = spans.last_mut()
            {
                before.1 = at;
            }
            body = start + id + bang.len();
            done = body + rest;
            spans.push((start, done));
        }
    }
}

/// Credentials in URLs. Of `force://clientId:clientSecret:refreshToken@host`
/// everything to its end: a blank, a quote, a bracket, or the start of an end
/// tag. Of `https://user:password@host` the password, unless it is a template.
fn url_credentials(bytes: &[u8], spans: &mut Spans) {
    urls(bytes, true, spans);
}

/// What stands behind `force://`, to its end.
pub(super) fn force_urls(bytes: &[u8], spans: &mut Spans) {
    urls(bytes, false, spans);
}

fn urls(bytes: &[u8], passwords: bool, spans: &mut Spans) {
    static MARKS: [Mark; 4] = [
        LazyLock::new(|| Finder::new("://")),
        LazyLock::new(|| Finder::new(":\\/\\/")),
        LazyLock::new(|| Finder::new("%3A%2F%2F")),
        LazyLock::new(|| Finder::new("%3a%2f%2f")),
    ];
    for mark in &MARKS {
        let mut done = 0;
        for at in mark.find_iter(bytes) {
            if at < done {
                continue;
            }
            let start = at + mark.needle().len();
            let scheme = bytes.get(at.saturating_sub(5)..at).unwrap_or_default();
            let is_force = scheme.eq_ignore_ascii_case(b"force");
            if !is_force && !passwords {
                continue;
            }
            let mut end = start;
            while let Some(byte) = bytes.get(end) {
                let closes_tag = *byte == b'<' && matches!(bytes.get(end + 1), Some(b'/' | b'!'));
                let after_host = !is_force && b"/?#\\".contains(byte);
                let closes = byte.is_ascii_whitespace() || b"\"'`)]".contains(byte);
                if closes || closes_tag || after_host {
                    break;
                }
                end += 1;
            }
            done = end;
            if is_force {
                if end > start {
                    spans.push((start, end));
                }
                continue;
            }
            let authority = bytes.get(start..end).unwrap_or_default();
            let Some(host) = memchr::memrchr(b'@', authority) else {
                continue;
            };
            let userinfo = authority.get(..host).unwrap_or_default();
            if let Some(colon) = memchr::memchr(b':', userinfo) {
                let password = tail(userinfo, colon + 1);
                if password.first().is_some_and(|first| !b"${<%".contains(first)) {
                    spans.push((start + colon + 1, start + host));
                }
            }
        }
    }
}

/// JSON Web Tokens (RFC 7519) in compact form: base64url parts with dots
/// between them, the first of which is a JSON object, hence `eyJ` (`{"`).
pub(super) fn json_web_tokens(bytes: &[u8], spans: &mut Spans) {
    static OBJECT: Mark = LazyLock::new(|| Finder::new("eyJ"));
    let mut done = 0;
    for at in OBJECT.find_iter(bytes) {
        if at < done {
            continue;
        }
        let start = at + OBJECT.needle().len();
        let length =
            run(bytes, start, |byte| byte.is_ascii_alphanumeric() || b"._-=".contains(&byte));
        done = start + length;
        let token = bytes.get(start..done).unwrap_or_default();
        let dots = token.iter().filter(|byte| **byte == b'.').count();
        if dots >= 2 && length >= 20 {
            spans.push((start, done));
        }
    }
}

/// What stands behind `Bearer ` and `Basic `, as it is sent.
fn sent_tokens(bytes: &[u8], spans: &mut Spans) {
    const SHORTEST: usize = 12;
    static SCHEMES: [Mark; 2] =
        [LazyLock::new(|| Finder::new("earer ")), LazyLock::new(|| Finder::new("Basic "))];
    for scheme in &SCHEMES {
        for at in scheme.find_iter(bytes) {
            let start = at + scheme.needle().len();
            let length = run(bytes, start, is_token);
            let token = bytes.get(start..start + length).unwrap_or_default();
            let known = token.starts_with(b"00D")
                || token.starts_with(b"eyJ")
                || token.starts_with(b"5Aep861");
            if length >= SHORTEST && !known && token.iter().any(u8::is_ascii_digit) {
                spans.push((start, start + length));
            }
        }
    }
}

/// Refresh tokens of connected apps begin like this.
pub(super) fn refresh_tokens(bytes: &[u8], spans: &mut Spans) {
    static TOKEN: Mark = LazyLock::new(|| Finder::new("5Aep861"));
    let mut done = 0;
    for at in TOKEN.find_iter(bytes) {
        let start = at + TOKEN.needle().len();
        if at < done {
            continue;
        }
        done = start + run(bytes, start, is_token);
        if done - start >= 8 {
            spans.push((start, done));
        }
    }
}

/// The bodies of PEM private keys of every kind (`RSA`, `EC`, `OPENSSH`,
/// `ENCRYPTED`, PGP).
pub(super) fn private_keys(bytes: &[u8], spans: &mut Spans) {
    static BEGIN: Mark = LazyLock::new(|| Finder::new("-----BEGIN "));
    const HYPHENS: &[u8] = b"-----";
    let mut at = 0;
    while let Some(begin) = BEGIN.find(tail(bytes, at)) {
        let label_start = at + begin + BEGIN.needle().len();
        let label_length =
            run(bytes, label_start, |byte| byte.is_ascii_alphanumeric() || byte == b' ');
        let label_end = label_start + label_length;
        let label = bytes.get(label_start..label_end).unwrap_or_default();
        at = label_end;
        let is_key = memmem::find(label, b"PRIVATE KEY").is_some();
        if !is_key || !tail(bytes, label_end).starts_with(HYPHENS) {
            continue;
        }
        let body_start = label_end + HYPHENS.len();
        let body_length = memmem::find(tail(bytes, body_start), HYPHENS);
        let body_end = body_start + body_length.unwrap_or(bytes.len() - body_start);
        at = body_end;
        if tail(bytes, body_end).starts_with(b"-----END") {
            let body = bytes.get(body_start..body_end).unwrap_or_default();
            let blank = body.len() - body.trim_ascii_start().len();
            let (start, end) = (body_start + blank, body_start + body.trim_ascii_end().len());
            if start < end {
                spans.push((start, end));
            }
        } else {
            cut_off_key(bytes, body_start, body_end, spans);
        }
    }
}

/// The lines of a key whose end is missing. As the `BEGIN` line may only be
/// talked about, this stops at the first thing that no key has: a word, unless
/// it belongs to a header line at the start.
fn cut_off_key(bytes: &[u8], start: usize, end: usize, spans: &mut Spans) {
    const LINE: usize = 16;
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    let mut at = start;
    let mut after_line = false;
    while at < end {
        at += run(bytes, at, |byte| byte.is_ascii_whitespace() || b"\\\"'`,#*|>".contains(&byte));
        let length = run(bytes, at, is_base64).min(end.saturating_sub(at));
        let token = bytes.get(at..at + length).unwrap_or_default();
        let is_line = length >= LINE;
        let joins = token.iter().all(|byte| b"+/=".contains(byte)) || token == b"n";
        let is_header = !after_line
            && ["Proc", "DEK", "Comment", "Version"]
                .iter()
                .any(|header| token == header.as_bytes());
        if is_header {
            at += run(bytes, at, |byte| byte != b'\n');
            continue;
        }
        if length == 0 || !(is_line || after_line || joins) {
            return;
        }
        if is_line || !joins {
            spans.push((at, at + length));
            // One shorter line may follow a full one: the last.
            after_line = is_line;
        }
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::super::mask_spans;
    use super::*;
    use proptest::prelude::*;

    /// The text with each secret as `•`.
    fn hidden(text: &str) -> String {
        let masked = mask_spans(text, &secret_spans_in_text(text));
        masked.replace(super::super::MASK, "•")
    }

    /// Made here, so that no file holds anything that looks like a key.
    fn key(label: &str, body: &str) -> String {
        let marker = |word| ["-----", word, " ", label, "PRIVATE ", "KEY-----"].concat();
        format!("{}{body}{}", marker("BEGIN"), marker("END"))
    }

    fn line(length: usize) -> String {
        "aB3+/x9Q".chars().cycle().take(length).collect()
    }

    #[test]
    fn private_keys_lose_their_body() {
        let body = format!("\n{}\n{}==\n", line(64), line(9));
        for label in ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", "PGP "] {
            let text = format!("a {} b", key(label, &body));
            assert_eq!(hidden(&text), format!("a {} b", key(label, "\n•\n")));
        }
        let escaped = body.replace('\n', "\\n");
        assert_eq!(hidden(&key("", &escaped)), key("", "•"),);
        let two = key("", &body) + &key("EC ", &body);
        assert_eq!(hidden(&two), key("", "\n•\n") + &key("EC ", "\n•\n"));
        let certificate = key("", &body).replace("PRIVATE KEY", "CERTIFICATE");
        assert_eq!(hidden(&certificate), certificate);
    }

    #[test]
    fn a_key_without_an_end_is_hidden_as_far_as_it_goes() {
        let begin = ["-----BEGIN ", "PRIVATE ", "KEY-----"].concat();
        let text = format!("{begin}\n{}\n{}\n{}\n\nThen it goes on", line(64), line(64), line(7));
        assert_eq!(hidden(&text), format!("{begin}\n•\n•\n•\n\nThen it goes on"));
        let quoted =
            format!("'{begin}\\n' +\n  '{}' +\n  '{}'; long.names.stay", line(64), line(64));
        assert_eq!(hidden(&quoted), format!("'{begin}\\n' +\n  '•' +\n  '•'; long.names.stay"));
        let headers = format!("{begin}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES\n\n{}", line(64));
        assert_eq!(
            hidden(&headers),
            format!("{begin}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES\n\n•")
        );
        for code in ["')) { return someVeryLongIdentifier; }", "', '').replaceWhitespace()", ""] {
            let text = format!("'{begin}{code}");
            assert_eq!(hidden(&text), text);
        }
    }

    #[test]
    fn access_tokens_keep_their_first_three_characters() {
        let rest = line(40).replace(['+', '/'], ".");
        for id in ["A0000000abcd", "A0000000abcdEAX"] {
            for bang in ["!", "%21", "\\!", "&#33;", "\\u0021"] {
                let token = format!("{}{id}{bang}AQ{rest}", ["00", "D"].concat());
                assert_eq!(hidden(&token), "00D•");
                assert_eq!(hidden(&format!("Bearer%20{token}&x=1")), "Bearer%2000D•&x=1");
                assert_eq!(hidden(&format!("<!-- {token} -->")), "<!-- 00D• -->");
                assert_eq!(hidden(&format!("{token}.{token}_{token}")), "00D•00D•00D•");
            }
        }
        for text in ["00D!", "00D000000000001", "00D000000000001! yes", "00D0000!AQabcdef"] {
            assert_eq!(hidden(text), text);
        }
    }

    #[test]
    fn auth_urls_keep_their_scheme() {
        let secret = ["PlatformCLI::", "5Aep", "861abc@acme.my.salesforce.com"].concat();
        for (before, after) in
            [("", ""), ("SFDX_AUTH_URL=\"", "\""), ("<value>", "</value>"), ("(", ") x")]
        {
            for scheme in ["force://", "FORCE://", "force:\\/\\/", "force%3A%2F%2F"] {
                let text = format!("{before}{scheme}{secret}{after}");
                assert_eq!(hidden(&text), format!("{before}{scheme}•{after}"));
            }
        }
        let brackets = "force://<id>:<secret>:real@host";
        assert_eq!(hidden(brackets), "force://•");
        for text in ["force://", "force:// x", "salesforce:/x", "https://force.com"] {
            assert_eq!(hidden(text), text);
        }
    }

    #[test]
    fn passwords_in_urls() {
        for (text, expected) in [
            ("https://user:pass@host/x", "https://user:•@host/x"),
            ("'jdbc://:p@ss@host'", "'jdbc://:•@host'"),
            ("<url>https://a:b@c</url>", "<url>https://a:•@c</url>"),
            ("https:\\/\\/a:b@c\\/d", "https:\\/\\/a:•@c\\/d"),
            ("https://a:${PASSWORD}@c", "https://a:${PASSWORD}@c"),
            ("https://a@c:80/", "https://a@c:80/"),
            ("https://host:80/a@b", "https://host:80/a@b"),
            ("http://[::1]:80 a@b", "http://[::1]:80 a@b"),
        ] {
            assert_eq!(hidden(text), expected, "{text}");
        }
    }

    #[test]
    fn json_web_tokens_and_refresh_tokens() {
        let part = line(24).replace(['+', '/'], "_");
        let start = ["ey", "J"].concat();
        let token = format!("{start}{part}.{start}{part}.{part}");
        assert_eq!(hidden(&format!("token: {token},")), "token: eyJ•,");
        assert_eq!(hidden(&format!("{start}{part}.{start}{part}.")), "eyJ•");
        for text in [format!("{start}{part}"), format!("{start}{part}.json"), "eyJ.a.b".into()] {
            assert_eq!(hidden(&text), text);
        }
        let refresh = ["5Aep", "861", &part].concat();
        assert_eq!(hidden(&format!("[{refresh}]")), "[5Aep861•]");
        assert_eq!(hidden("5Aep861 begins one"), "5Aep861 begins one");
    }

    #[test]
    fn hostile_repetition_takes_linear_time() {
        let pieces = [
            "00D".to_string(),
            "eyJ".to_string(),
            "eyJ.".to_string(),
            ["5Aep", "861"].concat(),
            "force://".to_string(),
            "://a:b@".to_string(),
            "-----BEGIN ".to_string(),
            ["-----BEGIN ", "PRIVATE ", "KEY-----"].concat(),
        ];
        let started = std::time::Instant::now();
        for piece in pieces {
            let _ = secret_spans_in_text(&piece.repeat(300_000 / piece.len()));
        }
        assert!(started.elapsed().as_secs() < 20);
    }

    proptest! {
        #[test]
        fn spans_are_sorted_apart_and_on_characters(
            text in "(00D|a{12}|!|é|eyJ|\\.|force://|5Aep861|-----(BEGIN|END) PRIVATE KEY-----|[A-Za-z0-9]{1,20}|\\s){0,30}",
        ) {
            let spans = secret_spans_in_text(&text);
            for (start, end) in &spans {
                prop_assert!(start < end);
                prop_assert!(text.get(*start as usize..*end as usize).is_some());
            }
            for pair in spans.windows(2) {
                prop_assert!(pair[0].1 < pair[1].0);
            }
        }
    }
}
