"""The picture on a firm's card: lanes over the fiscal years, as plain geometry in pixels.

A bar is something that lasted, a dot one or more events of about the same time. Drawn wide and
narrow; the same in words stands beside it.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.kernel import clock
from portal.ui.charts import Caption
from portal.ui.markup import era_date, fiscal_year_text
from programs.history import LANES, History, Lane, Span, Speaker

# Bars of a lane that lie above one another; further ones share the last place.
TRACKS = 4
BARS_HEIGHT, DOT_PITCH = 26, 11
FEWEST_YEARS = 3
# What is further back is in the list below the picture.
MOST_YEARS = {"wide": 8, "narrow": 4}


@dataclass(frozen=True, slots=True)
class Strip:
    """One lane: where its name stands; its bars, what of them lies ahead, its dots, each as one path."""

    label: str
    top: float
    label_y: float
    bars: str
    ahead: str
    dots: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture at one size."""

    kind: str
    width: int
    height: int
    left: int
    years: tuple[tuple[float, float, str], ...]
    strips: tuple[Strip, ...]
    today_x: float


@dataclass(frozen=True, slots=True)
class Picture:
    """Both drawings; counts as a table (label, one count a year), spans in words."""

    caption: Caption
    wide: Drawing
    narrow: Drawing
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    spans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days to pixels between the first day of a fiscal year and the last one of another."""

    first: dt.date
    days: int
    left: int
    width: int

    def x(self, day: dt.date) -> float:
        """Clipped at both ends."""
        part = min(max((day - self.first).days, 0), self.days)
        return round(self.left + self.width * part / self.days, 1)


def picture(history: History, today: dt.date) -> Picture:
    """The picture of a history; ends with the fiscal year of today."""
    this_year = clock.fiscal_year(today)
    oldest = min([this_year, *(event.year for event in history.events)])
    years = range(min(oldest, this_year - FEWEST_YEARS + 1), this_year + 1)
    said, say = _("%(lane)s：%(what)s　%(days)s"), Speaker()
    counts = Counter((event.lane.code, event.year) for event in history.events)
    return Picture(
        caption=_caption(history, oldest),
        wide=_drawing("wide", history, years, today),
        narrow=_drawing("narrow", history, years, today),
        heads=tuple(fiscal_year_text(year) for year in years),
        rows=tuple(
            (str(lane.label), tuple(counts[lane.code, year] for year in years)) for lane in LANES
        ),
        spans=tuple(
            said
            % {
                "lane": say(span.lane.label),
                "what": "　".join(map(say, span.label)),
                "days": _period(span),
            }
            for span in sorted(history.spans, key=lambda span: span.first, reverse=True)
        ),
    )


def _caption(history: History, oldest: int) -> Caption:
    count = len(history.events)
    title = ngettext("%(year)sからの記録 %(count)d件", "%(year)sからの記録 %(count)d件", count) % {
        "year": fiscal_year_text(oldest),
        "count": count,
    }
    note = _(
        "帯は続いている期間（点線はこれから）、点は出来事（大きな点は何件か）、縦の線は今日です。"
    )
    return Caption(key="lanes", title=title, note=note)


def _period(span: Span) -> str:
    last = era_date(span.last) if span.last else ""
    return f"{era_date(span.first)}–{last}"


def _drawing(kind: str, history: History, years: range, today: dt.date) -> Drawing:
    years = years[-MOST_YEARS[kind] :]
    width, left = (1000, 118) if kind == "wide" else (340, 2)
    # The names stand before the lanes, or above each where there is no room.
    above, head = (0, 26) if kind == "wide" else (20, 24)
    step = above + BARS_HEIGHT + DOT_PITCH + 9
    first, last = clock.fiscal_year_bounds(years[0])[0], clock.fiscal_year_bounds(years[-1])[1]
    scale = _Scale(first, (last - first).days + 1, left, width - left - 2)
    starts = [scale.x(clock.fiscal_year_bounds(year)[0]) for year in years]
    ends = [*starts[1:], float(width - 2)]
    return Drawing(
        kind=kind,
        width=width,
        height=head + step * len(LANES),
        left=left,
        years=tuple(
            (x, round((x + end) / 2, 1), fiscal_year_text(year))
            for x, end, year in zip(starts, ends, years, strict=True)
        ),
        strips=tuple(
            _strip(lane, history, scale, today, head + step * index, above)
            for index, lane in enumerate(LANES)
        ),
        today_x=scale.x(today),
    )


def _strip(
    lane: Lane, history: History, scale: _Scale, today: dt.date, top: int, above: int
) -> Strip:
    spans = [
        span
        for span in history.spans
        if span.lane is lane and (span.last is None or span.last >= scale.first)
    ]
    days = Counter(
        event.day for event in history.events if event.lane is lane and event.day >= scale.first
    )
    bars_top = top + above + 4
    bars, ahead = _bars(spans, scale, today, bars_top)
    return Strip(
        label=str(lane.label),
        top=top,
        label_y=top + 15 if above else top + 24,
        bars=bars,
        ahead=ahead,
        dots=_dots(days, scale, bars_top + BARS_HEIGHT + 6),
    )


def _bars(spans: Sequence[Span], scale: _Scale, today: dt.date, top: int) -> tuple[str, str]:
    """Spans one above the other where they overlap: what is past of them, and what lies ahead."""
    placed, tracks = _tracks(spans, today)
    pitch = BARS_HEIGHT / max(tracks, 2)
    past, ahead = [], []
    for span, track, last in placed:
        y, height = round(top + pitch * track, 1), round(pitch - 2, 1)
        begin, now, end = scale.x(span.first), scale.x(today), scale.x(last)
        if begin <= now:
            past.append(_box(begin, y, max(round(min(end, now) - begin, 1), 3), height))
        if end > (start := max(begin, now)):
            ahead.append(_box(start, y, round(end - start, 1), height))
    return "".join(past), "".join(ahead)


def _tracks(spans: Sequence[Span], today: dt.date) -> tuple[list[tuple[Span, int, dt.date]], int]:
    """Each span with its place and its last day, and how many places there are."""
    ends: list[dt.date] = []
    placed = []
    for span in sorted(spans, key=lambda item: item.first):
        last = max(span.last or today, span.first)
        free = (track for track, end in enumerate(ends) if end < span.first)
        track = next(free, min(len(ends), TRACKS - 1))
        if track == len(ends):
            ends.append(last)
        ends[track] = max(ends[track], last)
        placed.append((span, track, last))
    return placed, len(ends)


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x} {y}h{width}v{height}h{-width}z"


def _dots(days: Mapping[dt.date, int], scale: _Scale, y: int) -> str:
    """One circle for all events of about the same time, larger for more of them."""
    places = Counter[int]()
    for day, count in days.items():
        places[int((scale.x(day) - scale.left) // DOT_PITCH)] += count
    parts = []
    for place, count in sorted(places.items()):
        r = 3 + min(count - 1, 4) * 0.5
        x = round(scale.left + place * DOT_PITCH + DOT_PITCH / 2 - r, 1)
        parts.append(f"M{x} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0")
    return "".join(parts)
