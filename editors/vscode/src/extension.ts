// sflint in VS Code: starts the server that came along and shows what it says.

import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from 'vscode-languageclient/node';
import { SELECTOR } from './files';
import { RulePages, showReport } from './pages';
import { program } from './server';
import { Status } from './status';

let client: LanguageClient | undefined;
/** Starts and stops are one after the other: a client that is about to start cannot be stopped. */
let work: Promise<void> = Promise.resolve();

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
  const restart = (): Promise<void> => (work = work.then(() => stop(channel)).then(start));
  const chosen = (): string => vscode.workspace.getConfiguration('sflint').get<string>('path', '');
  let path = chosen();
  context.subscriptions.push(
    channel,
    status,
    pages.register(),
    command('sflint.explainRule', (named) => pages.show(named)),
    command('sflint.showReport', () => showReport(context)),
    command('sflint.showOutput', () => channel.show()),
    command('sflint.restart', restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      // The event also comes when a folder is trusted whose settings name a program, which never counts.
      if (event.affectsConfiguration('sflint.path') && chosen() !== path) {
        path = chosen();
        // The client tells the server of the new settings first: one that is stopped meanwhile says that it failed.
        setImmediate(() => void restart());
      }
    }),
  );
  await restart();
}

export async function deactivate(): Promise<void> {
  await work.then(() => stop());
}

/** Stops the server, if there is one. One that could not be started, or does not answer, is no reason not to start another. */
async function stop(channel?: vscode.LogOutputChannel): Promise<void> {
  const old = client;
  client = undefined;
  try {
    await old?.dispose();
  } catch (error) {
    channel?.warn(text(error));
  }
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
