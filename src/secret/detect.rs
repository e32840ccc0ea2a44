//! Credentials of Salesforce in a text of any kind: in files today, in the blobs of a history the same way.
//!
//! Nothing is opened here and nothing is judged for good: every hit carries its value as a [`Secret`] that knows the name it
//! was assigned to, and whether it is real is asked of that ([`Detected::is_real`]). One pass over the text looks for a
//! few literals; only behind one of them is anything else looked at, so a clean text costs one pass. All work is linear.

mod assignment;
mod calls;
mod literals;
mod metadata;
mod name_words;
mod names;
mod options;
mod surroundings;
mod tokens;
mod urls;
mod values;

use super::{Secret, SecretContext, real_secret};
use crate::value::certificate::is_bare_private_key;

/// What a text is written in: this decides where a value without quotes ends, and what is an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// `.env`: a value goes to the end of its line.
    Env,
    /// `.properties`, `.ini`, TOML: a value goes to the end of its line.
    Properties,
    /// YAML, also that of CI systems with scripts in it.
    Yaml,
    /// JSON.
    Json,
    /// XML, also metadata.
    Xml,
    /// Shell scripts and build files.
    Shell,
    /// Source code: only literals are values, everything else is an expression.
    Code,
    /// Apex, which is code that runs in an org: all its credentials are worth a word.
    Apex,
    /// Documentation.
    Prose,
    /// Anything else.
    Other,
}

impl Language {
    /// All languages.
    pub const ALL: [Language; 10] = [
        Language::Env,
        Language::Properties,
        Language::Yaml,
        Language::Json,
        Language::Xml,
        Language::Shell,
        Language::Code,
        Language::Apex,
        Language::Prose,
        Language::Other,
    ];

    /// Whether only literals are values.
    fn is_code(self) -> bool {
        matches!(self, Language::Code | Language::Apex)
    }

    /// The language of a file, by its name.
    pub fn of_file(path: &str) -> Language {
        let lower = path.to_ascii_lowercase();
        let name = lower.rsplit('/').next().unwrap_or_default();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let env = name == ".envrc"
            || name.starts_with(".env")
            || name.ends_with(".env")
            || name.starts_with("env.")
            || name.contains(".env.");
        match extension {
            _ if env => Language::Env,
            _ if name.starts_with("jenkinsfile") => Language::Code,
            _ if name.starts_with("dockerfile") => Language::Shell,
            _ if matches!(name, "makefile" | "justfile" | "rakefile" | "procfile") => {
                Language::Shell
            }
            "yml" | "yaml" => Language::Yaml,
            "json" | "jsonc" | "json5" => Language::Json,
            "properties" | "ini" | "cfg" | "conf" | "toml" | "npmrc" => Language::Properties,
            "sh" | "bash" | "zsh" | "fish" | "ps1" | "psm1" | "bat" | "cmd" | "mk" => {
                Language::Shell
            }
            "cls" | "trigger" | "apex" => Language::Apex,
            "js" | "mjs" | "cjs" | "ts" | "mts" | "jsx" | "tsx" | "py" | "java" | "kt" | "rb"
            | "go" | "rs" | "cs" | "php" | "soql" | "groovy" | "gradle" | "tf" | "swift" => {
                Language::Code
            }
            "md" | "markdown" | "rst" | "adoc" | "txt" => Language::Prose,
            "xml" | "html" | "htm" | "page" | "component" | "cmp" | "app" | "evt" | "object"
            | "profile" | "svg" | "xsl" | "email" => Language::Xml,
            _ if is_metadata_name(name) => Language::Xml,
            _ => Language::Other,
        }
    }
}

