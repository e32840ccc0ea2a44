//! For a terminal.

use std::io::{self, Write};

use super::page::{Cell, Entry, Page, Row, Section, page};
use crate::overview::Overview;
use crate::report::safe;

/// How many of several things are listed before they are only counted.
const LISTED: usize = 5;
/// Columns for the words in front.
const MARKS: usize = 16;

/// Writes the overview.
///
/// # Errors
/// When the output cannot be written.
pub fn write(overview: &Overview, out: &mut dyn Write) -> io::Result<()> {
    let Page { title, facts, sections } = page(overview);
    writeln!(out, "{title}\n")?;
    for (name, value) in facts {
        writeln!(out, "{name:MARKS$}{}", safe::line(&value))?;
    }
    sections.iter().try_for_each(|one| section(one, out))
}

fn section(section: &Section, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n\n{}\n{}", section.title.to_uppercase(), "=".repeat(section.title.len()))?;
    for note in &section.notes {
        writeln!(out)?;
        paragraph(note, out)?;
    }
    for table in &section.tables {
        if !table.heading.is_empty() {
            writeln!(out, "\n{}", safe::line(&table.heading))?;
        }
        writeln!(out)?;
        for one in &table.rows {
            row(one, &table.columns, out)?;
        }
    }
    Ok(())
}

/// A paragraph in lines of a length that can be read.
fn paragraph(text: &str, out: &mut dyn Write) -> io::Result<()> {
    const WIDTH: usize = 100;
    let text = safe::line(text);
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > WIDTH {
            writeln!(out)?;
            used = 0;
        }
        let blank = if used > 0 { " " } else { "" };
        write!(out, "{blank}{word}")?;
        used += length + blank.len();
    }
    writeln!(out)
}

fn row(row: &Row, columns: &[&str], out: &mut dyn Write) -> io::Result<()> {
    let word = row.mark.map_or("", |mark| mark.word);
    let about = if row.about.is_empty() {
        String::new()
    } else {
        format!("  [{}]", safe::line(&row.about))
    };
    writeln!(out, "{word:MARKS$}{}{about}", safe::line(&row.title))?;
    let indent = " ".repeat(MARKS);
    for (column, cell) in columns.iter().skip(1).zip(&row.cells) {
        write_cell(column, cell, &indent, out)?;
    }
    for group in &row.groups {
        entries(&group.entries, &indent, out)?;
    }
    if let Some(remark) = &row.remark {
        writeln!(out, "{indent}({})", safe::line(remark))?;
    }
    Ok(())
}

fn write_cell(column: &str, cell: &Cell, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    if cell.text.is_empty() && cell.entries.is_empty() {
        return Ok(());
    }
    let places = cell.entries.iter().any(|entry| entry.place.is_some());
    if !places {
        let mut texts: Vec<&str> = cell.entries.iter().map(|entry| entry.text.as_str()).collect();
        if !cell.text.is_empty() {
            texts.insert(0, &cell.text);
        }
        return writeln!(out, "{indent}{column}: {}", safe::line(&texts.join("; ")));
    }
    writeln!(out, "{indent}{column}: {}", safe::line(&cell.text))?;
    entries(&cell.entries, &format!("{indent}  "), out)
}

fn entries(entries: &[Entry], indent: &str, out: &mut dyn Write) -> io::Result<()> {
    for entry in entries.iter().take(LISTED) {
        let at = entry.place.as_deref().map(|place| format!("  {place}")).unwrap_or_default();
        writeln!(out, "{indent}- {}", safe::line(&format!("{}{at}", entry.text)))?;
    }
    let more = entries.len().saturating_sub(LISTED);
    if more > 0 {
        writeln!(out, "{indent}  and {more} more")?;
    }
    Ok(())
}
