//! What `sflint diff` tells of two states of a project, and how.
#![allow(clippy::unwrap_used)]

mod cases;
mod commits;
mod formats;
#[path = "../common/git.rs"]
mod git_command;
mod hostile;
mod selection;

use std::path::Path;
use std::process::{Command, Output};

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

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn sflint(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sflint"))
        .current_dir(folder)
        .args(arguments)
        .env_remove("COLUMNS")
        .output()
        .unwrap()
}

fn diff(folder: &Path, arguments: &[&str]) -> String {
    let run = sflint(folder, &[&["diff", "--folders", "base", "head"], arguments].concat());
    let errors = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(0), "{errors}");
    String::from_utf8(run.stdout).unwrap()
}
