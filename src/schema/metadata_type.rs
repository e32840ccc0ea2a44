//! Metadata types, their elements and enumerations, as views of the tables.

use std::fmt;

use super::table::{self, Kind, SUPPLEMENT, TABLE};

/// What both tables say of one name.
#[derive(Clone, Copy)]
struct Declaration {
    name: &'static str,
    kind: Kind,
    body: &'static str,
    /// What the supplement adds; empty for most.
    added: &'static str,
}

impl Declaration {
    fn find(name: &str) -> Option<Self> {
        table::find(TABLE, name).map(Self::of).or_else(|| supplement(name))
    }

    fn of(line: table::Line<'static>) -> Self {
        Self {
            name: line.name,
            kind: line.kind,
            body: line.body,
            added: supplement(line.name).map_or("", |added| added.body),
        }
    }

    fn words(self) -> impl Iterator<Item = &'static str> {
        let both = self.body.split(' ').chain(self.added.split(' '));
        both.filter(|word| !word.is_empty())
    }
}

/// What the supplement says of a name. It is short, and its comments forbid bisection.
fn supplement(name: &str) -> Option<Declaration> {
    let line = table::scan(SUPPLEMENT, name)?;
    Some(Declaration { name: line.name, kind: line.kind, body: line.body, added: "" })
}

/// A metadata type, or a complex type used inside one: a name with elements.
///
/// A handle on the built-in schema; copying it costs nothing.
#[derive(Clone, Copy)]
pub struct MetadataType(Declaration);

/// The metadata type with this exact name, if it can be the root element of a file
/// (`ConnectedApp`, `SecuritySettings`, `CustomField`).
pub fn root(name: &str) -> Option<MetadataType> {
    Declaration::find(name).filter(|declaration| declaration.kind == Kind::Root).map(MetadataType)
}

/// All types that can be the root element of a file, sorted by the bytes of their names.
pub fn roots() -> impl Iterator<Item = MetadataType> {
    let only_added = |name: &str| table::find(TABLE, name).is_none();
    let mut added = table::lines(SUPPLEMENT).filter(move |line| only_added(line.name)).peekable();
    let mut stated = table::lines(TABLE).peekable();
    std::iter::from_fn(move || match (stated.peek(), added.peek()) {
        (Some(first), Some(second)) if second.name < first.name => added.next(),
        (Some(_), _) => stated.next(),
        (None, _) => added.next(),
    })
    .filter(|line| line.kind == Kind::Root)
    .filter_map(|line| root(line.name))
}

impl MetadataType {
    /// The name of the type as the API writes it.
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// Whether the type can be the root element of a file.
    pub fn is_root(&self) -> bool {
        self.0.kind == Kind::Root
    }

    /// Its elements in schema order, inherited ones first.
    pub fn elements(&self) -> impl Iterator<Item = Element> + use<> {
        self.0.words().filter_map(|word| Word::parse(word)?.element())
    }

    /// The names of its elements, in the same order, without looking up their types.
    pub fn element_names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.0.words().filter_map(|word| Some(Word::parse(word)?.name))
    }

    /// The element with this exact name.
    pub fn element(&self, name: &str) -> Option<Element> {
        let named = |word: &&str| word.strip_prefix(name).is_some_and(|rest| rest.starts_with(':'));
        Word::parse(self.0.words().find(named)?)?.element()
    }
}

impl PartialEq for MetadataType {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for MetadataType {}

impl fmt::Debug for MetadataType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("MetadataType").field(&self.name()).finish()
    }
}

/// An element as a table writes it: `name:type[?][*]`.
#[derive(Clone, Copy)]
struct Word {
    name: &'static str,
    ty: &'static str,
    optional: bool,
    repeated: bool,
}

impl Word {
    fn parse(word: &'static str) -> Option<Self> {
        let (name, rest) = word.split_once(':')?;
        let (rest, repeated) = rest.strip_suffix('*').map_or((rest, false), |rest| (rest, true));
        let (ty, optional) = rest.strip_suffix('?').map_or((rest, false), |rest| (rest, true));
        Some(Self { name, ty, optional, repeated })
    }

    /// `None` if no table declares the type, which the tests rule out.
    fn element(self) -> Option<Element> {
        Some(Element {
            name: self.name,
            ty: ElementType::find(self.ty)?,
            repeated: self.repeated,
            optional: self.optional,
        })
    }
}

/// One element of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element {
    /// The element's name.
    pub name: &'static str,
    /// What it holds.
    pub ty: ElementType,
    /// It may occur several times.
    pub repeated: bool,
    /// The schema marks it as not required. A repeated element may always be absent.
    pub optional: bool,
}

/// What an element holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElementType {
    /// Any string.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A number; the source does not tell whole numbers from others.
    Number,
    /// A day or a moment; the source does not tell `xsd:date` from `xsd:dateTime`.
    Date,
    /// `xsd:anyType`, or a type whose content the source does not describe.
    Any,
    /// One of the values of an enumeration.
    Enum(Enumeration),
    /// Child elements.
    Complex(MetadataType),
}

