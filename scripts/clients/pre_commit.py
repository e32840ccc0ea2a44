#!/usr/bin/env python3
"""Runs a hook as its users do: the real pre-commit, or prek, installs it and guards a scratch project.

  pre_commit.py --hook ID [--hooks DIR] [--runner BIN] [--many]

Commits that must be blocked are tried first, each with the rule that has to say so, then those that must pass. With
--many a commit of 3,000 files follows, which pre-commit hands over in parts. Credentials are made up while it runs.
--hooks is a git repository with hooks, by default the one that this script is in; its HEAD is used. Where packages come
from is said by the environment (PIP_FIND_LINKS, npm_config_registry).

Exit status: 0 all as expected, 1 something is not, 2 something is missing.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

from scratch import APPS, ROOT, Outcomes, Repository, connected_app, field, made_up

MANY = 3000


def project(folder, arguments):
    homes = {"PRE_COMMIT_HOME": os.path.join(folder, "..", "home"), "PREK_HOME": os.path.join(folder, "..", "home")}
    made = Repository(folder, homes)
    revision = subprocess.run(["git", "rev-parse", "HEAD"], cwd=arguments.hooks, capture_output=True, text=True,
                              check=True).stdout.strip()
    made.write(".pre-commit-config.yaml",
               f"repos:\n- repo: {arguments.hooks}\n  rev: {revision}\n  hooks:\n  - id: {arguments.hook}\n")
    made.commit_all("A project")
    made.run(arguments.runner, "install", "--install-hooks", timeout=3000)
    return made


def commits(made, outcomes):
    secret = made_up()
    outcomes.expect_commit("a tracked .env", made.commit({".env": f"SF_PASSWORD={secret}\n"}, force=True), True,
                           "tracked-env-file", secret=secret)
    app = f"{APPS}/Orders.connectedApp-meta.xml"
    outcomes.expect_commit("an app with the Full scope", made.commit({app: connected_app("Full")}), True,
                           "oauth-full-scope")
    secret = made_up(80)
    outcomes.expect_commit("a token in a script", made.commit({"scripts/deploy.sh": f"TOKEN='5Aep{861}{secret}'\n"}), True,
                           "salesforce-refresh-token", secret=secret)
    outcomes.expect_commit("the same app below an excluded folder",
                           made.commit({"snapshots/connectedApps/Orders.connectedApp-meta.xml": connected_app("Full")}),
                           False)
    outcomes.expect_commit("an app with what it needs, a README and a script",
                           made.commit({app: connected_app("Api"), "README.md": "# Orders\n",
                                        "scripts/deploy.sh": "sf project deploy start\n"}), False)
    outcomes.expect_commit("nothing that sflint reads", made.commit({"docs/notes.bin": "\x00\x01"}), False)


def staged_only(made, outcomes):
    """What is committed counts, not what lies in the work tree beside it."""
    app = f"{APPS}/Staged.connectedApp-meta.xml"
    for staged, beside, blocked in (("Full", "Api", True), ("Api", "Full", False)):
        made.write(app, connected_app(staged, "Staged"))
        made.run("git", "add", app)
        made.write(app, connected_app(beside, "Staged"))
        result = made.run("git", "commit", "-m", "A change", check=False)
        with open(os.path.join(made.folder, app), encoding="utf-8") as file:
            kept = file.read() == connected_app(beside, "Staged")
        outcomes.expect(f"{staged} staged with {beside} in the work tree, which is kept",
                        (result.returncode != 0) == blocked and kept, result.stdout + result.stderr)
        made.run("git", "reset", "-q", "--hard")


def many(made, outcomes):
    """The list comes in parts, and what is about the repository as a whole is told once all the same."""
    files = {f"force-app/main/default/objects/Thing{at // 100:02}__c/fields/Number{at:04}__c.field-meta.xml":
             field(f"Number{at:04}__c") for at in range(MANY)}
    files["sfdx-project.json"] = '{ "packageDirectories": [{ "path": "force-app", "default": true }],  "namespace": "" }\n'
    files[".gitignore"] = "node_modules/\n*.pem\n*.key\n"
    files[".env"] = f"SF_PASSWORD={made_up()}\n"
    files[f"{APPS}/Many.connectedApp-meta.xml"] = connected_app("Full", "Many")
    blocked, said = made.commit(files, force=True)
    # The headings of findings; a rule is named once over all its findings of a run.
    headings = [line.strip() for line in said.splitlines()]
    rules = ("tracked-env-file", "gitignore-misses-used-secret", "oauth-full-scope")
    counts = {rule: headings.count(rule) for rule in rules}
    outcomes.expect(f"{MANY} files in one commit: blocked, and each finding once", blocked and set(counts.values()) == {1},
                    f"{counts}\n{said}")
    del files[".env"], files[".gitignore"], files[f"{APPS}/Many.connectedApp-meta.xml"]
    outcomes.expect_commit(f"{MANY} files without fault", made.commit(files), False)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hook", required=True)
    parser.add_argument("--hooks", default=ROOT)
    parser.add_argument("--runner", default="pre-commit")
    parser.add_argument("--many", action="store_true")
    arguments = parser.parse_args()
    for tool in ("git", arguments.runner):
        if shutil.which(tool) is None:
            print(f"missing: {tool}", file=sys.stderr)
            return 2
    outcomes = Outcomes()
    with tempfile.TemporaryDirectory() as scratch:
        made = project(os.path.join(scratch, "project"), arguments)
        commits(made, outcomes)
        staged_only(made, outcomes)
        if arguments.many:
            many(made, outcomes)
    return outcomes.status()


if __name__ == "__main__":
    sys.exit(main())
