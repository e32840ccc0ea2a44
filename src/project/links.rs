//! Symlinks: followed within the root, so that nothing hides behind one; never out of it.

use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;

use super::discover::SkipReason;
use super::file_tree::{Form, is_loop};
use super::held_back::{is_entered, walk_deployed};
use super::inputs::loop_reason;
use super::kind::kind_of;
use super::markers::Markers;
use super::path::file_name;
use super::walk::{Depth, Found, Link, Walker, is_skipped_file, reaches};

/// Follows the links the walker has met, and those met on the way. Each real folder is walked at most once a project
/// and once for its package directories: a second time would add little, and a farm of links could add without end.
pub(super) fn follow(
    walker: &mut Walker<'_>,
    markers: &mut Markers<'_>,
    scopes: &[(PathBuf, Depth)],
) {
    let tree = walker.tree;
    let mut visited: HashSet<(PathBuf, bool, PathBuf)> = HashSet::new();
    let mut queue = sorted(std::mem::take(&mut walker.links));
    while let Some(link) = queue.pop_front() {
        let target = match tree.canonical(&link.absolute) {
            Ok(target) => target,
            Err(error) if is_loop(&error) => {
                let why = loop_reason(&walker.shown(&link.absolute));
                walker.skip(&link.absolute, why);
                continue;
            }
            Err(error) => {
                walker.skip(&link.absolute, SkipReason::Io(format!("broken link: {error}")));
                continue;
            }
        };
        if !target.starts_with(walker.root) {
            walker.skip(&link.absolute, SkipReason::SymlinkLeavesRoot);
            continue;
        }
        match tree.form(&target) {
            Ok(Form::Folder) => {}
            Ok(Form::File) => {
                add_file(walker, link, target);
                continue;
            }
            Ok(_) => {
                walker.skip(&link.absolute, SkipReason::NotRegular);
                continue;
            }
            Err(error) => {
                walker.skip(&link.absolute, SkipReason::Io(error.to_string()));
                continue;
            }
        }
        if walker.is_excluded(&walker.shown(&link.absolute)) {
            walker.skip(&link.absolute, SkipReason::Excluded);
            continue;
        }
        if link.real_parent.starts_with(&target) {
            walker.skip(&link.absolute, SkipReason::SymlinkLoop);
            continue;
        }
        // What a package directory holds is deployed from there, whatever else it may be.
        let in_package = markers.deployed_by(&link.absolute).is_some();
        let is_project_of_its_own = !in_package
            && markers.any_within(&target)
            && scopes.iter().any(|(scope, depth)| reaches(scope, *depth, &target));
        let owner = markers.owner(link.absolute.parent().unwrap_or(walker.root), walker.root);
        let owner = owner.map_or_else(PathBuf::new, |(folder, _)| folder.to_owned());
        if !is_entered(&link.absolute, markers)
            || is_project_of_its_own
            || !visited.insert((owner, in_package, target.clone()))
        {
            continue;
        }
        let first_new = walker.found.len();
        walker.walk(&link.absolute, Some(&target), Depth::Deep);
        markers.add_found(walker.found.get(first_new..).unwrap_or_default());
        walk_deployed(&[], walker, markers);
        queue.extend(sorted(std::mem::take(&mut walker.links)));
    }
}

fn sorted(mut links: Vec<Link>) -> VecDeque<Link> {
    links.sort_unstable_by(|a, b| a.absolute.cmp(&b.absolute));
    links.dedup_by(|a, b| a.absolute == b.absolute);
    links.into()
}

fn add_file(walker: &mut Walker<'_>, link: Link, target: PathBuf) {
    let Link { absolute, real_parent } = link;
    let in_linked_folder = absolute.parent().is_some_and(|parent| parent != real_parent);
    let path = walker.shown(&absolute).into_owned();
    if is_skipped_file(file_name(&path)) {
        return;
    }
    let kind = kind_of(&path);
    let listed = kind.is_some() || walker.other_files;
    if listed && walker.is_excluded(&path) {
        return walker.skip(&absolute, SkipReason::Excluded);
    }
    let links = 1 + u8::from(in_linked_folder);
    walker.push(Found { absolute, path, kind, listed, real: Some(target), links });
}
