//! `sflint init`: a config to begin with, and contracts of integrations from what they have today.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::check::{Prepared, Project, found_config, nearest_config, prepare};
use crate::cli::InitArgs;
use crate::commands::{Failure, Outcome};
use crate::config::{Config, FILE_NAME};
use crate::model::field::Sensitivity;
use crate::model::integration::Integrations;
use crate::model::oauth_app::grantees;
use crate::model::origin::Origin;
use crate::model::read::{Context, Reading, Scratch, read_unit};
use crate::model::record::Value;
use crate::model::resolve::{Records, resolve};
use crate::model::unit::{Unit, UnitKind, units};
use crate::model::wanted::Everything;
use crate::project::git::OnDisk;
use crate::project::store::Disk;
use crate::project::{ProjectKind, detect_kind};
use crate::report::contract::{Draft, text};
use crate::report::{safe, summary};
use crate::value::date::Date;
use crate::value::name;

/// Runs the command.
///
/// # Errors
/// When there is a config already, the app is not in the project, or the file cannot be written.
pub fn run(args: &InitArgs) -> Result<Outcome, Failure> {
    let current = std::env::current_dir()?;
    let path = args.path.clone().unwrap_or_else(|| PathBuf::from("."));
    let prepared = prepare(&[path], &current)?;
    let project = match prepared.projects.as_slice() {
        [only] => only,
        several => {
            let paths: Vec<&str> =
                several.iter().map(|project| project.project.path.as_str()).collect();
            return Err(Failure::Usage(format!(
                "there are {}: name the folder of one ({})",
                summary::count(several.len(), "project"),
                summary::some(&paths)
            )));
        }
    };
    let folder = prepared.root.join(&project.project.path);
    match &args.contract {
        Some(app) => write_contract(app, &folder, project, &prepared),
        None => write_config(&folder, project),
    }
}

fn write_config(folder: &Path, project: &Project) -> Result<Outcome, Failure> {
    if let Some(known) = nearest_config(&Disk, folder) {
        return Err(Failure::Usage(format!(
            "{} is there already; `sflint init --contract APP` adds a contract to it",
            shown(&known)
        )));
    }
    let (kind, why) = detect_kind(&project.project);
    let why = safe::line(&why).into_owned();
    let text = format!(
        "# What sflint checks here. `sflint rules` lists the rules, `sflint explain RULE` shows one.\n\
         preset = \"recommended\"\n\
         # org, package or app. Guessed: {why}.\n\
         kind = \"{kind}\"\n"
    );
    let path = folder.join(FILE_NAME);
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
    file.write_all(text.as_bytes())?;
    writeln!(io::stdout(), "wrote {}", safe::line(&shown(&path)))?;
    Ok(Outcome::Clean)
}

fn write_contract(
    app: &str,
    folder: &Path,
    project: &Project,
    prepared: &Prepared,
) -> Result<Outcome, Failure> {
    let draft = draft(app, project, prepared)?;
    let path = nearest_config(&Disk, folder).unwrap_or_else(|| folder.join(FILE_NAME));
    let known = if path.is_file() { Some(found_config(&Disk, &path)?) } else { None };
    let same = |config: &Config| {
        let canonical = name::canonical(&draft.app);
        config.integrations.iter().any(|one| name::canonical(&one.name.text) == canonical)
    };
    if known.as_ref().is_some_and(same) {
        return Err(Failure::Usage(format!(
            "{} has a contract [integrations.{}] already: remove it, and it is written anew",
            shown(&path),
            draft.app
        )));
    }
    let gap = if known.is_some() { "\n" } else { "" };
    let text = format!(
        "{gap}# What {} is granted today. Cut it down to what the integration needs: all else becomes a finding.\n{}",
        safe::line(&draft.app),
        text(&draft)
    );
    let mut file = OpenOptions::new().append(true).create(true).open(&path)?;
    file.write_all(text.as_bytes())?;
    writeln!(
        io::stdout(),
        "wrote the contract of {} to {}: {}, {}, {}, {}",
        safe::line(&draft.app),
        safe::line(&shown(&path)),
        summary::count(draft.scopes.len(), "scope"),
        summary::count(draft.permissions.len(), "permission"),
        summary::count(draft.objects.len(), "object"),
        summary::count(draft.fields.len(), "field"),
    )?;
    Ok(Outcome::Clean)
}

