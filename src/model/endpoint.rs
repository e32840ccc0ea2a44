//! `Endpoint`: every element of an app that names a remote address.

use crate::model::builder::{RecordBuilder, one};
use crate::model::node::{Node, ValueReader};
use crate::model::record::{Component, Leaf, Record};

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
            records.push(record.finish());
        }
    }
    records
}
