//! Reading a project's units, on one thread or several; the result never depends on which.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::engine::plan::Plan;
use crate::model::escalation::has_power;
use crate::model::integration::{Integrations, Known};
use crate::model::oauth_app::grantees;
use crate::model::principal::PrincipalKind;
use crate::model::read::{Context, Reading, Scratch, read_unit};
use crate::model::record::Record;
use crate::model::unit::{Unit, UnitKind};
use crate::model::vocabulary::record_kind;
use crate::model::wanted::{Only, Wanted};
use crate::value::name;

/// Below this many files threads cost more than they save.
const FILES_WORTH_A_THREAD: usize = 16;

/// Told after each unit that was read.
pub trait Progress: Sync {
    /// So many more files are done.
    fn done(&self, files: usize);
}

/// Reads units in parallel; the results are in the order of the units.
pub fn read_units(
    units: &[&Unit],
    context: &Context<'_>,
    threads: usize,
    progress: Option<&dyn Progress>,
) -> Vec<Reading> {
    let files: usize = units.iter().map(|unit| unit.files.len()).sum();
    let large = units.iter().filter(|unit| unit.large).count();
    let threads = if files < FILES_WORTH_A_THREAD && large < 2 {
        1
    } else {
        threads.clamp(1, units.len().max(1))
    };
    if threads == 1 {
        let mut scratch = Scratch::default();
        return units
            .iter()
            .map(|unit| {
                let reading = read_unit(unit, context, &mut scratch);
                report(progress, unit);
                reading
            })
            .collect();
    }
    // Large files first, so that no thread is left with one at the end.
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.sort_by_key(|at| units.get(*at).is_some_and(|unit| !unit.large));
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Reading)>> = Mutex::new(Vec::with_capacity(units.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut scratch = Scratch::default();
                let mut own = Vec::new();
                while let Some(at) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Some(unit) = units.get(*at) else { continue };
                    own.push((*at, read_unit(unit, context, &mut scratch)));
                    report(progress, unit);
                }
                if let Ok(mut all) = results.lock() {
                    all.append(&mut own);
                }
            });
        }
    });
    let mut all = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, reading)| reading).collect()
}

fn report(progress: Option<&dyn Progress>, unit: &Unit) {
    if let Some(progress) = progress {
        progress.done(unit.files.len());
    }
}

/// Reads the units of a project in the order in which they need each other: everything small first, for it tells which
/// principals stand for a program; then what was named, classes before those who may call them; then of the large context
/// what the rules join.
/// What the small files say is added to `integrations`.
pub fn read_project(
    units: &[Unit],
    context: &Context<'_>,
    integrations: &mut Integrations,
    plan: &Plan,
    threads: usize,
    progress: Option<&dyn Progress>,
) -> Vec<Reading> {
    let (large, small): (Vec<&Unit>, Vec<&Unit>) = units.iter().partition(|unit| unit.large);
    let (named, rest): (Vec<&Unit>, Vec<&Unit>) = large.into_iter().partition(|unit| unit.target);
    let is_class = |unit: &&Unit| unit.kind == UnitKind::ApexClass;
    let (classes, named): (Vec<&Unit>, Vec<&Unit>) = named.into_iter().partition(is_class);
    let first = Context { integrations, ..*context };
    let mut readings = read_units(&small, &first, threads, progress);
    readings.extend(read_units(&classes, &first, threads, progress));
    integrations.known = Known::of(&readings);
    let complete: &[&str] = if rest.iter().any(is_class) { &[] } else { &["ApexClass"] };
    let joined = context.wanted.joined_with(&readings, complete);
    let wanted = joined.as_deref().unwrap_or(context.wanted);
    let second = Context { integrations, wanted, ..*context };
    readings.extend(read_units(&named, &second, threads, progress));
    let targets: Vec<&Unit> = units.iter().filter(|unit| unit.target).collect();
    let labelled = plan.record("OauthApp") && labels_are_asked(units, &targets, &readings);
    let (needed, rest) = needed_context(rest, &targets, &readings, integrations, plan, labelled);
    readings.extend(read_units(&needed, &second, threads, progress));
    if !rest.is_empty() && plan.record("Escalation") {
        let read = small.iter().chain(&classes).chain(&named).chain(&needed).zip(&readings);
        let targets: Vec<&Reading> =
            read.filter(|(unit, _)| unit.target).map(|(_, reading)| reading).collect();
        if decide_on_paths(&targets, &readings) {
            let principals =
                rest.into_iter().filter(|unit| matches!(unit.kind, UnitKind::Principal(_)));
            let principals: Vec<&Unit> = principals.collect();
            let paths = Context { wanted: &Only(&["Principal", "Escalation"]), ..second };
            readings.extend(read_units(&principals, &paths, threads, progress));
        }
    }
    readings
}

