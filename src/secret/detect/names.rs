//! Names of variables that hold credentials of Salesforce.

/// Which product a name must speak of.
const PRODUCTS: [&str; 4] = ["sf", "sfdx", "sfdc", "salesforce"];

/// Words that say what is held is a credential, written as one word.
const CREDENTIALS: [&str; 34] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "pass",
    "pw",
    "secret",
    "secrets",
    "token",
    "securitytoken",
    "accesstoken",
    "refreshtoken",
    "authtoken",
    "apitoken",
    "bearertoken",
    "sessiontoken",
    "clientsecret",
    "consumersecret",
    "appsecret",
    "authurl",
    "sfdxurl",
    "loginsecret",
    "sessionid",
    "privatekey",
    "secretkey",
    "jwtkey",
    "apikey",
    "accesskey",
    "serverkey",
    "signingkey",
    "encryptionkey",
    "decryptionkey",
    "installationkey",
    "packagekey",
];

/// Two words that say so together: `AUTH_URL`, `PRIVATE_KEY`, `SESSION_ID`.
const PAIRS: [(&str, &str); 17] = [
    ("auth", "url"),
    ("sfdx", "url"),
    ("sfdxauth", "url"),
    ("session", "id"),
    ("private", "key"),
    ("secret", "key"),
    ("jwt", "key"),
    ("api", "key"),
    ("access", "key"),
    ("server", "key"),
    ("signing", "key"),
    ("encryption", "key"),
    ("decryption", "key"),
    ("installation", "key"),
    ("install", "key"),
    ("package", "key"),
    ("cert", "key"),
];

/// Behind a credential these say that something about it is held, or where it is.
const ABOUT: [&str; 71] = [
    "age",
    "alg",
    "algorithm",
    "alias",
    "arn",
    "cache",
    "class",
    "count",
    "days",
    "dir",
    "directory",
    "enabled",
    "endpoint",
    "env",
    "error",
    "exists",
    "expiration",
    "expires",
    "expiry",
    "field",
    "fields",
    "file",
    "filename",
    "filepath",
    "folder",
    "format",
    "header",
    "hint",
    "host",
    "hours",
    "id",
    "ids",
    "invalid",
    "key",
    "label",
    "length",
    "limit",
    "location",
    "manager",
    "max",
    "message",
    "min",
    "minutes",
    "missing",
    "mode",
    "name",
    "names",
    "param",
    "parameter",
    "path",
    "pattern",
    "policy",
    "prefix",
    "provider",
    "ref",
    "regex",
    "required",
    "reset",
    "rotation",
    "scope",
    "scopes",
    "seconds",
    "size",
    "source",
    "store",
    "ttl",
    "type",
    "uri",
    "url",
    "valid",
    "var",
];

/// Whether a name holds a credential of Salesforce: a product, then a word for a credential, and nothing behind it that
/// makes it something about one: `SF_PASSWORD`, `PROD_SFDX_AUTH_URL_2`, `sf.password`, not `SF_TOKEN_URL`.
pub(super) fn is_credential(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(['_', '.', '-']).filter(|word| !word.is_empty()).collect();
    let Some(product) = words.iter().position(|word| PRODUCTS.contains(word)) else {
        return false;
    };
    let mut held = false;
    let mut at = product + 1;
    // `SFDX_URL` is a login as well.
    if words.get(product) == Some(&"sfdx") && words.get(at) == Some(&"url") {
        (held, at) = (true, at + 1);
    }
    while let Some(word) = words.get(at) {
        let pair = words.get(at + 1).is_some_and(|next| {
            PAIRS.iter().any(|(first, second)| first == word && second == next)
        });
        if pair {
            (held, at) = (true, at + 2);
            continue;
        }
        if CREDENTIALS.contains(word) {
            held = true;
        } else if held && ABOUT.contains(word) {
            return false;
        }
        at += 1;
    }
    held
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_credentials() {
        for name in [
            "SF_PASSWORD",
            "sf_password",
            "Sf_Client_Secret",
            "SFDX_AUTH_URL",
            "SFDX_AUTH_URL_DEVHUB",
            "PROD_SFDX_AUTH_URL_2",
            "SALESFORCE_SECURITY_TOKEN",
            "SFDC_TOKEN",
            "SF_ACCESS_TOKEN",
            "SF_JWT_KEY",
            "SF_JWT_SECRET_KEY",
            "SALESFORCE_PRIVATE_KEY",
            "sf.password",
            "sf.sessionId",
            "salesforce-client-secret",
            "TF_VAR_salesforce_password",
            "SF_CLIENTSECRET",
            "SFDX_URL",
        ] {
            assert!(is_credential(name), "{name}");
        }
    }

    #[test]
    fn names_of_something_else() {
        for name in [
            "SF_USERNAME",
            "SF_CLIENT_ID",
            "SF_CONSUMER_KEY",
            "SF_TOKEN_URL",
            "SF_PASSWORD_FILE",
            "SF_JWT_KEY_FILE",
            "SF_ACCESS_TOKEN_TTL",
            "SF_PASSWORD_MIN_LENGTH",
            "SF_SECRET_NAME",
            "PASSWORD_SF",
            "DB_PASSWORD",
            "SF_LOGIN_URL",
            "SF_PUBLIC_KEY",
            "SFX_PASSWORD",
            "sf_",
            "",
        ] {
            assert!(!is_credential(name), "{name}");
        }
    }
}
