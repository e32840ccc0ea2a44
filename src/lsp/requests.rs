//! Requests and notifications of the client.

use gen_lsp_types::{
    CodeActionParams, CompletionParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, DocumentDiagnosticParams, ExecuteCommandParams, HoverParams,
};
use lsp_server::{ErrorCode, Notification, Request};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::actions::{EXPLAIN, FIX_ALL, actions, findings_at};
use super::documents::file_of;
use super::options::When;
use super::outgoing::Asked;
use super::runs::stored;
use super::server::Server;
use super::written::Spot;
use crate::config::catalogue::Catalogue;
use crate::report::{markdown, rule_page};
use crate::rule::examples::parse_examples;

/// Files whose change may change what is found; see `project` for what is read.
const WATCHED: [&str; 9] = [
    "**/*.{xml,toml,baseline}",
    "**/{.forceignore,.gitignore}",
    "**/.git/{HEAD,index}",
    "**/*.{profile,permissionset,permissionsetgroup,mutingpermissionset,profilePasswordPolicy,profileSessionSetting,delegateGroup}",
    "**/*.{connectedApp,eca,ecaGlblOauth,ecaOauth,ecaOauthPlcy,ecaOauthSecurity,ecaSamlPlcy,authprovider,samlssoconfig}",
    "**/*.{namedCredential,externalCredential,dataSource,remoteSite,cspTrustedSite,corsWhitelistOrigin,redirectWhitelistUrl}",
    "**/*.{settings,site,network,sharingRules,transactionSecurityPolicy,installedPackage,object,flow,workflow,labels,md,crt}",
    "**/*.{cls,trigger,page,component,cmp,js,ts,py,sh,ps1,json,yml,yaml,properties,key,pem}",
    "**/{.env,.env.*,Jenkinsfile*}",
];

