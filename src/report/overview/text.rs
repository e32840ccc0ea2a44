//! For a terminal.

use std::io::{self, Write};

use super::page::{Entry, Page, Row, Section, Table, Tone, page};
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
    let Page { title, facts, sections, .. } = page(overview);
    writeln!(out, "{title}\n")?;
    for fact in facts {
        write!(out, "{:MARKS$}", fact.name)?;
        paragraph(&fact.value, &" ".repeat(MARKS), MARKS, out)?;
    }
    sections.iter().try_for_each(|one| section(one, out))
}

fn section(section: &Section, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n\n{}\n{}", section.title.to_uppercase(), "=".repeat(section.title.len()))?;
    for note in &section.notes {
        writeln!(out)?;
        paragraph(&note.line(), "", 0, out)?;
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
        writeln!(out, "{:MARKS$}{meaning}", mark.word)?;
    }
    Ok(())
}

fn table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    if !table.heading.is_empty() {
        writeln!(out, "\n{}", safe::line(&table.heading))?;
    }
    for note in &table.notes {
        writeln!(out)?;
        paragraph(&note.line(), "", 0, out)?;
    }
    if !table.rows.is_empty() {
        writeln!(out)?;
    }
    let marks = if table.is_marked() { MARKS } else { 0 };
    // What takes several lines by itself stands apart.
    let lists = |row: &Row| row.cells.iter().any(|cell| cell.entries.len() > 1);
    let apart = marks == 0 && table.rows.iter().any(lists);
    let (rows, more) = table.listed();
    for (at, one) in rows.iter().enumerate() {
        if at > 0 && apart {
            writeln!(out)?;
        }
        row(one, &table.columns, marks, out)?;
    }
    if let Some(more) = more {
        writeln!(out, "\n{more}")?;
    }
    Ok(())
}

/// How long a line is that can be read.
const WIDTH: usize = 110;

/// A paragraph in lines that can be read, where so many columns are used already; those after the first are indented.
fn paragraph(text: &str, indent: &str, used: usize, out: &mut dyn Write) -> io::Result<()> {
    let text = safe::line(text);
    let mut used = used;
    let mut begun = false;
    for word in text.split(' ') {
        let length = word.chars().count();
        if begun && used + 1 + length > WIDTH {
            write!(out, "\n{indent}")?;
            used = indent.len();
        } else if begun {
            write!(out, " ")?;
            used += 1;
        }
        write!(out, "{word}")?;
        used += length;
        begun = true;
    }
    writeln!(out)
}

/// A row: a word of so many columns, then what it says.
fn row(row: &Row, columns: &[&str], marks: usize, out: &mut dyn Write) -> io::Result<()> {
    let word = row.mark.map_or("", |mark| mark.word);
    let tags = row.tags.iter().map(|tag| format!(", {}", tag.word)).collect::<String>();
    let about = if row.about.is_empty() {
        String::new()
    } else {
        format!("  [{}{tags}]", safe::line(&row.about))
    };
    writeln!(out, "{word:marks$}{}{about}", safe::line(&row.title))?;
    let indent = " ".repeat(marks.max(2));
    cells(row, columns, &indent, out)?;
    for group in &row.groups {
        let bullet = match group.tone {
            Tone::Good => '+',
            Tone::Warn => '~',
            Tone::Bad | Tone::Plain => '-',
        };
        entries(&group.entries, bullet, &indent, out)?;
    }
    let asked = row.asked.as_ref().map(|asked| asked.line());
    for remark in row.remarks.iter().chain(&asked).chain(&row.place) {
        write!(out, "{indent}")?;
        paragraph(remark, &indent, indent.len(), out)?;
    }
    Ok(())
}

/// Cells that are a word or two share a line.
fn cells(row: &Row, columns: &[&str], indent: &str, out: &mut dyn Write) -> io::Result<()> {
    let deeper = format!("{indent}  ");
    let mut short: Vec<String> = Vec::new();
    for (column, cell) in columns.iter().skip(1).zip(&row.cells) {
        match &*cell.entries {
            [] if cell.text.is_empty() => {}
            [] => short.push(format!("{column}: {}", cell.text)),
            [one] if cell.text.is_empty() => {
                short.push(format!("{column}: {}", one.line()));
            }
            several => {
                together(&mut short, indent, out)?;
                let head = format!("{column}: {}", cell.text);
                writeln!(out, "{indent}{}", safe::line(head.trim_end()))?;
                entries(several, '-', &deeper, out)?;
            }
        }
    }
    together(&mut short, indent, out)
}

fn together(short: &mut Vec<String>, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    if short.is_empty() {
        return Ok(());
    }
    write!(out, "{indent}")?;
    paragraph(&short.join("; "), &format!("{indent}  "), indent.len(), out)?;
    short.clear();
    Ok(())
}

fn entries(entries: &[Entry], bullet: char, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    for entry in entries.iter().take(LISTED) {
        write!(out, "{indent}{bullet} ")?;
        paragraph(&entry.line(), &format!("{indent}  "), indent.len() + 2, out)?;
    }
    let more = entries.len().saturating_sub(LISTED);
    if more > 0 {
        writeln!(out, "{indent}  and {more} more")?;
    }
    Ok(())
}
