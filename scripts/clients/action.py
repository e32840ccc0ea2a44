#!/usr/bin/env python3
"""Runs the GitHub Action as a runner does: the steps of action.yml, in a checkout as actions/checkout makes it.

  action.py

What action.yml takes from expressions is put in by this script, by name; everything else is the action's own. pip finds
sflint where the environment says (PIP_NO_INDEX, PIP_FIND_LINKS).

Exit status: 0 all as expected, 1 something is not, 2 something is missing.
"""
import os
import re
import subprocess
import sys
import tempfile

from hosts import NEW, OLD, Origin
from scratch import APPS, QUIET, ROOT, Outcomes, Repository

try:
    import yaml
except ImportError:
    print("missing: PyYAML", file=sys.stderr)
    sys.exit(2)

BASH = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c"]


class Runner:
    """One run of the action on a checkout."""

    def __init__(self, scratch):
        with open(os.path.join(ROOT, "action.yml"), encoding="utf-8") as file:
            self.action = yaml.safe_load(file)
        self.scratch, self.count = scratch, 0

    def checkout(self, origin, ref, depth):
        self.count += 1
        folder = os.path.join(self.scratch, f"checkout {self.count}")
        os.makedirs(folder)
        shallow = [f"--depth={depth}"] if depth else []
        refs = [f"+{ref}:refs/remotes/checked-out", *([] if depth else ["+refs/heads/*:refs/remotes/origin/*"])]
        for command in (["init", "-q"], ["remote", "add", "origin", f"file://{origin.path}"],
                        ["fetch", "-q", *shallow, "origin", *refs],
                        ["checkout", "-q", "--detach", "refs/remotes/checked-out"]):
            subprocess.run(["git", *command], cwd=folder, env={**os.environ, **QUIET}, check=True)
        return folder

    def run(self, folder, base="", head_repository="", **inputs):
        """The finished process, and the outputs of the action."""
        values = {f"inputs.{name}": given.get("default", "") for name, given in self.action["inputs"].items()}
        values.update({f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()})
        values["github.event.pull_request.head.repo.full_name"] = head_repository
        (step,) = self.action["runs"]["steps"]

        def evaluated(text):
            return re.sub(r"\$\{\{ (.+?) \}\}", lambda found: values[found[1]], text)

        temporary = tempfile.mkdtemp(dir=self.scratch)
        told = os.path.join(temporary, "outputs")
        environment = {**os.environ, **QUIET, "GITHUB_ACTIONS": "true", "GITHUB_ACTION_PATH": ROOT, "GITHUB_OUTPUT": told,
                       "GITHUB_BASE_REF": base, "GITHUB_REPOSITORY": "team/orders", "RUNNER_TEMP": temporary,
                       **{name: evaluated(text) for name, text in step["env"].items()}}
        done = subprocess.run([*BASH, step["run"]], cwd=os.path.join(folder, evaluated(step["working-directory"])),
                              env=environment, capture_output=True, text=True, check=False)
        lines = []
        if os.path.exists(told):
            with open(told, encoding="utf-8") as file:
                lines = file.read().splitlines()
        return done, dict(line.split("=", 1) for line in lines)


def with_policy(scratch):
    """An origin whose pull request accepts its own finding."""
    origin = Origin(os.path.join(scratch, "policy"))
    work = Repository(os.path.join(scratch, "own policy"))
    work.run("git", "fetch", "-q", origin.path, "refs/pull/1/merge")
    work.run("git", "checkout", "-q", "-f", "-B", "more", "FETCH_HEAD")
    work.write("sflint.toml", 'kind = "org"\n[rules]\noauth-full-scope = "off"\n')
    work.commit_all("Off")
    work.run("git", "push", "-q", origin.path, "HEAD:refs/pull/3/merge")
    return origin


