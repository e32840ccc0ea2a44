//! Sorts found files into projects and tells each file's place in its project.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::copy::{has_type_directory, set_copies};
use super::discover::{Discovery, Marker, Note, Project, ProjectFile, Skipped, is_archive};
use super::file_class::is_in_test_folder;
use super::inputs::Inputs;
use super::kind::FileKind;
use super::markers::Markers;
use super::name::component_name;
use super::path::{file_name, is_within, join, parent, relative};
use super::sfdx_project::{self, SfdxProject};
use super::static_resources::set_content;
use super::surroundings::{Around, Ignoring, Surroundings};
use super::walk::{Depth, Found, SFDX_PROJECT, shown};

/// What grouping looks at besides the files.
pub(super) struct Grouping<'a> {
    pub inputs: &'a Inputs,
    /// Named folders that are not excluded.
    pub folders: &'a [PathBuf],
    /// What was walked.
    pub scopes: &'a [(PathBuf, Depth)],
    pub markers: &'a Markers<'a>,
}

/// What all files of one metadata type in one folder share.
#[derive(Debug)]
struct Place {
    project: usize,
    target: bool,
    package_directory: Option<usize>,
    /// It lies in a folder of tests, and in no package directory: fixtures are not deployed to an org that matters.
    of_tests: bool,
    ignoring: Ignoring,
}

/// A folder and a metadata type, empty for files that are not metadata.
type PlaceKey = (OsString, &'static str);

struct Draft {
    folder: PathBuf,
    project: Project,
    /// Package directories by path.
    directories: HashMap<String, usize>,
    /// Where each file really lies, if it was reached through links, and how many.
    real: Vec<(Option<PathBuf>, u8)>,
    notes: Vec<Note>,
}

struct Groups<'a> {
    grouping: &'a Grouping<'a>,
    /// Named folders as shown.
    folders: Vec<String>,
    drafts: Vec<Draft>,
    by_folder: HashMap<PathBuf, usize>,
    surroundings: Surroundings<'a>,
    notes: Vec<Note>,
}

/// Makes the discovery of what was found.
pub(super) fn group(
    mut found: Vec<Found>,
    mut skipped: Vec<Skipped>,
    grouping: &Grouping<'_>,
) -> Discovery {
    found.sort_unstable_by(|a, b| {
        let order = |one: &Found| (one.kind.is_none(), !one.listed);
        a.path
            .cmp(&b.path)
            .then_with(|| a.absolute.cmp(&b.absolute))
            .then_with(|| order(a).cmp(&order(b)))
    });
    // The same spelling of a path is the same file; `Path` equality would take every path apart.
    found.dedup_by(|a, b| a.absolute.as_os_str() == b.absolute.as_os_str());
    set_content(&mut found);

    let mut groups = Groups::new(grouping, &found);
    groups.add_files(found);
    groups.add_projects_without_files();

    let root = grouping.inputs.root.clone();
    let (projects, mut notes, dropped) = groups.finish();
    // What was skipped in a project that is no part of the run is no part of it either.
    let belongs = |path: &str| {
        let deepest = |projects: &mut dyn Iterator<Item = &str>| {
            projects
                .filter(|project| is_within(path, project))
                .map(|project| if project == "." { 0 } else { project.len() })
                .max()
        };
        let in_dropped = deepest(&mut dropped.iter().map(String::as_str));
        in_dropped.is_none()
            || deepest(&mut projects.iter().map(|project| project.path.as_str())) > in_dropped
    };
    let inputs = grouping.inputs;
    let named = inputs.files.iter().chain(&inputs.links).chain(&inputs.folders);
    let named: HashSet<String> = named
        .chain(inputs.skipped.iter().map(|(path, _)| path))
        .map(|path| shown(&root, path).into_owned())
        .collect();
    skipped.retain(|one| belongs(&one.path) || named.contains(&one.path));
    notes.retain(|one| belongs(&one.path));
    skipped.sort_unstable();
    skipped.dedup();
    notes.sort_unstable();
    notes.dedup();
    Discovery { root, projects, skipped, notes }
}

impl<'a> Groups<'a> {
    fn new(grouping: &'a Grouping<'a>, found: &[Found]) -> Self {
        let root = &grouping.inputs.root;
        let mut notes = Vec::new();
        let surroundings =
            Surroundings::new(root, grouping.markers, grouping.scopes, found, &mut notes);
        Self {
            grouping,
            folders: grouping
                .folders
                .iter()
                .map(|folder| shown(root, folder).into_owned())
                .collect(),
            drafts: Vec::new(),
            by_folder: HashMap::new(),
            surroundings,
            notes,
        }
    }

