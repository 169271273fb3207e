import datetime as dt
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpi import selectors, services
from kpi.indicators import INDICATORS
from kpi.models import Cell, Target
from tests.factories.programs import FirmFactory

pytestmark = pytest.mark.django_db

SUMIDA = 13107


def cells(values):
    Cell.objects.bulk_create(
        Cell(indicator=code, ward_id=ward, month=month, value=n) for code, ward, month, n in values
    )


def test_value_pace_and_last_year_at_the_same_time():
    cells(
        [
            ("2-KSI", SUMIDA, dt.date(2026, 4, 1), 5),
            ("2-KSI", SUMIDA, dt.date(2026, 9, 1), 7),
            ("2-KSI", SUMIDA, dt.date(2025, 9, 1), 4),
            ("2-KSI", SUMIDA, dt.date(2026, 2, 1), 100),
            ("2-KSI", 13111, dt.date(2026, 9, 1), 50),
        ]
    )
    Target.objects.create(
        indicator="2-KSI", ward_id=SUMIDA, fiscal_year=2026, value=20, basis="試験"
    )
    submissions = selectors.progress(fiscal_year=2026, as_of=dt.date(2026, 9, 30), ward_id=SUMIDA)[
        0
    ]
    assert submissions.value == 12
    assert submissions.pace == pytest.approx(20 * 183 / 365)
    assert submissions.last_year_same_time == 4
    assert submissions.difference_to_last_year == 8
    assert submissions.actual_path == (5, 5, 5, 5, 5, 12)
    assert submissions.last_year_path[-1] == 104


def test_interim_targets_set_the_pace_of_their_ward():
    for ward, year, value, steps in (
        (SUMIDA, 2025, 40, []),
        (SUMIDA, 2026, 100, [40, 46, 70]),
        (13111, 2026, 73, []),
    ):
        Target.objects.create(
            indicator="3-KGI", ward_id=ward, fiscal_year=year, value=value, path=steps, basis="試験"
        )

    def of(ward, day):
        found = selectors.progress(fiscal_year=2026, as_of=day, ward_id=ward)
        return next(item for item in found if item.indicator.code == "3-KGI")

    november = of(SUMIDA, dt.date(2026, 11, 15))
    assert november.pace == 58
    assert [november.target_path[n] for n in (0, 2, 5, 8, 11)] == [40, 40, 46, 70, 100]
    together = of(None, dt.date(2026, 11, 15))
    assert together.pace == 58 + Fraction(73 * 229, 365)
    assert (together.target, together.target_path[-1]) == (173, 173)


def test_all_wards_together_is_the_sum_of_the_wards():
    firm = FirmFactory()
    for key, ward in enumerate((13101, SUMIDA, SUMIDA, 13123)):
        services.fact_record(
            event_type="grant.submitted",
            event_key=str(key),
            ward_id=ward,
            firm_id=firm.id,
            stage=1,
            occurred_on=dt.date(2026, 5, 1),
            source=("test", str(key), ""),
        )
    services.work_off()
    counts = selectors.ward_counts(fiscal_year=2026)["2-KSI"]
    whole = selectors.progress(fiscal_year=2026, as_of=dt.date(2026, 6, 1), ward_id=None)[0]
    assert len(counts) == 23
    assert sum(count.value for count in counts) == whole.value == 4


def test_counts_asked_for_one_indicator_are_those_of_all():
    months = (dt.date(2025, 9, 1), dt.date(2026, 5, 1), dt.date(2026, 9, 1))
    rows = []
    for n, one in enumerate(INDICATORS, start=1):
        levels = [one.level] if one.level else []
        codes = [one.code, *map(one.cell, (*one.parts, *levels))]
        rows += [
            (code, ward, month, n + at + place)
            for at, code in enumerate(codes)
            for place, month in enumerate(months)
            for ward in (SUMIDA, 13111)
        ]
        Target.objects.create(
            indicator=one.code, ward_id=SUMIDA, fiscal_year=2026, value=n, basis="試験"
        )
    cells(rows)
    asked = {"fiscal_year": 2026, "as_of": dt.date(2026, 9, 30)}
    whole = selectors.ward_counts(**asked)
    assert set(whole) == {one.code for one in INDICATORS}
    for one in INDICATORS:
        assert selectors.ward_counts(**asked, of=[one]) == {one.code: whole[one.code]}
        assert sum(count.value for count in whole[one.code])


def test_the_number_of_queries_does_not_grow_with_wards(django_assert_num_queries):
    cells(("2-KSI", 13101 + n, dt.date(2026, 4, 1), n) for n in range(23))
    with django_assert_num_queries(3):
        selectors.progress(fiscal_year=2026, as_of=dt.date(2026, 6, 1), ward_id=None)
    with django_assert_num_queries(4):
        selectors.ward_counts(fiscal_year=2026)


def test_the_first_month_and_the_last_counting_are_ends_of_an_index():
    cells(("2-KSI", SUMIDA, dt.date(year, 4, 1), 1) for year in range(2020, 2027))
    with CaptureQueriesContext(connection) as asked:
        assert selectors.coverage().first_year == 2020
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + asked.captured_queries[0]["sql"])
        plan = "".join(line for (line,) in cursor.fetchall())
    assert "cell_first_month" in plan
    assert "cell_counted_last" in plan
