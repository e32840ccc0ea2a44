//! `PasswordOverride`: the password and session policies that a profile has instead of the org's.
//!
//! The two sides spell the same settings differently: whole numbers in `ProfilePasswordPolicy` and
//! `ProfileSessionSetting`, words in `SecuritySettings`. One table knows both (Metadata API Developer Guide v67,
//! "ProfilePasswordPolicy", "ProfileSessionSetting", "SecuritySettings"; defaults of the org from the last). What the
//! Health Check asks is Salesforce's standard baseline.

use crate::model::builder::{ChildBuilder, RecordBuilder, one};
use crate::model::node::{Node, ValueReader, truth};
use crate::model::record::{Block, Component, Data, Leaf, Place, Record, Value, number_text};
use crate::value::name;

/// One setting that both sides have.
pub struct Setting {
    name: &'static str,
    session: bool,
    /// Elements, one for each spelling, and words in the `passwordPolicies` or `sessionSettings` of `SecuritySettings`;
    /// none where the org has no such setting.
    org: &'static [&'static str],
    words: &'static [(&'static str, f64)],
    /// What holds in an org whose settings do not say.
    default: f64,
    health_check: f64,
    scale: Scale,
}

/// How a value reads, and what makes one weaker than another.
#[derive(Clone, Copy)]
enum Scale {
    /// More is stronger.
    More(&'static str),
    /// Less is stronger, and 0 is no limit at all.
    Less(&'static str),
    /// Minutes; 0 is for ever, which is strongest.
    Lockout,
    /// Minutes; 0 is two hours, less is stronger.
    Timeout,
    /// 0 to 5; some are neither stronger nor weaker than each other.
    Complexity,
    /// A level in words.
    Level,
    /// On is stronger.
    On,
    /// Off is stronger.
    Off,
}

const LEVELS: &[(&str, f64)] = &[("LOW", 0.0), ("STANDARD", 1.0), ("HIGH_ASSURANCE", 2.0)];
const COMPLEXITY: &[&str] = &[
    "no restriction",
    "letters and numbers",
    "letters, numbers and special characters",
    "numbers, upper and lower case",
    "numbers, upper and lower case, special characters",
    "three of numbers, upper and lower case, special characters",
];

const fn password(
    name: &'static str,
    org: &'static [&'static str],
    words: &'static [(&'static str, f64)],
    default: f64,
    health_check: f64,
    scale: Scale,
) -> Setting {
    Setting { name, session: false, org, words, default, health_check, scale }
}

const fn session(
    name: &'static str,
    org: &'static [&'static str],
    words: &'static [(&'static str, f64)],
    default: f64,
    health_check: f64,
    scale: Scale,
) -> Setting {
    Setting { name, session: true, org, words, default, health_check, scale }
}

/// All settings, in the order of [`SETTING_NAMES`].
pub const SETTINGS: &[Setting] = &[
    password(
        "lockoutInterval",
        &["lockoutInterval"],
        &[
            ("FifteenMinutes", 15.0),
            ("ThirtyMinutes", 30.0),
            ("SixtyMinutes", 60.0),
            ("Forever", 0.0),
        ],
        15.0,
        30.0,
        Scale::Lockout,
    ),
    password(
        "maxLoginAttempts",
        &["maxLoginAttempts"],
        &[("ThreeAttempts", 3.0), ("FiveAttempts", 5.0), ("TenAttempts", 10.0), ("NoLimit", 0.0)],
        10.0,
        3.0,
        Scale::Less("attempts"),
    ),
    password(
        "minimumPasswordLength",
        &["minimumPasswordLength", "minPasswordLength"],
        &[
            ("FiveCharacters", 5.0),
            ("EightCharacters", 8.0),
            ("TenCharacters", 10.0),
            ("TwelveCharacters", 12.0),
            ("FifteenCharacters", 15.0),
        ],
        8.0,
        8.0,
        Scale::More("characters"),
    ),
    password("minimumPasswordLifetime", &["minimumPasswordLifetime"], &[], 0.0, 1.0, Scale::On),
    password("obscure", &["obscureSecretAnswer"], &[], 0.0, 1.0, Scale::On),
    password(
        "passwordComplexity",
        &["complexity"],
        &[
            ("NoRestriction", 0.0),
            ("AlphaNumeric", 1.0),
            ("SpecialCharacters", 2.0),
            ("UpperLowerCaseNumeric", 3.0),
            ("UpperLowerCaseNumericSpecialCharacters", 4.0),
            ("Any3UpperLowerCaseNumericSpecialCharacters", 5.0),
        ],
        1.0,
        2.0,
        Scale::Complexity,
    ),
    password(
        "passwordExpiration",
        &["expiration"],
        &[
            ("ThirtyDays", 30.0),
            ("SixtyDays", 60.0),
            ("NinetyDays", 90.0),
            ("SixMonths", 180.0),
            ("OneYear", 365.0),
            ("Never", 0.0),
        ],
        90.0,
        90.0,
        Scale::Less("days"),
    ),
    password(
        "passwordHistory",
        &["historyRestriction"],
        &[],
        3.0,
        3.0,
        Scale::More("passwords remembered"),
    ),
    password(
        "passwordQuestion",
        &["questionRestriction"],
        &[("None", 0.0), ("DoesNotContainPassword", 1.0)],
        1.0,
        1.0,
        Scale::On,
    ),
    session("forceLogout", &["forceLogoutOnSessionTimeout"], &[], 1.0, 1.0, Scale::On),
    session("requiredSessionLevel", &[], &[], 1.0, 1.0, Scale::Level),
    session("sessionPersistence", &[], &[], 0.0, 0.0, Scale::Off),
    session(
        "sessionTimeout",
        &["sessionTimeout"],
        &[
            ("FifteenMinutes", 15.0),
            ("ThirtyMinutes", 30.0),
            ("SixtyMinutes", 60.0),
            ("NinetyMinutes", 90.0),
            ("TwoHours", 120.0),
            ("FourHours", 240.0),
            ("EightHours", 480.0),
            ("TwelveHours", 720.0),
            ("TwentyFourHours", 1440.0),
        ],
        120.0,
        120.0,
        Scale::Timeout,
    ),
];

