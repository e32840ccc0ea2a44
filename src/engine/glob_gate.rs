//! What a text must hold to fit a glob: compiling globs costs more than most runs need, and most texts fit none of them.

use memchr::memmem::Finder;

use crate::engine::matcher::folded;

/// Literals of which a text must hold one to fit any of some globs.
#[derive(Debug)]
pub(super) struct GlobGate {
    /// Of literals in lower case.
    finders: Vec<Finder<'static>>,
}

impl GlobGate {
    /// The gate of some patterns; `None` when one of them asks for no literal.
    pub fn of(patterns: &[String]) -> Option<GlobGate> {
        let literals = patterns.iter().map(|pattern| longest_literal(pattern));
        let finder = |literal: Option<String>| Some(Finder::new(&literal?).into_owned());
        Some(GlobGate { finders: literals.map(finder).collect::<Option<_>>()? })
    }

    /// Whether a text holds one of the literals, whatever its case.
    pub fn lets_through(&self, text: &str) -> bool {
        let text = folded(text);
        self.finders.iter().any(|finder| finder.find(text.as_bytes()).is_some())
    }
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
