//! What a file says of its addresses beside the address itself.

use crate::model::node::{Node, ValueReader, any_true, stated_or_unknown};
use crate::model::record::{Data, Leaf, Value};

/// Element of a trusted URL, and the directive it stands for.
const DIRECTIVES: &[(&str, &str)] = &[
    ("isApplicableToConnectSrc", "connect"),
    ("isApplicableToFontSrc", "font"),
    ("isApplicableToFrameSrc", "frame"),
    ("isApplicableToImgSrc", "img"),
    ("isApplicableToMediaSrc", "media"),
    ("isApplicableToStyleSrc", "style"),
];

/// The leaves of an address that do not follow from the address. `holder` is the element around it, often the root.
pub(super) fn details(
    root: Node<'_>,
    holder: Node<'_>,
    read: &mut ValueReader,
) -> Vec<(&'static str, Leaf)> {
    let here = [root];
    let kind = root.element.name();
    let is_csp = kind == "CspTrustedSite";
    let context = match kind {
        // Which context holds without one depends on the API version.
        "CspTrustedSite" => stated_or_unknown(read.texts(&here, &["context"])),
        "IframeWhiteListUrlSettings" => stated_or_unknown(read.texts(&[holder], &["context"])),
        _ => Leaf::NONE,
    };
    let protocol_security = match kind {
        "RemoteSiteSetting" => stated_or_unknown(read.bools(&here, &["disableProtocolSecurity"])),
        _ => Leaf::NONE,
    };
    let credential = read.references(&here, &["namedCredentialParameters", "externalCredential"]);
    vec![
        ("active", active(root, read)),
        ("description", Leaf::stated_or(read.texts(&here, &["description"]), Leaf::NONE)),
        ("context", context),
        ("directives", if is_csp { directives(root) } else { Leaf::NONE }),
        ("protocolSecurityOff", protocol_security),
        ("sendsCredential", sends_credential(root, &credential, read)),
        ("credential", Leaf::stated_or(credential, Leaf::NONE)),
    ]
}

/// What has no switch is on.
fn active(root: Node<'_>, read: &mut ValueReader) -> Leaf {
    let here = [root];
    let on = Leaf::defaulted(Data::Bool(true));
    match root.element.name() {
        // Required, so there is no default.
        "RemoteSiteSetting" => stated_or_unknown(read.bools(&here, &["isActive"])),
        "CustomSite" => stated_or_unknown(read.bools(&here, &["active"])),
        // True by default, says the Metadata API Developer Guide.
        "CspTrustedSite" => Leaf::stated_or(read.bools(&here, &["isActive"]), on),
        // Since API 59; before, there was no way to stop callouts.
        "NamedCredential" => {
            let enabled = |text: &str| match text.to_ascii_lowercase().as_str() {
                "enabled" => Some(Data::Bool(true)),
                "disabled" => Some(Data::Bool(false)),
                _ => None,
            };
            let status =
                read.typed(&here, &["calloutStatus"], "a value of the metadata type", enabled);
            Leaf::stated_or(status, on)
        }
        _ => on,
    }
}

/// The directives that are on. What holds when none is depends on the API version: all up to 49, images up to 58.
fn directives(root: Node<'_>) -> Leaf {
    let word = |(element, word): &(&str, &str)| {
        let on = any_true(root, element).then(|| root.all(element).next()).flatten()?;
        Some(Value {
            data: Data::Text((*word).into()),
            written: (*word).into(),
            place: Some(on.value_place()),
        })
    };
    stated_or_unknown(DIRECTIVES.iter().filter_map(word).collect())
}

/// Whether the platform adds a stored credential to what it sends to the address.
fn sends_credential(root: Node<'_>, credential: &[Value], read: &mut ValueReader) -> Leaf {
    let here = [root];
    let kind = root.element.name();
    if !matches!(kind, "NamedCredential" | "ExternalDataSource") {
        return Leaf::NONE;
    }
    if let Some(first) = credential.first() {
        return Leaf::derived(true, first.place);
    }
    let protocols = read.texts(&here, &["protocol"]);
    let Some(protocol) = protocols.first() else {
        return Leaf::UNKNOWN;
    };
    if protocol.written.eq_ignore_ascii_case("NoAuthentication") {
        return Leaf::derived(false, protocol.place);
    }
    // True by default; external data sources have no such element.
    let header = read.bools(&here, &["generateAuthorizationHeader"]);
    Leaf::stated_or(header, Leaf::derived(true, protocol.place))
}
