//! `Certificate`: one X.509 certificate, wherever it is embedded.

use crate::model::builder::RecordBuilder;
use crate::model::node::{Node, ValueReader, descend, stated_or_unknown};
use crate::model::record::{Component, Data, FileId, Leaf, Place, Record, Value};
use crate::value::certificate::{CertificateParts, certificates};
use crate::value::date::{Date, days_between};

/// Key size when neither the certificate nor the metadata states one (Metadata API guide, Certificate).
const DEFAULT_KEY_BITS: f64 = 2048.0;

/// Elements of other metadata types that hold a certificate: root, path, use.
pub const EMBEDDED: &[(&str, &[&str], &str)] = &[
    ("ConnectedApp", &["oauthConfig", "certificate"], "jwt"),
    ("ConnectedApp", &["samlConfig", "certificate"], "saml-sp"),
    ("ConnectedApp", &["samlConfig", "encryptionCertificate"], "saml-sp"),
    ("ExtlClntAppGlobalOauthSettings", &["certificate"], "jwt"),
    ("ExtlClntAppOauthSettings", &["clientAssertionCertificate"], "client-assertion"),
    ("ExtlClntAppSamlConfigurablePolicies", &["certificate"], "saml-sp"),
    ("ExtlClntAppSamlConfigurablePolicies", &["encryptionCertificate"], "saml-sp"),
    ("SamlSsoConfig", &["validationCert"], "saml-idp"),
];

/// Certificates that are embedded in a component.
pub fn embedded(root: Node<'_>, component: &Component, today: Date) -> Vec<Record> {
    let mut records = Vec::new();
    for (root_name, path, usage) in EMBEDDED {
        if root.element.name() != *root_name {
            continue;
        }
        for node in descend(&[root], path) {
            let text = node.text();
            if text.is_empty() {
                continue;
            }
            for parts in certificates(text.as_bytes()) {
                records.extend(record(Source {
                    parts: Some(&parts),
                    usage,
                    component,
                    place: Some(node.value_place()),
                    metadata: &[],
                    today,
                }));
            }
        }
    }
    records
}

/// A platform certificate: what its `-meta.xml` says beside the X.509 data of its `.crt`.
/// Where the two disagree, X.509 wins.
pub fn platform(
    metadata: &[Node<'_>],
    content: Option<(FileId, &[u8])>,
    component: &Component,
    today: Date,
) -> Vec<Record> {
    let parts = content.map(|(_, bytes)| certificates(bytes)).unwrap_or_default();
    let place = content
        .map(|(file, _)| Place { file, span: crate::document::Span { start: 0, end: 0 } })
        .or_else(|| metadata.first().map(|node| node.start_tag()));
    if parts.is_empty() {
        let source = Source { parts: None, usage: "platform", component, place, metadata, today };
        return record(source).into_iter().collect();
    }
    parts
        .iter()
        .filter_map(|parts| {
            record(Source {
                parts: Some(parts),
                usage: "platform",
                component,
                place,
                metadata,
                today,
            })
        })
        .collect()
}

struct Source<'a> {
    parts: Option<&'a CertificateParts>,
    usage: &'a str,
    component: &'a Component,
    place: Option<Place>,
    metadata: &'a [Node<'a>],
    today: Date,
}

fn record(source: Source<'_>) -> Option<Record> {
    let Source { parts, usage, component, place, metadata, today } = source;
    let mut read = ValueReader::default();
    let mut record = RecordBuilder::new("Certificate", component.clone(), place)?;
    let date = |day: Date| {
        Leaf::stated(vec![Value { data: Data::Date(day), written: day.to_string().into(), place }])
    };
    let number = |value: f64| {
        let written = crate::model::record::number_text(value).into();
        Leaf::stated(vec![Value { data: Data::Number(value), written, place }])
    };
    let not_after = parts
        .and_then(|parts| parts.not_after)
        .map(date)
        .unwrap_or_else(|| stated_or_unknown(read.dates(metadata, &["expirationDate"])));
    let not_before = parts.and_then(|parts| parts.not_before).map_or(Leaf::UNKNOWN, date);
    let days = |leaf: &Leaf, count: fn(Date, Date) -> i64| {
        leaf.values
            .iter()
            .find_map(|value| match value.data {
                Data::Date(day) => Some(number(count(day, today) as f64)),
                _ => None,
            })
            .unwrap_or(Leaf::UNKNOWN)
    };
    let days_left = days(&not_after, |end, today| days_between(today, end));
    let age_days = days(&not_before, days_between);
    let key_bits = match parts.and_then(|parts| parts.key_bits) {
        Some(bits) => number(f64::from(bits)),
        None if usage == "platform" => Leaf::stated_or(
            read.numbers(metadata, &["keySize"]),
            Leaf::defaulted(Data::Number(DEFAULT_KEY_BITS)),
        ),
        None => Leaf::UNKNOWN,
    };
    let exportable = if usage == "platform" && !metadata.is_empty() {
        Leaf::stated_or(
            read.bools(metadata, &["privateKeyExportable"]),
            Leaf::defaulted(Data::Bool(true)),
        )
    } else if usage == "platform" {
        Leaf::UNKNOWN
    } else {
        // No private key lies beside an embedded certificate.
        Leaf::NONE
    };
    let ca_signed = match parts.filter(|parts| parts.key_type.is_some()) {
        Some(parts) => Leaf::derived(parts.ca_signed, place),
        None => stated_or_unknown(read.bools(metadata, &["caSigned"])),
    };
    let form = parts.map_or("none", |parts| parts.form.name());
    let key_type = parts
        .and_then(|parts| parts.key_type)
        .map_or(Leaf::UNKNOWN, |key_type| Leaf::text(key_type.name(), place));
    let signature = parts
        .and_then(|parts| parts.signature)
        .map_or(Leaf::UNKNOWN, |digest| Leaf::text(digest, place));
    record
        .set("owner", Leaf::text_reference(&component.name))
        .set("use", Leaf::text(usage, None))
        .set("notBefore", not_before)
        .set("notAfter", not_after)
        .set("daysLeft", days_left)
        .set("ageDays", age_days)
        .set("keyType", key_type)
        .set("keyBits", key_bits)
        .set("signature", signature)
        .set("exportable", exportable)
        .set("caSigned", ca_signed)
        .set("form", Leaf::text(form, None))
        .set("chainIndex", number(parts.map_or(0.0, |parts| parts.chain_index as f64)));
    Some(record.finish())
}
