//! A Health Check baseline as Setup exports it: the values that an org holds its settings against, instead of the standard
//! ones (Salesforce Help, "Custom Baseline File Requirements").

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::document::{Document, SourceText};
use crate::project::file_tree::FileTree;
use crate::rule::{OptionValue, Severity};

use super::{MAP, Risk};

/// Largest baseline that Setup imports is 20 KB; an export with comments may be somewhat larger.
const MAX_BYTES: u64 = 1 << 18;
/// The option of a rule that a baseline replaces.
pub const COMPLIANT: &str = "compliant";

impl Risk {
    /// How much a deviation matters as a finding.
    pub fn severity(self) -> Severity {
        match self {
            Risk::High => Severity::Warning,
            Risk::Medium | Risk::Low | Risk::Informational => Severity::Note,
        }
    }

    fn of_group(element: &str) -> Option<Risk> {
        match element {
            "highRiskSecuritySettings" => Some(Risk::High),
            "mediumRiskSecuritySettings" => Some(Risk::Medium),
            "lowRiskSecuritySettings" => Some(Risk::Low),
            "informationalSecuritySettings" => Some(Risk::Informational),
            _ => None,
        }
    }
}

/// One setting of a baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct BaselineSetting {
    /// Its group.
    pub risk: Risk,
    /// What complies: a truth value, the number from which (or up to which) a value complies, or words.
    pub compliant: OptionValue,
}

/// A baseline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HealthCheckBaseline {
    /// Its name in Setup.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// By name: `SessionSettings.lockSessionsToDomain`.
    pub settings: BTreeMap<String, BaselineSetting>,
}

impl HealthCheckBaseline {
    /// Reads a file. With a limit, it must lie in that folder, also when links are followed.
    ///
    /// # Errors
    /// Why it is no baseline, as the end of a sentence.
    pub fn read(
        tree: &dyn FileTree,
        path: &Path,
        limit: Option<&Path>,
    ) -> Result<HealthCheckBaseline, String> {
        let real = tree.canonical(path).map_err(|error| error.to_string())?;
        if limit.is_some_and(|limit| !real.starts_with(limit)) {
            return Err("it lies outside of the git work tree".to_owned());
        }
        let bytes = tree.read(&real, MAX_BYTES + 1).map_err(|error| error.to_string())?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(format!("more than {MAX_BYTES} bytes are too large for a baseline"));
        }
        let source = SourceText::decode(bytes).map_err(|problem| problem.to_string())?;
        Ok(HealthCheckBaseline { path: path.to_owned(), ..parse(&source)? })
    }

    /// What a rule with these `maps` is to hold its setting against.
    pub fn of_maps(&self, maps: &[String]) -> Option<&BaselineSetting> {
        maps.iter().find_map(|map| self.settings.get(map.strip_prefix(MAP)?))
    }
}

impl BaselineSetting {
    /// The value in the form of an option; `None` when the baseline has another form for it.
    pub fn as_option(&self, like: &OptionValue) -> Option<OptionValue> {
        match (&self.compliant, like) {
            (OptionValue::Text(one), OptionValue::List(_)) => {
                Some(OptionValue::List(vec![one.clone()]))
            }
            (own, like) if std::mem::discriminant(own) == std::mem::discriminant(like) => {
                Some(own.clone())
            }
            _ => None,
        }
    }
}

