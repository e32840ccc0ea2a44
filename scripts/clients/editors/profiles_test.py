"""The server and three clients that say different things of themselves, for pytest-lsp.

    SFLINT=target/debug/sflint pytest scripts/clients/editors/profiles_test.py
"""
import asyncio
import os
import pathlib
import sys
import tempfile

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import project  # noqa: E402

# Whether the client asks for diagnostics; the others are told.
PROFILES = {"visual-studio-code@1.65.2": False, "neovim@0.11.0": True, "emacs@29.1": False}


def uri(path):
    return pathlib.Path(path).as_uri()


@pytest_lsp.fixture(params=list(PROFILES), config=ClientServerConfig(server_command=[os.environ["SFLINT"], "lsp"]))
async def client(request, lsp_client: LanguageClient):
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        lsp_client.bad, lsp_client.good = project.write(folder)
        lsp_client.pulls = PROFILES[request.param]
        # Watching files is the editor's business; to be asked for it is enough here.
        lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: None)
        lsp_client.set_configuration({"sflint": {"run": "onType"}})
        await lsp_client.initialize_session(types.InitializeParams(
            capabilities=client_capabilities(request.param),
            root_uri=uri(folder),
            workspace_folders=[types.WorkspaceFolder(uri(folder), "project")],
        ))
        yield
        await lsp_client.shutdown_session()


def open_document(client, path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    document = types.TextDocumentItem(uri(path), "xml", 1, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(document))
    return text


async def diagnostics(client, path, wanted):
    """The diagnostics of a document, once they are of these rules."""
    found = None
    for _ in range(200):
        if client.pulls:
            params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri(path)))
            found = (await client.text_document_diagnostic_async(params)).items
        else:
            found = client.diagnostics.get(uri(path))
        if found is not None and [one.code for one in found] == wanted:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"{found}, not {wanted}")


@pytest.mark.asyncio
async def test_finding_fix_silence(client: LanguageClient):
    open_document(client, client.good)
    text = open_document(client, client.bad)
    await diagnostics(client, client.good, [])
    [found] = await diagnostics(client, client.bad, [project.RULE])
    assert found.severity == types.DiagnosticSeverity.Warning and found.source == "sflint"
    assert text.splitlines()[found.range.start.line].strip() == project.WRONG

    document = types.TextDocumentIdentifier(uri(client.bad))
    hover = await client.text_document_hover_async(types.HoverParams(document, found.range.start))
    assert f"# {project.RULE}" in hover.contents.value

    actions = await client.text_document_code_action_async(types.CodeActionParams(
        document, found.range, types.CodeActionContext([found])))
    [fix] = [action for action in actions if action.title.startswith("Set isPkceRequired")]
    if fix.edit.document_changes:
        [edit] = fix.edit.document_changes[0].edits
    else:
        [edit] = fix.edit.changes[uri(client.bad)]
    assert (edit.new_text, edit.range) == ("true", found.range)
    change = types.TextDocumentContentChangePartial(range=edit.range, text=edit.new_text)
    client.text_document_did_change(types.DidChangeTextDocumentParams(
        types.VersionedTextDocumentIdentifier(2, uri(client.bad)), [change]))
    await diagnostics(client, client.bad, [])


@pytest.mark.asyncio
async def test_accepting_a_risk(client: LanguageClient):
    open_document(client, client.bad)
    [found] = await diagnostics(client, client.bad, [project.RULE])
    actions = await client.text_document_code_action_async(types.CodeActionParams(
        types.TextDocumentIdentifier(uri(client.bad)), found.range, types.CodeActionContext([found])))
    [accept] = [action for action in actions if action.title.startswith("Accept this risk")]
    if accept.edit.document_changes:
        [edit] = accept.edit.document_changes[-1].edits
    else:
        [[edit]] = accept.edit.changes.values()
    assert f'rule = "{project.RULE}"' in edit.new_text and 'reason = ""' in edit.new_text
