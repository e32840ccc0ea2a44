//! Embeds the table of metadata types, the checklists, and the rule files: every `rules/<family>/<id>.toml` with its path, its text, and what its TOML says
//! before the examples (see `src/rule/load/compiled.rs`). There is no second list.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use toml_span::Value;
use toml_span::value::ValueInner;

fn main() -> io::Result<()> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=checklists");
    println!("cargo::rerun-if-changed=src/project/types.tsv");
    let types = fs::read_to_string(root.join("src/project/types.tsv"))?;
    fs::write(out.join("types.rs"), type_rows(&types))?;
    fs::write(out.join("names.rs"), format!("&{:?}", names(&types)))?;
    fs::write(out.join("directories.rs"), format!("&{:?}", directories(&types)))?;
    let mut table = fs::File::create(out.join("rules.rs"))?;
    writeln!(table, "&[")?;
    for file in rule_files(&root.join("rules"))? {
        let relative =
            file.strip_prefix(&root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        println!("cargo::rerun-if-changed={relative}");
        let compiled = out.join(relative.replace('/', "-")).with_extension("bin");
        let text = fs::read_to_string(&file)?;
        let text = before_examples(&text);
        fs::write(&compiled, compile(text))?;
        let (path, compiled) = (file.to_string_lossy(), compiled.to_string_lossy());
        writeln!(
            table,
            "    Shipped {{ path: {relative:?}, text: include_str!({path:?}), compiled: Compiled {{ toml: include_bytes!({compiled:?}), head: {} }}, {} }},",
            text.len(),
            known(text)
        )?;
    }
    writeln!(table, "]")?;
    let mut table = fs::File::create(out.join("checklists.rs"))?;
    writeln!(table, "&[")?;
    for file in sorted(&root.join("checklists"))? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let text = file.to_string_lossy();
        writeln!(table, "    ({:?}, include_str!({text:?})),", format!("checklists/{name}"))?;
    }
    writeln!(table, "]")
}

/// The rows of the table of metadata types as the array of `src/project/types.rs`.
fn type_rows(table: &str) -> String {
    let mut rows = String::from("&[\n");
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let column = |at: usize| columns.get(at).copied().unwrap_or("");
        let flags: Vec<&str> = column(3).split(',').collect();
        let has = |flag: &str| flags.contains(&flag);
        let child = match (has("object-child"), has("child"), has("child-alone")) {
            (true, ..) => "Some(Child::OfObject)",
            (_, true, _) => "Some(Child::OfFolder)",
            (.., true) => "Some(Child::Alone)",
            _ => "None",
        };
        rows.push_str(&format!(
            "    TypeRow {{ suffix: {:?}, name: {:?}, directory: {:?}, content: {}, bundle: {}, in_folder: {}, \
             needs_directory: {}, large: {}, child: {child}, default: {} }},\n",
            column(0),
            column(1),
            column(2),
            has("content"),
            has("bundle") || has("mixed"),
            has("folder"),
            has("generic") || has("strict") || child != "None",
            has("large"),
            has("default"),
        ));
    }
    rows.push_str("]\n");
    rows
}

/// The names of metadata types with the first row of each, sorted.
fn names(table: &str) -> Vec<(&str, usize)> {
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    let mut all: Vec<(&str, usize)> =
        rows.enumerate().filter_map(|(row, line)| Some((line.split('\t').nth(1)?, row))).collect();
    all.sort();
    all.dedup_by_key(|(name, _)| *name);
    all
}

/// The directories of metadata types, in lower case, each once.
fn directories(table: &str) -> Vec<String> {
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    let mut all: Vec<String> =
        rows.filter_map(|line| line.split('\t').nth(2)).map(str::to_ascii_lowercase).collect();
    all.sort();
    all.dedup();
    all
}

fn rule_files(rules: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for family in sorted(rules)?.into_iter().filter(|family| family.is_dir()) {
        files.extend(sorted(&family)?);
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    Ok(files)
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut entries = entries.collect::<io::Result<Vec<PathBuf>>>()?;
    entries.sort();
    Ok(entries)
}

fn before_examples(text: &str) -> &str {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("[[bad]]") || line.starts_with("[[good]]") {
            break;
        }
        end += line.len();
    }
    &text[..end]
}

/// What is known of a file without loading it, as fields of `Shipped` (see `src/rule/shipped.rs`).
fn known(text: &str) -> String {
    let root = toml_span::parse(text).ok();
    let top = root.as_ref().and_then(Value::as_table);
    let texts = |value: Option<&Value<'_>>| -> Vec<String> {
        let listed = value.and_then(Value::as_array).into_iter().flatten();
        let own = value.into_iter().chain(listed);
        own.filter_map(|one| one.as_str().map(str::to_owned)).collect()
    };
    let named = |name: &str| top.and_then(|top| top.get(name));
    let presets = match named("presets") {
        None => vec!["recommended".to_owned()],
        stated => texts(stated),
    };
    let kinds = texts(named("match").and_then(|clause| clause.as_table()?.get("kind")));
    let mut entries: Vec<_> = top.into_iter().flatten().collect();
    entries.sort_by_key(|(key, _)| key.span.start);
    let lists: Vec<&str> = entries.iter().map(|(key, _)| key.name.as_ref()).collect();
    format!(
        "presets: &{presets:?}, maps: &{:?}, was: &{:?}, kinds: &{kinds:?}, lists: &{:?}",
        texts(named("maps")),
        texts(named("was")),
        if kinds.is_empty() { lists } else { Vec::new() }
    )
}

/// Empty for a file that is not TOML: it is read, and complained about, at run time.
fn compile(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    if let Ok(mut value) = toml_span::parse(text) {
        encode(&mut value, text, &mut out);
    }
    out
}

fn encode(value: &mut Value<'_>, text: &str, out: &mut Vec<u8>) {
    let span = (value.span.start, value.span.end);
    match value.take() {
        ValueInner::String(string) => encode_text(&string, span, text, out),
        ValueInner::Integer(number) => {
            head(2, span, out);
            out.extend(number.to_le_bytes());
        }
        ValueInner::Float(number) => {
            head(3, span, out);
            out.extend(number.to_le_bytes());
        }
        ValueInner::Boolean(truth) => head(4 + u8::from(truth), span, out),
        ValueInner::Array(items) => {
            head(6, span, out);
            number(items.len(), out);
            for mut item in items {
                encode(&mut item, text, out);
            }
        }
        ValueInner::Table(entries) => {
            head(7, span, out);
            number(entries.len(), out);
            for (key, mut value) in entries {
                encode_text(&key.name, (key.span.start, key.span.end), text, out);
                encode(&mut value, text, out);
            }
        }
    }
}

fn encode_text(string: &str, span: (usize, usize), text: &str, out: &mut Vec<u8>) {
    if text.get(span.0..span.1) == Some(string) {
        head(0, span, out);
    } else {
        head(1, span, out);
        number(string.len(), out);
        out.extend(string.as_bytes());
    }
}

fn head(tag: u8, span: (usize, usize), out: &mut Vec<u8>) {
    out.push(tag);
    number(span.0, out);
    number(span.1, out);
}

fn number(value: usize, out: &mut Vec<u8>) {
    out.extend((value as u32).to_le_bytes());
}