    fn add_files(&mut self, found: Vec<Found>) {
        let inputs = self.grouping.inputs;
        let named: HashSet<&OsStr> =
            inputs.files.iter().chain(&inputs.links).map(|path| path.as_os_str()).collect();
        let is_named = |path: &Path| !named.is_empty() && named.contains(path.as_os_str());
        let mut places: HashMap<PlaceKey, Rc<Place>> = HashMap::new();
        let mut last: Option<(PlaceKey, Rc<Place>)> = None;
        for one in found.into_iter().filter(|one| one.listed) {
            let is_named =
                is_named(&one.absolute) || one.real.as_ref().is_some_and(|real| is_named(real));
            if is_named && is_archive(&one.path) {
                continue;
            }
            let Some(folder) = one.absolute.parent() else {
                continue;
            };
            let metadata_type = one.kind.map_or("", |kind| kind.metadata_type);
            let place = match &last {
                Some(((last, last_type), place))
                    if *last_type == metadata_type && last == folder.as_os_str() =>
                {
                    Rc::clone(place)
                }
                _ => {
                    let key = (folder.as_os_str().to_owned(), metadata_type);
                    let place = match places.get(&key) {
                        Some(place) => Rc::clone(place),
                        None => Rc::new(self.place_of(folder, &one)),
                    };
                    places.insert(key.clone(), Rc::clone(&place));
                    last = Some((key, Rc::clone(&place)));
                    place
                }
            };
            self.add_file(one, &place, is_named);
        }
    }

    fn add_file(&mut self, found: Found, place: &Place, is_named: bool) {
        let Found { absolute, path, kind, real, links, .. } = found;
        let real_in_target = || {
            real.as_ref().is_some_and(|real| {
                self.grouping.folders.iter().any(|folder| real.starts_with(folder))
            })
        };
        let target = place.target || is_named || real_in_target();
        let ignored = place.ignoring.ignores_file(&path);
        let component = kind.map_or_else(String::new, |kind| component_name(&path, &kind));
        if let Some(draft) = self.drafts.get_mut(place.project) {
            draft.real.push((real, links));
            draft.project.files.push(ProjectFile {
                path,
                absolute,
                kind,
                component,
                target,
                deployed: !(ignored || kind.is_some() && place.of_tests),
                package_directory: place.package_directory,
                copy: String::new(),
            });
        }
    }

    fn place_of(&mut self, folder: &Path, file: &Found) -> Place {
        let around = self.surroundings.of(folder);
        let project = self.draft_of(&around);
        let path = parent(&file.path);
        let mut below = path.to_owned();
        let mut package_directory = None;
        if let Some(draft) = self.drafts.get(project) {
            below = relative(path, &draft.project.path).unwrap_or(below);
            package_directory = deepest(&draft.directories, &below);
        }
        // From where the Salesforce CLI looks for `.forceignore` upward.
        let anchor_below = match &package_directory {
            Some((_, directory)) => directory.clone(),
            None => match file.kind {
                Some(kind) => has_type_directory(&join(&below, file_name(&file.path)), &kind)
                    .map_or_else(|| below.clone(), str::to_owned),
                None => below.clone(),
            },
        };
        let up = levels(&below).saturating_sub(levels(&anchor_below));
        let anchor = folder.ancestors().nth(up).unwrap_or(folder);
        let ignoring = self.surroundings.ignoring(folder, anchor, package_directory.is_some());
        let target = self.folders.iter().any(|named| is_within(path, named));
        let of_tests = package_directory.is_none() && is_in_test_folder(&anchor_below);
        let package_directory = package_directory.map(|(index, _)| index);
        Place { project, target, package_directory, of_tests, ignoring }
    }

    /// The draft of the project that holds a folder.
    fn draft_of(&mut self, around: &Around) -> usize {
        match &around.project {
            Some((folder, marker)) => self.draft(folder, *marker),
            None => self.draft(&self.grouping.inputs.root, Marker::Folder),
        }
    }