/// Their elements in the profile's policy, for the vocabulary.
pub const SETTING_NAMES: &[&str] = &[
    "lockoutInterval",
    "maxLoginAttempts",
    "minimumPasswordLength",
    "minimumPasswordLifetime",
    "obscure",
    "passwordComplexity",
    "passwordExpiration",
    "passwordHistory",
    "passwordQuestion",
    "forceLogout",
    "requiredSessionLevel",
    "sessionPersistence",
    "sessionTimeout",
];

impl Scale {
    /// Larger is stronger.
    fn strength(self, value: f64) -> f64 {
        match self {
            Scale::More(_) | Scale::Level | Scale::On => value,
            Scale::Less(_) if value == 0.0 => f64::NEG_INFINITY,
            Scale::Lockout if value == 0.0 => f64::INFINITY,
            Scale::Lockout => value,
            Scale::Timeout if value == 0.0 => -120.0,
            Scale::Less(_) | Scale::Timeout | Scale::Off => -value,
            // Three of the six ask for one kind of characters more than letters and numbers.
            Scale::Complexity if value == 4.0 => 3.0,
            Scale::Complexity => value.min(2.0),
        }
    }

    fn in_words(self, value: f64) -> String {
        let number = number_text(value);
        match self {
            Scale::More(what) => format!("{number} {what}"),
            Scale::Less("days") if value == 0.0 => "never".to_owned(),
            Scale::Less(what) if value == 0.0 => format!("any number of {what}"),
            Scale::Less(what) => format!("{number} {what}"),
            Scale::Lockout if value == 0.0 => "until an administrator unlocks".to_owned(),
            Scale::Timeout if value == 0.0 => "120 minutes".to_owned(),
            Scale::Lockout | Scale::Timeout => format!("{number} minutes"),
            Scale::Complexity if value >= 0.0 => {
                COMPLEXITY.get(value as usize).map_or(number, |words| (*words).to_owned())
            }
            Scale::Level => LEVELS
                .iter()
                .find(|(_, level)| *level == value)
                .map_or(number, |(word, _)| (*word).to_owned()),
            Scale::On | Scale::Off => if value == 0.0 { "off" } else { "on" }.to_owned(),
            Scale::Complexity => number,
        }
    }

    /// A value as an element writes it: a number, a truth value or a level.
    fn read(self, text: &str) -> Option<f64> {
        match self {
            Scale::Level => word(text, LEVELS),
            Scale::On | Scale::Off => truth(text).map(|on| f64::from(u8::from(on))),
            _ => text.parse().ok().filter(|value: &f64| value.is_finite() && *value >= 0.0),
        }
    }
}

fn word(text: &str, words: &[(&str, f64)]) -> Option<f64> {
    words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, value)| *value)
}

/// What the policy file of a profile says.
#[derive(Clone, Debug)]
pub struct OverrideFile {
    component: Component,
    place: Place,
    session: bool,
    profile: Leaf,
    disabled: Leaf,
    /// Values by positions in [`SETTINGS`].
    values: Vec<(usize, Value)>,
    /// Whether the file is deployed.
    pub deployed: bool,
}

/// What the settings of the org say.
#[derive(Clone, Debug)]
pub struct OrgPolicy {
    /// The copy of the org.
    copy: String,
    values: Vec<(usize, Value)>,
}

/// Reads the policy of a profile: a `ProfilePasswordPolicy` or a `ProfileSessionSetting`.
pub fn override_file(root: Node<'_>, component: Component, read: &mut ValueReader) -> OverrideFile {
    let session = root.element.name() == "ProfileSessionSetting";
    let roots = [root];
    let mut values = Vec::new();
    for (at, setting) in SETTINGS.iter().enumerate().filter(|(_, one)| one.session == session) {
        let found = read.typed(&roots, &[setting.name], "a value of the policy", |text| {
            setting.scale.read(text).map(Data::Number)
        });
        values.extend(found.into_iter().map(|value| (at, value)));
    }
    let profile = read.texts(&roots, &["profile"]).into_iter().map(|value| Value {
        data: Data::Text(name::canonical_profile(&value.written).into()),
        ..value
    });
    let disabled = read.bools(&roots, &["isDisabled"]);
    OverrideFile {
        component,
        place: root.start_tag(),
        session,
        profile: Leaf::stated_or(profile.collect(), Leaf::UNKNOWN),
        disabled: Leaf::stated_or(disabled, Leaf::defaulted(Data::Bool(false))),
        values,
        deployed: true,
    }
}

