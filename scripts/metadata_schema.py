#!/usr/bin/env python3
"""Writes src/schema/metadata.txt, the table of all Salesforce metadata types.

The source is the npm package `@salesforce/types` (BSD-3-Clause), whose
lib/metadata.d.ts is generated from the Metadata API WSDL:

    npm pack @salesforce/types && tar xzf salesforce-types-*.tgz
    scripts/metadata_schema.py package > src/schema/metadata.txt
    scripts/metadata_schema.py package --check src/schema/metadata.txt

`--check` writes nothing and exits 1 if the table differs from what the package
gives. It needs the package, so it is not part of the tests.

The table: `#` lines with provenance and licence, then one line a type, sorted
by the bytes of the name, fields separated by tabs:

    Name  root|complex  element:type[?][*] element:type ...
    Name  enum          value value ...

`root` marks a type that can be the root element of a file (it derives from
`Metadata`), `complex` one that only occurs inside others. `?` marks an element
that may be absent, `*` one that may be repeated. Elements of base types are
written out in every type that inherits them, in schema order, base first. A
type is `text`, `boolean`, `number`, `date`, `any`, or the name of another line.

The package does not tell integers from doubles, nor dates from dateTimes. A
type it declares as `unknown` has no described content and is written as `any`.
"""

import argparse
import json
import re
import sys
from pathlib import Path

PACKAGE = "@salesforce/types"
ROOT_BASE = "Metadata"
# Base types that derive from Metadata but are never the root element of a file.
ABSTRACT = {"Metadata", "MetadataWithContent", "Folder", "RoleOrTerritory", "SharingBaseRule", "WorkflowAction"}
PRIMITIVES = {"string": "text", "boolean": "boolean", "number": "number", "Date": "date", "any": "any"}

ENUM = re.compile(r"export type (\w+) = ('[^'\\]*'(?: \| '[^'\\]*')*);")
ALIAS = re.compile(r"export type (\w+) = (\w+);")
OPEN = re.compile(r"export type (\w+) = (?:(\w+) & )?\{")
EMPTY = re.compile(r"export type (\w+) = (?:(\w+) & )?\{\};")
MEMBER = re.compile(r"    (\w+)(\??): (\w+)(\[\])?;")


class SchemaError(Exception):
    """Something about the package that this script does not understand."""


class Schema:
    """The declarations of a metadata.d.ts."""

    def __init__(self, text):
        self.enums = {}  # name -> values, in order
        self.bases = {}  # name -> base type or None
        self.members = {}  # name -> own elements: (name, type, optional, repeated)
        self.opaque = {}  # name -> primitive it stands for
        self._parse(text)

    def _parse(self, text):
        current = None
        for number, line in enumerate(text.splitlines(), 1):
            if current is not None:
                if line == "};":
                    current = None
                elif member := MEMBER.fullmatch(line):
                    name, optional, kind, repeated = member.groups()
                    self.members[current].append((name, kind, bool(optional), bool(repeated)))
                else:
                    raise SchemaError(f"line {number}: not an element: {line.strip()[:80]}")
            elif declaration := ENUM.fullmatch(line):
                self._declare(declaration[1], number)
                self.enums[declaration[1]] = re.findall(r"'([^']*)'", declaration[2])
            elif declaration := ALIAS.fullmatch(line):
                name, target = declaration.groups()
                self._declare(name, number)
                if target == "unknown":
                    self.opaque[name] = "any"
                elif target in PRIMITIVES:
                    self.opaque[name] = PRIMITIVES[target]
                else:
                    self.bases[name], self.members[name] = target, []
            elif declaration := EMPTY.fullmatch(line):
                self._declare(declaration[1], number)
                self.bases[declaration[1]], self.members[declaration[1]] = declaration[2], []
            elif declaration := OPEN.fullmatch(line):
                current = declaration[1]
                self._declare(current, number)
                self.bases[current], self.members[current] = declaration[2], []
            elif line.strip():
                raise SchemaError(f"line {number}: not a declaration: {line.strip()[:80]}")
        if current is not None:
            raise SchemaError(f"{current} is not closed")

    def _declare(self, name, number):
        if name in self.enums or name in self.members or name in self.opaque:
            raise SchemaError(f"line {number}: {name} is declared twice")

    def lineage(self, name):
        """The type and its bases, most basic first."""
        line = []
        while name is not None:
            if name in line or name not in self.members:
                raise SchemaError(f"{name} cannot be a base type")
            line.append(name)
            name = self.bases[name]
        return line[::-1]

    def roots(self):
        for name in sorted(ABSTRACT):
            if name not in self.bases.values():
                raise SchemaError(f"{name} is no longer a base type: correct ABSTRACT")
        return [name for name in self.members if self.lineage(name)[0] == ROOT_BASE and name not in ABSTRACT]

    def elements(self, name):
        """All elements, inherited ones first; an own declaration replaces an inherited one."""
        found = {}
        for part in self.lineage(name):
            for element in self.members[part]:
                found[element[0]] = element
        return list(found.values())

    def resolve(self, kind):
        """The type as the table writes it, and whether it has a line of its own."""
        if kind in PRIMITIVES:
            return PRIMITIVES[kind], False
        if kind in self.opaque:
            return self.opaque[kind], False
        if kind in self.members or kind in self.enums:
            return kind, True
        raise SchemaError(f"type {kind} is used and not declared")

    def lines(self):
        roots = set(self.roots())
        waiting, seen, lines = list(roots), set(roots), []
        while waiting:
            name = waiting.pop()
            if name in PRIMITIVES.values():
                raise SchemaError(f"type {name} has the name of a primitive of the table")
            if name in self.enums:
                values = self.enums[name]
                for value in values:
                    if not value or re.search(r"\s", value):
                        raise SchemaError(f"{name}: a value with blanks needs an escape: {value!r}")
                lines.append((name, "enum", " ".join(values)))
                continue
            fields = []
            for element, kind, optional, repeated in self.elements(name):
                written, has_line = self.resolve(kind)
                if has_line and written not in seen:
                    seen.add(written)
                    waiting.append(written)
                fields.append(f"{element}:{written}{'?' if optional else ''}{'*' if repeated else ''}")
            lines.append((name, "root" if name in roots else "complex", " ".join(fields)))
        return ["\t".join(line) for line in sorted(lines, key=lambda line: line[0].encode())]


