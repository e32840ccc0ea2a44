//! `OauthApp`: a connected app, or the files of an external client app joined on its name.
//!
//! The two metadata types say the same things in different places and spellings; this file is the only
//! one that knows. Defaults are those of the Metadata API guide, and for external client apps without
//! a policy file those of the policy that the platform creates.

use crate::model::builder::{ChildBuilder, RecordBuilder, stated_text};
use crate::model::node::{Node, ValueReader, stated_or_unknown};
use crate::model::record::{Block, Component, Data, Leaf, Place, Record, State, Value};
use crate::value::duration::{Days, RefreshMode, RefreshPolicy};
use crate::value::name;
use crate::value::url;

const IP_RELAXATION: &[(&str, &str)] = &[
    ("enforce", "enforce"),
    ("bypass", "bypass"),
    ("bypass_2factor", "bypass-2factor"),
    ("enforce_relaxrefresh", "enforce-relax-refresh"),
];
const SESSION_LEVELS: &[&str] = &["LOW", "STANDARD", "HIGH_ASSURANCE"];
const SESSION_ACTIONS: &[&str] = &["Block", "RaiseSessionLevel", "StepUpMFA"];
const SAML_ENCRYPTION: &[&str] = &["AES_128", "AES_256", "Triple_Des"];
const SAML_SIGNATURE: &[&str] = &["SHA1", "SHA256"];
/// Days after which an idle token ends when `isEnforceRefreshTokenTTL` is on (Salesforce Help,
/// "Limit idle refresh token TTL").
const IDLE_TOKEN_DAYS: f64 = 30.0;
/// Lifetime in the policy that the platform creates for an external client app without one.
const CREATED_POLICY_DAYS: f64 = 365.0;

/// The files of one external client app.
#[derive(Default)]
pub struct ExternalClientApp<'a> {
    /// `.eca`
    pub application: Vec<Node<'a>>,
    /// `.ecaGlblOauth`
    pub global_oauth: Vec<Node<'a>>,
    /// `.ecaOauth`
    pub oauth: Vec<Node<'a>>,
    /// `.ecaOauthPlcy`
    pub oauth_policy: Vec<Node<'a>>,
    /// `.ecaPlcy`
    pub policy: Vec<Node<'a>>,
    /// `.ecaOauthSecurity`
    pub oauth_security: Vec<Node<'a>>,
    /// `.ecaSamlPlcy`
    pub saml_policy: Vec<Node<'a>>,
    /// `.ecaMobile`, `.ecaMobilePlcy`
    pub mobile: Vec<Node<'a>>,
}

