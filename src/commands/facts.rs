//! `sflint facts`: what sflint understood, as JSON lines, through the same reader and records as `check`.

mod written;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};

use self::written::{Table, Written};
use globset::GlobBuilder;
use serde_json::{Map, Value as Json, json};

use crate::check::{
    Project as Prepared, found_config, integrations, nearest_config, prepare, sensitivity,
};
use crate::cli::FactsArgs;
use crate::commands::{Failure, Outcome};
use crate::config::Config;
use crate::config::catalogue::Catalogue;
use crate::document::{LineIndex, SourceText, Span};
use crate::engine::message::shown;
use crate::model::escalation::powers_of;
use crate::model::field::Sensitivity;
use crate::model::integration::{Integrations, Known};
use crate::model::origin::Origin;
use crate::model::read::{Reading, Scratch, read_unit};
use crate::model::record::{Block, Component, Data, FileId, Leaf, Place, Record, State, Value};
use crate::model::repository::{RepositoryFiles, repository};
use crate::model::resolve::resolve;
use crate::model::unit::{Unit, UnitKind, units};
use crate::model::vocabulary::{LeafType, record_kind, record_kinds};
use crate::model::wanted::Everything;
use crate::project::git::OnDisk;
use crate::project::git::ignoring::GITIGNORE;
use crate::project::store::{Disk, FileEntry, Store};
use crate::report::safe;
use crate::rule::lists::Lists;
use crate::schema;
use crate::secret::masked;
use crate::value::date::Date;

/// Runs the command.
///
/// # Errors
/// When the paths are wrong or the output cannot be written.
pub fn run(args: &FactsArgs) -> Result<Outcome, Failure> {
    let written = match &args.kind {
        Some(kind) if record_kind(kind).is_none() => {
            Some(Written::new(kind).ok_or_else(|| {
                let names: Vec<&str> = record_kinds().iter().map(|kind| kind.name).collect();
                Failure::Usage(format!(
                    "there is no record kind or metadata type `{kind}`: there are {}, and the types of `sflint vocabulary`",
                    names.join(", ")
                ))
            })?)
        }
        _ => None,
    };
    if written.is_some() && !args.count {
        // Nothing tells a credential in them from other texts.
        let message = "what is written in metadata types is only counted: add --count";
        return Err(Failure::Usage(message.to_owned()));
    }
    let name = match &args.name {
        Some(glob) => Some(
            GlobBuilder::new(glob)
                .case_insensitive(true)
                .build()
                .map_err(|error| Failure::Usage(format!("--name {glob}: {}", error.kind())))?
                .compile_matcher(),
        ),
        None => None,
    };
    let inputs = if args.paths.is_empty() { vec![".".into()] } else { args.paths.clone() };
    let today = args.today.unwrap_or_else(Date::today);
    let prepared = prepare(&inputs, &std::env::current_dir()?)?;
    let lists = Catalogue::builtin()?.lists;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut printer = Printer {
        files: &prepared.files,
        project: String::new(),
        kind: args.kind.as_deref(),
        name,
        counts: args.count.then(BTreeMap::new),
        positions: HashMap::new(),
        out: &mut out,
    };
    let folder = |project: &Prepared| prepared.root.join(&project.project.path);
    let folders = prepared.projects.iter().map(folder).collect();
    let git = OnDisk::new(&Disk, &std::env::current_dir()?, folders);
    let mut probes = args.probe.clone();
    if probes.is_empty()
        && let Some(list) = lists.get(PROBES)
    {
        probes = list.entries.iter().map(|entry| entry.value.clone()).collect();
    }
    for project in &prepared.projects {
        let config = match nearest_config(&Disk, &prepared.root.join(&project.project.path)) {
            Some(path) => found_config(&Disk, &path)?,
            None => Config::none(&prepared.root),
        };
        let settings = Settings { config, lists: &lists, today, git: &git, probes: &probes };
        if let Some(written) = &written {
            as_written(project, &prepared.files, &settings, written, &mut printer)?;
            continue;
        }
        one_project(project, &prepared.files, &settings, &mut printer)?;
    }
    if let Some(counts) = printer.counts.take() {
        for (name, count) in counts {
            writeln!(out, "{}\t{count}", safe::line(&name))?;
        }
    }
    out.flush()?;
    Ok(Outcome::Clean)
}

