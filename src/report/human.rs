//! `--format human`: what a person reads, worst first, and no more than a person reads.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, SourceSpan,
};

use crate::document::Span;
use crate::report::excerpt::Excerpt;
use crate::report::{safe, summary};
use crate::rule::Severity;
use crate::settle::report::{Location, Report, ReportedFinding};

/// Findings of one rule and component that are shown.
const PER_COMPONENT: usize = 3;
/// Findings that are shown in all.
const IN_ALL: usize = 50;
/// Names in the list of findings that are shown as one.
const LISTED: usize = 24;
/// From more findings on, a team needs a way to begin.
const FOR_A_BASELINE: usize = 200;
/// From this many findings on, the table is worth its lines.
const WORTH_A_TABLE: usize = 4;

/// The text of a file with the spans of its credentials.
pub struct Source {
    /// Decoded text.
    pub text: String,
    /// Credentials.
    pub secrets: Vec<Span>,
}

/// Gives the text of the file of a location; `None` when it cannot be shown.
pub type Sources<'a> = dyn Fn(&Location) -> Option<Source> + 'a;

/// How the report looks.
#[derive(Clone, Copy, Debug)]
pub struct Style<'a> {
    /// ANSI colours.
    pub color: bool,
    /// No caps.
    pub all: bool,
    /// Findings only, no closing lines.
    pub quiet: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Path of the current folder below the run's root, to be taken off shown paths.
    pub prefix: &'a str,
    /// Path of the run's root below the current folder, to be put before shown paths.
    pub root: &'a str,
}

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub fn write(
    report: &Report,
    sources: &Sources<'_>,
    style: Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let theme =
        if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_context_lines(1)
        .with_width(style.width.max(40))
        .without_cause_chain();
    let groups = groups(report, style.all);
    for group in &groups.shown {
        let diagnostic = group.diagnostic(sources, style);
        let mut text = String::new();
        if handler.render_report(&mut text, &diagnostic).is_err() {
            text = format!("{}\n", diagnostic.message);
        }
        // As pages of their own: as miette's `related` each would begin with the word "Advice:".
        for related in &diagnostic.related {
            text.push('\n');
            if handler.render_report(&mut text, related).is_err() {
                text.push_str(&format!("{}\n", related.message));
            }
        }
        out.write_all(safe::keep_layout(&text, style.color).as_bytes())?;
        out.write_all(b"\n")?;
    }
    if style.quiet {
        return Ok(());
    }
    if report.findings.len() >= WORTH_A_TABLE {
        table(report, out)?;
    }
    if groups.hidden > 0 {
        let hidden = summary::count(groups.hidden, "finding");
        writeln!(out, "{hidden} not shown above; --all shows them")?;
    }
    for line in summary::lines(report) {
        writeln!(out, "{}", safe::line(&line))?;
    }
    if report.summary.baseline.is_none() && report.findings.len() > FOR_A_BASELINE {
        writeln!(
            out,
            "\nToo many to correct today? `sflint baseline` records them, and from then on only new ones are listed;\n\
             exposed secrets and files that cannot be read stay."
        )?;
    }
    Ok(())
}

/// What is shown together.
struct Group<'a> {
    /// At least one; the first is the one to point at.
    findings: Vec<&'a ReportedFinding>,
    /// Copies of the org in which the same was found.
    copies: Vec<&'a str>,
}

struct Groups<'a> {
    shown: Vec<Group<'a>>,
    /// Findings above the caps.
    hidden: usize,
}

/// What makes two findings in copies of an org the same: rule, type, name, key, values, project.
type Same<'a> = (&'a str, &'a str, &'a str, &'a str, &'a [(String, String)], usize);

