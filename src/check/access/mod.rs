//! The story of an access diff: read both sides as far as they can differ, take what they say, compare.

mod changed;
mod reading;

use std::collections::BTreeSet;

pub use self::changed::differing_files;
use self::changed::{Changed, rereads_everything};
use self::reading::{OneSide, deny, read};
use super::{Error, Prepared, Project, found_config, nearest_config, sensitivity};
use crate::config::Config;
use crate::config::catalogue::Catalogue;
use crate::diff::{AccessDiff, Input, Names, NotCompared, SideOf, Spot, compare, lost_by_profiles};
use crate::model::read::Reading;
use crate::project::file_tree::FileTree;
use crate::project::path;
use crate::settle::locate;
use crate::value::date::Date;

/// One side: projects, wherever they come from.
pub struct AccessSide<'a> {
    /// The projects with their files; none where there is nothing.
    pub prepared: &'a Prepared,
    /// Where the files come from.
    pub tree: &'a dyn FileTree,
    /// The folder that is compared, relative to the root of `prepared`: what lies at the same path below it is the same.
    pub folder: String,
    /// How the side is called: a revision or a folder.
    pub name: String,
}

/// What to compare, and how.
pub struct AccessRequest<'a> {
    /// What was.
    pub base: AccessSide<'a>,
    /// What will be.
    pub head: AccessSide<'a>,
    /// Files that differ, relative to the folders of the sides, `/` between names: nothing else is compared, and little else is
    /// read. `None` when nobody knows: then everything is.
    pub changed: Option<&'a BTreeSet<String>>,
    /// The config for both, in place of the nearest one of each project.
    pub config: Option<&'a Config>,
    /// The day of the run.
    pub today: Date,
    /// Threads at most.
    pub threads: usize,
}

/// Compares what two states of projects say of access. Projects at the same path are the same; one that is on one side only is
/// all new, or all gone.
///
/// # Errors
/// When a config or its lists are wrong.
pub fn access_diff(request: &AccessRequest<'_>) -> Result<AccessDiff, Error> {
    let (base, head) = (&request.base, &request.head);
    let place = |side: &AccessSide<'_>, project: &Project| {
        let path = &project.project.path;
        path::relative(path, &side.folder).unwrap_or_else(|| path.clone())
    };
    let places = |side: &AccessSide<'_>| -> BTreeSet<String> {
        side.prepared.projects.iter().map(|project| place(side, project)).collect()
    };
    let mut all =
        AccessDiff { base: base.name.clone(), head: head.name.clone(), ..AccessDiff::default() };
    for at in places(base).union(&places(head)) {
        let find = |side: &'_ AccessSide<'_>| {
            side.prepared.projects.iter().position(|project| place(side, project) == *at)
        };
        let old = find(base).and_then(|at| base.prepared.projects.get(at));
        let new = find(head).and_then(|at| head.prepared.projects.get(at));
        all.add(project_diff(request, old, new)?);
    }
    for (which, side) in [(SideOf::Base, base), (SideOf::Head, head)] {
        let problems = side.prepared.problems.iter();
        all.not_compared.extend(problems.map(|(path, why)| NotCompared {
            what: path.clone(),
            why: why.clone(),
            spot: Some(Spot::of_file(which, path)),
        }));
    }
    locate(all.locations(SideOf::Base), &base.prepared.files, base.tree);
    locate(all.locations(SideOf::Head), &head.prepared.files, head.tree);
    Ok(all)
}

fn project_diff(
    request: &AccessRequest<'_>,
    base: Option<&Project>,
    head: Option<&Project>,
) -> Result<AccessDiff, Error> {
    let config = |side: &AccessSide<'_>, project: Option<&Project>| {
        let folder = project.map(|project| side.prepared.root.join(&project.project.path));
        let found = folder.and_then(|folder| nearest_config(side.tree, &folder));
        match (request.config, found) {
            (Some(config), _) => Ok(Some(config.clone())),
            (None, Some(path)) => found_config(side.tree, &path).map(Some),
            (None, None) => Ok(None),
        }
    };
    let old_config = config(&request.base, base)?;
    let new_config = config(&request.head, head)?;
    // Both sides are read by the same config, and by the old one: what a change says of itself does not decide how it is told.
    let none = Config::none(&request.head.prepared.root);
    let (ruling, tree) = match base {
        Some(_) => (old_config.as_ref().unwrap_or(&none), request.base.tree),
        None => (new_config.as_ref().unwrap_or(&none), request.head.tree),
    };
    let catalogue = Catalogue::with_needed(|_| false, tree, ruling.rules_dir.as_deref())?;
    let sensitivity = sensitivity(ruling, &catalogue.lists);
    let changed = request.changed.filter(|changed| !rereads_everything(changed));
    let side = |of: SideOf| {
        let (side, project, own) = match of {
            SideOf::Base => (&request.base, base, old_config.as_ref()),
            SideOf::Head => (&request.head, head, new_config.as_ref()),
        };
        // Two states at one place leave out the same, as the old one says; two folders each say it of themselves.
        let one_place = request.base.prepared.root == request.head.prepared.root;
        let leaving_out = if one_place { Some(ruling) } else { own };
        OneSide::new(side, project, leaving_out, ruling, &catalogue.lists, &sensitivity, changed)
    };
    let mut sides = [side(SideOf::Base), side(SideOf::Head)];
    let mut selection = changed.map(|_| Changed::of(&sides));
    let mut small: Vec<Vec<Reading>> = Vec::new();
    for (which, side) in [SideOf::Base, SideOf::Head].into_iter().zip(&mut sides) {
        small.push(side.read_small(which, selection.as_ref(), request));
    }
    if let Some(selection) = &mut selection {
        selection.add_guests(&small);
    }
    let mut names = Names::default();
    let mut small = small.into_iter();
    let mut take = |side: &OneSide<'_>| {
        read(side, small.next().unwrap_or_default(), selection.as_ref(), request, &mut names)
    };
    let [base_side, head_side] = &sides;
    let (old, mut new) = (take(base_side), take(head_side));
    let (old_files, new_files) = (&request.base.prepared.files, &request.head.prepared.files);
    let old = Input { snapshot: &old, files: old_files };
    let lost = lost_by_profiles(old, Input { snapshot: &new, files: new_files });
    deny(head_side, &mut new, &lost, request, &names);
    let new = Input { snapshot: &new, files: new_files };
    Ok(compare(old, new, &names, [&ruling.lists, &catalogue.lists]))
}