fn parse(source: &SourceText) -> Result<HealthCheckBaseline, String> {
    // Strictly first: what our parser refuses, such as a document type, is not looked at further.
    Document::new().parse(source).map_err(|problem| problem.to_string())?;
    let mut reader = Reader::from_str(source.text());
    let mut baseline = HealthCheckBaseline::default();
    let mut root = false;
    let mut risk = None;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) | Event::Empty(start) => {
                let element = start.local_name().as_ref().to_owned();
                if !root {
                    if element != "baseline" {
                        return Err(format!(
                            "its root is <{element}>, not the <baseline> that Setup, Health Check exports"
                        ));
                    }
                    root = true;
                    baseline.name = attribute(&start, "name")?.unwrap_or_default().into_owned();
                } else if let Some(found) = Risk::of_group(&element) {
                    risk = Some(found);
                } else if let Some((name, compliant)) = setting(&element, &start)? {
                    let risk = risk.ok_or_else(|| format!("`{name}` stands in no risk group"))?;
                    baseline.settings.insert(name, BaselineSetting { risk, compliant });
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if baseline.settings.is_empty() {
        return Err("it has no settings".to_owned());
    }
    Ok(baseline)
}

/// The name of a setting with what complies; `None` for other elements.
fn setting(element: &str, start: &BytesStart<'_>) -> Result<Option<(String, OptionValue)>, String> {
    if !["booleanSetting", "numericRangeSetting", "enumSetting"].contains(&element) {
        return Ok(None);
    }
    let name = attribute(start, "name")?.ok_or_else(|| format!("a <{element}> has no name"))?;
    let stated = attribute(start, COMPLIANT)?
        .ok_or_else(|| format!("`{name}` does not say what is {COMPLIANT}"))?;
    let wrong = |wanted: &str| format!("`{name}` has {COMPLIANT}=\"{stated}\", not {wanted}");
    let compliant = match element {
        "booleanSetting" => match stated.as_ref() {
            "true" => OptionValue::Bool(true),
            "false" => OptionValue::Bool(false),
            _ => return Err(wrong("true or false")),
        },
        "numericRangeSetting" => {
            let number = stated.parse::<f64>().ok().filter(|number| number.is_finite());
            OptionValue::Number(number.ok_or_else(|| wrong("a number"))?)
        }
        _ => OptionValue::List(
            stated
                .split(',')
                .map(str::trim)
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect(),
        ),
    };
    Ok(Some((name.into_owned(), compliant)))
}

fn attribute<'a>(start: &'a BytesStart<'_>, name: &str) -> Result<Option<Cow<'a, str>>, String> {
    let found = start.try_get_attribute(name).map_err(|error| error.to_string())?;
    found
        .map(|found| {
            found.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())
        })
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<HealthCheckBaseline, String> {
        parse(&SourceText::decode(text.as_bytes().to_vec()).unwrap())
    }

    #[test]
    fn settings_have_the_risk_of_their_group() {
        let baseline = parsed(
            "<?xml version=\"1.0\"?>\n<!-- ours -->\n<baseline name=\"Acme &amp; Co\" developerName=\"Acme\">\n\
             <highRiskSecuritySettings>\n\
             <booleanSetting name=\"SessionSettings.csrfGet\" compliant=\"false\" nonCompliant=\"critical\"/>\n\
             </highRiskSecuritySettings>\n<mediumRiskSecuritySettings>\n\
             <numericRangeSetting name=\"PasswordPolicies.minPasswordLength\" compliant=\"12.0\" warning=\"8.0\"/>\n\
             </mediumRiskSecuritySettings><informationalSecuritySettings>\n\
             <enumSetting name=\"SessionSettings.timeout\" compliant=\"FifteenMinutes, TwoHours\" warning=\"\"></enumSetting>\n\
             </informationalSecuritySettings>\n</baseline>",
        )
        .unwrap();
        assert_eq!(baseline.name, "Acme & Co");
        let of = |map: &str| {
            baseline.of_maps(&["SBS-SECCONF-002".to_owned(), format!("Health Check {map}")])
        };
        assert_eq!(
            of("SessionSettings.csrfGet"),
            Some(&BaselineSetting { risk: Risk::High, compliant: OptionValue::Bool(false) })
        );
        let length = of("PasswordPolicies.minPasswordLength").unwrap();
        assert_eq!(length.as_option(&OptionValue::Number(8.0)), Some(OptionValue::Number(12.0)));
        assert_eq!(length.as_option(&OptionValue::Bool(true)), None);
        let timeout = of("SessionSettings.timeout").unwrap();
        assert_eq!(timeout.risk, Risk::Informational);
        let words = ["FifteenMinutes", "TwoHours"].map(str::to_owned).to_vec();
        assert_eq!(timeout.compliant, OptionValue::List(words));
        assert_eq!(of("SessionSettings.csrfPost"), None);
    }

    #[test]
    fn what_is_no_baseline_says_why() {
        let group = |setting: &str| {
            format!(
                "<baseline><lowRiskSecuritySettings>{setting}</lowRiskSecuritySettings></baseline>"
            )
        };
        for (text, why) in [
            ("<baseline>".to_owned(), ""),
            ("<Profile/>".to_owned(), "its root is <Profile>"),
            ("<!DOCTYPE baseline [<!ENTITY e 'x'>]><baseline/>".to_owned(), ""),
            ("<baseline/>".to_owned(), "it has no settings"),
            (
                "<baseline><booleanSetting name=\"a\" compliant=\"true\"/></baseline>".to_owned(),
                "in no risk group",
            ),
            (group("<booleanSetting compliant=\"true\"/>"), "has no name"),
            (group("<booleanSetting name=\"a\"/>"), "does not say what is compliant"),
            (group("<booleanSetting name=\"a\" compliant=\"maybe\"/>"), "not true or false"),
            (group("<numericRangeSetting name=\"a\" compliant=\"NaN\"/>"), "not a number"),
        ] {
            let told = parsed(&text).unwrap_err();
            assert!(told.contains(why), "{text}: {told}");
        }
    }
}
