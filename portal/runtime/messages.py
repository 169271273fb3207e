"""Translations: compile the catalogues that changed (no gettext tools needed)."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from portal.runtime.paths import ROOT


def compile_stale() -> int:
    """Compile every .po file newer than its .mo file. Returns how many."""
    compiled = 0
    for source in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _compile(source, target)
            compiled += 1
    return compiled


def _compile(source: Path, target: Path) -> None:
    with source.open("rb") as handle:
        catalogue = read_po(handle, locale=source.parents[1].name)
    fresh = target.with_suffix(f".{os.getpid()}")
    with fresh.open("wb") as handle:
        write_mo(handle, catalogue)  # doubtful ("fuzzy") translations stay out
    fresh.replace(target)
