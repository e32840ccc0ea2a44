//! `OauthApp`: a connected app, or the files of an external client app joined on its name.
//!
//! The two metadata types say the same things in different places and spellings; this file is the only
//! one that knows. Defaults are those of the Metadata API guide, and for external client apps without
//! a policy file those of the policy that the platform creates.

mod connected_app;
mod derived;
mod external_client_app;
mod refresh;

pub use connected_app::connected_app;
pub use external_client_app::{ExternalClientApp, external_client_app};

use crate::model::builder::{ChildBuilder, RecordBuilder, stated_text};
use crate::model::node::{Node, ValueReader, stated_or_unknown};
use crate::model::origin::Origin;
use crate::model::record::{Block, Data, Leaf, Place, Record, Value};
use crate::model::vocabulary::record_kind;
use crate::value::name;

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

/// An app that says nothing of SAML has none: nothing is unknown then.
fn saml(
    app: &mut RecordBuilder,
    with_saml: bool,
    at: &[Node<'_>],
    encryption: &[&str],
    signature: &[&str],
    read: &mut ValueReader,
) {
    let silent = if with_saml { Leaf::UNKNOWN } else { Leaf::NONE };
    let words = read.words(at, encryption, SAML_ENCRYPTION);
    app.set("samlEncryption", Leaf::stated_or(words, silent.clone()));
    app.set("samlSignature", Leaf::stated_or(read.words(at, signature, SAML_SIGNATURE), silent));
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

/// A profile or permission set that an app hands out.
#[derive(Clone, Copy)]
pub struct Grantee<'r> {
    /// Its metadata type.
    pub kind: &'static str,
    /// Its name in the form in which it is compared.
    pub canonical: &'r str,
    /// Its name where it stands.
    pub name: &'r Value,
}

/// Those that an `OauthApp` hands out.
pub fn grantees(app: &Record) -> impl Iterator<Item = Grantee<'_>> {
    app.children_of("grantee").filter_map(|child| {
        let name = child.values("name").first()?;
        let kind = match child.leaf("kind")?.first_text()? {
            "Profile" => "Profile",
            _ => "PermissionSet",
        };
        Some(Grantee { kind, canonical: name.text()?, name })
    })
}

/// The name of the nth of [`grantees`], to be made the one that is meant.
pub fn grantee_name_mut(app: &mut Record, nth: usize) -> Option<&mut Value> {
    let (at, definition) = record_kind("OauthApp")?.child("grantee")?;
    let (leaf, _) = definition.leaf("name")?;
    let named =
        |block: &&mut Block| block.leaves.get(leaf).is_some_and(|leaf| !leaf.values.is_empty());
    let block = app.children.get_mut(at)?.iter_mut().filter(named).nth(nth)?;
    block.leaves.get_mut(leaf)?.values.first_mut()
}

fn grantee(written: &str, kind: &'static str, origin: Origin<'_>, place: Place) -> Option<Block> {
    let builder = ChildBuilder::new("OauthApp", "grantee")?;
    let (canonical, standard) = if kind == "Profile" {
        (name::canonical_profile(written), name::is_standard_profile(written))
    } else {
        (name::canonical(written), written.starts_with("sfdc_"))
    };
    let namespace = name::namespace(written);
    let standard = standard || origin.is_foreign(namespace.as_deref());
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
