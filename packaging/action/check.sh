#!/usr/bin/env bash
# What the GitHub Action runs: installs one version of sflint from PyPI into a place of its own, and checks.
# Reads its inputs from SFLINT_*, where action.yml puts them: what a workflow passes on is data here and never code.
# Bash 3.2 of macOS is enough.
set -euo pipefail

# Ends the step with an annotation; sflint itself ends with 2 when it cannot run.
fail() {
    local text="$1"
    text="${text//'%'/%25}"
    text="${text//$'\r'/%0D}"
    text="${text//$'\n'/%0A}"
    printf '::error title=sflint::%s\n' "$text"
    exit 2
}

# Appends the lines of $1 to `arguments`, without empty ones.
add_lines() {
    local line
    while IFS= read -r line || [[ -n "$line" ]]; do
        line="${line%$'\r'}"
        if [[ -n "$line" ]]; then arguments+=("$line"); fi
    done <<< "$1"
}

# Puts the program at $program.
install() {
    if [[ ! "$SFLINT_VERSION" =~ ^[0-9]+\.[0-9]+\.[0-9]+([-.+]?[0-9A-Za-z.]+)?$ ]]; then
        fail "the input version must be a version of sflint such as 1.2.3, and is $SFLINT_VERSION"
    fi
    local folder="$RUNNER_TEMP/sflint-$SFLINT_VERSION"
    # A wheel only: nothing that is downloaded runs before it is asked to check.
    "$python" -m pip install --quiet --disable-pip-version-check --upgrade --target "$folder" --no-deps --only-binary :all: \
        "sflint==$SFLINT_VERSION" || fail "sflint $SFLINT_VERSION cannot be installed from PyPI; the log says why"
    for program in "$folder/bin/sflint" "$folder/bin/sflint.exe" "$folder/Scripts/sflint.exe"; do
        if [[ -f "$program" ]]; then return; fi
    done
    fail "the wheel of sflint $SFLINT_VERSION has no program for this runner"
}

# Adds what compares with the base of a pull request.
compare() {
    local base="$SFLINT_SINCE"
    case "$base" in
        auto) base="${GITHUB_BASE_REF:+origin/$GITHUB_BASE_REF}" ;;
        none) base="" ;;
    esac
    if [[ -z "$base" ]]; then return; fi
    if ! git merge-base --end-of-options "$base" HEAD > /dev/null 2>&1; then
        fail "the checkout does not reach back to where this branch left $base, so sflint cannot tell what is new. Write \`fetch-depth: 0\` below \`with:\` of actions/checkout, or \`since: none\` here to report everything."
    fi
    arguments+=("--since=$base")
}

# Who has no right to write here must not decide what is accepted here. A fork that was deleted has no name.
distrust_forks() {
    if [[ -n "${GITHUB_BASE_REF:-}" && "$SFLINT_HEAD_REPOSITORY" != "$GITHUB_REPOSITORY" ]]; then
        arguments+=("--policy-from=origin/$GITHUB_BASE_REF")
    fi
}

output() {
    printf '%s=%s\n' "$1" "$2" >> "$GITHUB_OUTPUT"
}

python="$(command -v python3 || command -v python)" || fail "there is no Python 3 on this runner; actions/setup-python brings it"
arguments=(check)
compare
distrust_forks
install
annotations="$RUNNER_TEMP/sflint-annotations"
report="$RUNNER_TEMP/sflint.json"
rm -f "$annotations" "$report"
arguments+=("--output=github=$annotations" "--output=json=$report")
case "$SFLINT_SARIF_FILE" in
    *$'\n'*) fail "the input sarif-file must be one path" ;;
    ?*) arguments+=("--output=sarif=$SFLINT_SARIF_FILE") ;;
esac
if [[ -n "$SFLINT_FAIL_ON" ]]; then arguments+=("--fail-on=$SFLINT_FAIL_ON"); fi
add_lines "$SFLINT_ARGS"
arguments+=(--)
add_lines "$SFLINT_PATHS"

status=0
"$program" "${arguments[@]}" || status=$?
# The commands alone: what else the file says has been printed.
if [[ -f "$annotations" ]]; then grep '^::' "$annotations" || true; fi
if [[ -f "$report" ]]; then
    output findings "$("$python" -c 'import json, sys; print(len(json.load(open(sys.argv[1], encoding="utf-8"))["findings"]))' "$report")"
    if [[ -n "$SFLINT_SARIF_FILE" ]]; then
        case "$SFLINT_SARIF_FILE" in
            /* | [A-Za-z]:*) output sarif-file "$SFLINT_SARIF_FILE" ;;
            # Windows programs do not know the paths of bash.
            *) output sarif-file "$(pwd -W 2> /dev/null || pwd)/$SFLINT_SARIF_FILE" ;;
        esac
    fi
fi
exit "$status"
