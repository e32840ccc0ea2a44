//! The checklists that exist, held against the rules that exist.

use crate::config::catalogue::Catalogue;
use crate::config::health_check::{Setting, read_settings};
use crate::config::select::covers;
use crate::rule::checklist::Checklist;
use crate::rule::load::RuleError;
use crate::rule::load::checklist::load_checklist;
use crate::rule::{RuleSource, SharedText};
use crate::schema::did_you_mean;

/// Every file below `checklists/`, embedded by `build.rs`: path and text.
const BUILTIN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/checklists.rs"));

/// What an overview asks.
#[derive(Clone, Debug)]
pub struct Checklists {
    /// What an integration should get right.
    pub basics: Checklist,
    /// The controls of the Security Benchmark for Salesforce.
    pub benchmark: Checklist,
    /// The settings of Salesforce's Health Check.
    pub settings: Vec<Setting>,
}

impl Checklists {
    /// The checklists that ship with sflint.
    ///
    /// # Errors
    /// Mistakes in the shipped files: none, as their test shows.
    pub fn builtin(catalogue: &Catalogue) -> Result<Checklists, Vec<RuleError>> {
        Ok(Checklists {
            basics: read_checklist(&shipped("basics"), catalogue)?,
            benchmark: read_checklist(&shipped("sbs"), catalogue)?,
            settings: read_settings(&shipped("health-check"), &catalogue.lists)?,
        })
    }
}

fn shipped(name: &str) -> RuleSource {
    let path = format!("checklists/{name}.toml");
    let text = BUILTIN.iter().find(|(known, _)| *known == path).map_or("", |(_, text)| *text);
    let text = SharedText::Embedded(text);
    RuleSource { path, text, builtin: true, compiled: None }
}

/// Reads a checklist whose items name rules of a catalogue.
///
/// # Errors
/// All mistakes of the file.
pub fn read_checklist(
    source: &RuleSource,
    catalogue: &Catalogue,
) -> Result<Checklist, Vec<RuleError>> {
    let list = load_checklist(source, &catalogue.lists)?;
    let named = list.items.iter().flat_map(|item| &item.rules);
    let unknown = named.filter(|(id, _)| !catalogue.rules.iter().any(|rule| covers(rule, id)));
    let errors: Vec<RuleError> = unknown
        .map(|(id, span)| {
            let ids = catalogue.rules.iter().map(|rule| rule.id.as_str());
            let help = did_you_mean(id, ids).map(|near| format!("did you mean `{near}`?"));
            let message = format!("there is no rule `{id}`");
            let help = help.unwrap_or_default();
            RuleError::new(source, span.clone(), message, "not known", help)
        })
        .collect();
    if errors.is_empty() { Ok(list) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        Catalogue::builtin().unwrap()
    }

    fn list(items: &str) -> Result<Checklist, Vec<RuleError>> {
        let text = format!("title = \"List\"\n{items}");
        let source = RuleSource::read("checklists/own.toml", &text);
        read_checklist(&source, &catalogue())
    }

    fn mistakes(items: &str) -> Vec<String> {
        let errors = list(items).unwrap_err();
        errors
            .iter()
            .map(|error| {
                format!("{}: {}: {}", error.spanned(), error.message(), error.help().unwrap_or(""))
            })
            .collect()
    }

    const ITEM: &str = "[[item]]\nid = \"a\"\nsection = \"S\"\ntitle = \"T\"\n";

    #[test]
    fn shipped_checklists_have_no_mistakes() {
        let catalogue = catalogue();
        let lists = Checklists::builtin(&catalogue).unwrap();
        assert_eq!(lists.basics.rows.len(), 9);
        assert_eq!(lists.benchmark.items.len(), 54);
        assert_eq!(lists.settings.len(), 45);
        let ids: Vec<&str> = lists.benchmark.items.iter().map(|item| item.id.as_str()).collect();
        for rule in &catalogue.rules {
            for map in &rule.maps {
                let known = !map.starts_with("SBS-") || ids.contains(&map.as_str());
                assert!(known, "{} maps to {map}, which is no control", rule.id);
                let key = map.strip_prefix(crate::config::health_check::MAP);
                let known = key.is_none_or(|key| lists.settings.iter().any(|one| one.key == key));
                assert!(known, "{} maps to {map}, which is no setting", rule.id);
            }
        }
    }

    /// Shipped files are not checked as they are loaded, so they are here.
    #[test]
    fn shipped_checklists_stand_the_checks_of_own_ones() {
        let catalogue = catalogue();
        let read = |name: &str| {
            let shipped = shipped(name);
            RuleSource::read(shipped.path, &shipped.text)
        };
        for name in ["basics", "sbs"] {
            let list = read_checklist(&read(name), &catalogue);
            assert!(list.is_ok(), "{:#?}", list.err());
        }
        let settings = read_settings(&read("health-check"), &catalogue.lists);
        assert!(settings.is_ok(), "{:#?}", settings.err());
    }

    #[test]
    fn an_evidence_clause_is_checked_like_a_rule() {
        let good = format!(
            "{ITEM}[[item.evidence]]\nkind = \"OauthApp\"\nwhere.pkceRequired = true\nmessage = \"{{name}}\"\n"
        );
        let read = list(&good).unwrap();
        assert_eq!(read.items[0].evidence[0].id, "own/a/0");
        let told =
            mistakes(&good.replace("pkceRequired", "pkceRequird").replace("{name}", "{nme}"));
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].contains("did you mean `pkceRequired`?"), "{told:?}");
        assert!(told[1].starts_with("{nme}: "), "{told:?}");
        let told = mistakes(&good.replace("message = \"{name}\"", ""));
        assert!(told[0].contains("`message` is missing"), "{told:?}");
        let told = mistakes(&good.replace("message", "also = \"x\"\nmessage"));
        assert!(told[0].contains("also"), "`also` is not passed over: {told:?}");
        let told = mistakes(&good.replace("message", "severity = \"note\"\nmessage"));
        assert!(told[0].contains("has no key `severity`"), "{told:?}");
    }

    #[test]
    fn items_say_what_answers_them() {
        assert!(mistakes(ITEM)[0].contains("nothing answers this item"));
        let told = mistakes(&format!("{ITEM}rules = [\"oauth-full-scop\", \"oauth\"]\n"));
        assert_eq!(told.len(), 1, "a family is named as well: {told:?}");
        assert!(told[0].contains("did you mean `oauth-full-scope`?"), "{told:?}");
        let twice = format!("{ITEM}not_checkable = \"Because\"\n").repeat(2);
        assert!(mistakes(&twice)[0].contains("there are two items `a`"));
        let row = "[[row]]\ntitle = \"R\"\nitems = [\"b\"]\n";
        let told = mistakes(&format!("{ITEM}not_checkable = \"Because\"\n{row}"));
        assert!(told[0].contains("there is no item `b`"), "{told:?}");
    }
}