/// Whether what was named may be on a path from one principal to a stronger one. Then it takes all others to know; most
/// profiles and permission sets hold nothing of the kind.
fn decide_on_paths(targets: &[&Reading], all: &[Reading]) -> bool {
    let has_powers = |reading: &Reading| {
        let mut principals = reading.records.iter().filter(|record| record.kind == "Principal");
        principals.any(has_power)
    };
    let takes_over =
        |record: &Record| record.is("serverToServer") && grantees(record).next().is_some();
    targets.iter().any(|target| {
        has_powers(target)
            || !target.delegates.is_empty()
            || target.records.iter().any(takes_over)
            // The members of a group have been read by now.
            || !target.groups.is_empty() && all.iter().any(has_powers)
    })
}

/// Whether what was named is an app that hands out a set after which no file is called, or a set of which that may be the
/// label: only all sets together tell which one has it.
fn labels_are_asked(units: &[Unit], targets: &[&Unit], readings: &[Reading]) -> bool {
    let kind = PrincipalKind::PermissionSet;
    let sets = units.iter().filter(|unit| unit.kind == UnitKind::Principal(kind));
    let names: HashSet<(&str, String)> = sets
        .map(|set| (set.component.copy.as_str(), kind.canonical(&set.component.name)))
        .collect();
    let records = || readings.iter().flat_map(|reading| &reading.records);
    let apps = records().filter(|record| record.kind == "OauthApp");
    let strange: HashSet<&str> = apps
        .flat_map(|app| grantees(app).map(|one| (app.component.copy.as_str(), one)))
        .filter(|(_, one)| one.kind == kind.metadata_type())
        .filter(|(copy, one)| !names.contains(&(*copy, one.canonical.to_owned())))
        .map(|(_, one)| one.canonical)
        .collect();
    if strange.is_empty() {
        return false;
    }
    let of_apps = [UnitKind::ConnectedApp, UnitKind::ExternalClientApps];
    targets.iter().any(|unit| of_apps.contains(&unit.kind))
        || records().filter(|record| record.component.kind == kind.metadata_type()).any(|set| {
            let labels = set.leaf("label").map_or(&[][..], |label| &label.values);
            labels.iter().any(|label| strange.contains(&*name::canonical(&label.written)))
        })
}

/// Of the large context, what the rules' joins need: the principals that apps, groups and contracts refer to,
/// and whole types where a rule joins what was named in another way; and the others. With `labelled` all permission sets.
fn needed_context<'u>(
    context: Vec<&'u Unit>,
    targets: &[&Unit],
    readings: &[Reading],
    integrations: &Integrations,
    plan: &Plan,
    labelled: bool,
) -> (Vec<&'u Unit>, Vec<&'u Unit>) {
    if context.is_empty() {
        return (context, Vec::new());
    }
    let fed = |kind: &str| targets.iter().any(|unit| feeds(unit, kind));
    let records: Vec<&Record> = readings.iter().flat_map(|reading| &reading.records).collect();
    // Groups and integrations become records when everything is read.
    let groups = targets.iter().any(|unit| unit.kind == UnitKind::Group);
    let open = |kind: &str| kind == "Integration" || kind == "Principal" && groups;
    let mut joined = plan.context_kinds(&fed, &open, &records);
    // A class without a sharing keyword has that of the class it extends.
    if fed("ApexClass") && records.iter().any(|record| extends(record)) {
        joined.insert("ApexClass");
    }
    let unions = plan.record("Integration");
    let apps = plan.joins_grantees() || unions;
    let mut names: HashSet<(&'static str, String)> = HashSet::new();
    for reading in readings {
        names.extend(reading.members());
        if apps {
            let apps = reading.records.iter().filter(|record| record.kind == "OauthApp");
            let granted = apps.flat_map(grantees);
            names.extend(granted.map(|one| (one.kind, one.canonical.to_owned())));
        }
    }
    let contracted = |kind: &str, canonical: &str| {
        let mut terms = integrations.contracts.iter().flat_map(|contract| &contract.principals);
        unions && terms.any(|term| term.means(kind, canonical))
    };
    context.into_iter().partition(|unit| {
        joined.iter().any(|kind| feeds(unit, kind))
            || match unit.kind {
                UnitKind::Principal(PrincipalKind::PermissionSet) if labelled => true,
                UnitKind::Principal(kind) => {
                    let canonical = kind.canonical(&unit.component.name);
                    let kind = kind.metadata_type();
                    contracted(kind, &canonical) || names.contains(&(kind, canonical))
                }
                _ => false,
            }
    })
}

/// Whether it is a class that extends another.
fn extends(record: &Record) -> bool {
    record.kind == "ApexClass" && record.leaf("extends").is_some_and(|leaf| !leaf.values.is_empty())
}

/// Whether a kind is read from this unit.
fn feeds(unit: &Unit, kind: &str) -> bool {
    let metadata_type = unit.component.kind;
    kind == metadata_type
        // Settings are told apart by their root element only.
        || metadata_type == "Settings" && kind.ends_with("Settings")
        || record_kind(kind).is_some_and(|record| record.sources.contains(&metadata_type))
}