impl ElementType {
    fn find(name: &str) -> Option<Self> {
        Some(match name {
            "text" => Self::Text,
            "boolean" => Self::Boolean,
            "number" => Self::Number,
            "date" => Self::Date,
            "any" => Self::Any,
            _ => {
                let declaration = Declaration::find(name)?;
                match declaration.kind {
                    Kind::Enumeration => Self::Enum(Enumeration(declaration)),
                    Kind::Root | Kind::Complex => Self::Complex(MetadataType(declaration)),
                }
            }
        })
    }
}

/// The type's name: `text`, `boolean`, `number`, `date`, `any`, or the API's own.
impl fmt::Display for ElementType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Text => "text",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::Date => "date",
            Self::Any => "any",
            Self::Enum(enumeration) => enumeration.name(),
            Self::Complex(complex) => complex.name(),
        })
    }
}

/// An enumeration: a name with values. A handle, like [`MetadataType`].
#[derive(Clone, Copy)]
pub struct Enumeration(Declaration);

impl Enumeration {
    /// The name of the enumeration as the API writes it.
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// Its values in schema order.
    pub fn values(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.0.words()
    }

    /// Whether a value is among them, whatever its case: types that mean the same
    /// spell their values differently (`BYPASS_2FACTOR`, `Bypass_2factor`).
    pub fn contains_ignore_case(&self, value: &str) -> bool {
        self.values().any(|known| known.eq_ignore_ascii_case(value))
    }
}

