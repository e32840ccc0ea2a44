//! External client apps: four to eight files that are one app.

use super::derived::derive;
use super::refresh::{Tokens, set_refresh};
use super::*;
use crate::model::origin::Origin;
use crate::model::record::{Component, Record};
use crate::value::duration::{Days, RefreshMode, RefreshPolicy};

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
    /// `.ecaPush`
    pub push: Vec<Node<'a>>,
    /// `.ecaCanvas`
    pub canvas: Vec<Node<'a>>,
}

/// The record of an external client app.
pub fn external_client_app(
    files: &ExternalClientApp<'_>,
    component: Component,
    origin: Origin<'_>,
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
    app.set("packaged", Leaf::derived(origin.package || packaged_at.is_some(), packaged_at));
    saml(
        &mut app,
        !files.saml_policy.is_empty(),
        &files.saml_policy,
        &["encryptionType"],
        &["signingAlgorithmType"],
        read,
    );
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
    let place = bound.or(files.oauth_security.first().copied()).map(|node| node.start_tag());
    app.set(
        "ipBinding",
        match place {
            Some(place) => Leaf::derived(bound.is_some(), Some(place)),
            None => Leaf::UNKNOWN,
        },
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
    let relaxed = read.typed(
        policy,
        &["ipRelaxationPolicyType"],
        "Enforce, Bypass, Bypass_2factor or Enforce_RelaxRefresh",
        ip_relaxation,
    );
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
                grantees.extend(grantee(&value.written, kind, origin, place));
            }
        }
    }
    app.children("grantee", grantees);
    Some(app.finish())
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

/// Periods and units that are tried together; a file that writes more of them is no policy.
const COMBINATIONS: usize = 8;

fn refresh_of_external_app(policy: &[Node<'_>], read: &mut ValueReader) -> Option<Tokens> {
    let mut policies = Vec::new();
    let mut doubtful = false;
    for node in policy {
        let here = [*node];
        let types = read.texts(&here, &["refreshTokenPolicyType"]);
        let periods = optional(read.texts(&here, &["refreshTokenValidityPeriod"]));
        let units = optional(read.texts(&here, &["refreshTokenValidityUnit"]));
        for value in types.iter().take(COMBINATIONS) {
            let known = policies.len();
            for period in &periods {
                for unit in &units {
                    let text = |value: &Option<Value>| {
                        value.as_ref().map(|value| value.written.to_string())
                    };
                    let (amount, unit) = (text(period), text(unit));
                    let Some(parsed) = RefreshPolicy::parse_external_client_app(
                        &value.written,
                        amount.as_deref(),
                        unit.as_deref(),
                    ) else {
                        continue;
                    };
                    let place = match parsed.mode {
                        RefreshMode::Infinite | RefreshMode::Zero => value.place,
                        _ => period.as_ref().and_then(|period| period.place).or(value.place),
                    };
                    policies.push((parsed, place));
                }
            }
            if policies.len() == known {
                doubtful = true;
                read.doubt_at(
                    value.place,
                    "refreshTokenPolicyType",
                    "a refresh token policy with period and unit",
                );
            }
        }
    }
    policies.dedup_by(|a, b| a.0 == b.0 && a.1 == b.1);
    match (policies.is_empty(), doubtful) {
        (false, _) => Some(Tokens { policies }),
        (true, true) => None,
        (true, false) => {
            Some(Tokens::default_of(RefreshMode::Lifetime, Days::Number(CREATED_POLICY_DAYS)))
        }
    }
}

/// The values, or one that is missing.
fn optional(values: Vec<Value>) -> Vec<Option<Value>> {
    if values.is_empty() {
        vec![None]
    } else {
        values.into_iter().take(COMBINATIONS).map(Some).collect()
    }
}
