//! Separate copies of metadata: org snapshots and mdapi folders outside the package directories.

use std::collections::HashMap;

use super::discover::ProjectFile;
use super::kind::{FileKind, Role};
use super::path::{file_name, parent, split_at_folder};
use super::types;

/// The folder above the directory of the file's type: `orgs/prod/src/profiles/A.profile` is of the copy
/// `orgs/prod/src`. Without such a directory the folder that holds the file; `.` is the project itself.
/// `path` is normalised and relative to the project.
pub fn copy_folder<'a>(path: &'a str, kind: &FileKind) -> &'a str {
    if let Some(above) = has_type_directory(path, kind) {
        return above;
    }
    let folder = parent(path);
    // Older retrieves file some types under other names; such folders are no copies of their own.
    if types::is_type_directory(file_name(folder)) { parent(folder) } else { folder }
}

/// The folder above the directory of the file's type, if the file lies in one.
pub(super) fn has_type_directory<'a>(path: &'a str, kind: &FileKind) -> Option<&'a str> {
    let row = types::by_name(kind.metadata_type)?;
    split_at_folder(path, &[row.directory]).map(|(_, above, _)| above)
}

/// Sets `copy` of every file of a project: empty in package directories. A project without package directories
/// is one copy unless a component occurs in two of its folders.
pub(super) fn set_copies(project: &str, has_package_directories: bool, files: &mut [ProjectFile]) {
    let copies: Vec<&str> = files
        .iter()
        .map(|file| match &file.kind {
            Some(kind) if file.package_directory.is_none() => {
                copy_folder(below(&file.path, project), kind)
            }
            _ => "",
        })
        .collect();
    if !has_package_directories && !repeats(files, &copies) {
        return;
    }
    let copies: Vec<String> = copies.into_iter().map(str::to_owned).collect();
    for (file, copy) in files.iter_mut().zip(copies) {
        file.copy = copy;
    }
}

fn below<'a>(path: &'a str, project: &str) -> &'a str {
    if project == "." {
        return path;
    }
    path.strip_prefix(project).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path)
}

fn repeats(files: &[ProjectFile], copies: &[&str]) -> bool {
    let mut seen: HashMap<(&str, &str), &str> = HashMap::new();
    files.iter().zip(copies).any(|(file, copy)| match &file.kind {
        Some(FileKind { metadata_type, role: Role::Whole | Role::PermissionSetPart, .. }) => {
            *seen.entry((metadata_type, &file.component)).or_insert(copy) != *copy
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::kind_of;

    #[test]
    fn folders() {
        for (path, expected) in [
            ("orgs/prod/src/profiles/A.profile", "orgs/prod/src"),
            ("profiles/A.profile", "."),
            ("x/A.profile-meta.xml", "x"),
            ("A.profile-meta.xml", "."),
            ("src/objects/A/fields/F.field-meta.xml", "src"),
            ("src/permissionsets/P/fieldPermissions/A.B.fieldPermission-meta.xml", "src"),
            ("src/extlClntAppOauthSettings/A.ecaGlblOauth", "src"),
            ("src/sharingRules/A/sharingGuestRules/G.sharingGuestRule-meta.xml", "src"),
        ] {
            assert_eq!(copy_folder(path, &kind_of(path).expect(path)), expected, "{path}");
        }
    }
}
