//! `Endpoint`: every element that names a remote address, whatever the address is for.

mod details;
mod outbound_message;

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use self::details::details;
pub use self::outbound_message::outbound_messages;
use crate::model::builder::{RecordBuilder, one};
use crate::model::node::{Node, ValueReader, descend};
use crate::model::record::{Component, Leaf, Record, Value};

/// Root, path, use. What each element holds is from the Metadata API Developer Guide. Left out is what Salesforce fills
/// in itself (`ssoKickoffUrl`, `salesforceLoginUrl`) and what names an issuer without being called (`idTokenIssuer`).
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
    ("ExtlClntAppCanvasSettings", &["canvasUrl"], "canvas"),
    ("ExtlClntAppSamlConfigurablePolicies", &["acsUrl"], "saml"),
    ("ExtlClntAppSamlConfigurablePolicies", &["singleLogoutUrl"], "logout"),
    ("RemoteSiteSetting", &["url"], "remote-site"),
    ("CspTrustedSite", &["endpointUrl"], "csp"),
    ("CorsWhitelistOrigin", &["urlPattern"], "cors"),
    ("RedirectWhitelistUrl", &["url"], "redirect"),
    ("IframeWhiteListUrlSettings", &["iframeWhiteListUrls", "url"], "iframe"),
    ("CustomSite", &["siteIframeWhiteListUrls", "url"], "iframe"),
    ("NamedCredential", &["endpoint"], "named-credential"),
    ("NamedCredential", &["authTokenEndpointUrl"], "auth-provider"),
    ("ExternalDataSource", &["endpoint"], "external-data"),
    ("AuthProvider", &["authorizeUrl"], "auth-provider"),
    ("AuthProvider", &["tokenUrl"], "auth-provider"),
    ("AuthProvider", &["userInfoUrl"], "auth-provider"),
    ("AuthProvider", &["logoutUrl"], "logout"),
    ("AuthProvider", &["errorUrl"], "error"),
    ("AuthProvider", &["iconUrl"], "logo"),
    ("SamlSsoConfig", &["loginUrl"], "saml"),
    ("SamlSsoConfig", &["singleLogoutUrl"], "saml"),
    ("SamlSsoConfig", &["logoutUrl"], "logout"),
    ("SamlSsoConfig", &["errorUrl"], "error"),
    ("ExternalServiceRegistration", &["schemaUrl"], "external-service"),
    ("ExternalServiceRegistration", &["schemaAbsoluteUrl"], "external-service"),
    ("ExternalServiceRegistration", &["providerAssetEndpoint"], "external-service"),
    ("PublicKeyCertificateSet", &["jwksEndPoint"], "key-set"),
];

/// Parameters of which some are addresses: root, element, type of the parameter, use. The address is in
/// `parameterValue`; the singular spelling is that of the guide's own sample.
const PARAMETERS: &[(&str, &str, &str, &str)] = &[
    ("NamedCredential", "namedCredentialParameters", "Url", "named-credential"),
    ("ExternalCredential", "externalCredentialParameters", "AuthProviderUrl", "auth-provider"),
    (IDENTITY_PROVIDER, "externalAuthIdentityProviderParameters", "AuthorizeUrl", "auth-provider"),
    (IDENTITY_PROVIDER, "externalAuthIdentityProviderParameters", "TokenUrl", "auth-provider"),
    (IDENTITY_PROVIDER, "externalAuthIdentityProviderParameters", "UserInfoUrl", "auth-provider"),
    (IDENTITY_PROVIDER, "externalAuthIdentityProviderParameter", "AuthorizeUrl", "auth-provider"),
    (IDENTITY_PROVIDER, "externalAuthIdentityProviderParameter", "TokenUrl", "auth-provider"),
    (IDENTITY_PROVIDER, "externalAuthIdentityProviderParameter", "UserInfoUrl", "auth-provider"),
];
const IDENTITY_PROVIDER: &str = "ExternalAuthIdentityProvider";

/// The roots of both tables: most files of a project have none of these.
static ROOTS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    let parameters = PARAMETERS.iter().map(|(root, ..)| *root);
    ELEMENTS.iter().map(|(root, ..)| *root).chain(parameters).collect()
});

/// The addresses that a file names; none if it is of no type that names any.
pub fn endpoints(root: Node<'_>, component: &Component, read: &mut ValueReader) -> Vec<Record> {
    let mut records = Vec::new();
    for address in addresses(root, read) {
        let Some(mut record) =
            RecordBuilder::new("Endpoint", component.clone(), address.value.place)
        else {
            continue;
        };
        record
            .set("use", Leaf::text(address.usage, None))
            .set("name", Leaf::text_reference(&component.name))
            .set("element", Leaf::text(&address.element, None))
            .set("url", one(address.value))
            .set("includeSessionId", Leaf::NONE)
            .set("runsAs", Leaf::NONE);
        for (name, leaf) in details(root, address.holder, read) {
            record.set(name, leaf);
        }
        records.push(record.finish());
    }
    records
}

/// An address where it is written.
struct Address<'a> {
    usage: &'static str,
    element: String,
    /// The element around it: what is said of this address alone stands there.
    holder: Node<'a>,
    value: Value,
}

fn addresses<'a>(root: Node<'a>, read: &mut ValueReader) -> Vec<Address<'a>> {
    let name = root.element.name();
    let mut found = Vec::new();
    if !ROOTS.contains(name) {
        return found;
    }
    for (_, path, usage) in ELEMENTS.iter().filter(|(of, ..)| *of == name) {
        let Some((last, above)) = path.split_last() else { continue };
        for holder in descend(&[root], above) {
            let values = read.url_lines(&[holder], &[last]);
            found.extend(values.into_iter().map(|value| Address {
                usage,
                element: path.join("."),
                holder,
                value,
            }));
        }
    }
    for (_, element, kind, usage) in PARAMETERS.iter().filter(|(of, ..)| *of == name) {
        for holder in root.all(element).filter(|holder| is_of_type(*holder, kind)) {
            let values = read.url_lines(&[holder], &["parameterValue"]);
            found.extend(values.into_iter().map(|value| Address {
                usage,
                element: format!("{element}.{kind}"),
                holder,
                value,
            }));
        }
    }
    found
}

fn is_of_type(parameter: Node<'_>, kind: &str) -> bool {
    parameter.all("parameterType").any(|node| node.text().eq_ignore_ascii_case(kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::vocabulary::{LeafType, record_kind};
    use crate::schema;

    /// What is misspelt here would never be found in a file.
    #[test]
    fn the_tables_name_elements_sources_and_uses_that_exist() {
        let kind = record_kind("Endpoint").unwrap();
        let LeafType::Enum(uses) = kind.leaf("use").unwrap().1.leaf_type else { panic!() };
        let known = |root: &str, path: &[&str], usage: &&str| {
            assert!(
                kind.sources.contains(&root) && uses.contains(usage),
                "{root} {path:?} {usage}"
            );
            let metadata_type = schema::root(root).unwrap();
            assert!(schema::resolve(metadata_type, path).is_ok(), "{root} {path:?}");
        };
        for (root, path, usage) in ELEMENTS {
            known(root, path, usage);
        }
        for (root, element, _, usage) in PARAMETERS {
            known(root, &[element, "parameterValue"], usage);
        }
    }
}