def everything(runner, origin, outcomes):
    folder = runner.checkout(origin, "refs/heads/feature", 1)
    done, outputs = runner.run(folder, sarif_file="out.sarif")
    annotated = [line for line in done.stdout.splitlines() if line.startswith("::error ") and f"{NEW}." in line]
    outcomes.expect("a push: everything, with annotations, exit code 1",
                    done.returncode == 1 and len(annotated) == 1 and f"/{OLD}." in done.stdout, done.stdout + done.stderr)
    sarif = outputs.get("sarif-file", "")
    outcomes.expect("a push: outputs", sarif == os.path.join(folder, "out.sarif") and os.path.isfile(sarif)
                    and int(outputs.get("findings", "0")) >= 2, str(outputs))
    paths = f"{APPS}/{OLD}.connectedApp-meta.xml\n{APPS}/{NEW}.connectedApp-meta.xml"
    for rule, count in (("oauth-full-scope", "2"), ("oauth-callback-insecure", "0")):
        done, outputs = runner.run(folder, fail_on="error", args=f"--select\n{rule}\n", paths=paths)
        outcomes.expect(f"paths and arguments, one a line: {count} of {rule}",
                        done.returncode == min(int(count), 1) and outputs.get("findings") == count,
                        f"{outputs}\n{done.stdout}{done.stderr}")


def pull_request(runner, origin, outcomes):
    folder = runner.checkout(origin, "refs/pull/1/merge", 0)
    done, outputs = runner.run(folder, base="main", head_repository="team/orders")
    outcomes.expect("a pull request: what is new alone", done.returncode == 1 and f"{NEW}." in done.stdout
                    and f"/{OLD}." not in done.stdout and outputs.get("findings") == "1",
                    f"{outputs}\n{done.stdout}{done.stderr}")
    done, _ = runner.run(folder, base="main", since="none")
    outcomes.expect("a pull request with since: none: everything", f"/{OLD}." in done.stdout, done.stdout + done.stderr)
    done, outputs = runner.run(runner.checkout(origin, "refs/pull/2/merge", 0), base="main")
    outcomes.expect("a pull request without fault", done.returncode == 0 and outputs.get("findings") == "0",
                    done.stdout + done.stderr)
    done, outputs = runner.run(runner.checkout(origin, "refs/pull/1/merge", 1), base="main")
    outcomes.expect("a pull request on a shallow checkout: what to write", done.returncode == 2 and not outputs
                    and done.stdout.startswith("::error ") and "fetch-depth: 0" in done.stdout, done.stdout + done.stderr)


def forks(runner, scratch, outcomes):
    folder = runner.checkout(with_policy(scratch), "refs/pull/3/merge", 0)
    done, _ = runner.run(folder, base="main", head_repository="stranger/orders")
    outcomes.expect("a fork that turns the rule off: judged by the base, and told so", done.returncode == 1
                    and f"{NEW}." in done.stdout and "policy-changed" in done.stdout, done.stdout + done.stderr)
    done, _ = runner.run(folder, base="main", since="none")
    outcomes.expect("a fork that is gone, judged as a whole: the same", done.returncode == 1 and f"/{OLD}." in done.stdout
                    and "policy-changed" in done.stdout, done.stdout + done.stderr)
    done, _ = runner.run(folder, base="main", head_repository="team/orders")
    outcomes.expect("a branch that turns the rule off: it may", done.returncode == 0, done.stdout + done.stderr)


def odd_inputs(runner, origin, outcomes):
    folder = runner.checkout(origin, "refs/pull/2/merge", 0)
    mark = os.path.join(folder, "ran")
    for name in ("version", "paths", "args", "fail-on", "since", "sarif-file"):
        runner.run(folder, base="main", **{name: f"$(touch '{mark}')`touch '{mark}'`; touch '{mark}' #"})
    outcomes.expect("no input is run as a command", not os.path.exists(mark))
    done, outputs = runner.run(folder, version="latest")
    outcomes.expect("a version that is none", done.returncode == 2 and "latest" in done.stdout and not outputs,
                    done.stdout + done.stderr)
    done, _ = runner.run(folder, version="0.0.0")
    outcomes.expect("a version that cannot be had", done.returncode == 2 and "::error" in done.stdout,
                    done.stdout + done.stderr)
    done, outputs = runner.run(folder, sarif_file="a\nfindings=0")
    outcomes.expect("an output cannot be made up", done.returncode == 2 and not outputs, str(outputs))


def main():
    outcomes = Outcomes()
    with tempfile.TemporaryDirectory() as scratch:
        origin = Origin(os.path.join(scratch, "origin"))
        runner = Runner(scratch)
        everything(runner, origin, outcomes)
        pull_request(runner, origin, outcomes)
        forks(runner, scratch, outcomes)
        odd_inputs(runner, origin, outcomes)
    return outcomes.status()


if __name__ == "__main__":
    sys.exit(main())