/// What an app and those it hands out are granted.
fn draft(app: &str, project: &Project, prepared: &Prepared) -> Result<Draft, Failure> {
    let (records, wanted) = (read(app, project, prepared), name::canonical(app));
    let apps = records.of("OauthApp");
    let Some(found) = apps.iter().find(|one| name::canonical(&one.component.name) == wanted) else {
        let names = apps.iter().map(|app| app.component.name.as_str());
        let meant = crate::schema::did_you_mean(app, names.clone());
        let names: Vec<&str> = names.collect();
        return Err(Failure::Usage(match (meant, names.as_slice()) {
            (Some(meant), _) => format!("there is no app `{app}`: did you mean `{meant}`?"),
            (None, []) => format!("there is no app `{app}`: the project has none"),
            (None, names) => format!("there is no app `{app}`: there are {}", names.join(", ")),
        }));
    };
    let mut draft = Draft {
        app: found.component.name.clone(),
        scopes: found
            .leaf("scopes")
            .map(|leaf| written(&leaf.values).collect())
            .unwrap_or_default(),
        ..Draft::default()
    };
    let mut objects = BTreeMap::new();
    let mut fields = BTreeMap::new();
    for grantee in grantees(found) {
        let holder = records.of("Principal").iter().find(|one| {
            one.component.kind == grantee.kind
                && one.component.copy == found.component.copy
                && one.canonical_name() == Some(grantee.canonical)
        });
        let name = holder.map_or(grantee.canonical, |holder| &holder.component.name);
        draft.principals.push(format!("{}:{name}", grantee.kind));
        let Some(holder) = holder else { continue };
        for permission in holder.children_of("userPermission") {
            draft.permissions.extend(written(permission.values("name")));
        }
        for (list, child) in [(&mut objects, "object"), (&mut fields, "field")] {
            for grant in holder.children_of(child) {
                let all: &mut Vec<String> =
                    list.entry(written(grant.values("name")).collect()).or_default();
                for right in written(grant.values("rights")) {
                    if !all.contains(&right) {
                        all.push(right);
                    }
                }
            }
        }
    }
    draft.permissions.sort();
    draft.permissions.dedup();
    draft.objects = objects.into_iter().collect();
    draft.fields = fields.into_iter().collect();
    Ok(draft)
}

/// Everything small of the project, and of the rest what the app hands out.
fn read(app: &str, project: &Project, prepared: &Prepared) -> Records {
    let (units, _) = units(project.numbered(), &project.project.path, &Everything);
    let nothing = Integrations::default();
    let git = OnDisk::new(&Disk, &prepared.root, Vec::new());
    let context = Context {
        files: &prepared.files,
        store: &Disk,
        wanted: &Everything,
        origin: Origin {
            package: project.kind == ProjectKind::Package,
            namespace: project.project.namespace.as_deref(),
            newer: false,
        },
        today: Date::today(),
        integrations: &nothing,
        sensitivity: &Sensitivity::default(),
        version_control: &git,
        project_path: &project.project.path,
    };
    let mut scratch = Scratch::default();
    let apps =
        |unit: &&Unit| matches!(unit.kind, UnitKind::ConnectedApp | UnitKind::ExternalClientApps);
    let mut readings: Vec<Reading> =
        units.iter().filter(apps).map(|unit| read_unit(unit, &context, &mut scratch)).collect();
    let wanted = name::canonical(app);
    let granted: Vec<(&str, String)> = readings
        .iter()
        .flat_map(|reading| &reading.records)
        .filter(|one| one.kind == "OauthApp" && name::canonical(&one.component.name) == wanted)
        .flat_map(grantees)
        .map(|one| (one.kind, one.canonical.to_owned()))
        .collect();
    for unit in &units {
        let UnitKind::Principal(kind) = unit.kind else { continue };
        if granted.contains(&(kind.metadata_type(), kind.canonical(&unit.component.name))) {
            readings.push(read_unit(unit, &context, &mut scratch));
        }
    }
    resolve(readings, &prepared.files, &nothing, &Everything)
}

fn written(values: &[Value]) -> impl Iterator<Item = String> {
    values.iter().map(|value| value.written.to_string())
}

/// A path as a person would type it.
fn shown(path: &Path) -> String {
    let current = std::env::current_dir().and_then(|folder| folder.canonicalize());
    let below = current.ok().and_then(|folder| path.strip_prefix(folder).ok().map(Path::to_owned));
    crate::project::path::normalise(&below.as_deref().unwrap_or(path).to_string_lossy())
}
