//! Kinds by name.

use crate::project::path::normalise;
use crate::project::{Role, SizeClass, component_name, kind_of};
use proptest::prelude::*;

fn told(path: &str) -> Option<(&'static str, Role)> {
    kind_of(path).map(|kind| (kind.metadata_type, kind.role))
}

#[test]
fn suffix_decides() {
    for (path, expected) in [
        ("force-app/weird/dir/X.permissionset-meta.xml", Some(("PermissionSet", Role::Whole))),
        ("X.profile-meta.xml", Some(("Profile", Role::Whole))),
        ("x/X.PROFILE-META.XML", Some(("Profile", Role::Whole))),
        ("connectedApps/NoMeta.connectedApp", Some(("ConnectedApp", Role::Whole))),
        ("x/NoMeta.connectedapp", Some(("ConnectedApp", Role::Whole))),
        ("a/X.ecaGlblOauth-meta.xml", Some(("ExtlClntAppGlobalOauthSettings", Role::Whole))),
        ("a/X.ecaOauthPlcy", Some(("ExtlClntAppOauthConfigurablePolicies", Role::Whole))),
        ("corswhitelistorigins/X.corswhitelistorigin", Some(("CorsWhitelistOrigin", Role::Whole))),
        ("certs/A.crt", Some(("Certificate", Role::Content))),
        ("certs/A.crt-meta.xml", Some(("Certificate", Role::Companion))),
        ("classes/A.cls", Some(("ApexClass", Role::Content))),
        ("classes/A.cls-meta.xml", Some(("ApexClass", Role::Companion))),
        ("labels/CustomLabels.labels-meta.xml", Some(("CustomLabels", Role::Whole))),
        ("mutingpermissionsets/M.mutingpermissionset", Some(("MutingPermissionSet", Role::Whole))),
        ("reports/F/R.report-meta.xml", Some(("Report", Role::Whole))),
        ("f/README.md", None),
        ("a/b.txt", None),
        ("noextension", None),
        ("", None),
        (".profile", None),
        ("profiles/.profile", None),
        ("profiles/._Admin.profile-meta.xml", None),
        ("package.xml", None),
        ("emailservices/Package.XML", None),
        ("emailservices/destructiveChangesPost.xml", None),
        ("reports/Folder-meta.xml", None),
    ] {
        assert_eq!(told(path), expected, "{path}");
    }
}

#[test]
fn folder_decides_clashes() {
    for (path, expected) in [
        ("sites/A.site-meta.xml", Some(("CustomSite", Role::Whole))),
        ("Sites/A.site", Some(("CustomSite", Role::Whole))),
        ("a/A.site-meta.xml", Some(("CustomSite", Role::Whole))),
        ("a/A.site", None),
        ("siteDotComSites/A.site", Some(("SiteDotCom", Role::Content))),
        ("siteDotComSites/A.site-meta.xml", Some(("SiteDotCom", Role::Companion))),
        ("experiences/A1.site-meta.xml", Some(("ExperienceBundle", Role::Companion))),
        ("experiences/A1/config/a.json", Some(("ExperienceBundle", Role::Content))),
        ("experiences/sites/A.site-meta.xml", Some(("CustomSite", Role::Whole))),
        (
            "digitalExperiences/site/A/sfdc_cms__site/A/content.json",
            Some(("DigitalExperienceBundle", Role::Content)),
        ),
        (
            "digitalExperiences/site/A/A.digitalExperience-meta.xml",
            Some(("DigitalExperienceBundle", Role::Companion)),
        ),
        ("restrictionRules/R.rule-meta.xml", Some(("RestrictionRule", Role::Whole))),
        ("fieldRestrictionRules/R.rule-meta.xml", Some(("FieldRestrictionRule", Role::Whole))),
        ("moderation/R.rule", Some(("ModerationRule", Role::Whole))),
        ("x/R.rule", None),
        ("accessControlPolicies/P.policy-meta.xml", Some(("AccessControlPolicy", Role::Companion))),
        (
            "appointmentSchedulingPolicies/P.policy",
            Some(("AppointmentSchedulingPolicy", Role::Whole)),
        ),
        ("settings/Security.settings", Some(("Settings", Role::Whole))),
        ("x/Security.settings-meta.xml", Some(("Settings", Role::Whole))),
        ("x/Security.settings", None),
        ("integrationHub/I.settings", Some(("IntegrationHubSettings", Role::Whole))),
        ("emailservices/E.xml", Some(("EmailServicesFunction", Role::Whole))),
        ("emailservices/E.xml-meta.xml", Some(("EmailServicesFunction", Role::Whole))),
        ("x/E.xml", None),
        ("x/E.xml-meta.xml", None),
        ("customMetadata/T.R.md", Some(("CustomMetadata", Role::Whole))),
        ("x/T.R.md-meta.xml", Some(("CustomMetadata", Role::Whole))),
        ("objects/Account.object", Some(("CustomObject", Role::Whole))),
        ("x/Account.object", None),
        ("networks/N.network", Some(("Network", Role::Whole))),
        ("x/N.network", None),
        ("x/A.profile", None),
        ("x/A.eca", None),
        ("externalClientApps/A.eca", Some(("ExternalClientApplication", Role::Whole))),
        ("dataSources/D.dataSource", Some(("ExternalDataSource", Role::Whole))),
        ("mktDataSources/D.dataSource", Some(("DataSource", Role::Whole))),
        (
            "iframeWhiteListUrlSettings/I.settings",
            Some(("IframeWhiteListUrlSettings", Role::Whole)),
        ),
        ("weblinks/W.weblink", Some(("CustomPageWebLink", Role::Whole))),
        ("objects/A/webLinks/W.webLink-meta.xml", Some(("WebLink", Role::ObjectChild))),
    ] {
        assert_eq!(told(path), expected, "{path}");
    }
}

