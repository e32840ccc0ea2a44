//! What to say about files that are not looked at.

use super::Error;
use crate::config::FILE_NAME;
use crate::document::Cause;
use crate::project::{Discovery, Marker, ProjectFile, SkipReason, Skipped, kind_of};

/// What is wrong with something that was met but could not be a file of a project; `None` if nothing is.
pub(super) fn problem(skipped: &Skipped) -> Option<Cause> {
    match &skipped.why {
        SkipReason::SymlinkLeavesRoot => Some(Cause::LeavesRoot),
        SkipReason::NotRegular if kind_of(&skipped.path).is_some() => Some(Cause::NotRegular),
        SkipReason::Io(_) => Some(Cause::Io),
        SkipReason::Archive => Some(Cause::Archive),
        _ => None,
    }
}

pub(super) fn reason(why: &SkipReason) -> String {
    match why {
        SkipReason::Excluded => format!("excluded by {FILE_NAME}"),
        SkipReason::UnknownKind => "not a kind of file that sflint reads".to_owned(),
        SkipReason::OutsideRoot => "a package directory outside of the project".to_owned(),
        SkipReason::SymlinkLeavesRoot => "a symbolic link that leaves the project".to_owned(),
        SkipReason::SymlinkLoop => "a symbolic link to a folder that holds it".to_owned(),
        SkipReason::NotRegular => "not a regular file".to_owned(),
        SkipReason::TooManyFiles => "too many files, this is the first one left out".to_owned(),
        SkipReason::Archive => "an archive".to_owned(),
        SkipReason::Io(why) => why.clone(),
    }
}

pub(super) fn detail(why: &SkipReason) -> String {
    match why {
        SkipReason::Io(why) => why.clone(),
        _ => String::new(),
    }
}

/// What to say about files that were named but are not looked at.
pub(super) fn remarks_on_named_files(discovery: &Discovery) -> Vec<String> {
    discovery
        .skipped
        .iter()
        .filter(|skipped| matches!(skipped.why, SkipReason::UnknownKind | SkipReason::NotRegular))
        .filter(|skipped| problem(skipped).is_none())
        .map(|skipped| format!("{}: {}", skipped.path, reason(&skipped.why)))
        .collect()
}

/// A run on folders that found nothing to read at all is a mistake; a hook that passes a README is not.
pub(super) fn nothing_at_all(
    discovery: &Discovery,
    named: &[String],
    names_a_file: bool,
) -> Result<(), Error> {
    let any = discovery.projects.iter().any(|project| {
        // A project that says so of itself has files worth reading, even before it has metadata.
        let marked = project.marker != Marker::Folder;
        let worth =
            |file: &ProjectFile| file.kind.is_some() || (marked || names_a_file) && file.target;
        project.files.iter().any(worth)
    });
    let reportable = discovery
        .skipped
        .iter()
        .any(|skipped| !matches!(skipped.why, SkipReason::Excluded | SkipReason::UnknownKind));
    if any || reportable || !named.is_empty() {
        return Ok(());
    }
    Err(Error::NothingToCheck(
        "no Salesforce metadata found: name the folder of a project (with sfdx-project.json or package.xml), or metadata files".to_owned(),
    ))
}
