//! Outbound messages of workflow rules.

use crate::model::builder::{RecordBuilder, one};
use crate::model::node::{Node, ValueReader};
use crate::model::record::{Component, Data, Leaf, Record};

/// The outbound messages of a workflow file, or the one that is a file of its own.
pub fn outbound_messages(
    root: Node<'_>,
    component: &Component,
    read: &mut ValueReader,
) -> Vec<Record> {
    let nodes: Vec<Node<'_>> = match root.element.name() {
        "Workflow" => root.all("outboundMessages").collect(),
        _ => vec![root],
    };
    let mut records = Vec::new();
    for node in nodes {
        let here = [node];
        let Some(url) = read.url_lines(&here, &["endpointUrl"]).into_iter().next() else {
            continue;
        };
        let Some(mut record) =
            RecordBuilder::new("Endpoint", component.clone(), Some(node.start_tag()))
        else {
            continue;
        };
        let names = read.references(&here, &["fullName"]);
        let session = read.bools(&here, &["includeSessionId"]);
        let runs_as = read.texts(&here, &["integrationUser"]);
        let description = read.texts(&here, &["description"]);
        record
            .set("use", Leaf::text("outbound-message", None))
            .set("name", Leaf::stated_or(names, Leaf::text_reference(&component.name)))
            .set("element", Leaf::text("endpointUrl", None))
            .set("url", one(url))
            // Whether a rule sends it stands elsewhere.
            .set("active", Leaf::defaulted(Data::Bool(true)))
            .set("description", Leaf::stated_or(description, Leaf::NONE))
            .set("includeSessionId", Leaf::stated_or(session, Leaf::defaulted(Data::Bool(false))))
            .set("runsAs", Leaf::stated_or(runs_as, Leaf::NONE));
        records.push(record.finish_with(&Leaf::NONE));
    }
    records
}