/// Chooses what is shown: worst first, the same in copies of the org once, a few for each rule and component.
fn groups(report: &Report, all: bool) -> Groups<'_> {
    let mut order: Vec<&ReportedFinding> = report.findings.iter().collect();
    order.sort_by_key(|finding| Reverse(finding.severity));
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut hidden = 0;
    let mut folded: HashMap<Same<'_>, usize> = HashMap::new();
    let mut listed: HashMap<(&str, String, usize), usize> = HashMap::new();
    let mut per_component: HashMap<(&str, String, usize), usize> = HashMap::new();
    for finding in order {
        let component = finding.component.to_string();
        let same = (
            finding.rule.id.as_str(),
            finding.component.kind,
            finding.component.name.as_str(),
            finding.key.as_str(),
            finding.values.as_slice(),
            finding.project,
        );
        if let Some(at) = folded.get(&same) {
            let copy = finding.component.copy.as_str();
            if let Some(group) = groups.get_mut(*at) {
                let first =
                    group.findings.first().map_or("", |first| first.component.copy.as_str());
                if copy != first {
                    if !group.copies.contains(&copy) {
                        group.copies.push(copy);
                    }
                    continue;
                }
            }
        }
        let component = match component.split_once('.') {
            Some((object, _)) if finding.rule.report.group_by_object => object.to_owned(),
            _ => component,
        };
        let owner = (finding.rule.id.as_str(), component, finding.project);
        if finding.rule.report.group_by_component
            && let Some(group) = listed.get(&owner).and_then(|at| groups.get_mut(*at))
        {
            group.findings.push(finding);
            folded.insert(same, listed.get(&owner).copied().unwrap_or_default());
            continue;
        }
        let count = per_component.entry(owner.clone()).or_default();
        *count += 1;
        if !all && (*count > PER_COMPONENT || groups.len() >= IN_ALL) {
            hidden += 1;
            continue;
        }
        folded.insert(same, groups.len());
        listed.insert(owner, groups.len());
        groups.push(Group { findings: vec![finding], copies: Vec::new() });
    }
    Groups { shown: groups, hidden }
}

impl Group<'_> {
    fn diagnostic(&self, sources: &Sources<'_>, style: Style<'_>) -> Shown {
        let Some(first) = self.findings.first() else {
            return Shown::default();
        };
        let message = if self.findings.len() == 1 {
            first.message.clone()
        } else {
            let mut subjects: Vec<&str> = Vec::new();
            for finding in &self.findings {
                if !subjects.contains(&finding.subject.as_str()) && subjects.len() <= LISTED {
                    subjects.push(&finding.subject);
                }
            }
            if subjects.len() > LISTED {
                subjects.truncate(LISTED);
                subjects.push("…");
            }
            let (kind, name) = match first.component.name.split_once('.') {
                Some((object, _)) if first.rule.report.group_by_object => ("object", object),
                _ => (type_word(first.component.kind), first.component.name.as_str()),
            };
            format!("{kind} {name}: {} ({})", first.rule.title.to_lowercase(), subjects.join(", "))
        };
        let mut help = first.help.clone().unwrap_or_default();
        if !self.copies.is_empty() {
            help.push_str(&format!("\nThe same in: {}", self.copies.join(", ")));
        }
        let many = self.findings.len() > 1;
        let labels = self
            .findings
            .iter()
            .filter(|finding| finding.location.path == first.location.path)
            .take(PER_COMPONENT)
            .map(|finding| {
                let text = if many { short_label(finding) } else { String::new() };
                (&finding.location, text)
            })
            .collect();
        let mut related = Vec::new();
        for finding in self.findings.iter().take(PER_COMPONENT) {
            // An object may have hundreds of fields that make a finding; JSON has them all.
            for (location, text) in finding.related.iter().take(PER_COMPONENT) {
                related.push(Shown::at(
                    sources,
                    style,
                    vec![(location, String::new())],
                    text.clone(),
                ));
            }
        }
        let mut shown = Shown::at(sources, style, labels, message);
        shown.severity = Some(first.severity);
        shown.code = Some(first.rule.id.clone());
        let not_deployed = if first.deployed {
            ""
        } else {
            "\nNot deployed (.forceignore, or a folder of tests), so only a note."
        };
        shown.help =
            Some(safe::lines(&format!("{help}{not_deployed}"))).filter(|help| !help.is_empty());
        shown.related = related;
        shown
    }
}

/// What a label adds to the name it stands under: the reason, where the message gives one.
fn short_label(finding: &ReportedFinding) -> String {
    let reason = finding.message.split_once(": ").map(|(_, reason)| reason);
    reason.unwrap_or(&finding.message).to_owned()
}

