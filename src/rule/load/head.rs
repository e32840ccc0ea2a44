//! The keys at the top of a rule file.

use toml_span::Span;
use toml_span::value::Table;

use super::reader::{in_order, is_kebab_case, suggestion};
use super::{Loader, PRESETS, id_of};
use crate::rule::{ProjectKind, Severity};

impl Loader<'_> {
    pub(super) fn id(&mut self) -> String {
        let id = id_of(&self.reader.source.path).to_owned();
        if !is_kebab_case(&id) {
            self.reader.report(
                self.reader.first_line(),
                format!("`{id}` cannot be the id of a rule"),
                "the name of this file",
                "an id is lower-case words joined by hyphens: `oauth-full-scope`",
            );
        }
        id
    }

    pub(super) fn title(&mut self, table: &Table<'_>) -> Option<String> {
        let title = self.reader.text_of(table, "title")?;
        if title.ends_with('.') {
            let span = table.get("title").map(|value| value.span).unwrap_or_default();
            self.reader.report(span, "a title ends without a stop", "a stop at the end", "");
        }
        Some(title.to_owned())
    }

    pub(super) fn word<T: Copy>(
        &mut self,
        table: &Table<'_>,
        name: &str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let value = table.get(name)?;
        let word = self.reader.text(name, value)?;
        self.one_of(name, word, value.span, words)
    }

    pub(super) fn one_of<T: Copy>(
        &mut self,
        name: &str,
        word: &str,
        span: Span,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let found = words.iter().find(|(known, _)| *known == word).map(|(_, value)| *value);
        if found.is_none() {
            let help = suggestion(word, words.iter().map(|(known, _)| *known), "it is one of");
            self.reader.report(span, format!("`{word}` is no {name}"), "not known", help);
        }
        found
    }

    pub(super) fn presets(&mut self, table: &Table<'_>) -> Vec<String> {
        if !table.contains_key("presets") {
            return vec!["recommended".to_owned()];
        }
        let words: Vec<(&'static str, &'static str)> =
            PRESETS.iter().map(|word| (*word, *word)).collect();
        let presets = self.reader.texts_of(table, "presets");
        let known =
            presets.iter().filter_map(|(word, span)| self.one_of("preset", word, *span, &words));
        known.map(str::to_owned).collect()
    }

    /// The severity that a preset gives the rule instead of its own.
    pub(super) fn severity_in(&mut self, table: &Table<'_>) -> Vec<(String, Severity)> {
        let Some(value) = table.get("severity_in") else {
            return Vec::new();
        };
        let words: Vec<(&'static str, &'static str)> =
            PRESETS.iter().map(|word| (*word, *word)).collect();
        let presets = self.reader.table("severity_in", value).map(in_order).unwrap_or_default();
        let mut found = Vec::new();
        for (key, value) in presets {
            let preset = self.one_of("preset", key.name.as_ref(), key.span, &words);
            let severity = self
                .reader
                .text(key.name.as_ref(), value)
                .and_then(|word| self.one_of("severity", word, value.span, Severity::WORDS));
            found.extend(
                preset.zip(severity).map(|(preset, severity)| (preset.to_owned(), severity)),
            );
        }
        found
    }

    /// A text of one or more paragraphs.
    pub(super) fn paragraphs(&mut self, table: &Table<'_>, name: &str) -> Option<String> {
        self.reader.text_of(table, name).map(|text| text.trim().to_owned())
    }

    pub(super) fn projects(&mut self, table: &Table<'_>) -> Vec<ProjectKind> {
        let projects = self.reader.texts_of(table, "projects");
        let known = projects.iter().filter_map(|(word, span)| {
            self.one_of("kind of project", word, *span, ProjectKind::WORDS)
        });
        known.collect()
    }

    /// Ids of other rules.
    pub(super) fn ids(&mut self, table: &Table<'_>, name: &str, own: &str) -> Vec<String> {
        let ids = self.reader.texts_of(table, name);
        for (id, span) in &ids {
            if id == own {
                self.reader.report(
                    *span,
                    format!("`{name}` names the rule itself"),
                    "this rule",
                    "",
                );
            } else if !is_kebab_case(id) {
                self.reader.report(
                    *span,
                    format!("`{id}` cannot be the id of a rule"),
                    "not kebab-case",
                    "",
                );
            }
        }
        ids.into_iter().map(|(id, _)| id).collect()
    }

    pub(super) fn plain_texts(&mut self, table: &Table<'_>, name: &str) -> Vec<String> {
        self.reader.texts_of(table, name).into_iter().map(|(text, _)| text).collect()
    }

    pub(super) fn since(&mut self, table: &Table<'_>) -> String {
        let Some(value) = table.get("since") else {
            return "0.1.0".to_owned();
        };
        let version = self.reader.text("since", value).unwrap_or_default();
        let number = |part: &str| part.parse::<u32>().is_ok();
        let parts = version.split('.');
        if !version.is_empty() && (parts.clone().count() != 3 || !parts.into_iter().all(number)) {
            self.reader.report(
                value.span,
                format!("`{version}` is not a version"),
                "not a version",
                "write it as \"0.1.0\"",
            );
        }
        version.to_owned()
    }
}
