"""Process figures: made of rows by ward and month, of which medians, shares and loads follow."""

import datetime as dt
from decimal import Decimal

import pytest

from kpi import process, services
from kpi.indicators.process import PROCESSES, ROWS
from kpi.models import ProcessCell
from kpi.services import New
from tests.factories.programs import FirmFactory

pytestmark = pytest.mark.django_db

SUMIDA, OTA = 13107, 13111
AS_OF = dt.date(2026, 11, 30)
OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)


def row(code, month, numerator, denominator=0, *, ward=SUMIDA, part=""):
    return ProcessCell(
        code=code,
        ward_id=ward,
        month=month,
        part=part,
        numerator=numerator,
        denominator=denominator,
    )


def figures(ward_id=None):
    return {one.code: one for one in process.figures(ward_id=ward_id, as_of=AS_OF)}


def test_without_any_row_nothing_is_told_and_nothing_breaks(django_assert_num_queries):
    assert services.process_rebuild(as_of=AS_OF) == 0
    with django_assert_num_queries(1):
        found = figures(SUMIDA)
    assert {one.value_text for one in found.values()} == {"—"}
    assert {one.unit for one in found.values()} == {""}
    assert len(found["days-median"].series) == 12
    assert found["budget"].series[-1] == (NOVEMBER, None)


def test_days_from_submission_to_decision_come_from_the_facts():
    firm = FirmFactory().pk
    for key, (ward, days) in enumerate([(SUMIDA, 10), (SUMIDA, 20), (SUMIDA, 60), (OTA, 30)]):
        begun = dt.date(2026, 10, 1)
        services.facts_record(
            New(kind, str(key), ward, on, ("test", str(key), kind), firm_id=firm, stage=1)
            for kind, on in (
                ("grant.submitted", begun),
                ("grant.refused" if key % 2 else "grant.decided", begun + dt.timedelta(days=days)),
            )
        )
    services.process_rebuild(as_of=AS_OF)
    own, all_wards = figures(SUMIDA), figures()
    assert (own["days-median"].value_text, own["days-90"].value_text) == ("20.0", "60.0")
    assert all_wards["days-median"].value_text == "25.0"
    assert dict(own["days-median"].series)[OCTOBER] == Decimal("15.0")
    assert dict(own["days-median"].series)[NOVEMBER] == Decimal("60.0")
    assert own["days-90"].unit == "日"


def test_shares_loads_budgets_and_hours_add_up(django_assert_num_queries):
    ProcessCell.objects.bulk_create(
        [
            row("corrections", OCTOBER, 1, 4),
            row("corrections", NOVEMBER, 2, 2, ward=OTA),
            row("corrections", dt.date(2025, 11, 1), 9, 9),  # more than twelve months ago
            row("advisor-load", OCTOBER, 9, 2),
            row("budget", dt.date(2026, 4, 1), 10_000_000, part="budget"),
            row("budget", dt.date(2026, 4, 1), 1_000_000),
            row("budget", OCTOBER, 3_000_000),
            row("budget", NOVEMBER, -500_000),
            row("lab-use", OCTOBER, 30, 60, part="09"),
            row("lab-use", OCTOBER, 0, 60, part="10"),
        ]
    )
    with django_assert_num_queries(1):
        found = figures()
    assert found["corrections"].value_text == "50.0"
    assert found["advisor-load"].value_text == "4.5"
    assert dict(found["budget"].series)[OCTOBER] == Decimal("40.0")
    assert found["budget"].value_text == "35.0"
    assert found["lab-use"].value_text == "25.0"
    assert found["lab-use"].parts == [("9時", Decimal("50.0")), ("10時", Decimal("0.0"))]
    assert figures(SUMIDA)["corrections"].value_text == "25.0"


def test_every_definition_has_its_statement():
    assert {one.rows for one in PROCESSES} == set(ROWS)
    assert all(str(one.definition) and str(one.name) for one in PROCESSES)
