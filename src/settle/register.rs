//! The register of what is accepted: every exception with what it hides in this run.

use std::collections::{BTreeSet, HashMap};

use crate::config::exception::Exception;
use crate::engine::finding::NotJudged;
use crate::engine::plan::Plan;
use crate::model::config_problem::ConfigProblem;
use crate::model::record::Place;
use crate::project::store::FileEntry;
use crate::rule::ProjectKind;
use crate::secret::masked;
use crate::settle::location;
use crate::settle::report::{Location, Region, ReportedFinding};
use crate::value::date::Date;

/// An exception with its place among the files of the run.
#[derive(Clone, Debug)]
pub struct PlacedException {
    /// The entry.
    pub exception: Exception,
    /// Its file, as seen from the folder of the config: what else a run reads does not change it.
    pub path: String,
    /// Where it stands.
    pub place: Place,
    /// Where its last day stands.
    pub expires: Option<Place>,
    /// It stands in a file that other configs may extend, too.
    pub shared: bool,
}

/// A file that a config excludes.
#[derive(Clone, Debug)]
pub struct ExcludedFile {
    /// Metadata type; empty for files that are not metadata.
    pub kind: String,
    /// Full name of the component.
    pub name: String,
    /// Path in the project.
    pub path: String,
    /// Where it lies.
    pub absolute: std::path::PathBuf,
}

/// What a run read of a project: only a whole reading tells that an exception hides nothing.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Everything below the folder of the project's config.
    pub config_folder: bool,
    /// Everything that could extend a file of the config.
    pub repository: bool,
    /// Files that the config excludes.
    pub excluded: Vec<ExcludedFile>,
    /// What rules could not decide.
    pub not_judged: Vec<NotJudged>,
}

/// What a project brings to the register.
pub struct Accepting<'a> {
    /// Index of the project.
    pub project: usize,
    /// What it is for.
    pub kind: ProjectKind,
    /// The rules that are on.
    pub plan: &'a Plan,
    /// Its exceptions, as positions in the list of the run.
    pub exceptions: &'a BTreeSet<usize>,
    /// What was read.
    pub coverage: &'a Coverage,
}

/// Whether an entry of the register still does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryState {
    /// It may hide findings.
    Live,
    /// Its last day has passed.
    Expired,
    /// It may hide findings, and nothing that was read is one of them.
    Unused,
}
words!(EntryState { Live = "live", Expired = "expired", Unused = "unused" });

/// One entry of the register.
#[derive(Clone, Debug)]
pub struct RegisterEntry {
    /// The rule.
    pub rule: String,
    /// Where it holds, as it is written; `None`: everywhere.
    pub scope: Option<String>,
    /// Which finding of a component.
    pub key: Option<String>,
    /// `leaf=value`
    pub values: Vec<String>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// The last day.
    pub expires: Option<Date>,
    /// A comment in the file itself, not an entry of the config.
    pub in_file: bool,
    /// Where it stands.
    pub location: Location,
    /// Whether it still does something.
    pub state: EntryState,
    /// What it hides in this run.
    pub hides: Vec<ReportedFinding>,
    /// How many findings it would hide as well, if an earlier entry did not.
    pub overlaps: usize,
}

/// The exceptions of a run while findings are compared with them.
pub struct Register<'a> {
    entries: &'a [PlacedException],
    /// What each entry hides, and how much more it covers.
    hides: Vec<(Vec<ReportedFinding>, usize)>,
    today: Date,
}

