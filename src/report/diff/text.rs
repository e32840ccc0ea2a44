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
            paragraph(&sentence(change), MARKS, out)?;
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
        paragraph(&not_compared(one), MARKS, out)?;
    }
    for remark in remarks(diff) {
        writeln!(out)?;
        paragraph(&remark, 0, out)?;
    }
    Ok(())
}

/// A paragraph in lines that can be read, all but the first indented so far.
fn paragraph(text: &str, indent: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut used = indent;
    for (at, word) in safe::line(text).split(' ').enumerate() {
        let length = word.chars().count();
        if at > 0 && used + 1 + length > WIDTH {
            write!(out, "\n{:indent$}", "")?;
            used = indent;
        } else if at > 0 {
            write!(out, " ")?;
            used += 1;
        }
        write!(out, "{word}")?;
        used += length;
    }
    writeln!(out)
}
