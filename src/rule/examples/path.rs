//! Where a file lies whose text is all that an example gives.

use crate::project::types::{self, Child};
use crate::schema;

/// The local name of the root element, after the XML declaration, comments and the like.
pub fn root_element(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<!") => ">",
            _ => break,
        };
        let (_, after) = rest.split_once(end)?;
        rest = after.trim_start();
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<'))?;
    let name = name.get(..end)?.rsplit(':').next()?;
    (!name.is_empty()).then_some(name)
}

/// A path in source format for a file with this root element: `profiles/Example.profile-meta.xml`,
/// `settings/Security.settings-meta.xml`. `None` if the type has no file of its own.
pub fn path_for_root(root: &str) -> Option<String> {
    if let Some(row) = types::by_name(root) {
        let (suffix, directory) = (row.suffix, row.directory);
        if suffix.is_empty() {
            return None;
        }
        return Some(match row.child {
            Some(Child::OfObject) => {
                format!("{directory}/Example__c/{suffix}s/Example__c.{suffix}-meta.xml")
            }
            _ if root == "CustomObject" => {
                format!("{directory}/Example__c/Example__c.{suffix}-meta.xml")
            }
            Some(Child::OfFolder | Child::Alone) => {
                format!("{directory}/Example/Example.{suffix}-meta.xml")
            }
            None if row.bundle || row.in_folder => {
                format!("{directory}/Example/Example.{suffix}-meta.xml")
            }
            None => format!("{directory}/Example.{suffix}-meta.xml"),
        });
    }
    let name = root.strip_suffix("Settings").filter(|name| !name.is_empty())?;
    schema::root(root).map(|_| format!("settings/{name}.settings-meta.xml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_element_is_found_behind_the_prolog() {
        for (text, root) in [
            ("<Profile/>", Some("Profile")),
            (
                "\u{feff}<?xml version=\"1.0\"?>\r\n<!-- <No> -->\n<Profile xmlns=\"x\">",
                Some("Profile"),
            ),
            ("<!DOCTYPE x>\n<met:Profile\n>", Some("Profile")),
            ("<Profile", None),
            ("<!-- <Profile>", None),
            ("<>", None),
            ("</Profile>", None),
            ("{}", None),
            ("", None),
        ] {
            assert_eq!(root_element(text), root, "{text}");
        }
    }

    #[test]
    fn every_type_with_a_suffix_has_a_path() {
        for (root, path) in [
            ("ConnectedApp", "connectedApps/Example.connectedApp-meta.xml"),
            ("Profile", "profiles/Example.profile-meta.xml"),
            ("SecuritySettings", "settings/Security.settings-meta.xml"),
            ("OauthOidcSettings", "settings/OauthOidc.settings-meta.xml"),
            ("ExtlClntAppOauthSettings", "extlClntAppOauthSettings/Example.ecaOauth-meta.xml"),
            ("CustomObject", "objects/Example__c/Example__c.object-meta.xml"),
            ("CustomField", "objects/Example__c/fields/Example__c.field-meta.xml"),
            ("Report", "reports/Example/Example.report-meta.xml"),
        ] {
            assert_eq!(path_for_root(root).as_deref(), Some(path));
        }
        for root in ["", "Settings2", "NoSuchSettings", "Profil", "LightningComponentBundle"] {
            assert_eq!(path_for_root(root), None, "{root}");
        }
    }
}
