//! Putting a fixed mark in the place of every secret of a text.

use std::borrow::Cow;

use super::secret_spans_in_text;

/// What is shown for a secret, whatever its length.
pub const MASK: &str = "••••••";

/// A text without credentials. Also names of files and what was typed can hold one: nothing is shown that did not go
/// through this.
pub fn masked(text: &str) -> Cow<'_, str> {
    let spans = secret_spans_in_text(text);
    if spans.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(mask_spans(text, &spans)) }
}

/// Replaces each span (byte offsets, end exclusive) by [`MASK`]. Spans may be in
/// any order, overlap or touch (then they share one mark), be inverted or empty
/// (then they are ignored) and end in the middle of a character (which is then
/// masked whole) or beyond the text.
pub fn mask_spans(text: &str, spans: &[(u32, u32)]) -> String {
    let mut sorted: Vec<(usize, usize)> = spans
        .iter()
        .filter(|(start, end)| start < end)
        .map(|(start, end)| {
            (text.floor_char_boundary(*start as usize), text.ceil_char_boundary(*end as usize))
        })
        .filter(|(start, end)| start < end)
        .collect();
    sorted.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::with_capacity(sorted.len());
    for (start, end) in sorted {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    let mut masked = String::with_capacity(text.len());
    let mut copied = 0;
    for (start, end) in merged {
        masked.push_str(text.get(copied..start).unwrap_or_default());
        masked.push_str(MASK);
        copied = end;
    }
    masked.push_str(text.get(copied..).unwrap_or_default());
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spans_become_one_mark_each() {
        let masked = mask_spans("key=abcdef; other=ghi.", &[(18, 21), (4, 10)]);
        assert_eq!(masked, format!("key={MASK}; other={MASK}."));
        assert_eq!(mask_spans("abc", &[]), "abc");
        assert_eq!(mask_spans("", &[(0, 9)]), "");
    }

    #[test]
    fn overlapping_touching_and_wrong_spans() {
        for spans in [
            vec![(1, 5)],
            vec![(1, 3), (2, 5)],
            vec![(3, 5), (1, 3)],
            vec![(1, 5), (2, 3), (1, 5)],
            vec![(1, 5), (6, 6), (9, 2)],
        ] {
            assert_eq!(mask_spans("abcdefgh", &spans), format!("a{MASK}fgh"));
        }
        assert_eq!(mask_spans("abc", &[(1, u32::MAX)]), format!("a{MASK}"));
        assert_eq!(mask_spans("abc", &[(7, 9)]), "abc");
        // é is two bytes.
        assert_eq!(mask_spans("aéb", &[(2, 3)]), format!("a{MASK}b"));
        assert_eq!(mask_spans("aéb", &[(1, 2)]), format!("a{MASK}b"));
    }

    #[test]
    fn the_length_of_a_secret_does_not_show() {
        let short = mask_spans("k=ab;", &[(2, 4)]);
        let long = mask_spans("k=abcdefghij;", &[(2, 12)]);
        assert_eq!(short, long);
    }

    #[test]
    fn a_short_credential_is_masked_as_well() {
        assert_eq!(masked("pwd=abc123"), format!("pwd={MASK}"));
        assert!(matches!(masked("nothing to hide"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn no_six_characters_of_a_secret_survive(
            parts in proptest::collection::vec(("[a-m é]{0,9}", "[n-z0-9ü]{1,40}"), 0..6),
            more in proptest::collection::vec((0_u32..300, 0_u32..300), 0..4),
        ) {
            let mut text = String::new();
            let mut spans = more;
            let mut secrets = Vec::new();
            for (public, secret) in parts {
                text += &public;
                let start = text.len() as u32;
                text += &secret;
                // Given as two overlapping halves.
                let middle = start + secret.len() as u32 / 2;
                spans.push((middle, text.len() as u32));
                spans.push((start, middle + 1));
                secrets.push(secret);
            }
            let masked = mask_spans(&text, &spans);
            for secret in secrets {
                let characters: Vec<char> = secret.chars().collect();
                for window in characters.windows(6.min(characters.len())) {
                    let window: String = window.iter().collect();
                    prop_assert!(!masked.contains(&window), "{window} in {}", masked);
                }
            }
        }
    }
}