def read(path):
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SchemaError(f"{path} is missing: the directory is not an unpacked {PACKAGE} package") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SchemaError(f"{path} cannot be read: {error}") from None


def table(directory):
    if not directory.is_dir():
        raise SchemaError(f"{directory} is not a directory: unpack the npm package {PACKAGE} first")
    try:
        manifest = json.loads(read(directory / "package.json"))
        name, version, licence = (manifest[key] for key in ("name", "version", "license"))
    except (ValueError, KeyError, TypeError) as error:
        raise SchemaError(f"{directory / 'package.json'} has no valid name, version and license: {error}") from None
    if name != PACKAGE:
        raise SchemaError(f"{directory} holds {name}, not {PACKAGE}")
    schema = Schema(read(directory / "lib" / "metadata.d.ts"))
    # The manifest and the licence file of 1.9.0 name different licences: record both.
    notice = [line.strip() for line in read(directory / "LICENSE.txt").splitlines() if line.strip()]
    copyright_line = next((line for line in notice if line.startswith("Copyright")), None)
    if copyright_line is None:
        raise SchemaError(f"{directory / 'LICENSE.txt'} has no copyright line")
    header = [
        f"package: {name}",
        f"version: {version}",
        f"licence: {licence}",
        f"licence file: {notice[0]}",
        f"copyright: {copyright_line}",
        "",
        "Salesforce metadata types, written by scripts/metadata_schema.py from lib/metadata.d.ts",
        "of that package; what the lines mean is said there. Do not edit.",
    ]
    commented = [f"# {line}".rstrip() for line in header]
    return "\n".join(commented + schema.lines()) + "\n"


def main():
    parser = argparse.ArgumentParser(description="Writes the table of all Salesforce metadata types.")
    parser.add_argument("package", type=Path, help=f"directory of the unpacked npm package {PACKAGE}")
    parser.add_argument("--check", type=Path, metavar="FILE", help="compare with FILE, exit 1 if it differs")
    arguments = parser.parse_args()
    try:
        written = table(arguments.package)
        if arguments.check:
            # Line ends are compared as stored.
            same = arguments.check.is_file() and arguments.check.read_bytes() == written.encode()
            if not same:
                print(f"{arguments.check} is not what {arguments.package} gives: write it again", file=sys.stderr)
            return 0 if same else 1
    except SchemaError as error:
        print(f"metadata_schema.py: {error}", file=sys.stderr)
        return 2
    sys.stdout.buffer.write(written.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
