//! The words of an overview, the same for people in every format: sections of rows with what speaks for and against them.

use super::place;
use crate::config::health_check::Risk;
use crate::overview::Overview;
use crate::overview::access::{COLUMNS, Principal};
use crate::overview::answer::{Against, Judged, Line, Row as Question, Status};
use crate::overview::health::{Judgement, Standing};
use crate::overview::integrations::{Grant, Integration};
use crate::report::summary::{self, count, several};
use crate::settle::register::{EntryState, RegisterEntry};
use crate::settle::report::Location;

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

/// Puts the words of an overview together.
pub fn page(overview: &Overview) -> Page {
    Page {
        title: "Security report".to_owned(),
        facts: facts(overview),
        sections: vec![
            checklist(overview),
            details(overview),
            health(overview),
            benchmark(overview),
            integrations(overview),
            access(overview),
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
        ("Answers", tally(overview.rows.iter().map(|row| row.status))),
    ]
}

/// How many there are of each answer.
fn tally(statuses: impl Iterator<Item = Status> + Clone) -> String {
    let counted = Status::WORDS.iter().filter_map(|(word, status)| {
        let number = statuses.clone().filter(|one| one == status).count();
        (number > 0).then(|| format!("{number} {word}"))
    });
    counted.collect::<Vec<_>>().join(", ")
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

fn checklist(overview: &Overview) -> Section {
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
        Entry { mark: Some(Mark::from(*status)), text: title.to_owned(), place: None }
    });
    let cell = Cell { text: String::new(), entries: entries.collect() };
    Row { cells: vec![cell], ..row(Some(one.status.into()), &one.title, "") }
}

fn details(overview: &Overview) -> Section {
    Section {
        notes: vec![tally(overview.basics.iter().map(|one| one.status))],
        tables: by_section(&overview.basics, "Item"),
        ..section("details", "What the answers rest on")
    }
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
    let looked = match item.status {
        Status::NoFinding => {
            Some(format!("nothing found in {} by {}", item.looked_at, item.rules.join(", ")))
        }
        Status::Fail | Status::Accepted | Status::Pass if !item.rules.is_empty() => {
            Some(format!("asked: {}", item.rules.join(", ")))
        }
        _ => None,
    };
    let remarks = looked.into_iter().chain(item.remark.clone()).collect();
    Row { groups, remarks, ..row(Some(item.status.into()), &item.title, &item.id) }
}

fn against(one: &Against) -> Entry {
    let beyond = if one.only_overview { " (not asked by the config)" } else { "" };
    let text = format!("{}[{}] {}{beyond}", one.severity, one.rule, one.line.text);
    Entry { text, place: Some(place(&one.line.location)), mark: None }
}

fn against_accepted(one: &Against) -> Entry {
    let entry = against(one);
    let why = one.accepted.as_deref().unwrap_or_default();
    Entry { text: format!("{}; accepted: {why}", entry.text), ..entry }
}

fn line(one: &Line) -> Entry {
    Entry { text: one.text.clone(), place: Some(place(&one.location)), mark: None }
}

fn health(overview: &Overview) -> Section {
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
        if !titles.is_empty() && !(any && standing == Standing::NotInProject) {
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
            Cell { text: String::new(), entries: found },
            plain(&one.baseline),
            plain(one.setting.risk.word()),
        ],
        remarks: accepted.first().map(|why| format!("accepted: {why}")).into_iter().collect(),
        ..row(Some(mark), &one.setting.title, &one.setting.key)
    }
}

fn benchmark(overview: &Overview) -> Section {
    Section {
        notes: vec![
            "Ids and titles are those of the Security Benchmark for Salesforce (docs.securitybenchmark.org, CC BY-SA 4.0); what \
             is judged here is what files tell of each control, not the control as a whole."
                .to_owned(),
            tally(overview.benchmark.iter().map(|one| one.status)),
        ],
        tables: by_section(&overview.benchmark, "Control"),
        ..section("benchmark", "Security Benchmark for Salesforce")
    }
}

