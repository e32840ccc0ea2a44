#!/usr/bin/env python3
"""Writes the version of Cargo.toml wherever else a version of sflint stands.

  versions.py [--check] [--tag TAG]

With --check nothing is written, and what differs is named; a release also has its tag compared. Wheel, npm packages and
crate take their version from Cargo.toml while they are built, and are not listed here.

Exit status: 0 all the same, 1 something differs, 2 a place has no version where one is expected.
"""
import argparse
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VERSION = r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?"
# A file, and what stands before the version in it; every place in the file counts.
PLACES = [
    ("packaging/pre-commit/pyproject.toml", r"sflint=="),
    ("packaging/pre-commit/.pre-commit-hooks.yaml", r"sflint@"),
    ("packaging/pre-commit/README.md", r"rev: v"),
    ("packaging/megalinter/mega-linter-plugin-sflint/sflint.megalinter-descriptor.yml", r"sflint=="),
    ("action.yml", r'default: "(?=\d)'),
    ("editors/vscode/package.json", r'"version": "'),
    ("editors/vscode/package-lock.json", r'"name": "sflint",\s+"version": "'),
    ("README.md", r"rev: v"),
    ("docs/ci.md", r"sflint=="),
    ("docs/ci.md", r"OWNER/sflint@v"),
    ("docs/ci.md", r"OWNER/sflint/v"),
]


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", newline="") as file:
        return file.read()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--tag")
    arguments = parser.parse_args()
    check = arguments.check
    version = re.search(rf'^version = "({VERSION})"$', read("Cargo.toml"), re.MULTILINE).group(1)
    status = 0
    if arguments.tag not in (None, f"v{version}"):
        print(f"the tag {arguments.tag} is not v{version}, the version of Cargo.toml", file=sys.stderr)
        status = 1
    for path, before in PLACES:
        old = read(path)
        new, count = re.subn(rf"({before}){VERSION}", rf"\g<1>{version}", old)
        if count == 0:
            print(f"{path}: no version after {before!r}", file=sys.stderr)
            status = 2
        elif new != old and check:
            print(f"{path}: not {version}; `python3 scripts/packaging/versions.py` writes it", file=sys.stderr)
            status = max(status, 1)
        elif new != old:
            with open(os.path.join(ROOT, path), "w", encoding="utf-8", newline="") as file:
                file.write(new)
            print(f"{path}: {version}")
    return status


if __name__ == "__main__":
    sys.exit(main())
