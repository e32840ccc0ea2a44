//! The rule files that ship with sflint, and what `build.rs` knows of each without loading it: a run loads only what it needs.

use std::sync::OnceLock;

use super::lists::{List, parse_lists};
use super::{Compiled, RuleSource, SharedText, presets_hold};

/// A file below `rules/`, embedded by `build.rs`.
#[derive(Debug)]
pub struct Shipped {
    /// `rules/oauth/oauth-full-scope.toml`
    pub path: &'static str,
    /// The whole text.
    text: &'static str,
    /// What `build.rs` read of it.
    compiled: Compiled,
    /// `presets`, `recommended` when the file does not say.
    presets: &'static [&'static str],
    /// `maps`
    maps: &'static [&'static str],
    /// `was`
    was: &'static [&'static str],
    /// The kinds that `[match]` names.
    pub kinds: &'static [&'static str],
    /// Of a file of lists: their names.
    lists: &'static [&'static str],
}

/// Every file, in order of the paths.
static FILES: &[Shipped] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The rules.
pub fn rules() -> impl Iterator<Item = &'static Shipped> {
    FILES.iter().filter(|file| !file.holds_lists())
}

/// The files that hold lists.
fn list_files() -> impl Iterator<Item = &'static Shipped> {
    FILES.iter().filter(|file| file.holds_lists())
}

/// The names of all lists.
pub fn list_names() -> impl Iterator<Item = &'static str> {
    list_files().flat_map(|file| file.lists.iter().copied())
}

/// The list with this name; its file is read when it is asked for the first time.
pub fn list(name: &str) -> Option<&'static List> {
    /// The lists of each file, in the order of the files.
    static READ: [OnceLock<Vec<List>>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];
    let holds = |file: &Shipped| file.holds_lists() && file.lists.contains(&name);
    let at = FILES.iter().position(holds)?;
    // That they have no mistakes is what a test is for.
    let read = || FILES.get(at).and_then(|file| parse_lists(&file.source()).ok());
    let lists = READ.get(at)?.get_or_init(|| read().unwrap_or_default());
    lists.iter().find(|list| list.name == name)
}

impl Shipped {
    /// The id of the rule: the name of the file.
    pub fn id(&self) -> &'static str {
        let name = self.path.rsplit('/').next().unwrap_or(self.path);
        name.strip_suffix(".toml").unwrap_or(name)
    }

    /// The folder of the file.
    pub fn family(&self) -> &'static str {
        self.path.rsplit('/').nth(1).unwrap_or_default()
    }

    /// Whether the file is one of lists. It is asked of every file many times in a run, so nothing is taken apart for it.
    fn holds_lists(&self) -> bool {
        self.path.starts_with("rules/lists/")
    }

    /// Whether this is the id of the rule, now or formerly.
    pub fn goes_by(&self, id: &str) -> bool {
        self.id() == id || self.was.contains(&id)
    }

    /// Whether a preset turns the rule on.
    pub fn in_preset(&self, preset: &str) -> bool {
        presets_hold(preset, self.presets.iter().copied(), self.maps.iter().copied())
    }

    /// The file as the loader takes it.
    pub fn source(&self) -> RuleSource {
        RuleSource {
            path: self.path.to_owned(),
            text: SharedText::Embedded(self.text),
            builtin: true,
            compiled: Some(self.compiled),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::lists::Lists;
    use crate::rule::load::{check_rule, compiled, without_examples};

    /// Reading at build time is an optimisation: it must not change what is read.
    #[test]
    fn compiled_files_say_what_their_text_says() {
        for file in FILES {
            let text = without_examples(file.text);
            let parsed = toml_span::parse(text).unwrap();
            assert_eq!(file.source().head(), text, "{}", file.path);
            let decoded = compiled::decode(file.compiled.toml, text).unwrap();
            assert_eq!(format!("{decoded:?}"), format!("{parsed:?}"), "{}", file.path);
        }
    }

    #[test]
    fn what_is_known_of_a_rule_is_what_its_file_says() {
        for file in rules() {
            let rule = check_rule(&file.source(), &Lists::shipped()).unwrap();
            assert_eq!((rule.id.as_str(), rule.family.as_str()), (file.id(), file.family()));
            assert_eq!(rule.presets, file.presets, "{}", file.path);
            assert_eq!(rule.maps, file.maps, "{}", file.path);
            assert_eq!(rule.was, file.was, "{}", file.path);
            let kinds: Vec<_> = rule.matching.kinds.iter().map(|kind| kind.name()).collect();
            assert_eq!(kinds, file.kinds, "{}", file.path);
        }
    }

    #[test]
    fn lists_have_no_mistakes_and_names_of_their_own() {
        let mut names = Vec::new();
        for file in list_files() {
            let lists = parse_lists(&file.source()).unwrap();
            assert_eq!(lists.iter().map(|list| list.name.as_str()).collect::<Vec<_>>(), file.lists);
            names.extend(lists.into_iter().map(|list| list.name));
        }
        assert!(names.iter().any(|name| name == "tier0"));
        for name in &names {
            assert_eq!(list(name).map(|list| &list.name), Some(name));
            assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name}");
        }
        assert!(list("no-such-list").is_none());
    }
}
