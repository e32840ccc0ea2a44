//! Embeds the rule files: every `rules/<family>/<id>.toml` with its path and text. There is no second list.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    println!("cargo::rerun-if-changed=rules");
    let mut files = Vec::new();
    for family in sorted(&root.join("rules"))? {
        if family.is_dir() {
            for file in sorted(&family)? {
                if file.extension().is_some_and(|extension| extension == "toml") {
                    files.push(file);
                }
            }
        }
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default()).join("rules.rs");
    let mut table = fs::File::create(out)?;
    writeln!(table, "&[")?;
    for file in files {
        let relative =
            file.strip_prefix(&root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        println!("cargo::rerun-if-changed={relative}");
        writeln!(table, "    ({relative:?}, include_str!({:?})),", file.to_string_lossy())?;
    }
    writeln!(table, "]")
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    entries.sort();
    Ok(entries)
}