fn type_word(kind: &str) -> &str {
    match kind {
        "OauthApp" => "app",
        "Profile" => "profile",
        "PermissionSet" => "permission set",
        "PermissionSetGroup" => "permission set group",
        other => other,
    }
}

/// A finding, or one of its further places, as miette renders it.
#[derive(Debug, Default)]
struct Shown {
    message: String,
    code: Option<String>,
    help: Option<String>,
    severity: Option<Severity>,
    source: Option<Excerpt>,
    labels: Vec<(SourceSpan, String)>,
    related: Vec<Shown>,
}

impl Shown {
    fn at(
        sources: &Sources<'_>,
        style: Style<'_>,
        places: Vec<(&Location, String)>,
        message: String,
    ) -> Shown {
        let mut shown = Shown { message: safe::line(&message).into_owned(), ..Shown::default() };
        let Some((location, _)) = places.first() else {
            return shown;
        };
        let path = shown_path(&location.path, style);
        let source = sources(location).filter(|_| location.span.end > 0 || location.span.start > 0);
        let Some(source) = source else {
            shown.message = format!("{} [{}]", shown.message, safe::line(&path));
            return shown;
        };
        let spans: Vec<Span> = places.iter().map(|(location, _)| location.span).collect();
        let (excerpt, translated) =
            Excerpt::new(&safe::line(&path), &source.text, &source.secrets, &spans);
        shown.labels = translated
            .into_iter()
            .zip(places.iter().map(|(_, text)| safe::line(text).into_owned()))
            .collect();
        shown.source = Some(excerpt);
        shown
    }
}

/// A path as seen from the current folder.
fn shown_path(path: &str, style: Style<'_>) -> String {
    if style.root.is_empty() {
        path_from(style.prefix, path)
    } else {
        format!("{}/{path}", style.root)
    }
}

fn path_from(prefix: &str, path: &str) -> String {
    if prefix.is_empty() {
        return path.to_owned();
    }
    if let Some(rest) = path.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/')) {
        return rest.to_owned();
    }
    let mut up = String::new();
    let mut base = prefix;
    loop {
        up.push_str("../");
        base = base.rsplit_once('/').map_or("", |(parent, _)| parent);
        let rest = if base.is_empty() {
            Some(path)
        } else {
            path.strip_prefix(base).and_then(|rest| rest.strip_prefix('/'))
        };
        if let Some(rest) = rest {
            return format!("{up}{rest}");
        }
    }
}

impl std::fmt::Display for Shown {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn std::fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Some(Severity::Error) => miette::Severity::Error,
            Some(Severity::Warning) => miette::Severity::Warning,
            Some(Severity::Note) | None => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.source.as_ref()?;
        Some(Box::new(self.labels.iter().map(|(span, text)| {
            let text = Some(text.clone()).filter(|text| !text.is_empty());
            LabeledSpan::new_with_span(text, *span)
        })))
    }
}

/// The number of findings, and their files.
type Row<'a> = (usize, Vec<&'a str>);

/// rule × severity × count × files, worst first.
fn table(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut rows: BTreeMap<(Reverse<Severity>, &str), Row<'_>> = BTreeMap::new();
    for finding in &report.findings {
        let row = rows.entry((Reverse(finding.severity), &finding.rule.id)).or_default();
        row.0 += 1;
        row.1.push(&finding.location.path);
    }
    let width = rows.keys().map(|(_, rule)| rule.len()).max().unwrap_or(4).max(4);
    writeln!(out, "{:<width$}  {:<8}  {:>8}  {:>6}", "rule", "severity", "findings", "files")?;
    for ((severity, rule), (count, mut files)) in rows {
        files.sort_unstable();
        files.dedup();
        writeln!(out, "{rule:<width$}  {:<8}  {count:>8}  {:>6}", severity.0.word(), files.len())?;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::path_from;

    #[test]
    fn paths_are_shown_from_the_current_folder() {
        assert_eq!(path_from("", "a/b/c.xml"), "a/b/c.xml");
        assert_eq!(path_from("a", "a/b/c.xml"), "b/c.xml");
        assert_eq!(path_from("a/x", "a/b/c.xml"), "../b/c.xml");
        assert_eq!(path_from("a/x", "z/c.xml"), "../../z/c.xml");
    }
}
