//! The kinds that rules can match, with their leaves: the one table that the loader validates against,
//! the readers fill, and `sflint vocabulary` prints.

use crate::document;

/// What a leaf holds, and with it which operators fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeafType {
    /// `true` or `false`.
    Bool,
    /// Free text, compared exactly after trimming.
    Text,
    /// One of a closed list, compared without regard to ASCII case.
    Enum(&'static [&'static str]),
    /// One of a list that the platform extends, compared without regard to ASCII case.
    OpenEnum,
    /// The name of a component, compared in canonical form.
    Reference,
    /// A number; `infinite` is over any number.
    Number,
    /// A remote address, with parts.
    Url,
    /// A day, with parts that count from today.
    Date,
    /// An X.509 certificate, with parts.
    Certificate,
    /// A credential: only `check` and `present` fit.
    Secret,
    /// The names of a kind of children.
    Child,
}

/// A part of a typed leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Part {
    Scheme,
    Host,
    Port,
    Fragment,
    UserInfo,
    Loopback,
    Private,
    Wildcard,
    DaysLeft,
    AgeDays,
    NotBefore,
    NotAfter,
    KeyBits,
    KeyType,
}

impl Part {
    /// The parts of a leaf type with the name and type of each.
    pub fn of(leaf_type: LeafType) -> &'static [(&'static str, Part, LeafType)] {
        match leaf_type {
            LeafType::Url => URL_PARTS,
            LeafType::Date => DATE_PARTS,
            LeafType::Certificate => CERTIFICATE_PARTS,
            _ => &[],
        }
    }
}

const URL_PARTS: &[(&str, Part, LeafType)] = &[
    ("scheme", Part::Scheme, LeafType::Text),
    ("host", Part::Host, LeafType::Text),
    ("port", Part::Port, LeafType::Number),
    ("fragment", Part::Fragment, LeafType::Text),
    ("userinfo", Part::UserInfo, LeafType::Bool),
    ("loopback", Part::Loopback, LeafType::Bool),
    ("private", Part::Private, LeafType::Bool),
    ("wildcard", Part::Wildcard, LeafType::Enum(&["none", "label", "domain", "suffix", "all"])),
];
const DATE_PARTS: &[(&str, Part, LeafType)] =
    &[("daysLeft", Part::DaysLeft, LeafType::Number), ("ageDays", Part::AgeDays, LeafType::Number)];
const CERTIFICATE_PARTS: &[(&str, Part, LeafType)] = &[
    ("notBefore", Part::NotBefore, LeafType::Text),
    ("notAfter", Part::NotAfter, LeafType::Text),
    ("daysLeft", Part::DaysLeft, LeafType::Number),
    ("ageDays", Part::AgeDays, LeafType::Number),
    ("keyBits", Part::KeyBits, LeafType::Number),
    ("keyType", Part::KeyType, LeafType::Enum(&["rsa", "ec", "ed25519", "other"])),
];

/// One leaf of a kind.
#[derive(Clone, Copy, Debug)]
pub struct LeafDefinition {
    /// Its name in rule files.
    pub name: &'static str,
    /// What it holds.
    pub leaf_type: LeafType,
    /// Whether it may hold several values by nature.
    pub repeated: bool,
    /// Whether a rule may `set` it.
    pub settable: bool,
    /// One line: what it says, and its default.
    pub about: &'static str,
}

/// A kind of children of a record.
#[derive(Clone, Copy, Debug)]
pub struct ChildDefinition {
    /// Its name in rule files (`each = "…"`).
    pub name: &'static str,
    /// The leaf that names a child when the child is used as a leaf of its owner.
    pub named_by: &'static str,
    /// The leaves of one child.
    pub leaves: &'static [LeafDefinition],
    /// One line: what one child is.
    pub about: &'static str,
}

/// A kind of record: what several metadata types mean together.
#[derive(Debug)]
pub struct RecordKind {
    /// Its name in rule files.
    pub name: &'static str,
    /// What one record is.
    pub about: &'static str,
    /// The root elements it is read from.
    pub sources: &'static [&'static str],
    /// Its own leaves.
    pub leaves: &'static [LeafDefinition],
    /// Its children.
    pub children: &'static [ChildDefinition],
}

impl RecordKind {
    /// The position of a leaf in the table, and its definition.
    pub fn leaf(&self, name: &str) -> Option<(usize, &'static LeafDefinition)> {
        position(self.leaves, name)
    }

    /// The position of a kind of children, and its definition.
    pub fn child(&self, name: &str) -> Option<(usize, &'static ChildDefinition)> {
        self.children.iter().enumerate().find(|(_, child)| child.name == name)
    }
}

