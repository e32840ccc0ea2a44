//! One page for browsers and for paper: nothing is loaded, nothing runs.

use std::io::{self, Write};

use super::page::{
    Asked, Cell, Entry, Group, Mark, NAMES, Note, PROJECTS, Page, Row, Section, Table, Tile, Tone,
    page,
};
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

    /// Text, whatever it holds: neither markup, nor the end of an attribute, nor characters that hide, nor a credential.
    fn text(&mut self, text: &str) {
        self.safe(&safe::line(text));
    }

    /// Text, or a part of it, that has passed [`safe::line`] as a whole: a part of a credential looks like none.
    fn safe(&mut self, text: &str) {
        for character in text.chars() {
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

    /// The name of something in a file, or a path: a line may end within it, where its parts end.
    fn name(&mut self, name: &str) {
        let name = safe::line(name);
        let mut last = ' ';
        let mut part = 0;
        for (at, character) in name.char_indices() {
            let begins = character.is_ascii_uppercase() && last.is_ascii_lowercase();
            if begins || matches!(last, '/' | '_' | '.' | ':') {
                self.safe(name.get(part..at).unwrap_or_default());
                self.put("<wbr>");
                part = at;
            }
            last = character;
        }
        self.safe(name.get(part..).unwrap_or_default());
    }

    /// Text with code between backticks, as long as they come in pairs.
    fn prose(&mut self, text: &str) {
        let text = safe::line(text);
        if text.matches('`').count() % 2 == 1 {
            return self.safe(&text);
        }
        for (at, part) in text.split('`').enumerate() {
            if at % 2 == 1 {
                self.put("<code>");
                self.safe(part);
                self.put("</code>");
            } else {
                self.safe(part);
            }
        }
    }

    /// An element of ours around text.
    fn element(&mut self, open: &'static str, text: &str, close: &'static str) {
        self.put(open);
        self.text(text);
        self.put(close);
    }

    /// The same around a name or a path.
    fn named(&mut self, open: &'static str, name: &str, close: &'static str) {
        self.put(open);
        self.name(name);
        self.put(close);
    }

    fn page(&mut self, page: &Page) {
        self.put("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        self.put("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
        self.put("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        self.put("<meta name=\"color-scheme\" content=\"light dark\">\n");
        self.put("<title>");
        self.text(&format!("{} \u{b7} {}", page.title, page.subject));
        self.put("</title>\n<style>\n");
        self.put(STYLE);
        self.put("</style>\n</head>\n<body>\n<header id=\"top\">\n");
        self.element("<h1>", &page.title, "</h1>\n<dl>\n");
        for fact in page.facts.iter().filter(|fact| !fact.in_tiles) {
            self.element("<div><dt>", fact.name, "</dt>");
            self.named("<dd>", &fact.value, "</dd></div>\n");
        }
        self.put("</dl>\n<ul class=\"tiles\">\n");
        page.tiles.iter().for_each(|one| self.tile(one));
        self.put("</ul>\n<nav aria-label=\"Sections\">\n");
        for section in &page.sections {
            self.put("<a href=\"#");
            self.put(section.id);
            self.element("\">", section.title, "</a>\n");
        }
        self.put("</nav>\n</header>\n<main>\n");
        page.sections.iter().for_each(|one| self.section(one));
        self.put("</main>\n</body>\n</html>\n");
    }

    fn tile(&mut self, tile: &Tile) {
        self.put("<li><a class=\"tile ");
        self.put(tile.tone.word());
        self.put("\" href=\"#");
        self.put(tile.section);
        self.element("\"><strong>", &tile.value, "</strong> ");
        self.element("<span>", &tile.label, "</span></a></li>\n");
    }

    fn section(&mut self, section: &Section) {
        self.put(if section.matrix { "<section class=\"matrix\" id=\"" } else { "<section id=\"" });
        self.put(section.id);
        self.element("\">\n<h2>", section.title, " <a class=\"top\" href=\"#top\">top</a></h2>\n");
        section.notes.iter().for_each(|one| self.note(one));
        for (at, table) in section.tables.iter().enumerate() {
            // Those of a project with its heading; what has no heading is alone.
            self.table(table, at >= PROJECTS && section.folds);
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
        self.put("</section>\n");
    }

    /// A sentence; names beyond the first few are folded away.
    fn note(&mut self, note: &Note) {
        match note.names.split_at_checked(NAMES) {
            Some((first, others)) if !others.is_empty() => {
                self.put("<div class=\"note\">");
                self.text(&format!("{} {}", note.text, first.join(", ")));
                self.element(
                    "<details><summary>",
                    &format!("and {} more", others.len()),
                    "</summary>",
                );
                self.text(&others.join(", "));
                self.put("</details></div>\n");
            }
            _ => {
                self.put("<p>");
                self.prose(&note.line());
                self.put("</p>\n");
            }
        }
    }

    fn table(&mut self, table: &Table, folded: bool) {
        if folded {
            self.named("<details class=\"more\"><summary>", &table.heading, "</summary>\n");
        } else if !table.heading.is_empty() {
            self.named("<h3>", &table.heading, "</h3>\n");
        }
        table.notes.iter().for_each(|one| self.note(one));
        // One more takes no more room than saying so.
        let most = table.most;
        let shown = if table.rows.len() == most + 1 { most + 1 } else { most };
        let (first, others) = table.rows.split_at_checked(shown).unwrap_or((&table.rows, &[]));
        if !first.is_empty() {
            self.rows(table, first);
        }
        if !others.is_empty() {
            let more = format!("{} more", others.len());
            self.element("<details class=\"more\"><summary>", &more, "</summary>\n");
            self.rows(table, others);
            self.put("</details>\n");
        }
        if folded {
            self.put("</details>\n");
        }
    }

    fn rows(&mut self, table: &Table, rows: &[Row]) {
        let marked = table.is_marked();
        let told = table.tells();
        self.put("<table>\n<thead><tr>");
        if marked {
            self.element("<th scope=\"col\" class=\"narrow\">", table.marks, "</th>");
        }
        for column in &table.columns {
            self.element("<th scope=\"col\">", column, "</th>");
        }
        if told {
            self.element("<th scope=\"col\" class=\"told\">", table.told, "</th>");
        }
        self.put("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.row(row, table, marked, told);
        }
        self.put("</tbody>\n</table>\n");
    }

    fn row(&mut self, row: &Row, table: &Table, marked: bool, told: bool) {
        match &row.id {
            Some(id) => self.element("<tr id=\"", id, "\">"),
            None => self.put("<tr>"),
        }
        if marked {
            self.put("<td class=\"narrow\">");
            if let Some(mark) = row.mark {
                self.mark(mark);
            }
            self.put("</td>");
        }
        self.named("<th scope=\"row\">", &row.title, "");
        if !row.about.is_empty() {
            self.named("<span class=\"about\">", &row.about, "</span>");
        }
        for tag in &row.tags {
            self.put(" ");
            self.mark(*tag);
        }
        if let Some(place) = &row.place {
            self.named(" <span class=\"at\">", place, "</span>");
        }
        for remark in row.remarks.iter().filter(|_| !told) {
            self.element("<span class=\"about\">", remark, "</span>");
        }
        self.put("</th>");
        for (column, cell) in table.columns.iter().skip(1).zip(&row.cells) {
            self.cell(column, cell);
        }
        if told {
            self.put("<td class=\"told\">");
            row.groups.iter().for_each(|group| self.group(group));
            for remark in &row.remarks {
                self.put("<p class=\"remark\">");
                self.prose(remark);
                self.put("</p>");
            }
            if let Some(asked) = &row.asked {
                self.asked(asked);
            }
            self.put("</td>");
        }
        self.put("</tr>\n");
    }

    /// The rules that were asked; many are folded away.
    fn asked(&mut self, asked: &Asked) {
        if asked.rules.len() <= SHOWN {
            return self.element("<p class=\"remark\">", &asked.line(), "</p>");
        }
        let number = format!("{} {} rules", asked.text, asked.rules.len());
        self.element("<details class=\"asked\"><summary>", &number, "</summary>");
        self.element("<p class=\"remark\">", &asked.rules.join(", "), "</p></details>");
    }

    fn mark(&mut self, mark: Mark) {
        self.put("<span class=\"mark ");
        self.put(mark.tone.word());
        self.element("\">", mark.word, "</span>");
    }

    /// A cell; the name of its column is there for narrow windows, where cells stand below each other.
    fn cell(&mut self, column: &'static str, cell: &Cell) {
        self.put("<td class=\"");
        self.put(cell.tone.word());
        self.element("\" data-column=\"", column, "\">");
        self.name(&cell.text);
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
        // One more takes no more room than saying so. Answers are few.
        let all = entries.len() == SHOWN + 1 || entries.iter().any(|entry| entry.mark.is_some());
        let shown = if all { entries.len() } else { SHOWN };
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
            match &entry.link {
                Some(link) => {
                    self.element("<a href=\"#", link, "\">");
                    self.name(&entry.text);
                    self.put("</a>");
                }
                None => self.name(&entry.text),
            }
            if let Some(place) = &entry.place {
                self.named(" <span class=\"at\">", place, "</span>");
            }
            self.put("</li>");
        }
        self.put("</ul>");
    }
}

#[cfg(test)]
mod tests {
    use super::Html;

    /// What is split is first made safe: no part of a token looks like one.
    #[test]
    fn what_is_split_is_safe_as_a_whole() {
        let token = format!("00D5g00000{}!AQ4A{}.Ab_Cd.{}", "4XyzA", "Qe7Rt_9Zk", "Lp2".repeat(20));
        let masked = crate::report::safe::line(&token).into_owned();
        assert_ne!(masked, token);
        for write in [Html::name, Html::prose, Html::text] {
            let mut html = Html::default();
            write(&mut html, &token);
            assert_eq!(html.0.replace("<wbr>", ""), masked);
        }
    }

    #[test]
    fn names_end_lines_where_their_parts_end() {
        let mut html = Html::default();
        html.name("a/AssignSets__c.x:1 <b>/Xy");
        assert_eq!(html.0, "a/<wbr>Assign<wbr>Sets_<wbr>_<wbr>c.<wbr>x:<wbr>1 &lt;b&gt;/<wbr>Xy");
    }

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