impl<'a> Register<'a> {
    /// Nothing was compared yet.
    pub fn new(entries: &'a [PlacedException], today: Date) -> Register<'a> {
        Register { entries, hides: vec![(Vec::new(), 0); entries.len()], today }
    }

    /// Takes out what live exceptions cover; gives the rest.
    pub fn take(
        &mut self,
        findings: Vec<ReportedFinding>,
        projects: &[Accepting<'_>],
        files: &[FileEntry],
    ) -> Vec<ReportedFinding> {
        // By project and rule, under the name that the entry uses.
        let mut by_rule: HashMap<(usize, &str), Vec<usize>> = HashMap::new();
        for project in projects {
            for at in project.exceptions {
                let Some(entry) = self.entries.get(*at) else { continue };
                if !entry.exception.expired(self.today) {
                    let key = (project.project, entry.exception.rule.text.as_str());
                    by_rule.entry(key).or_default().push(*at);
                }
            }
        }
        let mut rest = Vec::with_capacity(findings.len());
        for finding in findings {
            let names = std::iter::once(&finding.rule.id).chain(&finding.rule.was);
            let covering: Vec<usize> = names
                .filter_map(|name| by_rule.get(&(finding.project, name.as_str())))
                .flatten()
                .copied()
                .filter(|at| {
                    self.entries.get(*at).is_some_and(|one| covers(&one.exception, &finding, files))
                })
                .collect();
            let Some((first, others)) = covering.split_first() else {
                rest.push(finding);
                continue;
            };
            for at in others {
                if let Some((_, overlaps)) = self.hides.get_mut(*at) {
                    *overlaps += 1;
                }
            }
            // Kept once: a config may name the same a thousand times.
            if let Some((hides, _)) = self.hides.get_mut(*first) {
                hides.push(finding);
            }
        }
        rest
    }

    fn state(&self, at: usize, projects: &[Accepting<'_>]) -> EntryState {
        let Some(entry) = self.entries.get(at) else { return EntryState::Live };
        if entry.exception.expired(self.today) {
            return EntryState::Expired;
        }
        let mut bound =
            projects.iter().filter(|project| project.exceptions.contains(&at)).peekable();
        let hides_nothing =
            self.hides.get(at).is_some_and(|(hides, overlaps)| hides.is_empty() && *overlaps == 0);
        if hides_nothing && bound.peek().is_some() && bound.all(|one| was_read(entry, one)) {
            EntryState::Unused
        } else {
            EntryState::Live
        }
    }

    /// What is wrong with the entries themselves, each told once, in the first project that has it.
    pub fn problems(&self, projects: &[Accepting<'_>]) -> Vec<(usize, ConfigProblem)> {
        let mut problems = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let of = projects.iter().find(|project| project.exceptions.contains(&at));
            let Some(project) = of else { continue };
            let (code, place, text) = match self.state(at, projects) {
                EntryState::Live => continue,
                EntryState::Expired => {
                    let last = entry.exception.expires.as_ref().map(|(day, _)| day.to_string());
                    let text = format!(
                        "the exception of {} ended on {}",
                        entry.exception.about(),
                        last.unwrap_or_default()
                    );
                    ("expired-exception", entry.expires.unwrap_or(entry.place), text)
                }
                EntryState::Unused => {
                    let text =
                        format!("the exception of {} hides nothing", entry.exception.about());
                    ("unused-exception", entry.place, text)
                }
            };
            let path = entry.path.clone();
            let about = entry.exception.about();
            problems.push((project.project, ConfigProblem { code, place, path, about, text }));
        }
        problems
    }

    /// The entries in the order of their files.
    pub fn entries(
        mut self,
        projects: &[Accepting<'_>],
        files: &[FileEntry],
    ) -> Vec<RegisterEntry> {
        let states: Vec<EntryState> =
            (0..self.entries.len()).map(|at| self.state(at, projects)).collect();
        let mut register = Vec::new();
        for ((entry, (hides, overlaps)), state) in
            self.entries.iter().zip(std::mem::take(&mut self.hides)).zip(states)
        {
            let Some(location) = location(entry.place, files) else { continue };
            let one = &entry.exception;
            let text = |text: &Option<String>| text.as_deref().map(shown);
            register.push(RegisterEntry {
                rule: one.rule.text.clone(),
                scope: one.scope.as_ref().map(|scope| shown(&scope.text())),
                key: text(&one.key),
                values: one.values.iter().map(|value| shown(value)).collect(),
                reason: shown(&one.reason),
                owner: text(&one.owner),
                ticket: text(&one.ticket),
                expires: one.expires.as_ref().map(|(day, _)| *day),
                in_file: false,
                location,
                state,
                hides,
                overlaps,
            });
        }
        register
    }
}

fn shown(text: &str) -> String {
    masked(text).into_owned()
}

/// Whether an exception speaks of a finding.
fn covers(exception: &Exception, finding: &ReportedFinding, files: &[FileEntry]) -> bool {
    let file = files.get(finding.location.file.0 as usize);
    let component = &finding.component;
    let in_scope = exception.scope.as_ref().is_none_or(|scope| {
        file.is_some_and(|file| scope.covers(component.kind, &component.name, &file.absolute))
    });
    in_scope
        && exception.key.as_ref().is_none_or(|key| key.eq_ignore_ascii_case(&finding.key))
        && exception.values.iter().all(|wanted| {
            finding
                .values
                .iter()
                .any(|(leaf, value)| on_one_line(&format!("{leaf}={value}")) == on_one_line(wanted))
        })
}

/// As reports print it: a value may hold line breaks, an entry that was copied from a report does not.
fn on_one_line(text: &str) -> String {
    text.replace(['\t', '\n', '\r'], " ")
}

/// Whether everything that an exception could hide in a project was looked at.
fn was_read(entry: &PlacedException, project: &Accepting<'_>) -> bool {
    let Coverage { config_folder, repository, excluded, not_judged } = project.coverage;
    let exception = &entry.exception;
    let named = &exception.rule.text;
    let rule = project.plan.rules.iter().map(|planned| &planned.enabled.rule);
    let mut rule = rule.filter(|rule| rule.goes_by(named));
    let Some(rule) =
        rule.find(|rule| rule.projects.is_empty() || rule.projects.contains(&project.kind))
    else {
        return false;
    };
    if !(if entry.shared { *repository } else { *config_folder }) {
        return false;
    }
    let covers = |kind: &str, name: &str, absolute: &std::path::Path| {
        exception.scope.as_ref().is_none_or(|scope| scope.covers(kind, name, absolute))
    };
    let left_out = excluded.iter().any(|file| {
        // Apps go by one name, whatever types they are written in.
        let as_component = |kind| covers(kind, &file.name, &file.absolute);
        as_component(&file.kind)
            || as_component("OauthApp")
            || covers("File", &file.path, &file.absolute)
    });
    let open = not_judged.iter().any(|one| {
        let of_rule = one.rule == rule.id;
        // `copy/Type:Name`
        let parts = one.component.split_once(':');
        let (kind, name) = parts.unwrap_or(("", &one.component));
        let kind = kind.rsplit('/').next().unwrap_or(kind);
        let by_path = matches!(exception.scope, Some(crate::config::exception::Scope::Path(_)));
        of_rule && (by_path || covers(kind, name, std::path::Path::new("")))
    });
    !left_out && !open
}

/// A register entry for a comment in a file.
pub(super) fn of_comment(
    rule: &str,
    reason: &str,
    location: &Location,
    region: Region,
    finding: ReportedFinding,
) -> RegisterEntry {
    RegisterEntry {
        rule: rule.to_owned(),
        scope: Some(finding.component.to_string()),
        key: None,
        values: Vec::new(),
        reason: shown(reason),
        owner: None,
        ticket: None,
        expires: None,
        in_file: true,
        location: Location { region, ..location.clone() },
        state: EntryState::Live,
        hides: vec![finding],
        overlaps: 0,
    }
}