/// Reads `SecuritySettings`.
pub fn org_policy(root: Node<'_>, copy: &str, read: &mut ValueReader) -> OrgPolicy {
    let roots = [root];
    let mut values = Vec::new();
    for (at, setting) in SETTINGS.iter().enumerate() {
        let block = if setting.session { "sessionSettings" } else { "passwordPolicies" };
        for element in setting.org {
            let found =
                read.typed(&roots, &[block, element], "a value of the metadata type", |text| {
                    word(text, setting.words).or_else(|| setting.scale.read(text)).map(Data::Number)
                });
            values.extend(found.into_iter().map(|value| (at, value)));
        }
    }
    OrgPolicy { copy: copy.to_owned(), values }
}

/// The policy of a profile, held against that of its org.
pub fn password_override(file: &OverrideFile, policies: &[OrgPolicy]) -> Option<Record> {
    let mut record =
        RecordBuilder::new("PasswordOverride", file.component.clone(), Some(file.place))?;
    let builder = ChildBuilder::new("PasswordOverride", "setting")?;
    let of_org = policies.iter().filter(|policy| policy.copy == file.component.copy);
    let stated: Vec<&(usize, Value)> = of_org.flat_map(|policy| &policy.values).collect();
    let blocks = file.values.iter().filter_map(|(at, value)| {
        let org = stated.iter().find(|(of, _)| of == at).map(|(_, value)| value);
        setting(&builder, SETTINGS.get(*at)?, value, org)
    });
    record
        .set("profile", file.profile.clone())
        .set("use", Leaf::text(if file.session { "session" } else { "password" }, None))
        .set("disabled", file.disabled.clone())
        .children("setting", blocks.collect());
    let mut record = record.finish();
    record.deployed = file.deployed;
    Some(record)
}

fn setting(
    builder: &ChildBuilder,
    setting: &Setting,
    value: &Value,
    org: Option<&Value>,
) -> Option<Block> {
    let number = |value: &Value| match value.data {
        Data::Number(number) => Some(number),
        _ => None,
    };
    let own = number(value)?;
    let base = org.and_then(number).unwrap_or(setting.default);
    let scale = setting.scale;
    let weaker = |than: f64| scale.strength(own) < scale.strength(than);
    let text = scale.in_words(own);
    let shown =
        Value { data: Data::Text(text.as_str().into()), written: text.into(), place: value.place };
    let leaves = vec![
        ("name", Leaf::text(setting.name, None)),
        ("value", one(shown)),
        ("baseline", Leaf::text(&scale.in_words(base), None)),
        ("against", Leaf::text(if org.is_some() { "org" } else { "default" }, None)),
        ("weaker", Leaf::derived(weaker(base), value.place)),
        ("belowHealthCheck", Leaf::derived(weaker(setting.health_check), value.place)),
        ("healthCheck", Leaf::text(&scale.in_words(setting.health_check), None)),
    ];
    let block = builder.block(value.place, leaves);
    let related = org
        .and_then(|value| value.place)
        .filter(|_| weaker(base))
        .map(|place| (place, "the org's value".into()));
    Some(Block { related: related.into_iter().collect(), ..block })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_have_their_names() {
        let names: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
        assert_eq!(names, SETTING_NAMES);
    }

    fn weaker(name: &str, own: f64, than: f64) -> bool {
        let scale = SETTINGS.iter().find(|setting| setting.name == name).unwrap().scale;
        scale.strength(own) < scale.strength(than)
    }

    #[test]
    fn zero_means_what_the_setting_makes_of_it() {
        assert!(weaker("maxLoginAttempts", 0.0, 10.0) && weaker("maxLoginAttempts", 10.0, 3.0));
        assert!(weaker("lockoutInterval", 60.0, 0.0) && weaker("lockoutInterval", 15.0, 30.0));
        assert!(weaker("passwordExpiration", 0.0, 365.0));
        assert!(!weaker("sessionTimeout", 0.0, 120.0) && weaker("sessionTimeout", 0.0, 90.0));
        assert!(weaker("sessionTimeout", 240.0, 0.0));
        assert!(weaker("sessionPersistence", 1.0, 0.0) && !weaker("sessionPersistence", 0.0, 1.0));
    }

    #[test]
    fn kinds_of_characters_are_not_all_comparable() {
        for (own, than, expected) in [
            (0.0, 1.0, true),
            (1.0, 2.0, true),
            (1.0, 5.0, true),
            (2.0, 3.0, false),
            (3.0, 2.0, false),
            (5.0, 2.0, false),
            (5.0, 4.0, true),
            (4.0, 5.0, false),
        ] {
            assert_eq!(weaker("passwordComplexity", own, than), expected, "{own} {than}");
        }
    }
}
