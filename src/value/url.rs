//! URLs as browsers and the platform read them, not as they look.
//!
//! The reader follows the WHATWG URL standard where an attacker could make a
//! URL look like another one (user names before `@`, backslashes, blanks and
//! tabs inside, percent-encoded dots, addresses as one number), but it never
//! refuses a text, and it also reads what allow lists hold: patterns with `*`
//! and hosts without a scheme.

mod callback;
mod host;
mod pattern;
mod wildcard;

pub use callback::{is_cli_callback, is_native_callback, is_placeholder_callback};
pub use pattern::HostPattern;
pub use wildcard::Wildcard;

use crate::value::name::percent_decode;
use host::Host;

/// The parts of a URL. What is not there, or cannot be told (a host with a
/// template in it), is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// As it was written, blanks around it dropped.
    pub written: String,
    /// In lower case, without `:`.
    pub scheme: Option<String>,
    /// In lower case, without brackets, port and trailing dot; an address in
    /// its usual spelling (`0x7f.1` is `127.0.0.1`). International names are
    /// kept in Unicode, or in `xn--` if they were written so.
    pub host: Option<String>,
    /// Only if it is written and a number from 0 to 65535.
    pub port: Option<u16>,
    /// From the first `/` after the host, or after the scheme if there is no
    /// host; neither decoded nor normalised. Empty if there is none.
    pub path: String,
    /// After `?`.
    pub query: Option<String>,
    /// After `#`.
    pub fragment: Option<String>,
    /// There is something before `@` in front of the host. It can be a
    /// password, so it is not kept.
    pub userinfo: bool,
    /// `localhost` and its subdomains, 127.0.0.0/8, `::1` (RFC 8252 §7.3, RFC
    /// 6761 §6.3). Not `0.0.0.0`, which is private.
    pub loopback: bool,
    /// A private, shared, link-local or unspecified address, or a name under
    /// `.local`, `.internal`, `.lan` or `.home.arpa`.
    pub private: bool,
    /// How far a `*` in the host reaches.
    pub wildcard: Wildcard,
}

/// Schemes with a host on a network. Only they are judged by their host.
const NETWORK_SCHEMES: [&str; 14] = [
    "ftp", "ftps", "http", "https", "ldap", "ldaps", "sftp", "smtp", "smtps", "ssh", "tcp", "udp",
    "ws", "wss",
];

/// Schemes for which a browser takes `\` for `/` and any number of slashes
/// before the host.
const SPECIAL_SCHEMES: [&str; 5] = ["ftp", "http", "https", "ws", "wss"];

impl Url {
    /// Reads any text. It never fails.
    pub fn parse(written: &str) -> Url {
        let written = written
            .trim_matches(|character: char| character.is_whitespace() || character.is_control());
        // Browsers drop tabs and line ends wherever they are.
        let cleaned: String =
            written.chars().filter(|character| !matches!(character, '\t' | '\n' | '\r')).collect();
        let (scheme, rest) = split_scheme(&cleaned);
        let special = scheme
            .as_deref()
            .is_none_or(|scheme| SPECIAL_SCHEMES.contains(&scheme) || scheme.contains('*'));
        let (authority, rest) = split_authority(rest, scheme.as_deref(), special);
        let (userinfo, host_and_port) = match authority.rsplit_once('@') {
            Some((_, after)) => (true, after),
            None => (false, authority),
        };
        let (before_fragment, fragment) = split_off(rest, '#');
        let (path, query) = split_off(before_fragment, '?');
        let (host_text, port) = split_port(host_and_port);
        let host = host::read(host_text);
        let network = scheme
            .as_deref()
            .is_none_or(|scheme| NETWORK_SCHEMES.contains(&scheme) || scheme.contains('*'));
        let judged = if network { host.as_ref() } else { None };
        Url {
            loopback: judged.is_some_and(Host::is_loopback),
            private: judged.is_some_and(Host::is_private),
            wildcard: judged.map_or(Wildcard::None, Wildcard::of),
            written: written.to_string(),
            scheme,
            host: host.map(|host| host.to_string()),
            port,
            path: path.to_string(),
            query: query.map(str::to_string),
            fragment: fragment.map(str::to_string),
            userinfo,
        }
    }

    /// Whether the scheme is one that an app claims on a device (`myapp:`), and
    /// not one of the network or of the browser itself.
    pub fn has_custom_scheme(&self) -> bool {
        // `callout:` names a named credential in Apex and metadata.
        const BUILT_IN: [&str; 8] =
            ["about", "blob", "callout", "data", "file", "javascript", "mailto", "vbscript"];
        self.scheme.as_deref().is_some_and(|scheme| {
            !NETWORK_SCHEMES.contains(&scheme)
                && !BUILT_IN.contains(&scheme)
                && !scheme.contains('*')
        })
    }

