//! The leaves of apps.

use super::LeafType::{Bool, Certificate, Enum, Number, OpenEnum, Reference, Secret, Text, Url};
use super::{ChildDefinition, RecordKind, leaf, list, settable};

const ECA_TYPES: &[&str] = &[
    "ConnectedApp",
    "ExternalClientApplication",
    "ExtlClntAppGlobalOauthSettings",
    "ExtlClntAppOauthSettings",
    "ExtlClntAppOauthConfigurablePolicies",
    "ExtlClntAppConfigurablePolicies",
    "ExtlClntAppOauthSecuritySettings",
    "ExtlClntAppSamlConfigurablePolicies",
    "ExtlClntAppMobileSettings",
];

/// A client: connected app or external client app.
pub(super) const OAUTH_APP: RecordKind = RecordKind {
    name: "OauthApp",
    about: "An OAuth or SAML client: a connected app, or the files of one external client app joined on its name",
    sources: ECA_TYPES,
    leaves: &[
        leaf("name", Reference, "API name: the decoded file name"),
        leaf("label", Text, "label, as people see it"),
        leaf(
            "raw",
            Enum(&["ConnectedApp", "ExternalClientApplication"]),
            "the metadata type it is written in",
        ),
        leaf("contactEmail", Text, "who answers for it; unknown when not stated"),
        leaf("oauth", Bool, "whether it has OAuth settings at all (a SAML-only app has none)"),
        leaf(
            "enabled",
            Bool,
            "ECA: policies isEnabled and isOauthPluginEnabled; true when not stated",
        ),
        leaf(
            "packaged",
            Bool,
            "the installer decides: project of kind package, or an ECA that is not Local",
        ),
        list(
            "scopes",
            OpenEnum,
            "OAuth scopes by their ConnectedApp names (SFApiPlatform is SFAP)",
        ),
        settable(leaf(
            "pkceRequired",
            Bool,
            "PKCE required; ConnectedApp false, ECA true when not stated",
        )),
        settable(leaf(
            "secretOptional",
            Bool,
            "web server flow without the client secret; false when not stated",
        )),
        settable(leaf(
            "secretRequiredForRefresh",
            Bool,
            "refresh needs the client secret; true when not stated",
        )),
        settable(leaf(
            "secretRequiredForTokenExchange",
            Bool,
            "token exchange needs the client secret; unknown when not stated",
        )),
        leaf(
            "tokenExchange",
            Bool,
            "token exchange flow on (ECA: in both files); false when not stated",
        ),
        settable(leaf(
            "selfAuthorize",
            Bool,
            "any user may authorise it; true when not stated, also when an ECA has no policy file",
        )),
        settable(leaf(
            "ipRelaxation",
            Enum(&["enforce", "bypass", "bypass-2factor", "enforce-relax-refresh"]),
            "IP restrictions; enforce when the policy is there, unknown without one",
        )),
        leaf(
            "refreshTokenMode",
            Enum(&["lifetime", "inactivity", "infinite", "zero"]),
            "how refresh tokens end",
        ),
        settable(leaf(
            "refreshTokenDays",
            Number,
            "days until a refresh token ends, `infinite` when never; idle tokens end after 30 with isEnforceRefreshTokenTTL",
        )),
        settable(leaf(
            "refreshRotation",
            Bool,
            "each use of a refresh token replaces it; unknown when not stated",
        )),
        settable(leaf(
            "idleLimit",
            Bool,
            "refresh tokens end when nobody uses them for 30 days; unknown when not stated",
        )),
        settable(leaf("deviceFlow", Bool, "device flow on; unknown when not stated")),
        settable(leaf(
            "clientCredentials",
            Bool,
            "client credentials flow on (ECA: in both files); false when not stated",
        )),
        leaf(
            "codeCredentials",
            Bool,
            "authorization code and credentials flow on; false when not stated",
        ),
        leaf(
            "codeCredentialsPostOnly",
            Bool,
            "that flow takes credentials in the body only; false when not stated",
        ),
        leaf("runAsUser", Text, "user that the client credentials flow runs as"),
        leaf("certificate", Certificate, "certificate of the JWT bearer flow"),
        leaf("consumerKey", Text, "client id, when written down"),
        leaf("consumerSecret", Secret, "client secret, when written down"),
        leaf("introspectAll", Bool, "may introspect all tokens; false when not stated"),
        leaf("namedUserJwt", Bool, "issues JWT access tokens; false when not stated"),
        leaf("dpop", Bool, "tokens bound to a key by DPoP; unknown when not stated"),
        leaf("mtls", Bool, "tokens bound to a TLS certificate; unknown when not stated"),
        leaf(
            "ipBinding",
            Bool,
            "refresh tokens bound to addresses (ECA: the file of that setting has ranges); unknown when not stated",
        ),
        leaf(
            "sessionTimeoutMinutes",
            Number,
            "minutes until an access token ends; unknown when not stated",
        ),
        leaf(
            "sessionLevel",
            Enum(&["LOW", "STANDARD", "HIGH_ASSURANCE"]),
            "session level the app asks for; unknown when not stated",
        ),
        leaf(
            "sessionAction",
            Enum(&["Block", "RaiseSessionLevel", "StepUpMFA"]),
            "what happens below that level; unknown when not stated",
        ),
        leaf("plugin", Reference, "Apex class in the way of authorisation"),
        leaf("pluginUser", Text, "user that class runs as"),
        leaf(
            "samlEncryption",
            Enum(&["AES_128", "AES_256", "Triple_Des"]),
            "SAML assertion encryption; unknown when not stated",
        ),
        leaf(
            "samlSignature",
            Enum(&["SHA1", "SHA256"]),
            "SAML signature digest; unknown when not stated",
        ),
        leaf("usesRefresh", Bool, "derived: scopes hold RefreshToken or OfflineAccess"),
        leaf(
            "nativeClient",
            Bool,
            "derived: a callback with a custom scheme, to loopback or to the success page, or mobile settings",
        ),
        leaf("publicClient", Bool, "derived: secretOptional or nativeClient"),
        leaf(
            "jwtOnly",
            Bool,
            "derived: certificate, only placeholder or loopback callbacks, no refresh tokens",
        ),
        leaf(
            "usesCodeFlow",
            Bool,
            "derived: a callback, and neither jwtOnly nor client credentials with only placeholder callbacks",
        ),
        leaf("cliApp", Bool, "derived: the callback of the Salesforce CLI"),
        leaf(
            "serverToServer",
            Bool,
            "derived: it logs in as itself (client credentials, or a certificate for JWT) and is no native client",
        ),
    ],
    children: &[
        ChildDefinition {
            name: "callback",
            named_by: "url",
            leaves: &[leaf("url", Url, "one callback address")],
            about: "one callback URL",
        },
        ChildDefinition {
            name: "grantee",
            named_by: "name",
            leaves: &[
                leaf("name", Reference, "profile or permission set that may use the app"),
                leaf("kind", Enum(&["Profile", "PermissionSet"]), "which of the two"),
                leaf("standard", Bool, "a profile or set that Salesforce ships"),
                leaf("namespace", Text, "namespace of the package it comes from"),
            ],
            about: "one profile or permission set that is pre-authorised",
        },
    ],
};
