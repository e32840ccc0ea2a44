//! Words that a person wrote where a secret belongs.

/// Words that ask for a value.
const ASKING: [&str; 26] = [
    "changeit",
    "changeme",
    "dummy",
    "enter",
    "example",
    "fake",
    "fixme",
    "foobar",
    "goes",
    "here",
    "insert",
    "masked",
    "mock",
    "paste",
    "placeholder",
    "redacted",
    "removed",
    "replace",
    "replaceme",
    "sample",
    "tbd",
    "todo",
    "xxx",
    "your",
    "yours",
    "hidden",
];

/// Words for a secret. Two of them and nothing else are its description.
const DESCRIBING: [&str; 26] = [
    "a",
    "access",
    "api",
    "auth",
    "client",
    "consumer",
    "credential",
    "id",
    "key",
    "my",
    "new",
    "oauth",
    "of",
    "passphrase",
    "passwd",
    "password",
    "private",
    "refresh",
    "secret",
    "security",
    "session",
    "some",
    "super",
    "the",
    "token",
    "value",
];

/// Values that say there is none.
const NOTHING: [&str; 8] = ["false", "nil", "none", "null", "true", "undefined", "unset", "empty"];

/// Words only, of which one asks for a value (`YOUR_CLIENT_SECRET`,
/// `replaceMe`, `Placeholder_Value`, `change-me-2024`), or all describe one
/// (`my-client-secret`).
pub(super) fn is_phrase(value: &str) -> bool {
    if value.len() > 100 {
        return false;
    }
    let words = words(value);
    // People write a few words of some length; a random token falls into many short ones.
    let letters: usize = words.iter().map(String::len).sum();
    let readable = words.len() <= 10 && (words.len() <= 3 || letters >= 3 * words.len());
    let plain = readable
        && words.iter().all(|word| {
            word.chars().all(char::is_alphabetic) || (word.len() <= 4 && !word.is_empty())
        });
    let has = |list: &[&str], word: &String| list.contains(&word.as_str());
    let changes = words.windows(2).any(|pair| {
        matches!(pair, [first, second] if first == "change" && matches!(second.as_str(), "me" | "it" | "this"))
    });
    plain
        && (changes
            || words.iter().any(|word| has(&ASKING, word))
            || (words.len() >= 2 && words.iter().all(|word| has(&DESCRIBING, word)))
            || is_label(value)
            || matches!(words.as_slice(), [word] if has(&NOTHING, word)))
}

/// `salesforce-client-secret`, `prod_sf_password`: words that are joined as names are, the last of which says what is meant.
fn is_label(value: &str) -> bool {
    const LAST: [&str; 5] = ["password", "secret", "token", "key", "credential"];
    let parts = || value.split(['-', '_', '.']);
    parts().count() >= 2
        && parts().all(|part| part.len() >= 2 && part.bytes().all(|byte| byte.is_ascii_lowercase()))
        && parts().next_back().is_some_and(|last| LAST.contains(&last))
}

/// The words of `snake_case`, `kebab-case`, `camelCase` and `Words 12`, in lower
/// case.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for character in text.chars() {
        let starts = !before.is_alphanumeric()
            || (before.is_lowercase() && character.is_uppercase())
            || (before.is_numeric() != character.is_numeric());
        if character.is_alphanumeric() {
            if starts {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(character.to_lowercase());
            }
        }
        before = character;
    }
    words
}

/// `SF_CLIENT_SECRET=clientSecret`: the value is the end of the name.
pub(super) fn says_its_name(value: &str, name: &str) -> bool {
    let plain = |text: &str| words(text).concat();
    let value = plain(value);
    value.len() >= 3 && plain(name).ends_with(&value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_writing() {
        for text in ["client_secret 12", "client-secret-12", "clientSecret12", "CLIENT SECRET12"] {
            assert_eq!(words(text), ["client", "secret", "12"], "{text}");
        }
        assert!(words("--").is_empty());
    }

    #[test]
    fn phrases() {
        for text in ["change me", "yourToken", "some_password", "Example1", "null"] {
            assert!(is_phrase(text), "{text}");
        }
        for text in ["", "secret", "change", "exampleX19283", "q7Zp2Lw9Xc4V", "hereby"] {
            assert!(!is_phrase(text), "{text}");
        }
    }

    #[test]
    fn names() {
        assert!(says_its_name("clientSecret", "SF_CLIENT_SECRET"));
        assert!(!says_its_name("clientSecrets", "SF_CLIENT_SECRET"));
        assert!(!says_its_name("et", "SF_CLIENT_SECRET"));
        assert!(!says_its_name("secret", ""));
    }
}
