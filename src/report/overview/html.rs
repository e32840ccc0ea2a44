//! One page for browsers and for paper: nothing is loaded, nothing runs.

use std::io::{self, Write};

use super::page::{Cell, Entry, Group, Mark, Page, Row, Section, Table, Tone, page};
use crate::overview::Overview;
use crate::report::safe;

const STYLE: &str = include_str!("style.css");

/// How many of several things are shown before the others are folded away.
const SHOWN: usize = 3;

/// Writes the overview.
///
/// # Errors
/// When the output cannot be written.
pub fn write(overview: &Overview, out: &mut dyn Write) -> io::Result<()> {
    let mut html = Html::default();
    html.page(&page(overview));
    out.write_all(html.0.as_bytes())
}

/// A page under construction. What is ours is known when the program is built; what is not gets in by [`Html::text`] alone,
/// and there it is text.
#[derive(Default)]
struct Html(String);

impl Html {
    /// Markup of ours.
    fn put(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// Text, whatever it holds: neither markup, nor the end of an attribute, nor characters that hide.
    fn text(&mut self, text: &str) {
        for character in safe::line(text).chars() {
            match character {
                '&' => self.put("&amp;"),
                '<' => self.put("&lt;"),
                '>' => self.put("&gt;"),
                '"' => self.put("&quot;"),
                '\'' => self.put("&#39;"),
                _ => self.0.push(character),
            }
        }
    }

    /// An element of ours around text.
    fn element(&mut self, open: &'static str, text: &str, close: &'static str) {
        self.put(open);
        self.text(text);
        self.put(close);
    }

    fn page(&mut self, page: &Page) {
        self.put("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        self.put("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
        self.put("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        self.put("<meta name=\"color-scheme\" content=\"light dark\">\n");
        self.element("<title>", &page.title, "</title>\n<style>\n");
        self.put(STYLE);
        self.put("</style>\n</head>\n<body>\n<header>\n");
        self.element("<h1>", &page.title, "</h1>\n<dl>\n");
        for (name, value) in &page.facts {
            self.element("<div><dt>", name, "</dt>");
            self.element("<dd>", value, "</dd></div>\n");
        }
        self.put("</dl>\n<nav>\n");
        for section in &page.sections {
            self.put("<a href=\"#");
            self.put(section.id);
            self.element("\">", section.title, "</a>\n");
        }
        self.put("</nav>\n</header>\n<main>\n");
        page.sections.iter().for_each(|one| self.section(one));
        self.put("</main>\n</body>\n</html>\n");
    }

    fn section(&mut self, section: &Section) {
        self.put(if section.matrix { "<section class=\"matrix\" id=\"" } else { "<section id=\"" });
        self.put(section.id);
        self.element("\">\n<h2>", section.title, "</h2>\n");
        for note in &section.notes {
            self.element("<p>", note, "</p>\n");
        }
        if !section.legend.is_empty() {
            self.put("<dl class=\"legend\">\n");
            for (mark, meaning) in &section.legend {
                self.put("<div><dt>");
                self.mark(*mark);
                self.element("</dt><dd>", meaning, "</dd></div>\n");
            }
            self.put("</dl>\n");
        }
        section.tables.iter().for_each(|one| self.table(one));
        self.put("</section>\n");
    }

    fn table(&mut self, table: &Table) {
        if !table.heading.is_empty() {
            self.element("<h3>", &table.heading, "</h3>\n");
        }
        let marked = table.rows.iter().any(|row| row.mark.is_some());
        let told = table.rows.iter().any(|row| !row.groups.is_empty())
            || table.columns.len() < 3 && table.rows.iter().any(|row| !row.remarks.is_empty());
        self.put("<table>\n<thead><tr>");
        if marked {
            self.put("<th class=\"narrow\">Answer</th>");
        }
        for column in &table.columns {
            self.element("<th>", column, "</th>");
        }
        if told {
            self.put("<th class=\"told\">What the files say</th>");
        }
        self.put("</tr></thead>\n<tbody>\n");
        for row in &table.rows {
            self.row(row, marked, told);
        }
        self.put("</tbody>\n</table>\n");
    }

    fn row(&mut self, row: &Row, marked: bool, told: bool) {
        self.put("<tr>");
        if marked {
            self.put("<td class=\"narrow\">");
            if let Some(mark) = row.mark {
                self.mark(mark);
            }
            self.put("</td>");
        }
        self.element("<th scope=\"row\">", &row.title, "");
        if !row.about.is_empty() {
            self.element("<span class=\"about\">", &row.about, "</span>");
        }
        for tag in &row.tags {
            self.mark(*tag);
            self.put(" ");
        }
        for remark in row.remarks.iter().filter(|_| !told) {
            self.element("<span class=\"about\">", remark, "</span>");
        }
        self.put("</th>");
        for cell in &row.cells {
            self.cell(cell);
        }
        if told {
            self.put("<td class=\"told\">");
            row.groups.iter().for_each(|group| self.group(group));
            for remark in &row.remarks {
                self.element("<p class=\"remark\">", remark, "</p>");
            }
            self.put("</td>");
        }
        self.put("</tr>\n");
    }

    fn mark(&mut self, mark: Mark) {
        self.put("<span class=\"mark ");
        self.put(mark.tone.word());
        self.element("\">", mark.word, "</span>");
    }

    fn cell(&mut self, cell: &Cell) {
        self.put("<td>");
        self.text(&cell.text);
        let marked = cell.entries.iter().any(|entry| entry.mark.is_some());
        self.entries(&cell.entries, if marked { "<ul class=\"marked\">" } else { "<ul>" });
        self.put("</td>");
    }

    fn group(&mut self, group: &Group) {
        self.put("<p class=\"label ");
        self.put(group.tone.word());
        self.element("\">", &group.label, "</p>");
        let list = match group.tone {
            Tone::Bad => "<ul class=\"bad\">",
            Tone::Warn => "<ul class=\"warn\">",
            Tone::Good => "<ul class=\"good\">",
            Tone::Plain => "<ul>",
        };
        self.entries(&group.entries, list);
    }

    /// The first few; the others can be unfolded, and are on paper.
    fn entries(&mut self, entries: &[Entry], list: &'static str) {
        if entries.is_empty() {
            return;
        }
        // One more takes no more room than saying so.
        let shown = if entries.len() == SHOWN + 1 { SHOWN + 1 } else { SHOWN };
        let (first, others) = entries.split_at_checked(shown).unwrap_or((entries, &[]));
        self.list(first, list);
        if !others.is_empty() {
            self.element("<details><summary>", &format!("{} more", others.len()), "</summary>");
            self.list(others, list);
            self.put("</details>");
        }
    }

    fn list(&mut self, entries: &[Entry], list: &'static str) {
        self.put(list);
        for entry in entries {
            self.put("<li>");
            if let Some(mark) = entry.mark {
                self.mark(mark);
                self.put(" ");
            }
            self.text(&entry.text);
            if let Some(place) = &entry.place {
                self.element(" <span class=\"at\">", place, "</span>");
            }
            self.put("</li>");
        }
        self.put("</ul>");
    }
}

#[cfg(test)]
mod tests {
    use super::Html;

    #[test]
    fn text_is_text() {
        let mut html = Html::default();
        html.text("<script>alert(\"1\")</script> & 'x' \u{202e}\u{1b}[31m\u{0}");
        assert_eq!(
            html.0,
            "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39; \\u{202e}\\u{1b}[31m\\u{0}"
        );
    }
}
