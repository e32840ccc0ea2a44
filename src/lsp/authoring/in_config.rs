//! What may stand at a place of `sflint.toml`.

use super::item::{Item, ItemKind, of_list, rules};
use super::leaves::kinds;
use super::places::{Around, of_shape};
use super::scan::{Cursor, Place};
use super::shape::of_config;
use crate::config::select::ABOUT_EXCEPTIONS;
use crate::report::toml;
use crate::rule::OptionValue;

/// Everything that may stand there.
pub fn items(cursor: &Cursor, around: &Around<'_>) -> Vec<Item> {
    let path: Vec<&str> = cursor.path.iter().map(String::as_str).collect();
    let mut found = of_shape(&of_config(), cursor.place, &path);
    match cursor.place {
        Place::Header { array } => match path.as_slice() {
            ["rules"] if !array => found.extend(rules(around.catalogue)),
            ["lists"] if array => found.extend(lists(around)),
            _ => {}
        },
        Place::Key => match path.as_slice() {
            ["rules"] => found.extend(rules(around.catalogue)),
            ["lists"] => found.extend(lists(around)),
            ["rules", id] => found.extend(options(id, around)),
            _ => {}
        },
        Place::Value | Place::Text => found.extend(values(&path, around)),
        Place::Nowhere => {}
    }
    found
}

fn lists(around: &Around<'_>) -> Vec<Item> {
    let lists = &around.catalogue.lists;
    lists.names().map(|name| of_list(name, lists.get(name))).collect()
}

/// The options of a rule, each with its default.
fn options(id: &str, around: &Around<'_>) -> Vec<Item> {
    let Some(rule) = around.catalogue.rule(id) else { return Vec::new() };
    let of = |(name, value): &(String, OptionValue)| {
        let about = format!("An option of {}; {} when not stated.", rule.id, toml::option(value));
        let own = Item::new(name, ItemKind::Setting).detail("option").about(about);
        let extra = matches!(value, OptionValue::List(_)).then(|| {
            let about = format!("Further values for {name}, besides {}.", toml::option(value));
            Item::new(format!("{name}_extra"), ItemKind::Setting).detail("option").about(about)
        });
        std::iter::once(own).chain(extra)
    };
    rule.options.iter().flat_map(of).collect()
}

fn values(path: &[&str], around: &Around<'_>) -> Vec<Item> {
    let named = |fits: &dyn Fn(&str) -> bool| {
        let fitting = around.components.iter().filter(|(kind, _)| fits(kind));
        fitting.map(|(kind, name)| Item::new(name, ItemKind::Component).detail(kind)).collect()
    };
    match path {
        ["exceptions", "rule"] => {
            let all = rules(around.catalogue).into_iter();
            all.filter(|item| !item.label.starts_with(ABOUT_EXCEPTIONS)).collect()
        }
        ["exceptions", "in"] => {
            let all = around.components.iter();
            let here = all.map(|(kind, name)| {
                Item::new(format!("{kind}:{name}"), ItemKind::Component).detail(kind)
            });
            let types =
                kinds().into_iter().map(|kind| Item { label: format!("{}:", kind.label), ..kind });
            here.chain(types).collect()
        }
        ["integrations", _, "app"] => named(&|kind| kind == "OauthApp"),
        ["integrations", _, "principals"] => {
            named(&|kind| kind == "Profile" || kind.starts_with("PermissionSet"))
        }
        ["rules", id, option] => {
            let rule = around.catalogue.rule(id);
            let options = rule.map_or(&[][..], |rule| &rule.options);
            let value = options.iter().find(|(name, _)| name == option).map(|(_, value)| value);
            value.map(defaults).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// The default of an option as a value to start from.
fn defaults(value: &OptionValue) -> Vec<Item> {
    let item = |text: &str| Item::new(text, ItemKind::Word).detail("default");
    match value {
        OptionValue::Text(text) => vec![item(text)],
        OptionValue::List(texts) => texts.iter().map(|text| item(text)).collect(),
        OptionValue::Bool(_) => {
            ["true", "false"].map(|word| Item::new(word, ItemKind::Word).bare()).to_vec()
        }
        OptionValue::Number(_) => vec![item(&toml::option(value)).bare()],
    }
}