/// What a project is read with.
struct Settings<'a> {
    config: Config,
    lists: &'a Lists,
    today: Date,
    git: &'a OnDisk<'static>,
    /// Names that are tried on the ignore files.
    probes: &'a [String],
}

/// Streams the records of a project: one unit after the other is read, printed and forgotten.
/// What needs several units (groups, guests, who is handed out by which app) is known from a
/// first pass that keeps names only.
fn one_project(
    project: &Prepared,
    files: &[FileEntry],
    settings: &Settings<'_>,
    printer: &mut Printer<'_>,
) -> Result<(), Failure> {
    let (units, _) = units(project.numbered(), &project.project.path, &Everything);
    let mut integrations = integrations(&settings.config, settings.lists, &mut |_, _| NOWHERE);
    let nothing = Integrations::default();
    let sensitivity = sensitivity(&settings.config, settings.lists);
    let context = crate::model::read::Context {
        files,
        integrations: &nothing,
        sensitivity: &sensitivity,
        store: &Disk,
        wanted: &Everything,
        origin: Origin {
            package: project.kind == crate::project::ProjectKind::Package,
            namespace: project.project.namespace.as_deref(),
            newer: schema::is_newer(project.project.source_api_version.as_deref()),
        },
        today: settings.today,
        version_control: settings.git,
        project_path: &project.project.path,
    };
    let mut scratch = Scratch::default();
    printer.project = safe::line(&project.project.path).into_owned();
    for file in &project.project.files {
        printer.file(file)?;
    }
    let (small, large): (Vec<&Unit>, Vec<&Unit>) = units.iter().partition(|unit| !unit.large);
    // Small units are few and refer to each other: they are kept, and given to every large one.
    let mut kept: Vec<Reading> = Vec::new();
    if let Some(record) = repository_of(project, settings.probes, &context) {
        kept.push(Reading { records: vec![record], ..Reading::default() });
    }
    for unit in &small {
        kept.push(read_unit(unit, &context, &mut scratch));
    }
    let references: Vec<Reading> = kept.iter().map(Reading::references).collect();
    integrations.known = Known::of(&kept);
    let context = crate::model::read::Context { integrations: &integrations, ..context };
    // Sets that groups refer to: their rights are needed when the groups are resolved.
    let members: HashSet<(&str, String)> = kept.iter().flat_map(Reading::members).collect();
    let mut slim = Reading::default();
    let mut told: HashSet<Component> = HashSet::new();
    for unit in large {
        if let UnitKind::Principal(kind) = unit.kind {
            let canonical = crate::value::name::canonical(&unit.component.name);
            if members.contains(&(kind.metadata_type(), canonical)) {
                kept.push(read_unit(unit, &context, &mut scratch));
                continue;
            }
        }
        let reading = read_unit(unit, &context, &mut scratch);
        // An integration is the union of its principals, so they are kept as well.
        if reading.records.iter().any(|one| one.kind == "Principal" && one.is("integration")) {
            kept.push(reading);
            continue;
        }
        let mut together: Vec<Reading> = references.iter().map(Reading::references).collect();
        together.push(reading);
        let records = resolve(together, files, &integrations, &Everything);
        let elsewhere =
            |record: &&Record| !matches!(record.kind, "OauthApp" | "Integration" | "Escalation");
        for record in records.all().filter(elsewhere) {
            printer.record(record)?;
        }
        let principals = records.of("Principal").iter();
        told.extend(principals.clone().map(|record| record.component.clone()));
        slim.records.extend(principals.map(powers_of));
    }
    // Who can become stronger depends on everybody, but on little of each.
    kept.push(slim);
    let records = resolve(kept, files, &integrations, &Everything);
    let is_told = |record: &&Record| record.kind == "Principal" && told.contains(&record.component);
    for record in records.all().filter(|record| !is_told(record)) {
        printer.record(record)?;
    }
    printer.positions.clear();
    Ok(())
}