#[test]
fn parts_of_components() {
    let part = Some(("PermissionSet", Role::PermissionSetPart));
    for (path, expected) in [
        ("permissionsets/P/P.permissionset-meta.xml", part),
        ("PermissionSets/P/p.permissionset-meta.xml", part),
        ("permissionsets/P.permissionset-meta.xml", Some(("PermissionSet", Role::Whole))),
        ("permissionsets/team/P.permissionset-meta.xml", Some(("PermissionSet", Role::Whole))),
        ("permissionsets/P/P.userPermission-meta.xml", part),
        ("permissionsets/P/P.customPermissions-meta.xml", part),
        ("permissionsets/P/P.customPermission-meta.xml", part),
        ("permissionsets/P/P.applicationVisibilities-meta.xml", part),
        ("permissionsets/P/objectSettings/Account.objectSettings-meta.xml", part),
        ("permissionsets/P/fieldPermissions/A.X__c.fieldPermission-meta.xml", part),
        ("permissionsets/P/customPermissions/X.customPermission-meta.xml", part),
        ("permissionsets/P/X.customPermission-meta.xml", Some(("CustomPermission", Role::Whole))),
        ("permissionsets/P/X.profile-meta.xml", Some(("Profile", Role::Whole))),
        ("permissionsets/P.userPermission-meta.xml", None),
        ("permissionsets/P/notes.txt", None),
        ("x/P.userPermission-meta.xml", None),
        ("objects/A/fields/F__c.field-meta.xml", Some(("CustomField", Role::ObjectChild))),
        ("objects/A/A.object-meta.xml", Some(("CustomObject", Role::Whole))),
        (
            "sharingRules/Account/sharingGuestRules/G.sharingGuestRule-meta.xml",
            Some(("SharingGuestRule", Role::DecomposedChild)),
        ),
        (
            "workflows/A/workflowOutboundMessages/O.workflowOutboundMessage-meta.xml",
            Some(("WorkflowOutboundMessage", Role::DecomposedChild)),
        ),
        ("labels/API_KEY.label-meta.xml", Some(("CustomLabel", Role::DecomposedChild))),
        ("x/y.label", None),
    ] {
        assert_eq!(told(path), expected, "{path}");
    }
}

#[test]
fn bundles() {
    for (path, expected) in [
        ("lwc/a/a.js", Some(("LightningComponentBundle", Role::Content))),
        ("lwc/a/a.js-meta.xml", Some(("LightningComponentBundle", Role::Companion))),
        ("lwc/jsconfig.json", None),
        ("lwc/a/README.md", None),
        ("aura/A/A.app", Some(("AuraDefinitionBundle", Role::Content))),
        ("aura/A/A.app-meta.xml", Some(("AuraDefinitionBundle", Role::Companion))),
        ("applications/A.app-meta.xml", Some(("CustomApplication", Role::Whole))),
        ("aura/profiles/A.profile", Some(("Profile", Role::Whole))),
        ("staticresources/a.zip", Some(("StaticResource", Role::Content))),
        ("staticresources/a.resource", Some(("StaticResource", Role::Content))),
        ("staticresources/a.resource-meta.xml", Some(("StaticResource", Role::Companion))),
        ("staticresources/a/Admin.profile-meta.xml", Some(("Profile", Role::Whole))),
        ("documents/F/x.png-meta.xml", Some(("Document", Role::Companion))),
        ("documents/F/x.png", None),
        (
            "genAiPlannerBundles/P/P.genAiPlannerBundle-meta.xml",
            Some(("GenAiPlannerBundle", Role::Whole)),
        ),
        ("x/a.js-meta.xml", None),
    ] {
        assert_eq!(told(path), expected, "{path}");
    }
}

#[test]
fn large_kinds() {
    for (path, size) in [
        ("A.profile-meta.xml", SizeClass::Large),
        ("permissionsets/P/P.userPermission-meta.xml", SizeClass::Large),
        ("A.mutingpermissionset", SizeClass::Large),
        ("A.permissionsetgroup", SizeClass::Small),
        ("A.cls", SizeClass::Large),
        ("objects/A/fields/F.field-meta.xml", SizeClass::Small),
        ("A.connectedApp", SizeClass::Small),
    ] {
        assert_eq!(kind_of(path).map(|kind| kind.size), Some(size), "{path}");
    }
}

#[test]
fn windows_paths_are_the_same_after_normalising() {
    let path = normalise(r"C:\work\force-app\main\default\Profiles\Admin.profile-meta.xml");
    assert_eq!(told(&path), Some(("Profile", Role::Whole)));
    assert_eq!(told(&normalise(r"\\srv\share\sites\A.SITE")), Some(("CustomSite", Role::Whole)));
}

proptest! {
    #[test]
    fn case_and_place_of_the_project_never_matter(above in "[a-z]{0,6}", path in prop::sample::select(vec![
        "profiles/A.profile", "sites/A.site", "permissionsets/P/objectSettings/A.objectSettings-meta.xml", "A.crt",
        "objects/A/fields/B.field-meta.xml", "lwc/a/a.js", "X.namedCredential-meta.xml",
    ])) {
        let kind = kind_of(path);
        prop_assert!(kind.is_some());
        prop_assert_eq!(kind_of(&path.to_uppercase()), kind);
        prop_assert_eq!(kind_of(&format!("{above}/{path}")), kind);
    }

    #[test]
    fn any_text_is_answered(path in r"(\PC{0,6}[./%-]){0,8}(-meta\.xml)?") {
        let _ = kind_of(&path).map(|kind| component_name(&path, &kind));
    }
}
