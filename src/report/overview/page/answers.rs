//! Questions, items and controls with their answers.

use super::{
    Asked, Cell, Entry, Group, Mark, Note, Row, Section, Table, Tone, place, row, section, table,
};
use crate::overview::Overview;
use crate::overview::answer::{Against, Judged, Line, Row as Question, Status};
use crate::report::summary::{count, several};

impl From<Status> for Mark {
    fn from(status: Status) -> Mark {
        let tone = match status {
            Status::Fail => Tone::Bad,
            Status::Accepted => Tone::Warn,
            Status::Pass | Status::PassInPart => Tone::Good,
            Status::NoFinding | Status::NotCheckable | Status::NotApplicable => Tone::Plain,
        };
        Mark { word: status.word(), tone }
    }
}

/// What each answer means.
const MEANINGS: &[(Status, &str)] = &[
    (Status::Fail, "a rule found something"),
    (Status::Accepted, "a rule found something, and an exception or a baseline accepts all of it"),
    (Status::Pass, "no rule found anything, and a file shows the good case"),
    (
        Status::PassInPart,
        "a pass for some of what the answer rests on; of the rest nothing is known",
    ),
    (
        Status::NoFinding,
        "rules looked and found nothing, and nothing shows the good case: less than a pass",
    ),
    (Status::NotCheckable, "files do not tell, or not the files at hand"),
    (Status::NotApplicable, "there is nothing of the kind in the project"),
];

/// How many there are of each answer.
pub(super) fn tally(statuses: impl Iterator<Item = Status> + Clone) -> String {
    let counted = Status::WORDS.iter().filter_map(|(word, status)| {
        let number = statuses.clone().filter(|one| one == status).count();
        (number > 0).then(|| format!("{number} {word}"))
    });
    counted.collect::<Vec<_>>().join(", ")
}

pub(super) fn checklist(overview: &Overview) -> Section {
    let rows = overview.rows.iter().map(|one| question(one, overview)).collect();
    Section {
        legend: MEANINGS.iter().map(|(status, meaning)| (Mark::from(*status), *meaning)).collect(),
        tables: vec![table(&["Question", "Rests on"], rows)],
        ..section("checklist", "Checklist")
    }
}

fn question(one: &Question, overview: &Overview) -> Row {
    let entries = one.items.iter().map(|(id, status)| {
        let item = overview.basics.iter().find(|item| item.id == *id);
        let title = item.map_or(id.as_str(), |item| &item.title);
        Entry {
            mark: Some(Mark::from(*status)),
            text: title.to_owned(),
            place: None,
            link: Some(id.clone()),
        }
    });
    let cell = Cell { entries: entries.collect(), ..Cell::default() };
    Row { cells: vec![cell], ..row(Some(one.status.into()), &one.title, "") }
}

pub(super) fn details(overview: &Overview) -> Section {
    Section {
        notes: vec![numbers(&overview.basics)],
        tables: by_section(&overview.basics, "Item"),
        ..section("details", "What the answers rest on")
    }
}

fn numbers(list: &[Judged]) -> Note {
    format!("{}: {}.", list.len(), tally(list.iter().map(|one| one.status))).into()
}

/// The items of a list below the headings that they name.
fn by_section(items: &[Judged], column: &'static str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for item in items {
        let judged = judged(item);
        match tables.last_mut().filter(|table| table.heading == item.section) {
            Some(table) => table.rows.push(judged),
            None => tables
                .push(Table { heading: item.section.clone(), ..table(&[column], vec![judged]) }),
        }
    }
    tables
}

fn judged(item: &Judged) -> Row {
    let mut groups = Vec::new();
    let mut add = |label: String, tone, entries: Vec<Entry>| {
        if !entries.is_empty() {
            groups.push(Group { label, tone, entries });
        }
    };
    let against = item.against.iter().map(against).collect::<Vec<_>>();
    add(count(against.len(), "finding"), Tone::Bad, against);
    let accepted = item.accepted.iter().map(against_accepted).collect::<Vec<_>>();
    add(format!("{} accepted", accepted.len()), Tone::Warn, accepted);
    let evidence = item.evidence.iter().map(line).collect::<Vec<_>>();
    let label = several(evidence.len(), "piece of evidence", "pieces of evidence");
    add(label, Tone::Good, evidence);
    let asked = match item.status {
        Status::NoFinding => Some(format!("nothing found in {} by", item.looked_at)),
        Status::Fail | Status::Accepted | Status::Pass | Status::PassInPart
            if !item.rules.is_empty() =>
        {
            Some("asked:".to_owned())
        }
        _ => None,
    };
    Row {
        id: Some(item.id.clone()),
        groups,
        asked: asked.map(|text| Asked { text, rules: item.rules.clone() }),
        remarks: item.remark.clone().into_iter().collect(),
        ..row(Some(item.status.into()), &item.title, &item.id)
    }
}

fn against(one: &Against) -> Entry {
    let beyond = if one.only_overview { " (not asked by the config)" } else { "" };
    let text = format!("{}[{}] {}{beyond}", one.severity, one.rule, one.line.text);
    Entry { text, place: Some(place(&one.line.location)), ..Entry::default() }
}

fn against_accepted(one: &Against) -> Entry {
    let entry = against(one);
    let why = one.accepted.as_deref().unwrap_or_default();
    Entry { text: format!("{}; accepted: {why}", entry.text), ..entry }
}

pub(super) fn line(one: &Line) -> Entry {
    Entry { text: one.text.clone(), place: Some(place(&one.location)), ..Entry::default() }
}

pub(super) fn benchmark(overview: &Overview) -> Section {
    Section {
        notes: vec![
            "Ids and titles are those of the Security Benchmark for Salesforce (docs.securitybenchmark.org, CC BY-SA 4.0); what \
             is judged here is what files tell of each control, not the control as a whole."
                .into(),
            numbers(&overview.benchmark),
        ],
        tables: by_section(&overview.benchmark, "Control"),
        ..section("benchmark", "Security Benchmark for Salesforce")
    }
}
