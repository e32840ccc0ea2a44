// The item that tells whether the server runs, and what it found in the document that is shown.

import * as vscode from 'vscode';
import { State } from 'vscode-languageclient/node';

/** A status item beside the language of the document. */
export class Status implements vscode.Disposable {
  private readonly item: vscode.LanguageStatusItem;
  private readonly listener: vscode.Disposable[];
  private failure: string | undefined;
  private state = State.Starting;

  constructor(selector: vscode.DocumentSelector) {
    this.item = vscode.languages.createLanguageStatusItem('sflint.status', selector);
    this.item.name = 'sflint';
    this.listener = [
      vscode.languages.onDidChangeDiagnostics(() => this.show()),
      vscode.window.onDidChangeActiveTextEditor(() => this.show()),
    ];
    this.show();
  }

  /** The server has another state. */
  running(state: State): void {
    this.state = state;
    this.failure = undefined;
    this.show();
  }

  /** The server could not be started. */
  failed(why: string): void {
    this.failure = why;
    this.show();
  }

  dispose(): void {
    this.item.dispose();
    this.listener.forEach((one) => one.dispose());
  }

  private show(): void {
    const { item } = this;
    item.busy = this.failure === undefined && this.state === State.Starting;
    item.severity = vscode.LanguageStatusSeverity.Information;
    item.command = { command: 'sflint.showOutput', title: 'Show Output' };
    item.detail = undefined;
    if (this.failure !== undefined || this.state === State.Stopped || this.state === State.StartFailed) {
      item.severity = vscode.LanguageStatusSeverity.Error;
      item.text = 'sflint: the server does not run';
      item.detail = this.failure ?? 'see its output';
      item.command = { command: 'sflint.restart', title: 'Restart' };
      return;
    }
    const shown = vscode.window.activeTextEditor?.document.uri;
    const all = shown === undefined ? [] : vscode.languages.getDiagnostics(shown);
    const found = all.filter((one) => one.source === 'sflint').length;
    item.text = found === 0 ? 'sflint' : `sflint: ${found} ${found === 1 ? 'finding' : 'findings'}`;
  }
}
