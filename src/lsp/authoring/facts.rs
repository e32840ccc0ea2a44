//! What the rest of a document says that matters at a place: kinds, options and lists of a rule, the folder of own rules.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::scan::{Token, visit};

/// More texts of one key are not kept.
const MOST: usize = 256;

/// One clause of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClauseFacts {
    /// `kind`
    pub kinds: Vec<String>,
    /// `each`
    pub each: Option<String>,
    /// `find`
    pub find: Option<String>,
}

/// What a document says, as far as it can be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The clauses by name: `match`, `with`, `without`.
    pub clauses: BTreeMap<String, ClauseFacts>,
    /// The names of options.
    pub options: Vec<String>,
    /// The names of own lists with their columns.
    pub lists: BTreeMap<String, Vec<String>>,
    /// Lists that conditions name.
    pub listed: Vec<String>,
    /// `rules-dir`
    pub rules_dir: Option<String>,
    /// Names of top-level keys and tables.
    pub top: Vec<String>,
}

impl Facts {
    /// Reads a document.
    pub fn read(text: &str) -> Facts {
        let mut facts = Facts::default();
        visit(text, &mut |path, range, token| {
            let names: Vec<&str> = path.iter().take(4).map(Cow::as_ref).collect();
            facts.note(text, &names, path.last().map_or("", Cow::as_ref), range, token);
        });
        facts
    }

    fn note(&mut self, text: &str, path: &[&str], last: &str, range: Range<usize>, token: Token) {
        let value = || text.get(range).unwrap_or_default().to_owned();
        let add = |list: &mut Vec<String>, one: String| {
            if list.len() < MOST && !list.contains(&one) {
                list.push(one);
            }
        };
        let is_name = matches!(token, Token::Key | Token::Header);
        if is_name && let Some(first) = path.first() {
            add(&mut self.top, (*first).to_owned());
        }
        match (path, token) {
            (
                [clause @ ("match" | "with" | "without"), key @ ("kind" | "each" | "find")],
                Token::Text,
            ) => {
                let clause = self.clauses.entry((*clause).to_owned()).or_default();
                match *key {
                    "kind" => add(&mut clause.kinds, value()),
                    "each" => clause.each = Some(value()),
                    _ => clause.find = Some(value()),
                }
            }
            (["options", name, ..], Token::Key) => add(&mut self.options, (*name).to_owned()),
            (["lists", name, more @ ..], Token::Key | Token::Header) if self.lists.len() < MOST => {
                let columns = self.lists.entry((*name).to_owned()).or_default();
                more.iter().for_each(|column| add(columns, (*column).to_owned()));
            }
            (["rules-dir"], Token::Text) => self.rules_dir = Some(value()),
            (["match", ..], Token::Text) if last == "in" => add(&mut self.listed, value()),
            _ => {}
        }
    }

    /// Whether this is likely a rule: no other kind of file has these together.
    pub fn is_rule(&self) -> bool {
        let has = |name: &str| self.top.iter().any(|top| top == name);
        has("title") && has("severity") && has("match")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_rule_says_is_read_around_a_broken_line() {
        let facts = Facts::read(
            "title = \"x\"\nseverity = \"er\npresets = [\"strict\",\n[options]\ndays = 3\n[[lists.own-list]]\nvalue = \"a\"\n\
             because = \"b\"\ntier = \"1\"\n[match]\nkind = [\"OauthApp\", \"Endpoint\"]\neach = \"urls\"\nwhere.name = { in = [\"own-list\"\n\
             [with]\nkind = 'Principal'\n[report]\nmessage = \"{",
        );
        let matching = &facts.clauses["match"];
        assert_eq!(matching.kinds, ["OauthApp", "Endpoint"]);
        assert_eq!(matching.each.as_deref(), Some("urls"));
        assert_eq!(facts.clauses["with"].kinds, ["Principal"]);
        assert_eq!(facts.options, ["days"]);
        assert_eq!(facts.lists["own-list"], ["value", "because", "tier"]);
        assert_eq!(facts.listed, ["own-list"]);
        assert!(facts.is_rule());
        assert!(!Facts::read("[package]\nname = \"x\"\n").is_rule());
        assert_eq!(Facts::read("rules-dir = \"lint\"\n[ru").rules_dir.as_deref(), Some("lint"));
    }
}