/// The record of a connected app.
pub fn connected_app(
    root: Node<'_>,
    component: Component,
    package: bool,
    read: &mut ValueReader,
) -> Option<Record> {
    let roots = [root];
    let config: Vec<_> = root.all("oauthConfig").collect();
    let policy: Vec<_> = root.all("oauthPolicy").collect();
    let name = component.name.clone();
    let place = config.first().map_or_else(|| root.start_tag(), |node| node.start_tag());
    let mut app = RecordBuilder::new("OauthApp", component, Some(place))?;
    app.set("name", Leaf::text_reference(&name))
        .set("raw", Leaf::text("ConnectedApp", None))
        .set("label", stated_or_unknown(read.texts(&roots, &["label"])))
        .set("contactEmail", stated_or_unknown(read.texts(&roots, &["contactEmail"])))
        .set("oauth", Leaf::derived(!config.is_empty(), config.first().map(|n| n.start_tag())))
        .set("enabled", Leaf::defaulted(Data::Bool(true)))
        .set("packaged", Leaf::derived(package, None));
    saml(
        &mut app,
        &roots,
        &["samlConfig", "encryptionType"],
        &["samlConfig", "samlSigningAlgoType"],
        read,
    );
    app.set("plugin", none_or(read.references(&roots, &["plugin"])))
        .set("pluginUser", none_or(read.texts(&roots, &["pluginExecutionUser"])))
        .set(
            "sessionTimeoutMinutes",
            stated_or_unknown(read.numbers(&roots, &["sessionPolicy", "sessionTimeout"])),
        )
        .set(
            "sessionLevel",
            stated_or_unknown(read.words(
                &roots,
                &["sessionPolicy", "sessionLevel"],
                SESSION_LEVELS,
            )),
        )
        .set(
            "sessionAction",
            stated_or_unknown(read.words(
                &roots,
                &["sessionPolicy", "policyAction"],
                SESSION_ACTIONS,
            )),
        );
    if config.is_empty() {
        return Some(app.finish_with(&Leaf::NONE));
    }

    common_oauth(&mut app, &config, false, read);
    let scopes = read.typed(&config, &["scopes"], "a scope", |text| Some(scope(text)));
    app.set("scopes", none_or(scopes));
    app.set(
        "clientCredentials",
        bool_or(read.bools(&config, &["isClientCredentialEnabled"]), Some(false)),
    );
    app.set("tokenExchange", bool_or(read.bools(&config, &["isTokenExchangeEnabled"]), None));
    app.set(
        "codeCredentials",
        bool_or(read.bools(&config, &["isCodeCredentialEnabled"]), Some(false)),
    );
    app.set(
        "codeCredentialsPostOnly",
        bool_or(read.bools(&config, &["isCodeCredentialPostOnly"]), Some(false)),
    );
    app.set("runAsUser", none_or(read.texts(&config, &["oauthClientCredentialUser"])));
    app.set("mtls", bool_or(read.bools(&config, &["isPKImTLSEnabled"]), None));
    app.set("ipBinding", bool_or(read.bools(&config, &["isIpBindingEnabled"]), None));
    app.set(
        "selfAuthorize",
        bool_or(read.inverted_bools(&config, &["isAdminApproved"]), Some(true)),
    );
    app.set("certificate", none_or(read.certificates(&config, &["certificate"])));

    let stated = read.typed(&policy, &["ipRelaxation"], "an IP relaxation policy", ip_relaxation);
    let silent = if policy.is_empty() { Leaf::UNKNOWN } else { text_default("enforce") };
    let home = policy.first().map(|node| node.start_tag());
    let relaxation = unless_doubtful(stated, &policy, "ipRelaxation", silent);
    app.set("ipRelaxation", relaxation.at_home(home));
    let tokens = refresh_of_connected_app(&policy, read);
    set_refresh(&mut app, tokens, &config, home, read);

    let native_markers: Vec<_> = root.all("mobileAppConfig").collect();
    let callbacks = read.url_lines(&config, &["callbackUrl"]);
    derive(&mut app, callbacks, &native_markers);

    let mut grantees = Vec::new();
    for (element, kind) in [("profileName", "Profile"), ("permissionSetName", "PermissionSet")] {
        for value in read.texts(&roots, &[element]) {
            if let Some(place) = value.place {
                grantees.extend(grantee(&value.written, kind, place));
            }
        }
    }
    app.children("grantee", grantees);
    Some(app.finish())
}

