//! What a file is for, told by its path alone: a credential in documentation or in a test fixture is not judged like one
//! in a CI file.

use super::kind::kind_of;
use super::path::file_name;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileClass {
    /// Metadata that is deployed.
    Metadata,
    /// Source code: Apex, JavaScript, TypeScript, Python, …
    Code,
    /// Pipelines of CI systems.
    Ci,
    /// Shell and build scripts.
    Script,
    /// Environment variables of a real environment.
    Env,
    /// A template of such a file, made to be committed.
    EnvExample,
    /// Documentation.
    Docs,
    /// Tests and their fixtures.
    Test,
    /// Other configuration: JSON, YAML, TOML, properties.
    Config,
    /// Anything else.
    Other,
}

words!(FileClass {
    Metadata = "metadata",
    Code = "code",
    Ci = "ci",
    Script = "script",
    Env = "env",
    EnvExample = "env-example",
    Docs = "docs",
    Test = "test",
    Config = "config",
    Other = "other",
});

/// Endings of templates of environment files.
const TEMPLATE_ENDINGS: [&str; 8] =
    ["example", "sample", "template", "dist", "tmpl", "tpl", "defaults", "default"];

/// Whether a folder of this name, in lower case, holds tests or fixtures.
fn is_test_folder(name: &str) -> bool {
    matches!(
        name,
        "__mocks__"
            | "__tests__"
            | "e2e"
            | "fixtures"
            | "mocks"
            | "spec"
            | "test"
            | "testdata"
            | "tests"
            | "test-data"
    )
}

/// Whether a folder, or one that it lies in, holds tests or fixtures; with `/` between names.
pub fn is_in_test_folder(folder: &str) -> bool {
    folder.to_ascii_lowercase().split('/').any(is_test_folder)
}

/// The class of a file, from its path with `/` between names.
pub fn file_class(path: &str) -> FileClass {
    class_with(path, || kind_of(path).is_some())
}

/// The same, when somebody knows whether the name is that of metadata.
pub fn class_with(path: &str, is_metadata: impl FnOnce() -> bool) -> FileClass {
    let lower = path.to_ascii_lowercase();
    let name = file_name(&lower);
    let folders = || lower.rsplit('/').skip(1);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    if is_env_name(name) {
        return FileClass::Env;
    }
    if is_env_template(name) {
        return FileClass::EnvExample;
    }
    let stem = name.split('.').next().unwrap_or("");
    let tests = folders().any(is_test_folder)
        || has_inner_part(name, "test")
        || has_inner_part(name, "spec")
        || matches!(extension, "cls" | "py" | "java")
            && (stem.ends_with("test") || stem.ends_with("_test") || stem.starts_with("test_"));
    if tests {
        return FileClass::Test;
    }
    if is_ci(&lower, name) {
        return FileClass::Ci;
    }
    if !matches!(extension, "cls" | "trigger" | "js" | "page" | "cmp") && is_metadata() {
        return FileClass::Metadata;
    }
    match extension {
        "cls" | "trigger" | "apex" | "js" | "mjs" | "cjs" | "ts" | "jsx" | "tsx" | "py"
        | "java" | "rb" | "go" | "cs" | "php" | "page" | "component" | "cmp" | "html" | "soql"
        | "groovy" => FileClass::Code,
        "sh" | "bash" | "zsh" | "fish" | "ps1" | "psm1" | "bat" | "cmd" | "mk" => FileClass::Script,
        "md" | "markdown" | "rst" | "adoc" | "txt" => FileClass::Docs,
        "json" | "yml" | "yaml" | "toml" | "ini" | "cfg" | "conf" | "properties" | "xml" => {
            if name == "package.json" { FileClass::Script } else { FileClass::Config }
        }
        _ if matches!(name, "makefile" | "justfile" | "rakefile" | "dockerfile") => {
            FileClass::Script
        }
        _ => FileClass::Other,
    }
}

