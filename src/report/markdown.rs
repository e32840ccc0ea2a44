//! Markdown in which nothing that comes from a file is markup.

use crate::report::safe;

/// A text in which nothing is markup: neither a column, nor a link, nor HTML.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in safe::line(text).chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '!' | '~' | '@' => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_is_markup() {
        assert_eq!(escaped("a|b [x](y) <img> `c`"), "a\\|b \\[x\\](y) &lt;img&gt; \\`c\\`");
        assert_eq!(escaped("two\nlines"), "two lines");
    }
}
