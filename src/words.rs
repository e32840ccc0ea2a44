//! Words: enumerations whose values have a spelling in files and output, and numbers and lists in sentences.

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

/// How many names a sentence lists before it only counts.
const NAMES: usize = 3;

/// The first few of some names, and how many more there are.
pub fn some(names: &[&str]) -> String {
    let mut text = names.iter().take(NAMES).copied().collect::<Vec<_>>().join(", ");
    if names.len() > NAMES {
        text.push_str(&format!(" and {} more", names.len() - NAMES));
    }
    text
}

/// `1 file`, `2 files`.
pub fn count(number: usize, noun: &str) -> String {
    several(number, noun, &format!("{noun}s"))
}

/// One form for one, another for more.
pub fn several(number: usize, one: &str, more: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {more}") }
}
