//! Counting units (characters, UTF-16 code units) before any byte offset without reading from the start each time.

/// Bytes between two remembered counts.
const STRIDE: usize = 4096;

/// Running counts of some unit in a text, remembered every few kilobytes, so that one look-up costs at most a few hundred
/// nanoseconds however long the text is.
#[derive(Clone, Debug)]
pub(super) struct PrefixCount {
    /// How many units a byte begins.
    weight: fn(u8) -> u32,
    /// `before[i]` units begin before byte `i * STRIDE`. Empty if every byte is one unit.
    before: Vec<u32>,
}

impl PrefixCount {
    /// Counts the units of `text`; `weight` must give 1 for every ASCII byte.
    pub(super) fn new(text: &str, weight: fn(u8) -> u32) -> PrefixCount {
        let mut before = Vec::new();
        if !text.is_ascii() {
            let mut total = 0;
            before.reserve(text.len() / STRIDE + 1);
            for block in text.as_bytes().chunks(STRIDE) {
                before.push(total);
                total += block.iter().map(|&byte| weight(byte)).sum::<u32>();
            }
        }
        PrefixCount { weight, before }
    }

    /// Units that begin before byte `offset` of `text`, which must be the text given to [`PrefixCount::new`].
    pub(super) fn at(&self, text: &str, offset: usize) -> u32 {
        let offset = offset.min(text.len());
        let block = offset / STRIDE;
        let Some(&before) = self.before.get(block) else {
            // Either every byte is a unit, or the offset is the end of a text that fills its last block.
            return match self.before.last() {
                None => super::span::offset(offset),
                Some(&last) => last + self.count(text, (self.before.len() - 1) * STRIDE, offset),
            };
        };
        before + self.count(text, block * STRIDE, offset)
    }

    fn count(&self, text: &str, from: usize, to: usize) -> u32 {
        text.as_bytes()
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .map(|&byte| (self.weight)(byte))
            .sum()
    }
}

/// Weight for Unicode scalar values: every byte but a UTF-8 continuation byte begins one.
pub(super) fn scalar_values(byte: u8) -> u32 {
    u32::from(byte & 0xC0 != 0x80)
}

/// Weight for UTF-16 code units: characters of four UTF-8 bytes take two.
pub(super) fn utf16_units(byte: u8) -> u32 {
    scalar_values(byte) + u32::from(byte >= 0xF0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_counting_from_the_start() {
        for unit in ["a", "é", "x€", "😀y"] {
            let text = unit.repeat(5000);
            let scalars = PrefixCount::new(&text, scalar_values);
            let units = PrefixCount::new(&text, utf16_units);
            for (offset, _) in text.char_indices().step_by(97).chain([(text.len(), ' ')]) {
                let before = &text[..offset];
                assert_eq!(scalars.at(&text, offset) as usize, before.chars().count());
                assert_eq!(units.at(&text, offset) as usize, before.encode_utf16().count());
            }
        }
    }

    #[test]
    fn the_end_of_a_full_last_block() {
        let text = "é".repeat(STRIDE / 2);
        let scalars = PrefixCount::new(&text, scalar_values);
        assert_eq!(scalars.at(&text, STRIDE), 2048);
        assert_eq!(scalars.at(&text, STRIDE + 10), 2048);
    }
}