impl ChildDefinition {
    /// The position of a leaf in the table, and its definition.
    pub fn leaf(&self, name: &str) -> Option<(usize, &'static LeafDefinition)> {
        position(self.leaves, name)
    }
}

fn position(
    leaves: &'static [LeafDefinition],
    name: &str,
) -> Option<(usize, &'static LeafDefinition)> {
    leaves.iter().enumerate().find(|(_, leaf)| leaf.name == name)
}

/// All kinds of records, in the order in which they are documented.
pub fn record_kinds() -> &'static [RecordKind] {
    RECORD_KINDS
}

/// The kind of records with this name.
pub fn record_kind(name: &str) -> Option<&'static RecordKind> {
    RECORD_KINDS.iter().find(|kind| kind.name == name)
}

use LeafType::{Bool, Certificate, Date, Enum, Number, OpenEnum, Reference, Secret, Text, Url};

const fn leaf(name: &'static str, leaf_type: LeafType, about: &'static str) -> LeafDefinition {
    LeafDefinition { name, leaf_type, repeated: false, settable: false, about }
}

const fn list(name: &'static str, leaf_type: LeafType, about: &'static str) -> LeafDefinition {
    LeafDefinition { name, leaf_type, repeated: true, settable: false, about }
}

const fn settable(definition: LeafDefinition) -> LeafDefinition {
    LeafDefinition { settable: true, ..definition }
}

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

