//! For a wiki or a pull request.

use std::io::{self, Write};

use super::page::{Cell, Entry, Page, Row, Section, Table, page};
use crate::overview::Overview;
use crate::report::markdown::escaped;
use crate::report::safe;

/// How many of several things are listed before they are only counted.
const LISTED: usize = 10;

/// Writes the overview.
///
/// # Errors
/// When the output cannot be written.
pub fn write(overview: &Overview, out: &mut dyn Write) -> io::Result<()> {
    let Page { title, facts, sections, .. } = page(overview);
    writeln!(out, "# {title}\n")?;
    for fact in facts {
        writeln!(out, "- {}: {}", fact.name, escaped(&fact.value))?;
    }
    sections.iter().try_for_each(|one| section(one, out))
}

fn section(section: &Section, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n## {}", section.title)?;
    for note in &section.notes {
        writeln!(out, "\n{}", prose(&note.line()))?;
    }
    let (tables, more) = section.listed();
    tables.iter().try_for_each(|one| table(one, out))?;
    if let Some(more) = more {
        writeln!(out, "\n{more}")?;
    }
    if !section.legend.is_empty() {
        writeln!(out)?;
    }
    for (mark, meaning) in &section.legend {
        writeln!(out, "- **{}**: {meaning}", mark.word)?;
    }
    Ok(())
}

fn table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    if !table.heading.is_empty() {
        writeln!(out, "\n### {}", escaped(&table.heading))?;
    }
    for note in &table.notes {
        writeln!(out, "\n{}", prose(&note.line()))?;
    }
    if table.rows.is_empty() {
        return Ok(());
    }
    let marked = table.is_marked();
    let told = table.tells();
    let mut head: Vec<&str> = if marked { vec![table.marks] } else { Vec::new() };
    head.extend(&table.columns);
    if told {
        head.push(table.told);
    }
    writeln!(out, "\n| {} |\n|{}", head.join(" | "), "---|".repeat(head.len()))?;
    let (rows, more) = table.listed();
    for row in rows {
        let mut cells = Vec::new();
        if marked {
            cells.push(row.mark.map_or(String::new(), |mark| format!("**{}**", mark.word)));
        }
        let tags = row.tags.iter().map(|tag| format!("**{}**", tag.word));
        let remarks = row.remarks.iter().filter(|_| !told).map(|one| escaped(one));
        let about = [escaped(&row.title), escaped(&row.about)].into_iter();
        let place = row.place.iter().map(|one| escaped(one));
        let about = about.chain(tags).chain(place).chain(remarks);
        cells.push(lines(about));
        cells.extend(row.cells.iter().map(cell));
        if told {
            cells.push(what_is_told(row));
        }
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    if let Some(more) = more {
        writeln!(out, "\n{more}")?;
    }
    Ok(())
}

/// Text with code between backticks, as long as they come in pairs.
fn prose(text: &str) -> String {
    if text.matches('`').count() % 2 == 1 {
        return escaped(text);
    }
    // No backticks: in a table, and around any text, they would need care.
    let text = safe::line(text);
    let parts = text.split('`').enumerate();
    parts
        .map(|(at, part)| match at % 2 {
            0 => escaped(part),
            _ => format!("<code>{}</code>", escaped(part)),
        })
        .collect()
}

/// Several lines of one cell.
fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("<br>")
}

fn cell(cell: &Cell) -> String {
    lines(std::iter::once(escaped(&cell.text)).chain(entries(&cell.entries)))
}

fn what_is_told(row: &Row) -> String {
    let groups = row.groups.iter().flat_map(|group| {
        std::iter::once(format!("*{}*", escaped(&group.label))).chain(entries(&group.entries))
    });
    let asked = row.asked.as_ref().map(|asked| asked.line());
    lines(groups.chain(row.remarks.iter().chain(&asked).map(|one| prose(one))))
}

fn entries(entries: &[Entry]) -> Vec<String> {
    let mut texts: Vec<String> =
        entries.iter().take(LISTED).map(|entry| escaped(&entry.line())).collect();
    let more = entries.len().saturating_sub(LISTED);
    if more > 0 {
        texts.push(format!("and {more} more"));
    }
    texts
}
