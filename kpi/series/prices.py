"""The deflator in force, and 1-KGI in nominal and real terms side by side."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from kpi.indicators.ratios import GROWTH
from kpi.models import Quotient
from kpi.rules import tenths_text
from kpi.rules.ratios import Sum, productivity_growth
from kpi.series.models import Deflator, DeflatorYear
from kpi.series.rules.prices import Prices
from portal.ui.markup import era_date

NOT_TOLD = "—"


def prices() -> Prices | None:
    """The deflator in force; one query."""
    rows = list(
        DeflatorYear.objects.filter(deflator__replaced_at=None)
        .select_related("deflator")
        .order_by("year")
    )
    if not rows:
        return None
    series = rows[0].deflator
    return Prices(
        series.name,
        series.base_year,
        series.source,
        {row.year: Fraction(row.index) for row in rows},
    )


def in_force() -> Deflator | None:
    """With where it comes from, for the list of what is registered."""
    return Deflator.objects.filter(replaced_at=None).prefetch_related("years").first()


def real_line(before: Sum, was: int, after: Sum, now: int) -> str:
    """The real growth of 1-KGI beside the nominal one, or why there is none; one sentence."""
    found = prices()
    if found is None:
        return _("実質の値は示せません（デフレーターが登録されていません）。")
    if missing := found.missing(was, now):
        years = _("、").join(_("%(year)s年") % {"year": year} for year in missing)
        return _("実質の値は示せません（%(years)sのデフレーターが登録されていません）。") % {
            "years": years
        }
    old, new = before.productivity, after.productivity
    growth = found.growth(old, was, new, now) if old is not None and new is not None else None
    return _("実質では%(value)s%%（%(base)s年＝100の%(name)sで物価の動きを除いた参考値）") % {
        "value": tenths_text(growth, signed=True),
        "base": found.base_year,
        "name": found.name,
    }


@dataclass(frozen=True, slots=True)
class RealLine:
    """1-KGI of a reference year, all wards: 千円 a head in prices of the year and of the base year."""

    year: int
    nominal: str
    index: str
    real: str
    nominal_growth: str
    real_growth: str
    note: str
    thousand: int | None
    real_thousand: int | None


@dataclass(frozen=True, slots=True)
class Real:
    """The page's section. `base` is the year that growth is counted from."""

    lines: tuple[RealLine, ...]
    prices: Prices | None
    base: int
    source: str
    title: str


def real() -> Real | None:
    """Every reference year of the official statistics; None while there is none. Two queries."""
    sums: dict[int, Sum] = defaultdict(lambda: Sum(0, 0))
    rows = Quotient.objects.filter(indicator=GROWTH).order_by("period")
    for row in rows:
        sums[row.period.year] += Sum(row.numerator, row.denominator)
    if not sums:
        return None
    found, base = prices(), settings.PROGRAMME_START_FY - 1
    lines = tuple(_line(year, each, sums.get(base), base, found) for year, each in sums.items())
    return Real(lines, found, base, _source(found), _title(lines, found, base))


def _line(year: int, now: Sum, before: Sum | None, base: int, found: Prices | None) -> RealLine:
    head = now.productivity
    index = found.index.get(year) if found else None
    value = found.real(head, year) if found and head is not None else None
    growths: tuple[Fraction | None, Fraction | None] = (None, None)
    if before is not None and year != base:
        growths = productivity_growth(before, now), _real_growth(found, before, base, now, year)
    return RealLine(
        year=year,
        nominal=_thousand_text(head),
        index=f"{float(index):.1f}" if index is not None else NOT_TOLD,
        real=_thousand_text(value),
        nominal_growth=_percent(growths[0]),
        real_growth=_percent(growths[1]),
        note=_note(year, base, found, index),
        thousand=None if head is None else round(head),
        real_thousand=None if value is None else round(value),
    )


def _real_growth(
    found: Prices | None, before: Sum, was: int, after: Sum, now: int
) -> Fraction | None:
    old, new = before.productivity, after.productivity
    if found is None or old is None or new is None:
        return None
    return found.growth(old, was, new, now)


def _note(year: int, base: int, found: Prices | None, index: Fraction | None) -> str:
    if found is None or index is None:
        return _("デフレーターが登録されていないため、実質の値は示せません。")
    return _("伸びを数える基準の年です。") if year == base else ""


def _title(lines: tuple[RealLine, ...], found: Prices | None, base: int) -> str:
    last = lines[-1]
    values: dict[str, Any] = {
        "year": last.year,
        "base": base,
        "nominal": last.nominal_growth,
        "real": last.real_growth,
    }
    if found is None:
        return _("デフレーターが登録されていないため、名目の値だけを示します")
    if last.real == NOT_TOLD:
        return (
            _("%(year)s年のデフレーターが登録されていないため、この年の実質の値は示せません")
            % values
        )
    if NOT_TOLD in (last.nominal_growth, last.real_growth):
        return _("労働生産性の名目と実質（%(base)s年からの伸びは、まだ示せません）") % values
    return (
        _("%(year)s年の労働生産性は、名目では%(base)s年から%(nominal)s、実質では%(real)sです")
        % values
    )


def _source(found: Prices | None) -> str:
    if found is None:
        return _("出典：登録済みの公的統計（名目）")
    series = in_force()
    assert series is not None
    return _(
        "出典：登録済みの公的統計（名目）、%(name)s（%(base)s年＝100、%(source)s、%(day)s取得）"
    ) % {
        "name": series.name,
        "base": series.base_year,
        "source": series.source,
        "day": era_date(series.retrieved_on),
    }


def _thousand_text(value: Fraction | None) -> str:
    return NOT_TOLD if value is None else f"{round(value):,}".replace("-", "−")


def _percent(value: Fraction | None) -> str:
    return NOT_TOLD if value is None else f"{tenths_text(value, signed=True)}%"
