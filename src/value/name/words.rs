//! The words that a name is made of.

use std::iter;

/// The words of a name in lower case: `API_Integration`, `ApiUserOnly`, `Order Sync (Prod)`, `XMLFeed2`. A word ends at
/// what is no letter, where a capital follows a small letter, and before the last of several capitals that a small letter
/// follows (`RESTApi` is `rest`, `api`).
pub fn words(name: &str) -> impl Iterator<Item = String> + '_ {
    let mut rest = name.chars().peekable();
    iter::from_fn(move || {
        let mut word = String::new();
        let mut before: Option<char> = None;
        while let Some(&character) = rest.peek() {
            if !character.is_alphabetic() {
                rest.next();
                if word.is_empty() {
                    continue;
                }
                break;
            }
            if let Some(last) = before
                && character.is_uppercase()
            {
                let mut ahead = rest.clone();
                ahead.next();
                let next = ahead.next();
                let is_small = |one: Option<char>| one.is_some_and(char::is_lowercase);
                // The `s` of `APIs` makes a plural, not a word.
                let is_plural = next == Some('s') && !is_small(ahead.peek().copied());
                let starts_word = is_small(next) && !is_plural;
                if last.is_lowercase() || starts_word && word.len() > 1 {
                    break;
                }
            }
            word.extend(character.to_lowercase());
            before = Some(character);
            rest.next();
        }
        (!word.is_empty()).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        for (name, expected) in [
            ("API_Integration", "api integration"),
            ("ApiUserOnly", "api user only"),
            ("Order Sync (Prod)", "order sync prod"),
            ("RESTApi2Go", "rest api go"),
            ("SalesforceAPI", "salesforce api"),
            ("RapidCapital", "rapid capital"),
            ("Integrity", "integrity"),
            ("svc-orders", "svc orders"),
            ("A", "a"),
            ("", ""),
            ("123", ""),
            ("Überweisung_ETL", "überweisung etl"),
            ("MyAPIs", "my apis"),
            ("APIsOnly", "apis only"),
        ] {
            assert_eq!(words(name).collect::<Vec<_>>().join(" "), expected, "{name}");
        }
    }
}
