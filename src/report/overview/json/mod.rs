//! For programs: one versioned document.

mod people;

use std::io::{self, Write};

use serde::Serialize;

use self::people::{Holder, Program};
use crate::overview::Overview;
use crate::overview::access::Access;
use crate::overview::answer::{Against, Judged, Line, Row};
use crate::overview::health::{Health, Judgement};
use crate::report::{register, safe};

/// Version of the document's shape; raised when a member changes its meaning or goes.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    version: u32,
    tool: Tool,
    today: String,
    partial: bool,
    projects: Vec<Project>,
    summary: Summary,
    checklist: Vec<Question>,
    items: Vec<Item>,
    health_checks: Vec<HealthCheck>,
    benchmark: Vec<Item>,
    integrations: Vec<Program>,
    access: Vec<Holder>,
    without_access: Vec<String>,
    unknown_access: Vec<String>,
    exceptions: Vec<register::JsonEntry>,
    turned_off: Vec<TurnedOff>,
    beyond_preset: usize,
    remarks: Vec<String>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Project {
    path: String,
    kind: &'static str,
    guessed_from: Option<String>,
    preset: String,
    error: usize,
    warning: usize,
    note: usize,
    answers: Vec<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    error: usize,
    warning: usize,
    note: usize,
    excepted: usize,
    baselined: usize,
    rules: usize,
    files_read: usize,
}

#[derive(Serialize)]
struct Question {
    title: String,
    status: &'static str,
    items: Vec<String>,
}

#[derive(Serialize)]
struct Item {
    id: String,
    section: String,
    title: String,
    status: &'static str,
    rules: Vec<String>,
    findings: Vec<Finding>,
    accepted: Vec<Finding>,
    evidence: Vec<Evidence>,
    remark: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    rule: String,
    severity: &'static str,
    message: String,
    path: String,
    line: u32,
    accepted_by: Option<String>,
    /// Whether the config asks for the rule.
    asked_by_config: bool,
}

#[derive(Serialize)]
struct Evidence {
    message: String,
    path: String,
    line: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HealthCheck {
    project: String,
    baseline: Option<Baseline>,
    estimate: Option<Estimate>,
    not_asked: Option<String>,
    settings: Vec<Setting>,
}

#[derive(Serialize)]
struct Baseline {
    name: String,
    path: String,
    unknown: Vec<String>,
}

#[derive(Serialize)]
struct Estimate {
    percent: usize,
    grade: Option<&'static str>,
    known: usize,
    all: usize,
}

#[derive(Serialize)]
struct Setting {
    key: String,
    title: String,
    risk: &'static str,
    baseline: String,
    remark: Option<&'static str>,
    status: &'static str,
    count: Option<usize>,
    values: Vec<Evidence>,
    findings: Vec<Finding>,
    rules: Vec<String>,
}

#[derive(Serialize)]
struct TurnedOff {
    rule: String,
    at: String,
    findings: usize,
}

/// Writes the overview.
///
/// # Errors
/// When the output cannot be written.
pub fn write(overview: &Overview, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &document(overview)?)?;
    out.write_all(b"\n")
}

fn text(text: &str) -> String {
    safe::line(text).into_owned()
}

fn texts(list: &[String]) -> Vec<String> {
    list.iter().map(|one| text(one)).collect()
}

fn optional(one: &Option<String>) -> Option<String> {
    one.as_deref().map(text)
}

fn document(overview: &Overview) -> io::Result<Document> {
    let report = &overview.report;
    let summary = &report.summary;
    let all = || report.projects.iter().zip(&overview.projects);
    let projects = all().map(|(project, one)| Project {
        path: text(&project.path),
        kind: project.kind.word(),
        guessed_from: optional(&project.guessed_from),
        preset: text(&project.preset),
        error: one.findings.error,
        warning: one.findings.warning,
        note: one.findings.note,
        answers: one.rows.iter().map(|row| row.status.word()).collect(),
    });
    let off = overview.off.iter().map(|off| TurnedOff {
        rule: text(&off.rule),
        at: text(&off.place),
        findings: off.findings,
    });
    let holders = all().flat_map(|(project, one)| {
        one.access.holders.iter().map(|holder| people::holder(&project.path, holder))
    });
    let programs = all().flat_map(|(project, one)| {
        one.integrations.iter().map(|program| people::program(&project.path, program))
    });
    let names = |of: fn(&Access) -> &Vec<String>| -> Vec<String> {
        all().flat_map(|(_, one)| texts(of(&one.access))).collect()
    };
    Ok(Document {
        version: VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        today: report.today.to_string(),
        partial: report.partial,
        projects: projects.collect(),
        summary: Summary {
            error: summary.error,
            warning: summary.warning,
            note: summary.note,
            excepted: summary.excepted,
            baselined: overview.baselined,
            rules: summary.rules,
            files_read: summary.files_read,
        },
        checklist: overview.rows.iter().map(question).collect(),
        items: overview.basics.iter().map(item).collect(),
        health_checks: all().map(|(project, one)| health(&project.path, &one.health)).collect(),
        benchmark: overview.benchmark.iter().map(item).collect(),
        integrations: programs.collect(),
        access: holders.collect::<io::Result<_>>()?,
        without_access: names(|access| &access.without),
        unknown_access: names(|access| &access.unknown),
        exceptions: register::json_entries(report),
        turned_off: off.collect(),
        beyond_preset: overview.beyond_preset,
        remarks: crate::report::summary::lines(report).iter().map(|line| text(line)).collect(),
    })
}

fn question(row: &Row) -> Question {
    Question {
        title: text(&row.title),
        status: row.status.word(),
        items: row.items.iter().map(|(id, _)| text(id)).collect(),
    }
}

fn item(one: &Judged) -> Item {
    Item {
        id: text(&one.id),
        section: text(&one.section),
        title: text(&one.title),
        status: one.status.word(),
        rules: texts(&one.rules),
        findings: one.against.iter().map(finding).collect(),
        accepted: one.accepted.iter().map(finding).collect(),
        evidence: one.evidence.iter().map(evidence).collect(),
        remark: optional(&one.remark),
    }
}

fn finding(one: &Against) -> Finding {
    Finding {
        rule: text(&one.rule),
        severity: one.severity.word(),
        message: text(&one.line.text),
        path: text(&one.line.location.path),
        line: one.line.location.region.start.line,
        accepted_by: optional(&one.accepted),
        asked_by_config: !one.only_overview,
    }
}

fn evidence(one: &Line) -> Evidence {
    Evidence {
        message: text(&one.text),
        path: text(&one.location.path),
        line: one.location.region.start.line,
    }
}

fn health(project: &str, health: &Health) -> HealthCheck {
    HealthCheck {
        project: text(project),
        baseline: health.own.as_ref().map(|own| Baseline {
            name: text(&own.name),
            path: text(&own.path),
            unknown: texts(&own.unknown),
        }),
        estimate: health.score.map(|score| Estimate {
            percent: score.percent,
            grade: score.grade(),
            known: score.known,
            all: score.all,
        }),
        not_asked: optional(&health.not_asked),
        settings: match health.not_asked {
            None => health.settings.iter().map(setting).collect(),
            Some(_) => Vec::new(),
        },
    }
}

fn setting(one: &Judgement) -> Setting {
    Setting {
        key: text(&one.setting.key),
        title: text(&one.setting.title),
        risk: one.setting.risk.word(),
        baseline: text(&one.baseline),
        remark: one.not_own,
        status: one.standing.word(),
        count: one.count,
        values: one.values.iter().map(evidence).collect(),
        findings: one.against.iter().map(finding).collect(),
        rules: texts(&one.rules),
    }
}
