//! Whether what stands under a common name (`password`, `client_secret`) is a credential of Salesforce: told by the value
//! itself, by what the text is, and by what is said near it.

use std::cell::OnceCell;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::names::Common;
use super::values::is_strong;
use super::{Language, SecretKind};

/// How far to both sides of a name something must speak of Salesforce.
const NEAR: usize = 600;

/// What speaks of Salesforce: its names, its clients and command lines, its OAuth endpoints, the beginning of consumer keys.
const SPEAKS: [&str; 7] =
    ["salesforce", "sfdc", "sfdx", "jsforce", "services/oauth2", "sf org ", "3mvg9"];

static SPEAKING: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(SPEAKS).ok());

/// What only a definition of a user for `sf org create user` has.
static DEFINES_USER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let members = ["\"permsets\"", "\"generatepassword\"", "\"profilename\""];
    AhoCorasick::builder().ascii_case_insensitive(true).build(members).ok()
});

/// A text that is asked about; what is asked of all of it is looked up once.
pub(super) struct Surroundings<'a> {
    pub(super) text: &'a str,
    language: Language,
    test_class: OnceCell<bool>,
    speaks: OnceCell<bool>,
}

impl<'a> Surroundings<'a> {
    pub(super) fn new(text: &'a str, language: Language) -> Surroundings<'a> {
        Surroundings { text, language, test_class: OnceCell::new(), speaks: OnceCell::new() }
    }

    /// Whether anything in the text speaks of Salesforce: a client is mostly imported far above its use.
    pub(super) fn speaks(&self) -> bool {
        let speaks = || SPEAKING.as_ref().is_some_and(|speaking| speaking.is_match(self.text));
        *self.speaks.get_or_init(speaks)
    }

    fn is_test_class(&self) -> bool {
        *self.test_class.get_or_init(|| is_test_class(self.text))
    }

    /// What a value under a common name is, if it is a credential of Salesforce.
    pub(super) fn kind(
        &self,
        common: Common,
        name: (usize, usize),
        value: (usize, usize),
    ) -> Option<SecretKind> {
        let (text, language) = (self.text, self.language);
        let written = text.get(value.0..value.1)?;
        if common == Common::Password && language == Language::Json && defines_user(text, name) {
            return Some(SecretKind::UserDefinition);
        }
        let long_number = common == Common::ClientSecret && is_old_consumer_secret(written);
        if !long_number && !is_strong(written) {
            return None;
        }
        // In minified code no line is short enough to see what is quoted.
        let quoted = value.0.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        let is_quoted = quoted.is_some_and(|byte| b"\"'`>".contains(byte));
        if language.is_code() && !is_quoted && !is_plain(written) {
            return None;
        }
        if language == Language::Apex && !self.is_test_class() {
            return Some(SecretKind::Apex);
        }
        let by_shape = match common {
            Common::ClientSecret => is_consumer_secret(written),
            Common::SecurityToken => is_security_token(written),
            Common::Password => false,
            Common::Other => return None,
        };
        (by_shape || near(text, name.0, value.1)).then_some(SecretKind::Login)
    }
}

/// Whether something near a place speaks of Salesforce.
fn near(text: &str, start: usize, end: usize) -> bool {
    let from = text.floor_char_boundary(start.saturating_sub(NEAR));
    let to = text.ceil_char_boundary(end.saturating_add(NEAR).min(text.len()));
    let around = text.get(from..to).unwrap_or_default();
    SPEAKING.as_ref().is_some_and(|speaking| speaking.is_match(around))
}

/// A `password` in a JSON text of a user (any field of User, and members of the command itself; names without case).
fn defines_user(text: &str, name: (usize, usize)) -> bool {
    /// A definition of one user is short.
    const LONGEST: usize = 16 * 1024;
    let is_password =
        text.get(name.0..name.1).is_some_and(|name| name.eq_ignore_ascii_case("password"));
    is_password
        && text.len() <= LONGEST
        && DEFINES_USER.as_ref().is_some_and(|members| members.is_match(text))
}

/// Whether no sign stands in a value that would end an expression.
fn is_plain(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!@#$%^*_~-".contains(&byte))
}

/// Consumer secrets of connected apps are 32 bytes in hexadecimal with capitals.
fn is_consumer_secret(value: &str) -> bool {
    value.len() == 64
        && value.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
}

/// Those of apps from before 2018 are numbers.
fn is_old_consumer_secret(value: &str) -> bool {
    (15..=20).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit())
}

/// Security tokens of users are 24 or 25 letters and digits.
fn is_security_token(value: &str) -> bool {
    (24..=25).contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && value.bytes().any(|byte| byte.is_ascii_uppercase())
        && value.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// Whether an Apex class holds tests: what stands there is made up.
fn is_test_class(text: &str) -> bool {
    memchr::memchr_iter(b'@', text.as_bytes())
        .any(|at| text.get(at + 1..at + 7).is_some_and(|word| word.eq_ignore_ascii_case("istest")))
}