/// The record of an external client app.
pub fn external_client_app(
    files: &ExternalClientApp<'_>,
    component: Component,
    package: bool,
    read: &mut ValueReader,
) -> Option<Record> {
    let name = component.name.clone();
    let first = [&files.global_oauth, &files.oauth, &files.oauth_policy, &files.application]
        .into_iter()
        .find_map(|nodes| nodes.first())
        .map(|node| node.start_tag());
    let place = first.or_else(|| files.saml_policy.first().map(|node| node.start_tag()));
    let oauth =
        !(files.global_oauth.is_empty() && files.oauth.is_empty() && files.oauth_policy.is_empty());
    let mut app = RecordBuilder::new("OauthApp", component, place)?;
    app.set("name", Leaf::text_reference(&name))
        .set("raw", Leaf::text("ExternalClientApplication", None))
        .set("label", stated_or_unknown(read.texts(&files.application, &["label"])))
        .set("contactEmail", stated_or_unknown(read.texts(&files.application, &["contactEmail"])))
        .set("oauth", Leaf::derived(oauth, if oauth { place } else { None }));
    let mut enabled = read.bools(&files.policy, &["isEnabled"]);
    enabled.extend(read.bools(&files.policy, &["isOauthPluginEnabled"]));
    enabled.retain(|value| matches!(value.data, Data::Bool(false)));
    app.set("enabled", bool_or(enabled, Some(true)));
    let distributed: Vec<_> = read
        .texts(&files.application, &["distributionState"])
        .into_iter()
        .filter(|value| !value.written.eq_ignore_ascii_case("Local"))
        .collect();
    let packaged_at = distributed.first().and_then(|value| value.place);
    app.set("packaged", Leaf::derived(package || packaged_at.is_some(), packaged_at));
    saml(&mut app, &files.saml_policy, &["encryptionType"], &["signingAlgorithmType"], read);
    if !oauth {
        return Some(app.finish_with(&Leaf::NONE));
    }

    let global = &files.global_oauth;
    let policy = &files.oauth_policy;
    common_oauth(&mut app, global, true, read);
    let scopes = read.comma_items(&files.oauth, &["commaSeparatedOauthScopes"], scope);
    let silent = if files.oauth.is_empty() { Leaf::UNKNOWN } else { Leaf::NONE };
    app.set("scopes", Leaf::stated_or(scopes, silent));
    app.set(
        "clientCredentials",
        both(
            read,
            (global, "isClientCredentialsFlowEnabled"),
            (policy, "isClientCredentialsFlowEnabled"),
        ),
    );
    app.set(
        "tokenExchange",
        both(read, (global, "isTokenExchangeEnabled"), (policy, "isTokenExchangeFlowEnabled")),
    );
    app.set(
        "codeCredentials",
        bool_or(read.bools(global, &["isCodeCredFlowEnabled"]), Some(false)),
    );
    app.set(
        "codeCredentialsPostOnly",
        bool_or(read.bools(global, &["isCodeCredPostOnly"]), Some(false)),
    );
    app.set("runAsUser", none_or(read.texts(policy, &["clientCredentialsFlowUser"])));
    app.set("mtls", bool_or(read.bools(global, &["isMtlsEnabled"]), None));
    let bound = files.oauth_security.iter().find_map(|node| node.all("tokenIpRanges").next());
    app.set(
        "ipBinding",
        bound.map_or(Leaf::UNKNOWN, |node| Leaf::derived(true, Some(node.start_tag()))),
    );
    let mut certificates = read.certificates(global, &["certificate"]);
    certificates.extend(read.certificates(&files.oauth, &["clientAssertionCertificate"]));
    app.set("certificate", none_or(certificates));
    app.set("plugin", none_or(read.references(policy, &["apexHandler"])));
    app.set("pluginUser", none_or(read.texts(policy, &["executeHandlerAs"])));
    app.set(
        "sessionTimeoutMinutes",
        stated_or_unknown(read.numbers(policy, &["sessionTimeoutInMinutes"])),
    );
    app.set(
        "sessionLevel",
        stated_or_unknown(read.words(policy, &["requiredSessionLevel"], SESSION_LEVELS)),
    );
    app.set(
        "sessionAction",
        stated_or_unknown(read.words(policy, &["policyAction"], SESSION_ACTIONS)),
    );

    let permitted = read.typed(
        policy,
        &["permittedUsersPolicyType"],
        "AllSelfAuthorized or AdminApprovedPreAuthorized",
        |text| {
            if text.eq_ignore_ascii_case("AllSelfAuthorized") {
                Some(Data::Bool(true))
            } else if text.eq_ignore_ascii_case("AdminApprovedPreAuthorized") {
                Some(Data::Bool(false))
            } else {
                None
            }
        },
    );
    let home = policy.first().map(|node| node.start_tag());
    let permitted = unless_doubtful(
        permitted,
        policy,
        "permittedUsersPolicyType",
        Leaf::defaulted(Data::Bool(true)),
    );
    app.set("selfAuthorize", permitted.at_home(home));
    let relaxed =
        read.typed(policy, &["ipRelaxationPolicyType"], "an IP relaxation policy", ip_relaxation);
    let relaxed =
        unless_doubtful(relaxed, policy, "ipRelaxationPolicyType", text_default("enforce"));
    app.set("ipRelaxation", relaxed.at_home(home));
    let tokens = refresh_of_external_app(policy, read);
    set_refresh(&mut app, tokens, global, home, read);

    let callbacks = read.url_lines(global, &["callbackUrl"]);
    derive(&mut app, callbacks, &files.mobile);
    let mut grantees = Vec::new();
    for (element, kind) in
        [("commaSeparatedProfile", "Profile"), ("commaSeparatedPermissionSet", "PermissionSet")]
    {
        for value in read.comma_items(policy, &[element], |text| Data::Text(text.into())) {
            if let Some(place) = value.place {
                grantees.extend(grantee(&value.written, kind, place));
            }
        }
    }
    app.children("grantee", grantees);
    Some(app.finish())
}