fn integrations(overview: &Overview) -> Section {
    let columns = [
        "Integration",
        "Stands for it",
        "App",
        "Objects",
        "Permissions",
        "Addresses and hours",
        "Contract",
    ];
    let base = section("integrations", "Integrations and what each can do");
    if overview.integrations.is_empty() {
        let text = "Nothing in the project stands for a program: no contract, no app that logs in as itself, no licence for \
                    programs, no name that says so.";
        return Section { notes: vec![text.to_owned()], ..base };
    }
    let rows = overview.integrations.iter().map(integration).collect();
    Section { tables: vec![table(&columns, rows)], ..base }
}

fn integration(one: &Integration) -> Row {
    let plain = |text: String| Cell { text, entries: Vec::new() };
    let at = one.location.as_ref();
    let listed = |grants: &[Grant], noun: &str| Cell {
        text: count(grants.len(), noun),
        entries: grants.iter().map(|one| grant(one, at)).collect(),
    };
    let mut holders = one.principals.clone();
    if !one.complete {
        holders.push("others that are not in the project".to_owned());
    }
    let mut entries: Vec<Entry> =
        holders.into_iter().map(|text| Entry { text, ..Entry::default() }).collect();
    if !one.licenses.is_empty() {
        let any = one.licenses.iter().all(|license| license == "any");
        let text = match any {
            true => "no licence stated".to_owned(),
            false => format!("licence {}", one.licenses.join(", ")),
        };
        entries.push(Entry { text, ..Entry::default() });
    }
    let holders = Cell { text: String::new(), entries };
    let app = one.app.as_ref().map_or_else(
        || plain("none in the project".to_owned()),
        |app| {
            let mut facts = vec![format!("scopes {}", words(&app.scopes))];
            facts.extend(
                app.ip_relaxation.as_deref().map(|mode| format!("IP restrictions: {mode}")),
            );
            facts.extend(app.refresh.as_deref().map(|when| format!("refresh tokens: {when}")));
            facts.extend(app.users.map(str::to_owned));
            let mut entries = vec![Entry {
                text: app.name.clone(),
                place: app.location.as_ref().map(place),
                mark: None,
            }];
            entries.extend(facts.into_iter().map(|text| Entry { text, ..Entry::default() }));
            Cell { text: String::new(), entries }
        },
    );
    let hours = one.weekly_hours.as_deref().map(|hours| match hours {
        "168" => "at any hour".to_owned(),
        hours => format!("{hours} hours a week"),
    });
    let addresses = match &one.ranges {
        None => plain("no profile in the project".to_owned()),
        Some(ranges) => {
            let from = if ranges.is_empty() { "from anywhere" } else { "from these addresses" };
            let hours = hours.unwrap_or_default();
            let entries = ranges.iter().map(|range| Entry {
                text: format!("{} to {}", range.name, words(&range.rights)),
                ..grant(range, at)
            });
            Cell { text: format!("{from}, {hours}"), entries: entries.collect() }
        }
    };
    let contract = match (one.contract, one.beside_contract) {
        (false, _) => "none".to_owned(),
        (true, (0, 0)) => "yes, as granted".to_owned(),
        (true, (beyond, missing)) => {
            format!("yes; {beyond} granted beyond it, {missing} of it not granted")
        }
    };
    let signal = one.signal.as_deref().map(|signal| format!("an integration, for {signal}"));
    let about = one.location.as_ref().map(place).unwrap_or_default();
    Row {
        cells: vec![
            holders,
            app,
            listed(&one.objects, "object"),
            listed(&one.permissions, "permission"),
            addresses,
            plain(contract),
        ],
        remarks: signal.into_iter().collect(),
        ..row(None, &in_copy(&one.name, &one.copy), &about)
    }
}

fn in_copy(name: &str, copy: &str) -> String {
    if copy.is_empty() { name.to_owned() } else { format!("{name} (in {copy})") }
}

fn words(list: &[String]) -> String {
    if list.is_empty() { "none".to_owned() } else { list.join(", ") }
}

