"""The chain of an expense as a page draws it: one entry per step, with its colour and words."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from subsidies.grants.rules.evidence import Chain, names

_TONES = {"ok": "green", "explained": "orange", "open": "orange", "broken": "red", "out": "red"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A step: its name, day, colour and what is to be said about it."""

    name: str
    on: dt.date | None
    tone: str
    word: str
    text: str


def draw(chain: Chain) -> list[Drawn]:
    """The steps of a chain that was just examined."""
    return _drawn((link.step, link.tone, link.on, link.text) for link in chain.links)


def draw_frozen(line: Mapping[str, Any]) -> list[Drawn]:
    """The steps of a line as a submitted report froze them."""
    return _drawn(
        (
            link["step"],
            link["tone"],
            dt.date.fromisoformat(link["on"]) if link["on"] else None,
            link["text"],
        )
        for link in line["links"]
    )


def summary(drawn: Iterable[Drawn]) -> tuple[str, str]:
    """(words, colour) of the whole line."""
    tones = {item.tone for item in drawn}
    if "red" in tones:
        return _("つながらないところがあります"), "red"
    if "orange" in tones:
        return _("確認がいるところがあります"), "orange"
    return _("すべてつながっています"), "green"


def _drawn(links: Iterable[tuple[Any, str, dt.date | None, str]]) -> list[Drawn]:
    words = {
        "ok": _("つながっています"),
        "explained": _("説明があります"),
        "open": _("まだ足りません"),
        "broken": _("つながりません"),
        "out": _("対象外です"),
    }
    found = names()
    return [
        Drawn(found[step], on, _TONES[tone], words[tone], text) for step, tone, on, text in links
    ]
