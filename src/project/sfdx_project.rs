//! What discovery needs from `sfdx-project.json`.

use std::collections::HashSet;
use std::path::Path;

use serde_json::Value;

use super::file_tree::FileTree;
use super::path::{is_absolute, normalise};

/// Its name.
pub const NAME: &str = "sfdx-project.json";

/// More than any real project file; larger ones are noted, not read.
const MAX_BYTES: u64 = 16 << 20;

/// The parts of `sfdx-project.json` that shape a project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SfdxProject {
    /// `path` of each package directory in order, normalised, relative to the project.
    pub package_directories: Vec<String>,
    /// `namespace`, if not empty.
    pub namespace: Option<String>,
    /// `sourceApiVersion`, if not empty.
    pub source_api_version: Option<String>,
    /// Some package directory names a `package`.
    pub packages: bool,
    /// Some package directory names a `package` and its `versionNumber`.
    pub versioned_packages: bool,
}

/// Reads the file; the error is a sentence for the user.
pub fn read(tree: &dyn FileTree, path: &Path) -> Result<SfdxProject, String> {
    let bytes =
        tree.read(path, MAX_BYTES + 1).map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("is larger than {} MiB", MAX_BYTES >> 20));
    }
    parse(&bytes)
}

/// Parses the file's bytes, with or without a byte order mark.
pub fn parse(bytes: &[u8]) -> Result<SfdxProject, String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let json: Value =
        serde_json::from_slice(bytes).map_err(|error| format!("is not valid JSON: {error}"))?;
    if !json.is_object() {
        return Err("is not a JSON object".to_owned());
    }
    let directories =
        json.get("packageDirectories").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut project = SfdxProject {
        namespace: text(&json, "namespace"),
        source_api_version: text(&json, "sourceApiVersion"),
        ..SfdxProject::default()
    };
    let mut known = HashSet::new();
    for directory in directories {
        let packaged = text(directory, "package").is_some();
        project.packages |= packaged;
        project.versioned_packages |= packaged && text(directory, "versionNumber").is_some();
        if let Some(path) = directory.get("path").and_then(Value::as_str) {
            let path = normalise(path.trim());
            if known.insert(path.clone()) {
                project.package_directories.push(path);
            }
        }
    }
    Ok(project)
}

/// A string or number that is not blank.
fn text(json: &Value, key: &str) -> Option<String> {
    let text = match json.get(key)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// True for a package directory that does not lie in its project.
pub fn is_outside(package_directory: &str) -> bool {
    is_absolute(package_directory)
        || package_directory == ".."
        || package_directory.starts_with("../")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_matters() {
        let project = parse(
            b"\xEF\xBB\xBF{\r\n\"packageDirectories\":[{\"path\":\"./force-app/\",\"default\":true},{\"path\":\"packages\\\\core\\\\\",\
              \"package\":\"Core\"},{\"path\":\"force-app\"},{\"package\":\"No path\"},7],\"namespace\":\" ns \",\"sourceApiVersion\":63.0}",
        )
        .expect("valid");
        assert_eq!(project.package_directories, ["force-app", "packages/core"]);
        assert_eq!(project.namespace.as_deref(), Some("ns"));
        assert_eq!(project.source_api_version.as_deref(), Some("63.0"));
        assert!(project.packages && !project.versioned_packages);
        let versioned = parse(
            br#"{"packageDirectories":[{"path":"a","package":"A","versionNumber":"1.0.0.NEXT"}]}"#,
        );
        assert!(versioned.is_ok_and(|project| project.versioned_packages));
    }

    #[test]
    fn empty_and_odd_values_are_absent() {
        assert_eq!(
            parse(br#"{"namespace":"","sourceApiVersion":null,"packageDirectories":{}}"#),
            Ok(SfdxProject::default())
        );
    }

    #[test]
    fn broken_files_say_why() {
        for (bytes, expected) in [
            (&b"{"[..], "not valid JSON"),
            (b"[]", "not a JSON object"),
            (b"\xFF\xFE{", "not valid JSON"),
            (&[b'['; 100_000][..], "not valid JSON"),
        ] {
            assert!(parse(bytes).is_err_and(|error| error.contains(expected)));
        }
        assert!(
            read(&crate::project::store::Disk, Path::new("/nonexistent/sfdx-project.json"))
                .is_err()
        );
    }

    #[test]
    fn outside() {
        assert!(is_outside("../a") && is_outside("..") && is_outside("/a") && is_outside("C:/a"));
        assert!(!is_outside("..a") && !is_outside(".") && !is_outside("a/b"));
    }
}
