//! For a spreadsheet. A cell is text, whatever it begins with: no program takes one for a formula.

use std::io::{self, Write};

use super::{finding, place};
use crate::report::safe;
use crate::settle::report::Report;

const HEAD: &str =
    "rule,in,key,values,reason,owner,ticket,expires,state,stands at,hides,findings\r\n";

/// Writes the register: a line an entry, as RFC 4180 has it.
///
/// # Errors
/// When the output cannot be written.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(HEAD.as_bytes())?;
    for entry in &report.register {
        let optional = |text: &Option<String>| cell(text.as_deref().unwrap_or(""));
        let findings: Vec<String> = entry.hides.iter().map(finding).collect();
        let cells = [
            cell(&entry.rule),
            optional(&entry.scope),
            optional(&entry.key),
            cell(&entry.values.join("; ")),
            cell(&entry.reason),
            optional(&entry.owner),
            optional(&entry.ticket),
            cell(&entry.expires.map(|day| day.to_string()).unwrap_or_default()),
            cell(entry.state.word()),
            cell(&place(&entry.location)),
            cell(&entry.hides.len().to_string()),
            cell(&findings.join("; ")),
        ];
        write!(out, "{}\r\n", cells.join(","))?;
    }
    Ok(())
}

/// A quoted cell. Spreadsheets calculate what begins with `=`, `+`, `-` or `@`, also behind blanks, and in other
/// alphabets' widths; an apostrophe in front makes it text.
fn cell(text: &str) -> String {
    let text = safe::line(text);
    let formula =
        text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '|', '%']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1", "\r=1", "＝1"] {
            assert!(cell(text).starts_with("\"'"), "{text}");
        }
        assert_eq!(cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(cell("two\nlines"), "\"two lines\"");
        assert_eq!(cell(""), "\"\"");
    }
}
