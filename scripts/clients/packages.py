#!/usr/bin/env python3
"""Installs every package into a place of its own and runs what it installed.

  packages.py --wheel FILE --npm DIR --crate FILE

DIR holds the npm packages as `npm pack` makes them; npm gets them from registry.py, by name. Without network but for
what cargo needs to build. The SBOM is validated where cyclonedx-python-lib is installed beside this Python.

Exit status: 0 all as expected, 1 something is not, 2 something is missing.
"""
import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile

from scratch import ROOT, Outcomes

ACME = os.path.join(ROOT, "testdata", "acme")
CHECK = ["check", ACME, "--select", "oauth-full-scope", "--format", "concise"]
LICENCES = {"LICENSE-APACHE", "LICENSE-MIT", "NOTICE", "THIRD-PARTY-LICENSES"}
# The largest package that npm and pip should have to fetch, in MiB.
LARGEST = 6


def version():
    with open(os.path.join(ROOT, "Cargo.toml"), encoding="utf-8") as file:
        return re.search(r'^version = "(.+)"$', file.read(), re.MULTILINE).group(1)


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def works(outcomes, what, command, **options):
    """The installed program tells its version, finds what there is to find, and passes its exit code on."""
    told = run(*command, "--version", **options)
    outcomes.expect(f"{what}: --version", told.stdout == f"sflint {version()}\n", told.stdout + told.stderr)
    found = run(*command, *CHECK, **options)
    outcomes.expect(f"{what}: a check, exit code 1", found.returncode == 1 and "error[oauth-full-scope]" in found.stdout,
                    found.stdout + found.stderr)
    mistake = run(*command, "check", "--no-such-option", **options)
    outcomes.expect(f"{what}: a mistake, exit code 2", mistake.returncode == 2, mistake.stdout + mistake.stderr)


def wheel(path, scratch, outcomes):
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        held = {name.rsplit("/", 1)[1] for name in names if "/licenses/" in name}
        outcomes.expect("wheel: licences", held == LICENCES, str(held))
        boms = [name for name in names if "/sboms/" in name]
        bom = archive.read(boms[0]).decode() if boms else "{}"
    check_bom(bom, outcomes)
    small("wheel", path, outcomes)
    environment = os.path.join(scratch, "venv")
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    done = run(os.path.join(environment, "bin", "pip"), "install", "--quiet", "--no-index", path)
    outcomes.expect("wheel: installed into a clean environment, alone", done.returncode == 0, done.stderr)
    works(outcomes, "wheel", [os.path.join(environment, "bin", "sflint")])


def check_bom(text, outcomes):
    bom = json.loads(text)
    named = {(one["name"], one["version"]) for one in bom.get("components", [])}
    with open(os.path.join(ROOT, "Cargo.lock"), encoding="utf-8") as file:
        locked = set(re.findall(r'name = "(.+)"\nversion = "(.+)"', file.read()))
    outcomes.expect("bill of materials: the libraries of Cargo.lock, none of the tests",
                    len(named) > 50 and named <= locked and "insta" not in dict(named), str(named - locked))
    try:
        from cyclonedx.schema import SchemaVersion
        from cyclonedx.validation.json import JsonStrictValidator
    except ImportError:
        print("missing: cyclonedx-python-lib[json-validation]; the bill of materials is not validated", file=sys.stderr)
        raise SystemExit(2) from None
    problem = JsonStrictValidator(SchemaVersion.from_version(bom["specVersion"])).validate_str(text)
    outcomes.expect(f"bill of materials: valid CycloneDX {bom['specVersion']}", problem is None, str(problem))


def small(what, path, outcomes):
    size = os.path.getsize(path) / 2**20
    outcomes.expect(f"{what}: {size:.1f} MiB", size < LARGEST, f"more than {LARGEST} MiB")


def npm(folder, scratch, outcomes):
    for name in sorted(os.listdir(folder)):
        with tarfile.open(os.path.join(folder, name)) as archive:
            manifest = json.load(archive.extractfile("package/package.json"))
            held = {one.split("/", 1)[1] for one in archive.getnames()}
        outcomes.expect(f"{name}: no script runs while it is installed", "scripts" not in manifest, str(manifest))
        wanted = LICENCES if manifest["name"].startswith("@") else LICENCES - {"THIRD-PARTY-LICENSES"}
        outcomes.expect(f"{name}: licences", wanted <= held, str(held))
        small(name, os.path.join(folder, name), outcomes)
    project = os.path.join(scratch, "npm")
    os.makedirs(project)
    with open(os.path.join(project, "package.json"), "w", encoding="utf-8") as file:
        file.write('{ "name": "a-project", "private": true }\n')
    registry = [sys.executable, os.path.join(ROOT, "scripts", "clients", "registry.py"), folder]
    done = run(*registry, "npm", "install", "--ignore-scripts", "--save-dev", "sflint", cwd=project)
    outcomes.expect("npm: installed by name into a clean project", done.returncode == 0, done.stdout + done.stderr)
    platforms = os.listdir(os.path.join(project, "node_modules", "@sflint"))
    outcomes.expect("npm: one platform, that of this machine", len(platforms) == 1, str(platforms))
    command = [os.path.join(project, "node_modules", ".bin", "sflint")]
    works(outcomes, "npm", command)
    arguments(command, os.path.join(project, "node_modules", "@sflint", platforms[0], "sflint"), outcomes)
    signals(command, project, platforms[0], outcomes)
    missing_platform(command, project, platforms[0], outcomes)


