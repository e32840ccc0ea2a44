//! Files of all types that are neither apps, principals nor groups: each may give records of several kinds.

use super::as_written::{raw, raw_inline, raw_part};
use super::{Context, Reading, inline_secret, unexpected_root};
use crate::model::certificate::embedded;
use crate::model::endpoint::{endpoints, outbound_messages};
use crate::model::escalation::delegate_file;
use crate::model::field::{fields, object_file};
use crate::model::ip_allow_list::{RangeOwner, ip_allow_list};
use crate::model::node::{Node, ValueReader};
use crate::model::password_override::{org_policy, override_file};
use crate::model::record::Component;
use crate::model::unit::Unit;
use crate::value::name;

/// The only settings that name remote addresses; they come as a type of their own or as `.settings`.
const SETTINGS_WITH_ADDRESSES: &str = "IframeWhiteListUrlSettings";

pub(super) fn read_other(
    metadata_type: &str,
    roots: &[Node<'_>],
    unit: &Unit,
    context: &Context<'_>,
    read: &mut ValueReader,
    out: &mut Reading,
) {
    for root in roots {
        let found = root.element.name();
        let fits = if metadata_type == "Settings" {
            found.ends_with("Settings")
        } else {
            found == metadata_type
        };
        if !fits {
            out.problems.push(unexpected_root(*root, metadata_type, &unit.component));
            continue;
        }
        raw(*root, found, &unit.component, context, out);
        raw_part(*root, found, &unit.component, context, out);
        raw_inline(*root, found, &unit.component, context, out);
        if context.wanted.record("InlineSecret") {
            out.records.extend(inline_secret::inline_secrets(*root, &unit.component));
        }
        if context.wanted.record("Endpoint") {
            let mut addresses = endpoints(*root, &unit.component, read);
            if metadata_type == "Settings" {
                addresses.iter_mut().for_each(|one| one.component.kind = SETTINGS_WITH_ADDRESSES);
            }
            out.records.extend(addresses);
        }
        if found == "SecuritySettings" && context.wanted.record("PasswordOverride") {
            out.policies.push(org_policy(*root, &unit.component.copy, read));
        }
        match found {
            "DelegateGroup" if context.wanted.record("Escalation") => {
                out.delegates.push(delegate_file(*root, unit.component.clone(), read));
            }
            "ProfilePasswordPolicy" | "ProfileSessionSetting"
                if context.wanted.record("PasswordOverride") =>
            {
                out.overrides.push(override_file(*root, unit.component.clone(), read));
            }
            "SecuritySettings" if context.wanted.record("IpAllowList") => {
                let component = Component { kind: "SecuritySettings", ..unit.component.clone() };
                out.records.extend(ip_allow_list(
                    RangeOwner::SecuritySettings,
                    &[*root],
                    component,
                    false,
                    read,
                ));
            }
            "CustomSite" => {
                let here = [*root];
                let profile =
                    |name: &str| (unit.component.copy.clone(), name::canonical_profile(name));
                for value in read.texts(&here, &["guestProfile"]) {
                    out.guest_profiles.push(profile(&value.written));
                }
                for value in read.texts(&here, &["masterLabel"]) {
                    out.site_profiles.push(profile(&format!("{} Profile", value.written)));
                }
                let by_name = unit.component.name.replace('_', " ");
                out.site_profiles.push(profile(&format!("{by_name} Profile")));
            }
            "Workflow" | "WorkflowOutboundMessage" if context.wanted.record("Endpoint") => {
                out.records.extend(outbound_messages(*root, &unit.component, read));
            }
            "SamlSsoConfig" if context.wanted.record("Certificate") => {
                out.records.extend(embedded(*root, &unit.component, context.today));
            }
            "CustomField" | "CustomObject" if context.wanted.record("Field") => {
                read_fields(*root, unit, context, read, out);
            }
            _ => {}
        }
    }
}

pub(super) fn read_fields(
    root: Node<'_>,
    unit: &Unit,
    context: &Context<'_>,
    read: &mut ValueReader,
    out: &mut Reading,
) {
    if root.element.name() == "CustomObject" {
        out.objects.push(object_file(root, &unit.component, read));
    }
    for field in fields(root, &unit.component, context.sensitivity, read) {
        if context.wanted.keeps_record("Field", &field.block) {
            out.records.push(field);
        } else {
            out.fields_left_out.push(field.component);
        }
    }
}
