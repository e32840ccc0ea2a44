#!/usr/bin/env python3
"""Makes all fixes on a copy of real projects, and holds each file against the edits that the JSON report has for it.

    scripts/fix_corpus.py --sflint target/release/sflint --corpus PROJECTS [--preset strict]

A file must be what its edits make of it, byte by byte, and nothing else may change. Afterwards no finding that had a fix is left,
and a second time nothing is fixed. The exit code is 1 when any of this does not hold.
"""
import argparse
import collections
import json
import os
import shutil
import subprocess
import sys
import tempfile


def report(sflint, folder, preset):
    run = subprocess.run([sflint, "check", "--preset", preset, "--format", "json", "."], cwd=folder, stdout=subprocess.PIPE, check=False)
    return json.loads(run.stdout)


def contents(folder):
    """All files with their bytes and permissions."""
    found = {}
    for base, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".git"]
        for name in names:
            path = os.path.join(base, name)
            if os.path.islink(path):
                continue
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = (file.read(), os.stat(path).st_mode)
    return found


def edited(content, edits):
    """The bytes with the edits made. UTF-8 alone: no file of another encoding is fixed here."""
    made, copied = b"", 0
    for start, end, text in sorted(edits):
        if start < copied:
            raise SystemExit("edits overlap")
        made += content[copied:start] + text.encode()
        copied = end
    return made + content[copied:]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--sflint", required=True, metavar="BIN")
    parser.add_argument("--corpus", required=True, metavar="DIR", help="a folder of real projects")
    parser.add_argument("--preset", default="strict")
    arguments = parser.parse_args()
    sflint = os.path.abspath(arguments.sflint)
    with tempfile.TemporaryDirectory() as scratch:
        copy = os.path.join(scratch, "projects")
        shutil.copytree(arguments.corpus, copy, symlinks=True)
        before = contents(copy)
        findings = report(sflint, copy, arguments.preset)["findings"]
        fixable = [one for one in findings if one["fix"]]
        edits = collections.defaultdict(set)
        for finding in fixable:
            for edit in finding["fix"]["edits"]:
                edits[os.path.normpath(edit["path"])].add((edit["start"]["offset"], edit["end"]["offset"], edit["text"]))
        fix = [sflint, "check", "--preset", arguments.preset, "--fix=all", "--allow-dirty", "--format", "concise", "."]
        said = subprocess.run(fix, cwd=copy, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False).stderr
        after = contents(copy)
        wrong = []
        for path in sorted(before.keys() | after.keys()):
            old, mode = before.get(path, (b"", None))
            new, new_mode = after.get(path, (None, None))
            if new != edited(old, edits.get(path, ())) or mode not in (None, new_mode):
                wrong.append(f"{path} is not what its edits make of it")
        left = {one["fingerprint"] for one in report(sflint, copy, arguments.preset)["findings"]}
        wrong += [f"{one['rule']} is still found in {one['path']}" for one in fixable if one["fingerprint"] in left]
        again = subprocess.run(fix, cwd=copy, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False).stderr
        if contents(copy) != after:
            wrong.append(f"a second time something is fixed: {again}")
    lines = sum(text.count("\n") or 1 for of_file in edits.values() for _, _, text in of_file)
    print(f"{len(fixable)} of {len(findings)} findings have a fix: {sum(map(len, edits.values()))} edits in {len(edits)} files, "
          f"{lines} lines; {said.strip().splitlines()[0] if said.strip() else 'nothing was fixed'}")
    for one in wrong:
        print(f"wrong: {one}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
