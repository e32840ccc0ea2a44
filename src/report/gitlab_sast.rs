//! `--format gitlab-sast`: GitLab's SAST report, for `artifacts:reports:sast`.
//!
//! Specification: the security report schemas of GitLab, version 15.2.4, `sast-report-format.json`.

use std::io::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::report::listing::{Listed, clipped, text, worst_first};
use crate::report::{markdown, rule_page, summary};
use crate::rule::Severity;
use crate::settle::report::Report;
use crate::value::date::Date;

/// Version of the schema.
const VERSION: &str = "15.2.4";
const SCHEMA: &str = "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v15.2.4/dist/sast-report-format.json";
/// Longest name, in characters.
const NAME: usize = 255;
/// Longest solution, in characters.
const SOLUTION: usize = 7000;
const SECONDS_A_DAY: u64 = 86_400;

/// When the run took place.
#[derive(Clone, Copy, Debug)]
pub struct Scan {
    /// Its begin.
    pub started: SystemTime,
    /// Its end.
    pub ended: SystemTime,
}

#[derive(Serialize)]
struct Document {
    version: &'static str,
    schema: &'static str,
    scan: ScanDocument,
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Serialize)]
struct ScanDocument {
    analyzer: Tool,
    scanner: Tool,
    r#type: &'static str,
    start_time: String,
    end_time: String,
    status: &'static str,
    messages: Vec<Message>,
}

#[derive(Serialize)]
struct Tool {
    id: &'static str,
    name: &'static str,
    version: &'static str,
    vendor: Vendor,
}

#[derive(Serialize)]
struct Vendor {
    name: &'static str,
}

#[derive(Serialize)]
struct Message {
    level: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Vulnerability {
    id: String,
    name: String,
    description: String,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    solution: Option<String>,
    identifiers: Vec<Identifier>,
    location: Location,
}

#[derive(Serialize)]
struct Identifier {
    r#type: &'static str,
    name: String,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Location {
    file: String,
    start_line: u32,
    end_line: u32,
}

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub fn write(report: &Report, scan: Scan, out: &mut dyn Write) -> io::Result<()> {
    let messages = summary::lines(report)
        .iter()
        .map(|line| Message { level: "info", value: text(line) })
        .collect();
    let document = Document {
        version: VERSION,
        schema: SCHEMA,
        scan: ScanDocument {
            analyzer: tool(),
            scanner: tool(),
            r#type: "sast",
            start_time: moment(scan.started),
            end_time: moment(scan.ended),
            status: "success",
            messages,
        },
        vulnerabilities: worst_first(report).into_iter().map(vulnerability).collect(),
    };
    serde_json::to_writer(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn tool() -> Tool {
    let name = env!("CARGO_PKG_NAME");
    Tool { id: name, name, version: env!("CARGO_PKG_VERSION"), vendor: Vendor { name } }
}

fn vulnerability(listed: Listed<'_>) -> Vulnerability {
    let finding = listed.finding;
    let rule = Identifier {
        r#type: "sflint_rule_id",
        name: text(&format!("sflint {}", finding.rule.id)),
        value: text(&finding.rule.id),
        url: None,
    };
    let standards = finding.rule.maps.iter().filter_map(|map| {
        // A map is a name and a number; what a team's own rule writes may be neither.
        let number = map.strip_prefix("CWE-");
        let value = text(number.unwrap_or(map));
        let kind = if number.is_some() { "cwe" } else { "sflint_standard" };
        let url = rule_page::link(map).map(|url| text(&url));
        (!value.is_empty()).then(|| Identifier { r#type: kind, name: text(map), value, url })
    });
    Vulnerability {
        id: uuid(&listed.id),
        name: clipped(&text(&finding.rule.title), NAME),
        // GitLab renders it as Markdown.
        description: format!(
            "{}\n\n{}",
            markdown::escaped(&finding.message),
            rule_page::paragraphs(&finding.rule.why)
        ),
        severity: match finding.severity {
            Severity::Error => "High",
            Severity::Warning => "Medium",
            Severity::Note => "Low",
        },
        solution: finding.help.as_deref().map(|help| clipped(&text(help), SOLUTION)),
        identifiers: std::iter::once(rule).chain(standards).collect(),
        location: Location {
            file: text(&finding.location.path),
            start_line: finding.location.region.start.line,
            end_line: finding.location.region.last_line(),
        },
    }
}

/// A UUID of version 8 (RFC 9562) made of an identity.
fn uuid(id: &str) -> String {
    let hex: String =
        Sha256::digest(id).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-8{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// `YYYY-MM-DDThh:mm:ss` in UTC.
fn moment(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let days = i64::try_from(seconds / SECONDS_A_DAY).ok().and_then(Date::from_days_since_epoch);
    let day = days.map_or_else(|| "1970-01-01".to_owned(), |day| day.to_string());
    let of_day = seconds % SECONDS_A_DAY;
    format!("{day}T{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn moments_are_utc_without_a_zone() {
        let at = |seconds| moment(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "1970-01-01T00:00:00");
        assert_eq!(at(1_795_478_399), "2026-11-23T23:59:59");
    }

    #[test]
    fn an_identity_has_one_uuid() {
        let one = uuid("v1:0");
        assert_eq!(one.len(), 36);
        assert_eq!(one, uuid("v1:0"));
        assert_ne!(one, uuid("v1:1"));
        assert_eq!(one.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    }
}