/// A grant, with the line alone where the reader knows the file, and what leads there from its folder in parts of it.
fn grant(one: &Grant, file: Option<&Location>) -> Entry {
    let near = |at: &Location| {
        let path = file.map_or("", |file| &file.path);
        let folder = crate::project::path::parent(path);
        let below = at.path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
        match below {
            _ if path == at.path => format!("line {}", at.region.start.line),
            // A folder of its own is named after what is in it.
            Some(rest)
                if path.contains(&format!(
                    "{folder}/{}.",
                    crate::project::path::file_name(folder)
                )) =>
            {
                format!("{rest}:{}", at.region.start.line)
            }
            _ => place(at),
        }
    };
    let rights =
        if one.rights.is_empty() { String::new() } else { format!(": {}", one.rights.join(", ")) };
    let place = one.location.as_ref().map(near);
    Entry { text: format!("{}{rights}", one.name), place, mark: None }
}

fn access(overview: &Overview) -> Section {
    let mut columns = vec!["Who"];
    columns.extend(COLUMNS.iter().map(|(_, heading, _)| *heading));
    columns.push("Handed out by");
    let mut notes: Vec<String> =
        COLUMNS.iter().map(|(_, heading, meaning)| format!("{heading}: {meaning}.")).collect();
    notes = vec![format!(
        "Profiles, permission sets and groups by what they can do, those of the company first. {}",
        notes.join(" ")
    )];
    let without: Vec<&str> = overview.access.without.iter().map(String::as_str).collect();
    if !without.is_empty() {
        notes.push(format!("{} with none of this: {}.", without.len(), without.join(", ")));
    }
    let unknown: Vec<&str> = overview.access.unknown.iter().map(String::as_str).collect();
    if !unknown.is_empty() {
        let number = count(unknown.len(), "permission set group");
        let names = unknown.join(", ");
        notes.push(format!("Not known: {number} whose sets are not in the project ({names})."));
    }
    let rows: Vec<Row> = overview.access.holders.iter().map(principal).collect();
    let tables = if rows.is_empty() { Vec::new() } else { vec![table(&columns, rows)] };
    Section { notes, tables, matrix: true, ..section("access", "Who can do what") }
}

fn principal(one: &Principal) -> Row {
    let mut cells: Vec<Cell> = one
        .rights
        .iter()
        .map(|grants| Cell {
            text: String::new(),
            entries: grants.iter().map(|held| grant(held, one.location.as_ref())).collect(),
        })
        .collect();
    let apps = one.apps.iter().map(|app| format!("app {app}"));
    let groups = one.groups.iter().map(|group| format!("group {group}"));
    let by = apps.chain(groups).map(|text| Entry { text, ..Entry::default() });
    cells.push(Cell { text: String::new(), entries: by.collect() });
    let kind = match one.kind {
        "PermissionSet" => "permission set",
        "PermissionSetGroup" => "permission set group",
        _ => "profile",
    };
    let place = one.location.as_ref().map(place);
    Row {
        tags: tags(one),
        cells,
        remarks: place.into_iter().collect(),
        ..row(None, &in_copy(&one.name, &one.copy), kind)
    }
}

/// What somebody who holds rights is, beside a profile, a set or a group.
fn tags(one: &Principal) -> Vec<Mark> {
    // What Salesforce ships is no news.
    let bad = if one.standard { Tone::Plain } else { Tone::Bad };
    let tags = [
        (one.admin, "administrator", bad),
        (one.guest, "guest", Tone::Bad),
        (one.external, "outsiders", Tone::Warn),
        (one.integration, "integration", Tone::Warn),
        (one.standard, "shipped", Tone::Plain),
        (one.session_activated, "session-activated", Tone::Good),
        (one.partly_known, "sets missing", Tone::Warn),
    ];
    let tags = tags.into_iter().filter(|(is, ..)| *is);
    tags.map(|(_, word, tone)| Mark { word, tone }).collect()
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
