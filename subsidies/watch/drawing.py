"""Geometry of the room's two pictures: dots of prices on a line, lines between firms and vendors.

Coordinates are pixels of the drawing's view box. Names and figures stand beside it in HTML.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, EDGE = 640, 24
BASE, STEP, TALLEST = 96, 11, 7
ROW = 40


@dataclass(frozen=True, slots=True)
class Dots:
    """A dot strip. `dots` are (x, y); `own`, `median` and `bound` x on the line of prices, which
    runs from `lowest` to `highest` (円)."""

    dots: tuple[tuple[int, int], ...]
    own: int
    median: int
    bound: int
    left: int
    right: int
    lowest: int
    highest: int
    width: int = WIDTH
    height: int = BASE + EDGE
    base: int = BASE


@dataclass(frozen=True, slots=True)
class Links:
    """Two columns of names, `lines` between row centres as (y of the firm, y of the vendor)."""

    firms: tuple[str, ...]
    vendors: tuple[str, ...]
    lines: tuple[tuple[int, int, bool], ...]
    height: int


def dot_strip(prices: Sequence[int], *, own: int, median: int, bound: int) -> Dots:
    """Prices (円) as dots over a line from the lowest to the highest; equal places are stacked."""
    lowest, highest = min(*prices, own, median), max(*prices, own, bound)

    def place(value: int) -> int:
        return EDGE + (value - lowest) * (WIDTH - 2 * EDGE) // max(1, highest - lowest)

    heights: dict[int, int] = {}
    dots = []
    for price in sorted(prices):
        x = place(price)
        column = x // STEP
        heights[column] = min(heights.get(column, 0) + 1, TALLEST)
        dots.append((x, BASE - heights[column] * STEP))
    return Dots(
        tuple(dots), place(own), place(median), place(bound), EDGE, WIDTH - EDGE, lowest, highest
    )


def links(orders: Mapping[str, Sequence[str]], vendors: Sequence[str]) -> Links:
    """Firms (in order) with the vendors each names; the first vendor's lines are the strong ones."""
    firms = tuple(orders)
    height = ROW * max(len(firms), len(vendors), 1)

    def centre(number: int, of: int) -> int:
        return (2 * number + 1) * height // (2 * of)

    lines = tuple(
        (
            centre(row, len(firms)),
            centre(vendors.index(vendor), len(vendors)),
            vendors.index(vendor) == 0,
        )
        for row, firm in enumerate(firms)
        for vendor in dict.fromkeys(orders[firm])
        if vendor in vendors
    )
    return Links(firms, tuple(vendors), lines, height)
