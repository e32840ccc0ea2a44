//! Templates that a build, a deployment or the platform fills in.

/// Kinds of templates: what opens and what closes one.
const TEMPLATES: [(&str, &str); 15] = [
    ("%%%", "%%%"),
    ("${", "}"),
    ("{{", "}}"),
    ("{!", "}"),
    ("{%", "%}"),
    ("#{", "}#"),
    ("#{", "}"),
    ("$(", ")"),
    ("$[", "]"),
    ("@{", "}"),
    ("((", "))"),
    ("<<", ">>"),
    ("[[", "]]"),
    ("<", ">"),
    ("__", "__"),
];

/// The text without its templates, and whether there were any. Of a template
/// that carries literal text, the text stays: `${TOKEN:-default}`, and the
/// quoted parts of a merge expression `{!'Bearer ' & $Credential.Acme.Token}`.
///
/// Nobody writes a template into more than 16 KiB: such a text is left as it is.
pub(super) fn without_templates(text: &str) -> (String, bool) {
    const LARGEST: usize = 16 * 1024;
    if text.len() > LARGEST {
        return (text.to_string(), false);
    }
    let mut rest = text;
    let mut left = String::new();
    let mut found = false;
    while let Some(character) = rest.chars().next() {
        if let Some((literal, after)) = template(rest) {
            left.push_str(&literal);
            rest = after;
            found = true;
        } else {
            left.push(character);
            rest = rest.get(character.len_utf8()..).unwrap_or_default();
        }
    }
    (left, found)
}

/// The template at the start of `text`: its literal text and what comes after.
fn template(text: &str) -> Option<(String, &str)> {
    /// No template is longer, and a longer search would take quadratic time.
    const LONGEST: usize = 400;
    TEMPLATES.iter().find_map(|(open, close)| {
        let after_open = text.strip_prefix(open)?;
        let near = after_open.get(..after_open.floor_char_boundary(LONGEST))?;
        let (inner, _) = near.split_once(close)?;
        if inner.is_empty() || (is_word_like(open) && !inner.chars().all(is_label)) {
            return None;
        }
        let after = after_open.get(inner.len() + close.len()..)?;
        let literal = match *open {
            "${" => inner.split_once(":-").map_or("", |(_, default)| default).to_string(),
            "{!" => quoted_parts(inner),
            _ => String::new(),
        };
        Some((literal, after))
    })
}

/// `<` and `__` occur in values too, so only a name may stand between them.
fn is_word_like(open: &str) -> bool {
    matches!(open, "<" | "__")
}

fn is_label(character: char) -> bool {
    character.is_alphanumeric() || " _-.:/'".contains(character)
}

fn quoted_parts(expression: &str) -> String {
    expression.split(['\'', '"']).skip(1).step_by(2).collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_go_and_their_literal_text_stays() {
        for (text, left, found) in [
            ("plain", "plain", false),
            ("${A}", "", true),
            ("a${A}b{{B}}c", "abc", true),
            ("%%%A%%%__B__<c d>", "", true),
            ("${A:-text}", "text", true),
            ("{!'one ' & $B & \"two\"}", "one two", true),
            ("${open", "${open", false),
            ("a<b & c>d", "a<b & c>d", false),
            ("____", "____", false),
            ("é{{x}}é", "éé", true),
        ] {
            assert_eq!(without_templates(text), (left.to_string(), found), "{text}");
        }
        // Only a name of reasonable length counts.
        let long = format!("${{{}}}", "A".repeat(500));
        assert_eq!(without_templates(&long), (long.clone(), false));
    }
}
