#!/usr/bin/env node
// Starts the program of the package for this platform, and gets out of its way: arguments, streams, exit code and
// signals are those of the program.
"use strict";

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const manifest = require("../package.json");
const SCOPE = "@sflint/cli-";

/** The names of platforms whose program runs here, the likeliest first. */
function candidates() {
  const name = `${process.platform}-${process.arch}`;
  if (process.platform !== "linux") return [name];
  // Package managers that do not know `libc` install both.
  return isMusl() ? [`${name}-musl`, name] : [name, `${name}-musl`];
}

function isMusl() {
  try {
    return fs.readdirSync("/lib").some((file) => file.startsWith("ld-musl-"));
  } catch {
    return false;
  }
}

function program() {
  const file = process.platform === "win32" ? "sflint.exe" : "sflint";
  for (const name of candidates()) {
    try {
      return path.join(path.dirname(require.resolve(`${SCOPE}${name}/package.json`)), file);
    } catch {
      // Not installed: the next one, if any.
    }
  }
  return fail(missing());
}

function missing() {
  const [name] = candidates();
  const packages = Object.keys(manifest.optionalDependencies || {});
  if (!packages.includes(SCOPE + name)) {
    const names = packages.map((one) => one.slice(SCOPE.length)).join(", ");
    return (
      `there is no package for ${name}; there are packages for ${names}.\n` +
      "  With a Rust toolchain, `cargo install sflint` builds it for this platform."
    );
  }
  return (
    `the package ${SCOPE}${name}, which holds the program for this platform, is not installed.\n` +
    "  npm leaves it out with --omit=optional, and when node_modules was installed on another system.\n" +
    "  Delete node_modules and install again on this system, without --omit=optional."
  );
}

/** Exit code 2 is that of every mistake of sflint: a missing program must not look like a finding. */
function fail(text) {
  process.stderr.write(`sflint: ${text}\n`);
  process.exit(2);
}

const executable = program();
const child = spawn(executable, process.argv.slice(2), { stdio: "inherit", windowsHide: true });

const signals = process.platform === "win32" ? ["SIGINT"] : ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];
for (const signal of signals) {
  // A terminal sends it to the child as well; to be asked twice does no harm.
  process.on(signal, () => child.kill(signal));
}
child.on("error", (error) => {
  fail(
    `${executable} cannot be started: ${error.message}.\n` +
      "  Delete node_modules and install again on this system.",
  );
});
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code);
  for (const one of signals) process.removeAllListeners(one);
  process.kill(process.pid, signal);
  // A signal that does not end this process: as shells count it.
  setTimeout(() => process.exit(128 + (os.constants.signals[signal] || 0)), 100);
});
