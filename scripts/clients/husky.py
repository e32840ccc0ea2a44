#!/usr/bin/env python3
"""Guards the commits of a scratch project with the real husky, with lint-staged and without.

  husky.py --npm DIR

DIR holds the npm packages of sflint, which come from registry.py; husky and lint-staged come from where npm gets
packages. Both hooks are those of the README.

Exit status: 0 all as expected, 1 something is not, 2 something is missing.
"""
import argparse
import json
import os
import shutil
import sys
import tempfile

from scratch import APPS, ROOT, Outcomes, Repository, connected_app, made_up

# lint-staged 17 asks for Node.js 22.
CLIENTS = ["husky@9", "lint-staged@16"]
WITH_LINT_STAGED = "npx lint-staged\n"
ALONE = "npx sflint check --staged\n"


def project(folder, packages):
    made = Repository(folder)
    made.write("package.json", json.dumps({"name": "a-project", "private": True, "lint-staged": {"*": "sflint check"}}))
    made.commit_all("A project")
    done = made.run("npm", "install", "--silent", "--no-audit", "--no-fund", "--save-dev", *CLIENTS, check=False)
    if done.returncode != 0:
        print(f"missing: {' '.join(CLIENTS)}\n{done.stdout}{done.stderr}", file=sys.stderr)
        raise SystemExit(2)
    registry = [sys.executable, os.path.join(ROOT, "scripts", "clients", "registry.py"), packages]
    made.run(*registry, "npm", "install", "--ignore-scripts", "--save-dev", "sflint")
    made.run("npx", "husky", "init")
    made.write(".husky/pre-commit", WITH_LINT_STAGED)
    made.commit_all("Hooks")
    return made


def commits(made, outcomes, how):
    app = f"{APPS}/Orders with blank.connectedApp-meta.xml"
    outcomes.expect_commit(f"{how}: an app with the Full scope", made.commit({app: connected_app("Full")}), True,
                           "oauth-full-scope")
    secret = made_up(80)
    outcomes.expect_commit(f"{how}: a token in a script", made.commit({"deploy.sh": f"TOKEN='5Aep{861}{secret}'\n"}), True,
                           "salesforce-refresh-token", secret=secret)
    for staged, beside, blocked in (("Full", "Api", True), ("Api", "Full", False)):
        made.write(app, connected_app(staged))
        made.run("git", "add", app)
        made.write(app, connected_app(beside))
        result = made.run("git", "commit", "-m", "A change", check=False)
        outcomes.expect(f"{how}: {staged} staged with {beside} in the work tree", (result.returncode != 0) == blocked,
                        result.stdout + result.stderr)
        made.run("git", "reset", "-q", "--hard")
    outcomes.expect_commit(f"{how}: nothing that sflint reads", made.commit({"notes.bin": how}), False)
    made.run("git", "rm", "-q", "--", app)
    made.run("git", "commit", "-q", "-m", "Away", "--no-verify")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--npm", required=True)
    packages = os.path.abspath(parser.parse_args().npm)
    for tool in ("git", "node", "npm"):
        if shutil.which(tool) is None:
            print(f"missing: {tool}", file=sys.stderr)
            return 2
    outcomes = Outcomes()
    with tempfile.TemporaryDirectory() as scratch:
        made = project(os.path.join(scratch, "project"), packages)
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            readme = file.read()
        for line in (WITH_LINT_STAGED.strip(), ALONE.strip(), '"lint-staged": { "*": "sflint check" }'):
            outcomes.expect(f"the README says {line}", line in readme)
        commits(made, outcomes, "husky with lint-staged")
        made.write(".husky/pre-commit", ALONE)
        made.commit_all("The hook alone")
        commits(made, outcomes, "husky alone")
    return outcomes.status()


if __name__ == "__main__":
    sys.exit(main())
