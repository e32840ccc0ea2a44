//! The words of an overview, the same for people in every format: sections of rows with what speaks for and against them.

mod answers;
mod first;
mod head;
mod health;
mod people;
mod rest;

use super::place;
use crate::overview::{OfProject, Overview};
use crate::report::summary::several;
use crate::settle::report::ProjectSummary;

/// A whole overview.
pub struct Page {
    /// What it is.
    pub title: String,
    /// What it is about, in a few words.
    pub subject: String,
    /// About the run.
    pub facts: Vec<Fact>,
    /// How bad it is, in numbers.
    pub tiles: Vec<Tile>,
    /// In the order of reading.
    pub sections: Vec<Section>,
}

/// Something about the run.
pub struct Fact {
    /// What it is.
    pub name: &'static str,
    /// It itself.
    pub value: String,
    /// A tile says so as well.
    pub in_tiles: bool,
}

/// A number that is seen first.
pub struct Tile {
    /// The number, or a few words with one.
    pub value: String,
    /// What is counted.
    pub label: String,
    /// How it stands.
    pub tone: Tone,
    /// The section that has more of it.
    pub section: &'static str,
}

/// A part with its own heading.
pub struct Section {
    /// A name for links.
    pub id: &'static str,
    /// The heading.
    pub title: &'static str,
    /// What to know before reading.
    pub notes: Vec<Note>,
    /// Rows below headings of their own; an empty heading for none.
    pub tables: Vec<Table>,
    /// What words mean, for after the reading.
    pub legend: Vec<(Mark, &'static str)>,
    /// The table is a matrix: short cells, many columns.
    pub matrix: bool,
    /// Each table is about a project, of which there may be many.
    pub folds: bool,
}

impl Section {
    /// The tables that are written out where nothing can be folded away, and what is said of the others.
    pub fn listed(&self) -> (&[Table], Option<String>) {
        match self.tables.split_at_checked(PROJECTS) {
            Some((listed, rest)) if self.folds && !rest.is_empty() => {
                let more = several(rest.len(), "more project", "more projects");
                (listed, Some(format!("and {more}; `sflint report PATH` is about one")))
            }
            _ => (&self.tables, None),
        }
    }
}

/// A sentence, or one that ends with names.
pub struct Note {
    /// The sentence, with a colon before names.
    pub text: String,
    /// The names.
    pub names: Vec<String>,
}

impl From<String> for Note {
    fn from(text: String) -> Note {
        Note { text, names: Vec::new() }
    }
}

impl From<&str> for Note {
    fn from(text: &str) -> Note {
        text.to_owned().into()
    }
}

/// How many names a note lists before the others are counted or folded away.
pub const NAMES: usize = 12;

impl Note {
    /// All of it in one line; of many names the first.
    pub fn line(&self) -> String {
        if self.names.is_empty() {
            return self.text.clone();
        }
        format!("{} {}.", self.text, some(&self.names, NAMES))
    }
}

/// The first names, and the number of the others.
fn some(names: &[String], most: usize) -> String {
    let shown = names.get(..most).unwrap_or(names).join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Rows with the same columns.
pub struct Table {
    /// A heading, or nothing.
    pub heading: String,
    /// What to know before reading.
    pub notes: Vec<Note>,
    /// Of the titles of rows, then of their cells.
    pub columns: Vec<&'static str>,
    /// The heading of the words in front.
    pub marks: &'static str,
    /// The heading of what speaks for and against.
    pub told: &'static str,
    /// How many rows it has before the others are counted or folded away.
    pub most: usize,
    /// In the order of reading.
    pub rows: Vec<Row>,
}

impl Table {
    /// The rows that are listed, and what is said of the others.
    pub fn listed(&self) -> (&[Row], Option<String>) {
        match self.rows.split_at_checked(self.most) {
            Some((listed, rest)) if !rest.is_empty() => {
                (listed, Some(format!("and {} more", rest.len())))
            }
            _ => (&self.rows, None),
        }
    }

    /// Whether its rows have a word in front.
    pub fn is_marked(&self) -> bool {
        self.rows.iter().any(|row| row.mark.is_some())
    }

    /// Whether its last column is what speaks for and against; remarks of other tables stand below the titles.
    pub fn tells(&self) -> bool {
        self.rows.iter().any(|row| !row.groups.is_empty())
            || self.columns.len() < 3 && self.rows.iter().any(|row| !row.remarks.is_empty())
    }
}

/// How many rows a table has at most, as long as nothing else is said: more than settings, controls and questions.
const ROWS: usize = 60;
/// How many projects have a table of their own before those of the others are left out or folded away.
pub const PROJECTS: usize = 8;

/// One thing that is reported.
pub struct Row {
    /// A name for links.
    pub id: Option<String>,
    /// How it stands.
    pub mark: Option<Mark>,
    /// What it is.
    pub title: String,
    /// Its id or kind.
    pub about: String,
    /// Where it is: `path:line`.
    pub place: Option<String>,
    /// Words about it that stand out.
    pub tags: Vec<Mark>,
    /// By the columns of the table.
    pub cells: Vec<Cell>,
    /// What speaks for and against it.
    pub groups: Vec<Group>,
    /// The rules that were asked.
    pub asked: Option<Asked>,
    /// What it rests on.
    pub remarks: Vec<String>,
}

/// Rules that were asked.
pub struct Asked {
    /// What came of it, as the beginning of a sentence.
    pub text: String,
    /// Their ids.
    pub rules: Vec<String>,
}

/// How many rules are named before the others are counted or folded away.
pub const RULES: usize = 6;

impl Asked {
    /// All of it in one line; of many rules the first.
    pub fn line(&self) -> String {
        format!("{} {}", self.text, some(&self.rules, RULES))
    }
}

/// A value of a row.
#[derive(Default)]
pub struct Cell {
    /// In short.
    pub text: String,
    /// One by one.
    pub entries: Vec<Entry>,
    /// How it stands, where it stands out.
    pub tone: Tone,
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
    /// The name of the row that has more of it.
    pub link: Option<String>,
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Something is wrong.
    Bad,
    /// Something is wrong, and accepted.
    Warn,
    /// All is well.
    Good,
    /// Nothing to say.
    #[default]
    Plain,
}
words!(Tone { Bad = "bad", Warn = "warn", Good = "good", Plain = "plain" });

/// Puts the words of an overview together.
pub fn page(overview: &Overview) -> Page {
    let several = overview.projects.len() > 1;
    let mut sections = vec![first::first(overview)];
    sections.extend(several.then(|| rest::projects(overview)));
    sections.extend([
        answers::checklist(overview),
        answers::details(overview),
        health::health(overview),
        answers::benchmark(overview),
        people::integrations(overview),
        people::access(overview),
        rest::exceptions(overview),
        rest::basis(overview),
    ]);
    Page {
        title: "Security report".to_owned(),
        subject: head::subject(overview),
        facts: head::facts(overview),
        tiles: head::tiles(overview),
        sections,
    }
}

/// The projects with what is said of each, worst first.
fn projects(overview: &Overview) -> Vec<(&ProjectSummary, &OfProject)> {
    let mut all: Vec<_> = overview.report.projects.iter().zip(&overview.projects).collect();
    all.sort_by_key(|(_, one)| {
        let found = one.findings;
        std::cmp::Reverse((found.error, found.warning, found.note))
    });
    all
}

/// The folder of a project as one of several.
fn shown(project: &ProjectSummary, overview: &Overview) -> String {
    match overview.report.root.file_name() {
        Some(folder) if project.path == "." => {
            format!("{} (this folder)", folder.to_string_lossy())
        }
        _ => project.path.clone(),
    }
}

/// The tables of projects that have one; with their paths above them when there are several projects.
fn by_project(overview: &Overview, table: impl Fn(&OfProject) -> Option<Table>) -> Vec<Table> {
    let several = overview.projects.len() > 1;
    let with = projects(overview).into_iter().filter_map(|(project, one)| {
        let table = table(one)?;
        let heading = if several { shown(project, overview) } else { String::new() };
        Some(Table { heading, ..table })
    });
    with.collect()
}

fn section(id: &'static str, title: &'static str) -> Section {
    Section {
        id,
        title,
        notes: Vec::new(),
        tables: Vec::new(),
        legend: Vec::new(),
        matrix: false,
        folds: false,
    }
}

fn table(columns: &[&'static str], rows: Vec<Row>) -> Table {
    Table {
        heading: String::new(),
        notes: Vec::new(),
        columns: columns.to_vec(),
        marks: "Answer",
        told: "What the files say",
        most: ROWS,
        rows,
    }
}

fn row(mark: Option<Mark>, title: &str, about: &str) -> Row {
    Row {
        id: None,
        mark,
        title: title.to_owned(),
        about: about.to_owned(),
        place: None,
        tags: Vec::new(),
        cells: Vec::new(),
        groups: Vec::new(),
        asked: None,
        remarks: Vec::new(),
    }
}

fn plain(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), ..Cell::default() }
}
