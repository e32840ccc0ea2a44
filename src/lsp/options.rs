//! The settings of an editor: the section `sflint`.

use std::path::PathBuf;

use serde_json::Value;

/// When a document is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// After each change.
    #[default]
    OnType,
    /// When it is saved.
    OnSave,
}

impl When {
    fn from_word(word: &str) -> Option<When> {
        match word {
            "onType" => Some(When::OnType),
            "onSave" => Some(When::OnSave),
            _ => None,
        }
    }
}

/// The settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientOptions {
    /// `sflint.run`: `onType` or `onSave`.
    pub run: When,
    /// `sflint.config`: a config file, instead of the nearest `sflint.toml`.
    pub config: Option<PathBuf>,
}

impl ClientOptions {
    /// Reads what a client sends: the section itself, or an object that holds it as `sflint`. What is not known, or of another
    /// type, is as if it were not there: editors keep settings of other versions.
    pub fn read(value: &Value) -> ClientOptions {
        let section = value.get("sflint").unwrap_or(value);
        let text =
            |name: &str| section.get(name).and_then(Value::as_str).filter(|it| !it.is_empty());
        ClientOptions {
            run: text("run").and_then(When::from_word).unwrap_or_default(),
            config: text("config").map(PathBuf::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_are_read_and_others_are_passed_over() {
        let read = |value: Value| ClientOptions::read(&value);
        let saved = ClientOptions { run: When::OnSave, config: Some("a.toml".into()) };
        assert_eq!(read(json!({"run": "onSave", "config": "a.toml", "new": 1})), saved);
        assert_eq!(read(json!({"sflint": {"run": "onSave", "config": "a.toml"}})), saved);
        for other in
            [json!(null), json!([1]), json!({"run": "never", "config": ""}), json!({"run": 1})]
        {
            assert_eq!(read(other), ClientOptions::default());
        }
    }
}