    /// The draft of a project, made when first asked for.
    fn draft(&mut self, folder: &Path, marker: Marker) -> usize {
        if let Some(&index) = self.by_folder.get(folder) {
            return index;
        }
        let path = shown(&self.grouping.inputs.root, folder).into_owned();
        let mut notes = Vec::new();
        let mut config = SfdxProject::default();
        if marker == Marker::SfdxProject {
            let note = |message| Note { path: join(&path, SFDX_PROJECT), message };
            let read = self.grouping.markers.config(folder).cloned();
            let tree = self.grouping.markers.tree;
            match read.unwrap_or_else(|| sfdx_project::read(tree, &folder.join(SFDX_PROJECT))) {
                Ok(read) => config = read,
                Err(message) => {
                    notes.push(note(format!("{message}; read without package directories")))
                }
            }
            let outside = config
                .package_directories
                .iter()
                .filter(|directory| sfdx_project::is_outside(directory));
            notes.extend(outside.map(|directory| {
                note(format!("package directory `{directory}` lies outside of the project and is not read with it"))
            }));
        }
        let project = Project {
            path,
            marker,
            package_directories: config.package_directories,
            namespace: config.namespace,
            source_api_version: config.source_api_version,
            packages: config.packages,
            versioned_packages: config.versioned_packages,
            files: Vec::new(),
        };
        let index = self.drafts.len();
        self.by_folder.insert(folder.to_owned(), index);
        let names = project.package_directories.iter().enumerate();
        let directories = names.map(|(index, name)| (name.clone(), index)).collect();
        let folder = folder.to_owned();
        self.drafts.push(Draft { folder, project, directories, real: Vec::new(), notes });
        index
    }

    /// Projects that were named or lie in a named folder are part of the run even if they hold nothing to read.
    fn add_projects_without_files(&mut self) {
        let folders = self.grouping.folders;
        for folder in folders {
            let around = self.surroundings.of(folder);
            self.draft_of(&around);
        }
        for project in self.grouping.markers.sfdx_projects() {
            if folders.iter().any(|folder| project.starts_with(folder)) {
                self.draft(&project, Marker::SfdxProject);
            }
        }
    }

    /// The projects that are part of the run, the notes on them, and the paths of the others.
    fn finish(self) -> (Vec<Project>, Vec<Note>, Vec<String>) {
        let Self { grouping, drafts, mut notes, .. } = self;
        let mut kept = Vec::new();
        let mut dropped = Vec::new();
        for draft in drafts {
            let is_named = draft.project.marker == Marker::SfdxProject
                && grouping.folders.iter().any(|named| draft.folder.starts_with(named));
            let holds_named = grouping.folders.iter().any(|named| named.starts_with(&draft.folder));
            if is_named || holds_named || draft.project.files.iter().any(|file| file.target) {
                kept.push(draft);
            } else {
                dropped.push(draft.project.path);
            }
        }
        // A folder that only holds projects is none itself.
        if kept.iter().any(|draft| !draft.project.files.is_empty()) {
            kept.retain(|draft| {
                draft.project.marker != Marker::Folder || !draft.project.files.is_empty()
            });
        }
        let mut projects: Vec<Project> = Vec::new();
        for Draft { mut project, real, notes: own_notes, .. } in kept {
            notes.extend(own_notes);
            if real.iter().any(|(real, _)| real.is_some()) {
                project.files = each_once(project.files, &real);
            }
            set_copies(&project.path, !project.package_directories.is_empty(), &mut project.files);
            projects.push(project);
        }
        projects.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        (projects, notes, dropped)
    }
}

/// The deepest package directory that holds a folder, both relative to the project.
fn deepest(directories: &HashMap<String, usize>, below: &str) -> Option<(usize, String)> {
    if directories.is_empty() {
        return None;
    }
    let mut folder = below;
    loop {
        if let Some(index) = directories.get(folder) {
            return Some((*index, folder.to_owned()));
        }
        if matches!(folder, "." | "/") {
            return None;
        }
        folder = parent(folder);
    }
}

/// The number of folders in a relative path.
fn levels(path: &str) -> usize {
    if path == "." { 0 } else { path.split('/').count() }
}

/// Of the paths that lead to one real file under one kind and name keeps one: in a package directory, deployed, the
/// file itself before links to it and in linked folders, the shortest, the first. Another kind or name is another component.
fn each_once(files: Vec<ProjectFile>, real: &[(Option<PathBuf>, u8)]) -> Vec<ProjectFile> {
    let rank = |index: usize| {
        let file = files.get(index)?;
        let links = real.get(index).map(|(_, links)| *links);
        let path = file.path.as_str();
        Some((file.package_directory.is_none(), !file.deployed, links, path.len(), path))
    };
    let mut best: HashMap<(&Path, Option<FileKind>, &str), (usize, bool)> = HashMap::new();
    for (index, (file, (real, _))) in files.iter().zip(real).enumerate() {
        let real = real.as_deref().unwrap_or(&file.absolute);
        let entry =
            best.entry((real, file.kind, file.component.as_str())).or_insert((index, false));
        entry.1 |= file.target;
        if rank(index) < rank(entry.0) {
            entry.0 = index;
        }
    }
    let kept: HashMap<usize, bool> = best.into_values().collect();
    let with_index = files.into_iter().enumerate();
    with_index
        .filter_map(|(index, mut file)| {
            file.target = *kept.get(&index)?;
            Some(file)
        })
        .collect()
}