/// Counts what is written in the components of one metadata type.
fn as_written(
    project: &Prepared,
    files: &[FileEntry],
    settings: &Settings<'_>,
    written: &Written,
    printer: &mut Printer<'_>,
) -> Result<(), Failure> {
    let (units, _) = units(project.numbered(), &project.project.path, written);
    let nothing = Integrations::default();
    let context = crate::model::read::Context {
        files,
        integrations: &nothing,
        sensitivity: &Sensitivity::default(),
        store: &Disk,
        wanted: written,
        origin: Origin::default(),
        today: settings.today,
        version_control: settings.git,
        project_path: &project.project.path,
    };
    printer.project = safe::line(&project.project.path).into_owned();
    let mut scratch = Scratch::default();
    for unit in &units {
        for record in read_unit(unit, &context, &mut scratch).records {
            if record.kind == written.shape.metadata_type {
                printer.table(&record, &written.table())?;
            }
        }
    }
    printer.positions.clear();
    Ok(())
}

/// Contracts are read for who they name; nothing printed here points into a config.
const NOWHERE: Place = Place { file: FileId(u32::MAX), span: Span { start: 0, end: 0 } };

/// The list of files that should stay out of git.
const PROBES: &str = "secret-paths";

/// The repository as seen from a project: what is said about the folder of the project.
fn repository_of(
    project: &Prepared,
    probes: &[String],
    context: &crate::model::read::Context<'_>,
) -> Option<Record> {
    let path = |name: &str| crate::project::path::join(&project.project.path, name);
    let names = [path(GITIGNORE), path("sfdx-project.json"), path("package.xml")];
    let find = |name: &String| project.numbered().find(|(_, file)| file.path == *name);
    let (anchor, file) = names.iter().find_map(find)?;
    let files: Vec<FileId> = project.numbered().map(|(id, _)| id).collect();
    let of = RepositoryFiles {
        probes,
        folder: file.absolute.parent()?,
        projects: &[],
        anchor,
        files: &files,
    };
    repository(&of, context)
}

struct Printer<'a> {
    files: &'a [FileEntry],
    project: String,
    kind: Option<&'a str>,
    name: Option<globset::GlobMatcher>,
    counts: Option<BTreeMap<String, u64>>,
    positions: HashMap<FileId, Option<(SourceText, LineIndex)>>,
    out: &'a mut dyn Write,
}

/// Files whose line index is kept at a time.
const INDEXED_FILES: usize = 4;

