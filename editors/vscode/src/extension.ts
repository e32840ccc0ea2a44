// sflint in VS Code: starts the server that came along and shows what it says.

import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from 'vscode-languageclient/node';
import { RulePages, showReport } from './pages';
import { program } from './server';
import { Status } from './status';

/** What the server reads, by path: the language of a metadata file may be anything. */
const PATTERNS = [
  '**/*-meta.xml',
  '**/*.{profile,permissionset,permissionsetgroup,mutingpermissionset,connectedApp,settings,site,network,object}',
  '**/*.{namedCredential,externalCredential,remoteSite,authprovider,samlssoconfig,cspTrustedSite,corsWhitelistOrigin}',
  '**/*.{eca,ecaGlblOauth,ecaOauth,ecaOauthPlcy,ecaPlcy,cls,trigger,page,cmp,md,labels,crt}',
  '**/{package.xml,sfdx-project.json,.gitignore,.forceignore,sflint.toml,sflint.baseline}',
  '**/{.env,.env.*,authFile.json,server.key}',
  '**/*.{sh,yml,yaml,js,ts,py,toml}',
];
const SELECTOR = PATTERNS.map((pattern) => ({ scheme: 'file', pattern }));

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const channel = vscode.window.createOutputChannel('sflint', { log: true });
  const status = new Status(SELECTOR);
  const pages = new RulePages(context);
  const command = (id: string, run: (...args: unknown[]) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        await run(...args);
      } catch (error) {
        void vscode.window.showErrorMessage(`sflint: ${text(error)}`);
      }
    });
  const start = async (): Promise<void> => {
    try {
      client = created(context, channel, pages);
      client.onDidChangeState((event) => status.running(event.newState));
      await client.start();
    } catch (error) {
      channel.error(text(error));
      status.failed(text(error));
    }
  };
  context.subscriptions.push(
    channel,
    status,
    pages.register(),
    command('sflint.explainRule', (named) => pages.show(named)),
    command('sflint.showReport', () => showReport(context)),
    command('sflint.showOutput', () => channel.show()),
    command('sflint.restart', async () => {
      await client?.dispose();
      await start();
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
}

function created(context: vscode.ExtensionContext, channel: vscode.LogOutputChannel, pages: RulePages): LanguageClient {
  const server: ServerOptions = { command: program(context), args: ['lsp'] };
  const settings = vscode.workspace.getConfiguration('sflint');
  const options: LanguageClientOptions = {
    documentSelector: SELECTOR,
    outputChannel: channel,
    initializationOptions: { run: settings.get('run'), config: settings.get('config') },
    synchronize: { configurationSection: 'sflint' },
    middleware: {
      // The server gives the page of a rule; here is where it can be read.
      executeCommand: (name, args, next) => (name === 'sflint.explain' ? pages.show(args[0]) : next(name, args)),
    },
  };
  return new LanguageClient('sflint', 'sflint', server, options);
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
