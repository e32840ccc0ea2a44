#!/usr/bin/env python3
"""Runs the hook as its users do: the real pre-commit builds sflint from this repository and guards a scratch project.

  pre_commit.py [--repository DIR] [--pre-commit BIN]

Commits that must be blocked are tried first, each with the rule that has to say so, then one that must pass. Credentials
are made up while it runs. Needs git, cargo and pre-commit; the first run builds sflint in release mode.

Exit status: 0 all as expected, 1 something is not, 2 something is missing.
"""
import argparse
import os
import random
import shutil
import string
import subprocess
import sys
import tempfile

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"


def connected_app(scope):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ConnectedApp xmlns="{NAMESPACE}">
    <contactEmail>owner@example.com</contactEmail>
    <label>Orders</label>
    <oauthConfig>
        <callbackUrl>https://orders.example.com/oauth/callback</callbackUrl>
        <isAdminApproved>true</isAdminApproved>
        <isPkceRequired>true</isPkceRequired>
        <isSecretRequiredForRefreshToken>true</isSecretRequiredForRefreshToken>
        <scopes>{scope}</scopes>
    </oauthConfig>
</ConnectedApp>
"""


def made_up(length=24):
    return "".join(random.SystemRandom().choice(string.ascii_letters + string.digits) for _ in range(length))


class Project:
    """A scratch repository with the hook installed."""

    def __init__(self, folder, arguments, revision):
        self.folder, self.pre_commit = folder, arguments.pre_commit
        self.environment = dict(os.environ, GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1",
                                GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@example.com",
                                GIT_COMMITTER_NAME="a", GIT_COMMITTER_EMAIL="a@example.com",
                                PRE_COMMIT_HOME=os.path.join(folder, "..", "pre-commit-home"))
        os.makedirs(folder)
        self.run("git", "init", "-q", "-b", "main")
        self.write("sfdx-project.json", '{ "packageDirectories": [{ "path": "force-app", "default": true }] }\n')
        self.write(".gitignore", ".env.local\nserver.key\n*.pem\n*.key\n.sf/\n.sfdx/\n")
        self.write("sflint.toml", 'kind = "org"\nexclude = ["snapshots/**"]\n')
        self.write(".pre-commit-config.yaml",
                   f"repos:\n- repo: {arguments.repository}\n  rev: {revision}\n  hooks:\n  - id: sflint\n")
        self.run("git", "add", ".")
        self.run("git", "commit", "-q", "-m", "A project", "--no-verify")
        self.run(self.pre_commit, "install", "--install-hooks", timeout=3000)

    def run(self, *command, check=True, timeout=600):
        result = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True,
                                check=False, timeout=timeout)
        if check and result.returncode != 0:
            raise SystemExit(f"{' '.join(command)} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
        return result

    def write(self, path, text):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def commit(self, files, force=False):
        """Tries to commit these files; gives whether it was blocked, and what was said. A blocked one is undone."""
        for path, text in files.items():
            self.write(path, text)
        self.run("git", "add", *(["-f"] if force else []), *files)
        result = self.run("git", "commit", "-m", "A change", check=False)
        if result.returncode != 0:
            self.run("git", "reset", "-q", "--hard")
        return result.returncode != 0, result.stdout + result.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--repository", default=here)
    parser.add_argument("--pre-commit", default="pre-commit")
    arguments = parser.parse_args()
    for tool in ("git", "cargo", arguments.pre_commit):
        if shutil.which(tool) is None:
            print(f"missing: {tool}", file=sys.stderr)
            return 2
    revision = subprocess.run(["git", "rev-parse", "HEAD"], cwd=arguments.repository, capture_output=True, text=True,
                              check=True).stdout.strip()
    outcomes = []

    def expect(what, outcome, blocked, *rules, secret=None):
        was_blocked, said = outcome
        missing = [rule for rule in rules if rule not in said]
        leaked = secret is not None and any(secret[at:at + 6] in said for at in range(len(secret) - 5))
        good = was_blocked == blocked and not missing and not leaked
        print(f"{'ok' if good else 'FAILED':6}  {what}: {'blocked' if was_blocked else 'passed'}")
        outcomes.append(good)
        if not good:
            print(said if not leaked else "the credential was printed", file=sys.stderr)

    with tempfile.TemporaryDirectory() as scratch:
        project = Project(os.path.join(scratch, "project"), arguments, revision)
        apps = "force-app/main/default/connectedApps"
        secret = made_up()
        expect("a tracked .env", project.commit({".env": f"SF_PASSWORD={secret}\n"}, force=True), True,
               "tracked-env-file", secret=secret)
        expect("an app with the Full scope", project.commit({f"{apps}/Orders.connectedApp-meta.xml": connected_app("Full")}),
               True, "oauth-full-scope")
        secret = made_up(80)
        expect("a token in a script", project.commit({"scripts/deploy.sh": f"TOKEN='5Aep{861}{secret}'\n"}), True,
               "salesforce-refresh-token", secret=secret)
        expect("the same app below an excluded folder",
               project.commit({"snapshots/connectedApps/Orders.connectedApp-meta.xml": connected_app("Full")}), False)
        expect("an app with what it needs, a README and a script",
               project.commit({f"{apps}/Orders.connectedApp-meta.xml": connected_app("Api"), "README.md": "# Orders\n",
                               "scripts/deploy.sh": "sf project deploy start\n"}), False)
        expect("nothing that sflint reads", project.commit({"docs/notes.bin": "\x00\x01"}), False)
    failed = outcomes.count(False)
    print(f"{len(outcomes) - failed} passed, {failed} failed")
    return 1 if failed or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main())
