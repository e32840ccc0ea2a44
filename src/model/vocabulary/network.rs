//! The leaves of address ranges, certificates and endpoints.

use super::LeafType::{Bool, Date, Enum, Number, OpenEnum, Reference, Text, Url};
use super::{ChildDefinition, RecordKind, leaf, list};

/// Address ranges of one owner.
pub(super) const IP_ALLOW_LIST: RecordKind = RecordKind {
    name: "IpAllowList",
    about: "The address ranges of one owner, with their union",
    sources: &[
        "Profile",
        "SecuritySettings",
        "ConnectedApp",
        "ExtlClntAppOauthSettings",
        "ExtlClntAppOauthSecuritySettings",
    ],
    leaves: &[
        leaf(
            "use",
            Enum(&["login", "trusted", "app", "token"]),
            "what the ranges do: restrict login, skip verification, relax an app, bind tokens",
        ),
        leaf("owner", Reference, "profile, app or settings that hold them"),
        leaf("standard", Bool, "the owner is shipped by Salesforce"),
        leaf(
            "addresses",
            Text,
            "number of addresses that are not private (all, when there are no others), for messages",
        ),
        leaf(
            "unionPrefix",
            Number,
            "prefix length of the union of the IPv4 ranges that are not private (0 is every address); not there without such ranges",
        ),
        leaf("unionPrefix6", Number, "the same for IPv6"),
        leaf("wholeSpace", Bool, "the union is every IPv4 or every IPv6 address"),
        leaf("privateOnly", Bool, "only private addresses"),
    ],
    children: &[ChildDefinition {
        name: "range",
        named_by: "start",
        leaves: &[
            leaf("start", Text, "first address"),
            leaf("end", Text, "last address"),
            leaf("description", Text, "description"),
            leaf(
                "defect",
                Enum(&["none", "inverted", "mixed", "unparsable"]),
                "why the range matches nothing",
            ),
            leaf(
                "reserved",
                Enum(&["none", "private", "documentation", "loopback"]),
                "reserved space that holds the range",
            ),
            leaf("duplicate", Bool, "the same range stands before it"),
            leaf(
                "prefix",
                Number,
                "prefix length of a block as large as the range (0 is every address)",
            ),
        ],
        about: "one range",
    }],
};

/// One certificate.
pub(super) const CERTIFICATE: RecordKind = RecordKind {
    name: "Certificate",
    about: "One X.509 certificate, wherever it is embedded",
    sources: &[
        "Certificate",
        "ConnectedApp",
        "ExtlClntAppGlobalOauthSettings",
        "ExtlClntAppOauthSettings",
        "ExtlClntAppSamlConfigurablePolicies",
        "SamlSsoConfig",
    ],
    leaves: &[
        leaf("owner", Reference, "component that holds it"),
        leaf(
            "use",
            Enum(&["platform", "jwt", "saml-idp", "saml-sp", "client-assertion"]),
            "what it is for",
        ),
        leaf("notBefore", Date, "first day; X.509"),
        leaf("notAfter", Date, "last day; X.509, else the expirationDate of the metadata"),
        leaf("daysLeft", Number, "days from today to the last day"),
        leaf("ageDays", Number, "days since the first day"),
        leaf("keyType", Enum(&["rsa", "ec", "ed25519", "other"]), "kind of key"),
        leaf("keyBits", Number, "key size; X.509, else keySize, else 2048"),
        leaf("signature", Text, "digest of the signature"),
        leaf(
            "exportable",
            Bool,
            "platform certificates: the private key may be exported; true when not stated",
        ),
        leaf("caSigned", Bool, "signed by somebody else"),
        leaf(
            "form",
            Enum(&["pem", "der", "bare", "csr", "unparsable", "none"]),
            "how it is written",
        ),
        leaf("chainIndex", Number, "position in its chain, 0 first"),
    ],
    children: &[],
};

/// One remote address.
pub(super) const ENDPOINT: RecordKind = RecordKind {
    name: "Endpoint",
    about: "One remote address, and what it is used for",
    sources: &[
        "ConnectedApp",
        "ExternalClientApplication",
        "ExtlClntAppGlobalOauthSettings",
        "ExtlClntAppOauthSettings",
        "ExtlClntAppOauthConfigurablePolicies",
        "ExtlClntAppConfigurablePolicies",
        "ExtlClntAppCanvasSettings",
        "ExtlClntAppSamlConfigurablePolicies",
        "Workflow",
        "WorkflowOutboundMessage",
        "RemoteSiteSetting",
        "CspTrustedSite",
        "CorsWhitelistOrigin",
        "RedirectWhitelistUrl",
        "IframeWhiteListUrlSettings",
        "CustomSite",
        "NamedCredential",
        "ExternalCredential",
        "ExternalDataSource",
        "AuthProvider",
        "ExternalAuthIdentityProvider",
        "SamlSsoConfig",
        "ExternalServiceRegistration",
        "PublicKeyCertificateSet",
    ],
    leaves: &[
        leaf(
            "use",
            Enum(&[
                "callback",
                "start",
                "info",
                "logo",
                "logout",
                "error",
                "saml",
                "canvas",
                "outbound-message",
                "remote-site",
                "csp",
                "cors",
                "redirect",
                "iframe",
                "named-credential",
                "external-data",
                "auth-provider",
                "external-service",
                "key-set",
            ]),
            "what the address is for",
        ),
        leaf("name", Reference, "component that names it"),
        leaf("element", Text, "element that holds it; of a parameter its type"),
        leaf("url", Url, "the address"),
        leaf(
            "active",
            Bool,
            "isActive, active, calloutStatus; true for what has no switch, unknown for a remote site or site that does not say",
        ),
        leaf("description", Text, "what somebody wrote about it; none when not stated"),
        leaf("context", OpenEnum, "trusted URLs and hosts of frames: where the address is trusted"),
        list(
            "directives",
            Enum(&["connect", "font", "frame", "img", "media", "style"]),
            "trusted URLs: what may be loaded from there; unknown when none is on, because the API version decides",
        ),
        leaf(
            "protocolSecurityOff",
            Bool,
            "remote sites: code of an https session may call the site over http",
        ),
        leaf(
            "sendsCredential",
            Bool,
            "derived: named credentials and external data sources: a stored credential goes along (an external credential, or a protocol other than NoAuthentication and generateAuthorizationHeader, true when not stated)",
        ),
        leaf("credential", Reference, "named credentials: the external credential"),
        leaf(
            "includeSessionId",
            Bool,
            "outbound messages: a session id is asked for; false when not stated",
        ),
        leaf("runsAs", Text, "outbound messages: the user whose access decides what is sent"),
    ],
    children: &[],
};