/// Whether a file name in lower case is that of an environment file: `.env`, `.env.local`, `prod.env`, `.envrc`; not a template.
pub fn is_env_name(name: &str) -> bool {
    (name == ".env" || name == ".envrc" || name.starts_with(".env.") || name.ends_with(".env"))
        && !has_template_ending(name)
}

/// Whether a file name in lower case is that of a template of an environment file: `.env.example`, `env.sample`.
pub fn is_env_template(name: &str) -> bool {
    (name.starts_with(".env") || name.starts_with("env.") || has_inner_part(name, "env"))
        && has_template_ending(name)
        || matches!(name, "example.env" | "sample.env" | "template.env")
}

/// Whether this stands between two dots of a name.
fn has_inner_part(name: &str, part: &str) -> bool {
    let mut parts = name.split('.').skip(1).peekable();
    while let Some(one) = parts.next() {
        if one == part && parts.peek().is_some() {
            return true;
        }
    }
    false
}

fn has_template_ending(name: &str) -> bool {
    let parts = || name.split(['.', '-', '_']);
    parts().any(|part| TEMPLATE_ENDINGS.contains(&part))
}

fn is_ci(path: &str, name: &str) -> bool {
    const FOLDERS: [&str; 9] = [
        ".github/workflows/",
        ".github/actions/",
        ".circleci/",
        ".azure/",
        ".azure-pipelines/",
        ".buildkite/",
        ".gitlab/",
        ".teamcity/",
        ".husky/",
    ];
    const STARTS: [&str; 7] = [
        ".gitlab-ci",
        "azure-pipeline",
        "bitbucket-pipelines",
        "jenkinsfile",
        ".travis",
        "appveyor",
        "cloudbuild",
    ];
    // Hidden folders are rare.
    let has_hidden = path.starts_with('.') || path.as_bytes().windows(2).any(|two| two == b"/.");
    let mut hidden = path.match_indices('.').filter_map(|(at, _)| {
        let (before, rest) = path.split_at(at);
        (before.is_empty() || before.ends_with('/')).then_some(rest)
    });
    has_hidden && hidden.any(|rest| FOLDERS.iter().any(|folder| rest.starts_with(folder)))
        || STARTS.iter().any(|start| name.starts_with(start))
        || matches!(name, "buildspec.yml" | "buildspec.yaml" | "codefresh.yml" | ".drone.yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_by_path() {
        for (path, class) in [
            (".env", FileClass::Env),
            ("app/.env.local", FileClass::Env),
            ("prod.env", FileClass::Env),
            (".envrc", FileClass::Env),
            (".env.example", FileClass::EnvExample),
            (".env.local.sample", FileClass::EnvExample),
            ("env.template", FileClass::EnvExample),
            ("example.env", FileClass::EnvExample),
            (".github/workflows/ci.yml", FileClass::Ci),
            ("sub/.gitlab-ci.yml", FileClass::Ci),
            ("Jenkinsfile", FileClass::Ci),
            ("sub/.github/workflows/ci.yml", FileClass::Ci),
            ("sub/.github/CODEOWNERS", FileClass::Other),
            ("my.azure/notes.md", FileClass::Docs),
            ("a.spec.ts", FileClass::Test),
            ("test.ts", FileClass::Code),
            (".test", FileClass::Other),
            ("prod.env.sample", FileClass::EnvExample),
            ("azure-pipelines.yml", FileClass::Ci),
            ("scripts/deploy.sh", FileClass::Script),
            ("package.json", FileClass::Script),
            ("README.md", FileClass::Docs),
            ("force-app/main/default/classes/Sync.cls", FileClass::Code),
            ("force-app/main/default/classes/SyncTest.cls", FileClass::Test),
            ("force-app/main/default/lwc/a/__tests__/a.test.js", FileClass::Test),
            ("force-app/main/default/profiles/Admin.profile-meta.xml", FileClass::Metadata),
            ("config/project-scratch-def.json", FileClass::Config),
            ("server.key", FileClass::Other),
        ] {
            assert_eq!(file_class(path), class, "{path}");
        }
    }
}
