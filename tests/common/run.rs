//! Projects on disk, and sflint run on them.

use std::path::Path;
use std::process::{Command, Output};

/// Writes a file with the folders around it.
pub fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// Runs sflint in a folder, with the width that it has where no terminal tells another.
pub fn sflint(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sflint"))
        .current_dir(folder)
        .args(arguments)
        .env_remove("COLUMNS")
        .output()
        .unwrap()
}
