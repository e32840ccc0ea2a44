//! For a wiki or a pull request.

use std::io::{self, Write};

use super::{finding, place, title, total};
use crate::report::markdown::escaped;
use crate::report::summary;
use crate::settle::report::Report;

/// Writes the register: a table, then what each entry hides.
///
/// # Errors
/// When the output cannot be written.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# What sflint is told to accept\n\n{}.", escaped(&total(report)))?;
    if report.register.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n| Exception | Values | Reason | Owner | Ticket | Through | State | Hides | Stands at |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|---:|---|")?;
    for entry in &report.register {
        let optional = |text: &Option<String>| text.as_deref().map(escaped).unwrap_or_default();
        let values: Vec<String> = entry.values.iter().map(|value| escaped(value)).collect();
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            escaped(&title(entry)),
            values.join("<br>"),
            escaped(&entry.reason),
            optional(&entry.owner),
            optional(&entry.ticket),
            entry.expires.map(|day| day.to_string()).unwrap_or_default(),
            entry.state,
            entry.hides.len(),
            escaped(&place(&entry.location))
        )?;
    }
    for entry in report.register.iter().filter(|entry| !entry.hides.is_empty()) {
        let count = summary::count(entry.hides.len(), "finding");
        writeln!(out, "\n## {} hides {count}\n", escaped(&title(entry)))?;
        for one in &entry.hides {
            writeln!(out, "- {}", escaped(&finding(one)))?;
        }
    }
    Ok(())
}
