// Where the server is, and how it is asked for something once.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';

/** The largest answer of a command, in bytes: the report of an org with thousands of components. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

/** The program: the one of the settings of this machine, else the one that came with the extension. */
export function program(context: vscode.ExtensionContext): string {
  // A folder cannot set it: its scope is the machine, and it is restricted where nobody trusts the folder. Nor can a folder
  // hold what a name without a path would find: Windows looks into the current folder first.
  const chosen = vscode.workspace.getConfiguration('sflint').get<string>('path', '');
  if (chosen !== '') {
    if (!path.isAbsolute(chosen)) {
      throw new Error(`sflint.path must be an absolute path, and is \`${chosen}\``);
    }
    return chosen;
  }
  const name = process.platform === 'win32' ? 'sflint.exe' : 'sflint';
  const bundled = path.join(context.extensionPath, 'server', name);
  if (!existsSync(bundled)) {
    throw new Error(`there is no server for this platform in the extension (${bundled}); set sflint.path`);
  }
  return bundled;
}

/** Runs the program in a folder; gives what it prints. What it found is no failure. */
export function output(command: string, args: string[], folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd: folder, maxBuffer: LARGEST_ANSWER, windowsHide: true }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (code === 0 || code === 1) {
        resolve(stdout);
      } else {
        reject(new Error(stderr.trim() || String(error)));
      }
    });
  });
}