const RECORD_KINDS: &[RecordKind] = &[
    RecordKind {
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
            settable(list(
                "scopes",
                OpenEnum,
                "OAuth scopes by their ConnectedApp names (SFApiPlatform is SFAP)",
            )),
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
            leaf("tokenExchange", Bool, "token exchange flow on (ECA: in both files)"),
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
            leaf("ipBinding", Bool, "refresh tokens bound to addresses; unknown when not stated"),
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
    },
    RecordKind {
        name: "Principal",
        about: "Who holds rights: a profile, a permission set (whole or decomposed), a group (its sets minus what is muted)",
        sources: &["Profile", "PermissionSet", "PermissionSetGroup"],
        leaves: &[
            leaf("name", Reference, "decoded API name; profiles also answer to their label"),
            leaf(
                "kind",
                Enum(&["Profile", "PermissionSet", "PermissionSetGroup"]),
                "which of the three",
            ),
            leaf("label", Text, "label"),
            list(
                "license",
                Text,
                "user licence; `any` for a set without one, unknown for a profile that does not state it",
            ),
            leaf(
                "standard",
                Bool,
                "derived: shipped by Salesforce or a package (custom=false, a standard name, a namespace)",
            ),
            leaf(
                "admin",
                Bool,
                "derived: the Admin profile, or ModifyAllData with ManageUsers and CustomizeApplication",
            ),
            leaf("guest", Bool, "derived: guest licence, or named as guest profile by a site"),
            leaf("external", Bool, "derived: a licence for people outside the company"),
            leaf(
                "sessionActivated",
                Bool,
                "only for the length of an activated session; false when not stated",
            ),
            list("groups", Reference, "derived: groups a permission set is in"),
            list("apps", Reference, "derived: apps that pre-authorise it"),
            leaf(
                "weeklyLoginHours",
                Number,
                "hours a week in which login is possible; 168 when not stated",
            ),
            leaf("namespace", Text, "namespace of the package it comes from"),
        ],
        children: &[
            ChildDefinition {
                name: "userPermission",
                named_by: "name",
                leaves: &[
                    leaf("name", Reference, "API name of the user permission"),
                    leaf("from", Reference, "groups: the permission set it comes from"),
                ],
                about: "one user permission that is enabled, and not muted",
            },
            ChildDefinition {
                name: "object",
                named_by: "name",
                leaves: &[
                    leaf("name", Reference, "object"),
                    list(
                        "rights",
                        Enum(&[
                            "read",
                            "create",
                            "edit",
                            "delete",
                            "viewAll",
                            "modifyAll",
                            "viewAllFields",
                        ]),
                        "rights as written, nothing implied",
                    ),
                    leaf("from", Reference, "groups: the permission set it comes from"),
                ],
                about: "one object with at least one right",
            },
            ChildDefinition {
                name: "field",
                named_by: "name",
                leaves: &[
                    leaf("name", Reference, "Object.Field"),
                    leaf("object", Reference, "object"),
                    list("rights", Enum(&["read", "edit"]), "rights as written"),
                    leaf("from", Reference, "groups: the permission set it comes from"),
                ],
                about: "one field that may be read or edited",
            },
            named_child("apexClass", "one Apex class that may be called"),
            named_child("page", "one Visualforce page that may be opened"),
            named_child("flow", "one flow that may be run"),
            named_child("externalCredential", "one external credential principal that may be used"),
            named_child("customPermission", "one custom permission"),
            named_child("customSetting", "one custom setting that may be read"),
            named_child("customMetadata", "one custom metadata type that may be read"),
            ChildDefinition {
                name: "loginIpRange",
                named_by: "start",
                leaves: &[
                    leaf("start", Text, "first address"),
                    leaf("end", Text, "last address"),
                    leaf("description", Text, "description"),
                ],
                about: "one range of addresses from which a profile may log in",
            },
        ],
    },
    RecordKind {
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
    },
    RecordKind {
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
    },
    RecordKind {
        name: "Endpoint",
        about: "One remote address, and what it is used for",
        sources: &[
            "ConnectedApp",
            "ExternalClientApplication",
            "ExtlClntAppGlobalOauthSettings",
            "ExtlClntAppOauthSettings",
            "ExtlClntAppOauthConfigurablePolicies",
            "ExtlClntAppConfigurablePolicies",
            "ExtlClntAppSamlConfigurablePolicies",
        ],
        leaves: &[
            leaf(
                "use",
                Enum(&["callback", "start", "info", "logo", "logout", "saml", "canvas"]),
                "what the address is for",
            ),
            leaf("name", Reference, "component that names it"),
            leaf("element", Text, "element that holds it"),
            leaf("url", Url, "the address"),
        ],
        children: &[],
    },
    RecordKind {
        name: "Diagnostic",
        about: "A problem that the reader met: a file that could not be read as what it claims to be",
        sources: &[],
        leaves: &[
            leaf("code", Enum(document::CAUSE_CODES), "cause"),
            leaf(
                "level",
                Enum(&["error", "warning", "note"]),
                "how much it matters; a finding is never more severe than this",
            ),
            leaf("path", Text, "file"),
            leaf("at", Text, "where in the file"),
            leaf("text", Text, "what is wrong and what to do"),
        ],
        children: &[],
    },
    RecordKind {
        name: "File",
        about: "Any file of the project, by its name",
        sources: &[],
        leaves: FILE_LEAVES,
        children: &[],
    },
    RecordKind {
        name: "text",
        about: "A readable file; with `find`, each hit is one block and named groups are leaves",
        sources: &[],
        leaves: FILE_LEAVES,
        children: &[ChildDefinition {
            name: "find",
            named_by: "line",
            leaves: &[
                leaf("match", Text, "the text that `find` hit"),
                leaf("line", Text, "the line it stands in"),
            ],
            about: "one hit of `find`",
        }],
    },
    RecordKind {
        name: "env",
        about: "A file of environment variables (`.env` and its relatives)",
        sources: &[],
        leaves: FILE_LEAVES,
        children: &[ChildDefinition {
            name: "entry",
            named_by: "key",
            leaves: &[
                leaf("key", Text, "name of the variable"),
                leaf("value", Secret, "its value, never shown"),
            ],
            about: "one assignment",
        }],
    },
    RecordKind {
        name: "json",
        about: "A JSON file",
        sources: &[],
        leaves: FILE_LEAVES,
        children: &[ChildDefinition {
            name: "entry",
            named_by: "key",
            leaves: &[
                leaf("key", Text, "dotted path of the member, array positions as numbers"),
                leaf("value", Text, "its value as text"),
            ],
            about: "one scalar member at any depth",
        }],
    },
];

const FILE_LEAVES: &[LeafDefinition] = &[
    leaf("path", Text, "path in the project"),
    leaf("name", Text, "file name"),
    leaf("ext", Text, "last extension, lower case"),
    leaf("bytes", Number, "size in bytes"),
];

const fn named_child(name: &'static str, about: &'static str) -> ChildDefinition {
    ChildDefinition { name, named_by: "name", leaves: NAMED_LEAVES, about }
}

const NAMED_LEAVES: &[LeafDefinition] = &[
    leaf("name", Reference, "API name"),
    leaf("from", Reference, "groups: the permission set it comes from"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_children_are_named_by_a_leaf() {
        for kind in record_kinds() {
            let mut names: Vec<_> = kind.leaves.iter().map(|leaf| leaf.name).collect();
            names.extend(kind.children.iter().map(|child| child.name));
            names.sort_unstable();
            let all = names.len();
            names.dedup();
            assert_eq!(all, names.len(), "{}", kind.name);
            for child in kind.children {
                assert!(child.leaf(child.named_by).is_some(), "{}.{}", kind.name, child.name);
            }
        }
    }
}
