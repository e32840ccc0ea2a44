// Pages to read: the page of a rule and the report.

import * as path from 'node:path';
import * as vscode from 'vscode';
import { output, program } from './server';

const SCHEME = 'sflint-rule';

/** A rule as `sflint rules --json` lists it. */
interface Rule {
  id: string;
  title: string;
  severity: string;
}

/** Shows pages of rules as read-only documents. */
export class RulePages implements vscode.TextDocumentContentProvider {
  constructor(private readonly context: vscode.ExtensionContext) {}

  register(): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const id = uri.path.replace(/^\//, '').replace(/\.md$/, '');
    return this.ask(['explain', '--format', 'markdown', '--', id]);
  }

  /** Shows the page of a rule: the one that is named, those at the cursor, else one that is picked. */
  async show(named?: unknown): Promise<void> {
    const id = typeof named === 'string' ? named : await this.pick();
    if (id !== undefined) {
      const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${id}.md` });
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    }
  }

  private async pick(): Promise<string | undefined> {
    const here = rulesAtCursor();
    if (here.length === 1) {
      return here[0];
    }
    const rules = JSON.parse(await this.ask(['rules', '--json'])) as Rule[];
    const listed = rules.filter((rule) => here.length === 0 || here.includes(rule.id));
    const items = listed.map((rule) => ({ label: rule.id, description: rule.severity, detail: rule.title }));
    const chosen = await vscode.window.showQuickPick(items, { placeHolder: 'Which rule?', matchOnDetail: true });
    return chosen?.label;
  }

  /** Asks about rules: those of the folder as well, unless its config is refused, as it is while a reason is missing. */
  private async ask(args: string[]): Promise<string> {
    const command = program(this.context);
    const where = shownFolder();
    const alone = (): Promise<string> => output(command, args, this.context.extensionPath);
    if (where === undefined) {
      return alone();
    }
    try {
      return await output(command, [...args.slice(0, 1), ...config(where), ...args.slice(1)], where);
    } catch (refused) {
      return alone().catch(() => Promise.reject(refused));
    }
  }
}

/** Shows the report on the folder. It is one page without scripts. */
export async function showReport(context: vscode.ExtensionContext): Promise<void> {
  const where = shownFolder();
  if (where === undefined) {
    throw new Error('open a folder first');
  }
  const work = output(program(context), ['report', ...config(where), '--format', 'html', where], where);
  const html = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'sflint: making the report' },
    () => work,
  );
  const panel = vscode.window.createWebviewPanel('sflint.report', 'sflint report', vscode.ViewColumn.Active, {
    enableScripts: false,
    localResourceRoots: [],
  });
  panel.webview.html = locked(html);
}

/** The page with a policy under which it can load and run nothing. */
function locked(html: string): string {
  const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`;
  return html.includes('<head>') ? html.replace('<head>', `<head>${policy}`) : policy + html;
}

/** The rules of the diagnostics under the cursor. */
function rulesAtCursor(): string[] {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return [];
  }
  const diagnostics = vscode.languages.getDiagnostics(editor.document.uri);
  const here = diagnostics.filter((one) => one.source === 'sflint' && one.range.contains(editor.selection.active));
  return [...new Set(here.map(ruleOf).filter((id) => id !== undefined))];
}

/** The rule of a diagnostic; a mistake in a config has none. */
function ruleOf({ code }: vscode.Diagnostic): string | undefined {
  return code === undefined ? undefined : String(typeof code === 'object' ? code.value : code);
}

/** The config file of the settings, as the server takes it: relative to the folder. */
function config(where: string): string[] {
  const chosen = vscode.workspace.getConfiguration('sflint', vscode.Uri.file(where)).get<string>('config', '');
  return chosen === '' ? [] : ['--config', path.resolve(where, chosen)];
}

/** The folder of the document that is shown, else the first one that is open. */
function shownFolder(): string | undefined {
  const shown = vscode.window.activeTextEditor?.document.uri;
  const around = shown && vscode.workspace.getWorkspaceFolder(shown);
  return (around ?? vscode.workspace.workspaceFolders?.[0])?.uri.fsPath;
}
