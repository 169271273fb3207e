"""Facts that an official can read and the 18 figures they come to, at two watermarks, on every way to a figure."""

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kpi import services
from kpi.indicators import INDICATORS
from kpi.models import Cell, Fact, OutcomeCell, Quotient
from kpi.rules import tenths_text
from kpi.rules.compute import compute
from kpi.rules.facts_file import read
from kpi.rules.printed import CODES
from kpi.rules.row import Row
from kpi.rules.values import ALL, values
from portal.kernel import clock
from tests.factories.programs import FirmFactory

GOLDEN = Path(__file__).parent / "golden"
FACTS = GOLDEN / "facts.csv"
SUMIDA, OTA = 13107, 13111
START, AS_OF = 2024, dt.date(2027, 3, 31)
# 確報 of the year 2026, and what was found out by autumn.
WATERMARKS = {
    "確報": dt.datetime(2027, 5, 31, 23, 59, tzinfo=clock.TOKYO),
    "改訂": dt.datetime(2027, 9, 30, 23, 59, tzinfo=clock.TOKYO),
}
# Kept by rooms of their own; the database has no facts of them.
ELSEWHERE = {"1-KGI", "1-KSI", "2-KGI"}


def facts():
    rows, bad = read(FACTS.read_text("utf-8").splitlines())
    assert bad == []
    return rows


def expected(at):
    """(indicator, year) → the figures of 墨田区, 大田区 and all wards as text, without what is 0 or nothing."""
    with (GOLDEN / "expected.csv").open(encoding="utf-8") as stream:
        return {
            (row["指標"], int(row["年度"])): (row["墨田区"], row["大田区"], row["23区"])
            for row in csv.DictReader(stream)
            if row["時点"] == at
        }


def shown(figures):
    """The same of figures. A year is that of the fiscal year, of a statistic the calendar's."""
    found = {}
    for value in values(figures, base_year=START - 1):
        is_calendar = value.indicator == "1-KGI"
        year = value.period.year if is_calendar else clock.fiscal_year(value.period)
        ratio = value.denominator is not None
        text = tenths_text(value.value) if ratio else str(value.numerator)
        found.setdefault((value.indicator, year), {})[value.ward_id] = text
    rows = {
        place: tuple(own.get(ward, "") for ward in (SUMIDA, OTA, ALL))
        for place, own in found.items()
    }
    return {place: row for place, row in rows.items() if set(row) != {"0"}}


def left(found, codes=CODES):
    return {place: row for place, row in found.items() if place[0] in codes and any(row)}


@pytest.mark.parametrize("at", WATERMARKS)
def test_facts_of_the_file_come_to_the_expected_figures(at):
    figures = compute(facts(), as_of=AS_OF, start=START, watermark=WATERMARKS[at])
    want = {place: row for place, row in expected(at).items() if set(row) != {"0"}}
    assert shown(figures) == want
    assert {code for code, _year in want} == set(CODES)


@pytest.fixture
def told(settings):
    """The facts of the file in the database, with the moments at which they were recorded."""
    settings.PROGRAMME_START_FY = START
    rows = [row for row in facts() if row.event_type not in ("stat.series", "survey.response")]
    for number in sorted({int(row.firm) for row in rows if row.firm}):
        FirmFactory(pk=number)
    made = {}
    for row in rows:
        made[row.number] = Fact(
            pk=row.number,
            event_type=row.event_type,
            event_key=row.event_key,
            ward_id=row.ward_id,
            firm_id=int(row.firm) if row.firm else None,
            stage=row.stage,
            part=row.part,
            occurred_on=row.occurred_on,
            recorded_at=row.recorded_at,
            quantity=int(row.quantity),
            source_table=row.source[0],
            source_pk=row.source[1],
            source_rev=str(row.number),
            reverses=made.get(row.reverses),
        )
    Fact.objects.bulk_create(made.values())


