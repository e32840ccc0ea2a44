#!/usr/bin/env bash
# Builds every package for the platform of this machine: wheel, npm packages and crate, into the folder named.
#   build.sh DIR [OPTION OF MATURIN BUILD...]
# Needs cargo, npm and maturin. The program is built once; the npm packages are made out of the wheel.
set -euo pipefail
out="$(mkdir -p "$1" && cd "$1" && pwd)"
shift
cd "$(dirname "$0")/../.."

python3 scripts/packaging/licences.py
maturin build --release --locked --out "$out/wheel" "$@"
python3 scripts/packaging/npm.py --out "$out/npm-folders" "$out"/wheel/*.whl
mkdir -p "$out/npm"
for folder in "$out"/npm-folders/*/; do
    npm pack --silent --pack-destination "$out/npm" "$folder" > /dev/null
done
# The crate as it is published. "Dirty" is allowed for the licences, which are in no commit; for nothing else in a release.
cargo package --locked --no-verify --allow-dirty --quiet
target="$(cargo metadata --format-version 1 --no-deps | python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')"
mkdir -p "$out/crate"
cp "$target"/package/sflint-*.crate "$out/crate/"
