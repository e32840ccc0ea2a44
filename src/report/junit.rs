//! `--format junit`: JUnit XML, which nearly every build server shows as tests.
//!
//! Specification: there is none; elements and attributes are those that Jenkins, GitLab and Azure Pipelines all read. A
//! finding at or above `--fail-on` is a failed test, another one a skipped test, so that the tests fail when the run does.

use std::io::{self, Write};

use quick_xml::events::BytesText;
use quick_xml::writer::Writer;

use crate::report::listing::advice;
use crate::report::xml::{document, line, lines};
use crate::settle::report::{Report, ReportedFinding};

/// Writes the report: a suite a file, a test a finding; one test that passed when there is none.
///
/// # Errors
/// When the output cannot be written.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let failures = |findings: &[ReportedFinding]| {
        findings.iter().filter(|finding| report.is_failure(finding)).count()
    };
    document(out, |writer| {
        let all = &report.findings;
        let tests = all.len().max(1);
        let root = writer.create_element("testsuites").with_attribute(("name", "sflint"));
        let root = root.with_attributes(counts(tests, failures(all), all.len()).iter().map(pair));
        root.write_inner_content(|writer| {
            if all.is_empty() {
                return passed(writer);
            }
            for of_file in all.chunk_by(|a, b| a.location.path == b.location.path) {
                let path = of_file.first().map_or("", |first| &first.location.path);
                let counts = counts(of_file.len(), failures(of_file), of_file.len());
                let suite = writer.create_element("testsuite");
                let suite = suite.with_attribute(("name", line(path).as_str()));
                suite.with_attributes(counts.iter().map(pair)).write_inner_content(|writer| {
                    of_file.iter().try_for_each(|finding| test(report, finding, writer))
                })?;
            }
            Ok(())
        })?;
        Ok(())
    })
}

type Attribute = (&'static str, String);

fn pair((name, value): &Attribute) -> (&str, &str) {
    (name, value)
}

/// The attributes of a suite; what does not fail is skipped. Durations are not measured.
fn counts(tests: usize, failures: usize, findings: usize) -> [Attribute; 5] {
    [
        ("tests", tests.to_string()),
        ("failures", failures.to_string()),
        ("errors", "0".to_owned()),
        ("skipped", (findings - failures).to_string()),
        ("time", "0".to_owned()),
    ]
}

fn passed(writer: &mut Writer<&mut dyn Write>) -> io::Result<()> {
    let suite = writer.create_element("testsuite").with_attribute(("name", "sflint"));
    let suite = suite.with_attributes(counts(1, 0, 0).iter().map(pair));
    suite.write_inner_content(|writer| {
        let test = writer.create_element("testcase");
        let attributes = [("name", "no findings"), ("classname", "sflint"), ("time", "0")];
        test.with_attributes(attributes).write_empty().map(drop)
    })?;
    Ok(())
}

fn test(
    report: &Report,
    finding: &ReportedFinding,
    writer: &mut Writer<&mut dyn Write>,
) -> io::Result<()> {
    let (path, start) = (&finding.location.path, finding.location.region.start);
    let attributes = [
        ("name", line(&format!("{}: {}", finding.rule.id, finding.message))),
        ("classname", line(path)),
        ("file", line(path)),
        ("line", start.line.to_string()),
        ("time", "0".to_owned()),
    ];
    let test = writer.create_element("testcase").with_attributes(attributes.iter().map(pair));
    test.write_inner_content(|writer| {
        let kind = if report.is_failure(finding) { "failure" } else { "skipped" };
        let place = format!("{path}:{}:{}", start.line, start.column);
        let text = lines(&format!("{place}\n{}", advice(finding)));
        writer
            .create_element(kind)
            .with_attribute(("message", line(&finding.message).as_str()))
            .with_attribute(("type", finding.severity.word()))
            .write_text_content(BytesText::new(&text))
            .map(drop)
    })?;
    Ok(())
}
