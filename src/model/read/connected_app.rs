//! A connected app, and what apps and settings carry inside.

use super::as_written::raw;
use super::{Context, Reading, inline_secret};
use crate::model::certificate::embedded;
use crate::model::endpoint::endpoints;
use crate::model::ip_allow_list::{RangeOwner, ip_allow_list};
use crate::model::node::{Node, ValueReader};
use crate::model::oauth_app::connected_app;
use crate::model::record::Component;
use crate::model::unit::Unit;
use crate::model::wanted::Wanted;

/// Apps are also what tells integrations, and what can be taken over. Their readers know the formats of their values.
pub(super) fn wants_apps(wanted: &dyn Wanted) -> bool {
    ["OauthApp", "Principal", "Integration", "Escalation", "Misfit"]
        .iter()
        .any(|kind| wanted.record(kind))
}

pub(super) fn read_connected_app(
    root: Node<'_>,
    unit: &Unit,
    context: &Context<'_>,
    read: &mut ValueReader,
    out: &mut Reading,
) {
    let wanted = context.wanted;
    let app = Component { kind: "OauthApp", ..unit.component.clone() };
    raw(root, "ConnectedApp", &unit.component, context, out);
    if wants_apps(wanted) {
        out.records.extend(connected_app(root, app.clone(), context.origin, read));
    }
    if wanted.record("IpAllowList") {
        out.records.extend(ip_allow_list(
            RangeOwner::ConnectedApp,
            &[root],
            app.clone(),
            false,
            read,
        ));
    }
    embedded_records(root, &app, context, read, out);
}

pub(super) fn embedded_records(
    root: Node<'_>,
    component: &Component,
    context: &Context<'_>,
    read: &mut ValueReader,
    out: &mut Reading,
) {
    if context.wanted.record("Certificate") {
        out.records.extend(embedded(root, component, context.today));
    }
    if context.wanted.record("Endpoint") {
        out.records.extend(endpoints(root, component, read));
    }
    if context.wanted.record("InlineSecret") {
        out.records.extend(inline_secret::inline_secrets(root, component));
    }
}