impl Printer<'_> {
    fn file(&mut self, file: &crate::project::ProjectFile) -> Result<(), Failure> {
        let bytes = std::fs::metadata(&file.absolute).map(|metadata| metadata.len()).unwrap_or(0);
        if let Some(counts) = &mut self.counts {
            *counts.entry("File".to_owned()).or_default() += 1;
            *counts.entry("File.bytes".to_owned()).or_default() += bytes;
            if let Some(kind) = &file.kind {
                *counts.entry(format!("File.{}", kind.metadata_type)).or_default() += 1;
            }
            return Ok(());
        }
        let asked = self.kind.is_some_and(|kind| kind == "File");
        if !asked || !self.fits(&file.path) {
            return Ok(());
        }
        let line = json!({
            "kind": "File",
            "project": self.project,
            "path": safe::line(&file.path),
            "type": file.kind.as_ref().map(|kind| kind.metadata_type),
            "component": safe::line(&file.component),
            "bytes": bytes,
            "deployed": file.deployed,
            "copy": safe::line(&file.copy),
        });
        writeln!(self.out, "{line}")?;
        Ok(())
    }

    fn fits(&self, name: &str) -> bool {
        self.name.as_ref().is_none_or(|glob| glob.is_match(name))
    }

    fn record(&mut self, record: &Record) -> Result<(), Failure> {
        if self.kind.is_some_and(|kind| kind != record.kind) {
            return Ok(());
        }
        match record_kind(record.kind) {
            Some(kind) => self.table(record, &Table::of(kind)),
            None => Ok(()),
        }
    }

    fn table(&mut self, record: &Record, table: &Table<'_>) -> Result<(), Failure> {
        if !self.fits(&record.component.name) {
            return Ok(());
        }
        if self.counts.is_some() {
            self.count(record, table);
            return Ok(());
        }
        let mut line = Map::new();
        line.insert("kind".into(), json!(record.kind));
        line.insert("component".into(), json!(printable(&record.component.to_string())));
        line.insert("project".into(), json!(self.project));
        line.insert("deployed".into(), json!(record.deployed));
        if let Some(place) = record.block.place {
            line.insert("at".into(), self.place(place));
        }
        line.insert("leaves".into(), self.leaves(&table.leaves, &record.block));
        for ((child, leaves), blocks) in table.children.iter().zip(&record.children) {
            if blocks.is_empty() {
                continue;
            }
            let list: Vec<Json> = blocks.iter().map(|block| self.leaves(leaves, block)).collect();
            line.insert((*child).into(), Json::Array(list));
        }
        writeln!(self.out, "{}", Json::Object(line))?;
        Ok(())
    }

    fn leaves(&mut self, table: &[(&str, LeafType)], block: &Block) -> Json {
        let mut leaves = Map::new();
        for ((name, leaf_type), leaf) in table.iter().zip(&block.leaves) {
            leaves.insert((*name).into(), self.leaf(*leaf_type, leaf));
        }
        Json::Object(leaves)
    }

    fn leaf(&mut self, leaf_type: LeafType, leaf: &Leaf) -> Json {
        let state = state_word(leaf.state);
        let values: Vec<Json> = leaf
            .values
            .iter()
            .map(|value| {
                let text = text_of(leaf_type, value);
                match value.place {
                    Some(place) => json!({ "value": text, "at": self.place(place) }),
                    None => json!({ "value": text }),
                }
            })
            .collect();
        if values.is_empty() {
            json!({ "state": state })
        } else {
            json!({ "state": state, "values": values })
        }
    }

    fn place(&mut self, place: Place) -> Json {
        let Some(file) = self.files.get(place.file.0 as usize) else {
            return Json::Null;
        };
        if self.positions.len() > INDEXED_FILES {
            self.positions.clear();
        }
        let indexed = self.positions.entry(place.file).or_insert_with(|| {
            let source = SourceText::decode(Disk.bytes(file, Vec::new()).ok()?).ok()?;
            let lines = LineIndex::new(source.text());
            Some((source, lines))
        });
        let path = safe::line(&file.path);
        match indexed {
            Some((source, lines)) => {
                let start = lines.position(source.text(), place.span.start);
                json!({
                    "path": path,
                    "line": start.line,
                    "column": start.column,
                    "offset": source.stored_offset(place.span.start),
                    "end": source.stored_offset(place.span.end),
                })
            }
            None => json!({ "path": path }),
        }
    }

    /// Counters: records, children, and every value that is a truth value, a word, a number or the name of a permission.
    fn count(&mut self, record: &Record, table: &Table<'_>) {
        let Some(counts) = &mut self.counts else { return };
        let mut add = |name: String| *counts.entry(name).or_default() += 1;
        let base = match record_kind(record.kind) {
            Some(_) => format!("{}.{}", record.kind, sub_kind(record)),
            None => record.kind.to_owned(),
        };
        add(base.clone());
        // What only a name tells is counted apart: nothing else says whether the words are well chosen.
        let named = is_named_integration(record);
        if named {
            add(format!("{base}.named"));
        }
        for ((name, leaf_type), leaf) in table.leaves.iter().zip(&record.block.leaves) {
            for text in counted(name, *leaf_type, leaf) {
                add(format!("{base}.{name}={text}"));
            }
        }
        for ((child, leaves), blocks) in table.children.iter().zip(&record.children) {
            if !blocks.is_empty() {
                add(format!("{base}.with.{child}"));
            }
            for block in blocks {
                add(format!("{base}.{child}"));
                for ((leaf_name, leaf_type), leaf) in leaves.iter().zip(&block.leaves) {
                    let permission = *child == "userPermission" && *leaf_name == "name";
                    for text in counted(leaf_name, *leaf_type, leaf) {
                        if named && *leaf_name == "rights" {
                            add(format!("{base}.named.{child}.rights={text}"));
                        }
                        add(format!("{base}.{child}.{leaf_name}={text}"));
                    }
                    if permission {
                        for value in &leaf.values {
                            let name = printable(&value.written);
                            if named {
                                add(format!("{base}.named.userPermission.name={name}"));
                            }
                            add(format!("{base}.{child}.{leaf_name}={name}"));
                        }
                    }
                }
            }
        }
    }
}

