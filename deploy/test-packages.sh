#!/bin/sh
# Installs what the tests need from Debian and is not there yet: Chromium, Japanese fonts, and the
# gettext tools that compare the catalogues with the sources. $1 is the number of steps.
set -eu
cd "$(dirname "$0")/.."
var=${MACHIKOBA_VAR:-$PWD/var}
mkdir -p "$var/log"
# The headless shell costs the machine a quarter less than Chromium with its windows; where only
# that can be had, it does as well.
browser=chromium-headless-shell
has() {
    command -v "$1" >/dev/null 2>&1
}
list_missing() {
    missing=""
    has "${CHROMIUM:-$browser}" || missing="$missing $browser"
    has fc-list || missing="$missing fontconfig"
    [ -n "$(fc-list :lang=ja 2>/dev/null)" ] || missing="$missing fonts-noto-cjk"
    has xgettext || missing="$missing gettext"
}
settle_for_chromium() {
    browser=chromium
    list_missing
}

list_missing
printf '[3/%s] Chromium, Japanese fonts, gettext …' "${1:-3}"
as_root=""
if [ "$(id -u)" != 0 ]; then
    if sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root=none; fi
fi
if ! has apt-get || [ "$as_root" = none ]; then settle_for_chromium; fi
if [ -z "$missing" ]; then
    echo " here already"
    exit 0
fi
printf ' installing%s …' "$missing"

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}
has apt-get || fail "The tests need$missing, and this machine has no" \
    "apt-get: install them in its own way, then start again (CHROMIUM= names the browser)."
[ "$as_root" != none ] || fail "The tests need Debian packages that only root may install: run" \
    "\`apt-get install$missing\` as root, then start again."
began=$(date +%s)
options="-y --no-install-recommends --no-remove -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300"
# shellcheck disable=SC2086 # the lists are meant to be split into words
install() {
    [ -z "$missing" ] ||
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install $options $missing
}
# The package lists of a fresh or an old machine are missing or stale: fetch them and try again.
{
    install || { $as_root apt-get -o Acquire::Retries=3 update && install; } ||
        { settle_for_chromium && install; }
} >"$var/log/apt.log" 2>&1 || {
    tail -n 8 "$var/log/apt.log" >&2
    fail "apt-get could not install$missing (whole log: $var/log/apt.log)."
}
printf ' %s s\n' "$(($(date +%s) - began))"
