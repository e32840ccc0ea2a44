#!/usr/bin/env python3
"""Packages the extension, installs it in a VS Code workbench and drives that in a browser without a window.

    vscode.py --sflint PROGRAM --node PROGRAM --code-server FOLDER --tools FOLDER [--shots FOLDER]

`--code-server` is where npm installed code-server, `--tools` where it installed playwright-core.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import project  # noqa: E402


def stranger(folder, ran):
    """A folder whose settings choose a program, which leaves the file `ran`, and a config in which the finding is an error."""
    project.write(folder)
    program = os.path.join(folder, "server.sh")
    files = {
        program: f"#!/bin/sh\ntouch '{ran}'\n",
        os.path.join(folder, "strict.toml"): f'kind = "org"\n[rules]\n{project.RULE} = "error"\n',
        os.path.join(folder, ".vscode", "settings.json"):
            json.dumps({"sflint.path": program, "sflint.config": "strict.toml"}),
    }
    os.mkdir(os.path.join(folder, ".vscode"))
    for path, text in files.items():
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    os.chmod(program, 0o755)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    for name in ("sflint", "node", "code-server", "tools"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--shots", help="a folder for screenshots")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = os.path.realpath(scratch)
        package = os.path.join(project.ROOT, "editors/vscode/scripts/package.mjs")
        subprocess.run(["node", package, "--target", "linux-x64", "--server", arguments.sflint, "--out", scratch], check=True)
        vsix = os.path.join(scratch, "sflint-linux-x64.vsix")
        with zipfile.ZipFile(vsix) as archive:
            names = set(archive.namelist())
        inside = {f"extension/{name}" for name in ("package.json", "readme.md", "changelog.md", "LICENSE.txt", "NOTICE",
                                                   "dist/extension.js", "server/sflint")}
        if not inside <= names or any("node_modules" in name or name.endswith(".ts") for name in names):
            raise SystemExit(f"the package holds {sorted(names)}")
        folder = os.path.join(scratch, "project")
        project.write(folder)
        shots = arguments.shots or os.path.join(scratch, "shots")

        def drive(folder, *more):
            script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "code_server.mjs")
            subprocess.run(["node", script, "--node", arguments.node, "--code-server", arguments.code_server,
                            "--tools", arguments.tools, "--vsix", vsix, "--project", folder, "--bad", project.BAD,
                            "--good", project.GOOD, "--shots", shots, *more], check=True, timeout=600)

        drive(folder)
        if not project.fixed(folder):
            raise SystemExit("VS Code: the file is not what the fix makes of it")
        folder = os.path.join(scratch, "stranger")
        ran = os.path.join(scratch, "ran")
        stranger(folder, ran)
        drive(folder, "--untrusted")
        if os.path.exists(ran):
            raise SystemExit("VS Code: a program that the folder chose was run")


if __name__ == "__main__":
    main()
