//! Folders the walk does not enter by itself and the Salesforce CLI deploys nevertheless: hidden folders, `node_modules`
//! and `*.dup` in package directories, and package directories inside such folders.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::discover::{SkipReason, Skipped};
use super::markers::Markers;
use super::path::join;
use super::sfdx_project;
use super::walk::{Depth, FolderRule, HeldBack, NODE_MODULES, Walker, folder_rule, is_tool_folder};

/// Package directories are deployed even from folders the walk does not enter.
pub(super) fn walk_package_directories(
    scopes: &mut Vec<(PathBuf, Depth)>,
    walker: &mut Walker<'_>,
    markers: &mut Markers<'_>,
) {
    let mut deep: HashSet<PathBuf> = scopes
        .iter()
        .filter(|(_, depth)| *depth == Depth::Deep)
        .map(|(scope, _)| scope.clone())
        .collect();
    for project in markers.sfdx_projects() {
        let shown = walker.shown(&project).into_owned();
        let directories = match markers.config(&project) {
            Some(Ok(config)) => config.package_directories.clone(),
            _ => continue,
        };
        for directory in directories {
            if sfdx_project::is_outside(&directory) {
                let path = join(&shown, &directory);
                if sfdx_project::is_outside(&path) {
                    walker.skipped.push(Skipped { path, why: SkipReason::OutsideRoot });
                }
                continue;
            }
            let folder = project.join(&directory);
            let real =
                if reached(&folder, &deep) { None } else { walker.tree.canonical(&folder).ok() };
            let Some(real) = real.filter(|real| walker.tree.is_folder(real)) else {
                continue;
            };
            if !real.starts_with(walker.root) {
                walker.skip(&folder, SkipReason::SymlinkLeavesRoot);
            } else if !walker.is_excluded(&walker.shown(&folder)) {
                let first_new = walker.found.len();
                walker.walk(&folder, (real != folder).then_some(real.as_path()), Depth::Deep);
                markers.add_found(walker.found.get(first_new..).unwrap_or_default());
                deep.insert(folder.clone());
                scopes.push((folder, Depth::Deep));
            }
        }
    }
}

/// True if the walk of some scope reaches `folder`.
fn reached(folder: &Path, scopes: &HashSet<PathBuf>) -> bool {
    for ancestor in folder.ancestors() {
        if scopes.contains(ancestor) {
            return true;
        }
        if folder_rule(ancestor.file_name().unwrap_or(OsStr::new("")), false) != FolderRule::Walk {
            return false;
        }
    }
    false
}

/// Walks the folders that were held back and lie in package directories, but for those in `scopes`.
pub(super) fn walk_deployed(
    scopes: &[(PathBuf, Depth)],
    walker: &mut Walker<'_>,
    markers: &mut Markers<'_>,
) {
    if walker.held_back.is_empty() {
        return;
    }
    let walked: HashSet<&OsStr> = scopes.iter().map(|(scope, _)| scope.as_os_str()).collect();
    // Walking one may hold back others.
    while let Some(HeldBack { absolute, real }) = walker.held_back.pop() {
        if walked.contains(absolute.as_os_str()) || !is_entered(&absolute, markers) {
            continue;
        }
        if walker.is_excluded(&walker.shown(&absolute)) {
            walker.skip(&absolute, SkipReason::Excluded);
            continue;
        }
        let first_new = walker.found.len();
        walker.walk(&absolute, real.as_deref(), Depth::Deep);
        markers.add_found(walker.found.get(first_new..).unwrap_or_default());
    }
}

/// Whether a folder or link is entered, by its name and place. A package directory that is the whole project holds the
/// project's tools as well; their `node_modules` is never meant to be deployed.
pub(super) fn is_entered(folder: &Path, markers: &Markers<'_>) -> bool {
    let name = folder.file_name().unwrap_or(OsStr::new(""));
    if folder_rule(name, false) == FolderRule::Walk {
        return true;
    }
    if is_tool_folder(name) {
        return false;
    }
    markers.deployed_by(folder).is_some_and(|project| {
        let is_package_directory = |folder: &&Path| {
            markers.package_directory_of(folder).is_some_and(|owner| owner == project)
        };
        name != NODE_MODULES
            || folder.ancestors().find(is_package_directory).is_some_and(|it| *it != **project)
    })
}
