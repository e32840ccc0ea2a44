//! The Health Check: the estimate, and each setting.

use super::answers::line;
use super::{Cell, Entry, Mark, Row, Section, Tone, row, section, table};
use crate::config::health_check::Risk;
use crate::overview::Overview;
use crate::overview::health::{Judgement, Standing};
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

pub(super) fn health(overview: &Overview) -> Section {
    let health = &overview.health;
    let base = section("health-check", "Health Check");
    if let Some(why) = &health.not_asked {
        return Section { notes: vec![format!("Not applicable: {why}.")], ..base };
    }
    let mut notes = Vec::new();
    match health.score {
        Some(score) => notes.push(format!(
            "Estimated score: {} of 100 ({}), from the {} of {} settings that count and stand in the project. The formula of \
             Salesforce is not public; this estimate weighs high {}, medium {}, low {} and informational {}, and counts what is \
             accepted as a deviation.",
            score.percent,
            score.grade(),
            score.known,
            score.all,
            Risk::High.weight(),
            Risk::Medium.weight(),
            Risk::Low.weight(),
            Risk::Informational.weight()
        )),
        None => notes.push(
            "No score: no setting that counts stands in the project.".to_owned(),
        ),
    }
    let titles = |standing: Standing| {
        let of = health.settings.iter().filter(|one| one.standing == standing);
        of.map(|one| one.setting.title.as_str()).collect::<Vec<_>>()
    };
    let known = [Standing::Compliant, Standing::Deviates];
    let any = health.settings.iter().any(|one| known.contains(&one.standing));
    for (standing, what) in [
        (Standing::NotInProject, "not in the project"),
        (Standing::NoRule, "judged by no rule"),
        (Standing::NotCheckable, "not checkable from files"),
    ] {
        let titles = titles(standing);
        let in_table = any && standing == Standing::NotInProject;
        if !titles.is_empty() && !in_table {
            let number = count(titles.len(), "setting");
            notes.push(format!("{number} {what}: {}.", titles.join("; ")));
        }
    }
    let shown = |one: &&Judgement| {
        known.contains(&one.standing) || any && one.standing == Standing::NotInProject
    };
    let rows: Vec<Row> = health.settings.iter().filter(shown).map(setting).collect();
    let tables = if rows.is_empty() {
        Vec::new()
    } else {
        vec![table(&["Setting", "Found", "Baseline", "Risk"], rows)]
    };
    Section { notes, tables, ..base }
}

fn setting(one: &Judgement) -> Row {
    let found: Vec<Entry> = one.values.iter().map(line).collect();
    let plain = |text: &str| Cell { text: text.to_owned(), entries: Vec::new() };
    let accepted: Vec<&str> =
        one.against.iter().filter_map(|one| one.accepted.as_deref()).collect();
    let mut mark = Mark::from(one.standing);
    if !one.against.is_empty() && accepted.len() == one.against.len() {
        mark.tone = Tone::Warn;
    }
    Row {
        cells: vec![
            Cell {
                text: one.count.map_or(String::new(), |count| count.to_string()),
                entries: found,
            },
            plain(&one.baseline),
            plain(one.setting.risk.word()),
        ],
        remarks: accepted.first().map(|why| format!("accepted: {why}")).into_iter().collect(),
        ..row(Some(mark), &one.setting.title, &one.setting.key)
    }
}
