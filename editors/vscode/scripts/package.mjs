#!/usr/bin/env node
// Packages the extension for one platform: package.mjs --target TARGET --server PROGRAM --out FOLDER
//
// TARGET is a platform as VS Code names it (linux-x64, darwin-arm64, win32-x64). The dependencies are those of the lock file.

import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const top = resolve(here, '../..');
const { values } = parseArgs({
  options: { target: { type: 'string' }, server: { type: 'string' }, out: { type: 'string', default: '.' } },
});
if (!values.target || !values.server) {
  console.error('usage: package.mjs --target TARGET --server PROGRAM [--out FOLDER]');
  process.exit(2);
}
const server = resolve(values.server);
const out = resolve(values.out);

const shell = process.platform === 'win32';
const run = (command, ...args) => execFileSync(command, args, { cwd: here, stdio: 'inherit', shell });

// The version is that of the program that comes along.
const version = /^version = "(.*)"$/m.exec(readFileSync(join(top, 'Cargo.toml'), 'utf8'))[1];
const manifest = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
if (manifest.version !== version) {
  console.error(`editors/vscode/package.json says ${manifest.version}, Cargo.toml ${version}`);
  process.exit(1);
}

/** The folders of the packages that the extension is bundled of. */
function bundled() {
  const { packages } = JSON.parse(readFileSync(join(here, 'package-lock.json'), 'utf8'));
  return Object.keys(packages).filter((folder) => folder !== '' && !packages[folder].dev);
}

/** What a package says of its licence. */
function licence(folder) {
  const { name, version } = JSON.parse(readFileSync(join(here, folder, 'package.json'), 'utf8'));
  const files = readdirSync(join(here, folder)).filter((file) => /^licen[cs]e/i.test(file));
  if (files.length === 0) {
    throw new Error(`${name} comes without its licence`);
  }
  const said = files.map((file) => readFileSync(join(here, folder, file), 'utf8').trim());
  return `\n${'='.repeat(78)}\n${name} ${version}\n\n${said.join('\n\n')}\n`;
}

run('npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund');
run('npm', 'run', 'check');
run('npm', 'run', 'build');

rmSync(join(here, 'server'), { recursive: true, force: true });
mkdirSync(join(here, 'server'));
const name = values.target.startsWith('win32') ? 'sflint.exe' : 'sflint';
copyFileSync(server, join(here, 'server', name));
chmodSync(join(here, 'server', name), 0o755);
writeFileSync(join(here, 'LICENSE'), readFileSync(join(top, 'LICENSE-MIT'), 'utf8') + '\n' + readFileSync(join(top, 'LICENSE-APACHE'), 'utf8'));
copyFileSync(join(top, 'NOTICE'), join(here, 'NOTICE'));
// Of the server: written by scripts/packaging/licences.py before a release. Of the extension: what is bundled into it.
const texts = join(top, 'THIRD-PARTY-LICENSES');
const ofServer = existsSync(texts) ? readFileSync(texts, 'utf8') : '';
writeFileSync(join(here, 'THIRD-PARTY-LICENSES'), ofServer + bundled().map(licence).join(''));
mkdirSync(out, { recursive: true });
run('npx', 'vsce', 'package', '--target', values.target, '--no-dependencies', '--out', join(out, `sflint-${values.target}.vsix`));
