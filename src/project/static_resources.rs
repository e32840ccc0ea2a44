//! What an expanded static resource holds is its content, whatever the names of its files say.

use std::collections::HashSet;

use super::kind::static_resource_content;
use super::path::parent;
use super::walk::Found;

/// The Salesforce CLI knows the folder in this spelling only.
const FOLDER: &str = "staticresources";
const COMPANION: &str = ".resource-meta.xml";

/// Makes the files of expanded static resources content. A folder is one if its `.resource-meta.xml` lies beside it;
/// any other folder could hide metadata.
pub(super) fn set_content(found: &mut [Found]) {
    let resources: HashSet<String> = found
        .iter()
        .filter_map(|one| one.path.strip_suffix(COMPANION))
        .filter(|stem| {
            let folder = parent(stem);
            folder == FOLDER || folder.strip_suffix(FOLDER).is_some_and(|it| it.ends_with('/'))
        })
        .map(str::to_owned)
        .collect();
    if resources.is_empty() {
        return;
    }
    for one in found.iter_mut().filter(|one| one.kind.is_some()) {
        if resource_of(&one.path).is_some_and(|resource| resources.contains(resource)) {
            one.kind = static_resource_content();
        }
    }
}

/// The folder right below the first `staticresources`, if the file lies in it.
fn resource_of(path: &str) -> Option<&str> {
    let mut start = 0;
    let mut previous = "";
    for (at, _) in path.match_indices('/') {
        if previous == FOLDER {
            return path.get(..at);
        }
        previous = path.get(start..at)?;
        start = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::kind_of;

    #[test]
    fn resources() {
        for (path, expected) in [
            ("a/staticresources/zip/profiles/A.profile", Some("a/staticresources/zip")),
            ("staticresources/zip/A.profile", Some("staticresources/zip")),
            ("staticresources/x/staticresources/y/A.profile", Some("staticresources/x")),
            ("a/staticresources/zip.resource-meta.xml", None),
            ("a/StaticResources/zip/A.profile", None),
            ("a/profiles/A.profile", None),
        ] {
            assert_eq!(resource_of(path), expected, "{path}");
        }
    }

    #[test]
    fn content_only_with_a_companion() {
        let mut found: Vec<Found> = [
            "p/staticresources/zip.resource-meta.xml",
            "p/staticresources/zip/profiles/A.profile-meta.xml",
            "p/staticresources/bare/profiles/A.profile-meta.xml",
            "p/profiles/A.profile-meta.xml",
        ]
        .into_iter()
        .map(|path| Found {
            absolute: path.into(),
            path: path.to_owned(),
            kind: kind_of(path),
            listed: true,
            real: None,
            links: 0,
        })
        .collect();
        set_content(&mut found);
        let kinds: Vec<_> =
            found.iter().filter_map(|one| one.kind).map(|kind| kind.metadata_type).collect();
        assert_eq!(kinds, ["StaticResource", "StaticResource", "Profile", "Profile"]);
        assert_eq!(found[1].kind, kind_of("staticresources/zip/a.js"));
    }
}
