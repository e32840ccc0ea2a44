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

/// The same for comments on GitHub, which turns more into links than Markdown does, and does so after the escapes are gone:
/// names of people and teams, numbers of issues, bare addresses, formulas. An empty comment inside of each keeps it apart.
pub fn inert(text: &str) -> String {
    let escaped = escaped(text).replace("\\@", "@<!-- -->").replace("\\#", "#<!-- -->");
    let plain = escaped.replace("://", ":<!-- -->//").replace('$', "\\$");
    let mut out = String::with_capacity(plain.len());
    let mut before = 0;
    for character in plain.chars() {
        if character == '.' && before >= 3 {
            out.push_str("<!-- -->");
        }
        before = if character.eq_ignore_ascii_case(&'w') { before + 1 } else { 0 };
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{escaped, inert};

    #[test]
    fn nothing_becomes_a_link_afterwards() {
        for (text, shown) in [
            ("ask @acme/admins", "ask @<!-- -->acme/admins"),
            ("see #12", "see #<!-- -->12"),
            ("https://example.com/x", "https:<!-- -->//example.com/x"),
            ("WWW.example.com", "WWW<!-- -->.example.com"),
            ("a@example.com", "a@<!-- -->example.com"),
            ("$x$", "\\$x\\$"),
            ("<!-- [a](b) -->", "&lt;\\!-- \\[a\\](b) --&gt;"),
        ] {
            assert_eq!(inert(text), shown);
        }
    }

    #[test]
    fn nothing_is_markup() {
        assert_eq!(escaped("a|b [x](y) <img> `c`"), "a\\|b \\[x\\](y) &lt;img&gt; \\`c\\`");
        assert_eq!(escaped("two\nlines"), "two lines");
    }
}
