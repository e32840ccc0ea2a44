//! What a file is, told by its name and folders alone.
//!
//! The suffix decides; the folder counts only where registry types share a suffix, where the suffix is an everyday
//! word in a file without `-meta.xml`, and for the content of bundles. Case never matters: the platform's tools are
//! stricter, but a grant must not hide behind `.PROFILE-META.XML`.

use super::path::{file_name, parent, split_at_folder};
use super::types::{self, Child, TypeRow};

/// The kind of a metadata file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileKind {
    /// The metadata type, e.g. `Profile`. All files of settings are `Settings`; their root element tells more.
    pub metadata_type: &'static str,
    /// Which part of the component the file holds.
    pub role: Role,
    /// Whether the file is worth reading when no rule asks for it.
    pub size: SizeClass,
}

/// Which part of its component a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The whole component.
    Whole,
    /// A part of a decomposed permission set, its root file included.
    PermissionSetPart,
    /// The `-meta.xml` beside a content file or in a bundle.
    Companion,
    /// A content file: source code, a certificate, a file of a bundle.
    Content,
    /// A part of an object below `objects/<Object>/`, e.g. a field.
    ObjectChild,
    /// Another decomposed part: a sharing rule, an outbound message, a label.
    DecomposedChild,
}

/// How large files of a kind become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SizeClass {
    /// Always read as context.
    Small,
    /// Profiles, permission sets and code: read as context only when a rule joins something to them.
    Large,
}

/// Suffix of source-format metadata files.
const META: &str = "-meta.xml";
/// The folder of permission sets.
pub(super) const PERMISSION_SETS: &str = "permissionsets";

/// Bundle folders whose files are content, and the extensions that count there (none: all).
const CONTENT_FOLDERS: [(&str, &[&str]); 5] = [
    ("lwc", &["js", "ts", "html", "css", "svg", "json"]),
    ("aura", &["cmp", "app", "evt", "intf", "js", "css", "design", "svg", "auradoc", "tokens"]),
    ("staticresources", &[]),
    ("experiences", &["json"]),
    ("digitalExperiences", &["json"]),
];
const CONTENT_FOLDER_NAMES: [&str; 5] = [
    CONTENT_FOLDERS[0].0,
    CONTENT_FOLDERS[1].0,
    CONTENT_FOLDERS[2].0,
    CONTENT_FOLDERS[3].0,
    CONTENT_FOLDERS[4].0,
];
const CONTENT_TYPES: [&str; 5] = [
    "LightningComponentBundle",
    "AuraDefinitionBundle",
    "StaticResource",
    "ExperienceBundle",
    "DigitalExperienceBundle",
];

/// Folders whose `-meta.xml` files may have any suffix, with their types.
const ANY_SUFFIX_FOLDERS: [&str; 12] = [
    "lwc",
    "aura",
    "documents",
    "aiAuthoringBundles",
    "appTemplates",
    "contentTypes",
    "experiencePropertyTypeBundles",
    "genAiFunctions",
    "genAiPlannerBundles",
    "integArtifactDefs",
    "lightningTypes",
    "uiWidgets",
];
const ANY_SUFFIX_TYPES: [&str; 12] = [
    "LightningComponentBundle",
    "AuraDefinitionBundle",
    "Document",
    "AiAuthoringBundle",
    "AppFrameworkTemplateBundle",
    "ContentTypeBundle",
    "ExperiencePropertyTypeBundle",
    "GenAiFunction",
    "GenAiPlannerBundle",
    "IntegArtifactDef",
    "LightningTypeBundle",
    "UiWidgetBundle",
];

/// The kind of the file at a normalised path, relative to anything; `None` if it is not metadata.
pub fn kind_of(path: &str) -> Option<FileKind> {
    let name = file_name(path);
    // Hidden files are never metadata: editors and file managers leave their own copies under such names.
    if name.starts_with('.') || !name.contains('.') || is_manifest(name) {
        return None;
    }
    let (stem, meta) = strip_meta(name);
    let (base, suffix) = stem.rsplit_once('.')?;
    if base.is_empty() {
        return None;
    }
    if meta { source_kind(path, base, suffix) } else { plain_kind(path, suffix) }
}

/// The name without `-meta.xml`, and whether it had it.
pub(super) fn strip_meta(name: &str) -> (&str, bool) {
    let cut = name.len().saturating_sub(META.len());
    match (name.get(..cut), name.get(cut..)) {
        (Some(stem), Some(tail)) if tail.eq_ignore_ascii_case(META) => (stem, true),
        _ => (name, false),
    }
}

/// `package.xml` and `destructiveChanges*.xml` list components; they are none.
fn is_manifest(name: &str) -> bool {
    const DESTRUCTIVE: &str = "destructiveChanges";
    let is_xml = name.len() > 4
        && name.get(name.len() - 4..).is_some_and(|tail| tail.eq_ignore_ascii_case(".xml"));
    is_xml
        && (name.eq_ignore_ascii_case("package.xml")
            || (name
                .get(..DESTRUCTIVE.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(DESTRUCTIVE))
                && !strip_meta(name).1))
}

