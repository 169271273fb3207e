"""The figures as files (CSV, XLSX): by ward, by month, 1-OC; and the records behind a number."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kpi import breakdowns, drill, process, selectors
from kpi.gaps import HEADS, gaps
from kpi.indicators import BY_CODE, INDICATORS, INVESTED, Indicator
from kpi.indicators.ratios import GAP
from kpi.rules.ratios import tenths_text
from kpi.views.common import COHORTS, HATS, YEARS, compute
from portal.exports.cells import as_number
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.ui.numbers import posted_number
from programs.selectors import ward_names


def _year(params: Params) -> int:
    """The year of the address, else the running one."""
    year = posted_number(params.get("year", ""))
    return year if year in YEARS else clock.fiscal_year(clock.today())


def _ward(params: Params) -> int | None:
    ward = posted_number(params.get("ward", ""))
    return ward if ward in ward_names() else None


def _indicator(params: Params) -> Indicator:
    return BY_CODE.get(params.get("indicator", ""), INDICATORS[0])


def _may(actor: Actor) -> bool:
    return actor.hat in HATS


WARDS = (
    Column(_("指標コード")),
    Column(_("指標")),
    Column(_("内訳")),
    Column(_("地方公共団体コード"), "number"),
    Column(_("区")),
    Column(_("実績")),
    Column(_("目標")),
    Column(_("分子")),
    Column(_("分母")),
    Column(_("件数"), "number"),
    Column(_("集計日"), "date"),
)


def _wards(_actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    """Counts with what stands beside them, then the ratios with numerator and denominator."""
    year = _year(params)
    as_of = min(clock.today(), clock.fiscal_year_bounds(year)[1])
    names = ward_names()
    counts = selectors.ward_counts(fiscal_year=year, as_of=as_of)
    for indicator in INDICATORS:
        for count in counts[indicator.code]:
            place = (count.ward_id, names[count.ward_id])
            head = (indicator.code, str(indicator.name))
            yield (*head, "", *place, count.value, count.target, None, None, None, as_of)
            for one in count.beside:
                yield (*head, str(one.name), *place, one.value, None, None, None, None, as_of)
    for ward, found in selectors.ward_ratios(fiscal_year=year, as_of=as_of).items():
        for item in found:
            for code, sums in item.sums.items():
                yield (
                    item.ratio.code,
                    str(item.ratio.name),
                    code if len(item.sums) > 1 else "",
                    ward,
                    names[ward],
                    as_number(tenths_text(item.value)),
                    str(item.ratio.target_text),
                    f"{sums.numerator.normalize():f}",
                    f"{sums.denominator.normalize():f}",
                    sums.n,
                    sums.as_of,
                )


register(
    Report(
        code="kpi_wards",
        title=_("指標の値（区ごと）"),
        columns=WARDS,
        rows=_wards,
        count=lambda _actor, _params: 23 * 2 * len(INDICATORS),
        may=_may,
        filters=("year",),
    )
)

MONTHS = (
    Column(_("指標コード")),
    Column(_("指標")),
    Column(_("区")),
    Column(_("月"), "date"),
    Column(_("実績（累計）"), "number"),
    Column(_("目標（累計）")),
    Column(_("前年度（累計）"), "number"),
    Column(_("見込みの下限（80%の幅）"), "number"),
    Column(_("見込みの上限（80%の幅）"), "number"),
)


def _months(_actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    year = _year(params)
    found = compute(year, _ward(params), _indicator(params))
    item = found.of(found.shown.code)
    path = item.forecast.path if item.forecast else ()
    before = selectors.MONTHS - len(path)
    first = clock.fiscal_year_bounds(year)[0]
    for n in range(selectors.MONTHS):
        low, high = path[n - before] if n >= before else (None, None)
        month = first.replace(year=year + (n + 3) // 12, month=(n + 3) % 12 + 1)
        yield (
            item.indicator.code,
            str(item.indicator.name),
            found.place or str(_("23区")),
            month,
            item.actual_path[n] if n < len(item.actual_path) else None,
            as_number(tenths_text(item.target_path[n])),
            item.last_year_path[n] if found.has_last_year else None,
            low,
            high,
        )


register(
    Report(
        code="kpi_months",
        title=_("指標の値（月ごと）"),
        columns=MONTHS,
        rows=_months,
        count=lambda _actor, _params: selectors.MONTHS,
        may=_may,
        filters=("year", "ward", "indicator"),
    )
)

OUTCOME = (
    Column(_("地方公共団体コード"), "number"),
    Column(_("区")),
    Column(_("修了した年度"), "number"),
    Column(_("修了した企業"), "number"),
    Column(_("1年がたった企業"), "number"),
    Column(_("成熟率（%）")),
    Column(_("投資した企業"), "number"),
    Column(_("投資率（%）")),
    *(Column(name, "number") for name in selectors.PARTS),
    Column(_("調査に答えた企業"), "number"),
    Column(_("答えた企業の投資率（%）")),
    Column(_("目標（%）"), "number"),
)


def _outcome(_actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    names = ward_names()
    found = selectors.ward_cohorts(last_year=_year(params), years=COHORTS)
    for (ward, cohort_year), item in sorted(found.items()):
        yield (
            ward,
            names[ward],
            cohort_year,
            item.share.completed,
            item.share.matured,
            item.maturity,
            item.share.invested,
            item.rate,
            *(part.count for part in item.parts),
            item.share.replied,
            item.rate_of_replied,
            INVESTED.target,
        )


register(
    Report(
        code="kpi_outcome",
        title=_("道場修了後1年以内のDX投資率"),
        columns=OUTCOME,
        rows=_outcome,
        count=lambda _actor, _params: 23 * COHORTS,
        may=_may,
        filters=("year",),
    )
)

PROCESS = (
    Column(_("指標")),
    Column(_("区")),
    Column(_("月または時間帯")),
    Column(_("値")),
    Column(_("単位")),
    Column(_("集計日"), "date"),
)


def _process(_actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    """Month by month, then hour by hour where a figure has hours."""
    today, ward = clock.today(), _ward(params)
    place = ward_names()[ward] if ward else str(_("23区"))
    for figure in process.figures(ward_id=ward, as_of=today):
        rows = [(f"{month:%Y-%m}", value) for month, value in figure.series]
        for label, value in (*rows, *figure.parts):
            yield (figure.name, place, label, as_number(tenths_text(value)), figure.unit, today)


register(
    Report(
        code="kpi_process",
        title=_("仕事の進み具合"),
        columns=PROCESS,
        rows=_process,
        count=lambda _actor, _params: 200,
        may=_may,
        filters=("ward",),
    )
)

RECORDS = (
    Column(pgettext_lazy("column", "日"), "date"),
    Column(_("区")),
    Column(_("企業")),
    Column(_("記録")),
    Column(_("内訳")),
    Column(_("記録した日時"), "moment"),
)


def _records(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    names = ward_names()
    for row in drill.all_records(actor, drill.asked(params)):
        yield (row.on, names[row.ward_id], row.firm, row.record, row.part, row.recorded_at)


register(
    Report(
        code="kpi_records",
        title=_("指標のもとになった記録"),
        columns=RECORDS,
        rows=_records,
        count=lambda actor, params: drill.total(actor, drill.asked(params)),
        may=drill.may_read,
        filters=("year", "ward", "code", "part"),
    )
)

PARTS = (
    Column(_("指標コード")),
    Column(_("分け方")),
    Column(_("内訳")),
    Column(_("実績（割合では分子）"), "number"),
    Column(_("分母"), "number"),
    Column(_("割合（%）")),
    Column(_("集計日"), "date"),
)


def _parts(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    number = drill.asked(params)
    if breakdowns.is_known(number):
        for title, line in breakdowns.flat(breakdowns.breakdown(actor, number)):
            counts = (*line.counts, None)
            label = f"{line.label}{_UNTOLD}" if line.is_untold else line.label
            yield (number.code, title, label, *counts[:2], line.share, number.as_of)


_UNTOLD = _("（少数のため示しません）")

register(
    Report(
        code="kpi_parts",
        title=_("指標の内訳"),
        columns=PARTS,
        rows=_parts,
        count=lambda _actor, _params: 100,
        may=_may,
        filters=("year", "ward", "code"),
    )
)

GAP_PARTS = (
    Column(_("分け方")),
    Column(_("内訳")),
    *(Column(head) for head in HEADS),
    Column(_("集計日"), "date"),
)


def _gap_parts(_actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    number = drill.asked({**params, "code": GAP})
    made = gaps(fiscal_year=number.year, as_of=number.as_of, ward_id=number.ward_id)
    for table in made.tables:
        for line in table.lines:
            yield (str(table.title), line.label, *map(as_number, line.texts), made.value.as_of)


register(
    Report(
        code="kpi_gap_parts",
        title=_("付加価値額の増加率の差の内訳"),
        columns=GAP_PARTS,
        rows=_gap_parts,
        count=lambda _actor, _params: 50,
        may=_may,
        filters=("year", "ward"),
    )
)
