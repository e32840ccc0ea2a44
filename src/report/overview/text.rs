//! For a terminal.

use std::io::{self, Write};

use super::page::{Entry, Page, Row, Section, Tone, page};
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
        paragraph(note, "", out)?;
    }
    if !section.legend.is_empty() {
        writeln!(out)?;
    }
    for (mark, meaning) in &section.legend {
        writeln!(out, "{:MARKS$}{meaning}", mark.word)?;
    }
    for table in &section.tables {
        if !table.heading.is_empty() {
            writeln!(out, "\n{}", safe::line(&table.heading))?;
        }
        writeln!(out)?;
        for (at, one) in table.rows.iter().enumerate() {
            // What takes several lines by itself stands apart.
            if at > 0 && one.cells.len() > 3 {
                writeln!(out)?;
            }
            let marked = table.rows.iter().any(|row| row.mark.is_some());
            row(one, &table.columns, if marked { MARKS } else { 0 }, out)?;
        }
    }
    Ok(())
}

/// How long a line is that can be read.
const WIDTH: usize = 110;

/// A paragraph in lines that can be read; those after the first are indented.
fn paragraph(text: &str, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    let text = safe::line(text);
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > indent.len() && used + 1 + length > WIDTH {
            write!(out, "\n{indent}")?;
            used = indent.len();
        } else if used > 0 {
            write!(out, " ")?;
            used += 1;
        }
        write!(out, "{word}")?;
        used += length;
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
    for remark in &row.remarks {
        write!(out, "{indent}")?;
        paragraph(&format!("({remark})"), &indent, out)?;
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
    paragraph(&short.join("; "), &format!("{indent}  "), out)?;
    short.clear();
    Ok(())
}

fn entries(entries: &[Entry], bullet: char, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    for entry in entries.iter().take(LISTED) {
        writeln!(out, "{indent}{bullet} {}", safe::line(&entry.line()))?;
    }
    let more = entries.len().saturating_sub(LISTED);
    if more > 0 {
        writeln!(out, "{indent}  and {more} more")?;
    }
    Ok(())
}