/// Files of the metadata format end in the name of their type, without `.xml`.
fn is_metadata_name(name: &str) -> bool {
    const SUFFIXES: [&str; 12] = [
        ".namedcredential",
        ".connectedapp",
        ".authprovider",
        ".datasource",
        ".labels",
        ".settings",
        ".permissionset",
        ".flow",
        ".workflow",
        ".network",
        ".installedpackage",
        ".externalcredential",
    ];
    SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

/// What a hit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SecretKind {
    /// A session id or OAuth access token: `00D…!…`.
    AccessToken,
    /// An OAuth refresh token: `5Aep861…`.
    RefreshToken,
    /// A complete login: `force://client:secret:refreshToken@host`.
    AuthUrl,
    /// The body of a private key in PEM armour, or all of a text that is one without armour.
    PrivateKey,
    /// The value of a variable or member whose name says that it is a credential of Salesforce.
    Assignment,
    /// The value of an option of a tool of Salesforce.
    Option,
    /// A JSON Web Token (RFC 7519): an access token, or the assertion of a JWT login.
    JsonWebToken,
    /// The password of a URL.
    UrlPassword,
    /// A password, a client secret or a security token under a common name, beside something that speaks of Salesforce.
    Login,
    /// What an `Authorization` header sends.
    Authorization,
    /// A credential of any system in Apex.
    Apex,
    /// The password that `System.setPassword` sets.
    SetPassword,
    /// The password in a definition of a user.
    UserDefinition,
    /// The value of a label, of a record of custom metadata or of the default of a field whose name says what it is.
    CustomValue,
    /// The text of an element of metadata that holds nothing but a credential.
    Element,
}

words!(SecretKind {
    AccessToken = "access-token",
    RefreshToken = "refresh-token",
    AuthUrl = "auth-url",
    PrivateKey = "private-key",
    Assignment = "assignment",
    Option = "option",
    JsonWebToken = "json-web-token",
    UrlPassword = "url-password",
    Login = "login",
    Authorization = "authorization",
    Apex = "apex",
    SetPassword = "set-password",
    UserDefinition = "user-definition",
    CustomValue = "custom-value",
    Element = "element",
});

impl SecretKind {
    /// Whether the shape of the value alone tells what it is.
    pub fn is_shape(self) -> bool {
        self.rank() == 3 || matches!(self, SecretKind::JsonWebToken | SecretKind::UrlPassword)
    }

    /// Which of two kinds a value is that is found as both: the one that says more about it.
    fn rank(self) -> u8 {
        match self {
            SecretKind::AccessToken
            | SecretKind::RefreshToken
            | SecretKind::AuthUrl
            | SecretKind::PrivateKey => 3,
            SecretKind::Assignment
            | SecretKind::Option
            | SecretKind::SetPassword
            | SecretKind::UserDefinition
            | SecretKind::Element => 2,
            SecretKind::JsonWebToken
            | SecretKind::UrlPassword
            | SecretKind::Login
            | SecretKind::Authorization
            | SecretKind::Apex
            | SecretKind::CustomValue => 1,
        }
    }
}

/// One credential of a text.
#[derive(Clone, Debug)]
pub struct Detected {
    /// What it is.
    pub kind: SecretKind,
    /// The variable, member or option that holds it, as written; of a private key its label (`RSA PRIVATE KEY`);
    /// empty if there is none.
    pub name: String,
    /// Where the name stands, in bytes of the text.
    pub name_span: Option<(u32, u32)>,
    /// The value.
    pub value: Secret,
    /// Where the value stands, in bytes of the text, without quotes; of a private key its body.
    pub span: (u32, u32),
    /// The host of an auth URL, or of another URL.
    pub host: Option<String>,
}

impl Detected {
    /// A value that is known to be assigned to a name, where that is one of a credential; its place is given.
    pub fn of_named(name: &str, value: &str, span: (u32, u32)) -> Option<Detected> {
        let fits = names::is_credential(name) && values::may_be_value(value);
        fits.then(|| Detected {
            kind: SecretKind::Assignment,
            name: name.to_owned(),
            name_span: None,
            value: Secret::named(value.to_owned(), name),
            span,
            host: None,
        })
    }

    /// Whether the value is a credential and not something that stands for one.
    pub fn is_real(&self) -> bool {
        real_secret(&self.value, &SecretContext { name: &self.name, ..SecretContext::default() })
    }
}

/// A hit with offsets into the text.
struct Hit {
    kind: SecretKind,
    name: Option<(usize, usize)>,
    value: (usize, usize),
    host: Option<String>,
}

