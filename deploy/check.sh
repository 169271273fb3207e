#!/bin/sh
# The checks behind `make test` and `make lint`. $1: the number of steps, or --lint.
set -eu
cd "$(dirname "$0")/.."
bin=$PWD/.venv/bin
total=$1
var=${MACHIKOBA_VAR:-$PWD/var}
workers=${TEST_WORKERS:-3}

step() {
    number=$((${number:-3} + 1))
    if [ "$total" = --lint ]; then echo "$1 …"; else echo "[$number/$total] $1 …"; fi
}

if [ "$total" != --lint ]; then
    # Migrating the tests' database and compiling the tests takes one core for a minute: the other
    # checks the style. The processes that read the tests then wait for the one, find the other done
    # instead of doing it each for itself, and say again what went wrong.
    {
        "$bin/python" -m tests.support.databases && "$bin/python" -m pytest --collect-only -q
    } >"$var/log/test-template.log" 2>&1 &
fi

step "Style (ruff)"
"$bin/ruff" check --quiet .
"$bin/ruff" format --check --quiet .
step "Layers (import-linter)"
"$bin/lint-imports" --no-cache >"$var/log/lint-imports.log" 2>&1 || {
    cat "$var/log/lint-imports.log"
    exit 1
}
step "Types (mypy)"
# mypy's Django plugin reads the settings; nothing is connected to.
SECRET_KEY=types DATA_KEYS=types: DATABASE_URL=postgres://types/types VALKEY_URL=redis://types \
    "$bin/mypy" --no-error-summary
[ "$total" = --lint ] && exit 0

step "Tests (real PostgreSQL, Valkey and Chromium; $workers processes)"
"$bin/python" -m portal.runtime test-services
exec "$bin/python" -m pytest -n "$workers" --dist loadfile --no-loadscope-reorder -q
