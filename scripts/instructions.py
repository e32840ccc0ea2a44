#!/usr/bin/env python3
"""Counts the instructions of sflint on fixed small inputs, and fails when they grow.

  instructions.py --sflint BIN [--update]

Runs `valgrind --tool=callgrind` on a project with one connected app and on one with a profile of 1 MB, both generated,
and compares the totals with instructions.json beside this file: more than 3 % above it is a failure. Instructions do not
depend on how busy the machine is, but on the compiler, the C library and what the processor can do (the search for
bytes picks its code at run time): compare on the kind of machine that wrote the file, with a release build, and write it
anew with --update after a change that is meant.

Exit status: 0 within the limits, 1 above, 2 something is missing.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import bench  # noqa: E402  the inputs are those of the benchmark

COMMITTED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instructions.json")
TOLERANCE = 0.03
# A day, for certificates would be judged by another one tomorrow.
ARGUMENTS = ("check", "--format", "json", "--threads", "1", "--today", "2026-11-23")


class Missing(Exception):
    """Something that the count needs is not there."""


def inputs(folder):
    """The projects, by the names of their counts."""
    projects = {"one connected app": [bench.connected_app()], "one profile of 1 MB": [bench.profile(1_000_000)]}
    for number, (name, files) in enumerate(projects.items()):
        # The path is part of the work: it has the same length in each run.
        path = os.path.join(folder, f"project{number}")
        bench.project(path, *files)
        yield name, path


def count(sflint, project):
    """Instructions of one run."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sflint, *ARGUMENTS, "."]
    run = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    total = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode not in (0, 1) or not total:
        raise Missing(f"valgrind gave no count: {run.stderr.strip()[-500:]}")
    if not json.loads(run.stdout)["findings"]:
        raise Missing("a run without findings proves nothing")
    return int(total.group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sflint", required=True, metavar="BIN")
    parser.add_argument("--update", action="store_true", help="write the counts instead of comparing them")
    arguments = parser.parse_args()
    sflint = os.path.abspath(arguments.sflint)
    try:
        if not os.path.isfile(sflint):
            raise Missing(f"there is no {sflint}")
        if shutil.which("valgrind") is None:
            raise Missing("there is no valgrind (package valgrind)")
        if not arguments.update and not os.path.isfile(COMMITTED):
            raise Missing(f"there is no {COMMITTED}: write it with --update")
        with tempfile.TemporaryDirectory(prefix="sflint-") as folder:
            counted = {name: count(sflint, path) for name, path in inputs(folder)}
        if arguments.update:
            with open(COMMITTED, "w", encoding="utf-8") as out:
                out.write(json.dumps(counted, indent=2) + "\n")
            print(f"wrote {COMMITTED}: {counted}")
            return 0
        with open(COMMITTED, encoding="utf-8") as text:
            committed = json.load(text)
        if set(committed) != set(counted):
            raise Missing(f"{COMMITTED} is of other inputs: write it with --update")
        above = 0
        for name, number in counted.items():
            change = number / committed[name] - 1
            missed = change > TOLERANCE
            above += missed
            print(f"{name}: {number:,} instructions, committed {committed[name]:,}, {change:+.2%}{'  TOO MANY' if missed else ''}")
        return 1 if above else 0
    except Missing as missing:
        print(f"instructions: {missing}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
