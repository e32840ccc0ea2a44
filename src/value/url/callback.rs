//! What an OAuth callback URL says about the app that has it.

use super::Url;
use super::host::is_under;

/// Domains of the platform, on which it serves its own OAuth pages.
const PLATFORM_DOMAINS: [&str; 5] =
    ["cloudforce.com", "force.com", "salesforce.com", "salesforce.mil", "site.com"];

/// Whether the callback was written only because the field is required, as the
/// JWT bearer and client credentials flows never call it:
///
/// - names that RFC 2606 and RFC 6761 reserve for examples: `example.com`,
///   `.org`, `.net` and everything below them, `.example`, `.invalid`, `.test`;
/// - the platform's own pages `/services/oauth2/success` and `/callback` on
///   `login` or `test.salesforce.com` or an org's own `*.my.salesforce.com`: no
///   client can receive a code there;
/// - `https://` on a loopback host without a port: nobody serves TLS there;
/// - `http://localhost:1717/OauthRedirect`, which the Salesforce CLI's guide to
///   the JWT flow prescribes.
///
/// Other loopback callbacks (`http://localhost:8080/cb`) and custom schemes
/// (`sfdc:///axm/detect/oauth/done`, `testsfdc://…` of the Mobile SDK) do receive
/// codes, so they are none.
pub fn is_placeholder_callback(url: &Url) -> bool {
    if url.has_custom_scheme() {
        return false;
    }
    if is_cli_callback(url) {
        return true;
    }
    let scheme = url.scheme.as_deref();
    if url.loopback {
        return scheme == Some("https") && url.port.is_none();
    }
    let Some(host) = url.host.as_deref() else {
        return false;
    };
    let reserved = ["example.com", "example.net", "example.org", "example", "invalid", "test"];
    if reserved.iter().any(|name| is_under(host, name)) {
        return true;
    }
    is_under(host, "salesforce.com")
        && (has_path(url, "/services/oauth2/success") || has_path(url, "/services/oauth2/callback"))
}

/// Whether the callback belongs to an app on a user's device, which cannot keep
/// a secret (RFC 8252): a custom scheme, a loopback host, or the platform's page
/// `/services/oauth2/success`, from which a native app reads the code. A host
/// that cannot be told (a template) counts as the platform's for that page.
pub fn is_native_callback(url: &Url) -> bool {
    let on_platform = url
        .host
        .as_deref()
        .is_none_or(|host| PLATFORM_DOMAINS.iter().any(|name| is_under(host, name)));
    url.has_custom_scheme()
        || url.loopback
        || (on_platform && has_path(url, "/services/oauth2/success"))
}

/// Whether this is the callback of the Salesforce CLI,
/// `http://localhost:1717/OauthRedirect`, on any spelling of loopback and in any
/// case.
pub fn is_cli_callback(url: &Url) -> bool {
    url.loopback
        && url.scheme.as_deref() == Some("http")
        && url.port == Some(1717)
        && has_path(url, "/OauthRedirect")
}

/// A slash at the end does not count.
fn has_path(url: &Url, expected: &str) -> bool {
    url.decoded_path().trim_end_matches('/').eq_ignore_ascii_case(expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(written: &str) -> (bool, bool, bool) {
        let url = Url::parse(written);
        (is_placeholder_callback(&url), is_native_callback(&url), is_cli_callback(&url))
    }

    #[test]
    fn callbacks() {
        for (written, placeholder, native, cli) in [
            ("https://example.com/callback", true, false, false),
            ("https://www.example.org", true, false, false),
            ("https://acme.example/cb", true, false, false),
            ("https://app.invalid", true, false, false),
            ("https://acme.test/cb", true, false, false),
            ("https://myexample.com/cb", false, false, false),
            ("https://test.com/cb", false, false, false),
            ("https://login.salesforce.com/services/oauth2/success", true, true, false),
            ("https://test.salesforce.com/services/oauth2/callback", true, false, false),
            ("https://acme.my.salesforce.com/services/oauth2/success/", true, true, false),
            ("https://acme.my.site.com/services/oauth2/success", false, true, false),
            ("https://${DOMAIN}/services/oauth2/success", false, true, false),
            ("https://evil.net/services/oauth2/success", false, false, false),
            ("https://login.salesforce.com@evil.net/services/oauth2/success", false, false, false),
            ("https://acme.my.salesforce.com/services/authcallback/X", false, false, false),
            ("https://localhost", true, true, false),
            ("https://localhost/oauth/callback", true, true, false),
            ("https://localhost:8443/cb", false, true, false),
            ("http://localhost/cb", false, true, false),
            ("http://127.0.0.1:8080/cb", false, true, false),
            ("http://localhost:1717/OauthRedirect", true, true, true),
            ("HTTP://LOCALHOST:1717/oauthredirect", true, true, true),
            ("http://localhost:1718/OauthRedirect", false, true, false),
            ("https://localhost:1717/OauthRedirect", false, true, false),
            ("sfdc:///axm/detect/oauth/done", false, true, false),
            ("myapp://example.com/cb", false, true, false),
            ("com.acme.app:/cb", false, true, false),
            ("https://acme.com/cb", false, false, false),
            ("javascript:alert(1)", false, false, false),
            ("", false, false, false),
        ] {
            assert_eq!(kinds(written), (placeholder, native, cli), "{written}");
        }
    }
}
