#!/bin/sh
# Gets uv if it is missing and brings .venv to uv.lock. Shows its two steps; $1 is the number of
# steps of the whole command. Needs nothing but python3 (or uv) and the package index.
set -eu
cd "$(dirname "$0")/.."
total=${1:-2}
var=${MACHIKOBA_VAR:-$PWD/var}
mkdir -p "$var/log"
unset VIRTUAL_ENV UV_PROJECT_ENVIRONMENT PYTHONPATH

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# A uv on PATH may be a version manager's shim that does not run here: believe only what runs.
runs() {
    "$1" --version >/dev/null 2>&1
}

root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_uv() {
    command -v python3 >/dev/null 2>&1 || return 1
    tools=$var/tools
    {
        # Debian's plain python3 may lack pip, venv or both.
        python3 -m venv "$tools" && "$tools/bin/python" -m pip install uv && return 0
        rm -rf "$tools"
        python3 -m pip install --target "$tools" uv && return 0
        root apt-get update && root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y --no-install-recommends python3-venv python3-pip || return 1
        rm -rf "$tools"
        python3 -m venv "$tools" && "$tools/bin/python" -m pip install uv
    } >"$var/log/uv.log" 2>&1
}

printf '[1/%s] uv …' "$total"
began=$(date +%s)
UV=""
for candidate in uv "$var/tools/bin/uv" "$HOME/.local/bin/uv"; do
    if runs "$candidate"; then UV=$candidate && break; fi
done
if [ -z "$UV" ]; then
    printf ' getting it …'
    install_uv || fail "uv could not be installed (see $var/log/uv.log): install it from" \
        "https://docs.astral.sh/uv/ or give this machine python3-venv and the package index."
    UV=$var/tools/bin/uv
fi
printf ' %s s (%s)\n' "$(($(date +%s) - began))" "$("$UV" --version | cut -d' ' -f1-2)"

printf '[2/%s] Python and packages …' "$total"
began=$(date +%s)
# .python-version asks for 3.13; any installed Python from 3.12 on will do before one is fetched.
if ! "$UV" python find --no-python-downloads >/dev/null 2>&1; then
    if found=$("$UV" python find --no-python-downloads --no-project '>=3.12' 2>/dev/null); then
        export UV_PYTHON="$found"
    elif ! "$UV" python install "$(cat .python-version)" >"$var/log/uv.log" 2>&1; then
        fail "Python 3.12 or newer is needed, this machine has" \
            "$(python3 --version 2>/dev/null || echo none), and none could be fetched:" \
            "install python3.13 and start again."
    fi
fi
if [ -t 1 ] && [ ! -d .venv ]; then
    printf '\n'
    "$UV" sync --locked || fail "The packages of uv.lock could not be installed: is the package index reachable?"
else
    "$UV" sync --locked >"$var/log/uv.log" 2>&1 || {
        tail -n 15 "$var/log/uv.log" >&2
        fail "The packages of uv.lock could not be installed: is the package index reachable?"
    }
fi
printf ' %s s\n' "$(($(date +%s) - began))"
