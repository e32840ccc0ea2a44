//! Leaves that follow from others.

use crate::model::builder::{ChildBuilder, RecordBuilder};
use crate::model::node::Node;
use crate::model::record::{Data, Leaf, State, Value};
use crate::value::certificate::Form;
use crate::value::url;

/// Leaves that follow from others.
pub(super) fn derive(app: &mut RecordBuilder, callbacks: Vec<Value>, native_markers: &[Node<'_>]) {
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
    let has_certificate = app.leaf("certificate").values.iter().any(
        |value| matches!(&value.data, Data::Certificate(parts) if parts.form != Form::Unparsable),
    );
    let client_credentials = app.leaf("clientCredentials").is_only(true);
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
    let serves_itself = (has_certificate || app.leaf("clientCredentials").is(true)) && !native;
    app.set("serverToServer", Leaf::derived(serves_itself, None));

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
