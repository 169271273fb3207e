"""Geometry of the room's two pictures: a process from top to bottom, and the balance year by year.

Coordinates are pixels of the drawing's view box; all that they say stands in a table beside them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dojo.worksheets.rules.flow import Stage

# The flow: boxes of one width, a bar of work inside, a bar of waiting between.
WIDTH, BOX, GAP, PAD = 340, 74, 46, 12
_BAR = WIDTH - 2 * PAD
_NAME, _BESIDE = 21, 26


@dataclass(frozen=True, slots=True)
class Box:
    """One stage: `top` of its box, widths of its bars; `wait_text` is empty behind the last."""

    top: int
    name: str
    beside: str
    work_width: int
    wait_width: int
    stage: Stage
    is_slowest: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole picture."""

    boxes: tuple[Box, ...]
    width: int
    height: int
    box_height: int = BOX
    gap: int = GAP


@dataclass(frozen=True, slots=True)
class Column:
    """A year's balance: a bar from the line of zero."""

    x: float
    middle: float
    y: float
    height: float
    is_plus: bool
    label: str


@dataclass(frozen=True, slots=True)
class Cash:
    """The balance year by year at one size. `marks` are (y, 円 in words) of the scale."""

    kind: str
    width: int
    height: int
    left: int
    right: int
    zero: float
    bar: float
    columns: tuple[Column, ...]
    marks: tuple[tuple[float, str], ...]


def flow(stages: Sequence[Stage], slowest: int | None) -> Flow:
    """Bars share one scale: the longest time, of work or waiting."""
    longest = max((max(stage.work, stage.wait) for stage in stages), default=0) or 1
    boxes = tuple(
        Box(
            top=number * (BOX + GAP),
            name=_short(stage.name, _NAME),
            beside=_short(" / ".join(filter(None, [stage.who, stage.tool])), _BESIDE),
            work_width=_BAR * stage.work // longest,
            wait_width=(WIDTH - 190) * stage.wait // longest,
            stage=stage,
            is_slowest=number == slowest,
            is_last=number == len(stages) - 1,
        )
        for number, stage in enumerate(stages)
    )
    return Flow(boxes, WIDTH, max(0, len(boxes) * (BOX + GAP) - GAP))


def cash(balance: Sequence[int]) -> tuple[Cash, Cash]:
    """Wide and narrow."""
    return (
        _cash("wide", balance, width=640, height=280, every=1),
        _cash("narrow", balance, width=340, height=240, every=1 if len(balance) <= 8 else 5),
    )


def _cash(kind: str, balance: Sequence[int], *, width: int, height: int, every: int) -> Cash:
    top, bottom = max(*balance, 0), min(*balance, 0)
    span = top - bottom or 1
    left, right, high, low = 96, width - 8, 16, height - 30

    def y(yen: int) -> float:
        return round(high + (low - high) * (top - yen) / span, 1)

    step = (right - left) / len(balance)
    columns = tuple(
        Column(
            x=round(left + step * (year + 0.15), 1),
            middle=round(left + step * (year + 0.5), 1),
            y=min(y(yen), y(0)),
            height=round(abs(y(yen) - y(0)), 1),
            is_plus=yen >= 0,
            label=str(year) if year % every == 0 else "",
        )
        for year, yen in enumerate(balance)
    )
    marks = tuple((y(yen), f"{yen:,}".replace("-", "−")) for yen in sorted({top, 0, bottom}))
    return Cash(kind, width, height, left, right, y(0), round(step * 0.7, 1), columns, marks)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
