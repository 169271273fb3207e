"""How a tool is used week by week: percent of people who log in, of entries made, errors in 100."""

import random
from dataclasses import dataclass

GOOD, NEAR, TOOL_FIRST, ALONE, BROKEN, FLASH = (
    "good", "near", "tool_first", "alone", "broken", "flash",
)  # fmt: skip
KINDS = (GOOD, GOOD, NEAR, FLASH, GOOD, TOOL_FIRST, GOOD, ALONE, NEAR, BROKEN, GOOD, FLASH)
BREAK = 12  # from this week on nobody comes any more


@dataclass(frozen=True, slots=True)
class Point:
    """One week in percent."""

    login: int
    entry: int
    errors: int


def point(kind: str, number: int, rng: random.Random) -> Point:
    """Week 1, 2, …; the noise is a few points."""
    login, entry, errors = _SHAPES[kind](number)
    return Point(
        login=_percent(login + rng.randint(-5, 5)) if login else 0,
        entry=_percent(entry + rng.randint(-4, 4)) if entry else 0,
        errors=max(0, errors + rng.randint(-1, 1)),
    )


def _percent(value: int) -> int:
    return min(100, max(0, value))


_SHAPES = {
    GOOD: lambda n: (min(92, 34 + 5 * n), min(90, 30 + 5 * n), max(1, 8 - n // 2)),
    NEAR: lambda n: (min(68, 28 + 3 * n), min(64, 24 + 3 * n), 5),
    TOOL_FIRST: lambda n: (max(22, 46 - n), max(10, 32 - n), 12),
    ALONE: lambda n: (18, 74, 3),
    BROKEN: lambda n: (min(70, 40 + 3 * n), min(66, 36 + 3 * n), 4) if n < BREAK else (0, 0, 0),
    FLASH: lambda n: (max(14, 92 - 6 * n), max(10, 90 - 6 * n), 6),
}
