//! What a text must hold to fit a glob: compiling globs costs more than most runs need, and most texts fit none of them.

/// Literals of which a text must hold one to fit any of some globs.
#[derive(Debug)]
pub(super) struct GlobGate {
    /// In lower case, each with what its pairs of bytes are in [`Pairs`].
    literals: Vec<(String, Vec<usize>)>,
}

impl GlobGate {
    /// The gate of some patterns; `None` when one of them asks for no literal.
    pub fn of(patterns: &[String]) -> Option<GlobGate> {
        let literals = patterns.iter().map(|pattern| {
            let literal = longest_literal(pattern)?;
            let pairs = literal.as_bytes().windows(2).map(place_of).collect();
            Some((literal, pairs))
        });
        Some(GlobGate { literals: literals.collect::<Option<_>>()? })
    }

    /// Whether a text holds one of the literals, whatever its case.
    pub fn lets_through(&self, text: &str) -> bool {
        let pairs = Pairs::of(text);
        let mut possible = self.literals.iter().filter(|(_, places)| pairs.has_all(places));
        // Lower case only when it matters: nearly every text is turned away by its pairs.
        possible.next().is_some_and(|first| {
            let text = text.to_ascii_lowercase();
            std::iter::once(first)
                .chain(possible)
                .any(|(literal, _)| text.contains(literal.as_str()))
        })
    }
}

/// The pairs of neighbouring bytes in a text, in lower case, as a set of 1,024 places.
struct Pairs([u64; 16]);

impl Pairs {
    fn of(text: &str) -> Pairs {
        let mut pairs = Pairs([0; 16]);
        for pair in text.as_bytes().windows(2) {
            let place = place_of(pair);
            if let Some(word) = pairs.0.get_mut(place / 64) {
                *word |= 1 << (place % 64);
            }
        }
        pairs
    }

    fn has_all(&self, places: &[usize]) -> bool {
        places
            .iter()
            .all(|place| self.0.get(place / 64).is_some_and(|word| word & (1 << (place % 64)) != 0))
    }
}

/// Different pairs may share a place: a set that has it may still lack the pair.
fn place_of(pair: &[u8]) -> usize {
    let byte = |at: usize| usize::from(pair.get(at).map_or(0, u8::to_ascii_lowercase));
    (byte(0) * 31 + byte(1)) % 1024
}

/// The longest run of characters that stand for themselves and that every fitting text holds.
fn longest_literal(pattern: &str) -> Option<String> {
    let mut longest = "";
    let mut start = 0;
    let mut depth = 0_usize;
    for (at, character) in pattern.char_indices() {
        if "*?[]{}\\,!".contains(character) || character == '/' {
            // `**/` may stand for nothing, so a slash beside a star is not certain.
            let run = pattern.get(start..at).filter(|_| depth == 0).unwrap_or_default();
            if run.len() > longest.len() {
                longest = run;
            }
            start = at + character.len_utf8();
            match character {
                '{' | '[' => depth += 1,
                '}' | ']' => depth = depth.saturating_sub(1),
                // What is escaped is not worth taking apart.
                '\\' => return None,
                _ => {}
            }
        }
    }
    let run = pattern.get(start..).filter(|_| depth == 0).unwrap_or_default();
    if run.len() > longest.len() {
        longest = run;
    }
    (longest.is_ascii() && longest.len() > 1).then(|| longest.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use globset::GlobBuilder;
    use proptest::prelude::*;

    #[test]
    fn the_longest_certain_part_counts() {
        for (pattern, literal) in [
            ("**/.sfdx/**", Some(".sfdx")),
            ("*authFile*.json", Some("authfile")),
            ("{a,bcd}ef", Some("ef")),
            ("[abc]de*", Some("de")),
            ("*", None),
            ("a?b", None),
            ("\\*abc", None),
            ("*ü*", None),
        ] {
            assert_eq!(longest_literal(pattern).as_deref(), literal, "{pattern}");
        }
        assert!(GlobGate::of(&["ab*".into(), "*".into()]).is_none());
    }

    proptest! {
        /// The gate is an optimisation: whatever fits a glob passes it.
        #[test]
        fn the_gate_lets_pass_what_fits(pattern in "[aB*?/.{},\\[\\]!^-]{1,10}", text in "[abB/.,!^-]{0,10}") {
            let Ok(glob) = GlobBuilder::new(&pattern).case_insensitive(true).build() else { return Ok(()) };
            let Some(literal) = longest_literal(&pattern) else { return Ok(()) };
            if glob.compile_matcher().is_match(&text) {
                prop_assert!(text.to_ascii_lowercase().contains(&literal), "{pattern} {text} {literal}");
                prop_assert!(GlobGate::of(&[pattern]).unwrap().lets_through(&text));
            }
        }
    }
}
