"""Periods, kinds and values in words."""

import datetime as dt
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kpi.indicators.ratios import GROWTH
from kpi.releases.models import Release
from kpi.releases.rules import Reading
from kpi.releases.subjects import Subject
from kpi.rules.figure import plain
from portal.ui.templatetags.ui import wareki_month, wareki_year

TONES = {
    Release.Kind.PRELIMINARY: "orange",
    Release.Kind.FINAL: "green",
    Release.Kind.REVISED: "blue",
}


def title(row: Release) -> str:
    """令和8年10月 速報; 令和7年度 確報; 令和7年度 確報の改訂."""
    is_year = row.code.startswith("fy")
    period = wareki_year(row.fiscal_year) if is_year else wareki_month(row.as_of)
    kind = row.get_kind_display()
    if row.kind == Release.Kind.REVISED:
        kind = _("確報の改訂") if is_year else _("速報の改訂")
        number = row.code.rpartition("-r")[2]
        if number != "1":
            kind = _("%(kind)s（%(number)s回目）") % {"kind": kind, "number": number}
    return _("%(period)s %(kind)s") % {"period": period, "kind": kind}


def period_text(code: str, period: dt.date) -> str:
    """What a column is of: a fiscal year, a year of a statistic, the month of a wave."""
    if code.startswith(GROWTH):
        return date_format(period, _("Y年"))
    if (period.month, period.day) == (4, 1):
        return wareki_year(period.year)
    return wareki_month(period)


def value_text(subject: Subject, reading: Reading) -> str:
    """With its unit; 非公表 for what is not told."""
    if reading.is_hidden:
        return _("非公表")
    if reading.value is None:
        return "—"
    return f"{reading.text}{subject.unit(reading.value)}"


def pair_text(side: tuple[Decimal, Decimal | None] | None) -> str:
    """A stored pair as it stands: 12, or 61,000,000／10,000."""
    if side is None:
        return "—"
    above, below = side
    if below is None:
        return _grouped(above)
    return _("%(above)s／%(below)s") % {"above": _grouped(above), "below": _grouped(below)}


def _grouped(value: Decimal) -> str:
    """61,000,000 and 12.5: without noughts at the end."""
    return f"{Decimal(plain(value)):,}"
