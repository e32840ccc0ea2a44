//! Comments and strings of source code: what a hit in a text means depends on where it stands.
//!
//! No language is parsed. A reader follows its quotes and comment marks only, in one pass, forgives whatever is broken (a
//! quote that nothing closes ends with its line) and never looks back further than one word.

mod reader;

#[cfg(test)]
mod tests;

use super::Span;

/// What a piece of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A comment with its marks.
    Comment,
    /// The text of a literal with its quotes; of a template the parts between its expressions.
    Literal,
}

/// How a language writes comments and strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Apex: `//`, `/* */`, `'…'` with backslashes.
    Apex,
    /// JavaScript, TypeScript: also templates and regular expressions.
    Script,
    /// Java, C#, Go, Groovy and the like: `//`, `/* */`, both quotes.
    Braces,
    /// Python, Ruby: `#`, both quotes, three of them over several lines.
    Python,
    /// Shell: `#` at the start of a word, `'…'` without backslashes.
    Shell,
    /// YAML: `#` after a blank, quotes where a value begins.
    Yaml,
    /// XML and its relatives: `<!-- -->`.
    Markup,
}

impl Syntax {
    /// The syntax of a file by its extension in lower case; `None` where it is not known or there are no comments.
    pub fn of_extension(extension: &str) -> Option<Syntax> {
        Some(match extension {
            "cls" | "trigger" | "apex" => Syntax::Apex,
            "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" => Syntax::Script,
            "java" | "cs" | "go" | "groovy" | "gradle" | "kt" | "php" | "swift" => Syntax::Braces,
            "py" | "rb" => Syntax::Python,
            "sh" | "bash" | "zsh" | "fish" | "ps1" | "psm1" | "mk" => Syntax::Shell,
            "yml" | "yaml" | "toml" => Syntax::Yaml,
            "xml" | "html" | "htm" | "page" | "component" | "cmp" | "app" | "evt" | "flow"
            | "object" | "weblink" | "email" | "md" => Syntax::Markup,
            _ => return None,
        })
    }
}

/// The comments and strings of a text, in their order; everything between them is code.
pub fn pieces(text: &str, syntax: Syntax) -> Vec<(Span, Piece)> {
    reader::Reader::new(text, syntax).pieces()
}

/// What the byte at an offset belongs to, if it is not code.
pub fn piece_at(pieces: &[(Span, Piece)], offset: u32) -> Option<Piece> {
    let after = pieces.partition_point(|(span, _)| span.end <= offset);
    pieces.get(after).filter(|(span, _)| span.start <= offset).map(|(_, piece)| *piece)
}