    /// The path with percent escapes decoded once, for comparison.
    pub fn decoded_path(&self) -> String {
        percent_decode(&self.path).unwrap_or_else(|| self.path.clone())
    }
}

/// Splits `scheme:` off. `localhost:3000` and `example.com:443/x` are a host
/// and a port; `com.acme.app:/cb` has a scheme.
fn split_scheme(text: &str) -> (Option<String>, &str) {
    let Some((scheme, rest)) = text.split_once(':') else {
        return (None, text);
    };
    // `*://host` and `http*://host` are patterns for schemes.
    let pattern = rest.starts_with("//") && scheme.contains('*');
    let first = scheme.starts_with(|first: char| first.is_ascii_alphabetic());
    let rest_of_name = scheme.bytes().all(|byte| {
        byte.is_ascii_alphanumeric() || b"+-.".contains(&byte) || (pattern && byte == b'*')
    });
    if !(first || pattern) || !rest_of_name {
        return (None, text);
    }
    let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let port = rest.get(..end).unwrap_or_default();
    let is_port = (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit());
    let is_any_port = port == "*" && scheme.contains('.') | (scheme == "localhost");
    if is_port || is_any_port {
        return (None, text);
    }
    (Some(scheme.to_ascii_lowercase()), rest)
}

/// Splits `user@host:port` from the path and what follows it.
fn split_authority<'a>(rest: &'a str, scheme: Option<&str>, special: bool) -> (&'a str, &'a str) {
    let is_slash = |character: char| character == '/' || (special && character == '\\');
    let after_slashes = match scheme {
        Some(_) if special => rest.trim_start_matches(is_slash),
        None => rest.strip_prefix("//").or_else(|| rest.strip_prefix("\\\\")).unwrap_or(rest),
        // Other schemes have a host only after exactly two slashes.
        Some(_) => match rest.strip_prefix("//") {
            Some(after) => after,
            None => return ("", rest),
        },
    };
    let end = after_slashes
        .find(|character| is_slash(character) || matches!(character, '?' | '#'))
        .unwrap_or(after_slashes.len());
    after_slashes.split_at(end)
}

