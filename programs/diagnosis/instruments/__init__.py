"""The questionnaires that the portal brings along: one TOML file each, version 1 of its instrument.

Our own wording after the founding documents; instruments of others are linked.
"""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from programs.diagnosis.rules.definition import Definition

PHASE, SINS, ADOPTION, SECURITY = "phase", "sins", "adoption", "security"
HEARING, BUSINESS, PRODUCTIVITY = "hearing", "business", "productivity"
# In the order in which they are offered.
ORDER = (PHASE, HEARING, SINS, BUSINESS, SECURITY, ADOPTION, PRODUCTIVITY)
# Questionnaires of rooms above, kept in versions and edited here, answered there: code → what else speaks
# against saving one.
_others: dict[str, Callable[[Definition], list[Any]]] = {}


def register(code: str, problems: Callable[[Definition], list[Any]]) -> None:
    """Keep the versions of a questionnaire that is no diagnosis; its room's migration brings the first."""
    _others[code] = problems


def known() -> tuple[str, ...]:
    """Every code whose versions are kept here, the diagnoses first."""
    return (*ORDER, *_others)


def objections(sheet: Definition) -> list[Any]:
    """What the questionnaire's own room says against it."""
    return _others[sheet.code](sheet) if sheet.code in _others else []


@cache
def brought(code: str) -> dict[str, Any]:
    """The data of an instrument's file."""
    return tomllib.loads((Path(__file__).parent / f"{code}.toml").read_text("utf-8"))