/// What the server can do, for the answer to `initialize`.
pub fn capabilities(client: &super::client::Client) -> Value {
    json!({
        "positionEncoding": client.encoding.kind(),
        "textDocumentSync": { "openClose": true, "change": 2, "save": { "includeText": false } },
        "diagnosticProvider": {
            "identifier": "sflint",
            "interFileDependencies": true,
            "workspaceDiagnostics": false,
        },
        "codeActionProvider": { "codeActionKinds": ["quickfix", FIX_ALL] },
        "hoverProvider": true,
        "completionProvider": { "triggerCharacters": ["\"", "[", ".", "{", "$", "="] },
        "executeCommandProvider": { "commands": [EXPLAIN] },
        "workspace": { "workspaceFolders": { "supported": true, "changeNotifications": true } },
    })
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, String> {
    // The error quotes what came in, which may be the text of a file, and clients write down what they are told.
    serde_json::from_value(params)
        .map_err(|_| "the parameters are not those of the protocol".to_owned())
}

impl Server {
    /// Answers a request.
    pub(super) fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        if self.shut_down {
            return self.out.refuse(id, ErrorCode::InvalidRequest, "the server was shut down");
        }
        let answer = match method.as_str() {
            "shutdown" => {
                self.shut_down = true;
                Ok(Value::Null)
            }
            "textDocument/diagnostic" => read(params).map(|params| self.diagnostics(&params)),
            "textDocument/codeAction" => read(params).map(|params| self.code_actions(&params)),
            "textDocument/completion" => read(params).map(|params| self.completion(&params)),
            "textDocument/hover" => read(params).map(|params| self.hover(&params)),
            "workspace/executeCommand" => read(params).and_then(|params| self.execute(&params)),
            "initialize" => {
                return self.out.refuse(id, ErrorCode::InvalidRequest, "initialized already");
            }
            other => {
                let why = format!("sflint does not know {other}");
                return self.out.refuse(id, ErrorCode::MethodNotFound, &why);
            }
        };
        match answer {
            Ok(result) => self.out.answer(id, result),
            Err(why) => self.out.refuse(id, ErrorCode::InvalidParams, &why),
        }
    }

    fn diagnostics(&mut self, params: &DocumentDiagnosticParams) -> Value {
        match file_of(&params.text_document.uri.0) {
            Some(path) => self.report(&path, params.previous_result_id.as_deref()),
            None => json!({ "kind": "full", "items": [] }),
        }
    }

    fn code_actions(&mut self, params: &CodeActionParams) -> Value {
        let Some(path) = file_of(&params.text_document.uri.0) else { return json!([]) };
        self.session.bring_up_to_date(&path);
        json!(actions(&self.session, &path, params.range, params.context.only.as_deref()))
    }

    fn hover(&mut self, params: &HoverParams) -> Value {
        let at = &params.text_document_position_params;
        let Some(path) = file_of(&at.text_document.uri.0) else { return Value::Null };
        self.session.bring_up_to_date(&path);
        let found = findings_at(&self.session, &path, at.position);
        let Some((_, range)) = found.first() else {
            let documents = &self.session.documents;
            let spot = Spot::new(documents, &path, at.position, self.session.client.encoding);
            return spot.map_or(Value::Null, |spot| spot.hover());
        };
        let pages = found.iter().map(|(finding, _)| {
            let said = markdown::inert(&finding.message);
            format!("**{said}**\n\n{}", rule_page::markdown(&finding.rule, &[]))
        });
        let text = pages.collect::<Vec<_>>().join("\n---\n\n");
        json!({ "contents": { "kind": "markdown", "value": text }, "range": range })
    }

    fn completion(&self, params: &CompletionParams) -> Value {
        let at = &params.text_document_position_params;
        let Some(path) = file_of(&at.text_document.uri.0) else { return json!([]) };
        let (documents, encoding) = (&self.session.documents, self.session.client.encoding);
        let spot = Spot::new(documents, &path, at.position, encoding);
        spot.map_or(json!([]), |spot| spot.completion(&self.session.components()))
    }

    /// Takes note of something.
    pub(super) fn notification(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        let read = match method.as_str() {
            "initialized" => {
                self.initialized();
                Ok(())
            }
            "textDocument/didOpen" => read(params).map(|params| self.opened(params)),
            "textDocument/didChange" => read(params).map(|params| self.changed(params)),
            "textDocument/didSave" => read(params).map(|params| self.saved(&params)),
            "textDocument/didClose" => read(params).map(|params| self.closed_document(&params)),
            "workspace/didChangeWatchedFiles" => read(params).map(|params| self.watched(&params)),
            "workspace/didChangeWorkspaceFolders" => {
                read(params).map(|params| self.folders_changed(&params))
            }
            "workspace/didChangeConfiguration" => {
                self.configuration_changed(&params);
                Ok(())
            }
            _ => Ok(()),
        };
        if let Err(why) = read {
            let text = format!("{method} was not understood: {why}");
            self.out.notify("window/logMessage", json!({ "type": 2, "message": text }));
        }
    }

    fn initialized(&mut self) {
        if self.session.client.watches {
            let watchers: Vec<Value> =
                WATCHED.iter().map(|glob| json!({ "globPattern": glob })).collect();
            let registration = json!({
                "id": "sflint/files",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": { "watchers": watchers },
            });
            let params = json!({ "registrations": [registration] });
            self.out.ask("client/registerCapability", params, Asked::Nothing);
        }
        self.ask_for_settings();
    }

    fn ask_for_settings(&mut self) {
        if self.session.client.has_configuration {
            let params = json!({ "items": [{ "section": "sflint" }] });
            self.out.ask("workspace/configuration", params, Asked::Configuration);
        }
    }

    fn configuration_changed(&mut self, params: &Value) {
        if self.session.client.has_configuration {
            self.ask_for_settings();
        } else if let Some(settings) = params.get("settings") {
            self.configure(settings);
        }
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        let opened = self.session.documents.open(document.uri.0, document.version, document.text);
        if let Some(path) = opened {
            self.session.opened(&path);
            self.changed.insert(path);
        }
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let encoding = self.session.client.encoding;
        let document = params.text_document;
        let uri = document.text_document_identifier.uri.0;
        let documents = &mut self.session.documents;
        let changed = documents.change(&uri, document.version, params.content_changes, encoding);
        if let Some(path) = changed {
            if self.session.client.options.run == When::OnType {
                self.session.touch(&path);
            }
            self.changed.insert(path);
        }
    }

    fn saved(&mut self, params: &DidSaveTextDocumentParams) {
        if let Some(path) = file_of(&params.text_document.uri.0) {
            self.session.touch(&path);
            self.session.check_document(&path);
            self.changed.insert(path);
        }
    }

    fn closed_document(&mut self, params: &DidCloseTextDocumentParams) {
        let uri = &params.text_document.uri.0;
        let text = file_of(uri).and_then(|path| {
            self.session.documents.get(&path).map(|document| document.text.clone())
        });
        if let Some(path) = self.session.documents.close(uri) {
            let stored = stored(&path);
            self.closed(&path, uri);
            if stored.as_deref() != text.as_deref().map(str::as_bytes) {
                self.session.touch_if_known(&path);
            }
        }
    }

    fn watched(&mut self, params: &DidChangeWatchedFilesParams) {
        for change in &params.changes {
            if let Some(path) = file_of(&change.uri.0) {
                self.session.touch_if_known(&path);
            }
        }
    }

    fn folders_changed(&mut self, params: &DidChangeWorkspaceFoldersParams) {
        let folders = |list: &[gen_lsp_types::WorkspaceFolder]| {
            list.iter().filter_map(|folder| file_of(&folder.uri.0)).collect::<Vec<_>>()
        };
        for folder in folders(&params.event.removed) {
            self.session.remove_folder(&folder);
        }
        for folder in folders(&params.event.added) {
            self.session.add_folder(folder);
        }
    }
}

impl Server {
    /// Runs a command.
    fn execute(&self, params: &ExecuteCommandParams) -> Result<Value, String> {
        if params.command != EXPLAIN {
            return Err(format!("sflint does not know the command {}", params.command));
        }
        let argument = params.arguments.iter().flatten().next();
        let id = argument.and_then(Value::as_str).ok_or("the id of a rule is missing")?;
        let page = |id: &str| {
            let shipped = || Catalogue::builtin().ok()?.rule(id).cloned();
            // A rule of one's own is known by what it found.
            let rule = self.session.rule_that_found(id).or_else(shipped)?;
            Some(rule_page::markdown(&rule, &parse_examples(&rule).ok()?))
        };
        Ok(page(id).map_or(Value::Null, Value::String))
    }
}
