//! The options and lists of a rule, and whether anything refers to them.

use toml_span::Span;
use toml_span::value::Table;

use super::Loader;
use super::reader::{in_order, suggestion};
use crate::rule::OptionValue;
use crate::rule::lists::{List, read_list};

pub(super) struct OwnOption {
    pub name: String,
    pub value: OptionValue,
    pub span: Span,
    pub used: bool,
}

pub(super) struct OwnList {
    pub list: List,
    pub span: Span,
    pub used: bool,
}

impl Loader<'_> {
    pub(super) fn read_options(&mut self, table: &Table<'_>) {
        let Some(value) = table.get("options") else {
            return;
        };
        let Some(options) = self.reader.table("options", value) else {
            return;
        };
        for (key, value) in in_order(options) {
            let name = key.name.as_ref();
            if name.is_empty()
                || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
            {
                self.reader.report(
                    key.span,
                    format!("`{name}` cannot name an option"),
                    "not a name",
                    "use letters, digits, `-` and `_`",
                );
                continue;
            }
            if let Some(held) = self.reader.option_value(name, value) {
                let name = name.to_owned();
                self.options.push(OwnOption { name, value: held, span: key.span, used: false });
            }
        }
    }

    pub(super) fn read_lists(&mut self, table: &Table<'_>) {
        let Some(value) = table.get("lists") else {
            return;
        };
        let Some(lists) = self.reader.table("lists", value) else {
            return;
        };
        for (key, value) in in_order(lists) {
            if let Some(list) = read_list(&mut self.reader, key, value) {
                self.own.push(OwnList { list, span: key.span, used: false });
            }
        }
    }

    /// The value of an option that is used here; an unknown one is reported.
    pub(super) fn use_option(&mut self, name: &str, span: Span) -> Option<OptionValue> {
        if let Some(option) = self.options.iter_mut().find(|option| option.name == name) {
            option.used = true;
            return Some(option.value.clone());
        }
        let names: Vec<&str> = self.options.iter().map(|option| option.name.as_str()).collect();
        let help = match names.as_slice() {
            [] => format!("say `{name} = …` in `[options]`"),
            _ => suggestion(name, names.into_iter(), "the options are"),
        };
        self.reader.report(span, format!("there is no option `{name}`"), "not known", help);
        None
    }

    pub(super) fn mark_option(&mut self, name: &str) {
        for option in &mut self.options {
            option.used |= option.name == name;
        }
    }

    /// Whether there is such a list; one of the rule counts as used.
    pub(super) fn use_list(&mut self, name: &str) -> bool {
        match self.own.iter_mut().find(|own| own.list.name == name) {
            Some(own) => {
                own.used = true;
                true
            }
            None => self.shared.get(name).is_some(),
        }
    }

    /// Reports options and lists that nothing refers to.
    pub(super) fn unused(&mut self, all_was_read: bool) {
        if !all_was_read || !self.thorough {
            return;
        }
        let options = self.options.iter().filter(|option| !option.used);
        let options = options.map(|option| (option.span, "option", option.name.clone()));
        let lists = self.own.iter().filter(|own| !own.used);
        let lists = lists.map(|own| (own.span, "list", own.list.name.clone()));
        let unused: Vec<_> = options.chain(lists).collect();
        for (span, what, name) in unused {
            let help = if what == "option" {
                format!("refer to it as \"${name}\", or leave it out")
            } else {
                format!("refer to it with in = \"{name}\", or leave it out")
            };
            self.reader.report(
                span,
                format!("the {what} `{name}` is never used"),
                "not used",
                help,
            );
        }
    }
}
