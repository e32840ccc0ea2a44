//! The words of an overview, the same for people in every format: sections of rows with what speaks for and against them.

mod answers;
mod health;
mod people;

use super::place;
use crate::overview::Overview;
use crate::report::summary::{self, count, several};
use crate::settle::register::{EntryState, RegisterEntry};

/// A whole overview.
pub struct Page {
    /// What it is.
    pub title: String,
    /// About the run: name and value.
    pub facts: Vec<(&'static str, String)>,
    /// In the order of reading.
    pub sections: Vec<Section>,
}

/// A part with its own heading.
pub struct Section {
    /// A name for links.
    pub id: &'static str,
    /// The heading.
    pub title: &'static str,
    /// What to know before reading.
    pub notes: Vec<String>,
    /// What words mean.
    pub legend: Vec<(Mark, &'static str)>,
    /// Rows below headings of their own; an empty heading for none.
    pub tables: Vec<Table>,
    /// The table is a matrix: short cells, many columns.
    pub matrix: bool,
}

/// Rows with the same columns.
pub struct Table {
    /// A heading, or nothing.
    pub heading: String,
    /// Of the titles of rows, then of their cells.
    pub columns: Vec<&'static str>,
    /// In the order of reading.
    pub rows: Vec<Row>,
}

/// One thing that is reported.
pub struct Row {
    /// How it stands.
    pub mark: Option<Mark>,
    /// What it is.
    pub title: String,
    /// Its id, kind or place.
    pub about: String,
    /// Words about it that stand out.
    pub tags: Vec<Mark>,
    /// By the columns of the table.
    pub cells: Vec<Cell>,
    /// What speaks for and against it.
    pub groups: Vec<Group>,
    /// What it rests on.
    pub remarks: Vec<String>,
}

/// A value of a row.
#[derive(Default)]
pub struct Cell {
    /// In short.
    pub text: String,
    /// One by one.
    pub entries: Vec<Entry>,
}

/// Several things of the same kind.
pub struct Group {
    /// What they are.
    pub label: String,
    /// How they stand.
    pub tone: Tone,
    /// One by one.
    pub entries: Vec<Entry>,
}

/// A sentence, and where it is read off.
#[derive(Default)]
pub struct Entry {
    /// How it stands.
    pub mark: Option<Mark>,
    /// What is there.
    pub text: String,
    /// `path:line`.
    pub place: Option<String>,
}

impl Entry {
    /// All of it in one line.
    pub fn line(&self) -> String {
        let mark = self.mark.map(|mark| format!("{}: ", mark.word)).unwrap_or_default();
        let at = self.place.as_deref().map(|at| format!(" ({at})")).unwrap_or_default();
        format!("{mark}{}{at}", self.text)
    }
}

/// A word that stands out.
#[derive(Clone, Copy)]
pub struct Mark {
    /// The word.
    pub word: &'static str,
    /// How it stands out.
    pub tone: Tone,
}

/// How something stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something is wrong.
    Bad,
    /// Something is wrong, and accepted.
    Warn,
    /// All is well.
    Good,
    /// Nothing to say.
    Plain,
}
words!(Tone { Bad = "bad", Warn = "warn", Good = "good", Plain = "plain" });

/// Puts the words of an overview together.
pub fn page(overview: &Overview) -> Page {
    Page {
        title: "Security report".to_owned(),
        facts: facts(overview),
        sections: vec![
            answers::checklist(overview),
            answers::details(overview),
            health::health(overview),
            answers::benchmark(overview),
            people::integrations(overview),
            people::access(overview),
            exceptions(overview),
            basis(overview),
        ],
    }
}

fn facts(overview: &Overview) -> Vec<(&'static str, String)> {
    let report = &overview.report;
    let projects: Vec<String> = report
        .projects
        .iter()
        .map(|one| {
            let why = one.guessed_from.as_deref();
            let guess = why.map(|why| format!(", guessed: {why}")).unwrap_or_default();
            let folder = report.root.file_name().map(|name| name.to_string_lossy());
            let path = match &folder {
                Some(folder) if one.path == "." => folder,
                _ => one.path.as_str(),
            };
            format!("{path} (kind {}{guess})", one.kind)
        })
        .collect();
    let shown: Vec<&str> = projects.iter().map(String::as_str).collect();
    let summary = &report.summary;
    let findings = format!(
        "{}, {}, {} by the rules of the config ({})",
        count(summary.error, "error"),
        count(summary.warning, "warning"),
        count(summary.note, "note"),
        count(summary.rules, "rule")
    );
    let accepted = format!(
        "{} by exceptions, {} by baselines",
        count(summary.excepted, "finding"),
        overview.baselined
    );
    vec![
        (if projects.len() == 1 { "Project" } else { "Projects" }, summary::some(&shown)),
        ("Day", report.today.to_string()),
        (
            "Made by",
            format!(
                "sflint {}, from {}",
                env!("CARGO_PKG_VERSION"),
                count(summary.files_read, "file")
            ),
        ),
        ("Findings", findings),
        ("Accepted", accepted),
        ("Answers", answers::tally(overview.rows.iter().map(|row| row.status))),
    ]
}

fn section(id: &'static str, title: &'static str) -> Section {
    Section { id, title, notes: Vec::new(), legend: Vec::new(), tables: Vec::new(), matrix: false }
}

fn table(columns: &[&'static str], rows: Vec<Row>) -> Table {
    Table { heading: String::new(), columns: columns.to_vec(), rows }
}

fn row(mark: Option<Mark>, title: &str, about: &str) -> Row {
    Row {
        mark,
        title: title.to_owned(),
        about: about.to_owned(),
        tags: Vec::new(),
        cells: Vec::new(),
        groups: Vec::new(),
        remarks: Vec::new(),
    }
}

fn exceptions(overview: &Overview) -> Section {
    let register = &overview.report.register;
    let base = section("exceptions", "What is accepted");
    let mut notes = Vec::new();
    if register.is_empty() {
        notes.push("There are no exceptions.".to_owned());
    }
    if overview.baselined > 0 {
        let number = several(overview.baselined, "finding is", "findings are");
        notes.push(format!("{number} in a baseline, without a reason; the items above name them."));
    }
    let rows: Vec<Row> = register.iter().map(exception).collect();
    let tables = if rows.is_empty() {
        Vec::new()
    } else {
        vec![table(&["Exception", "Owner", "Ticket", "Through", "Hides"], rows)]
    };
    Section { notes, tables, ..base }
}

fn exception(entry: &RegisterEntry) -> Row {
    let tone = match entry.state {
        EntryState::Live => Tone::Plain,
        EntryState::Expired => Tone::Bad,
        EntryState::Unused => Tone::Warn,
    };
    let mut title = entry.rule.clone();
    if let Some(scope) = &entry.scope {
        title.push_str(&format!(" in {scope}"));
    }
    if let Some(key) = &entry.key {
        title.push_str(&format!(" ({key})"));
    }
    let plain = |text: Option<String>| Cell { text: text.unwrap_or_default(), entries: Vec::new() };
    let hides = entry.hides.iter().map(|finding| Entry {
        text: format!("{}[{}] {}", finding.severity, finding.rule.id, finding.message),
        place: Some(place(&finding.location)),
        mark: None,
    });
    Row {
        cells: vec![
            plain(entry.owner.clone()),
            plain(entry.ticket.clone()),
            plain(entry.expires.map(|day| day.to_string())),
            Cell { text: count(entry.hides.len(), "finding"), entries: hides.collect() },
        ],
        remarks: vec![entry.reason.clone()],
        ..row(Some(Mark { word: entry.state.word(), tone }), &title, &place(&entry.location))
    }
}

fn basis(overview: &Overview) -> Section {
    let mut notes = vec![
        "Files say what is set, not who is assigned what, what was changed in Setup and never retrieved, or what happened in \
         the org. What is not in the project was not judged."
            .to_owned(),
    ];
    if overview.report.partial {
        notes.push("Only some files were named; this report is about those.".to_owned());
    }
    if overview.beyond_preset > 0 {
        let number = several(overview.beyond_preset, "rule was", "rules were");
        notes.push(format!(
            "{number} asked for this report that the preset of the config leaves out; their findings are marked."
        ));
    }
    if !overview.off.is_empty() {
        let off = overview
            .off
            .iter()
            .map(|off| format!("{} ({}, {})", off.rule, off.place, count(off.findings, "finding")));
        let off: Vec<String> = off.collect();
        notes.push(format!(
            "The config turns off, and this report asked all the same: {}.",
            off.join(", ")
        ));
    }
    notes.extend(summary::lines(&overview.report).into_iter().skip(1));
    Section { notes, ..section("basis", "What this report rests on") }
}