impl PartialEq for Enumeration {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Enumeration {}

impl fmt::Debug for Enumeration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Enumeration").field(&self.name()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn element(path: &str) -> Element {
        let mut names = path.split('.');
        let mut at = root(names.next().unwrap()).unwrap();
        let mut found = None;
        for name in names {
            let element = at.element(name).unwrap_or_else(|| panic!("{path}: no {name}"));
            if let ElementType::Complex(inner) = element.ty {
                at = inner;
            }
            found = Some(element);
        }
        found.unwrap()
    }

    fn values(path: &str) -> Vec<&'static str> {
        match element(path).ty {
            ElementType::Enum(enumeration) => enumeration.values().collect(),
            other => panic!("{path} is {other}"),
        }
    }

    #[test]
    fn elements_have_their_types() {
        let pkce = element("ConnectedApp.oauthConfig.isPkceRequired");
        assert_eq!(pkce.ty, ElementType::Boolean);
        assert!(pkce.optional && !pkce.repeated);
        let callback = element("ConnectedApp.oauthConfig.callbackUrl");
        assert_eq!(callback.ty, ElementType::Text);
        assert!(!callback.optional && !callback.repeated);
        assert!(element("ConnectedApp.oauthConfig.scopes").repeated);
        assert_eq!(element("Certificate.expirationDate").ty, ElementType::Date);
        assert_eq!(element("Certificate.keySize").ty, ElementType::Number);
        assert_eq!(element("CustomMetadata.values.value").ty, ElementType::Any);
        assert_eq!(element("Profile.userPermissions").ty.to_string(), "ProfileUserPermission");
        assert_eq!(element("Profile.userPermissions.enabled").ty, ElementType::Boolean);
    }

    #[test]
    fn optional_and_repeated_are_independent() {
        let allowed = element("AuthProvider.paramForwardAllowlist");
        assert!(allowed.optional && allowed.repeated);
        let labels = element("CustomLabels.labels");
        assert!(!labels.optional && labels.repeated);
    }

    #[test]
    fn enumerations_have_their_values() {
        let timeouts = values("SecuritySettings.sessionSettings.sessionTimeout");
        for value in ["FifteenMinutes", "NinetyMinutes", "TwentyFourHours"] {
            assert!(timeouts.contains(&value), "{value}");
        }
        let scopes = element("ConnectedApp.oauthConfig.scopes").ty;
        assert_eq!(scopes.to_string(), "ConnectedAppOauthAccessScope");
        let ElementType::Enum(scopes) = scopes else { panic!("{scopes}") };
        assert!(scopes.values().any(|value| value == "Full"));
        assert!(scopes.contains_ignore_case("refreshtoken"));
        assert!(!scopes.contains_ignore_case("refresh_token"));
    }

    #[test]
    fn inherited_elements_come_first() {
        let names: Vec<&str> = root("Certificate").unwrap().element_names().collect();
        assert_eq!(names.first_chunk(), Some(&["fullName", "content"]));
        let muting: Vec<&str> = root("MutingPermissionSet").unwrap().element_names().collect();
        assert!(muting.contains(&"userPermissions") && muting.contains(&"label"));
        assert!(root("FlowNode").is_none());
        assert_eq!(element("Flow.screens.locationX").ty, ElementType::Number);
        assert_eq!(
            element("Flow.screens.processMetadataValues").ty.to_string(),
            "FlowMetadataValue"
        );
    }

    #[test]
    fn the_supplement_is_merged() {
        assert_eq!(element("ConnectedApp.pluginExecutionUser").ty, ElementType::Text);
        assert_eq!(element("ConnectedApp.plugin").ty, ElementType::Text);
        assert_eq!(element("Profile.fieldLevelSecurities.hidden").ty, ElementType::Boolean);
        assert!(
            values("SecuritySettings.passwordPolicies.minPasswordLength")
                .contains(&"FiveCharacters")
        );
        let redirects = values("SecuritySettings.sessionSettings.untrustedRedirect");
        assert!(redirects.contains(&"WithUserPermission") && redirects.contains(&"NeverAllowed"));
        assert_eq!(values("UserAccessPolicy.userAccessPolicyActions.action"), ["Grant", "Revoke"]);
    }

    #[test]
    fn roots_are_sorted_unique_and_found_by_name() {
        let all: Vec<MetadataType> = roots().collect();
        assert!(all.len() > 800, "{}", all.len());
        assert!(all.windows(2).all(|pair| pair[0].name() < pair[1].name()));
        for metadata_type in all {
            assert!(metadata_type.is_root());
            assert_eq!(root(metadata_type.name()), Some(metadata_type));
        }
        assert!(roots().any(|found| found.name() == "UserAccessPolicy"));
    }

    #[test]
    fn only_exact_names_of_roots_are_roots() {
        for name in [
            "connectedapp",
            "ConnectedApp ",
            "",
            "ConnectedAppOauthConfig",
            "SessionTimeout",
            "Metadata",
            "text",
        ] {
            assert_eq!(root(name), None, "{name:?}");
        }
    }

    #[test]
    fn every_reference_resolves() {
        let mut enumerations = BTreeSet::new();
        for line in table::lines(TABLE).chain(table::lines(SUPPLEMENT)) {
            let declaration = Declaration::find(line.name).unwrap();
            if declaration.kind == Kind::Enumeration {
                assert!(declaration.words().count() > 0, "{}", line.name);
                continue;
            }
            let stated = declaration.words().count();
            let resolved: Vec<Element> = MetadataType(declaration).elements().collect();
            assert_eq!(resolved.len(), stated, "{}", line.name);
            let names: BTreeSet<&str> = resolved.iter().map(|element| element.name).collect();
            assert_eq!(names.len(), stated, "{} has an element twice", line.name);
            enumerations.extend(resolved.iter().filter_map(|element| match element.ty {
                ElementType::Enum(enumeration) => Some(enumeration.name()),
                _ => None,
            }));
        }
        assert!(enumerations.len() > 700, "{}", enumerations.len());
    }

    #[test]
    fn security_types_are_roots() {
        let missing: Vec<&str> =
            SECURITY_TYPES.split_ascii_whitespace().filter(|name| root(name).is_none()).collect();
        assert_eq!(missing, [""; 0]);
    }

    const SECURITY_TYPES: &str = "
        ConnectedApp ExternalClientApplication ExtlClntAppGlobalOauthSettings ExtlClntAppOauthSettings
        ExtlClntAppOauthConfigurablePolicies ExtlClntAppConfigurablePolicies ExtlClntAppOauthSecuritySettings
        ExtlClntAppSamlConfigurablePolicies ExtlClntAppCanvasSettings ExtlClntAppMobileSettings
        ExtlClntAppMobileConfigurablePolicies ExtlClntAppPushSettings ExtlClntAppPushConfigurablePolicies
        ExtlClntAppNotificationSettings Profile PermissionSet PermissionSetGroup MutingPermissionSet
        CustomPermission ProfilePasswordPolicy ProfileSessionSetting NamedCredential ExternalCredential
        ExternalAuthIdentityProvider AuthProvider ExternalDataSource RemoteSiteSetting CspTrustedSite
        CorsWhitelistOrigin RedirectWhitelistUrl IframeWhiteListUrlSettings IPAddressRange Certificate
        InboundCertificate PublicKeyCertificate PublicKeyCertificateSet SamlSsoConfig OauthCustomScope
        OauthTokenExchangeHandler MyDomainDiscoverableLogin TransactionSecurityPolicy UserAccessPolicy
        DelegateGroup Network NetworkBranding CustomSite SiteDotCom ExperienceBundle DigitalExperienceBundle
        EmbeddedServiceConfig SharingRules SharingSet RestrictionRule FieldRestrictionRule CustomObject
        CustomField Workflow WorkflowOutboundMessage Flow FlowDefinition ApexClass ApexTrigger ApexPage
        ApexComponent LightningComponentBundle AuraDefinitionBundle StaticResource CustomLabels CustomMetadata
        EmailServicesFunction ExternalServiceRegistration EventRelayConfig InboundNetworkConnection
        OutboundNetworkConnection UserProvisioningConfig MobileSecurityPolicy
        SecuritySettings ConnectedAppSettings OauthOidcSettings ExternalClientAppSettings IdentityProviderSettings
        SharingSettings CommunitiesSettings MyDomainSettings UserManagementSettings ApexSettings
        FileUploadAndDownloadSecuritySettings ContentSettings PlatformEncryptionSettings EncryptionKeySettings
        EventSettings EnterpriseApiSettings FlowSettings SchemaSettings LightningExperienceSettings
        EmailAdministrationSettings KnowledgeSettings EinsteinGptSettings EinsteinAISettings PortalsSettings
        WebToXSettings DevHubSettings SourceTrackingSettings SandboxSettings";
}
