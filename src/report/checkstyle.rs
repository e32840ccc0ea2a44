//! `--format checkstyle`: Checkstyle XML, which many tools for reviews read.
//!
//! Specification: what `XMLLogger` of Checkstyle writes; there is no schema. Columns are characters, from 1.

use std::io::{self, Write};

use crate::report::xml::{document, line};
use crate::rule::Severity;
use crate::settle::report::{Report, ReportedFinding};

/// The version of the format, as tools write it that are not Checkstyle.
const VERSION: &str = "4.3";

/// Writes the report, file by file.
///
/// # Errors
/// When the output cannot be written.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    document(out, |writer| {
        let root = writer.create_element("checkstyle").with_attribute(("version", VERSION));
        root.write_inner_content(|writer| {
            for of_file in report.findings.chunk_by(|a, b| a.location.path == b.location.path) {
                let path = of_file.first().map_or("", |first| &first.location.path);
                let file = writer.create_element("file");
                file.with_attribute(("name", line(path).as_str())).write_inner_content(
                    |writer| {
                        of_file.iter().try_for_each(|finding| {
                            let element = writer.create_element("error");
                            let attributes = attributes(finding);
                            let attributes =
                                attributes.iter().map(|(name, value)| (*name, &**value));
                            element.with_attributes(attributes).write_empty().map(drop)
                        })
                    },
                )?;
            }
            Ok(())
        })?;
        Ok(())
    })
}

fn attributes(finding: &ReportedFinding) -> [(&'static str, String); 5] {
    let start = finding.location.region.start;
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "info",
    };
    [
        ("line", start.line.to_string()),
        ("column", start.column.to_string()),
        ("severity", severity.to_owned()),
        ("message", line(&finding.message)),
        ("source", format!("sflint.{}", line(&finding.rule.id))),
    ]
}
