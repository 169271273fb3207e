"""Values with a range: a dot and an interval for each line, on one scale from 0 (shares: to 100 %)."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.ui.charts.base import Caption, Number, per_mille


@dataclass(frozen=True, slots=True)
class Span:
    """One line before it is drawn: a share with its bounds in %, or None with the words why not."""

    label: str
    text: str
    share: Number | None = None
    low: Number = 0
    high: Number = 0
    is_weak: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """Places in per mille of the width; `at` None: only the words. `is_weak` is drawn hollow."""

    label: str
    text: str
    at: int | None
    low: int
    high: int
    is_weak: bool
    url: str


@dataclass(frozen=True, slots=True)
class Intervals:
    """Dots with intervals. `marks` are lines for all: (place, words), the first dashed, others dotted."""

    caption: Caption
    head: str
    value_head: str
    dots: tuple[Dot, ...]
    marks: tuple[tuple[int, str], ...] = ()
    axis: tuple[str, ...] = ("0%", "50%", "100%")


def intervals(
    caption: Caption,
    spans: Sequence[Span],
    *,
    head: str,
    value_head: str,
    marks: Sequence[tuple[Number, str]] = (),
    full: Number = 100,
    axis: tuple[str, ...] = ("0%", "50%", "100%"),
) -> Intervals:
    """`spans` in the order to show, `marks` and spans up to `full`; `axis` is written along it, evenly."""
    return Intervals(
        caption=caption,
        head=head,
        value_head=value_head,
        dots=tuple(
            Dot(
                label=span.label,
                text=span.text,
                at=None if span.share is None else per_mille(span.share, full),
                low=per_mille(span.low, full),
                high=per_mille(span.high, full),
                is_weak=span.is_weak,
                url=span.url,
            )
            for span in spans
        ),
        marks=tuple((per_mille(place, full), words) for place, words in marks),
        axis=axis,
    )