def arguments(command, program, outcomes):
    """What a shell or a wrapper could eat reaches the program as it is."""
    odd = ["explain", "a b", "", "*", "$HOME", "--", "ünï", '"q"', "%PATH%", "a\nb"]
    for count in range(len(odd) + 1):
        through, direct = (run(*one, *odd[:count], cwd=ACME) for one in (command, [program]))
        same = (through.returncode, through.stdout, through.stderr) == (direct.returncode, direct.stdout, direct.stderr)
        outcomes.expect(f"npm: {count} arguments as they are", same, through.stderr + direct.stderr)


def signals(command, project, platform, outcomes):
    """A signal for the wrapper ends the program, and the wrapper ends as the program did."""
    program = os.path.join(project, "node_modules", "@sflint", platform, "sflint")
    os.rename(program, program + ".kept")
    mark = os.path.join(project, "started")
    with open(program, "w", encoding="utf-8") as file:
        file.write(f"#!/bin/sh\necho $$ > '{mark}.new' && mv '{mark}.new' '{mark}'\nexec sleep 60\n")
    os.chmod(program, 0o755)
    for number in (signal.SIGTERM, signal.SIGINT):
        if os.path.exists(mark):
            os.remove(mark)
        process = subprocess.Popen(command)
        for _ in range(200):
            if os.path.exists(mark):
                break
            time.sleep(0.05)
        with open(mark, encoding="utf-8") as file:
            child = int(file.read())
        process.send_signal(number)
        status = process.wait(timeout=20)
        outcomes.expect(f"npm: {number.name} ends program and wrapper", status == -number and not alive(child),
                        f"status {status}, program alive: {alive(child)}")
    os.replace(program + ".kept", program)


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def missing_platform(command, project, platform, outcomes):
    folder = os.path.join(project, "node_modules", "@sflint", platform)
    os.rename(folder, folder + ".kept")
    got = run(*command, "--version")
    good = got.returncode == 2 and f"@sflint/{platform}" in got.stderr and "install again" in got.stderr
    outcomes.expect("npm: without the package of the platform it says what to do", good, got.stderr)
    os.rename(folder + ".kept", folder)


def crate(path, scratch, outcomes):
    small("crate", path, outcomes)
    with tarfile.open(path) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
        archive.extractall(scratch, filter="data")
    outcomes.expect("crate: licences", LICENCES <= names, str(LICENCES - names))
    held = {name.split("/")[0] for name in names}
    own = {"tests", "testdata", "scripts", "packaging", ".ci", ".github"}
    outcomes.expect("crate: nothing that a build does not need", not held & own, str(held & own))
    source = os.path.join(scratch, os.path.basename(path).removesuffix(".crate"))
    target = os.path.join(scratch, "cargo")
    # Builds of one package in several folders must not share what they generate.
    environment = {name: value for name, value in os.environ.items() if name != "CARGO_TARGET_DIR"}
    done = run("cargo", "install", "--path", source, "--locked", "--root", target, "--quiet", timeout=3000, env=environment)
    outcomes.expect("crate: cargo install --locked", done.returncode == 0, done.stderr)
    works(outcomes, "cargo install", [os.path.join(target, "bin", "sflint")])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheel", required=True)
    parser.add_argument("--npm", required=True)
    parser.add_argument("--crate", required=True)
    given = parser.parse_args()
    for tool in ("cargo", "node", "npm"):
        if shutil.which(tool) is None:
            print(f"missing: {tool}", file=sys.stderr)
            return 2
    outcomes = Outcomes()
    with tempfile.TemporaryDirectory() as scratch:
        wheel(os.path.abspath(given.wheel), scratch, outcomes)
        npm(os.path.abspath(given.npm), scratch, outcomes)
        crate(os.path.abspath(given.crate), scratch, outcomes)
    return outcomes.status()


if __name__ == "__main__":
    sys.exit(main())