/// Whether a principal is called an integration, whatever else tells that it is one.
fn is_named_integration(record: &Record) -> bool {
    record.kind == "Principal"
        && record
            .leaf("how")
            .is_some_and(|how| how.values.iter().any(|value| &*value.written == "name"))
}

/// Which of the metadata types, or which use, a record is counted under.
fn sub_kind(record: &Record) -> String {
    let by_leaf =
        |name: &str| record.leaf(name)?.values.first().map(|value| value.written.to_string());
    by_leaf("raw")
        .or_else(|| by_leaf("use"))
        .or_else(|| by_leaf("code"))
        .unwrap_or_else(|| record.component.kind.to_owned())
}

/// What a leaf is counted by: its values if they are few by nature, marked when they were not stated.
fn counted(name: &str, leaf_type: LeafType, leaf: &Leaf) -> Vec<String> {
    let by_value = matches!(
        leaf_type,
        LeafType::Bool | LeafType::Enum(_) | LeafType::OpenEnum | LeafType::Number | LeafType::Url
    ) || name == "license";
    let mark = match leaf.state {
        State::Stated => "",
        State::Defaulted => " (defaulted)",
        State::Absent => return vec!["(absent)".to_owned()],
        State::Unknown => return vec!["(unknown)".to_owned()],
    };
    if leaf.values.is_empty() {
        return vec!["(none)".to_owned()];
    }
    if !by_value {
        return vec![format!("({})", state_word(leaf.state))];
    }
    let mut texts: Vec<String> = leaf
        .values
        .iter()
        .map(|value| format!("{}{mark}", counted_text(leaf_type, value)))
        .collect();
    texts.sort();
    texts.dedup();
    texts
}

/// What a value is counted by: addresses by their scheme and whether they stay on the machine.
fn counted_text(leaf_type: LeafType, value: &Value) -> String {
    match &value.data {
        Data::Url(url) => {
            let scheme = url.scheme.as_deref().unwrap_or("(no scheme)");
            let loopback = if url.loopback { " (loopback)" } else { "" };
            format!("{}{loopback}", printable(scheme))
        }
        _ => masked(&text_of(leaf_type, value)).into_owned(),
    }
}

/// A value as rules name it: words of closed lists in the record's spelling, everything else as written.
fn text_of(leaf_type: LeafType, value: &Value) -> String {
    match (leaf_type, &value.data) {
        (LeafType::Enum(_), Data::Text(word)) => printable(word),
        // Some leaves are the opposite of the element that states them.
        (_, Data::Bool(truth)) => truth.to_string(),
        _ => printable(&shown(value)),
    }
}

fn state_word(state: State) -> &'static str {
    match state {
        State::Stated => "stated",
        State::Defaulted => "defaulted",
        State::Absent => "absent",
        State::Unknown => "unknown",
    }
}

fn printable(text: &str) -> String {
    safe::line(text).into_owned()
}
