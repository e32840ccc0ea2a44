//! A contract as text for `sflint.toml`.

use std::fmt::Write;

use crate::report::toml::string as quoted;

/// What an integration has today.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The app, which also names the contract.
    pub app: String,
    /// `Type:Name` of those who hold its rights.
    pub principals: Vec<String>,
    /// OAuth scopes.
    pub scopes: Vec<String>,
    /// User permissions.
    pub permissions: Vec<String>,
    /// Objects with their rights.
    pub objects: Vec<(String, Vec<String>)>,
    /// Fields with their rights.
    pub fields: Vec<(String, Vec<String>)>,
}

/// The tables `[integrations.<app>]` in TOML, sorted, each thing on a line of its own so that it can be cut down.
pub fn text(draft: &Draft) -> String {
    let key = key(&draft.app);
    let mut out = format!("[integrations.{key}]\napp = {}\n", quoted(&draft.app));
    for (name, values) in [
        ("principals", &draft.principals),
        ("scopes", &draft.scopes),
        ("permissions", &draft.permissions),
    ] {
        list(&mut out, name, values);
    }
    for (name, things) in [("objects", &draft.objects), ("fields", &draft.fields)] {
        // Writing to a text cannot fail.
        let _ = writeln!(out, "\n[integrations.{key}.{name}]");
        let mut things: Vec<_> = things.iter().collect();
        things.sort();
        for (thing, rights) in things {
            let rights: Vec<String> = rights.iter().map(|right| quoted(right)).collect();
            let _ = writeln!(out, "{} = [{}]", self::key(thing), rights.join(", "));
        }
    }
    out
}

fn list(out: &mut String, name: &str, values: &[String]) {
    let mut values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    values.sort();
    values.dedup();
    let _ = match values.as_slice() {
        [] => writeln!(out, "{name} = []"),
        [only] => writeln!(out, "{name} = [{only}]"),
        several => writeln!(out, "{name} = [\n    {},\n]", several.join(",\n    ")),
    };
}

/// A bare key where TOML allows one, else a quoted one.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { quoted(name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use proptest::prelude::*;

    fn pairs(names: &[&str]) -> Vec<(String, Vec<String>)> {
        names.iter().map(|name| ((*name).to_owned(), vec!["read".to_owned()])).collect()
    }

    #[test]
    fn a_draft_reads_well() {
        let draft = Draft {
            app: "Order_Sync".into(),
            principals: vec!["PermissionSet:Order Desk".into()],
            scopes: vec!["RefreshToken".into(), "Api".into()],
            permissions: Vec::new(),
            objects: pairs(&["Contact", "Account"]),
            fields: pairs(&["Account.Industry"]),
        };
        insta::assert_snapshot!(text(&draft), @r#"
        [integrations.Order_Sync]
        app = "Order_Sync"
        principals = ["PermissionSet:Order Desk"]
        scopes = [
            "Api",
            "RefreshToken",
        ]
        permissions = []

        [integrations.Order_Sync.objects]
        Account = ["read"]
        Contact = ["read"]

        [integrations.Order_Sync.fields]
        "Account.Industry" = ["read"]
        "#);
    }

    proptest! {
        /// Whatever things are called, what is written can be read, and says the same.
        #[test]
        fn a_draft_is_a_config(app in "\\PC{1,12}|[\"\\\\\u{1}\u{202e}x]{1,6}", set in "\\PC{1,12}", object in "\\PC{1,12}") {
            prop_assume!(!app.trim().is_empty() && !set.trim().is_empty() && !set.contains(':'));
            let draft = Draft {
                app: app.clone(),
                principals: vec![format!("PermissionSet:{set}")],
                objects: vec![(object.clone(), vec!["read".into(), "delete".into()])],
                ..Draft::default()
            };
            let text = text(&draft);
            let config = Config::parse("sflint.toml", &text, std::path::Path::new("/p"));
            let config = config.unwrap_or_else(|errors| panic!("{text}\n{errors:?}"));
            let contract = &config.integrations[0];
            prop_assert_eq!(contract.app.as_ref().unwrap().text.as_str(), app.trim());
            prop_assert_eq!(contract.principals[0].1.text.as_str(), set.trim());
            let objects = contract.objects.as_ref().unwrap();
            prop_assert_eq!(objects[0].name.text.as_str(), object.as_str());
            prop_assert_eq!(objects[0].rights.len(), 2);
        }
    }
}
