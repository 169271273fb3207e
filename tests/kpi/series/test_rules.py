"""Formulas A, B, C; what is compared with what; what a panel adds up. No database."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.rules import Growth
from kpi.rules.closed_years import begins
from kpi.series import selectors
from kpi.series.models import Accounts
from kpi.series.rules import FirmYear, datasets, merged, per_head, value_added
from kpi.series.rules.growth import Granted, compared_other, compared_user
from kpi.series.rules.panel import Place, panels
from tests.factories.series import FIGURES

# The example that an official can work out by hand (図25 of 004): 円.
GOLDEN = [
    # 営業利益 200万 ＋ 人件費 700万 ＋ 労務費 1,300万 ＋ 減価償却費 300万
    ({}, {"A": 25_000_000, "B": 12_000_000, "C": 2_000_000}),
    ({"profit": -4_000_000}, {"A": 19_000_000, "B": 6_000_000, "C": -4_000_000}),
    ({"profit": -90_000_000}, {"A": -67_000_000, "B": -80_000_000, "C": -90_000_000}),
    ({"wages": None}, {"B": 12_000_000, "C": 2_000_000}),
    ({"wages": None, "salaries": None, "labour": 20_000_000}, {"A": 25_000_000, "C": 2_000_000}),
    ({"depreciation": None}, {"C": 2_000_000}),
    ({"profit": None}, {}),
    ({"depreciation": 0, "profit": 0}, {"A": 20_000_000, "B": 7_000_000, "C": 0}),
]


@pytest.mark.parametrize(("changes", "expected"), GOLDEN)
def test_value_added_by_the_three_formulas(changes, expected):
    figures = {code: value for code, value in {**FIGURES, **changes}.items() if value is not None}
    assert value_added(figures) == expected


def test_a_head_is_exact_and_nothing_without_people():
    assert per_head(25_000_000, 8) == Fraction(3_125_000)
    assert per_head(25_000_000, 0) is None
    assert per_head(None, 8) is None


def test_a_new_source_wipes_nothing_and_parts_replace_their_sum():
    assert merged({"sales": 5, "rent": 1}, {"sales": 6, "profit": None}) == {"sales": 6, "rent": 1}
    assert merged({"labour": 20}, {"wages": 13, "salaries": 7}) == {"wages": 13, "salaries": 7}


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ({}, {"employees": 10, "value_added": 60_000_000}, []),
        ({"employees": 10}, {"employees": 80}, [("employees", "jump")]),
        ({"employees": 10}, {"employees": 79}, []),
        ({"shipments": 5_000_000_000}, {"shipments": 5_000_000}, [("shipments", "thousand")]),
        ({}, {"value_added": -5}, [("value_added", "negative")]),
        ({}, {"value_added": 9, "shipments": 8}, [("value_added", "over_shipments")]),
        ({}, {"employees": 10, "value_added": 60_000}, [("value_added", "too_small")]),
        ({}, {"employees": 1, "gross_value_added": 10**9}, [("gross_value_added", "too_large")]),
    ],
)
def test_odd_statistics_wait_for_a_word(before, now, expected):
    assert [(item.column, item.why) for item in datasets.oddities(before, now)] == expected


def test_a_ward_is_its_total_or_all_of_its_sizes_never_some():
    small = {"employees": 40, "gross_value_added": 200, "establishments": 9}
    large = {"employees": 60, "value_added": 800, "establishments": 1}
    assert datasets.whole({"all": large}) == datasets.Whole(800, 60, 1, is_gross=False)
    assert datasets.whole({"4-9": small, "50-99": large}) == datasets.Whole(
        1_000, 100, 10, is_gross=True
    )
    assert datasets.whole({"4-9": small, "50-99": {"employees": 60}}) is None
    assert datasets.whole({"all": {"employees": 60}, "4-9": small}) is None
    assert datasets.whole({}) is None


def test_the_years_before_and_after_a_grant():
    grant = Granted(1, 13107, dt.date(2023, 7, 1), dt.date(2024, 2, 20))
    years = {
        dt.date(2022, 3, 31): 50,
        dt.date(2023, 3, 31): 100,  # the last closed before the decision
        dt.date(2024, 3, 31): 70,  # the project's own year
        dt.date(2025, 3, 31): 130,  # the first that began after it
        dt.date(2026, 3, 31): 500,
    }
    assert grant.fiscal_year == 2023
    assert compared_user(years, grant) == Growth(100, 130, 13107)
    assert compared_other(years, 2023, 13111) == Growth(100, 130, 13111)
    pending = {day: value for day, value in years.items() if day < dt.date(2025, 1, 1)}
    assert compared_user(pending, grant) is None
    assert compared_user({**years, dt.date(2025, 3, 31): None}, grant) is None


@given(st.dates(dt.date(2000, 1, 2), dt.date(2100, 1, 1)))
def test_an_accounting_year_of_twelve_months_has_a_year_of_days(ends):
    assert 365 <= (ends - begins(ends)).days + 1 <= 366


def year(firm: int, when: int, added: int | None, people: int | None = 10, ward: int = 13107):
    return FirmYear(firm, ward, "24", when, people, added, added, None)


def test_the_panel_adds_sums_and_tells_who_left():
    found = panels(
        [
            year(1, 2024, 100),
            year(1, 2025, 150),
            year(2, 2024, 300),
            year(3, 2025, 50, people=5),
            year(4, 2025, 70, people=None),
        ]
    )
    firms, figures = found[Place(2025, 13107)]
    assert firms == 3
    assert figures["A"] == {"firms": 2, "people": 15, "added": 200}
    assert figures["C"] == {"firms": 0, "people": 0, "added": 0}
    assert figures["both"] == {
        "firms": 1,
        "people": 10,
        "added": 150,
        "people_before": 10,
        "before": 100,
    }
    assert (figures["left"], figures["joined"]) == (1, 2)
    assert Place(2026, 13107) not in found


def test_a_firm_that_moved_is_compared_in_neither_ward():
    found = panels([year(1, 2024, 100), year(1, 2025, 150, ward=13111)])
    assert found[Place(2025, 13111)][1]["both"]["firms"] == 0
    assert Place(2025, 13107) not in found


@pytest.mark.parametrize(
    ("source", "said", "expected"),
    [
        ("firm", None, False),
        ("firm", True, True),
        ("firm", False, False),
        ("effect", None, True),
        ("effect", False, False),
    ],
)
def test_nothing_is_used_against_a_firms_word(source, said, expected):
    assert selectors.may_be_used(source, said) is expected


@pytest.mark.parametrize(
    ("last", "today", "expected"),
    [
        (dt.date(2025, 3, 31), dt.date(2026, 3, 31), dt.date(2026, 3, 31)),
        (dt.date(2025, 3, 31), dt.date(2026, 3, 30), None),
        (dt.date(2023, 2, 28), dt.date(2024, 3, 1), dt.date(2024, 2, 29)),
        (dt.date(2024, 2, 29), dt.date(2025, 3, 1), dt.date(2025, 2, 28)),
    ],
)
def test_the_next_year_is_asked_for_once_it_has_ended(last, today, expected):
    assert selectors.next_year([Accounts(period_end=last)], today) == expected


def test_a_gap_between_two_years_is_asked_for():
    rows = [Accounts(period_end=dt.date(year, 3, 31)) for year in (2026, 2024, 2023)]
    assert selectors.next_year(rows, dt.date(2026, 11, 30)) == dt.date(2025, 3, 31)
    assert selectors.next_year(rows, dt.date(2027, 4, 1)) == dt.date(2027, 3, 31)
    assert selectors.next_year([], dt.date(2026, 11, 30)) is None
