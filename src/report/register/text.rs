//! For a terminal.

use std::io::{self, Write};

use super::{finding, place, title, total};
use crate::report::{safe, summary};
use crate::settle::register::EntryState;
use crate::settle::report::Report;

/// Writes the register.
///
/// # Errors
/// When the output cannot be written.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for entry in &report.register {
        let state = match entry.state {
            EntryState::Live => "",
            EntryState::Expired => "  EXPIRED",
            EntryState::Unused => "  UNUSED",
        };
        writeln!(out, "{}{state}", title(entry))?;
        writeln!(out, "  {}", safe::line(&entry.reason))?;
        let mut facts = Vec::new();
        if let Some(owner) = &entry.owner {
            facts.push(format!("owner {owner}"));
        }
        if let Some(ticket) = &entry.ticket {
            facts.push(format!("ticket {ticket}"));
        }
        if let Some(day) = entry.expires {
            facts.push(format!("through {day}"));
        }
        facts.push(format!("at {}", place(&entry.location)));
        writeln!(out, "  {}", safe::line(&facts.join(", ")))?;
        for value in &entry.values {
            writeln!(out, "  if {}", safe::line(value))?;
        }
        match entry.hides.len() {
            0 => writeln!(out, "  hides nothing")?,
            count => writeln!(out, "  hides {}:", summary::count(count, "finding"))?,
        }
        for one in &entry.hides {
            writeln!(out, "    {}", finding(one))?;
        }
        if entry.overlaps > 0 {
            let count = summary::count(entry.overlaps, "finding");
            writeln!(out, "  covers {count} that an earlier entry hides")?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{}", total(report))
}
