//! For a terminal.

use std::io::{self, Write};

use super::{blocks, mark, more_places, not_compared, place, remarks, sentence, verdict};
use crate::diff::AccessDiff;
use crate::report::safe;

/// Columns for the words in front.
const MARKS: usize = 12;
/// How long a line is that can be read.
const WIDTH: usize = 110;

/// Writes the access diff.
///
/// # Errors
/// When the output cannot be written.
pub fn write(diff: &AccessDiff, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "Access from {} to {}", safe::line(&diff.base), safe::line(&diff.head))?;
    writeln!(out, "{}", safe::line(&verdict(diff)))?;
    for block in blocks(diff) {
        writeln!(out, "\n{}", safe::line(&block.heading))?;
        for change in block.changes {
            let word = format!("  {}", mark(change));
            write!(out, "{word:MARKS$}")?;
            paragraph(&sentence(change), out)?;
            if let Some(spot) = &change.spot {
                let more = more_places(&block);
                writeln!(out, "{:MARKS$}{}{more}", "", safe::line(&place(spot)))?;
            }
        }
    }
    if !diff.not_compared.is_empty() {
        writeln!(out, "\nNot compared")?;
    }
    for one in &diff.not_compared {
        write!(out, "{:MARKS$}", "")?;
        paragraph(&not_compared(one), out)?;
    }
    for remark in remarks(diff) {
        writeln!(out, "\n{remark}")?;
    }
    Ok(())
}

/// A paragraph in lines that can be read, all after the words in front.
fn paragraph(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut used = MARKS;
    for (at, word) in safe::line(text).split(' ').enumerate() {
        let length = word.chars().count();
        if at > 0 && used + 1 + length > WIDTH {
            write!(out, "\n{:MARKS$}", "")?;
            used = MARKS;
        } else if at > 0 {
            write!(out, " ")?;
            used += 1;
        }
        write!(out, "{word}")?;
        used += length;
    }
    writeln!(out)
}
