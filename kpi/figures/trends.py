"""What the dashboard draws: the cumulative line and the tile map, each with its finding."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kpi.figures.scope import Scope
from kpi.indicators import Indicator, Kind
from kpi.selectors import MONTHS, Progress, WardCount
from portal.ui import charts, figures, pictures
from portal.ui.parts import Crumb

TOP_WARDS = 5


def trend(
    progress: Progress,
    *,
    scope: Scope,
    as_of: dt.date,
    updated_at: dt.datetime | None,
    has_last_year: bool,
) -> dict[str, Any]:
    """The cumulative line with target, last year and the range to come: server-drawn, and for Plotly.

    The first year with figures has no last year: there is no line, and the note says why.
    """
    year = scope.year
    months = (dt.date(year, (3 + n) % MONTHS + 1, 1) for n in range(MONTHS))
    labels = [date_format(month, _("n月")) for month in months]
    missing = (None,) * (MONTHS - len(progress.actual_path))
    series = [
        charts.Series(_("目標"), "target", tuple(round(value) for value in progress.target_path)),
        charts.Series(_("実績"), "actual", (*progress.actual_path, *missing)),
    ]
    note = _("太い線：実績、破線：目標。前年度の集計はないため、線はありません。")
    if has_last_year:
        series.insert(
            0, charts.Series(pgettext("line", "前年度"), "previous", progress.last_year_path)
        )
        note = _("太い線：実績、破線：目標、点線：前年度。")
    band = _band(progress)
    if band:
        note += _("薄い帯：年度末までの見込み（80%の幅）。")
    caption = charts.Caption(
        key=f"trend-{progress.indicator.code}" if scope.several else "trend",
        title=_trend_finding(progress),
        note=note + _unit_note(progress) % {"unit": progress.several_unit.strip()},
        source=pictures.source(progress.indicator.ledger, as_of, updated_at),
        links=(
            *scope.files("kpi_months"),
            *scope.pictures("trend"),
            _definition(progress.indicator),
        ),
    )
    return {
        "chart": charts.line_chart(caption, labels, series, head=_("月"), band=band),
        "figure": figures.line_figure(labels, series, unit=progress.indicator.unit, band=band),
    }


def _band(progress: Progress) -> charts.Band | None:
    """The range from the running month on; None where nothing is foretold."""
    path = progress.forecast.path if progress.forecast else ()
    if not path:
        return None
    return charts.Band(_("見込み（80%の幅）"), (*(None,) * (MONTHS - len(path)), *path))


def tiles(
    counts: Sequence[WardCount],
    *,
    names: Mapping[int, str],
    scope: Scope,
    shown: Indicator,
    as_of: dt.date,
    updated_at: dt.datetime | None,
) -> charts.TileMap:
    """The 23 wards; a tile leads to its ward's page."""
    caption = charts.Caption(
        key="tiles",
        title=_tiles_finding(counts, names, shown),
        note=_("区の位置をおおまかに並べた図です。区を選ぶと、その区の状況を表示します。"),
        source=pictures.source(shown.ledger, as_of, updated_at),
        links=(*scope.files("kpi_wards"), *scope.pictures("tiles"), _definition(shown)),
    )
    query = f"?indicator={shown.code}"
    return charts.tile_map(
        caption,
        {count.ward_id: count.value for count in counts},
        unit=shown.unit,
        url=lambda code: reverse("kpi:ward", args=[scope.year, code]) + query,
    )


def _trend_finding(progress: Progress) -> str:
    difference = progress.value - round(progress.pace)
    values = {
        "name": progress.indicator.name,
        "value": progress.value,
        "unit": progress.unit,
        "difference": abs(difference),
        "more": progress.indicator.unit(abs(difference)),
    }
    if progress.indicator.kind == Kind.STOCK:
        return _stock_finding(progress, difference) % values
    if not progress.target:
        return _("%(name)sは累計%(value)d%(unit)sです") % values
    if difference >= 0:
        text = _(
            "%(name)sは累計%(value)d%(unit)s。目標のペースを%(difference)d%(more)s上回っています"
        )
        return text % values
    text = _("%(name)sは累計%(value)d%(unit)s。目標のペースまであと%(difference)d%(more)sです")
    return text % values


def _stock_finding(progress: Progress, difference: int) -> str:
    if not progress.target:
        return _("%(name)sは%(value)d%(unit)sです")
    if difference >= 0:
        return _("%(name)sは%(value)d%(unit)s。目標のペースを%(difference)d%(more)s上回っています")
    return _("%(name)sは%(value)d%(unit)s。目標のペースまであと%(difference)d%(more)sです")


def _unit_note(progress: Progress) -> str:
    if progress.indicator.kind == Kind.STOCK:
        return _("単位は%(unit)s（月末の数）。")
    if progress.indicator.kind == Kind.CUMULATIVE:
        return _("単位は%(unit)s（事業の1年目からの累計）。")
    return _("単位は%(unit)s（累計）。")


def _tiles_finding(counts: Sequence[WardCount], names: Mapping[int, str], shown: Indicator) -> str:
    total = sum(count.value for count in counts)
    if not total:
        return _("%(name)sはまだありません") % {"name": shown.name}
    top = sorted(counts, key=lambda count: (-count.value, count.ward_id))[:TOP_WARDS]
    top = [count for count in top if count.value]
    share = round(100 * sum(count.value for count in top) / total)
    return _("%(name)sの%(share)d%%が%(wards)sに集まっています") % {
        "name": shown.name,
        "share": share,
        "wards": _("・").join(names[count.ward_id] for count in top),
    }


def _definition(indicator: Indicator) -> Crumb:
    return Crumb(_("指標の定義"), reverse("kpi:definition", args=[indicator.code]))
