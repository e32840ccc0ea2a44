//! Names of variables that hold credentials of Salesforce.

use super::name_words::{ABOUT, CREDENTIALS, ENVIRONMENTS, OWNERS, PAIRS, PRODUCTS};

/// Whether a name holds a credential of Salesforce: a product, then a word for a credential, and nothing behind it that
/// makes it something about one: `SF_PASSWORD`, `PROD_SFDX_AUTH_URL_2`, `sf.password`, `salesforcePassword`, not
/// `SF_TOKEN_URL` or `sfPasswordInput`.
pub(super) fn is_credential(name: &str) -> bool {
    // All products have these two letters, and most names have not.
    if !name.as_bytes().windows(2).any(|pair| pair.eq_ignore_ascii_case(b"sf")) {
        return false;
    }
    let words = words(name);
    let word = |at: usize| words.get(at).map(String::as_str);
    let Some(product) = words.iter().position(|word| PRODUCTS.contains(&word.as_str())) else {
        return false;
    };
    let camel = is_camel(name);
    let mut held = false;
    let mut at = product + 1;
    // `SFDX_URL` is a login as well.
    if word(product) == Some("sfdx") && word(at) == Some("url") {
        (held, at) = (true, at + 1);
    }
    while let Some(this) = word(at) {
        if is_pair(this, word(at + 1)) {
            (held, at) = (true, at + 2);
            continue;
        }
        let strange = camel && !ENVIRONMENTS.contains(&this) && !is_number(this);
        if CREDENTIALS.contains(&this) {
            held = true;
        } else if held && (ABOUT.contains(&this) || strange) {
            return false;
        }
        at += 1;
    }
    held
}

fn is_pair(first: &str, second: Option<&str>) -> bool {
    second.is_some_and(|second| PAIRS.contains(&(first, second)))
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Words in lower case: of `snake_case`, `dots.and-dashes`, `camelCase` and `APIKey`. A number at the end of a word goes.
fn words(name: &str) -> Vec<String> {
    let name = name.replace("SalesForce", "Salesforce").replace("salesForce", "salesforce");
    let bytes = name.as_bytes();
    let mut words = Vec::new();
    let mut word = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let after = bytes.get(at + 1);
        let starts = byte.is_ascii_uppercase()
            && (before.is_some_and(u8::is_ascii_lowercase)
                || before.is_some_and(u8::is_ascii_uppercase)
                    && after.is_some_and(u8::is_ascii_lowercase));
        let separates = b"_.-".contains(byte);
        if starts || separates {
            words.push(std::mem::take(&mut word));
        }
        if !separates {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    for word in &mut words {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        // `p12` is a word of its own.
        if letters > 1 {
            word.truncate(letters);
        }
    }
    words
}

fn is_camel(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.windows(2).any(|pair| {
        matches!(pair, [small, big] if small.is_ascii_lowercase() && big.is_ascii_uppercase())
    })
}

/// What a name that speaks of no product holds. Whether that is of Salesforce is for its surroundings to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Common {
    /// `password`, `userPassword`, `pwd`.
    Password,
    /// `client_secret`, `consumerSecret`.
    ClientSecret,
    /// `securityToken`.
    SecurityToken,
    /// A credential of whatever: `apiKey`, `DB_PASSWORD`.
    Other,
}

/// What a common name holds: `client_secret`, `orgPassword`, `security_token`; nothing of `password_field`.
pub(super) fn common(name: &str) -> Option<Common> {
    const ENDS: [&str; 7] = ["password", "passwd", "pwd", "passphrase", "secret", "token", "key"];
    let letters = name.trim_end_matches(|c: char| !c.is_ascii_alphabetic()).as_bytes();
    let ends = |end: &str| {
        letters
            .len()
            .checked_sub(end.len())
            .and_then(|at| letters.get(at..))
            .is_some_and(|tail| tail.eq_ignore_ascii_case(end.as_bytes()))
    };
    if !ENDS.iter().any(|end| ends(end)) {
        return None;
    }
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (kind, owners) = match words.as_slice() {
        [owners @ .., "client" | "consumer" | "app", "secret"]
        | [owners @ .., "clientsecret" | "consumersecret" | "appsecret"] => {
            (Common::ClientSecret, owners)
        }
        [owners @ .., "security", "token"] | [owners @ .., "securitytoken"] => {
            (Common::SecurityToken, owners)
        }
        [owners @ .., "password" | "passwd" | "pwd" | "passphrase"] => (Common::Password, owners),
        [.., "api" | "secret" | "access" | "private" | "signing" | "encryption", "key"]
        | [.., "access" | "auth" | "api" | "bearer" | "refresh", "token"]
        | [.., "apikey" | "secret" | "secretkey"] => (Common::Other, [].as_slice()),
        _ => return None,
    };
    let own = owners.iter().all(|owner| OWNERS.contains(owner) || is_number(owner));
    Some(if own { kind } else { Common::Other })
}

/// Whether the name of a label or of a field says that it holds a credential: `Acme_API_Secret`, `Client_Secret__c`, nothing of
/// `Password_Hint` or `Token_Expired_Message`.
pub(super) fn says_secret(name: &str) -> bool {
    const WORDS: [&str; 9] = [
        "apikey",
        "clientsecret",
        "passphrase",
        "passwd",
        "password",
        "privatekey",
        "pwd",
        "secret",
        "token",
    ];
    const KEYS: [&str; 10] = [
        "access",
        "account",
        "api",
        "auth",
        "encryption",
        "license",
        "private",
        "secret",
        "shared",
        "signing",
    ];
    let name = name.trim();
    let name = ["__c", "__C"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    let words = words(name);
    let mut words = words.iter().rev().map(String::as_str);
    // `Secret_Value`, `Password_Prod`, `Token_1`.
    let last = words.by_ref().find(|word| {
        !ENVIRONMENTS.contains(word) && !is_number(word) && *word != "value" && *word != "text"
    });
    match last {
        Some("key") => words.next().is_some_and(|before| KEYS.contains(&before)),
        Some(word) => WORDS.contains(&word),
        None => false,
    }
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
            "salesforcePassword",
            "salesforceSecurityToken",
            "SalesForceClientSecret",
            "sfPassword",
            "SFPassword",
            "sfdcAPIKey",
            "sfdcUserPassword",
            "salesforcePasswordUat",
            "SF_PASSWORD2",
            "config.salesforceClientSecret",
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
            "sfPasswordInput",
            "salesforceTokenUrl",
            "salesforceTokenService",
            "sfPasswordSelector",
            "transferPassword",
            "sf_",
            "",
        ] {
            assert!(!is_credential(name), "{name}");
        }
    }

    #[test]
    fn common_names() {
        for (name, kind) in [
            ("password", Some(Common::Password)),
            ("userPassword", Some(Common::Password)),
            ("ORG_PASSWORD", Some(Common::Password)),
            ("pwd", Some(Common::Password)),
            ("client_secret", Some(Common::ClientSecret)),
            ("ConsumerSecret", Some(Common::ClientSecret)),
            ("oauth.clientSecret", Some(Common::ClientSecret)),
            ("security_token", Some(Common::SecurityToken)),
            ("securityToken", Some(Common::SecurityToken)),
            ("DB_PASSWORD", Some(Common::Other)),
            ("smtpPassword", Some(Common::Other)),
            ("apiKey", Some(Common::Other)),
            ("password_field", None),
            ("passwordPolicy", None),
            ("grant_type", None),
            ("secrets", None),
            ("", None),
        ] {
            assert_eq!(common(name), kind, "{name}");
        }
    }
}
