//! Components as they are written, for rules that ask for elements and not for records.

use super::{Context, Reading};
use crate::model::node::Node;
use crate::model::principal::PrincipalFiles;
use crate::model::raw::{inline_in, raw_record, whole_of};
use crate::model::record::Component;

/// A component that is one file.
pub(super) fn raw(
    root: Node<'_>,
    metadata_type: &str,
    component: &Component,
    context: &Context<'_>,
    out: &mut Reading,
) {
    let files = PrincipalFiles { roots: vec![root], entries: Vec::new() };
    record(&files, metadata_type, component, context, out);
}

/// Components inside of another one's file, as if each had a file of its own.
pub(super) fn raw_inline(
    root: Node<'_>,
    found: &str,
    component: &Component,
    context: &Context<'_>,
    out: &mut Reading,
) {
    for (element, metadata_type) in inline_in(found) {
        if context.wanted.raw(metadata_type).is_none() {
            continue;
        }
        for node in root.all(element) {
            let own = node.all("fullName").next();
            let own = own.map(|name| name.text().into_owned()).unwrap_or_default();
            let name = format!("{}.{own}", component.name);
            raw(node, metadata_type, &Component { name, ..component.clone() }, context, out);
        }
    }
}

/// A part of a component in a file of its own, as if it stood in the component's file.
pub(super) fn raw_part(
    root: Node<'_>,
    found: &str,
    component: &Component,
    context: &Context<'_>,
    out: &mut Reading,
) {
    let Some((whole, element)) = whole_of(found) else { return };
    let files = PrincipalFiles { roots: Vec::new(), entries: vec![(element, root)] };
    // `Account.Everybody` is a part of `Account`.
    let name = component.name.split('.').next().unwrap_or_default().to_owned();
    record(&files, whole, &Component { name, ..component.clone() }, context, out);
}

/// What rules ask of the files, if they ask for this type.
pub(super) fn record(
    files: &PrincipalFiles<'_>,
    metadata_type: &str,
    component: &Component,
    context: &Context<'_>,
    out: &mut Reading,
) {
    if let Some(shape) = context.wanted.raw(metadata_type) {
        let component = Component { kind: shape.metadata_type, ..component.clone() };
        out.records.extend(raw_record(shape, files, component));
    }
}
