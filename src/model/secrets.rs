//! Elements whose text is a credential whatever it looks like.

use crate::document::{Document, SourceText, Span};

/// Local names of elements that hold credentials, in any metadata type.
const NAMES: &[&str] = &[
    "awsAccessSecret",
    "consumerSecret",
    "ecKey",
    "oauthRefreshToken",
    "oauthToken",
    "password",
    "recaptchaSecretKey",
    "serviceAccount",
    "signingKey",
];

/// The spans of all credentials that stand in elements made for them.
pub fn secret_elements(document: &Document, source: &SourceText) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut open: Vec<_> = document.root(source).into_iter().collect();
    while let Some(element) = open.pop() {
        if NAMES.contains(&element.name()) && !element.text().is_empty() {
            spans.push(element.value_span());
        }
        open.extend(element.children());
    }
    spans
}
