//! The page of a rule in Markdown: what `sflint explain` tells, for a site or a wiki.

use crate::report::{safe, toml};
use crate::rule::Rule;
use crate::rule::examples::{Example, Expectation};

/// The page.
pub fn markdown(rule: &Rule, examples: &[Example]) -> String {
    let mut page = Page { text: String::new() };
    page.line(&format!("# {}", rule.id));
    page.paragraph(&format!("{}.", prose(&rule.title)));
    page.table(rule);
    page.paragraphs(&rule.why);
    let sections = [
        ("Known false positives", &rule.false_positives),
        ("Why it may fire in many projects", &rule.common),
        ("What to do", &rule.fix.help),
    ];
    for (title, text) in sections {
        if let Some(text) = text {
            page.heading(title);
            page.paragraphs(text);
        }
    }
    page.options(rule);
    for (expectation, title) in
        [(Expectation::Bad, "This fires"), (Expectation::Good, "This does not")]
    {
        let chosen = || examples.iter().filter(|example| example.expectation == expectation);
        if chosen().next().is_some() {
            page.heading(title);
        }
        chosen().for_each(|example| page.example(example));
    }
    page.text
}

/// The address of a standard that an entry of `maps` names, if it has one of its own.
pub fn link(map: &str) -> Option<String> {
    if let Some(number) = map.strip_prefix("CWE-") {
        return Some(format!("https://cwe.mitre.org/data/definitions/{number}.html"));
    }
    let rfc = map.strip_prefix("RFC ")?;
    let (number, section) = rfc.split_once(' ').unwrap_or((rfc, ""));
    let section = if section.is_empty() { String::new() } else { format!("#section-{section}") };
    Some(format!("https://www.rfc-editor.org/rfc/rfc{number}{section}"))
}

/// An entry of `maps`, linked where it has an address.
pub fn standard(map: &str) -> String {
    match link(map) {
        Some(address) => format!("[{}]({address})", prose(map)),
        None => prose(map),
    }
}

struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn heading(&mut self, title: &str) {
        self.line(&format!("\n## {title}"));
    }

    fn paragraph(&mut self, text: &str) {
        self.line(&format!("\n{text}"));
    }

    fn paragraphs(&mut self, text: &str) {
        self.paragraph(&paragraphs(text));
    }

    fn table(&mut self, rule: &Rule) {
        let clauses =
            std::iter::once(&rule.matching).chain(rule.join.as_ref().map(|join| &join.clause));
        let mut kinds: Vec<&str> =
            clauses.flat_map(|clause| &clause.kinds).map(|kind| kind.name()).collect();
        kinds.dedup();
        let mut severity = rule.severity.word().to_owned();
        for (preset, other) in &rule.severity_in {
            severity.push_str(&format!(", {} in `{preset}`", other.word()));
        }
        let codes = |texts: &[&str]| -> String {
            texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
        };
        let presets = rule.all_presets();
        let projects: Vec<&str> = rule.projects.iter().map(|kind| kind.word()).collect();
        let standards: Vec<String> = rule.maps.iter().map(|map| standard(map)).collect();
        let yields: Vec<String> =
            rule.yields_to.iter().map(|id| format!("[{id}]({id}.md)")).collect();
        let was: Vec<&str> = rule.was.iter().map(String::as_str).collect();
        self.line("\n| | |\n|---|---|");
        for (name, value) in [
            ("severity", severity),
            ("confidence", rule.confidence.word().to_owned()),
            ("presets", if presets.is_empty() { "none".to_owned() } else { codes(&presets) }),
            ("kinds of project", codes(&projects)),
            ("looks at", codes(&kinds)),
            ("standards", standards.join(", ")),
            ("silent where one of these fires", yields.join(", ")),
            ("former ids", codes(&was)),
            ("since", rule.since.clone()),
        ] {
            if !value.is_empty() {
                self.line(&format!("| {name} | {} |", value.replace('|', "\\|")));
            }
        }
    }

    fn options(&mut self, rule: &Rule) {
        if rule.options.is_empty() {
            return;
        }
        self.heading("Options");
        let mut text = format!("[rules.{}]\n", rule.id);
        for (name, value) in &rule.options {
            text.push_str(&format!("{name} = {}\n", toml::option(value)));
        }
        self.fenced("toml", &text);
    }

    fn example(&mut self, example: &Example) {
        if let Some(why) = &example.why {
            self.paragraph(&format!("{}:", prose(why.trim_end_matches(['.', ':']))));
        }
        for (path, text) in &example.files {
            self.paragraph(&format!("`{}`", safe::line(path).replace('`', "")));
            self.fenced(language(path), text.trim_start());
        }
        if let Some(config) = &example.config {
            self.paragraph("`sflint.toml`");
            self.fenced("toml", config.trim_start());
        }
    }

    /// A block of code; its fence is longer than any in the text.
    fn fenced(&mut self, language: &str, text: &str) {
        let longest =
            text.lines().map(|line| line.len() - line.trim_start_matches('`').len()).max();
        let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
        self.line(&format!("\n{fence}{language}"));
        for line in text.trim_end().lines() {
            self.line(&safe::line(line).replace('\r', ""));
        }
        self.line(&fence);
    }
}

fn language(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "cls" | "apex" | "trigger" => "apex",
        "js" | "mjs" | "cjs" => "js",
        "ts" => "ts",
        "py" => "python",
        "sh" => "sh",
        "yml" | "yaml" => "yaml",
        "json" => "json",
        "toml" => "toml",
        "md" => "md",
        name if name.ends_with("ignore") || name.starts_with("env") => "text",
        _ => "xml",
    }
}

/// The paragraphs of a text of a rule file, in which only code between backticks is markup: each on one line, with an
/// empty line between them.
pub fn paragraphs(text: &str) -> String {
    let paragraph = |text: &str| prose(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    text.split("\n\n").map(paragraph).collect::<Vec<_>>().join("\n\n")
}

/// A text of a rule file in which only code between backticks is markup.
pub fn prose(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut code = false;
    for character in safe::line(text).chars() {
        match character {
            '`' => code = !code,
            '<' if !code => {
                out.push_str("&lt;");
                continue;
            }
            '*' | '[' | ']' | '\\' if !code => out.push('\\'),
            _ => {}
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_is_markup() {
        assert_eq!(
            prose("write <enabled>false</enabled>, or `<x>*` in *.key [a](b)"),
            "write &lt;enabled>false&lt;/enabled>, or `<x>*` in \\*.key \\[a\\](b)"
        );
    }

    #[test]
    fn standards_have_addresses() {
        assert_eq!(
            link("CWE-250").as_deref(),
            Some("https://cwe.mitre.org/data/definitions/250.html")
        );
        assert_eq!(
            link("RFC 9700 2.1.1").as_deref(),
            Some("https://www.rfc-editor.org/rfc/rfc9700#section-2.1.1")
        );
        assert_eq!(link("RFC 7636").as_deref(), Some("https://www.rfc-editor.org/rfc/rfc7636"));
        assert_eq!(link("SBS-ACS-004"), None);
    }

    #[test]
    fn a_fence_is_longer_than_any_in_the_text() {
        let mut page = Page { text: String::new() };
        page.fenced("md", "a\n```sh\nb\n```\n");
        assert_eq!(page.text, "\n````md\na\n```sh\nb\n```\n````\n");
    }
}