@pytest.mark.django_db
@pytest.mark.parametrize("at", WATERMARKS)
def test_the_database_comes_to_the_same_at_each_watermark(told, at):
    Quotient.objects.create(
        indicator="1-KSI",
        ward_id=SUMIDA,
        period=AS_OF,
        numerator=1,
        denominator=2,
        n=2,
        as_of=AS_OF,
    )
    figures = services.figures_at(watermark=WATERMARKS[at], as_of=AS_OF)
    pure = compute(facts(), as_of=AS_OF, start=START, watermark=WATERMARKS[at])
    written = [figure for figure in figures if figure.indicator in ELSEWHERE]
    assert [(figure.indicator, figure.numerator, figure.n) for figure in written] == [
        ("1-KSI", 1, 2)
    ]
    kept = {code for code in CODES if code not in ELSEWHERE}
    assert [figure for figure in figures if figure.indicator in kept] == [
        figure for figure in pure if figure.indicator in kept
    ]


@pytest.mark.django_db
def test_the_tables_of_the_dashboard_come_to_the_same(told):
    services.work_off(today=AS_OF)
    pure = {
        (figure.indicator, figure.ward_id, figure.period.year): figure
        for figure in compute(facts(), as_of=AS_OF, start=START)
    }
    for indicator in INDICATORS:
        sums = {}
        for ward, month, value in Cell.objects.filter(indicator=indicator.code).values_list(
            "ward_id", "month", "value"
        ):
            years = range(clock.fiscal_year(month), 2027)
            for year in years if indicator.goes_on else years[:1]:
                sums[ward, year] = sums.get((ward, year), 0) + value
        want = {
            (ward, year): int(figure.numerator)
            for (code, ward, year), figure in pure.items()
            if code == indicator.code and figure.numerator
        }
        assert {place: value for place, value in sums.items() if value} == want, indicator.code
    cohorts = {}
    for cell in OutcomeCell.objects.all():
        place = cell.ward_id, clock.fiscal_year(cell.month)
        before = cohorts.get(place, (0, 0))
        cohorts[place] = before[0] + cell.invested, before[1] + cell.matured
    for code, own in (
        ("1-OC", cohorts),
        (
            "2-OC",
            {
                (row.ward_id, row.period.year): (row.numerator, row.denominator)
                for row in Quotient.objects.filter(indicator="2-OC")
            },
        ),
    ):
        assert own == {
            (ward, year): (figure.numerator, figure.denominator)
            for (kind, ward, year), figure in pure.items()
            if kind == code
        }
    check = services.rebuild(as_of=AS_OF)
    assert (check.wrong, check.lines) == (0, [])


def test_the_command_prints_the_same():
    out = io.StringIO()
    call_command(
        "kpi_indicators", str(FACTS), as_of="2027-03-31", watermark="2027-05-31T23:59", stdout=out
    )
    told = json.loads(out.getvalue())
    assert list(told["indicators"]) == list(CODES)
    (cohort,) = [row for row in told["indicators"]["1-OC"] if row["fiscal_year"] == 2024]
    assert cohort["total"] == {"value": 75.0, "numerator": "3", "denominator": "4", "n": 4}
    assert cohort["wards"][str(OTA)]["value"] == 100.0
    (gap,) = told["indicators"]["2-KGI"]
    assert (gap["period"], gap["total"]["value"]) == ("2025-04-01", 16.8)
    last = told["indicators"]["3-OP2"][-1]
    assert (last["fiscal_year"], last["open"], last["total"]) == (2026, False, {"value": 3})
    assert len(last["wards"]) == 23
    assert [row["year"] for row in told["indicators"]["1-KGI"]] == [2023, 2025]
    assert told["indicators"]["1-OC"][-1]["total"]["value"] is None


