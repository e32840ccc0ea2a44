//! All external client app files of one copy of the org.

use super::{Context, Reading, any_deployed, embedded_records, raw, unexpected_root, wants_apps};
use crate::model::ip_allow_list::{RangeOwner, ip_allow_list};
use crate::model::node::{Node, ValueReader};
use crate::model::oauth_app::{ExternalClientApp, external_client_app};
use crate::model::record::{Component, Record};
use crate::model::unit::Unit;
use crate::value::name;

/// The files of external client apps name their app in `externalClientApplication`;
/// the `.eca` file itself is named after it.
pub(super) fn read_external_client_apps(
    roots: &[Node<'_>],
    unit: &Unit,
    context: &Context<'_>,
    read: &mut ValueReader,
    out: &mut Reading,
) {
    let mut apps: Vec<(String, String, ExternalClientApp<'_>)> = Vec::new();
    for root in roots {
        let path = context.files.get(root.file.0 as usize).map_or("", |file| file.path.as_str());
        let Some(kind) = crate::project::kind_of(path) else {
            continue;
        };
        let expected = kind.metadata_type;
        let stem = crate::project::component_name(path, &kind);
        let own = Component { name: stem.clone(), ..unit.component.clone() };
        if root.element.name() != expected {
            out.problems.push(unexpected_root(*root, expected, &own));
            continue;
        }
        let named = root
            .all("externalClientApplication")
            .map(|node| name::decode(&node.text()))
            .find(|name| !name.is_empty());
        let app_name = named.unwrap_or_else(|| stem.clone());
        let canonical = name::canonical(&app_name);
        let at = match apps.iter().position(|(known, ..)| *known == canonical) {
            Some(at) => at,
            None => {
                apps.push((canonical, app_name, ExternalClientApp::default()));
                apps.len() - 1
            }
        };
        let Some((_, _, files)) = apps.get_mut(at) else {
            continue;
        };
        match expected {
            "ExternalClientApplication" => files.application.push(*root),
            "ExtlClntAppGlobalOauthSettings" => files.global_oauth.push(*root),
            "ExtlClntAppOauthSettings" => files.oauth.push(*root),
            "ExtlClntAppOauthConfigurablePolicies" => files.oauth_policy.push(*root),
            "ExtlClntAppConfigurablePolicies" => files.policy.push(*root),
            "ExtlClntAppPushSettings" => files.push.push(*root),
            "ExtlClntAppCanvasSettings" => files.canvas.push(*root),
            "ExtlClntAppOauthSecuritySettings" => files.oauth_security.push(*root),
            "ExtlClntAppSamlConfigurablePolicies" => files.saml_policy.push(*root),
            "ExtlClntAppMobileSettings" | "ExtlClntAppMobileConfigurablePolicies" => {
                files.mobile.push(*root);
            }
            _ => {}
        }
        let known = out.records.len();
        raw(*root, expected, &own, context, out);
        mark_deployed(&mut out.records, known, &[*root], context);
    }
    let wanted = context.wanted;
    for (_, name, files) in apps {
        let known = out.records.len();
        let app = Component { copy: unit.component.copy.clone(), kind: "OauthApp", name };
        if wants_apps(wanted) {
            out.records.extend(external_client_app(&files, app.clone(), context.origin, read));
        }
        if wanted.record("IpAllowList") {
            for (owner, nodes) in [
                (RangeOwner::ExternalAppOauth, &files.oauth),
                (RangeOwner::ExternalAppTokens, &files.oauth_security),
            ] {
                out.records.extend(ip_allow_list(owner, nodes, app.clone(), false, read));
            }
        }
        let all = [
            &files.application,
            &files.global_oauth,
            &files.oauth,
            &files.oauth_policy,
            &files.policy,
            &files.saml_policy,
            &files.push,
            &files.canvas,
        ];
        for node in all.into_iter().flatten() {
            embedded_records(*node, &app, context, read, out);
        }
        let more = files.oauth_security.iter().chain(&files.mobile);
        let roots: Vec<Node<'_>> = all.into_iter().flatten().chain(more).copied().collect();
        mark_deployed(&mut out.records, known, &roots, context);
    }
}

/// An app is deployed if any of its files is.
fn mark_deployed(records: &mut [Record], known: usize, roots: &[Node<'_>], context: &Context<'_>) {
    let deployed = any_deployed(roots.iter().map(|root| root.file), context);
    for record in records.iter_mut().skip(known) {
        record.deployed = deployed;
    }
}
