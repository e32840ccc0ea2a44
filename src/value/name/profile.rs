//! The standard profiles, which have an API name and a label.

use super::canonical;

/// Standard profiles whose API name is not their label: (API name, label).
const PROFILE_LABELS: [(&str, &str); 8] = [
    ("admin", "system administrator"),
    ("contractmanager", "contract manager"),
    ("highvolumeportal", "high volume customer portal"),
    ("marketingprofile", "marketing user"),
    ("readonly", "read only"),
    ("solutionmanager", "solution manager"),
    ("standard", "standard user"),
    ("standardaul", "standard platform user"),
];

/// Standard profiles whose API name is their label, canonical and sorted.
const STANDARD_PROFILES: [&str; 38] = [
    "analytics cloud integration user",
    "analytics cloud security user",
    "anypoint integration",
    "authenticated website",
    "b2b reordering portal buyer profile",
    "chatter external user",
    "chatter free user",
    "chatter moderator user",
    "chatter only user",
    "company communities user",
    "cross org data proxy user",
    "custom: marketing profile",
    "custom: sales profile",
    "custom: support profile",
    "customer community login user",
    "customer community plus login user",
    "customer community plus user",
    "customer community user",
    "customer portal manager custom",
    "customer portal manager standard",
    "einstein agent user",
    "external apps login user",
    "external identity user",
    "force.com - app subscription user",
    "force.com - free user",
    "gold partner user",
    "guest license user",
    "high volume customer portal user",
    "identity user",
    "minimum access - api only integrations",
    "minimum access - salesforce",
    "partner app subscription user",
    "partner community login user",
    "partner community user",
    "platformportal",
    "salesforce api only system integrations",
    "silver partner user",
    "work.com only user",
];

/// The canonical name of a profile. A standard profile that is written by its
/// label gets its API name: `System Administrator` and `Admin` are `admin`.
/// Labels of other languages are not known.
pub fn canonical_profile(written: &str) -> String {
    let name = canonical(written);
    match PROFILE_LABELS.iter().find(|(_, label)| *label == name) {
        Some((api_name, _)) => (*api_name).to_string(),
        None => name,
    }
}

/// Whether this is the API name or the (English) label of a profile that every
/// org has from the platform. `<custom>false</custom>` in the profile itself is
/// the safer sign.
pub fn is_standard_profile(written: &str) -> bool {
    let name = canonical_profile(written);
    PROFILE_LABELS.iter().any(|(api_name, _)| *api_name == name)
        || STANDARD_PROFILES.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_have_one_name() {
        assert_eq!(canonical_profile("Admin"), "admin");
        assert_eq!(canonical_profile("System%20Administrator"), "admin");
        assert_eq!(canonical_profile("Read Only"), canonical_profile("ReadOnly"));
        assert_eq!(canonical_profile("Standard User"), "standard");
        assert_eq!(canonical_profile("My Profile"), "my profile");
    }

    #[test]
    fn standard_profiles() {
        for name in [
            "Admin",
            "system administrator",
            "Standard Platform User",
            "StandardAul",
            "HighVolumePortal",
            "High Volume Customer Portal",
            "PlatformPortal",
            "Custom%3A Support Profile",
            "Custom: Support Profile",
            "Force%2Ecom - Free User",
            "Work.com Only User",
            "Customer Community User",
            "Customer Community Plus User",
            "Customer Community Login User",
            "Customer Community Plus Login User",
            "Partner Community Login User",
            "Minimum Access - API Only Integrations",
            "Guest License User",
        ] {
            assert!(is_standard_profile(name), "{name}");
        }
        for name in ["Administrator", "My Admin", "Integration", "", "wwwroot Profile"] {
            assert!(!is_standard_profile(name), "{name}");
        }
    }
}
