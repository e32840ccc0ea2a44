#!/usr/bin/env python3
"""Makes the npm packages out of wheels: the same program, licences and bill of materials, packed for npm.

  npm.py --out DIR [--repository URL] WHEEL...

Writes DIR/sflint and DIR/cli-<platform> for every wheel, ready for `npm pack` and `npm publish`. The main package names
all platforms of packaging/npm/platforms.json as optional dependencies, whether their wheels are here or not.

--repository is where the packages are built; npm holds their provenance against it.

Exit status: 0 written, 1 a wheel is of no platform that is listed, or lacks what a package must hold.
"""
import argparse
import fnmatch
import json
import os
import shutil
import sys
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NPM = os.path.join(ROOT, "packaging", "npm")
SCOPE = "@sflint/cli-"
LICENCES = ["LICENSE-APACHE", "LICENSE-MIT", "NOTICE", "THIRD-PARTY-LICENSES"]


def write_json(path, value):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        json.dump(value, file, indent=2)
        file.write("\n")


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder


def manifest(name, version, description, repository, **more):
    known = {"repository": {"type": "git", "url": f"git+{repository}.git"}} if repository else {}
    return {"name": name, "version": version, "description": description, "license": "MIT OR Apache-2.0",
            "keywords": ["salesforce", "linter", "security"], **known, **more}


def platform_of(wheel, platforms):
    # name-version-python-abi-platform.whl; the platform may list several tags with dots between them.
    tags = os.path.basename(wheel).removesuffix(".whl").split("-")[-1].split(".")
    fits = [one for one in platforms if any(fnmatch.fnmatchcase(tag, one["wheel"]) for tag in tags)]
    if len(fits) != 1:
        raise SystemExit(f"{wheel}: a wheel of {'.'.join(tags)} is for {len(fits)} of the platforms listed")
    return fits[0]


def member(archive, end):
    found = [name for name in archive.namelist() if name.endswith(end)]
    if len(found) != 1:
        raise SystemExit(f"{archive.filename}: {len(found)} files are called {end}, not one")
    return archive.read(found[0])


def platform_package(wheel, platform, out, repository):
    """Gives the version; the folder then holds the package of one platform."""
    folder = fresh(os.path.join(out, f"cli-{platform['name']}"))
    version = os.path.basename(wheel).split("-")[1]
    program = "sflint.exe" if platform["os"] == "win32" else "sflint"
    with zipfile.ZipFile(wheel) as archive:
        files = {program: member(archive, f".data/scripts/{program}"),
                 "sflint.cyclonedx.json": member(archive, "/sflint.cyclonedx.json")}
        files.update({name: member(archive, f"/licenses/{name}") for name in LICENCES})
    for name, content in files.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content)
    os.chmod(os.path.join(folder, program), 0o755)
    with open(os.path.join(folder, "README.md"), "w", encoding="utf-8") as file:
        file.write(f"# {SCOPE}{platform['name']}\n\nThe program of the npm package `sflint` for this platform. "
                   "Install `sflint`; npm picks the platform.\n")
    libc = {"libc": [platform["libc"]]} if "libc" in platform else {}
    write_json(os.path.join(folder, "package.json"), manifest(
        f"{SCOPE}{platform['name']}", version, f"sflint for {platform['name']}", repository, os=[platform["os"]],
        cpu=[platform["cpu"]], **libc, files=sorted(files), preferUnplugged=True))
    return version


def main_package(version, platforms, out, repository):
    folder = fresh(os.path.join(out, "sflint"))
    shutil.copytree(os.path.join(NPM, "sflint"), folder, dirs_exist_ok=True)
    for name in LICENCES[:3]:
        shutil.copy(os.path.join(ROOT, name), folder)
    write_json(os.path.join(folder, "package.json"), manifest(
        "sflint", version, "Static security linter for Salesforce metadata, without touching an org", repository,
        bin={"sflint": "bin/sflint.js"}, files=["bin", *LICENCES[:3]], engines={"node": ">=18"},
        optionalDependencies={f"{SCOPE}{one['name']}": version for one in platforms}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--repository")
    parser.add_argument("wheels", nargs="+")
    arguments = parser.parse_args()
    with open(os.path.join(NPM, "platforms.json"), encoding="utf-8") as file:
        platforms = json.load(file)
    versions = {platform_package(wheel, platform_of(wheel, platforms), arguments.out, arguments.repository)
                for wheel in arguments.wheels}
    if len(versions) != 1:
        raise SystemExit(f"wheels of several versions: {', '.join(sorted(versions))}")
    main_package(versions.pop(), platforms, arguments.out, arguments.repository)
    print(f"{arguments.out}: sflint and {len(arguments.wheels)} of {len(platforms)} platforms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