/// Every credential of a text, in order, none overlapping another; also what only stands for one.
///
/// Where two ways to find one overlap, the shape of the value wins, and keeps the name of the other.
pub fn detect(text: &str, language: Language) -> Vec<Detected> {
    let mut hits = hits(text, language);
    if hits.is_empty() || u32::try_from(text.len()).is_err() {
        return Vec::new();
    }
    hits.sort_by_key(|hit| (hit.value.0, std::cmp::Reverse(hit.value.1)));
    let mut merged: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        match merged.last_mut() {
            Some(last) if hit.value.0 < last.value.1 => {
                let name = last.name.or(hit.name);
                if hit.kind.rank() > last.kind.rank() {
                    *last = Hit { name, ..hit };
                } else if last.kind != SecretKind::PrivateKey {
                    last.name = name;
                }
            }
            _ => merged.push(hit),
        }
    }
    merged.into_iter().filter_map(|hit| detected(text, hit)).collect()
}

fn detected(text: &str, hit: Hit) -> Option<Detected> {
    let span =
        |(start, end): (usize, usize)| Some((u32::try_from(start).ok()?, u32::try_from(end).ok()?));
    let name = hit.name.and_then(|(start, end)| text.get(start..end)).unwrap_or_default();
    let name = &*metadata::joined(name);
    let written = text.get(hit.value.0..hit.value.1)?;
    let value = tokens::decoded(hit.kind, written);
    Some(Detected {
        kind: hit.kind,
        name: name.to_owned(),
        name_span: hit.name.and_then(span),
        value: Secret::named(value, name),
        span: span(hit.value)?,
        host: hit.host,
    })
}

fn hits(text: &str, language: Language) -> Vec<Hit> {
    let mut found = Vec::new();
    let mut shapes = tokens::Wanted::default();
    let around = surroundings::Surroundings::new(text, language);
    let mut names = assignment::Names::new(&around, language);
    let mut options = options::Options::new(text);
    found.extend(bare_key(text));
    if language == Language::Xml {
        metadata::add(text, &mut found);
    }
    literals::each(text.as_bytes(), |literal, at| match literal {
        literals::Literal::AccessToken => shapes.access_tokens = true,
        literals::Literal::RefreshToken => shapes.refresh_tokens = true,
        literals::Literal::Key => shapes.private_keys = true,
        literals::Literal::AuthUrl => shapes.auth_urls = true,
        literals::Literal::Name => found.extend(names.at(at)),
        literals::Literal::Option => found.extend(options.at(at)),
        literals::Literal::JsonWebToken => shapes.json_web_tokens = true,
        literals::Literal::Login => found.extend(calls::login(&around, at)),
        literals::Literal::Authorization => found.extend(calls::authorization(text, at)),
    });
    tokens::add(text, shapes, &mut found);
    urls::add(text, &mut found);
    found
}

/// A text that is a private key without armour and nothing else.
fn bare_key(text: &str) -> Option<Hit> {
    let start = text.len() - text.trim_start_matches('\u{feff}').trim_start().len();
    let value = (start, text.trim_end().len());
    let hit = Hit { kind: SecretKind::PrivateKey, name: None, value, host: None };
    is_bare_private_key(text).then_some(hit)
}

/// The spans of everything that [`detect`] finds real under some name, in any language: for hiding.
pub(super) fn spans_to_hide(text: &str, spans: &mut Vec<(usize, usize)>) {
    spans.extend(bare_key(text).map(|hit| hit.value));
    if !literals::any(text.as_bytes()) {
        let mut found = Vec::new();
        metadata::add(text, &mut found);
        spans.extend(found.into_iter().map(|hit| hit.value));
        return;
    }
    // What the other languages take for a value, one of these does as well.
    let languages = [
        Language::Env,
        Language::Yaml,
        Language::Json,
        Language::Xml,
        Language::Shell,
        // More than in other code.
        Language::Apex,
    ];
    for language in languages {
        for one in detect(text, language) {
            // Shapes are hidden without their public marks elsewhere.
            if !one.kind.is_shape() && one.is_real() {
                spans.push((one.span.0 as usize, one.span.1 as usize));
            }
        }
    }
}

#[cfg(test)]
mod kinds_tests;
#[cfg(test)]
mod tests;
