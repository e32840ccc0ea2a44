//! Enumerations whose values have a spelling in files and output.

/// Gives an enumeration its spellings: `WORDS`, `SPELLINGS`, `word`, `from_word` and `Display`.
macro_rules! words {
    ($type:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $type {
            /// All values with their spelling in files.
            pub const WORDS: &'static [(&'static str, $type)] = &[$(($word, $type::$variant)),+];
            /// The spellings alone, for the vocabulary of rules.
            pub const SPELLINGS: &'static [&'static str] = &[$($word),+];
            /// The spelling in files.
            pub fn word(self) -> &'static str {
                match self { $($type::$variant => $word),+ }
            }
            /// Reads the spelling in files.
            pub fn from_word(word: &str) -> Option<$type> {
                Self::WORDS.iter().find(|(spelling, _)| *spelling == word).map(|(_, value)| *value)
            }
        }
        impl std::fmt::Display for $type {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.word())
            }
        }
    };
}