/// Splits off what follows the first `mark`.
fn split_off(text: &str, mark: char) -> (&str, Option<&str>) {
    match text.split_once(mark) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// Splits the port off; the colons of an IPv6 address are none of its.
fn split_port(text: &str) -> (&str, Option<u16>) {
    if text.parse::<std::net::Ipv6Addr>().is_ok() {
        return (text, None);
    }
    match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => {
            let digits = port.bytes().all(|byte| byte.is_ascii_digit());
            (host, digits.then(|| port.parse().ok()).flatten())
        }
        _ => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn host(written: &str) -> Option<String> {
        Url::parse(written).host
    }

    #[test]
    fn the_parts_of_a_usual_url() {
        let url = Url::parse("  HTTPS://Login.Example.COM.:8443/a/B?c=d#e\n");
        assert_eq!(url.written, "HTTPS://Login.Example.COM.:8443/a/B?c=d#e");
        assert_eq!(url.scheme.as_deref(), Some("https"));
        assert_eq!(url.host.as_deref(), Some("login.example.com"));
        assert_eq!(url.port, Some(8443));
        assert_eq!(url.path, "/a/B");
        assert_eq!(url.query.as_deref(), Some("c=d"));
        assert_eq!(url.fragment.as_deref(), Some("e"));
        assert!(!url.userinfo && !url.loopback && !url.private);
        assert_eq!(url.wildcard, Wildcard::None);
    }

    #[test]
    fn hosts_that_look_like_another() {
        for written in [
            "https://login.salesforce.com@evil.example/",
            "https://login.salesforce.com:443@evil.example/",
            "https://a@b@evil.example",
            "https://evil.example\\@login.salesforce.com/",
            "https:\\\\evil.example\\login.salesforce.com",
            "https:evil.example/login.salesforce.com",
            "https:/evil.example",
            "https:////evil.example",
            "ht\ntps://ev\til.exam\r\nple/",
            "https://evil%2eexample/",
            "https://EVIL.EXAMPLE./",
            "https://evil。example/",
            "https://ｅｖｉｌ.example/",
            "https://ev\u{ad}il.example/",
            "\u{1}https://evil.example",
            "https://evil.example?@login.salesforce.com",
            "https://evil.example#@login.salesforce.com",
        ] {
            assert_eq!(host(written).as_deref(), Some("evil.example"), "{written:?}");
        }
        assert!(Url::parse("https://a:b@evil.example").userinfo);
        // Other schemes do not take a backslash for a slash.
        assert_eq!(host("myapp://a\\@b").as_deref(), Some("b"));
    }

    #[test]
    fn hosts_without_a_scheme() {
        for (written, expected, port) in [
            ("example.com", "example.com", None),
            ("example.com/path", "example.com", None),
            ("//example.com/x", "example.com", None),
            ("localhost:3000", "localhost", Some(3000)),
            ("example.com:443/x", "example.com", Some(443)),
            ("::1", "::1", None),
            ("[::1]:80", "::1", Some(80)),
            ("10.0.0.1", "10.0.0.1", None),
        ] {
            let url = Url::parse(written);
            assert_eq!(url.scheme, None, "{written}");
            assert_eq!(url.host.as_deref(), Some(expected), "{written}");
            assert_eq!(url.port, port, "{written}");
        }
    }

    #[test]
    fn custom_schemes() {
        for (written, scheme, host, path) in [
            ("myapp://oauth", "myapp", Some("oauth"), ""),
            ("com.acme.app:/cb", "com.acme.app", None, "/cb"),
            ("com.acme.app:cb", "com.acme.app", None, "cb"),
            ("sfdc:///axm/detect/oauth/done", "sfdc", None, "/axm/detect/oauth/done"),
            ("MyApp://localhost/x", "myapp", Some("localhost"), "/x"),
        ] {
            let url = Url::parse(written);
            assert_eq!(url.scheme.as_deref(), Some(scheme), "{written}");
            assert_eq!(url.host.as_deref(), host, "{written}");
            assert_eq!(url.path, path, "{written}");
            assert!(url.has_custom_scheme() && !url.loopback, "{written}");
        }
        for written in ["javascript:alert(1)", "https://x", "x.com", "*://x", "callout:Acme/x"] {
            assert!(!Url::parse(written).has_custom_scheme(), "{written}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_none() {
        for written in [
            "",
            "https://",
            "https:///",
            "https://${HOST}/cb",
            "https://{!$Setup.Host__c.Url__c}/cb",
            "https://{{HOST}}/cb",
            "https://<host>/cb",
            "https://%%%HOST%%%/cb",
            "https://a b/cb",
            "https://a%2fb/cb",
            "https://a%00b/cb",
            "https://[::g]/",
            "file:///etc/hosts",
            "mailto:someone@example.com",
        ] {
            assert_eq!(host(written), None, "{written}");
        }
        assert_eq!(Url::parse("https://${HOST}/cb").path, "/cb");
        let wrong_port = Url::parse("https://example.com:99999/");
        assert_eq!(wrong_port.host.as_deref(), Some("example.com"));
        assert_eq!(wrong_port.port, None);
        assert_eq!(host("http://localhost:*/cb").as_deref(), Some("localhost"));
        assert_eq!(host("localhost:*").as_deref(), Some("localhost"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_url(written in any::<String>()) {
            let url = Url::parse(&written);
            prop_assert!(!(url.loopback && url.private));
            let _ = (is_native_callback(&url), is_cli_callback(&url), is_placeholder_callback(&url));
        }

        #[test]
        fn text_made_of_marks_is_a_url(written in "(https?|ftp|a|:|/|\\\\|@|\\[|\\]|\\*|\\.|%2e|%|0x|[0-9]|[#?]|é|\\s){0,24}") {
            let url = Url::parse(&written);
            if let Some(host) = &url.host {
                prop_assert!(!host.is_empty());
                prop_assert!(!host.contains(['/', '\\', '@', '?', '#', '[', ']']), "{}", host);
                prop_assert_eq!(host.to_lowercase(), host.clone());
            }
        }

        #[test]
        fn a_host_survives_what_stands_around_it(
            user in "([a-z0-9.:]{1,12}@)?", label in "[a-z]{1,8}", port in "(:[0-9]{1,4})?", path in "(/[a-z@:]{0,8})?",
        ) {
            let url = Url::parse(&format!("https://{user}{label}.example{port}{path}"));
            prop_assert_eq!(url.host, Some(format!("{label}.example")));
            prop_assert_eq!(url.path, path);
            prop_assert_eq!(url.userinfo, !user.is_empty());
        }
    }
}
