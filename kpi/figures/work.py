"""The process figures, drawn: what the last whole month came to against the one before, and hour by hour."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kpi.process import ProcessFigure
from kpi.rules import tenths_text
from portal.ui import charts
from portal.ui.markup import era_month
from portal.ui.parts import Crumb

Links = Callable[[str], tuple[Crumb, ...]]
PERCENT = "%"


def finding(figure: ProcessFigure) -> str:
    """The last whole month in a sentence; the running one is not judged."""
    known = [(month, value) for month, value in figure.series[:-1] if value is not None]
    if not known:
        return _("この12か月に、終わった月の記録はまだありません")
    month, value = known[-1]
    values = {"month": era_month(month), "value": tenths_text(value), "unit": spaced(figure.unit)}
    if len(known) < 2:
        return _("%(month)sは%(value)s%(unit)sでした") % values
    moved = value - known[-2][1]
    values["before"] = era_month(known[-2][0])
    values["moved"] = tenths_text(abs(moved))
    values["points"] = spaced(
        pgettext("difference", "ポイント") if figure.unit == PERCENT else figure.unit
    )
    if not moved:
        return _("%(month)sは%(value)s%(unit)sで、%(before)sと同じです") % values
    if moved > 0:
        return (
            _("%(month)sは%(value)s%(unit)sで、%(before)sより%(moved)s%(points)s増えました")
            % values
        )
    return _("%(month)sは%(value)s%(unit)sで、%(before)sより%(moved)s%(points)s減りました") % values


def course(figure: ProcessFigure, *, source: str) -> charts.LineChart | None:
    """Month by month, for the picture; None where there is nothing to draw."""
    if not any(value is not None for _month, value in figure.series):
        return None
    caption = charts.Caption(
        key=figure.code,
        title=_("%(name)s：%(finding)s") % {"name": figure.name, "finding": finding(figure)},
        note=figure.note,
        source=source,
    )
    labels = [date_format(month, _("n月")) for month, _value in figure.series]
    line = charts.Series(_("実績"), "actual", tuple(value for _month, value in figure.series))
    return charts.line_chart(caption, labels, [line], head=_("月"))


def hours(figure: ProcessFigure, *, source: str, links: Links) -> charts.Bars | None:
    """The same by part of the day; None where it has no parts."""
    known = [(name, value) for name, value in figure.parts if value is not None]
    if not known:
        return None
    best = max(known, key=lambda one: one[1])
    caption = charts.Caption(
        key=f"{figure.code}-hours",
        title=_("%(name)s：最も高いのは%(hour)sの%(value)s%(unit)s")
        % {
            "name": figure.name,
            "hour": best[0],
            "value": tenths_text(best[1]),
            "unit": spaced(figure.unit),
        },
        note=_("この12か月の、時間帯ごとの値です。"),
        source=source,
        links=links(f"{figure.code}-hours"),
    )
    return charts.bars(
        caption,
        [(name, Decimal(value or 0)) for name, value in figure.parts],
        head=_("時間帯"),
        unit=spaced(figure.unit),
        strong=1,
    )


def spaced(unit: str) -> str:
    """A word in Latin letters stands apart from its number."""
    return f" {unit}" if unit[:1].isascii() and unit[:1].isalpha() else unit


def months(figure: ProcessFigure) -> list[tuple[dt.date, str]]:
    """(month, value as it is shown)."""
    return [(month, tenths_text(value)) for month, value in figure.series]
