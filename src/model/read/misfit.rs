//! What files hold that their metadata types do not have.

use super::{Context, Reading, component_of};
use crate::model::misfit::{CHECKED, misfits};
use crate::model::node::Node;
use crate::model::record::Component;
use crate::model::unit::Unit;

/// What of the files their metadata types do not have.
pub(super) fn read_misfits(
    roots: &[Node<'_>],
    unit: &Unit,
    context: &Context<'_>,
    out: &mut Reading,
) {
    if !context.wanted.record("Misfit") {
        return;
    }
    for root in roots {
        let Some(metadata_type) = CHECKED.iter().find(|one| **one == root.element.name()) else {
            continue;
        };
        let entry = context.files.get(root.file.0 as usize);
        let component =
            entry.map_or_else(|| unit.component.clone(), |file| component_of(unit, file));
        let kind = match component.kind {
            "Settings" => metadata_type,
            "ConnectedApp" => "OauthApp",
            other => other,
        };
        let component = Component { kind, ..component };
        let newer = context.origin.newer;
        let mut found = misfits(*root, metadata_type, &component, &out.doubts, newer);
        for record in &mut found {
            record.deployed = entry.is_none_or(|file| file.deployed);
        }
        out.records.append(&mut found);
    }
}
