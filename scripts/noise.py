#!/usr/bin/env python3
"""Writes how often each rule fires in each project of a corpus, so that a change in noise shows in review.

  noise.py --sflint BIN --corpus DIR [--out docs/noise.tsv]

DIR is a folder of projects; they are numbered P01, P02, … in the order of their names, and nothing else about them is
written. Every rule is on, whatever its presets: families of rules are selected by name. The kind of each project is guessed
as in any run, so rules that are for orgs alone speak about orgs alone. Beside the table, `noise.md` in the same folder is
written anew between its marks: the rules that fire most.

Exit status: 0 written, 2 something is missing.
"""
import argparse
import collections
import json
import os
import subprocess
import sys

# A day, for certificates would be judged by another one tomorrow.
TODAY = "2026-11-23"
MARK = "<!-- written by scripts/noise.py -->"


class Missing(Exception):
    """Something that the count needs is not there."""


def run(sflint, *arguments):
    """The JSON that sflint prints."""
    done = subprocess.run([sflint, *arguments], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise Missing(f"sflint {' '.join(arguments[:2])} failed: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)


def lines(sflint, *arguments):
    """The JSON lines that sflint prints."""
    done = subprocess.run([sflint, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Missing(f"sflint {' '.join(arguments[:2])} failed: {done.stderr.strip()[-500:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def credentials(sflint, corpus, found):
    """Of each kind of place that may hold a credential: how often it does, by verdict; no place and no value."""
    verdicts = {}
    for finding in found["findings"]:
        if any(value.startswith(("value=", "consumerSecret=")) for value in finding["values"]):
            verdicts[finding["path"], finding["start"]["offset"]] = finding["severity"]
    hits = collections.defaultdict(collections.Counter)
    for kind in ("Secret", "InlineSecret"):
        for record in lines(sflint, "facts", corpus, "--kind", kind):
            leaves = {name: [value["value"] for value in leaf.get("values", [])] for name, leaf in record["leaves"].items()}
            names = leaves["kind"] if kind == "Secret" else leaves["holder"] + leaves["element"]
            at = record["at"]
            inside = [severity for (path, offset), severity in verdicts.items()
                      if path == at["path"] and at["offset"] <= offset <= at["end"]]
            hits[" ".join(names)][inside[0] if inside else "silent"] += 1
    return hits


def counts(found, corpus):
    """Of each project: findings by rule."""
    projects = sorted(name for name in os.listdir(corpus) if os.path.isdir(os.path.join(corpus, name)))
    if not projects:
        raise Missing(f"there are no projects in {corpus}")
    of_project = collections.defaultdict(collections.Counter)
    for finding in found["findings"]:
        # Paths are relative to the corpus, unless a work tree holds it.
        path = os.path.relpath(os.path.join(found["run"]["root"], finding["path"]), corpus)
        of_project[path.split(os.sep)[0]][finding["rule"]] += 1
    return [of_project[project] for project in projects]


def table(rules, projects):
    """The rows of the table: rule, severity, recommended, projects, findings, then each project."""
    numbers = [f"P{number:02}" for number in range(1, len(projects) + 1)]
    yield "\t".join(["rule", "severity", "recommended", "projects", "findings", *numbers])
    for rule in sorted(rules, key=lambda rule: rule["id"]):
        own = [project[rule["id"]] for project in projects]
        yield "\t".join([rule["id"], rule["severity"], "yes" if "recommended" in rule["presets"] else "no",
                         str(sum(1 for number in own if number)), str(sum(own)), *(str(number or "") for number in own)])


def page(rules, projects, hits):
    """The rules that fire in most projects, and the verdicts on credentials, as Markdown."""
    rows = []
    for rule in rules:
        own = [project[rule["id"]] for project in projects]
        hit = sum(1 for number in own if number)
        if hit:
            rows.append((-hit, rule["id"], rule, sum(own)))
    silent = len(rules) - len(rows)
    yield MARK
    yield ""
    yield (f"{len(projects)} projects; {len(rows)} of {len(rules)} rules fire in any of them, {silent} in none.")
    yield ""
    yield "| rule | severity | recommended | projects | findings |"
    yield "|---|---|---|---:|---:|"
    for hit, name, rule, total in sorted(rows, key=lambda row: row[:2]):
        recommended = "yes" if "recommended" in rule["presets"] else ""
        yield f"| [{name}](rules/{name}.md) | {rule['severity']} | {recommended} | {-hit} | {total} |"
    yield ""
    yield "Values where a credential may stand, by what is said of them; silent is what stands for one, such as a placeholder:"
    yield ""
    yield "| kind, or element | error | warning | note | silent |"
    yield "|---|---:|---:|---:|---:|"
    for name in sorted(hits):
        yield f"| {name} | " + " | ".join(str(hits[name][one] or "") for one in ("error", "warning", "note", "silent")) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sflint", required=True)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--out", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs", "noise.tsv"))
    args = parser.parse_args()
    try:
        rules = [rule for rule in run(args.sflint, "rules", "--json") if rule["builtin"]]
        families = sorted({rule["family"] for rule in rules})
        corpus = os.path.realpath(args.corpus)
        found = run(args.sflint, "check", corpus, "--format", "json", "--today", TODAY, "--select", ",".join(families))
        projects = counts(found, corpus)
        hits = credentials(args.sflint, corpus, found)
    except (Missing, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    with open(args.out, "w", encoding="utf-8") as out:
        out.writelines(line.rstrip("\t") + "\n" for line in table(rules, projects))
    beside = os.path.join(os.path.dirname(args.out), "noise.md")
    with open(beside, encoding="utf-8") as known:
        head = known.read().split(MARK)[0]
    with open(beside, "w", encoding="utf-8") as out:
        out.write(head + "\n".join(page(rules, projects, hits)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
