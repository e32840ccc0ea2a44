//! `Endpoint`: every element of an app that names a remote address, and the receivers of outbound messages.

use crate::model::builder::{RecordBuilder, one};
use crate::model::node::{Node, ValueReader};
use crate::model::record::{Component, Data, Leaf, Record};

/// Root, path, use.
const ELEMENTS: &[(&str, &[&str], &str)] = &[
    ("ConnectedApp", &["oauthConfig", "callbackUrl"], "callback"),
    ("ConnectedApp", &["oauthConfig", "singleLogoutUrl"], "logout"),
    ("ConnectedApp", &["oauthPolicy", "singleLogoutUrl"], "logout"),
    ("ConnectedApp", &["startUrl"], "start"),
    ("ConnectedApp", &["mobileStartUrl"], "start"),
    ("ConnectedApp", &["infoUrl"], "info"),
    ("ConnectedApp", &["logoUrl"], "logo"),
    ("ConnectedApp", &["iconUrl"], "logo"),
    ("ConnectedApp", &["canvasConfig", "canvasUrl"], "canvas"),
    ("ConnectedApp", &["samlConfig", "acsUrl"], "saml"),
    ("ConnectedApp", &["samlConfig", "samlSloUrl"], "logout"),
    ("ExternalClientApplication", &["infoUrl"], "info"),
    ("ExternalClientApplication", &["logoUrl"], "logo"),
    ("ExternalClientApplication", &["iconUrl"], "logo"),
    ("ExtlClntAppGlobalOauthSettings", &["callbackUrl"], "callback"),
    ("ExtlClntAppOauthSettings", &["singleLogoutUrl"], "logout"),
    ("ExtlClntAppOauthConfigurablePolicies", &["singleLogoutUrl"], "logout"),
    ("ExtlClntAppOauthConfigurablePolicies", &["startUrl"], "start"),
    ("ExtlClntAppConfigurablePolicies", &["startUrl"], "start"),
    ("ExtlClntAppSamlConfigurablePolicies", &["acsUrl"], "saml"),
    ("ExtlClntAppSamlConfigurablePolicies", &["singleLogoutUrl"], "logout"),
];

/// The addresses that a file of an app names.
pub fn endpoints(root: Node<'_>, component: &Component, read: &mut ValueReader) -> Vec<Record> {
    let mut records = Vec::new();
    for (root_name, path, usage) in ELEMENTS {
        if root.element.name() != *root_name {
            continue;
        }
        for value in read.url_lines(&[root], path) {
            let Some(mut record) = RecordBuilder::new("Endpoint", component.clone(), value.place)
            else {
                continue;
            };
            record
                .set("use", Leaf::text(usage, None))
                .set("name", Leaf::text_reference(&component.name))
                .set("element", Leaf::text(&path.join("."), None))
                .set("url", one(value));
            records.push(record.finish_with(&Leaf::NONE));
        }
    }
    records
}

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
        record
            .set("use", Leaf::text("outbound-message", None))
            .set("name", Leaf::stated_or(names, Leaf::text_reference(&component.name)))
            .set("element", Leaf::text("endpointUrl", None))
            .set("url", one(url))
            .set("includeSessionId", Leaf::stated_or(session, Leaf::defaulted(Data::Bool(false))))
            .set("runsAs", Leaf::stated_or(read.texts(&here, &["integrationUser"]), Leaf::NONE));
        records.push(record.finish());
    }
    records
}
