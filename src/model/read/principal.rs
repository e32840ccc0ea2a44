//! A profile, permission set or muting set: one file, or in the decomposed format a folder of them.

use super::{Context, Reading, as_written, unexpected_root};
use crate::model::ip_allow_list::{RangeOwner, ip_allow_list};
use crate::model::node::{Node, ValueReader};
use crate::model::principal::{ENTRY_ROOTS, PrincipalFiles, PrincipalKind, principal};
use crate::model::unit::{Unit, wants_principals};

pub(super) fn read_principal(
    kind: PrincipalKind,
    roots: &[Node<'_>],
    unit: &Unit,
    context: &Context<'_>,
    read: &mut ValueReader,
    out: &mut Reading,
) {
    let expected = kind.metadata_type();
    let mut files = PrincipalFiles::default();
    for root in roots {
        let name = root.element.name();
        if name == expected {
            files.roots.push(*root);
        } else if let Some((_, element)) = ENTRY_ROOTS
            .iter()
            .find(|(entry, _)| kind == PrincipalKind::PermissionSet && *entry == name)
        {
            files.entries.push((element, *root));
        } else {
            out.problems.push(unexpected_root(*root, expected, &unit.component));
        }
    }
    if files.roots.is_empty() && files.entries.is_empty() {
        return;
    }
    let wanted = context.wanted;
    as_written::record(&files, expected, &unit.component, context, out);
    let record = principal(
        kind,
        &files,
        unit.component.clone(),
        context.origin,
        context.integrations,
        wanted,
        read,
    );
    if kind == PrincipalKind::Profile && wanted.record("IpAllowList") {
        let standard = record.as_ref().is_some_and(|record| record.is("standard"));
        out.records.extend(ip_allow_list(
            RangeOwner::Profile,
            &files.roots,
            unit.component.clone(),
            standard,
            read,
        ));
    }
    if wants_principals(wanted) {
        if kind == PrincipalKind::MutingPermissionSet {
            out.muting.extend(record);
        } else {
            out.records.extend(record);
        }
    }
}
