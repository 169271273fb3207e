"""Texts of the promise, by version; what somebody promised is kept in full with the promise."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

CURRENT = "2026-1"


@dataclass(frozen=True, slots=True)
class NdaText:
    """One version of the text."""

    version: str
    text: str
    sha256: str


def current() -> NdaText:
    """The text that is accepted today."""
    text = (Path(__file__).parent / f"{CURRENT}.md").read_text("utf-8").strip()
    return NdaText(CURRENT, text, hashlib.sha256(text.encode()).hexdigest())
