//! Putting a fixed mark in the place of every secret of a text.

/// What is shown for a secret, whatever its length.
pub const MASK: &str = "••••••";

/// A text without its secrets, and the way from places in the original to
/// places in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// The text with a mark in the place of every secret.
    pub text: String,
    /// In order, none touching another.
    pieces: Vec<Piece>,
    /// Length of the original in bytes.
    length: u32,
}

/// A masked span of the original, in bytes, and where its mark begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    start: u32,
    end: u32,
    mark: u32,
}

/// Replaces each span (byte offsets, end exclusive) by [`MASK`]. Spans may be in
/// any order, overlap or touch (then they share one mark), be inverted or empty
/// (then they are ignored) and end in the middle of a character (which is then
/// masked whole) or beyond the text.
pub fn mask_spans(text: &str, spans: &[(u32, u32)]) -> Masked {
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
    let mut pieces = Vec::with_capacity(merged.len());
    let mut copied = 0;
    for (start, end) in merged {
        masked.push_str(text.get(copied..start).unwrap_or_default());
        pieces.push(Piece { start: offset(start), end: offset(end), mark: offset(masked.len()) });
        masked.push_str(MASK);
        copied = end;
    }
    masked.push_str(text.get(copied..).unwrap_or_default());
    Masked { text: masked, pieces, length: offset(text.len()) }
}

impl Masked {
    /// Where a byte offset of the original is in the masked text. Inside a
    /// secret it is the start of its mark; beyond the text, the end.
    pub fn translate(&self, offset: u32) -> u32 {
        self.place(offset, false)
    }

    /// The same for the end of a span: inside a secret it is the end of its mark.
    pub fn translate_end(&self, offset: u32) -> u32 {
        self.place(offset, true)
    }

    fn place(&self, offset: u32, is_end: bool) -> u32 {
        let offset = offset.min(self.length);
        let before = self.pieces.partition_point(|piece| piece.start < offset);
        let Some(piece) = before.checked_sub(1).and_then(|at| self.pieces.get(at)) else {
            return offset;
        };
        let mark_end = piece.mark + MASK_LENGTH;
        if offset >= piece.end {
            mark_end + (offset - piece.end)
        } else if is_end {
            mark_end
        } else {
            piece.mark
        }
    }
}

const MASK_LENGTH: u32 = MASK.len() as u32;

fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spans_become_one_mark_each() {
        let masked = mask_spans("key=abcdef; other=ghi.", &[(18, 21), (4, 10)]);
        assert_eq!(masked.text, format!("key={MASK}; other={MASK}."));
        assert_eq!(mask_spans("abc", &[]).text, "abc");
        assert_eq!(mask_spans("", &[(0, 9)]).text, "");
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
            assert_eq!(mask_spans("abcdefgh", &spans).text, format!("a{MASK}fgh"));
        }
        assert_eq!(mask_spans("abc", &[(1, u32::MAX)]).text, format!("a{MASK}"));
        assert_eq!(mask_spans("abc", &[(7, 9)]).text, "abc");
        // é is two bytes.
        assert_eq!(mask_spans("aéb", &[(2, 3)]).text, format!("a{MASK}b"));
        assert_eq!(mask_spans("aéb", &[(1, 2)]).text, format!("a{MASK}b"));
    }

    #[test]
    fn the_length_of_a_secret_does_not_show() {
        let short = mask_spans("k=ab;", &[(2, 4)]);
        let long = mask_spans("k=abcdefghij;", &[(2, 12)]);
        assert_eq!(short.text, long.text);
    }

    #[test]
    fn offsets_are_translated() {
        let masked = mask_spans("key=abcdef; other=ghi.", &[(4, 10), (18, 21)]);
        let mark = MASK_LENGTH;
        for (old, new, new_end) in [
            (0, 0, 0),
            (4, 4, 4),
            (5, 4, 4 + mark),
            (9, 4, 4 + mark),
            (10, 4 + mark, 4 + mark),
            (12, 6 + mark, 6 + mark),
            (18, 12 + mark, 12 + mark),
            (21, 12 + 2 * mark, 12 + 2 * mark),
            (22, 13 + 2 * mark, 13 + 2 * mark),
            (99, 13 + 2 * mark, 13 + 2 * mark),
        ] {
            assert_eq!(masked.translate(old), new, "{old}");
            assert_eq!(masked.translate_end(old), new_end, "{old}");
        }
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
                let start = offset(text.len());
                text += &secret;
                // Given as two overlapping halves.
                let middle = start + offset(secret.len()) / 2;
                spans.push((middle, offset(text.len())));
                spans.push((start, middle + 1));
                secrets.push(secret);
            }
            let masked = mask_spans(&text, &spans);
            for secret in secrets {
                let characters: Vec<char> = secret.chars().collect();
                for window in characters.windows(6.min(characters.len())) {
                    let window: String = window.iter().collect();
                    prop_assert!(!masked.text.contains(&window), "{window} in {}", masked.text);
                }
            }
        }

        #[test]
        fn what_is_not_masked_stays_in_its_translated_place(
            text in "[a-z é•]{0,60}",
            spans in proptest::collection::vec((0_u32..90, 0_u32..90), 0..5),
        ) {
            let masked = mask_spans(&text, &spans);
            let mut last = 0;
            for (at, character) in text.char_indices() {
                let old = offset(at);
                let new = masked.translate(old);
                prop_assert!(new >= last && new <= masked.translate_end(old));
                last = new;
                let hidden = spans.iter().any(|(start, end)| {
                    *start < *end && *start < old + character.len_utf8() as u32 && old < *end
                });
                let shown = masked.text.get(new as usize..).and_then(|rest| rest.chars().next());
                prop_assert_eq!(shown, Some(if hidden { '•' } else { character }));
            }
            prop_assert_eq!(masked.translate(u32::MAX) as usize, masked.text.len());
        }
    }
}
