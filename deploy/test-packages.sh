#!/bin/sh
# Installs what the tests need from Debian and is not there yet: Chromium, Japanese fonts, and the
# gettext tools that compare the catalogues with the sources. $1 is the number of steps.
set -eu
cd "$(dirname "$0")/.."
var=${MACHIKOBA_VAR:-$PWD/var}
mkdir -p "$var/log"
missing=""
command -v "${CHROMIUM:-/usr/bin/chromium}" >/dev/null 2>&1 || missing="$missing chromium"
command -v fc-list >/dev/null 2>&1 || missing="$missing fontconfig"
[ -n "$(fc-list :lang=ja 2>/dev/null)" ] || missing="$missing fonts-noto-cjk"
command -v xgettext >/dev/null 2>&1 || missing="$missing gettext"

printf '[3/%s] Chromium, Japanese fonts, gettext …' "${1:-3}"
if [ -z "$missing" ]; then
    echo " here already"
    exit 0
fi
printf ' installing%s …' "$missing"

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    fail "The tests need Debian packages that only root may install: run" \
        "\`apt-get install$missing\` as root, then start again."
fi
command -v apt-get >/dev/null 2>&1 || fail "The tests need$missing, and this machine has no" \
    "apt-get: install them in its own way, then start again (CHROMIUM= names the browser)."
began=$(date +%s)
options="-y --no-install-recommends -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300"
# shellcheck disable=SC2086 # the lists are meant to be split into words
install() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install $options $missing
}
# The package lists of a fresh or an old machine are missing or stale: fetch them and try again.
if ! install >"$var/log/apt.log" 2>&1; then
    { $as_root apt-get -o Acquire::Retries=3 update && install; } >>"$var/log/apt.log" 2>&1 || {
        tail -n 8 "$var/log/apt.log" >&2
        fail "apt-get could not install$missing (whole log: $var/log/apt.log)."
    }
fi
printf ' %s s\n' "$(($(date +%s) - began))"
