#!/usr/bin/env python3
"""Runs the snippets of docs/ci.md, each in a clone as its host makes it, with the variables that the host sets.

  hosts.py              runs them
  hosts.py --write DIR  writes them to files as a project would have them, for those who check their form

`pip` and `pipx` must be on the path and find sflint where the environment says (PIP_NO_INDEX, PIP_FIND_LINKS); what they
install goes into the scratch folder. Of each snippet the shell lines run as they stand. The repository has a finding on
main, and a branch that adds another one; a shallow clone, which is what a snippet avoids, must say what to type.

Exit status: 0 all as expected, 1 something is not, 2 something is missing.
"""
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading

from scratch import APPS, QUIET, ROOT, Outcomes, Repository, connected_app

try:
    import yaml
except ImportError:
    print("missing: PyYAML", file=sys.stderr)
    sys.exit(2)

# More commits than any host fetches unasked.
COMMITS = 60
OLD, NEW = "Old", "New"


def snippets():
    """The text of each block of the page by the name of its file; GitHub has two."""
    with open(os.path.join(ROOT, "docs", "ci.md"), encoding="utf-8") as file:
        text = file.read()
    found = {}
    for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        found.setdefault(block.split("\n", 1)[0].removeprefix("# "), []).append(block)
    return found


def write(folder):
    for path, blocks in snippets().items():
        for at, block in enumerate(blocks):
            whole = os.path.join(folder, path.replace(".yml", f"-{at}.yml") if at else path)
            os.makedirs(os.path.dirname(whole), exist_ok=True)
            with open(whole, "w", encoding="utf-8") as file:
                file.write(block)


class Origin:
    """A bare repository as a host has it."""

    def __init__(self, scratch):
        work = Repository(os.path.join(scratch, "work"))
        work.write(f"{APPS}/{OLD}.connectedApp-meta.xml", connected_app("Full", OLD))
        work.commit_all("A project")
        work.run("git", "checkout", "-q", "-b", "feature")
        work.write(f"{APPS}/{NEW}.connectedApp-meta.xml", connected_app("Full", NEW))
        work.commit_all("An app")
        for at in range(COMMITS):
            work.run("git", "commit", "-q", "--allow-empty", "-m", f"Step {at}")
        self.base = work.run("git", "rev-parse", "main").stdout.strip()
        self.head = work.run("git", "rev-parse", "HEAD").stdout.strip()
        work.run("git", "checkout", "-q", "-b", "clean", "main")
        work.write("README.md", "# Orders\n")
        work.commit_all("A page")
        work.run("git", "checkout", "-q", "main")
        work.write("docs.md", "main goes on\n")
        work.commit_all("Main goes on")
        for branch in ("feature", "clean"):
            work.run("git", "checkout", "-q", "-B", f"merge-{branch}", "main")
            work.run("git", "merge", "-q", "--no-ff", "-m", "What the host would merge", branch)
        self.path = os.path.join(scratch, "origin.git")
        subprocess.run(["git", "clone", "-q", "--bare", work.folder, self.path], check=True, env={**os.environ, **QUIET})
        # Hosts let anybody fetch a commit by its id.
        self.git("config", "uploadpack.allowAnySHA1InWant", "true")
        for number, branch in ((1, "feature"), (2, "clean")):
            self.git("update-ref", f"refs/pull/{number}/merge", f"refs/heads/merge-{branch}")
            self.git("update-ref", "-d", f"refs/heads/merge-{branch}")

    def git(self, *arguments):
        done = subprocess.run(["git", "-C", self.path, *arguments], check=True, capture_output=True, text=True)
        return done.stdout.strip()


class Job:
    """A clone of the origin and the tools of a runner."""

    def __init__(self, scratch, origin, name):
        self.folder = os.path.join(scratch, name)
        os.makedirs(self.folder)
        venv = os.path.join(scratch, "python")
        if not os.path.isdir(venv):
            subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        bins = os.path.join(scratch, "bin")
        self.environment = {**os.environ, **QUIET, "PIPX_HOME": os.path.join(scratch, "pipx"), "PIPX_BIN_DIR": bins,
                            "PATH": os.pathsep.join([bins, os.path.join(venv, "bin"), os.environ["PATH"]])}
        self.git("init", "-q")
        self.git("remote", "add", "origin", f"file://{origin.path}")

    def git(self, *arguments):
        subprocess.run(["git", *arguments], cwd=self.folder, env=self.environment, check=True, capture_output=True)

    def fetch(self, depth, *refs):
        self.git("fetch", "-q", *([f"--depth={depth}"] if depth else []), "origin", *refs)

    def run(self, script, shell, **variables):
        return subprocess.run([*shell, script], cwd=self.folder, env={**self.environment, **variables}, capture_output=True,
                              text=True, check=False)