/// A file with `-meta.xml`.
fn source_kind(path: &str, base: &str, suffix: &str) -> Option<FileKind> {
    let rows = types::by_suffix(suffix);
    let first = rows.first().map_or("", |row| row.name);
    if matches!(first, "" | "PermissionSet" | "CustomPermission")
        && is_permission_set_part(path, base, first)
    {
        return Some(FileKind {
            metadata_type: "PermissionSet",
            role: Role::PermissionSetPart,
            size: SizeClass::Large,
        });
    }
    // `X.app-meta.xml` is a custom application, except among components.
    let aura_application = suffix.eq_ignore_ascii_case("app")
        && split_at_folder(path, &CONTENT_FOLDER_NAMES).is_some_and(|it| it.0 == 1);
    if rows.is_empty() || aura_application {
        let (index, _, _) = split_at_folder(path, &ANY_SUFFIX_FOLDERS)?;
        let row = types::by_name(ANY_SUFFIX_TYPES.get(index)?)?;
        return Some(kind_with_meta(row));
    }
    let row = match rows {
        [row] => row,
        _ => pick(rows, path).or_else(|| rows.iter().find(|row| row.default))?,
    };
    // Any XML file could be called `X.xml-meta.xml`: this suffix says nothing without its folder.
    if suffix.eq_ignore_ascii_case("xml") && split_at_folder(path, &[row.directory]).is_none() {
        return None;
    }
    Some(kind_with_meta(row))
}

fn kind_with_meta(row: &'static TypeRow) -> FileKind {
    let beside_content = row.content || (row.bundle && (row.large || row.in_folder));
    let role = if beside_content { Role::Companion } else { Role::Whole };
    kind(row, role)
}

/// A file without `-meta.xml`: metadata format, source code, content of bundles.
fn plain_kind(path: &str, suffix: &str) -> Option<FileKind> {
    let rows = types::by_suffix(suffix);
    let needs_directory = rows.len() != 1 || rows.first().is_none_or(|row| row.needs_directory);
    if !needs_directory {
        return rows.first().map(|row| kind(row, plain_role(row)));
    }
    let content = content_of_bundle(path, suffix);
    match (pick(rows, path), content) {
        // The deeper folder tells: a repository may well be called `experiences`.
        (Some(row), Some((content_below, _)))
            if split_at_folder(path, &[row.directory])
                .is_some_and(|it| it.2.len() < content_below) =>
        {
            Some(kind(row, plain_role(row)))
        }
        (_, Some((_, content))) => Some(content),
        (Some(row), None) => Some(kind(row, plain_role(row))),
        (None, None) => None,
    }
}

fn plain_role(row: &TypeRow) -> Role {
    if row.content || row.bundle { Role::Content } else { Role::Whole }
}

fn kind(row: &'static TypeRow, role: Role) -> FileKind {
    let role = match row.child {
        Some(Child::OfObject) => Role::ObjectChild,
        Some(Child::OfFolder | Child::Alone) => Role::DecomposedChild,
        None => role,
    };
    let size = if row.large { SizeClass::Large } else { SizeClass::Small };
    FileKind { metadata_type: row.name, role, size }
}

/// Of rows that share a suffix, the one whose directory holds the file; the deepest directory wins,
/// but a part of an object stays one (`objects/<Object>/webLinks/` against `weblinks/`).
fn pick<'a>(rows: &'a [TypeRow], path: &str) -> Option<&'a TypeRow> {
    let holds =
        |row: &TypeRow| split_at_folder(path, &[row.directory]).map(|(_, _, below)| below.len());
    rows.iter()
        .filter(|row| !row.suffix.is_empty())
        .filter_map(|row| Some((holds(row)?, row)))
        .min_by_key(|(below, row)| (row.child != Some(Child::OfObject), *below))
        .map(|(_, row)| row)
}

/// The bundle a plain file is content of, and the length of the path below the bundle folder.
fn content_of_bundle(path: &str, suffix: &str) -> Option<(usize, FileKind)> {
    let (index, _, below) = split_at_folder(path, &CONTENT_FOLDER_NAMES)?;
    let (_, extensions) = CONTENT_FOLDERS.get(index)?;
    let in_bundle = extensions.is_empty() || below.contains('/');
    let fits =
        extensions.is_empty() || extensions.iter().any(|one| suffix.eq_ignore_ascii_case(one));
    let row = types::by_name(CONTENT_TYPES.get(index)?)?;
    (in_bundle && fits).then(|| (below.len(), kind(row, Role::Content)))
}

/// The kind of a file inside an expanded static resource.
pub(super) fn static_resource_content() -> Option<FileKind> {
    types::by_name("StaticResource").map(|row| kind(row, Role::Content))
}

/// Both layouts of decomposed permission sets: `permissionsets/<Set>/<Set>.<part>-meta.xml` with
/// `objectSettings/<Object>.objectSettings-meta.xml`, and one file an entry in `permissionsets/<Set>/<parts>/`.
fn is_permission_set_part(path: &str, base: &str, registry_type: &str) -> bool {
    let Some((_, _, below)) = split_at_folder(path, &[PERMISSION_SETS]) else {
        return false;
    };
    if !below.contains('/') {
        return false;
    }
    let folder = file_name(parent(path));
    match registry_type {
        // A whole set may be filed in a folder of another name.
        "PermissionSet" => folder.eq_ignore_ascii_case(base),
        "CustomPermission" => {
            folder.eq_ignore_ascii_case(base) || folder.eq_ignore_ascii_case("customPermissions")
        }
        _ => true,
    }
}
