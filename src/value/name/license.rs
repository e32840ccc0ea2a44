//! What the licence of a profile, permission set or user says about its holder.

use super::canonical;

/// The licence of a site's guest user.
pub fn is_guest_license(written: &str) -> bool {
    matches!(
        license_key(written).as_str(),
        "guest" | "guestuser" | "guestlicense" | "guestuserlicense"
    )
}

/// What the licences of people outside the company have in their names:
/// customers, partners, members of Experience Cloud sites and portals. Company
/// Communities and Identity are for employees; the guest licence is apart.
const EXTERNAL_LICENSES: [&str; 12] = [
    "authenticatedwebsite",
    "bronzepartner",
    "channelaccount",
    "chatterexternal",
    "customercommunity",
    "externalapps",
    "externalidentity",
    "goldpartner",
    "highvolume",
    "partnercommunity",
    "portal",
    "silverpartner",
];

/// A licence for people outside the company, with every variant of it (Plus,
/// Login, Overage, "for Lightning Platform").
pub fn is_external_license(written: &str) -> bool {
    let key = license_key(written);
    EXTERNAL_LICENSES.iter().any(|part| key.contains(part))
}

/// The user licence made for integrations, which logs in by API only, or the
/// permission set licence that goes with it (label and developer name).
pub fn is_integration_license(written: &str) -> bool {
    matches!(
        license_key(written).as_str(),
        "salesforceintegration" | "salesforceapiintegration" | "salesforceapiintegrationpsl"
    )
}

/// Licences are written by label (`Customer Community Plus`) or by developer
/// name (`CustomerCommunityPlus`, `Customer_Community`): letters and digits say
/// enough.
fn license_key(written: &str) -> String {
    let mut key = canonical(written);
    key.retain(char::is_alphanumeric);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licenses() {
        for guest in ["Guest User License", "Guest", " guest user license "] {
            assert!(is_guest_license(guest) && !is_external_license(guest));
        }
        for external in [
            "Customer Community",
            "Customer Community Plus Login",
            "Partner Community",
            "Partner_Community_Login",
            "External Identity",
            "External Apps Plus",
            "Lightning External Apps",
            "High Volume Customer Portal",
            "Overage High Volume Customer Portal",
            "Customer Portal Manager Custom",
            "Channel Account",
            "Gold Partner",
            "Chatter External",
        ] {
            assert!(is_external_license(external), "{external}");
            assert!(!is_guest_license(external), "{external}");
        }
        for internal in [
            "Salesforce",
            "Salesforce Platform",
            "Identity",
            "Company Communities",
            "Chatter Free",
            "Analytics Cloud Integration User",
            "Salesforce Integration",
            "",
        ] {
            assert!(!is_external_license(internal), "{internal}");
        }
        assert!(is_integration_license("salesforce integration"));
        assert!(is_integration_license("Salesforce API Integration"));
        assert!(!is_integration_license("Analytics Cloud Integration User"));
        assert!(!is_integration_license("Salesforce"));
    }
}
