//! Credential values: whether one is real, how two are told to be the same, and
//! how none is ever shown.

mod detect;
mod elements;
mod identity;
mod mask;
mod named;
mod phrase;
mod placeholder;
mod shapes;
mod template;

pub use detect::{Detected, Language, SecretKind, detect};
pub use elements::SECRET_ELEMENTS;
pub use mask::{MASK, mask_spans, masked};
pub use shapes::secret_spans_in_text;

use std::fmt;

use sha2::{Digest, Sha256};

/// The value of a credential. It has no `Display` and is not `Serialize`; its
/// `Debug` says only that it is one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret {
    value: String,
    /// The variable or element that holds it; empty if nobody said.
    name: Box<str>,
    /// The project's `replacements` overwrite it when it is deployed.
    replaced: bool,
}

/// What can be said of a secret without showing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SecretClass {
    /// Nothing but blanks.
    Empty,
    /// Something that stands for a value: a template, a reference to a vault or
    /// to the environment, a word such as `changeme`, a documented example.
    Placeholder,
    /// A value.
    Set,
}

impl SecretClass {
    /// The lower-case name that rules and fingerprints use.
    pub fn name(self) -> &'static str {
        match self {
            SecretClass::Empty => "empty",
            SecretClass::Placeholder => "placeholder",
            SecretClass::Set => "set",
        }
    }
}

/// What is known about the place of a secret.
#[derive(Clone, Copy, Debug, Default)]
pub struct SecretContext<'a> {
    /// The variable or element that holds it; empty if there is none.
    pub name: &'a str,
    /// The project's `replacements` overwrite the value when it is deployed.
    pub replaced: bool,
    /// At least this many bits of Shannon entropy for each character of a real
    /// value; `None` does not ask.
    pub entropy: Option<f64>,
    /// Further values that stand for one: whole values, compared without ASCII
    /// case, in which `*` stands for any text.
    pub placeholders: &'a [String],
}

impl Secret {
    /// Takes a value out of reach of everything that prints.
    pub fn new(value: String) -> Secret {
        Secret::named(value, "")
    }

    /// The same, with the name of the variable or element that holds it.
    pub fn named(value: String, name: &str) -> Secret {
        Secret { value, name: name.into(), replaced: false }
    }

    /// The same value, overwritten when the project is deployed.
    #[must_use]
    pub fn replaced(self) -> Secret {
        Secret { replaced: true, ..self }
    }

    /// The class of the value alone.
    pub fn class(&self) -> SecretClass {
        self.class_in(&SecretContext::default())
    }

    /// The class of the value at its place.
    pub fn class_in(&self, context: &SecretContext<'_>) -> SecretClass {
        let own = SecretContext { name: &self.name, ..*context };
        let context = if self.name.is_empty() { context } else { &own };
        if self.value.trim().is_empty() {
            SecretClass::Empty
        } else if self.replaced
            || context.replaced
            || placeholder::is_placeholder(&self.value, context)
        {
            SecretClass::Placeholder
        } else {
            SecretClass::Set
        }
    }

    /// Tells one value of a kind from another, as lower-case hexadecimal.
    ///
    /// A kind whose values have at least 96 random bits (`random`) gives 8 bytes
    /// of SHA-256. Whatever a person may have chosen gives 2, so that a guess
    /// cannot be confirmed by its identity: one in 65,536 fits by chance.
    pub fn identity(&self, kind: &str, random: bool) -> String {
        let mut hash = Sha256::new();
        for field in [kind, self.value.trim()] {
            let length = u64::try_from(field.len()).unwrap_or(u64::MAX);
            hash.update(length.to_be_bytes());
            hash.update(field);
        }
        let bytes = if random { 8 } else { 2 };
        hash.finalize().iter().take(bytes).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// Whether the value is a credential and not something that stands for one.
pub fn real_secret(value: &Secret, context: &SecretContext<'_>) -> bool {
    value.class_in(context) == SecretClass::Set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let secret = Secret::new("p4ssw0rd!".into());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(format!("{:#?}", Some(&secret)), "Some(\n    Secret(…),\n)");
    }

    #[test]
    fn classes() {
        let class = |value: &str| Secret::new(value.into()).class();
        assert_eq!(class(" \n"), SecretClass::Empty);
        assert_eq!(class("${TOKEN}"), SecretClass::Placeholder);
        assert_eq!(class("p4ssw0rd!"), SecretClass::Set);
        let replaced = SecretContext { replaced: true, ..SecretContext::default() };
        assert!(!real_secret(&Secret::new("p4ssw0rd!".into()), &replaced));
        assert!(real_secret(&Secret::new("p4ssw0rd!".into()), &SecretContext::default()));
    }

    #[test]
    fn identities_tell_kind_and_value_apart() {
        let one = Secret::new("p4ssw0rd!".into());
        let identity = one.identity("password", false);
        assert_eq!(identity.len(), 4);
        assert_eq!(one.identity("password", true).len(), 16);
        assert!(one.identity("password", true).starts_with(&identity));
        assert_eq!(Secret::new(" p4ssw0rd!\n".into()).identity("password", false), identity);
        assert_ne!(one.identity("token", true), one.identity("password", true));
        // The lengths keep the border between kind and value.
        assert_ne!(
            Secret::new("bc".into()).identity("a", true),
            Secret::new("c".into()).identity("ab", true)
        );
        // SHA-256 of eight length bytes, "k", eight length bytes, "v".
        assert_eq!(Secret::new("v".into()).identity("k", true), "3eec20b33c2aa17e");
    }
}
