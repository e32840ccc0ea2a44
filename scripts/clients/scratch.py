"""What the scripts in this folder share: a scratch repository, metadata to commit, and a count of what turned out."""
import os
import random
import string
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
APPS = "force-app/main/default/connectedApps"
# No config of this machine decides how git and the clients behave.
QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a",
         "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com"}


def connected_app(scope, name="Orders"):
    """An app that is well kept but for its scope, when that is Full."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ConnectedApp xmlns="{NAMESPACE}">
    <contactEmail>owner@example.com</contactEmail>
    <label>{name}</label>
    <oauthConfig>
        <callbackUrl>https://orders.example.com/oauth/callback</callbackUrl>
        <isAdminApproved>true</isAdminApproved>
        <isPkceRequired>true</isPkceRequired>
        <isSecretRequiredForRefreshToken>true</isSecretRequiredForRefreshToken>
        <scopes>{scope}</scopes>
    </oauthConfig>
</ConnectedApp>
"""


def field(name):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<CustomField xmlns="{NAMESPACE}">
    <fullName>{name}</fullName>
    <label>{name}</label>
    <length>20</length>
    <type>Text</type>
</CustomField>
"""


def made_up(length=24):
    return "".join(random.SystemRandom().choice(string.ascii_letters + string.digits) for _ in range(length))


class Repository:
    """A scratch repository with an sfdx project in it."""

    def __init__(self, folder, environment=None):
        self.folder = folder
        self.environment = {**os.environ, **QUIET, **(environment or {})}
        # Builds of one package in several folders must not share what they generate.
        self.environment.pop("CARGO_TARGET_DIR", None)
        os.makedirs(folder)
        self.run("git", "init", "-q", "-b", "main")
        self.write("sfdx-project.json", '{ "packageDirectories": [{ "path": "force-app", "default": true }] }\n')
        self.write(".gitignore", "node_modules/\n.env.local\nserver.key\n*.pem\n*.key\n.sf/\n.sfdx/\n")
        self.write("sflint.toml", 'kind = "org"\nexclude = ["snapshots/**"]\n')

    def run(self, *command, check=True, timeout=600, **options):
        result = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True,
                                check=False, timeout=timeout, **options)
        if check and result.returncode != 0:
            raise SystemExit(f"{' '.join(command)} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
        return result

    def write(self, path, text):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def commit_all(self, message):
        """Commits what is there, past all hooks."""
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "-m", message, "--no-verify")

    def commit(self, files, force=False):
        """Tries to commit these files; gives whether it was blocked, and what was said. A blocked one is undone."""
        for path, text in files.items():
            self.write(path, text)
        self.run("git", "add", *(["-f"] if force else []), "--pathspec-from-file=-", input="\n".join(files))
        result = self.run("git", "commit", "-m", "A change", check=False)
        if result.returncode != 0:
            self.run("git", "reset", "-q", "--hard")
        return result.returncode != 0, result.stdout + result.stderr


class Outcomes:
    """Counts what turned out as expected, and prints the rest."""

    def __init__(self):
        self.good, self.bad = 0, 0

    def expect(self, what, good, said=""):
        """`said` is printed if it is not good."""
        print(f"{'ok' if good else 'FAILED':6}  {what}", flush=True)
        if good:
            self.good += 1
        else:
            self.bad += 1
            print(said, file=sys.stderr, flush=True)

    def expect_commit(self, what, outcome, blocked, *rules, secret=None):
        """A commit is blocked or not, names these rules, and prints no part of the credential."""
        was_blocked, said = outcome
        leaked = secret is not None and any(secret[at:at + 6] in said for at in range(len(secret) - 5))
        good = was_blocked == blocked and all(rule in said for rule in rules) and not leaked
        self.expect(f"{what}: {'blocked' if was_blocked else 'passed'}", good,
                    said if not leaked else "the credential was printed")

    def status(self):
        print(f"{self.good} passed, {self.bad} failed")
        return 1 if self.bad or not self.good else 0
