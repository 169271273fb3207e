"""Where a firm stands among firms like it, without telling on one of them."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from programs.small_cells import TOTAL, Cell, is_small, withheld

# Fewer firms are not compared with.
FEWEST_PEERS = 10
_BANDS = ((0, 24), (25, 49), (50, 74), (75, 100))


@dataclass(frozen=True, slots=True)
class Band:
    """Firms with so many points; None: withheld. `is_own`: the firm itself has them."""

    low: int
    high: int
    firms: int | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class Position:
    """Among `firms` others: in the lowest third (1), the middle (2) or the highest (3).

    Finer than a third, a place among ten firms would tell on one of them.
    """

    circle: str
    firms: int
    third: int
    bands: tuple[Band, ...]


def position(own: int, circles: Sequence[tuple[str, Collection[int]]]) -> Position | None:
    """Among the first circle that has enough firms: the same size and industry before wider ones."""
    for name, points in circles:
        if len(points) >= FEWEST_PEERS:
            below = sum(1 for value in points if value < own)
            return Position(
                name, len(points), min(3 * below // len(points), 2) + 1, _bands(own, points)
            )
    return None


def _bands(own: int, points: Collection[int]) -> tuple[Band, ...]:
    """Counts of a line with a known sum: small ones are withheld together with what tells on them."""
    counted = Counter(_band(value) for value in points)
    cells = [
        Cell(
            key=band,
            tail="firms",
            head="bands",
            value=counted[band],
            is_small=is_small(counted[band]),
        )
        for band in _BANDS
    ]
    whole = Cell(key=TOTAL, tail="bands", head="firms", value=len(points), cost=1000)
    hidden = withheld([*cells, whole])
    return tuple(
        Band(
            low=band[0],
            high=band[1],
            firms=None if band in hidden else counted[band],
            is_own=_band(own) == band,
        )
        for band in _BANDS
    )


def _band(points: int) -> tuple[int, int]:
    return next(band for band in _BANDS if band[0] <= points <= band[1])
