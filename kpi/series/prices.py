"""The deflator in force, and 1-KGI in nominal and real terms side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from kpi.indicators.ratios import GROWTH
from kpi.models import Quotient
from kpi.rules import tenths_text
from kpi.rules.ratios import Sum, productivity_growth
from kpi.series.models import Deflator, DeflatorYear
from kpi.series.rules.prices import Prices
from portal.ui import pictures
from portal.ui.markup import era_date
from programs.wards import WARDS

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
        series.published_on,
        series.retrieved_on,
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
    """1-KGI of a reference year, the wards that are told: 千円 a head in prices of the year and of the base year."""

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


@dataclass(frozen=True, slots=True)
class _Year:
    """The quotients of a reference year."""

    year: int
    rows: tuple[Quotient, ...]

    @property
    def sum(self) -> Sum:
        whole = Sum(0, 0)
        for row in self.rows:
            whole += Sum(row.numerator, row.denominator)
        return whole

    @property
    def is_break(self) -> bool:
        return any(row.detail.get("break") for row in self.rows)


def real() -> Real | None:
    """Every reference year of the official statistics; None while there is none. Two queries."""
    rows = list(Quotient.objects.filter(indicator=GROWTH).order_by("period"))
    if not rows:
        return None
    by_year = groupby(rows, key=lambda row: row.period.year)
    years = {year: _Year(year, tuple(own)) for year, own in by_year}
    found, base = prices(), settings.PROGRAMME_START_FY - 1
    lines = tuple(_line(each, years.get(base), base, found) for each in years.values())
    return Real(lines, found, base, _source(rows, found), _title(lines, found, base))


def _line(now: _Year, before: _Year | None, base: int, found: Prices | None) -> RealLine:
    year, head = now.year, now.sum.productivity
    index = found.index.get(year) if found else None
    value = found.real(head, year) if found and head is not None else None
    growths: tuple[Fraction | None, Fraction | None] = (None, None)
    if before is not None and year > base:
        growths = (
            productivity_growth(before.sum, now.sum),
            _real_growth(found, before.sum, base, now.sum, year),
        )
    return RealLine(
        year=year,
        nominal=_thousand_text(head),
        index=f"{float(index):.1f}" if index is not None else NOT_TOLD,
        real=_thousand_text(value),
        nominal_growth=_percent(growths[0]),
        real_growth=_percent(growths[1]),
        note=_note(now, before, base, index),
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


def _note(now: _Year, before: _Year | None, base: int, index: Fraction | None) -> str:
    """What the year's figures rest on, and with what they may not be compared."""
    told = [_("伸びを数える基準の年です。")] if now.year == base else []
    if index is None:
        told.append(_("デフレーターが登録されていないため、実質の値は示せません。"))
    if len(now.rows) < len(WARDS):
        told.append(_("23区のうち%(n)s区の計です。") % {"n": len(now.rows)})
    if now.is_break or (now.year > base and before is not None and before.is_break):
        told.append(_("調査の方法が変わった年を含むため、断層があります。"))
    return "".join(told)


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


def _source(rows: Sequence[Quotient], found: Prices | None) -> str:
    """Both ledgers with their days; the nominal figures are as of the oldest of theirs."""
    names = sorted({row.source for row in rows if row.source}) or [_("登録済みの公的統計")]
    ledgers = _("%(names)s（名目）") % {"names": _("、").join(names)}
    if found is not None:
        values = {"name": found.name, "base": found.base_year, "source": found.source}
        days = (
            [_("%(day)s公表") % {"day": era_date(found.published_on)}] if found.published_on else []
        )
        if found.retrieved_on:
            days.append(_("%(day)s取得") % {"day": era_date(found.retrieved_on)})
        told = _("%(name)s（%(base)s年＝100、%(source)s）") % values
        ledgers = _("、").join([ledgers, told, *days])
    as_of, updated_at = min(row.as_of for row in rows), max(row.computed_at for row in rows)
    return pictures.source(ledgers, as_of, updated_at)


def _thousand_text(value: Fraction | None) -> str:
    return NOT_TOLD if value is None else f"{round(value):,}".replace("-", "−")


def _percent(value: Fraction | None) -> str:
    return NOT_TOLD if value is None else f"{tenths_text(value, signed=True)}%"
