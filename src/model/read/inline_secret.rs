//! `InlineSecret`: elements of metadata that hold a credential by their meaning, whatever it looks like.

use crate::document::Span;
use crate::model::builder::{RecordBuilder, one};
use crate::model::node::{Node, descend};
use crate::model::record::{Component, Data, Leaf, Record, Value};
use crate::secret::Secret;

/// Elements that hold nothing but a credential: root, path.
/// Names from the metadata schema; what each holds from the Metadata API Developer Guide.
const ELEMENTS: &[(&str, &[&str])] = &[
    ("ConnectedApp", &["oauthConfig", "consumerSecret"]),
    ("ExtlClntAppGlobalOauthSettings", &["consumerSecret"]),
    ("ExtlClntAppPushSettings", &["androidPushConfig", "serviceAccount"]),
    ("ExtlClntAppPushSettings", &["applePushConfig", "signingKey"]),
    ("ExtlClntAppPushSettings", &["applePushConfig", "password"]),
    ("AuthProvider", &["consumerSecret"]),
    ("AuthProvider", &["ecKey"]),
    ("NamedCredential", &["password"]),
    ("NamedCredential", &["awsAccessSecret"]),
    ("NamedCredential", &["oauthToken"]),
    ("NamedCredential", &["oauthRefreshToken"]),
    ("ExternalDataSource", &["password"]),
    ("ExternalDataSource", &["oauthToken"]),
    ("ExternalDataSource", &["oauthRefreshToken"]),
    ("InstalledPackage", &["password"]),
    ("Network", &["networkAuthApiSettings", "recaptchaSecretKey"]),
];

/// Elements with a name and a value, which is a credential if the name says so.
struct Parameters {
    root: &'static str,
    element: &'static str,
    name: &'static str,
    value: &'static str,
    /// Types of parameters that reach the other side as they are; empty if there are no types.
    types: &'static [&'static str],
}

const PARAMETERS: &[Parameters] = &[
    Parameters {
        root: "NamedCredential",
        element: "namedCredentialParameters",
        name: "parameterName",
        value: "parameterValue",
        types: &["HttpHeader"],
    },
    Parameters {
        root: "ExternalCredential",
        element: "externalCredentialParameters",
        name: "parameterName",
        value: "parameterValue",
        types: &["AuthHeader", "AuthParameter", "AuthProviderUrlQueryParameter"],
    },
    Parameters {
        root: "ExternalDataSource",
        element: "customHttpHeaders",
        name: "headerFieldName",
        value: "headerFieldValue",
        types: &[],
    },
    Parameters {
        root: "ExternalAuthIdentityProvider",
        element: "externalAuthIdentityProviderParameters",
        name: "parameterName",
        value: "parameterValue",
        types: REQUEST_PARAMETERS,
    },
    // As the guide's own sample spells it.
    Parameters {
        root: "ExternalAuthIdentityProvider",
        element: "externalAuthIdentityProviderParameter",
        name: "parameterName",
        value: "parameterValue",
        types: REQUEST_PARAMETERS,
    },
];

const REQUEST_PARAMETERS: &[&str] = &[
    "AuthorizeRequestQueryParameter",
    "TokenRequestQueryParameter",
    "TokenRequestBodyParameter",
    "TokenRequestHttpHeader",
    "RefreshRequestQueryParameter",
    "RefreshRequestBodyParameter",
    "RefreshRequestHttpHeader",
];

/// One value that may be a credential.
struct Found<'a> {
    node: Node<'a>,
    name: String,
    element: String,
}

/// The credentials of one component's file.
pub(super) fn inline_secrets(root: Node<'_>, component: &Component) -> Vec<Record> {
    let holder = root.element.name();
    found(root)
        .into_iter()
        .filter_map(|one_of| {
            let Found { node, name, element } = one_of;
            let text = node.text();
            let place = node.value_place();
            let encrypted = text.len() > 4 && text.starts_with("++") && text.ends_with("++");
            let last = element.rsplit('.').next().unwrap_or_default();
            let named = if name.is_empty() { last } else { &name };
            let value = Value {
                data: Data::Secret(Secret::named(literal(&text).to_owned(), named)),
                written: "".into(),
                place: Some(place),
            };
            let mut record =
                RecordBuilder::new("InlineSecret", component.clone(), Some(node.start_tag()))?;
            record
                .set("holder", Leaf::text(holder, None))
                .set("owner", Leaf::text_reference(&component.name))
                .set("name", if name.is_empty() { Leaf::NONE } else { Leaf::text(&name, None) })
                .set("element", Leaf::text(&element, None))
                .set("value", one(value))
                .set("encrypted", Leaf::derived(encrypted, Some(place)));
            Some(record.finish())
        })
        .collect()
}

/// Where the values of such elements stand: what is found in them is reported as what they are.
pub(crate) fn spans(root: Node<'_>) -> Vec<Span> {
    found(root).into_iter().map(|one| one.node.value_place().span).collect()
}

fn found(root: Node<'_>) -> Vec<Found<'_>> {
    let holder = root.element.name();
    let mut all = Vec::new();
    for (_, path) in ELEMENTS.iter().filter(|(root, _)| *root == holder) {
        for node in descend(&[root], path) {
            if !node.text().is_empty() {
                all.push(Found { node, name: String::new(), element: path.join(".") });
            }
        }
    }
    for parameters in PARAMETERS.iter().filter(|parameters| parameters.root == holder) {
        for parameter in root.all(parameters.element) {
            let typed = parameters.types.is_empty()
                || parameter.all("parameterType").any(|node| {
                    let text = node.text();
                    parameters.types.iter().any(|known| known.eq_ignore_ascii_case(&text))
                });
            if !typed {
                continue;
            }
            let name = parameter
                .all(parameters.name)
                .map(|node| node.text().into_owned())
                .next()
                .unwrap_or_default();
            for node in parameter.all(parameters.value) {
                let text = node.text();
                if !text.is_empty() && (names_a_credential(&name) || sends_a_credential(&text)) {
                    let element = format!("{}.{}", parameters.element, parameters.value);
                    all.push(Found { node, name: name.clone(), element });
                }
            }
        }
    }
    all
}

/// Whether a header or parameter of this name carries a credential.
fn names_a_credential(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    // About how tokens are asked for, not one.
    let about = ["tokenurl", "tokenendpoint", "tokentype", "granttype", "keyid", "tokenlifetime"];
    let held = [
        "authorization",
        "password",
        "passwd",
        "secret",
        "token",
        "apikey",
        "accesskey",
        "authkey",
        "subscriptionkey",
        "functionskey",
        "privatekey",
        "signature",
        "cookie",
        "credential",
        "sharedkey",
        "xauth",
        "passphrase",
    ];
    held.iter().any(|word| plain.contains(word)) && !about.iter().any(|word| plain.contains(word))
}

/// `Bearer x`, `Basic x`: the value says itself what it is.
fn sends_a_credential(text: &str) -> bool {
    let text = text.trim_start_matches(['{', '!', '\'', '"', ' ']);
    ["bearer ", "basic ", "token "].iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// A formula in quotes is a text: `'abc'`.
fn literal(text: &str) -> &str {
    let inner = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    inner.filter(|inner| !inner.contains('\'')).unwrap_or(text)
}