HEAD = (
    "fact_id,event_type,ward_code,occurred_on,recorded_at,person_id,firm_id,stage,qty,part,"
    "reverses_fact_id,event_key"
)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,dojo.finished,13107,2026-04-01,2026-04-01,1", "知らない出来事です。使えるもの"),
        ("1,dojo.completed,13101.5,2026-04-01,2026-04-01,1,1", "ward_code は整数に"),
        ("1,dojo.completed,14100,2026-04-01,2026-04-01,1,1", "23区のコードではありません"),
        ("1,dojo.completed,13107,2026-02-30,2026-04-01,1,1", "2026-04-01 の形に"),
        ("1,dojo.completed,13107,2026-04-01,きのう,1,1", "2026-04-01T09:00 の形に"),
        ("一,dojo.completed,13107,2026-04-01,2026-04-01,1,1", "数ではありません"),
        ("1,dojo.completed,13107,2026-04-01,2026-04-01,,1", "何を1件と数えるか"),
        ("1,dojo.completed,13107,2026-04-01,2026-04-01,1,", "firm_id が要ります"),
        ("1,grant.decided,13107,2026-04-01,2026-04-01,,1,,,,,7", "1〜3"),
        ("1,stat.series,13107,2026-04-01,2026-04-01,,,,", "付加価値額"),
        ("1,survey.response,13107,2026-04-01,2026-04-01,,1,,,yes,,2026-04-01", "done, considering"),
        ("1,dojo.completed,13107,2026-04-01,2026-04-01,1,1,,-5", "負です"),
        ("1,dojo.completed,13107,2026-04-01,2026-04-01,1,1,,,,8", "ファイルにありません"),
        ("1,dojo.completed,13107,2026-04-01,2026-04-01,1,1,,,,,9,x,y", "見出しより多く"),
    ],
)
def test_a_bad_row_says_its_line_and_how_to_mend_it(tmp_path, row, words):
    path = tmp_path / "facts.csv"
    path.write_text(f"{HEAD}\n\n{row}\n", "utf-8")
    with pytest.raises(CommandError, match=f"3行目：.*{words}"):
        call_command("kpi_indicators", str(path), as_of="2026-12-31")


def test_bad_headings_and_reversals_are_told_all_at_once():
    _rows, bad = read(["fact_id,event_type,ward_code,occurred_on,memo"])
    assert [(one.line, one.text.split("」")[0]) for one in bad] == [
        (1, "列「recorded_at"),
        (1, "列「memo"),
    ]
    told = "dojo.completed,13107,2026-04-01,2026-04-02,1,1,,"
    _rows, bad = read(
        [
            HEAD,
            f"1,{told}",
            f"2,{told},,1",
            f"3,{told},,1",
            f"4,{told},,2",
            "5,dojo.completed,13107,2026-04-01,2026-04-01,1,1,,,,1",
            f"2,{told}",
        ]
    )
    assert [one.line for one in bad] == [4, 5, 6, 7]


def test_wide_digits_and_empty_lines_are_read():
    rows, bad = read(
        [f"\ufeff{HEAD}", "", "１,lab.checkin,１３１０７,2026/04/01,2026-04-01T09:00,７,,,,host"]
    )
    assert bad == []
    assert (rows[0].event_type, rows[0].event_key) == ("lab.visited", "7:2026-04-01")


def test_a_firm_is_a_user_by_its_first_grant_that_was_completed():
    told_at = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)

    def row(number, kind, key, day, quantity=1):
        on = dt.date.fromisoformat(day)
        return Row(number, kind, key, 13107, on, told_at, firm="1", quantity=Decimal(quantity))

    found = compute(
        [
            row(1, "grant.decided", "runs still", "2024-05-01"),
            row(2, "grant.decided", "done", "2024-06-01"),
            row(3, "grant.completed", "done", "2025-01-15"),
            row(4, "firm.financials", "1:2024", "2024-03-31", 100),
            row(5, "firm.financials", "1:2026", "2026-03-31", 120),
        ],
        as_of=dt.date(2026, 11, 30),
        start=2024,
    )
    users = [figure for figure in found if figure.indicator == "2-KGI/users"]
    assert [(one.period, one.numerator, one.n) for one in users] == [(dt.date(2024, 4, 1), 20, 1)]
