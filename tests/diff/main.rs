//! What `sflint diff` tells of two states of a project, and how.
#![allow(clippy::unwrap_used)]

mod cases;
mod commits;
mod formats;
#[path = "../common/git.rs"]
mod git_command;
mod hostile;
#[path = "../common/run.rs"]
mod run;
mod selection;

use std::path::Path;

use run::{sflint, write};
use tempfile::TempDir;

/// A folder with two states of a project, `base` and `head`, outside of git.
fn sides(files: &[(&str, &str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for side in ["base", "head"] {
        let project = r#"{"packageDirectories": [{"path": "force-app", "default": true}]}"#;
        write(folder.path(), &format!("{side}/sfdx-project.json"), project);
    }
    for (side, path, text) in files {
        for own in ["base", "head"].into_iter().filter(|own| [*own, "both"].contains(side)) {
            write(folder.path(), &format!("{own}/{path}"), text);
        }
    }
    folder
}

fn diff(folder: &Path, arguments: &[&str]) -> String {
    let run = sflint(folder, &[&["diff", "--folders", "base", "head"], arguments].concat());
    let errors = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(0), "{errors}");
    String::from_utf8(run.stdout).unwrap()
}