/// Leaves that `oauthConfig` and `.ecaGlblOauth` spell alike. Without that element or file they stay unknown.
fn common_oauth(app: &mut RecordBuilder, at: &[Node<'_>], external: bool, read: &mut ValueReader) {
    if at.is_empty() {
        return;
    }
    let bools: [(&str, &str, Option<bool>); 9] = [
        ("pkceRequired", "isPkceRequired", Some(external)),
        ("secretOptional", "isConsumerSecretOptional", Some(false)),
        ("secretRequiredForRefresh", "isSecretRequiredForRefreshToken", Some(true)),
        ("secretRequiredForTokenExchange", "isSecretRequiredForTokenExchange", None),
        ("refreshRotation", "isRefreshTokenRotationEnabled", None),
        ("deviceFlow", "isDeviceFlowEnabled", None),
        ("introspectAll", "isIntrospectAllTokens", Some(false)),
        ("namedUserJwt", "isNamedUserJwtEnabled", Some(false)),
        ("dpop", "isDPopEnabled", None),
    ];
    for (leaf, element, default) in bools {
        app.set(leaf, bool_or(read.bools(at, &[element]), default));
    }
    app.set("consumerKey", none_or(read.texts(at, &["consumerKey"])));
    app.set("consumerSecret", none_or(read.secrets(at, &["consumerSecret"])));
}

fn saml(
    app: &mut RecordBuilder,
    at: &[Node<'_>],
    encryption: &[&str],
    signature: &[&str],
    read: &mut ValueReader,
) {
    app.set("samlEncryption", stated_or_unknown(read.words(at, encryption, SAML_ENCRYPTION)));
    app.set("samlSignature", stated_or_unknown(read.words(at, signature, SAML_SIGNATURE)));
}

fn none_or(values: Vec<Value>) -> Leaf {
    Leaf::stated_or(values, Leaf::NONE)
}

fn bool_or(values: Vec<Value>, default: Option<bool>) -> Leaf {
    Leaf::stated_or(
        values,
        default.map_or(Leaf::UNKNOWN, |value| Leaf::defaulted(Data::Bool(value))),
    )
}

fn text_default(text: &str) -> Leaf {
    Leaf::defaulted(Data::Text(text.into()))
}

/// A value that the platform does not know says nothing, and neither does the default then.
fn unless_doubtful(values: Vec<Value>, at: &[Node<'_>], element: &str, default: Leaf) -> Leaf {
    let written = at.iter().any(|node| node.all(element).any(|child| !child.text().is_empty()));
    if values.is_empty() && written { Leaf::UNKNOWN } else { Leaf::stated_or(values, default) }
}

/// Both files must turn a flow on; the one in the policy is the one to point at.
fn both(read: &mut ValueReader, first: (&[Node<'_>], &str), second: (&[Node<'_>], &str)) -> Leaf {
    let first = read.bools(first.0, &[first.1]);
    let second = read.bools(second.0, &[second.1]);
    let on = |values: &[Value]| values.iter().any(|value| matches!(value.data, Data::Bool(true)));
    if on(&first) && on(&second) {
        let mut values = second;
        values.extend(first);
        values.retain(|value| matches!(value.data, Data::Bool(true)));
        return Leaf::stated(values);
    }
    let mut off = second;
    off.extend(first);
    off.retain(|value| matches!(value.data, Data::Bool(false)));
    bool_or(off, Some(false))
}

fn ip_relaxation(text: &str) -> Option<Data> {
    IP_RELAXATION
        .iter()
        .find(|(spelling, _)| spelling.eq_ignore_ascii_case(text))
        .map(|(_, word)| Data::Text((*word).into()))
}

/// A scope by its ConnectedApp name; the platform accepts `SFApiPlatform` for `SFAP` in external client apps.
fn scope(text: &str) -> Data {
    Data::Text(if text.eq_ignore_ascii_case("SFApiPlatform") { "SFAP".into() } else { text.into() })
}

fn refresh_of_connected_app(policy: &[Node<'_>], read: &mut ValueReader) -> Option<Tokens> {
    if policy.is_empty() {
        return None;
    }
    let stated = read.typed(policy, &["refreshTokenPolicy"], "a refresh token policy", |text| {
        RefreshPolicy::parse_connected_app(text).map(|_| Data::Text(text.into()))
    });
    if stated.is_empty() {
        let written = policy.iter().any(|node| node.all("refreshTokenPolicy").next().is_some());
        // The guide documents `infinite` for a policy that does not say.
        return if written {
            None
        } else {
            Some(Tokens::default_of(RefreshMode::Infinite, Days::Infinite))
        };
    }
    let policies = stated
        .iter()
        .filter_map(|value| {
            Some((RefreshPolicy::parse_connected_app(&value.written)?, value.place))
        })
        .collect();
    Some(Tokens { policies })
}

fn refresh_of_external_app(policy: &[Node<'_>], read: &mut ValueReader) -> Option<Tokens> {
    let mut policies = Vec::new();
    for node in policy {
        let here = [*node];
        let types = read.texts(&here, &["refreshTokenPolicyType"]);
        let period = read.numbers(&here, &["refreshTokenValidityPeriod"]);
        let unit = read.texts(&here, &["refreshTokenValidityUnit"]);
        let number = period.first().map(|value| &*value.written);
        for value in types {
            let parsed = RefreshPolicy::parse_external_client_app(
                &value.written,
                number,
                unit.first().map(|value| &*value.written),
            )?;
            let place = match parsed.mode {
                RefreshMode::Infinite | RefreshMode::Zero => value.place,
                _ => period.first().and_then(|period| period.place).or(value.place),
            };
            policies.push((parsed, place));
        }
    }
    if policies.is_empty() {
        return Some(Tokens::default_of(RefreshMode::Lifetime, Days::Number(CREATED_POLICY_DAYS)));
    }
    Some(Tokens { policies })
}

/// How long refresh tokens live, with the places that say so.
struct Tokens {
    policies: Vec<(RefreshPolicy, Option<Place>)>,
}

impl Tokens {
    fn default_of(mode: RefreshMode, days: Days) -> Tokens {
        Tokens { policies: vec![(RefreshPolicy { mode, days }, None)] }
    }
}

fn set_refresh(
    app: &mut RecordBuilder,
    tokens: Option<Tokens>,
    config: &[Node<'_>],
    home: Option<Place>,
    read: &mut ValueReader,
) {
    let capped = read
        .bools(config, &["isEnforceRefreshTokenTTL"])
        .into_iter()
        .find(|value| matches!(value.data, Data::Bool(true)));
    let Some(tokens) = tokens else {
        return;
    };
    let mut modes = Vec::new();
    let mut days = Vec::new();
    for (policy, place) in tokens.policies {
        let over_cap = match policy.days {
            Days::Infinite => true,
            Days::Number(number) => number > IDLE_TOKEN_DAYS,
        };
        // The cap ends idle tokens: an endless or long policy then behaves like 30 days of inactivity.
        let (mode, length, place) = match &capped {
            Some(cap) if over_cap => ("inactivity", Data::Number(IDLE_TOKEN_DAYS), cap.place),
            _ => (policy.mode.name(), days_data(policy.days), place),
        };
        modes.push(value_of(Data::Text(mode.into()), place));
        days.push(value_of(length, place));
    }
    let stated = days.iter().any(|value| value.place.is_some());
    let leaf = |values| {
        if stated { Leaf::stated(values) } else { defaulted(values).at_home(home) }
    };
    app.set("refreshTokenMode", leaf(modes));
    app.set("refreshTokenDays", leaf(days));
}

fn defaulted(values: Vec<Value>) -> Leaf {
    Leaf { state: State::Defaulted, ..Leaf::stated(values) }
}

fn days_data(days: Days) -> Data {
    match days {
        Days::Infinite => Data::Infinite,
        Days::Number(number) => Data::Number(number),
    }
}

fn value_of(data: Data, place: Option<Place>) -> Value {
    let leaf = Leaf::defaulted(data.clone());
    let written = leaf.values.into_iter().next().map(|value| value.written).unwrap_or_default();
    Value { data, written, place }
}

/// Leaves that follow from others.
fn derive(app: &mut RecordBuilder, callbacks: Vec<Value>, native_markers: &[Node<'_>]) {
    let scopes = app.leaf("scopes");
    let refresh_at = scopes.values.iter().find(|value| {
        matches!(&value.data, Data::Text(scope)
            if scope.eq_ignore_ascii_case("RefreshToken") || scope.eq_ignore_ascii_case("OfflineAccess"))
    });
    let uses_refresh = refresh_at.is_some();
    let refresh = match scopes.state {
        State::Unknown => Leaf::UNKNOWN,
        _ => Leaf::derived(uses_refresh, refresh_at.and_then(|value| value.place)),
    };
    let urls: Vec<_> = callbacks
        .iter()
        .filter_map(|value| match &value.data {
            Data::Url(url) => Some((url.as_ref(), value.place)),
            _ => None,
        })
        .collect();
    let native_at = urls
        .iter()
        .find(|(callback, _)| url::is_native_callback(callback))
        .and_then(|(_, place)| *place)
        .or_else(|| native_markers.first().map(|node| node.start_tag()));
    let secret_optional = app.leaf("secretOptional");
    let optional = secret_optional.is(true);
    let optional_at = secret_optional.place();
    let native = native_at.is_some();
    let has_certificate = !app.leaf("certificate").values.is_empty();
    let client_credentials = app.leaf("clientCredentials").is(true);
    let only_placeholders = urls
        .iter()
        .all(|(callback, _)| url::is_placeholder_callback(callback) || callback.loopback);
    let jwt_only = has_certificate && only_placeholders && !uses_refresh;
    let cannot_use_codes = jwt_only || client_credentials && only_placeholders;
    let code_flow = !urls.is_empty() && !cannot_use_codes;
    let cli_at =
        urls.iter().find(|(callback, _)| url::is_cli_callback(callback)).map(|(_, at)| *at);

    app.set("usesRefresh", refresh);
    app.set("nativeClient", Leaf::derived(native, native_at));
    app.set(
        "publicClient",
        Leaf::derived(optional || native, if optional { optional_at } else { native_at }),
    );
    app.set(
        "jwtOnly",
        Leaf::derived(jwt_only, app.leaf("certificate").place().filter(|_| jwt_only)),
    );
    let first = urls.first().and_then(|(_, place)| *place);
    app.set("usesCodeFlow", Leaf::derived(code_flow, first.filter(|_| code_flow)));
    app.set("cliApp", Leaf::derived(cli_at.is_some(), cli_at.flatten()));

    let Some(builder) = ChildBuilder::new("OauthApp", "callback") else {
        return;
    };
    let blocks = callbacks
        .into_iter()
        .map(|value| {
            let place = value.place;
            builder.block(place, vec![("url", Leaf::stated(vec![value]))])
        })
        .collect();
    app.children("callback", blocks);
}

fn grantee(written: &str, kind: &'static str, place: Place) -> Option<Block> {
    let builder = ChildBuilder::new("OauthApp", "grantee")?;
    let (canonical, standard) = if kind == "Profile" {
        (name::canonical_profile(written), name::is_standard_profile(written))
    } else {
        (name::canonical(written), written.starts_with("sfdc_"))
    };
    let namespace = name::namespace(written);
    let standard = standard || namespace.is_some();
    Some(builder.block(
        Some(place),
        vec![
            ("name", stated_text(&canonical, &name::decode(written), place)),
            ("kind", Leaf::text(kind, Some(place))),
            ("standard", Leaf::derived(standard, Some(place))),
            ("namespace", namespace.map_or(Leaf::NONE, |ns| Leaf::text(&ns, Some(place)))),
        ],
    ))
}
