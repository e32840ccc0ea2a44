//! Connected apps.

use super::derived::derive;
use super::refresh::{Tokens, set_refresh};
use super::*;
use crate::model::origin::Origin;
use crate::model::record::{Component, Record};
use crate::value::duration::{Days, RefreshMode, RefreshPolicy};

/// The record of a connected app.
pub fn connected_app(
    root: Node<'_>,
    component: Component,
    origin: Origin<'_>,
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
        .set("packaged", Leaf::derived(origin.package, None));
    let with_saml = root.all("samlConfig").next().is_some();
    saml(
        &mut app,
        with_saml,
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
    // The flow has to be turned on.
    app.set(
        "tokenExchange",
        bool_or(read.bools(&config, &["isTokenExchangeEnabled"]), Some(false)),
    );
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

    let stated = read.typed(
        &policy,
        &["ipRelaxation"],
        "ENFORCE, BYPASS, BYPASS_2FACTOR or ENFORCE_RELAXREFRESH",
        ip_relaxation,
    );
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
                grantees.extend(grantee(&value.written, kind, origin, place));
            }
        }
    }
    app.children("grantee", grantees);
    Some(app.finish())
}

fn refresh_of_connected_app(policy: &[Node<'_>], read: &mut ValueReader) -> Option<Tokens> {
    if policy.is_empty() {
        return None;
    }
    let stated = read.typed(
        policy,
        &["refreshTokenPolicy"],
        "infinite, zero, specific_lifetime:N:DAYS or specific_inactivity:N:DAYS",
        |text| RefreshPolicy::parse_connected_app(text).map(|_| Data::Text(text.into())),
    );
    if stated.is_empty() {
        let written = policy
            .iter()
            .any(|node| node.all("refreshTokenPolicy").any(|child| !child.text().is_empty()));
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