# How each host runs lines: GitHub and GitLab end at the first failure, a bash step of Azure with its last line.
GITHUB = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c"]
GITLAB = ["bash", "-e", "-o", "pipefail", "-c"]
AZURE = ["bash", "--noprofile", "--norc", "-c"]
BITBUCKET = ["bash", "-e", "-c"]


def judge(outcomes, host, attempts, marks):
    """`attempts` by branch: `feature` has one new finding, `clean` none, `shallow` cannot tell. `marks` are in the log."""
    feature, clean, shallow = (attempts[name] for name in ("feature", "clean", "shallow"))
    said = feature.stdout + feature.stderr
    good = feature.returncode == 1 and NEW in said and f"/{OLD}." not in said and all(mark in said for mark in marks)
    outcomes.expect(f"{host}: the new finding alone, exit code 1", good, f"{feature.returncode}\n{said}")
    outcomes.expect(f"{host}: nothing new, exit code 0", clean.returncode == 0, clean.stdout + clean.stderr)
    said = shallow.stdout + shallow.stderr
    outcomes.expect(f"{host}: a shallow clone says what to type, exit code 2",
                    shallow.returncode == 2 and re.search(r"git fetch|fetch-depth|--unshallow", said),
                    f"{shallow.returncode}\n{said}")


def github(snippet, scratch, origin, outcomes):
    checkout, check = snippet["jobs"]["sflint"]["steps"]
    told = {"github.base_ref": "main", "github.event.pull_request.head.repo.fork": "false"}

    def attempt(name, number, depth, fork="false"):
        job = Job(scratch, origin, f"github-{name}")
        told["github.event.pull_request.head.repo.fork"] = fork
        job.fetch(depth, f"+refs/pull/{number}/merge:refs/remotes/pull/{number}/merge",
                  *(["+refs/heads/*:refs/remotes/origin/*"] if depth == 0 else []))
        job.git("checkout", "-q", "--detach", f"refs/remotes/pull/{number}/merge")
        variables = {key: re.sub(r"\$\{\{ (.+?) \}\}", lambda found: told[found[1]], value)
                     for key, value in check["env"].items()}
        summary = os.path.join(job.folder, "..", f"summary-{name}.md")
        return job.run(check["run"], GITHUB, GITHUB_STEP_SUMMARY=summary, **variables), summary

    depth = checkout["with"]["fetch-depth"]
    done, summary = attempt("feature", 1, depth)
    judge(outcomes, "GitHub", {"feature": done, "clean": attempt("clean", 2, depth)[0],
                               "shallow": attempt("shallow", 1, 1)[0]}, ["::error "])
    with open(summary, encoding="utf-8") as file:
        text = file.read()
    outcomes.expect("GitHub: the summary has the access diff", NEW in text, text)
    fork = attempt("fork", 1, depth, fork="true")[0]
    outcomes.expect("GitHub: a fork, with the policy of the base", fork.returncode == 1 and NEW in fork.stdout,
                    fork.stdout + fork.stderr)


def gitlab(snippet, scratch, origin, outcomes):
    job_of = snippet["sflint"]
    script = "\n".join(job_of["script"])
    report = job_of["artifacts"]["reports"]["codequality"]

    def attempt(name, branch, depth, request=True):
        job = Job(scratch, origin, f"gitlab-{name}")
        head = origin.git("rev-parse", f"refs/heads/{branch}")
        job.fetch(depth, f"+{head}:refs/pipelines/7", *(["+refs/heads/*:refs/remotes/origin/*"] if depth == 0 else []))
        job.git("checkout", "-q", "-f", head)
        variables = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": origin.base} if request else {}
        return job.run(script, GITLAB, **variables), os.path.join(job.folder, report)

    depth = int(job_of["variables"]["GIT_DEPTH"])
    done, file = attempt("feature", "feature", depth)
    judge(outcomes, "GitLab", {"feature": done, "clean": attempt("clean", "clean", depth)[0],
                               "shallow": attempt("shallow", "feature", 20)[0]}, [])
    with open(file, encoding="utf-8") as opened:
        paths = [one["location"]["path"] for one in json.load(opened)]
    outcomes.expect("GitLab: the report has the new finding", paths and all(NEW in path for path in paths), str(paths))
    done, file = attempt("main", "main", depth, request=False)
    outcomes.expect("GitLab: everything on main", done.returncode == 1 and OLD in done.stdout, done.stdout + done.stderr)


