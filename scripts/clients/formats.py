#!/usr/bin/env python3
"""Runs sflint in every output format and asks the validators and libraries of the hosts what they think of it.

  formats.py --sflint BIN --tools DIR

The projects are the demo, one whose names mean something to hosts, one without findings, and one with more findings than
any host takes. Before a validator is believed it must refuse documents that are spoilt on purpose. DIR holds `venv` and
`node_modules`; a validator whose package is not there is named and left out.

Exit status: 0 all as expected, 1 something is not, 2 something is missing.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

# The modules beside this one leave nothing behind in the clone.
sys.dont_write_bytecode = True
import format_projects
import format_validators as validators

FORMATS = ["sarif", "github", "gitlab-code-quality", "gitlab-sast", "junit", "checkstyle", "rdjson", "azure", "bitbucket",
           "json", "human", "concise", "exceptions"]
COMMANDS = {"github": ("::error ", "::warning ", "::notice "), "azure": ("##vso[task.logissue ",)}
# Each gives two findings, and SARIF takes 5,000.
SITES = 2550


def replaced(old, new):
    return lambda text: text.replace(old, new, 1)


# Format, validator, the package it needs, and documents that it must refuse, made of a good one.
JSONSCHEMA, ACTIONS, TASK = "venv:check-jsonschema", "node_modules/@actions/core", "node_modules/azure-pipelines-task-lib"
CASES = [
    ("sarif", validators.sarif_schema, JSONSCHEMA,
     [replaced('"level":"error"', '"level":"high"'), replaced('"results":', '"result":')]),
    ("sarif", validators.sarif_multitool, validators.MULTITOOL,
     [replaced('"help":', '"halp":'), replaced('"ruleIndex":', '"ruleIndex":9'), replaced('"uri":"', '"uri":"/a b/')]),
    ("sarif", validators.sarif_tools, "venv:sarif",
     [replaced('"kind":"fail","level":"error"', '"kind":"fail","level":"note"')]),
    ("sarif", validators.sarif_content, None,
     [replaced('"startColumn":', '"startColumn":1'), replaced('"uri":"', '"uri":"no'),
      replaced('"security-severity":"', '"security-severity":"-')]),
    ("github", validators.github, ACTIONS,
     [replaced("::error ", "::error  "), replaced("%0A", ""), replaced("col=", "col=1")]),
    ("azure", validators.azure, TASK, [replaced(";]", "]"), replaced("%0A", ""), replaced("type=error", "type=note")]),
    ("gitlab-code-quality", validators.gitlab_code_quality, JSONSCHEMA,
     [replaced('"severity":"critical"', '"severity":"error"'), replaced('"path":"', '"path":"./'),
      replaced('"fingerprint":"', '"fingerprint":1,"x":"')]),
    ("gitlab-sast", validators.gitlab_sast, JSONSCHEMA,
     [replaced('"severity":"High"', '"severity":"error"'), replaced('"end_line"', '"end"'),
      replaced('"version":"15', '"version":"0')]),
    ("junit", validators.junit, "venv:junitparser",
     [replaced("</testsuites>", ""), replaced('failures="', 'failures="1')]),
    ("checkstyle", validators.checkstyle, None,
     [replaced("</file>", ""), replaced('severity="error"', 'severity="high"'), replaced(">", ">\x01")]),
    ("rdjson", validators.rdjson, "node_modules/@umbrelladocs/rdformat-validator",
     [replaced('"severity":"ERROR"', '"severity":"HIGH"'), replaced('"message":', '"text":')]),
    ("rdjson", validators.rdjson_content, None, [replaced('"column":', '"column":1'), replaced('"line":', '"line":1')]),
    ("bitbucket", validators.bitbucket, None,
     [replaced('"summary":"', '"summary":"' + "x" * 450), replaced('"severity":"HIGH"', '"severity":"ERROR"'),
      replaced("FAILED", "PASSED")]),
]
# Those that would need half a minute for a document of some megabytes, in which nothing is new to them.
SLOW = [validators.sarif_multitool]


class Run:
    """A project checked once, in all formats."""

    def __init__(self, sflint, root, out):
        self.root, self.out = root, out
        os.makedirs(out)
        outputs = [f"--output={name}={self.path(name)}" for name in FORMATS]
        command = [sflint, "check", root, "--format", "concise", *outputs]
        result = subprocess.run(command, capture_output=True, cwd=root, check=False)
        with open(self.path("json"), encoding="utf-8") as file:
            self.report = json.load(file)
        self.code, self.printed = result.returncode, result.stdout
        self.said = result.stderr.decode()

    def path(self, name):
        return os.path.join(self.out, name)

    def text(self, name):
        with open(self.path(name), encoding="utf-8", newline="") as file:
            return file.read()


def has(tools, need):
    if need is None:
        return True
    if need.startswith("venv:"):
        return os.path.exists(validators.script(tools, need.removeprefix("venv:")))
    return os.path.isdir(os.path.join(tools, need))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sflint", required=True)
    parser.add_argument("--tools", required=True)
    arguments = parser.parse_args()
    tools = os.path.abspath(arguments.tools)
    for tool in ("git", arguments.sflint):
        if shutil.which(tool) is None:
            print(f"missing: {tool}", file=sys.stderr)
            return 2
    sflint, outcomes, started = os.path.abspath(shutil.which(arguments.sflint)), [], time.monotonic()

    def expect(what, good, why=""):
        outcomes.append(bool(good))
        print(f"{'ok' if good else 'FAILED':6}  {what}")
        if not good and why:
            print(f"        {why}", file=sys.stderr)

    with tempfile.TemporaryDirectory() as scratch:
        scratch = os.path.realpath(scratch)
        roots = {name: os.path.join(scratch, name) for name in ("demo", "hostile", "clean", "large")}
        demo = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "testdata", "acme")
        shutil.copytree(demo, roots["demo"])
        names = format_projects.hostile(roots["hostile"])
        format_projects.clean(roots["clean"])
        format_projects.large(roots["large"], SITES)
        expect(f"{names} of {len(format_projects.NAMES)} hostile names can be written here", names >= 10)
        runs = {name: Run(sflint, root, os.path.join(scratch, f"out-{name}")) for name, root in roots.items()}
        harmful = validators.log_lines
        for command in ("a\n ::warning::x", "a ##[error]x", "a ##vso[task.complete]x", "a ##VSO[task.complete]x",
                        "a \x1b[31m", "a \u202e"):
            if not harmful(command, COMMANDS["github"]):
                expect(f"{command!r} is harmful", False)
        for name, run in runs.items():
            findings = len(run.report["findings"])
            expect(f"{name}: {findings} findings, exit code {run.code}",
                   run.code == (1 if run.report["summary"]["error"] else 0) and (findings > 0) == (name != "clean")
                   and (name != "large" or findings > 5000) and run.printed.decode() == run.text("concise"), run.said)
            for form in FORMATS:
                problems = harmful(run.text(form), COMMANDS.get(form, ()))
                if problems:
                    expect(f"{name}: what {form} prints is harmless", False, problems)
        spoilt = os.path.join(scratch, "spoilt")
        for form, validator, need, spoilers in CASES:
            what = f"{form}, {validator.__name__ if validator.__name__ != 'problems' else 'library or schema'}"
            if not has(tools, need):
                print(f"not tried: {what}, for want of {need.removeprefix('venv:').removeprefix('node_modules/')}")
                continue
            good = runs["demo"].text(form)
            for at, spoil in enumerate(spoilers):
                bad = spoil(good)
                with open(spoilt, "w", encoding="utf-8", newline="") as file:
                    file.write(bad)
                refused = bad != good and validator(tools, spoilt, runs["demo"])
                if not refused:
                    expect(f"{what}: refuses the spoilt document {at + 1}", False)
            for name, run in runs.items():
                if name == "large" and validator in SLOW:
                    continue
                begun = time.monotonic()
                problems = validator(tools, run.path(form), run)
                expect(f"{what}: {name} ({time.monotonic() - begun:.1f} s)", not problems, problems)
    failed = outcomes.count(False)
    print(f"{len(outcomes) - failed} passed, {failed} failed, in {time.monotonic() - started:.0f} seconds")
    return 1 if failed or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main())
