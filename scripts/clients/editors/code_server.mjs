#!/usr/bin/env node
// A real VS Code workbench: code-server in a browser without a window. Opens a bad connected app, sees the squiggle, reads the
// Problems view, applies the quick fix, saves, and sees both go; an app that is well kept stays without.
//
//     code_server.mjs --node PROGRAM --code-server FOLDER --vsix FILE --project FOLDER --bad PATH --good PATH --shots FOLDER
//
// With --untrusted: a folder whose settings choose a config in which the finding is an error, before and after it is trusted.
// FOLDER of code-server is where npm installed it; playwright-core is looked for beside this process's NODE_PATH.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const { values: given } = parseArgs({
  options: { node: text, 'code-server': text, vsix: text, project: text, bad: text, good: text, shots: text, tools: text,
    untrusted: { type: 'boolean', default: false } },
});
const { chromium } = createRequire(join(given.tools, 'package.json'))('playwright-core');
const PATIENCE = 60_000;
const entry = join(given['code-server'], 'node_modules/code-server/out/node/entry.js');
const home = mkdtempSync(join(tmpdir(), 'sflint-code-'));
const user = join(home, 'User');
mkdirSync(user, { recursive: true });
mkdirSync(given.shots, { recursive: true });
// Nothing that a first start shows; the folder is trusted, or the question is asked.
writeFileSync(join(user, 'settings.json'), JSON.stringify({
  'security.workspace.trust.enabled': given.untrusted,
  'security.workspace.trust.startupPrompt': 'always',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'files.autoSave': 'off',
  'editor.minimap.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
}));
const places = ['--user-data-dir', home, '--extensions-dir', join(home, 'extensions')];

function run(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(given.node, [entry, ...places, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`code-server ${args} ended with ${code}`))));
  });
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function until(what, fits) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const value = await fits();
    if (value) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`never: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

await run('--install-extension', given.vsix);
const port = await freePort();
// A group of its own: the server that answers is a grandchild, and would go on without the one that was started.
const server = spawn(given.node, [entry, ...places, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry', '--disable-update-check', given.project], {
  detached: true,
  stdio: ['ignore', 'ignore', 'inherit'],
});
let browser;
try {
  await until('code-server answers', () => fetch(`http://127.0.0.1:${port}/healthz`).then((answer) => answer.ok, () => false));
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(PATIENCE);
  const started = Date.now();
  await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(given.project)}`);
  await page.waitForSelector('.monaco-workbench');
  const key = (keys) => page.keyboard.press(keys);
  const shot = (name) => page.screenshot({ path: join(given.shots, `${name}.png`) });
  const open = async (path) => {
    const name = path.split('/').pop();
    await until(`${path} is open`, async () => {
      await key('Escape');
      await key('Control+P');
      const input = page.locator('.quick-input-widget input[type="text"]');
      await input.waitFor();
      await input.fill(name);
      const found = page.locator('.quick-input-list .monaco-list-row', { hasText: name });
      if (!(await found.first().waitFor({ timeout: 5000 }).then(() => true, () => false))) {
        return false;
      }
      await key('Enter');
      return page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor({ timeout: 5000 }).then(() => true, () => false);
    });
  };
  const squiggles = () => page.locator('.monaco-editor .squiggly-warning, .monaco-editor .squiggly-error').count();

  const friends = async () => {
    await open(given.bad);
    await until('the squiggle', async () => (await squiggles()) > 0);
    console.log(`squiggle ${((Date.now() - started) / 1000).toFixed(1)} s after the page was opened`);
    await key('Control+Shift+M');
    const problem = page.locator('.markers-panel .monaco-list-row', { hasText: 'PKCE' });
    await problem.first().waitFor();
    await shot('1-finding');
    // To the finding, and what is offered there.
    await problem.first().dblclick();
    await until('the quick fix', async () => {
      await key('Control+.');
      await page.waitForTimeout(1000);
      const fix = page.locator('.action-widget .monaco-list-row', { hasText: 'Set isPkceRequired to true' });
      if (!(await fix.count())) {
        await key('Escape');
        return false;
      }
      await shot('2-quick-fix');
      await fix.first().click();
      return true;
    });
    await until('silence', async () => (await squiggles()) === 0);
    await key('Control+S');
    await until('the file is saved', () => readFileSync(join(given.project, given.bad), 'utf8').includes('<isPkceRequired>true<'));
    await until('no problem is listed', async () => !(await page.locator('.markers-panel .monaco-list-row', { hasText: 'PKCE' }).count()));
    await shot('3-fixed');
    await open(given.good);
    await page.waitForTimeout(2000);
    if (await squiggles()) {
      throw new Error('the app that is well kept has a squiggle');
    }
    console.log('VS Code: squiggle, problem, quick fix, save, silence; nothing in the good app');
  };
  // A folder that nobody trusts yet: it is checked, but its settings choose no config.
  const strangers = async () => {
    const dialog = page.locator('.monaco-dialog-box .monaco-button', { hasText: "No, I don't trust" });
    await dialog.first().click();
    await open(given.bad);
    const errors = () => page.locator('.monaco-editor .squiggly-error').count();
    await until('the squiggle in a folder that is not trusted', async () => (await squiggles()) > 0);
    if (await errors()) {
      throw new Error('the config counts that a folder chose which is not trusted');
    }
    await shot('4-not-trusted');
    // Trusted, its config counts; a program is still not its to choose.
    await key('F1');
    await page.locator('.quick-input-widget input[type="text"]').fill('>Manage Workspace Trust');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Manage Workspace Trust' }).first().click();
    await page.locator('.workspace-trust-editor .monaco-button', { hasText: 'Trust' }).first().click();
    await open(given.bad);
    await until('the config of the trusted folder', async () => (await errors()) > 0);
    await shot('5-trusted');
    if (await page.locator('.notification-toast', { hasText: 'sflint' }).count()) {
      throw new Error('trust is met with a message');
    }
    console.log('VS Code: a folder chooses no program, and no config before it is trusted');
  };
  await (given.untrusted ? strangers() : friends());
} catch (error) {
  const [page] = browser?.contexts().flatMap((context) => context.pages()) ?? [];
  await page?.screenshot({ path: join(given.shots, 'failed.png') });
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser?.close();
  try {
    process.kill(-server.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
  // What is killed may still write for a moment.
  rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