def azure(snippet, scratch, origin, outcomes):
    checkout, check = snippet["steps"]

    def attempt(name, number, depth, target="refs/heads/main"):
        job = Job(scratch, origin, f"azure-{name}")
        job.fetch(depth, "+refs/heads/*:refs/remotes/origin/*",
                  f"+refs/pull/{number}/merge:refs/remotes/pull/{number}/merge")
        job.git("checkout", "-q", "--detach", f"refs/remotes/pull/{number}/merge")
        return job.run(check["bash"], AZURE, SYSTEM_PULLREQUEST_TARGETBRANCH=target)

    depth = int(checkout["fetchDepth"])
    judge(outcomes, "Azure", {"feature": attempt("feature", 1, depth), "clean": attempt("clean", 2, depth),
                              "shallow": attempt("shallow", 1, 1)}, ["##vso[task.logissue type=error"])
    short = attempt("github-repository", 1, depth, target="main")
    outcomes.expect("Azure: a target without refs/heads/", short.returncode == 1 and NEW in short.stdout,
                    short.stdout + short.stderr)


def bitbucket(snippet, scratch, origin, outcomes):
    step = snippet["pipelines"]["pull-requests"]["**"][0]["step"]

    def attempt(name, branch, depth):
        job = Job(scratch, origin, f"bitbucket-{name}")
        job.fetch(depth, f"+refs/heads/{branch}:refs/remotes/origin/{branch}")
        job.git("checkout", "-q", "-B", branch, f"refs/remotes/origin/{branch}")
        return job.run("\n".join(step["script"]), BITBUCKET, BITBUCKET_PR_DESTINATION_BRANCH="main"), job

    depth = {"full": 0}[snippet["clone"]["depth"]]
    done, job = attempt("feature", "feature", depth)
    judge(outcomes, "Bitbucket", {"feature": done, "clean": attempt("clean", "clean", depth)[0],
                                  "shallow": attempt("shallow", "feature", 50)[0]}, [])
    requests = []

    class Proxy(http.server.BaseHTTPRequestHandler):
        def take(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            requests.append((self.command, self.path, body))
            self.send_response(200)
            self.end_headers()

        do_PUT = do_POST = take  # the names that the server looks for

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("localhost", 29418), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sent = job.run("\n".join(step["after-script"]), BITBUCKET, BITBUCKET_REPO_FULL_NAME="team/orders",
                   BITBUCKET_COMMIT=origin.head)
    server.shutdown()
    address = f"http://api.bitbucket.org/2.0/repositories/team/orders/commit/{origin.head}/reports/sflint"
    good = [(method, path) for method, path, _ in requests] == [("PUT", address), ("POST", address + "/annotations")]
    outcomes.expect("Bitbucket: report and annotations are sent",
                    sent.returncode == 0 and good and NEW in requests[1][2][0]["path"], f"{sent.stderr}\n{requests}")


def megalinter(scratch, origin, outcomes):
    """The command as MegaLinter puts it together from the descriptor."""
    folder = os.path.join(ROOT, "packaging", "megalinter", "mega-linter-plugin-sflint")
    with open(os.path.join(folder, "sflint.megalinter-descriptor.yml"), encoding="utf-8") as file:
        linter = yaml.safe_load(file)["linters"][0]
    job = Job(scratch, origin, "megalinter")
    job.fetch(0, "+refs/heads/*:refs/remotes/origin/*")
    job.git("checkout", "-q", "--detach", "refs/remotes/origin/feature")
    sarif = os.path.join(scratch, "megalinter.sarif")
    words = [linter["cli_executable"], *linter["cli_lint_extra_args"],
             *(word.replace("{{SARIF_OUTPUT_FILE}}", sarif) for word in linter["cli_sarif_args"])]
    done = subprocess.run(words, cwd=job.folder, env=job.environment, capture_output=True, text=True, check=False)
    number = re.search(linter["cli_lint_errors_regex"], done.stdout)
    outcomes.expect("MegaLinter: two errors, counted from the log",
                    done.returncode == 1 and number and number[1] == "2", done.stdout + done.stderr)
    with open(sarif, encoding="utf-8") as file:
        results = json.load(file)["runs"][0]["results"]
    outcomes.expect("MegaLinter: SARIF", len(results) >= 2, str(len(results)))


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--write":
        write(sys.argv[2])
        return 0
    for tool in ("git", "bash", "pipx"):
        if shutil.which(tool) is None:
            print(f"missing: {tool}", file=sys.stderr)
            return 2
    found = {path: [yaml.safe_load(block) for block in blocks] for path, blocks in snippets().items()}
    outcomes = Outcomes()
    with tempfile.TemporaryDirectory() as scratch:
        origin = Origin(scratch)
        github(found[".github/workflows/sflint.yml"][1], scratch, origin, outcomes)
        gitlab(found[".gitlab-ci.yml"][0], scratch, origin, outcomes)
        azure(found["azure-pipelines.yml"][0], scratch, origin, outcomes)
        bitbucket(found["bitbucket-pipelines.yml"][0], scratch, origin, outcomes)
        megalinter(scratch, origin, outcomes)
    return outcomes.status()


if __name__ == "__main__":
    sys.exit(main())
