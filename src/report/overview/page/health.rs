//! The Health Check: the estimate, and each setting.

use super::answers::line;
use super::{Cell, Entry, Mark, Note, Row, Section, Table, Tone, by_project, plain, projects, row};
use super::{section, shown, table};
use crate::config::health_check::Risk;
use crate::overview::Overview;
use crate::overview::health::{Health, Judgement, Standing};
use crate::report::summary::count;

impl From<Standing> for Mark {
    fn from(standing: Standing) -> Mark {
        let tone = match standing {
            Standing::Compliant => Tone::Good,
            Standing::Deviates => Tone::Bad,
            Standing::NotInProject | Standing::NotCheckable | Standing::NoRule => Tone::Plain,
        };
        Mark { word: standing.word(), tone }
    }
}

/// What is said where the project has a value or lacks it.
const KNOWN: [Standing; 2] = [Standing::Compliant, Standing::Deviates];

pub(super) fn health(overview: &Overview) -> Section {
    let base = section("health-check", "Health Check");
    let mut notes: Vec<Note> = Vec::new();
    let mut asked = projects(overview);
    asked.retain(|(_, one)| one.health.not_asked.is_none());
    if asked.is_empty() {
        let why = overview.projects.iter().find_map(|one| one.health.not_asked.clone());
        return Section {
            notes: vec![format!("Not applicable: {}.", why.unwrap_or_default()).into()],
            ..base
        };
    }
    let silent = asked.iter().filter(|(_, one)| !has_values(&one.health));
    let silent: Vec<String> = silent.map(|(project, _)| shown(project, overview)).collect();
    if !silent.is_empty() {
        notes.push(match overview.projects.len() {
            1 => "No score: no setting of the Health Check stands in the project.".into(),
            _ => Note {
                text: "No setting of the Health Check stands in the files of".to_owned(),
                names: silent,
            },
        });
    }
    notes.push(
        format!(
            "The formula of Salesforce is not public; the estimate weighs high {}, medium {}, low {} and informational {}, and \
             counts what is accepted as a deviation.",
            Risk::High.weight(),
            Risk::Medium.weight(),
            Risk::Low.weight(),
            Risk::Informational.weight()
        )
        .into(),
    );
    let tables = by_project(overview, |one| of_project(&one.health));
    if tables.is_empty() {
        notes.truncate(1);
    }
    Section { notes, tables, folds: true, ..base }
}

fn has_values(health: &Health) -> bool {
    health.settings.iter().any(|one| KNOWN.contains(&one.standing))
}

/// The settings of a project that has any.
fn of_project(health: &Health) -> Option<Table> {
    if health.not_asked.is_some() || !has_values(health) {
        return None;
    }
    let mut notes: Vec<Note> = Vec::new();
    let held = match &health.own {
        None => "Held against Salesforce's standard baseline.".to_owned(),
        Some(own) => {
            let name = match own.name.as_str() {
                "" => String::new(),
                name => format!(" \u{201c}{name}\u{201d}"),
            };
            let path = &own.path;
            format!(
                "Held against the org's own baseline{name} ({path}), its values and risk classes."
            )
        }
    };
    let score = match health.score {
        Some(score) => format!(
            "Estimated score: {score}, from the {} of {} settings that count and stand in the project.",
            score.known, score.all,
        ),
        None => "No score: no setting that counts stands in the project.".to_owned(),
    };
    notes.push(format!("{score} {held}").into());
    if let Some(own) = health.own.as_ref().filter(|own| !own.unknown.is_empty()) {
        notes.push(Note {
            text: "Not judged, of that baseline:".to_owned(),
            names: own.unknown.clone(),
        });
    }
    for (standing, what) in [
        (Standing::NoRule, "judged by no rule:"),
        (Standing::NotCheckable, "not checkable from files:"),
    ] {
        let of = health.settings.iter().filter(|one| one.standing == standing);
        let names: Vec<String> = of.map(|one| one.setting.title.clone()).collect();
        if !names.is_empty() {
            notes.push(Note { text: format!("{} {what}", count(names.len(), "setting")), names });
        }
    }
    let in_table =
        |one: &&Judgement| KNOWN.contains(&one.standing) || one.standing == Standing::NotInProject;
    let mut listed: Vec<&Judgement> = health.settings.iter().filter(in_table).collect();
    listed.sort_by_key(|one| (one.standing == Standing::NotInProject, one.setting.risk));
    let rows: Vec<Row> = listed.into_iter().map(setting).collect();
    Some(Table { notes, ..table(&["Setting", "Found", "Baseline", "Risk"], rows) })
}

fn setting(one: &Judgement) -> Row {
    let found: Vec<Entry> = one.values.iter().map(line).collect();
    let accepted: Vec<&str> =
        one.against.iter().filter_map(|one| one.accepted.as_deref()).collect();
    let mut mark = Mark::from(one.standing);
    if !one.against.is_empty() && accepted.len() == one.against.len() {
        mark.tone = Tone::Warn;
    }
    let accepted = accepted.first().map(|why| format!("accepted: {why}"));
    Row {
        cells: vec![
            Cell {
                text: one.count.map_or(String::new(), |count| count.to_string()),
                entries: found,
                ..Cell::default()
            },
            plain(&one.baseline),
            plain(one.setting.risk.word()),
        ],
        remarks: one.not_own.map(str::to_owned).into_iter().chain(accepted).collect(),
        ..row(Some(mark), &one.setting.title, &one.setting.key)
    }
}
