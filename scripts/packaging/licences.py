#!/usr/bin/env python3
"""Writes the licence texts of every library that is part of the program, for the packages.

  licences.py [--output FILE]          default: THIRD-PARTY-LICENSES beside Cargo.toml

What counts is what Cargo.lock resolves for any platform, without tools of the build and the tests. Equal texts are
printed once. The file is made when a package is made and never committed: it follows Cargo.lock alone.

Exit status: 0 written, 1 a library says nothing about its licence, 2 cargo is missing or fails.
"""
import argparse
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NAMES = re.compile(r"(licen[cs]e|copying|notice|unlicense|copyright)", re.IGNORECASE)
# Libraries whose published files hold no text of the licence that they state. Both licences are those of sflint, whose
# texts are beside this file in every package.
WITHOUT_TEXT = {"public-suffix": "MIT OR Apache-2.0"}


def libraries():
    """The packages that are part of the program, by name and version."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        print(result.stderr, file=sys.stderr)
        raise SystemExit(2)
    metadata = json.loads(result.stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    seen, open_ones = set(), [root]
    while open_ones:
        one = open_ones.pop()
        if one not in seen:
            seen.add(one)
            open_ones += [dependency["pkg"] for dependency in nodes[one]["deps"]
                          if any(kind["kind"] is None for kind in dependency["dep_kinds"])]
    return sorted((packages[one] for one in seen - {root}), key=lambda one: (one["name"], one["version"]))


def texts(package):
    folder = os.path.dirname(package["manifest_path"])
    names = {name for name in os.listdir(folder) if NAMES.match(name)}
    if package["license_file"]:
        names.add(package["license_file"])
    for name in sorted(names):
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read()
            # Line ends and indents of paragraphs differ between copies of one text.
            yield "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", default=os.path.join(ROOT, "THIRD-PARTY-LICENSES"))
    arguments = parser.parse_args()
    users, stated, silent = {}, [], []
    for package in libraries():
        title = f"{package['name']} {package['version']}"
        stated.append(f"  {title}: {package['license']}\n")
        found = list(texts(package))
        for text in found:
            users.setdefault(text, []).append(title)
        if not found and WITHOUT_TEXT.get(package["name"]) != package["license"]:
            silent.append(title)
    if silent:
        print(f"no text of a licence in: {', '.join(silent)}\nRead their repositories, and add them to WITHOUT_TEXT if "
              "a text of this file covers them.", file=sys.stderr)
        return 1
    with open(arguments.output, "w", encoding="utf-8", newline="\n") as out:
        out.write("sflint contains the following libraries, and the standard library of Rust (MIT OR Apache-2.0,\n"
                  "Copyright The Rust Project Contributors). Each line says under which licences a library is offered;\n"
                  "the texts follow. A library without a text of its own is under one of the licences of sflint.\n\n")
        out.writelines(stated)
        for text, names in sorted(users.items(), key=lambda item: item[1]):
            out.write(f"\n{'=' * 80}\n{', '.join(names)}\n{'=' * 80}\n\n{text}")
    print(f"{arguments.output}: {len(stated)} libraries, {len(users)} texts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
