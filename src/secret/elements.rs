//! Elements of metadata whose text is a credential whatever it looks like, found in text that need not be well-formed.

use memchr::memmem;

/// Local names of elements that hold credentials, in any metadata type.
pub const SECRET_ELEMENTS: &[&str] = &[
    "awsAccessSecret",
    "consumerSecret",
    "ecKey",
    "oauthRefreshToken",
    "oauthToken",
    "password",
    "recaptchaSecretKey",
    "serviceAccount",
    "signingKey",
];

/// Adds the texts of these elements: in comments, in files that are broken, and in pieces of files. An element that is
/// never closed is hidden to the end of its line.
pub(super) fn element_values(bytes: &[u8], spans: &mut Vec<(usize, usize)>) {
    let mut unclosed = [false; SECRET_ELEMENTS.len()];
    let mut done = 0;
    for open in memchr::memchr_iter(b'<', bytes) {
        if open < done {
            continue;
        }
        let after = bytes.get(open + 1..).unwrap_or_default();
        let prefix = after.iter().take(32).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let local = if after.get(prefix) == Some(&b':') { prefix + 1 } else { 0 };
        let name = after.get(local..).unwrap_or_default();
        let known = SECRET_ELEMENTS.iter().position(|element| {
            name.get(..element.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(element.as_bytes()))
                && name
                    .get(element.len())
                    .is_none_or(|next| matches!(next, b'>' | b'/') || next.is_ascii_whitespace())
        });
        let Some(known) = known else { continue };
        let Some(element) = SECRET_ELEMENTS.get(known) else { continue };
        let rest = open + 1 + local + element.len();
        let near = bytes.get(rest..).unwrap_or_default();
        let near = near.get(..400).unwrap_or(near);
        let Some(close) = memchr::memchr(b'>', near) else { continue };
        if close > 0 && near.get(close - 1) == Some(&b'/') {
            continue;
        }
        let start = rest + close + 1;
        let text = bytes.get(start..).unwrap_or_default();
        let end = if unclosed.get(known) == Some(&true) { None } else { end_tag(text, element) };
        let length = end.unwrap_or_else(|| {
            if let Some(unclosed) = unclosed.get_mut(known) {
                *unclosed = true;
            }
            memchr::memchr(b'\n', text).unwrap_or(text.len())
        });
        let value = text.get(..length).unwrap_or_default();
        let leading = value.len() - value.trim_ascii_start().len();
        let (from, to) = (start + leading, start + value.trim_ascii_end().len());
        // A template is no secret, and worth reading in an excerpt.
        if from < to
            && !value.trim_ascii().starts_with(b"${")
            && !value.trim_ascii().starts_with(b"{{")
        {
            spans.push((from, to));
            done = to;
        }
    }
}

/// Where the end tag of an element stands.
fn end_tag(text: &[u8], element: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = memmem::find(text.get(at..)?, b"</") {
        let name = text.get(at + found + 2..).unwrap_or_default();
        let colon =
            name.iter().take(32).position(|byte| *byte == b':').map_or(0, |colon| colon + 1);
        let is = |from: usize| {
            name.get(from..from + element.len())
                .is_some_and(|name| name.eq_ignore_ascii_case(element.as_bytes()))
        };
        if is(0) || is(colon) {
            return Some(at + found);
        }
        at += found + 2;
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::secret::{MASK, mask_spans, secret_spans_in_text};

    fn hidden(text: &str) -> String {
        mask_spans(text, &secret_spans_in_text(text)).replace(MASK, "•")
    }

    #[test]
    fn words_in_elements_for_credentials_are_hidden() {
        for (text, expected) in [
            ("<password>correcthorse</password>", "<password>•</password>"),
            ("<m:Password >correct horse</m:Password>", "<m:Password >•</m:Password>"),
            ("<!-- <oauthToken>abc</oauthToken> -->", "<!-- <oauthToken>•</oauthToken> -->"),
            ("<ecKey><![CDATA[a]]>b</ecKey><x>", "<ecKey>•</ecKey><x>"),
            ("<password>correcthorse\n<next>", "<password>•\n<next>"),
            ("<password>a</p>b<password>c</password>", "<password>•</password>"),
            ("<password>${PASSWORD}</password>", "<password>${PASSWORD}</password>"),
            ("<password/>text<password></password>", "<password/>text<password></password>"),
            ("<passwordPolicies>a</passwordPolicies>", "<passwordPolicies>a</passwordPolicies>"),
        ] {
            assert_eq!(hidden(text), expected, "{text}");
        }
    }

    #[test]
    fn elements_that_are_never_closed_take_linear_time() {
        let started = std::time::Instant::now();
        for piece in ["<password>\n", "<password></x>", "<ecKey></password>", "<password><ecKey>"] {
            let _ = secret_spans_in_text(&piece.repeat(300_000 / piece.len()));
        }
        assert!(started.elapsed().as_secs() < 20);
    }
}
