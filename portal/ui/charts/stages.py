"""Stages: how many are where."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.ui.charts.base import LEVELS, Caption, Unit, per_mille, with_unit


@dataclass(frozen=True, slots=True)
class StagePart:
    """A part of the whole; `start` and `width` in per mille."""

    label: str
    text: str
    start: int
    width: int
    level: int


@dataclass(frozen=True, slots=True)
class StageBar:
    caption: Caption
    parts: tuple[StagePart, ...]


def stage_bar(caption: Caption, items: Sequence[tuple[str, int]], *, unit: Unit) -> StageBar:
    """Up to five parts of a whole, in the order of the procedure. Raises ValueError for more."""
    if len(items) > LEVELS:
        raise ValueError(f"at most {LEVELS} parts")
    total = sum(count for _, count in items)
    parts, before = [], 0
    for level, (label, count) in enumerate(items, start=1):
        start, before = before, before + count
        end = per_mille(before, total)
        parts.append(
            StagePart(
                label=label,
                text=with_unit(count, unit),
                start=per_mille(start, total),
                width=end - per_mille(start, total),
                level=level,
            )
        )
    return StageBar(caption, tuple(parts))
