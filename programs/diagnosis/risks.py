"""リスクと備え: what goes wrong on the way, and what may be done before (after 000)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from programs.diagnosis.rules.definition import Words


@dataclass(frozen=True, slots=True)
class Measure:
    """Something to have ready; `code` is kept when the firm ticks it."""

    code: str
    words: Words


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk with its measures."""

    code: str
    name: Words
    measures: tuple[Measure, ...]


@cache
def risks() -> tuple[Risk, ...]:
    """All of them, in the order of the table."""
    data = tomllib.loads((Path(__file__).parent / "risks.toml").read_text("utf-8"))
    return tuple(
        Risk(
            code=risk["code"],
            name=Words(**risk["name"]),
            measures=tuple(
                Measure(one["code"], Words(one["ja"], one["en"])) for one in risk["measures"]
            ),
        )
        for risk in data["risks"]
    )
