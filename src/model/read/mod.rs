//! Reads a unit: opens its files, parses them, and builds what is wanted of it.

mod apex_class;
mod as_written;
mod certificate;
mod connected_app;
mod external_client_apps;
mod inline_secret;
mod misfit;
mod other;
mod principal;
mod reading;
mod replacements;
mod scratch;
pub(crate) mod secrets;

use self::as_written::raw;
use self::connected_app::{embedded_records, read_connected_app, wants_apps};
pub(crate) use self::inline_secret::spans as inline_secret_spans;
use self::misfit::read_misfits;
use self::other::read_other;
use self::principal::read_principal;
pub use self::reading::{Problem, Reading};
use self::reading::{confirmed, problem, unexpected_root};
pub use self::replacements::MAY_BE_REPLACED;
use self::replacements::mark_replaced;
pub use self::scratch::Scratch;
use self::scratch::component_of;
use crate::model::field::Sensitivity;
use crate::model::integration::Integrations;
use crate::model::node::ValueReader;
use crate::model::origin::Origin;
use crate::model::plain;
use crate::model::principal::group_file;
use crate::model::record::FileId;
use crate::model::unit::{Unit, UnitKind};
use crate::model::wanted::Wanted;
use crate::project::store::{FileEntry, Store};
use crate::project::version_control::VersionControl;
use crate::value::date::Date;

/// What the readers need to know about the run.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// All files of the run.
    pub files: &'a [FileEntry],
    /// Where their bytes come from.
    pub store: &'a dyn Store,
    /// What to build.
    pub wanted: &'a dyn Wanted,
    /// The project.
    pub origin: Origin<'a>,
    /// The day from which certificates are judged.
    pub today: Date,
    /// What is known about integrations.
    pub integrations: &'a Integrations,
    /// When a field counts as sensitive.
    pub sensitivity: &'a Sensitivity,
    /// What git says about files.
    pub version_control: &'a dyn VersionControl,
    /// The folder of the project, relative to the run's root.
    pub project_path: &'a str,
}

/// Reads one unit.
pub fn read_unit(unit: &Unit, context: &Context<'_>, scratch: &mut Scratch) -> Reading {
    let mut out = Reading::default();
    if unit.kind == UnitKind::Plain {
        plain::read(unit, context, &mut out);
        return out;
    }
    if unit.kind == UnitKind::Certificate {
        self::certificate::read_certificate(unit, context, scratch, &mut out);
        return finish(out, unit, context);
    }
    if unit.kind == UnitKind::ApexClass {
        self::apex_class::read_apex_class(unit, context, scratch, &mut out);
        return finish(out, unit, context);
    }
    let used = scratch.load(unit, context, &mut out);
    let mut read = ValueReader::default();
    let roots = scratch.roots(used);
    match unit.kind {
        UnitKind::ConnectedApp => {
            for root in confirmed(&roots, "ConnectedApp", unit, &mut out) {
                read_connected_app(root, unit, context, &mut read, &mut out);
            }
        }
        UnitKind::ExternalClientApps => {
            external_client_apps::read_external_client_apps(
                &roots, unit, context, &mut read, &mut out,
            );
            // The unit is all apps; whether one of them is deployed is known there.
            out.doubts.append(&mut read.doubts);
            read_misfits(&roots, unit, context, &mut out);
            mark_replaced(scratch, context, &mut out);
            return out;
        }
        UnitKind::Principal(kind) => {
            read_principal(kind, &roots, unit, context, &mut read, &mut out)
        }
        UnitKind::Group => {
            for root in confirmed(&roots, "PermissionSetGroup", unit, &mut out) {
                raw(root, "PermissionSetGroup", &unit.component, context, &mut out);
                out.groups.push(group_file(
                    root,
                    unit.component.clone(),
                    context.origin,
                    &mut read,
                ));
            }
        }
        UnitKind::Other(metadata_type) => {
            read_other(metadata_type, &roots, unit, context, &mut read, &mut out);
        }
        UnitKind::Certificate | UnitKind::ApexClass | UnitKind::Plain => {}
    }
    out.doubts.append(&mut read.doubts);
    read_misfits(&roots, unit, context, &mut out);
    mark_replaced(scratch, context, &mut out);
    finish(out, unit, context)
}

/// A component is deployed if any of its files is.
fn finish(mut out: Reading, unit: &Unit, context: &Context<'_>) -> Reading {
    let deployed = any_deployed(unit.files.iter().copied(), context);
    for record in out.records.iter_mut().chain(&mut out.muting) {
        record.deployed = deployed;
    }
    for group in &mut out.groups {
        group.deployed = deployed;
    }
    for file in &mut out.delegates {
        file.deployed = deployed;
    }
    for file in &mut out.overrides {
        file.deployed = deployed;
    }
    out
}

fn any_deployed(mut files: impl Iterator<Item = FileId>, context: &Context<'_>) -> bool {
    files.any(|id| context.files.get(id.0 as usize).is_some_and(|file| file.deployed))
}
