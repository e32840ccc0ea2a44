//! What a client says that it can do.

use std::path::PathBuf;

use gen_lsp_types::PositionEncodingKind;
use serde_json::Value;

use super::documents::file_of;
use super::options::ClientOptions;
use super::position::Encoding;

/// The part of `initialize` that matters here. It is read leniently: a client that sends more, or something odd, is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// What positions are counted in.
    pub encoding: Encoding,
    /// It asks for diagnostics; otherwise they are published.
    pub pulls: bool,
    /// It asks again when told so.
    pub refreshes: bool,
    /// It watches files when asked to.
    pub watches: bool,
    /// It shows progress.
    pub shows_progress: bool,
    /// It can be asked for its settings.
    pub has_configuration: bool,
    /// Edits may create files, and name the version of the documents that they are for.
    pub creates_files: bool,
    /// The folders that are open.
    pub folders: Vec<PathBuf>,
    /// The settings that came along.
    pub options: ClientOptions,
}

impl Client {
    /// Reads the parameters of `initialize`.
    pub fn read(params: &Value) -> Client {
        let at = |path: &str| params.pointer(path);
        let is = |path: &str| at(path).and_then(Value::as_bool).unwrap_or(false);
        let list = |path: &str| at(path).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let offered: Vec<PositionEncodingKind> = list("/capabilities/general/positionEncodings")
            .iter()
            .filter_map(|kind| Some(PositionEncodingKind::from(kind.as_str()?.to_owned())))
            .collect();
        let creates = list("/capabilities/workspace/workspaceEdit/resourceOperations")
            .iter()
            .any(|operation| operation.as_str() == Some("create"));
        let several = list("/workspaceFolders").iter();
        let mut folders: Vec<&str> =
            several.filter_map(|folder| folder.get("uri")?.as_str()).collect();
        if folders.is_empty() {
            folders.extend(at("/rootUri").and_then(Value::as_str));
        }
        Client {
            encoding: Encoding::negotiated(&offered),
            pulls: at("/capabilities/textDocument/diagnostic").is_some_and(Value::is_object),
            refreshes: is("/capabilities/workspace/diagnostics/refreshSupport"),
            watches: is("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration"),
            shows_progress: is("/capabilities/window/workDoneProgress"),
            has_configuration: is("/capabilities/workspace/configuration"),
            creates_files: creates && is("/capabilities/workspace/workspaceEdit/documentChanges"),
            folders: folders.into_iter().filter_map(file_of).collect(),
            options: ClientOptions::read(at("/initializationOptions").unwrap_or(&Value::Null)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_client_that_says_nothing_is_served() {
        for params in [json!({}), json!(null), json!({"capabilities": 3, "workspaceFolders": "x"})]
        {
            let client = Client::read(&params);
            assert!(!client.pulls && !client.watches && client.folders.is_empty(), "{params}");
            assert_eq!(client.encoding, Encoding::Utf16);
        }
    }

    #[test]
    fn what_a_client_can_do() {
        let client = Client::read(&json!({
            "rootUri": "file:///nowhere/b",
            "workspaceFolders": [{"uri": "file:///nowhere/a", "name": "a"}, {"uri": "memfs:/x", "name": "x"}],
            "initializationOptions": {"run": "onSave"},
            "capabilities": {
                "general": {"positionEncodings": ["utf-16", "utf-8", 3]},
                "textDocument": {"diagnostic": {}},
                "workspace": {
                    "diagnostics": {"refreshSupport": true},
                    "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create"]},
                },
            },
        }));
        assert!(client.pulls && client.refreshes && client.creates_files && !client.watches);
        assert_eq!(client.encoding, Encoding::Utf8);
        assert_eq!(client.folders, [PathBuf::from("/nowhere/a")]);
        assert_eq!(client.options.run, super::super::options::When::OnSave);
        assert_eq!(Client::read(&json!({"rootUri": "file:///nowhere/b"})).folders.len(), 1);
    }
}
